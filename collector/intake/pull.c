/* pull.c - see pull.h. */
#include "pull.h"

#include "base/limits.h"
#include "due.h"
#include "invitations.h"

#define MAPS_MAX (MESSAGE_MAX - 1024) /* room for the reply's own map */
#define MAP_MAX  (CONTACT_MAX + 1024) /* of one invitation */

/* ---- one row ---- */

/* Lease one invitation, whose row is gone already, unless nobody may ask any
 * more.  *leased: it was packed into *maps. */
static enum status lease(struct store *s, struct invitation *i, int64_t now,
                         struct buffer *maps, bool *leased, struct err *err)
{
    enum status st = opted_out(s, i->respondent, err);

    *leased = false;
    if (st == ST_OK)
        return invitation_end(s, i, INVITATION_CLOSED, err);
    if (st != ST_NOTFOUND)
        return st;
    if (invitation_now(i, now) != INVITATION_OPEN)
        return ST_OK;
    i->leased_until = now + LEASE_MS;
    st = invitation_add(s, i, err);
    i->leased_until = 0; /* our own note */
    if (st == ST_OK)
        st = wire_pack_invitation(i, maps);
    *leased = st == ST_OK;
    return st;
}

/* The invitation of a row, which is deleted: ST_NOTFOUND when there is none. */
static enum status take(struct store *s, const struct due_key *row,
                        struct buffer *map, struct invitation *out,
                        struct err *err)
{
    enum status found =
        invitation_find(s, row->data + row->len - ID_SIZE, map, out, err);
    enum status st = found;

    if (found == ST_OK || found == ST_NOTFOUND)
        st = store_delete(s, TABLE_DUE, due_as_key(row), err);
    return st == ST_OK ? found : st;
}

/* ---- one campaign ---- */

struct turn {
    struct campaigns *c;
    const struct pull *p;
    struct buffer *maps;
    size_t *count;
    struct buffer map, rows;
    size_t left; /* rows that may still be examined */
    bool full;   /* the reply is */
};

/* How many of the campaign may be given out for the first time. */
static enum status allowance(struct turn *t, const char *name, uint64_t *out,
                             struct err *err)
{
    struct campaign *c = NULL;
    enum status st = ST_OK;

    *out = UINT64_MAX;
    if (*name)
        st = campaigns_find(t->c, name, &c, err);
    if (st == ST_NOTFOUND)
        *out = 0;
    else if (c)
        *out = campaign_allows(c);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status lease_rows(struct turn *t, const struct due_place *place,
                              enum due_round round, struct err *err)
{
    enum status st = ST_OK;

    for (size_t at = 0; at < t->rows.len && st == ST_OK;
         at += sizeof(struct due_key)) {
        struct campaign *c;
        struct due_key k;
        struct invitation i;
        bool leased = false;

        memcpy(&k, t->rows.data + at, sizeof k);
        t->full = t->maps->len + MAP_MAX > MAPS_MAX;
        if (t->full)
            return ST_OK; /* the rest stay due */
        t->left--;
        st = take(t->c->store, &k, &t->map, &i, err);
        if (st == ST_OK)
            st = lease(t->c->store, &i, t->p->now, t->maps, &leased, err);
        else if (st == ST_NOTFOUND)
            st = ST_OK;
        *t->count += leased;
        if (st == ST_OK && leased && round == DUE_FIRST && *place->campaign) {
            st = campaigns_find(t->c, place->campaign, &c, err);
            if (st == ST_OK)
                campaign_leased(c, t->p->now);
        }
    }
    return st;
}

/* Lease up to `max` of one round; *more: there may be others. */
static enum status lease_round(struct turn *t, const struct due_place *place,
                               enum due_round round, size_t max, bool *more,
                               struct err *err)
{
    const struct due_key from = due_at(place, round, 0);
    const struct due_key to = due_at(place, round, t->p->now + 1);
    enum status st;

    t->rows.len = 0;
    st = due_rows(t->c->store, &from, &to, max, &t->rows, err);
    *more = max > 0 && t->rows.len == max * sizeof(struct due_key);
    return st == ST_OK ? lease_rows(t, place, round, err) : st;
}

/* One campaign's share; *more: it could use another. */
static enum status lease_share(struct turn *t, const struct due_place *place,
                               size_t share, bool *more, struct err *err)
{
    uint64_t allowed = 0;
    size_t first;
    enum status st = lease_round(t, place, DUE_AGAIN, share, more, err);

    if (st != ST_OK || *more || t->full)
        return st;
    first = share - t->rows.len / sizeof(struct due_key);
    st = allowance(t, place->campaign, &allowed, err);
    if (allowed < first)
        first = (size_t)allowed;
    return st == ST_OK ? lease_round(t, place, DUE_FIRST, first, more, err)
                       : st;
}

/* ---- all campaigns of a gateway ---- */

/* The places of the gateway whose campaign may send. */
static enum status find_places(struct turn *t, struct buffer *places,
                               struct err *err)
{
    struct due_key from = due_gateway(t->p->gateway);
    struct due_place place;
    bool found = true;
    enum status st = ST_OK;

    while (st == ST_OK) {
        struct campaign *c = NULL;

        st = due_next(t->c->store, &from, &place, &found, err);
        if (st != ST_OK || !found || !streq(place.gateway, t->p->gateway))
            return st;
        if (*place.campaign)
            st = campaigns_find(t->c, place.campaign, &c, err);
        if (st == ST_OK && (!c || campaign_sends(c)))
            st = buffer_add(places, &place, sizeof place);
        else if (st == ST_NOTFOUND)
            st = ST_OK; /* of none that is known: it waits for it */
        from = due_behind(&place);
    }
    return st;
}

static enum status lease_places(struct turn *t, struct buffer *places,
                                struct err *err)
{
    enum status st = ST_OK;

    while (st == ST_OK && places->len > 0 && t->left > 0 && !t->full) {
        const size_t count = places->len / sizeof(struct due_place);
        const size_t share = t->left / count ? t->left / count : 1;
        size_t keep = 0;

        for (size_t k = 0; k < count && st == ST_OK && t->left > 0 && !t->full;
             k++) {
            struct due_place place;
            bool more = false;

            memcpy(&place, places->data + k * sizeof place, sizeof place);
            st = lease_share(t, &place, share, &more, err);
            if (more) {
                memcpy(places->data + keep, &place, sizeof place);
                keep += sizeof place;
            }
        }
        places->len = keep;
    }
    return st;
}

enum status pull_due(struct campaigns *c, const struct pull *p,
                     struct buffer *maps, size_t *count, struct err *err)
{
    struct turn t = {.c = c,
                     .p = p,
                     .maps = maps,
                     .count = count,
                     .map.max = MESSAGE_MAX,
                     .left = p->max};
    struct buffer places = {0};
    enum status st = ST_OK;

    if (p->max > 0)
        st = find_places(&t, &places, err);
    if (st == ST_OK)
        st = lease_places(&t, &places, err);
    buffer_free(&places);
    buffer_free(&t.rows);
    buffer_free(&t.map);
    return st;
}

/* ---- closed campaigns ---- */

/* Who was never asked will not be; who was may still answer. */
static enum status withdraw(struct campaigns *c, const struct due_place *place,
                            size_t max, size_t *rows, struct err *err)
{
    const struct due_key from = due_at(place, DUE_FIRST, 0);
    const struct due_key to = due_behind(place);
    struct buffer keys = {0}, map = {.max = MESSAGE_MAX};
    enum status st = due_rows(c->store, &from, &to, max, &keys, err);

    for (size_t at = 0; at < keys.len && st == ST_OK;
         at += sizeof(struct due_key)) {
        struct due_key k;
        struct invitation i;

        memcpy(&k, keys.data + at, sizeof k);
        st = take(c->store, &k, &map, &i, err);
        if (st == ST_OK && !i.leased_until)
            st = invitation_end(c->store, &i, INVITATION_CLOSED, err);
        else if (st == ST_NOTFOUND)
            st = ST_OK;
        ++*rows;
    }
    buffer_free(&keys);
    buffer_free(&map);
    return st;
}

/* The next place, at or behind *from, whose campaign is closed. */
static enum status next_closed(struct campaigns *c, struct due_key *from,
                               struct due_place *out, bool *found,
                               struct err *err)
{
    enum status st = due_next(c->store, from, out, found, err);

    while (st == ST_OK && *found) {
        struct campaign *one = NULL;

        *from = due_behind(out);
        if (*out->campaign)
            st = campaigns_find(c, out->campaign, &one, err);
        if (one && one->state == CAMPAIGN_CLOSED)
            return ST_OK;
        if (st == ST_OK || st == ST_NOTFOUND)
            st = due_next(c->store, from, out, found, err);
    }
    return st;
}

enum status pull_sweep(struct campaigns *c, size_t max, struct err *err)
{
    struct due_key from = {.len = 0};
    struct due_place place;
    size_t rows = 0;
    bool found = true;
    enum status st = ST_OK;

    while (st == ST_OK && rows < max) {
        st = next_closed(c, &from, &place, &found, err);
        if (st != ST_OK || !found)
            break;
        st = withdraw(c, &place, max - rows, &rows, err);
    }
    return st;
}

enum status pull_overdue(struct campaigns *c, bool *any, struct err *err)
{
    struct due_key from = {.len = 0};
    struct due_place place;
    bool found = false;
    enum status st = next_closed(c, &from, &place, &found, err);

    if (st == ST_OK)
        *any = found || campaigns_moved(c);
    return st;
}
