/* drawing_put.c - the second pass: invitations, what the draw took of each
 * cell, and what later draws must know, in one commit.  Killed before it,
 * nothing happened; behind it everything is owed to the collector. */
#include <sodium.h>
#include <stdlib.h>

#include "accounts.h"
#include "drawing.h"
#include "issue.h"
#include "settings.h"
#include "surveys/period.h"

#define GROUP 64

/* Invitations that wait to be put. */
struct group {
    struct invitation list[GROUP];
    uint8_t sealed[GROUP][CONTACT_MAX];
    size_t count;
};

/* ---- invitations ---- */

static enum status flush(struct drawing *d, struct group *g, struct err *err)
{
    enum status st = ST_OK;

    if (g->count)
        st = sender_add_invitations(d->sender, g->list, g->count, err);
    g->count = 0;
    return st;
}

/* The unit is asked now as far as later draws go; a case's own ask also counts
 * for who it is about. */
static enum status note_ask(struct drawing *d, const struct event *e,
                            int64_t due, struct err *err)
{
    const struct ask ask = {due, d->plan->wire.purpose};
    const uint8_t *unit = audience_unit(d->plan, e);
    const uint8_t *person =
        bytes_zero(e->account, ID_SIZE) ? e->respondent : e->account;
    enum status st = state_put_ask(&d->state, unit, &ask, err);

    return st == ST_OK && unit == e->kase
               ? state_put_ask(&d->state, person, &ask, err)
               : st;
}

static enum status issue_one(struct drawing *d, const struct issue *how,
                             const struct event *e, uint32_t serial,
                             struct group *g, struct err *err)
{
    enum status st =
        issue_make(how, e, serial, g->sealed[g->count], &g->list[g->count]);

    if (st != ST_OK)
        return err_set(err, st, "a contact can not be sealed");
    st = note_ask(d, e, g->list[g->count].due_at, err);
    if (++g->count == GROUP && st == ST_OK)
        st = flush(d, g, err);
    return st;
}

/* The next event that is drawn, and its place; ST_NOTFOUND at the end.  Of the
 * other rows only the key is read. */
static enum status next_drawn(struct drawing *d, struct feed *f,
                              struct event *out, uint32_t *place,
                              struct err *err)
{
    uint8_t key[ID_SIZE];
    struct feed_row row;
    enum status st;

    while ((st = drawing_row(f, &row, err)) == ST_OK || st == ST_INVALID) {
        if (st != ST_OK || !event_key(&d->person, &row, key) ||
            !audience_draws(&d->audience, key, place))
            continue;
        st = drawing_event(d, f, &row, out, err);
        if (st == ST_OK)
            audience_done(&d->audience, *place);
        if (st != ST_INVALID) /* a bad row, and behind it the good one */
            return st;
    }
    return st;
}

static enum status issue_all(struct drawing *d, struct feed *f, struct group *g,
                             struct err *err)
{
    struct issue how = {.audience = &d->audience,
                        .codes = d->codes,
                        .token_key = &d->token_key,
                        .campaign = d->campaign.number};
    uint32_t issued = 0, place = 0;
    struct event e;
    enum status st;

    memcpy(how.contact_key, d->contact_key, sizeof how.contact_key);
    memcpy(how.version, d->campaign.plan.version, HASH_SIZE);
    while ((st = next_drawn(d, f, &e, &place, err)) == ST_OK) {
        st = issue_one(d, &how, &e, d->note.first + place, g, err);
        if (st != ST_OK)
            return st;
        if (++issued % 256)
            continue;
        progress_tell(&d->progress, issued,
                      (double)issued / (double)d->note.drawn, NULL,
                      invite_clock());
        if (invite_stopped())
            return err_set(err, ST_STOPPED, "stopped; nothing is drawn");
    }
    if (st == ST_NOTFOUND)
        st = flush(d, g, err);
    if (st == ST_OK && issued != d->note.drawn)
        st = err_set(err, ST_INVALID, "%s: changed while it was read",
                     d->options->feed);
    return st;
}

static enum status issue_feed(struct drawing *d, struct err *err)
{
    struct group *g = malloc(sizeof *g);
    struct feed *f = NULL;
    enum status st = g ? drawing_open_feed(d, &f, err)
                       : err_set(err, ST_NOMEM, "out of memory");

    if (st == ST_OK) {
        g->count = 0;
        progress_begin(&d->progress, "drawing", 0, 0, invite_clock());
        st = issue_all(d, f, g, err);
        progress_end(&d->progress);
    }
    feed_close(&f);
    free(g);
    return st;
}

/* ---- the cells ---- */

static void sample_of(const struct drawing *d, const struct cell *c,
                      struct wire_sample *out)
{
    struct wire_sample s = {.at = d->now,
                            .event_at = period_start(c->day),
                            .context = c->context,
                            .rate_ppm = c->rate_ppm,
                            .events = c->events,
                            .eligible = c->eligible,
                            .drawn = c->drawn};
    crypto_generichash_state state;
    uint8_t hash[ID_SIZE];

    memcpy(s.campaign, d->plan->wire.campaign, sizeof s.campaign);
    memcpy(s.survey, d->plan->wire.survey, sizeof s.survey);
    for (size_t i = 0; i < EXCLUDED_REASONS; i++)
        s.excluded[i] = c->excluded[i];
    (void)crypto_generichash_init(&state, d->source.hash, HASH_SIZE, ID_SIZE);
    (void)crypto_generichash_update(&state, (const uint8_t *)s.campaign,
                                    sizeof s.campaign);
    (void)crypto_generichash_update(&state, (const uint8_t *)&c->day,
                                    sizeof c->day);
    (void)crypto_generichash_update(&state, (const uint8_t *)&c->context,
                                    sizeof c->context);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    response_id(d->now, hash, s.id);
    *out = s;
}

static enum status put_samples(struct drawing *d, struct err *err)
{
    const struct cells *cells = &d->audience.cells;
    struct wire_sample *list = calloc(GROUP, sizeof *list);
    size_t n = 0;
    enum status st = list ? ST_OK : err_set(err, ST_NOMEM, "out of memory");

    for (size_t i = 0; i < cells->count && st == ST_OK; i++) {
        sample_of(d, &cells->list[i], &list[n++]);
        if (n < GROUP && i + 1 < cells->count)
            continue;
        st = sender_add_samples(d->sender, list, n, err);
        n = 0;
    }
    free(list);
    return st;
}

/* ---- what later draws must know ---- */

static enum status put_known(struct drawing *d, struct err *err)
{
    struct idset *events = &d->audience.events, *numbers = &d->audience.numbers;
    enum status st = ST_OK;

    idset_sort(events);
    for (size_t i = 0; i < events->count && st == ST_OK; i++)
        if (!events->slot[i].value)
            st = state_put_seen(&d->state, events->slot[i].key, err);
    idset_sort(numbers);
    for (size_t i = 0; i < numbers->count && st == ST_OK; i++)
        if (numbers->slot[i].value & ACCOUNTS_CHANGED)
            st = state_put_accounts(&d->state, numbers->slot[i].key,
                                    numbers->slot[i].value & ~ACCOUNTS_CHANGED,
                                    err);
    return st;
}

static enum status forget_closed(struct drawing *d, struct err *err)
{
    const char *at = (const char *)d->closed.data;
    const char *end = at + d->closed.len;
    uint8_t seed[PLAN_SEED_SIZE];
    enum status st = ST_OK;

    for (; st == ST_OK && at < end; at += strlen(at) + 1) {
        st = state_seed(&d->state, at, seed, err);
        if (st == ST_OK)
            st = state_forget(&d->state, at, err);
        else if (st == ST_NOTFOUND)
            st = ST_OK;
    }
    return st;
}

static enum status put_all(struct drawing *d, struct err *err)
{
    const uint32_t last = d->note.first - 1 + (uint32_t)d->note.drawn;
    enum status st = issue_feed(d, err);

    if (st == ST_OK)
        st = source_same(d->path, &d->source, err);
    if (st == ST_OK)
        st = put_samples(d, err);
    if (st == ST_OK)
        st = put_known(d, err);
    if (st == ST_OK)
        st = state_put_serial(&d->state, d->campaign.number, last, err);
    if (st == ST_OK)
        st = forget_closed(d, err);
    if (st == ST_OK && d->note.events)
        st = state_put_draw(&d->state, &d->note, err);
    return st;
}

enum status drawing_put(struct drawing *d, struct err *err)
{
    uint32_t serial = 0;
    enum status st = state_serial(&d->state, d->campaign.number, &serial, err);

    if (st == ST_OK && d->note.drawn > TOKEN_SERIAL_MAX - serial)
        st = err_set(err, ST_RANGE,
                     "%s: has no serial numbers left: make a new campaign",
                     d->plan->wire.campaign);
    d->note.first = serial + 1;
    if (st == ST_OK && d->bad.path)
        st = bad_save(&d->bad, err);
    if (st == ST_OK)
        st = sender_begin(d->sender, err);
    if (st != ST_OK)
        return st;
    st = put_all(d, err);
    if (st == ST_OK)
        return sender_commit(d->sender, err);
    sender_rollback(d->sender);
    return st;
}
