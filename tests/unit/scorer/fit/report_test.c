/* report_test.c - the report as text and JSON, and every allocation of it
 * failing.  (tests/flow/report_test.py compares its numbers.) */
#include "scorer/small.h"

#include <unistd.h>

#include "alloc.h"
#include "report.h"

enum { ROWS = 300 };

static char path[] = "report_test_XXXXXX";
static char scores_path[sizeof path + sizeof ".scores"];

static const struct fit_asked everything = {.report = true,
                                            .tests = true,
                                            .folds = "3",
                                            .repetitions = 1,
                                            .omission = 7,
                                            .permutations = 10};

/* All that a report is made of. */
struct fitted {
    struct small small;
    struct fit_plan plan;
    struct fit_data data;
    double mean[ITEMS], cov[ITEMS * ITEMS], cor[ITEMS * ITEMS];
    struct pls_fit fit;
    struct fit_replication how;
    struct fit_numbers numbers;
    struct fit_asked asked;
    struct fit_result result;
};

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    return *x ^= *x << 17;
}

/* Items of a block have more in common than all have. */
static void write_answers(void)
{
    static const size_t block[ITEMS] = {0, 0, 0, 1, 1, 2};
    uint64_t x = 88172645463325252u;
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    (void)fputs("a1,a2,a3,b1,b2,c1\n", out);
    for (size_t r = 0; r < ROWS; r++) {
        const unsigned common = (unsigned)(next(&x) % 4);
        unsigned own[3];

        for (size_t c = 0; c < 3; c++)
            own[c] = (unsigned)(next(&x) % 4);
        for (size_t i = 0; i < ITEMS; i++)
            (void)fprintf(out, "%s%u", i ? "," : "",
                          1 + common + own[block[i]] +
                              (unsigned)(next(&x) >> 9) % 4);
        (void)fputc('\n', out);
    }
    assert_int_equal(fclose(out), 0);
}

static void make_result(struct fitted *f, enum fit_errors kind)
{
    const struct fit_source source = {.path = path, .keep = true};

    f->plan = (struct fit_plan){.model = f->small.model};
    f->data = (struct fit_data){.plan = &f->plan};
    f->how = (struct fit_replication){.kind = kind,
                                      .draws = 30,
                                      .seed = 7,
                                      .level = .95,
                                      .threads = 1,
                                      .measures = report_measures(&f->asked)};
    assert_int_equal(fit_read(&f->plan, &source, &f->data, NULL), ST_OK);
    assert_int_equal(
        fit_sums_covariance(&f->data.total, &f->plan, f->mean, f->cov, NULL),
        ST_OK);
    assert_int_equal(pls_estimate(&f->plan.model, ROWS, f->mean, f->cov, NULL,
                                  &f->fit, NULL),
                     ST_OK);
    for (size_t i = 0; i < ITEMS * ITEMS; i++)
        f->cor[i] = f->cov[i] / (f->fit.sd[i / ITEMS] * f->fit.sd[i % ITEMS]);
    assert_int_equal(
        fit_replicate(&f->data, &f->fit, &f->how, &f->numbers, NULL), ST_OK);
    f->result = (struct fit_result){.plan = &f->plan,
                                    .fit = &f->fit,
                                    .plain = &f->fit,
                                    .cov = f->cov,
                                    .cor = f->cor,
                                    .numbers = &f->numbers,
                                    .data = &f->data,
                                    .how = &f->how,
                                    .asked = &f->asked,
                                    .rows = ROWS};
}

static struct fitted *fitted_new(enum construct_mode mode, enum fit_errors kind)
{
    struct fitted *f = calloc(1, sizeof *f);

    assert_non_null(f);
    small_make(&f->small, SCHEME_PATH, mode);
    f->asked = everything;
    make_result(f, kind);
    return f;
}

static void fitted_free(struct fitted *f)
{
    fit_numbers_free(&f->numbers);
    fit_data_free(&f->data);
    free(f);
}

/* What is written to `out` by the one that is asked for. */
static enum status write_report(const struct fitted *f, bool as_json, FILE *out)
{
    struct report *report = NULL;
    enum status st = report_make(&f->result, &report, NULL);

    if (st != ST_OK)
        return st;
    st = as_json ? fit_write_json(&f->result, report, out)
                 : fit_write_text(&f->result, report, out);
    report_free(&report);
    return st;
}

static char *report_of(const struct fitted *f, bool as_json)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    assert_int_equal(write_report(f, as_json, out), ST_OK);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void has(const char *text, const char *what, bool there)
{
    if ((strstr(text, what) != NULL) == there)
        return;
    print_error("%s: %s\n%s", what, there ? "is not there" : "is there", text);
    fail();
}

static void test_text(void **state)
{
    struct fitted *f = fitted_new(MODE_A, FIT_BOOTSTRAP);
    char *text = report_of(f, false);

    (void)state;
    has(text, "Reliability of constructs\n-------------------------\n", true);
    has(text, "Upper limits of their 95 % intervals", true);
    has(text, "A     B   1.00", true); /* the arrow, without a companion */
    has(text, "Upper limit of HTMT (Henseler et al. 2015)", true);
    has(text, "nan", false);
    free(text);
    fitted_free(f);
    f = fitted_new(MODE_B, FIT_NONE);
    text = report_of(f, false);
    has(text, "Upper limit", false);
    has(text, "Variance inflation in mode B", true);
    has(text, "nan", false);
    free(text);
    fitted_free(f);
}

/* Without --report nothing of it is there, nor replicated for it. */
static void test_not_asked(void **state)
{
    struct fitted *f = fitted_new(MODE_A, FIT_NONE);
    char *text;

    (void)state;
    f->asked.report = false;
    assert_int_equal(report_measures(&f->asked), 0);
    text = report_of(f, false);
    has(text, "Reliability", false);
    has(text, "In words", false);
    free(text);
    fitted_free(f);
}

/* Of a survey without a model there is one item and little to say. */
static void test_without_a_model(void **state)
{
    struct fitted *f = calloc(1, sizeof *f);
    char *text;

    (void)state;
    assert_non_null(f);
    small_make(&f->small, SCHEME_PATH, MODE_A);
    f->small.survey.model.constructs = 0;
    pls_model_of(&f->small.survey, &f->small.model);
    f->asked = everything;
    make_result(f, FIT_JACKKNIFE);
    text = report_of(f, false);
    has(text, "Reliability of constructs", true);
    has(text, "Heterotrait", false);
    has(text, "Arrows", false);
    has(text, "nan", false);
    free(text);
    text = report_of(f, true);
    has(text, "\"gof\": null", true);
    free(text);
    fitted_free(f);
}

/* As many columns abreast as a line holds, whatever their codes. */
static void test_a_wide_matrix(void **state)
{
    static struct construct construct[CONSTRUCTS_MAX];
    static double value[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    const struct survey survey = {
        .model = {.constructs = CONSTRUCTS_MAX, .construct = construct}};
    const struct pls_model model = {.constructs = CONSTRUCTS_MAX,
                                    .survey = &survey};
    struct report_matrix x = {.model = &model,
                              .title = "construct",
                              .rows = CONSTRUCTS_MAX,
                              .code = pls_construct_code,
                              .value = value,
                              .digits = 3};

    (void)state;
    for (size_t len = 1; len <= ITEM_CODE_MAX; len++)
        for (int lower = 0; lower < 2; lower++) {
            char *text = NULL;
            size_t size = 0, numbers = 0;
            FILE *out = open_memstream(&text, &size);

            assert_non_null(out);
            x.lower = lower;
            for (size_t c = 0; c < CONSTRUCTS_MAX; c++)
                memset(construct[c].code, (int)('A' + c), len);
            assert_int_equal(report_matrix_text(&x, out), ST_OK);
            assert_int_equal(fclose(out), 0);
            for (char *at = text; *at; at += strcspn(at, "\n") + 1)
                assert_true(strcspn(at, "\n") <= 96);
            for (char *at = text; (at = strstr(at, "0.000")); at++)
                numbers++;
            assert_int_equal(numbers,
                             lower ? CONSTRUCTS_MAX * (CONSTRUCTS_MAX + 1) / 2
                                   : CONSTRUCTS_MAX * CONSTRUCTS_MAX);
            free(text);
        }
}

struct torture {
    const struct fitted *f;
    bool json;
};

static enum status write_and_drop(void *ctx)
{
    const struct torture *t = ctx;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    enum status st;

    assert_non_null(out);
    st = write_report(t->f, t->json, out);
    assert_int_equal(fclose(out), 0);
    free(text);
    return st;
}

static enum status write_scores(void *ctx)
{
    const struct torture *t = ctx;

    return fit_write_scores(&t->f->result, scores_path, NULL);
}

static void test_out_of_memory(void **state)
{
    struct fitted *f = fitted_new(MODE_A, FIT_JACKKNIFE);
    struct torture text = {f, false}, json = {f, true};

    (void)state;
    alloc_torture(write_and_drop, &text);
    alloc_torture(write_and_drop, &json);
    alloc_torture(write_scores, &text);
    assert_int_equal(unlink(scores_path), 0);
    fitted_free(f);
}

static void test_a_full_disk(void **state)
{
    struct fitted *f = fitted_new(MODE_A, FIT_NONE);
    FILE *out = fopen("/dev/full", "w");

    (void)state;
    assert_non_null(out);
    assert_int_equal(setvbuf(out, NULL, _IONBF, 0), 0);
    assert_int_equal(write_report(f, false, out), ST_IO);
    (void)fclose(out);
    fitted_free(f);
}

static int setup(void **state)
{
    const int fd = mkstemp(path);

    (void)state;
    if (fd < 0 || close(fd) != 0)
        return -1;
    (void)snprintf(scores_path, sizeof scores_path, "%s.scores", path);
    write_answers();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_not_asked),
        cmocka_unit_test(test_without_a_model),
        cmocka_unit_test(test_a_wide_matrix),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_a_full_disk),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
