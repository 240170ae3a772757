/* answers.h - random answers, and their moments the plain way. */
#ifndef TESTS_MOMENTS_ANSWERS_H
#define TESTS_MOMENTS_ANSWERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scorer/moments.h"

static inline uint64_t next(uint64_t *x) /* xorshift64, Marsaglia 2003 */
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    return *x ^= *x << 17;
}

/* n answers 1 .. most, about `missing` percent of them 0; caller frees. */
static inline uint8_t *answers_make(size_t n, unsigned most, unsigned missing,
                                    uint64_t seed)
{
    uint8_t *x = malloc(n + 1);

    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] =
            next(&seed) % 100 < missing ? 0 : (uint8_t)(1 + next(&seed) % most);
    return x;
}

/* Add the rows to *m, one product at a time. */
static inline void answers_sum(struct moments *m, const uint8_t *x,
                               size_t stride, size_t rows)
{
    const size_t n = m->items;

    m->rows += (int64_t)rows;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                const int64_t a = x[r * stride + i], b = x[r * stride + j];

                m->both[i * n + j] += a && b;
                m->sum[i * n + j] += b ? a : 0;
                m->cross[i * n + j] += a * b;
                if (m->square)
                    m->square[i * n + j] += b ? a * a : 0;
            }
}

static inline void assert_same(const struct moments *a, const struct moments *b)
{
    const size_t bytes = a->items * a->items * sizeof(int64_t);

    assert_int_equal(a->items, b->items);
    assert_int_equal(a->rows, b->rows);
    assert_memory_equal(a->both, b->both, bytes);
    assert_memory_equal(a->sum, b->sum, bytes);
    assert_memory_equal(a->cross, b->cross, bytes);
    assert_int_equal(a->square == NULL, b->square == NULL);
    if (a->square)
        assert_memory_equal(a->square, b->square, bytes);
}

static inline struct moments *fresh(size_t items, bool square)
{
    struct moments *m = NULL;

    assert_int_equal(moments_new(items, square, &m), ST_OK);
    return m;
}

#endif
