/* event_test.c - from a row to an event. */
#include "small.h"

#include "collector/contact.h"

static struct survey *survey;
static struct codes *codes;
static struct plan *plan;
static struct err err;
static const struct person_key key = {{7, 21, 3, 99, 250}};

/* A good row, with one slot changed; NUL-terminated texts. */
static enum status read_row(size_t slot, const char *text, struct event *out)
{
    const struct event_reader how = {plan, survey, codes, &key, SMALL_NOW};
    struct feed_row row;

    for (size_t i = 0; i < FEED_SLOTS; i++)
        row.slot[i] = (struct csv_field){"", 0};
#define SET(s, t) row.slot[s] = (struct csv_field){t, strlen(t)}
    SET(FEED_EVENT_ID, "W-17");
    SET(FEED_EVENT_AT, "2026-11-20 13:05:00");
    SET(FEED_CONTACT, "＋86 139-0000-0017");
    SET(FEED_ACCOUNT, "A17");
    SET(FEED_ACTIVATED, "2021-03-04");
    SET(FEED_BASIS, "consent");
    SET(FEED_ADULT, "是");
    SET(FEED_PROVINCE, "广东");
    SET(FEED_STAFF, "S3");
    SET(FEED_STAFF_NUMBERS, "8001; 0086 13700000003");
    SET(FEED_COLUMN_COUNT, "old");
    if (slot < FEED_SLOTS)
        SET(slot, text);
#undef SET
    return event_read(&how, &row, out, &err);
}

static void test_good(void **state)
{
    struct event e;
    uint8_t hash[ID_SIZE];

    (void)state;
    if (read_row(FEED_SLOTS, NULL, &e) != ST_OK)
        fail_msg("%s", err.text);
    assert_string_equal(e.contact, "13900000017");
    assert_string_equal(e.activated, "2021-03-04");
    assert_string_equal(e.context.province, "44");
    assert_int_equal(e.context.attributes[0], 2);
    assert_int_equal(e.context.frame, FRAME_INVITED);
    assert_string_equal(e.language, "zh-CN");
    assert_string_equal(e.notice, "n-1");
    assert_true(e.adult && !e.staff_number && !e.fresh && !e.repair);
    assert_int_equal(person_respondent(&key, "13900000017", "2021-03-04", hash),
                     ST_OK);
    assert_memory_equal(e.respondent, hash, ID_SIZE);
    assert_int_equal(person_respondent(&key, "13900000017", "", hash), ST_OK);
    assert_memory_equal(e.number, hash, ID_SIZE);
    assert_memory_not_equal(e.account, e.key, ID_SIZE);
    assert_memory_equal(e.kase, e.key, ID_SIZE);
    assert_true(e.event_at == INT64_C(1795151100000));
}

static void test_bad(void **state)
{
    static const struct {
        size_t slot;
        const char *text;
        enum status st;
    } rows[] = {{FEED_EVENT_ID, "", ST_INVALID},
                {FEED_EVENT_ID, " ", ST_INVALID},
                {FEED_EVENT_AT, "", ST_INVALID},
                {FEED_EVENT_AT, "1999-12-31", ST_INVALID},
                {FEED_EVENT_AT, "2026-11-24", ST_INVALID},
                {FEED_ACTIVATED, "soon", ST_INVALID},
                {FEED_LANGUAGE, "z", ST_INVALID},
                {FEED_LANGUAGE, "zh_CN", ST_INVALID},
                {FEED_LANGUAGE, "mn-Mong-CN", ST_OK},
                {FEED_NOTICE, "n 2", ST_INVALID},
                {FEED_NOTICE, "n-2", ST_OK},
                {FEED_BASIS, "a b", ST_INVALID},
                {FEED_ADULT, "17", ST_INVALID},
                {FEED_PROVINCE, "00", ST_INVALID},
                {FEED_ORG, "any unit", ST_INVALID},
                {FEED_ORG, "GD-3", ST_OK},
                {FEED_CLASS, "GLD", ST_OK},
                {FEED_COLUMN_COUNT, "3", ST_INVALID},
                {FEED_FAULT_MINUTES, "an hour", ST_INVALID},
                {FEED_FAULT_AT, "2026-11-21", ST_INVALID},
                {FEED_FAULT_AT, "2026-11-19 08:00", ST_OK},
                {FEED_CONTACT, "nobody", ST_OK},
                {FEED_STAFF_NUMBERS, ";;/x", ST_OK}};
    struct event e;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const enum status st = read_row(rows[i].slot, rows[i].text, &e);

        if (st != rows[i].st)
            fail_msg("row %zu: %d: %s", i, st, err.text);
        if (st != ST_OK)
            assert_null(strstr(err.text, "1390"));
    }
}

static void test_contacts(void **state)
{
    static const struct {
        size_t slot;
        const char *text;
        bool reachable, staff;
    } rows[] = {{FEED_CONTACT, "13900000017", true, false},
                {FEED_CONTACT, "021 5888 1234", false, false},
                {FEED_CONTACT, "+852 5123 4567", false, false},
                {FEED_CONTACT, "10086", false, false},
                {FEED_CONTACT, "", false, false},
                {FEED_CONTACT, "13700000003", true, true},
                {FEED_CONTACT_KIND, "email", false, false},
                {FEED_CONTACT_KIND, "Mobile", true, false},
                {FEED_STAFF_NUMBERS, "1391|13900000017", true, true}};
    struct event e;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(read_row(rows[i].slot, rows[i].text, &e), ST_OK);
        if ((*e.contact != '\0') != rows[i].reachable ||
            e.staff_number != rows[i].staff)
            fail_msg("row %zu", i);
    }
}

static void test_marks(void **state)
{
    struct event e;

    (void)state;
    assert_int_equal(read_row(FEED_CONTACT_CHANGED, "2026-11-19 13:06:00", &e),
                     ST_OK);
    assert_true(e.fresh);
    assert_int_equal(read_row(FEED_CONTACT_CHANGED, "2026-11-19 13:04:00", &e),
                     ST_OK);
    assert_false(e.fresh);
    assert_int_equal(read_row(FEED_CASE, "C-1", &e), ST_OK);
    assert_memory_not_equal(e.kase, e.key, ID_SIZE);
    assert_int_equal(read_row(FEED_FAULT_AT, "2026-11-19 08:00", &e), ST_OK);
    assert_true(e.repair && e.closed_at < e.event_at);
    plan->wire.purpose = PURPOSE_RELATIONSHIP;
    assert_int_equal(read_row(FEED_EVENT_AT, "", &e), ST_OK);
    assert_true(e.event_at == SMALL_NOW);
    plan->wire.purpose = PURPOSE_INSTANT;
}

static int begin(void **state)
{
    (void)state;
    survey = small_survey();
    codes = small_codes();
    return small_plan(SMALL_PLAN, &plan, &err) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    unlink(file_path("plan.yaml"));
    plan_free(&plan);
    codes_free(&codes);
    survey_free(&survey);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good), cmocka_unit_test(test_bad),
        cmocka_unit_test(test_contacts), cmocka_unit_test(test_marks)};

    return cmocka_run_group_tests(tests, begin, end);
}
