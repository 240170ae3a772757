/* clerk_chores.c - see clerk.h: what the clerk does of its own accord. */
#include <stdlib.h>

#include "clerk_state.h"
#include "clock.h"
#include "collector/log.h"
#include "collector/store.h"
#include "counters.h"
#include "slip.h"

#define CAMPAIGNS_MS      2000
#define NEEDS_MS          250
#define NEWEST_MS         60000
#define NEWEST_MISSING_MS 2000
#define SWEEP_MS          30000
#define SWEEP_MAX         500 /* slips of one commit */
#define COUNT_MS          250
#define AWAY_MS           10000 /* without a connection, until it is said */
#define MISSING_MS        60000 /* until it is said again */
#define QUESTION_MS       5000
#define QUESTIONS_OWN     80 /* of the clerk's, under way at once */

/* An answer's bytes are of use here while it may be corrected, or has not
 * arrived; a slip, until long after its link has expired (its id's clock lies
 * up to 32 days before that). */
#define SCRUB_MS  (CORRECTION_MS + 60000)
#define FORGET_MS (60 * 24 * 60 * 60 * INT64_C(1000))

static void tell(const char *event, const struct err *err)
{
    char quoted[LOG_QUOTE_MAX];

    log_event(LEVEL_ERROR, event, "cause=%s", log_quote(err->text, quoted));
}

/* ---- questions of its own ---- */

static bool ask(struct clerk *d, const struct question *q, sender_reply_fn *fn)
{
    struct err err;

    if (d->questions >= QUESTIONS_OWN ||
        sender_ask(d->sender, q, QUESTION_MS, fn, d, &err) != ST_OK)
        return false;
    d->questions++;
    return true;
}

static void take_survey(struct clerk *d, enum status st, const uint8_t *frame,
                        size_t len, bool newest)
{
    struct wire_described told;
    enum reason reason;
    struct err err = {""};

    d->questions--;
    if (st != ST_OK || wire_read_survey(frame, len, &told, &reason) != ST_OK)
        return;
    if (known_tell_survey(d->known, &told, newest, &err) != ST_OK)
        tell("definition_refused", &err);
}

static void take_version(void *ctx, enum status st, const uint8_t *frame,
                         size_t len, enum reason reason)
{
    (void)reason;
    take_survey(ctx, st, frame, len, false);
}

static void take_newest(void *ctx, enum status st, const uint8_t *frame,
                        size_t len, enum reason reason)
{
    (void)reason;
    take_survey(ctx, st, frame, len, true);
}

static void ask_versions(struct clerk *d)
{
    struct known_need need;

    for (size_t at = 0; known_needs(d->known, &at, &need);) {
        const struct survey_name name = {need.survey, need.version};

        if (!ask(d, &(struct question){.type = RIGHT_DESCRIBE, .survey = &name},
                 take_version))
            return;
    }
}

static void take_campaigns(void *ctx, enum status st, const uint8_t *frame,
                           size_t len, enum reason reason)
{
    struct clerk *d = ctx;
    struct wire_list list;
    struct campaign c;
    uint64_t batch;

    d->questions--;
    if (st != ST_OK ||
        wire_read_campaigns(frame, len, &batch, &list, &reason) != ST_OK)
        return;
    while (list.count && wire_next_campaign(&list, &c) == REASON_NONE)
        known_tell_campaign(d->known, &c);
}

/* What was asked for before and did not come: an open survey that nobody can
 * answer. */
static void tell_missing(struct clerk *d, int64_t steady)
{
    char code[SURVEY_CODE_MAX + 1];
    bool told = false;

    if (!d->newest_asked ||
        (d->missing_at && steady - d->missing_at < MISSING_MS))
        return;
    for (size_t i = 0; known_followed(d->known, i, code); i++)
        if (!known_newest(d->known, code)) {
            log_event(LEVEL_WARN, "survey_missing", "survey=%s", code);
            told = true;
        }
    if (told)
        d->missing_at = steady;
}

/* When to look for the newest versions again. */
static int64_t ask_newest(struct clerk *d, int64_t steady)
{
    int64_t again = NEWEST_MS;
    char code[SURVEY_CODE_MAX + 1];

    tell_missing(d, steady);
    d->newest_asked = true;

    for (size_t i = 0; known_followed(d->known, i, code); i++) {
        const struct survey_name name = {code, NULL};

        (void)ask(d,
                  &(struct question){.type = RIGHT_DESCRIBE, .survey = &name},
                  take_newest);
        if (!known_newest(d->known, code))
            again = NEWEST_MISSING_MS;
    }
    return again;
}

/* ---- the table ---- */

static void keep_known(struct clerk *d)
{
    struct err err = {""};
    enum status st = sender_begin(d->sender, &err);

    if (st == ST_OK)
        st = known_keep(d->known, clerk_table(d), &err);
    if (st == ST_OK)
        st = sender_commit(d->sender, &err);
    if (st == ST_OK)
        known_kept(d->known);
    else
        sender_rollback(d->sender);
    if (st != ST_OK)
        tell("write_failed", &err);
}

/* Whether there is more to sweep. */
static bool sweep(struct clerk *d, int64_t now)
{
    struct durable *table = clerk_table(d);
    size_t scrubbed = 0, forgotten = 0;
    struct err err = {""};
    enum status st = sender_begin(d->sender, &err);

    if (st == ST_OK && atomic_load(&d->up))
        st = slips_scrub(table, now - SCRUB_MS, SWEEP_MAX, &scrubbed, &err);
    if (st == ST_OK)
        st = slips_forget(table, now - FORGET_MS, SWEEP_MAX, &forgotten, &err);
    if (st == ST_OK && scrubbed + forgotten)
        st = sender_commit(d->sender, &err);
    else
        sender_rollback(d->sender);
    if (st != ST_OK)
        tell("sweep_failed", &err);
    return st == ST_OK && (scrubbed == SWEEP_MAX || forgotten == SWEEP_MAX);
}

static void count(struct clerk *d)
{
    const struct known_counts k = known_counts(d->known);
    struct outbox_counts c;

    sender_counts(d->sender, &c);
    metric_set(&web_counters.pending, (int64_t)c.pending);
    metric_set(&web_counters.campaigns, (int64_t)k.campaigns);
    metric_set(&web_counters.surveys, (int64_t)k.surveys);
    metric_set(&web_counters.up, atomic_load(&d->up));
    metric_set(&web_counters.acks[ACK_ACCEPTED], (int64_t)c.accepted);
    metric_set(&web_counters.acks[ACK_DUPLICATE], (int64_t)c.duplicate);
    metric_set(&web_counters.acks[ACK_FILLED], (int64_t)c.filled);
    metric_set(&web_counters.acks[ACK_REFUSED], (int64_t)c.refused);
}

static void heed_connection(struct clerk *d, int64_t steady)
{
    if (atomic_load(&d->up)) {
        if (d->away)
            log_event(LEVEL_INFO, "collector_back", NULL);
        d->away = false;
        d->up_at = steady;
    } else if (!d->away && steady - d->up_at >= AWAY_MS) {
        d->away = true;
        log_event(LEVEL_WARN, "collector_away", NULL);
    }
}

/* ---- what is due ---- */

static int64_t soonest(const struct clerk *d)
{
    const int64_t due[] = {d->campaigns_at, d->newest_at, d->sweep_at,
                           d->count_at, d->needs_at};
    int64_t first = due[0];

    for (size_t i = 1; i < sizeof due / sizeof *due; i++)
        if (due[i] < first)
            first = due[i];
    return first;
}

int64_t clerk_chores(struct clerk *d, int64_t steady, int64_t now)
{
    const bool up = atomic_load(&d->up);

    if (steady >= d->campaigns_at) {
        d->campaigns_at = steady + (up ? CAMPAIGNS_MS : COUNT_MS);
        if (up)
            (void)ask(d, &(struct question){.type = RIGHT_CAMPAIGNS},
                      take_campaigns);
    }
    if (steady >= d->needs_at) {
        d->needs_at = steady + NEEDS_MS;
        if (up && d->questions == 0)
            ask_versions(d);
    }
    if (steady >= d->newest_at)
        d->newest_at = steady + (up ? ask_newest(d, steady) : COUNT_MS);
    if (known_unkept(d->known))
        keep_known(d);
    if (steady >= d->sweep_at)
        d->sweep_at = steady + (sweep(d, now) ? COUNT_MS : SWEEP_MS);
    if (steady >= d->count_at) {
        d->count_at = steady + COUNT_MS;
        count(d);
        heed_connection(d, steady);
    }
    return soonest(d);
}
