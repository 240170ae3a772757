/* estimate.h - one construct's index in one cell, with its replicates, and
 * the roll-up of several. */
#ifndef QUERY_ESTIMATE_H
#define QUERY_ESTIMATE_H

#include "tabulate.h"
#include "weights.h"

struct estimate {
    const struct form *form;
    const char *construct; /* code */
    double index;          /* NaN: none; `flags` say why */
    int64_t n;
    uint32_t flags;
    /* without each group; a group of no answers is not used */
    bool used[GROUPS];
    double without[GROUPS];
    int64_t n_without[GROUPS];
    double rollup; /* the form's roll-up weight */
};

void estimate_cell(const struct tabulation *t, size_t number,
                   const struct weights *w, size_t construct,
                   struct estimate *out);

/* The parts of one cell of a family, in the order of their forms, those of
 * one survey together.  `out` has the construct and form of the first. */
void estimate_rollup(const struct estimate *part, size_t count,
                     enum rollup rollup, struct estimate *out);

struct interval estimate_interval(const struct estimate *e);

#endif
