/* add.c - taking rows of answers into moments and out of them.
 *
 * Rows go through in blocks of at most BLOCK_ROWS_MAX, whose sums hold in
 * int32.  Whether a row was ever put in cannot be known; that a sum would
 * fall below 0 can, and then everything is put back, which is exact.
 */
#include "scorer/moments.h"

#include "block.h"

/* m += sign * b.  A negative number when any sum is now negative. */
static int64_t change(struct moments *m, const struct block *b, int64_t sign)
{
    const size_t n = m->items;
    const int32_t *present = b->total + PART_PRESENT * b->lanes;
    const int32_t *answer = b->total + PART_ANSWER * b->lanes;
    const int32_t *square = b->total + PART_SQUARE * b->lanes;
    int64_t any = m->rows += sign * (int64_t)b->rows;

    for (size_t j = 0; j < n; j++) {
        const int32_t *p = block_part(b, PART_PRESENT, j);
        const int32_t *x = block_part(b, PART_ANSWER, j);
        const int32_t *q = b->cross + j * b->tiled;

        for (size_t i = 0; i < n; i++) {
            any |= m->both[j * n + i] += sign * (present[i] + p[i]);
            any |= m->sum[i * n + j] += sign * (answer[i] + x[i]);
            any |= m->cross[j * n + i] += sign * q[i];
        }
    }
    for (size_t j = 0; m->square && j < n; j++) {
        const int32_t *xx = block_part(b, PART_SQUARE, j);

        for (size_t i = 0; i < n; i++)
            any |= m->square[i * n + j] += sign * (square[i] + xx[i]);
    }
    return any;
}

/* The same for any number of rows. */
static int64_t change_rows(struct moments *m, const uint8_t *answers,
                           size_t stride, size_t rows, int64_t sign)
{
    const struct kernel *kernel = kernel_best();
    struct block b;
    int64_t any = 0;

    for (size_t from = 0; from < rows; from += BLOCK_ROWS_MAX) {
        const size_t left = rows - from;

        block_sum(&b, kernel, m->items, answers + from * stride, stride,
                  left < BLOCK_ROWS_MAX ? left : BLOCK_ROWS_MAX);
        any |= change(m, &b, sign);
    }
    return any;
}

enum status moments_add(struct moments *m, const uint8_t *answers,
                        size_t stride, size_t rows)
{
    if (rows > (uint64_t)(MOMENTS_ROWS_MAX - m->rows))
        return ST_RANGE;
    (void)change_rows(m, answers, stride, rows, 1);
    return ST_OK;
}

enum status moments_remove(struct moments *m, const uint8_t *answers,
                           size_t stride, size_t rows)
{
    if (rows > (uint64_t)m->rows)
        return ST_RANGE;
    if (change_rows(m, answers, stride, rows, -1) < 0) {
        (void)change_rows(m, answers, stride, rows, 1);
        return ST_RANGE;
    }
    return ST_OK;
}
