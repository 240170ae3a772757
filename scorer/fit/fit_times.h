/* fit_times.h - how often each kept row is among those of a replicate: for what
 * cannot be estimated from sums. */
#ifndef SCORER_FIT_TIMES_H
#define SCORER_FIT_TIMES_H

#include "fit_part.h"

/* Each row that counts, once. */
void fit_times_all(const struct fit_data *d, double *times);
/* As fit_part_make(k) has them, or fit_part_without(group) after it; GROUPS:
 * none is left out.  times[data->rows]; every row was kept. */
void fit_times(const struct fit_parts *parts, size_t k, size_t group,
               double *times);

#endif
