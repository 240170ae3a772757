/* groups_test.c - the ECSI mobile data in two groups, CUEX1 below 8 and the
 * others, against seminr's PLS-MGA and a plain implementation of the
 * permutation tests. */
#include "gold.h"
#include "scorer/groups.h"

enum { PERMUTATIONS = 2000, RESAMPLES = 1000 };

static struct ecsi e;
static struct groups_comparison got;

static int setup(void **state)
{
    static const char *const name[] = {"CUEX1 < 8", "CUEX1 >= 8"};
    static uint32_t group[250];
    const struct groups_plan plan = {.groups = 2,
                                     .name = name,
                                     .group = group,
                                     .permutations = PERMUTATIONS,
                                     .resamples = RESAMPLES,
                                     .seed = 1,
                                     .threads = 2};
    struct err err = {""};
    struct sample s;
    size_t rows;
    uint8_t *x;

    (void)state;
    ecsi_make(&e, SCHEME_PATH, MODE_A);
    x = ecsi_answers(&e, "mobi.csv", &rows);
    s = (struct sample){.model = &e.model, .rows = rows, .row = x};
    for (size_t r = 0; r < rows; r++)
        group[r] = x[r * 24 + e.model.first[EXPECTATION]] < 8 ? 0 : 1;
    if (groups_compare(&s, &plan, &got, &err) != ST_OK)
        print_error("%s\n", err.text);
    free(x);
    return got.pairs == 1 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    groups_free(&got);
    return 0;
}

/* Two p of the same test, each by draws of its own: within four standard
 * errors of their difference. */
static void same_p(double p, double draws, double want, double want_draws)
{
    const double middle = (p + want) / 2;
    const double variance =
        middle * (1 - middle) * (1 / draws + 1 / want_draws);

    assert_near(p, want, 4 * sqrt(variance) + 1 / want_draws);
}

static void test_permutation(void **state)
{
    struct gold g = gold_read("mga_permutation_own.csv");
    const double draws = 1000; /* its p are (k + 1) / 1001 */

    (void)state;
    for (size_t a = 0; a < 12; a++) {
        const size_t at = ecsi_arrows[a][1] * 7 + ecsi_arrows[a][0];
        const struct groups_test *t = &got.pair[0].path[at];
        char name[64];

        (void)snprintf(name, sizeof name, "diff %s->%s",
                       ecsi_names[ecsi_arrows[a][0]],
                       ecsi_names[ecsi_arrows[a][1]]);
        assert_near(t->difference, gold_of(&g, name, "observed"), 1e-9);
        same_p(t->permutation, PERMUTATIONS, gold_of(&g, name, "p_permutation"),
               draws);
    }
    for (size_t c = 0; c < 7; c++) {
        const struct groups_composite *x = &got.pair[0].composite[c];
        char name[64];

        (void)snprintf(name, sizeof name, "micom_c %s", ecsi_names[c]);
        assert_near(x->c, gold_of(&g, name, "observed"), 1e-9);
        same_p(x->p, PERMUTATIONS, gold_of(&g, name, "p_permutation"), draws);
        /* the tail is as long as 1 - q, and q falls on a point of it */
        assert_near(x->quantile, gold_of(&g, name, "q05_perm"),
                    0.3 * (1 - x->quantile));
        assert_int_equal(x->p > 0.05, x->verdict >= INVARIANCE_PARTIAL);
    }
    assert_int_equal(got.pair[0].dropped, 0);
    gold_free(&g);
}

static void test_seminr(void **state)
{
    struct gold g = gold_read("mga_seminr_CUEX1_lt_8.csv");

    (void)state;
    for (size_t r = 0; r < g.rows; r++) {
        const double beta[] = {
            gold_number(&g, r, gold_column(&g, "group1_beta")),
            gold_number(&g, r, gold_column(&g, "group2_beta"))};
        size_t met = 0;

        for (size_t a = 0; a < 12; a++) {
            const size_t arrow = ecsi_arrows[a][1] * 7 + ecsi_arrows[a][0];

            if (!streq(gold_text(&g, r, 0), ecsi_names[ecsi_arrows[a][0]]) ||
                !streq(gold_text(&g, r, 1), ecsi_names[ecsi_arrows[a][1]]))
                continue;
            assert_near(got.member[0].fit.path[arrow], beta[0], 1e-9);
            assert_near(got.member[1].fit.path[arrow], beta[1], 1e-9);
            /* all pairs of 1 000 and 1 000 resamples: no better than 1 000 */
            same_p(got.pair[0].path[arrow].mga, RESAMPLES,
                   gold_number(&g, r, gold_column(&g, "pls_mga_p")), 1000);
            met++;
        }
        assert_int_equal(met, 1);
    }
    gold_free(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_seminr),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
