/* sample_test.c - sums of picked rows, and the score that can be had of them,
 * against a loop over the rows; and the stateless random numbers. */
#include "scorer/small.h"

#include "alloc.h"
#include "scorer/random.h"
#include "scorer/sample.h"

enum { ROWS = 1237 };

static struct small small;
static uint8_t row[ROWS * ITEMS];
static double weight[ROWS];
static uint32_t which[ROWS];

static int setup(void **state)
{
    (void)state;
    small_make(&small, SCHEME_PATH, MODE_A);
    for (size_t r = 0; r < ROWS; r++) {
        const uint64_t stream = random_at(4711, r);
        const size_t common = random_below(random_at(stream, 99), 6);

        for (size_t i = 0; i < ITEMS; i++) {
            const size_t own = random_below(random_at(stream, i), 5);
            const bool missing = random_at(stream, 50 + i) % 13 == 0;

            row[r * ITEMS + i] = missing ? 0 : (uint8_t)(1 + common + own);
        }
        weight[r] = 0.25 + (double)(random_at(stream, 77) >> 11) * 0x1p-53;
        which[r] = (uint32_t)r;
    }
    return 0;
}

static struct sample all(bool weighted)
{
    return (struct sample){.model = &small.model,
                           .missing = MISSING_MEAN,
                           .rows = ROWS,
                           .row = row,
                           .weight = weighted ? weight : NULL};
}

static void near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance)) {
        print_error("got %.17g, want %.17g\n", got, want);
        fail();
    }
}

static void fit_all(const struct sample *s, struct pls_fit *fit)
{
    struct sample_sums sums;

    assert_int_equal(sample_sums_new(s, &sums), ST_OK);
    assert_int_equal(sample_sums_add(&sums, s->row, s->weight, s->rows), ST_OK);
    assert_int_equal(sample_sums_fit(&sums, s, NULL, fit, NULL), ST_OK);
    sample_sums_free(&sums);
}

/* The score of one row; a missing answer is the mean. */
static double score_of(const struct pls_fit *fit, size_t r, size_t c)
{
    const struct pls_model *m = &small.model;
    double score = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        if (row[r * ITEMS + j])
            score += fit->weight[j] * (row[r * ITEMS + j] - fit->mean[j]) /
                     fit->sd[j];
    return score;
}

static void check_score(bool weighted)
{
    const struct sample s = all(weighted);
    const size_t n = 613; /* more than a strip */
    struct sample_sums sums;
    struct pls_fit fit;

    fit_all(&s, &fit);
    random_draw(5, which, ROWS, n);
    assert_int_equal(sample_sums_new(&s, &sums), ST_OK);
    assert_int_equal(sample_sums_pick(&sums, &s, which, n), ST_OK);
    assert_int_equal(sample_sums_rows(&sums), n);
    for (size_t c = 0; c < CONSTRUCTS; c++) {
        const struct sample_score got =
            sample_sums_score(&sums, &small.model, &fit, c);
        double sum = 0, squares = 0, total = 0;

        for (size_t i = 0; i < n; i++) {
            const double w = sample_weight(&s, which[i]);
            const double y = score_of(&fit, which[i], c);

            total += w;
            sum += w * y;
            squares += w * y * y;
        }
        near(got.sum, sum, 1e-10);
        near(got.squares, squares, 1e-9);
        near(sample_sums_weight(&sums), total, 1e-10);
    }
    sample_sums_free(&sums);
}

static void test_score(void **state)
{
    (void)state;
    check_score(false);
    check_score(true);
}

/* All less the picked is the same as picking the others. */
static void check_rest(bool weighted)
{
    const struct sample s = all(weighted);
    struct sample_sums whole, part, rest;
    struct pls_fit a, b;

    random_draw(6, which, ROWS, 400);
    assert_int_equal(sample_sums_new(&s, &whole), ST_OK);
    assert_int_equal(sample_sums_new(&s, &part), ST_OK);
    assert_int_equal(sample_sums_new(&s, &rest), ST_OK);
    assert_int_equal(sample_sums_add(&whole, row, s.weight, ROWS), ST_OK);
    assert_int_equal(sample_sums_pick(&part, &s, which, 400), ST_OK);
    assert_int_equal(sample_sums_pick(&rest, &s, which + 400, ROWS - 400),
                     ST_OK);
    assert_int_equal(sample_sums_subtract(&whole, &part), ST_OK);
    assert_int_equal(sample_sums_fit(&whole, &s, NULL, &a, NULL), ST_OK);
    assert_int_equal(sample_sums_fit(&rest, &s, NULL, &b, NULL), ST_OK);
    for (size_t i = 0; i < ITEMS; i++)
        near(a.weight[i], b.weight[i], weighted ? 1e-10 : 0);
    assert_int_equal(sample_sums_merge(&rest, &part), ST_OK);
    assert_int_equal(sample_sums_rows(&rest), ROWS);
    sample_sums_clear(&rest);
    assert_int_equal(sample_sums_rows(&rest), 0);
    sample_sums_free(&whole);
    sample_sums_free(&part);
    sample_sums_free(&rest);
}

static void test_rest(void **state)
{
    (void)state;
    check_rest(false);
    check_rest(true);
}

/* Every number is drawn once, and every place as often as any other. */
static void test_draw(void **state)
{
    enum { N = 7, ROUNDS = 70000 };
    size_t met[N][N] = {{0}};
    double chi = 0;

    (void)state;
    for (uint64_t b = 0; b < ROUNDS; b++) {
        uint32_t list[N] = {0, 1, 2, 3, 4, 5, 6};
        unsigned seen = 0;

        random_draw(random_at(11, b), list, N, N);
        for (size_t i = 0; i < N; i++) {
            seen |= 1u << list[i];
            met[i][list[i]]++;
        }
        assert_int_equal(seen, (1 << N) - 1);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            chi +=
                pow((double)met[i][j] - ROUNDS / N, 2) / ((double)ROUNDS / N);
    /* chi-square of 36 degrees of freedom: mean 36, sd 8.5 */
    assert_true(chi > 12 && chi < 75);
}

static enum status whole(void *ctx)
{
    const struct sample s = all(*(bool *)ctx);
    struct sample_sums sums = {NULL, NULL};
    struct pls_fit fit;
    enum status st = sample_sums_new(&s, &sums);

    if (st == ST_OK)
        st = sample_sums_pick(&sums, &s, which, ROWS);
    if (st == ST_OK)
        st = sample_sums_fit(&sums, &s, NULL, &fit, NULL);
    sample_sums_free(&sums);
    return st;
}

static void test_no_memory(void **state)
{
    bool weighted = false;

    (void)state;
    alloc_torture(whole, &weighted);
    weighted = true;
    alloc_torture(whole, &weighted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_score),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_draw),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
