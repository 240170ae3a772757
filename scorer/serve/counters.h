/* counters.h - what manyi-scorer serve counts. */
#ifndef SERVE_COUNTERS_H
#define SERVE_COUNTERS_H

#include "collector/metrics.h"
#include "wire.h"

enum { KINDS_MAX = 32, LATENCIES = 6 };

struct serve_counters {
    struct metric kind[KINDS_MAX]; /* answered questions, as in query_kinds */
    struct metric describe;
    struct metric latency[LATENCIES]; /* from their arrival; cumulative */
    struct metric latency_sum, latency_count;
    struct metric trouble[TROUBLE_KINDS]; /* [TROUBLE_NONE] is not shown */
    struct metric dropped;
    struct metric accepted, refused, failed, connections;
    struct metric rows, folds, fold_ms, behind, lag_ms, store_up;
};

#define COUNTERS_MAX (KINDS_MAX + LATENCIES + TROUBLE_KINDS + 16)

/* The one set of this process, and it as a table for metrics_serve. */
extern struct serve_counters serve_counters;
size_t serve_counters_table(struct metric *table[COUNTERS_MAX]);
void counters_answered(const struct query_kind *k, int64_t ms);

#endif
