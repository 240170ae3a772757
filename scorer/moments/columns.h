/* columns.h - rows of bytes turned into columns of int16. */
#ifndef SCORER_MOMENTS_COLUMNS_H
#define SCORER_MOMENTS_COLUMNS_H

#include "kernel.h"

/* Item i of row r goes to columns[i * STRIP_ROWS + r]; what fills up the last
 * STRIP_STEP rows and STRIP_TILE items is zero.  At most STRIP_ROWS rows; room
 * for 8 columns at least. */
void columns_fill(const uint8_t *answers, size_t stride, size_t items,
                  size_t rows, int16_t *columns);

#endif
