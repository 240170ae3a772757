/* estimate_test.c - what the estimate must satisfy, whatever the data: the
 * fixed point of its own equations; start, order and sign; every refusal.
 * (tests/gold compares with other programs.) */
#include "scorer/small.h"

#include "alloc.h"

static void fit_of(const struct small *s, const double *r, const double *start,
                   struct pls_fit *fit)
{
    double cov[ITEMS * ITEMS];
    struct err err = {""};
    enum status st;

    small_cov(r, cov);
    st = pls_estimate(&s->model, 100, small_mean, cov, start, fit, &err);
    if (st != ST_OK)
        print_error("%s\n", err.text);
    assert_int_equal(st, ST_OK);
}

static void near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance)) {
        print_error("got %.17g, want %.17g\n", got, want);
        fail();
    }
}

static size_t construct_of(const struct pls_model *m, size_t item)
{
    size_t c = 0;

    while (item >= m->first[c + 1])
        c++;
    return c;
}

/* cor(score p, item j), straight from the weights. */
static double with_item(const struct pls_model *m, const struct pls_fit *fit,
                        size_t p, size_t j)
{
    double sum = 0;

    for (size_t i = m->first[p]; i < m->first[p + 1]; i++)
        sum += fit->weight[i] * small_r[i * ITEMS + j];
    return sum;
}

static void check_scores(const struct pls_model *m, const struct pls_fit *fit)
{
    for (size_t p = 0; p < CONSTRUCTS; p++)
        for (size_t q = 0; q < CONSTRUCTS; q++) {
            double r = 0;

            for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
                r += fit->weight[j] * with_item(m, fit, p, j);
            near(fit->correlation[p * CONSTRUCTS + q], r, 1e-14);
        }
    for (size_t c = 0; c < CONSTRUCTS; c++)
        near(fit->correlation[c * CONSTRUCTS + c], 1, 1e-14);
    for (size_t j = 0; j < ITEMS; j++)
        near(fit->loading[j], with_item(m, fit, construct_of(m, j), j), 1e-14);
}

/* Centroid, mode A: w is proportional to what the neighbours' sum correlates
 * with (all correlations here are positive, so every inner weight is 1). */
static void test_centroid_is_a_fixed_point(void **state)
{
    struct small s;
    struct pls_fit fit;

    (void)state;
    small_make(&s, SCHEME_CENTROID, MODE_A);
    fit_of(&s, small_r, NULL, &fit);
    check_scores(&s.model, &fit);
    for (size_t c = 0; c < 2; c++) {
        const size_t a = s.model.first[c];
        double scale = 0;

        for (size_t j = a; j < s.model.first[c + 1]; j++) {
            double v = 0;

            for (size_t p = 0; p < CONSTRUCTS; p++)
                v += p == c ? 0 : with_item(&s.model, &fit, p, j);
            if (j == a)
                scale = v / fit.weight[j];
            near(v, scale * fit.weight[j], 1e-11);
        }
    }
}

static void test_paths_solve_the_normal_equations(void **state)
{
    struct small s;
    struct pls_fit fit;
    const double *y = fit.correlation;

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    fit_of(&s, small_r, NULL, &fit);
    near(fit.path[1 * 3 + 0], y[1 * 3 + 0], 1e-15);
    near(fit.path[2 * 3 + 0] + fit.path[2 * 3 + 1] * y[1], y[2 * 3 + 0], 1e-14);
    near(fit.path[2 * 3 + 0] * y[1] + fit.path[2 * 3 + 1], y[2 * 3 + 1], 1e-14);
    near(fit.total[2 * 3 + 0],
         fit.path[2 * 3 + 0] + fit.path[1 * 3 + 0] * fit.path[2 * 3 + 1],
         1e-15);
    assert_true(isnan(fit.r2[0]));
    near(fit.r2[1], y[1] * y[1], 1e-14);
    assert_true(fit.path[0 * 3 + 1] == 0 && fit.total[0 * 3 + 2] == 0);
    for (size_t i = 0; i < ITEMS; i++) {
        near(fit.sd[i], small_sd(i), 1e-15);
        assert_true(fit.mean[i] == small_mean[i]);
    }
}

static void test_start_changes_nothing_but_the_steps(void **state)
{
    const enum inner_scheme schemes[] = {SCHEME_PATH, SCHEME_CENTROID,
                                         SCHEME_FACTORIAL};

    (void)state;
    for (size_t k = 0; k < 6; k++) {
        const double odd[ITEMS] = {0.1, 0.9, 0.3, 0.7, 0.1, 2.385};
        struct small s;
        struct pls_fit cold, warm, again, other;

        small_make(&s, schemes[k / 2], k % 2 ? MODE_B : MODE_A);
        fit_of(&s, small_r, NULL, &cold);
        fit_of(&s, small_r, cold.weight, &warm);
        fit_of(&s, small_r, odd, &other);
        fit_of(&s, small_r, NULL, &again);
        assert_memory_equal(&cold, &again, sizeof cold); /* same bits */
        assert_true(warm.iterations < cold.iterations);
        for (size_t j = 0; j < ITEMS; j++) {
            near(warm.weight[j], cold.weight[j], 1e-11);
            near(other.weight[j], cold.weight[j], 1e-11);
        }
    }
}

/* An item whose scale runs the other way only changes its own sign. */
static void test_signs(void **state)
{
    double r[ITEMS * ITEMS];
    struct small s;
    struct pls_fit plain, turned, back;

    (void)state;
    memcpy(r, small_r, sizeof r);
    for (size_t j = 0; j < ITEMS; j++)
        if (j != 1)
            set_r(r, 1, j, -small_r[1 * ITEMS + j]);
    small_make(&s, SCHEME_PATH, MODE_A);
    fit_of(&s, small_r, NULL, &plain);
    fit_of(&s, r, NULL, &turned);
    near(turned.weight[1], -plain.weight[1], 1e-12);
    near(turned.weight[0], plain.weight[0], 1e-12);
    near(turned.path[3], plain.path[3], 1e-12);

    back = plain;
    pls_align(&s.model, &plain, &back); /* nothing to do */
    assert_memory_equal(&back, &plain, sizeof back);
    for (size_t j = 0; j < 3; j++)
        turned.weight[j] = -plain.weight[j];
    pls_align(&s.model, &plain, &turned);
    for (size_t j = 0; j < 3; j++)
        assert_true(turned.weight[j] == plain.weight[j]);
    assert_true(turned.path[1 * 3 + 0] < 0 && turned.path[2 * 3 + 1] > 0);
    assert_true(turned.total[1 * 3 + 0] < 0 && turned.loading[1] > 0);
    assert_true(turned.correlation[1] < 0 && turned.correlation[3] < 0);
    assert_true(turned.correlation[0] == plain.correlation[0]);
}

/* Refused with a text that contains these words, and *out untouched. */
static void refused(enum construct_mode mode, int64_t rows, const double *cov,
                    const double *start, const char *want)
{
    struct small s;
    struct pls_fit fit, was;
    struct err err = {""};

    memset(&fit, 0x5a, sizeof fit);
    was = fit;
    small_make(&s, SCHEME_PATH, mode);
    assert_int_equal(
        pls_estimate(&s.model, rows, small_mean, cov, start, &fit, &err),
        ST_NUMERIC);
    if (!strstr(err.text, want))
        print_error("got '%s', want '%s'\n", err.text, want);
    assert_non_null(strstr(err.text, want));
    assert_memory_equal(&fit, &was, sizeof fit);
}

static void test_refusals(void **state)
{
    const double none[ITEMS] = {0};
    double r[ITEMS * ITEMS], cov[ITEMS * ITEMS];

    (void)state;
    small_cov(small_r, cov);
    refused(MODE_A, 5, cov, NULL, "5 rows are fewer than the 6 items");
    refused(MODE_A, 100, cov, none, "A: its score has no variance");

    cov[2 * ITEMS + 2] = 0;
    refused(MODE_A, 100, cov, NULL, "a3: constant");
    cov[2 * ITEMS + 2] = NAN;
    refused(MODE_A, 100, cov, NULL, "a3: constant");
    small_cov(small_r, cov);
    cov[1 * ITEMS + 4] = NAN;
    refused(MODE_A, 100, cov, NULL, "a2 and b2: no correlation");

    memcpy(r, small_r, sizeof r); /* a1 and a2 are the same item */
    for (size_t j = 0; j < ITEMS; j++)
        if (j > 1)
            set_r(r, 1, j, small_r[j]);
    set_r(r, 0, 1, 1);
    small_cov(r, cov);
    refused(MODE_B, 100, cov, NULL,
            "A: a2 is determined by the items before it (mode B)");
    {
        struct small s;
        struct pls_fit fit;

        small_make(&s, SCHEME_PATH, MODE_A); /* mode A does not mind */
        fit_of(&s, r, NULL, &fit);
        near(fit.weight[0], fit.weight[1], 1e-12);
    }

    memcpy(r, small_r, sizeof r); /* what no answers can correlate like */
    set_r(r, 0, 1, 0.9);
    set_r(r, 0, 2, 0.9);
    set_r(r, 1, 2, -0.9);
    small_cov(r, cov);
    refused(MODE_A, 100, cov, NULL, "contradict one another");
}

/* Found by search: with these the weights go round, or take far more steps
 * than are allowed, under every scheme. */
static void test_no_convergence(void **state)
{
    static const double r[ITEMS * ITEMS] = {
        1.000,  0.465,  -0.177, 0.669, -0.487, 0.109, /* */
        0.465,  1.000,  0.467,  0.100, -0.137, 0.154, /* */
        -0.177, 0.467,  1.000,  0.146, 0.802,  0.177, /* */
        0.669,  0.100,  0.146,  1.000, 0.177,  0.572, /* */
        -0.487, -0.137, 0.802,  0.177, 1.000,  0.239, /* */
        0.109,  0.154,  0.177,  0.572, 0.239,  1.000};
    double cov[ITEMS * ITEMS];

    (void)state;
    small_cov(r, cov);
    refused(MODE_A, 100, cov, NULL, "no convergence in 300 iterations");
}

/* B is A again, so C cannot tell them apart. */
static void test_collinear_constructs(void **state)
{
    double r[ITEMS * ITEMS], cov[ITEMS * ITEMS];

    (void)state;
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = 0; j < ITEMS; j++)
            r[i * ITEMS + j] = i < 5 && j < 5 ? 1 : 0.37;
    r[35] = 1;
    small_cov(r, cov);
    refused(MODE_A, 100, cov, NULL,
            "C: the constructs it depends on determine one another");
}

static void test_little_below_zero_is_rounding(void **state)
{
    double r[ITEMS * ITEMS];
    struct small s;
    struct pls_fit fit;

    (void)state;
    memcpy(r, small_r, sizeof r);
    for (size_t j = 0; j < ITEMS; j++)
        if (j > 1)
            set_r(r, 1, j, small_r[j]);
    set_r(r, 0, 1, 1 + 1e-11); /* smallest eigenvalue -1e-11 */
    small_make(&s, SCHEME_PATH, MODE_A);
    fit_of(&s, r, NULL, &fit);
    assert_true(fit.iterations > 1);
}

static void test_one_item_model(void **state)
{
    struct item items[2] = {{.code = "comment", .kind = ITEM_TEXT},
                            {.code = "INS1", .min = 1, .max = 5}};
    const struct survey survey = {.items = 2, .item = items};
    const double mean = 3.25, cov = 1.7;
    struct pls_model m;
    struct pls_fit fit;

    (void)state;
    pls_model_of(&survey, &m);
    assert_int_equal(m.items, 1);
    assert_int_equal(m.constructs, 1);
    assert_string_equal(pls_item_code(&m, 0), "INS1");
    assert_string_equal(pls_construct_code(&m, 0), "INS1");
    assert_int_equal(pls_estimate(&m, 9, &mean, &cov, NULL, &fit, NULL), ST_OK);
    assert_true(fit.weight[0] == 1 && fit.loading[0] == 1);
    assert_true(isnan(fit.r2[0]));
}

/* Arrows that point against the order of the constructs. */
static void test_order(void **state)
{
    struct small s;
    size_t place[CONSTRUCTS];

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_A);
    memset(s.path, 0, sizeof s.path);
    s.path[0 * CONSTRUCTS + 2] = s.path[1 * CONSTRUCTS + 0] = true;
    pls_model_of(&s.survey, &s.model);
    for (size_t i = 0; i < CONSTRUCTS; i++)
        place[s.model.order[i]] = i;
    assert_true(place[2] < place[0] && place[0] < place[1]);
}

static enum status estimate(void *ctx)
{
    struct pls_fit fit;
    double cov[ITEMS * ITEMS];

    small_cov(small_r, cov);
    return pls_estimate(ctx, 100, small_mean, cov, NULL, &fit, NULL);
}

static void test_allocates_nothing(void **state)
{
    struct small s;

    (void)state;
    small_make(&s, SCHEME_PATH, MODE_B);
    alloc_fail_at(1);
    assert_int_equal(estimate(&s.model), ST_OK);
    assert_false(alloc_failed());
    alloc_fail_at(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_centroid_is_a_fixed_point),
        cmocka_unit_test(test_paths_solve_the_normal_equations),
        cmocka_unit_test(test_start_changes_nothing_but_the_steps),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_convergence),
        cmocka_unit_test(test_collinear_constructs),
        cmocka_unit_test(test_little_below_zero_is_rounding),
        cmocka_unit_test(test_one_item_model),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_allocates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
