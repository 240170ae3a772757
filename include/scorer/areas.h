/* areas.h - the Fay-Herriot model of small areas.
 *
 *     y_i = x_i' beta + v_i + e_i,   v_i ~ (0, A),  e_i ~ (0, psi_i) known
 *
 * (Fay & Herriot 1979, J. American Statistical Association 74; Rao & Molina
 * 2015, Small Area Estimation, 2nd ed., 6.1).  An area borrows from the others
 * what its own answers cannot tell: its estimate is
 * gamma_i y_i + (1 - gamma_i) x_i' beta, gamma_i = A / (A + psi_i).
 *
 * A few vectors of the number of areas; p^3 an iteration.
 */
#ifndef SCORER_AREAS_H
#define SCORER_AREAS_H

#include <stddef.h>

#include "base/err.h"

enum {
    COVARIATES_MAX = 16, /* the constant is one of them */
    AREAS_MAX = 10000,
    AREAS_ITERATIONS = 20000
};

enum area_method {
    AREAS_REML,   /* restricted maximum likelihood, Fisher scoring */
    AREAS_ML,     /* maximum likelihood, Fisher scoring */
    AREAS_MOMENTS /* of Fay and Herriot: sum r_i^2 / (A + psi_i) = m - p */
};

struct area {
    double direct;   /* y_i */
    double variance; /* psi_i > 0 */
    double x[COVARIATES_MAX];
};

struct area_estimate {
    double value;     /* EBLUP */
    double mse;       /* its estimated mean squared error, to second order */
    double gamma;     /* what counts of the direct value */
    double synthetic; /* x_i' beta */
};

struct area_fit {
    double variance; /* A */
    int iterations;
    double beta[COVARIATES_MAX];
    double beta_se[COVARIATES_MAX];
    double likelihood; /* log, at these estimates */
    /* (X' V^-1 X)^-1, p x p row-major: what beta's error is made of */
    double beta_cov[COVARIATES_MAX * COVARIATES_MAX];
};

/* Estimate A and beta from `m` areas with `p` covariates, and each area into
 * out[m].  MSE by Prasad & Rao 1990 (JASA 85) and Datta & Lahiri 2000
 * (Statistica Sinica 10, eq. 4.10 and 4.14), for moments by Datta, Rao &
 * Smith 2005 (Biometrika 92, eq. 17).  ST_NUMERIC with the cause: m <= p,
 * a variance that is not positive, covariates that determine one another, no
 * convergence.  ST_RANGE: more areas or covariates than the limits. */
MUST_USE enum status areas_fit(const struct area *area, size_t m, size_t p,
                               enum area_method method, struct area_fit *fit,
                               struct area_estimate *out, struct err *err);

/* An area without answers: x' beta and its mean squared error, A + x' Cov(beta)
 * x. */
struct area_estimate areas_synthetic(const struct area_fit *fit, size_t p,
                                     const double *x);

#endif
