/* replicates_test.c - estimates of 200 given resamples, one by one; the
 * jackknife's errors and accelerations; and errors and intervals of 10 000
 * resamples of our own within what chance allows. */
#include "gold.h"
#include "scorer/errors.h"
#include "scorer/index.h"

enum { NUMBERS = 12 + 6 + 7 }; /* paths, R2 without Image, indices */

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

/* The columns of the files stand in our order of numbers. */
static size_t column_of(const struct gold *g, size_t number)
{
    char name[64];

    if (number < 12)
        (void)snprintf(name, sizeof name, "%s->%s",
                       ecsi_names[ecsi_arrows[number][0]],
                       ecsi_names[ecsi_arrows[number][1]]);
    else if (number < 18)
        (void)snprintf(name, sizeof name, "R2_%s", ecsi_names[number - 11]);
    else
        (void)snprintf(name, sizeof name, "index_%s", ecsi_names[number - 18]);
    return gold_column(g, name);
}

static void test_given_resamples(void **state)
{
    /* The first resample is what the reader takes for a header. */
    struct gold rows = gold_read("boot200_indices.csv");
    struct gold want = gold_read("boot200_replicates.csv");
    struct pls_fit full, fit;
    struct moments *m;
    struct ecsi e;
    size_t n;
    uint8_t *x;

    (void)state;
    ecsi_make(&e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&e, "mobi.csv", &n);
    m = ecsi_moments(x, n, false);
    ecsi_fit(&e, m, MISSING_MEAN, &full);
    assert_int_equal(rows.rows + 1, 200);
    assert_int_equal(want.rows, 200);
    for (size_t b = 0; b < 200; b++) {
        double got[NUMBERS];

        moments_clear(m);
        for (size_t i = 0; i < rows.columns; i++) {
            const size_t r =
                strtoul(rows.cell[b * rows.columns + i], NULL, 10) - 1;

            assert_int_equal(moments_add(m, x + r * 24, 24, 1), ST_OK);
        }
        ecsi_fit(&e, m, MISSING_MEAN, &fit);
        pls_align(&e.model, &full, &fit);
        numbers_of(&e, &fit, got);
        for (size_t k = 0; k < NUMBERS; k++)
            assert_near(got[k], gold_number(&want, b, column_of(&want, k)),
                        1e-9);
    }
    moments_free(&m);
    free(x);
    gold_free(&rows);
    gold_free(&want);
}

static void test_jackknife(void **state)
{
    static double replicate[NUMBERS][250];
    struct gold want = gold_read("boot10000_own_summary.csv");
    struct pls_fit full, fit;
    double estimate[NUMBERS];
    struct moments *m;
    struct ecsi e;
    size_t n;
    uint8_t *x;

    (void)state;
    ecsi_make(&e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&e, "mobi.csv", &n);
    m = ecsi_moments(x, n, false);
    ecsi_fit(&e, m, MISSING_MEAN, &full);
    numbers_of(&e, &full, estimate);
    for (size_t r = 0; r < 250; r++) {
        double got[NUMBERS];

        assert_int_equal(moments_remove(m, x + r * 24, 24, 1), ST_OK);
        ecsi_fit(&e, m, MISSING_MEAN, &fit);
        assert_int_equal(moments_add(m, x + r * 24, 24, 1), ST_OK);
        numbers_of(&e, &fit, got);
        for (size_t k = 0; k < NUMBERS; k++)
            replicate[k][r] = got[k];
    }
    for (size_t k = 0; k < NUMBERS; k++) {
        const size_t column = column_of(&want, k);
        const char *name = want.cell[column];
        const double se =
            errors_jackknife(estimate[k], replicate[k], 250, NULL).se;
        const double boot = gold_of(&want, "boot_se", name);

        assert_near(estimate[k], gold_of(&want, "estimate", name), 1e-10);
        assert_near(se, gold_of(&want, "jackknife_se", name), 1e-9);
        assert_near(errors_acceleration(replicate[k], 250),
                    gold_of(&want, "bca_accel", name), 1e-6);
        /* Two estimators of one error; their own errors are 5 to 15 %. */
        assert_near(se / boot, 1, 0.25);
    }
    moments_free(&m);
    free(x);
    gold_free(&want);
}

/* xorshift64* (Vigna 2016): any generator will do. */
static size_t draw(uint64_t *x, size_t n)
{
    *x ^= *x >> 12;
    *x ^= *x << 25;
    *x ^= *x >> 27;
    return (size_t)((*x * UINT64_C(2685821657736338717) >> 33) % n);
}

enum { DRAWS = 10000 };

static void bootstrap(double (*replicate)[DRAWS], double estimate[NUMBERS])
{
    uint64_t random = 4711;
    struct pls_fit full, fit;
    struct moments *m;
    struct ecsi e;
    size_t n;
    uint8_t *x;

    ecsi_make(&e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&e, "mobi.csv", &n);
    m = ecsi_moments(x, n, false);
    ecsi_fit(&e, m, MISSING_MEAN, &full);
    numbers_of(&e, &full, estimate);
    for (size_t b = 0; b < DRAWS; b++) {
        uint8_t drawn[250 * 24];
        double got[NUMBERS];

        for (size_t i = 0; i < 250; i++)
            memcpy(drawn + i * 24, x + draw(&random, n) * 24, 24);
        moments_clear(m);
        assert_int_equal(moments_add(m, drawn, 24, 250), ST_OK);
        ecsi_fit(&e, m, MISSING_MEAN, &fit);
        pls_align(&e.model, &full, &fit);
        numbers_of(&e, &fit, got);
        for (size_t k = 0; k < NUMBERS; k++)
            replicate[k][b] = got[k];
    }
    moments_free(&m);
    free(x);
}

/* The 2.5 % quantile of 10 000 is good to 0.027 standard errors, and theirs is
 * no better; z0 moves the levels of BCa by as much again. */
static void test_bootstrap_intervals(void **state)
{
    double(*replicate)[DRAWS] = malloc(NUMBERS * sizeof *replicate);
    struct gold want = gold_read("boot10000_own_summary.csv");
    double estimate[NUMBERS];

    (void)state;
    assert_non_null(replicate);
    bootstrap(replicate, estimate);
    for (size_t k = 0; k < NUMBERS; k++) {
        const char *name = want.cell[column_of(&want, k)];
        const double se = gold_of(&want, "boot_se", name);
        struct bootstrap b = {.kind = BOOTSTRAP_BCA,
                              .level = ERRORS_LEVEL,
                              .estimate = estimate[k],
                              .count = DRAWS,
                              .replicate = replicate[k],
                              .acceleration =
                                  gold_of(&want, "bca_accel", name)};
        struct interval i;

        assert_near(errors_bias(estimate[k], replicate[k], DRAWS),
                    gold_of(&want, "bca_z0", name), 4 * 0.0177);
        i = errors_bootstrap_at(&b, NULL);
        assert_near(i.se / se, 1, 0.05);
        assert_near(i.low, gold_of(&want, "bca_lo", name), 0.25 * se);
        assert_near(i.high, gold_of(&want, "bca_hi", name), 0.25 * se);
        i = errors_bootstrap(estimate[k], replicate[k], DRAWS, NULL);
        assert_near(i.low, gold_of(&want, "q025", name), 0.15 * se);
        assert_near(i.high, gold_of(&want, "q975", name), 0.15 * se);
    }
    free(replicate);
    gold_free(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_given_resamples),
        cmocka_unit_test(test_jackknife),
        cmocka_unit_test(test_bootstrap_intervals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
