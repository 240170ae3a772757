/* measurement_test.c - reliability, HTMT and collinearity at their edges, and
 * against a second way of computing them.  (tests/gold/quality_test.c has the
 * references.) */
#include "sample.h"

#include "block.h"
#include "scorer/quality.h"

static struct quality_reliability reliability(const struct sample *s,
                                              const double *r, size_t c)
{
    struct quality_reliability q[CONSTRUCTS];

    quality_reliability(&s->small.model, &s->fit, s->cov, r, q);
    return q[c];
}

/* ---- reliability ---- */

static void test_single_item(void **state)
{
    struct sample s;
    struct quality_reliability q;

    (void)state;
    make(&s, MODE_A);
    q = reliability(&s, small_r, 2);
    assert_near(q.alpha, 1);
    assert_near(q.alpha_cov, 1);
    assert_near(q.rho_a, 1);
    assert_near(q.rho_c, 1);
    assert_near(q.rho_dg, 1);
    assert_near(q.ave, 1);
    assert_near(q.rho_c_plsc, 1);
    assert_near(q.ave_plsc, 1);
    assert_near(q.eigenvalue[0], 1);
    assert_near(q.eigenvalue[1], 0);
}

/* Of two items all follows from their correlation: Spearman-Brown, and a
 * component with equal loadings. */
static void test_two_items(void **state)
{
    const double rho = small_r[3 * ITEMS + 4];
    const double v = small_sd(3) * small_sd(3) + small_sd(4) * small_sd(4);
    const double c = 2 * rho * small_sd(3) * small_sd(4);
    struct sample s;
    struct quality_reliability q;

    (void)state;
    make(&s, MODE_A);
    q = reliability(&s, small_r, 1);
    assert_near(q.alpha, 2 * rho / (1 + rho));
    assert_near(q.alpha_cov, 2 * c / (v + c));
    assert_near(q.eigenvalue[0], 1 + rho);
    assert_near(q.eigenvalue[1], 1 - rho);
    assert_near(q.rho_dg, (2 + 2 * rho) / (3 + rho));
}

/* An item that is turned round: alpha sees it, a component's loading too. */
static void test_negative_loading(void **state)
{
    double r[ITEMS * ITEMS];
    struct sample s;
    struct quality_reliability q;
    double *l = s.fit.loading;

    (void)state;
    memcpy(r, small_r, sizeof r);
    for (size_t j = 0; j < ITEMS; j++)
        if (j != 2)
            set_r(r, 2, j, -small_r[2 * ITEMS + j]);
    small_make(&s.small, SCHEME_PATH, MODE_A);
    estimate(&s, r);
    assert_true(l[0] > 0 && l[1] > 0 && l[2] < 0);
    q = reliability(&s, r, 0);
    assert_near(q.alpha, 3. / 2 * (1 - 3 / (3 + 2 * (.613 - .547 - .589))));
    assert_true(q.alpha < 0);
    assert_near(q.ave, (l[0] * l[0] + l[1] * l[1] + l[2] * l[2]) / 3);
    assert_near(q.rho_c, pow(l[0] + l[1] + l[2], 2) /
                             (pow(l[0] + l[1] + l[2], 2) + 3 - 3 * q.ave));
    /* but how they vary together is the same */
    assert_near(q.eigenvalue[0], reliability(&s, small_r, 0).eigenvalue[0]);
    assert_near(q.eigenvalue[1], reliability(&s, small_r, 0).eigenvalue[1]);
}

static void test_mode_b_has_no_reliability(void **state)
{
    struct sample s;
    struct quality_reliability q;
    double larcker[CONSTRUCTS * CONSTRUCTS];

    (void)state;
    make(&s, MODE_B);
    q = reliability(&s, small_r, 0);
    assert_true(isnan(q.alpha) && isnan(q.alpha_cov) && isnan(q.rho_c));
    assert_true(isnan(q.ave) && isnan(q.rho_dg));
    assert_true(isnan(q.rho_c_plsc) && isnan(q.ave_plsc));
    assert_near(q.rho_a, 1);
    assert_true(q.eigenvalue[0] > 2 && q.eigenvalue[1] > 0);
    quality_fornell_larcker(&s.small.model, &s.fit, larcker);
    assert_true(isnan(larcker[0]));
    assert_near(larcker[8], 1);
    assert_near(larcker[1], s.fit.correlation[1]);
}

/* A = lambda v v' + the rest: the vector is one, and what is left without it
 * has the second value by powers. */
static void test_eigenvalues_by_powers(void **state)
{
    struct sample s;
    double value[2], v[ITEMS_MAX], x[3] = {1, .3, -.7}, a[9], length = 0;

    (void)state;
    make(&s, MODE_A);
    block_eigen(&s.small.model, small_r, 0, value, v);
    for (size_t i = 0; i < 3; i++) {
        double sum = 0;

        for (size_t j = 0; j < 3; j++) {
            sum += small_r[i * ITEMS + j] * v[j];
            a[i * 3 + j] = small_r[i * ITEMS + j] - value[0] * v[i] * v[j];
        }
        assert_near(sum, value[0] * v[i]);
    }
    for (int step = 0; step < 2000; step++) {
        double y[3] = {0};

        for (size_t i = 0; i < 9; i++)
            y[i / 3] += a[i] * x[i % 3];
        length = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2]);
        for (size_t i = 0; i < 3; i++)
            x[i] = y[i] / length;
    }
    assert_near(value[1], length);
}

/* ---- HTMT ---- */

static void test_htmt(void **state)
{
    double r[ITEMS * ITEMS], q[9];
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    memcpy(r, small_r, sizeof r);
    quality_htmt(&s.small.model, r, q);
    assert_near(q[1], (.401 + .382 + .371 + .443 + .329 + .391) / 6 /
                          sqrt((.613 + .547 + .589) / 3 * .673));
    assert_near(q[2],
                (.293 + .317 + .271) / 3 / sqrt((.613 + .547 + .589) / 3));
    assert_near(q[5], (.457 + .511) / 2 / sqrt(.673));
    for (size_t i = 0; i < 9; i++)
        assert_near(q[i], q[i % 3 * 3 + i / 3]);
    set_r(r, 5, 0, -.293); /* a sign more or less is the same */
    quality_htmt(&s.small.model, r, q);
    assert_near(q[2],
                (.293 + .317 + .271) / 3 / sqrt((.613 + .547 + .589) / 3));
    set_r(r, 3, 4, 0);
    quality_htmt(&s.small.model, r, q);
    assert_true(isnan(q[1]) && isnan(q[3]) && isnan(q[5]));
    assert_false(isnan(q[2]));
    assert_near(q[4], 1);
}

/* ---- collinearity ---- */

static void test_vif_of_two(void **state)
{
    struct sample s;
    double q[ITEMS];

    (void)state;
    make(&s, MODE_A);
    quality_vif_items(&s.small.model, small_r, q);
    assert_near(q[3], 1 / (1 - .673 * .673));
    assert_near(q[4], q[3]);
    assert_near(q[5], 1);
}

/* b1 = b2 and, among three, one that the two others make up: infinite for all
 * that others determine, finite for one that they do not. */
static void test_vif_of_what_others_determine(void **state)
{
    double r[ITEMS * ITEMS], q[ITEMS];
    struct sample s;

    (void)state;
    make(&s, MODE_A);
    memcpy(r, small_r, sizeof r);
    set_r(r, 3, 4, 1);
    set_r(r, 0, 1, 1);
    set_r(r, 0, 2, .5);
    set_r(r, 1, 2, .5);
    quality_vif_items(&s.small.model, r, q);
    assert_true(isinf(q[3]) && isinf(q[4]) && q[3] > 0);
    assert_true(isinf(q[0]) && isinf(q[1]));
    assert_near(q[2], 1 / (1 - .25));
    set_r(r, 0, 1, 0);
    set_r(r, 0, 2, sqrt(.5));
    set_r(r, 1, 2, sqrt(.5));
    quality_vif_items(&s.small.model, r, q);
    assert_true(isinf(q[0]) && isinf(q[1]) && isinf(q[2]));
    set_r(r, 3, 4, NAN);
    quality_vif_items(&s.small.model, r, q);
    assert_true(isnan(q[3]) && isnan(q[4]));
}

/* ---- other models ---- */

/* A and B become C, whose items are theirs. */
static void test_higher_order(void **state)
{
    enum { MANY = 10 };
    static const size_t number[MANY] = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
    static const size_t parts[2] = {0, 1};
    struct small small;
    struct quality_reliability q[3];
    double r[MANY * MANY], mean[MANY], htmt[9], larcker[9], vif[MANY];
    struct pls_fit fit;

    (void)state;
    small_make(&small, SCHEME_PATH, MODE_A);
    small.construct[2].items = 5;
    small.construct[2].item = number + 5;
    small.construct[2].parts = 2;
    small.construct[2].part = parts;
    memset(small.path, 0, sizeof small.path);
    small.path[6] = small.path[7] = true;
    pls_model_of(&small.survey, &small.model);
    for (size_t i = 0; i < MANY; i++) {
        mean[i] = small_mean[number[i]];
        for (size_t j = 0; j < MANY; j++)
            r[i * MANY + j] = small_r[number[i] * ITEMS + number[j]];
    }
    assert_int_equal(
        pls_estimate(&small.model, ROWS, mean, r, NULL, &fit, NULL), ST_OK);
    quality_reliability(&small.model, &fit, r, r, q);
    assert_true(isnan(q[2].alpha) && isnan(q[2].rho_a) && isnan(q[2].ave));
    assert_false(isnan(q[0].alpha) || isnan(q[1].ave));
    quality_htmt(&small.model, r, htmt);
    assert_true(isnan(htmt[2]) && isnan(htmt[5]) && !isnan(htmt[1]));
    quality_fornell_larcker(&small.model, &fit, larcker);
    assert_true(isnan(larcker[8]) && !isnan(larcker[0]));
    quality_vif_items(&small.model, r, vif);
    assert_true(vif[5] > vif[0] && isfinite(vif[5]));
}

/* Of one item or one block there is little to say, and that little is said. */
static void test_without_a_model(void **state)
{
    static const double one[1] = {1};
    struct small small;
    struct quality_reliability q;
    struct pls_fit fit;
    double x[1];

    (void)state;
    small_make(&small, SCHEME_PATH, MODE_A);
    small.survey.model.constructs = 0;
    pls_model_of(&small.survey, &small.model);
    assert_int_equal(
        pls_estimate(&small.model, ROWS, small_mean, one, NULL, &fit, NULL),
        ST_OK);
    quality_reliability(&small.model, &fit, one, one, &q);
    assert_near(q.alpha, 1);
    quality_htmt(&small.model, one, x);
    assert_near(x[0], 1);
    quality_fornell_larcker(&small.model, &fit, x);
    assert_near(x[0], 1);
    quality_cross_loadings(&small.model, &fit, one, x);
    assert_near(x[0], 1);
    quality_vif_items(&small.model, one, x);
    assert_near(x[0], 1);
    quality_vif_inner(&small.model, &fit, x);
    assert_true(isnan(x[0]));
    quality_f2_reestimated(&small.model, &fit, one, ROWS, QUALITY_PLS, x);
    assert_true(isnan(x[0]));
    quality_r2_adjusted(&small.model, &fit, ROWS, x);
    assert_true(isnan(x[0]));
    assert_true(isnan(quality_gof(&small.model, &fit)));
    assert_near(
        quality_srmr(&small.model, &fit, one, QUALITY_PLSC, QUALITY_ESTIMATED),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_item),
        cmocka_unit_test(test_two_items),
        cmocka_unit_test(test_negative_loading),
        cmocka_unit_test(test_mode_b_has_no_reliability),
        cmocka_unit_test(test_eigenvalues_by_powers),
        cmocka_unit_test(test_htmt),
        cmocka_unit_test(test_vif_of_two),
        cmocka_unit_test(test_vif_of_what_others_determine),
        cmocka_unit_test(test_higher_order),
        cmocka_unit_test(test_without_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
