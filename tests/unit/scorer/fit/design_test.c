/* design_test.c - samples in strata and clusters: which rows make a unit, what
 * is refused, and the errors with fixed item weights.  (The references are met
 * in tests/gold/design_test.c and tests/flow/fit_errors_test.py.) */
#include "taken.h"

#include "alloc.h"
#include "fit_design.h"
#include "fit_fixed.h"
#include "scorer/index.h"

static struct taken base;

static int setup(void **state)
{
    (void)state;
    taken_plan(&base, true, MISSING_MEAN);
    return 0;
}

/* One row for each word of each column; NULL: no such column. */
static void take_words(struct fit_data *d, const char *const *strata,
                       const char *const *clusters, const char *const *sizes,
                       size_t rows)
{
    const char *const *const column[FIT_LABELS] = {[FIT_STRATUM] = strata,
                                                   [FIT_CLUSTER] = clusters,
                                                   [FIT_POPULATION] = sizes};
    struct fit_taker *t = NULL;
    unsigned labels = 0;

    for (size_t i = 0; i < FIT_LABELS; i++)
        labels |= column[i] ? 1u << i : 0;
    *d = (struct fit_data){.plan = &base.plan};
    assert_int_equal(fit_taker_new(d, true, labels, &t), ST_OK);
    for (size_t r = 0; r < rows; r++) {
        struct fit_word word[FIT_LABELS] = {{NULL, 0}};
        uint8_t row[ITEMS];
        const struct fit_record record = {row, r != 3 ? 1 : 0, word, GROUPS};

        for (size_t i = 0; i < FIT_LABELS; i++)
            if (column[i])
                word[i] = (struct fit_word){column[i][r], strlen(column[i][r])};
        taken_row(&base, r, row);
        assert_int_equal(fit_take(t, &record, NULL), ST_OK);
    }
    assert_int_equal(fit_taker_finish(t), ST_OK);
    fit_taker_free(&t);
}

static const char *const strata[] = {"n", "s", "n", "s", "n", "s", "n", "s"};
static const char *const clusters[] = {"a", "a", "b", "c", "a", "a", "b", "c"};

/* The same word names another cluster in another stratum; a row that does not
 * count is still of its unit. */
static void test_units(void **state)
{
    static const uint32_t rows[] = {0, 4, 2, 6, 1, 5, 3, 7};
    static const size_t first[] = {0, 2, 4}, unit[] = {0, 2, 4, 6, 8};
    struct fit_design f;
    struct fit_data d;

    (void)state;
    take_words(&d, strata, clusters, NULL, 8);
    assert_int_equal(fit_design_make(&d, &f, NULL), ST_OK);
    assert_int_equal(f.strata, 2);
    assert_int_equal(f.units, 4);
    assert_memory_equal(f.row, rows, sizeof rows);
    assert_memory_equal(f.first, first, sizeof first);
    assert_memory_equal(f.unit, unit, sizeof unit);
    assert_null(f.fraction);
    fit_design_free(&f);
    fit_data_free(&d);
}

static void test_rows_are_units_without_clusters(void **state)
{
    struct fit_design f;
    struct fit_data d;

    (void)state;
    take_words(&d, strata, NULL, NULL, 8);
    assert_int_equal(fit_design_make(&d, &f, NULL), ST_OK);
    assert_int_equal(f.strata, 2);
    assert_int_equal(f.units, 8);
    fit_design_free(&f);
    fit_data_free(&d);
    take_words(&d, NULL, clusters, NULL, 8);
    assert_int_equal(fit_design_make(&d, &f, NULL), ST_OK);
    assert_int_equal(f.strata, 1);
    assert_int_equal(f.units, 3);
    fit_design_free(&f);
    fit_data_free(&d);
}

static void test_fractions(void **state)
{
    static const char *const sizes[] = {"8", ".25", "8", ".25",
                                        "8", ".25", "8", ".25"};
    struct fit_design f;
    struct fit_data d;

    (void)state;
    take_words(&d, strata, clusters, sizes, 8);
    assert_int_equal(fit_design_make(&d, &f, NULL), ST_OK);
    assert_true(f.fraction[0] == 0.25 && f.fraction[1] == 0.25);
    fit_design_free(&f);
    fit_data_free(&d);
}

static void test_refusals(void **state)
{
    static const char *const lone[] = {"n", "n", "n", "s", "n", "n", "n", "n"};
    static const char *const none[] = {"n", "n", "", "s", "n", "s", "n", "s"};
    static const char *const same[] = {"x", "x", "x", "x", "x", "x", "x", "x"};
    static const char *const two[] = {"8", "9", "8", "9", "8", "9", "7", "9"};
    static const char *const few[] = {"8", "1.5", "8", "1.5",
                                      "8", "1.5", "8", "1.5"};
    static const char *const bad[] = {"x", "9", "x", "9", "x", "9", "x", "9"};
    static const struct {
        const char *const *strata, *const *clusters, *const *sizes;
        enum status st;
        const char *words;
    } cases[] = {
        {lone, clusters, NULL, ST_NUMERIC, "stratum 's' has one sampling unit"},
        {none, clusters, NULL, ST_INVALID, "answer 3 has no stratum"},
        {strata, none, NULL, ST_INVALID, "answer 3 has no cluster"},
        {strata, same, NULL, ST_NUMERIC, "stratum 'n' has one sampling unit "},
        {NULL, same, NULL, ST_NUMERIC, "fewer than two sampling units"},
        {strata, clusters, two, ST_INVALID, "stratum 'n' has two population"},
        {strata, clusters, few, ST_INVALID, "stratum 's': '1.5' is neither"},
        {strata, clusters, bad, ST_INVALID, "stratum 'n': 'x' is neither"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fit_design f = {0};
        struct err err = {""};
        struct fit_data d;

        take_words(&d, cases[i].strata, cases[i].clusters, cases[i].sizes, 8);
        assert_int_equal(fit_design_make(&d, &f, &err), cases[i].st);
        if (!strstr(err.text, cases[i].words))
            fail_msg("got '%s', want '%s'", err.text, cases[i].words);
        assert_null(f.row);
        fit_data_free(&d);
    }
}

static void test_one_row_and_none(void **state)
{
    struct fit_design f = {0};
    struct err err = {""};
    struct fit_data d;

    (void)state;
    for (size_t rows = 0; rows < 2; rows++) {
        take_words(&d, NULL, clusters, NULL, rows);
        assert_int_equal(fit_design_make(&d, &f, &err), ST_NUMERIC);
        fit_data_free(&d);
    }
}

static enum status make(void *ctx)
{
    const struct fit_data *d = ctx;
    struct fit_design f;
    const enum status st = fit_design_make(d, &f, NULL);

    if (st == ST_OK)
        fit_design_free(&f);
    return st;
}

static void test_out_of_memory(void **state)
{
    static const char *const sizes[] = {"8", "9", "8", "9", "8", "9", "8", "9"};
    struct fit_data d;

    (void)state;
    take_words(&d, strata, clusters, sizes, 8);
    alloc_torture(make, &d);
    fit_data_free(&d);
}

/* ---- fixed item weights ---- */

/* Of rows drawn alike with nothing missing: that of a mean, s / root n. */
static void test_fixed_is_that_of_a_mean(void **state)
{
    struct taken t = {.rows = 300};
    double se[CONSTRUCTS], u[ITEMS];
    struct pls_fit fit;
    struct fit_data d;

    (void)state;
    taken_plan(&t, false, MISSING_MEAN);
    assert_int_equal(taken_make(&t, &d), ST_OK);
    assert_int_equal(fit_sums_estimate(&d.total, d.plan, NULL, &fit, NULL),
                     ST_OK);
    index_weights(&t.plan.model, &fit, u);
    assert_int_equal(fit_fixed_errors(&d, &fit, NULL, se), ST_OK);
    for (size_t c = 0; c < CONSTRUCTS; c++) {
        double sum = 0, squares = 0;

        for (size_t r = 0; r < 300; r++) {
            const uint8_t *x = d.row + r * ITEMS;
            double y = 0;

            for (size_t j = t.plan.model.first[c];
                 j < t.plan.model.first[c + 1]; j++)
                y += 100.0 / 9 * u[j] * x[j];
            sum += y;
            squares += y * y;
        }
        assert_true(
            fabs(se[c] - sqrt((squares - sum * sum / 300) / 299 / 300)) < 1e-9);
    }
    fit_data_free(&d);
}

/* With weights and holes: by brute force, the change of every mean with every
 * row's weight. */
static void test_fixed_by_brute_force(void **state)
{
    struct taken t = {.rows = 200, .holes = 10};
    double se[CONSTRUCTS], u[ITEMS];
    struct pls_fit fit;
    struct fit_data d;

    (void)state;
    taken_plan(&t, true, MISSING_MEAN);
    assert_int_equal(taken_make(&t, &d), ST_OK);
    assert_int_equal(fit_sums_estimate(&d.total, d.plan, NULL, &fit, NULL),
                     ST_OK);
    index_weights(&t.plan.model, &fit, u);
    assert_int_equal(fit_fixed_errors(&d, &fit, NULL, se), ST_OK);
    for (size_t c = 0; c < CONSTRUCTS; c++) {
        double squares = 0, mean = 0, z[200];
        const double step = 1e-5;

        for (size_t r = 0; r < 200; r++) {
            double m[ITEMS];

            for (size_t j = 0; j < ITEMS; j++) {
                double weight = 0, sum = 0;

                for (size_t i = 0; i < 200; i++) {
                    const uint8_t x = d.row[i * ITEMS + j];
                    const double w = d.weight[i] * (i == r ? 1 + step : 1);

                    weight += x ? w : 0;
                    sum += x ? w * x : 0;
                }
                m[j] = sum / weight;
            }
            z[r] = (index_value(&t.plan.model, c, u, m) -
                    index_value(&t.plan.model, c, u, fit.mean)) /
                   step;
            mean += z[r] / 200;
        }
        for (size_t r = 0; r < 200; r++)
            squares += (z[r] - mean) * (z[r] - mean);
        assert_true(fabs(se[c] / sqrt(200.0 / 199 * squares) - 1) < 1e-5);
    }
    fit_data_free(&d);
}

/* Over a thousand rows groups of them stand for the rows; the error is about
 * that of rows. */
static void test_fixed_of_groups(void **state)
{
    struct taken t = {.rows = 4000};
    double se[2][CONSTRUCTS];
    struct pls_fit fit;
    struct fit_data d;

    (void)state;
    for (int weighted = 0; weighted < 2; weighted++) {
        taken_plan(&t, weighted, MISSING_MEAN);
        assert_int_equal(taken_make(&t, &d), ST_OK);
        assert_int_equal(fit_sums_estimate(&d.total, d.plan, NULL, &fit, NULL),
                         ST_OK);
        assert_int_equal(fit_fixed_errors(&d, &fit, NULL, se[weighted]), ST_OK);
        fit_data_free(&d);
    }
    for (size_t c = 0; c < CONSTRUCTS; c++) {
        /* an index has a standard deviation of about 21 of 100 */
        assert_true(se[0][c] > 0.2 && se[0][c] < 0.5);
        assert_true(se[1][c] > 0.2 && se[1][c] < 0.6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_rows_are_units_without_clusters),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_one_row_and_none),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_fixed_is_that_of_a_mean),
        cmocka_unit_test(test_fixed_by_brute_force),
        cmocka_unit_test(test_fixed_of_groups),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
