/* pack.c - moments as bytes, all varints:
 *
 *     items * 2 + (squares ? 1 : 0), rows
 *     for i <= j:   rows - N_ij
 *     for i, j:     S_ii for i = j, else S_ii - S_ij
 *     for i <= j:   Q_ij
 *     for i, j:     Q_ii - T_ij            with squares only
 *
 * A difference is 0, one byte, where nobody left anything out: 24 items of
 * some thousand complete rows take 2 kB, against 14 kB in memory.
 */
#include "scorer/moments.h"

#include "base/limits.h"

static void put(struct buffer *out, int64_t value, enum status *st)
{
    if (*st == ST_OK)
        *st = buffer_varint(out, (uint64_t)value);
}

enum status moments_pack(const struct moments *m, struct buffer *out)
{
    const size_t n = m->items;
    const size_t len = out->len;
    enum status st = ST_OK;

    put(out, (int64_t)(2 * n + (m->square ? 1 : 0)), &st);
    put(out, m->rows, &st);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            put(out, m->rows - m->both[i * n + j], &st);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            put(out,
                i == j ? m->sum[i * n + i]
                       : m->sum[i * n + i] - m->sum[i * n + j],
                &st);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            put(out, m->cross[i * n + j], &st);
    for (size_t i = 0; m->square && i < n; i++)
        for (size_t j = 0; j < n; j++)
            put(out, m->cross[i * n + i] - m->square[i * n + j], &st);
    if (st != ST_OK)
        out->len = len;
    return st;
}

struct reader {
    const uint8_t *at, *end;
    bool bad;
};

/* The next number, which must be 0..max. */
static int64_t take(struct reader *r, int64_t max)
{
    uint64_t v = 0;

    if (!r->bad)
        r->bad = bytes_varint(&r->at, r->end, &v) != ST_OK || v > (uint64_t)max;
    return r->bad ? 0 : (int64_t)v;
}

/* The matrices, held to what sums of bytes can be, so that damaged bytes
 * cannot make later additions overflow. */
static void take_matrices(struct reader *r, struct moments *m)
{
    const size_t n = m->items;

    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            m->both[i * n + j] = m->both[j * n + i] =
                m->rows - take(r, m->rows);
    for (size_t i = 0; i < n; i++) {
        int64_t *s = m->sum + i * n;
        int64_t less[ITEMS_MAX];

        for (size_t j = 0; j < n; j++)
            less[j] = take(r, 255 * m->rows);
        for (size_t j = 0; j < n; j++) {
            s[j] = i == j ? less[i] : less[i] - less[j];
            r->bad |= s[j] < 0;
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            m->cross[i * n + j] = m->cross[j * n + i] =
                take(r, 255 * 255 * m->rows);
    for (size_t i = 0; m->square && i < n; i++)
        for (size_t j = 0; j < n; j++)
            m->square[i * n + j] =
                m->cross[i * n + i] - take(r, m->cross[i * n + i]);
}

enum status moments_unpack(const uint8_t **at, const uint8_t *end,
                           struct moments *m)
{
    struct reader r = {.at = *at, .end = end};
    struct moments *in = NULL;
    enum status st;

    if (take(&r, 2 * ITEMS_MAX + 1) != (int64_t)(2 * m->items) + !!m->square)
        return ST_CORRUPT;
    st = moments_new(m->items, m->square != NULL, &in);
    if (st != ST_OK)
        return st;
    in->rows = take(&r, MOMENTS_ROWS_MAX);
    take_matrices(&r, in);
    st = r.bad ? ST_CORRUPT : moments_merge(m, in);
    if (st == ST_OK)
        *at = r.at;
    moments_free(&in);
    return st;
}

enum status moments_packed_rows(const uint8_t *at, const uint8_t *end,
                                int64_t *rows)
{
    struct reader r = {.at = at, .end = end};
    int64_t n;

    (void)take(&r, 2 * ITEMS_MAX + 1);
    n = take(&r, MOMENTS_ROWS_MAX);
    if (r.bad)
        return ST_CORRUPT;
    *rows = n;
    return ST_OK;
}

size_t moments_flat_size(size_t items, bool square)
{
    return 1 + items * (items + 1) + (square ? 2 : 1) * items * items;
}

static double take_one(struct reader *r)
{
    uint64_t v = 0;

    r->bad |= bytes_varint(&r->at, r->end, &v) != ST_OK ||
              v > (uint64_t)255 * 255 * MOMENTS_ROWS_MAX;
    return (double)v;
}

/* Eight numbers of a byte or two each; false: one is longer, or the bytes end.
 * Without a branch a number, as which it is cannot be guessed. */
static bool take_short(struct reader *r, double *out)
{
    const uint8_t *at = r->at;

    if (r->end - at < 16)
        return false;
    for (size_t k = 0; k < 8; k++) {
        const unsigned low = at[0], high = at[1], two = low >> 7;

        if (low & high & 0x80)
            return false;
        out[k] = (low & 0x7f) | (high << 7 & (0u - two));
        at += 1 + two;
    }
    r->at = at;
    return true;
}

/* The next n numbers.  Most are a byte: eight of those are taken at once. */
static void take_run(struct reader *r, double *out, size_t n)
{
    const uint64_t more = UINT64_C(0x8080808080808080);
    uint64_t eight = more;

    for (; n >= 8; n -= 8, out += 8) {
        if (r->end - r->at >= 8)
            memcpy(&eight, r->at, sizeof eight);
        if (!(eight & more)) {
            for (size_t k = 0; k < 8; k++)
                out[k] = r->at[k];
            r->at += 8;
        } else if (!take_short(r, out)) {
            for (size_t k = 0; k < 8; k++)
                out[k] = take_one(r);
        }
        eight = more;
    }
    while (n--)
        *out++ = take_one(r);
}

static void take_flat(struct reader *r, size_t n, bool square, double *out)
{
    const size_t half = n * (n + 1) / 2;
    double *both = out + 1, *sum = both + half, *cross = sum + n * n;
    double *squares = cross + half, rows;

    *out = rows = take_one(r);
    take_run(r, both, 2 * half + (square ? 2 : 1) * n * n);
    for (size_t k = 0; k < half; k++)
        both[k] = rows - both[k];
    for (size_t i = 0; i < n; i++) {
        const double own = sum[i * n + i];

        for (size_t j = 0; j < n; j++)
            sum[i * n + j] = own - sum[i * n + j];
        sum[i * n + i] = own;
    }
    for (size_t i = 0, ii = 0; square && i < n; ii += n - i++)
        for (size_t j = 0; j < n; j++)
            squares[i * n + j] = cross[ii] - squares[i * n + j];
}

enum status moments_unpack_flat(const uint8_t **at, const uint8_t *end,
                                size_t items, bool square, double *out)
{
    struct reader r = {.at = *at, .end = end};

    if (take(&r, 2 * ITEMS_MAX + 1) != (int64_t)(2 * items) + square)
        return ST_CORRUPT;
    take_flat(&r, items, square, out);
    if (r.bad)
        return ST_CORRUPT;
    *at = r.at;
    return ST_OK;
}
