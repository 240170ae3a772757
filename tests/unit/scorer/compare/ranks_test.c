/* ranks_test.c - rank intervals and bands: by hand, by brute force, and how
 * often they hold. */
#include "asking.h"

#include <gsl/gsl_cdf.h>

#include "alloc.h"
#include "ranking.h"
#include "sets.h"

enum { MOST = 12 };

/* A measure of that value whose replicates spread to the standard error. */
static struct measure measure_with(struct world *w, double value, double se)
{
    struct measure m;
    double mean = 0, squares = 0;

    for (size_t g = 0; g < GROUPS; g++) {
        m.used[g] = true;
        m.at[g] = noise(w);
        mean += m.at[g] / GROUPS;
    }
    for (size_t g = 0; g < GROUPS; g++)
        squares += (m.at[g] - mean) * (m.at[g] - mean);
    for (size_t g = 0; g < GROUPS; g++)
        m.at[g] = value + (m.at[g] - mean) * se *
                              sqrt(GROUPS / (GROUPS - 1.) / squares);
    m.at[WHOLE] = value;
    return m;
}

/* ---- once more: which pairs differ ---- */

struct naive {
    size_t count;
    bool above[MOST][MOST]; /* by place in the list given */
};

static double one_sided(const struct measure *a, const struct measure *b)
{
    double replicate[GROUPS];
    bool used[GROUPS];

    for (size_t g = 0; g < GROUPS; g++) {
        replicate[g] = a->at[g] - b->at[g];
        used[g] = true;
    }
    return gsl_cdf_tdist_Q((a->at[WHOLE] - b->at[WHOLE]) /
                               jackknife_of(replicate, used),
                           GROUPS - 1);
}

/* Holm over all ordered pairs: the smallest p left against what is left. */
static void naive_make(const struct measure *m, size_t count, struct naive *out)
{
    size_t left = count * (count - 1);

    memset(out, 0, sizeof *out);
    out->count = count;
    for (; left; left--) {
        size_t a = 0, b = 0;
        double least = 2;

        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                if (i != j && !out->above[i][j] &&
                    one_sided(&m[i], &m[j]) < least) {
                    least = one_sided(&m[i], &m[j]);
                    a = i;
                    b = j;
                }
        if (least > 0.05 / (double)left)
            return;
        out->above[a][b] = true;
    }
}

static void check_rankings(const struct measure *m, size_t count)
{
    struct ranking r[MOST];
    struct naive n;

    assert_int_equal(rankings_make(m, count, r), ST_OK);
    naive_make(m, count, &n);
    for (size_t i = 0; i < count; i++) {
        size_t above = 0, below = 0, better = 0;

        for (size_t j = 0; j < count; j++) {
            above += n.above[j][r[i].at];
            below += n.above[r[i].at][j];
            better += m[j].at[WHOLE] > m[r[i].at].at[WHOLE];
        }
        assert_int_equal(r[i].rank, better + 1);
        assert_int_equal(r[i].low, 1 + above);
        assert_int_equal(r[i].high, count - below);
        assert_true(r[i].low <= r[i].rank && r[i].rank <= r[i].high);
        if (i + 1 < count)
            near(r[i].above_next, 1 - one_sided(&m[r[i].at], &m[r[i + 1].at]));
    }
    /* who shares a band does not differ; neighbours that do not, share one;
     * each band is a run that cannot be longer */
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            const bool differ = n.above[r[i].at][r[j].at];
            const bool share = r[j].band <= r[i].last_band;

            if (share)
                assert_false(differ);
            if (j == i + 1)
                assert_true(share != differ);
        }
    assert_int_equal(r[0].band, 1);
    for (size_t i = 1; i < count; i++) {
        assert_true(r[i].band >= r[i - 1].band &&
                    r[i].band <= r[i - 1].last_band + 1);
        assert_true(r[i].last_band >= r[i - 1].last_band);
    }
    assert_true(isnan(r[count - 1].above_next));
}

static void test_brute_force(void **state)
{
    struct world w = {.random = 401};
    struct measure m[MOST];

    (void)state;
    for (size_t round = 0; round < 60; round++) {
        const size_t count = 1 + draw(&w) % MOST;

        for (size_t i = 0; i < count; i++)
            m[i] =
                measure_with(&w, 70 + 6 * noise(&w), 0.2 + fabs(noise(&w)) * 2);
        check_rankings(m, count);
    }
}

/* 80, 79.5, 70, all sure but the first two of each other. */
static void test_by_hand(void **state)
{
    struct world w = {.random = 402};
    struct measure m[3];
    struct ranking r[3];

    (void)state;
    m[0] = measure_with(&w, 70, 0.5);
    m[1] = measure_with(&w, 80, 0.5);
    m[2] = measure_with(&w, 79.5, 0.5);
    assert_int_equal(rankings_make(m, 3, r), ST_OK);
    assert_int_equal(r[0].at, 1);
    assert_true(r[0].rank == 1 && r[0].low == 1 && r[0].high == 2);
    assert_true(r[1].rank == 2 && r[1].low == 1 && r[1].high == 2);
    assert_true(r[2].rank == 3 && r[2].low == 3 && r[2].high == 3);
    assert_true(r[0].band == 1 && r[1].last_band == 1 && r[2].band == 2);
    assert_true(r[0].above_next > 0.6 && r[0].above_next < 0.9);
    assert_true(r[1].above_next > 0.999999);
}

static void test_edges(void **state)
{
    struct world w = {.random = 403};
    struct measure m[4];
    struct ranking r[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        m[i] = measure_with(&w, 50, 0); /* all alike, nothing varies */
    assert_int_equal(rankings_make(m, 0, r), ST_OK);
    assert_int_equal(rankings_make(m, 1, r), ST_OK);
    assert_true(r[0].rank == 1 && r[0].low == 1 && r[0].high == 1);
    assert_int_equal(rankings_make(m, 4, r), ST_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(r[i].at, i);
        assert_true(r[i].rank == 1 && r[i].low == 1 && r[i].high == 4);
        assert_true(r[i].band == 1 && r[i].last_band == 1);
        assert_true(isnan(r[i].above_next));
    }
    m[2] = measure_with(&w, 50, 1);
    for (size_t g = 0; g < 2; g++) /* over 1 % of them failed: no test */
        m[2].at[g] = NAN;
    assert_int_equal(rankings_make(m, 4, r), ST_OK);
    assert_true(r[2].low == 1 && r[2].high == 4);
    assert_int_equal(rankings_make(m, RANKINGS_MAX + 1, r), ST_RANGE);
}

/* Ten cells of which some are truly equal: all true
 * ranks in their intervals 95 times of 100 at least. */
static void test_coverage(void **state)
{
    static const double truth[] = {72, 72, 72, 73, 74, 74, 76, 79, 79, 85};
    enum { CELLS = 10, TIMES = 400 };
    struct world w = {.random = 404};
    size_t held = 0, width = 0;

    (void)state;
    for (size_t t = 0; t < TIMES; t++) {
        struct measure m[CELLS];
        struct ranking r[CELLS];
        bool all = true;

        for (size_t i = 0; i < CELLS; i++) {
            double sum = 0, group[GROUPS];

            m[i] = (struct measure){{0}, {false}};
            for (size_t g = 0; g < GROUPS; g++)
                sum += group[g] = truth[i] + 10 * noise(&w);
            m[i].at[WHOLE] = sum / GROUPS;
            for (size_t g = 0; g < GROUPS; g++) {
                m[i].used[g] = true;
                m[i].at[g] = (sum - group[g]) / (GROUPS - 1);
            }
        }
        assert_int_equal(rankings_make(m, CELLS, r), ST_OK);
        for (size_t i = 0; i < CELLS; i++) {
            size_t above = 0, below = 0;

            for (size_t k = 0; k < CELLS; k++) {
                above += truth[k] > truth[r[i].at];
                below += truth[k] < truth[r[i].at];
            }
            all = all && r[i].low <= 1 + above && r[i].high >= CELLS - below;
            width += r[i].high - r[i].low;
        }
        held += all;
    }
    if (held < TIMES * 93 / 100)
        fail_msg("%zu of %d", held, TIMES);
    assert_true(width < TIMES * CELLS * 6); /* and they say something */
}

/* ---- the kind ---- */

static void test_kind(void **state)
{
    static const struct query_setting set[] = {{"over", "province", false}};
    struct world w;
    struct engine *e = NULL;
    struct query q = ask_for("one");
    struct survey *one;
    struct result r;

    (void)state;
    world_open(&w, 405, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    for (size_t i = 0; i < 40; i++) {
        const uint8_t more = i % 2;

        answer_alike(&w, (struct one){one, 1, (uint8_t)(3 + more), "11",
                                      FRAME_INVITED, 0});
        answer_alike(&w, (struct one){one, 3, (uint8_t)(8 + more), "31",
                                      FRAME_INVITED, 0});
        answer_alike(&w, (struct one){one, 1, (uint8_t)(8 + more), "44",
                                      FRAME_INVITED, 0});
    }
    answer_alike(&w, (struct one){one, 29, 11, "65", FRAME_INVITED, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    r = ask(&w, e, &kind_ranks, &q);
    assert_int_equal(r.rows, 4);
    assert_string_equal(text(&r, 0, "province"), "31");
    assert_string_equal(text(&r, 1, "province"), "44");
    assert_int_equal(count(&r, 0, "rank"), 1);
    assert_int_equal(count(&r, 1, "rank"), 1); /* the very same index */
    assert_int_equal(count(&r, 1, "rank_high"), 2);
    assert_string_equal(text(&r, 1, "band"), "1");
    assert_int_equal(count(&r, 2, "rank"), 3);
    assert_int_equal(count(&r, 2, "rank_low"), 3);
    assert_string_equal(text(&r, 2, "band"), "2");
    assert_string_equal(text(&r, 2, "flags"), "indicative");
    close_to(number(&r, 0, "p_above_next"), 0.5, 1e-9);
    assert_true(number(&r, 1, "p_above_next") > 0.9999);
    assert_string_equal(text(&r, 3, "province"), "65"); /* too few */
    assert_true(count(&r, 3, "rank") == COUNT_NONE);
    assert_int_equal(count(&r, 3, "n"), 29);
    assert_true(isnan(number(&r, 3, "index")));
    assert_string_equal(text(&r, 3, "flags"), "suppressed");
    result_free(&r);

    q.from = q.to = period_first(OCTOBER) + 9; /* nobody */
    r = ask(&w, e, &kind_ranks, &q);
    assert_int_equal(r.rows, 0);
    assert_true(r.met && !r.met[0]);
    result_free(&r);
    q.settings = 0;
    refused(&w, e, &kind_ranks, &q, ST_INVALID, "--over");
    q.settings = 1;
    q.setting = &(struct query_setting){"over", "province,channel", false};
    refused(&w, e, &kind_ranks, &q, ST_INVALID, "one dimension");
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

/* By channel, each construct by itself, and in a family too. */
static void test_sets(void **state)
{
    static const struct query_setting set[] = {{"over", "province", false}};
    static const enum dimension by[] = {DIM_CHANNEL};
    struct world w;
    struct engine *e = NULL;
    struct query q = ask_for("mini");
    struct result r;
    size_t ranked = 0;

    (void)state;
    world_open(&w, 406, NULL, "mean");
    fill_world(&w, MINI_MOB, 1500);
    fill_world(&w, MINI_FIX, 1500);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    q.by = by;
    q.by_count = 1;
    r = ask(&w, e, &kind_ranks, &q);
    assert_int_equal(r.rows, CHANNELS * MINI_CONSTRUCTS * 4);
    for (size_t i = 0; i < r.rows; i++) {
        assert_string_equal(text(&r, i, "construct"),
                            text(&r, i - i % 4, "construct"));
        assert_string_equal(text(&r, i, "channel"),
                            text(&r, i - i % 4, "channel"));
        assert_int_equal(count(&r, i, "ranked"), 4);
        if (i % 4)
            assert_true(number(&r, i, "index") <= number(&r, i - 1, "index"));
        ranked += count(&r, i, "rank") == (int64_t)(i % 4) + 1;
    }
    assert_int_equal(ranked, r.rows);
    assert_string_equal(text(&r, 0, "construct"), "IMG");
    assert_string_equal(text(&r, 4, "construct"), "SAT");
    assert_string_equal(text(&r, 8, "construct"), "LOY");
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

struct torture {
    struct engine *e;
    struct query q;
};

static enum status body(void *ctx)
{
    struct torture *t = ctx;
    struct result r = {0};
    const enum status st = engine_ask(t->e, &kind_ranks, &t->q, &r, NULL);

    result_free(&r);
    return st;
}

static void test_no_memory(void **state)
{
    static const struct query_setting set[] = {{"over", "province", false}};
    struct torture t = {.q = ask_for("mini-mob")};
    struct world w;

    (void)state;
    world_open(&w, 407, NULL, "mean");
    fill_world(&w, MINI_MOB, 400);
    ok(&w, engine_on(w.read, NULL, &t.e, &w.err));
    t.q.setting = set;
    t.q.settings = 1;
    assert_int_equal(body(&t), ST_OK);
    alloc_torture(body, &t);
    engine_close(&t.e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_force), cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_edges),       cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_kind),        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
