/* blindfold_test.c - Q2 against tables with holes punched in, filled up and
 * estimated one by one. */
#include "scorer/rows.h"

#include "alloc.h"
#include "scorer/predict.h"

enum { A, B, C };

static struct rows world;
static struct filled whole, part;

static bool every(size_t r)
{
    (void)r;
    return true;
}

/* The whole thing by hand: answers of the block lie behind one another, item
 * after item; every d-th of them goes. */
static double by_hand(const struct sample *s, size_t c, size_t d)
{
    const struct pls_model *m = s->model;
    const size_t first = m->first[c], end = m->first[c + 1];
    double errors = 0, offs = 0;

    filled_make(&whole, s, s->row, every);
    for (size_t start = 0; start < d; start++) {
        uint8_t row[ROWS_MAX * ITEMS];

        memcpy(row, s->row, s->rows * ITEMS);
        for (size_t p = start; p < s->rows * (end - first); p += d)
            row[(p % s->rows) * ITEMS + first + p / s->rows] = 0;
        filled_make(&part, s, row, every);
        for (size_t p = start; p < s->rows * (end - first); p += d) {
            const size_t r = p % s->rows, i = first + p / s->rows;
            const double y = s->row[r * ITEMS + i], w = sample_weight(s, r);
            const double sd = whole.fit.sd[i];

            if (y == 0)
                continue;
            errors += w * pow((y - filled_predict(&part, m, r, c, i)) / sd, 2);
            offs += w * pow((y - part.mean[i]) / sd, 2);
        }
    }
    return 1 - errors / offs;
}

static void check(size_t rows, size_t holes, bool weighted, size_t distance)
{
    double q2[CONSTRUCTS];
    struct sample s;

    rows_make(&world, 21 + holes, rows, holes);
    s = rows_sample(&world, rows, weighted);
    assert_int_equal(predict_blindfold(&s, distance, q2, NULL), ST_OK);
    assert_true(isnan(q2[A]));
    near(q2[B], by_hand(&s, B, distance), 1e-9);
    near(q2[C], by_hand(&s, C, distance), 1e-9);
}

static void test_by_hand(void **state)
{
    (void)state;
    check(211, 0, false, 7);
    check(211, 9, false, 7);
    check(211, 9, true, 7);
    check(101, 0, false, 3);
    check(101, 0, false, 60); /* more than one of two items' answers */
}

/* Without missing answers the policy changes nothing. */
static void test_policies(void **state)
{
    double mean[CONSTRUCTS], other[CONSTRUCTS];
    struct sample s;

    (void)state;
    rows_make(&world, 2, 150, 0);
    s = rows_sample(&world, 150, false);
    assert_int_equal(predict_blindfold(&s, 7, mean, NULL), ST_OK);
    s.missing = MISSING_COMPLETE;
    assert_int_equal(predict_blindfold(&s, 7, other, NULL), ST_OK);
    assert_memory_equal(mean, other, sizeof mean);
    s.missing = MISSING_PAIRWISE;
    assert_int_equal(predict_blindfold(&s, 7, other, NULL), ST_OK);
    assert_memory_equal(mean, other, sizeof mean);
}

static void refuse(const struct sample *s, size_t distance, enum status want,
                   const char *word)
{
    double q2[CONSTRUCTS] = {4, 5, 6};
    struct err err = {""};

    assert_int_equal(predict_blindfold(s, distance, q2, &err), want);
    if (!strstr(err.text, word))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, word));
    assert_true(q2[0] == 4 && q2[1] == 5 && q2[2] == 6);
}

static void test_refusals(void **state)
{
    struct pls_model m;
    struct sample s;

    (void)state;
    rows_make(&world, 2, 147, 13);
    s = rows_sample(&world, 147, false);
    refuse(&s, 7, ST_NUMERIC, "147 rows are a multiple of the omission");
    refuse(&s, 1, ST_RANGE, "omission distance 1");
    refuse(&s, BLINDFOLD_MAX + 1, ST_RANGE, "omission distance 1001");
    s.missing = MISSING_PAIRWISE;
    refuse(&s, 10, ST_NUMERIC, "pairwise");
    s.missing = MISSING_MEAN;
    m = world.small.model;
    s.model = &m;
    memset(m.path, 0, sizeof m.path);
    refuse(&s, 10, ST_NUMERIC, "nothing to predict");
    m = world.small.model;
    s.rows = 5;
    refuse(&s, 7, ST_NUMERIC, "5 rows are fewer");
}

/* The only answer of an item that differs is left out once. */
static void test_constant_when_left_out(void **state)
{
    struct sample s;

    (void)state;
    rows_make(&world, 2, 100, 0);
    s = rows_sample(&world, 100, false);
    for (size_t r = 0; r < 100; r++)
        world.row[r * ITEMS + 5] = r == 50 ? 2 : 7;
    refuse(&s, 7, ST_NUMERIC, "C, with one answer in 7 left out: c1: constant");
}

static enum status run(void *ctx)
{
    const struct sample s = rows_sample(&world, 40, *(bool *)ctx);
    double q2[CONSTRUCTS];

    return predict_blindfold(&s, 7, q2, NULL);
}

static void test_no_memory(void **state)
{
    bool weighted = false;

    (void)state;
    rows_make(&world, 3, 40, 11);
    alloc_torture(run, &weighted);
    weighted = true;
    alloc_torture(run, &weighted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_constant_when_left_out),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
