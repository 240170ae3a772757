/* idset.h - hashes met in one feed, each with a number: a set in memory.
 *
 * Open addressing over 16-byte keys, which are hashes already: 24 bytes a slot,
 * at most three quarters of them taken.
 */
#ifndef INVITE_IDSET_H
#define INVITE_IDSET_H

#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"

struct idset_slot {
    uint8_t key[ID_SIZE]; /* all zero: free */
    uint64_t value;
};

/* Zeroed before its first use. */
struct idset {
    struct idset_slot *slot;
    size_t count, cap; /* cap: a power of two, or 0 */
};

/* The key's value, made 0 when it was not there (*was false).  Valid until the
 * next call.  ST_NOMEM. */
MUST_USE enum status idset_at(struct idset *k, const uint8_t key[ID_SIZE],
                              uint64_t **value, bool *was);
/* NULL: not there. */
const uint64_t *idset_find(const struct idset *k, const uint8_t key[ID_SIZE]);
void idset_free(struct idset *k);

/* Put the taken slots first, in the order of their keys, as the disk likes it.
 * After this the set is only `count` slots to be walked, and freed. */
void idset_sort(struct idset *k);

#endif
