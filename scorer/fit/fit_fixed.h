/* fit_fixed.h - the standard errors of the indices if the item weights were
 * constants.
 *
 * They are not: they were estimated from the same answers, and an error that
 * forgets it can be 40 % too small.  Most software prints it all the same, so
 * it stands beside the whole one, to be seen and not to be used.
 *
 * An index with constant weights u is a sum of means.  Linearised (Saerndal,
 * Swensson & Wretman 1992, 5.5), row i adds to it
 *
 *     z_i = 100/(max - min) sum_j u_j w_i p_ij (x_ij - mean_j) / sum_i w_i p_ij
 *
 * p_ij telling whether item j is answered; of these, over rows, groups of rows
 * or the units of a design, errors_linear makes the error.
 */
#ifndef SCORER_FIT_FIXED_H
#define SCORER_FIT_FIXED_H

#include "fit.h"

/* se[constructs].  `design` NULL: rows drawn alike; over SINGLE_ROWS of them
 * their jackknife groups are the units. */
MUST_USE enum status fit_fixed_errors(const struct fit_data *d,
                                      const struct pls_fit *fit,
                                      const struct fit_design *design,
                                      double *se);

#endif
