/* sender.c - see collector/client.h: opening, transactions, and the verbs on
 * the outbox.  What is put is in sender_put.c, what moves over the link in
 * sender_work.c. */
#include <stdlib.h>
#include <time.h>

#include "collector/address.h"
#include "questions.h"
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
    /* ZeroMQ learns in halves of this what the other end has read. */
    const struct link_options link = {.url = o->collector,
                                      .server_key = o->server_key,
                                      .key = o->key,
                                      .peer = "collector",
                                      .queue = 2 * (s->window + QUESTIONS_MAX)};
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
    for (size_t i = 0; i < RIGHTS; i++)
        s->guess[i] = BATCH_MAX;
    st = o->outbox ? outbox_open(o->outbox, &s->outbox, err) : ST_OK;
    if (st == ST_OK && s->outbox && o->program)
        st = outbox_claim(s->outbox, o->program, err);
    if (st == ST_OK && o->collector)
        st = connect_to(s, o, err);
    if (st == ST_OK)
        *out = s;
    else
        sender_close(&s);
    return st;
}

/* The acknowledgements taken are on disk, or will come once more. */
static void forget_settled(struct sender *s)
{
    for (size_t i = 0; i < s->settled_count; i++)
        free(s->settled[i].rejected);
    s->settled_count = 0;
}

void sender_close(struct sender **s)
{
    if (!*s)
        return;
    link_close(&(*s)->link);
    questions_end(*s);
    if ((*s)->outbox)
        sender_rollback(*s);
    /* Should this fail, the messages are sent once more: no harm. */
    if ((*s)->outbox && sender_flush(*s, NULL) != ST_OK)
        forget_settled(*s);
    outbox_close(&(*s)->outbox);
    buffer_free(&(*s)->frame);
    free((*s)->collector);
    free(*s);
    *s = NULL;
}

bool sender_up(const struct sender *s)
{
    return s->link && link_up(s->link);
}

struct durable *sender_table(struct sender *s)
{
    return outbox_table(s->outbox);
}

/* ---- transactions ---- */

enum status sender_begin(struct sender *s, struct err *err)
{
    s->failed = ST_OK;
    return outbox_begin(s->outbox, err);
}

static enum status settle(struct sender *s, struct err *err)
{
    const int64_t now = wall_clock();
    enum status st = ST_OK;

    for (size_t i = 0; i < s->settled_count && st == ST_OK; i++)
        st = outbox_settle(s->outbox, &s->settled[i], now, err);
    if (st == ST_OK)
        st = outbox_purge(s->outbox, now - OUTBOX_KEPT_MS, err);
    return st;
}

enum status sender_commit(struct sender *s, struct err *err)
{
    enum status st = s->failed;

    if (st != ST_OK)
        err_set(err, st, "outbox: something before this commit failed");
    else
        st = settle(s, err);
    if (st == ST_OK)
        st = outbox_commit(s->outbox, err);
    if (st == ST_OK)
        forget_settled(s);
    else
        sender_rollback(s);
    return st;
}

void sender_rollback(struct sender *s)
{
    outbox_rollback(s->outbox);
}

enum status sender_flush(struct sender *s, struct err *err)
{
    enum status st = s->settled_count ? sender_begin(s, err) : ST_OK;

    if (st == ST_OK && s->settled_count)
        st = sender_commit(s, err);
    return st;
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

enum status sender_note(struct sender *s, struct buffer *out, struct err *err)
{
    return outbox_note(s->outbox, out, err);
}

enum status sender_refused(struct sender *s, outbox_refused_fn *fn, void *ctx,
                           struct err *err)
{
    enum status st = sender_flush(s, err);

    return st == ST_OK ? outbox_refused(s->outbox, fn, ctx, err) : st;
}

/* Begin a change that must know of every acknowledgement. */
static enum status begin_settled(struct sender *s, struct err *err)
{
    enum status st = sender_flush(s, err);

    return st == ST_OK ? sender_begin(s, err) : st;
}

/* The change ended with `st`: keep it, or undo it.  What is pending is then
 * other than what was. */
static enum status end_change(struct sender *s, enum status st, struct err *err)
{
    if (st == ST_OK)
        st = sender_commit(s, err);
    else
        sender_rollback(s);
    if (st == ST_OK)
        s->cursor = 0;
    return st;
}

enum status sender_retry(struct sender *s, size_t *count, struct err *err)
{
    size_t elements = 0;
    enum status st = begin_settled(s, err);

    if (st != ST_OK)
        return st;
    st = end_change(s, outbox_retry(s->outbox, &elements, err), err);
    if (st == ST_OK)
        *count = elements;
    return st;
}

enum status sender_drop(struct sender *s, size_t *count, struct err *err)
{
    size_t elements = 0;
    enum status st = begin_settled(s, err);

    if (st != ST_OK)
        return st;
    st = end_change(s, outbox_drop(s->outbox, &elements, err), err);
    if (st == ST_OK) {
        /* what is still pending may be fewer than what was under way */
        s->flying = 0;
        *count = elements;
    }
    return st;
}

enum status sender_replay(struct sender *s, int64_t since, size_t *count,
                          struct err *err)
{
    size_t messages = 0;
    enum status st = begin_settled(s, err);

    if (st != ST_OK)
        return st;
    st = end_change(s, outbox_replay(s->outbox, since, &messages, err), err);
    if (st == ST_OK)
        *count = messages;
    return st;
}
