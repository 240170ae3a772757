/* rows_test.c - columns found, values read, and what is wrong with them. */
#include "files.h"

#include "alloc.h"
#include "rows.h"

static const char yaml[] = "survey: small\n"
                           "product: MOB\n"
                           "title: {en: Small}\n"
                           "attributes:\n"
                           "  - code: AGE\n"
                           "    values:\n"
                           "      - {code: 1, text: {en: young}}\n"
                           "      - {code: 2, text: {en: old}}\n"
                           "items:\n"
                           "  - code: Q1\n"
                           "    scale: {min: 0, max: 10}\n"
                           "    text: {en: One}\n"
                           "  - code: Q2\n"
                           "    kind: choice\n"
                           "    choices:\n"
                           "      - {code: 1, text: {en: yes}}\n"
                           "      - {code: 3, text: {en: no}}\n"
                           "    text: {en: Two}\n"
                           "  - code: Q3\n"
                           "    kind: text\n"
                           "    text: {en: Three}\n"
                           "short: [Q1]\n";

static const char alias_file[] = "alias,field\n分数,Q1\n地区,province\n"
                                 "意见,comment\n年龄段,AGE\n别的,nothing\n";

static struct survey *survey;
static struct aliases *aliases;

static int load(void **state)
{
    struct err err;

    (void)state;
    if (survey_parse("small", yaml, sizeof yaml - 1, NULL, NULL, &survey,
                     &err) != ST_OK)
        fail_msg("%s", err.text);
    file_write("aliases.csv", alias_file);
    assert_int_equal(aliases_load(file_path("aliases.csv"), &aliases, &err),
                     ST_OK);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    survey_free(&survey);
    aliases_free(&aliases);
    unlink(file_path("aliases.csv"));
    return 0;
}

/* ---- columns ---- */

static enum status find(const char *header, bool short_form,
                        struct columns *out, struct err *err)
{
    struct csv *csv = NULL;
    enum status st;

    file_write("c.csv", header);
    st = csv_open(file_path("c.csv"), NULL, &csv, err);
    if (st == ST_OK)
        st = columns_find("c.csv", csv, survey, aliases, short_form, out, err);
    csv_close(&csv);
    unlink(file_path("c.csv"));
    return st;
}

static void test_columns(void **state)
{
    struct columns c;
    struct err err;

    (void)state;
    assert_int_equal(find("Q2,x,Q1,Q3,AGE, province ,y\n", false, &c, &err),
                     ST_OK);
    assert_int_equal(c.item[0], 2);
    assert_int_equal(c.item[1], 0);
    assert_int_equal(c.item[2], NO_COLUMN);
    assert_int_equal(c.field[FIELD_COMMENT], 3);
    assert_int_equal(c.attribute[0], 4);
    assert_int_equal(c.field[FIELD_PROVINCE], 5);
    assert_int_equal(c.field[FIELD_ORG], NO_COLUMN);
    assert_int_equal(c.ignored, 2);
    assert_string_equal(c.ignored_names, "x, y");
    assert_int_equal(find("分数,Q2,地区,意见,年龄段,别的\n", false, &c, &err),
                     ST_OK);
    assert_int_equal(c.item[0], 0);
    assert_int_equal(c.field[FIELD_PROVINCE], 2);
    assert_int_equal(c.field[FIELD_COMMENT], 3);
    assert_int_equal(c.attribute[0], 4);
    assert_string_equal(c.ignored_names, "别的");
}

static void test_columns_missing(void **state)
{
    struct columns c = {.ignored = 77};
    struct err err;

    (void)state;
    assert_int_equal(find("Q1\n", false, &c, &err), ST_INVALID);
    assert_string_equal(err.text, "c.csv:1: no column for item Q2");
    assert_int_equal(find("a,b\n", false, &c, &err), ST_INVALID);
    assert_string_equal(err.text, "c.csv:1: no column for items Q1, Q2");
    assert_int_equal(find("Q2\n", true, &c, &err), ST_INVALID);
    assert_string_equal(err.text, "c.csv:1: no column for item Q1");
    assert_int_equal(c.ignored, 77);
    assert_int_equal(find("Q1\n", true, &c, &err), ST_OK);
    assert_int_equal(find("Q1,Q2,意见,Q3\n", false, &c, &err), ST_INVALID);
    assert_string_equal(err.text,
                        "c.csv:1: columns '意见' and 'Q3' are the same thing");
}

static void test_aliases(void **state)
{
    struct aliases *a = NULL;
    struct err err;

    (void)state;
    assert_string_equal(aliases_find(aliases, "分数"), "Q1");
    assert_null(aliases_find(aliases, "Q1"));
    file_write("bad.csv", "alias,field\na,b\na,c\n");
    assert_int_equal(aliases_load(file_path("bad.csv"), &a, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "bad.csv:3: alias twice"));
    file_write("bad.csv", "name,field\na,b\n");
    assert_int_equal(aliases_load(file_path("bad.csv"), &a, &err), ST_INVALID);
    assert_null(a);
    unlink(file_path("bad.csv"));
}

/* ---- rows ---- */

struct reading {
    struct response response;
    uint8_t answers[ITEMS_MAX];
    char comment[COMMENT_MAX];
    struct err err;
};

static const struct person_key person = {{3, 1, 4, 1, 5}};

/* Read the one row of a file. */
static enum status read_one(const char *text, struct reading *out)
{
    const struct row_space space = {out->answers, out->comment};
    const struct csv_field *fields;
    struct rows rows = {
        .path = "r.csv",
        .survey = survey,
        .person = &person,
        .given = {.product = "MOB", .operator= "CM", .channel = CHANNEL_AGENT},
        .moment = 1795000000000,
        .latest = 1795132800000 + 86400000};
    const struct source source = {.hash = {0x42}};
    struct csv *csv = NULL;
    enum status st;

    file_write("r.csv", text);
    st = csv_open(file_path("r.csv"), NULL, &csv, &out->err);
    rows.csv = csv;
    row_ids_init(&rows.ids, &source, "g", 1, 0);
    if (st == ST_OK)
        st = columns_find("r.csv", csv, survey, aliases, false, &rows.columns,
                          &out->err);
    if (st == ST_OK)
        st = rows_check(&rows, &out->err);
    if (st == ST_OK)
        st = csv_next(csv, &fields, &out->err);
    if (st == ST_OK)
        st = rows_read(&rows, fields, 0, &space, &out->response, &out->err);
    csv_close(&csv);
    unlink(file_path("r.csv"));
    return st;
}

static void test_defaults(void **state)
{
    struct reading r;

    (void)state;
    assert_int_equal(read_one("Q1,Q2\n0,\n", &r), ST_OK);
    assert_int_equal(r.response.event_at, 1795000000000);
    assert_int_equal(r.response.answered_at, 1795000000000);
    assert_string_equal(r.response.context.operator, "CM");
    assert_string_equal(r.response.context.product, "MOB");
    assert_int_equal(r.response.context.channel, CHANNEL_AGENT);
    assert_int_equal(r.response.items, 3);
    assert_int_equal(r.response.answers[0], 1); /* 0 on a 0-10 scale */
    assert_int_equal(r.response.answers[1], 0); /* missing */
    assert_int_equal(r.response.comment_len, 0);
    assert_true(response_id_legal(r.response.id));
    assert_false(bytes_zero(r.response.salt, ID_SIZE));
    assert_true(bytes_zero(r.response.respondent, ID_SIZE));
    assert_memory_equal(r.response.version, survey->version, HASH_SIZE);
}

static void test_times(void **state)
{
    struct reading r;

    (void)state;
    assert_int_equal(read_one("Q1,Q2,event_at\n5,1,2026-11-20 08:00\n", &r),
                     ST_OK);
    assert_int_equal(r.response.event_at, 1795132800000);
    assert_int_equal(r.response.answered_at, 1795132800000);
    assert_int_equal(read_one("Q1,Q2,answered_at\n5,1,2026-11-20 08:00\n", &r),
                     ST_OK);
    assert_int_equal(r.response.event_at, 1795132800000);
    assert_int_equal(read_one("Q1,Q2,answered_at,event_at\n5,1,"
                              "2026-11-20T09:00:00+08:00,2026-11-20\n",
                              &r),
                     ST_OK);
    assert_int_equal(r.response.event_at, 1795104000000);
    assert_int_equal(r.response.answered_at, 1795136400000);
}

static void test_values(void **state)
{
    struct reading r;

    (void)state;
    assert_int_equal(
        read_one("Q1,Q2,Q3,AGE,org,stratum,rate,channel,frame,entry,staff,"
                 "duration_ms,flags,respondent,phone\n"
                 " 10 ,3,很好,old,CM 42,S/1,5%,sms,open,keyed,w-17,90000,"
                 "65535,,139 1234 5678\n",
                 &r),
        ST_INVALID);
    assert_string_equal(r.err.text, "r.csv:2: org: not a code: 1 to 16 ASCII "
                                    "characters, no blanks");
    assert_int_equal(
        read_one("Q1,Q2,Q3,AGE,org,stratum,rate,channel,frame,entry,staff,"
                 "duration_ms,flags,respondent,phone\n"
                 " 10 ,3,很好,old,CM42,S/1,5%,sms,open,keyed,w-17,90000,"
                 "65535,,139 1234 5678\n",
                 &r),
        ST_OK);
    assert_int_equal(r.response.answers[0], 11);
    assert_int_equal(r.response.answers[1], 3);
    assert_int_equal(r.response.comment_len, strlen("很好"));
    assert_int_equal(r.response.context.attributes[0], 2);
    assert_string_equal(r.response.context.org, "CM42");
    assert_int_equal(r.response.rate_ppm, 50000);
    assert_int_equal(r.response.context.channel, CHANNEL_SMS);
    assert_int_equal(r.response.context.frame, FRAME_OPEN);
    assert_int_equal(r.response.context.entry, ENTRY_KEYED);
    assert_int_equal(r.response.duration_ms, 90000);
    assert_int_equal(r.response.flags, 65535);
    assert_false(bytes_zero(r.response.respondent, ID_SIZE));
    assert_false(bytes_zero(r.response.staff, ID_SIZE));
}

/* Each value that is wrong: the place, and never the value of a number. */
static void test_wrong(void **state)
{
    static const struct {
        const char *column, *value;
    } wrong[] = {{"event_at", "2026-13-01"},
                 {"answered_at", "noon"},
                 {"id", "1234"},
                 {"id", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
                 {"rate", "0"},
                 {"rate", "101%"},
                 {"rate", "nan"},
                 {"rate", "5 per cent"},
                 {"channel", "fax"},
                 {"frame", "all"},
                 {"entry", "me"},
                 {"respondent", "13912345678"},
                 {"phone", "1391234"
                           "567x"},
                 {"activated", "long ago"},
                 {"duration_ms", "-1"},
                 {"duration_ms", "4294967296"},
                 {"flags", "65536"},
                 {"flags", "0x1"},
                 {"AGE", "3"},
                 {"AGE", "young "
                         "at heart"},
                 {"org", "ä"},
                 {"stratum", "12345678901234567"}};
    struct reading r;
    char text[256], place[64];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        (void)snprintf(text, sizeof text, "Q1,Q2,%s\n5,1,%s\n", wrong[i].column,
                       wrong[i].value);
        (void)snprintf(place, sizeof place, "r.csv:2: %s: ", wrong[i].column);
        assert_int_equal(read_one(text, &r), ST_INVALID);
        assert_ptr_equal(strstr(r.err.text, place), r.err.text);
        assert_null(strstr(r.err.text, "1391234"));
    }
    assert_int_equal(read_one("Q1,Q2\n11,1\n", &r), ST_INVALID);
    assert_string_equal(r.err.text, "r.csv:2: Q1: 11 is not on the scale 0-10");
    assert_int_equal(read_one("Q1,Q2,product\n1,1,FIX\n", &r), ST_INVALID);
    assert_ptr_equal(strstr(r.err.text, "r.csv:2: "), r.err.text);
}

/* What no collector takes is found here: too early, too late. */
static void test_time_faults(void **state)
{
    struct reading r;

    (void)state;
    assert_int_equal(read_one("Q1,Q2,event_at\n5,1,2026-11-21 08:00\n", &r),
                     ST_OK);
    assert_int_equal(read_one("Q1,Q2,event_at\n5,1,2026-11-21 08:00:01\n", &r),
                     ST_INVALID);
    assert_string_equal(r.err.text,
                        "r.csv:2: event_at: more than a day in the future");
    assert_int_equal(read_one("Q1,Q2,answered_at\n5,1,2027-01-01\n", &r),
                     ST_INVALID);
    assert_string_equal(r.err.text,
                        "r.csv:2: answered_at: more than a day in the future");
    assert_int_equal(read_one("Q1,Q2,event_at\n5,1,2000-01-01\n", &r), ST_OK);
    assert_int_equal(
        read_one("Q1,Q2,answered_at,event_at\n5,1,1999-12-31,2026-01-01\n", &r),
        ST_INVALID);
    assert_string_equal(r.err.text,
                        "r.csv:2: answered_at: before the year 2000");
}

/* Who and when make the id, whatever else is in the row or beside it; without
 * either the row's place does. */
static void test_person_ids(void **state)
{
    struct reading r, other;

    (void)state;
    assert_int_equal(
        read_one("Q1,Q2,phone,event_at\n5,1,13912345678,2026-11-20 08:00\n",
                 &r),
        ST_OK);
    assert_int_equal(read_one("event_at,AGE,phone,Q1,Q2\n"
                              "2026-11-20T08:00,old,+86 139-1234-5678,7,\n",
                              &other),
                     ST_OK);
    assert_memory_equal(r.response.id, other.response.id, ID_SIZE);
    assert_true(response_id_legal(r.response.id));
    assert_int_equal(
        read_one("Q1,Q2,phone,event_at\n5,1,13912345678,2026-11-20 08:01\n",
                 &other),
        ST_OK);
    assert_memory_not_equal(r.response.id, other.response.id, ID_SIZE);
    assert_int_equal(
        read_one("Q1,Q2,phone,event_at\n5,1,13912345679,2026-11-20 08:00\n",
                 &other),
        ST_OK);
    assert_memory_not_equal(r.response.id, other.response.id, ID_SIZE);
    assert_int_equal(read_one("Q1,Q2,phone,event_at,entry\n"
                              "5,1,13912345678,2026-11-20 08:00,keyed\n",
                              &other),
                     ST_OK);
    assert_memory_not_equal(r.response.id, other.response.id, ID_SIZE);
    assert_int_equal(read_one("Q1,Q2,phone\n5,1,13912345678\n", &r), ST_OK);
    assert_int_equal(read_one("Q1,Q2\n5,1\n", &other), ST_OK);
    assert_memory_equal(r.response.id, other.response.id, ID_SIZE);
}

static enum status whole(void *ctx)
{
    struct aliases *a = NULL;
    struct reading r;
    enum status st = read_one("Q1,Q2,Q3,phone\n5,1,comment,13912345678\n", &r);

    (void)ctx;
    if (st == ST_OK)
        st = aliases_load(file_path("aliases.csv"), &a, &r.err);
    aliases_free(&a);
    return st;
}

static void test_torture(void **state)
{
    (void)state;
    alloc_torture(whole, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_columns_missing),
        cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_time_faults),
        cmocka_unit_test(test_person_ids),
        cmocka_unit_test(test_torture),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
