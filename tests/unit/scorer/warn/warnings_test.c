/* warnings_test.c - from a store to its warnings: the parts against other ways
 * of computing them, and the whole on a nation where one province falls. */
#include "scorer/world.h"

#include <limits.h>

#include "alloc.h"
#include "drift.h"
#include "scorer/live.h"
#include "simulated.h"

#define near_to(got, want, tolerance)                                          \
    do {                                                                       \
        if (!(fabs((got) - (want)) <= (tolerance)))                            \
            fail_msg("%s: got %.17g, want %.17g", #got, (double)(got),         \
                     (double)(want));                                          \
    } while (0)

enum { FALL = 45 }; /* days after the first of October */

/* `people` a day for two months; from day FALL on province 31 is worse served,
 * by `worse` points. */
static void fill_days(struct world *w, size_t people, int worse)
{
    const int32_t first = period_first(OCTOBER);

    ok(w, store_begin(w->write, &w->err));
    for (int32_t day = 0; day < 61; day++)
        for (size_t i = 0; i < people; i++) {
            struct person p;

            person_make(w, MINI_MOB, &p);
            p.r.event_at = period_start(first + day) + 3600000 + (int64_t)i;
            p.r.context.frame = FRAME_INVITED;
            for (size_t k = 0; k < MINI_SCALES && day >= FALL &&
                               streq(p.r.context.province, "31");
                 k++)
                if (p.answers[k] > worse)
                    p.answers[k] = (uint8_t)(p.answers[k] - worse);
            assert_int_equal(submit(w, &p, false), VERDICT_ACCEPTED);
        }
    ok(w, store_commit(w->write, &w->err));
}

static struct query november(void)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query q = ask_for("mini-mob");

    q.from = period_first(NOVEMBER);
    q.by = by;
    q.by_count = 1;
    return q;
}

static const struct value *at(const struct result *r, size_t row,
                              const char *column)
{
    const size_t c = result_find(r, column);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c);
}

static bool noted(const struct result *r, const char *words)
{
    for (size_t i = 0; i < r->notes; i++)
        if (strstr(r->note[i], words))
            return true;
    return false;
}

static void test_a_province_falls(void **state)
{
    struct query_setting setting[] = {{"charts", "both", false}};
    struct world w;
    struct engine *e = NULL;
    struct query q = november();
    struct result r = {0};
    size_t falls = 0, others = 0;

    (void)state;
    world_open(&w, 3, NULL, "mean");
    fill_days(&w, 60, 2);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.setting = setting;
    q.settings = 1;
    ok(&w, engine_ask(e, &kind_warnings, &q, &r, &w.err));
    for (size_t i = 0; i < r.rows; i++) {
        int32_t day = 0, since = 0;

        if (streq(at(&r, i, "chart")->text, "weights"))
            continue;
        if (!streq(at(&r, i, "province")->text, "31") ||
            !streq(at(&r, i, "direction")->text, "down")) {
            others++;
            continue;
        }
        falls++;
        ok(&w, period_parse_day(at(&r, i, "day")->text, false, &day, &w.err));
        ok(&w,
           period_parse_day(at(&r, i, "since")->text, false, &since, &w.err));
        assert_in_range(day - period_first(OCTOBER), FALL, FALL + 6);
        assert_in_range(since - period_first(OCTOBER), FALL - 3, FALL + 6);
        assert_true(at(&r, i, "value")->number <
                    at(&r, i, "expected")->number - 3);
        assert_true(at(&r, i, "statistic")->number <
                    at(&r, i, "limit")->number);
        assert_true(at(&r, i, "n")->count > 0);
        assert_string_equal(at(&r, i, "severity")->text, "high");
        assert_int_equal(at(&r, i, "number")->count, COUNT_NONE);
    }
    assert_int_equal(falls, 6); /* three constructs, two charts */
    assert_true(others <= 4);   /* 24 charts and 30 days: one is expected */
    assert_true(noted(&r, "12 series; "));
    assert_true(noted(&r, "1 in each, 12 in all"));
    assert_true(noted(&r, "no calendar") || !noted(&r, "calendar"));
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

/* ---- one day's point ---- */

/* The index of engine_estimates for the day, and the moments over people from
 * the store's own rows, where every group has one person at most. */
static void test_point(void **state)
{
    const int32_t day = period_first(NOVEMBER) + 3;
    struct world w;
    struct engine *e = NULL;
    struct query q = november();
    struct measures m = {0};
    struct series s = {0};
    struct estimates l = {0};

    (void)state;
    world_open(&w, 4, NULL, "mean");
    fill_days(&w, 30, 0);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_update(e, &w.err));
    q.by_count = 0;
    ok(&w, measures_find(e, &(struct measures_plan){&q, NULL, INT_MIN}, &m,
                         &w.err));
    assert_int_equal(m.count, 3);
    s = (struct series){.measures = &m, .from = day - 1, .days = 2};
    ok(&w, series_read(&s, e, &q, day - 1, &w.err));
    ok(&w, series_read(&s, e, &q, day, &w.err));
    ok(&w, series_read(&s, e, &q, day, &w.err)); /* again: the same */
    assert_int_equal(s.count, 1);
    assert_int_equal(s.total, 3);
    q.weights = WEIGHTS_FROZEN;
    q.base_from = q.from;
    q.base_to = q.to;
    q.from = q.to = day;
    ok(&w, engine_estimates(e, &q, &l, NULL, &w.err));
    assert_int_equal(l.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct point *p = &s.cell[0].point[i * s.days + 1];

        near_to(p->y, l.list[i].index, 1e-9);
        assert_true(fabs((double)p->n - (double)l.list[i].n) <= 4);
        assert_true(p->df > 12 && p->ss / p->df > 100 && p->ss / p->df < 400);
        assert_true(p->cubes > 10);
    }
    estimates_free(&l);
    series_free(&s);
    measures_free(&m);
    engine_close(&e);
    world_close(&w);
}

/* By hand: three groups of one, two and one person, one item. */
static void test_moments(void **state)
{
    static const struct item item = {.code = "X", .min = 1, .max = 5};
    struct measured_item of = {"X", 1};
    const struct measure mean = {.rate = INT_MIN, .items = 1, .item = &of},
                         rate = {.rate = 4, .items = 1, .item = &of};
    const double count[] = {1, 0, 1, 0, 2}; /* 1; 3 and 5; 5: worth 0 50 100 */
    double without[GROUPS * 5];
    struct item_counts c = {
        .item = &item, .points = 5, .count = count, .without = without};
    struct point p;

    (void)state;
    for (size_t g = 0; g < GROUPS; g++)
        memcpy(without + g * 5, count, sizeof count);
    c.used[0] = c.used[7] = c.used[49] = true;
    without[0] = 0;
    without[7 * 5 + 2] = 0;
    without[7 * 5 + 4] = without[49 * 5 + 4] = 1;
    p = series_point(&mean, &c, 1);
    near_to(p.y, 62.5, 1e-12);
    near_to(p.n, 4, 0);
    /* means 0, 75, 100 of 1, 2, 1: differences -62.5, 12.5, 37.5 */
    near_to(p.ss, 62.5 * 62.5 + 2 * 12.5 * 12.5 + 37.5 * 37.5, 1e-2);
    near_to(p.df, 2, 0);
    near_to(p.cube / (-244140.625 + 4 * 1953.125 + 52734.375), 1, 1e-6);
    near_to(p.cubes, 2 * 0.75 * 0.5 + 0, 1e-6);
    p = series_point(&rate, &c, 1);
    near_to(p.y, 50, 1e-12);
    p = series_point(&mean, &c, 0); /* no counts of it */
    near_to(p.n, 0, 0);
}

static void test_weeks(void **state)
{
    const struct point day[] = {
        {80, 10, 3, 9, 1, 2}, {.y = 7}, {50, 5, 1, 4, 1, 1}};
    const struct point week = series_sum(day, 3);

    (void)state;
    near_to(week.y, 70, 1e-12);
    near_to(week.n, 15, 0);
    near_to(week.ss + week.df + week.cube + week.cubes, 4 + 13 + 2 + 3, 1e-5);
    near_to(series_sum(day + 1, 1).n, 0, 0);
}

/* ---- drift ---- */

/* Against the jackknife by hand; equal weights do not differ. */
static void test_drift(void **state)
{
    struct item_weights *a = calloc(2, sizeof *a), *b = a + 1;
    static struct pls_model m = {.items = 2, .constructs = 1, .first = {0, 2}};
    struct drift_items *found = calloc(1, sizeof *found);
    double sum = 0;

    (void)state;
    a->model = b->model = &m;
    for (size_t i = 0; i < 2; i++) {
        struct item_weights *w = i ? b : a;

        w->fit.iterations = 5;
        for (size_t j = 0; j < 2; j++) {
            w->fit.weight[j] = 0.6;
            w->fit.loading[j] = 0.83;
            w->u[j] = 0.5;
        }
        for (size_t g = 0; g < GROUPS; g++) {
            w->part[g] = w->fit;
            memcpy(w->without[g], w->u, sizeof w->u);
        }
    }
    b->u[0] = 0.53;
    b->u[1] = 0.47;
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t j = 0; j < 2; j++)
            b->without[g][j] =
                b->u[j] + (j ? -1 : 1) * 1e-3 * sin(2.385 * (double)g);
    drift_compare(a, b, found);
    for (size_t g = 0; g < GROUPS; g++)
        sum += 1e-3 * sin(2.385 * (double)g) / GROUPS;
    {
        double square = 0;

        for (size_t g = 0; g < GROUPS; g++)
            square += pow(1e-3 * sin(2.385 * (double)g) - sum, 2);
        near_to(found->t[0], 0.03 / sqrt(49.0 / 50 * square), 1e-6);
    }
    near_to(found->t[1], -found->t[0], 1e-6);
    assert_int_equal(found->compared, 2);
    near_to(found->agreement[0], sqrt(pow(2 * 0.6 * 0.83, 2)), 1e-9);
    drift_compare(a, a, found);
    assert_true(isnan(found->t[0])); /* no error, so no statistic */
    free(found);
    free(a);
}

/* Customers judge by other things from November on. */
static void test_weights_move(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = november();
    struct result r = {0};
    size_t drifts = 0;

    (void)state;
    world_open(&w, 5, NULL, "mean");
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 3000; i++) {
        struct person p;

        person_make(&w, MINI_MOB, &p);
        p.r.context.frame = FRAME_INVITED;
        if (period_day(p.r.event_at) >= period_first(NOVEMBER))
            p.answers[3] = (uint8_t)(1 + draw(&w) % 10); /* SAT1: noise */
        assert_int_equal(submit(&w, &p, false), VERDICT_ACCEPTED);
    }
    ok(&w, store_commit(w.write, &w.err));
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by_count = 0;
    ok(&w, engine_ask(e, &kind_warnings, &q, &r, &w.err));
    for (size_t i = 0; i < r.rows; i++)
        if (streq(at(&r, i, "chart")->text, "weights")) {
            drifts++;
            assert_string_equal(at(&r, i, "day")->text, "2026-11-30");
            assert_string_equal(at(&r, i, "construct")->text, "SAT");
            assert_true(at(&r, i, "agreement")->number < 0.99);
            if (streq(at(&r, i, "item")->text, "SAT1"))
                assert_string_equal(at(&r, i, "direction")->text, "down");
        }
    assert_in_range(drifts, 1, 3);
    assert_true(noted(&r, "year before: 1 months"));
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

/* ---- what is asked ---- */

static void refuse(struct world *w, struct engine *e, struct query q,
                   const char *name, const char *value, enum status want,
                   const char *cause)
{
    struct query_setting setting = {name, value, false};
    struct result r = {0};

    q.setting = &setting;
    q.settings = name ? 1 : 0;
    assert_int_equal(engine_ask(e, &kind_warnings, &q, &r, &w->err), want);
    if (!strstr(w->err.text, cause))
        fail_msg("'%s' does not say '%s'", w->err.text, cause);
    assert_int_equal(r.rows, 0);
}

static void test_refusals(void **state)
{
    static const enum dimension period[] = {DIM_PERIOD};
    struct world w;
    struct engine *e = NULL;
    struct query q = november();
    struct query_setting both[] = {{"items", "SAT1", false},
                                   {"rate", "11", false}};
    struct result r = {0};

    (void)state;
    world_open(&w, 6, NULL, "mean");
    fill_days(&w, 3, 0);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    refuse(&w, e, q, "false-alarms", "0", ST_RANGE, "0.01 to 12");
    refuse(&w, e, q, "charts", "pie", ST_INVALID, "none of");
    refuse(&w, e, q, "items", "NONE", ST_NOTFOUND, "no item 'NONE'");
    refuse(&w, e, q, "items", "WHY", ST_INVALID, "no scale");
    refuse(&w, e, q, "rate", "9", ST_INVALID, "goes with --items");
    refuse(&w, e, q, "baseline", "5", ST_RANGE, "14 to 365");
    refuse(&w, e, q, "calendar", "/nowhere.csv", ST_NOTFOUND, "/nowhere.csv");
    refuse(&w, e, q, "after", "0", ST_INVALID, "need --ledger");
    q.setting = both;
    q.settings = 2;
    assert_int_equal(engine_ask(e, &kind_warnings, &q, &r, &w.err), ST_RANGE);
    assert_non_null(strstr(w.err.text, "from 1 to 10"));
    q = november();
    q.by = period;
    refuse(&w, e, q, NULL, NULL, ST_INVALID, "--by period");
    q = november();
    q.weighting = WEIGHTING_DESIGN;
    refuse(&w, e, q, NULL, NULL, ST_INVALID, "everybody once");
    q = november();
    q.reader = READER_PUBLIC;
    refuse(&w, e, q, NULL, NULL, ST_REFUSED, "for analysts");
    q = november();
    q.survey = "nothing";
    refuse(&w, e, q, NULL, NULL, ST_NOTFOUND, "nothing");
    engine_close(&e);
    world_close(&w);
}

/* Too few answers make no chart; a mean of an item, a rate and weeks do. */
static void test_what_is_charted(void **state)
{
    struct query_setting item[] = {{"items", "SAT1,LOY2", false},
                                   {"rate", "9", false}};
    struct query_setting weekly[] = {{"weekly", "yes", false},
                                     {"baseline", "63", false}};
    struct world w;
    struct engine *e = NULL;
    struct query q = november();
    struct result r = {0};

    (void)state;
    world_open(&w, 7, NULL, "mean");
    fill_days(&w, 4, 0);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_ask(e, &kind_warnings, &q, &r, &w.err));
    assert_true(noted(&r, "have no chart") || noted(&r, "series;"));
    result_free(&r);
    r = (struct result){0};
    q.by_count = 0;
    q.setting = item;
    q.settings = 2;
    ok(&w, engine_ask(e, &kind_warnings, &q, &r, &w.err));
    assert_true(noted(&r, "2 series; false alarms"));
    result_free(&r);
    r = (struct result){0};
    q.setting = weekly;
    ok(&w, engine_ask(e, &kind_warnings, &q, &r, &w.err));
    assert_true(noted(&r, "3 series have no chart")); /* nine weeks, no more */
    assert_true(noted(&r, "weekly means"));
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

/* ---- failing allocations ---- */

struct tortured {
    struct engine *engine;
    struct query query;
};

static enum status count_warnings(void *ctx, const struct warning *w)
{
    (void)w;
    ++*(size_t *)ctx;
    return ST_OK;
}

static enum status torture(void *ctx)
{
    struct tortured *t = ctx;
    const struct lookout_plan plan = {.query = t->query,
                                      .false_alarms = 1,
                                      .least = 14,
                                      .items = "SAT1",
                                      .rate = INT_MIN};
    struct lookout l = {.next = 0};
    struct lookout_told told;
    struct err err = {""};
    bool more = true;
    size_t alarms = 0;
    enum status st = lookout_new(t->engine, &plan, &l, &err);

    if (st == ST_OK)
        l.next = t->query.to - 2; /* three days are as good as four hundred */
    while (st == ST_OK && more)
        st = lookout_read(&l, t->engine, &more, &err);
    if (st == ST_OK)
        st = lookout_judge(&l, t->engine, count_warnings, &alarms, &told, &err);
    lookout_free(&l);
    return st;
}

static void test_torture(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct tortured t = {.query = november()};

    (void)state;
    world_open(&w, 8, NULL, "mean");
    fill_days(&w, 2, 0);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_update(e, &w.err));
    t.engine = e;
    alloc_torture(torture, &t);
    engine_close(&e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_province_falls),
                                       cmocka_unit_test(test_point),
                                       cmocka_unit_test(test_moments),
                                       cmocka_unit_test(test_weeks),
                                       cmocka_unit_test(test_drift),
                                       cmocka_unit_test(test_weights_move),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_what_is_charted),
                                       cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
