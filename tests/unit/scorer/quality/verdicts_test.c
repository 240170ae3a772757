/* verdicts_test.c - limits, and what of a fit is judged. */
#include "sample.h"

#include "scorer/verdicts.h"

static void test_rules_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < VERDICT_MEASURES; i++) {
        const struct verdict_rule *rule = &verdict_rules[i];

        assert_true(rule->name && rule->title && rule->source);
        assert_true(rule->bands >= 2);
        assert_true(isinf(rule->band[0].from) && rule->band[0].from < 0);
        for (size_t b = 0; b < rule->bands; b++) {
            assert_true(strlen(rule->band[b].words) > 0);
            assert_true(b == 0 || rule->band[b].from > rule->band[b - 1].from);
            /* a measure is of sizes or of grades */
            assert_int_equal(rule->band[b].grade == VERDICT_SIZE,
                             rule->band[0].grade == VERDICT_SIZE);
        }
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(rule->name, verdict_rules[k].name);
    }
}

/* A limit belongs to what is above it. */
static void test_bands(void **state)
{
    const struct verdict_rule *rule = &verdict_rules[VERDICT_RHO_C];

    (void)state;
    assert_null(verdict_band(VERDICT_RHO_C, NAN));
    assert_ptr_equal(verdict_band(VERDICT_RHO_C, -3), &rule->band[0]);
    assert_ptr_equal(verdict_band(VERDICT_RHO_C, nextafter(.7, 0)),
                     &rule->band[1]);
    assert_ptr_equal(verdict_band(VERDICT_RHO_C, .7), &rule->band[2]);
    assert_ptr_equal(verdict_band(VERDICT_RHO_C, .95), &rule->band[3]);
    assert_int_equal(verdict_band(VERDICT_AVE, .5)->grade, VERDICT_GOOD);
    assert_int_equal(verdict_band(VERDICT_HTMT, .849)->grade, VERDICT_GOOD);
    assert_int_equal(verdict_band(VERDICT_HTMT, .87)->grade, VERDICT_FAIR);
    assert_int_equal(verdict_band(VERDICT_HTMT, .9)->grade, VERDICT_POOR);
    assert_int_equal(verdict_band(VERDICT_VIF_INNER, INFINITY)->grade,
                     VERDICT_POOR);
    assert_int_equal(verdict_band(VERDICT_SRMR_PLSC, 0)->grade, VERDICT_GOOD);
    assert_string_equal(verdict_grade_word(VERDICT_FAIR), "fair");
}

static size_t count(const struct verdict *v, size_t n,
                    enum verdict_measure measure)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        found += v[i].measure == measure ? 1 : 0;
    return found;
}

static struct verdict_basis basis_of(const struct sample *s,
                                     const double *htmt_high)
{
    return (struct verdict_basis){.model = &s->small.model,
                                  .fit = &s->fit,
                                  .plain = &s->fit,
                                  .cov = s->cov,
                                  .r = small_r,
                                  .htmt_high = htmt_high};
}

static void test_a_fit(void **state)
{
    static const double high[9] = {1, .8, NAN, .8, 1, 1.2, NAN, 1.2, 1};
    static struct verdict v[VERDICTS_MAX];
    struct sample s;
    struct verdict_basis basis = basis_of(&s, NULL);
    size_t n;

    (void)state;
    make(&s, MODE_A);
    n = verdicts_of(&basis, v);
    assert_int_equal(count(v, n, VERDICT_LOADING), 5); /* not c1 */
    assert_int_equal(count(v, n, VERDICT_CROSS_LOADING), 5);
    assert_int_equal(count(v, n, VERDICT_ALPHA), 2);
    assert_int_equal(count(v, n, VERDICT_RHO_A), 2);
    assert_int_equal(count(v, n, VERDICT_AVE), 2);
    assert_int_equal(count(v, n, VERDICT_FORNELL_LARCKER), 2);
    assert_int_equal(count(v, n, VERDICT_HTMT), 3);
    assert_int_equal(count(v, n, VERDICT_HTMT_HIGH), 0);
    assert_int_equal(count(v, n, VERDICT_VIF_ITEM), 0);
    assert_int_equal(count(v, n, VERDICT_VIF_INNER), 3);
    assert_int_equal(count(v, n, VERDICT_R2), 2);
    assert_int_equal(count(v, n, VERDICT_F2), 3);
    assert_int_equal(count(v, n, VERDICT_SRMR_PLS), 1);
    assert_int_equal(count(v, n, VERDICT_SRMR_PLSC), 1);
    assert_int_equal(count(v, n, VERDICT_GOF), 1);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(v[i].band, verdict_band(v[i].measure, v[i].value));
        assert_true(i == 0 || v[i].measure >= v[i - 1].measure);
        if (v[i].measure == VERDICT_F2)
            assert_true(s.small.path[v[i].b * 3 + v[i].a]);
    }
    basis.htmt_high = high;
    n = verdicts_of(&basis, v);
    assert_int_equal(count(v, n, VERDICT_HTMT_HIGH), 2); /* one undefined */
}

/* An item that goes with another block. */
static void test_cross_loading(void **state)
{
    static struct verdict v[VERDICTS_MAX];
    double r[ITEMS * ITEMS];
    struct sample s;
    struct verdict_basis basis = basis_of(&s, NULL);
    size_t n, poor = 0;

    (void)state;
    memcpy(r, small_r, sizeof r);
    set_r(r, 2, 0, .2);
    set_r(r, 2, 1, .2);
    set_r(r, 2, 3, .8);
    set_r(r, 2, 4, .79);
    small_make(&s.small, SCHEME_PATH, MODE_A);
    estimate(&s, r);
    basis.r = r;
    n = verdicts_of(&basis, v);
    for (size_t i = 0; i < n; i++)
        if (v[i].measure == VERDICT_CROSS_LOADING &&
            v[i].band->grade == VERDICT_POOR) {
            assert_int_equal(v[i].a, 2);
            assert_true(v[i].value < 0);
            poor++;
        }
    assert_int_equal(poor, 1);
}

/* Formative blocks are judged by collinearity, not by agreement. */
static void test_mode_b(void **state)
{
    static struct verdict v[VERDICTS_MAX];
    struct sample s;
    const struct verdict_basis basis = basis_of(&s, NULL);
    size_t n;

    (void)state;
    make(&s, MODE_B);
    n = verdicts_of(&basis, v);
    assert_int_equal(count(v, n, VERDICT_LOADING), 0);
    assert_int_equal(count(v, n, VERDICT_ALPHA), 0);
    assert_int_equal(count(v, n, VERDICT_EIGENVALUE), 0);
    assert_int_equal(count(v, n, VERDICT_FORNELL_LARCKER), 0);
    assert_int_equal(count(v, n, VERDICT_VIF_ITEM), ITEMS);
}

/* One item: nothing to judge. */
static void test_without_a_model(void **state)
{
    static const double one[1] = {1};
    static struct verdict v[VERDICTS_MAX];
    struct sample s;
    struct verdict_basis basis = basis_of(&s, NULL);

    (void)state;
    small_make(&s.small, SCHEME_PATH, MODE_A);
    s.small.survey.model.constructs = 0;
    pls_model_of(&s.small.survey, &s.small.model);
    assert_int_equal(
        pls_estimate(&s.small.model, ROWS, small_mean, one, NULL, &s.fit, NULL),
        ST_OK);
    basis.cov = basis.r = one;
    assert_int_equal(verdicts_of(&basis, v), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_are_whole),
        cmocka_unit_test(test_bands),
        cmocka_unit_test(test_a_fit),
        cmocka_unit_test(test_cross_loading),
        cmocka_unit_test(test_mode_b),
        cmocka_unit_test(test_without_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
