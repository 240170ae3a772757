/* item_sums.h - the sums of answers that a form's item weights are fitted on:
 * of all, and of all but each group.
 *
 * Exact, from a nation's moments; or, where people have weights, those of the
 * fit cells, each times the weight of its people, in the order of their keys.
 * A replicate has weights of its own, so it has sums of its own: a megabyte
 * for 24 items, and a tenth of a millisecond a fit cell.
 */
#ifndef QUERY_ITEM_SUMS_H
#define QUERY_ITEM_SUMS_H

#include "cells_handle.h"
#include "scorer/estimates.h"
#include "scorer/people.h"
#include "scorer/weighted.h"
#include "tabulate.h"

/* Sums of people with weights, as moments_unpack_flat has them. */
struct people_sums {
    size_t size;   /* in whole runs; what is over stays 0 */
    double *strip; /* [strip * size ...]: without each group, and of all */
    double *plain; /* [group * size ...]: of each group, without weights */
    double *cell;  /* likewise, of one cell; then of all its groups; zeros */
    struct weighted *as; /* one of the strips, spread out */
};

struct item_sums {
    const struct form *form;
    struct moments *group[GROUPS], *all, *rest;
    bool weighted;
    struct people_sums people;
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

/* ---- of people with weights ---- */

MUST_USE enum status people_sums_new(const struct form *f,
                                     struct people_sums *out);
void people_sums_free(struct people_sums *s);
/* A fit cell with the weights `w` of its people. */
MUST_USE enum status people_sums_add(struct people_sums *s,
                                     const struct form *f, const double *w,
                                     const uint8_t *value, size_t len);
int64_t people_sums_rows(const struct people_sums *s, size_t strip);
/* A strip spread out into s->as. */
void people_sums_spread(struct people_sums *s, const struct form *f,
                        size_t strip);

#endif
