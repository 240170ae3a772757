/* warn.h - warnings: what changed in the cells, as events with numbers.
 *
 * `manyi-scorer warnings` computes them for any days; a watch computes them
 * again and again, gives each a number that it keeps, and sends it on.
 * scorer/warn/README.md says what the charts are.
 */
#ifndef SCORER_WARN_H
#define SCORER_WARN_H

#include "scorer/kind.h"

/* One event.  Texts are the maker's. */
struct warning {
    uint64_t number; /* from 1; 0: not stored */
    int32_t day;     /* of the alarm */
    int32_t since;   /* when the change is estimated to have begun */
    const char *survey;
    uint8_t form[HASH_SIZE];
    size_t by_count;
    const enum dimension *by;
    const char *const *cell;
    const char *construct; /* code of a construct, an item, "SAT1>=9" */
    const char *item;      /* of a drift: whose weight moved; else "" */
    const char *chart;     /* ewma, cusum, ewma-weekly, cusum-weekly, weights */
    const char *direction; /* down, up */
    const char *severity;  /* low, medium, high */
    double statistic, limit;
    double value;     /* the mean from `since` to `day`; a weight */
    double expected;  /* the same, as the days before have it */
    double agreement; /* of a drift: correlation of the scores; else NaN */
    int64_t n;        /* answers that `value` rests on */
};

#endif
