/* intern.c - see intern.h. */
#include "intern.h"

#include <stdlib.h>

enum { FIRST_CAP = 64 };

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* Multiply and shift, eight bytes a step (after Appleby's MurmurHash2). */
static uint64_t hash(const uint8_t *p, size_t len)
{
    uint64_t h = len, word;

    for (; len >= sizeof word; p += sizeof word, len -= sizeof word) {
        memcpy(&word, p, sizeof word);
        h = mix(h, word);
    }
    word = 0;
    memcpy(&word, p, len);
    h = mix(h, word);
    return h ^ h >> 32;
}

/* The slot that holds `bytes`, or the free one where they belong. */
static size_t find(const struct intern *t, const void *bytes)
{
    size_t at = hash(bytes, t->size) & (t->slots - 1);

    while (t->slot[at] &&
           memcmp(intern_at(t, t->slot[at] - 1), bytes, t->size) != 0)
        at = (at + 1) & (t->slots - 1);
    return at;
}

static enum status grow(struct intern *t)
{
    const size_t cap = t->cap ? 2 * t->cap : FIRST_CAP;
    uint8_t *data;
    uint32_t *slot;

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
        t->slot[find(t, intern_at(t, i))] = (uint32_t)i + 1;
    return ST_OK;
}

enum status intern_put(struct intern *t, const void *bytes, uint32_t *number,
                       bool *fresh)
{
    size_t at;

    if (t->count == t->cap) {
        enum status st = grow(t);

        if (st != ST_OK)
            return st;
    }
    at = find(t, bytes);
    if (fresh)
        *fresh = !t->slot[at];
    if (!t->slot[at]) {
        memcpy(t->data + t->count * t->size, bytes, t->size);
        t->slot[at] = (uint32_t)++t->count;
    }
    *number = t->slot[at] - 1;
    return ST_OK;
}

bool intern_has(const struct intern *t, const void *bytes)
{
    return t->count && t->slot[find(t, bytes)];
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
