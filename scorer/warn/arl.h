/* arl.h - how long control charts run between false alarms, and the limits
 * that make it so.
 *
 * Average run lengths of charts on independent N(shift, 1), from the integral
 * equations that Brook & Evans 1972 (Biometrika 59(3)) solve as a Markov chain:
 * EWMA as in Crowder 1987 (Technometrics 29(4), eq. 1), CUSUM as in Page 1954
 * (Biometrika 41, sec. 2).  Solved at Gauss-Legendre nodes, which gives more
 * than six digits; some 0.1 ms each, a limit 5 ms.
 */
#ifndef WARN_ARL_H
#define WARN_ARL_H

#include "base/status.h"

#define EWMA_LAMBDA 0.2 /* Lucas & Saccucci 1990, Technometrics 32(1) */
#define CUSUM_K     0.5 /* tuned to a shift of one standard deviation */

/* Two-sided, begun at 0: alarm when |E| > limit sqrt(lambda / (2 - lambda)),
 * E = (1 - lambda) E + lambda z. */
double arl_ewma(double lambda, double limit, double shift);
/* One-sided, begun at 0: alarm when S > h, S = max(0, S + z - k). */
double arl_cusum(double k, double h, double shift);

/* The limit of a two-sided chart that runs `arl` on average without a shift:
 * of EWMA_LAMBDA, and the h of a pair of CUSUMs of CUSUM_K (1 / ARL = 1 / ARL+
 * + 1 / ARL-).  ST_RANGE: `arl` is not from 5 to 1e6. */
MUST_USE enum status arl_ewma_limit(double arl, double *limit);
MUST_USE enum status arl_cusum_limit(double arl, double *h);

#endif
