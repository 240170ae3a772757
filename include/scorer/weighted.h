/* weighted.h - sums of answers with a weight a row, in doubles.
 *
 * The twin of scorer/moments.h for case weights that are no whole numbers.
 * They are added in the order given, so the same file gives the same bits;
 * parts in another order need not.
 */
#ifndef SCORER_WEIGHTED_H
#define SCORER_WEIGHTED_H

#include "scorer/pls.h"

struct weighted {
    size_t items;
    int64_t rows;
    double weight; /* of all rows */
    double *count; /* rows where i and j are present, without weights */
    double *both;  /* N, S, Q and T of scorer/moments.h, each row times w */
    double *sum;
    double *cross;
    double *square;
};

MUST_USE enum status weighted_new(size_t items, struct weighted **w);
void weighted_free(struct weighted **w);
void weighted_clear(struct weighted *w);

/* One row of `items` answers. */
void weighted_add(struct weighted *w, const uint8_t *row, double weight);
/* into += sign * from */
void weighted_fold(struct weighted *into, const struct weighted *from,
                   double sign);

/* As moments_covariance, where the sum of weights less that of an average row
 * takes the place of n - 1: equal weights give what moments give. */
MUST_USE enum status weighted_covariance(const struct weighted *w,
                                         enum missing_policy policy,
                                         const struct pls_model *m,
                                         double *mean, double *cov,
                                         struct err *err);

#endif
