/* wire_value.c - see wire_value.h; the type bytes are those of the msgpack
 * specification. */
#include "collector/wire_value.h"

#include <string.h>

/* A big-endian number of `size` bytes; the caller has checked the room. */
static uint64_t number(const uint8_t *p, size_t size)
{
    uint64_t v = 0;

    for (size_t i = 0; i < size; i++)
        v = v << 8 | p[i];
    return v;
}

static bool whole_number(const uint8_t **at, const uint8_t *end, uint8_t type,
                         struct wire_value *out)
{
    const size_t size = (size_t)1 << (type & 3);
    const bool has_sign = type >= 0xd0;

    if ((size_t)(end - *at) < size)
        return false;
    out->kind = WIRE_UINT;
    out->number = number(*at, size);
    if (has_sign && out->number >> (8 * size - 1)) {
        out->kind = WIRE_NEGATIVE;
        if (size < 8)
            out->number |= UINT64_MAX << (8 * size);
    }
    *at += size;
    return true;
}

static bool real(const uint8_t **at, const uint8_t *end, size_t size,
                 struct wire_value *out)
{
    uint64_t bits;
    uint32_t half;
    float single;

    if ((size_t)(end - *at) < size)
        return false;
    out->kind = WIRE_FLOAT;
    bits = number(*at, size);
    half = (uint32_t)bits;
    memcpy(&out->real, &bits, sizeof bits);
    memcpy(&single, &half, sizeof half);
    if (size == sizeof single)
        out->real = (double)single;
    *at += size;
    return true;
}

/* A length of `size` bytes, then the bytes (of a list or map: nothing). */
static bool sized(const uint8_t **at, const uint8_t *end, size_t size,
                  struct wire_value *out)
{
    if ((size_t)(end - *at) < size)
        return false;
    out->len = (size_t)number(*at, size);
    *at += size;
    if (out->kind == WIRE_ARRAY || out->kind == WIRE_MAP)
        return true;
    if ((size_t)(end - *at) < out->len)
        return false;
    out->data = *at;
    *at += out->len;
    return true;
}

static bool with(enum wire_kind kind, struct wire_value *out)
{
    out->kind = kind;
    return true;
}

static bool other(const uint8_t **at, const uint8_t *end, uint8_t type,
                  struct wire_value *out)
{
    switch (type) {
    case 0xc0:
        return with(WIRE_NIL, out);
    case 0xc2:
    case 0xc3:
        out->number = type & 1;
        return with(WIRE_BOOL, out);
    case 0xc4:
    case 0xc5:
    case 0xc6:
        out->kind = WIRE_BIN;
        return sized(at, end, (size_t)1 << (type - 0xc4), out);
    case 0xca:
    case 0xcb:
        return real(at, end, type == 0xca ? 4 : 8, out);
    case 0xd9:
    case 0xda:
    case 0xdb:
        out->kind = WIRE_STR;
        return sized(at, end, (size_t)1 << (type - 0xd9), out);
    case 0xdc:
    case 0xdd:
        out->kind = WIRE_ARRAY;
        return sized(at, end, type == 0xdc ? 2 : 4, out);
    case 0xde:
    case 0xdf:
        out->kind = WIRE_MAP;
        return sized(at, end, type == 0xde ? 2 : 4, out);
    default: /* 0xc1 is reserved; extensions have no place here */
        return false;
    }
}

bool wire_token(const uint8_t **at, const uint8_t *end, struct wire_value *out)
{
    uint8_t type;

    if (*at == end)
        return false;
    type = *(*at)++;
    if (type < 0x80) {
        out->kind = WIRE_UINT;
        out->number = type;
    } else if (type < 0x90) {
        out->kind = WIRE_MAP;
        out->len = type & 0x0f;
    } else if (type < 0xa0) {
        out->kind = WIRE_ARRAY;
        out->len = type & 0x0f;
    } else if (type < 0xc0) {
        out->kind = WIRE_STR;
        out->len = type & 0x1f;
        out->data = *at;
        if ((size_t)(end - *at) < out->len)
            return false;
        *at += out->len;
    } else if (type >= 0xe0) {
        out->kind = WIRE_NEGATIVE;
        out->number = UINT64_MAX << 8 | type;
    } else if (type >= 0xcc && type <= 0xd3) {
        return whole_number(at, end, type, out);
    } else {
        return other(at, end, type, out);
    }
    return true;
}
