/* state.c - see state.h. */
#include "state.h"

#include <sodium.h>

#define ASK_BYTES 9

static void prefix_of(const char *campaign, uint8_t out[8])
{
    uint8_t hash[ID_SIZE];

    (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)campaign,
                             strlen(campaign), NULL, 0);
    memcpy(out, hash, 8);
}

void state_open(struct state *s, struct durable *table, const char *campaign)
{
    *s = (struct state){.table = table};
    prefix_of(campaign, s->campaign);
}

void state_close(struct state *s)
{
    buffer_free(&s->value);
}

/* The value at hand, of exactly `len` bytes; ST_NOTFOUND. */
static enum status get(struct state *s, struct durable_key key, size_t len,
                       struct err *err)
{
    enum status st;

    s->value.len = 0;
    st = durable_get(s->table, key, &s->value, err);
    if (st == ST_OK && s->value.len != len)
        st = err_set(err, ST_CORRUPT, "the outbox's file is damaged");
    return st;
}

static struct durable_key text_key(uint32_t space, const char *text)
{
    return (struct durable_key){space, text, strlen(text)};
}

static struct durable_key id_key(uint32_t space, const uint8_t id[ID_SIZE])
{
    return (struct durable_key){space, id, ID_SIZE};
}

enum status state_seed(struct state *s, const char *campaign,
                       uint8_t out[PLAN_SEED_SIZE], struct err *err)
{
    enum status st =
        get(s, text_key(SPACE_SEEDS, campaign), PLAN_SEED_SIZE, err);

    if (st == ST_OK)
        memcpy(out, s->value.data, PLAN_SEED_SIZE);
    return st;
}

enum status state_put_seed(struct state *s, const char *campaign,
                           const uint8_t seed[PLAN_SEED_SIZE], struct err *err)
{
    return durable_put(s->table, text_key(SPACE_SEEDS, campaign), seed,
                       PLAN_SEED_SIZE, err);
}

enum status state_serial(struct state *s, uint16_t number, uint32_t *out,
                         struct err *err)
{
    const uint8_t key[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    enum status st =
        get(s, (struct durable_key){SPACE_SERIALS, key, sizeof key}, 8, err);

    if (st == ST_OK)
        *out = (uint32_t)bytes_get64(s->value.data);
    else if (st == ST_NOTFOUND)
        *out = 0;
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status state_put_serial(struct state *s, uint16_t number, uint32_t last,
                             struct err *err)
{
    const uint8_t key[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    uint8_t value[8];

    bytes_put64(value, last);
    return durable_put(s->table,
                       (struct durable_key){SPACE_SERIALS, key, sizeof key},
                       value, sizeof value, err);
}

static struct durable_key seen_key(const struct state *s,
                                   const uint8_t event[ID_SIZE],
                                   uint8_t bytes[8 + ID_SIZE])
{
    memcpy(bytes, s->campaign, 8);
    memcpy(bytes + 8, event, ID_SIZE);
    return (struct durable_key){SPACE_SEEN, bytes, 8 + ID_SIZE};
}

enum status state_seen(struct state *s, const uint8_t event[ID_SIZE], bool *out,
                       struct err *err)
{
    uint8_t bytes[8 + ID_SIZE];
    enum status st = get(s, seen_key(s, event, bytes), 0, err);

    if (st != ST_OK && st != ST_NOTFOUND)
        return st;
    *out = st == ST_OK;
    return ST_OK;
}

enum status state_put_seen(struct state *s, const uint8_t event[ID_SIZE],
                           struct err *err)
{
    uint8_t bytes[8 + ID_SIZE];

    return durable_put(s->table, seen_key(s, event, bytes), "", 0, err);
}

enum status state_forget(struct state *s, const char *campaign, struct err *err)
{
    uint8_t prefix[8];
    enum status st;

    prefix_of(campaign, prefix);
    st = durable_clear(
        s->table, (struct durable_key){SPACE_SEEN, prefix, sizeof prefix}, err);
    return st == ST_OK
               ? durable_delete(s->table, text_key(SPACE_SEEDS, campaign), err)
               : st;
}

enum status state_asks(struct state *s, const uint8_t unit[ID_SIZE],
                       struct asks *out, struct err *err)
{
    enum status st;

    out->count = 0;
    s->value.len = 0;
    st = durable_get(s->table, id_key(SPACE_ASKS, unit), &s->value, err);
    if (st == ST_NOTFOUND)
        return ST_OK;
    if (st != ST_OK)
        return st;
    if (s->value.len % ASK_BYTES || s->value.len > ASKS_MAX * ASK_BYTES)
        return err_set(err, ST_CORRUPT, "the outbox's file is damaged");
    for (; out->count < s->value.len / ASK_BYTES; out->count++) {
        const uint8_t *at = s->value.data + out->count * ASK_BYTES;

        out->list[out->count].at = (int64_t)bytes_get64(at);
        out->list[out->count].purpose = at[8];
    }
    return ST_OK;
}

enum status state_put_ask(struct state *s, const uint8_t unit[ID_SIZE],
                          const struct ask *ask, struct err *err)
{
    uint8_t value[ASKS_MAX * ASK_BYTES];
    struct asks asks;
    size_t len = 0, from;
    enum status st = state_asks(s, unit, &asks, err);

    if (st != ST_OK)
        return st;
    from = asks.count == ASKS_MAX ? 1 : 0;
    for (size_t i = from; i <= asks.count; i++) {
        const struct ask *a = i < asks.count ? &asks.list[i] : ask;

        bytes_put64(value + len, (uint64_t)a->at);
        value[len + 8] = a->purpose;
        len += ASK_BYTES;
    }
    return durable_put(s->table, id_key(SPACE_ASKS, unit), value, len, err);
}

enum status state_accounts(struct state *s, const uint8_t number[ID_SIZE],
                           uint64_t *out, struct err *err)
{
    enum status st = get(s, id_key(SPACE_ACCOUNTS, number), 8, err);

    if (st != ST_OK && st != ST_NOTFOUND)
        return st;
    *out = st == ST_OK ? bytes_get64(s->value.data) : 0;
    return ST_OK;
}

enum status state_put_accounts(struct state *s, const uint8_t number[ID_SIZE],
                               uint64_t accounts, struct err *err)
{
    uint8_t value[8];

    bytes_put64(value, accounts);
    return durable_put(s->table, id_key(SPACE_ACCOUNTS, number), value,
                       sizeof value, err);
}
