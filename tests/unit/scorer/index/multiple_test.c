/* multiple_test.c - adjusted p against R's p.adjust(p, "BH") and the rule as
 * Benjamini and Hochberg wrote it down. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "scorer/multiple.h"

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-15) && !(isnan(got) && isnan(want))) {
        print_error("got %.17g, want %.17g\n", got, want);
        fail();
    }
}

/* The fifteen p of their section 3.1: at 5 % the first four are found. */
static const double published[15] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201,
                                     0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                                     0.4262, 0.5719, 0.6528, 0.7590, 1.0000};

static void test_published(void **state)
{
    double q[15];
    size_t found = 0;

    (void)state;
    assert_int_equal(false_discovery(published, 15, q), ST_OK);
    for (size_t i = 0; i < 15; i++)
        found += q[i] <= 0.05;
    assert_int_equal(found, 4);
    near(q[0], 0.0001 * 15);
    near(q[3], 0.0095 * 15 / 4);
    /* 0.0278 * 15 / 6 is above what stands behind it */
    near(q[5], 0.0298 * 15 / 7);
    near(q[14], 1);
}

/* The rule itself, in n^2 and in any order, with ties and holes. */
static void test_any_order(void **state)
{
    enum { N = 211 };
    double p[N], q[N];
    uint64_t x = 88172645463325252u;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = x % 17 == 0 ? NAN : (double)(x % 997) / 997;
        p[i] *= p[i];
    }
    assert_int_equal(false_discovery(p, N, q), ST_OK);
    for (size_t i = 0; i < N; i++) {
        double want = isnan(p[i]) ? NAN : 1;

        for (size_t j = 0; j < N; j++) {
            size_t rank = 0, m = 0;

            for (size_t k = 0; k < N; k++) {
                m += !isnan(p[k]);
                rank += p[k] <= p[j];
            }
            if (p[j] >= p[i])
                want = fmin(want, p[j] * (double)m / (double)rank);
        }
        near(q[i], want);
    }
}

static void test_edges(void **state)
{
    double one[1] = {0.0371}, none[2] = {NAN, NAN}, same[3] = {0.2, 0.2, 0.2};

    (void)state;
    assert_int_equal(false_discovery(NULL, 0, NULL), ST_OK);
    assert_int_equal(false_discovery(one, 1, one), ST_OK);
    near(one[0], 0.0371);
    assert_int_equal(false_discovery(none, 2, none), ST_OK);
    assert_true(isnan(none[0]) && isnan(none[1]));
    assert_int_equal(false_discovery(same, 3, same), ST_OK);
    for (size_t i = 0; i < 3; i++)
        near(same[i], 0.2);
}

static enum status adjust(void *ctx)
{
    return false_discovery(published, 15, ctx);
}

static void test_no_memory(void **state)
{
    double q[15] = {7};

    (void)state;
    alloc_fail_at(1);
    assert_int_equal(adjust(q), ST_NOMEM);
    alloc_fail_at(0);
    assert_true(q[0] == 7);
    alloc_torture(adjust, q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
