/* by_hand_test.c - permutations and resamples against tables that are filled up
 * and estimated one by one. */
#include "scorer/rows.h"

#include "scorer/groups.h"
#include "scorer/index.h"

enum { A, B, C, DRAWS = 150, SEED = 5 };

static const char *const names[] = {"north", "south", "east"};
static struct rows world;
static uint32_t group[ROWS_MAX];

static struct groups_plan plan_of(size_t groups)
{
    return (struct groups_plan){.groups = groups,
                                .name = names,
                                .group = group,
                                .permutations = DRAWS,
                                .resamples = DRAWS,
                                .seed = SEED,
                                .threads = 1};
}

/* The first rows are the first group's; rows of nobody in between. */
static void split(size_t rows, size_t one)
{
    for (size_t r = 0; r < rows; r++)
        group[r] = r % 29 == 28 ? GROUPS_NONE : r >= one;
}

/* ---- by hand ---- */

static uint32_t taken[ROWS_MAX]; /* how often a row is in */

static bool is_taken(size_t r)
{
    return taken[r] > 0;
}

static void take_group(size_t g, size_t rows)
{
    for (size_t r = 0; r < rows; r++)
        taken[r] = group[r] == g;
}

struct hand {
    struct filled both, one, two;
    double number[6 + 9]; /* A->B, A->C, B->C, indices; c, mean, variance */
};

static struct hand hand;

static void numbers_of(const struct sample *s, const struct filled *f,
                       double *out)
{
    struct pls_fit fit = f->fit;
    double u[ITEMS_MAX];

    pls_align(s->model, &hand.both.fit, &fit);
    index_replicate_weights(s->model, &fit, u);
    out[0] = fit.path[B * 3 + A];
    out[1] = fit.path[C * 3 + A];
    out[2] = fit.path[C * 3 + B];
    for (size_t c = 0; c < 3; c++)
        out[3 + c] = index_value(s->model, c, u, f->mean);
}

/* Correlation of the scores by two sets of weights over the rows of both. */
static double scores_by(const struct sample *s, size_t c,
                        const struct filled *one, const struct filled *two)
{
    const struct pls_model *m = s->model;
    double xy = 0, xx = 0, yy = 0;

    for (size_t r = 0; r < s->rows; r++) {
        double x = 0, y = 0;

        if (group[r] == GROUPS_NONE)
            continue;
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
            const double z =
                (hand.both.x[r][j] - hand.both.mean[j]) / hand.both.fit.sd[j];

            x += one->fit.weight[j] * z;
            y += two->fit.weight[j] * z;
        }
        xy += sample_weight(s, r) * x * y;
        xx += sample_weight(s, r) * x * x;
        yy += sample_weight(s, r) * y * y;
    }
    return fabs(xy) / sqrt(xx * yy);
}

/* Mean and variance of the scores of both among the rows of one group. */
static void spread_of(const struct sample *s, size_t c, size_t g,
                      const uint32_t *of, double *mean, double *variance)
{
    double sum = 0, squares = 0, weight = 0, n = 0;

    for (size_t r = 0; r < s->rows; r++)
        if (of[r] == g) {
            const double y = filled_score(&hand.both, s->model, r, c);

            n++;
            weight += sample_weight(s, r);
            sum += sample_weight(s, r) * y;
            squares += sample_weight(s, r) * y * y;
        }
    *mean = sum / weight;
    *variance = (squares / weight - *mean * *mean) * n / (n - 1);
}

/* The numbers of a split `of` of the rows. */
static void compare_by_hand(const struct sample *s, const uint32_t *of)
{
    double two[6];

    for (size_t r = 0; r < s->rows; r++)
        taken[r] = of[r] == 0;
    filled_make(&hand.one, s, s->row, is_taken);
    for (size_t r = 0; r < s->rows; r++)
        taken[r] = of[r] == 1;
    filled_make(&hand.two, s, s->row, is_taken);
    numbers_of(s, &hand.one, hand.number);
    numbers_of(s, &hand.two, two);
    for (size_t i = 0; i < 6; i++)
        hand.number[i] -= two[i];
    for (size_t c = 0; c < 3; c++) {
        double mean[2], variance[2];

        spread_of(s, c, 0, of, &mean[0], &variance[0]);
        spread_of(s, c, 1, of, &mean[1], &variance[1]);
        hand.number[6 + c] = scores_by(s, c, &hand.one, &hand.two);
        hand.number[9 + c] = mean[0] - mean[1];
        hand.number[12 + c] = log(variance[0] / variance[1]);
    }
}

static double observed[15], permuted[DRAWS][15];

/* All permutations, as they are drawn: the smaller group is. */
static void permute_by_hand(const struct sample *s)
{
    static uint32_t of[ROWS_MAX], row[ROWS_MAX];
    const uint64_t stream = random_at(SEED, GROUPS_COMPARED_MAX + 1);
    size_t n[2] = {0, 0}, small;

    for (size_t r = 0; r < s->rows; r++)
        taken[r] = group[r] != GROUPS_NONE;
    filled_make(&hand.both, s, s->row, is_taken);
    compare_by_hand(s, group);
    memcpy(observed, hand.number, sizeof observed);
    for (size_t r = 0; r < s->rows; r++)
        if (group[r] != GROUPS_NONE)
            n[group[r]]++;
    small = n[0] < n[1] ? 0 : 1;
    for (size_t b = 0; b < DRAWS; b++) {
        size_t at = 0;

        for (size_t g = 0; g < 2; g++)
            for (size_t r = 0; r < s->rows; r++)
                if (group[r] == g)
                    row[at++] = (uint32_t)r;
        random_draw(random_at(stream, b), row, at, n[small]);
        memset(of, 0xff, sizeof of);
        for (size_t i = 0; i < at; i++)
            of[row[i]] = (uint32_t)(i < n[small] ? small : 1 - small);
        compare_by_hand(s, of);
        memcpy(permuted[b], hand.number, sizeof permuted[b]);
    }
}

static double p_by_hand(size_t number)
{
    size_t beyond = 1;

    for (size_t b = 0; b < DRAWS; b++)
        beyond += fabs(permuted[b][number]) >= fabs(observed[number]) - 1e-10;
    return (double)beyond / (DRAWS + 1);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double quantile_by_hand(size_t number, double p)
{
    double sorted[DRAWS];
    const double h = (DRAWS - 1) * p;

    for (size_t b = 0; b < DRAWS; b++)
        sorted[b] = permuted[b][number];
    qsort(sorted, DRAWS, sizeof *sorted, ascending);
    return sorted[(size_t)h] +
           (h - floor(h)) * (sorted[(size_t)h + 1] - sorted[(size_t)h]);
}

static void check_span(const struct groups_span *got, size_t number)
{
    near(got->difference, observed[number], 1e-9);
    near(got->low, quantile_by_hand(number, 0.025), 1e-9);
    near(got->high, quantile_by_hand(number, 0.975), 1e-9);
    near(got->p, p_by_hand(number), 1e-12);
}

static void check_permutations(const struct groups_pair *got)
{
    const struct groups_test *test[6] = {
        &got->path[B * 3 + A], &got->path[C * 3 + A], &got->path[C * 3 + B],
        &got->index[A],        &got->index[B],        &got->index[C]};

    for (size_t i = 0; i < 6; i++) {
        near(test[i]->difference, observed[i], 1e-9);
        near(test[i]->permutation, p_by_hand(i), 1e-12);
    }
    for (size_t c = 0; c < 3; c++) {
        const struct groups_composite *x = &got->composite[c];
        size_t below = 1;

        for (size_t b = 0; b < DRAWS; b++)
            below += permuted[b][6 + c] <= observed[6 + c] + 1e-10;
        near(x->c, observed[6 + c], 1e-9);
        near(x->p, (double)below / (DRAWS + 1), 1e-12);
        near(x->quantile, quantile_by_hand(6 + c, 0.05), 1e-9);
        check_span(&x->mean, 9 + c);
        check_span(&x->variance, 12 + c);
    }
    assert_true(isnan(got->path[A * 3 + B].permutation));
}

static void check_by_hand(size_t one, size_t holes, bool weighted)
{
    const struct groups_plan plan = plan_of(2);
    struct groups_comparison got;
    struct sample s;

    rows_make(&world, 31 + holes, 180, holes);
    s = rows_sample(&world, 180, weighted);
    split(180, one);
    assert_int_equal(groups_compare(&s, &plan, &got, NULL), ST_OK);
    assert_int_equal(got.pairs, 1);
    permute_by_hand(&s);
    check_permutations(got.pair);
    groups_free(&got);
}

static void test_permutations_by_hand(void **state)
{
    (void)state;
    check_by_hand(70, 0, false);
    check_by_hand(110, 11, false); /* the second is the smaller */
    check_by_hand(70, 11, true);
}

/* ---- resamples ---- */

static double resampled[2][DRAWS][6];

static void resample_by_hand(const struct sample *s)
{
    for (size_t g = 0; g < 2; g++) {
        static struct rows picked;
        static double weight[ROWS_MAX];
        uint32_t row[ROWS_MAX];
        size_t n = 0;

        for (size_t r = 0; r < s->rows; r++)
            if (group[r] == g)
                row[n++] = (uint32_t)r;
        take_group(g, s->rows);
        filled_make(&hand.both, s, s->row, is_taken); /* for signs */
        for (size_t b = 0; b < DRAWS; b++) {
            const uint64_t stream = random_at(random_at(SEED, g), b);
            struct sample again = *s;

            for (size_t i = 0; i < n; i++) {
                const size_t r = row[random_below(random_at(stream, i), n)];

                memcpy(picked.row + i * ITEMS, sample_row(s, r), ITEMS);
                weight[i] = sample_weight(s, r);
                taken[i] = 1;
            }
            again.rows = n;
            again.row = picked.row;
            again.weight = s->weight ? weight : NULL;
            filled_make(&hand.one, &again, picked.row, is_taken);
            numbers_of(&again, &hand.one, resampled[g][b]);
        }
    }
}

static void moments_of(size_t g, size_t number, double *mean, double *se)
{
    double sum = 0, squares = 0;

    for (size_t b = 0; b < DRAWS; b++)
        sum += resampled[g][b][number];
    *mean = sum / DRAWS;
    for (size_t b = 0; b < DRAWS; b++)
        squares += pow(resampled[g][b][number] - *mean, 2);
    *se = sqrt(squares / (DRAWS - 1));
}

/* The formulas as they stand in the papers, over all pairs of resamples. */
static void check_resampled(const struct groups_comparison *got,
                            const struct groups_test *t, size_t number)
{
    const double n1 = (double)got->member[0].rows;
    const double n2 = (double)got->member[1].rows;
    double mean[2], se[2], above = 0, a, b;

    for (size_t g = 0; g < 2; g++)
        moments_of(g, number, &mean[g], &se[g]);
    for (size_t i = 0; i < DRAWS; i++)
        for (size_t j = 0; j < DRAWS; j++)
            above += 2 * mean[0] - resampled[0][j][number] - 2 * mean[1] +
                         resampled[1][i][number] >
                     0;
    near(t->mga, 1 - above / DRAWS / DRAWS, 1e-4);
    a = se[0] * se[0];
    b = se[1] * se[1];
    near(t->t, t->difference / sqrt(a + b), 1e-8);
    near(t->degrees, (a + b) * (a + b) / (a * a / (n1 - 1) + b * b / (n2 - 1)),
         1e-6);
    assert_true(t->welch > 0 && t->welch <= 1);
}

static void check_resamples(bool weighted)
{
    const struct groups_plan plan = plan_of(2);
    struct groups_comparison got;
    struct sample s;

    rows_make(&world, 44, 180, 9);
    s = rows_sample(&world, 180, weighted);
    split(180, 80);
    assert_int_equal(groups_compare(&s, &plan, &got, NULL), ST_OK);
    resample_by_hand(&s);
    check_resampled(&got, &got.pair->path[B * 3 + A], 0);
    check_resampled(&got, &got.pair->path[C * 3 + B], 2);
    check_resampled(&got, &got.pair->index[C], 5);
    assert_int_equal(got.member[0].dropped, 0);
    groups_free(&got);
}

static void test_resamples_by_hand(void **state)
{
    (void)state;
    check_resamples(false);
    check_resamples(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permutations_by_hand),
        cmocka_unit_test(test_resamples_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
