/* apply_tables.c - see apply_tables.h. */
#include "apply_tables.h"

#include <assert.h>

#include "invitations.h"

/* What became of one element. */
struct outcome {
    bool duplicate;
    enum reason why;
    uint8_t id[ID_SIZE];
    uint8_t entry;
};

static struct store_key id_key(const uint8_t *id)
{
    return (struct store_key){id, ID_SIZE};
}

static enum status exists(struct shelf *s, enum store_table t,
                          const uint8_t *id, bool *found, struct err *err)
{
    enum status st;

    s->map.len = 0;
    st = store_get(s->store, t, id_key(id), &s->map, err);
    *found = st == ST_OK;
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status add_to_campaign(struct shelf *s, const struct invitation *i,
                                   enum reason *why, struct err *err)
{
    struct campaign *c;
    enum status st = campaigns_find(&s->campaigns, i->campaign, &c, err);

    if (st == ST_NOTFOUND) {
        *why = REASON_NOT_FOUND;
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    *why = campaign_takes(c, i);
    c->invitations += *why == REASON_NONE;
    return ST_OK;
}

static enum status invite(struct shelf *s, struct wire_list *list,
                          struct outcome *out, struct err *err)
{
    struct invitation i;
    enum status st;

    out->why = wire_next_invitation(list, &i);
    assert(out->why == REASON_NONE); /* judge has been here */
    memcpy(out->id, i.id, ID_SIZE);
    st = exists(s, TABLE_INVITATIONS, i.id, &out->duplicate, err);
    if (st != ST_OK || out->duplicate)
        return st;
    if (*i.campaign)
        st = add_to_campaign(s, &i, &out->why, err);
    if (st != ST_OK || out->why != REASON_NONE)
        return st;
    i.state = INVITATION_OPEN;
    i.leased_until = 0;
    s->invited = true;
    return invitation_add(s->store, &i, err);
}

/* ---- samples ---- */

static enum status sample(struct shelf *s, struct wire_list *list,
                          struct outcome *out, struct err *err)
{
    struct buffer map = {0};
    struct wire_sample one;
    struct campaign *c;
    enum status st;

    out->why = wire_next_sample(list, &one);
    assert(out->why == REASON_NONE);
    memcpy(out->id, one.id, ID_SIZE);
    st = exists(s, TABLE_SAMPLES, one.id, &out->duplicate, err);
    if (st == ST_OK && !out->duplicate && *one.campaign)
        st = campaigns_find(&s->campaigns, one.campaign, &c, err);
    if (st == ST_NOTFOUND) {
        out->why = REASON_NOT_FOUND;
        return ST_OK;
    }
    if (st != ST_OK || out->duplicate)
        return st;
    st = wire_pack_sample(&one, &map);
    if (st == ST_OK)
        st = store_put(s->store, TABLE_SAMPLES, id_key(one.id), map.data,
                       map.len, err);
    buffer_free(&map);
    return st;
}

/* ---- events ---- */

/* The newest word counts, whatever order the words arrive in; of two at the
 * same moment the one to be left alone. */
static enum status opt(struct shelf *s, const struct wire_event *e,
                       struct err *err)
{
    struct buffer map = {0};
    struct wire_event last;
    enum status st =
        store_get(s->store, TABLE_OPTOUTS, id_key(e->respondent), &map, err);

    if (st == ST_OK && wire_unpack_event(map.data, map.len, &last) == ST_OK &&
        (last.at > e->at || (last.at == e->at && e->kind == EVENT_OPT_IN))) {
        buffer_free(&map);
        return ST_OK;
    }
    map.len = 0;
    if (st == ST_OK || st == ST_NOTFOUND)
        st = wire_pack_event(e, &map);
    if (st == ST_OK)
        st = store_put(s->store, TABLE_OPTOUTS, id_key(e->respondent), map.data,
                       map.len, err);
    buffer_free(&map);
    return st;
}

static bool is_opt(const struct wire_event *e)
{
    return e->kind == EVENT_OPT_OUT || e->kind == EVENT_OPT_IN;
}

/* The invitation that an event names, if it is known; an opt is that of its
 * respondent. */
static enum status who(struct shelf *s, struct wire_event *e,
                       struct invitation *i, bool *known, struct err *err)
{
    enum status st = ST_NOTFOUND;

    if (!bytes_zero(e->invitation, ID_SIZE))
        st = invitation_find(s->store, e->invitation, &s->map, i, err);
    *known = st == ST_OK;
    if (*known && is_opt(e) && bytes_zero(e->respondent, ID_SIZE))
        memcpy(e->respondent, i->respondent, ID_SIZE);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status keep_event(struct shelf *s, const struct wire_event *e,
                              struct err *err)
{
    struct buffer map = {0};
    enum status st = wire_pack_event(e, &map);

    if (st == ST_OK)
        st = store_put(s->store, TABLE_EVENTS, id_key(e->id), map.data, map.len,
                       err);
    buffer_free(&map);
    return st;
}

/* Whether the respondent's last word was about this invitation too: who says it
 * over and over is one who opted out, or one customer could stop a campaign. */
static enum status said_before(struct shelf *s, const struct wire_event *e,
                               bool *said, struct err *err)
{
    struct buffer map = {0};
    struct wire_event last;
    enum status st =
        store_get(s->store, TABLE_OPTOUTS, id_key(e->respondent), &map, err);

    *said = st == ST_OK &&
            wire_unpack_event(map.data, map.len, &last) == ST_OK &&
            memcmp(last.invitation, e->invitation, ID_SIZE) == 0;
    buffer_free(&map);
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* What the event means to its invitation and the campaign of that. */
static enum status event_of(struct shelf *s, const struct wire_event *e,
                            struct invitation *i, struct err *err)
{
    const bool ends = e->kind == EVENT_OPT_OUT || e->kind == EVENT_DISPOSITION;
    struct campaign *c;
    bool said = false;
    enum status st = ends ? invitation_end(s->store, i, INVITATION_CLOSED, err)
                          : invitation_told(s->store, i, err);

    if (st == ST_OK && e->kind == EVENT_OPT_OUT)
        st = said_before(s, e, &said, err);
    if (st != ST_OK || said || !*i->campaign)
        return st;
    st = campaigns_find(&s->campaigns, i->campaign, &c, err);
    if (st == ST_OK)
        campaign_count(c, (enum event_kind)e->kind, s->campaigns.now);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status event(struct shelf *s, struct wire_list *list,
                         struct outcome *out, struct err *err)
{
    struct invitation i;
    struct wire_event e;
    bool known = false;
    enum status st;

    out->why = wire_next_event(list, &e);
    assert(out->why == REASON_NONE);
    memcpy(out->id, e.id, ID_SIZE);
    st = exists(s, TABLE_EVENTS, e.id, &out->duplicate, err);
    if (st != ST_OK || out->duplicate)
        return st;
    st = who(s, &e, &i, &known, err);
    if (st == ST_OK && is_opt(&e) && bytes_zero(e.respondent, ID_SIZE)) {
        out->why = REASON_NOT_FOUND; /* a word must not be lost in silence */
        return ST_OK;
    }
    if (st == ST_OK)
        st = keep_event(s, &e, err);
    if (st == ST_OK && known)
        st = event_of(s, &e, &i, err);
    return st == ST_OK && is_opt(&e) ? opt(s, &e, err) : st;
}

/* ---- reviews ---- */

/* Why a response was set aside or released is kept among the events, under
 * its id, entry and time. */
static enum status keep_reason(struct shelf *s, const struct wire_review *r,
                               int64_t at, struct err *err)
{
    uint8_t key[ID_SIZE + 1 + 8];
    struct buffer map = {0};
    enum status st = wire_pack_review(r, &map);

    memcpy(key, r->id, ID_SIZE);
    key[ID_SIZE] = r->entry;
    bytes_put64(key + ID_SIZE + 1, (uint64_t)at);
    if (st == ST_OK)
        st = store_put(s->store, TABLE_EVENTS,
                       (struct store_key){key, sizeof key}, map.data, map.len,
                       err);
    buffer_free(&map);
    return st;
}

static enum status review(struct shelf *s, int64_t now, struct wire_list *list,
                          struct outcome *out, struct err *err)
{
    struct wire_review r;
    enum status st;

    out->why = wire_next_review(list, &r);
    assert(out->why == REASON_NONE);
    memcpy(out->id, r.id, ID_SIZE);
    out->entry = r.entry;
    st = store_review(s->store, r.id, (enum entry)r.entry,
                      (enum review)r.action, now, err);
    if (st == ST_NOTFOUND) {
        out->why = REASON_NOT_FOUND;
        return ST_OK;
    }
    return st == ST_OK ? keep_reason(s, &r, now, err) : st;
}

/* ---- erasure ---- */

static enum status erase_id(struct shelf *s, const uint8_t *id, int64_t now,
                            struct err *err)
{
    struct invitation i;
    size_t erased;
    enum status st = store_erase(s->store, id, now, &erased, err);

    if (st != ST_OK)
        return st;
    st = invitation_find(s->store, id, &s->map, &i, err);
    if (st == ST_OK)
        st = invitation_erase(s->store, &i, err);
    return st == ST_NOTFOUND ? ST_OK : st;
}

struct theirs {
    const uint8_t *respondent;
    struct buffer ids;
    enum status st;
};

static bool take_theirs(void *ctx, struct store_key key, const void *value,
                        size_t len)
{
    struct theirs *t = ctx;
    struct invitation i;

    if (wire_unpack_invitation(value, len, &i) == ST_OK &&
        memcmp(i.respondent, t->respondent, ID_SIZE) == 0)
        t->st = buffer_add(&t->ids, key.data, key.len);
    return t->st == ST_OK;
}

/* All that is known of a person: a full pass over responses and invitations,
 * which is slow, and rare. */
static enum status erase_respondent(struct shelf *s, struct batch *b,
                                    struct err *err)
{
    const struct store_key first = {"", 0}, end = {NULL, 0};
    struct theirs t = {.respondent = b->request.respondent};
    enum status st = store_of_respondent(s->store, t.respondent, &t.ids, err);

    if (st == ST_OK)
        st = store_list(s->store, TABLE_INVITATIONS, first, end, take_theirs,
                        &t, err);
    if (st == ST_OK)
        st = t.st;
    for (size_t at = 0; at < t.ids.len && st == ST_OK; at += ID_SIZE) {
        st = erase_id(s, t.ids.data + at, b->now, err);
        b->ack.accepted++;
    }
    buffer_free(&t.ids);
    return st;
}

static enum status erase(struct shelf *s, int64_t now, struct wire_list *list,
                         struct outcome *out, struct err *err)
{
    const uint8_t *id;

    out->why = wire_next_id(list, &id);
    assert(out->why == REASON_NONE);
    return erase_id(s, id, now, err);
}

/* ---- any of them ---- */

static enum status apply_one(struct shelf *s, const struct batch *b,
                             struct wire_list *list, struct outcome *out,
                             struct err *err)
{
    switch (b->request.type) {
    case RIGHT_INVITE:
        return invite(s, list, out, err);
    case RIGHT_EVENT:
        return event(s, list, out, err);
    case RIGHT_REVIEW:
        return review(s, b->now, list, out, err);
    case RIGHT_SAMPLE:
        return sample(s, list, out, err);
    default:
        assert(b->request.type == RIGHT_ERASE);
        return erase(s, b->now, list, out, err);
    }
}

static void skip(struct wire_list *list, enum right type)
{
    struct invitation i;
    struct wire_event e;
    struct wire_review r;
    struct wire_sample one;
    const uint8_t *id;
    enum reason why;

    why = type == RIGHT_INVITE   ? wire_next_invitation(list, &i)
          : type == RIGHT_EVENT  ? wire_next_event(list, &e)
          : type == RIGHT_REVIEW ? wire_next_review(list, &r)
          : type == RIGHT_SAMPLE ? wire_next_sample(list, &one)
                                 : wire_next_id(list, &id);
    (void)why; /* told before */
}

enum status apply_list(struct shelf *s, struct batch *b, struct err *err)
{
    struct wire_list list = b->request.list;
    enum status st = ST_OK;
    size_t refused = 0;

    for (uint32_t i = 0; list.count > 0 && st == ST_OK; i++) {
        struct outcome out = {0};

        if (refused < b->refused && b->ack.rejected[refused].index == i) {
            skip(&list, b->request.type);
            refused++;
            continue;
        }
        st = apply_one(s, b, &list, &out, err);
        if (out.why != REASON_NONE) {
            struct rejection no = {
                .entry = out.entry, .reason = out.why, .index = i};

            memcpy(no.id, out.id, ID_SIZE);
            batch_reject(b, &no);
        } else if (out.duplicate) {
            b->ack.duplicate++;
        } else {
            b->ack.accepted++;
        }
    }
    if (st == ST_OK && b->request.respondent)
        st = erase_respondent(s, b, err);
    return st;
}
