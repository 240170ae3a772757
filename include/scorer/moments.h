/* moments.h - the exact second moments of a set of answers.
 *
 * Everything the model needs from answers is a count, sums and sums of
 * products.  Answers are small whole numbers, so these are kept as integers:
 * parts may be added in any order, on any number of machines, and an erased
 * answer taken out again, and the bits stay the same.  A set of 24 items costs
 * 18 kB whether it holds ten answers or a billion.
 *
 * Stored answers x are 1..255, missing ones 0 with presence p = 0:
 *   both N = sum p p', sum S = sum x p', cross Q = sum x x',
 *   square T = sum (x*x) p' (kept only where pairwise variances are asked).
 * Matrices are items x items, row-major; N and Q are symmetric.
 */
#ifndef SCORER_MOMENTS_H
#define SCORER_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "surveys/survey.h"

/* Up to here no sum can pass 2^63, as no product passes 255 * 255. */
#define MOMENTS_ROWS_MAX (INT64_MAX / (255 * 255))

struct moments {
    size_t items;
    int64_t rows; /* <= MOMENTS_ROWS_MAX */
    int64_t *both;
    int64_t *sum; /* sum[i * items + j]: x_i over rows where j is present */
    int64_t *cross;
    int64_t *square; /* x_i squared over rows where j is present; or NULL */
};

/* Caller owns the result, all zero.  ST_RANGE past ITEMS_MAX items. */
MUST_USE enum status moments_new(size_t items, bool square, struct moments **m);
void moments_free(struct moments **m);
void moments_clear(struct moments *m);

/* Take `rows` rows of `items` bytes each, `stride` bytes apart.  Any number of
 * rows.  ST_RANGE past MOMENTS_ROWS_MAX: *m is then as it was. */
MUST_USE enum status moments_add(struct moments *m, const uint8_t *answers,
                                 size_t stride, size_t rows);
/* Take them out again.  ST_RANGE when a sum would fall below 0, as the rows
 * are not all in it: *m is then as it was. */
MUST_USE enum status moments_remove(struct moments *m, const uint8_t *answers,
                                    size_t stride, size_t rows);
/* Fold `from` into `into`, or out of it.  Same items; `from` has squares if
 * `into` has.  ST_RANGE as above: `into` is then as it was. */
MUST_USE enum status moments_merge(struct moments *into,
                                   const struct moments *from);
MUST_USE enum status moments_subtract(struct moments *into,
                                      const struct moments *from);

/* Packed form: varints, triangles of the symmetric matrices only; equal
 * moments give equal bytes. */
MUST_USE enum status moments_pack(const struct moments *m, struct buffer *out);
/* Adds what is packed at *at to *m (same items and squares, else ST_CORRUPT;
 * *m is then untouched) and moves *at behind it. */
MUST_USE enum status moments_unpack(const uint8_t **at, const uint8_t *end,
                                    struct moments *m);
/* What is packed at *at, as numbers one behind the other: rows, both for
 * i <= j, sum, cross for i <= j, and square where there are any.  Three times
 * as quick, for who adds up many. */
size_t moments_flat_size(size_t items, bool square);
MUST_USE enum status moments_unpack_flat(const uint8_t **at, const uint8_t *end,
                                         size_t items, bool square,
                                         double *out);
/* The rows of what is packed at `at`, without reading further. */
MUST_USE enum status moments_packed_rows(const uint8_t *at, const uint8_t *end,
                                         int64_t *rows);

/* The sample covariance matrix (divisor n - 1) under a missing policy, from
 * exact integers with one rounding an element.
 *   mean:     item means take the place of missing answers; n = rows.
 *   complete: the moments must be of complete rows only (all N equal).
 *   pairwise: as R's cov/cor with pairwise.complete.obs: correlations from
 *             the rows where both are present, with the variances of those
 *             rows; then cov_ij = r_ij s_i s_j with each item's own s.
 * `mean` (items) and `cov` (items x items) are the caller's.  ST_NUMERIC with
 * the cause: no rows, a constant item, a pair with < 2 joint rows.  `code`
 * (NULL: none) gives item i's name for messages. */
MUST_USE enum status
moments_covariance(const struct moments *m, enum missing_policy policy,
                   const char *(*code)(const void *ctx, size_t item),
                   const void *ctx, double *mean, double *cov, struct err *err);

/* The name of the kernel in use ("avx512", "avx2", "portable"); chosen once
 * by what the processor has.  All give the same bits. */
const char *moments_kernel(void);

#endif
