/* baseline.h - how far a day lies from what the days before it lead to expect.
 *
 * Days of one class (days.h) have one expected mean: a regression on dummies
 * alone, so each is a weighted mean of the days before.  A day is judged by its
 * recursive residual (Brown, Durbin & Evans 1975, J. Royal Statistical Society
 * B 37(2), eq. 2), the difference to that mean over its own and the mean's
 * error, by Student's t with the degrees of freedom that there are (the
 * self-starting chart of Hawkins 1987, The Statistician 36(4); Hawkins & Olwell
 * 1998, ch. 7).  Where nothing changes these z are independent N(0, 1) from the
 * first judged day on: limits need no long history, and what is not known of
 * mean and spread raises no false alarms.
 *
 *   - A mean of n answers has variance sigma^2 (1/n + rho); rho > 0 where days
 *     differ by more than their answers explain (moments: DerSimonian & Laird
 *     1986, Controlled Clinical Trials 7, eq. 8, once Q is over its 95 %
 *     quantile).
 *   - Answers are skew, and so are means of a few: z passes the Wilson &
 *     Hilferty 1931 (PNAS 17) approximation of a Pearson III distribution with
 *     the mean's third moment.
 *   - A day beyond three standard errors enters later expectations as if it
 * were at three (metric winsorisation: Hawkins & Olwell 1998, 7.2).
 *
 * Linear in the days; 400 of them take some 60 microseconds.
 */
#ifndef WARN_BASELINE_H
#define WARN_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* The answers of one day (or week). */
struct point {
    double y; /* their mean */
    float n;  /* how many; 0: none, the day does not exist */
    float ss; /* squares within the day: E = (degrees) variance of one */
    float df; /* their degrees of freedom */
    float
        cube; /* third powers within, and what they are to be divided by for */
    float cubes; /* the third central moment of one answer */
};

struct judged {
    bool charted;    /* there were enough days before, of its class too */
    double expected; /* the mean that was expected */
    double z;
};

struct baseline_plan {
    const uint8_t *fine; /* class of each day; NULL: only coarse ones */
    const uint8_t *coarse;
    size_t least; /* days with answers before the first that is judged */
};

enum { BASELINE_ANSWERS = 30 }; /* before the first day that is judged */

/* Of one series. */
struct baseline_told {
    size_t days; /* with answers */
    size_t charted;
    double sd;         /* of one answer within a day; NaN: unknown */
    double dependence; /* lag-1 autocorrelation of z; NaN: unknown */
};

/* `used` is room for `count` numbers. */
void baseline_judge(const struct point *p, size_t count,
                    const struct baseline_plan *plan, double *used,
                    struct judged *out, struct baseline_told *told);

#endif
