/* campaigns.c - see campaigns.h: reading, keeping, telling. */
#include "campaigns.h"

#include "base/limits.h"
#include "collector/log.h"

static struct store_key key_of(const char *name)
{
    return (struct store_key){name, strlen(name)};
}

void campaigns_free(struct campaigns *c)
{
    free(c->seat);
    buffer_free(&c->map);
    buffer_free(&c->notes);
    *c = (struct campaigns){.store = c->store};
}

void campaigns_begin(struct campaigns *c, int64_t now)
{
    c->count = 0;
    c->now = now;
}

/* ---- seats ---- */

static enum status make_room(struct campaigns *c, struct err *err)
{
    const size_t cap = c->cap ? 2 * c->cap : 8;
    struct seat *more;

    if (c->count < c->cap)
        return ST_OK;
    more = realloc(c->seat, cap * sizeof *more);
    if (!more)
        return err_set(err, ST_NOMEM, "out of memory");
    c->seat = more;
    c->cap = cap;
    return ST_OK;
}

static void pass_time(struct campaign *c, int64_t now)
{
    if (c->state == CAMPAIGN_CANARY && c->canary_at &&
        now - c->canary_at >= c->plan.canary_ms)
        campaign_turn(c, CAMPAIGN_RUNNING, "", "", now);
    if (c->state != CAMPAIGN_CLOSED && c->plan.closes_at &&
        c->plan.closes_at <= now)
        campaign_turn(c, CAMPAIGN_CLOSED, "", "", now);
}

/* There is room. */
static struct campaign *seat_one(struct campaigns *c,
                                 const struct campaign *was)
{
    struct seat *s = &c->seat[c->count++];

    s->is = s->was = *was;
    pass_time(&s->is, c->now);
    return &s->is;
}

static struct campaign *seated(struct campaigns *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (streq(c->seat[i].is.plan.campaign, name))
            return &c->seat[i].is;
    return NULL;
}

enum status campaigns_find(struct campaigns *c, const char *name,
                           struct campaign **out, struct err *err)
{
    struct campaign was, *here = seated(c, name);
    enum status st = ST_OK;

    if (!here) {
        st = make_room(c, err);
        c->map.len = 0;
        if (st == ST_OK)
            st = store_get(c->store, TABLE_CAMPAIGNS, key_of(name), &c->map,
                           err);
        if (st != ST_OK)
            return st;
        if (wire_unpack_campaign(c->map.data, c->map.len, &was) != ST_OK) {
            log_event(LEVEL_WARN, "campaign_damaged", "campaign=%s", name);
            return ST_NOTFOUND;
        }
        here = seat_one(c, &was);
    }
    *out = here;
    return ST_OK;
}

struct seating {
    struct campaigns *c;
    struct err *err;
    enum status st;
};

static bool seat_row(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    struct seating *s = ctx;
    struct campaign was;

    (void)key;
    if (wire_unpack_campaign(value, len, &was) != ST_OK ||
        seated(s->c, was.plan.campaign))
        return true;
    s->st = make_room(s->c, s->err);
    if (s->st == ST_OK)
        (void)seat_one(s->c, &was);
    return s->st == ST_OK;
}

enum status campaigns_all(struct campaigns *c, struct err *err)
{
    struct seating s = {.c = c, .err = err};
    enum status st =
        store_list(c->store, TABLE_CAMPAIGNS, (struct store_key){"", 0},
                   (struct store_key){NULL, 0}, seat_row, &s, err);

    return st == ST_OK ? s.st : st;
}

enum status campaigns_add(struct campaigns *c, const char *name,
                          struct campaign **out, struct err *err)
{
    const struct campaign none = {.state = CAMPAIGN_DRAFT};
    enum status st = make_room(c, err);

    if (st != ST_OK)
        return st;
    *out = seat_one(c, &none);
    memcpy((*out)->plan.campaign, name, strlen(name) + 1);
    return ST_OK;
}

/* ---- keeping ---- */

struct note {
    struct campaign is;
    bool is_new;
    uint8_t from;
};

static enum status save_one(struct campaigns *c, const struct seat *s,
                            struct err *err)
{
    const struct note note = {
        .is = s->is, .is_new = !*s->was.plan.campaign, .from = s->was.state};
    enum status st;

    c->map.len = 0;
    st = wire_pack_campaign(&s->is, &c->map);
    if (st == ST_OK)
        st = store_put(c->store, TABLE_CAMPAIGNS, key_of(s->is.plan.campaign),
                       c->map.data, c->map.len, err);
    if (st == ST_OK && (note.is_new || s->is.state != s->was.state))
        st = buffer_add(&c->notes, &note, sizeof note);
    return st;
}

static bool moved(const struct seat *s)
{
    return memcmp(&s->is, &s->was, sizeof s->is) != 0;
}

bool campaigns_moved(const struct campaigns *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (moved(&c->seat[i]))
            return true;
    return false;
}

enum status campaigns_save(struct campaigns *c, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < c->count && st == ST_OK; i++) {
        struct seat *s = &c->seat[i];

        if (moved(s))
            st = save_one(c, s, err);
        s->was = s->is;
    }
    return st;
}

void campaigns_tell(struct campaigns *c)
{
    for (size_t at = 0; at < c->notes.len; at += sizeof(struct note)) {
        char quoted[LOG_QUOTE_MAX];
        struct note n;

        memcpy(&n, c->notes.data + at, sizeof n);
        log_event(LEVEL_INFO, "campaign_changed",
                  "campaign=%s from=%s to=%s by=%s reason=%s",
                  n.is.plan.campaign,
                  n.is_new ? "-" : campaign_state_name(n.from),
                  campaign_state_name(n.is.state),
                  *n.is.changed_by ? n.is.changed_by : "-",
                  log_quote(n.is.reason, quoted));
    }
    c->notes.len = 0;
}

void campaigns_forget(struct campaigns *c)
{
    c->notes.len = 0;
}
