/* outbox_care.c - what happens to messages after their first end: forgotten
 * after seven days, tried again, dropped, or sent once more.
 *
 * Rows are collected before they are changed, so that no walk meets its own
 * changes; that costs 16 bytes a message in memory. */
#include <stdlib.h>

#include "outbox_table.h"

#define PURGE_STEP 256 /* messages forgotten in one transaction */

/* ---- collecting ---- */

struct done {
    struct buffer keys; /* 16 bytes each: at, batch */
    uint64_t before;
    size_t limit; /* 0: none */
};

static enum status take_done(void *ctx, const uint8_t *key, size_t key_len,
                             const uint8_t *value, size_t len)
{
    struct done *d = ctx;

    (void)value, (void)len;
    if (key_len != 16)
        return ST_CORRUPT;
    if (bytes_get64(key) >= d->before ||
        (d->limit && d->keys.len >= 16 * d->limit))
        return ST_STOPPED;
    return buffer_add(&d->keys, key, key_len);
}

/* The messages that have refused responses: at, batch; and how many responses
 * there are. */
struct refused {
    struct buffer keys;
    size_t responses;
};

static enum status take_refused(void *ctx, const uint8_t *key, size_t key_len,
                                const uint8_t *value, size_t len)
{
    struct refused *r = ctx;
    uint8_t last[16];

    if (key_len != 16 || len < REFUSED_FIXED)
        return ST_CORRUPT;
    r->responses++;
    memcpy(last, value, 8);
    memcpy(last + 8, key, 8);
    if (r->keys.len >= 16 &&
        memcmp(r->keys.data + r->keys.len - 8, key, 8) == 0)
        return ST_OK;
    return buffer_add(&r->keys, last, sizeof last);
}

static enum status find_one(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    (void)key, (void)key_len, (void)value, (void)len;
    *(bool *)ctx = true;
    return ST_STOPPED;
}

/* ---- the life of a message ---- */

static enum status forget_message(struct outbox *o, uint64_t batch,
                                  struct err *err)
{
    struct outbox_key k;
    enum status st =
        durable_delete(o->table, outbox_key(&k, SPACE_MESSAGE, batch), err);

    if (st == ST_OK)
        st = durable_delete(o->table, outbox_key(&k, SPACE_PLACES, batch), err);
    return st;
}

static enum status is_done(struct outbox *o, const uint8_t key[16], bool *done,
                           struct err *err)
{
    const struct durable_key k = {SPACE_DONE, key, 16};
    enum status st;

    o->scratch.len = 0;
    st = durable_get(o->table, k, &o->scratch, err);
    if (st == ST_OK || st == ST_NOTFOUND)
        *done = st == ST_OK;
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status forget_done(struct outbox *o, const uint8_t key[16],
                               struct err *err)
{
    const struct durable_key k = {SPACE_DONE, key, 16};
    enum status st = durable_delete(o->table, k, err);

    if (st == ST_OK)
        o->now.size.done--;
    return st;
}

/* A message that is done (or refused as a whole) is owed once more. */
static enum status make_pending(struct outbox *o, const uint8_t key[16],
                                struct err *err)
{
    const struct durable_key batch = {SPACE_PENDING, key + 8, 8};
    const struct durable_key refused = {SPACE_REFUSED, key + 8, 8};
    uint8_t value[RETRIED_SIZE] = {0};
    uint64_t listed = 0;
    bool done = false;
    enum status st = is_done(o, key, &done, err);

    if (st == ST_OK && done)
        st = forget_done(o, key, err);
    if (st == ST_OK)
        st = outbox_walk(o, refused, NULL, outbox_count, &listed, err);
    if (st == ST_OK && listed)
        st = durable_clear(o->table, refused, err);
    memcpy(value + 1, key, 8);
    bytes_put64(value + 9, listed);
    if (st == ST_OK)
        st =
            durable_put(o->table, batch, value, listed ? sizeof value : 0, err);
    if (st == ST_OK) {
        o->now.size.refused -= listed;
        o->now.size.pending++;
        o->now.unfixed++;
    }
    return st;
}

/* ---- the verbs ---- */

enum status outbox_purge(struct outbox *o, int64_t before, struct err *err)
{
    struct done d = {.before = before > 0 ? (uint64_t)before : 0,
                     .limit = PURGE_STEP};
    enum status st =
        outbox_walk(o, outbox_all(SPACE_DONE), NULL, take_done, &d, err);

    for (size_t at = 0; st == ST_OK && at < d.keys.len; at += 16) {
        const uint8_t *key = d.keys.data + at;
        const struct durable_key refused = {SPACE_REFUSED, key + 8, 8};
        bool held = false;

        st = outbox_walk(o, refused, NULL, find_one, &held, err);
        if (st == ST_OK && !held)
            st = forget_message(o, bytes_get64(key + 8), err);
        if (st == ST_OK)
            st = forget_done(o, key, err);
    }
    buffer_free(&d.keys);
    return st;
}

enum status outbox_replay(struct outbox *o, int64_t since, size_t *messages,
                          struct err *err)
{
    struct outbox_key k;
    struct durable_key from =
        outbox_key2(&k, SPACE_DONE, since > 0 ? (uint64_t)since : 0, 0);
    struct done d = {.before = UINT64_MAX};
    enum status st =
        outbox_walk(o, outbox_all(SPACE_DONE), &from, take_done, &d, err);

    for (size_t at = 0; st == ST_OK && at < d.keys.len; at += 16)
        st = make_pending(o, d.keys.data + at, err);
    if (st == ST_OK)
        *messages = d.keys.len / 16;
    buffer_free(&d.keys);
    return st;
}

enum status outbox_retry(struct outbox *o, size_t *responses, struct err *err)
{
    struct refused r = {.responses = 0};
    enum status st =
        outbox_walk(o, outbox_all(SPACE_REFUSED), NULL, take_refused, &r, err);

    for (size_t at = 0; st == ST_OK && at < r.keys.len; at += 16)
        st = make_pending(o, r.keys.data + at, err);
    if (st == ST_OK)
        *responses = r.responses;
    buffer_free(&r.keys);
    return st;
}

/* Nobody asks any more for `listed` refused responses of a message: what else
 * is in it was taken and stays for a replay, or there is nothing else. */
static enum status let_go(struct outbox *o, const uint8_t key[16],
                          uint64_t listed, struct err *err)
{
    const struct durable_key in_done = {SPACE_DONE, key, 16};
    const uint64_t batch = bytes_get64(key + 8);
    struct outbox_message m;
    bool done = false;
    enum status st = outbox_load(o, batch, &m, err);

    if (st == ST_OK)
        st = is_done(o, key, &done, err);
    if (st != ST_OK)
        return st;
    if (listed < m.count && !done) {
        o->now.size.done++;
        return durable_put(o->table, in_done, "", 0, err);
    }
    if (listed < m.count)
        return ST_OK;
    if (done)
        st = forget_done(o, key, err);
    return st == ST_OK ? forget_message(o, batch, err) : st;
}

/* Of the messages that are to be sent again: at, batch, count. */
static enum status take_retried(void *ctx, const uint8_t *key, size_t key_len,
                                const uint8_t *value, size_t len)
{
    uint8_t one[24];

    if (key_len != 8)
        return ST_CORRUPT;
    if (len != RETRIED_SIZE || !outbox_free(value, len))
        return ST_OK;
    memcpy(one, value + 1, 8);
    memcpy(one + 8, key, 8);
    memcpy(one + 16, value + 9, 8);
    return buffer_add(ctx, one, sizeof one);
}

static enum status drop_retried(struct outbox *o, size_t *responses,
                                struct err *err)
{
    struct buffer retried = {0};
    enum status st = outbox_walk(o, outbox_all(SPACE_PENDING), NULL,
                                 take_retried, &retried, err);

    for (size_t at = 0; st == ST_OK && at < retried.len; at += 24) {
        const uint8_t *one = retried.data + at;
        const struct durable_key pending = {SPACE_PENDING, one + 8, 8};
        const uint64_t listed = bytes_get64(one + 16);

        st = durable_delete(o->table, pending, err);
        if (st == ST_OK)
            st = let_go(o, one, listed, err);
        o->now.size.pending--;
        o->now.unfixed--;
        *responses += listed;
    }
    buffer_free(&retried);
    return st;
}

enum status outbox_drop(struct outbox *o, size_t *responses, struct err *err)
{
    struct refused r = {.responses = 0};
    enum status st =
        outbox_walk(o, outbox_all(SPACE_REFUSED), NULL, take_refused, &r, err);

    for (size_t at = 0; st == ST_OK && at < r.keys.len; at += 16) {
        const uint8_t *key = r.keys.data + at;
        const struct durable_key refused = {SPACE_REFUSED, key + 8, 8};
        uint64_t listed = 0;

        st = outbox_walk(o, refused, NULL, outbox_count, &listed, err);
        if (st == ST_OK)
            st = let_go(o, key, listed, err);
    }
    if (st == ST_OK)
        st = durable_clear(o->table, outbox_all(SPACE_REFUSED), err);
    if (st == ST_OK)
        st = drop_retried(o, &r.responses, err);
    if (st == ST_OK) {
        o->now.size.refused = 0;
        *responses = r.responses;
    }
    buffer_free(&r.keys);
    return st;
}

/* ---- telling ---- */

struct telling {
    struct outbox *o;
    outbox_refused_fn *fn;
    void *ctx;
    /* the places of the message at hand, read up to the response before
     * `next` */
    uint64_t batch, next, place;
    struct buffer places;
    const uint8_t *at;
};

static enum status load_places(struct telling *t, uint64_t batch)
{
    struct outbox_key k;
    enum status st;

    t->batch = batch;
    t->next = t->place = 0;
    t->places.len = 0;
    st = durable_get(t->o->table, outbox_key(&k, SPACE_PLACES, batch),
                     &t->places, NULL);
    t->at = t->places.data;
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* Refused responses come in order, so a message's places are read once. */
static uint64_t place_of(struct telling *t, uint64_t index)
{
    uint64_t step;

    for (; t->next <= index; t->next++) {
        if (!t->at || bytes_varint(&t->at, t->places.data + t->places.len,
                                   &step) != ST_OK)
            return 0;
        t->place += (uint64_t)bytes_unzigzag(step);
    }
    return t->place;
}

/* An outbox may be older than a reason, or newer: an unknown word is none. */
static enum reason reason_of(const uint8_t *word, size_t len)
{
    for (int r = 0; r < REASONS; r++) {
        const char *w = reason_word((enum reason)r);

        if (strlen(w) == len && memcmp(w, word, len) == 0)
            return (enum reason)r;
    }
    return REASON_NONE;
}

static enum status tell(void *ctx, const uint8_t *key, size_t key_len,
                        const uint8_t *value, size_t len)
{
    struct telling *t = ctx;
    struct rejection why = {0};
    enum status st = ST_OK;

    if (key_len != 16 || len < REFUSED_FIXED)
        return ST_CORRUPT;
    if (bytes_get64(key) != t->batch)
        st = load_places(t, bytes_get64(key));
    if (st != ST_OK)
        return st;
    why.entry = value[8];
    memcpy(why.id, value + 9, ID_SIZE);
    why.reason = reason_of(value + REFUSED_FIXED, len - REFUSED_FIXED);
    return t->fn(t->ctx, &why, place_of(t, bytes_get64(key + 8)),
                 (int64_t)bytes_get64(value));
}

enum status outbox_refused(struct outbox *o, outbox_refused_fn *fn, void *ctx,
                           struct err *err)
{
    struct telling t = {.o = o, .fn = fn, .ctx = ctx};
    enum status st =
        outbox_walk(o, outbox_all(SPACE_REFUSED), NULL, tell, &t, err);

    buffer_free(&t.places);
    return st;
}
