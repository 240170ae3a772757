/* block.h - the sums of one block of rows, before they meet the totals. */
#ifndef SCORER_MOMENTS_BLOCK_H
#define SCORER_MOMENTS_BLOCK_H

#include <stdbool.h>

#include "base/limits.h"
#include "kernel.h"

enum { LANES = 8 }; /* items are filled up to these for loops over a row */

/* What is summed of a row: p, x and x * x. */
enum block_part { PART_PRESENT, PART_ANSWER, PART_SQUARE, PARTS };

/* Plain int32: BLOCK_ROWS_MAX * 255 * 255 < 2^31.  400 kB, made for the stack;
 * only what the items need is touched. */
struct block {
    const struct kernel *kernel;
    size_t items;
    size_t tiled; /* items with filling, the pitch of cross */
    size_t lanes; /* the pitch of the parts */
    size_t rows;
    bool gaps; /* some answer is missing; else `where` is not set */
    int32_t cross[ITEMS_MAX * ITEMS_MAX];
    /* The sum of a part of item i over the rows where j is present is
     * total[t * lanes + i] + block_part(b, t, j)[i]. */
    int32_t total[PARTS * ITEMS_MAX];
    int32_t where[ITEMS_MAX * PARTS * ITEMS_MAX];
    _Alignas(64) int16_t columns[ITEMS_MAX * STRIP_ROWS];
};

/* Sum up at most BLOCK_ROWS_MAX rows. */
void block_sum(struct block *b, const struct kernel *kernel, size_t items,
               const uint8_t *answers, size_t stride, size_t rows);

/* What the rows where j is missing make of part t, by item. */
const int32_t *block_part(const struct block *b, enum block_part t, size_t j);

#endif
