/* drift.h - item weights that moved more than their error allows.
 *
 * An index is what its weights make of the answers, so weights that move tell
 * that customers judge by something else, or that the form is filled in
 * another way.  For each whole month of a query the national unstandardised
 * weights u and the standardised outer weights w of the month stand against
 * those of the twelve months before it: the difference of each over its
 * jackknife error (the groups left out of both at once), by Student's t; the
 * largest of all is compared with a Bonferroni limit (Dunn 1961, JASA 56) at
 * the level of one twelfth of the false alarms stated for a year.  Beside it
 * stands how far the scores by both weights agree, MICOM's c (Henseler,
 * Ringle & Sarstedt 2016, International Marketing Review 33(3), step 2), here
 * from the loadings of each: c^2 = (w1' R2 w2)(w2' R1 w1), with R w = loadings.
 */
#ifndef WARN_DRIFT_H
#define WARN_DRIFT_H

#include "lookout.h"

/* Those of all whole months of the query; *tests: months and forms compared. */
MUST_USE enum status drift_find(struct engine *e, const struct query *q,
                                double false_alarms, lookout_fn *fn, void *ctx,
                                size_t *tests, struct err *err);

/* Of each item of the model: of its difference the larger of |t| of u and of w
 * with its sign; NaN where there is none.  `freedom`: of the t. */
struct drift_items {
    double t[ITEMS_MAX];
    double agreement[CONSTRUCTS_MAX];
    double freedom;
    size_t compared; /* t that are numbers, u and w apart */
};
void drift_compare(const struct item_weights *base,
                   const struct item_weights *now, struct drift_items *out);

#endif
