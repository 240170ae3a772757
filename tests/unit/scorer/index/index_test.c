/* index_test.c - from weights and means to a number, and where there is none.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scorer/index.h"

/* Three items on 0-10 and one on 1-5. */
static struct item items[4] = {{.code = "a1", .min = 0, .max = 10},
                               {.code = "a2", .min = 0, .max = 10},
                               {.code = "a3", .min = 0, .max = 10},
                               {.code = "b1", .min = 1, .max = 5}};
static const size_t numbers[4] = {0, 1, 2, 3};
static const struct construct constructs[2] = {
    {.code = "A", .items = 3, .item = numbers},
    {.code = "B", .items = 1, .item = numbers + 3}};
static const bool path[4] = {false, false, true, false};
static const struct survey survey = {
    .items = 4,
    .item = items,
    .model = {.constructs = 2, .construct = constructs, .path = path}};
static struct pls_model model;

static int setup(void **state)
{
    (void)state;
    pls_model_of(&survey, &model);
    return 0;
}

static void near(double got, double want)
{
    if (!(fabs(got - want) < 1e-12)) {
        print_error("got %.17g, want %.17g\n", got, want);
        fail();
    }
}

static void test_weights(void **state)
{
    const struct pls_fit fit = {.weight = {0.6, 0.3, 0.4, 1},
                                .sd = {2, 1.5, 1, 0.7}};
    double u[4];

    (void)state;
    index_weights(&model, &fit, u);
    near(u[0], 0.3 / 0.9);
    near(u[1], 0.2 / 0.9);
    near(u[2], 0.4 / 0.9);
    assert_true(u[3] == 1);
}

static void test_negative_weight(void **state)
{
    const struct pls_fit fit = {.weight = {0.6, -0.3, 0.4, 1},
                                .sd = {2, 1.5, 1, 0.7}};
    double u[4];

    (void)state;
    index_weights(&model, &fit, u);
    assert_true(isnan(u[0]) && isnan(u[1]) && isnan(u[2]) && u[3] == 1);
    index_replicate_weights(&model, &fit, u);
    near(u[0], 0.3 / 0.5);
    near(u[1], -0.2 / 0.5);
    near(u[2], 0.4 / 0.5);
}

static void test_undefined_weight(void **state)
{
    const struct pls_fit fit = {.weight = {NAN, 0.3, 0.4, -1},
                                .sd = {2, 1.5, 1, 0.7}};
    double u[4];

    (void)state;
    index_replicate_weights(&model, &fit, u);
    for (size_t i = 0; i < 4; i++)
        assert_true(isnan(u[i]));
}

static void test_value(void **state)
{
    const double u[4] = {0.25, 0.35, 0.4, 1};
    const double mean[4] = {7.385, 8.2, 9.41, 3.5}; /* as stored: from 1 */
    const double low[4] = {1, 1, 1, 1}, high[4] = {11, 11, 11, 5};

    (void)state;
    near(index_value(&model, 0, u, mean),
         100 * (0.25 * 7.385 + 0.35 * 8.2 + 0.4 * 9.41 - 1) / 10);
    near(index_value(&model, 1, u, mean), 62.5);
    for (size_t c = 0; c < 2; c++) {
        near(index_value(&model, c, u, low), 0);
        near(index_value(&model, c, u, high), 100);
    }
}

static void test_no_value(void **state)
{
    const double u[4] = {0, 0.6, 0.4, NAN}, mean[4] = {NAN, 8.2, 9.41, 3.5};
    const double other[4] = {7, NAN, 9.41, 3.5};

    (void)state;
    near(index_value(&model, 0, u, mean),
         100 * (0.6 * 8.2 + 0.4 * 9.41 - 1) / 10);
    assert_true(isnan(index_value(&model, 0, u, other)));
    assert_true(isnan(index_value(&model, 1, u, mean)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_negative_weight),
        cmocka_unit_test(test_undefined_weight),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_no_value),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
