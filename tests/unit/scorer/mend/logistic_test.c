/* logistic_test.c - logistic regression against closed forms, its own
 * equations, and counting pairs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "scorer/logistic.h"
#include "scorer/random.h"

#define near_to(got, want, tolerance)                                          \
    do {                                                                       \
        if (!(fabs((got) - (want)) <= (tolerance)))                            \
            fail_msg("%s: got %.17g, want %.17g", #got, (got), (want));        \
    } while (0)

static const char *const names[] = {"SAT", "LOY", "COM"};

static double uniform(uint64_t n)
{
    return (double)(random_at(2008, n) >> 11) * 0x1p-53;
}

enum { ROWS = 500 };

struct sample {
    double x[ROWS * 3];
    bool y[ROWS];
    struct logistic_data d;
};

/* Indices on 0-100; `columns` of them. */
static void make(struct sample *s, size_t columns, size_t rows)
{
    const double b[] = {-0.03, -0.02, 0.01};

    *s =
        (struct sample){.d = {.rows = rows, .columns = columns, .name = names}};
    for (size_t i = 0; i < rows; i++) {
        double logit = 1;

        for (size_t k = 0; k < columns; k++) {
            s->x[i * columns + k] = floor(100 * uniform(10 * i + k));
            logit += b[k] * s->x[i * columns + k];
        }
        s->y[i] = uniform(10 * i + 9) < 1 / (1 + exp(-logit));
    }
    s->d.x = s->x;
    s->d.y = s->y;
}

/* A column of 0 and 1: b is the log odds ratio of the table. */
static void test_two_by_two(void **state)
{
    static const size_t count[2][2] = {{90, 10}, {70, 30}}; /* [x][y] */
    double x[200];
    bool y[200];
    const struct logistic_data d = {200, 1, x, y, names};
    const double ll = 90 * log(.9) + 10 * log(.1) + 70 * log(.7) + 30 * log(.3);
    const double ll0 = 160 * log(.8) + 40 * log(.2);
    struct logistic_fit f;
    struct logistic_test t;
    size_t n = 0;

    (void)state;
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++)
            for (size_t i = 0; i < count[a][b]; i++, n++) {
                x[n] = a;
                y[n] = b;
            }
    assert_int_equal(logistic_estimate(&d, &f, NULL), ST_OK);
    near_to(f.b[0], log(10.0 / 90), 1e-12);
    near_to(f.b[1], log(30.0 * 90 / (70 * 10)), 1e-12);
    near_to(logistic_se(&f, 0), sqrt(1.0 / 10 + 1.0 / 90), 1e-11);
    near_to(logistic_se(&f, 1), sqrt(1.0 / 30 + 1.0 / 70 + 1.0 / 10 + 1.0 / 90),
            1e-11);
    near_to(f.likelihood, ll, 1e-10);
    near_to(f.null_likelihood, ll0, 1e-10);
    assert_int_equal(f.events, 40);
    t = logistic_ratio(&f);
    near_to(t.statistic, 2 * (ll - ll0), 1e-9);
    assert_int_equal(t.df, 1);
    near_to(t.p, erfc(sqrt(t.statistic / 2)), 1e-12);
    near_to(logistic_probability(logistic_logit(&f, &x[199])), 0.3, 1e-12);
}

/* At the maximum the score is 0, and cov times the information is one. */
static void test_equations(void **state)
{
    for (size_t columns = 1; columns <= 3; columns++) {
        struct sample s;
        struct logistic_fit f;
        double score[4] = {0}, information[16] = {0}, likelihood = 0;
        const size_t n = columns + 1;

        (void)state;
        make(&s, columns, ROWS);
        assert_int_equal(logistic_estimate(&s.d, &f, NULL), ST_OK);
        for (size_t i = 0; i < ROWS; i++) {
            const double *x = &s.x[i * columns];
            const double p = logistic_probability(logistic_logit(&f, x));

            likelihood += log(s.y[i] ? p : 1 - p);
            for (size_t a = 0; a < n; a++) {
                const double xa = a ? x[a - 1] : 1;

                score[a] += xa * (s.y[i] - p);
                for (size_t b = 0; b < n; b++)
                    information[a * n + b] +=
                        p * (1 - p) * xa * (b ? x[b - 1] : 1);
            }
        }
        near_to(f.likelihood, likelihood, 1e-9);
        for (size_t a = 0; a < n; a++) {
            near_to(score[a], 0.0, 1e-7);
            for (size_t b = 0; b < n; b++) {
                double sum = 0;

                for (size_t k = 0; k < n; k++)
                    sum += information[a * n + k] * f.cov[k * n + b];
                near_to(sum, a == b ? 1.0 : 0.0, 1e-8);
            }
        }
    }
}

/* Whatever the unit, the probabilities stay. */
static void test_units(void **state)
{
    struct sample s;
    struct logistic_fit f, g;

    (void)state;
    make(&s, 2, ROWS);
    assert_int_equal(logistic_estimate(&s.d, &f, NULL), ST_OK);
    for (size_t i = 0; i < ROWS; i++)
        s.x[2 * i] = 1e6 + s.x[2 * i] / 1000;
    assert_int_equal(logistic_estimate(&s.d, &g, NULL), ST_OK);
    near_to(g.b[1], 1000 * f.b[1], 1e-5);
    near_to(g.b[2], f.b[2], 1e-9);
    near_to(g.likelihood, f.likelihood, 1e-6);
}

static void refuse(const struct logistic_data *d, const char *cause)
{
    struct logistic_fit f = {.iterations = -1};
    struct err err = {""};

    assert_int_equal(logistic_estimate(d, &f, &err), ST_NUMERIC);
    if (!strstr(err.text, cause))
        fail_msg("'%s' does not say '%s'", err.text, cause);
    assert_int_equal(f.iterations, -1);
}

static void test_refusals(void **state)
{
    struct sample s;
    struct logistic_fit f;

    (void)state;
    make(&s, 2, 100);
    memset(s.y, true, sizeof s.y);
    refuse(&s.d, "all 100 have the same outcome");
    memset(s.y, false, sizeof s.y);
    refuse(&s.d, "all 100 have the same outcome");
    make(&s, 2, 0);
    refuse(&s.d, "all 0 have the same outcome");
    make(&s, 2, 1);
    refuse(&s.d, "all 1 have the same outcome");
    make(&s, 3, 100);
    for (size_t i = 0; i < 100; i++)
        s.x[3 * i + 1] = 70;
    refuse(&s.d, "LOY: the same for everybody");
    make(&s, 3, 100);
    for (size_t i = 0; i < 100; i++)
        s.x[3 * i + 2] = 5 + s.x[3 * i] - 2 * s.x[3 * i + 1];
    refuse(&s.d, "COM is determined");
    make(&s, 3, 100); /* completely */
    for (size_t i = 0; i < 100; i++)
        s.y[i] = s.x[3 * i + 1] < 40;
    refuse(&s.d, "separated: LOY alone");
    make(&s, 3, 100); /* but for the border */
    for (size_t i = 0; i < 100; i++) {
        s.x[3 * i] = 10 * floor(s.x[3 * i] / 10);
        s.y[i] = s.x[3 * i] < 50 || (s.x[3 * i] < 60 && i % 2);
    }
    refuse(&s.d, "separated: SAT alone");
    make(&s, 2, 100); /* by both together */
    for (size_t i = 0; i < 100; i++)
        s.y[i] = s.x[2 * i] + s.x[2 * i + 1] < 90;
    refuse(&s.d, "separated: a combination");
    make(&s, 1, 100); /* a group in which nobody leaves */
    for (size_t i = 0; i < 100; i++) {
        s.x[i] = i % 4 == 0;
        s.y[i] = i % 4 != 0 && i % 3 == 0;
    }
    refuse(&s.d, "separated");
    s.d.columns = LOGISTIC_MAX + 1;
    assert_int_equal(logistic_estimate(&s.d, &f, NULL), ST_RANGE);
}

/* One who is on the other side is enough. */
static void test_nearly_separated(void **state)
{
    struct sample s;
    struct logistic_fit f;

    (void)state;
    make(&s, 1, 200);
    for (size_t i = 0; i < 200; i++)
        s.y[i] = s.x[i] < 50;
    s.x[0] = 90;
    s.y[0] = true;
    assert_int_equal(logistic_estimate(&s.d, &f, NULL), ST_OK);
    assert_true(f.b[1] < 0);
}

/* ---- area ---- */

static double kernel(double one, double other)
{
    return one > other ? 1 : one == other ? 0.5 : 0;
}

/* Every pair, and the components of DeLong et al., eq. (5) and (6). */
static void count_pairs(const double *score, const bool *y, size_t rows,
                        double *auc, double *se)
{
    double sum = 0, m = 0, variance[2] = {0, 0};

    for (size_t i = 0; i < rows; i++)
        m += y[i];
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < rows; k++)
            if (y[i] && !y[k])
                sum += kernel(score[i], score[k]);
    *auc = sum / (m * ((double)rows - m));
    for (size_t i = 0; i < rows; i++) {
        const double others = y[i] ? (double)rows - m : m;
        double own = 0;

        for (size_t k = 0; k < rows; k++)
            if (y[i] != y[k])
                own += y[i] ? kernel(score[i], score[k])
                            : kernel(score[k], score[i]);
        variance[y[i]] += (own / others - *auc) * (own / others - *auc);
    }
    *se = sqrt(variance[1] / (m - 1) / m +
               variance[0] / ((double)rows - m - 1) / ((double)rows - m));
}

static void test_auc(void **state)
{
    double auc, se, want, want_se;
    const double scores[] = {1, 2, 3, 4};
    const bool ends[] = {false, false, true, true};
    const bool one[] = {false, false, true, false}, none[4] = {false};
    struct sample s;

    (void)state;
    for (size_t ties = 1; ties <= 40; ties *= 3) {
        make(&s, 1, ROWS);
        for (size_t i = 0; i < ROWS; i++)
            s.x[i] = -floor(s.x[i] / (double)ties);
        count_pairs(s.x, s.y, ROWS, &want, &want_se);
        assert_int_equal(logistic_auc(s.x, s.y, ROWS, &auc, &se), ST_OK);
        near_to(auc, want, 1e-13);
        near_to(se, want_se, 1e-12);
        assert_true(auc > 0.5);
    }
    assert_int_equal(logistic_auc(scores, ends, 4, &auc, &se), ST_OK);
    near_to(auc, 1.0, 0);
    near_to(se, 0.0, 0);
    assert_int_equal(logistic_auc(scores, one, 4, &auc, &se), ST_OK);
    near_to(auc, 2.0 / 3, 1e-15);
    assert_true(isnan(se)); /* of a single one */
    assert_int_equal(logistic_auc(scores, none, 4, &auc, &se), ST_OK);
    assert_true(isnan(auc) && isnan(se));
    assert_int_equal(logistic_auc(scores, none, 0, &auc, &se), ST_OK);
    assert_true(isnan(auc) && isnan(se));
}

/* ---- calibration ---- */

static void test_calibration(void **state)
{
    static const size_t count[3] = {40, 30, 30}; /* of three probabilities */
    static const double risk[3] = {0.1, 0.3, 0.5};
    static const size_t left[3] = {6, 9, 12};
    struct logistic_group g[LOGISTIC_GROUPS];
    struct logistic_test t;
    struct sample s;
    double p[ROWS], want = 0;
    size_t n = 0, groups, rows = 0, events = 0;

    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < count[k]; i++, n++) {
            p[n] = risk[k];
            s.y[n] = i < left[k];
        }
    assert_int_equal(logistic_calibration(p, s.y, n, g, &groups, &t), ST_OK);
    assert_int_equal(groups, 3);
    for (size_t k = 0; k < 3; k++) {
        const double e = risk[k] * (double)count[k];

        assert_int_equal(g[k].rows, count[k]);
        assert_int_equal(g[k].events, left[k]);
        near_to(g[k].expected, e, 1e-12);
        want += pow((double)left[k] - e, 2) / (e * (1 - risk[k]));
    }
    near_to(t.statistic, want, 1e-12);
    assert_int_equal(t.df, 1);
    near_to(t.p, erfc(sqrt(want / 2)), 1e-12);
    assert_int_equal(logistic_calibration(p, s.y, 60, g, &groups, &t), ST_OK);
    assert_int_equal(groups, 2);
    assert_true(isnan(t.statistic) && isnan(t.p));
    make(&s, 1, ROWS); /* no ties to speak of: tenths */
    for (size_t i = 0; i < ROWS; i++)
        p[i] = uniform(7000 + i);
    assert_int_equal(logistic_calibration(p, s.y, ROWS, g, &groups, &t), ST_OK);
    assert_int_equal(groups, LOGISTIC_GROUPS);
    for (size_t k = 0; k < groups; k++) {
        assert_int_equal(g[k].rows, ROWS / LOGISTIC_GROUPS);
        rows += g[k].rows;
        events += g[k].events;
    }
    assert_int_equal(rows, ROWS);
    for (size_t i = 0; i < ROWS; i++)
        events -= s.y[i];
    assert_int_equal(events, 0);
    assert_int_equal(t.df, 8);
    assert_int_equal(logistic_calibration(p, s.y, 0, g, &groups, &t), ST_OK);
    assert_int_equal(groups, 0);
}

static enum status torture(void *ctx)
{
    struct sample *s = ctx;
    struct logistic_group g[LOGISTIC_GROUPS];
    struct logistic_test t;
    double auc, se;
    size_t groups;
    enum status st = logistic_auc(s->x, s->y, 50, &auc, &se);

    return st == ST_OK ? logistic_calibration(s->x, s->y, 50, g, &groups, &t)
                       : st;
}

static void test_out_of_memory(void **state)
{
    struct sample s;

    (void)state;
    make(&s, 1, 50);
    alloc_torture(torture, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_two_by_two),
                                       cmocka_unit_test(test_equations),
                                       cmocka_unit_test(test_units),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_nearly_separated),
                                       cmocka_unit_test(test_auc),
                                       cmocka_unit_test(test_calibration),
                                       cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
