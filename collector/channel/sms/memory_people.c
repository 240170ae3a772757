/* memory_people.c - messages and numbers that were seen, as keyed hashes. */
#include "memory.h"

#define WEEK_MS   (INT64_C(7) * 24 * 3600 * 1000)
#define SWEEP_MAX 500

static struct durable_key in_week(int64_t week, const uint8_t *hash,
                                  uint8_t out[8 + ID_SIZE])
{
    bytes_put64(out, (uint64_t)week);
    memcpy(out + 8, hash, ID_SIZE);
    return (struct durable_key){SMS_SEEN, out, 8 + ID_SIZE};
}

enum status memory_seen(struct durable *d, const uint8_t *hash, int64_t now,
                        bool *seen, struct err *err)
{
    uint8_t key[8 + ID_SIZE];
    struct buffer none = {0};
    enum status st = ST_NOTFOUND;

    for (int64_t week = now / WEEK_MS;
         week >= now / WEEK_MS - 1 && st == ST_NOTFOUND; week--)
        st = durable_get(d, in_week(week, hash, key), &none, err);
    buffer_free(&none);
    if (st == ST_OK || st == ST_NOTFOUND)
        *seen = st == ST_OK;
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status memory_mark(struct durable *d, const uint8_t *hash, int64_t now,
                        struct err *err)
{
    uint8_t key[8 + ID_SIZE];

    return durable_put(d, in_week(now / WEEK_MS, hash, key), "", 0, err);
}

struct sweep {
    struct durable *d;
    size_t left;
    int64_t week; /* before it */
    const struct sms_since *since;
    struct sms_sweep *at;
    struct err *err;
};

static enum status old_week(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    struct sweep *s = ctx;

    (void)value;
    (void)len;
    if (key_len != 8 + ID_SIZE || bytes_get64(key) >= (uint64_t)s->week ||
        s->left-- == 0)
        return ST_STOPPED;
    return durable_delete(s->d, (struct durable_key){SMS_SEEN, key, key_len},
                          s->err);
}

enum status memory_unmark_old(struct durable *d, int64_t now, size_t max,
                              struct err *err)
{
    struct sweep s = {
        .d = d, .left = max, .week = now / WEEK_MS - 1, .err = err};

    return durable_walk(d, (struct durable_key){SMS_SEEN, NULL, 0}, NULL,
                        old_week, &s, err);
}

/* ---- numbers ---- */

static enum status read_number(const uint8_t *value, size_t len,
                               struct sms_number *out, struct err *err)
{
    if (len != 16)
        return err_set(err, ST_CORRUPT, "a number in the outbox is damaged");
    out->opted_out_at = (int64_t)bytes_get64(value);
    out->told_at = (int64_t)bytes_get64(value + 8);
    return ST_OK;
}

enum status memory_number(struct durable *d, const uint8_t *hash,
                          struct sms_number *out, struct err *err)
{
    struct buffer value = {0};
    enum status st = durable_get(
        d, (struct durable_key){SMS_NUMBER, hash, ID_SIZE}, &value, err);

    if (st == ST_OK)
        st = read_number(value.data, value.len, out, err);
    else if (st == ST_NOTFOUND) {
        *out = (struct sms_number){0, 0};
        st = ST_OK;
    }
    buffer_free(&value);
    return st;
}

enum status memory_keep_number(struct durable *d, const uint8_t *hash,
                               const struct sms_number *n, struct err *err)
{
    uint8_t value[16];

    bytes_put64(value, (uint64_t)n->opted_out_at);
    bytes_put64(value + 8, (uint64_t)n->told_at);
    return durable_put(d, (struct durable_key){SMS_NUMBER, hash, ID_SIZE},
                       value, sizeof value, err);
}

static enum status old_number(void *ctx, const uint8_t *key, size_t key_len,
                              const uint8_t *value, size_t len)
{
    struct sweep *s = ctx;
    struct sms_number n;
    enum status st = read_number(value, len, &n, s->err);

    if (st != ST_OK || key_len != ID_SIZE)
        return ST_CORRUPT;
    memcpy(s->at->from, key, ID_SIZE);
    if (s->left-- == 0)
        return ST_STOPPED;
    if (n.opted_out_at >= s->since->out || n.told_at >= s->since->told)
        return ST_OK;
    return durable_delete(s->d, (struct durable_key){SMS_NUMBER, key, key_len},
                          s->err);
}

enum status memory_sweep(struct durable *d, struct sms_sweep *at,
                         const struct sms_since *since, struct err *err)
{
    const struct durable_key from = {SMS_NUMBER, at->from, ID_SIZE};
    uint8_t start[ID_SIZE];
    struct sweep s = {
        .d = d, .left = SWEEP_MAX, .since = since, .at = at, .err = err};
    enum status st;

    memcpy(start, at->from, ID_SIZE);
    st = durable_walk(d, (struct durable_key){SMS_NUMBER, NULL, 0},
                      &(struct durable_key){from.space, start, ID_SIZE},
                      old_number, &s, err);
    if (st == ST_OK && s.left != SIZE_MAX) /* the end was reached */
        memset(at->from, 0, ID_SIZE);
    return st;
}
