/* fit_intervals.h - from replicates to errors and intervals, number by
 * number. */
#ifndef SCORER_FIT_INTERVALS_H
#define SCORER_FIT_INTERVALS_H

#include "fit.h"

/* What the replicates of a fit are, and what some intervals need beside. */
struct fit_spread {
    const struct fit_replication *how;
    const double *se;        /* of each number of each replicate; NULL: none */
    const double *jackknife; /* the same numbers without a part each */
    size_t parts;
};

/* Fills n->interval and n->dropped. */
MUST_USE enum status fit_intervals(const struct fit_spread *s,
                                   struct fit_numbers *n);

#endif
