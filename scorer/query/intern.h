/* intern.h - numbers for byte strings of one size: 0, 1, 2 ... in the order
 * in which they were first met.
 *
 * Open addressing at a load of at most one half; a string costs its size and
 * 16 bytes or more.  Not for hostile keys at any price: the hash is quick, not
 * keyed.
 */
#ifndef QUERY_INTERN_H
#define QUERY_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct intern_slot {
    uint32_t number; /* from 1; 0 = free */
    uint32_t tag;    /* of the hash: spares a look at most others */
};

struct intern {
    size_t size; /* of a string: set it, and leave the rest zero */
    size_t count;
    uint8_t *data; /* count x size */
    size_t cap;
    struct intern_slot *slot;
    size_t slots;
};

/* The number of `bytes`; *fresh (NULL is fine): it was not there before. */
MUST_USE enum status intern_put(struct intern *t, const void *bytes,
                                uint32_t *number, bool *fresh);
/* False: it is not there, and *number means nothing. */
bool intern_find(const struct intern *t, const void *bytes, uint32_t *number);
bool intern_has(const struct intern *t, const void *bytes);
void intern_clear(struct intern *t); /* keeps its memory */
void intern_free(struct intern *t);

static inline const void *intern_at(const struct intern *t, size_t number)
{
    return t->data + number * t->size;
}

#endif
