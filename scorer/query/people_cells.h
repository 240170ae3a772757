/* people_cells.h - making the weights of those who answered a survey, from the
 * counts in the cube and a population.
 *
 * Costs GROUPS + 1 rakings a month of as many cells as the month has fit
 * cells, each replicate's from the turns of all; and 430 bytes a cell.
 */
#ifndef QUERY_PEOPLE_CELLS_H
#define QUERY_PEOPLE_CELLS_H

#include "cells_handle.h"
#include "intern.h"
#include "scorer/people.h"

struct people {
    struct intern cells; /* struct cell: month, rate, dimensions of fit cells */
    double *weight;      /* [cell * (GROUPS + 1) + group]; the last: of all */
};

#endif
