/* errors_test.c - groups, jackknife and bootstrap against figures worked out
 * by hand. */
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
    replicate[17] = replicate[90] = NAN; /* one in a hundred is allowed */
    assert_false(nothing(errors_jackknife(70, replicate, 200, &dropped)));
    assert_int_equal(dropped, 2);
    replicate[91] = NAN;
    assert_true(nothing(errors_jackknife(70, replicate, 200, &dropped)));
    assert_int_equal(dropped, 3);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_jackknife),
        cmocka_unit_test(test_jackknife_undefined),
        cmocka_unit_test(test_bootstrap),
        cmocka_unit_test(test_bootstrap_undefined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
