/* rows_test.c - the sections that work from rows: folds of a file, groups of a
 * column, and every allocation of them failing.  (tests/flow/predict_test.py
 * compares their numbers.) */
#include "scorer/small.h"

#include <unistd.h>

#include "alloc.h"
#include "fit_folds.h"
#include "report.h"
#include "scorer/random.h"

enum { ROWS = 90 };

static char path[] = "rows_test_XXXXXX";
static char folds[] = "folds_test_XXXXXX";
static struct small small;
static struct fit_plan plan;
static struct fit_data data;
static struct pls_fit estimate;
static double cov[ITEMS * ITEMS];

static void write_file(const char *to, const char *text)
{
    FILE *out = fopen(to, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

/* Rows of two groups, some without an answer, a weight or a group. */
static void write_answers(void)
{
    static const char *const words[] = {"south", "north", "south", "north", ""};
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    (void)fputs("a1,a2,a3,b1,b2,c1,w,g\n", out);
    for (size_t r = 0; r < ROWS; r++) {
        const uint64_t stream = random_at(11, r);
        const size_t common = random_below(random_at(stream, 99), 6);

        for (size_t i = 0; i < ITEMS; i++)
            if (random_at(stream, 50 + i) % 17)
                (void)fprintf(out, "%zu,",
                              1 + common +
                                  random_below(random_at(stream, i), 5));
            else
                (void)fputc(',', out);
        (void)fprintf(out, "%d,%s\n", r % 13 ? 2 : 0, words[r % 5]);
    }
    assert_int_equal(fclose(out), 0);
}

static int setup(void **state)
{
    const struct fit_source source = {.path = path,
                                      .weight = "w",
                                      .keep = true,
                                      .label = {[FIT_GROUP] = "g"}};
    const int fd = mkstemp(path), other = mkstemp(folds);
    double mean[ITEMS];

    (void)state;
    if (fd < 0 || other < 0 || close(fd) != 0 || close(other) != 0)
        return -1;
    small_make(&small, SCHEME_PATH, MODE_A);
    plan = (struct fit_plan){.model = small.model, .weighted = true};
    data = (struct fit_data){.plan = &plan};
    write_answers();
    if (fit_read(&plan, &source, &data, NULL) != ST_OK ||
        fit_sums_covariance(&data.total, &plan, mean, cov, NULL) != ST_OK)
        return -1;
    return pls_estimate(&plan.model, fit_sums_rows(&data.total), mean, cov,
                        NULL, &estimate, NULL) == ST_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    fit_data_free(&data);
    return unlink(path) + unlink(folds);
}

/* ---- folds ---- */

static void test_folds(void **state)
{
    uint32_t fold[4] = {0};
    size_t highest = 0;

    (void)state;
    write_file(folds, "fold,note,row\n2,x,3\n1,,1\n\n7,,4\n2,,2\n");
    assert_int_equal(fit_folds_read(folds, 4, fold, &highest, NULL), ST_OK);
    assert_int_equal(highest, 7);
    assert_memory_equal(fold, ((uint32_t[]){0, 1, 1, 6}), sizeof fold);
}

static void test_bad_folds(void **state)
{
    static const char *const bad[][2] = {
        {"row,part\n1,1\n", ":1: the columns row and fold"},
        {"row,fold\n1,1\n", ": row 2 has no fold"},
        {"row,fold\n1,1\n2,1\n1,2\n", ":4: told before: row 1"},
        {"row,fold\n3,1\n", ":2: row: a whole number from 1 to 2"},
        {"row,fold\n1,0\n", ":2: fold: a whole number from 1 to 100"},
        {"row,fold\n1,+1\n", ":2: fold:"},
        {"row,fold\n1,1x\n", ":2: fold:"},
        {"row,fold\n1,99999999999999999999\n", ":2: fold:"},
        {"row,fold\n1\n", ":2: "}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t fold[2];
        size_t highest = 77;
        struct err err = {""};

        write_file(folds, bad[i][0]);
        assert_int_equal(fit_folds_read(folds, 2, fold, &highest, &err),
                         ST_INVALID);
        if (!strstr(err.text, bad[i][1]))
            print_error("%s\n", err.text);
        assert_non_null(strstr(err.text, bad[i][1]));
        assert_ptr_equal(strstr(err.text, folds), err.text);
        assert_int_equal(highest, 77);
    }
}

/* ---- sections ---- */

struct asked {
    struct fit_asked asked;
    bool as_json;
    FILE *out;
};

static enum status write_report(void *ctx)
{
    const struct asked *a = ctx;
    const struct fit_replication how = {
        .kind = FIT_NONE, .draws = 5, .seed = 1, .level = .95, .threads = 1};
    struct fit_numbers numbers = {.count = 0};
    struct fit_result result = {.plan = &plan,
                                .fit = &estimate,
                                .cov = cov,
                                .numbers = &numbers,
                                .data = &data,
                                .how = &how,
                                .asked = &a->asked,
                                .rows = fit_sums_rows(&data.total)};
    struct report *report = NULL;
    enum status st = fit_replicate(&data, &estimate, &how, &numbers, NULL);

    if (st == ST_OK)
        st = report_make(&result, &report, NULL);
    if (st == ST_OK)
        st = a->as_json ? fit_write_json(&result, report, a->out)
                        : fit_write_text(&result, report, a->out);
    report_free(&report);
    fit_numbers_free(&numbers);
    return st;
}

static char *report_of(struct asked *a)
{
    char *text = NULL;
    size_t len = 0;

    a->out = open_memstream(&text, &len);
    assert_non_null(a->out);
    assert_int_equal(write_report(a), ST_OK);
    assert_int_equal(fclose(a->out), 0);
    return text;
}

static void has(const char *text, const char *what, bool there)
{
    if ((strstr(text, what) != NULL) == there)
        return;
    print_error("%s: %s\n%s", what, there ? "is not there" : "is there", text);
    fail();
}

static void test_rows_that_do_not_count(void **state)
{
    struct asked a = {.asked = {.predict = true,
                                .groups = true,
                                .repetitions = 2,
                                .permutations = 9}};
    char *text = report_of(&a);

    (void)state;
    has(text, "10 folds, 2 times", true);
    has(text, " 17 answers are in no group.", true);
    has(text, "north (one) and south (two)", true);
    has(text, "nan", false);
    free(text);
    a.as_json = true;
    text = report_of(&a);
    has(text, "\"without_group\": 17", true);
    has(text, "\"prediction\"", true);
    free(text);
}

static void test_out_of_memory(void **state)
{
    struct asked a = {.asked = {.predict = true,
                                .groups = true,
                                .folds = folds,
                                .permutations = 3},
                      .out = fopen("/dev/null", "w")};
    FILE *out = fopen(folds, "w");

    (void)state;
    assert_non_null(a.out);
    assert_non_null(out);
    (void)fputs("row,fold\n", out);
    for (size_t r = 0; r < ROWS; r++)
        (void)fprintf(out, "%zu,%zu\n", r + 1, r % 3 + 1);
    assert_int_equal(fclose(out), 0);
    alloc_torture(write_report, &a);
    a.as_json = true;
    alloc_torture(write_report, &a);
    assert_int_equal(fclose(a.out), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds),
        cmocka_unit_test(test_bad_folds),
        cmocka_unit_test(test_rows_that_do_not_count),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
