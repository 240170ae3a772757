/* moments_test.c - adding, removing, folding: the same bits whatever the
 * order, and nothing changed where it is refused. */
#include "answers.h"

#include "alloc.h"
#include "base/limits.h"

enum { ITEMS = 24, ROWS = 20000 }; /* more than one block */

static struct moments *sum_of(const uint8_t *x, size_t rows, bool square)
{
    struct moments *m = fresh(ITEMS, square);

    assert_int_equal(moments_add(m, x, ITEMS, rows), ST_OK);
    return m;
}

static void test_adds_as_plain_loops(void **state)
{
    static const unsigned missing[] = {0, 3, 60};

    (void)state;
    for (size_t k = 0; k < 6; k++) {
        uint8_t *x = answers_make(ITEMS * ROWS, 255, missing[k / 2], 7 + k);
        struct moments *got = sum_of(x, ROWS, k % 2);
        struct moments *want = fresh(ITEMS, k % 2);

        answers_sum(want, x, ITEMS, ROWS);
        assert_same(got, want);
        assert_int_equal(moments_remove(got, x, ITEMS, ROWS - 3), ST_OK);
        moments_clear(want);
        answers_sum(want, x + (ROWS - 3) * ITEMS, ITEMS, 3);
        assert_same(got, want);
        moments_free(&got);
        moments_free(&want);
        free(x);
    }
}

static void test_seven_shuffled_parts(void **state)
{
    uint8_t *x = answers_make(ITEMS * ROWS, 10, 4, 20080101);
    struct moments *whole = sum_of(x, ROWS, true);
    struct moments *part[7], *sum = fresh(ITEMS, true);
    static const size_t order[7] = {4, 0, 6, 2, 5, 1, 3};

    (void)state;
    for (size_t p = 0; p < 7; p++)
        part[p] = fresh(ITEMS, true);
    for (size_t r = ROWS; r-- > 0;) /* dealt out from the back */
        assert_int_equal(
            moments_add(part[r * 2654435761u % 7], x + r * ITEMS, ITEMS, 1),
            ST_OK);
    for (size_t p = 0; p < 7; p++)
        assert_int_equal(moments_merge(sum, part[order[p]]), ST_OK);
    assert_same(sum, whole);

    /* without part 2: as if it had never been there */
    assert_int_equal(moments_subtract(sum, part[2]), ST_OK);
    moments_clear(whole);
    for (size_t p = 0; p < 7; p++)
        if (p != 2)
            assert_int_equal(moments_merge(whole, part[p]), ST_OK);
    assert_same(sum, whole);
    for (size_t p = 0; p < 7; p++)
        moments_free(&part[p]);
    moments_free(&sum);
    moments_free(&whole);
    free(x);
}

static void test_removing_what_was_not_there(void **state)
{
    uint8_t *x = answers_make(ITEMS * ROWS, 10, 4, 11);
    uint8_t high[ITEMS];
    struct moments *m = sum_of(x, ROWS, true), *was = sum_of(x, ROWS, true);
    struct moments *other;

    (void)state;
    /* more rows than it has; sums it never had */
    assert_int_equal(moments_remove(m, x, ITEMS, ROWS), ST_OK);
    assert_int_equal(moments_remove(m, x, ITEMS, 1), ST_RANGE);
    assert_int_equal(m->rows, 0);
    assert_int_equal(moments_add(m, x, ITEMS, ROWS), ST_OK);
    memset(high, 255, sizeof high);
    moments_clear(m);
    moments_clear(was);
    memset(x, 1, ITEMS * ROWS);
    assert_int_equal(moments_add(m, x, ITEMS, ROWS), ST_OK);
    assert_int_equal(moments_add(was, x, ITEMS, ROWS), ST_OK);
    memset(x + (ROWS - 400) * ITEMS, 255, 400 * ITEMS); /* last block */
    assert_int_equal(moments_remove(m, x, ITEMS, ROWS), ST_RANGE);
    assert_same(m, was);

    other = sum_of(x, ROWS, true);
    assert_int_equal(moments_subtract(m, other), ST_RANGE);
    assert_same(m, was);
    moments_free(&other);
    moments_free(&m);
    moments_free(&was);
    free(x);
}

/* Doubling ends where a sum could pass 2^63, and not before. */
static void test_overflow_is_refused(void **state)
{
    uint8_t *x = answers_make(ITEMS * 3, 255, 0, 5);
    struct moments *m = sum_of(x, 3, true), *was = fresh(ITEMS, true);
    unsigned doublings = 0;

    (void)state;
    memset(x, 255, ITEMS);
    assert_int_equal(moments_add(m, x, ITEMS, 1), ST_OK);
    while (moments_merge(m, m) == ST_OK)
        doublings++;
    assert_int_equal(doublings, 45); /* 2^47 rows of up to 65025 */
    assert_int_equal(m->rows, INT64_C(4) << 45);
    assert_true(m->cross[0] > 0);

    m->rows = MOMENTS_ROWS_MAX - 1;
    assert_int_equal(moments_merge(was, m), ST_OK);
    assert_int_equal(moments_add(m, x, ITEMS, 2), ST_RANGE);
    assert_same(m, was);
    assert_int_equal(moments_add(m, x, ITEMS, 1), ST_OK);
    assert_int_equal(m->rows, MOMENTS_ROWS_MAX);
    moments_free(&m);
    moments_free(&was);
    free(x);
}

static void test_nothing(void **state)
{
    struct moments *m = fresh(ITEMS, false), *none = NULL;

    (void)state;
    assert_int_equal(moments_add(m, (const uint8_t *)"", ITEMS, 0), ST_OK);
    assert_int_equal(m->rows, 0);
    assert_int_equal(moments_new(ITEMS_MAX + 1, false, &none), ST_RANGE);
    assert_null(none);
    moments_free(&m);
    assert_null(m);
    moments_free(&m);
}

static enum status make(void *ctx)
{
    struct moments *m = NULL;
    enum status st = moments_new(ITEMS, true, &m);

    (void)ctx;
    moments_free(&m);
    return st;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    alloc_torture(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adds_as_plain_loops),
        cmocka_unit_test(test_seven_shuffled_parts),
        cmocka_unit_test(test_removing_what_was_not_there),
        cmocka_unit_test(test_overflow_is_refused),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
