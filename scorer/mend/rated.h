/* rated.h - a rate of one survey's counts, or of those of a family, as a number
 * with its error. */
#ifndef MEND_RATED_H
#define MEND_RATED_H

#include "plans.h"
#include "scorer/counts.h"

/* The counts are those of the rate's items; each has its survey's plan. */
struct rated {
    enum rate rate;
    int answer; /* of RATE_ANSWER */
    enum rollup rollup;
    size_t parts;
    const struct item_counts *const *part;
    const struct plan *const *plan;
};

struct rated_number {
    double value; /* percent; NPS -100..100; a mean as people answer */
    int64_t n;
    double n_eff;
    struct interval interval; /* within the range of the rate */
    const char *method;       /* "jackknife", "wilson", "" = none */
};

/* Where leaving out a group moves nothing the jackknife has nothing to say: a
 * share then has the score interval (Wilson 1927, JASA 22) of n_eff people and
 * no standard error; other rates have neither. */
struct interval rated_wilson(double percent, double n); /* se: NaN */
void rated_number(const struct rated *r, struct rated_number *out);

#endif
