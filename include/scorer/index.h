/* index.h - from item weights and means to a number from 0 to 100.
 *
 *     u_j = (w_j / s_j) / sum_k (w_k / s_k)              within the block
 *     I   = 100 (sum_j u_j mean_j - min) / (max - min)
 *
 * the form of the American Customer Satisfaction Index (Fornell et al. 1996,
 * J. Marketing 60(4), appendix) with unstandardised weights.
 */
#ifndef SCORER_INDEX_H
#define SCORER_INDEX_H

#include "scorer/pls.h"

/* The u of every construct, by model item.  A construct with a negative u or
 * an undefined one gets NaN for all its items; single-item constructs are 1. */
void index_weights(const struct pls_model *m, const struct pls_fit *fit,
                   double *u);

/* The same for a replicate of a fit: a negative u stays, as it is sampling
 * noise, and leaving such replicates out would make the error too small. */
void index_replicate_weights(const struct pls_model *m,
                             const struct pls_fit *fit, double *u);

/* The index of construct `c` from its items' u and the means of stored
 * answers (by model item; NaN = no answer).  NaN when a weight or mean that it
 * needs is NaN. */
double index_value(const struct pls_model *m, size_t c, const double *u,
                   const double *mean);

#endif
