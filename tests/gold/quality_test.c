/* quality_test.c - reliability, validity, collinearity, effect sizes and fit of
 * the ECSI mobile data against seminr, cSEM, semPLS and plspm. */
#include "gold.h"
#include "scorer/plsc.h"
#include "scorer/quality.h"

static const double tolerance = 1e-10;

struct sample {
    struct ecsi e;
    int64_t rows;
    double mean[24], cov[24 * 24], r[24 * 24];
    struct pls_fit fit;
};

static int setup(void **state)
{
    struct sample *s = calloc(1, sizeof *s);
    struct moments *m;
    struct err err = {""};
    size_t rows;
    uint8_t *x;

    assert_non_null(s);
    ecsi_make(&s->e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&s->e, "mobi.csv", &rows);
    m = ecsi_moments(x, rows, false);
    s->rows = m->rows;
    assert_int_equal(moments_covariance(m, MISSING_MEAN, pls_item_code,
                                        &s->e.model, s->mean, s->cov, &err),
                     ST_OK);
    ecsi_fit(&s->e, m, MISSING_MEAN, &s->fit);
    for (size_t i = 0; i < 24 * 24; i++)
        s->r[i] = s->cov[i] / (s->fit.sd[i / 24] * s->fit.sd[i % 24]);
    moments_free(&m);
    free(x);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void test_reliability(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("reliability.csv");
    struct quality_reliability q[7];

    quality_reliability(&s->e.model, &s->fit, s->cov, s->r, q);
    assert_int_equal(g.rows, 7);
    for (size_t c = 0; c < 7; c++) {
        const char *name = ecsi_names[c];

        assert_near(q[c].alpha, gold_of(&g, name, "alpha_std"), tolerance);
        assert_near(q[c].alpha_cov, gold_of(&g, name, "alpha_cov"), tolerance);
        assert_near(q[c].rho_a, gold_of(&g, name, "rhoA"), tolerance);
        assert_near(q[c].rho_c, gold_of(&g, name, "rhoC_modeA"), tolerance);
        assert_near(q[c].ave, gold_of(&g, name, "AVE_modeA"), tolerance);
        assert_near(q[c].rho_c_plsc, gold_of(&g, name, "rhoC_plsc"), tolerance);
        assert_near(q[c].ave_plsc, gold_of(&g, name, "AVE_plsc"), tolerance);
        assert_near(q[c].rho_dg, gold_of(&g, name, "rhoDG_pca"), tolerance);
        assert_near(q[c].eigenvalue[0], gold_of(&g, name, "eig1"), tolerance);
        assert_near(q[c].eigenvalue[1], gold_of(&g, name, "eig2"), tolerance);
    }
    gold_free(&g);
}

static void test_htmt(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("htmt.csv");
    double q[7 * 7];

    quality_htmt(&s->e.model, s->r, q);
    for (size_t i = 0; i < 49; i++)
        assert_near(q[i], gold_of(&g, ecsi_names[i / 7], ecsi_names[i % 7]),
                    tolerance);
    gold_free(&g);
}

static void test_fornell_larcker(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("fornell_larcker.csv");
    double q[7 * 7];

    quality_fornell_larcker(&s->e.model, &s->fit, q);
    for (size_t i = 0; i < 49; i++)
        if (i % 7 <= i / 7)
            assert_near(q[i], gold_of(&g, ecsi_names[i / 7], ecsi_names[i % 7]),
                        tolerance);
    gold_free(&g);
}

static void test_cross_loadings(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("modeA_path_crossloadings.csv");
    double q[24 * 7];

    quality_cross_loadings(&s->e.model, &s->fit, s->r, q);
    for (size_t i = 0; i < 24; i++)
        for (size_t c = 0; c < 7; c++)
            assert_near(q[i * 7 + c],
                        gold_of(&g, s->e.item[i].code, ecsi_names[c]),
                        tolerance);
    gold_free(&g);
}

static void test_vif_items(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("vif_items.csv");
    double q[24];

    quality_vif_items(&s->e.model, s->r, q);
    for (size_t i = 0; i < 24; i++)
        assert_near(q[i], gold_of(&g, s->e.item[i].code, "vif"), tolerance);
    gold_free(&g);
}

static const char *arrow(size_t a, char name[64])
{
    (void)snprintf(name, 64, "%s->%s", ecsi_names[ecsi_arrows[a][0]],
                   ecsi_names[ecsi_arrows[a][1]]);
    return name;
}

/* Every arrow has its number, and nothing else has one. */
static void check_arrows(const double *q, const char *file, const char *column)
{
    struct gold g = gold_read(file);
    size_t numbers = 0;
    char name[64];

    for (size_t a = 0; a < 12; a++)
        assert_near(q[ecsi_arrows[a][1] * 7 + ecsi_arrows[a][0]],
                    gold_of(&g, arrow(a, name), column), tolerance);
    for (size_t i = 0; i < 49; i++)
        numbers += isnan(q[i]) ? 0 : 1;
    assert_int_equal(numbers, 12);
    gold_free(&g);
}

static void test_vif_inner(void **state)
{
    const struct sample *s = *state;
    double q[49];

    quality_vif_inner(&s->e.model, &s->fit, q);
    check_arrows(q, "vif_inner.csv", "vif");
}

static void test_f2_fixed_scores(void **state)
{
    const struct sample *s = *state;
    struct pls_fit consistent;
    double q[49];

    quality_f2_fixed(&s->e.model, &s->fit, q);
    check_arrows(q, "f2.csv", "fixed_scores");
    assert_int_equal(
        pls_consistent(&s->e.model, s->cov, &s->fit, &consistent, NULL), ST_OK);
    quality_f2_fixed(&s->e.model, &consistent, q);
    check_arrows(q, "f2.csv", "plsc_fixed");
}

static void test_f2_reestimated(void **state)
{
    const struct sample *s = *state;
    double q[49];

    quality_f2_reestimated(&s->e.model, &s->fit, s->cov, s->rows, QUALITY_PLS,
                           q);
    check_arrows(q, "f2.csv", "reestimated");
    check_arrows(q, "f2.csv", "seminr");
}

static void test_r2_adjusted(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("modeA_path_R2.csv");
    double q[7];

    quality_r2_adjusted(&s->e.model, &s->fit, s->rows, q);
    for (size_t c = 0; c < 7; c++)
        assert_near(q[c], gold_of(&g, ecsi_names[c], "adjR2"), tolerance);
    gold_free(&g);
}

static void test_fit(void **state)
{
    const struct sample *s = *state;
    struct gold g = gold_read("gof.csv");
    struct pls_fit consistent;

    assert_near(quality_gof(&s->e.model, &s->fit),
                gold_of(&g, "GoF_plspm_path_modeA", "value"), tolerance);
    assert_int_equal(
        pls_consistent(&s->e.model, s->cov, &s->fit, &consistent, NULL), ST_OK);
    assert_near(quality_srmr(&s->e.model, &consistent, s->r, QUALITY_PLSC,
                             QUALITY_ESTIMATED),
                gold_of(&g, "SRMR_cSEM_plsc", "value"), tolerance);
    gold_free(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reliability),
        cmocka_unit_test(test_htmt),
        cmocka_unit_test(test_fornell_larcker),
        cmocka_unit_test(test_cross_loadings),
        cmocka_unit_test(test_vif_items),
        cmocka_unit_test(test_vif_inner),
        cmocka_unit_test(test_f2_fixed_scores),
        cmocka_unit_test(test_f2_reestimated),
        cmocka_unit_test(test_r2_adjusted),
        cmocka_unit_test(test_fit),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
