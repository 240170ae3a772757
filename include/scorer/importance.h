/* importance.h - what a construct or an item does to an index, beside how it
 * performs (importance-performance analysis: Martilla & James 1977, J.
 * Marketing 41(1); in path models Ringle & Sarstedt 2016, Industrial Management
 * & Data Systems 116(9)).
 *
 * All constructs are on 0-100, as their indices.  A construct's importance is
 * its unstandardised total effect: how many points the target's index moves
 * with one point of its own, as far as the model holds.  With k_c = sum over
 * its items of w_j / s_j, the standard deviation of a construct on 0-100 is
 * 100 / ((points - 1) k_c), so
 *
 *     effect(from, to) = total(from, to) sd_to / sd_from
 *
 * and that of an item is u_j times the effect of its construct.
 *
 * Pure functions of a model and its estimate, for replicates as for the whole:
 * nothing is allocated.
 */
#ifndef SCORER_IMPORTANCE_H
#define SCORER_IMPORTANCE_H

#include "scorer/pls.h"

/* Unstandardised total effects, [to * constructs + from]; 0 where there is no
 * route, on the diagonal too; NaN of a construct whose weights do not add up to
 * more than 0. */
void importance_effects(const struct pls_model *m, const struct pls_fit *fit,
                        double *out);

/* By model item, from the effects and the items' u (scorer/index.h); one point
 * more of an item of the target itself adds its u. */
void importance_items(const struct pls_model *m, const double *effects,
                      const double *u, size_t target, double *out);

/* 0-100 of the mean of item j's stored answers. */
double performance_item(const struct pls_model *m, size_t j, double mean);

#endif
