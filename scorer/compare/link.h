/* link.h - how the index of one form reads on the scale of another.
 *
 * When items were revised, people who answered both forms, or random halves
 * that answered one each, tell how the two compare (linear equating: Kolen &
 * Brennan 2014, ch. 2).  That study is the operator's own; its result is kept
 * in a file and asked for by name:
 *
 *     form_from,form_to,construct,slope,intercept,se
 *
 * index_to = intercept + slope * index_from, with the standard error that the
 * link itself has, in points.  Forms are the 64 hexadecimal digits that score
 * records bear.
 */
#ifndef COMPARE_LINK_H
#define COMPARE_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

enum { LINKS_MAX = 10000 };

struct form_link {
    uint8_t from[HASH_SIZE], to[HASH_SIZE];
    char construct[ITEM_CODE_MAX + 1];
    double slope, intercept, se; /* slope > 0, se >= 0 */
};

struct form_links {
    size_t count;
    struct form_link *list;
};

/* ST_INVALID names file, line and cause; a link told twice is one. */
MUST_USE enum status form_links_read(const char *path, struct form_links *out,
                                     struct err *err);
void form_links_free(struct form_links *l);

/* NULL: there is none. */
const struct form_link *form_links_find(const struct form_links *l,
                                        const uint8_t from[HASH_SIZE],
                                        const uint8_t to[HASH_SIZE],
                                        const char *construct);

#endif
