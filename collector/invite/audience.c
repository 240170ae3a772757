/* audience.c - see audience.h.  First pass: what each event is. */
#include "audience.h"

#include <sodium.h>
#include <stdlib.h>

#include "accounts.h"
#include "surveys/period.h"

static enum status no_memory(struct err *err)
{
    return err_set(err, ST_NOMEM, "out of memory");
}

void audience_lot(const uint8_t seed[PLAN_SEED_SIZE],
                  const uint8_t event[ID_SIZE], struct lot *out)
{
    uint8_t hash[24];

    (void)crypto_generichash(hash, sizeof hash, event, ID_SIZE, seed,
                             PLAN_SEED_SIZE);
    /* apart: the lowest of a unit's several choices would be drawn too often
     * if it were its rank too */
    out->choice = bytes_get64(hash);
    out->rank = bytes_get64(hash + 8);
    out->delay = bytes_get64(hash + 16);
}

static bool by_case(const struct plan *p)
{
    return p->wire.purpose == PURPOSE_CONFIRMATION ||
           p->wire.purpose == PURPOSE_FOLLOW_UP;
}

const uint8_t *audience_unit(const struct plan *p, const struct event *e)
{
    if (by_case(p))
        return e->kase;
    return bytes_zero(e->account, ID_SIZE) ? e->respondent : e->account;
}

/* ---- strata and cells ---- */

static enum status find_stratum(struct audience *a, const char *code,
                                uint32_t *out, struct err *err)
{
    size_t i = 0;

    while (i < a->strata && !streq(a->stratum[i].code, code))
        i++;
    if (i == STRATA_MAX)
        return err_set(err, ST_RANGE, "more than %d strata", STRATA_MAX);
    if (i == a->strata) {
        struct stratum *list =
            realloc(a->stratum, (a->strata + 1) * sizeof *list);

        if (!list)
            return no_memory(err);
        a->stratum = list;
        list[i] = (struct stratum){.ppm = plan_rate(a->plan, code)};
        memcpy(list[i].code, code, strlen(code));
        a->strata++;
    }
    *out = (uint32_t)i;
    return ST_OK;
}

static enum status find_cell(struct audience *a, const struct event *e,
                             uint32_t *out, struct err *err)
{
    struct context context = e->context;
    struct cell *cell;
    enum status st =
        plan_stratum(a->plan, a->survey, &e->context, context.stratum);

    if (st != ST_OK)
        return err_set(err, st,
                       "the stratum's name would be longer than %d characters: "
                       "make strata of fewer dimensions",
                       CODE_MAX);
    st = cells_at(&a->cells, &context, period_day(e->event_at), out);
    if (st != ST_OK)
        return st == ST_NOMEM
                   ? no_memory(err)
                   : err_set(err, st, "more than %u cells", CELLS_MAX);
    cell = &a->cells.list[*out];
    if (cell->events)
        return ST_OK;
    st = find_stratum(a, context.stratum, &cell->stratum, err);
    if (st == ST_OK)
        cell->rate_ppm = a->stratum[cell->stratum].ppm;
    return st;
}

/* ---- who is left in peace ---- */

static bool has_basis(const struct plan *p, const struct event *e)
{
    for (size_t i = 0; i < p->bases; i++)
        if (streq(p->basis[i], e->basis))
            return true;
    return false;
}

/* An opt-out of the bare number counts for who had it then: a number given to
 * somebody else since is another person's. */
static bool opted_out(const struct audience *a, const struct event *e)
{
    return optouts_has(a->optouts, e->respondent, INT64_MIN) ||
           optouts_has(a->optouts, e->number,
                       e->activated_at ? e->activated_at : INT64_MIN);
}

/* Relationship surveys are drawn first and keep away from each other alone;
 * instant ones keep away from whatever was asked or is reserved. */
static bool rested(const struct audience *a, const struct asks *asks)
{
    const bool all = a->plan->wire.purpose != PURPOSE_RELATIONSHIP;

    for (size_t i = 0; i < asks->count; i++) {
        const struct ask *ask = &asks->list[i];
        const int64_t apart = a->asked_at > ask->at ? a->asked_at - ask->at
                                                    : ask->at - a->asked_at;

        if ((all || ask->purpose == PURPOSE_RELATIONSHIP) &&
            apart < a->plan->rest_ms)
            return false;
    }
    return true;
}

static enum status too_recent(struct audience *a, const struct event *e,
                              bool *out, struct err *err)
{
    const uint8_t *person =
        bytes_zero(e->account, ID_SIZE) ? e->respondent : e->account;
    struct asks asks;
    bool used = true;
    enum status st;

    if (by_case(a->plan)) {
        used = false;
        st = state_asks(a->state, e->kase, &asks, err);
        if (st != ST_OK)
            return st;
        for (size_t i = 0; i < asks.count; i++)
            used |= asks.list[i].purpose == a->plan->wire.purpose;
    }
    *out = false;
    if (!used)
        return ST_OK; /* the case's one is exempt */
    st = state_asks(a->state, person, &asks, err);
    if (st == ST_OK)
        *out = !rested(a, &asks);
    return st;
}

/* EXCLUDED_REASONS: eligible. */
static enum status judge(struct audience *a, const struct event *e,
                         enum exclusion *out, struct err *err)
{
    bool recent = false;
    enum status st = ST_OK;

    if (!has_basis(a->plan, e))
        *out = EXCLUDED_NO_BASIS;
    else if (!e->adult)
        *out = EXCLUDED_NOT_ADULT;
    else if (!*e->contact)
        *out = EXCLUDED_NO_CONTACT;
    else if (e->staff_number)
        *out = EXCLUDED_STAFF_NUMBER;
    else if (opted_out(a, e))
        *out = EXCLUDED_OPTED_OUT;
    else {
        st = too_recent(a, e, &recent, err);
        *out = recent ? EXCLUDED_TOO_RECENT : EXCLUDED_REASONS;
    }
    return st;
}

/* ---- taking ---- */

static enum status note_accounts(struct audience *a, const struct event *e,
                                 struct err *err)
{
    uint64_t *accounts;
    bool was;
    enum status st = ST_OK;

    if (bytes_zero(e->account, ID_SIZE) || bytes_zero(e->number, ID_SIZE))
        return ST_OK;
    if (idset_at(&a->numbers, e->number, &accounts, &was) != ST_OK)
        return no_memory(err);
    if (!was)
        st = state_accounts(a->state, e->number, accounts, err);
    *accounts = accounts_add(*accounts, e->account);
    return st;
}

static enum status add(struct audience *a, const struct event *e, uint32_t cell,
                       struct err *err)
{
    struct candidate *c;
    struct lot lot;

    if (a->count == a->cap) {
        const size_t cap = a->cap ? 2 * a->cap : 1024;

        c = realloc(a->list, cap * sizeof *c);
        if (!c)
            return no_memory(err);
        a->list = c;
        a->cap = cap;
    }
    audience_lot(a->seed, e->key, &lot);
    c = &a->list[a->count++];
    *c = (struct candidate){.choice = lot.choice,
                            .rank = lot.rank,
                            .cell = cell,
                            .stratum = a->cells.list[cell].stratum};
    memcpy(c->unit, audience_unit(a->plan, e), ID_SIZE);
    memcpy(c->key, e->key, ID_SIZE);
    return ST_OK;
}

/* Whether the event was looked at before, by this draw or an earlier one. */
static enum status meet(struct audience *a, const struct event *e, bool *met,
                        struct err *err)
{
    uint64_t *before;
    enum status st;

    if (a->events.count == EVENTS_MAX)
        return err_set(err, ST_RANGE, "more than %u events", EVENTS_MAX);
    if (idset_at(&a->events, e->key, &before, met) != ST_OK)
        return no_memory(err);
    if (*met)
        return ST_OK;
    st = state_seen(a->state, e->key, met, err);
    if (st == ST_OK)
        *before = *met;
    return st;
}

enum status audience_take(struct audience *a, const struct event *e,
                          struct err *err)
{
    enum exclusion why = EXCLUDED_REASONS;
    uint32_t cell = 0;
    bool met = false;
    enum status st = meet(a, e, &met, err);

    if (st != ST_OK)
        return st;
    a->seen += met;
    if (met)
        return ST_OK;
    st = find_cell(a, e, &cell, err);
    if (st == ST_OK)
        st = note_accounts(a, e, err);
    if (st == ST_OK)
        st = judge(a, e, &why, err);
    if (st != ST_OK)
        return st;
    a->cells.list[cell].events++;
    a->fresh += e->fresh;
    a->repairs += e->repair;
    a->late += e->late;
    if (why == EXCLUDED_REASONS)
        return add(a, e, cell, err);
    a->cells.list[cell].excluded[why]++;
    return ST_OK;
}

void audience_sums(const struct audience *a, struct audience_sums *out)
{
    struct audience_sums s = {.events = 0};

    for (size_t i = 0; i < a->cells.count; i++) {
        const struct cell *c = &a->cells.list[i];

        s.events += c->events;
        s.eligible += c->eligible;
        s.drawn += c->drawn;
        for (size_t e = 0; e < EXCLUDED_REASONS; e++)
            s.excluded[e] += c->excluded[e];
    }
    *out = s;
}

void audience_free(struct audience *a)
{
    cells_free(&a->cells);
    free(a->stratum);
    idset_free(&a->events);
    idset_free(&a->numbers);
    free(a->list);
    idset_free(&a->drawn);
    sodium_memzero(a->seed, sizeof a->seed);
}
