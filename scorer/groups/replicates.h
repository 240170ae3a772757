/* replicates.h - one number of many replicates, and what is asked of it. */
#ifndef SCORER_GROUPS_REPLICATES_H
#define SCORER_GROUPS_REPLICATES_H

#include <stdbool.h>
#include <stddef.h>

/* Of `rows` replicates with `count` numbers each, number `number` of those that
 * did not fail (NaN), ascending, into column[0 .. *n - 1].  False: there are
 * none, or more than 1 % failed. */
bool replicates_column(const double *replicate, size_t rows, size_t count,
                       size_t number, double *column, size_t *n);

/* Hyndman & Fan 1996, definition 7. */
double replicates_quantile(const double *sorted, size_t n, double p);

#endif
