/* ratio.c - see ratio.h.
 *
 * Numbers to 2^53 are doubles, whose division rounds once: two nanoseconds.
 * Larger ones are divided as people do on paper, a bit at a time, to 64 bits;
 * what is left over goes into the last bit, which keeps the final rounding to
 * 53 bits right.
 */
#include "ratio.h"

#include <math.h>

static int bits(uint128 v)
{
    const uint64_t high = (uint64_t)(v >> 64), low = (uint64_t)v;

    if (high)
        return 128 - __builtin_clzll(high);
    return low ? 64 - __builtin_clzll(low) : 0;
}

bool ratio_product_fits(int64_t a, int64_t b, int64_t c)
{
    const int128 numbers[3] = {a, b, c};
    int sum = 0;

    for (int k = 0; k < 3; k++)
        sum += bits((uint128)(numbers[k] < 0 ? -numbers[k] : numbers[k]));
    return sum <= 123;
}

static double divide(uint128 num, uint128 den)
{
    int shift = 0;
    uint64_t q = 0;

    if (num == 0)
        return 0;
    /* Bring both to the same length, den <= num < 2 den; both stay below 2^127
     * as signed numbers do. */
    shift = bits(num) - bits(den);
    if (shift > 0)
        den <<= shift;
    else
        num <<= -shift;
    if (num < den) {
        num <<= 1;
        shift--;
    }
    for (int k = 0; k < 64; k++) {
        q <<= 1;
        if (num >= den) {
            num -= den;
            q |= 1;
        }
        num <<= 1;
    }
    return ldexp((double)(q | (num != 0)), shift - 63);
}

double ratio(int128 num, int128 den)
{
    const int128 exact = (int128)1 << 53;
    double value;

    if (num <= exact && -num <= exact && den <= exact)
        return (double)(int64_t)num / (double)(int64_t)den;
    value = divide((uint128)(num < 0 ? -num : num), (uint128)den);
    return num < 0 ? -value : value;
}
