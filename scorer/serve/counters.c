/* counters.c - see counters.h. */
#include "counters.h"

#include <assert.h>
#include <stdio.h>

#define NAME(x)   "manyi_scorer_" x
#define QUESTIONS "Questions answered, by kind."
#define LATENCY(l)                                                             \
    {                                                                          \
        .name = NAME("answer_ms_bucket"), .labels = "le=\"" l "\"",            \
        .help = "Questions answered within so many milliseconds."              \
    }
#define X(symbol, word, status)                                                \
    {.name = NAME("troubles_total"),                                           \
     .labels = "code=\"" word "\"",                                            \
     .help = "Questions that got no answer, by why."},
#define ONE(x, h)                                                              \
    {                                                                          \
        .name = NAME(x), .labels = "", .help = h                               \
    }
#define GAUGE(x, h)                                                            \
    {                                                                          \
        .name = NAME(x), .labels = "", .help = h, .gauge = true                \
    }
#define SHAKE(l)                                                               \
    {                                                                          \
        .name = NAME("handshakes_total"), .labels = "result=\"" l "\"",        \
        .help = "CURVE handshakes, by how they ended."                         \
    }

struct serve_counters serve_counters = {
    .describe = {.name = NAME("answers_total"),
                 .labels = "kind=\"describe\"",
                 .help = QUESTIONS},
    .latency = {LATENCY("1"), LATENCY("10"), LATENCY("100"), LATENCY("1000"),
                LATENCY("10000"), LATENCY("+Inf")},
    .latency_sum = ONE("answer_ms_sum", "Milliseconds of all of them."),
    .latency_count = ONE("answer_ms_count", "How many they are."),
    .trouble = {TROUBLES(X)},
    .dropped = ONE("dropped_total",
                   "Answers lost, as their asker was gone or did not read."),
    .accepted = SHAKE("accepted"),
    .refused = SHAKE("refused"),
    .failed = SHAKE("failed"),
    .connections = GAUGE("connections", "Peers connected."),
    .rows = ONE("folded_rows_total", "Entries of the log folded in."),
    .folds = ONE("folds_total", "Steps in which something was folded in."),
    .fold_ms = ONE("fold_ms_total", "Milliseconds of all of them."),
    .behind = GAUGE("behind", "1: the log is being read, answers must wait."),
    .lag_ms = GAUGE("lag_ms", "Since the end of the log was last seen."),
    .store_up = GAUGE("store_up", "1: the store can be read."),
};

static const int64_t bounds[LATENCIES] = {1, 10, 100, 1000, 10000, INT64_MAX};

/* Labels of kinds, which are known only when the program is linked. */
static size_t name_kinds(void)
{
    static char label[KINDS_MAX][64];
    size_t n = 0;

    for (; query_kinds[n]; n++) {
        assert(n < KINDS_MAX);
        snprintf(label[n], sizeof label[n], "kind=\"%s\"",
                 query_kinds[n]->name);
        serve_counters.kind[n].name = serve_counters.describe.name;
        serve_counters.kind[n].help = serve_counters.describe.help;
        serve_counters.kind[n].labels = label[n];
    }
    return n;
}

size_t serve_counters_table(struct metric *table[COUNTERS_MAX])
{
    struct metric *const single[] = {
        &serve_counters.latency_sum, &serve_counters.latency_count,
        &serve_counters.dropped,     &serve_counters.accepted,
        &serve_counters.refused,     &serve_counters.failed,
        &serve_counters.connections, &serve_counters.rows,
        &serve_counters.folds,       &serve_counters.fold_ms,
        &serve_counters.behind,      &serve_counters.lag_ms,
        &serve_counters.store_up};
    const size_t kinds = name_kinds();
    size_t n = 0;

    for (size_t i = 0; i < kinds; i++)
        table[n++] = &serve_counters.kind[i];
    table[n++] = &serve_counters.describe;
    for (size_t i = 0; i < LATENCIES; i++)
        table[n++] = &serve_counters.latency[i];
    for (size_t i = TROUBLE_NONE + 1; i < TROUBLE_KINDS; i++)
        table[n++] = &serve_counters.trouble[i];
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        table[n++] = single[i];
    return n;
}

void counters_answered(const struct query_kind *k, int64_t ms)
{
    size_t n = 0;

    while (k && query_kinds[n] != k)
        n++;
    metric_add(k ? &serve_counters.kind[n] : &serve_counters.describe, 1);
    for (size_t i = 0; i < LATENCIES; i++)
        if (ms <= bounds[i])
            metric_add(&serve_counters.latency[i], 1);
    metric_add(&serve_counters.latency_sum, ms);
    metric_add(&serve_counters.latency_count, 1);
}
