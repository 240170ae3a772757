/* block.h - 64 bytes of a delimited file as bit masks.
 *
 * Answers are fields of a byte or two, so what costs is not reading bytes but
 * guessing where the next field ends.  With a mask of all separators at hand
 * nothing is guessed; a block takes some fifty instructions.
 */
#ifndef TEXT_BLOCK_H
#define TEXT_BLOCK_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 64, BLOCK_WORD = 16 };

/* Sixteen bytes that are worked on at once: GCC's and clang's word for it.
 * Comparisons give 0 or all ones in each byte. */
typedef uint8_t block_bytes __attribute__((vector_size(BLOCK_WORD)));
typedef uint64_t block_words __attribute__((vector_size(BLOCK_WORD)));

/* Sixteen times the same byte.  (Said to the compiler as it is, it goes by way
 * of a byte in memory, which stalls the wider load behind it.) */
static inline block_bytes block_repeat(unsigned char byte)
{
    const uint64_t eight = byte * UINT64_C(0x0101010101010101);

    return (block_bytes)(block_words){eight, eight};
}

/* One bit for each byte of a comparison. */
static inline uint64_t block_bits(__typeof__((block_bytes){0} ==
                                             (block_bytes){0}) is)
{
#ifdef __SSE2__
    return (uint64_t)_mm_movemask_epi8((__m128i)is);
#else
    const uint64_t own = UINT64_C(0x8040201008040201); /* bit i of byte i */
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t half[2];

    memcpy(half, &is, sizeof half);
    return (le64toh(half[0]) & own) * ones >> 56 |
           (le64toh(half[1]) & own) * ones >> 56 << 8;
#endif
}

/* What is known of BLOCK bytes, one bit each: */
struct block {
    uint64_t separators;
    uint64_t stops; /* quotes, and all below 0x0e: NUL, LF and CR are meant */
    bool ascii;     /* all of them are */
    char *at;
};

static inline struct block block_look(char *p, unsigned char separator)
{
    const block_bytes separators = block_repeat(separator);
    struct block b = {.at = p};
    block_bytes seen = {0};

    for (unsigned i = 0; i < BLOCK; i += BLOCK_WORD) {
        block_bytes w;

        memcpy(&w, p + i, sizeof w);
        seen |= w;
        b.separators |= block_bits(w == separators) << i;
        b.stops |= block_bits((w < 0x0e) | (w == '"')) << i;
    }
    b.stops &= ~b.separators; /* which may be tabs */
    b.ascii = !block_bits(seen >= 0x80);
    return b;
}

/* Forget what lies before p. */
static inline void block_pass(struct block *b, char *p, unsigned char separator)
{
    if (p < b->at + BLOCK) {
        b->separators &= UINT64_MAX << (p - b->at);
        b->stops &= UINT64_MAX << (p - b->at);
    } else {
        *b = block_look(p, separator);
    }
}

#endif
