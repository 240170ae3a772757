/* sums.h - what a cell of the cube holds: its groups, each with its sums.
 *
 * A cell's value is, for each jackknife group that has rows, in order: the
 * group, the length of its part, and the part.  A part of counts is the rows
 * and then, for each counter that is not 0, twice the distance from the last
 * one, plus 1 and the count behind it unless that is 1: most cells are thin.
 * A part of moments is what moments_pack makes.  All varints.
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

/* Counters of which few are not 0, and which they are. */
struct counters {
    size_t n;
    int64_t *count;
    uint64_t *touched; /* a bit each */
};
MUST_USE enum status counters_make(size_t n, struct counters *out);
void counters_free(struct counters *c);

static inline void counters_add(struct counters *c, size_t i, int64_t v)
{
    c->count[i] += v;
    c->touched[i / 64] |= UINT64_C(1) << i % 64;
}

/* Leaves them all 0.  ST_CORRUPT when a count is below 0: more was taken out
 * than was in. */
MUST_USE enum status counts_pack(int64_t rows, struct counters *c,
                                 struct buffer *out);
/* Adds to *rows and to the counters. */
MUST_USE enum status counts_unpack(const struct part *p, int64_t *rows,
                                   struct counters *c);

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
