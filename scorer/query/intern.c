/* intern.c - see intern.h. */
#include "intern.h"

#include <stdlib.h>

enum { FIRST_CAP = 64 };

static uint64_t mix(uint64_t h, const uint8_t *word)
{
    uint64_t w;

    memcpy(&w, word, sizeof w);
    h = (h ^ w) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* Multiply and shift (after Appleby's MurmurHash2), two chains of eight bytes
 * a step, so that a processor has something to do while it multiplies. */
static uint64_t hash(const uint8_t *p, size_t len)
{
    uint8_t rest[16] = {0};
    uint64_t a = len, b = ~(uint64_t)len;

    for (; len >= 16; p += 16, len -= 16) {
        a = mix(a, p);
        b = mix(b, p + 8);
    }
    memcpy(rest, p, len);
    a = mix(a, rest);
    b = mix(b, rest + 8);
    a = (a ^ b >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
    return a ^ a >> 32;
}

/* The slot that holds `bytes`, or the free one where they belong. */
static size_t find(const struct intern *t, const void *bytes, uint64_t h)
{
    const uint32_t tag = (uint32_t)(h >> 32);
    size_t at = h & (t->slots - 1);

    while (t->slot[at].number &&
           (t->slot[at].tag != tag ||
            memcmp(intern_at(t, t->slot[at].number - 1), bytes, t->size) != 0))
        at = (at + 1) & (t->slots - 1);
    return at;
}

static void place(struct intern *t, size_t number)
{
    const uint64_t h = hash(intern_at(t, number), t->size);

    t->slot[find(t, intern_at(t, number), h)] =
        (struct intern_slot){(uint32_t)number + 1, (uint32_t)(h >> 32)};
}

static enum status grow(struct intern *t)
{
    const size_t cap = t->cap ? 2 * t->cap : FIRST_CAP;
    uint8_t *data;
    struct intern_slot *slot;

    if (cap > UINT32_MAX / 2)
        return ST_RANGE;
    data = realloc(t->data, cap * t->size);
    if (!data)
        return ST_NOMEM;
    t->data = data;
    slot = calloc(2 * cap, sizeof *slot);
    if (!slot)
        return ST_NOMEM;
    free(t->slot);
    t->slot = slot;
    t->slots = 2 * cap;
    t->cap = cap;
    for (size_t i = 0; i < t->count; i++)
        place(t, i);
    return ST_OK;
}

enum status intern_put(struct intern *t, const void *bytes, uint32_t *number,
                       bool *fresh)
{
    const uint64_t h = hash(bytes, t->size);
    struct intern_slot *slot;

    if (t->count == t->cap) {
        enum status st = grow(t);

        if (st != ST_OK)
            return st;
    }
    slot = &t->slot[find(t, bytes, h)];
    if (fresh)
        *fresh = !slot->number;
    if (!slot->number) {
        memcpy(t->data + t->count * t->size, bytes, t->size);
        *slot = (struct intern_slot){(uint32_t)++t->count, (uint32_t)(h >> 32)};
    }
    *number = slot->number - 1;
    return ST_OK;
}

bool intern_find(const struct intern *t, const void *bytes, uint32_t *number)
{
    uint32_t found = 0;

    if (t->count)
        found = t->slot[find(t, bytes, hash(bytes, t->size))].number;
    *number = found - 1;
    return found;
}

bool intern_has(const struct intern *t, const void *bytes)
{
    uint32_t number;

    return intern_find(t, bytes, &number);
}

void intern_clear(struct intern *t)
{
    if (t->slot)
        memset(t->slot, 0, t->slots * sizeof *t->slot);
    t->count = 0;
}

void intern_free(struct intern *t)
{
    free(t->data);
    free(t->slot);
    *t = (struct intern){.size = t->size};
}
