/* block.c - see block.h.
 *
 * Complete rows are the common case: for them the sum over "the rows where j
 * is present" is the sum over all rows, whatever j.  So the products and the
 * plain column sums are taken of all rows, and only a row that lacks something
 * is looked at again: the row is taken out of the sums of the j that it lacks,
 * or, when it lacks more than half, taken out of all and put into the sums of
 * the j that it has.
 */
#include "block.h"

#include <stdbool.h>
#include <string.h>

#include "columns.h"

static uint64_t load_word(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

static bool lacks_some(const uint8_t *row, size_t items)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = ones << 7;
    uint64_t zero = 0;

    if (items < 8)
        return memchr(row, 0, items) != NULL;
    for (size_t i = 0; i < items; i += 8) {
        const uint64_t w = load_word(row + (i + 8 > items ? items - 8 : i));

        zero |= (w - ones) & ~w & highs;
    }
    return zero != 0;
}

/* sum += sign * row, over `n` numbers, a multiple of LANES. */
static void add_row(int32_t *restrict sum, const int32_t *restrict row,
                    size_t n, int32_t sign)
{
    for (size_t k = 0; k < n; k += LANES)
        for (size_t l = 0; l < LANES; l++)
            sum[k + l] += sign * row[k + l];
}

static void correct(struct block *b, const uint8_t *answers)
{
    const size_t n = PARTS * b->lanes;
    uint8_t x[ITEMS_MAX] = {0};
    int32_t row[PARTS * ITEMS_MAX];
    size_t present = 0;
    bool few;

    if (!b->gaps)
        memset(b->where, 0, b->items * n * sizeof *b->where);
    b->gaps = true;
    memcpy(x, answers, b->items);
    for (size_t i = 0; i < b->lanes; i++) {
        const int32_t p = x[i] != 0;

        row[i] = p;
        row[PART_ANSWER * b->lanes + i] = x[i];
        row[PART_SQUARE * b->lanes + i] = x[i] * x[i];
        b->total[i] -= 1 - p;
        present += (size_t)p;
    }
    few = present < b->items - present;
    if (few)
        add_row(b->total, row, n, -1);
    for (size_t j = 0; j < b->items; j++)
        if ((x[j] != 0) == few)
            add_row(b->where + j * n, row, n, few ? 1 : -1);
}

static int32_t column_sum(const int16_t *column, size_t rows)
{
    int32_t sum = 0;

    for (size_t r = 0; r < rows; r += STRIP_STEP) {
        int32_t part = 0;

        for (size_t k = 0; k < STRIP_STEP; k++)
            part += column[r + k];
        sum += part;
    }
    return sum;
}

static void sum_strip(struct block *b, const uint8_t *answers, size_t stride,
                      size_t rows)
{
    const size_t filled = (rows + STRIP_STEP - 1) / STRIP_STEP * STRIP_STEP;

    columns_fill(answers, stride, b->items, rows, b->columns);
    b->kernel->cross(b->columns, b->tiled, filled, b->cross);
    for (size_t i = 0; i < b->items; i++)
        b->total[PART_ANSWER * b->lanes + i] +=
            column_sum(b->columns + i * STRIP_ROWS, filled);
    for (size_t r = 0; r < rows; r++)
        if (lacks_some(answers + r * stride, b->items))
            correct(b, answers + r * stride);
}

void block_sum(struct block *b, const struct kernel *kernel, size_t items,
               const uint8_t *answers, size_t stride, size_t rows)
{
    b->kernel = kernel;
    b->items = items;
    b->rows = rows;
    b->gaps = false;
    b->tiled = (items + STRIP_TILE - 1) / STRIP_TILE * STRIP_TILE;
    b->lanes = (items + LANES - 1) / LANES * LANES;
    memset(b->cross, 0, b->tiled * b->tiled * sizeof *b->cross);
    memset(b->total, 0, PARTS * b->lanes * sizeof *b->total);
    for (size_t i = 0; i < items; i++)
        b->total[i] = (int32_t)rows;
    for (size_t from = 0; from < rows; from += STRIP_ROWS)
        sum_strip(b, answers + from * stride, stride,
                  rows - from < STRIP_ROWS ? rows - from : STRIP_ROWS);
    for (size_t i = 0; i < items; i++) {
        b->total[PART_SQUARE * b->lanes + i] += b->cross[i * b->tiled + i];
        for (size_t j = 0; j < i; j++)
            b->cross[i * b->tiled + j] = b->cross[j * b->tiled + i];
    }
}

const int32_t *block_part(const struct block *b, enum block_part t, size_t j)
{
    static const int32_t none[ITEMS_MAX];

    return b->gaps ? b->where + (j * PARTS + t) * b->lanes : none;
}
