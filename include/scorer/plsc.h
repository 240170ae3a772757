/* plsc.h - consistent partial least squares (Dijkstra & Henseler 2015, MIS
 * Quarterly 39(2), 297-316): what the model would be without the errors of the
 * items.
 *
 * Holds where the items of a block measure one thing and their errors are
 * independent.  The weights, and so the indices, stay as they are.
 */
#ifndef SCORER_PLSC_H
#define SCORER_PLSC_H

#include "scorer/pls.h"

/* Reliability of a construct's score (eq. 3; S the correlations of its items,
 * w'Sw = 1):
 *
 *     rho_A = (w'w)^2  w'(S - diag S)w / w'(ww' - diag ww')w
 *
 * A single item and a block in mode B, a composite, have 1 by definition.  Not
 * clamped: it may be outside 0 .. 1 where the items contradict the model.  NaN
 * where all weights but one are 0.  `cov` is what `fit` was estimated from. */
double pls_rho_a(const struct pls_model *m, const struct pls_fit *fit,
                 const double *cov, size_t construct);

/* The consistent estimate: `fit` (of `cov`) with
 *
 *     loading      w sqrt(rho_A) / w'w  in mode A, else as it was
 *     correlation  r_pq / sqrt(rho_A,p rho_A,q)
 *
 * and paths, R2 and total effects from these correlations.  `out` may be
 * `fit`.  ST_NUMERIC with the cause: a higher-order construct (its items are
 * those of its parts, so their errors are not independent), rho_A <= 0 or
 * undefined, a correlation over 1, predecessors of a construct whose
 * correlations are not positive definite, R2 over 1. */
MUST_USE enum status pls_consistent(const struct pls_model *m,
                                    const double *cov,
                                    const struct pls_fit *fit,
                                    struct pls_fit *out, struct err *err);

/* Whether something of a consistent estimate cannot be, though every number of
 * it is defined, and is therefore told beside it: a rho_A or a loading over 1
 * (a negative error variance), or correlations of all the constructs together
 * that are not positive definite.  Small samples give these; seminr prints such
 * an estimate without a word, cSEM calls it inadmissible (Rademaker & Schuberth
 * 2020, `verify`).  *why says what it is. */
bool pls_consistent_doubt(const struct pls_model *m,
                          const struct pls_fit *consistent, struct err *why);

#endif
