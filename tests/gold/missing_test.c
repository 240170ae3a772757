/* missing_test.c - the three policies on the ECSI mobile data with 5 % of the
 * answers removed. */
#include "gold.h"

static const double tolerance = 1e-9;

static void check(enum missing_policy policy, const char *column)
{
    struct gold weights = gold_read("missing5_weights.csv");
    struct gold paths = gold_read("missing5_paths.csv");
    struct pls_fit fit;
    struct moments *m;
    struct ecsi e;
    size_t rows;
    uint8_t *x;

    ecsi_make(&e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&e, "mobi_missing5.csv", &rows);
    assert_int_equal(rows, 250);
    m = ecsi_moments(x, rows, policy == MISSING_COMPLETE);
    ecsi_fit(&e, m, policy, &fit);
    for (size_t i = 0; i < 24; i++)
        assert_near(fit.weight[i], gold_of(&weights, e.item[i].code, column),
                    tolerance);
    for (size_t a = 0; a < 12; a++) {
        const size_t from = ecsi_arrows[a][0], to = ecsi_arrows[a][1];

        assert_string_equal(strstr(gold_text(&paths, a, 0), "->") + 2,
                            ecsi_names[to]);
        assert_near(fit.path[to * 7 + from],
                    gold_number(&paths, a, gold_column(&paths, column)),
                    tolerance);
    }
    moments_free(&m);
    free(x);
    gold_free(&weights);
    gold_free(&paths);
}

static void test_mean(void **state)
{
    (void)state;
    check(MISSING_MEAN, "mean_replacement");
}

static void test_complete(void **state)
{
    (void)state;
    check(MISSING_COMPLETE, "listwise");
}

static void test_pairwise(void **state)
{
    (void)state;
    check(MISSING_PAIRWISE, "pairwise_cor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean),
        cmocka_unit_test(test_complete),
        cmocka_unit_test(test_pairwise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
