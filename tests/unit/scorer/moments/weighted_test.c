/* weighted_test.c - weighted sums: equal weights are moments, whole weights
 * are repeated rows, and what they refuse. */
#include "scorer/small.h"

#include "alloc.h"
#include "scorer/moments.h"
#include "scorer/weighted.h"

enum { ROWS = 60 };

static uint8_t rows[ROWS * ITEMS];
static struct small small;

static int setup(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (size_t k = 0; k < sizeof rows; k++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        rows[k] = x % 11 == 0 ? 0 : (uint8_t)(1 + x / 16 % 10);
    }
    small_make(&small, SCHEME_PATH, MODE_A);
    return 0;
}

static struct weighted *sums(double (*weight)(size_t row))
{
    struct weighted *w = NULL;

    assert_int_equal(weighted_new(ITEMS, &w), ST_OK);
    for (size_t r = 0; r < ROWS; r++)
        weighted_add(w, rows + r * ITEMS, weight(r));
    return w;
}

static double equal(size_t row)
{
    (void)row;
    return 2.385;
}

static double whole(size_t row)
{
    return (double)(1 + row * 7 % 4);
}

/* Correlations and relative deviations: what estimates are made of. */
static void check_alike(const double *a, const double *b, double tolerance)
{
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++) {
            const double ra =
                a[i * ITEMS + j] / sqrt(a[i * ITEMS + i] * a[j * ITEMS + j]);
            const double rb =
                b[i * ITEMS + j] / sqrt(b[i * ITEMS + i] * b[j * ITEMS + j]);
            const double sa = a[i * ITEMS + i] / a[j * ITEMS + j];
            const double sb = b[i * ITEMS + i] / b[j * ITEMS + j];

            assert_true(fabs(ra - rb) < tolerance);
            assert_true(fabs(sa / sb - 1) < tolerance);
        }
}

static void test_equal_weights_are_moments(void **state)
{
    double mean[ITEMS], cov[ITEMS * ITEMS], m_mean[ITEMS], m_cov[ITEMS * ITEMS];
    struct weighted *w = sums(equal);
    struct moments *m = NULL;

    (void)state;
    assert_int_equal(moments_new(ITEMS, true, &m), ST_OK);
    assert_int_equal(moments_add(m, rows, ITEMS, ROWS), ST_OK);
    for (size_t p = 0; p < 2; p++) {
        const enum missing_policy policy = p ? MISSING_PAIRWISE : MISSING_MEAN;

        assert_int_equal(
            weighted_covariance(w, policy, &small.model, mean, cov, NULL),
            ST_OK);
        assert_int_equal(
            moments_covariance(m, policy, NULL, NULL, m_mean, m_cov, NULL),
            ST_OK);
        for (size_t i = 0; i < ITEMS * ITEMS; i++)
            assert_true(fabs(cov[i] - m_cov[i]) < 1e-13);
        for (size_t i = 0; i < ITEMS; i++)
            assert_true(fabs(mean[i] - m_mean[i]) < 1e-13);
    }
    moments_free(&m);
    weighted_free(&w);
}

static void test_whole_weights_repeat_rows(void **state)
{
    double mean[ITEMS], cov[ITEMS * ITEMS], m_mean[ITEMS], m_cov[ITEMS * ITEMS];
    struct weighted *w = sums(whole);
    struct moments *m = NULL;

    (void)state;
    assert_int_equal(moments_new(ITEMS, true, &m), ST_OK);
    for (size_t r = 0; r < ROWS; r++)
        for (double k = 0; k < whole(r); k++)
            assert_int_equal(moments_add(m, rows + r * ITEMS, ITEMS, 1), ST_OK);
    assert_int_equal(
        weighted_covariance(w, MISSING_MEAN, &small.model, mean, cov, NULL),
        ST_OK);
    assert_int_equal(
        moments_covariance(m, MISSING_MEAN, NULL, NULL, m_mean, m_cov, NULL),
        ST_OK);
    check_alike(cov, m_cov, 1e-12);
    moments_free(&m);
    weighted_free(&w);
}

static void test_fold(void **state)
{
    struct weighted *all = sums(whole), *half = NULL, *other = NULL;

    (void)state;
    assert_int_equal(weighted_new(ITEMS, &half), ST_OK);
    assert_int_equal(weighted_new(ITEMS, &other), ST_OK);
    for (size_t r = 0; r < ROWS; r++)
        weighted_add(r % 3 ? half : other, rows + r * ITEMS, whole(r));
    weighted_fold(all, other, -1);
    assert_int_equal(all->rows, half->rows);
    assert_true(all->weight == half->weight); /* whole numbers: exact */
    for (size_t k = 0; k < ITEMS * ITEMS; k++)
        assert_true(all->cross[k] == half->cross[k] &&
                    all->count[k] == half->count[k]);
    weighted_clear(all);
    assert_true(all->rows == 0 && all->square[ITEMS * ITEMS - 1] == 0);
    weighted_free(&all);
    weighted_free(&half);
    weighted_free(&other);
}

static void refused(const struct weighted *w, enum missing_policy policy,
                    const char *want)
{
    double mean[ITEMS], cov[ITEMS * ITEMS];
    struct err err = {""};

    assert_int_equal(
        weighted_covariance(w, policy, &small.model, mean, cov, &err),
        ST_NUMERIC);
    assert_string_equal(err.text, want);
}

static void test_refusals(void **state)
{
    uint8_t row[ITEMS] = {7, 7, 7, 7, 7, 7};
    struct weighted *w = NULL;

    (void)state;
    assert_int_equal(weighted_new(ITEMS, &w), ST_OK);
    weighted_add(w, row, 0.3);
    refused(w, MISSING_MEAN, "fewer than two rows with a weight");
    weighted_add(w, row, 0.7);
    weighted_add(w, row, 0.1);
    refused(w, MISSING_MEAN, "a1: constant: all answers are the same");
    for (size_t r = 0; r < 9; r++) {
        for (size_t i = 0; i < ITEMS; i++)
            row[i] = (uint8_t)(1 + (r * (i + 3) + i) % 10);
        row[r < 5 ? 0 : 1] = 0;
        weighted_add(w, row, 0.1 + 0.3 * (double)r);
    }
    refused(w, MISSING_PAIRWISE,
            "a2 and a1: constant in the rows that have both");
    weighted_clear(w);
    for (size_t r = 0; r < 9; r++) {
        for (size_t i = 0; i < ITEMS; i++)
            row[i] = (uint8_t)(1 + (r * (i + 3) + i) % 10);
        row[r < 5 ? 0 : 1] = 0;
        weighted_add(w, row, 0.1 + 0.3 * (double)r);
    }
    refused(w, MISSING_MEAN, "a2 and a1: fewer than two rows have both");
    weighted_free(&w);
}

static enum status make(void *ctx)
{
    struct weighted *w = NULL;
    enum status st = weighted_new(ITEMS, &w);

    (void)ctx;
    weighted_free(&w);
    return st;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    alloc_torture(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_weights_are_moments),
        cmocka_unit_test(test_whole_weights_repeat_rows),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
