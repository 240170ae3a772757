/* draw_test.c - who is drawn: exact numbers, fair chances, any order. */
#include "small.h"

#include "accounts.h"
#include "alloc.h"
#include "collector/contact.h"
#include "collector/token.h"
#include "issue.h"

#define PEOPLE 4000

static struct survey *survey;
static struct codes *codes;
static struct plan *plan;
static struct durable *table;
static struct optouts none;
static struct err err;

static void make_event(unsigned n, struct event *out)
{
    struct event e = {.event_at = SMALL_NOW - 3600000,
                      .closed_at = SMALL_NOW - 3600000,
                      .adult = true};

    (void)snprintf(e.contact, sizeof e.contact, "1390%07u", n);
    memcpy(e.basis, "consent", 8);
    memcpy(e.language, "en", 3);
    memcpy(e.context.province, n % 2 ? "44" : "11", 3);
    e.context.attributes[0] = (uint8_t)(1 + n / 2 % 2);
    memset(e.respondent, 1, ID_SIZE);
    memset(e.number, 3, ID_SIZE);
    bytes_put64(e.key, 0x9e3779b97f4a7c15 * (n + 1));
    bytes_put64(e.respondent, n + 1);
    bytes_put64(e.number, n + 1);
    memcpy(e.kase, e.key, ID_SIZE);
    *out = e;
}

static void begin_draw(struct audience *a, struct state *state, uint8_t seed)
{
    *a = (struct audience){.plan = plan,
                           .survey = survey,
                           .optouts = &none,
                           .state = state,
                           .asked_at = SMALL_NOW};
    memset(a->seed, seed, sizeof a->seed);
    state_open(state, table, "c-1");
}

static void end_draw(struct audience *a)
{
    state_close(a->state);
    audience_free(a);
}

static void test_exact(void **state)
{
    struct audience a;
    struct audience_sums sums;
    struct state s;
    struct event e;

    (void)state;
    begin_draw(&a, &s, 7);
    for (unsigned n = 0; n < PEOPLE; n++) {
        make_event(n, &e);
        assert_int_equal(audience_take(&a, &e, &err), ST_OK);
    }
    assert_int_equal(audience_take(&a, &e, &err), ST_OK); /* once more */
    assert_int_equal(a.seen, 1);
    assert_int_equal(audience_select(&a, &err), ST_OK);
    assert_int_equal(a.strata, 4);
    for (size_t i = 0; i < a.strata; i++) {
        const bool all = streq(a.stratum[i].code, "44-2");

        assert_int_equal(a.stratum[i].eligible, PEOPLE / 4);
        assert_int_equal(a.stratum[i].drawn, all ? 1000 : 125);
    }
    audience_sums(&a, &sums);
    assert_int_equal(sums.events, PEOPLE);
    assert_int_equal(sums.drawn, 1375);
    assert_int_equal(a.drawn.count, 1375);
    end_draw(&a);
}

/* Whatever the order, the same are drawn and have the same places. */
static void test_order(void **state)
{
    static uint32_t place[2][PEOPLE];
    struct event e;

    (void)state;
    for (unsigned turn = 0; turn < 2; turn++) {
        struct audience a;
        struct state s;

        begin_draw(&a, &s, 9);
        for (unsigned n = 0; n < PEOPLE; n++) {
            make_event(turn ? PEOPLE - 1 - n : n, &e);
            assert_int_equal(audience_take(&a, &e, &err), ST_OK);
        }
        assert_int_equal(audience_select(&a, &err), ST_OK);
        for (unsigned n = 0; n < PEOPLE; n++) {
            uint32_t at = UINT32_MAX;

            make_event(n, &e);
            if (audience_draws(&a, e.key, &at)) {
                audience_done(&a, at);
                assert_false(audience_draws(&a, e.key, &at));
            }
            place[turn][n] = at;
        }
        end_draw(&a);
    }
    assert_memory_equal(place[0], place[1], sizeof place[0]);
}

/* A fraction is decided anew in each feed: 1.5 of 12 is 1 or 2, half and half.
 */
static void test_fraction(void **state)
{
    unsigned more = 0;

    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        struct audience a;
        struct state s;
        struct event e;

        begin_draw(&a, &s, (uint8_t)seed);
        for (unsigned n = 0; n < 12; n++) {
            make_event(4 * n, &e);
            assert_int_equal(audience_take(&a, &e, &err), ST_OK);
        }
        assert_int_equal(audience_select(&a, &err), ST_OK);
        assert_true(a.drawn.count == 1 || a.drawn.count == 2);
        more += a.drawn.count == 2;
        end_draw(&a);
    }
    assert_in_range(more, 72, 128); /* 4 standard deviations */
}

/* None, one, and one event of somebody who has several. */
static void test_small(void **state)
{
    struct audience a;
    struct state s;
    struct event e;

    (void)state;
    begin_draw(&a, &s, 3);
    assert_int_equal(audience_select(&a, &err), ST_OK);
    assert_int_equal(a.drawn.count, 0);
    end_draw(&a);
    begin_draw(&a, &s, 3);
    for (unsigned n = 0; n < 5; n++) {
        make_event(3 + 8 * n, &e);
        memset(e.account, 88, ID_SIZE);
        assert_int_equal(audience_take(&a, &e, &err), ST_OK);
    }
    assert_int_equal(audience_select(&a, &err), ST_OK);
    assert_int_equal(a.drawn.count, 1);
    assert_int_equal(a.cells.list[0].excluded[EXCLUDED_TOO_RECENT], 4);
    assert_int_equal(a.cells.list[0].eligible, 1);
    end_draw(&a);
}

static void test_reasons(void **state)
{
    static const int64_t day = 86400000;
    struct optout out[2] = {{.at = SMALL_NOW - 10 * day},
                            {.at = SMALL_NOW - 10 * day}};
    struct event e;
    struct audience a;
    struct state s;
    const struct cell *cell;

    (void)state;
    /* of respondent 1; and of number 3, which was activated later the second
     * time it is met */
    make_event(0, &e);
    memcpy(out[0].respondent, e.respondent, ID_SIZE);
    make_event(8, &e);
    memcpy(out[1].respondent, e.number, ID_SIZE);
    none = (struct optouts){out, 2, 2};
    begin_draw(&a, &s, 3);
    for (unsigned n = 0; n < 8; n++) {
        make_event(4 * (n < 3 ? 2 * (n / 2) : n + 10), &e);
        e.key[9] = (uint8_t)n;
        if (n == 1)
            memset(e.respondent, 77, ID_SIZE); /* another one */
        if (n == 3)
            e.activated_at = SMALL_NOW - 9 * day;
        if (n == 3)
            memcpy(e.number, out[1].respondent, ID_SIZE);
        if (n == 4)
            memcpy(e.basis, "other", 6);
        if (n == 5)
            e.adult = false;
        if (n == 6)
            *e.contact = '\0';
        if (n == 7)
            e.staff_number = true;
        assert_int_equal(audience_take(&a, &e, &err), ST_OK);
    }
    assert_int_equal(audience_select(&a, &err), ST_OK);
    cell = &a.cells.list[0];
    assert_int_equal(a.cells.count, 1);
    assert_int_equal(cell->events, 8);
    assert_int_equal(cell->excluded[EXCLUDED_OPTED_OUT], 2);
    assert_int_equal(cell->excluded[EXCLUDED_NO_BASIS], 1);
    assert_int_equal(cell->excluded[EXCLUDED_NOT_ADULT], 1);
    assert_int_equal(cell->excluded[EXCLUDED_NO_CONTACT], 1);
    assert_int_equal(cell->excluded[EXCLUDED_STAFF_NUMBER], 1);
    assert_int_equal(cell->eligible, 2);
    end_draw(&a);
    none = (struct optouts){NULL, 0, 0};
}

static void test_rest(void **state)
{
    static const int64_t day = 86400000;
    static const struct {
        uint8_t purpose, asked;
        int64_t days; /* before (negative) or after the draw */
        bool recent;
    } cases[] = {{PURPOSE_INSTANT, PURPOSE_INSTANT, -29, true},
                 {PURPOSE_INSTANT, PURPOSE_INSTANT, -30, false},
                 {PURPOSE_INSTANT, PURPOSE_RELATIONSHIP, 29, true},
                 {PURPOSE_INSTANT, PURPOSE_RELATIONSHIP, 30, false},
                 {PURPOSE_INSTANT, PURPOSE_FOLLOW_UP, -1, true},
                 {PURPOSE_RELATIONSHIP, PURPOSE_INSTANT, -1, false},
                 {PURPOSE_RELATIONSHIP, PURPOSE_RELATIONSHIP, -29, true},
                 {PURPOSE_CONFIRMATION, PURPOSE_INSTANT, -1, false}};

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ask ask = {SMALL_NOW + cases[i].days * day,
                                cases[i].asked};
        struct audience a;
        struct state s;
        struct event e;

        plan->wire.purpose = cases[i].purpose;
        begin_draw(&a, &s, 3);
        make_event(4 * i, &e);
        memset(e.account, (int)i + 1, ID_SIZE);
        assert_int_equal(durable_begin(table, &err), ST_OK);
        assert_int_equal(state_put_ask(&s, e.account, &ask, &err), ST_OK);
        assert_int_equal(durable_commit(table, &err), ST_OK);
        assert_int_equal(audience_take(&a, &e, &err), ST_OK);
        if ((a.count == 0) != cases[i].recent)
            fail_msg("case %u", i);
        end_draw(&a);
    }
    plan->wire.purpose = PURPOSE_INSTANT;
}

static void test_accounts(void **state)
{
    uint8_t account[4][ID_SIZE];
    uint64_t seen = 0;

    (void)state;
    for (int i = 0; i < 4; i++) {
        memset(account[i], 0, ID_SIZE);
        bytes_put64(account[i], 0x123456789abcdef1 * (uint64_t)(i + 1));
    }
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 3; i++)
            seen = accounts_add(seen, account[i]);
    assert_false(seen & ACCOUNTS_SHARED);
    assert_true(seen & ACCOUNTS_CHANGED);
    seen = accounts_add(seen & ~ACCOUNTS_CHANGED, account[1]);
    assert_false(seen & ACCOUNTS_CHANGED);
    seen = accounts_add(seen, account[3]);
    assert_true(seen & ACCOUNTS_SHARED);
    seen = accounts_add(seen & ~ACCOUNTS_CHANGED, account[3]);
    assert_false(seen & ACCOUNTS_CHANGED);
}

static void test_issue(void **state)
{
    static const struct token_key token_key = {{5, 6, 7}};
    struct contact_key pair;
    struct contact opened;
    struct issue how = {.codes = codes, .token_key = &token_key, .campaign = 9};
    uint8_t sealed[CONTACT_MAX];
    struct invitation i;
    struct token token;
    struct audience a;
    struct state s;
    struct event e;

    (void)state;
    unlink(file_path("c.key"));
    assert_int_equal(contact_key_make(file_path("c.key"), &err), ST_OK);
    assert_int_equal(contact_key_load(file_path("c.key"), &pair, &err), ST_OK);
    unlink(file_path("c.key"));
    unlink(file_path("c.key.pub"));
    memcpy(how.contact_key, pair.public_key, CONTACT_KEY_SIZE);
    begin_draw(&a, &s, 3);
    how.audience = &a;
    make_event(21, &e);
    memcpy(e.context.operator, "CM", 3);
    assert_int_equal(issue_make(&how, &e, 4711, sealed, &i), ST_OK);
    assert_true(i.due_at >= SMALL_NOW + 30 * 60000 &&
                i.due_at <= SMALL_NOW + 24 * 3600000);
    assert_int_equal(i.rate_ppm, 125000);
    assert_string_equal(i.context.stratum, "44-1");
    assert_int_equal(contact_open(&pair, i.contact, i.contact_len, &opened),
                     ST_OK);
    assert_string_equal(opened.address, e.contact);
    assert_int_equal(opened.fills, 2);
    assert_string_equal(opened.fill[0].name, "date");
    assert_string_equal(opened.fill[0].text, "22 Nov");
    assert_string_equal(opened.fill[1].text, "China Mobile");
    assert_int_equal(token_read(&token_key, opened.token, &token), ST_OK);
    assert_int_equal(token.serial, 4711);
    assert_int_equal(token.campaign, 9);
    assert_true(token_expires(&token) == i.expires_at);
    assert_true(i.expires_at > i.due_at + INT64_C(7) * 86400000 - 1);
    assert_true(response_id_legal(i.id));
    end_draw(&a);
}

/* ---- memory ---- */

static enum status draw_some(void *ctx)
{
    struct audience a;
    struct state s;
    struct event e;
    enum status st = ST_OK;

    (void)ctx;
    begin_draw(&a, &s, 5);
    for (unsigned n = 0; n < 40 && st == ST_OK; n++) {
        make_event(n, &e);
        e.account[3] = (uint8_t)(n + 1);
        st = audience_take(&a, &e, &err);
    }
    if (st == ST_OK)
        st = audience_select(&a, &err);
    end_draw(&a);
    return st;
}

static void test_torture(void **state)
{
    (void)state;
    alloc_torture(draw_some, NULL);
}

static int begin(void **state)
{
    (void)state;
    survey = small_survey();
    codes = small_codes();
    unlink(file_path("t.db"));
    if (durable_open(file_path("t.db"), 77, &table, &err) != ST_OK)
        return -1;
    return small_plan(SMALL_PLAN, &plan, &err) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    durable_close(&table);
    unlink(file_path("t.db"));
    unlink(file_path("plan.yaml"));
    plan_free(&plan);
    codes_free(&codes);
    survey_free(&survey);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),    cmocka_unit_test(test_order),
        cmocka_unit_test(test_fraction), cmocka_unit_test(test_small),
        cmocka_unit_test(test_reasons),  cmocka_unit_test(test_rest),
        cmocka_unit_test(test_accounts), cmocka_unit_test(test_issue),
        cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests(tests, begin, end);
}
