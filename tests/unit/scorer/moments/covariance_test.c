/* covariance_test.c - covariances against long double arithmetic on the rows,
 * and every reason to refuse. */
#include "answers.h"

#include <math.h>

#include "ratio.h"

enum { ITEMS = 6 };

/* One rounding of a double; a hundred where long double is no wider than that,
 * as under valgrind. */
static long double tolerance(void)
{
    volatile long double one = 1;

    return one + 2e-19L > one ? 1e-15L : 1e-13L;
}

static void assert_near(double got, long double want)
{
    const long double error = fabsl((long double)got - want);

    if (error > tolerance() * (1 + fabsl(want))) {
        print_error("got %.17g, want %.17Lg\n", got, want);
        fail();
    }
}

static long double mean_of(const uint8_t *x, size_t rows, size_t i, size_t j)
{
    long double sum = 0, n = 0;

    for (size_t r = 0; r < rows; r++)
        if (x[r * ITEMS + i] && x[r * ITEMS + j]) {
            sum += x[r * ITEMS + i];
            n++;
        }
    return sum / n;
}

static long double mean_replaced(const uint8_t *x, size_t rows, size_t i,
                                 size_t j)
{
    const long double mi = mean_of(x, rows, i, i), mj = mean_of(x, rows, j, j);
    long double sum = 0;

    for (size_t r = 0; r < rows; r++) {
        const uint8_t a = x[r * ITEMS + i], b = x[r * ITEMS + j];

        sum += ((a ? a : mi) - mi) * ((b ? b : mj) - mj);
    }
    return sum / (long double)(rows - 1);
}

/* Of i and j about their means, over the rows that have both. */
static long double joint(const uint8_t *x, size_t rows, size_t i, size_t j,
                         size_t a, size_t b)
{
    const size_t ma_with = a == i ? j : i, mb_with = b == i ? j : i;
    const long double ma = mean_of(x, rows, a, ma_with);
    const long double mb = mean_of(x, rows, b, mb_with);
    long double sum = 0, n = 0;

    for (size_t r = 0; r < rows; r++)
        if (x[r * ITEMS + i] && x[r * ITEMS + j]) {
            sum += (x[r * ITEMS + a] - ma) * (x[r * ITEMS + b] - mb);
            n++;
        }
    return sum / (n - 1);
}

static long double pairwise(const uint8_t *x, size_t rows, size_t i, size_t j)
{
    const long double r =
        joint(x, rows, i, j, i, j) /
        sqrtl(joint(x, rows, i, j, i, i) * joint(x, rows, i, j, j, j));

    return r * sqrtl(joint(x, rows, i, i, i, i) * joint(x, rows, j, j, j, j));
}

struct sample {
    uint8_t *x;
    size_t rows;
    struct moments *m;
};

static struct sample make(size_t rows, unsigned most, unsigned missing)
{
    struct sample s = {answers_make(ITEMS * rows, most, missing, 3 + missing),
                       rows, fresh(ITEMS, true)};

    assert_int_equal(moments_add(s.m, s.x, ITEMS, rows), ST_OK);
    return s;
}

static void drop(struct sample *s)
{
    moments_free(&s->m);
    free(s->x);
}

static void check(unsigned missing, enum missing_policy policy)
{
    struct sample s = make(977, 10, missing);
    double mean[ITEMS], cov[ITEMS * ITEMS];

    assert_int_equal(
        moments_covariance(s.m, policy, NULL, NULL, mean, cov, NULL), ST_OK);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_near(mean[i], mean_of(s.x, s.rows, i, i));
        for (size_t j = 0; j < ITEMS; j++) {
            const long double want = policy == MISSING_PAIRWISE
                                         ? pairwise(s.x, s.rows, i, j)
                                         : mean_replaced(s.x, s.rows, i, j);

            assert_near(cov[i * ITEMS + j], want);
            assert_true(cov[i * ITEMS + j] == cov[j * ITEMS + i]);
        }
    }
    drop(&s);
}

static void test_against_long_double(void **state)
{
    (void)state;
    check(0, MISSING_MEAN);
    check(0, MISSING_COMPLETE);
    check(0, MISSING_PAIRWISE);
    check(7, MISSING_MEAN);
    check(7, MISSING_PAIRWISE);
    check(60, MISSING_MEAN);
    check(60, MISSING_PAIRWISE);
}

/* The same answers many times over: sums past 2^53 and past 2^64. */
static void test_large_sums(void **state)
{
    struct sample s = make(64, 255, 7);
    double mean[ITEMS], cov[ITEMS * ITEMS];

    (void)state;
    for (unsigned d = 0; d < 28; d++)
        assert_int_equal(moments_merge(s.m, s.m), ST_OK);
    assert_int_equal(s.m->rows, INT64_C(64) << 28);
    assert_int_equal(
        moments_covariance(s.m, MISSING_MEAN, NULL, NULL, mean, cov, NULL),
        ST_OK);
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++)
            assert_near(
                cov[i * ITEMS + j],
                mean_replaced(s.x, 64, i, j) * 63 / 64 *
                    ((long double)s.m->rows / (long double)(s.m->rows - 1)));
    for (unsigned d = 0; d < 12; d++)
        assert_int_equal(moments_merge(s.m, s.m), ST_OK);
    {
        struct err err = {""};

        assert_int_equal(
            moments_covariance(s.m, MISSING_MEAN, NULL, NULL, mean, cov, &err),
            ST_NUMERIC);
        assert_non_null(strstr(err.text, "too large"));
    }
    drop(&s);
}

static const char *code(const void *ctx, size_t item)
{
    return ((const char *const *)ctx)[item];
}

/* Refused with these words, and nothing written. */
static void refused(const uint8_t *x, size_t rows, enum missing_policy policy,
                    const char *want)
{
    static const char *const codes[ITEMS] = {"SAT1", "SAT2", "SAT3",
                                             "LOY1", "LOY2", "LOY3"};
    struct moments *m = fresh(ITEMS, true);
    double mean[ITEMS] = {-7}, cov[ITEMS * ITEMS] = {-7};
    struct err err = {""};

    assert_int_equal(moments_add(m, x, ITEMS, rows), ST_OK);
    assert_int_equal(
        moments_covariance(m, policy, code, codes, mean, cov, &err),
        ST_NUMERIC);
    assert_string_equal(err.text, want);
    assert_true(mean[0] == -7 && cov[0] == -7);
    moments_free(&m);
}

static void test_refusals(void **state)
{
    uint8_t *x = answers_make(ITEMS * 50, 10, 0, 23);

    (void)state;
    refused(x, 0, MISSING_MEAN, "fewer than two rows");
    refused(x, 1, MISSING_MEAN, "fewer than two rows");
    x[3 * ITEMS + 4] = 0;
    refused(x, 50, MISSING_COMPLETE, "LOY2: not all rows are complete");
    for (size_t r = 0; r < 50; r++)
        x[r * ITEMS + 4] = 0;
    refused(x, 50, MISSING_MEAN, "LOY2: no answers");
    x[7 * ITEMS + 4] = 9;
    refused(x, 50, MISSING_MEAN, "LOY2: fewer than two answers");
    for (size_t r = 0; r < 50; r++)
        x[r * ITEMS + 4] = 9;
    refused(x, 50, MISSING_PAIRWISE,
            "LOY2: constant: all answers are the same");
    for (size_t r = 0; r < 50; r++) { /* two versions of a questionnaire */
        x[r * ITEMS + 4] = r < 25 ? (uint8_t)(1 + r % 7) : 0;
        x[r * ITEMS + 1] = r < 25 ? 0 : (uint8_t)(1 + r % 5);
    }
    refused(x, 50, MISSING_PAIRWISE,
            "LOY2 and SAT2: fewer than two rows have both");
    refused(x, 50, MISSING_MEAN,
            "LOY2 and SAT2: fewer than two rows have both");
    x[1 * ITEMS + 1] = x[8 * ITEMS + 1] = 4;
    refused(x, 50, MISSING_PAIRWISE,
            "LOY2 and SAT2: constant in the rows that have both");
    memset(x, 0, ITEMS * 50);
    refused(x, 50, MISSING_MEAN, "SAT1: no answers");
    free(x);
}

static void test_two_rows(void **state)
{
    const uint8_t x[2 * ITEMS] = {1, 2, 3, 4, 5, 6, 3, 1, 9, 4 + 1, 2, 7};
    struct moments *m = fresh(ITEMS, false);
    double mean[ITEMS], cov[ITEMS * ITEMS];

    (void)state;
    assert_int_equal(moments_add(m, x, ITEMS, 2), ST_OK);
    assert_int_equal(
        moments_covariance(m, MISSING_MEAN, NULL, NULL, mean, cov, NULL),
        ST_OK);
    assert_true(mean[0] == 2 && cov[0] == 2 && cov[1] == -1 && cov[2] == 6);
    moments_free(&m);
}

/* q times den, and a little more: the quotient must round as it should. */
/* A bit at a time, as on paper. */
static double slow_ratio(uint128 num, uint128 den)
{
    int shift = 0;
    uint64_t q = 0;

    while (num < den)
        num <<= 1, shift--;
    while (num >> 1 >= den)
        den <<= 1, shift++;
    for (int k = 0; k < 64; k++) {
        q = q << 1 | (num >= den);
        if (num >= den)
            num -= den;
        num <<= 1;
    }
    return ldexp((double)(q | (num != 0)), shift - 63);
}

static void test_ratio_by_bits(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint128 word[2];

        for (int k = 0; k < 2; k++) {
            word[k] = 0;
            for (int part = 0; part < 2; part++) {
                x ^= x << 13, x ^= x >> 7, x ^= x << 17;
                word[k] = word[k] << 64 | x;
            }
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            word[k] >>= 2 + x % 124;
            if (x >> 40 & 1) /* long runs of ones and noughts */
                word[k] |= ((uint128)1 << (2 + (x >> 50) % 120)) - 1;
            if (x >> 41 & 1)
                word[k] &= ~(((uint128)1 << (2 + (x >> 30) % 60)) - 1);
            word[k] += word[k] == 0;
        }
        assert_true(ratio((int128)word[0], (int128)word[1]) ==
                    slow_ratio(word[0], word[1]));
    }
}

static void test_ratio(void **state)
{
    uint64_t seed = 4711;

    (void)state;
    for (size_t k = 0; k < 100000; k++) {
        const int64_t q = (int64_t)(next(&seed) >> 11); /* 53 bits */
        const int64_t den = (int64_t)(next(&seed) >> (2 + seed % 40)) | 1;
        const int128 num = (int128)q * den;

        assert_true(ratio(num, den) == (double)q);
        assert_true(ratio(-num, den) == -(double)q);
        if (q >> 52 && den > 2) { /* one unit in the last place is 1 */
            assert_true(ratio(num + den / 2, den) == (double)q);
            assert_true(ratio(num + den / 2 + 1, den) == (double)(q + 1));
        }
    }
    assert_true(ratio(0, 5) == 0);
    assert_true(ratio(1, 3) == 1.0 / 3);
    assert_true(ratio((int128)1 << 120, ((int128)1 << 120) - 1) == 1);
    /* ties go to even */
    assert_true(ratio(((int128)1 << 53) + 1, 1) == 9007199254740992.0);
    assert_true(ratio(((int128)1 << 53) + 3, 1) == 9007199254740996.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_long_double),
        cmocka_unit_test(test_large_sums),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_two_rows),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_ratio_by_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
