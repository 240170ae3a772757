/* times_test.c - how often a row is in a replicate: rows added up by it give
 * the replicate's own sums. */
#include "taken.h"

#include "alloc.h"
#include "fit_times.h"

static void check_sums(const struct fit_data *d, const double *times,
                       const struct fit_sums *sums)
{
    const double *weight = d->weight;
    double cross[ITEMS * ITEMS] = {0};

    for (size_t r = 0; r < d->rows; r++) {
        const uint8_t *x = d->row + r * ITEMS;

        for (size_t i = 0; i < ITEMS; i++)
            for (size_t j = 0; j < ITEMS; j++)
                cross[i * ITEMS + j] +=
                    times[r] * (weight ? weight[r] : 1) * x[i] * x[j];
    }
    for (size_t i = 0; i < (size_t)ITEMS * ITEMS; i++) {
        const double want = sums->plain ? (double)sums->plain->cross[i]
                                        : sums->weighted->cross[i];

        if (!(fabs(cross[i] - want) <= 1e-9 * want))
            fail_msg("%zu: got %.17g, want %.17g", i, cross[i], want);
    }
}

static void check(const struct taken *t, enum fit_part_kind kind, bool grouped,
                  const struct fit_replication *how)
{
    struct fit_data d;
    struct fit_parts parts;
    struct fit_part *part = NULL;
    struct fit_design design = {0};
    struct fit_replication as = *how;
    double *times;

    assert_int_equal(taken_make(t, &d), ST_OK);
    if (kind == PART_WITHOUT_UNIT) {
        assert_int_equal(fit_design_make(&d, &design, NULL), ST_OK);
        as.design = &design;
    }
    times = malloc(d.rows * sizeof *times);
    assert_non_null(times);
    assert_int_equal(fit_parts_make(&d, &as, kind, grouped, &parts), ST_OK);
    assert_int_equal(fit_part_new(&parts, &part), ST_OK);
    fit_times_all(&d, times);
    check_sums(&d, times, &d.total);
    for (size_t k = 0; k < parts.count; k += 1 + k / 3) {
        const struct fit_sums *sums;

        assert_int_equal(fit_part_make(part, k, &sums), ST_OK);
        fit_times(&parts, k, GROUPS, times);
        check_sums(&d, times, sums);
        for (size_t g = 0; g < GROUPS && grouped; g += 7) {
            assert_int_equal(fit_part_without(part, g, &sums), ST_OK);
            if (!sums)
                continue;
            fit_times(&parts, k, g, times);
            check_sums(&d, times, sums);
        }
    }
    fit_part_free(&part);
    fit_parts_free(&parts);
    fit_design_free(&design);
    fit_data_free(&d);
    free(times);
}

static const struct fit_replication bootstrap = {
    .kind = FIT_BOOTSTRAP, .draws = 12, .seed = 5, .level = ERRORS_LEVEL};
static const struct fit_replication jackknife = {.kind = FIT_JACKKNIFE,
                                                 .level = ERRORS_LEVEL};

static void test_resamples(void **state)
{
    (void)state;
    for (int weighted = 0; weighted < 2; weighted++) {
        struct taken t = {.rows = 173, .keep = true, .holes = 11};

        taken_plan(&t, weighted, MISSING_MEAN);
        check(&t, PART_RESAMPLE, false, &bootstrap);
        check(&t, PART_RESAMPLE, true, &bootstrap);
        taken_plan(&t, weighted, MISSING_COMPLETE);
        check(&t, PART_RESAMPLE, true, &bootstrap);
    }
}

static void test_given_resamples(void **state)
{
    size_t first[] = {0, 5, 5, 9};
    uint32_t row[] = {3, 3, 0, 172, 3, 1, 2, 2, 2};
    const struct fit_resamples given = {3, first, row};
    struct fit_replication how = bootstrap;
    struct taken t = {.rows = 173, .keep = true, .holes = 11};

    (void)state;
    how.resamples = &given;
    taken_plan(&t, false, MISSING_MEAN);
    check(&t, PART_RESAMPLE, true, &how);
}

static void test_left_out(void **state)
{
    (void)state;
    for (int weighted = 0; weighted < 2; weighted++) {
        struct taken t = {.rows = 173, .keep = true, .holes = 11};

        taken_plan(&t, weighted, MISSING_COMPLETE);
        check(&t, PART_WITHOUT_ROW, false, &jackknife);
        check(&t, PART_WITHOUT_GROUP, false, &jackknife);
        t.rows = 1100;
        check(&t, PART_WITHOUT_GROUP, false, &jackknife);
    }
}

static void test_units(void **state)
{
    struct taken t = {.rows = 173, .keep = true, .strata = 3, .size = 4};

    (void)state;
    taken_plan(&t, true, MISSING_MEAN);
    check(&t, PART_WITHOUT_UNIT, false, &jackknife);
}

static enum status moderated(void *ctx)
{
    const struct taken *t = ctx;
    struct fit_replication how = bootstrap;
    struct fit_numbers n;
    struct fit_data d;
    struct pls_fit fit;
    enum status st = taken_make(t, &d);

    if (st != ST_OK)
        return st;
    how.threads = 1;
    how.interval = BOOTSTRAP_STUDENTISED;
    st = fit_sums_estimate(&d.total, &t->plan, NULL, &fit, NULL);
    if (st == ST_OK)
        st = fit_replicate(&d, &fit, &how, &n, NULL);
    if (st == ST_OK) {
        assert_int_equal(n.count, n.first[FIT_MEASURES] + INTERACTION_NUMBERS);
        assert_false(isnan(n.estimate[n.count - 1]));
        assert_true(n.interval[n.first[FIT_MEASURES]].se > 0);
        fit_numbers_free(&n);
    }
    fit_data_free(&d);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct taken t = {.rows = 101, .keep = true};

    (void)state;
    taken_plan(&t, false, MISSING_MEAN);
    assert_int_equal(
        interactions_parse(&t.plan.model, "A*B:C", &t.plan.interactions, NULL),
        ST_OK);
    alloc_torture(moderated, &t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resamples),
        cmocka_unit_test(test_given_resamples), cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_units), cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
