/* inner_test.c - inner weights and paths on construct correlations made up for
 * it, among them ones that no answers can have. */
#include "scorer/small.h"

#include "work.h"

static struct work work;
static struct small small;
static struct err err;

static struct work *prepare(enum inner_scheme scheme, double ab, double ac,
                            double bc)
{
    const double y[CONSTRUCTS * CONSTRUCTS] = {1,  ab, ac, /* */
                                               ab, 1,  bc, /* */
                                               ac, bc, 1};

    small_make(&small, scheme, MODE_A);
    work.m = &small.model;
    work.err = &err;
    memcpy(work.y, y, sizeof y);
    return &work;
}

static void check_inner(enum inner_scheme scheme, double ab, double ac,
                        double bc, const double *want)
{
    const struct work *s = prepare(scheme, ab, ac, bc);

    assert_int_equal(work_inner(&work), ST_OK);
    for (size_t i = 0; i < CONSTRUCTS * CONSTRUCTS; i++)
        assert_true(fabs(s->e[i] - want[i]) < 1e-15);
}

static void test_schemes(void **state)
{
    /* C on A and B, from r_AB 0.5, r_AC 0.4, r_BC 0.3 */
    const double ca = (0.4 - 0.5 * 0.3) / 0.75, cb = (0.3 - 0.5 * 0.4) / 0.75;
    const double path[] = {0, 0.5, 0.4, 0.5, 0, 0.3, ca, cb, 0};
    const double factorial[] = {0, 0.5, 0.4, 0.5, 0, 0.3, 0.4, 0.3, 0};
    const double centroid[] = {0, -1, 1, -1, 0, 0, 1, 0, 0}; /* sign 0 = 0 */

    (void)state;
    check_inner(SCHEME_PATH, 0.5, 0.4, 0.3, path);
    check_inner(SCHEME_FACTORIAL, 0.5, 0.4, 0.3, factorial);
    check_inner(SCHEME_CENTROID, -0.5, 0.4, 0, centroid);
}

static void test_only_neighbours_count(void **state)
{
    const double want[] = {0, 0.5, 0, 0.5, 0, 0.3, 0, 0.3, 0};

    (void)state;
    (void)prepare(SCHEME_FACTORIAL, 0.5, 0.4, 0.3);
    small.path[2 * CONSTRUCTS + 0] = false; /* A and C are not linked */
    pls_model_of(&small.survey, &small.model);
    assert_int_equal(work_inner(&work), ST_OK);
    for (size_t i = 0; i < CONSTRUCTS * CONSTRUCTS; i++)
        assert_true(work.e[i] == want[i]);
}

static void test_r2_over_one(void **state)
{
    struct pls_fit fit = {0};

    (void)state;
    assert_int_equal(work_paths(prepare(SCHEME_PATH, 0.1, 0.8, 0.8), &fit),
                     ST_NUMERIC);
    assert_string_equal(err.text, "C: R2 is over 1");
}

static void test_determined_predecessors(void **state)
{
    struct pls_fit fit = {0};

    (void)state;
    assert_int_equal(work_paths(prepare(SCHEME_PATH, 1, 0.5, 0.5), &fit),
                     ST_NUMERIC);
    assert_int_equal(work_inner(&work), ST_NUMERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_only_neighbours_count),
        cmocka_unit_test(test_r2_over_one),
        cmocka_unit_test(test_determined_predecessors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
