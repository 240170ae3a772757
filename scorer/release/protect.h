/* protect.h - what can be known of a hidden cell from the open ones.
 *
 * The one file behind it asks GLPK's simplex method.
 */
#ifndef RELEASE_PROTECT_H
#define RELEASE_PROTECT_H

#include "scorer/lattice.h"

/* A tenth, either way; of a mean index a point at least. */
#define PROTECT_MARGIN 0.1
#define PROTECT_POINTS 1.0

struct protect;

/* For the cells that are known now. */
MUST_USE enum status protect_new(const struct lattice *l, struct protect **out);
void protect_free(struct protect **p);

/* Whether the count and every mean of the cell stay unknown to that margin.
 * When not, *binding (of l->cells members) says which open cells the bound
 * rests on.  ST_NUMERIC: the program cannot be solved. */
MUST_USE enum status protect_cell(struct protect *p,
                                  const struct lattice_cell *c, bool *safe,
                                  bool *binding, struct err *err);

#endif
