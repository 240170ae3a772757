/* estimate.h - one construct's index in one cell, with its replicates, and
 * the roll-up of several. */
#ifndef QUERY_ESTIMATE_H
#define QUERY_ESTIMATE_H

#include "item_weights.h"
#include "tabulate.h"

/* Of a cell's tabulated sums, laid out by layout_model.  `mean` has room for
 * the construct's items, and `mean_without` for GROUPS times as many; they live
 * as long as *out. */
void estimate_cell(const struct table_cell *t, const struct item_weights *w,
                   size_t construct, double *mean, double *mean_without,
                   struct cell_estimate *out);

/* A part of a roll-up: an estimate and its survey's weight. */
struct share {
    struct cell_estimate estimate;
    double rollup;
};

/* The parts of one cell of a family, in the order of their forms, those of
 * one survey together.  `out` has the construct and form of the first. */
void estimate_rollup(const struct share *part, size_t count, enum rollup rollup,
                     struct cell_estimate *out);

#endif
