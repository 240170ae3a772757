/* structure_test.c - effect sizes, R2, GoF and SRMR against a second way of
 * computing them.  (tests/gold/quality_test.c has the references.) */
#include <gsl/gsl_eigen.h>

#include "sample.h"

#include "scorer/ldl.h"
#include "scorer/plsc.h"
#include "scorer/quality.h"

/* ---- structure ---- */

/* R2 of `to` on the constructs of `from`, anew. */
static double r2_on(const struct pls_fit *fit, size_t to, const size_t *from,
                    size_t n)
{
    double a[9], b[3], r2 = 0;

    for (size_t i = 0; i < n; i++) {
        b[i] = fit->correlation[to * CONSTRUCTS + from[i]];
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = fit->correlation[from[i] * CONSTRUCTS + from[j]];
    }
    assert_true(ldl_factor(a, n, n, 0, NULL));
    ldl_solve(a, n, n, b);
    for (size_t i = 0; i < n; i++)
        r2 += b[i] * fit->correlation[to * CONSTRUCTS + from[i]];
    return r2;
}

static void test_f2_fixed(void **state)
{
    static const size_t both[] = {0, 1};
    struct sample s;
    double q[9], r2;

    (void)state;
    make(&s, MODE_A);
    quality_f2_fixed(&s.small.model, &s.fit, q);
    r2 = r2_on(&s.fit, 2, both, 2);
    assert_near(r2, s.fit.r2[2]);
    assert_near(q[6], (r2 - r2_on(&s.fit, 2, both + 1, 1)) / (1 - r2));
    assert_near(q[7], (r2 - r2_on(&s.fit, 2, both, 1)) / (1 - r2));
    assert_near(q[3], s.fit.r2[1] / (1 - s.fit.r2[1]));
    assert_true(isnan(q[0]) && isnan(q[1]) && isnan(q[8]));
}

/* Without A -> C the model is A -> B -> C, estimated by itself. */
static void test_f2_reestimated(void **state)
{
    struct sample s, chain;
    double q[9];

    (void)state;
    make(&s, MODE_A);
    quality_f2_reestimated(&s.small.model, &s.fit, s.cov, ROWS, QUALITY_PLS, q);
    small_make(&chain.small, SCHEME_PATH, MODE_A);
    chain.small.path[6] = false;
    pls_model_of(&chain.small.survey, &chain.small.model);
    estimate(&chain, small_r);
    assert_close(q[6], (s.fit.r2[2] - chain.fit.r2[2]) / (1 - s.fit.r2[2]),
                 1e-10);
    assert_true(isnan(q[0]) && isnan(q[1]) && isnan(q[8]));
}

/* A -> C and B -> C only: without one arrow its construct is alone, and the
 * rest is a model of two. */
static void test_f2_of_a_construct_with_one_arrow(void **state)
{
    struct sample s;
    double q[9], w, r2;

    (void)state;
    small_make(&s.small, SCHEME_PATH, MODE_A);
    s.small.path[3] = false;
    pls_model_of(&s.small.survey, &s.small.model);
    estimate(&s, small_r);
    quality_f2_reestimated(&s.small.model, &s.fit, s.cov, ROWS, QUALITY_PLS, q);
    /* b1 and b2 weighted by their correlations with c1 */
    w = .457 * .457 + .511 * .511;
    r2 = w * w / (w + 2 * .457 * .511 * .673);
    assert_close(q[6], (s.fit.r2[2] - r2) / (1 - s.fit.r2[2]), 1e-10);
    assert_false(isnan(q[7]));
}

/* What cannot be estimated without an arrow has no f2; what can, has. */
static void test_f2_that_cannot_be(void **state)
{
    struct sample s;
    double q[9];

    (void)state;
    make(&s, MODE_A);
    quality_f2_reestimated(&s.small.model, &s.fit, s.cov, ITEMS - 1,
                           QUALITY_PLS, q);
    assert_true(isnan(q[6]) && isnan(q[7]));
    assert_near(q[3], s.fit.r2[1] / (1 - s.fit.r2[1]));
    s.fit.r2[2] = 1;
    quality_f2_reestimated(&s.small.model, &s.fit, s.cov, ROWS, QUALITY_PLS, q);
    assert_true(isnan(q[6]) && isnan(q[7]));
    quality_f2_fixed(&s.small.model, &s.fit, q);
    assert_true(isnan(q[6]) && isnan(q[7]) && !isnan(q[3]));
}

static void test_r2_adjusted(void **state)
{
    struct sample s;
    double q[3];

    (void)state;
    make(&s, MODE_A);
    quality_r2_adjusted(&s.small.model, &s.fit, 17, q);
    assert_true(isnan(q[0]));
    /* variances with their degrees of freedom */
    assert_near(q[1], 1 - (1 - s.fit.r2[1]) / 15 / (1. / 16));
    assert_near(q[2], 1 - (1 - s.fit.r2[2]) / 14 / (1. / 16));
    quality_r2_adjusted(&s.small.model, &s.fit, 3, q);
    assert_false(isnan(q[1]));
    assert_true(isnan(q[2]));
    quality_r2_adjusted(&s.small.model, &s.fit, 0, q);
    assert_true(isnan(q[1]) && isnan(q[2]));
}

static void test_gof(void **state)
{
    struct sample s;
    const double *l = s.fit.loading;
    double communality = 0;

    (void)state;
    make(&s, MODE_A);
    for (size_t i = 0; i < 5; i++)
        communality += l[i] * l[i] / 5;
    assert_near(quality_gof(&s.small.model, &s.fit),
                sqrt(communality * (s.fit.r2[1] + s.fit.r2[2]) / 2));
}

/* ---- SRMR ---- */

/* By matrices: V = T Psi T' with T = total + I, where no predecessors
 * correlate but by arrows. */
static double srmr(const struct pls_fit *fit, bool factors, gsl_matrix *sigma)
{
    static const size_t own[ITEMS] = {0, 0, 0, 1, 1, 2};
    double v[9] = {0}, sum = 0;

    for (size_t i = 0; i < 9; i++)
        for (size_t k = 0; k < 3; k++) {
            const double p = k == 0 ? 1 : 1 - fit->r2[k];
            const size_t a = i / 3, b = i % 3;

            v[i] += (fit->total[a * 3 + k] + (a == k)) * p *
                    (fit->total[b * 3 + k] + (b == k));
        }
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++) {
            const double phi = own[i] == own[j] ? 1 : v[own[i] * 3 + own[j]];
            double d = small_r[i * ITEMS + j] -
                       fit->loading[i] * fit->loading[j] * phi;

            if (i == j || (own[i] == own[j] && !factors))
                d = 0;
            if (sigma)
                gsl_matrix_set(sigma, i, j, small_r[i * ITEMS + j] - d);
            sum += d * d / 2;
        }
    return sqrt(sum / 21);
}

/* By the generalised eigenvalues, Sigma x = lambda S x. */
static double geodesic(const struct pls_fit *fit, bool factors)
{
    gsl_eigen_gensymm_workspace *w = gsl_eigen_gensymm_alloc(ITEMS);
    gsl_matrix *s = gsl_matrix_alloc(ITEMS, ITEMS);
    gsl_matrix *sigma = gsl_matrix_alloc(ITEMS, ITEMS);
    gsl_vector *lambda = gsl_vector_alloc(ITEMS);
    double sum = 0;

    (void)srmr(fit, factors, sigma);
    for (size_t i = 0; i < ITEMS * ITEMS; i++)
        gsl_matrix_set(s, i / ITEMS, i % ITEMS, small_r[i]);
    assert_int_equal(gsl_eigen_gensymm(sigma, s, lambda, w), 0);
    for (size_t i = 0; i < ITEMS; i++)
        sum += pow(log(gsl_vector_get(lambda, i)), 2) / 2;
    gsl_vector_free(lambda);
    gsl_matrix_free(sigma);
    gsl_matrix_free(s);
    gsl_eigen_gensymm_free(w);
    return sum;
}

static void check_distance(const struct pls_model *m, const struct pls_fit *fit,
                           enum quality_model model)
{
    const bool factors = model == QUALITY_PLSC;
    const struct quality_distance d =
        quality_distance(m, fit, small_r, model, QUALITY_ESTIMATED);

    assert_near(d.srmr, srmr(fit, factors, NULL));
    assert_near(d.d_uls, 21 * d.srmr * d.srmr);
    assert_true(d.d_g > 1e-4);
    assert_near(d.d_g, geodesic(fit, factors));
}

static void test_srmr(void **state)
{
    struct sample s;
    struct pls_fit consistent;
    const struct pls_model *m = &s.small.model;

    (void)state;
    small_make(&s.small, SCHEME_PATH, MODE_A);
    s.small.path[6] = false; /* A -> B -> C: the arrows leave something */
    pls_model_of(&s.small.survey, &s.small.model);
    estimate(&s, small_r);
    assert_int_equal(pls_consistent(m, s.cov, &s.fit, &consistent, NULL),
                     ST_OK);
    assert_near(
        quality_srmr(m, &s.fit, small_r, QUALITY_PLS, QUALITY_ESTIMATED),
        srmr(&s.fit, false, NULL));
    assert_near(
        quality_srmr(m, &consistent, small_r, QUALITY_PLSC, QUALITY_ESTIMATED),
        srmr(&consistent, true, NULL));
    assert_true(
        quality_srmr(m, &s.fit, small_r, QUALITY_PLS, QUALITY_SATURATED) <
        quality_srmr(m, &s.fit, small_r, QUALITY_PLS, QUALITY_ESTIMATED));
    check_distance(m, &s.fit, QUALITY_PLS);
    check_distance(m, &consistent, QUALITY_PLSC);
}

/* Where every construct leads to all that follow, the arrows imply every
 * correlation: both structures are one. */
static void test_srmr_of_all_arrows(void **state)
{
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    assert_near(quality_srmr(&s.small.model, &s.fit, small_r, QUALITY_PLS,
                             QUALITY_SATURATED),
                quality_srmr(&s.small.model, &s.fit, small_r, QUALITY_PLS,
                             QUALITY_ESTIMATED));
}

/* A matrix that is one of factors leaves nothing. */
static void test_srmr_of_a_true_model(void **state)
{
    static const double loading[ITEMS] = {.9, .8, .7, .85, .75, 1};
    static const size_t own[ITEMS] = {0, 0, 0, 1, 1, 2};
    static const double phi[9] = {1, .6, .3, .6, 1, .5, .3, .5, 1};
    double r[ITEMS * ITEMS];
    struct sample s;
    struct pls_fit consistent;

    (void)state;
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++)
            r[i * ITEMS + j] =
                i == j ? 1 : loading[i] * loading[j] * phi[own[i] * 3 + own[j]];
    small_make(&s.small, SCHEME_PATH, MODE_A);
    s.small.path[6] = false;
    pls_model_of(&s.small.survey, &s.small.model);
    estimate(&s, r);
    assert_int_equal(
        pls_consistent(&s.small.model, s.cov, &s.fit, &consistent, NULL),
        ST_OK);
    assert_close(quality_srmr(&s.small.model, &consistent, r, QUALITY_PLSC,
                              QUALITY_ESTIMATED),
                 0, 1e-9);
    assert_true(quality_srmr(&s.small.model, &s.fit, r, QUALITY_PLS,
                             QUALITY_SATURATED) > .01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f2_fixed),
        cmocka_unit_test(test_f2_reestimated),
        cmocka_unit_test(test_f2_of_a_construct_with_one_arrow),
        cmocka_unit_test(test_f2_that_cannot_be),
        cmocka_unit_test(test_r2_adjusted),
        cmocka_unit_test(test_gof),
        cmocka_unit_test(test_srmr),
        cmocka_unit_test(test_srmr_of_all_arrows),
        cmocka_unit_test(test_srmr_of_a_true_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
