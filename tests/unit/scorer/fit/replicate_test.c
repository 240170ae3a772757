/* replicate_test.c - replicates of every kind: the same bits from any number
 * of threads, the same numbers as the long way round, and every allocation
 * failing. */
#include "taken.h"

#include "alloc.h"
#include "fit_design.h"
#include "fit_intervals.h"
#include "scorer/index.h"

#define ALL ((1u << FIT_MEASURES) - 1)

struct run {
    struct taken taken;
    struct fit_replication how;
    struct fit_numbers numbers;
    struct pls_fit fit;
};

static enum status run(void *ctx)
{
    struct run *r = ctx;
    struct fit_design design = {0};
    struct fit_data d;
    enum status st = taken_make(&r->taken, &d);

    if (st != ST_OK)
        return st;
    r->how.level = ERRORS_LEVEL;
    r->how.design = NULL;
    st = fit_sums_estimate(&d.total, d.plan, NULL, &r->fit, NULL);
    if (st == ST_OK && r->taken.strata) {
        st = fit_design_make(&d, &design, NULL);
        r->how.design = &design;
    }
    if (st == ST_OK)
        st = fit_replicate(&d, &r->fit, &r->how, &r->numbers, NULL);
    fit_design_free(&design);
    fit_data_free(&d);
    return st;
}

static enum status run_and_free(void *ctx)
{
    struct run *r = ctx;
    const enum status st = run(r);

    if (st == ST_OK)
        fit_numbers_free(&r->numbers);
    return st;
}

/* Every kind of replicate and interval, with and without weights. */
enum { KINDS = 6 };

static void make(struct run *r, size_t k, size_t rows, bool weighted)
{
    static const struct {
        enum fit_errors kind;
        enum bootstrap_interval interval;
        size_t strata;
    } kinds[KINDS] = {{FIT_JACKKNIFE, BOOTSTRAP_PERCENTILE, 0},
                      {FIT_BOOTSTRAP, BOOTSTRAP_PERCENTILE, 0},
                      {FIT_BOOTSTRAP, BOOTSTRAP_BCA, 0},
                      {FIT_BOOTSTRAP, BOOTSTRAP_STUDENTISED, 0},
                      {FIT_JACKKNIFE, BOOTSTRAP_PERCENTILE, 4},
                      {FIT_NONE, BOOTSTRAP_PERCENTILE, 0}};
    *r = (struct run){.taken = {.rows = rows,
                                .strata = kinds[k].strata,
                                .size = kinds[k].strata ? 7 : 0,
                                .keep = true},
                      .how = {.kind = kinds[k].kind,
                              .interval = kinds[k].interval,
                              .draws = 30,
                              .seed = 5,
                              .threads = 1,
                              .measures = ALL}};

    taken_plan(&r->taken, weighted || kinds[k].strata, MISSING_MEAN);
}

static void test_threads_give_the_same_bits(void **state)
{
    static const size_t threads[] = {2, 5};

    (void)state;
    for (size_t k = 0; k < 2 * KINDS; k++) {
        struct run one;

        make(&one, k % KINDS, 250, k >= KINDS);
        assert_int_equal(run(&one), ST_OK);
        for (size_t i = 0; i < 2; i++) {
            struct run many;

            make(&many, k % KINDS, 250, k >= KINDS);
            many.how.threads = threads[i];
            assert_int_equal(run(&many), ST_OK);
            assert_int_equal(one.numbers.replicates, many.numbers.replicates);
            assert_memory_equal(one.numbers.replicate, many.numbers.replicate,
                                one.numbers.replicates * one.numbers.count *
                                    sizeof(double));
            assert_memory_equal(one.numbers.interval, many.numbers.interval,
                                one.numbers.count * sizeof(struct interval));
            fit_numbers_free(&many.numbers);
        }
        fit_numbers_free(&one.numbers);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        struct run r;

        make(&r, k, 40, false);
        r.how.draws = 4;
        alloc_torture(run_and_free, &r);
    }
}

/* Asking for more measures changes none of the numbers, and what is not asked
 * for is not there. */
static void test_measures_are_apart(void **state)
{
    struct run all, few;
    const size_t k = CONSTRUCTS;

    (void)state;
    make(&all, 2, 200, false);
    make(&few, 2, 200, false);
    few.how.measures = FIT_MEASURE(FIT_HTMT);
    assert_int_equal(run(&all), ST_OK);
    assert_int_equal(run(&few), ST_OK);
    assert_int_equal(few.numbers.count, k * k + 2 * k + k * k);
    assert_int_equal(few.numbers.first[FIT_HTMT], k * k + 2 * k);
    assert_int_equal(all.numbers.first[FIT_INDEX], k * k + k);
    for (size_t m = 0; m < FIT_MEASURES; m++)
        for (size_t i = 0; i < few.numbers.first[m + 1] - few.numbers.first[m];
             i++) {
            const size_t a = all.numbers.first[m] + i;
            const size_t b = few.numbers.first[m] + i;

            assert_memory_equal(&all.numbers.estimate[a],
                                &few.numbers.estimate[b], sizeof(double));
            assert_memory_equal(&all.numbers.interval[a],
                                &few.numbers.interval[b],
                                sizeof(struct interval));
        }
    fit_numbers_free(&all.numbers);
    fit_numbers_free(&few.numbers);
}

/* What is noted is what the fit says. */
static void test_numbers_are_those_of_the_fit(void **state)
{
    struct run r;
    const struct fit_numbers *n = &r.numbers;
    const struct pls_model *m = &r.taken.plan.model;
    const double *e;
    double u[ITEMS];

    (void)state;
    make(&r, 0, 120, false);
    assert_int_equal(run(&r), ST_OK);
    e = n->estimate;
    index_weights(m, &r.fit, u);
    for (size_t c = 0; c < CONSTRUCTS; c++)
        assert_true(e[n->first[FIT_INDEX] + c] ==
                    index_value(m, c, u, r.fit.mean));
    assert_memory_equal(e + n->first[FIT_WEIGHTS], r.fit.weight,
                        ITEMS * sizeof *e);
    assert_memory_equal(e + n->first[FIT_LOADINGS], r.fit.loading,
                        ITEMS * sizeof *e);
    assert_memory_equal(e + n->first[FIT_TOTAL], r.fit.total,
                        CONSTRUCTS * CONSTRUCTS * sizeof *e);
    /* A -> B -> C is the one route, and the one pair */
    assert_int_equal(n->first[FIT_HTMT] - n->first[FIT_INDIRECT], 2);
    assert_true(fabs(e[n->first[FIT_SPECIFIC]] -
                     r.fit.path[1 * CONSTRUCTS] *
                         r.fit.path[2 * CONSTRUCTS + 1]) < 1e-15);
    assert_true(fabs(e[n->first[FIT_INDIRECT]] - e[n->first[FIT_SPECIFIC]]) <
                1e-15);
    /* a single item measures itself */
    assert_true(e[n->first[FIT_WEIGHTS] + 5] == 1);
    assert_true(n->interval[n->first[FIT_WEIGHTS] + 5].se < 1e-12);
    fit_numbers_free(&r.numbers);
}

static void test_names(void **state)
{
    struct run r;
    const struct pls_model *m = &r.taken.plan.model;
    struct fit_name name;

    (void)state;
    make(&r, 0, 120, false);
    name = fit_measure_name(m, FIT_SPECIFIC, 0);
    assert_int_equal(name.count, 3);
    assert_string_equal(name.code[0], "A");
    assert_string_equal(name.code[1], "B");
    assert_string_equal(name.code[2], "C");
    name = fit_measure_name(m, FIT_TOTAL, 2 * CONSTRUCTS + 0);
    assert_int_equal(name.count, 2);
    assert_string_equal(name.code[0], "A");
    assert_string_equal(name.code[1], "C");
    assert_int_equal(fit_measure_name(m, FIT_PATHS, 0).count, 0);
    assert_int_equal(fit_measure_name(m, FIT_R2, 0).count, 0);
    assert_int_equal(fit_measure_name(m, FIT_R2, 1).count, 1);
    assert_int_equal(fit_measure_name(m, FIT_HTMT, 1).count, 2);
    assert_int_equal(fit_measure_name(m, FIT_HTMT, CONSTRUCTS).count, 0);
    assert_string_equal(fit_measure_name(m, FIT_LOADINGS, 3).code[0], "b1");
}

/* Rows that do not count are no replicates, and leave the others theirs. */
static void test_rows_that_do_not_count(void **state)
{
    struct run with = {.taken = {.rows = 90, .keep = true, .holes = 12},
                       .how = {.kind = FIT_JACKKNIFE, .threads = 1}};
    struct run without = {.taken = {.rows = 90, .holes = 12},
                          .how = {.kind = FIT_JACKKNIFE, .threads = 1}};

    (void)state;
    taken_plan(&with.taken, false, MISSING_COMPLETE);
    taken_plan(&without.taken, false, MISSING_COMPLETE);
    assert_int_equal(run(&with), ST_OK);
    assert_int_equal(run(&without), ST_OK);
    assert_in_range(with.numbers.replicates, 20, 80);
    assert_int_equal(with.numbers.replicates, without.numbers.replicates);
    assert_int_equal(with.numbers.dropped, 0);
    assert_memory_equal(with.numbers.interval, without.numbers.interval,
                        with.numbers.count * sizeof(struct interval));
    fit_numbers_free(&with.numbers);
    fit_numbers_free(&without.numbers);
}

static void test_too_many_numbers(void **state)
{
    struct run r;

    (void)state;
    make(&r, 1, 40, false);
    r.how.draws = REPLICATED_MAX;
    assert_int_equal(run(&r), ST_RANGE);
}

static void count_calls(void *calls, size_t done, size_t replicates)
{
    assert_in_range(done, 1, replicates);
    ++*(size_t *)calls;
}

static void test_progress(void **state)
{
    struct run r;
    size_t calls = 0;

    (void)state;
    make(&r, 2, 60, false);
    r.how.tell = count_calls;
    r.how.ctx = &calls;
    assert_int_equal(run(&r), ST_OK);
    assert_int_equal(calls, 30 + 60); /* and the jackknife for BCa */
    fit_numbers_free(&r.numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_give_the_same_bits),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_measures_are_apart),
        cmocka_unit_test(test_numbers_are_those_of_the_fit),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_rows_that_do_not_count),
        cmocka_unit_test(test_too_many_numbers),
        cmocka_unit_test(test_progress),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
