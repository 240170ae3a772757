/* plsc_test.c - consistent estimates of the ECSI mobile data, and rho_A,
 * against seminr and cSEM; its total and indirect effects by the inverse. */
#include "gold.h"
#include "scorer/effects.h"
#include "scorer/plsc.h"

static const double tolerance = 1e-9;

struct sample {
    struct ecsi e;
    double mean[24], cov[24 * 24];
    struct pls_fit plain, consistent;
};

static void make(struct sample *s, enum construct_mode mode)
{
    size_t rows;
    struct err err = {""};
    uint8_t *x;
    struct moments *m;

    ecsi_make(&s->e, SCHEME_PATH, mode);
    x = ecsi_answers(&s->e, "mobi.csv", &rows);
    m = ecsi_moments(x, rows, false);
    assert_int_equal(moments_covariance(m, MISSING_MEAN, pls_item_code,
                                        &s->e.model, s->mean, s->cov, &err),
                     ST_OK);
    assert_int_equal(pls_estimate(&s->e.model, m->rows, s->mean, s->cov, NULL,
                                  &s->plain, &err),
                     ST_OK);
    if (pls_consistent(&s->e.model, s->cov, &s->plain, &s->consistent, &err) !=
        ST_OK)
        fail_msg("%s", err.text);
    moments_free(&m);
    free(x);
}

static void test_rho_a(void **state)
{
    struct gold g = gold_read("reliability.csv");
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    for (size_t c = 0; c < 7; c++)
        assert_near(pls_rho_a(&s.e.model, &s.plain, s.cov, c),
                    gold_of(&g, ecsi_names[c], "rhoA"), 1e-10);
    gold_free(&g);
}

static void test_loadings(void **state)
{
    struct gold g = gold_read("plsc_loadings.csv");
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    for (size_t i = 0; i < 24; i++)
        assert_near(s.consistent.loading[i],
                    gold_of(&g, s.e.item[i].code, "ref"), tolerance);
    gold_free(&g);
}

static void test_paths(void **state)
{
    struct gold g = gold_read("plsc_paths.csv");
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    assert_int_equal(g.rows, 12);
    for (size_t a = 0; a < 12; a++) {
        const size_t from = ecsi_arrows[a][0], to = ecsi_arrows[a][1];
        char name[64];

        (void)snprintf(name, sizeof name, "%s->%s", ecsi_names[from],
                       ecsi_names[to]);
        assert_near(s.consistent.path[to * 7 + from], gold_of(&g, name, "ref"),
                    tolerance);
    }
    gold_free(&g);
}

static void test_r2(void **state)
{
    struct gold g = gold_read("plsc_R2.csv");
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    for (size_t c = 0; c < 7; c++)
        assert_near(s.consistent.r2[c], gold_of(&g, ecsi_names[c], "R2_ref"),
                    tolerance);
    gold_free(&g);
}

/* (I - B) (T + I) = I, which needs no order of the arrows. */
static void test_total(void **state)
{
    struct sample s;
    const double *path = s.consistent.path, *total = s.consistent.total;

    (void)state;
    make(&s, MODE_A);
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++) {
            double sum = 0;

            for (size_t k = 0; k < 7; k++)
                sum += ((i == k) - path[i * 7 + k]) *
                       (total[k * 7 + j] + (k == j));
            assert_near(sum, i == j ? 1 : 0, 1e-13);
        }
}

/* What is no estimate of the structure stays, bit by bit. */
static void test_weights_stay(void **state)
{
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    assert_memory_equal(s.consistent.weight, s.plain.weight,
                        24 * sizeof(double));
    assert_memory_equal(s.consistent.sd, s.plain.sd, 24 * sizeof(double));
    assert_memory_equal(s.consistent.mean, s.plain.mean, 24 * sizeof(double));
}

/* Composites have no error to take out. */
static void test_mode_b_stays(void **state)
{
    struct sample s;

    (void)state;
    make(&s, MODE_B);
    for (size_t i = 0; i < 49; i++) {
        assert_near(s.consistent.path[i], s.plain.path[i], 1e-14);
        assert_near(s.consistent.total[i], s.plain.total[i], 1e-14);
    }
    for (size_t i = 0; i < 24; i++)
        assert_true(s.consistent.loading[i] == s.plain.loading[i]);
}

/* The eigenvalues of these correlations go down to -0.003, which the reference
 * programs do not say and we do. */
static void test_doubt(void **state)
{
    struct err why = {""};
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    assert_true(pls_consistent_doubt(&s.e.model, &s.consistent, &why));
    assert_string_equal(why.text, "the consistent correlations of Loyalty and "
                                  "the constructs before it are not positive "
                                  "definite");
    make(&s, MODE_B);
    assert_false(pls_consistent_doubt(&s.e.model, &s.consistent, &why));
}

static void check_indirect(const struct sample *s, const struct pls_fit *fit)
{
    const struct pls_model *m = &s->e.model;
    struct effects_route route[EFFECT_ROUTES_MAX];
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    double specific[EFFECT_ROUTES_MAX], indirect[EFFECT_PAIRS_MAX];
    const size_t n = effects_count(m), pairs = effects_pairs(m, pair);

    effects_routes(m, route);
    effects_specific(m, fit->path, specific);
    effects_indirect(m, fit, indirect);
    for (size_t p = 0; p < pairs; p++) {
        double sum = 0;

        for (size_t i = 0; i < n; i++)
            if (route[i].construct[0] == pair[p].from &&
                route[i].construct[route[i].length - 1] == pair[p].to)
                sum += specific[i];
        assert_near(sum, indirect[p], 1e-14);
    }
}

/* The sum over the routes is what the inverse gives. */
static void test_indirect(void **state)
{
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    check_indirect(&s, &s.plain);
    check_indirect(&s, &s.consistent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rho_a),
                                       cmocka_unit_test(test_loadings),
                                       cmocka_unit_test(test_paths),
                                       cmocka_unit_test(test_r2),
                                       cmocka_unit_test(test_total),
                                       cmocka_unit_test(test_weights_stay),
                                       cmocka_unit_test(test_mode_b_stays),
                                       cmocka_unit_test(test_indirect),
                                       cmocka_unit_test(test_doubt)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
