/* counters.c - see counters.h.  Labels are literals, so there is nothing to
 * build and nothing to free. */
#include "counters.h"

#define NAME(x) "manyi_collector_" x
#define MESSAGES(right, word)                                                  \
    [right] = {.name = NAME("messages_total"),                                 \
               .labels = "type=\"" word "\"",                                  \
               .help = "Messages taken apart, by type."}
#define RESPONSES(result, word)                                                \
    [result] = {.name = NAME("responses_total"),                               \
                .labels = "result=\"" word "\"",                               \
                .help = "Responses acknowledged, by what became of them."}
#define X(symbol, word)                                                        \
    [REASON_##symbol] = {                                                      \
        .name = NAME("refused_total"),                                         \
        .labels = "reason=\"" word "\"",                                       \
        .help = "Messages and single responses refused, by reason."},
#define SHAKES(result, word)                                                   \
    [result] = {.name = NAME("handshakes_total"),                              \
                .labels = "result=\"" word "\"",                               \
                .help = "CURVE handshakes, by how they ended."}

struct counters counters = {
    .messages =
        {MESSAGES(RIGHT_SUBMIT, "submit"), MESSAGES(RIGHT_DESCRIBE, "describe"),
         MESSAGES(RIGHT_DEFINE, "define"), MESSAGES(RIGHT_INVITE, "invite"),
         MESSAGES(RIGHT_PULL, "pull"), MESSAGES(RIGHT_INVITATION, "invitation"),
         MESSAGES(RIGHT_EVENT, "event"), MESSAGES(RIGHT_REVIEW, "review"),
         MESSAGES(RIGHT_ERASE, "erase"), MESSAGES(RIGHT_SAMPLE, "sample"),
         MESSAGES(RIGHT_CAMPAIGN, "campaign"),
         MESSAGES(RIGHT_CAMPAIGNS, "campaigns"),
         MESSAGES(RIGHT_OPTOUTS, "optouts"), MESSAGES(RIGHT_COPY, "copy")},
    .responses = {RESPONSES(RESULT_ACCEPTED, "accepted"),
                  RESPONSES(RESULT_DUPLICATE, "duplicate"),
                  RESPONSES(RESULT_FILLED, "filled"),
                  RESPONSES(RESULT_REJECTED, "rejected")},
    .refused = {WIRE_REASONS(X)},
    .commits = {.name = NAME("commits_total"),
                .labels = "",
                .help = "Transactions committed."},
    .rows = {.name = NAME("committed_rows_total"),
             .labels = "",
             .help = "Responses, invitations and events in them."},
    .last_rows = {.name = NAME("commit_rows"),
                  .labels = "",
                  .help = "Those in the last one.",
                  .gauge = true},
    .queue = {.name = NAME("queue_messages"),
              .labels = "",
              .help = "Messages read and not yet committed.",
              .gauge = true},
    .store_up = {.name = NAME("store_up"),
                 .labels = "",
                 .help = "1: the store takes what it is given.",
                 .gauge = true},
    .handshakes = {SHAKES(HANDSHAKE_ACCEPTED, "accepted"),
                   SHAKES(HANDSHAKE_REFUSED, "refused"),
                   SHAKES(HANDSHAKE_FAILED, "failed")},
    .connections = {.name = NAME("connections"),
                    .labels = "",
                    .help = "Peers connected.",
                    .gauge = true},
};

#undef X

size_t counters_table(struct metric *table[COUNTERS_MAX])
{
    struct metric *const single[] = {
        &counters.commits, &counters.rows,     &counters.last_rows,
        &counters.queue,   &counters.store_up, &counters.connections};
    size_t n = 0;

    for (size_t i = 0; i < RIGHT_ASK; i++)
        table[n++] = &counters.messages[i];
    for (size_t i = 0; i < RESULTS; i++)
        table[n++] = &counters.responses[i];
    for (size_t i = REASON_NONE + 1; i < REASONS; i++)
        table[n++] = &counters.refused[i];
    for (size_t i = 0; i < HANDSHAKES; i++)
        table[n++] = &counters.handshakes[i];
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        table[n++] = single[i];
    return n;
}

void counters_ack(enum right type, const struct ack *ack)
{
    if (ack->refused != REASON_NONE)
        metric_add(&counters.refused[ack->refused], 1);
    for (size_t i = 0; i < ack->rejections; i++)
        metric_add(&counters.refused[ack->rejected[i].reason], 1);
    if (type != RIGHT_SUBMIT)
        return;
    metric_add(&counters.responses[RESULT_ACCEPTED], ack->accepted);
    metric_add(&counters.responses[RESULT_DUPLICATE], ack->duplicate);
    metric_add(&counters.responses[RESULT_FILLED], ack->filled);
    metric_add(&counters.responses[RESULT_REJECTED], (int64_t)ack->rejections);
}
