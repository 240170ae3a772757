/* sender.c - see collector/client.h: opening, putting, and the verbs on the
 * outbox.  What moves over the link is in sender_work.c. */
#include <stdlib.h>
#include <time.h>

#include "collector/address.h"
#include "sender_state.h"

int64_t sender_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t wall_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum status connect_to(struct sender *s, const struct client_options *o,
                              struct err *err)
{
    const struct link_options link = {.url = o->collector,
                                      .server_key = o->server_key,
                                      .key = o->key,
                                      .queue = s->window};
    enum status st;

    s->collector = strdup(o->collector);
    if (!s->collector)
        return err_set(err, ST_NOMEM, "out of memory");
    st = s->outbox ? outbox_check(s->outbox, o->collector, err) : ST_OK;
    if (st == ST_OK)
        st = link_open(&link, &s->link, err);
    return st;
}

enum status sender_open(const struct client_options *o, struct sender **out,
                        struct err *err)
{
    struct sender *s;
    enum status st;

    if (o->collector && !address_legal(o->collector, false))
        return err_set(err, ST_INVALID,
                       "'%s': not an address to connect to (tcp://HOST:PORT)",
                       o->collector);
    s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ST_NOMEM, "out of memory");
    s->retry_ms = o->retry_ms ? o->retry_ms : RETRY_MS;
    s->window = o->window ? o->window : WINDOW;
    if (s->window > WINDOW_MAX)
        s->window = WINDOW_MAX;
    s->guess = BATCH_MAX;
    st = o->outbox ? outbox_open(o->outbox, &s->outbox, err) : ST_OK;
    if (st == ST_OK && o->collector)
        st = connect_to(s, o, err);
    if (st == ST_OK)
        *out = s;
    else
        sender_close(&s);
    return st;
}

void sender_close(struct sender **s)
{
    if (!*s)
        return;
    /* Should this fail, the messages are sent once more: no harm. */
    if ((*s)->outbox && sender_flush(*s, NULL) != ST_OK)
        sender_forget(*s);
    link_close(&(*s)->link);
    outbox_close(&(*s)->outbox);
    buffer_free(&(*s)->frame);
    free((*s)->collector);
    free(*s);
    *s = NULL;
}

/* ---- settling ---- */

enum status sender_settle(struct sender *s, struct err *err)
{
    const int64_t now = wall_clock();
    enum status st = ST_OK;

    for (size_t i = 0; i < s->settled_count && st == ST_OK; i++)
        st = outbox_settle(s->outbox, &s->settled[i], now, err);
    if (st == ST_OK)
        st = outbox_purge(s->outbox, now - OUTBOX_KEPT_MS, err);
    return st;
}

void sender_forget(struct sender *s)
{
    for (size_t i = 0; i < s->settled_count; i++)
        free(s->settled[i].rejected);
    s->settled_count = 0;
}

/* Make one change of the outbox, with the acknowledgements taken so far. */
typedef enum status change_fn(struct sender *s, void *ctx, struct err *err);

static enum status change(struct sender *s, change_fn *fn, void *ctx,
                          struct err *err)
{
    enum status st = outbox_begin(s->outbox, err);

    if (st != ST_OK)
        return st;
    st = sender_settle(s, err);
    if (st == ST_OK && fn)
        st = fn(s, ctx, err);
    if (st == ST_OK)
        st = outbox_commit(s->outbox, err);
    if (st == ST_OK)
        sender_forget(s);
    else
        outbox_rollback(s->outbox);
    return st;
}

enum status sender_flush(struct sender *s, struct err *err)
{
    return s->settled_count ? change(s, NULL, NULL, err) : ST_OK;
}

/* ---- putting ---- */

struct putting {
    const struct survey_name *name;
    const struct submission *list;
    size_t count;
    const void *note;
    size_t note_len;
};

static enum status put_all(struct sender *s, void *ctx, struct err *err)
{
    const struct putting *p = ctx;
    const char *collector = s->link && link_up(s->link) ? s->collector : "";
    size_t at = 0;
    enum status st = ST_OK;

    while (at < p->count && st == ST_OK) {
        size_t n = p->count - at < s->guess ? p->count - at : s->guess;

        st = outbox_put(s->outbox, collector, p->name, p->list + at, n, err);
        if (st == ST_OK) {
            at += n;
        } else if (st == ST_RANGE && n > 1) {
            /* Responses are of one size, more or less: what fits is learnt
             * in a few steps and then kept. */
            s->guess = n - (n + 7) / 8;
            st = ST_OK;
        }
    }
    if (st == ST_OK && p->note)
        st = outbox_put_note(s->outbox, p->note, p->note_len, err);
    return st;
}

enum status sender_put(struct sender *s, const struct survey_name *name,
                       const struct submission *list, size_t count,
                       const void *note, size_t note_len, struct err *err)
{
    struct putting p = {name, list, count, note, note_len};

    return change(s, put_all, &p, err);
}

enum status sender_note(struct sender *s, struct buffer *out, struct err *err)
{
    return outbox_note(s->outbox, out, err);
}

void sender_counts(const struct sender *s, struct outbox_counts *out)
{
    const struct outbox_size *size = outbox_size(s->outbox);

    *out = s->counts;
    out->pending = size->pending - s->settled_count;
    out->acknowledged = size->done;
    out->refused = size->refused;
    out->taken = size->taken || out->accepted || out->duplicate || out->filled;
    for (size_t i = 0; i < s->settled_count; i++) {
        out->acknowledged += s->settled[i].refused == REASON_NONE;
        out->refused += s->settled[i].rejections;
    }
}

/* ---- the verbs ---- */

enum status sender_refused(struct sender *s, outbox_refused_fn *fn, void *ctx,
                           struct err *err)
{
    enum status st = sender_flush(s, err);

    return st == ST_OK ? outbox_refused(s->outbox, fn, ctx, err) : st;
}

static enum status retry(struct sender *s, void *ctx, struct err *err)
{
    return outbox_retry(s->outbox, ctx, err);
}

static enum status drop(struct sender *s, void *ctx, struct err *err)
{
    return outbox_drop(s->outbox, ctx, err);
}

struct replaying {
    int64_t since;
    size_t count;
};

static enum status replay(struct sender *s, void *ctx, struct err *err)
{
    struct replaying *r = ctx;

    return outbox_replay(s->outbox, r->since, &r->count, err);
}

enum status sender_retry(struct sender *s, size_t *count, struct err *err)
{
    size_t responses = 0;
    enum status st = change(s, retry, &responses, err);

    if (st == ST_OK) {
        s->cursor = 0;
        *count = responses;
    }
    return st;
}

enum status sender_drop(struct sender *s, size_t *count, struct err *err)
{
    size_t responses = 0;
    enum status st = change(s, drop, &responses, err);

    if (st == ST_OK) {
        /* what is still pending may be fewer than what was under way */
        s->flying = 0;
        s->cursor = 0;
        *count = responses;
    }
    return st;
}

enum status sender_replay(struct sender *s, int64_t since, size_t *count,
                          struct err *err)
{
    struct replaying r = {.since = since};
    enum status st = change(s, replay, &r, err);

    if (st == ST_OK) {
        s->cursor = 0;
        *count = r.count;
    }
    return st;
}
