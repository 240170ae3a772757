/* catalog.h - every definition that this collector has ever stored.
 *
 * Answers to any stored version are taken, so all of them stay loaded: some
 * 50 kB each, a few dozen in years.  Kept in the order in which they came; the
 * last of a code is its newest.  Belongs to one thread.
 */
#ifndef INTAKE_CATALOG_H
#define INTAKE_CATALOG_H

#include "surveys/survey.h"

struct catalog {
    struct survey **list;
    size_t count, cap;
};

void catalog_free(struct catalog *c);
/* Takes *s on ST_OK, and makes it the newest of its code; a version that is
 * there already only becomes the newest, and *s is freed. */
MUST_USE enum status catalog_add(struct catalog *c, struct survey **s);
/* Make that version, if it is there, the newest of its code. */
void catalog_raise(struct catalog *c, const uint8_t version[HASH_SIZE]);
/* NULL: there is none. */
const struct survey *catalog_version(const struct catalog *c,
                                     const uint8_t version[HASH_SIZE]);
const struct survey *catalog_newest(const struct catalog *c, const char *code);

#endif
