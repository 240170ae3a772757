/* interaction_test.c - moderated paths against a naive computation: whole
 * columns of scores and products, normal equations, residuals. */
#include "interaction.h"
#include "scorer/moments.h"
#include "scorer/random.h"
#include "scorer/small.h"

enum { ROWS = 157, PREDICTORS = 4 };

/* A, B -> C of small.h, where B strengthens the effect of A. */
struct sample {
    struct small s;
    size_t rows;
    uint8_t row[2 * ROWS * ITEMS];
    struct pls_fit fit;
};

static double uniform(uint64_t n)
{
    return (double)(random_at(20261122, n) >> 11) / 9007199254740992.0;
}

static double normal(uint64_t n)
{
    double sum = -6;

    for (uint64_t i = 0; i < 12; i++)
        sum += uniform(12 * n + i);
    return sum;
}

static uint8_t answer(double latent, double error)
{
    const double x = 5.5 + 1.6 * latent + 0.9 * error;

    return (uint8_t)(x < 1 ? 1 : x > 10 ? 10 : x + 0.5);
}

static void fit_rows(struct sample *t, enum missing_policy policy)
{
    struct moments *m = NULL;
    double mean[ITEMS], cov[ITEMS * ITEMS];
    struct err err = {""};
    enum status st;

    assert_int_equal(moments_new(ITEMS, true, &m), ST_OK);
    assert_int_equal(moments_add(m, t->row, ITEMS, t->rows), ST_OK);
    st = moments_covariance(m, policy, pls_item_code, &t->s.model, mean, cov,
                            &err);
    if (st == ST_OK)
        st = pls_estimate(&t->s.model, (int64_t)t->rows, mean, cov, NULL,
                          &t->fit, &err);
    if (st != ST_OK)
        fail_msg("%s", err.text);
    moments_free(&m);
}

static void make(struct sample *t, bool missing, enum missing_policy policy)
{
    small_make(&t->s, SCHEME_PATH, MODE_A);
    t->rows = ROWS;
    for (size_t r = 0; r < ROWS; r++) {
        const double a = normal(9 * r), b = 0.4 * a + normal(9 * r + 1);
        const double c = 0.5 * a + 0.3 * b + 0.35 * a * b + normal(9 * r + 2);

        for (size_t i = 0; i < ITEMS; i++) {
            const double latent = i < 3 ? a : i < 5 ? b : c;
            uint8_t *x = &t->row[r * ITEMS + i];

            *x = answer(latent, normal(9 * r + 3 + i));
            if (missing && uniform(100000 + r * ITEMS + i) < 0.07)
                *x = 0;
        }
    }
    fit_rows(t, policy);
}

/* Columns of scores with mean 0 and variance 1. */
static void scores(const struct sample *t, size_t c, double *y)
{
    const struct pls_model *m = &t->s.model;
    double mean = 0, square = 0;

    for (size_t r = 0; r < t->rows; r++) {
        y[r] = 0;
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
            const uint8_t x = t->row[r * ITEMS + j];
            const double z =
                ((x ? x : t->fit.mean[j]) - t->fit.mean[j]) / t->fit.sd[j];

            y[r] += t->fit.weight[j] * z;
        }
        mean += y[r] / (double)t->rows;
    }
    for (size_t r = 0; r < t->rows; r++)
        square += (y[r] - mean) * (y[r] - mean);
    for (size_t r = 0; r < t->rows; r++)
        y[r] = (y[r] - mean) / sqrt(square / (double)(t->rows - 1));
}

/* Gauss with the largest pivot; the coefficients of `y` on the columns of `x`,
 * and the residual sum of squares. */
static double naive(const double *x, size_t n, size_t rows, const double *y,
                    double *beta)
{
    double a[PREDICTORS][PREDICTORS + 1], rest = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            a[i][j] = 0;
            for (size_t r = 0; r < rows; r++)
                a[i][j] += x[r * PREDICTORS + i] * x[r * PREDICTORS + j];
        }
        a[i][n] = 0;
        for (size_t r = 0; r < rows; r++)
            a[i][n] += x[r * PREDICTORS + i] * y[r];
    }
    for (size_t p = 0; p < n; p++) {
        size_t best = p;

        for (size_t i = p; i < n; i++)
            best = fabs(a[i][p]) > fabs(a[best][p]) ? i : best;
        for (size_t j = 0; j <= n; j++) {
            const double swap = a[p][j];

            a[p][j] = a[best][j];
            a[best][j] = swap;
        }
        for (size_t i = 0; i < n; i++) {
            const double factor = i == p ? 0 : a[i][p] / a[p][p];

            for (size_t j = p; j <= n; j++)
                a[i][j] -= factor * a[p][j];
        }
    }
    for (size_t i = 0; i < n; i++)
        beta[i] = a[i][n] / a[i][i];
    for (size_t r = 0; r < rows; r++) {
        double e = y[r];

        for (size_t i = 0; i < n; i++)
            e -= beta[i] * x[r * PREDICTORS + i];
        rest += e * e;
    }
    return rest;
}

static void by_hand(const struct sample *t, double *out)
{
    static double a[2 * ROWS], b[2 * ROWS], y[2 * ROWS];
    static double x[2 * ROWS * PREDICTORS];
    double beta[PREDICTORS], less[PREDICTORS], rest;

    scores(t, 0, a);
    scores(t, 1, b);
    scores(t, 2, y);
    for (size_t r = 0; r < t->rows; r++) {
        x[r * PREDICTORS] = 1;
        x[r * PREDICTORS + 1] = a[r];
        x[r * PREDICTORS + 2] = b[r];
        x[r * PREDICTORS + 3] = a[r] * b[r];
    }
    rest = naive(x, 4, t->rows, y, beta);
    out[INTERACTION_PRODUCT] = beta[3];
    out[INTERACTION_LOW] = beta[1] - beta[3];
    out[INTERACTION_MEAN] = beta[1];
    out[INTERACTION_HIGH] = beta[1] + beta[3];
    out[INTERACTION_BY] = beta[2];
    /* (R2 - R2 without) / (1 - R2), the whole sum of squares cancels */
    out[INTERACTION_F2] = (naive(x, 3, t->rows, y, less) - rest) / rest;
}

static enum status moderate(const struct sample *t, const double *weight,
                            const double *times, double *out, struct err *err)
{
    const struct interactions x = {1, {{0, 1, 2}}};
    double once[2 * ROWS];
    const struct interaction_rows rows = {t->rows, t->row, weight,
                                          times ? times : once};

    for (size_t r = 0; r < t->rows; r++)
        once[r] = 1;
    return interactions_estimate(&x, &t->s.model, &t->fit, &rows, out, err);
}

static void check(bool missing, enum missing_policy policy)
{
    static struct sample t;
    double got[INTERACTION_NUMBERS], want[INTERACTION_NUMBERS];

    make(&t, missing, policy);
    assert_int_equal(moderate(&t, NULL, NULL, got, NULL), ST_OK);
    by_hand(&t, want);
    for (size_t i = 0; i < INTERACTION_NUMBERS; i++)
        if (!(fabs(got[i] - want[i]) < 1e-12))
            fail_msg("number %zu: got %.17g, want %.17g", i, got[i], want[i]);
    assert_true(got[INTERACTION_PRODUCT] > 0.1); /* it was put in */
}

static void test_naive(void **state)
{
    (void)state;
    check(false, MISSING_MEAN);
    check(true, MISSING_MEAN);
    check(true, MISSING_PAIRWISE);
}

/* Rows that are there twice, or not, or half: as a file that has them so. */
static void test_times(void **state)
{
    static struct sample t;
    static struct sample doubled;
    double got[INTERACTION_NUMBERS], want[INTERACTION_NUMBERS];
    double times[ROWS], weight[ROWS], half[ROWS];

    (void)state;
    make(&t, true, MISSING_MEAN);
    doubled = t;
    doubled.rows = 0;
    for (size_t r = 0; r < ROWS; r++) {
        times[r] = r % 5 == 0 ? 0 : r % 3 == 0 ? 2 : 1;
        for (size_t i = 0; i < (size_t)times[r]; i++)
            memcpy(doubled.row + doubled.rows++ * ITEMS, t.row + r * ITEMS,
                   ITEMS);
    }
    fit_rows(&doubled, MISSING_MEAN);
    t.fit = doubled.fit;
    assert_int_equal(moderate(&t, NULL, times, got, NULL), ST_OK);
    by_hand(&doubled, want);
    for (size_t i = 0; i < INTERACTION_NUMBERS; i++)
        assert_true(fabs(got[i] - want[i]) < 1e-12);

    /* equal weights, whatever they are, are none */
    for (size_t r = 0; r < ROWS; r++)
        weight[r] = 0.37;
    assert_int_equal(moderate(&t, weight, times, got, NULL), ST_OK);
    for (size_t i = 0; i < INTERACTION_NUMBERS; i++)
        assert_true(fabs(got[i] - want[i]) < 1e-12);

    /* a row of half the weight twice is a row, but for n - 1 */
    for (size_t r = 0; r < ROWS; r++)
        half[r] = times[r] == 2 ? 0.7 : 1.4;
    for (size_t r = 0; r < ROWS; r++)
        weight[r] = times[r] > 0 ? 1.4 : 0;
    assert_int_equal(moderate(&t, half, times, got, NULL), ST_OK);
    for (size_t r = 0; r < ROWS; r++)
        times[r] = times[r] > 0 ? 1 : 0;
    assert_int_equal(moderate(&t, weight, times, want, NULL), ST_OK);
    for (size_t i = 0; i < INTERACTION_NUMBERS; i++)
        assert_true(fabs(got[i] - want[i]) < 0.002);
}

/* Seven that lead to an eighth have 21 products. */
static void test_many(void **state)
{
    enum { K = 8 };
    struct small s;
    struct item item[K] = {{.min = 1}};
    struct construct construct[K] = {{.mode = MODE_A}};
    size_t number[K];
    bool path[K * K] = {false};
    struct interactions x;
    struct err err = {""};
    char text[21 * sizeof "A*B:H,"] = "";
    size_t at = 0, n = 0;

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    for (size_t c = 0; c < K; c++) {
        number[c] = c;
        construct[c].code[0] = (char)('A' + c);
        construct[c].items = 1;
        construct[c].item = &number[c];
        path[7 * K + c] = c < 7;
    }
    s.survey.items = s.survey.model.constructs = K;
    s.survey.item = item;
    s.survey.model.construct = construct;
    s.survey.model.path = path;
    pls_model_of(&s.survey, &s.model);
    for (int a = 0; a < 7 && n <= INTERACTIONS_MAX; a++)
        for (int b = a + 1; b < 7 && n <= INTERACTIONS_MAX; b++, n++) {
            if (n == INTERACTIONS_MAX) {
                assert_int_equal(interactions_parse(&s.model, text, &x, &err),
                                 ST_OK);
                assert_int_equal(x.count, INTERACTIONS_MAX);
            }
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%c*%c:H",
                                   n ? "," : "", 'A' + a, 'A' + b);
        }
    assert_int_equal(interactions_parse(&s.model, text, &x, &err), ST_RANGE);
    assert_string_equal(err.text, "more than 16 interactions");
}

static void test_refusals(void **state)
{
    static struct sample t;
    double times[ROWS] = {0}, out[INTERACTION_NUMBERS] = {2.385};
    struct err err = {""};

    (void)state;
    make(&t, false, MISSING_MEAN);
    assert_int_equal(moderate(&t, NULL, times, out, &err), ST_NUMERIC);
    assert_string_equal(err.text, "A: its score does not vary");
    times[7] = 1;
    assert_int_equal(moderate(&t, NULL, times, out, &err), ST_NUMERIC);
    assert_string_equal(err.text, "A: its score does not vary");
    for (size_t r = 0; r < 4; r++)
        times[r] = 1;
    times[7] = 0;
    assert_int_equal(moderate(&t, NULL, times, out, &err), ST_NUMERIC);
    assert_string_equal(err.text, "C: too few rows for 3 predictors");
    /* five rows that are copies of three */
    for (size_t r = 0; r < 6; r++) {
        memcpy(t.row + r * ITEMS, t.row + r % 3 * ITEMS, ITEMS);
        times[r] = 1;
    }
    assert_int_equal(moderate(&t, NULL, times, out, &err), ST_NUMERIC);
    assert_string_equal(err.text, "C: what it depends on, products included, "
                                  "determines one another");
    assert_true(out[0] == 2.385);
}

static void refuse(const char *text, enum status want, const char *words)
{
    struct small s;
    struct interactions x = {99, {{0, 0, 0}}};
    struct err err = {""};

    small_make(&s, SCHEME_PATH, MODE_A);
    assert_int_equal(interactions_parse(&s.model, text, &x, &err), want);
    assert_string_equal(err.text, words);
    assert_int_equal(x.count, 99);
}

static void test_parse(void **state)
{
    static const char form[] = "an interaction is written FROM*BY:TO, with "
                               "commas between several";
    struct small s;
    struct interactions x;

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    assert_int_equal(interactions_parse(&s.model, "A*B:C", &x, NULL), ST_OK);
    assert_int_equal(x.count, 1);
    assert_int_equal(x.list[0].from, 0);
    assert_int_equal(x.list[0].by, 1);
    assert_int_equal(x.list[0].to, 2);
    for (const char *const *bad =
             (const char *const[]){"", "A", "A*B", "A:B*C", "A*B:C,", "A*B:C:A",
                                   "*B:C", "A*B*C", ",", NULL};
         *bad; bad++)
        refuse(*bad, ST_INVALID, form);
    refuse("A*Q:C", ST_INVALID, "unknown construct 'Q'");
    refuse("A*B:C,A*B:C", ST_INVALID, "A*B:C: this product twice");
    refuse("A*B:C,B*A:C", ST_INVALID, "B*A:C: this product twice");
    refuse("A*A:C", ST_INVALID, "A*A:C: A moderates itself");
    refuse("A*C:C", ST_INVALID, "A*C:C: C moderates itself");
    refuse("A*C:B", ST_INVALID, "A*C:B: cyclic model: C depends on B");
    refuse("C*A:B", ST_INVALID, "C*A:B: no path leads from C to B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_naive), cmocka_unit_test(test_times),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_parse),
        cmocka_unit_test(test_many)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
