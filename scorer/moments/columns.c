/* columns.c - see columns.h.  Squares of 8 x 8 answers are turned by three
 * rounds of interleaving where the processor has SSE2 (every x86-64 has):
 * half an instruction an answer.
 */
#include "columns.h"

#include <string.h>

#if defined __SSE2__ && !defined MOMENTS_PORTABLE
#include <emmintrin.h>

static inline __m128i load_row(const uint8_t *at)
{
    return _mm_loadl_epi64((const __m128i *)(const void *)at);
}

/* The two items whose eight answers each are in `pair`, widened. */
static inline void store_pair(__m128i pair, int16_t *columns)
{
    const __m128i zero = _mm_setzero_si128();

    _mm_storeu_si128((__m128i *)(void *)columns, _mm_unpacklo_epi8(pair, zero));
    _mm_storeu_si128((__m128i *)(void *)(columns + STRIP_ROWS),
                     _mm_unpackhi_epi8(pair, zero));
}

static void turn(const uint8_t *at, size_t stride, int16_t *columns)
{
    __m128i two[4];

    for (size_t k = 0; k < 4; k++)
        two[k] = _mm_unpacklo_epi8(load_row(at + 2 * k * stride),
                                   load_row(at + (2 * k + 1) * stride));
    {
        const __m128i lo03 = _mm_unpacklo_epi16(two[0], two[1]);
        const __m128i lo47 = _mm_unpacklo_epi16(two[2], two[3]);
        const __m128i hi03 = _mm_unpackhi_epi16(two[0], two[1]);
        const __m128i hi47 = _mm_unpackhi_epi16(two[2], two[3]);

        store_pair(_mm_unpacklo_epi32(lo03, lo47), columns);
        store_pair(_mm_unpackhi_epi32(lo03, lo47), columns + 2 * STRIP_ROWS);
        store_pair(_mm_unpacklo_epi32(hi03, hi47), columns + 4 * STRIP_ROWS);
        store_pair(_mm_unpackhi_epi32(hi03, hi47), columns + 6 * STRIP_ROWS);
    }
}

#else

static void turn(const uint8_t *at, size_t stride, int16_t *columns)
{
    for (size_t i = 0; i < 8; i++)
        for (size_t r = 0; r < 8; r++)
            columns[i * STRIP_ROWS + r] = at[r * stride + i];
}

#endif

/* A square that the rows or items do not fill. */
static void turn_part(const uint8_t *at, size_t stride, size_t items,
                      size_t rows, int16_t *columns)
{
    uint8_t square[8 * 8] = {0};

    for (size_t r = 0; r < rows; r++)
        memcpy(square + 8 * r, at + r * stride, items);
    turn(square, 8, columns);
}

void columns_fill(const uint8_t *answers, size_t stride, size_t items,
                  size_t rows, int16_t *columns)
{
    const size_t width = items < 8 ? items : 8;
    const size_t wide =
        (items + STRIP_TILE - 1) / STRIP_TILE * STRIP_TILE; /* with filling */
    const size_t long_ = (rows + STRIP_STEP - 1) / STRIP_STEP * STRIP_STEP;
    const size_t turned = (rows + 7) / 8 * 8;

    for (size_t i = 0; i < items; i += 8) {
        /* The last square begins eight before the end: it then takes some
         * items twice, and never reads past a row. */
        const size_t from = i + width > items ? items - width : i;
        const uint8_t *at = answers + from;
        int16_t *to = columns + from * STRIP_ROWS;
        size_t r = 0;

        if (width == 8)
            for (; r + 8 <= rows; r += 8)
                turn(at + r * stride, stride, to + r);
        for (; r < rows; r += 8)
            turn_part(at + r * stride, stride, width,
                      rows - r < 8 ? rows - r : 8, to + r);
    }
    for (size_t i = 0; i < wide; i++)
        if (i < items)
            memset(columns + i * STRIP_ROWS + turned, 0,
                   (long_ - turned) * sizeof *columns);
        else
            memset(columns + i * STRIP_ROWS, 0, long_ * sizeof *columns);
}
