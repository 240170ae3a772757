/* memory.c - talks, their invitations, and who waits for what. */
#include "memory.h"

struct key {
    uint8_t bytes[SURVEY_CODE_MAX + 1 + 8 + ID_SIZE];
    size_t len;
};

static void add(struct key *k, const void *data, size_t len)
{
    memcpy(k->bytes + k->len, data, len);
    k->len += len;
}

static struct durable_key key_in(enum sms_space space, const void *data,
                                 size_t len)
{
    return (struct durable_key){(uint32_t)space, data, len};
}

static struct durable_key id_key(enum sms_space space, const uint8_t *id)
{
    return key_in(space, id, ID_SIZE);
}

enum status memory_mac(struct durable *d, uint8_t out[SMS_MAC_SIZE],
                       struct err *err)
{
    struct buffer value = {0};
    enum status st = durable_get(d, key_in(SMS_META, "mac", 3), &value, err);

    if (st == ST_OK && value.len != SMS_MAC_SIZE)
        st = err_set(err, ST_CORRUPT, "the outbox holds no whole key");
    if (st == ST_OK)
        memcpy(out, value.data, SMS_MAC_SIZE);
    buffer_free(&value);
    return st;
}

enum status memory_set_mac(struct durable *d, const uint8_t mac[SMS_MAC_SIZE],
                           struct err *err)
{
    return durable_put(d, key_in(SMS_META, "mac", 3), mac, SMS_MAC_SIZE, err);
}

/* ---- talks ---- */

enum status memory_talk(struct durable *d, const uint8_t *id, struct talk *out,
                        struct err *err)
{
    struct buffer value = {0};
    enum status st = durable_get(d, id_key(SMS_TALK, id), &value, err);

    if (st == ST_OK && talk_unpack(value.data, value.len, out) != ST_OK)
        st = err_set(err, ST_CORRUPT, "a talk in the outbox is damaged");
    buffer_free(&value);
    return st;
}

/* Where a talk stands in the index of times. */
static struct durable_key place(const struct talk *t, bool waiting,
                                struct key *k)
{
    uint8_t at[8];

    k->len = 0;
    bytes_put64(at, (uint64_t)t->wake);
    if (waiting)
        add(k, t->campaign, sizeof t->campaign);
    add(k, at, sizeof at);
    add(k, t->id, ID_SIZE);
    return key_in(waiting ? SMS_WAIT : SMS_WAKE, k->bytes, k->len);
}

static struct durable_key on_line(const struct talk *t, struct key *k)
{
    k->len = 0;
    add(k, t->line, ID_SIZE);
    add(k, t->id, ID_SIZE);
    return key_in(SMS_LINE, k->bytes, k->len);
}

static enum status unplace(struct durable *d, const struct talk *t,
                           struct err *err)
{
    struct key k;
    enum status st = durable_delete(d, place(t, true, &k), err);

    return st == ST_OK ? durable_delete(d, place(t, false, &k), err) : st;
}

enum status memory_keep(struct durable *d, struct talk *t, int64_t wake,
                        struct err *err)
{
    struct buffer value = {0};
    struct key k;
    enum status st = unplace(d, t, err);

    t->wake = wake;
    if (st == ST_OK)
        st = talk_pack(t, &value);
    if (st == ST_OK)
        st =
            durable_put(d, id_key(SMS_TALK, t->id), value.data, value.len, err);
    if (st == ST_OK)
        st = durable_put(d, on_line(t, &k), "", 0, err);
    if (st == ST_OK)
        st = durable_put(d, place(t, t->phase == TALK_WAITING, &k), "", 0, err);
    buffer_free(&value);
    return st;
}

enum status memory_forget(struct durable *d, const struct talk *t,
                          struct err *err)
{
    struct key k;
    enum status st = unplace(d, t, err);

    if (st == ST_OK)
        st = durable_delete(d, on_line(t, &k), err);
    if (st == ST_OK)
        st = durable_delete(d, id_key(SMS_INVITATION, t->id), err);
    return st == ST_OK ? durable_delete(d, id_key(SMS_TALK, t->id), err) : st;
}

/* ---- invitations ---- */

enum status memory_invitation(struct durable *d, const uint8_t *id,
                              struct buffer *map, struct invitation *out,
                              struct err *err)
{
    enum status st = durable_get(d, id_key(SMS_INVITATION, id), map, err);

    if (st == ST_OK && wire_unpack_invitation(map->data, map->len, out))
        st = err_set(err, ST_CORRUPT, "an invitation in the outbox is damaged");
    return st;
}

enum status memory_keep_invitation(struct durable *d,
                                   const struct invitation *i, struct err *err)
{
    struct buffer map = {.max = MESSAGE_MAX};
    enum status st = wire_pack_invitation(i, &map);

    if (st == ST_OK)
        st = durable_put(d, id_key(SMS_INVITATION, i->id), map.data, map.len,
                         err);
    buffer_free(&map);
    return st;
}

/* ---- lines ---- */

struct line_walk {
    struct durable *d;
    struct talk *best;
    struct buffer *waiting;
    bool found;
    struct err *err;
};

/* An open talk counts more than one that ended, a later end more than an
 * earlier one. */
static bool better(const struct talk *a, const struct talk *b)
{
    if ((a->phase == TALK_OPEN) != (b->phase == TALK_OPEN))
        return a->phase == TALK_OPEN;
    return a->ended_at > b->ended_at;
}

static enum status line_row(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    struct line_walk *w = ctx;
    struct talk t;
    enum status st;

    (void)value;
    (void)len;
    if (key_len != 2 * ID_SIZE)
        return err_set(w->err, ST_CORRUPT, "the outbox holds a wrong line");
    st = memory_talk(w->d, key + ID_SIZE, &t, w->err);
    if (st != ST_OK)
        return st;
    if (t.phase == TALK_WAITING)
        return w->waiting ? buffer_add(w->waiting, t.id, ID_SIZE) : ST_OK;
    if (!w->found || better(&t, w->best))
        *w->best = t;
    w->found = true;
    return ST_OK;
}

enum status memory_line(struct durable *d, const uint8_t *line,
                        struct talk *out, struct buffer *waiting,
                        struct err *err)
{
    struct line_walk w = {d, out, waiting, false, err};
    enum status st =
        durable_walk(d, id_key(SMS_LINE, line), NULL, line_row, &w, err);

    return st == ST_OK && !w.found ? ST_NOTFOUND : st;
}

/* ---- times ---- */

struct time_walk {
    size_t skip, max;
    int64_t now;
    struct buffer *out;
};

static enum status time_row(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    struct time_walk *w = ctx;

    (void)value;
    (void)len;
    if (key_len != w->skip + 8 + ID_SIZE ||
        bytes_get64(key + w->skip) > (uint64_t)w->now || w->max == 0)
        return ST_STOPPED;
    w->max--;
    return buffer_add(w->out, key + w->skip + 8, ID_SIZE);
}

enum status memory_awake(struct durable *d, int64_t now, size_t max,
                         struct buffer *out, struct err *err)
{
    struct time_walk w = {0, max, now, out};

    return durable_walk(d, key_in(SMS_WAKE, NULL, 0), NULL, time_row, &w, err);
}

enum status memory_waiting(struct durable *d, const char *campaign, int64_t now,
                           size_t max, struct buffer *out, struct err *err)
{
    char name[SURVEY_CODE_MAX + 1] = {0};
    struct time_walk w = {sizeof name, max, now, out};

    memcpy(name, campaign, strnlen(campaign, SURVEY_CODE_MAX));
    return durable_walk(d, key_in(SMS_WAIT, name, sizeof name), NULL, time_row,
                        &w, err);
}
