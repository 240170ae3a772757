/* areas_test.c - Fay-Herriot estimates of the milk expenditures (R sae 1.3):
 * A, coefficients, EBLUP, MSE and shrinkage by three methods. */
#include "gold.h"

#include "scorer/areas.h"

enum { AREAS = 43, COEFFICIENTS = 4 };

static const struct {
    enum area_method method;
    const char *name;
} methods[] = {{AREAS_REML, "REML"}, {AREAS_ML, "ML"}, {AREAS_MOMENTS, "FH"}};

static void read_areas(struct area *out)
{
    struct gold g = gold_read("milk.csv");

    assert_int_equal(g.rows, AREAS);
    for (size_t i = 0; i < AREAS; i++) {
        const double major = gold_number(&g, i, gold_column(&g, "MajorArea"));
        const double sd = gold_number(&g, i, gold_column(&g, "SD"));

        out[i] =
            (struct area){.direct = gold_number(&g, i, gold_column(&g, "yi")),
                          .variance = sd * sd,
                          .x = {1, major == 2, major == 3, major == 4}};
    }
    gold_free(&g);
}

static void compare(size_t k, const struct area_fit *fit,
                    const struct area_estimate *e)
{
    struct gold each = gold_read("sae_fh_milk.csv");
    struct gold all = gold_read("sae_fh_milk_fit.csv");
    char column[32];

    for (size_t i = 0; i < AREAS; i++) {
        (void)snprintf(column, sizeof column, "eblup_%s", methods[k].name);
        assert_near(e[i].value,
                    gold_number(&each, i, gold_column(&each, column)), 1e-6);
        (void)snprintf(column, sizeof column, "mse_%s", methods[k].name);
        assert_near(e[i].mse, gold_number(&each, i, gold_column(&each, column)),
                    1e-6);
        (void)snprintf(column, sizeof column, "gamma_%s", methods[k].name);
        assert_near(e[i].gamma,
                    gold_number(&each, i, gold_column(&each, column)), 1e-6);
    }
    for (size_t c = 0; c < COEFFICIENTS; c++) {
        const size_t row = k * COEFFICIENTS + c;

        assert_string_equal(gold_text(&all, row, 0), methods[k].name);
        assert_near(fit->variance,
                    gold_number(&all, row, gold_column(&all, "refvar_A")),
                    1e-6);
        assert_near(fit->beta[c],
                    gold_number(&all, row, gold_column(&all, "beta")), 1e-6);
        assert_near(fit->beta_se[c],
                    gold_number(&all, row, gold_column(&all, "se")), 1e-6);
        assert_near(fit->likelihood,
                    gold_number(&all, row, gold_column(&all, "loglike")), 1e-6);
    }
    gold_free(&each);
    gold_free(&all);
}

static void test_milk(void **state)
{
    struct area area[AREAS];
    struct area_estimate e[AREAS];
    struct area_fit fit;
    struct err err;

    (void)state;
    read_areas(area);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(areas_fit(area, AREAS, COEFFICIENTS, methods[k].method,
                                   &fit, e, &err),
                         ST_OK);
        compare(k, &fit, e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_milk)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
