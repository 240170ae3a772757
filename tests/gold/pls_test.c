/* pls_test.c - weights, loadings, paths, R2, total effects and the index of
 * the ECSI mobile data, against what five R packages agree on. */
#include "gold.h"
#include "scorer/index.h"

static const double tolerance = 1e-10;

/* Row by row: the file's `key` against our numbers in its order of names. */
static void check_items(const struct ecsi *e, const char *file,
                        const char *column, const double *got)
{
    struct gold g = gold_read(file);

    for (size_t i = 0; i < 24; i++)
        assert_near(got[i], gold_of(&g, e->item[i].code, column), tolerance);
    gold_free(&g);
}

static void check_paths(const char *file, const struct pls_fit *fit)
{
    struct gold g = gold_read(file);

    for (size_t a = 0; a < 12; a++) {
        const size_t from = ecsi_arrows[a][0], to = ecsi_arrows[a][1];
        char name[64];

        (void)snprintf(name, sizeof name, "%s->%s", ecsi_names[from],
                       ecsi_names[to]);
        assert_near(fit->path[to * 7 + from], gold_of(&g, name, "ref"),
                    tolerance);
    }
    gold_free(&g);
}

static void check_r2(const char *file, const struct pls_fit *fit)
{
    struct gold g = gold_read(file);

    for (size_t c = 0; c < 7; c++)
        assert_near(fit->r2[c], gold_of(&g, ecsi_names[c], "R2_ref"),
                    tolerance);
    gold_free(&g);
}

/* (I - B) (T + I) = I, which needs no order of the arrows. */
static void check_inverse(const struct pls_fit *fit)
{
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++) {
            double sum = 0;

            for (size_t k = 0; k < 7; k++)
                sum += ((i == k) - fit->path[i * 7 + k]) *
                       (fit->total[k * 7 + j] + (k == j));
            assert_near(sum, i == j ? 1 : 0, 1e-14);
        }
}

static void fit_mobi(struct ecsi *e, enum inner_scheme scheme,
                     enum construct_mode mode, struct pls_fit *fit)
{
    struct moments *m;
    uint8_t *x;
    size_t rows;

    ecsi_make(e, scheme, mode);
    x = ecsi_answers(e, "mobi.csv", &rows);
    assert_int_equal(rows, 250);
    m = ecsi_moments(x, rows, false);
    ecsi_fit(e, m, MISSING_MEAN, fit);
    moments_free(&m);
    free(x);
}

static void check_index(const struct ecsi *e, const char *scheme,
                        const struct pls_fit *fit)
{
    struct gold g = gold_read("index_0_100.csv");
    double u[24];
    size_t met = 0;

    index_weights(&e->model, fit, u);
    for (size_t r = 0; r < g.rows; r++)
        for (size_t c = 0; c < 7; c++)
            if (streq(gold_text(&g, r, 0), scheme) &&
                streq(gold_text(&g, r, 1), ecsi_names[c]) &&
                streq(gold_text(&g, r, 2), "unstd_weights_w_over_sd")) {
                assert_near(index_value(&e->model, c, u, fit->mean),
                            gold_number(&g, r, 3), 1e-9);
                met++;
            }
    assert_int_equal(met, 7);
    gold_free(&g);
}

static void check_scheme(const char *name, enum inner_scheme scheme)
{
    struct ecsi e;
    struct pls_fit fit;
    char file[64];

    fit_mobi(&e, scheme, MODE_A, &fit);
    (void)snprintf(file, sizeof file, "modeA_%s_weights.csv", name);
    check_items(&e, file, "ref", fit.weight);
    (void)snprintf(file, sizeof file, "modeA_%s_loadings.csv", name);
    check_items(&e, file, "ref", fit.loading);
    (void)snprintf(file, sizeof file, "modeA_%s_paths.csv", name);
    check_paths(file, &fit);
    (void)snprintf(file, sizeof file, "modeA_%s_R2.csv", name);
    check_r2(file, &fit);
    check_inverse(&fit);
    check_index(&e, name, &fit);
}

static void test_path_scheme(void **state)
{
    (void)state;
    check_scheme("path", SCHEME_PATH);
}

static void test_centroid_scheme(void **state)
{
    (void)state;
    check_scheme("centroid", SCHEME_CENTROID);
}

static void test_factorial_scheme(void **state)
{
    (void)state;
    check_scheme("factorial", SCHEME_FACTORIAL);
}

static void test_mode_b(void **state)
{
    struct ecsi e;
    struct pls_fit fit;

    (void)state;
    fit_mobi(&e, SCHEME_PATH, MODE_B, &fit);
    check_items(&e, "modeB_path_weights.csv", "ref", fit.weight);
    check_items(&e, "modeB_path_weights.csv", "loading_ref", fit.loading);
    check_paths("modeB_path_paths.csv", &fit);
    check_r2("modeB_path_R2.csv", &fit);
    check_inverse(&fit);
}

static void test_total_effects(void **state)
{
    struct ecsi e;
    struct pls_fit fit;
    struct gold g = gold_read("modeA_path_total_effects.csv");

    (void)state;
    fit_mobi(&e, SCHEME_PATH, MODE_A, &fit);
    for (size_t from = 0; from < 7; from++)
        for (size_t to = 0; to < 7; to++)
            assert_near(fit.total[to * 7 + from],
                        gold_of(&g, ecsi_names[from], ecsi_names[to]),
                        tolerance);
    gold_free(&g);
}

static void test_published_index(void **state)
{
    struct ecsi e;
    struct pls_fit fit;
    double u[24];

    (void)state;
    fit_mobi(&e, SCHEME_PATH, MODE_A, &fit);
    index_weights(&e.model, &fit, u);
    assert_near(index_value(&e.model, SATISFACTION, u, fit.mean),
                72.4541179309101, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_scheme),
        cmocka_unit_test(test_centroid_scheme),
        cmocka_unit_test(test_factorial_scheme),
        cmocka_unit_test(test_mode_b),
        cmocka_unit_test(test_total_effects),
        cmocka_unit_test(test_published_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
