/* lookout.h - from a query to its warnings.
 *
 * Made for the days of a query, it reads these and a year before them, a day at
 * a time (so that somebody who has other things to do can do them in between),
 * and then judges: charts of every cell and measure, and the drift of item
 * weights.  History begins with a month, so that the numbers of a day do not
 * change with every day on which they are asked for.
 */
#ifndef WARN_LOOKOUT_H
#define WARN_LOOKOUT_H

#include "chart.h"
#include "scorer/warn.h"
#include "series.h"

enum { HISTORY_MONTHS = 12, BASELINE_DAYS = 28, BASELINE_WEEKS = 8 };

enum lookout_charts { CHARTS_EWMA, CHARTS_CUSUM, CHARTS_BOTH };

struct lookout_plan {
    struct query query; /* its days are those whose warnings are told */
    enum lookout_charts charts;
    bool weekly;         /* series of weeks, not of days */
    double false_alarms; /* expected a year in each series, all charts and both
                            directions together */
    size_t least;        /* days with answers before the first that is judged */
    const char *calendar; /* NULL: the shipped one, if it is there */
    const char *items;    /* as in struct measures_plan */
    int rate;
};

struct lookout {
    struct lookout_plan plan;
    struct calendar *calendar;
    struct measures measures;
    struct series series;
    int32_t next; /* the day that is read next */
    bool *met;    /* as in struct scores; lookout_free frees it */
};

/* What a judgement rested on. */
struct lookout_told {
    size_t series;    /* with answers */
    size_t charted;   /* long enough */
    size_t dependent; /* whose days hang together */
    size_t alarms;
    double ewma_limit, cusum_limit; /* NaN: not run */
    size_t drift_tests;
};

typedef enum status lookout_fn(void *ctx, const struct warning *w);

/* What of `plan` is wrong: ST_INVALID, ST_RANGE.  The plan's texts outlive the
 * lookout, which may be all zero where it is freed. */
MUST_USE enum status lookout_new(struct engine *e,
                                 const struct lookout_plan *plan,
                                 struct lookout *out, struct err *err);
void lookout_free(struct lookout *l);
/* One more day; *more: there are further ones. */
MUST_USE enum status lookout_read(struct lookout *l, struct engine *e,
                                  bool *more, struct err *err);
/* Warnings by cell, measure and chart, in the order of days. */
MUST_USE enum status lookout_judge(struct lookout *l, struct engine *e,
                                   lookout_fn *fn, void *ctx,
                                   struct lookout_told *told, struct err *err);

#endif
