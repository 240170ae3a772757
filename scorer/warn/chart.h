/* chart.h - control charts of a judged series.
 *
 * EWMA (Roberts 1959, Technometrics 1(3); Lucas & Saccucci 1990) and a pair of
 * CUSUMs (Page 1954).  A chart that crosses its limit raises one alarm; the
 * next may come once it was back at what is expected (EWMA: on the other side
 * of it; CUSUM: at 0), and a CUSUM is held at its limit until then.  So what
 * lasts is told once, and false alarms come a little less often than the run
 * length says.
 */
#ifndef WARN_CHART_H
#define WARN_CHART_H

#include "baseline.h"

enum chart_kind { CHART_EWMA, CHART_CUSUM };
const char *chart_name(enum chart_kind k);

struct alarm {
    size_t at;     /* in the series */
    size_t since;  /* where the change is estimated to begin: the likeliest day
                      (Samuel, Pignatiello & Calvin 1998, Quality Engineering
                      10(3): the largest (sum z)^2 / days up to the alarm) behind
                      the last crossing of an EWMA (Nishina 1992, Int. J.
                      Production Research 30(10)) or the last 0 of a CUSUM */
    int direction; /* -1: a fall */
    double statistic;
    double limit; /* signed as the statistic */
};

/* Both in standard deviations of what they limit. */
struct chart {
    enum chart_kind kind;
    double limit;
};

/* Days that were not judged are passed over.  `out` is room for `count`; how
 * many there are is returned. */
size_t chart_run(const struct chart *c, const struct judged *j, size_t count,
                 struct alarm *out);

#endif
