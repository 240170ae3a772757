/* ranking.h - where each of many stands among the others, and how surely.
 *
 * All pairs are tested at once, each in both directions, at 5 % for the whole
 * family: Holm's step-down (1979, Scandinavian J. of Statistics 6, 65-70) on
 * the one-sided p of Student's t from the differences of the replicates, which
 * holds whatever the tests have to do with one another.  From what is found
 * different (Mogstad, Romano, Shaikh & Wilhelm 2024, Review of Economic Studies
 * 91(1), 476-518, with Holm in place of their bootstrap):
 *
 *     rank is from 1 + (how many are found above) to count - (found below)
 *
 * and all true ranks are in their intervals at once, 95 times of 100 at least.
 *
 * In the order of their values, a band is a run none of which is found
 * different from another, as long as can be: whoever shares a band does not
 * differ, neighbours not found different share one, and one may be in several.
 *
 * n^2 tests, n <= RANKINGS_MAX.
 */
#ifndef COMPARE_RANKING_H
#define COMPARE_RANKING_H

#include "measure.h"

enum { RANKINGS_MAX = 1000 };

struct ranking {
    size_t at;              /* place in the list that was given */
    size_t rank;            /* from 1; equal values share the first */
    size_t low, high;       /* of the rank */
    size_t band, last_band; /* from 1: the bands that it is in */
    double above_next; /* chance to be above the next (finding_above); NaN: it
                          is the last, or nothing varies */
};

/* `out` has room for `count`; comes back from the highest value down. */
MUST_USE enum status rankings_make(const struct measure *m, size_t count,
                                   struct ranking *out);

#endif
