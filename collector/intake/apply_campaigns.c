/* apply_campaigns.c - see apply_campaigns.h.
 *
 * An order that was carried out already is answered like the first time, so
 * that one whose reply was lost can be sent again.  Nothing that was drafted
 * changes: a name stands for one plan for ever, or the second person would
 * approve what somebody exchanges a moment before.
 */
#include "apply_campaigns.h"

#include "base/limits.h"
#include "collector/token.h"

#define MAPS_MAX (MESSAGE_MAX - 1024) /* room for the reply's own map */

/* ---- draft ---- */

/* What is known of all campaigns when one is added. */
struct census {
    bool taken[TOKEN_CAMPAIGN_MAX + 1]; /* numbers */
    size_t open;
    struct campaign *oldest; /* closed for longest, of those with a number */
};

static void count(struct campaigns *c, struct census *out)
{
    for (size_t i = 0; i < c->count; i++) {
        struct campaign *one = &c->seat[i].is;

        out->open += one->state != CAMPAIGN_CLOSED;
        if (one->number <= TOKEN_CAMPAIGN_MAX)
            out->taken[one->number] = true;
        if (one->state == CAMPAIGN_CLOSED && one->number &&
            (!out->oldest || one->changed_at < out->oldest->changed_at))
            out->oldest = one;
    }
}

/* A number that no campaign has, or that of the one closed for longest, whose
 * tokens have long run out. */
static uint16_t pick_number(struct census *census)
{
    uint16_t n = 1;

    while (n <= TOKEN_CAMPAIGN_MAX && census->taken[n])
        n++;
    if (n <= TOKEN_CAMPAIGN_MAX)
        return n;
    n = census->oldest->number; /* more numbers than may be open */
    census->oldest->number = 0;
    return n;
}

static enum status draft_new(struct shelf *s, const struct batch *b,
                             enum reason *why, struct err *err)
{
    struct census census = {.open = 0};
    struct campaign *c;
    uint16_t number;
    enum status st = campaigns_all(&s->campaigns, err);

    if (st != ST_OK)
        return st;
    count(&s->campaigns, &census);
    if (census.open >= CAMPAIGNS_OPEN_MAX) {
        *why = REASON_COUNT;
        return ST_OK;
    }
    number = pick_number(&census);
    st = campaigns_add(&s->campaigns, b->request.campaign, &c, err);
    if (st != ST_OK)
        return st;
    c->plan = b->request.plan;
    c->number = number;
    c->drafted_at = b->now;
    memcpy(c->drafted_by, b->client->name, sizeof c->drafted_by);
    campaign_turn(c, CAMPAIGN_DRAFT, b->client->name, "", b->now);
    return ST_OK;
}

static enum reason draft_again(const struct campaign *c, const struct batch *b)
{
    const bool same = streq(c->drafted_by, b->client->name) &&
                      memcmp(&c->plan, &b->request.plan, sizeof c->plan) == 0;

    return same ? REASON_NONE : REASON_STATE;
}

/* ---- the others ---- */

static enum reason approve(struct campaign *c, const struct batch *b)
{
    if (streq(c->drafted_by, b->client->name))
        return REASON_SECOND;
    if (c->state != CAMPAIGN_DRAFT)
        return streq(c->approved_by, b->client->name) &&
                       c->state != CAMPAIGN_CLOSED
                   ? REASON_NONE
                   : REASON_STATE;
    memcpy(c->approved_by, b->client->name, sizeof c->approved_by);
    c->approved_at = b->now;
    campaign_turn(c, CAMPAIGN_APPROVED, b->client->name, "", b->now);
    return REASON_NONE;
}

static enum reason pause(struct campaign *c, const struct batch *b)
{
    if (c->state == CAMPAIGN_PAUSED)
        return REASON_NONE;
    if (!campaign_sends(c))
        return REASON_STATE;
    campaign_turn(c, CAMPAIGN_PAUSED, b->client->name, b->request.reason,
                  b->now);
    return REASON_NONE;
}

/* To where it was; the time of a canary begins anew. */
static enum reason resume(struct campaign *c, const struct batch *b)
{
    if (campaign_sends(c))
        return REASON_NONE;
    if (c->state != CAMPAIGN_PAUSED)
        return REASON_STATE;
    if (c->canary_at)
        c->canary_at = b->now;
    campaign_turn(c, (enum campaign_state)c->before, b->client->name, "",
                  b->now);
    return REASON_NONE;
}

static enum reason close_down(struct campaign *c, const struct batch *b)
{
    if (c->state != CAMPAIGN_CLOSED)
        campaign_turn(c, CAMPAIGN_CLOSED, b->client->name, b->request.reason,
                      b->now);
    return REASON_NONE;
}

static enum reason order_one(struct campaign *c, const struct batch *b)
{
    switch ((enum campaign_action)b->request.action) {
    case ACTION_DRAFT:
        return draft_again(c, b);
    case ACTION_APPROVE:
        return approve(c, b);
    case ACTION_PAUSE:
        return pause(c, b);
    case ACTION_RESUME:
        return resume(c, b);
    default:
        return close_down(c, b);
    }
}

static enum status order_named(struct shelf *s, const struct batch *b,
                               enum reason *why, struct err *err)
{
    struct campaign *c;
    enum status st =
        campaigns_find(&s->campaigns, b->request.campaign, &c, err);

    if (st == ST_OK)
        *why = order_one(c, b);
    if (st != ST_NOTFOUND)
        return st;
    if (b->request.action == ACTION_DRAFT)
        return draft_new(s, b, why, err);
    *why = REASON_NOT_FOUND;
    return ST_OK;
}

static enum status pause_all(struct shelf *s, const struct batch *b,
                             struct err *err)
{
    enum status st = campaigns_all(&s->campaigns, err);

    for (size_t i = 0; i < s->campaigns.count && st == ST_OK; i++) {
        enum reason why = pause(&s->campaigns.seat[i].is, b);

        (void)why; /* a draft sends nothing as it is */
    }
    return st;
}

/* ---- replies ---- */

/* Pack one unless it no longer fits. */
static enum status add(const struct campaign *c, struct buffer *maps,
                       size_t *packed)
{
    const size_t len = maps->len;
    enum status st = wire_pack_campaign(c, maps);

    if (st == ST_OK && maps->len > MAPS_MAX)
        maps->len = len;
    else if (st == ST_OK)
        ++*packed;
    return st;
}

static enum status reply_changed(struct shelf *s, struct batch *b, bool all)
{
    struct buffer maps = {0};
    size_t packed = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < s->campaigns.count && st == ST_OK; i++) {
        const struct seat *seat = &s->campaigns.seat[i];
        const bool named = streq(seat->is.plan.campaign, b->request.campaign);

        if (all ? seat->is.state == CAMPAIGN_PAUSED &&
                      seat->was.state != CAMPAIGN_PAUSED
                : named)
            st = add(&seat->is, &maps, &packed);
    }
    if (st == ST_OK)
        st = wire_campaigns(b->request.batch, &maps, packed, &b->reply);
    buffer_free(&maps);
    return st;
}

enum status apply_order(struct shelf *s, struct batch *b, struct err *err)
{
    const bool all = streq(b->request.campaign, "*");
    enum reason why = REASON_NONE;
    enum status st = all ? pause_all(s, b, err) : order_named(s, b, &why, err);

    if (st != ST_OK)
        return st;
    b->ack.refused = why;
    if (why != REASON_NONE)
        return wire_refuse(b->request.batch, why, NULL, &b->reply);
    return reply_changed(s, b, all);
}

/* Those that are not closed by name, then the others from the last. */
static int by_use(const void *a, const void *b)
{
    const struct campaign *x = &((const struct seat *)a)->is;
    const struct campaign *y = &((const struct seat *)b)->is;
    const bool x_closed = x->state == CAMPAIGN_CLOSED;
    const bool y_closed = y->state == CAMPAIGN_CLOSED;

    if (x_closed != y_closed)
        return x_closed ? 1 : -1;
    if (x_closed && x->changed_at != y->changed_at)
        return x->changed_at < y->changed_at ? 1 : -1;
    return strcmp(x->plan.campaign, y->plan.campaign);
}

enum status apply_campaigns(struct shelf *s, struct batch *b, struct err *err)
{
    struct campaigns *c = &s->campaigns;
    struct buffer maps = {0};
    size_t packed = 0;
    enum status st = campaigns_all(c, err);

    if (st == ST_OK && c->count > 0)
        qsort(c->seat, c->count, sizeof *c->seat, by_use);
    for (size_t i = 0; i < c->count && packed == i && st == ST_OK; i++)
        st = add(&c->seat[i].is, &maps, &packed);
    if (st == ST_OK)
        st = wire_campaigns(b->request.batch, &maps, packed, &b->reply);
    buffer_free(&maps);
    return st;
}
