/* totals_test.c - means and totals by textbook formulas, and edges. */
#include "scorer/totals.h"

#include <math.h>

#include "alloc.h"
#include "weights.h"

enum { N = 24 };

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-11 * (1 + fabs(want))))
        fail_msg("got %.17g, want %.17g", got, want);
}

static void draw_numbers(uint64_t seed, double *x, double *w)
{
    for (size_t i = 0; i < N; i++) {
        x[i] = 1 + 9 * uniform(&seed);
        w[i] = 3 + 20 * uniform(&seed);
    }
}

static struct totals totals(const struct totals_sample *s, const double *x)
{
    struct totals t = {0};
    struct err err = {""};

    if (totals_of(s, x, NULL, &t, &err) != ST_OK)
        fail_msg("%s", err.text);
    return t;
}

static void assert_refused(const struct totals_sample *s, const double *x,
                           const char *const *name, const char *cause)
{
    struct totals t = {.n = 77};
    struct err err = {""};

    assert_int_equal(totals_of(s, x, name, &t, &err), ST_NUMERIC);
    assert_string_equal(err.text, cause);
    assert_int_equal(t.n, 77);
}

/* Equal weights of N / n: the simple random sample without replacement. */
static void test_simple_sample(void **state)
{
    const double fpc[] = {240};
    double x[N], w[N], mean = 0, s2 = 0;
    const struct totals_sample s = {.rows = N, .weight = w, .fpc = fpc};
    struct totals t;

    (void)state;
    draw_numbers(3, x, w);
    for (size_t i = 0; i < N; i++) {
        w[i] = 10;
        mean += x[i] / N;
    }
    for (size_t i = 0; i < N; i++)
        s2 += (x[i] - mean) * (x[i] - mean) / (N - 1);
    t = totals(&s, x);
    near(t.mean, mean);
    near(t.mean_se, sqrt(s2 / N * 0.9));
    near(t.total, 240 * mean);
    near(t.total_se, 240 * t.mean_se);
    near(t.deff, 1);
    near(t.kish_deff, 1);
    near(t.n_eff, N);
}

/* Strata and units of unequal size, by the formula. */
static void test_strata_and_clusters(void **state)
{
    const double fpc[] = {0.25, 12, 0};
    double x[N], w[N], sum_w = 0, sum = 0, variance = 0;
    uint32_t stratum[N], cluster[N];
    const struct totals_sample s = {.rows = N,
                                    .weight = w,
                                    .stratum = stratum,
                                    .cluster = cluster,
                                    .fpc = fpc};
    struct totals t;

    (void)state;
    draw_numbers(5, x, w);
    for (size_t i = 0; i < N; i++) {
        stratum[i] = i % 3;
        cluster[i] = (uint32_t)(i * i) % 4; /* numbered anew in each stratum */
        sum_w += w[i];
        sum += w[i] * x[i];
    }
    for (uint32_t h = 0; h < 3; h++) {
        double z[4] = {0}, mean = 0, squares = 0;
        size_t units = 0;

        for (uint32_t c = 0; c < 4; c++) {
            bool any = false;

            for (size_t i = 0; i < N; i++)
                if (stratum[i] == h && cluster[i] == c) {
                    z[c] += w[i] * (x[i] - sum / sum_w) / sum_w;
                    any = true;
                }
            units += any;
            mean += z[c];
        }
        mean /= (double)units;
        for (uint32_t c = 0; c < 4; c++)
            if (z[c] != 0)
                squares += (z[c] - mean) * (z[c] - mean);
        variance += (1 - (h == 1 ? (double)units / 12 : fpc[h])) *
                    (double)units / (double)(units - 1) * squares;
    }
    t = totals(&s, x);
    near(t.mean, sum / sum_w);
    near(t.mean_se, sqrt(variance));
}

/* Rows without a number stay in the design: a domain. */
static void test_missing_numbers(void **state)
{
    double x[N], w[N], zero[N], in[N];
    const struct totals_sample s = {.rows = N, .weight = w};
    struct totals a, b;

    (void)state;
    draw_numbers(7, x, w);
    for (size_t i = 0; i < N; i++) {
        if (i % 5 == 0)
            x[i] = NAN;
        zero[i] = isnan(x[i]) ? 0 : x[i];
        in[i] = isnan(x[i]) ? 0 : 1;
    }
    a = totals(&s, x);
    assert_int_equal(a.n, N - 5);
    b = totals(&s, zero);
    near(a.total, b.total);
    near(a.total_se, b.total_se);
    near(a.weight, totals(&s, in).total);
    near(a.mean, a.total / a.weight);
}

static void test_edges(void **state)
{
    static const char *const names[] = {"north", "south"};
    const double fpc[] = {3};
    double x[N], w[N], one[N];
    uint32_t stratum[N] = {0};
    struct totals_sample s = {.rows = N, .weight = w};
    struct totals t;

    (void)state;
    draw_numbers(9, x, w);
    for (size_t i = 0; i < N; i++)
        one[i] = 4.25;
    t = totals(&s, one); /* all equal */
    near(t.mean, 4.25);
    assert_true(t.mean_se < 1e-15);
    s.rows = 2;
    t = totals(&s, x);
    assert_int_equal(t.n, 2);
    assert_true(t.mean_se > 0);
    s.rows = 1;
    assert_refused(&s, x, NULL,
                   "the sample has a single sampling unit: its variance is not "
                   "known");
    s.rows = N;
    stratum[4] = 1;
    s.stratum = stratum;
    assert_refused(&s, x, names,
                   "stratum 'south' has a single sampling unit: its variance "
                   "is not known");
    s.stratum = NULL;
    s.fpc = fpc;
    assert_refused(&s, x, NULL,
                   "the sample: 24 sampling units of a population "
                   "of 3");
    s.fpc = NULL;
    w[3] = -1;
    assert_refused(&s, x, NULL, "row 4: its weight is negative or no number");
    for (size_t i = 0; i < N; i++)
        w[i] = 0;
    assert_refused(&s, x, NULL, "no number with a weight");
    for (size_t i = 0; i < N; i++) {
        w[i] = 1;
        one[i] = NAN;
    }
    assert_refused(&s, one, NULL, "no number with a weight");
    t = totals(&s, x); /* weights that stand for nobody else */
    assert_true(isnan(t.deff));
    assert_true(isnan(people_effective(0, 0)));
}

static enum status torture(void *ctx)
{
    double x[N], w[N];
    const struct totals_sample s = {.rows = N, .weight = w};
    struct totals t;

    (void)ctx;
    draw_numbers(11, x, w);
    return totals_of(&s, x, NULL, &t, NULL);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    alloc_torture(torture, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simple_sample),
        cmocka_unit_test(test_strata_and_clusters),
        cmocka_unit_test(test_missing_numbers), cmocka_unit_test(test_edges),
        cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
