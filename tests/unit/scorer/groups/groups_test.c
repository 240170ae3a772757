/* groups_test.c - any number of threads and groups, what is found and what is
 * not, refusals.  (by_hand_test.c has the numbers.) */
#include "scorer/rows.h"

#include "alloc.h"
#include "scorer/groups.h"
#include "scorer/multiple.h"

enum { A, B, C };

static const char *const names[GROUPS_COMPARED_MAX + 1] = {"north", "south",
                                                           "east"};
static struct rows world;
static uint32_t group[ROWS_MAX];

static struct groups_plan plan_of(size_t groups, size_t permutations,
                                  size_t resamples)
{
    return (struct groups_plan){.groups = groups,
                                .name = names,
                                .group = group,
                                .permutations = permutations,
                                .resamples = resamples,
                                .seed = 5,
                                .threads = 1};
}

static void deal(size_t rows, size_t groups)
{
    for (size_t r = 0; r < rows; r++)
        group[r] = (uint32_t)(r % groups);
}

static void compare(const struct sample *s, const struct groups_plan *plan,
                    struct groups_comparison *out)
{
    struct err err = {""};

    if (groups_compare(s, plan, out, &err) != ST_OK)
        print_error("%s\n", err.text);
    assert_non_null(out->pair);
}

/* ---- what does not depend on what ---- */

static void test_threads(void **state)
{
    struct groups_plan plan = plan_of(3, 60, 60);
    struct groups_comparison one = {0}, many = {0};
    struct sample s;

    (void)state;
    rows_make(&world, 9, 200, 15);
    s = rows_sample(&world, 200, false);
    deal(200, 3);
    compare(&s, &plan, &one);
    for (size_t threads = 2; threads <= 5; threads += 3) {
        plan.threads = threads;
        compare(&s, &plan, &many);
        assert_int_equal(many.pairs, 3);
        assert_memory_equal(many.member, one.member, 3 * sizeof *one.member);
        assert_memory_equal(many.pair, one.pair, 3 * sizeof *one.pair);
        groups_free(&many);
    }
    plan.seed = 6;
    compare(&s, &plan, &many);
    assert_true(memcmp(many.pair, one.pair, 3 * sizeof *one.pair) != 0);
    groups_free(&many);
    groups_free(&one);
}

/* A pair is the same whoever else is compared, but for the adjusted p. */
static void test_other_groups(void **state)
{
    const struct groups_plan three = plan_of(3, 99, 50);
    const struct groups_plan two = plan_of(2, 99, 50);
    struct groups_comparison a = {0}, b = {0};
    double p[9], q[9];
    struct sample s;

    (void)state;
    rows_make(&world, 9, 200, 0);
    s = rows_sample(&world, 200, false);
    deal(200, 3);
    compare(&s, &three, &a);
    for (size_t i = 0; i < 9; i++) {
        const struct groups_pair *pair = &a.pair[i / 3];

        assert_int_equal(pair->one, i / 3 == 2);
        assert_int_equal(pair->two, i / 3 == 0 ? 1 : 2);
        p[i] = pair->index[i % 3].permutation;
    }
    assert_int_equal(false_discovery(p, 9, q), ST_OK);
    for (size_t i = 0; i < 9; i++)
        near(a.pair[i / 3].index[i % 3].adjusted, q[i], 0);
    for (size_t r = 0; r < 200; r++)
        if (group[r] == 2)
            group[r] = GROUPS_NONE;
    compare(&s, &two, &b);
    near(b.pair[0].path[B * 3 + A].permutation,
         a.pair[0].path[B * 3 + A].permutation, 0);
    near(b.pair[0].path[B * 3 + A].mga, a.pair[0].path[B * 3 + A].mga, 0);
    near(b.member[1].path_se[B * 3 + A], a.member[1].path_se[B * 3 + A], 0);
    groups_free(&a);
    groups_free(&b);
}

static void test_nothing_asked(void **state)
{
    const struct groups_plan plan = plan_of(2, 0, 0);
    struct groups_comparison got = {0};
    struct sample s;

    (void)state;
    rows_make(&world, 9, 60, 0);
    s = rows_sample(&world, 60, false);
    deal(60, 2);
    compare(&s, &plan, &got);
    assert_true(isfinite(got.pair->path[B * 3 + A].difference));
    assert_true(isnan(got.pair->path[B * 3 + A].permutation));
    assert_true(isnan(got.pair->path[B * 3 + A].adjusted));
    assert_true(isnan(got.pair->path[B * 3 + A].mga));
    assert_true(isnan(got.member[0].path_se[B * 3 + A]));
    assert_true(isfinite(got.pair->composite[A].c));
    assert_true(isnan(got.pair->composite[A].p));
    assert_int_equal(got.pair->composite[A].verdict, INVARIANCE_UNKNOWN);
    assert_null(groups_invariance_word(INVARIANCE_UNKNOWN));
    groups_free(&got);
}

static void hear(void *ctx, size_t done, size_t all)
{
    size_t *last = ctx;

    assert_true(done >= *last && done < all);
    assert_int_equal(all, 2 * 30 + 40);
    *last = done;
}

static void test_progress(void **state)
{
    struct groups_plan plan = plan_of(2, 40, 30);
    struct groups_comparison got = {0};
    struct sample s;
    size_t last = 0;

    (void)state;
    rows_make(&world, 9, 60, 0);
    s = rows_sample(&world, 60, false);
    deal(60, 2);
    plan.tell = hear;
    plan.ctx = &last;
    compare(&s, &plan, &got);
    assert_int_equal(last, 99);
    groups_free(&got);
}

/* ---- what is found ---- */

/* Random groups: about one test in twenty is at 5 %. */
static void test_false_alarms(void **state)
{
    enum { ROUNDS = 120 };
    size_t alarms = 0, uneven = 0;

    (void)state;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct groups_plan plan = plan_of(2, 99, 0);
        struct groups_comparison got = {0};
        struct sample s;

        rows_make(&world, 1000 + round, 60, 0);
        s = rows_sample(&world, 60, false);
        deal(60, 2);
        plan.seed = round;
        compare(&s, &plan, &got);
        alarms += got.pair->path[C * 3 + B].permutation <= 0.05;
        alarms += got.pair->index[C].permutation <= 0.05;
        uneven += got.pair->composite[A].p <= 0.05;
        groups_free(&got);
    }
    /* of 240 that are not quite independent: mean 12, sd 3.4 */
    assert_true(alarms >= 1 && alarms <= 28);
    assert_true(uneven <= 17);
}

/* The second group answers two points lower, and its third item is noise. */
static void test_differences_are_found(void **state)
{
    const struct groups_plan plan = plan_of(2, 199, 100);
    struct groups_comparison got = {0};
    struct sample s;

    (void)state;
    rows_make(&world, 77, 400, 0);
    deal(400, 2);
    for (size_t r = 1; r < 400; r += 2) {
        uint8_t *row = world.row + r * ITEMS;

        row[2] = (uint8_t)(1 + random_below(random_at(8, r), 10));
        row[5] = row[5] > 2 ? (uint8_t)(row[5] - 2) : 1;
    }
    s = rows_sample(&world, 400, false);
    compare(&s, &plan, &got);
    assert_int_equal(got.pair->composite[A].verdict, INVARIANCE_NONE);
    assert_int_equal(got.pair->composite[B].verdict, INVARIANCE_FULL);
    assert_int_equal(got.pair->composite[C].verdict, INVARIANCE_PARTIAL);
    assert_string_equal(groups_invariance_word(INVARIANCE_PARTIAL), "partial");
    assert_true(got.pair->composite[C].mean.difference > 0);
    near(got.pair->composite[C].mean.p, 1.0 / 200, 1e-12);
    near(got.pair->index[C].permutation, 1.0 / 200, 1e-12);
    assert_true(got.pair->index[C].difference > 10);
    assert_true(got.pair->index[C].mga < 0.01);
    assert_true(got.pair->index[C].welch < 0.001);
    assert_true(got.pair->index[B].permutation > 0.05);
    groups_free(&got);
}

/* A single construct has no paths, but an index and a score. */
static void test_one_construct(void **state)
{
    const struct groups_plan plan = plan_of(2, 99, 99);
    struct groups_comparison got = {0};
    struct sample s;
    struct pls_model m;

    (void)state;
    rows_make(&world, 9, 60, 0);
    m = world.small.model;
    m.constructs = m.items = m.distinct = 1;
    m.first[1] = 1;
    m.path[0] = false;
    s = rows_sample(&world, 60, false);
    s.model = &m;
    deal(60, 2);
    compare(&s, &plan, &got);
    near(got.pair->composite[0].c, 1, 0);
    near(got.pair->composite[0].p, 1, 0);
    assert_true(isfinite(got.pair->index[0].permutation));
    assert_true(isfinite(got.pair->index[0].welch));
    groups_free(&got);
}

/* Two rows that carry an item's spread: many permutations and resamples leave
 * one group without, and no p is made of the rest. */
static void test_dropped(void **state)
{
    const struct groups_plan plan = plan_of(2, 60, 60);
    struct groups_comparison got = {0};
    struct sample s;

    (void)state;
    rows_make(&world, 9, 60, 0);
    for (size_t r = 0; r < 60; r++)
        world.row[r * ITEMS + 5] = r < 2 ? 3 : 7;
    s = rows_sample(&world, 60, false);
    deal(60, 2);
    compare(&s, &plan, &got);
    assert_true(got.pair->dropped > 10 && got.pair->dropped < 50);
    assert_true(got.member[0].dropped > 5);
    assert_true(isnan(got.pair->path[C * 3 + A].permutation));
    assert_true(isnan(got.pair->path[C * 3 + A].mga));
    assert_true(isnan(got.member[0].path_se[C * 3 + A]));
    assert_int_equal(got.pair->composite[A].verdict, INVARIANCE_UNKNOWN);
    groups_free(&got);
}

/* ---- refusals ---- */

static void refuse(const struct sample *s, const struct groups_plan *plan,
                   enum status want, const char *word)
{
    struct groups_comparison got = {7, 8, NULL, NULL};
    struct err err = {""};

    assert_int_equal(groups_compare(s, plan, &got, &err), want);
    if (!strstr(err.text, word))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, word));
    assert_true(got.groups == 7 && got.pairs == 8);
}

static void test_refusals(void **state)
{
    struct groups_plan plan = plan_of(1, 9, 9);
    struct sample s;

    (void)state;
    rows_make(&world, 9, 60, 0);
    s = rows_sample(&world, 60, false);
    deal(60, 1);
    refuse(&s, &plan, ST_NUMERIC, "fewer than two groups");
    plan.groups = GROUPS_COMPARED_MAX + 1;
    refuse(&s, &plan, ST_RANGE, "21 groups: 20");
    plan.groups = 2;
    plan.permutations = GROUPS_REPLICATES_MAX + 1;
    refuse(&s, &plan, ST_RANGE, "100000");
    plan.permutations = 9;
    group[59] = 2;
    refuse(&s, &plan, ST_RANGE, "row 60");
    deal(60, 2);
    for (size_t r = 11; r < 60; r++)
        group[r] = 0;
    refuse(&s, &plan, ST_NUMERIC,
           "south: 5 rows are fewer than the 6 items of the model");
    deal(60, 2);
    for (size_t r = 0; r < 60; r += 2)
        world.row[r * ITEMS + 3] = 4;
    refuse(&s, &plan, ST_NUMERIC, "north: b1: constant");
}

static enum status whole(void *ctx)
{
    const struct groups_plan plan = plan_of(2, 3, 3);
    const struct sample s = rows_sample(&world, 60, *(bool *)ctx);
    struct groups_comparison got = {0};
    enum status st = groups_compare(&s, &plan, &got, NULL);

    groups_free(&got);
    return st;
}

static void test_no_memory(void **state)
{
    bool weighted = false;

    (void)state;
    rows_make(&world, 3, 60, 11);
    deal(60, 2);
    alloc_torture(whole, &weighted);
    weighted = true;
    alloc_torture(whole, &weighted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_other_groups),
        cmocka_unit_test(test_nothing_asked),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_false_alarms),
        cmocka_unit_test(test_differences_are_found),
        cmocka_unit_test(test_one_construct),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
