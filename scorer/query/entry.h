/* entry.h - what an entry of the log is: under which key it stands, and what
 * it answers. */
#ifndef QUERY_ENTRY_H
#define QUERY_ENTRY_H

#include "forms.h"

enum { ENTRY_KEY = ID_SIZE + 1 };

/* Id and entry: what later entries of the log replace. */
void entry_key(const struct response *r, uint8_t key[ENTRY_KEY]);

/* The version that it answers, read from the store unless known; *version comes
 * with that of the last entry, or NULL.  ST_CORRUPT: the store lacks the
 * definition, or the answers are none of it, as a damaged store's may be. */
MUST_USE enum status entry_version(struct forms *f, struct store *store,
                                   const struct response *in,
                                   const struct version **version,
                                   struct err *err);

#endif
