/* within.h - a regression within cells.
 *
 *     value = effect of the cell + sum of the effects of its codes + rest
 *
 * by least squares over rows that are means of weighted people, each code a
 * dummy variable.  For the effects of codes the rows' sums suffice: regression
 * of means weighted by their people is regression of the people, as no dummy
 * varies within a row.  The cells' own effects are swept out first (Frisch &
 * Waugh 1933, Econometrica 1, 387-401; Lovell 1963, J. American Statistical
 * Association 58, 993-1010): with S the weight of cell k and S_c that of code c
 * in it, of all
 *
 *     (T_cd - sum_k S_kc S_kd / S_k) beta = t_c - sum_k S_kc Y_k / S_k
 *
 * A code whose sweep leaves no more than WITHIN_LEAST of its weight, after the
 * codes before it, follows from these and the cells.
 */
#ifndef COMPARE_WITHIN_H
#define COMPARE_WITHIN_H

#include <stddef.h>

#include "base/status.h"

#define WITHIN_LEAST 1e-9
enum { WITHIN_CODES_MAX = 500 }; /* beside those left out as references */

#define WITHIN_NONE ((size_t)-1) /* the reference of its dimension */

struct within {
    size_t rows, cells, codes;
    size_t factors;     /* codes of a row */
    const size_t *cell; /* of each row */
    const size_t *code; /* [row * factors + factor], or WITHIN_NONE */
    /* What a solution leaves: */
    double weight;        /* of all */
    double *cell_weight;  /* of each cell */
    double *code_weight;  /* of each code */
    double *joint;        /* [cell * codes + code] */
    double *effect;       /* of each code; 0 where nobody has it */
    double *matrix, *sum; /* work */
};

/* Room for the solutions; what is all zero but for the sizes and the lists,
 * which stay the caller's. */
MUST_USE enum status within_begin(struct within *w);
void within_free(struct within *w);

/* The effects.  A row of weight 0 is not there, whatever its value.  False:
 * code *bad (NULL is fine) follows from those before it and the cells; the
 * weights are right all the same. */
bool within_solve(struct within *w, const double *value, const double *weight,
                  size_t *bad);

#endif
