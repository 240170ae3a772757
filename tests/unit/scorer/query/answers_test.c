/* answers_test.c - which answers of a store are handed out one by one.  (That
 * they come to what the cells hold, whatever happened on the way, is shown in
 * exact_test.c.) */
#include "scorer/world.h"

#include "alloc.h"
#include "scorer/answers.h"

static size_t count(struct world *w, const struct query *q)
{
    struct answers *a = NULL;
    const enum status st = answers_read(w->read, q, &a, &w->err);
    const size_t n = st == ST_OK ? answers_count(a) : 0;

    assert_true(st == ST_OK || st == ST_NOTFOUND);
    answers_free(&a);
    return n;
}

static void test_days_frames_and_filters(void **state)
{
    static const char *const north[] = {"11", "65"};
    static const char *const first[] = {"A"};
    struct query_filter f[2] = {{DIM_PROVINCE, 2, north},
                                {DIM_STRATUM, 1, first}};
    struct query q = ask_for("mini-mob"), some = q;
    struct answers *a = NULL;
    size_t both = 0, all = 0, days = 0, open, invited;
    struct world w;

    (void)state;
    world_open(&w, 5, NULL, "mean");
    fill_world(&w, MINI_MOB, 300);
    fill_world(&w, MINI_FIX, 100);
    invited = count(&w, &q);
    q.frames = 1u << FRAME_OPEN;
    open = count(&w, &q);
    q.frames |= 1u << FRAME_INVITED | 1u << FRAME_TEST;
    assert_int_equal(invited + open, 300);
    assert_int_equal(count(&w, &q), 300);
    ok(&w, answers_read(w.read, &q, &a, &w.err));
    for (size_t i = 0; i < answers_count(a); i++) {
        const struct answer x = answers_at(a, i);
        char province[CODE_MAX + 1], stratum[CODE_MAX + 1];

        answer_code(&x, DIM_PROVINCE, province);
        answer_code(&x, DIM_STRATUM, stratum);
        assert_string_equal(province, x.context->province);
        assert_int_equal(x.rate_ppm, stratum[0] == 'A' ? 20000 : 1000);
        all += streq(province, "11") || streq(province, "65");
        both += (streq(province, "11") || streq(province, "65")) &&
                streq(stratum, "A");
        days += x.month == OCTOBER;
    }
    answers_free(&a);
    q.filter = f;
    q.filters = 1;
    assert_int_equal(count(&w, &q), all);
    q.filters = 2;
    assert_int_equal(count(&w, &q), both);
    q.filters = 1;
    q.scope = f + 1; /* what the reader may see */
    q.scopes = 1;
    assert_int_equal(count(&w, &q), both);
    some.frames = q.frames;
    some.to = period_last(OCTOBER);
    assert_int_equal(count(&w, &some), days);
    world_close(&w);
}

static void test_refusals(void **state)
{
    struct query q = ask_for("mini-mob");
    struct answers *a = NULL;
    struct world w;

    (void)state;
    world_open(&w, 6, NULL, "mean");
    assert_int_equal(answers_read(w.read, &q, &a, &w.err), ST_NOTFOUND);
    assert_non_null(strstr(w.err.text, "no answers to"));
    q.survey = "nobody";
    assert_int_equal(answers_read(w.read, &q, &a, &w.err), ST_NOTFOUND);
    assert_non_null(strstr(w.err.text, "no survey 'nobody'"));
    q.survey = "mini";
    assert_int_equal(answers_read(w.read, &q, &a, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "is a family"));
    assert_null(a);
    world_close(&w);
}

/* An item that was revised makes another form. */
static void test_two_forms(void **state)
{
    struct query q = ask_for("mini-mob");
    struct answers *a = NULL;
    struct world w;
    struct survey *old;

    (void)state;
    world_open(&w, 7, NULL, "mean");
    fill_world(&w, MINI_MOB, 20);
    old = w.survey[MINI_FIX];
    w.survey[MINI_FIX] = world_survey(&w, "mini-mob", "MOB", "pairwise", "x");
    ok(&w, store_begin(w.write, &w.err));
    world_define(&w, w.survey[MINI_FIX]);
    ok(&w, store_commit(w.write, &w.err));
    fill_world(&w, MINI_FIX, 20);
    assert_int_equal(answers_read(w.read, &q, &a, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "more than one form"));
    assert_null(a);
    survey_free(&old);
    world_close(&w);
}

static enum status read_all(void *ctx)
{
    struct world *w = ctx;
    const struct query q = ask_for("mini-mob");
    struct answers *a = NULL;
    const enum status st = answers_read(w->read, &q, &a, NULL);

    answers_free(&a);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct world w;

    (void)state;
    world_open(&w, 8, NULL, "mean");
    fill_world(&w, MINI_MOB, 200);
    alloc_torture(read_all, &w);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_frames_and_filters),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_two_forms),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
