/* turn.c - one transaction of the engine. */
#include <sodium.h>
#include <stdlib.h>

#include "collector/log.h"
#include "counters.h"
#include "state.h"

#define SWEEP_EVERY_MS (5 * 1000)
#define DAY_MS         (INT64_C(24) * 3600 * 1000)
/* A number rests so long before somebody else gets it. */
#define OPTED_OUT_DAYS 90

/* ---- events ---- */

/* The same thing at the same time is the same event. */
static void event_id(const struct sms *s, struct wire_event *e)
{
    const uint8_t kind = e->kind;
    crypto_generichash_state h;
    uint8_t random[ID_SIZE], at[8];

    bytes_put64(at, (uint64_t)e->at);
    crypto_generichash_init(&h, s->mac.bytes, sizeof s->mac.bytes, ID_SIZE);
    crypto_generichash_update(&h, &kind, 1);
    crypto_generichash_update(&h, at, sizeof at);
    crypto_generichash_update(&h, e->invitation, ID_SIZE);
    crypto_generichash_update(&h, e->respondent, ID_SIZE);
    crypto_generichash_final(&h, random, ID_SIZE);
    response_id(e->at, random, e->id);
}

enum status turn_event(struct sms *s, const struct wire_event *e,
                       struct err *err)
{
    struct sms_turn *t = &s->turn;

    if (t->count == t->room) {
        const size_t room = t->room ? 2 * t->room : 64;
        void *events = realloc(t->events, room * sizeof *t->events);
        void *texts;

        if (events)
            t->events = events;
        texts = events ? realloc(t->texts, room * sizeof *t->texts) : NULL;
        if (!texts)
            return err_set(err, ST_NOMEM, "out of memory");
        t->texts = texts;
        t->room = room;
    }
    t->events[t->count] = *e;
    if (e->text_len)
        memcpy(t->texts[t->count], e->text, e->text_len);
    event_id(s, &t->events[t->count]);
    t->count++;
    return ST_OK;
}

static enum status add_events(struct sms *s, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < s->turn.count; i++)
        s->turn.events[i].text = s->turn.texts[i];
    for (size_t i = 0; i < s->turn.count && st == ST_OK; i += BATCH_MAX) {
        const size_t left = s->turn.count - i;

        st = sender_add_events(s->sender, s->turn.events + i,
                               left < BATCH_MAX ? left : BATCH_MAX, err);
    }
    return st;
}

/* ---- answers ---- */

static enum status submit(struct sms *s, const struct sms_deed *d,
                          struct err *err)
{
    const struct talk *t = d->talk;
    const struct invitation *i = d->invitation;
    const int64_t last = t->last_at ? t->last_at : d->at;
    const struct survey_name name = {d->survey->code, i->version};
    struct submission sub = {
        .response = {.event_at = i->event_at,
                     .answered_at = last,
                     .context = i->context,
                     .rate_ppm = i->rate_ppm,
                     .duration_ms = last > t->first_at && t->first_at
                                        ? (uint32_t)(last - t->first_at)
                                        : 0,
                     .flags = (d->deed->late ? FLAG_LATE : 0) |
                              (t->end == END_COMPLETE ? 0 : FLAG_PARTIAL) |
                              i->flags,
                     .items = t->items,
                     .answers = t->answers,
                     .comment_len = t->comment_len,
                     .comment = t->comment}};
    struct response *r = &sub.response;

    if (last - t->first_at > UINT32_MAX)
        r->duration_ms = UINT32_MAX;
    r->context.channel = CHANNEL_SMS;
    r->context.entry = ENTRY_OWN;
    memcpy(r->id, i->id, ID_SIZE);
    memcpy(r->version, i->version, HASH_SIZE);
    memcpy(r->respondent, i->respondent, ID_SIZE);
    memcpy(r->staff, i->staff, ID_SIZE);
    randombytes_buf(r->salt, ID_SIZE);
    return sender_add(s->sender, &name, &sub, 1, err);
}

static void count_end(const struct talk *t)
{
    sms_count(t->end == END_COMPLETE  ? OVER_COMPLETE
              : t->end == END_PARTIAL ? OVER_PARTIAL
              : t->end == END_SILENT  ? OVER_SILENT
                                      : OVER_OTHER);
}

enum status turn_carry(struct sms *s, const struct sms_deed *d, struct err *err)
{
    enum status st = ST_OK;

    if (d->deed->submit && d->survey)
        st = submit(s, d, err);
    if (d->deed->ended)
        count_end(d->talk);
    for (int kind = 0; kind < EVENT_KINDS && st == ST_OK; kind++) {
        struct wire_event e = {.kind = (uint8_t)kind,
                               .at = d->at,
                               .channel = CHANNEL_SMS,
                               .text_len = d->len,
                               .text = d->text};

        if (!(d->deed->events & 1u << kind))
            continue;
        memcpy(e.invitation, d->talk->id, ID_SIZE);
        memcpy(e.respondent, d->invitation->respondent, ID_SIZE);
        if (kind == EVENT_FAILED || kind == EVENT_DISPOSITION ||
            kind == EVENT_DELIVERY_REPORT)
            memcpy(e.code, d->deed->code, sizeof e.code);
        if (kind != EVENT_OPT_OUT && kind != EVENT_OPT_IN)
            e.text_len = 0;
        st = turn_event(s, &e, err);
    }
    return st;
}

void turn_aside(struct sms *s, const struct sms_aside *a)
{
    if (s->turn.aside_count < ASIDES_MAX)
        s->turn.asides[s->turn.aside_count++] = *a;
}

enum status turn_keep(struct sms *s, struct talk *t, struct invitation *i,
                      struct err *err)
{
    enum status st = ST_OK;

    talk_scrub(t);
    if (t->phase == TALK_OVER && t->out == OUT_IDLE && i->contact_len) {
        i->contact_len = 0;
        st = memory_keep_invitation(s->table, i, err);
    }
    return st == ST_OK ? memory_keep(s->table, t, talk_wake(t, &s->rules), err)
                       : st;
}

/* ---- the transaction ---- */

struct intake {
    struct sms_job *jobs[JOBS_MAX];
    bool again[JOBS_MAX]; /* this one is to come again */
    size_t count;
    struct buffer awake, waiting; /* ids */
};

/* A damaged record is one customer's; all others go on. */
static enum status tolerate(enum status st, const struct err *err)
{
    char quoted[LOG_QUOTE_MAX];

    if (st != ST_CORRUPT && st != ST_INVALID && st != ST_NOTFOUND)
        return st;
    log_event(LEVEL_ERROR, "record_damaged", "cause=%s",
              log_quote(err->text, quoted));
    return ST_OK;
}

static enum status apply(struct sms *s, struct intake *in, struct err *err)
{
    enum status st = desk_keep_surveys(s, err);

    for (size_t i = 0; i < s->outcome_count && st == ST_OK; i++)
        st = tolerate(incoming_outcome(s, &s->outcomes[i], err), err);
    for (size_t i = 0; i < in->count && st == ST_OK; i++) {
        st = tolerate(incoming_job(s, in->jobs[i], err), err);
        in->again[i] = st == ST_BUSY;
        st = st == ST_BUSY ? ST_OK : st;
    }
    if (st == ST_OK && s->pulled.len)
        st = tolerate(incoming_pulled(s, err), err);
    if (st == ST_OK)
        st = outgoing_plan(s, &in->awake, &in->waiting, err);
    /* no fewer than a turn can mark, or they would grow for ever */
    if (st == ST_OK)
        st = memory_unmark_old(s->table, s->now, JOBS_MAX, err);
    if (st == ST_OK && s->now - s->swept_at >= SWEEP_EVERY_MS)
        st = memory_sweep(
            s->table, &s->sweep,
            &(struct sms_since){s->now - s->set->stranger_days * DAY_MS,
                                s->now - OPTED_OUT_DAYS * DAY_MS},
            err);
    return st == ST_OK ? add_events(s, err) : st;
}

/* Say once that nothing can be kept, and once that it can again. */
static void tell_trouble(struct sms *s, enum status st, const struct err *err)
{
    const bool kept = st == ST_OK;
    char quoted[LOG_QUOTE_MAX];

    if (kept == s->in_trouble)
        log_event(kept ? LEVEL_INFO : LEVEL_ERROR,
                  kept ? "outbox_well" : "outbox_trouble", "cause=%s",
                  kept ? "none" : log_quote(err->text, quoted));
    s->in_trouble = !kept;
    atomic_store(&s->healthy, kept);
}

/* What was asked for has been kept, or not: act, or forget it. */
static void settle(struct sms *s, struct intake *in, bool kept)
{
    for (size_t i = 0; i < in->count; i++)
        sms_job_done(&in->jobs[i], kept && !in->again[i]);
    if (!kept) {
        sms_count(COMMITS_FAILED);
        calls_forget(s);
        return;
    }
    if (s->now - s->swept_at >= SWEEP_EVERY_MS)
        s->swept_at = s->now;
    s->outcome_count = 0;
    s->pulled.len = 0;
    for (size_t i = 0; i < s->turn.aside_count; i++)
        if (s->aside_count < ASIDES_MAX)
            s->asides[s->aside_count++] = s->turn.asides[i];
}

/* Talks of campaigns that may send, or that were closed under them. */
static enum status look(struct sms *s, struct intake *in, struct err *err)
{
    enum status st = memory_awake(s->table, s->now, TALKS_MAX, &in->awake, err);

    s->backlog = false;
    for (size_t k = 0; k <= s->campaign_count && st == ST_OK; k++) {
        const size_t i = (s->campaign_first + k) % (s->campaign_count + 1);
        const char *name = i < s->campaign_count ? s->campaigns[i].name : "";
        const size_t before = in->waiting.len;

        if (!desk_sends(s, name) && !desk_closed(s, name))
            continue;
        st = memory_waiting(s->table, name, s->now, TALKS_MAX, &in->waiting,
                            err);
        s->backlog |= in->waiting.len - before == TALKS_MAX * ID_SIZE;
    }
    return st;
}

static enum status transact(struct sms *s, struct intake *in, struct err *err)
{
    enum status st = sender_begin(s->sender, err);

    if (st == ST_OK)
        st = apply(s, in, err);
    if (st == ST_OK)
        st = sender_commit(s->sender, err);
    if (st == ST_OK)
        desk_kept_surveys(s);
    else
        sender_rollback(s->sender);
    return st;
}

void turn_do(struct sms *s)
{
    struct intake in = {.count = 0};
    struct err err = {""};
    size_t share, own;
    enum status st;

    s->turn.count = s->turn.aside_count = 0;
    calls_take(s);
    while (in.count < JOBS_MAX && (in.jobs[in.count] = queue_pop(s->jobs, 0)))
        in.count++;
    share = calls_budget(s);
    /* half of it is for who wrote and is not in a talk */
    own = s->aside_count < (share + 1) / 2 ? s->aside_count : (share + 1) / 2;
    share -= own;
    s->turn.budget = share;
    st = look(s, &in, &err);
    if (st != ST_OK || in.count || s->outcome_count || s->pulled.len ||
        in.awake.len || in.waiting.len) {
        if (st == ST_OK)
            st = transact(s, &in, &err);
        tell_trouble(s, st, &err);
        settle(s, &in, st == ST_OK);
    }
    s->campaign_first += s->turn.budget < share;
    calls_make(s);
    buffer_free(&in.awake);
    buffer_free(&in.waiting);
}
