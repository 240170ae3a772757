/* totals.h - weighted means and totals of a sample, with the errors that its
 * design gives them: strata, clusters, a finite population, calibration.
 */
#ifndef SCORER_TOTALS_H
#define SCORER_TOTALS_H

#include "scorer/people.h"

struct totals_sample {
    size_t rows;
    const double *weight;
    const double *base; /* before calibration; NULL: it was not calibrated */
    const struct raking *calibrated; /* its units are the rows */
    /* Numbers from 0 of each row's stratum and sampling unit; NULL: one
     * stratum; each row is one. */
    const uint32_t *stratum, *cluster;
    /* Of each stratum: how many sampling units it has in all, or (to 1) the
     * part of them that was sampled; NULL: no correction. */
    const double *fpc;
};

struct totals {
    size_t n; /* rows with a number */
    double weight;
    double mean, mean_se, total, total_se;
    double deff;      /* variance of the mean over that of a simple random
                         sample as large, drawn without replacement */
    double kish_deff; /* n sum w^2 / (sum w)^2 */
    double n_eff;     /* n / kish_deff */
};

/* Linearised (Woodruff 1971; of calibrated weights from the residuals of a
 * regression on the margins: Deville & Saerndal 1992, eq. 3.4), with units
 * taken as drawn with replacement but for `fpc`: what R survey's svymean
 * and svytotal report.  Rows where x is NaN are a domain left out: they stay
 * in the design.  ST_NUMERIC with the cause: no number, a stratum of a single
 * unit (`name` NULL: told by its number), more units than its fpc. */
MUST_USE enum status totals_of(const struct totals_sample *s, const double *x,
                               const char *const *name, struct totals *out,
                               struct err *err);

#endif
