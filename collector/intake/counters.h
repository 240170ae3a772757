/* counters.h - what the collector counts. */
#ifndef INTAKE_COUNTERS_H
#define INTAKE_COUNTERS_H

#include "collector/metrics.h"
#include "collector/wire.h"

enum result {
    RESULT_ACCEPTED,
    RESULT_DUPLICATE,
    RESULT_FILLED,
    RESULT_REJECTED,
    RESULTS
};

enum handshake {
    HANDSHAKE_ACCEPTED,
    HANDSHAKE_REFUSED, /* a key that is not known */
    HANDSHAKE_FAILED,  /* no key at all, or not our protocol */
    HANDSHAKES
};

struct counters {
    struct metric messages[RIGHTS];
    struct metric responses[RESULTS];
    struct metric refused[REASONS]; /* [REASON_NONE] is not shown */
    struct metric commits, rows, last_rows, queue, store_up;
    struct metric handshakes[HANDSHAKES];
    struct metric connections;
};

#define COUNTERS_MAX (RIGHTS + RESULTS + REASONS + HANDSHAKES + 6)

/* The one set of this process, and it as a table for metrics_serve. */
extern struct counters counters;
size_t counters_table(struct metric *table[COUNTERS_MAX]);
/* Count what an acknowledgement, or a refusal by the store, says. */
void counters_ack(enum right type, const struct ack *ack);

#endif
