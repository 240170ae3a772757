/* cells.c - see cells.h. */
#include "cells.h"

#include <sodium.h>
#include <stdlib.h>

#define CAP_FIRST 256

static size_t spread(const struct cells *c, const struct context *context,
                     int32_t day)
{
    uint8_t text[sizeof *context + sizeof day], hash[8];

    memcpy(text, context, sizeof *context);
    memcpy(text + sizeof *context, &day, sizeof day);
    (void)crypto_shorthash(hash, text, sizeof text, c->key);
    return (size_t)bytes_get64(hash) & (2 * c->cap - 1);
}

/* The slots are twice the list. */
static uint32_t *place(const struct cells *c, const struct context *context,
                       int32_t day)
{
    size_t i = spread(c, context, day);

    for (; c->slot[i]; i = (i + 1) & (2 * c->cap - 1)) {
        const struct cell *cell = &c->list[c->slot[i] - 1];

        if (cell->day == day &&
            memcmp(&cell->context, context, sizeof *context) == 0)
            break;
    }
    return &c->slot[i];
}

static enum status grow(struct cells *c)
{
    const size_t cap = c->cap ? 2 * c->cap : CAP_FIRST;
    struct cell *list = realloc(c->list, cap * sizeof *list);
    uint32_t *slot = calloc(2 * cap, sizeof *slot);

    if (list)
        c->list = list;
    if (!list || !slot) {
        free(slot);
        return ST_NOMEM;
    }
    free(c->slot);
    c->slot = slot;
    c->cap = cap;
    for (size_t i = 0; i < c->count; i++)
        *place(c, &c->list[i].context, c->list[i].day) = (uint32_t)i + 1;
    return ST_OK;
}

enum status cells_at(struct cells *c, const struct context *context,
                     int32_t day, uint32_t *out)
{
    struct context key = *context;
    uint32_t *slot;
    enum status st;

    memset(key.attributes, 0, sizeof key.attributes);
    if (c->count == c->cap) {
        st = c->count < CELLS_MAX ? grow(c) : ST_RANGE;
        /* a full list still finds what is in it */
        if (st != ST_OK && (st != ST_RANGE || !*place(c, &key, day)))
            return st;
    }
    slot = place(c, &key, day);
    if (!*slot) {
        c->list[c->count] = (struct cell){.context = key, .day = day};
        *slot = (uint32_t)++c->count;
    }
    *out = *slot - 1;
    return ST_OK;
}

void cells_free(struct cells *c)
{
    free(c->list);
    free(c->slot);
    c->list = NULL;
    c->slot = NULL;
    c->count = c->cap = 0;
}
