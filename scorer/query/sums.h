/* sums.h - what a cell of the cube holds: its groups, each with its sums.
 *
 * A cell's value is, for each jackknife group that has rows, in order: the
 * group, the length of its part, and the part.  A part of counts is the rows
 * and then, for each counter that is not 0, the distance from the last one
 * and the count; a part of moments is what moments_pack makes.  All varints.
 * A cell of no rows has no value, so that equal answers make equal bytes
 * whatever was taken out on the way.
 */
#ifndef QUERY_SUMS_H
#define QUERY_SUMS_H

#include "base/bytes.h"

struct part {
    unsigned group;
    const uint8_t *data;
    size_t len;
};

/* The part at *at, which moves behind it.  ST_NOTFOUND at the end. */
MUST_USE enum status part_next(const uint8_t **at, const uint8_t *end,
                               struct part *out);
MUST_USE enum status part_add(struct buffer *out, const struct part *p);

/* ST_CORRUPT when a count is below 0: more was taken out than was in. */
MUST_USE enum status counts_pack(int64_t rows, const int64_t *count, size_t n,
                                 struct buffer *out);
/* Adds to *rows and count[0..n). */
MUST_USE enum status counts_unpack(const struct part *p, int64_t *rows,
                                   int64_t *count, size_t n);

/* The same one count at a time, for who needs few of them. */
struct counts_at {
    const uint8_t *at, *end;
    size_t i, n;
    int64_t count; /* of counter i */
};
MUST_USE enum status counts_begin(const struct part *p, size_t n, int64_t *rows,
                                  struct counts_at *out);
/* ST_NOTFOUND at the end. */
MUST_USE enum status counts_next(struct counts_at *c);

#endif
