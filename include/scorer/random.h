/* random.h - random numbers that are a function of where they are used.
 *
 * SplitMix64 (Steele, Lea & Flood 2014, OOPSLA, fig. 13): the n-th number of
 * stream `seed`, without any state.  Streams nest: that of replicate b is
 * random_at(seed, b).  So replicates may be made in any order by any number of
 * threads and come out the same.
 */
#ifndef SCORER_RANDOM_H
#define SCORER_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t random_at(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number below n from 64 random bits; off by less than n / 2^64. */
static inline size_t random_below(uint64_t bits, size_t n)
{
    __extension__ typedef unsigned __int128 uint128;

    return (size_t)((uint128)bits * n >> 64);
}

/* Bring `drawn` of the n numbers at `list` to its front, drawn without
 * replacement (Fisher & Yates; Durstenfeld 1964); all of them: shuffled. */
static inline void random_draw(uint64_t stream, uint32_t *list, size_t n,
                               size_t drawn)
{
    for (size_t i = 0; i < drawn; i++) {
        const size_t at = i + random_below(random_at(stream, i), n - i);
        const uint32_t taken = list[at];

        list[at] = list[i];
        list[i] = taken;
    }
}

#endif
