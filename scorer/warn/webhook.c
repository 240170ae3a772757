/* webhook.c - see webhook.h. */
#include "webhook.h"

#include <assert.h>
#include <stdlib.h>

#include <sodium.h>

#include "collector/fetch.h"
#include "collector/files.h"
#include "collector/log.h"

enum { TIMEOUT_MS = 10000, SECRET_FILE_MAX = 256 };

struct target {
    char url[WEBHOOK_URL_MAX];
    uint64_t taken;    /* up to this number, or given up */
    unsigned failed;   /* attempts at the next one, in a row */
    int64_t next_try;  /* ms */
    bool asked;        /* an answer is awaited */
    uint64_t number;   /* of what was sent last ... */
    int64_t stored_at; /* ... and when it was stored */
};

struct webhook {
    struct webhook_plan plan;
    struct ledger *ledger;
    struct fetch *fetch;
    uint8_t key[WEBHOOK_KEY];
    size_t count;
    struct target target[WEBHOOK_TARGETS_MAX];
    int64_t now;
    struct err *err;
};

/* ---- what is durable of a target ---- */

static struct durable_key key_of(const struct target *t)
{
    return (struct durable_key){LEDGER_TARGETS, t->url, strlen(t->url)};
}

/* With `dead`, that it was not taken. */
static enum status settle(struct webhook *w, struct target *t, uint64_t number,
                          bool dead)
{
    struct durable *d = ledger_table(w->ledger);
    uint8_t value[8], key[WEBHOOK_URL_MAX + 8];
    const size_t len = strlen(t->url) + 1;
    enum status st = durable_begin(d, w->err);

    bytes_put64(value, number);
    memcpy(key, t->url, len);
    memcpy(key + len, value, sizeof value);
    if (st == ST_OK && dead)
        st = durable_put(d, (struct durable_key){LEDGER_DEAD, key, len + 8},
                         value, sizeof value, w->err);
    if (st == ST_OK)
        st = durable_put(d, key_of(t), value, sizeof value, w->err);
    if (st == ST_OK)
        st = durable_commit(d, w->err);
    if (st != ST_OK)
        durable_rollback(d);
    else
        t->taken = number;
    return st;
}

static enum status load_target(struct webhook *w, struct target *t)
{
    struct buffer value = {.data = NULL};
    enum status st =
        durable_get(ledger_table(w->ledger), key_of(t), &value, w->err);

    if (st == ST_OK && value.len == 8)
        t->taken = bytes_get64(value.data);
    else if (st == ST_OK)
        st = err_set(w->err, ST_CORRUPT, "a webhook's state is damaged");
    else if (st == ST_NOTFOUND)
        st = settle(w, t, ledger_last(w->ledger), false);
    buffer_free(&value);
    return st;
}

/* ---- sending ---- */

struct sending {
    struct webhook *w;
    struct target *t;
};

static enum status post(struct webhook *w, struct target *t,
                        const struct warning *event)
{
    char id[80], id_line[96], time_line[64], signature[WEBHOOK_SIGNATURE];
    char signature_line[96];
    const char *const headers[] = {"Content-Type: application/cloudevents+json",
                                   "User-Agent: manyi",
                                   id_line,
                                   time_line,
                                   signature_line,
                                   NULL};
    struct buffer body = {.data = NULL};
    enum status st = webhook_body(event, ledger_name(w->ledger), &body);

    snprintf(id, sizeof id, "%s-%llu", ledger_name(w->ledger),
             (unsigned long long)event->number);
    if (st == ST_OK) {
        webhook_sign(w->key, id, w->now / 1000, body.data, body.len, signature);
        snprintf(id_line, sizeof id_line, "Webhook-Id: %s", id);
        snprintf(time_line, sizeof time_line, "Webhook-Timestamp: %lld",
                 (long long)(w->now / 1000));
        snprintf(signature_line, sizeof signature_line, "Webhook-Signature: %s",
                 signature);
        st = fetch_send(w->fetch,
                        &(struct fetch_request){.method = "POST",
                                                .url = t->url,
                                                .headers = headers,
                                                .body = body.data,
                                                .body_len = body.len,
                                                .timeout_ms = TIMEOUT_MS,
                                                .ctx = t},
                        w->err);
    }
    if (st == ST_OK) {
        t->asked = true;
        t->number = event->number;
        t->stored_at = event->stored_at;
    }
    buffer_free(&body);
    return st;
}

static enum status send_first(void *ctx, const struct event *e,
                              const uint8_t *text, size_t len)
{
    const struct sending *s = ctx;
    const enum status st = post(s->w, s->t, &e->warning);

    (void)text;
    (void)len;
    return st == ST_OK ? ST_STOPPED : st;
}

static enum status take(struct webhook *w, struct target *t,
                        const struct fetch_answer *a)
{
    const bool good = a->status == ST_OK && a->code / 100 == 2;
    const bool dead = !good && w->now - t->stored_at > w->plan.give_up_ms;
    char quoted[LOG_QUOTE_MAX];
    enum status st = ST_OK;

    t->asked = false;
    if (good || dead)
        st = settle(w, t, t->number, dead);
    if (good) {
        t->failed = 0;
        return st;
    }
    t->failed++;
    t->next_try = w->now + webhook_pause(w->plan.seed ^ t->number, t->failed);
    log_event(LEVEL_WARN, dead ? "webhook_dead" : "webhook_failed",
              "url=%s number=%llu code=%u attempt=%u",
              log_quote(t->url, quoted), (unsigned long long)t->number, a->code,
              t->failed);
    return st;
}

enum status webhook_step(struct webhook *w, int64_t now, struct err *err)
{
    struct fetch_answer a;
    enum status st = ST_OK;

    w->now = now;
    w->err = err;
    while (st == ST_OK && fetch_next(w->fetch, &a))
        st = take(w, a.ctx, &a);
    for (size_t i = 0; i < w->count && st == ST_OK; i++) {
        struct target *t = &w->target[i];
        struct sending s = {w, t};

        if (!t->asked && t->taken < ledger_last(w->ledger) &&
            now >= t->next_try)
            st = ledger_walk(w->ledger, t->taken, send_first, &s, err);
    }
    return st;
}

/* ---- the dead ---- */

struct burying {
    webhook_dead_fn *fn;
    void *ctx;
};

static enum status see_dead(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    const struct burying *b = ctx;

    if (len != 8 || key_len < 9 || key[key_len - 9] != '\0')
        return ST_CORRUPT;
    return b->fn(b->ctx, (const char *)key, bytes_get64(value));
}

enum status webhook_dead(struct ledger *l, webhook_dead_fn *fn, void *ctx,
                         struct err *err)
{
    struct burying b = {fn, ctx};

    return durable_walk(ledger_table(l),
                        (struct durable_key){LEDGER_DEAD, "", 0}, NULL,
                        see_dead, &b, err);
}

/* ---- begin and end ---- */

static enum status read_key(struct webhook *w)
{
    struct buffer text = {.max = SECRET_FILE_MAX};
    size_t len = 0;
    enum status st = file_read(w->plan.key, true, &text, w->err);

    while (st == ST_OK && text.len && text.data[text.len - 1] == '\n')
        text.len--;
    if (st == ST_OK &&
        (text.len != 2 * WEBHOOK_KEY ||
         sodium_hex2bin(w->key, WEBHOOK_KEY, (const char *)text.data, text.len,
                        NULL, &len, NULL) != 0 ||
         len != WEBHOOK_KEY))
        st = err_set(w->err, ST_INVALID, "%s: not a key of manyi-keys hash",
                     w->plan.key);
    if (text.data)
        sodium_memzero(text.data, text.cap);
    buffer_free(&text);
    return st;
}

static enum status add_target(struct webhook *w, const char *url, size_t len)
{
    struct target *t = &w->target[w->count];

    if (!webhook_legal(url, len))
        return err_set(w->err, ST_INVALID,
                       "webhook: '%.*s' is neither https:// nor http:// to "
                       "this machine",
                       (int)(len < 200 ? len : 200), url);
    if (w->count == WEBHOOK_TARGETS_MAX)
        return err_set(w->err, ST_RANGE, "over %d webhooks",
                       WEBHOOK_TARGETS_MAX);
    memcpy(t->url, url, len);
    for (size_t i = 0; i < w->count; i++)
        if (streq(w->target[i].url, t->url))
            return err_set(w->err, ST_INVALID, "webhook: '%s' is told twice",
                           t->url);
    w->count++;
    return load_target(w, t);
}

enum status webhook_new(const struct webhook_plan *plan, struct ledger *l,
                        struct webhook **out, struct err *err)
{
    struct webhook *w = calloc(1, sizeof *w);
    const char *url = plan->urls;
    enum status st = ST_NOMEM;

    if (w) {
        w->plan = *plan;
        w->ledger = l;
        w->err = err;
        st = read_key(w);
    }
    while (st == ST_OK && *url) {
        const size_t len = strcspn(url, ",");

        st = add_target(w, url, len);
        url += len + (url[len] == ',');
    }
    if (st == ST_OK)
        st = fetch_new(WEBHOOK_TARGETS_MAX, &w->fetch, err);
    if (st == ST_OK)
        *out = w;
    else
        webhook_free(&w);
    return st;
}

void webhook_free(struct webhook **w)
{
    if (!*w)
        return;
    fetch_free(&(*w)->fetch);
    sodium_memzero((*w)->key, WEBHOOK_KEY);
    free(*w);
    *w = NULL;
}
