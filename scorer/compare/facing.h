/* facing.h - one construct of one cell, the estimates of both sides put in
 * pairs.
 *
 * Of the same form where both sides have it; else the only other form of the
 * survey that the one side has with the only one that the other has.
 */
#ifndef COMPARE_FACING_H
#define COMPARE_FACING_H

#include "pair.h"
#include "views.h"

struct side {
    const struct views *views;
    const char *code; /* of the leading dimension; NULL: all of the views */
    const char *name;
};

struct facing {
    const struct side *side; /* two */
    const struct form_links *links;
    const char *construct;
    struct run parts[2]; /* of the cell: all constructs */
    size_t pairs, cap;
    struct pair *pair;
};

/* The pairs of the construct, with their cells of the mix. */
MUST_USE enum status facing_pair(struct facing *f);
/* Their memory, all but the list of pairs, which the next ones use again. */
void facing_clear(struct facing *f);
void facing_free(struct facing *f);

/* Room for one more of `size` bytes behind `count`; NULL: there is none. */
void *grow(void *list, size_t count, size_t *cap, size_t size);

#endif
