/* counters.c - see counters.h. */
#include "counters.h"

#include <stdlib.h>

#include "collector/files.h"
#include "collector/log.h"
#include "collector/metrics.h"

#define HELP_EXCLUDED "events nobody was asked about"

/* X of EXCLUSIONS: one label each. */
#define X(symbol, word)                                                        \
    {"manyi_invite_excluded_total", "reason=\"" word "\"", HELP_EXCLUDED,      \
     false, 0},
static struct metric excluded[] = {EXCLUSIONS(X)};
#undef X
static struct metric draws = {"manyi_invite_draws_total", "",
                              "draws that were made", false, 0};
static struct metric events = {"manyi_invite_events_total", "",
                               "events that were looked at", false, 0};
static struct metric drawn = {"manyi_invite_drawn_total", "",
                              "invitations that were made", false, 0};
static struct metric bad = {"manyi_invite_bad_rows_total", "",
                            "rows that were passed over", false, 0};
static struct metric last = {"manyi_invite_last_draw_seconds", "",
                             "when the last draw was made", true, 0};
static struct metric owed = {"manyi_invite_owed_messages", "",
                             "messages the collector has not acknowledged",
                             true, 0};
static struct metric refused = {"manyi_invite_refused", "",
                                "what the collector would not take", true, 0};

static enum status count(void *ctx, const struct draw_note *n)
{
    (void)ctx;
    metric_add(&draws, 1);
    metric_add(&events, (int64_t)n->events);
    metric_add(&drawn, (int64_t)n->drawn);
    metric_add(&bad, (int64_t)n->bad);
    for (size_t e = 0; e < EXCLUDED_REASONS; e++)
        metric_add(&excluded[e], (int64_t)n->excluded[e]);
    if (n->at / 1000 > atomic_load(&last.value))
        metric_set(&last, n->at / 1000);
    return ST_OK;
}

static enum status print(const char *path, struct err *err)
{
    struct metric *table[8 + EXCLUDED_REASONS] = {
        &draws, &events, &drawn, &bad, &last, &owed, &refused};
    size_t n = 7, len = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &len);
    enum status st = ST_NOMEM;

    for (size_t e = 0; e < EXCLUDED_REASONS; e++)
        table[n++] = &excluded[e];
    if (out) {
        st = metrics_print(table, n, out);
        if (fclose(out) != 0)
            st = ST_NOMEM;
    }
    if (st != ST_OK)
        (void)err_set(err, st, "out of memory");
    else
        st = file_create(path, 0644, text, len, err);
    if (st == ST_EXISTS)
        st = file_replace(path, 0644, text, len, err);
    free(text);
    return st;
}

void counters_write(const char *path, struct state *s,
                    const struct sender *sender)
{
    struct outbox_counts counts;
    char quoted[LOG_QUOTE_MAX];
    struct err err = {""};
    enum status st = state_draws(s, count, NULL, &err);

    sender_counts(sender, &counts);
    metric_set(&owed, (int64_t)counts.pending);
    metric_set(&refused, (int64_t)counts.refused);
    if (st == ST_OK)
        st = print(path, &err);
    if (st != ST_OK)
        log_event(LEVEL_WARN, "metrics_failed", "cause=%s",
                  log_quote(err.text, quoted));
}
