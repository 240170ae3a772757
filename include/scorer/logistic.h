/* logistic.h - who leaves: logistic regression by maximum likelihood, and how
 * good its probabilities are.
 *
 *     logit P(y_i = 1) = b_0 + sum_k b_k x_ik
 *
 * by iteratively reweighted least squares (McCullagh & Nelder 1989, Generalized
 * Linear Models, 2nd ed., 2.5; Hosmer & Lemeshow 2000, Applied Logistic
 * Regression, 2nd ed.).  Columns are centred and scaled inside, so that their
 * units do not matter to the arithmetic; additions are in the order of rows.
 */
#ifndef SCORER_LOGISTIC_H
#define SCORER_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    LOGISTIC_MAX = 8, /* columns, without the constant */
    LOGISTIC_ITERATIONS = 60,
    LOGISTIC_EVENTS = 10, /* of the rarer outcome, for a column: under that
                             estimates are biased (Peduzzi et al. 1996, J.
                             Clinical Epidemiology 49) */
    LOGISTIC_GROUPS = 10
};

struct logistic_data {
    size_t rows, columns;
    const double *x; /* rows x columns */
    const bool *y;
    const char *const *name; /* of the columns, for messages */
};

struct logistic_fit {
    size_t columns;
    int iterations;
    double b[LOGISTIC_MAX + 1]; /* b[0]: the constant */
    /* inverse of the information, (columns + 1) squared, row-major */
    double cov[(LOGISTIC_MAX + 1) * (LOGISTIC_MAX + 1)];
    double likelihood, null_likelihood; /* logarithms */
    size_t events;                      /* rows of y */
};

/* ST_NUMERIC with the cause: nobody or everybody is y, a column that does not
 * vary or is determined by the others, a combination of columns that tells
 * exactly who is y (then the likelihood has no maximum: Albert & Anderson 1984,
 * Biometrika 71). */
MUST_USE enum status logistic_estimate(const struct logistic_data *d,
                                       struct logistic_fit *out,
                                       struct err *err);
/* Of a row of columns: b_0 + sum b_k x_k, and the probability. */
double logistic_logit(const struct logistic_fit *f, const double *x);
double logistic_probability(double logit);
double logistic_se(const struct logistic_fit *f, size_t k);

struct logistic_test {
    double statistic; /* NaN: none */
    size_t df;
    double p;
};

/* That all b_k but the constant are 0. */
struct logistic_test logistic_ratio(const struct logistic_fit *f);

/* One group of people of like risk. */
struct logistic_group {
    size_t rows, events;
    double expected; /* sum of the probabilities */
};

/* By deciles of the probability p[rows], those that are equal in one group
 * (Hosmer & Lemeshow 1980, Communications in Statistics A9): how many groups,
 * and the test that they are as expected, with two degrees of freedom less. */
MUST_USE enum status
logistic_calibration(const double *p, const bool *y, size_t rows,
                     struct logistic_group out[LOGISTIC_GROUPS], size_t *groups,
                     struct logistic_test *test);

/* Area under the receiver operating characteristic: the chance that one who is
 * y scores higher than one who is not, equal scores by half; with the standard
 * error of DeLong, DeLong & Clarke-Pearson 1988 (Biometrics 44).  Both NaN of
 * one outcome alone; the error of a single one of either. */
MUST_USE enum status logistic_auc(const double *score, const bool *y,
                                  size_t rows, double *auc, double *se);

#endif
