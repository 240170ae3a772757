/* apply_reads.c - see apply_reads.h. */
#include "apply_reads.h"

#include "base/limits.h"
#include "definitions.h"
#include "invitations.h"

#define MAPS_MAX (MESSAGE_MAX - 1024) /* room for the reply's own map */

/* ---- an invitation ---- */

struct have {
    size_t items;
    uint8_t item[ITEMS_MAX];
};

/* What the customer has answered, here or to a voice. */
static enum status find_have(struct store *s, const uint8_t *id,
                             struct have *out, struct err *err)
{
    static const enum entry theirs[] = {ENTRY_OWN, ENTRY_IVR};

    for (size_t k = 0; k < sizeof theirs / sizeof *theirs; k++) {
        struct store_entry e;
        enum status st = store_find(s, id, theirs[k], &e, err);

        if (st == ST_NOTFOUND)
            continue;
        if (st != ST_OK)
            return st;
        for (size_t i = 0; i < e.response.items; i++)
            out->item[i] |= e.response.answers[i] != 0;
        if (e.response.items > out->items)
            out->items = e.response.items;
    }
    return ST_OK;
}

/* Who has opted out meanwhile, by whatever channel, is asked by none. */
static enum status close_for_opt_out(struct shelf *s,
                                     const struct invitation *i,
                                     enum invitation_state *state,
                                     struct err *err)
{
    const enum status st = *state == INVITATION_OPEN
                               ? opted_out(s->store, i->respondent, err)
                               : ST_NOTFOUND;

    if (st == ST_OK)
        *state = INVITATION_CLOSED;
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status apply_ask(struct shelf *s, struct batch *b, struct err *err)
{
    struct wire_invitation_state reply = {.batch = b->request.batch};
    struct have have = {.items = 0};
    enum invitation_state state = INVITATION_UNKNOWN;
    struct invitation *i = &reply.invitation;
    enum status st = invitation_find(s->store, b->request.id, &s->map, i, err);

    if (st == ST_NOTFOUND) {
        memcpy(i->id, b->request.id, ID_SIZE);
        st = ST_OK;
    } else if (st == ST_OK) {
        st = shelf_invitation(s, i, b->now, &state, err);
        if (st == ST_OK)
            st = close_for_opt_out(s, i, &state, err);
    }
    if (st == ST_OK)
        st = find_have(s->store, i->id, &have, err);
    reply.items = have.items;
    reply.have = have.item;
    return st == ST_OK ? wire_state(&reply, state, &b->reply) : st;
}

/* ---- who opted out ---- */

struct out_list {
    const struct batch *b;
    struct buffer maps;
    size_t count;
    bool more;
    enum status st;
};

static bool take_opt(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    struct out_list *o = ctx;
    const size_t before = o->maps.len;
    struct wire_event e;

    if (key.len != ID_SIZE)
        return true; /* not of our making */
    /* a damaged row: in doubt nobody is bothered */
    if (wire_unpack_event(value, len, &e) != ST_OK)
        e = (struct wire_event){.kind = EVENT_OPT_OUT, .at = o->b->now};
    memcpy(e.respondent, key.data, ID_SIZE);
    if (e.kind != EVENT_OPT_OUT)
        return true;
    o->more = o->count == o->b->request.max || o->count == BATCH_MAX;
    if (!o->more) {
        o->st = wire_pack_event(&e, &o->maps);
        o->more = o->maps.len > MAPS_MAX;
    }
    if (o->more)
        o->maps.len = before;
    else
        o->count++;
    return o->st == ST_OK && !o->more;
}

enum status apply_optouts(struct shelf *s, struct batch *b, struct err *err)
{
    struct out_list o = {.b = b};
    uint8_t from[ID_SIZE + 1] = {0}; /* behind it: the same and one more byte */
    struct store_key first = {from, 0};
    enum status st;

    if (b->request.id) {
        memcpy(from, b->request.id, ID_SIZE);
        first.len = sizeof from;
    }
    st = store_list(s->store, TABLE_OPTOUTS, first, (struct store_key){NULL, 0},
                    take_opt, &o, err);
    if (st == ST_OK)
        st = o.st;
    if (st == ST_OK)
        st =
            wire_optouts(b->request.batch, &o.maps, o.count, o.more, &b->reply);
    buffer_free(&o.maps);
    return st;
}

/* ---- a customer's own answers ---- */

struct copied {
    struct submission list[ENTRIES];
    struct {
        uint8_t answers[ITEMS_MAX];
        char comment[COMMENT_MAX];
    } bytes[ENTRIES];
    size_t count;
};

static void keep(struct copied *c, const struct response *r)
{
    struct response *to = &c->list[c->count].response;

    *to = *r;
    if (r->items)
        memcpy(c->bytes[c->count].answers, r->answers, r->items);
    if (r->comment_len)
        memcpy(c->bytes[c->count].comment, r->comment, r->comment_len);
    to->answers = c->bytes[c->count].answers;
    to->comment = c->bytes[c->count].comment;
    c->count++;
}

static enum status find_entries(struct store *s, const uint8_t *id,
                                struct copied *out, struct err *err)
{
    enum status st = ST_OK;

    for (unsigned k = 0; k < ENTRIES; k++) {
        struct store_entry e;

        st = store_find(s, id, (enum entry)k, &e, err);
        if (st == ST_OK && e.state != STATE_ERASED)
            keep(out, &e.response);
        else if (st != ST_OK && st != ST_NOTFOUND)
            return st;
    }
    return ST_OK;
}

enum status apply_copy(struct shelf *s, struct batch *b, struct err *err)
{
    char code[SURVEY_CODE_MAX + 1] = "";
    struct survey_name name = {.code = code};
    struct copied *c = calloc(1, sizeof *c);
    enum status st = ST_NOMEM;

    if (!c)
        return err_set(err, st, "out of memory");
    st = find_entries(s->store, b->request.id, c, err);
    if (st == ST_OK && c->count > 0) {
        name.version = c->list[0].response.version;
        st = definition_survey(s->store, name.version, code, err);
    }
    if (st == ST_NOTFOUND) {
        b->ack.refused = REASON_SURVEY_VERSION;
        st = wire_refuse(b->request.batch, b->ack.refused, NULL, &b->reply);
    } else if (st == ST_OK) {
        st = wire_copy(b->request.batch, c->count ? &name : NULL, c->list,
                       c->count, &b->reply);
    }
    free(c);
    return st;
}
