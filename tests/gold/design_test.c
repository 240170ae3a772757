/* design_test.c - estimates with case weights, and their errors by the design
 * of the sample, from replicate weights written out in full. */
#include "gold.h"
#include "scorer/errors.h"
#include "scorer/index.h"
#include "scorer/weighted.h"

enum { ROWS = 250, NUMBERS = 12 + 6 + 7, UNITS_MAX = ROWS };

struct sample {
    struct ecsi e;
    uint8_t *x;
    double weight[ROWS], whole[ROWS];
    int stratum[ROWS], psu[ROWS];
};

static int setup(void **state)
{
    static struct sample s;
    struct gold g = gold_read("mobi_weights.csv");
    size_t n;

    ecsi_make(&s.e, SCHEME_PATH, MODE_A);
    s.x = ecsi_answers(&s.e, "mobi.csv", &n);
    assert_int_equal(n, ROWS);
    assert_int_equal(g.rows, ROWS);
    for (size_t r = 0; r < ROWS; r++) {
        s.weight[r] = gold_number(&g, r, gold_column(&g, "weight"));
        s.whole[r] = gold_number(&g, r, gold_column(&g, "int_weight"));
        s.stratum[r] = (int)gold_number(&g, r, gold_column(&g, "stratum"));
        s.psu[r] = (int)gold_number(&g, r, gold_column(&g, "psu"));
    }
    gold_free(&g);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct sample *s = *state;

    free(s->x);
    return 0;
}

static void fit_with(const struct sample *s, const double *weight,
                     struct pls_fit *fit)
{
    double mean[24], cov[24 * 24];
    struct weighted *w = NULL;
    int64_t rows = 0;

    assert_int_equal(weighted_new(24, &w), ST_OK);
    for (size_t r = 0; r < ROWS; r++)
        if (weight[r] > 0) {
            weighted_add(w, s->x + r * 24, weight[r]);
            rows++;
        }
    assert_int_equal(
        weighted_covariance(w, MISSING_MEAN, &s->e.model, mean, cov, NULL),
        ST_OK);
    assert_int_equal(
        pls_estimate(&s->e.model, rows, mean, cov, NULL, fit, NULL), ST_OK);
    weighted_free(&w);
}

static void numbers_of(const struct ecsi *e, const struct pls_fit *fit,
                       double out[NUMBERS])
{
    double u[24];
    size_t n = 0;

    for (size_t a = 0; a < 12; a++)
        out[n++] = fit->path[ecsi_arrows[a][1] * 7 + ecsi_arrows[a][0]];
    for (size_t c = EXPECTATION; c <= LOYALTY; c++)
        out[n++] = fit->r2[c];
    index_replicate_weights(&e->model, fit, u);
    for (size_t c = 0; c < 7; c++)
        out[n++] = index_value(&e->model, c, u, fit->mean);
}

/* The rows of the file stand in our order of numbers. */
static const char *name_of(size_t number, char name[64])
{
    if (number < 12)
        (void)snprintf(name, 64, "%s->%s", ecsi_names[ecsi_arrows[number][0]],
                       ecsi_names[ecsi_arrows[number][1]]);
    else if (number < 18)
        (void)snprintf(name, 64, "R2_%s", ecsi_names[number - 11]);
    else
        (void)snprintf(name, 64, "index_%s", ecsi_names[number - 18]);
    return name;
}

static void test_estimates(void **state)
{
    const struct sample *s = *state;
    struct gold want = gold_read("weighted_results_design_se.csv");
    const double *const weights[] = {s->weight, s->whole};
    const char *const columns[] = {"weighted", "int_weighted"};

    for (size_t i = 0; i < 2; i++) {
        double got[NUMBERS];
        struct pls_fit fit;
        char name[64];

        fit_with(s, weights[i], &fit);
        numbers_of(&s->e, &fit, got);
        for (size_t k = 0; k < NUMBERS; k++)
            assert_near(got[k], gold_of(&want, name_of(k, name), columns[i]),
                        1e-10);
    }
    gold_free(&want);
}

/* Sampling units in the order of strata: rows, or clusters of them. */
struct units {
    size_t count;
    size_t of[ROWS];
    size_t stratum[UNITS_MAX];
    size_t first[6];
    struct errors_strata strata;
};

static void make_rows(struct units *u)
{
    u->count = ROWS;
    for (size_t r = 0; r < ROWS; r++) {
        u->of[r] = r;
        u->stratum[r] = 0;
    }
    u->first[0] = 0;
    u->first[1] = ROWS;
    u->strata = (struct errors_strata){1, u->first, NULL};
}

static void make_clusters(const struct sample *s, struct units *u)
{
    u->count = 0;
    for (int h = 1; h <= 5; h++) {
        u->first[h - 1] = u->count;
        for (int c = 5 * h - 4; c <= 5 * h; c++) {
            for (size_t r = 0; r < ROWS; r++)
                if (s->stratum[r] == h && s->psu[r] == c)
                    u->of[r] = u->count;
            u->stratum[u->count++] = (size_t)h - 1;
        }
    }
    u->first[5] = u->count;
    u->strata = (struct errors_strata){5, u->first, NULL};
}

static void check_jackknife(const struct sample *s, const struct units *u,
                            const char *column)
{
    static double replicate[NUMBERS][UNITS_MAX];
    struct gold want = gold_read("weighted_results_design_se.csv");
    double estimate[NUMBERS], got[NUMBERS], weight[ROWS];
    struct pls_fit full, fit;
    char name[64];

    fit_with(s, s->weight, &full);
    numbers_of(&s->e, &full, estimate);
    for (size_t k = 0; k < u->count; k++) {
        const size_t h = u->stratum[k];
        const double n = (double)(u->first[h + 1] - u->first[h]);

        for (size_t r = 0; r < ROWS; r++)
            weight[r] = u->of[r] == k               ? 0
                        : u->stratum[u->of[r]] == h ? s->weight[r] * n / (n - 1)
                                                    : s->weight[r];
        fit_with(s, weight, &fit);
        pls_align(&s->e.model, &full, &fit);
        numbers_of(&s->e, &fit, got);
        for (size_t i = 0; i < NUMBERS; i++)
            replicate[i][k] = got[i];
    }
    for (size_t i = 0; i < NUMBERS; i++)
        assert_near(errors_stratified(estimate[i], replicate[i], &u->strata,
                                      ERRORS_LEVEL, NULL)
                        .se,
                    gold_of(&want, name_of(i, name), column), 1e-8);
    gold_free(&want);
}

/* The errors of an index with its item weights held fixed. */
static void check_linear(const struct sample *s, const struct units *u,
                         const char *column)
{
    struct gold want = gold_read("weighted_results_design_se.csv");
    struct pls_fit fit;
    double item[24], sum = 0;
    char name[64];

    fit_with(s, s->weight, &fit);
    index_weights(&s->e.model, &fit, item);
    for (size_t r = 0; r < ROWS; r++)
        sum += s->weight[r];
    for (size_t c = 0; c < 7; c++) {
        double z[UNITS_MAX] = {0};

        for (size_t r = 0; r < ROWS; r++)
            for (size_t j = s->e.model.first[c]; j < s->e.model.first[c + 1];
                 j++)
                z[u->of[r]] += 100.0 / 9 * item[j] * s->weight[r] *
                               (s->x[r * 24 + j] - fit.mean[j]) / sum;
        assert_near(errors_linear(z, &u->strata),
                    gold_of(&want, name_of(18 + c, name), column), 1e-8);
    }
    gold_free(&want);
}

static void test_rows(void **state)
{
    static struct units u;

    make_rows(&u);
    check_jackknife(*state, &u, "se_JK1_rows");
    check_linear(*state, &u, "se_lin_rows_fixed_weights");
}

static void test_clusters_in_strata(void **state)
{
    static struct units u;

    make_clusters(*state, &u);
    assert_int_equal(u.count, 25);
    check_jackknife(*state, &u, "se_JKn_5strata_5psu");
    check_linear(*state, &u, "se_lin_strat_psu_fixed_weights");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_estimates),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_clusters_in_strata),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
