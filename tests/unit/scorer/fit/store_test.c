/* store_test.c - a fit from a store: the same item weights as the engine's, to
 * the bit, and what weights and labels come to. */
#include "scorer/world.h"

#include "alloc.h"
#include "fit_store.h"
#include "scorer/estimates.h"

#define FILE_NAME "store_test.db"
#define URL       "sqlite:" FILE_NAME

static struct world world;
static struct fit_plan plan;

static struct request ask(void)
{
    return (struct request){.store = URL, .query = ask_for("mini-mob")};
}

static int setup(void **state)
{
    (void)state;
    world_open(&world, 2026, FILE_NAME, "mean");
    fill_world(&world, MINI_MOB, 1500);
    plan = (struct fit_plan){.missing = MISSING_MEAN};
    pls_model_of(world.survey[MINI_MOB], &plan.model);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void get(const struct fit_source *source, struct answers **a,
                struct fit_data *d)
{
    struct request r = ask();

    ok(&world, fit_store_answers(&r, NULL, a, &world.err));
    ok(&world, fit_store_read(&plan, source, *a, d, &world.err));
}

static void test_item_weights_are_the_nation_s(void **state)
{
    static const struct fit_source source = {.keep = true};
    const struct query q = ask_for("mini-mob");
    struct engine *e = NULL;
    struct estimates all = {0};
    struct answers *a = NULL;
    const struct item_weights *w;
    struct fit_data d;
    struct pls_fit fit;

    (void)state;
    get(&source, &a, &d);
    ok(&world, fit_sums_estimate(&d.total, &plan, NULL, &fit, &world.err));
    ok(&world, engine_open(URL, "", &e, &world.err));
    ok(&world, engine_update(e, &world.err));
    ok(&world, engine_estimates(e, &q, &all, NULL, &world.err));
    assert_true(all.count > 0);
    w = all.list[0].weights;
    assert_true(w->fitted);
    assert_int_equal(w->rows, fit_sums_rows(&d.total));
    assert_memory_equal(w->fit.weight, fit.weight,
                        MINI_SCALES * sizeof *fit.weight);
    assert_memory_equal(w->fit.path, fit.path, 9 * sizeof *fit.path);
    for (size_t g = 0; g < GROUPS; g++) { /* and without each group */
        struct fit_sums rest = {NULL, NULL};

        assert_int_equal(fit_sums_new(&plan, &rest), ST_OK);
        assert_int_equal(fit_sums_merge(&rest, &d.total), ST_OK);
        assert_int_equal(fit_sums_subtract(&rest, &d.group[g]), ST_OK);
        assert_int_equal(
            fit_sums_estimate(&rest, &plan, fit.weight, &fit, NULL), ST_OK);
        for (size_t j = 0; j < MINI_SCALES; j++)
            assert_true(fabs(fit.weight[j] - w->part[g].weight[j]) < 1e-11);
        fit_sums_free(&rest);
    }
    estimates_free(&all);
    engine_close(&e);
    fit_data_free(&d);
    answers_free(&a);
}

static void test_weights_and_labels(void **state)
{
    static const struct fit_source source = {
        .weight = "design",
        .label = {[FIT_STRATUM] = "stratum", [FIT_GROUP] = "province"}};
    struct answers *a = NULL;
    struct fit_data d;
    size_t kept = 0;

    (void)state;
    plan.weighted = true;
    get(&source, &a, &d);
    assert_int_equal(d.label[FIT_STRATUM].count, 2);
    assert_int_equal(d.label[FIT_GROUP].count, 4);
    assert_int_equal(d.label[FIT_CLUSTER].rows, 0);
    for (size_t i = 0; i < answers_count(a); i++) {
        const struct answer in = answers_at(a, i);
        const struct fit_labels *l = d.label;

        if (!answers_fit(a, i))
            continue;
        assert_string_equal(l[FIT_STRATUM].word[l[FIT_STRATUM].row[kept]],
                            in.context->stratum);
        assert_string_equal(l[FIT_GROUP].word[l[FIT_GROUP].row[kept]],
                            in.context->province);
        assert_true(d.weight[kept] ==
                    (in.context->stratum[0] == 'A' ? 50 : 1000));
        kept++;
    }
    assert_int_equal(d.rows, kept);
    assert_true(kept > 900);
    plan.weighted = false;
    fit_data_free(&d);
    answers_free(&a);
}

static void test_refusals(void **state)
{
    static const struct {
        struct fit_source source;
        const char *words;
    } cases[] = {
        {{.weight = "w"}, "'design' weights, not 'w'"},
        {{.label = {[FIT_GROUP] = "town"}}, "--group: no dimension 'town'"},
        {{.label = {[FIT_STRATUM] = "x"}}, "--strata: no dimension 'x'"}};
    struct request r = ask();
    struct answers *a = NULL;
    struct fit_data d;

    (void)state;
    ok(&world, fit_store_answers(&r, NULL, &a, &world.err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            fit_store_read(&plan, &cases[i].source, a, &d, &world.err),
            ST_INVALID);
        assert_non_null(strstr(world.err.text, cases[i].words));
    }
    answers_free(&a);
    r.store = "sqlite:nowhere.db";
    assert_int_equal(fit_store_answers(&r, NULL, &a, &world.err), ST_NOTFOUND);
}

/* A draw that nobody noted the rate of has no design weight. */
static void test_unknown_rates(void **state)
{
    static const struct fit_source source = {.weight = "design"};
    struct request r = ask();
    struct answers *a = NULL;
    struct person p;
    struct fit_data d;

    (void)state;
    ok(&world, store_begin(world.write, &world.err));
    person_make(&world, MINI_MOB, &p);
    p.r.context.frame = FRAME_INVITED;
    p.r.rate_ppm = 0;
    assert_int_equal(submit(&world, &p, false), VERDICT_ACCEPTED);
    ok(&world, store_commit(world.write, &world.err));
    ok(&world, fit_store_answers(&r, NULL, &a, &world.err));
    plan.weighted = true;
    assert_int_equal(fit_store_read(&plan, &source, a, &d, &world.err),
                     ST_INVALID);
    plan.weighted = false;
    assert_non_null(strstr(world.err.text, "of 1 of "));
    answers_free(&a);
}

static enum status read_rows(void *ctx)
{
    static const struct fit_source source = {
        .label = {[FIT_GROUP] = "province"}};
    struct fit_data d;
    const enum status st = fit_store_read(&plan, &source, ctx, &d, NULL);

    if (st == ST_OK)
        fit_data_free(&d);
    return st;
}

static void test_out_of_memory(void **state)
{
    static const char *const one[] = {"65"};
    const struct query_filter f = {DIM_PROVINCE, 1, one};
    struct request r = ask();
    struct answers *a = NULL;

    (void)state;
    r.query.filter = &f;
    r.query.filters = 1;
    ok(&world, fit_store_answers(&r, NULL, &a, &world.err));
    alloc_torture(read_rows, a);
    answers_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_item_weights_are_the_nation_s),
        cmocka_unit_test(test_weights_and_labels),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_unknown_rates),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
