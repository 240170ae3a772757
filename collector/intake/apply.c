/* apply.c - see apply.h. */
#include "apply.h"

#include <assert.h>

#include "apply_campaigns.h"
#include "apply_reads.h"
#include "apply_tables.h"
#include "base/limits.h"
#include "definitions.h"
#include "invitations.h"
#include "pull.h"

static bool found_one(void *ctx, struct store_key key, const void *value,
                      size_t len)
{
    bool *found = ctx;

    (void)key;
    (void)value;
    (void)len;
    *found = true;
    return false;
}

enum status shelf_open(struct store *store, struct shelf *out, struct err *err)
{
    const struct store_key first = {"", 0}, end = {NULL, 0};
    bool found = false;
    enum status st = store_list(store, TABLE_INVITATIONS, first, end, found_one,
                                &found, err);

    if (st == ST_OK)
        *out = (struct shelf){.store = store,
                              .invited = found,
                              .map.max = MESSAGE_MAX,
                              .campaigns.store = store};
    return st;
}

void shelf_close(struct shelf *s)
{
    buffer_free(&s->map);
    campaigns_free(&s->campaigns);
}

enum status shelf_invitation(struct shelf *s, const struct invitation *i,
                             int64_t now, enum invitation_state *out,
                             struct err *err)
{
    struct campaign *c = NULL;
    enum invitation_state state = invitation_now(i, now);
    enum status st = ST_NOTFOUND;

    if (state == INVITATION_OPEN && !i->leased_until && *i->campaign)
        st = campaigns_find(&s->campaigns, i->campaign, &c, err);
    if (st != ST_OK && st != ST_NOTFOUND)
        return st;
    *out = c && c->state == CAMPAIGN_CLOSED ? INVITATION_CLOSED : state;
    return ST_OK;
}

/* ---- submit ---- */

/* The invitation knows better than the gateway who was asked, about what, and
 * by which draw; how the answer came is for the gateway to say. */
static void take_context(struct response *r, const struct invitation *i)
{
    const uint8_t channel = r->context.channel, entry = r->context.entry;

    r->context = i->context;
    r->context.channel = channel;
    r->context.entry = entry;
    r->event_at = i->event_at;
    r->rate_ppm = i->rate_ppm;
    if (!bytes_zero(i->respondent, ID_SIZE))
        memcpy(r->respondent, i->respondent, ID_SIZE);
    if (!bytes_zero(i->staff, ID_SIZE))
        memcpy(r->staff, i->staff, ID_SIZE);
}

static enum reason reason_of(enum verdict v)
{
    switch (v) {
    case VERDICT_ERASED:
        return REASON_ERASED;
    case VERDICT_TOO_LATE:
        return REASON_TOO_LATE;
    case VERDICT_OTHER_SURVEY:
        return REASON_ID;
    default:
        return REASON_NONE;
    }
}

static void tally(struct batch *b, size_t i, enum verdict v, enum reason why)
{
    const struct response *r = &b->list[i].response;
    struct rejection no = {
        .entry = r->context.entry, .reason = why, .index = b->place[i]};

    if (why != REASON_NONE) {
        memcpy(no.id, r->id, ID_SIZE);
        batch_reject(b, &no);
    } else if (v == VERDICT_ACCEPTED) {
        b->ack.accepted++;
    } else if (v == VERDICT_DUPLICATE) {
        b->ack.duplicate++;
    } else {
        b->ack.filled++;
    }
}

/* What staff key does not keep the customer from being asked. */
static bool by_customer(const struct response *r)
{
    return r->context.entry == ENTRY_OWN || r->context.entry == ENTRY_IVR;
}

/* An answer that claims to be invited.  *r gets the invitation's context. */
static enum status submit_invited(struct shelf *s, struct batch *b, size_t at,
                                  struct err *err)
{
    struct response r = b->list[at].response;
    enum verdict verdict = VERDICT_ACCEPTED;
    enum reason why = REASON_NONE;
    struct invitation i;
    enum status st = ST_NOTFOUND;
    bool known;

    if (s->invited)
        st = invitation_find(s->store, r.id, &s->map, &i, err);
    if (st != ST_OK && st != ST_NOTFOUND)
        return st;
    known = st == ST_OK;
    if (!known) {
        r.flags |= FLAG_NO_INVITATION;
    } else if (!streq(i.survey, b->request.survey)) {
        why = REASON_ID;
    } else {
        enum invitation_state state;

        st = shelf_invitation(s, &i, b->now, &state, err);
        if (st != ST_OK)
            return st;
        take_context(&r, &i);
        r.flags |= i.flags & FLAGS_GATEWAY;
        if (state == INVITATION_CLOSED || state == INVITATION_EXPIRED)
            r.flags |= FLAG_CLOSED;
        if (!client_may(b->client, &r.context))
            why = REASON_RIGHTS;
    }
    st = ST_OK;
    if (why == REASON_NONE) {
        st = store_submit(s->store, &r, b->list[at].correction, &verdict, err);
        why = reason_of(verdict);
    }
    if (st == ST_OK && known && why == REASON_NONE && by_customer(&r))
        st = invitation_end(s->store, &i, INVITATION_ANSWERED, err);
    if (st == ST_OK)
        tally(b, at, verdict, why);
    return st;
}

static enum status apply_submit(struct shelf *s, struct batch *b,
                                struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < b->count && st == ST_OK; i++) {
        const struct submission *one = &b->list[i];
        enum verdict verdict;

        if (one->response.context.frame == FRAME_INVITED) {
            st = submit_invited(s, b, i, err);
            continue;
        }
        st = store_submit(s->store, &one->response, one->correction, &verdict,
                          err);
        if (st == ST_OK)
            tally(b, i, verdict, reason_of(verdict));
    }
    return st;
}

/* ---- the others ---- */

static enum status apply_define(struct shelf *s, struct batch *b,
                                struct err *err)
{
    enum status st = definition_store(s->store, b->define, err);

    if (st == ST_OK && b->client)
        st = wire_defined(b->request.batch, b->define, &b->reply);
    return st;
}

static enum status apply_pull(struct shelf *s, struct batch *b, struct err *err)
{
    const struct pull pull = {.gateway = b->client->name,
                              .now = b->now,
                              .max = b->request.max < PULL_MAX ? b->request.max
                                                               : PULL_MAX};
    struct buffer maps = {.max = MESSAGE_MAX};
    size_t count = 0;
    enum status st = pull_due(&s->campaigns, &pull, &maps, &count, err);

    if (st == ST_OK)
        st = wire_invitations(b->request.batch, &maps, count, &b->reply);
    buffer_free(&maps);
    return st;
}

static enum status note(struct shelf *s, const struct batch *b, struct err *err)
{
    const struct journal j = {.peer = b->client ? b->client->name : "",
                              .batch = b->request.batch,
                              .rows = (uint32_t)b->request.list.count,
                              .at = b->now};

    return store_journal(s->store, &j, err);
}

static enum status change(struct shelf *s, struct batch *b, struct err *err)
{
    switch (b->request.type) {
    case RIGHT_SUBMIT:
        return apply_submit(s, b, err);
    case RIGHT_DEFINE:
        return apply_define(s, b, err);
    case RIGHT_PULL:
        return apply_pull(s, b, err);
    case RIGHT_CAMPAIGN:
        return apply_order(s, b, err);
    default:
        return apply_list(s, b, err);
    }
}

/* Nothing is written, and no row of the journal. */
static enum status look_up(struct shelf *s, struct batch *b, bool *was_read,
                           struct err *err)
{
    *was_read = true;
    switch (b->request.type) {
    case RIGHT_INVITATION:
        return apply_ask(s, b, err);
    case RIGHT_CAMPAIGNS:
        return apply_campaigns(s, b, err);
    case RIGHT_OPTOUTS:
        return apply_optouts(s, b, err);
    case RIGHT_COPY:
        return apply_copy(s, b, err);
    default:
        *was_read = false;
        return ST_OK;
    }
}

enum status apply(struct shelf *s, struct batch *b, struct err *err)
{
    bool was_read;
    enum status st;

    b->ack.accepted = b->ack.duplicate = b->ack.filled = 0;
    b->ack.rejections = b->refused; /* those of an earlier try are void */
    b->ack.refused = REASON_NONE;
    b->reply.len = 0;
    campaigns_begin(&s->campaigns, b->now);
    st = look_up(s, b, &was_read, err);
    if (was_read)
        return st;
    if (st == ST_OK)
        st = note(s, b, err);
    if (st == ST_OK)
        st = change(s, b, err);
    if (st == ST_OK)
        st = campaigns_save(&s->campaigns, err);
    if (st == ST_OK && b->reply.len == 0)
        st = wire_ack(&b->ack, &b->reply);
    return st;
}
