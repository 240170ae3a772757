/* idset.c - see idset.h. */
#include "idset.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define CAP_FIRST 1024

static struct idset_slot *place(const struct idset *k,
                                const uint8_t key[ID_SIZE])
{
    size_t i = (size_t)bytes_get64(key) & (k->cap - 1);

    while (!bytes_zero(k->slot[i].key, ID_SIZE) &&
           memcmp(k->slot[i].key, key, ID_SIZE) != 0)
        i = (i + 1) & (k->cap - 1);
    return &k->slot[i];
}

static enum status grow(struct idset *k)
{
    struct idset bigger = {.count = k->count,
                           .cap = k->cap ? 2 * k->cap : CAP_FIRST};

    bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
    if (!bigger.slot)
        return ST_NOMEM;
    for (size_t i = 0; i < k->cap; i++)
        if (!bytes_zero(k->slot[i].key, ID_SIZE))
            *place(&bigger, k->slot[i].key) = k->slot[i];
    free(k->slot);
    *k = bigger;
    return ST_OK;
}

enum status idset_at(struct idset *k, const uint8_t key[ID_SIZE],
                     uint64_t **value, bool *was)
{
    struct idset_slot *slot;

    if (4 * (k->count + 1) > 3 * k->cap && grow(k) != ST_OK)
        return ST_NOMEM;
    slot = place(k, key);
    *was = !bytes_zero(slot->key, ID_SIZE);
    if (!*was) {
        memcpy(slot->key, key, ID_SIZE);
        slot->value = 0;
        k->count++;
    }
    *value = &slot->value;
    return ST_OK;
}

const uint64_t *idset_find(const struct idset *k, const uint8_t key[ID_SIZE])
{
    const struct idset_slot *slot = k->cap ? place(k, key) : NULL;

    return slot && !bytes_zero(slot->key, ID_SIZE) ? &slot->value : NULL;
}

void idset_free(struct idset *k)
{
    free(k->slot);
    *k = (struct idset){NULL, 0, 0};
}

static int key_order(const void *a, const void *b)
{
    const struct idset_slot *x = a, *y = b;

    return memcmp(x->key, y->key, ID_SIZE);
}

void idset_sort(struct idset *k)
{
    size_t n = 0;

    for (size_t i = 0; i < k->cap; i++)
        if (!bytes_zero(k->slot[i].key, ID_SIZE))
            k->slot[n++] = k->slot[i];
    k->cap = 0;
    if (n)
        qsort(k->slot, n, sizeof *k->slot, key_order);
}
