/* fit_test.c - the parts of `manyi-scorer fit`: reading, replicates, and every
 * allocation of them failing.  (tests/flow/fit_test.py runs the whole.) */
#include "scorer/small.h"

#include <unistd.h>

#include "alloc.h"
#include "fit.h"
#include "fit_fields.h"
#include "surveys/answer.h"

static struct small small;
static struct fit_plan plan;
static char path[] = "fit_test_XXXXXX";

/* Write the file that the tests share. */
static void write_file(const char *text)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static int setup(void **state)
{
    const int fd = mkstemp(path);

    (void)state;
    small_make(&small, SCHEME_PATH, MODE_A);
    plan = (struct fit_plan){.model = small.model, .missing = MISSING_MEAN};
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    return *x ^= *x << 17;
}

/* `rows` rows that have something in common, behind `extra`.  Caller frees. */
static char *sample(size_t rows, const char *extra)
{
    uint64_t x = 88172645463325252u;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    (void)fprintf(out, "w,c1,b2,b1,a3,a2,a1,note\n%s", extra);
    for (size_t r = 0; r < rows; r++) {
        const unsigned common = (unsigned)(next(&x) % 6);

        (void)fprintf(out, "%u", 1 + (unsigned)(next(&x) % 3));
        for (size_t i = 0; i < ITEMS; i++)
            (void)fprintf(out, ",%u",
                          1 + common + (unsigned)(next(&x) >> 9) % 5);
        (void)fputs(",x\n", out);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static void write_sample(size_t rows)
{
    char *text = sample(rows, "");

    write_file(text);
    free(text);
}

static void test_fields_are_what_answer_parse_makes_of_them(void **state)
{
    static const char *const odd[] = {"",   " ",   "0",  "00", "7.0", "7.5",
                                      "+7", "-7",  "11", "99", "1a",  "a1",
                                      "07", " 7",  "7 ", "10", "100", "1000",
                                      "5p", "\t8", "0x", "P",  "p0",  ".5"};
    struct fit_fields f;
    struct csv *csv = NULL;
    uint64_t x = 4711;

    (void)state;
    write_file("a1,a2,a3,b1,b2,c1\n");
    small.item[1].min = 0; /* three scales */
    small.item[4].max = 5;
    assert_int_equal(csv_open(path, NULL, &csv, NULL), ST_OK);
    assert_int_equal(fit_fields_find(&small.model, csv, &f, NULL), ST_OK);
    for (size_t round = 0; round < 200000; round++) {
        char text[ITEMS][8];
        struct csv_field fields[ITEMS];
        uint8_t got[ITEMS_MAX], want[ITEMS];
        enum status first = ST_OK, st;

        for (size_t i = 0; i < ITEMS; i++) {
            if (next(&x) % 8 == 0)
                (void)snprintf(text[i], 8, "%s",
                               odd[next(&x) % (sizeof odd / sizeof *odd)]);
            else
                (void)snprintf(text[i], 8, "%u", (unsigned)(next(&x) % 12));
            fields[i] = (struct csv_field){text[i], strlen(text[i])};
        }
        st = fit_fields_read(&f, fields, got, NULL);
        for (size_t i = 0; i < ITEMS && first == ST_OK; i++)
            first = answer_parse(&small.item[i], text[i], strlen(text[i]),
                                 &want[i], NULL);
        assert_int_equal(st, first);
        if (st == ST_OK)
            assert_memory_equal(got, want, ITEMS);
    }
    csv_close(&csv);
    small_make(&small, SCHEME_PATH, MODE_A);
}

static void test_columns_are_found_by_code(void **state)
{
    const struct fit_source source = {.path = path};
    struct fit_data d;

    (void)state;
    write_file("c1,b2,b1,a3,a2,a1\n1,2,3,4,5,6\n7,8,9,10,1,2\n");
    assert_int_equal(fit_read(&plan, &source, &d, NULL), ST_OK);
    assert_int_equal(d.total.plain->rows, 2);
    assert_int_equal(d.rows, 2);
    assert_memory_equal(d.row, "\6\5\4\3\2\1\2\1\12\11\10\7", 12);
    fit_data_free(&d);
}

/* Groups by number of the counted row; singles kept to a thousand. */
static void test_groups(void **state)
{
    const struct fit_source source = {.path = path};
    struct fit_plan complete = plan;
    struct fit_data d;
    char *text = sample(2037, "1,,2,3,4,5,6,x\n1,1,2,3,4,5,,x\n");

    (void)state;
    complete.missing = MISSING_COMPLETE;
    write_file(text);
    free(text);
    assert_int_equal(fit_read(&complete, &source, &d, NULL), ST_OK);
    assert_int_equal(d.total.plain->rows, 2037);
    assert_int_equal(d.rows, SINGLE_ROWS);
    for (size_t g = 0; g < GROUPS; g++)
        assert_int_equal(d.group[g].plain->rows, g < 37 ? 41 : 40);
    fit_data_free(&d);
    assert_int_equal(fit_read(&plan, &source, &d, NULL), ST_OK);
    assert_int_equal(d.total.plain->rows, 2039);
    fit_data_free(&d);
}

static void test_bad_files_leave_nothing(void **state)
{
    static const char *const bad[] = {"a1,a2,a3,b1,b2\n",
                                      "a1,a2,a3,b1,b2,c1\n1,2,3,4,5,0\n",
                                      "a1,a2,a3,b1,b2,c1\n1,2,3,4,5\n",
                                      "a1,a2,a3,b1,b2,c1\n1,2,3,4,5,six\n", ""};
    const struct fit_source source = {.path = path};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fit_data d, was;
        struct err err = {""};

        memset(&d, 0x5a, sizeof d);
        was = d;
        write_file(bad[i]);
        assert_int_equal(fit_read(&plan, &source, &d, &err), ST_INVALID);
        assert_memory_equal(&d, &was, sizeof d);
        assert_ptr_equal(strstr(err.text, path), err.text);
    }
}

struct run {
    enum fit_errors kind;
    bool weighted;
    size_t threads;
    struct fit_numbers numbers;
};

static enum status whole(void *ctx)
{
    struct run *run = ctx;
    struct fit_plan p = plan;
    const struct fit_source source = {.path = path,
                                      .weight = run->weighted ? "w" : NULL,
                                      .keep = run->kind == FIT_BOOTSTRAP};
    const struct fit_replication how = {.kind = run->kind,
                                        .draws = 40,
                                        .seed = 5,
                                        .level = ERRORS_LEVEL,
                                        .threads = run->threads};
    struct fit_data d = {.plan = &p};
    struct pls_fit fit;
    enum status st;

    p.weighted = run->weighted;
    st = fit_read(&p, &source, &d, NULL);
    if (st == ST_OK) {
        st = fit_sums_estimate(&d.total, &p, NULL, &fit, NULL);
        if (st == ST_OK)
            st = fit_replicate(&d, &fit, &how, &run->numbers, NULL);
        fit_data_free(&d);
    }
    return st;
}

static enum status whole_and_free(void *ctx)
{
    struct run *run = ctx;
    const enum status st = whole(run);

    if (st == ST_OK)
        fit_numbers_free(&run->numbers);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct run jackknife = {.kind = FIT_JACKKNIFE, .threads = 1};
    struct run weighted = {
        .kind = FIT_JACKKNIFE, .weighted = true, .threads = 1};
    struct run bootstrap = {.kind = FIT_BOOTSTRAP, .threads = 1};

    (void)state;
    write_sample(1500);
    alloc_torture(whole_and_free, &jackknife);
    alloc_torture(whole_and_free, &bootstrap);
    write_sample(60);
    alloc_torture(whole_and_free, &weighted);
}

static void test_threads_give_the_same_bits(void **state)
{
    (void)state;
    write_sample(400);
    for (int kind = FIT_JACKKNIFE; kind <= FIT_BOOTSTRAP; kind++) {
        struct run one = {.kind = (enum fit_errors)kind, .threads = 1};
        struct run many = {.kind = (enum fit_errors)kind, .threads = 7};

        assert_int_equal(whole(&one), ST_OK);
        assert_int_equal(whole(&many), ST_OK);
        assert_int_equal(one.numbers.replicates,
                         kind == FIT_JACKKNIFE ? 400 : 40);
        assert_memory_equal(one.numbers.replicate, many.numbers.replicate,
                            one.numbers.replicates * one.numbers.count *
                                sizeof(double));
        assert_memory_equal(one.numbers.interval, many.numbers.interval,
                            one.numbers.count * sizeof(struct interval));
        fit_numbers_free(&one.numbers);
        fit_numbers_free(&many.numbers);
    }
}

/* Weights of 1 are no weights. */
static void test_weights_of_one(void **state)
{
    struct run plain = {.kind = FIT_JACKKNIFE, .threads = 1};
    struct run ones = {.kind = FIT_JACKKNIFE, .weighted = true, .threads = 1};
    char *text = sample(1234, "");

    (void)state;
    for (char *line = strchr(text, '\n') + 1; *line;
         line = strchr(line, '\n') + 1)
        *line = '1';
    write_file(text);
    free(text);
    assert_int_equal(whole(&plain), ST_OK);
    assert_int_equal(whole(&ones), ST_OK);
    for (size_t i = 0; i < plain.numbers.count; i++) {
        const struct interval *a = &plain.numbers.interval[i];
        const struct interval *b = &ones.numbers.interval[i];

        assert_true(isnan(a->se) ? isnan(b->se) : fabs(a->se - b->se) < 1e-10);
        assert_true(isnan(a->low) || fabs(a->low - b->low) < 1e-10);
    }
    fit_numbers_free(&plain.numbers);
    fit_numbers_free(&ones.numbers);
}

static enum status read_resamples(void *ctx)
{
    struct fit_resamples r;
    enum status st = fit_resamples_read(path, 900, &r, NULL);

    (void)ctx;
    if (st == ST_OK)
        fit_resamples_free(&r);
    return st;
}

static void test_resamples(void **state)
{
    struct fit_resamples r;
    FILE *out = fopen(path, "w");

    (void)state;
    assert_non_null(out);
    for (unsigned line = 0; line < 300; line++)
        for (unsigned k = 0; k <= line; k++)
            (void)fprintf(out, "%u%s", 1 + (line * k) % 900,
                          k < line   ? ","
                          : line % 2 ? "\r\n"
                                     : "\n");
    (void)fclose(out);
    assert_int_equal(fit_resamples_read(path, 900, &r, NULL), ST_OK);
    assert_int_equal(r.count, 300);
    for (size_t line = 0; line < 300; line++) {
        assert_int_equal(r.first[line + 1] - r.first[line], line + 1);
        for (size_t k = 0; k <= line; k++)
            assert_int_equal(r.row[r.first[line] + k], line * k % 900);
    }
    fit_resamples_free(&r);
    alloc_torture(read_resamples, NULL);
    write_file("1,2,3"); /* no line end */
    assert_int_equal(fit_resamples_read(path, 3, &r, NULL), ST_OK);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.first[1], 3);
    fit_resamples_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_what_answer_parse_makes_of_them),
        cmocka_unit_test(test_columns_are_found_by_code),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_bad_files_leave_nothing),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_threads_give_the_same_bits),
        cmocka_unit_test(test_weights_of_one),
        cmocka_unit_test(test_resamples),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
