/* people_cells.h - making the weights of those who answered a survey, from the
 * counts in the cube and a population.
 *
 * Costs GROUPS + 1 rakings a month of as many cells as the month has fit
 * cells, each replicate's from the turns of all; and 430 bytes a cell.
 */
#ifndef QUERY_PEOPLE_CELLS_H
#define QUERY_PEOPLE_CELLS_H

#include "people_count.h"
#include "weighting.h"

struct people {
    struct intern cells; /* as in struct people_count */
    double *weight;      /* [cell * (GROUPS + 1) + group]; the last: of all */
    bool rates;          /* begun from the rates of the draw */
    char name[RAKING_NAME_MAX]; /* of the raking; "": none */
};

/* Caller frees.  ST_INVALID, ST_RANGE, ST_NUMERIC with the cause: no rate where
 * one is needed, no population of a month, too many cells, and all that
 * raking_new and raking_solve refuse. */
MUST_USE enum status people_make(struct cells *c, const struct people_of *of,
                                 const struct weighting *how,
                                 struct people **out, struct err *err);
void people_free(struct people **p);

#endif
