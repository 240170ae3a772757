/* fit_design.h - how the rows were drawn: in strata, and in clusters within
 * them.
 *
 * The sampling unit is the cluster, or the row where there are none.  Rows that
 * do not count (no weight, incomplete) still stand for the units that were
 * drawn: what is left of them is a domain of the sample.
 */
#ifndef SCORER_FIT_DESIGN_H
#define SCORER_FIT_DESIGN_H

#include "fit.h"

struct fit_design {
    size_t strata, units;
    size_t *first;    /* [strata + 1]: the units of a stratum */
    size_t *unit;     /* [units + 1]: the places of a unit's rows ... */
    uint32_t *row;    /* ... in this: kept rows, by stratum and unit */
    double *fraction; /* [strata] of the units drawn; NULL: not given */
};

/* From the labels of the data.  ST_INVALID: a row without stratum or cluster,
 * no or two population sizes of a stratum, one below its units.  ST_NUMERIC:
 * a stratum of one unit, by name, as nothing tells how units in it differ. */
MUST_USE enum status fit_design_make(const struct fit_data *d,
                                     struct fit_design *out, struct err *err);
void fit_design_free(struct fit_design *f);

static inline struct errors_strata fit_design_strata(const struct fit_design *f)
{
    return (struct errors_strata){f->strata, f->first, f->fraction};
}

#endif
