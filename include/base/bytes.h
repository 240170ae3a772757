/* bytes.h - a growing buffer with a stated maximum, and numbers as bytes.
 *
 * Varints are LEB128: seven bits a byte, low bits first; signed values are
 * zigzag.  Fixed numbers are big-endian, so that keys sort as bytes do.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

struct buffer {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t max; /* bytes; 0 = no limit but memory */
};

static inline void buffer_free(struct buffer *b)
{
    free(b->data);
    b->data = NULL;
    b->len = b->cap = 0;
}

/* Room for `more` bytes behind len.  ST_RANGE past max. */
MUST_USE static inline enum status buffer_reserve(struct buffer *b, size_t more)
{
    size_t want, cap;
    uint8_t *data;

    if (more > SIZE_MAX / 2 - b->len || (b->max && more > b->max - b->len))
        return ST_RANGE;
    want = b->len + more;
    if (want <= b->cap)
        return ST_OK;
    cap = b->cap ? b->cap : 64;
    while (cap < want)
        cap *= 2;
    if (b->max && cap > b->max)
        cap = b->max;
    data = realloc(b->data, cap);
    if (!data)
        return ST_NOMEM;
    b->data = data;
    b->cap = cap;
    return ST_OK;
}

MUST_USE static inline enum status buffer_add(struct buffer *b,
                                              const void *data, size_t len)
{
    enum status st = buffer_reserve(b, len);

    if (st == ST_OK && len) {
        memcpy(b->data + b->len, data, len);
        b->len += len;
    }
    return st;
}

MUST_USE static inline enum status buffer_byte(struct buffer *b, uint8_t byte)
{
    return buffer_add(b, &byte, 1);
}

MUST_USE static inline enum status buffer_varint(struct buffer *b, uint64_t v)
{
    uint8_t out[10];
    size_t n = 0;

    while (v >= 0x80) {
        out[n++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    out[n++] = (uint8_t)v;
    return buffer_add(b, out, n);
}

/* Read one varint at *at, which moves behind it.  ST_CORRUPT at the end of the
 * bytes or past 64 bits. */
MUST_USE static inline enum status
bytes_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    const uint8_t *p = *at;
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (p == end || (shift == 63 && *p > 1))
            return ST_CORRUPT;
        v |= (uint64_t)(*p & 0x7f) << shift;
        if (!(*p++ & 0x80)) {
            *at = p;
            *value = v;
            return ST_OK;
        }
    }
    return ST_CORRUPT;
}

static inline uint64_t bytes_zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}

static inline int64_t bytes_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static inline void bytes_put64(uint8_t out[8], uint64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8)
        out[i] = (uint8_t)v;
}

static inline uint64_t bytes_get64(const uint8_t in[8])
{
    uint64_t v = 0;

    for (int i = 0; i < 8; i++)
        v = v << 8 | in[i];
    return v;
}

/* Lower-case hexadecimal; `out` holds 2 * len + 1. */
static inline void bytes_hex(const uint8_t *data, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 15];
    }
    out[2 * len] = '\0';
}

static inline bool bytes_zero(const uint8_t *data, size_t len)
{
    uint8_t any = 0;

    for (size_t i = 0; i < len; i++)
        any |= data[i];
    return !any;
}

#endif
