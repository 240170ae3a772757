/* outbox_settle.c - what becomes of a message: to which collector it belongs
 * from its first send on, and what that collector said to it. */
#include "outbox_table.h"

/* ---- the answer ---- */

static enum status put_refused(struct outbox *o, uint64_t batch, int64_t at,
                               const struct rejection *why, struct err *err)
{
    const char *word = reason_word(why->reason);
    uint8_t value[REFUSED_FIXED + 32];
    size_t len = strnlen(word, sizeof value - REFUSED_FIXED);
    struct outbox_key k;

    bytes_put64(value, (uint64_t)at);
    value[8] = why->entry;
    memcpy(value + 9, why->id, ID_SIZE);
    memcpy(value + REFUSED_FIXED, word, len);
    o->now.size.refused++;
    return durable_put(o->table,
                       outbox_key2(&k, SPACE_REFUSED, batch, why->index), value,
                       REFUSED_FIXED + len, err);
}

/* A refused element is known by its place: its id may have been what the
 * collector could not read. */
static enum status put_rejections(struct outbox *o, const struct ack *ack,
                                  int64_t at, struct err *err)
{
    struct outbox_message m;
    enum status st = outbox_load(o, ack->batch, &m, err);
    const bool all = ack->refused != REASON_NONE;
    const size_t count = all ? m.count : ack->rejections;

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        struct rejection why = {.reason = ack->refused, .index = (uint32_t)i};

        if (!all)
            why = ack->rejected[i];
        if (why.index < m.count) {
            const uint8_t *id = m.ids + why.index * (ID_SIZE + 1);

            memcpy(why.id, id, ID_SIZE);
            why.entry = id[ID_SIZE];
        }
        st = put_refused(o, ack->batch, at, &why, err);
    }
    return st;
}

/* The first time that a collector took a response. */
static enum status note_taken(struct outbox *o, const struct ack *ack,
                              struct err *err)
{
    struct outbox_message m;
    enum status st;

    if (o->now.size.taken ||
        (ack->rejections && !ack->accepted && !ack->duplicate && !ack->filled))
        return ST_OK;
    st = outbox_load(o, ack->batch, &m, err);
    if (st == ST_OK && outbox_responses(&m))
        st = outbox_note_taken(o, err);
    return st;
}

enum status outbox_settle(struct outbox *o, const struct ack *ack, int64_t at,
                          struct err *err)
{
    struct outbox_key k;
    struct durable_key pending = outbox_key(&k, SPACE_PENDING, ack->batch);
    enum status st;

    o->scratch.len = 0;
    st = durable_get(o->table, pending, &o->scratch, err);
    if (st == ST_NOTFOUND)
        return ST_OK;
    if (st == ST_OK)
        st = durable_delete(o->table, pending, err);
    if (st != ST_OK)
        return st;
    o->now.size.pending--;
    o->now.unfixed -= outbox_free(o->scratch.data, o->scratch.len);
    if (ack->refused != REASON_NONE || ack->rejections)
        st = put_rejections(o, ack, at, err);
    if (st != ST_OK || ack->refused != REASON_NONE)
        return st;
    st = note_taken(o, ack, err);
    if (st != ST_OK)
        return st;
    o->now.size.done++;
    return durable_put(o->table,
                       outbox_key2(&k, SPACE_DONE, (uint64_t)at, ack->batch),
                       "", 0, err);
}

/* ---- which collector ---- */

static enum status take_unfixed(void *ctx, const uint8_t *key, size_t key_len,
                                const uint8_t *value, size_t len)
{
    return outbox_free(value, len) ? buffer_add(ctx, key, key_len) : ST_OK;
}

enum status outbox_fix(struct outbox *o, const char *collector, struct err *err)
{
    struct buffer batches = {0}; /* 8 bytes each */
    enum status st = outbox_walk(o, outbox_all(SPACE_PENDING), NULL,
                                 take_unfixed, &batches, err);

    for (size_t at = 0; st == ST_OK && at < batches.len; at += 8) {
        struct durable_key key = {SPACE_PENDING, batches.data + at, 8};

        st = durable_put(o->table, key, collector, strlen(collector), err);
    }
    if (st == ST_OK)
        o->now.unfixed = 0;
    buffer_free(&batches);
    return st;
}

struct other {
    const char *collector;
    uint64_t count;
    char name[256]; /* of the first other one */
};

static enum status find_other(void *ctx, const uint8_t *key, size_t key_len,
                              const uint8_t *value, size_t len)
{
    struct other *other = ctx;
    size_t n = len < sizeof other->name ? len : sizeof other->name - 1;

    (void)key, (void)key_len;
    if (outbox_free(value, len) || (len == strlen(other->collector) &&
                                    memcmp(value, other->collector, len) == 0))
        return ST_OK;
    if (other->count++ == 0) {
        memcpy(other->name, value, n);
        other->name[n] = '\0';
    }
    return ST_OK;
}

enum status outbox_check(struct outbox *o, const char *collector,
                         struct err *err)
{
    struct other other = {.collector = collector};
    enum status st = outbox_walk(o, outbox_all(SPACE_PENDING), NULL, find_other,
                                 &other, err);

    if (st != ST_OK || other.count == 0)
        return st;
    return err_set(err, ST_REFUSED,
                   "%s: %llu messages were sent to %s and may be stored there; "
                   "they cannot go to %s",
                   o->path, (unsigned long long)other.count, other.name,
                   collector);
}
