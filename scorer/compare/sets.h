/* sets.h - estimates of one construct of one form in one cell, over the codes
 * of what the cell is split by further. */
#ifndef COMPARE_SETS_H
#define COMPARE_SETS_H

#include "scorer/estimates.h"

struct set {
    size_t count;
    const struct cell_estimate **member; /* in the order of their codes */
};

struct sets {
    size_t count;
    struct set *list; /* by cell, then in the order of the constructs */
    const struct cell_estimate **members;
};

/* `by` codes of each estimate are the cell.  Points into `l`. */
MUST_USE enum status sets_make(const struct estimates *l, size_t by,
                               struct sets *out);
void sets_free(struct sets *s);

/* The set with the survey, form, construct and first `by` codes of `e`; NULL:
 * none. */
const struct set *sets_find(const struct sets *s, size_t by,
                            const struct cell_estimate *e);

#endif
