/* ldl.h - small symmetric systems, A = L D L' (Golub & Van Loan 2013, 4.1).
 *
 * No square roots, no pivoting, a fixed order: the same bits everywhere.
 */
#ifndef SCORER_LDL_H
#define SCORER_LDL_H

#include <stdbool.h>
#include <stddef.h>

/* Factor the n x n matrix at `a` (rows `pitch` apart; the upper half is read)
 * in place.  False when a pivot is not above `least`, with its place in
 * *bad (NULL is fine). */
bool ldl_factor(double *a, size_t n, size_t pitch, double least, size_t *bad);

/* Replace x by A^-1 x. */
void ldl_solve(const double *a, size_t n, size_t pitch, double *x);

#endif
