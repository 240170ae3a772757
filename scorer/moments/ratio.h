/* ratio.h - a quotient of two whole numbers, rounded once. */
#ifndef SCORER_MOMENTS_RATIO_H
#define SCORER_MOMENTS_RATIO_H

#include <stdbool.h>

#include <stdint.h>

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* num / den as the double next to it, ties to even; den > 0.  The same bits
 * on every processor.  (A quotient below 2^-1000 is not asked for.) */
double ratio(int128 num, int128 den);

/* Whether |a b c| is sure to stay below 2^123: four such terms have a sum. */
bool ratio_product_fits(int64_t a, int64_t b, int64_t c);

#endif
