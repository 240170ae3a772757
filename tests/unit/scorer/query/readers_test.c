/* readers_test.c - what readers see of a live month: whole cells of the
 * lattice, one decimal, nothing that moves by less than ten answers, nothing
 * that could be subtracted. */
#include "scorer/world.h"

#include "engine_handle.h"
#include "held.h"
#include "scorer/kind.h"

static const enum dimension by_province[] = {DIM_PROVINCE};
static char file[] = "readers_test_XXXXXX";

static struct query reads(const char *survey)
{
    struct query q = ask_for(survey);

    q.to = period_last(OCTOBER);
    q.reader = READER_PUBLIC;
    q.construct = "SAT";
    return q;
}

static struct scores read_scores(struct world *w, struct engine *e,
                                 const struct query *q)
{
    struct scores s = {0};

    ok(w, engine_scores(e, q, &s, &w->err));
    return s;
}

/* `people` answers of invited customers to October's mini-mob. */
static void answers_from(struct world *w, const char *province, uint8_t channel,
                         size_t people)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person p;

        person_make(w, MINI_MOB, &p);
        set_code(p.r.context.operator, "CT");
        set_code(p.r.context.province, province);
        p.r.context.channel = channel;
        p.r.context.frame = FRAME_INVITED;
        p.r.event_at = period_start(period_first(OCTOBER) + (int32_t)(i % 28));
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

/* ---- what may be asked ---- */

static void refuse(struct world *w, struct engine *e, const struct query *q,
                   const char *cause)
{
    struct scores s = {0};

    assert_int_equal(engine_scores(e, q, &s, &w->err), ST_REFUSED);
    if (!strstr(w->err.text, cause))
        fail_msg("'%s' does not say '%s'", w->err.text, cause);
    assert_null(s.list);
}

static void test_refused(void **state)
{
    static const enum dimension touchpoint[] = {DIM_TOUCHPOINT};
    static const enum dimension leaf[] = {DIM_OPERATOR, DIM_PROVINCE,
                                          DIM_CHANNEL};
    static const char *const two[] = {"11", "31"};
    static const struct query_filter provinces = {DIM_PROVINCE, 2, two};
    static const struct query_filter org = {DIM_ORG, 1, two};
    struct world w;
    struct engine *e = NULL;
    struct query q;

    (void)state;
    world_open(&w, 31, NULL, "mean");
    fill_world(&w, MINI_MOB, 20);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q = reads("mini-mob");
    q.by = touchpoint;
    q.by_count = 1;
    refuse(&w, e, &q, "nothing by touchpoint");
    q.by = leaf;
    q.by_count = 3;
    refuse(&w, e, &q, "province by channel");
    q = reads("mini-mob");
    q.filter = &org;
    q.filters = 1;
    refuse(&w, e, &q, "nothing by org");
    q.filter = &provinces;
    refuse(&w, e, &q, "several provinces split by province only");
    q.filters = 0;
    q.scope = &provinces;
    q.scopes = 1;
    refuse(&w, e, &q, "several provinces split by province only");
    q = reads("mini-mob");
    q.from++;
    refuse(&w, e, &q, "whole months");
    q = reads("mini-mob");
    q.to = period_last(NOVEMBER);
    refuse(&w, e, &q, "split by period only");
    q = reads("mini-mob");
    q.frames = 1u << FRAME_OPEN;
    refuse(&w, e, &q, "invited customers only");
    engine_close(&e);
    world_close(&w);
}

/* ---- open cells ---- */

static void test_one_decimal(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");
    struct scores seen, all;

    (void)state;
    world_open(&w, 32, NULL, "mean");
    answers_from(&w, "11", 0, 120);
    answers_from(&w, "31", 0, 80);
    answers_from(&w, "44", 1, 60);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by_province;
    q.by_count = 1;
    seen = read_scores(&w, e, &q);
    q.reader = READER_ANALYST;
    all = read_scores(&w, e, &q);
    assert_int_equal(seen.count, 3);
    assert_int_equal(all.count, 3);
    assert_string_not_equal(seen.query, all.query);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(seen.list[i].n, all.list[i].n);
        assert_int_equal(seen.list[i].flags, all.list[i].flags);
        near(seen.list[i].index, round(10 * all.list[i].index) / 10);
        near(seen.list[i].interval.se,
             round(10 * all.list[i].interval.se) / 10);
    }
    scores_free(&seen);
    scores_free(&all);
    engine_close(&e);
    world_close(&w);
}

static int64_t shown_n(struct world *w, struct engine *e, const char *province)
{
    struct query q = reads("mini-mob");
    struct scores s;
    int64_t n = 0;

    q.by = by_province;
    q.by_count = 1;
    s = read_scores(w, e, &q);
    for (size_t i = 0; i < s.count; i++)
        if (streq(s.list[i].cell[0], province))
            n = s.list[i].n;
    for (size_t i = 0; i < s.count; i++)
        if (s.list[i].n == COUNT_NONE) {
            assert_int_equal(s.list[i].flags, SCORE_SUPPRESSED);
            assert_true(isnan(s.list[i].index));
            assert_true(isnan(s.list[i].n_eff));
            assert_true(isnan(s.list[i].interval.low));
        }
    scores_free(&s);
    return n;
}

static int64_t shown_nation(struct world *w, struct engine *e)
{
    const struct query q = reads("mini-mob");
    struct scores s = read_scores(w, e, &q);
    const int64_t n = s.count ? s.list[0].n : 0;

    scores_free(&s);
    return n;
}

/* A province of few answers, and one that gives way to it. */
static void test_hidden(void **state)
{
    struct world w;
    struct engine *e = NULL;

    (void)state;
    world_open(&w, 33, NULL, "mean");
    answers_from(&w, "11", 0, 120);
    answers_from(&w, "31", 0, 80);
    answers_from(&w, "44", 0, 60);
    answers_from(&w, "65", 0, 15);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_true(shown_nation(&w, e) > 200);
    assert_true(shown_n(&w, e, "11") > 100);
    assert_true(shown_n(&w, e, "31") > 70);
    assert_int_equal(shown_n(&w, e, "65"), COUNT_NONE);
    assert_int_equal(shown_n(&w, e, "44"), COUNT_NONE);
    engine_close(&e);
    world_close(&w);
}

/* Nine newcomers are not seen, in their cell or above; ten are, in both. */
static void test_ten_at_a_time(void **state)
{
    struct world w;
    struct engine *e = NULL;
    int64_t before, nation;

    (void)state;
    world_open(&w, 34, NULL, "mean");
    answers_from(&w, "11", 0, 100);
    answers_from(&w, "31", 0, 100);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    before = shown_n(&w, e, "11");
    nation = shown_nation(&w, e);
    answers_from(&w, "11", 0, 5);
    assert_int_equal(shown_n(&w, e, "11"), before);
    answers_from(&w, "31", 0, 9);
    answers_from(&w, "11", 0, 4);
    assert_int_equal(shown_n(&w, e, "11"), before);
    assert_int_equal(shown_nation(&w, e), nation);
    answers_from(&w, "11", 0, 1);
    assert_true(shown_n(&w, e, "11") > before);
    assert_int_equal(shown_nation(&w, e) - nation,
                     shown_n(&w, e, "11") - before);
    engine_close(&e);
    world_close(&w);
}

/* What was shown, and what was held for it, outlives the process and the
 * cube. */
static void test_remembered(void **state)
{
    struct world w;
    struct engine *e = NULL;
    char url[64], readers[64];
    int64_t n;

    (void)state;
    snprintf(url, sizeof url, "sqlite:%s", file);
    snprintf(readers, sizeof readers, "%s-readers.db", file);
    world_open(&w, 35, file, "mean");
    answers_from(&w, "11", 0, 100);
    answers_from(&w, "31", 0, 50);
    answers_from(&w, "44", 0, 90);
    answers_from(&w, "65", 0, 15);
    ok(&w, engine_open(url, "", &e, &w.err));
    n = shown_n(&w, e, "44");
    assert_int_equal(shown_n(&w, e, "31"), COUNT_NONE);
    engine_close(&e);
    answers_from(&w, "31", 0,
                 80); /* larger than 44 now, and held all the same */
    answers_from(&w, "44", 0, 3);
    ok(&w, engine_open(url, "", &e, &w.err));
    assert_int_equal(shown_n(&w, e, "44"), n);
    assert_int_equal(shown_n(&w, e, "31"), COUNT_NONE);
    /* nobody is left to protect */
    answers_from(&w, "65", 0, 40);
    assert_true(shown_n(&w, e, "65") > 0);
    assert_true(shown_n(&w, e, "31") > 0);
    engine_close(&e);
    world_close(&w);
    world_remove(readers);
}

/* Kinds for analysts are closed to readers. */
static void test_analysts_only(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");
    struct result r = {0};

    (void)state;
    world_open(&w, 36, NULL, "mean");
    fill_world(&w, MINI_MOB, 50);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_int_equal(engine_ask(e, &kind_areas, &q, &r, &w.err), ST_REFUSED);
    assert_non_null(strstr(w.err.text, "for analysts"));
    engine_close(&e);
    world_close(&w);
}

/* Random arrivals: from one reading of a cell to the next that is shown, no
 * cell moves by one to nine answers, and children that are all open add up to
 * their parent. */
static void test_differences(void **state)
{
    static const char *const provinces[] = {"11", "31", "44"};
    struct world w;
    struct engine *e = NULL;
    int64_t before[4] = {0};
    size_t whole = 0, moved = 0;

    (void)state;
    world_open(&w, 37, NULL, "mean");
    for (size_t k = 0; k < 9; k++)
        answers_from(&w, provinces[k / 3], (uint8_t)(k % 3), 40);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    for (int step = 0; step < 40; step++) {
        int64_t now[4] = {shown_nation(&w, e)};
        bool all = now[0] != COUNT_NONE;

        for (size_t k = 0; k < 3; k++) {
            now[k + 1] = shown_n(&w, e, provinces[k]);
            all = all && now[k + 1] != COUNT_NONE;
        }
        whole += all;
        if (all)
            assert_int_equal(now[0], now[1] + now[2] + now[3]);
        for (size_t k = 0; k < 4; k++) {
            if (now[k] == COUNT_NONE)
                continue;
            if (step && now[k] != before[k]) {
                assert_true(now[k] >= before[k] + 8); /* who answered SAT */
                moved++;
            }
            before[k] = now[k];
        }
        for (uint64_t k = draw(&w) % 3; k < 3; k++)
            answers_from(&w, provinces[draw(&w) % 3], draw(&w) % 3,
                         1 + draw(&w) % 7);
    }
    assert_true(whole > 30);
    assert_true(moved > 30);
    engine_close(&e);
    world_close(&w);
}

static int setup(void **state)
{
    const int fd = mkstemp(file);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_one_decimal),
        cmocka_unit_test(test_hidden),     cmocka_unit_test(test_ten_at_a_time),
        cmocka_unit_test(test_remembered), cmocka_unit_test(test_analysts_only),
        cmocka_unit_test(test_differences)};

    return cmocka_run_group_tests(tests, setup, NULL);
}
