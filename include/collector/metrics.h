/* metrics.h - counters and gauges in Prometheus text form, over HTTP.
 *
 * A program states its metrics once in a table; values are atomic and may be
 * moved from any thread.  metrics_serve answers /metrics and /healthz on a
 * loopback address.
 */
#ifndef COLLECTOR_METRICS_H
#define COLLECTOR_METRICS_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct metric {
    const char *name;   /* manyi_collector_responses_total */
    const char *labels; /* "result=\"accepted\"", or "" */
    const char *help;
    bool gauge; /* else a counter */
    _Atomic int64_t value;
};

static inline void metric_add(struct metric *m, int64_t by)
{
    atomic_fetch_add_explicit(&m->value, by, memory_order_relaxed);
}

static inline void metric_set(struct metric *m, int64_t value)
{
    atomic_store_explicit(&m->value, value, memory_order_relaxed);
}

/* Metrics of one name must stand together in the table. */
MUST_USE enum status metrics_print(struct metric *const *table, size_t count,
                                   FILE *out);

struct metrics_server;
/* Listen on "127.0.0.1:9464" (loopback only, else ST_REFUSED).  /healthz is
 * 200 "ok" while `healthy` is true, else 503.  The table must outlive it. */
MUST_USE enum status metrics_serve(const char *address,
                                   struct metric *const *table, size_t count,
                                   const _Atomic bool *healthy,
                                   struct metrics_server **out,
                                   struct err *err);
/* The port, also when it was asked for as 0. */
unsigned metrics_port(const struct metrics_server *m);
void metrics_stop(struct metrics_server **m);

#endif
