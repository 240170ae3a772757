/* plsc_test.c - consistent estimates: what they give back of a known
 * population, and every refusal.  (tests/gold compares with other programs.) */
#include "scorer/plsc.h"
#include "scorer/small.h"

static const size_t owner[ITEMS] = {0, 0, 0, 1, 1, 2};
static const double truth[ITEMS] = {0.813, 0.674, 0.752, 0.691, 0.847, 1};

static enum status consistent_of(const struct small *s, const double *r,
                                 struct pls_fit *out, struct err *err)
{
    double cov[ITEMS * ITEMS];
    struct pls_fit fit;
    struct err none = {""};
    enum status st;

    small_cov(r, cov);
    st = pls_estimate(&s->model, 1000, small_mean, cov, NULL, &fit, &none);
    if (st != ST_OK)
        fail_msg("%s", none.text);
    return pls_consistent(&s->model, cov, &fit, out, err);
}

/* The correlations of items that measure constructs which are correlated like
 * `phi` (A B, A C, B C), with the loadings above. */
static void population(const double phi[3], double *r)
{
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++) {
            const size_t p = owner[i], q = owner[j];

            r[i * ITEMS + j] = i == j   ? 1
                               : p == q ? truth[i] * truth[j]
                                        : truth[i] * truth[j] * phi[p + q - 1];
        }
}

/* Dijkstra & Henseler 2015, theorem 1: from the population's own matrix come
 * its loadings, correlations and paths, exactly. */
static void test_population(void **state)
{
    static const double phi[3] = {0.613, 0.427, 0.571};
    const double det = 1 - phi[0] * phi[0];
    struct small s;
    struct pls_fit fit;
    struct err err = {""};
    double r[ITEMS * ITEMS];

    (void)state;
    population(phi, r);
    for (int scheme = SCHEME_PATH; scheme <= SCHEME_FACTORIAL; scheme++) {
        small_make(&s, (enum inner_scheme)scheme, MODE_A);
        assert_int_equal(consistent_of(&s, r, &fit, &err), ST_OK);
        for (size_t i = 0; i < ITEMS; i++)
            assert_true(fabs(fit.loading[i] - truth[i]) < 1e-11);
        assert_true(fabs(fit.correlation[1] - phi[0]) < 1e-11);
        assert_true(fabs(fit.path[1 * 3 + 0] - phi[0]) < 1e-11);
        assert_true(fabs(fit.path[2 * 3 + 0] -
                         (phi[1] - phi[0] * phi[2]) / det) < 1e-11);
        assert_true(fabs(fit.path[2 * 3 + 1] -
                         (phi[2] - phi[0] * phi[1]) / det) < 1e-11);
        assert_true(fabs(fit.r2[1] - phi[0] * phi[0]) < 1e-11);
        assert_true(fabs(fit.total[2 * 3 + 0] - phi[1]) < 1e-11);
        assert_true(isnan(fit.r2[0]));
        assert_false(pls_consistent_doubt(&s.model, &fit, &err));
    }
}

/* In place, and untouched where it is refused. */
static void test_in_place(void **state)
{
    struct small s;
    struct pls_fit fit, before;
    double cov[ITEMS * ITEMS], r[ITEMS * ITEMS];
    struct err err = {""};

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    small_cov(small_r, cov);
    assert_int_equal(consistent_of(&s, small_r, &before, &err), ST_OK);
    assert_int_equal(
        pls_estimate(&s.model, 99, small_mean, cov, NULL, &fit, &err), ST_OK);
    assert_int_equal(pls_consistent(&s.model, cov, &fit, &fit, &err), ST_OK);
    assert_memory_equal(fit.path, before.path, sizeof fit.path);
    assert_memory_equal(fit.loading, before.loading, sizeof fit.loading);

    memcpy(r, small_r, sizeof r);
    set_r(r, 3, 4, -0.1);
    assert_int_equal(consistent_of(&s, r, &fit, &err), ST_NUMERIC);
    assert_memory_equal(fit.path, before.path, sizeof fit.path);
}

static void refuse(const double *r, const char *want)
{
    struct small s;
    struct pls_fit fit;
    struct err err = {""};

    small_make(&s, SCHEME_PATH, MODE_A);
    assert_int_equal(consistent_of(&s, r, &fit, &err), ST_NUMERIC);
    assert_string_equal(err.text, want);
}

/* Two items that go apart and yet both with the others. */
static void test_negative_reliability(void **state)
{
    double r[ITEMS * ITEMS];

    (void)state;
    memcpy(r, small_r, sizeof r);
    set_r(r, 3, 4, -0.1);
    refuse(r, "B: rho_A is -0.223: its items do not measure one thing, so "
              "nothing is consistent (PLSc)");
}

/* Items closer to those of another construct than to their own kind. */
static void test_over_one(void **state)
{
    double r[ITEMS * ITEMS];

    (void)state;
    memcpy(r, small_r, sizeof r);
    set_r(r, 3, 4, 0.2);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 3; j < 5; j++)
            set_r(r, i, j, 0.45);
    refuse(r, "A and B: their consistent correlation is 1.32 (PLSc): they are "
              "not two things");
}

/* Of three correlations each can be, all of them cannot. */
static void test_r2(void **state)
{
    static const double phi[3] = {0.413, 0.913, 0.871};
    double r[ITEMS * ITEMS];

    (void)state;
    population(phi, r);
    refuse(r, "C: R2 is over 1");
}

/* Every regression exists, all of it together does not. */
static void test_doubt(void **state)
{
    static const double phi[3] = {0.413, 0.913, 0.871};
    double r[ITEMS * ITEMS];
    struct small s;
    struct pls_fit fit;
    struct err why = {""};

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    s.path[2 * CONSTRUCTS + 0] = false; /* A -> B -> C */
    pls_model_of(&s.survey, &s.model);
    population(phi, r);
    assert_int_equal(consistent_of(&s, r, &fit, &why), ST_OK);
    assert_true(pls_consistent_doubt(&s.model, &fit, &why));
    assert_string_equal(why.text, "the consistent correlations of C and the "
                                  "constructs before it are not positive "
                                  "definite");
}

static void test_heywood(void **state)
{
    double r[ITEMS * ITEMS];
    struct small s;
    struct pls_fit fit;
    struct err why = {""};

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    memcpy(r, small_r, sizeof r);
    for (size_t i = 0; i < 3; i++)
        set_r(r, i, 4, 0.05); /* b2 hardly goes with the rest: b1 has it all */
    set_r(r, 4, 5, 0.1);
    set_r(r, 3, 4, 0.6);
    assert_int_equal(consistent_of(&s, r, &fit, &why), ST_OK);
    assert_true(pls_consistent_doubt(&s.model, &fit, &why));
    assert_non_null(strstr(why.text, "over 1"));
    fit.loading[3] = 1.013; /* rho_A under 1, the loading over it */
    fit.loading[4] = 0.071;
    assert_true(pls_consistent_doubt(&s.model, &fit, &why));
    assert_non_null(strstr(why.text, "b1: its consistent loading is 1.01,"));
}

/* One item has all the weight: nothing tells its error. */
static void test_no_reliability(void **state)
{
    struct small s;
    struct pls_fit fit;
    double cov[ITEMS * ITEMS];
    struct err err = {""};

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    small_cov(small_r, cov);
    assert_int_equal(
        pls_estimate(&s.model, 99, small_mean, cov, NULL, &fit, &err), ST_OK);
    fit.weight[3] = 1;
    fit.weight[4] = 0;
    assert_true(isnan(pls_rho_a(&s.model, &fit, cov, 1)));
    assert_true(pls_rho_a(&s.model, &fit, cov, 2) == 1);
    assert_int_equal(pls_consistent(&s.model, cov, &fit, &fit, &err),
                     ST_NUMERIC);
    assert_int_equal(strncmp(err.text, "B: rho_A is nan", 15), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_population),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_negative_reliability),
        cmocka_unit_test(test_over_one),
        cmocka_unit_test(test_r2),
        cmocka_unit_test(test_doubt),
        cmocka_unit_test(test_heywood),
        cmocka_unit_test(test_no_reliability)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
