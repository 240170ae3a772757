/* slip.c - see slip.h.
 *
 * The record: a byte of format, the marks, both times and the sizes as
 * varints, version, digest, answers, the numbers of those answered elsewhere
 * as bits, and the comment. */
#include "slip.h"

#include <string.h>

#include "spaces.h"

#define FORMAT 1
#define KEY    (8 + ID_SIZE) /* of SPACE_ANSWERED */

int64_t slip_clock(const uint8_t id[ID_SIZE])
{
    return (int64_t)(bytes_get64(id) >> 16);
}

static struct durable_key slip_key(const uint8_t id[ID_SIZE])
{
    return (struct durable_key){SPACE_SLIPS, id, ID_SIZE};
}

static struct durable_key time_key(int64_t at, const uint8_t id[ID_SIZE],
                                   uint8_t space[KEY])
{
    bytes_put64(space, (uint64_t)at);
    memcpy(space + 8, id, ID_SIZE);
    return (struct durable_key){SPACE_ANSWERED, space, KEY};
}

/* ---- the record ---- */

static void pack_bits(const uint8_t *have, size_t items, uint8_t *bits)
{
    memset(bits, 0, (ITEMS_MAX + 7) / 8);
    for (size_t i = 0; i < items; i++)
        if (have[i])
            bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
}

static enum status encode(const struct slip *s, struct buffer *out)
{
    const uint64_t numbers[] = {s->marks, (uint64_t)s->started_at,
                                (uint64_t)s->answered_at, s->items,
                                s->comment_len};
    uint8_t bits[(ITEMS_MAX + 7) / 8];
    enum status st = buffer_byte(out, FORMAT);

    pack_bits(s->have, s->items, bits);
    for (size_t i = 0; i < 5 && st == ST_OK; i++)
        st = buffer_varint(out, numbers[i]);
    if (st == ST_OK)
        st = buffer_add(out, s->version, HASH_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, s->digest, ID_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, s->answers, s->items);
    if (st == ST_OK)
        st = buffer_add(out, bits, (s->items + 7) / 8);
    return st == ST_OK ? buffer_add(out, s->comment, s->comment_len) : st;
}

static bool take(const uint8_t **at, const uint8_t *end, void *to, size_t len)
{
    if ((size_t)(end - *at) < len)
        return false;
    memcpy(to, *at, len);
    *at += len;
    return true;
}

static bool decode(const uint8_t *at, size_t len, struct slip *s)
{
    const uint8_t *const end = at + len;
    uint64_t n[5];
    uint8_t bits[(ITEMS_MAX + 7) / 8];

    if (len == 0 || *at++ != FORMAT)
        return false;
    for (size_t i = 0; i < 5; i++)
        if (bytes_varint(&at, end, &n[i]) != ST_OK)
            return false;
    if (n[0] > UINT8_MAX || n[1] > INT64_MAX || n[2] > INT64_MAX ||
        n[3] > ITEMS_MAX || n[4] > COMMENT_MAX)
        return false;
    memset(s, 0, sizeof *s);
    s->marks = (uint8_t)n[0];
    s->started_at = (int64_t)n[1];
    s->answered_at = (int64_t)n[2];
    s->items = (size_t)n[3];
    s->comment_len = (size_t)n[4];
    if (!take(&at, end, s->version, HASH_SIZE) ||
        !take(&at, end, s->digest, ID_SIZE) ||
        !take(&at, end, s->answers, s->items) ||
        !take(&at, end, bits, (s->items + 7) / 8) ||
        !take(&at, end, s->comment, s->comment_len))
        return false;
    for (size_t i = 0; i < s->items; i++)
        s->have[i] = bits[i / 8] >> i % 8 & 1;
    return at == end;
}

/* ---- one ---- */

enum status slip_get(struct durable *d, const uint8_t id[ID_SIZE],
                     struct slip *out, struct err *err)
{
    struct buffer record = {0};
    struct slip s;
    enum status st = durable_get(d, slip_key(id), &record, err);

    if (st == ST_OK && !decode(record.data, record.len, &s))
        st = err_set(err, ST_CORRUPT, "outbox: a slip that can not be read");
    if (st == ST_OK)
        *out = s;
    buffer_free(&record);
    return st;
}

static enum status write_slip(struct durable *d, const uint8_t id[ID_SIZE],
                              const struct slip *s, struct err *err)
{
    struct buffer record = {0};
    enum status st = encode(s, &record);

    if (st != ST_OK)
        st = err_set(err, st, "out of memory");
    else
        st = durable_put(d, slip_key(id), record.data, record.len, err);
    buffer_free(&record);
    return st;
}

enum status slip_put(struct durable *d, const uint8_t id[ID_SIZE],
                     const struct slip *s, struct err *err)
{
    uint8_t space[KEY];
    enum status st = write_slip(d, id, s, err);

    if (st == ST_OK && s->answered_at && !(s->marks & SLIP_SCRUBBED))
        st = durable_put(d, time_key(s->answered_at, id, space), "", 0, err);
    return st;
}

/* ---- many ---- */

struct walk {
    struct durable *d;
    int64_t before;
    size_t left, done;
    struct err *err;
};

/* A record that cannot be read is no reason to keep its answers. */
static enum status scrub_one(void *ctx, const uint8_t *key, size_t key_len,
                             const uint8_t *value, size_t len)
{
    struct walk *w = ctx;
    struct slip s;
    enum status st;

    (void)value;
    (void)len;
    if (w->left == 0 ||
        (key_len == KEY && (int64_t)bytes_get64(key) >= w->before))
        return ST_STOPPED;
    st = key_len == KEY ? slip_get(w->d, key + 8, &s, w->err) : ST_NOTFOUND;
    if (st == ST_OK) {
        s.marks = (uint8_t)((s.marks | SLIP_SCRUBBED) & ~SLIP_DRAFT);
        s.items = s.comment_len = 0;
        st = write_slip(w->d, key + 8, &s, w->err);
    } else if (st == ST_CORRUPT) {
        st = durable_delete(w->d, slip_key(key + 8), w->err);
    } else if (st == ST_NOTFOUND) {
        st = ST_OK;
    }
    if (st == ST_OK)
        st = durable_delete(
            w->d, (struct durable_key){SPACE_ANSWERED, key, key_len}, w->err);
    w->left--;
    w->done++;
    return st;
}

static enum status forget_one(void *ctx, const uint8_t *key, size_t key_len,
                              const uint8_t *value, size_t len)
{
    struct walk *w = ctx;

    (void)value;
    (void)len;
    if (w->left == 0 || (key_len == ID_SIZE && slip_clock(key) >= w->before))
        return ST_STOPPED;
    w->left--;
    w->done++;
    return durable_delete(w->d, (struct durable_key){SPACE_SLIPS, key, key_len},
                          w->err);
}

static enum status sweep(struct walk *w, uint32_t space, durable_fn *fn,
                         size_t *done)
{
    const struct durable_key all = {space, "", 0};
    enum status st = durable_walk(w->d, all, NULL, fn, w, w->err);

    if (st == ST_OK)
        *done = w->done;
    return st;
}

enum status slips_scrub(struct durable *d, int64_t before, size_t max,
                        size_t *done, struct err *err)
{
    struct walk w = {.d = d, .before = before, .left = max, .err = err};

    return sweep(&w, SPACE_ANSWERED, scrub_one, done);
}

enum status slips_forget(struct durable *d, int64_t before, size_t max,
                         size_t *done, struct err *err)
{
    struct walk w = {.d = d, .before = before, .left = max, .err = err};

    return sweep(&w, SPACE_SLIPS, forget_one, done);
}
