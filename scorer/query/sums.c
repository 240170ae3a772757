/* sums.c - see sums.h. */
#include "sums.h"

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

enum status counts_pack(int64_t rows, const int64_t *count, size_t n,
                        struct buffer *out)
{
    size_t last = 0;
    enum status st = rows < 0 ? ST_CORRUPT : buffer_varint(out, (uint64_t)rows);

    for (size_t i = 0; i < n && st == ST_OK; i++) {
        if (count[i] < 0)
            return ST_CORRUPT;
        if (count[i] == 0)
            continue;
        st = buffer_varint(out, i - last);
        if (st == ST_OK)
            st = buffer_varint(out, (uint64_t)count[i]);
        last = i;
    }
    return st;
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
    uint64_t gap, v;

    if (c->at == c->end)
        return ST_NOTFOUND;
    if (bytes_varint(&c->at, c->end, &gap) != ST_OK || gap >= c->n - c->i ||
        bytes_varint(&c->at, c->end, &v) != ST_OK || v > INT64_MAX)
        return ST_CORRUPT;
    c->i += gap;
    c->count = (int64_t)v;
    return ST_OK;
}

enum status counts_unpack(const struct part *p, int64_t *rows, int64_t *count,
                          size_t n)
{
    struct counts_at c;
    int64_t more;
    enum status st = counts_begin(p, n, &more, &c);

    if (st != ST_OK || __builtin_add_overflow(*rows, more, rows))
        return ST_CORRUPT;
    while ((st = counts_next(&c)) == ST_OK)
        if (__builtin_add_overflow(count[c.i], c.count, &count[c.i]))
            return ST_CORRUPT;
    return st == ST_NOTFOUND ? ST_OK : st;
}
