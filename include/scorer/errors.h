/* errors.h - standard errors and intervals from replicates.
 *
 * Delete-a-group jackknife (Kott 2001, J. Official Statistics 17(4), eq. 2):
 * var = (g - 1)/g sum_k (theta_k - mean theta)^2 over the g groups that are
 * not empty; the interval by Student's t with g - 1 degrees of freedom.
 *
 * A replicate that is NaN failed.  Of a jackknife none may: the one that cannot
 * be left out is what the estimate rests on.  Of a bootstrap 1 % may, if two or
 * more are left.  Else there is no interval: all of it is NaN.  *dropped (NULL
 * is fine): how many failed.
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

#define ERRORS_LEVEL 0.95 /* of an interval, where none is named */

/* `replicate[0..g)` are the estimates without one group each, for the groups
 * that are not empty. */
struct interval errors_jackknife(double estimate, const double *replicate,
                                 size_t g, size_t *dropped);
struct interval errors_jackknife_at(double estimate, const double *replicate,
                                    size_t g, double level, size_t *dropped);

/* ---- bootstrap ---- */

enum bootstrap_interval {
    /* The replicates' own quantiles (Efron & Tibshirani 1993, ch. 13; Hyndman
     * & Fan 1996, type 7). */
    BOOTSTRAP_PERCENTILE,
    /* The same, at levels corrected for bias and skewness (Efron 1987, JASA
     * 82(397), eq. 2.3). */
    BOOTSTRAP_BCA,
    /* Bootstrap-t: quantiles of (theta* - theta) / se* (Efron & Tibshirani
     * 1993, 12.5). */
    BOOTSTRAP_STUDENTISED
};

struct bootstrap {
    enum bootstrap_interval kind;
    double level; /* 0 < level < 1 */
    double estimate;
    size_t count;
    double *replicate;    /* comes back sorted, the failed ones lost */
    double acceleration;  /* BCA: errors_acceleration of a jackknife */
    double se;            /* STUDENTISED: of the estimate, and of each ... */
    const double *own_se; /* ... replicate, from the same rule */
};

/* The standard error is the replicates' standard deviation (divisor B - 1),
 * whatever the interval.  low and high alone are NaN where the kind has none:
 * all replicates on one side of the estimate, no acceleration, se of 0. */
struct interval errors_bootstrap_at(struct bootstrap *b, size_t *dropped);
/* The percentile interval at ERRORS_LEVEL.  Sorts `replicate`. */
struct interval errors_bootstrap(double estimate, double *replicate, size_t b,
                                 size_t *dropped);

/* z0 = Phi^-1 of the share of replicates below the estimate, those equal to it
 * by half (Efron 1987, eq. 4.1). */
double errors_bias(double estimate, const double *replicate, size_t b);

/* a = sum d^3 / 6 (sum d^2)^(3/2), d = mean theta - theta_k, of the g estimates
 * without one row (or group: their sums are as skew over the root of their
 * size) each (Efron 1987, eq. 7.3 by the jackknife).  0 where all are equal,
 * NaN where one failed. */
double errors_acceleration(const double *replicate, size_t g);

/* ---- samples in strata ---- */

/* The sampling units of stratum h are first[h] .. first[h + 1] - 1; each has
 * two at least. */
struct errors_strata {
    size_t count;
    const size_t *first;
    const double *fraction; /* sampled of each stratum's units; NULL: a
                               vanishing part, no correction */
};

/* `replicate[k]` is the estimate without unit k, the others of its stratum
 * weighted n_h / (n_h - 1) (JKn: Rust & Rao 1996, Stat. Methods Med. Res. 5,
 * 2.2), n_h units in stratum h:
 *
 *     var = sum_h (1 - f_h) (n_h - 1)/n_h sum_k (theta_hk - mean theta)^2
 *
 * with the mean over all replicates, as R survey has it; Student's t with as
 * many degrees of freedom as units less strata. */
struct interval errors_stratified(double estimate, const double *replicate,
                                  const struct errors_strata *s, double level,
                                  size_t *dropped);

/* Standard error of a total of z over units, z being the linearised values of
 * an estimate (Woodruff 1971, JASA 66; Saerndal, Swensson & Wretman 1992,
 * 5.5):  var = sum_h (1 - f_h) n_h/(n_h - 1) sum_k (z_hk - mean_h z)^2. */
double errors_linear(const double *z, const struct errors_strata *s);

#endif
