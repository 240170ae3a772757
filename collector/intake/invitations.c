/* invitations.c - see invitations.h. */
#include "invitations.h"

#include "base/limits.h"
#include "collector/log.h"
#include "due.h"

static struct store_key id_key(const uint8_t *id)
{
    return (struct store_key){id, ID_SIZE};
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

    return store_put(s, TABLE_DUE, due_as_key(&k), "", 0, err);
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

    return store_delete(s, TABLE_DUE, due_as_key(&k), err);
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
