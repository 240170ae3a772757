/* predict_test.c - predictions against tables that are filled up, estimated
 * and predicted from row by row; plans and samples that are refused. */
#include "scorer/rows.h"

#include "alloc.h"
#include "scorer/predict.h"

enum { A, B, C, FOLDS = 5 };

static struct rows world;
static uint32_t fold[ROWS_MAX];
static size_t without; /* the fold that filled_make leaves out */

static bool is_in(size_t r)
{
    return fold[r] != without;
}

static void given_folds(size_t rows)
{
    for (size_t r = 0; r < rows; r++)
        fold[r] = (uint32_t)random_below(random_at(31, r), FOLDS);
}

/* ---- by hand ---- */

/* Item `i` on the listed items by normal equations with a column of ones,
 * solved by elimination. */
static void regress(const struct filled *f, const struct sample *s, size_t i,
                    const size_t *list, size_t n, double *b)
{
    double a[ITEMS + 1][ITEMS + 2] = {{0}};

    for (size_t r = 0; r < s->rows; r++) {
        double z[ITEMS + 2] = {1};

        if (!is_in(r))
            continue;
        for (size_t x = 0; x < n; x++)
            z[1 + x] = f->x[r][list[x]];
        z[n + 1] = f->x[r][i];
        for (size_t x = 0; x <= n; x++)
            for (size_t y = 0; y <= n + 1; y++)
                a[x][y] += sample_weight(s, r) * z[x] * z[y];
    }
    for (size_t p = 0; p <= n; p++)
        for (size_t x = 0; x <= n; x++) {
            const double factor = a[x][p] / a[p][p];

            for (size_t y = p; x != p && y <= n + 1; y++)
                a[x][y] -= factor * a[p][y];
        }
    for (size_t x = 0; x <= n; x++)
        b[x] = a[x][n + 1] / a[x][x];
}

static double regressed(const struct filled *f, size_t r, const size_t *list,
                        size_t n, const double *b)
{
    double y = b[0];

    for (size_t x = 0; x < n; x++)
        y += b[1 + x] * f->x[r][list[x]];
    return y;
}

/* Predictions of every row by the estimate without each fold. */
static struct {
    struct filled filled;
    double by[FOLDS][ROWS_MAX][ITEMS][PREDICTORS];
} hand;

static void predict_by_hand(const struct sample *s,
                            enum predict_technique technique)
{
    static const size_t before_b[] = {0, 1, 2}, others_b[] = {0, 1, 2, 5};
    static const size_t before_c[] = {0, 1, 2, 3, 4};
    const struct pls_model *m = s->model;
    struct filled *f = &hand.filled;

    for (without = 0; without < FOLDS; without++) {
        double b[2][ITEMS][ITEMS + 1];

        filled_make(f, s, s->row, is_in);
        for (size_t i = 3; i < 5; i++) {
            regress(f, s, i, before_b, 3, b[0][i]);
            regress(f, s, i, others_b, 4, b[1][i]);
        }
        regress(f, s, 5, before_c, technique == PREDICT_DIRECT ? 5 : 3,
                b[0][5]);
        regress(f, s, 5, before_c, 5, b[1][5]);
        for (size_t r = 0; r < s->rows; r++)
            for (size_t i = 3; i < ITEMS; i++) {
                double *by = hand.by[without][r][i];
                const size_t c = i < 5 ? B : C;

                by[PREDICT_PLS] = filled_predict(f, m, r, c, i);
                if (technique == PREDICT_EARLIEST && c == C)
                    by[PREDICT_PLS] =
                        f->mean[i] +
                        f->fit.sd[i] * f->fit.loading[i] *
                            filled_score(f, m, r, A) *
                            (f->fit.path[C * 3 + A] +
                             f->fit.path[C * 3 + B] * f->fit.path[B * 3 + A]);
                by[PREDICT_LM] = regressed(
                    f, r, before_c,
                    c == B || technique == PREDICT_EARLIEST ? 3 : 5, b[0][i]);
                by[PREDICT_LM_ALL] =
                    regressed(f, r, c == B ? others_b : before_c,
                              c == B ? 4 : 5, b[1][i]);
                by[PREDICT_MEAN] = f->mean[i];
            }
    }
}

static double in_sample(size_t r, size_t i, size_t who)
{
    double sum = 0;

    for (size_t g = 0; g < FOLDS; g++)
        if (g != fold[r])
            sum += hand.by[g][r][i][who];
    return sum / (FOLDS - 1);
}

static void check_item(const struct sample *s, size_t i,
                       const struct predict_item *got)
{
    for (size_t who = 0; who < PREDICTORS; who++) {
        double in = 0, out = 0, in_size = 0, out_size = 0, weight = 0;

        for (size_t r = 0; r < s->rows; r++) {
            const double y = sample_row(s, r)[i], w = sample_weight(s, r);
            const double e = y - hand.by[fold[r]][r][i][who];
            const double d = y - in_sample(r, i, who);

            if (y == 0)
                continue;
            weight += w;
            out += w * e * e;
            out_size += w * fabs(e);
            in += w * d * d;
            in_size += w * fabs(d);
        }
        near(got->out[who].rmse, sqrt(out / weight), 1e-9);
        near(got->out[who].mae, out_size / weight, 1e-9);
        near(got->in[who].rmse, sqrt(in / weight), 1e-9);
        near(got->in[who].mae, in_size / weight, 1e-9);
    }
    near(got->q2,
         1 - pow(got->out[PREDICT_PLS].rmse / got->out[PREDICT_MEAN].rmse, 2),
         1e-12);
}

/* Loss of a row over the items from .. end - 1; false: nothing answered. */
static bool loss(const struct sample *s, size_t r, size_t from, size_t end,
                 size_t who, double *out)
{
    size_t n = 0;

    *out = 0;
    for (size_t i = from; i < end; i++) {
        const double y = sample_row(s, r)[i];

        if (y == 0)
            continue;
        *out += pow(y - hand.by[fold[r]][r][i][who], 2);
        n++;
    }
    *out /= (double)n;
    return n > 0;
}

/* The t of one mean, of unweighted rows. */
static void check_test(const struct sample *s, size_t from, size_t end,
                       size_t who, const struct predict_test *got)
{
    double sum = 0, squares = 0, n = 0, mean, sd;

    for (size_t r = 0; r < s->rows; r++) {
        double a, b;

        if (!loss(s, r, from, end, PREDICT_PLS, &a))
            continue;
        (void)loss(s, r, from, end, who, &b);
        sum += a - b;
        squares += (a - b) * (a - b);
        n++;
    }
    mean = sum / n;
    sd = sqrt((squares - n * mean * mean) / (n - 1));
    assert_int_equal(got->n, (int64_t)n);
    near(got->pls - got->other, mean, 1e-10);
    near(got->t, mean / (sd / sqrt(n)), 1e-8);
    assert_true(got->p > 0 && got->p <= 1);
}

static void check_hand(size_t rows, size_t holes, bool weighted,
                       enum predict_technique technique)
{
    const struct predict_plan plan = {
        .technique = technique, .folds = FOLDS, .repetitions = 1, .fold = fold};
    struct prediction p;
    struct sample s;

    rows_make(&world, 4711 + holes, rows, holes);
    s = rows_sample(&world, rows, weighted);
    given_folds(rows);
    assert_int_equal(predict(&s, &plan, &p, NULL), ST_OK);
    predict_by_hand(&s, technique);
    for (size_t i = 3; i < ITEMS; i++)
        check_item(&s, i, &p.item[i]);
    for (size_t i = 0; i < 3; i++)
        assert_true(p.item[i].n == 0 && isnan(p.item[i].out[0].rmse));
    for (size_t who = 1; who < PREDICTORS && !weighted; who++) {
        check_test(&s, 3, 5, who, &p.construct[B].test[who]);
        check_test(&s, 5, 6, who, &p.construct[C].test[who]);
        check_test(&s, 3, 6, who, &p.overall.test[who]);
    }
}

static void test_by_hand(void **state)
{
    (void)state;
    check_hand(211, 0, false, PREDICT_DIRECT);
    check_hand(211, 7, false, PREDICT_DIRECT);
    check_hand(211, 7, true, PREDICT_DIRECT);
    check_hand(211, 7, false, PREDICT_EARLIEST);
}

/* ---- what is drawn ---- */

static void run(const struct sample *s, size_t folds, size_t repetitions,
                uint64_t seed, struct prediction *out)
{
    const struct predict_plan plan = {
        .folds = folds, .repetitions = repetitions, .seed = seed};

    memset(out, 0, sizeof *out);
    assert_int_equal(predict(s, &plan, out, NULL), ST_OK);
}

static void test_folds_drawn(void **state)
{
    struct prediction a, b;
    struct sample s;

    (void)state;
    rows_make(&world, 3, 300, 0);
    s = rows_sample(&world, 300, false);
    run(&s, 10, 1, 7, &a);
    run(&s, 10, 1, 7, &b);
    assert_memory_equal(&a, &b, sizeof a);
    run(&s, 10, 1, 8, &b);
    assert_true(a.item[4].out[0].rmse != b.item[4].out[0].rmse);
    near(a.item[4].out[0].rmse, b.item[4].out[0].rmse, 0.05);
    /* as many folds as rows can be: the mean of the others predicts */
    rows_make(&world, 3, 100, 0);
    s = rows_sample(&world, 100, false);
    run(&s, 100, 1, 7, &a);
    run(&s, 100, 1, 8, &b);
    near(a.item[4].out[0].rmse, b.item[4].out[0].rmse, 1e-12);
}

/* Whole weights are rows that were written several times, when the copies are
 * in the same fold. */
static void test_weights_are_copies(void **state)
{
    static struct rows copies;
    static double whole[ROWS_MAX];
    static uint32_t fold_of_copy[ROWS_MAX];
    const struct predict_plan plan = {
        .folds = FOLDS, .repetitions = 1, .fold = fold};
    struct predict_plan copied = plan;
    struct prediction a, b;
    struct sample s, c;
    size_t n = 0;

    (void)state;
    rows_make(&world, 12, 200, 9);
    copies = world;
    given_folds(200);
    for (size_t r = 0; r < 200; r++) {
        whole[r] = (double)(1 + r % 3);
        for (size_t k = 0; k < 1 + r % 3; k++, n++) {
            memcpy(copies.row + n * ITEMS, world.row + r * ITEMS, ITEMS);
            fold_of_copy[n] = fold[r];
        }
    }
    s = rows_sample(&world, 200, true);
    s.weight = whole;
    c = rows_sample(&copies, n, false);
    copied.fold = fold_of_copy;
    assert_int_equal(predict(&s, &plan, &a, NULL), ST_OK);
    assert_int_equal(predict(&c, &copied, &b, NULL), ST_OK);
    for (size_t i = 3; i < ITEMS; i++)
        for (size_t who = 0; who < PREDICTORS; who++)
            near(a.item[i].out[who].rmse, b.item[i].out[who].rmse, 1e-10);
}

static void test_repetitions(void **state)
{
    struct prediction p;
    struct sample s;
    double sum = 0;

    (void)state;
    rows_make(&world, 5, 150, 0);
    s = rows_sample(&world, 150, false);
    run(&s, 10, 40, 7, &p);
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct prediction one;

        run(&s, 10, 1, seed, &one);
        sum += one.item[5].out[0].rmse / 40;
    }
    /* RMSE is nearly linear over so small differences */
    near(p.item[5].out[0].rmse, sum, 0.003);
    assert_int_equal(p.item[5].n, 150);
    assert_int_equal(p.overall.test[PREDICT_MEAN].n, 150);
}

/* ---- refusals and edges ---- */

static void refuse(const struct sample *s, const struct predict_plan *plan,
                   enum status want, const char *word)
{
    struct prediction p, was;
    struct err err = {""};

    memset(&p, 0x5a, sizeof p);
    was = p;
    assert_int_equal(predict(s, plan, &p, &err), want);
    if (!strstr(err.text, word))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, word));
    assert_memory_equal(&p, &was, sizeof p);
}

static void test_plans_refused(void **state)
{
    struct predict_plan plan = {.folds = 10, .repetitions = 1};
    struct sample s;

    (void)state;
    rows_make(&world, 3, 60, 11);
    s = rows_sample(&world, 60, false);
    plan.folds = 1;
    refuse(&s, &plan, ST_RANGE, "1 folds");
    plan.folds = PREDICT_FOLDS_MAX + 1;
    refuse(&s, &plan, ST_RANGE, "101 folds");
    plan.folds = 61;
    refuse(&s, &plan, ST_NUMERIC, "60 rows cannot be dealt");
    plan.folds = FOLDS;
    plan.repetitions = 0;
    refuse(&s, &plan, ST_RANGE, "0 repetitions");
    plan.repetitions = 2;
    given_folds(60);
    plan.fold = fold;
    refuse(&s, &plan, ST_RANGE, "repeated");
    plan.repetitions = 1;
    fold[59] = FOLDS;
    refuse(&s, &plan, ST_RANGE, "row 60");
    plan.fold = NULL;
    s.missing = MISSING_PAIRWISE;
    refuse(&s, &plan, ST_NUMERIC, "pairwise");
}

static void test_models_refused(void **state)
{
    const struct predict_plan plan = {.folds = 10, .repetitions = 1};
    struct pls_model m;
    struct sample s;

    (void)state;
    rows_make(&world, 3, 60, 0);
    s = rows_sample(&world, 60, false);
    m = world.small.model;
    s.model = &m;
    memset(m.path, 0, sizeof m.path);
    refuse(&s, &plan, ST_NUMERIC, "nothing to predict");
    m = world.small.model;
    m.distinct--;
    refuse(&s, &plan, ST_NUMERIC, "higher-order");
}

static void test_parts_refused(void **state)
{
    struct predict_plan plan = {.folds = 2, .repetitions = 1, .fold = fold};
    struct sample s;

    (void)state;
    rows_make(&world, 3, 60, 0);
    s = rows_sample(&world, 60, false);
    memset(fold, 0, sizeof fold);
    for (size_t r = 0; r < 30; r++) {
        fold[r] = 1;
        world.row[(30 + r) * ITEMS + 4] = 7;
    }
    refuse(&s, &plan, ST_NUMERIC, "without fold 2: b2: constant");
    rows_make(&world, 3, 11, 0);
    s = rows_sample(&world, 11, false);
    plan.fold = NULL;
    refuse(&s, &plan, ST_NUMERIC, "5 rows are fewer than the 6 items");
}

/* As many rows as items are left in every part: the numbers are there. */
static void test_few_rows(void **state)
{
    const struct predict_plan plan = {.folds = 4, .repetitions = 1, .seed = 3};
    struct prediction p;
    struct sample s;

    (void)state;
    rows_make(&world, 8, 8, 0);
    s = rows_sample(&world, 8, false);
    assert_int_equal(predict(&s, &plan, &p, NULL), ST_OK);
    for (size_t i = 3; i < ITEMS; i++)
        assert_true(isfinite(p.item[i].out[PREDICT_PLS].rmse) &&
                    p.item[i].n == 8);
    assert_true(isfinite(p.overall.test[PREDICT_MEAN].p));
}

/* Two equal items before a construct: no regression, but PLS all the same. */
static void test_equal_items(void **state)
{
    struct prediction p;
    struct sample s;

    (void)state;
    rows_make(&world, 8, 90, 0);
    s = rows_sample(&world, 90, false);
    for (size_t r = 0; r < 90; r++)
        world.row[r * ITEMS + 1] = world.row[r * ITEMS];
    run(&s, 10, 1, 1, &p);
    assert_true(isnan(p.item[5].out[PREDICT_LM].rmse));
    assert_true(isnan(p.construct[C].test[PREDICT_LM].p));
    assert_true(isfinite(p.item[5].out[PREDICT_PLS].rmse));
    assert_int_equal(p.construct[C].power, POWER_UNKNOWN);
    assert_null(predict_power_word(POWER_UNKNOWN));
    assert_string_equal(predict_power_word(POWER_HIGH), "high");
    assert_int_equal(p.construct[C].validity, VALIDITY_BASIC);
    assert_string_equal(predict_validity_word(VALIDITY_BASIC), "basic");
}

static enum status whole(void *ctx)
{
    const struct predict_plan plan = {.folds = 3, .repetitions = 2};
    const struct sample s = rows_sample(&world, 60, *(bool *)ctx);
    struct prediction p;

    return predict(&s, &plan, &p, NULL);
}

static void test_no_memory(void **state)
{
    bool weighted = false;

    (void)state;
    rows_make(&world, 3, 60, 11);
    alloc_torture(whole, &weighted);
    weighted = true;
    alloc_torture(whole, &weighted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_folds_drawn),
        cmocka_unit_test(test_weights_are_copies),
        cmocka_unit_test(test_repetitions),
        cmocka_unit_test(test_plans_refused),
        cmocka_unit_test(test_models_refused),
        cmocka_unit_test(test_parts_refused),
        cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_equal_items),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
