/* results.h - one value of a result.  Header only. */
#ifndef TESTS_RESULTS_H
#define TESTS_RESULTS_H

#include "scorer/world.h"

static inline double number(const struct result *r, size_t row,
                            const char *column)
{
    const size_t c = result_find(r, column);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->number;
}

static inline const char *text(const struct result *r, size_t row,
                               const char *column)
{
    const size_t c = result_find(r, column);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->text;
}

static inline int64_t count(const struct result *r, size_t row,
                            const char *column)
{
    const size_t c = result_find(r, column);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->count;
}

#endif
