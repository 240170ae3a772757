/* count_test.c - what a draw counts in: cells and sets of hashes, to their
 * limits. */
#include "small.h"

#include "cells.h"
#include "idset.h"

static void test_cells(void **state)
{
    struct cells c = {.list = NULL};
    struct context context = {.province = "44", .attributes = {3}};
    uint32_t at = 0;

    (void)state;
    for (uint32_t i = 0; i < CELLS_MAX; i++) {
        bytes_put64((uint8_t *)context.org, 0x2020202020202020 + i / 7);
        assert_int_equal(cells_at(&c, &context, (int32_t)(i % 7), &at), ST_OK);
        if (at != i)
            fail_msg("cell %u is %u", i, at);
    }
    /* one more has no place, those that are there are found */
    assert_int_equal(cells_at(&c, &context, 9, &at), ST_RANGE);
    context.attributes[0] = 7; /* counts in no cell */
    assert_int_equal(cells_at(&c, &context, (CELLS_MAX - 1) % 7, &at), ST_OK);
    assert_int_equal(at, CELLS_MAX - 1);
    assert_int_equal(c.list[at].context.attributes[0], 0);
    cells_free(&c);
}

static void make_key(uint64_t n, uint8_t out[ID_SIZE])
{
    bytes_put64(out, n * 0x9e3779b97f4a7c15 + 1);
    bytes_put64(out + 8, n);
}

static void test_idset(void **state)
{
    enum { MANY = 100000 };
    struct idset set = {NULL, 0, 0};
    uint8_t key[ID_SIZE];
    uint64_t *value;
    bool was;

    (void)state;
    make_key(5, key);
    assert_null(idset_find(&set, key));
    for (uint64_t n = 0; n < 2 * MANY; n++) {
        make_key(n % MANY, key);
        assert_int_equal(idset_at(&set, key, &value, &was), ST_OK);
        if (was != (n >= MANY))
            fail_msg("%llu", (unsigned long long)n);
        *value += n;
    }
    assert_int_equal(set.count, MANY);
    make_key(17, key);
    assert_int_equal(*idset_find(&set, key), 2 * 17 + MANY);
    make_key(MANY, key);
    assert_null(idset_find(&set, key));
    idset_sort(&set);
    for (size_t i = 1; i < set.count; i++)
        if (memcmp(set.slot[i - 1].key, set.slot[i].key, ID_SIZE) >= 0)
            fail_msg("slot %zu", i);
    idset_free(&set);
    idset_sort(&set);
    idset_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells),
                                       cmocka_unit_test(test_idset)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
