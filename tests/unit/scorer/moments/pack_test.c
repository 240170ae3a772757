/* pack_test.c - moments as bytes and back; damaged bytes. */
#include "answers.h"

#include "alloc.h"

enum { ITEMS = 9, ROWS = 333 };

static struct moments *sample(bool square, unsigned missing)
{
    uint8_t *x = answers_make(ITEMS * ROWS, 254, missing, 17 + missing);
    struct moments *m = fresh(ITEMS, square);

    assert_int_equal(moments_add(m, x, ITEMS, ROWS), ST_OK);
    free(x);
    return m;
}

static struct buffer packed(const struct moments *m)
{
    struct buffer b = {NULL};

    assert_int_equal(moments_pack(m, &b), ST_OK);
    return b;
}

static void test_there_and_back(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct moments *m = sample(k & 1, k & 2 ? 30 : 0);
        struct moments *back = fresh(ITEMS, k & 1);
        struct buffer b = packed(m), again;
        const uint8_t *at = b.data;

        assert_int_equal(moments_unpack(&at, b.data + b.len, back), ST_OK);
        assert_ptr_equal(at, b.data + b.len);
        assert_same(back, m);
        again = packed(back);
        assert_int_equal(again.len, b.len);
        assert_memory_equal(again.data, b.data, b.len);

        at = b.data; /* it adds */
        assert_int_equal(moments_unpack(&at, b.data + b.len, back), ST_OK);
        assert_int_equal(moments_subtract(back, m), ST_OK);
        assert_same(back, m);
        buffer_free(&again);
        buffer_free(&b);
        moments_free(&back);
        moments_free(&m);
    }
}

/* The same numbers, one behind the other; cut short, none. */
static void test_flat(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct moments *m = sample(k & 1, k & 2 ? 30 : 0);
        struct buffer b = packed(m);
        const uint8_t *at = b.data;
        double flat[1 + 4 * ITEMS * ITEMS], *x = flat + 1;
        int64_t rows = 0;

        assert_int_equal(
            moments_unpack_flat(&at, b.data + b.len, ITEMS, k & 1, flat),
            ST_OK);
        assert_ptr_equal(at, b.data + b.len);
        assert_true(flat[0] == (double)m->rows);
        for (size_t i = 0; i < ITEMS; i++)
            for (size_t j = i; j < ITEMS; j++)
                assert_true(*x++ == (double)m->both[i * ITEMS + j]);
        for (size_t i = 0; i < ITEMS * ITEMS; i++)
            assert_true(*x++ == (double)m->sum[i]);
        for (size_t i = 0; i < ITEMS; i++)
            for (size_t j = i; j < ITEMS; j++)
                assert_true(*x++ == (double)m->cross[i * ITEMS + j]);
        for (size_t i = 0; k & 1 && i < ITEMS * ITEMS; i++)
            assert_true(*x++ == (double)m->square[i]);
        assert_int_equal(x - flat, moments_flat_size(ITEMS, k & 1));
        assert_int_equal(moments_packed_rows(b.data, b.data + b.len, &rows),
                         ST_OK);
        assert_int_equal(rows, m->rows);
        for (size_t len = 0; len < b.len; len++) {
            at = b.data;
            assert_int_equal(
                moments_unpack_flat(&at, b.data + len, ITEMS, k & 1, flat),
                ST_CORRUPT);
            assert_ptr_equal(at, b.data);
        }
        assert_int_equal(moments_packed_rows(b.data, b.data + 1, &rows),
                         ST_CORRUPT);
        buffer_free(&b);
        moments_free(&m);
    }
}

static void test_complete_rows_pack_small(void **state)
{
    struct moments *full = sample(true, 0), *holes = sample(true, 20);
    struct buffer a = packed(full), b = packed(holes);

    (void)state;
    /* N, the other S and T take a byte each where nothing is missing */
    assert_true(a.len <= 2 + 1 + 45 + 9 * 3 + 72 + 45 * 4 + 81);
    assert_true(a.len < b.len);
    buffer_free(&a);
    buffer_free(&b);
    moments_free(&full);
    moments_free(&holes);
}

static void test_cut_short(void **state)
{
    struct moments *m = sample(true, 10), *back = fresh(ITEMS, true);
    struct moments *zero = fresh(ITEMS, true);
    struct buffer b = packed(m);

    (void)state;
    for (size_t len = 0; len < b.len; len++) {
        uint8_t *exact = malloc(len + 1);
        const uint8_t *at = exact;

        assert_non_null(exact);
        memcpy(exact, b.data, len);
        assert_int_equal(moments_unpack(&at, exact + len, back), ST_CORRUPT);
        assert_ptr_equal(at, exact);
        assert_same(back, zero);
        free(exact);
    }
    buffer_free(&b);
    moments_free(&m);
    moments_free(&back);
    moments_free(&zero);
}

static void test_of_another_shape(void **state)
{
    struct moments *m = sample(true, 10), *plain = fresh(ITEMS, false);
    struct moments *wide = fresh(ITEMS + 1, true);
    struct buffer b = packed(m);
    const uint8_t *at = b.data;

    (void)state;
    assert_int_equal(moments_unpack(&at, b.data + b.len, plain), ST_CORRUPT);
    assert_int_equal(moments_unpack(&at, b.data + b.len, wide), ST_CORRUPT);
    assert_ptr_equal(at, b.data);
    buffer_free(&b);
    moments_free(&m);
    moments_free(&plain);
    moments_free(&wide);
}

/* Whatever the bytes say, no sum is negative or past what its rows allow. */
static void test_damaged(void **state)
{
    struct moments *m = sample(true, 10), *back = fresh(ITEMS, true);
    struct buffer b = packed(m);
    uint64_t seed = 99;
    size_t good = 0;

    (void)state;
    for (size_t round = 0; round < 20000; round++) {
        const size_t where = next(&seed) % b.len;
        const uint8_t was = b.data[where];
        const uint8_t *at = b.data;

        b.data[where] = (uint8_t)next(&seed);
        moments_clear(back);
        if (moments_unpack(&at, b.data + b.len, back) == ST_OK) {
            good++;
            for (size_t k = 0; k < ITEMS * ITEMS; k++)
                assert_true(back->both[k] >= 0 && back->sum[k] >= 0 &&
                            back->cross[k] >= 0 && back->square[k] >= 0 &&
                            back->cross[k] / 65025 <= back->rows);
        }
        b.data[where] = was;
    }
    assert_true(good > 0 && good < 20000);
    buffer_free(&b);
    moments_free(&m);
    moments_free(&back);
}

static void test_full_totals_refuse(void **state)
{
    struct moments *m = sample(true, 10), *full = fresh(ITEMS, true);
    struct buffer b = packed(m);
    const uint8_t *at = b.data;

    (void)state;
    full->rows = MOMENTS_ROWS_MAX;
    assert_int_equal(moments_unpack(&at, b.data + b.len, full), ST_RANGE);
    assert_ptr_equal(at, b.data);
    assert_int_equal(full->both[0], 0);
    buffer_free(&b);
    moments_free(&m);
    moments_free(&full);
}

static enum status pack_and_back(void *ctx)
{
    const struct moments *m = ctx;
    struct moments *back = NULL;
    struct buffer b = {NULL};
    const uint8_t *at;
    enum status st = moments_new(ITEMS, true, &back);

    if (st == ST_OK)
        st = moments_pack(m, &b);
    if (st == ST_OK) {
        at = b.data;
        st = moments_unpack(&at, b.data + b.len, back);
    }
    buffer_free(&b);
    moments_free(&back);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct moments *m = sample(true, 10);

    (void)state;
    alloc_torture(pack_and_back, m);
    moments_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_complete_rows_pack_small),
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_of_another_shape),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_full_totals_refuse),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
