/* ipma_test.c - importance and performance of the ECSI mobile data. */
#include "gold.h"
#include "scorer/importance.h"
#include "scorer/index.h"

static const double tolerance = 1e-9;

struct sample {
    struct ecsi e;
    struct pls_fit fit;
    double u[24];
    double effects[7 * 7];
};

static void make(struct sample *s)
{
    size_t rows;
    uint8_t *x;
    struct moments *m;

    ecsi_make(&s->e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&s->e, "mobi.csv", &rows);
    m = ecsi_moments(x, rows, false);
    ecsi_fit(&s->e, m, MISSING_MEAN, &s->fit);
    index_weights(&s->e.model, &s->fit, s->u);
    importance_effects(&s->e.model, &s->fit, s->effects);
    moments_free(&m);
    free(x);
}

static void test_weights(void **state)
{
    struct gold g = gold_read("unstandardised_weights_path.csv");
    struct sample s;

    (void)state;
    make(&s);
    assert_int_equal(g.rows, 24);
    for (size_t j = 0; j < 24; j++) {
        const char *code = s.e.item[j].code;

        assert_near(s.fit.weight[j], gold_of(&g, code, "w_std"), tolerance);
        assert_near(s.fit.weight[j] / s.fit.sd[j], gold_of(&g, code, "w_unstd"),
                    tolerance);
        assert_near(s.u[j], gold_of(&g, code, "w_unstd_sum1"), tolerance);
    }
    gold_free(&g);
}

static void test_total_effects(void **state)
{
    struct gold g = gold_read("ipma_total_effects_unstd.csv");
    struct sample s;

    (void)state;
    make(&s);
    assert_int_equal(g.rows, 7);
    for (size_t from = 0; from < 7; from++)
        for (size_t to = 0; to < 7; to++)
            assert_near(s.effects[to * 7 + from],
                        gold_of(&g, ecsi_names[from], ecsi_names[to]),
                        tolerance);
    gold_free(&g);
}

static void test_constructs(void **state)
{
    struct gold g = gold_read("ipma_constructs.csv");
    struct sample s;

    (void)state;
    make(&s);
    assert_int_equal(g.rows, 7);
    for (size_t c = 0; c < 7; c++) {
        const char *name = ecsi_names[c];

        assert_near(index_value(&s.e.model, c, s.u, s.fit.mean),
                    gold_of(&g, name, "performance"), tolerance);
        assert_near(s.effects[SATISFACTION * 7 + c],
                    gold_of(&g, name, "importance_unstd_on_Satisfaction"),
                    tolerance);
        assert_near(s.effects[LOYALTY * 7 + c],
                    gold_of(&g, name, "importance_unstd_on_Loyalty"),
                    tolerance);
        assert_near(s.fit.total[SATISFACTION * 7 + c],
                    gold_of(&g, name, "importance_std_on_Satisfaction"),
                    tolerance);
        assert_near(s.fit.total[LOYALTY * 7 + c],
                    gold_of(&g, name, "importance_std_on_Loyalty"), tolerance);
    }
    gold_free(&g);
}

static void test_items(void **state)
{
    struct gold g = gold_read("ipma_indicators.csv");
    struct sample s;
    double sat[24], loy[24];

    (void)state;
    make(&s);
    assert_int_equal(g.rows, 24);
    importance_items(&s.e.model, s.effects, s.u, SATISFACTION, sat);
    importance_items(&s.e.model, s.effects, s.u, LOYALTY, loy);
    for (size_t j = 0; j < 24; j++) {
        const char *code = s.e.item[j].code;

        assert_near(performance_item(&s.e.model, j, s.fit.mean[j]),
                    gold_of(&g, code, "performance"), tolerance);
        assert_near(sat[j],
                    gold_of(&g, code, "importance_unstd_on_Satisfaction"),
                    tolerance);
        assert_near(loy[j], gold_of(&g, code, "importance_unstd_on_Loyalty"),
                    tolerance);
    }
    gold_free(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights), cmocka_unit_test(test_total_effects),
        cmocka_unit_test(test_constructs), cmocka_unit_test(test_items)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
