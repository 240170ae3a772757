/* ratio.c - see ratio.h.
 *
 * Numbers to 2^53 are doubles, whose division rounds once: two nanoseconds.
 * Larger ones are divided as people do on paper, with digits of 64 bits (Knuth,
 * The Art of Computer Programming 2, 4.3.1, algorithm D): one digit of the
 * quotient is enough, and what is left over goes into its last bit, which keeps
 * the final rounding to 53 bits right.
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

/* The digit of (high 2^64 + low) / den, where high < den and den has its top
 * bit; *left: something is left over. */
static uint64_t digit(uint128 high, uint64_t low, uint128 den, bool *left)
{
    const uint64_t d1 = (uint64_t)(den >> 64), d0 = (uint64_t)den;
    uint64_t q = UINT64_MAX;
    uint128 rest;

    if ((uint64_t)(high >> 64) < d1)
        q = (uint64_t)(high / d1);
    rest = high - (uint128)q * d1;
    /* a guess from the first digit of den is two too large at most */
    while (rest >> 64 == 0 && (uint128)q * d0 > (rest << 64 | low)) {
        q--;
        rest += d1;
    }
    *left = (rest << 64 | low) != (uint128)q * d0;
    return q;
}

static double divide(uint128 num, uint128 den)
{
    const int shift = bits(num) - bits(den);
    uint64_t q;
    bool left;

    if (num == 0)
        return 0;
    num <<= 128 - bits(num);
    den <<= 128 - bits(den);
    if (num < den) {
        q = digit(num, 0, den, &left);
        return ldexp((double)(q | left), shift - 64);
    }
    q = digit(num >> 1, (uint64_t)num << 63, den, &left);
    return ldexp((double)(q | left), shift - 63);
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
