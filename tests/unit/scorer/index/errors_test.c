/* errors_test.c - groups, jackknife and bootstrap against figures worked out
 * by hand.  (The references are met in tests/gold.) */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scorer/errors.h"

static void near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance)) {
        print_error("got %.17g, want %.17g\n", got, want);
        fail();
    }
}

static bool nothing(struct interval i)
{
    return isnan(i.se) && isnan(i.low) && isnan(i.high);
}

/* SipHash-2-4 written out from the paper, so that the groups of a published
 * score can be recomputed without this program. */
static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void round_of(uint64_t v[4])
{
    v[0] += v[1], v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1], v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static uint64_t word(const void *at)
{
    const uint8_t *byte = at;
    uint64_t w = 0;

    for (size_t i = 8; i-- > 0;)
        w = w << 8 | byte[i];
    return w;
}

static unsigned group_of(const uint8_t who[ID_SIZE])
{
    static const char key[] = "manyi jackknife!";
    const uint64_t k0 = word(key), k1 = word(key + 8);
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
                     k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
    const uint64_t m[3] = {word(who), word(who + 8), (uint64_t)ID_SIZE << 56};

    for (size_t i = 0; i < 3; i++) {
        v[3] ^= m[i];
        round_of(v);
        round_of(v);
        v[0] ^= m[i];
    }
    v[2] ^= 0xff;
    for (size_t i = 0; i < 4; i++)
        round_of(v);
    return (unsigned)((v[0] ^ v[1] ^ v[2] ^ v[3]) % GROUPS);
}

static void test_groups(void **state)
{
    const uint8_t nobody[ID_SIZE] = {0};
    size_t count[GROUPS] = {0};
    uint8_t who[ID_SIZE] = {0}, id[ID_SIZE] = {1, 2, 3};

    (void)state;
    for (unsigned i = 1; i <= 50000; i++) {
        who[3] = (uint8_t)i;
        who[9] = (uint8_t)(i >> 8);
        assert_int_equal(errors_group(who, id), group_of(who));
        assert_int_equal(errors_group(nobody, who), group_of(who));
        count[group_of(who)]++;
    }
    for (size_t g = 0; g < GROUPS; g++) /* 1000 each, standard deviation 31 */
        assert_in_range(count[g], 850, 1150);
}

static void test_jackknife(void **state)
{
    const double replicate[5] = {5.8, 5.0, 4.8, 5.4, 5.0};
    const double squares = 0.36 + 0.04 + 0.16 + 0.04 + 0.04;
    const double t4 = 2.7764451051977987; /* table, 4 degrees of freedom */
    const double se = sqrt(4.0 / 5 * squares);
    size_t dropped = 9;
    const struct interval i = errors_jackknife(5.1, replicate, 5, &dropped);

    (void)state;
    assert_int_equal(dropped, 0);
    near(i.se, se, 1e-15);
    near(i.low, 5.1 - t4 * se, 1e-12);
    near(i.high, 5.1 + t4 * se, 1e-12);
}

static void test_jackknife_undefined(void **state)
{
    double replicate[200];
    size_t dropped;

    (void)state;
    for (size_t k = 0; k < 200; k++)
        replicate[k] = 70 + 0.01 * (double)(k * k % 37);
    assert_true(nothing(errors_jackknife(70, replicate, 0, NULL)));
    assert_true(nothing(errors_jackknife(70, replicate, 1, NULL)));
    assert_false(nothing(errors_jackknife(70, replicate, 2, NULL)));
    assert_true(nothing(errors_jackknife(NAN, replicate, 200, NULL)));
    assert_false(nothing(errors_jackknife(70, replicate, 200, &dropped)));
    assert_int_equal(dropped, 0);
    assert_false(isnan(errors_acceleration(replicate, 200)));
    replicate[90] = NAN; /* what cannot be left out, all rests on */
    assert_true(nothing(errors_jackknife(70, replicate, 200, &dropped)));
    assert_int_equal(dropped, 1);
    assert_true(isnan(errors_acceleration(replicate, 200)));
}

static void test_bootstrap(void **state)
{
    double replicate[101], sum = 0, squares = 0;
    struct interval i;

    (void)state;
    for (size_t k = 0; k < 101; k++) { /* 0, 1 ... 100 in some order */
        replicate[k] = (double)(k * 40 % 101);
        sum += replicate[k];
        squares += replicate[k] * replicate[k];
    }
    i = errors_bootstrap(47, replicate, 101, NULL);
    near(i.se, sqrt((squares - sum * sum / 101) / 100), 1e-12);
    near(i.low, 2.5, 1e-12);
    near(i.high, 97.5, 1e-12);
}

static void test_bootstrap_undefined(void **state)
{
    double replicate[300];
    size_t dropped;

    (void)state;
    for (size_t k = 0; k < 300; k++)
        replicate[k] = 60 + (double)(k * 7 % 31);
    assert_true(nothing(errors_bootstrap(66, replicate, 1, NULL)));
    assert_true(nothing(errors_bootstrap(NAN, replicate, 300, NULL)));
    replicate[0] = replicate[150] = replicate[299] = NAN;
    assert_false(nothing(errors_bootstrap(66, replicate, 300, &dropped)));
    assert_int_equal(dropped, 3);
    for (size_t k = 0; k < 300; k++)
        replicate[k] = k < 4 ? NAN : 60 + (double)(k * 7 % 31);
    assert_true(nothing(errors_bootstrap(66, replicate, 300, &dropped)));
}

static struct interval of(enum bootstrap_interval kind, double estimate,
                          const double *replicate, size_t count)
{
    static double column[1000];
    struct bootstrap b = {.kind = kind,
                          .level = ERRORS_LEVEL,
                          .estimate = estimate,
                          .count = count,
                          .replicate = column};

    memcpy(column, replicate, count * sizeof *column);
    return errors_bootstrap_at(&b, NULL);
}

/* Without bias and skewness BCa is the percentile interval; with a bias of z0
 * alone its levels are Phi(2 z0 + z). */
static void test_bca(void **state)
{
    double replicate[1000];
    struct interval i, p;

    (void)state;
    for (size_t k = 0; k < 1000; k++)
        replicate[k] = (double)(k * 377 % 1000);
    i = of(BOOTSTRAP_BCA, 499.5, replicate, 1000);
    p = of(BOOTSTRAP_PERCENTILE, 499.5, replicate, 1000);
    near(i.se, p.se, 0);
    near(i.low, p.low, 1e-9);
    near(i.high, p.high, 1e-9);
    /* 600 of 1000 below: z0 = 0.2533471; Phi(2 z0 -+ 1.959964) */
    i = of(BOOTSTRAP_BCA, 599.5, replicate, 1000);
    near(i.low, 999 * 0.07307443, 1e-4);
    near(i.high, 999 * 0.99318098, 1e-4);
    near(errors_bias(599.5, replicate, 1000), 0.2533471, 1e-7);
}

static void test_bca_undefined(void **state)
{
    double replicate[200];
    struct interval i;

    (void)state;
    for (size_t k = 0; k < 200; k++)
        replicate[k] = 70 + (double)(k * 7 % 31);
    i = of(BOOTSTRAP_BCA, 200, replicate, 200); /* all are below */
    assert_false(isnan(i.se));
    assert_true(isnan(i.low) && isnan(i.high));
    for (size_t k = 0; k < 200; k++)
        replicate[k] = 70;
    i = of(BOOTSTRAP_BCA, 70, replicate, 200); /* nothing varies */
    near(i.se, 0, 0);
    near(i.low, 70, 0);
    near(i.high, 70, 0);
    assert_true(nothing(of(BOOTSTRAP_BCA, NAN, replicate, 200)));
}

static void test_acceleration(void **state)
{
    const double replicate[5] = {5.8, 5.0, 4.8, 5.4, 5.0};
    const double same[3] = {2, 2, 2};

    (void)state;
    /* d = -0.6 0.2 0.4 -0.2 0.2 */
    near(errors_acceleration(replicate, 5),
         (-0.216 + 0.008 + 0.064 - 0.008 + 0.008) / (6 * pow(0.64, 1.5)),
         1e-14);
    near(errors_acceleration(same, 3), 0, 0);
    assert_true(isnan(errors_acceleration(replicate, 1)));
}

static void test_studentised(void **state)
{
    double replicate[101], own[101], column[101];
    struct bootstrap b = {.kind = BOOTSTRAP_STUDENTISED,
                          .level = ERRORS_LEVEL,
                          .estimate = 10,
                          .count = 101,
                          .replicate = column,
                          .own_se = own,
                          .se = 2};
    struct interval i;

    (void)state;
    for (size_t k = 0; k < 101; k++) { /* t = 0, 0.1 ... 10 in some order */
        own[k] = 0.5 + (double)(k % 3);
        replicate[k] = 10 + own[k] * (double)(k * 40 % 101) / 10;
    }
    memcpy(column, replicate, sizeof column);
    i = errors_bootstrap_at(&b, NULL);
    near(i.low, 10 - 2 * 9.75, 1e-12);
    near(i.high, 10 - 2 * 0.25, 1e-12);
    assert_true(i.se > 0);
    /* one of a hundred may be without an error of its own, two may not */
    memcpy(column, replicate, sizeof column);
    own[7] = 0;
    assert_false(isnan(errors_bootstrap_at(&b, NULL).low));
    memcpy(column, replicate, sizeof column);
    own[8] = NAN;
    i = errors_bootstrap_at(&b, NULL);
    assert_true(isnan(i.low) && isnan(i.high) && i.se > 0);
}

static void test_levels(void **state)
{
    double replicate[101];
    struct interval i;
    struct bootstrap b = {
        .level = 0.5, .estimate = 50, .count = 101, .replicate = replicate};

    (void)state;
    for (size_t k = 0; k < 101; k++)
        replicate[k] = (double)(k * 40 % 101);
    i = errors_jackknife_at(50, replicate, 101, 0.5, NULL);
    near((i.high - i.low) / (2 * i.se), 0.676951, 1e-6); /* table: 100 df */
    i = errors_bootstrap_at(&b, NULL);
    near(i.low, 25, 1e-12);
    near(i.high, 75, 1e-12);
}

/* Two strata of 3 and 2, half of the second drawn. */
static void test_strata(void **state)
{
    static const size_t first[] = {0, 3, 5};
    static const double fraction[] = {0, 0.5};
    const double t3 = 3.1824463052842638; /* table, 3 degrees of freedom */
    double x[5] = {1, 2, 6, 4, 7};
    struct errors_strata s = {2, first, NULL};
    struct interval i = errors_stratified(5, x, &s, ERRORS_LEVEL, NULL);
    size_t dropped;

    (void)state;
    /* about the mean of all, 4: 9 4 4, 0 9 */
    near(i.se, sqrt(2.0 / 3 * 17 + 0.5 * 9), 1e-14);
    near(i.high, 5 + t3 * i.se, 1e-10);
    s.fraction = fraction;
    near(errors_stratified(5, x, &s, ERRORS_LEVEL, NULL).se,
         sqrt(2.0 / 3 * 17 + 0.5 * 0.5 * 9), 1e-14);
    /* within strata, of means 3 and 5.5: 4 1 9, 2.25 2.25 */
    near(errors_linear(x, &s), sqrt(3.0 / 2 * 14 + 0.5 * 2 * 4.5), 1e-14);
    s.fraction = NULL;
    near(errors_linear(x, &s), sqrt(3.0 / 2 * 14 + 2 * 4.5), 1e-14);
    x[1] = NAN;
    assert_true(nothing(errors_stratified(5, x, &s, ERRORS_LEVEL, &dropped)));
    assert_int_equal(dropped, 1);
    assert_true(isnan(errors_linear(x, &s)));
}

/* One stratum of single rows is the jackknife. */
static void test_one_stratum(void **state)
{
    const double x[5] = {5.8, 5.0, 4.8, 5.4, 5.0};
    static const size_t first[] = {0, 5};
    const struct errors_strata s = {1, first, NULL};
    const struct interval a = errors_jackknife(5.1, x, 5, NULL);
    const struct interval b = errors_stratified(5.1, x, &s, ERRORS_LEVEL, NULL);

    (void)state;
    near(b.se, a.se, 1e-15);
    near(b.low, a.low, 1e-14);
    near(b.high, a.high, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_jackknife),
        cmocka_unit_test(test_jackknife_undefined),
        cmocka_unit_test(test_bootstrap),
        cmocka_unit_test(test_bootstrap_undefined),
        cmocka_unit_test(test_bca),
        cmocka_unit_test(test_bca_undefined),
        cmocka_unit_test(test_acceleration),
        cmocka_unit_test(test_studentised),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_strata),
        cmocka_unit_test(test_one_stratum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
