/* higher_test.c - higher-order constructs on the ECSI mobile data: the
 * estimate is that of a file in which their items stand again as columns of
 * their own. */
#include "gold.h"
#include "scorer/index.h"
#include "scorer/plsc.h"

enum { AGAIN = 9, WIDE = 24 + AGAIN, K = 8, PERCEPTION = 7 };

static const size_t repeated[AGAIN] = {15, 16, 8, 9, 10, 11, 12, 13, 14};

/* Perception of Value and Quality, in that order: PERV1-2, PERQ1-7. */
struct higher {
    struct ecsi e;
    struct item item[WIDE]; /* the last ones only where they are columns */
    size_t number[WIDE], again[AGAIN], part[2];
    struct construct construct[K];
    bool path[K * K];
    struct survey survey;
    struct pls_model model;
};

static void arrow(struct higher *h, size_t from, size_t to)
{
    h->path[to * K + from] = true;
}

/* `up`: the parts lead to it. */
static void make(struct higher *h, bool up, enum construct_mode mode,
                 bool columns)
{
    memset(h, 0, sizeof *h);
    ecsi_make(&h->e, SCHEME_PATH, MODE_A);
    memcpy(h->item, h->e.item, sizeof h->e.item);
    memcpy(h->construct, h->e.construct, sizeof h->e.construct);
    for (size_t i = 0; i < AGAIN; i++) {
        h->again[i] = columns ? 24 + i : repeated[i];
        h->item[24 + i] = h->item[repeated[i]];
        h->item[24 + i].code[0] = 'X';
    }
    h->construct[PERCEPTION] = (struct construct){
        .code = "Perception", .mode = mode, .items = AGAIN, .item = h->again};
    if (!columns) {
        h->part[0] = VALUE;
        h->part[1] = QUALITY;
        h->construct[PERCEPTION].parts = 2;
        h->construct[PERCEPTION].part = h->part;
    }
    for (size_t a = 0; a < 12; a++) {
        const size_t f = ecsi_arrows[a][0], t = ecsi_arrows[a][1];

        if (f != VALUE && f != QUALITY && t != VALUE && t != QUALITY)
            arrow(h, f, t);
    }
    for (size_t i = 0; i < 2; i++)
        if (up)
            arrow(h, i ? QUALITY : VALUE, PERCEPTION);
        else
            arrow(h, PERCEPTION, i ? QUALITY : VALUE);
    arrow(h, EXPECTATION, up ? QUALITY : PERCEPTION);
    arrow(h, PERCEPTION, SATISFACTION);
    arrow(h, PERCEPTION, LOYALTY);
    h->survey = h->e.survey;
    h->survey.items = columns ? WIDE : 24;
    h->survey.item = h->item;
    h->survey.model.constructs = K;
    h->survey.model.construct = h->construct;
    h->survey.model.path = h->path;
    pls_model_of(&h->survey, &h->model);
}

/* The rows of a file in model order. */
static uint8_t *rows_of(const struct higher *h, const char *file, size_t *rows)
{
    uint8_t *x = ecsi_answers(&h->e, file, rows), *y = malloc(*rows * WIDE);

    assert_non_null(y);
    for (size_t r = 0; r < *rows; r++) {
        memcpy(y + r * WIDE, x + r * 24, 24);
        for (size_t i = 0; i < AGAIN; i++)
            y[r * WIDE + 24 + i] = x[r * 24 + repeated[i]];
    }
    free(x);
    return y;
}

static void fit_of(const struct higher *h, const char *file,
                   enum missing_policy policy, double *cov, struct pls_fit *fit)
{
    struct moments *m = NULL;
    struct err err = {""};
    double mean[WIDE];
    size_t rows;
    uint8_t *x = rows_of(h, file, &rows);
    enum status st;

    assert_int_equal(h->model.items, WIDE);
    assert_int_equal(moments_new(WIDE, true, &m), ST_OK);
    for (size_t r = 0; r < rows; r++)
        if (policy != MISSING_COMPLETE || !memchr(x + r * WIDE, 0, WIDE))
            assert_int_equal(moments_add(m, x + r * WIDE, WIDE, 1), ST_OK);
    st = moments_covariance(m, policy, pls_item_code, &h->model, mean, cov,
                            &err);
    if (st == ST_OK)
        st = pls_estimate(&h->model, m->rows, mean, cov, NULL, fit, &err);
    if (st != ST_OK)
        fail_msg("%s", err.text);
    moments_free(&m);
    free(x);
}

/* The whole lies between its parts. */
static void check_index(const struct higher *h, const double *u,
                        const double *mean)
{
    const double quality = index_value(&h->model, QUALITY, u, mean);
    const double value = index_value(&h->model, VALUE, u, mean);
    const double both = index_value(&h->model, PERCEPTION, u, mean);

    assert_true(value < both && both < quality);
}

static void check(bool up, enum construct_mode mode, const char *file,
                  enum missing_policy policy)
{
    struct higher h, wide;
    struct pls_fit a, b;
    double cov[WIDE * WIDE], u[WIDE], v[WIDE];

    make(&h, up, mode, false);
    make(&wide, up, mode, true);
    assert_int_equal(h.model.distinct, 24);
    assert_int_equal(wide.model.distinct, WIDE);
    fit_of(&h, file, policy, cov, &a);
    fit_of(&wide, file, policy, cov, &b);
    assert_int_equal(a.iterations, b.iterations);
    assert_memory_equal(a.weight, b.weight, sizeof a.weight);
    assert_memory_equal(a.loading, b.loading, sizeof a.loading);
    assert_memory_equal(a.path, b.path, sizeof a.path);
    assert_memory_equal(a.total, b.total, sizeof a.total);
    assert_memory_equal(a.r2, b.r2, sizeof a.r2);
    index_weights(&h.model, &a, u);
    index_weights(&wide.model, &b, v);
    assert_memory_equal(u, v, sizeof u);
    if (mode == MODE_A)
        check_index(&h, u, a.mean);
}

static void test_columns(void **state)
{
    (void)state;
    for (int up = 0; up < 2; up++)
        for (int mode = MODE_A; mode <= MODE_B; mode++) {
            check(up, (enum construct_mode)mode, "mobi.csv", MISSING_MEAN);
            check(up, (enum construct_mode)mode, "mobi_missing5.csv",
                  MISSING_MEAN);
            check(up, (enum construct_mode)mode, "mobi_missing5.csv",
                  MISSING_PAIRWISE);
            check(up, (enum construct_mode)mode, "mobi_missing5.csv",
                  MISSING_COMPLETE);
        }
}

/* What is made of its parts is explained by them. */
static void test_explained(void **state)
{
    struct higher h;
    struct pls_fit fit;
    double cov[WIDE * WIDE];

    (void)state;
    make(&h, true, MODE_A, false);
    fit_of(&h, "mobi.csv", MISSING_MEAN, cov, &fit);
    assert_true(fit.r2[PERCEPTION] > 0.98 && fit.r2[PERCEPTION] <= 1 + 1e-10);
}

static void test_original(void **state)
{
    struct higher h;

    (void)state;
    make(&h, true, MODE_A, false);
    for (size_t j = 0; j < 24; j++)
        assert_int_equal(h.model.original[j], j);
    assert_int_equal(h.model.original[24], 15);
    assert_int_equal(h.model.original[26], 8);
    assert_int_equal(h.model.original[32], 14);
}

/* 24 rows are enough of 24 items, though they stand in 33 places. */
static void test_rows(void **state)
{
    struct higher h;
    struct pls_fit fit;
    double cov[WIDE * WIDE], mean[WIDE] = {0};
    struct err err = {""};

    (void)state;
    make(&h, true, MODE_A, false);
    fit_of(&h, "mobi.csv", MISSING_MEAN, cov, &fit);
    assert_int_equal(pls_estimate(&h.model, 24, mean, cov, NULL, &fit, &err),
                     ST_OK);
    assert_int_equal(pls_estimate(&h.model, 23, mean, cov, NULL, &fit, &err),
                     ST_NUMERIC);
    assert_string_equal(err.text,
                        "23 rows are fewer than the 24 items of the model");
}

static void test_not_consistent(void **state)
{
    struct higher h;
    struct pls_fit fit;
    double cov[WIDE * WIDE];
    struct err err = {""};

    (void)state;
    make(&h, true, MODE_A, false);
    fit_of(&h, "mobi.csv", MISSING_MEAN, cov, &fit);
    assert_int_equal(pls_consistent(&h.model, cov, &fit, &fit, &err),
                     ST_NUMERIC);
    assert_string_equal(err.text,
                        "consistent estimates (PLSc) of a model with a "
                        "higher-order construct: it shares the errors of its "
                        "items with its parts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns), cmocka_unit_test(test_explained),
        cmocka_unit_test(test_original), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_not_consistent)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
