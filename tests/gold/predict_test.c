/* predict_test.c - PLSpredict of the ECSI mobile data with given folds, against
 * seminr's predict_DA. */
#include "gold.h"
#include "scorer/predict.h"

static uint32_t fold[250];

static void read_folds(void)
{
    struct gold g = gold_read("plspredict_folds.csv");

    assert_int_equal(g.rows, 250);
    for (size_t r = 0; r < g.rows; r++) {
        assert_int_equal((size_t)gold_number(&g, r, 0), r + 1);
        fold[r] = (uint32_t)gold_number(&g, r, 1) - 1;
    }
    gold_free(&g);
}

static void run(struct ecsi *e, enum predict_technique technique,
                struct prediction *out)
{
    const struct predict_plan plan = {
        .technique = technique, .folds = 10, .repetitions = 1, .fold = fold};
    struct err err = {""};
    uint8_t *x;
    size_t rows;
    struct sample s;

    ecsi_make(e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(e, "mobi.csv", &rows);
    s = (struct sample){.model = &e->model, .rows = rows, .row = x};
    assert_int_equal(predict(&s, &plan, out, &err), ST_OK);
    free(x);
}

static void test_seminr(void **state)
{
    const double tolerance = 1e-10;
    struct gold g = gold_read("plspredict_seminr_DA.csv");
    struct ecsi e;
    struct prediction p;
    size_t met = 0;

    (void)state;
    read_folds();
    run(&e, PREDICT_DIRECT, &p);
    for (size_t i = 0; i < 24; i++) {
        const struct predict_item *item = &p.item[i];
        const char *code = e.item[i].code;

        if (item->n == 0)
            continue;
        assert_int_equal(item->n, 250);
        assert_near(item->in[PREDICT_PLS].rmse, gold_of(&g, code, "PLS_in"),
                    tolerance);
        assert_near(item->out[PREDICT_PLS].rmse, gold_of(&g, code, "PLS_out"),
                    tolerance);
        assert_near(item->out[PREDICT_PLS].mae,
                    gold_of(&g, code, "PLS_out_MAE"), tolerance);
        assert_near(item->in[PREDICT_LM_ALL].rmse, gold_of(&g, code, "LM_in"),
                    tolerance);
        assert_near(item->out[PREDICT_LM_ALL].rmse, gold_of(&g, code, "LM_out"),
                    tolerance);
        met++;
    }
    assert_int_equal(met, g.rows);
    gold_free(&g);
}

/* Better than the means on every item, and than regression on the same
 * antecedents; seminr's benchmark also sees what lies behind a construct. */
static void test_verdicts(void **state)
{
    struct ecsi e;
    struct prediction p;

    (void)state;
    read_folds();
    run(&e, PREDICT_DIRECT, &p);
    for (size_t i = 5; i < 24; i++)
        assert_true(p.item[i].q2 > 0 && p.item[i].q2 < 0.6);
    assert_int_equal(p.overall.items, 19);
    assert_int_equal(p.overall.validity, VALIDITY_STRONG);
    assert_int_equal(p.overall.power, POWER_MEDIUM);
    assert_true(p.overall.test[PREDICT_MEAN].p < 1e-6);
    assert_int_equal(p.overall.test[PREDICT_MEAN].n, 250);
    assert_true(isnan(p.construct[IMAGE].test[PREDICT_MEAN].p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seminr),
        cmocka_unit_test(test_verdicts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
