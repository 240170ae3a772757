/* item_sums.h - the sums of answers that a form's item weights are fitted on:
 * of all, and of all but each group.
 *
 * Exact, from a nation's moments; or, where people have weights, those of the
 * fit cells, each times the weight of its people, in the order of their keys.
 * A replicate has weights of its own, so it has sums of its own: 1.2 MB for 24
 * items, and some tenths of a millisecond a fit cell.
 */
#ifndef QUERY_ITEM_SUMS_H
#define QUERY_ITEM_SUMS_H

#include "cells_handle.h"
#include "scorer/estimates.h"
#include "scorer/people.h"
#include "scorer/weighted.h"
#include "tabulate.h"

struct item_sums {
    const struct form *form;
    struct moments *group[GROUPS], *all, *rest;
    struct weighted *weighted[ALL + 1]; /* without each group, and of all; NULL:
                                           people have no weights */
};

/* Of the form, months and frames of `w`. */
MUST_USE enum status item_sums_make(struct cells *c,
                                    const struct item_weights *w,
                                    const struct people *people,
                                    struct item_sums *out, struct err *err);
void item_sums_free(struct item_sums *s);

/* Rows without group `strip`; of ALL. */
int64_t item_sums_rows(const struct item_sums *s, size_t strip);
/* As moments_covariance. */
MUST_USE enum status item_sums_covariance(struct item_sums *s, size_t strip,
                                          double *mean, double *cov,
                                          struct err *err);

#endif
