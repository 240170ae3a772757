/* sums.c - see sums.h. */
#include "sums.h"

#include <stdlib.h>

#include "base/limits.h"

enum status part_next(const uint8_t **at, const uint8_t *end, struct part *out)
{
    uint64_t group, len;

    if (*at == end)
        return ST_NOTFOUND;
    if (bytes_varint(at, end, &group) != ST_OK || group >= GROUPS ||
        bytes_varint(at, end, &len) != ST_OK || len > (uint64_t)(end - *at))
        return ST_CORRUPT;
    *out = (struct part){(unsigned)group, *at, (size_t)len};
    *at += len;
    return ST_OK;
}

enum status part_add(struct buffer *out, const struct part *p)
{
    enum status st = buffer_varint(out, p->group);

    if (st == ST_OK)
        st = buffer_varint(out, p->len);
    if (st == ST_OK)
        st = buffer_add(out, p->data, p->len);
    return st;
}

/* Room was made for them. */
static uint8_t *put(uint8_t *at, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        *at++ = (uint8_t)(v | 0x80);
    *at++ = (uint8_t)v;
    return at;
}

enum { VARINT_MAX = 10 };

enum status counters_make(size_t n, struct counters *out)
{
    struct counters c = {n, calloc(n + 1, sizeof *c.count),
                         calloc(n / 64 + 1, sizeof *c.touched)};

    if (!c.count || !c.touched) {
        counters_free(&c);
        return ST_NOMEM;
    }
    *out = c;
    return ST_OK;
}

void counters_free(struct counters *c)
{
    free(c->count);
    free(c->touched);
    *c = (struct counters){0};
}

/* One counter and what was last, at *at, which moves on. */
static void pack_one(size_t i, int64_t count, size_t *last, uint8_t **at)
{
    *at = put(*at, 2 * (i - *last) + (count != 1));
    if (count != 1)
        *at = put(*at, (uint64_t)count);
    *last = i;
}

enum status counts_pack(int64_t rows, struct counters *c, struct buffer *out)
{
    bool below = rows < 0;
    size_t last = 0;
    uint8_t *at;
    enum status st = buffer_reserve(out, (2 * c->n + 1) * VARINT_MAX);

    if (st != ST_OK)
        return st;
    at = put(out->data + out->len, (uint64_t)rows);
    for (size_t w = 0; w <= c->n / 64; w++)
        for (; c->touched[w]; c->touched[w] &= c->touched[w] - 1) {
            const size_t i = 64 * w + (size_t)__builtin_ctzll(c->touched[w]);

            below |= c->count[i] < 0;
            if (c->count[i])
                pack_one(i, c->count[i], &last, &at);
            c->count[i] = 0;
        }
    if (below)
        return ST_CORRUPT;
    out->len = (size_t)(at - out->data);
    return ST_OK;
}

enum status counts_begin(const struct part *p, size_t n, int64_t *rows,
                         struct counts_at *out)
{
    uint64_t v;

    *out = (struct counts_at){p->data, p->data + p->len, 0, n, 0};
    if (bytes_varint(&out->at, out->end, &v) != ST_OK || v > INT64_MAX)
        return ST_CORRUPT;
    *rows = (int64_t)v;
    return ST_OK;
}

enum status counts_next(struct counts_at *c)
{
    uint64_t gap, v = 1;

    if (c->at == c->end)
        return ST_NOTFOUND;
    if (bytes_varint(&c->at, c->end, &gap) != ST_OK || gap / 2 >= c->n - c->i ||
        (gap % 2 && bytes_varint(&c->at, c->end, &v) != ST_OK) || v > INT64_MAX)
        return ST_CORRUPT;
    c->i += gap / 2;
    c->count = (int64_t)v;
    return ST_OK;
}

enum status counts_unpack(const struct part *p, int64_t *rows,
                          struct counters *c)
{
    struct counts_at at;
    int64_t more;
    enum status st = counts_begin(p, c->n, &more, &at);

    if (st != ST_OK || __builtin_add_overflow(*rows, more, rows))
        return ST_CORRUPT;
    while ((st = counts_next(&at)) == ST_OK) {
        int64_t ignored;

        if (__builtin_add_overflow(c->count[at.i], at.count, &ignored))
            return ST_CORRUPT;
        counters_add(c, at.i, at.count);
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}
