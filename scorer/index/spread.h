/* spread.h - what the kinds of errors have in common. */
#ifndef SCORER_INDEX_SPREAD_H
#define SCORER_INDEX_SPREAD_H

#include <math.h>
#include <stdbool.h>

#include "scorer/errors.h"

static const struct interval spread_none = {NAN, NAN, NAN};

struct spread {
    size_t n; /* replicates that are numbers */
    double mean;
    double squares; /* of the differences from the mean */
};
struct spread spread_of(const double *replicate, size_t n);

/* Whether too many of `n` resamples failed, or too few are left, for an honest
 * interval. */
bool spread_hopeless(const struct spread *s, double estimate, size_t n);
/* The same of a jackknife, every part of which is needed. */
bool spread_torn(const struct spread *s, double estimate, size_t n);

/* What an interval leaves out at either end: of 0.95, 0.025 to the last bit,
 * which (1 - 0.95) / 2 is not. */
static inline double spread_tail(double level)
{
    return round((1 - level) / 2 * 1e12) / 1e12;
}

/* By Student's t. */
struct interval spread_t(double estimate, double se, double degrees,
                         double level);

#endif
