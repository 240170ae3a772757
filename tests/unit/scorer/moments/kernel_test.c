/* kernel_test.c - every kernel against plain loops: widths and lengths around
 * their steps, answers to 255, few and many missing. */
#include "answers.h"

#include "block.h"

static const size_t widths[] = {1, 3, 7, 8, 9, 15, 24, 25, 128};
static const size_t lengths[] = {0,  1,   2,   7,   8,   31,  32,
                                 33, 511, 512, 513, 700, 1024};

static void check_block(const struct block *b, const struct moments *want)
{
    const size_t n = want->items;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const int64_t both = b->total[PART_PRESENT * b->lanes + i] +
                                 block_part(b, PART_PRESENT, j)[i];
            const int64_t sum = b->total[PART_ANSWER * b->lanes + i] +
                                block_part(b, PART_ANSWER, j)[i];
            const int64_t square = b->total[PART_SQUARE * b->lanes + i] +
                                   block_part(b, PART_SQUARE, j)[i];

            assert_int_equal(both, want->both[i * n + j]);
            assert_int_equal(sum, want->sum[i * n + j]);
            assert_int_equal(square, want->square[i * n + j]);
            assert_int_equal(b->cross[i * b->tiled + j],
                             want->cross[i * n + j]);
        }
}

static void check_kernels(size_t items, size_t rows, unsigned missing)
{
    const size_t stride = items + missing % 3;
    static struct block b;
    uint8_t *x = answers_make(stride * rows, 255, missing,
                              0x9e3779b97f4a7c15u ^ (items << 20 ^ rows));
    struct moments *want = fresh(items, true);
    const struct kernel *kernel;

    answers_sum(want, x, stride, rows);
    for (size_t k = 0; (kernel = kernel_at(k)); k++) {
        block_sum(&b, kernel, items, x, stride, rows);
        check_block(&b, want);
    }
    moments_free(&want);
    free(x);
}

static void test_all_shapes(void **state)
{
    static const unsigned missing[] = {0, 2, 50, 96};

    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
            for (size_t m = 0; m < 4; m++)
                if (widths[w] < 100 || lengths[l] < 100)
                    check_kernels(widths[w], lengths[l], missing[m]);
}

/* The largest sums that a block can hold. */
static void test_largest_block(void **state)
{
    const size_t rows = BLOCK_ROWS_MAX;
    static struct block b;
    uint8_t *x = malloc(5 * rows);
    const struct kernel *kernel;

    (void)state;
    assert_non_null(x);
    memset(x, 255, 5 * rows);
    for (size_t k = 0; (kernel = kernel_at(k)); k++) {
        block_sum(&b, kernel, 5, x, 5, rows);
        for (size_t i = 0; i < 5; i++)
            for (size_t j = 0; j < 5; j++)
                assert_int_equal(b.cross[i * b.tiled + j], 255 * 255 * rows);
    }
    free(x);
}

static void test_no_reading_past_the_end(void **state)
{
    (void)state;
    for (size_t items = 1; items < 30; items++) {
        static struct block b;
        uint8_t *x = answers_make(items, 10, 20, items);
        uint8_t *exact = malloc(items); /* AddressSanitizer watches its end */

        assert_non_null(exact);
        memcpy(exact, x, items);
        block_sum(&b, kernel_best(), items, exact, items, 1);
        assert_int_equal(b.rows, 1);
        free(exact);
        free(x);
    }
}

static void test_a_kernel_is_chosen(void **state)
{
    (void)state;
    assert_ptr_equal(kernel_at(0), kernel_best());
    assert_string_equal(moments_kernel(), kernel_best()->name);
#ifdef MOMENTS_PORTABLE
    assert_string_equal(moments_kernel(), "portable");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_shapes),
        cmocka_unit_test(test_largest_block),
        cmocka_unit_test(test_no_reading_past_the_end),
        cmocka_unit_test(test_a_kernel_is_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
