/* errors.h - standard errors and intervals from replicates.
 *
 * Delete-a-group jackknife (Kott 2001, J. Official Statistics 17(4), eq. 2):
 * var = (g - 1)/g sum_k (theta_k - mean theta)^2 over the g groups that are
 * not empty; the interval by Student's t with g - 1 degrees of freedom.
 */
#ifndef SCORER_ERRORS_H
#define SCORER_ERRORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"

struct interval {
    double se, low, high; /* NaN: undefined */
};

/* Group of a response, 0 .. GROUPS - 1: SipHash-2-4 (Aumasson & Bernstein
 * 2012) of the respondent hash, else of the id, under the published constant
 * key "manyi jackknife!" - so that a person is in the same group in every
 * period, cell and survey, and anyone can recompute it. */
unsigned errors_group(const uint8_t respondent[ID_SIZE],
                      const uint8_t id[ID_SIZE]);

/* `replicate[0..g)` are the estimates without one group each, for the groups
 * that are not empty; NaN = this replicate failed.  Over 1 % failed, or g < 2:
 * all NaN.  *dropped (NULL is fine): how many failed. */
struct interval errors_jackknife(double estimate, const double *replicate,
                                 size_t g, size_t *dropped);

/* Bootstrap: standard deviation (divisor B - 1) and percentile interval
 * (Hyndman & Fan 1996, type 7, at 2.5 % and 97.5 %).  Sorts `replicate`. */
struct interval errors_bootstrap(double estimate, double *replicate, size_t b,
                                 size_t *dropped);

#endif
