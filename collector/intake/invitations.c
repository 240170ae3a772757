/* invitations.c - see invitations.h. */
#include "invitations.h"

#include "base/limits.h"
#include "collector/log.h"

#define MAPS_MAX (MESSAGE_MAX - 1024) /* room for the reply's own map */

static struct store_key id_key(const uint8_t *id)
{
    return (struct store_key){id, ID_SIZE};
}

/* gateway NUL time id: one gateway's rows stand together, by time. */
struct due_key {
    uint8_t data[STORE_KEY_MAX];
    size_t len;
};

static struct due_key due_key(const char *gateway, int64_t at,
                              const uint8_t *id)
{
    const size_t name = strlen(gateway) + 1;
    struct due_key k = {.len = name + 8};

    memcpy(k.data, gateway, name);
    bytes_put64(k.data + name, (uint64_t)at);
    if (id) {
        memcpy(k.data + k.len, id, ID_SIZE);
        k.len += ID_SIZE;
    }
    return k;
}

static struct due_key due_of(const struct invitation *i)
{
    return due_key(i->gateway, i->leased_until ? i->leased_until : i->due_at,
                   i->id);
}

enum status invitation_find(struct store *s, const uint8_t id[ID_SIZE],
                            struct buffer *map, struct invitation *out,
                            struct err *err)
{
    char hex[2 * ID_SIZE + 1];
    enum status st;

    map->len = 0;
    st = store_get(s, TABLE_INVITATIONS, id_key(id), map, err);
    if (st != ST_OK)
        return st;
    if (wire_unpack_invitation(map->data, map->len, out) == ST_OK)
        return ST_OK;
    bytes_hex(id, ID_SIZE, hex);
    log_event(LEVEL_WARN, "invitation_damaged", "id=%s", hex);
    return ST_NOTFOUND;
}

enum invitation_state invitation_now(const struct invitation *i, int64_t now)
{
    if (i->state == INVITATION_OPEN && i->expires_at && i->expires_at <= now)
        return INVITATION_EXPIRED;
    return (enum invitation_state)i->state;
}

static enum status save(struct store *s, const struct invitation *i,
                        struct err *err)
{
    struct buffer map = {.max = MESSAGE_MAX};
    enum status st = wire_pack_invitation(i, &map);

    if (st == ST_OK)
        st = store_put(s, TABLE_INVITATIONS, id_key(i->id), map.data, map.len,
                       err);
    buffer_free(&map);
    return st;
}

static enum status put_due(struct store *s, const struct invitation *i,
                           struct err *err)
{
    const struct due_key k = due_of(i);

    return store_put(s, TABLE_DUE, (struct store_key){k.data, k.len}, "", 0,
                     err);
}

enum status invitation_add(struct store *s, const struct invitation *i,
                           struct err *err)
{
    enum status st = save(s, i, err);

    return st == ST_OK ? put_due(s, i, err) : st;
}

enum status invitation_told(struct store *s, const struct invitation *i,
                            struct err *err)
{
    const struct due_key k = due_of(i);

    return store_delete(s, TABLE_DUE, (struct store_key){k.data, k.len}, err);
}

enum status invitation_end(struct store *s, struct invitation *i,
                           enum invitation_state state, struct err *err)
{
    enum status st;

    if (i->state != INVITATION_OPEN)
        return ST_OK;
    st = invitation_told(s, i, err);
    i->state = (uint8_t)state;
    i->contact_len = 0; /* nobody needs it any more */
    return st == ST_OK ? save(s, i, err) : st;
}

enum status invitation_erase(struct store *s, struct invitation *i,
                             struct err *err)
{
    enum status st = invitation_told(s, i, err);

    if (i->state == INVITATION_OPEN)
        i->state = INVITATION_CLOSED;
    memset(i->respondent, 0, ID_SIZE);
    memset(i->staff, 0, ID_SIZE);
    i->contact_len = 0;
    return st == ST_OK ? save(s, i, err) : st;
}

enum status opted_out(struct store *s, const uint8_t respondent[ID_SIZE],
                      struct err *err)
{
    struct buffer map = {.max = MESSAGE_MAX};
    struct wire_event last;
    enum status st = ST_NOTFOUND;

    if (!bytes_zero(respondent, ID_SIZE))
        st = store_get(s, TABLE_OPTOUTS, id_key(respondent), &map, err);
    /* a damaged row: in doubt nobody is bothered */
    if (st == ST_OK && wire_unpack_event(map.data, map.len, &last) == ST_OK &&
        last.kind != EVENT_OPT_OUT)
        st = ST_NOTFOUND;
    buffer_free(&map);
    return st;
}

/* ---- pull ---- */

struct due_rows {
    struct buffer keys; /* of struct due_key */
    size_t max;
    enum status st;
};

static bool take_due(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    struct due_rows *d = ctx;
    struct due_key k = {.len = key.len};

    (void)value;
    (void)len;
    if (key.len < ID_SIZE || key.len > sizeof k.data)
        return true; /* not of our making */
    memcpy(k.data, key.data, key.len);
    d->st = buffer_add(&d->keys, &k, sizeof k);
    return d->st == ST_OK && d->keys.len < d->max * sizeof k;
}

/* Lease one invitation, whose row is gone already, unless nobody may ask any
 * more.  *leased: it was packed into *maps. */
static enum status lease(struct store *s, const struct pull *p,
                         struct invitation *i, struct buffer *maps,
                         bool *leased, struct err *err)
{
    enum status st = opted_out(s, i->respondent, err);

    *leased = false;
    if (st == ST_OK)
        return invitation_end(s, i, INVITATION_CLOSED, err);
    if (st != ST_NOTFOUND)
        return st;
    if (invitation_now(i, p->now) != INVITATION_OPEN)
        return ST_OK;
    i->leased_until = p->now + LEASE_MS;
    st = invitation_add(s, i, err);
    i->leased_until = 0; /* our own note */
    if (st == ST_OK)
        st = wire_pack_invitation(i, maps);
    *leased = st == ST_OK;
    return st;
}

enum status invitation_pull(struct store *s, const struct pull *p,
                            struct buffer *maps, size_t *count, struct err *err)
{
    const struct due_key from = due_key(p->gateway, 0, NULL);
    const struct due_key to = due_key(p->gateway, p->now + 1, NULL);
    struct due_rows due = {.max = p->max};
    struct buffer map = {.max = MESSAGE_MAX};
    enum status st = ST_OK;

    if (p->max > 0)
        st = store_list(s, TABLE_DUE, (struct store_key){from.data, from.len},
                        (struct store_key){to.data, to.len}, take_due, &due,
                        err);
    if (st == ST_OK)
        st = due.st;
    for (size_t at = 0; at < due.keys.len && st == ST_OK;) {
        struct due_key k;
        struct invitation i;
        bool leased = false;

        memcpy(&k, due.keys.data + at, sizeof k);
        at += sizeof k;
        st = invitation_find(s, k.data + k.len - ID_SIZE, &map, &i, err);
        if (st == ST_OK && maps->len + map.len > MAPS_MAX)
            break; /* the rest stay due */
        if (st == ST_OK || st == ST_NOTFOUND) {
            const bool found = st == ST_OK;

            st = store_delete(s, TABLE_DUE, (struct store_key){k.data, k.len},
                              err);
            if (st == ST_OK && found)
                st = lease(s, p, &i, maps, &leased, err);
        }
        *count += leased;
    }
    buffer_free(&due.keys);
    buffer_free(&map);
    return st;
}
