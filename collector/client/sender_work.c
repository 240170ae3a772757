/* sender_work.c - see collector/client.h: the window of messages under way.
 *
 * A message is sent when its time has come and the link is up: at once, again
 * `retry_ms` later, sooner when the connection broke (whatever was under way
 * went with it) or when the collector said that it is busy. */
#include <stdlib.h>

#include "questions.h"
#include "sender_state.h"

#define TAKE_MAX                                                               \
    256 /* frames, before the caller's descriptors are looked at               \
         */

static bool flies(const struct sender *s, uint64_t batch)
{
    for (size_t i = 0; i < s->flying; i++)
        if (s->flights[i].batch == batch)
            return true;
    for (size_t i = 0; i < s->settled_count; i++)
        if (s->settled[i].batch == batch)
            return true;
    return false;
}

static enum status fill_window(struct sender *s, struct err *err)
{
    while (s->flying < s->window && s->cursor < outbox_next(s->outbox)) {
        uint64_t batch;
        enum status st = outbox_pending(s->outbox, s->cursor, &batch, err);

        if (st == ST_NOTFOUND) {
            s->cursor = outbox_next(s->outbox);
            return ST_OK;
        }
        if (st != ST_OK)
            return st;
        s->cursor = batch + 1;
        if (!flies(s, batch))
            s->flights[s->flying++] = (struct flight){.batch = batch};
    }
    return ST_OK;
}

/* From now on these messages belong to this collector. */
static enum status fix_collector(struct sender *s, struct err *err)
{
    enum status st = outbox_begin(s->outbox, err);

    if (st != ST_OK)
        return st;
    st = outbox_fix(s->outbox, s->collector, err);
    if (st == ST_OK)
        st = outbox_commit(s->outbox, err);
    if (st != ST_OK)
        outbox_rollback(s->outbox);
    return st;
}

/* A collector that reads nothing for hours, its disk being full, still has what
 * it was sent; each time again would be one more in the queue. */
static int64_t next_wait(const struct sender *s, struct flight *f)
{
    const int64_t ms = s->retry_ms << f->sends;

    f->sends += f->sends < RETRY_DOUBLED;
    return ms;
}

static enum status send_due(struct sender *s, int64_t now, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < s->flying && st == ST_OK; i++) {
        struct flight *f = &s->flights[i];

        if (f->due > now)
            continue;
        s->frame.len = 0;
        st = outbox_frame(s->outbox, f->batch, &s->frame, &f->responses, err);
        if (st == ST_OK)
            st = link_send(s->link, s->frame.data, s->frame.len, err);
        if (st == ST_OK)
            f->due = now + next_wait(s, f);
    }
    return st == ST_BUSY ? ST_OK : st;
}

static enum status push_out(struct sender *s, int64_t now, struct err *err)
{
    enum status st = link_trouble(s->link, err);

    if (s->breaks != link_breaks(s->link)) {
        s->breaks = link_breaks(s->link);
        for (size_t i = 0; i < s->flying; i++)
            s->flights[i].due = s->flights[i].sends = 0;
    }
    if (st == ST_OK && s->outbox)
        st = fill_window(s, err);
    if (st != ST_OK || s->flying == 0 || !link_up(s->link))
        return st;
    if (outbox_unfixed(s->outbox))
        st = fix_collector(s, err);
    return st == ST_OK ? send_due(s, now, err) : st;
}

/* ---- what comes back ---- */

/* One response that the collector could not take now keeps the message owed:
 * the others in it are then found to be duplicates. */
static bool busy(const struct ack *ack)
{
    bool any = ack->refused == REASON_BUSY;

    for (size_t i = 0; i < ack->rejections; i++)
        any |= ack->rejected[i].reason == REASON_BUSY;
    return any;
}

static void land(struct sender *s, size_t i, const struct ack *ack)
{
    const bool responses = s->flights[i].responses;
    struct ack *settled = &s->settled[s->settled_count];

    s->flying--;
    memmove(&s->flights[i], &s->flights[i + 1],
            (s->flying - i) * sizeof s->flights[i]);
    if (s->settled_count++ == 0)
        s->settled_since = sender_clock();
    *settled = *ack; /* takes ack->rejected */
    settled->detail = (struct wire_text){NULL, 0};
    if (responses) {
        s->counts.accepted += ack->accepted;
        s->counts.duplicate += ack->duplicate;
        s->counts.filled += ack->filled;
    }
}

/* The answer to a message that is under way, with the number `i` of those. */
static enum status take_ack(struct sender *s, size_t i, struct ack *ack,
                            struct err *err)
{
    const bool unknown_key = ack->refused == REASON_IDENTITY;
    const bool later = busy(ack) || unknown_key;

    /* Without room for one more - the disk is full - it is asked for again. */
    if (!later && s->settled_count < SETTLED_MAX) {
        land(s, i, ack);
        return s->settled_count == SETTLED_MAX ? sender_flush(s, err) : ST_OK;
    }
    free(ack->rejected);
    s->flights[i].due =
        sender_clock() +
        (later && BUSY_MS < s->retry_ms ? BUSY_MS : s->retry_ms);
    if (unknown_key)
        return err_set(err, ST_REFUSED,
                       "%s: the collector does not know this key any more",
                       s->collector);
    return ST_OK;
}

/* Take the frame at hand.  ST_REFUSED: the collector does not know our key. */
static enum status take(struct sender *s, struct err *err)
{
    enum reason reason;
    struct ack ack = {0};
    size_t i = 0;
    enum status st = wire_read_ack(s->frame.data, s->frame.len, &ack, &reason);

    if (st == ST_NOMEM)
        return err_set(err, st, "out of memory");
    if (st != ST_OK) {
        questions_reply(s);
        return ST_OK;
    }
    while (i < s->flying && s->flights[i].batch != ack.batch)
        i++;
    if (i < s->flying)
        return take_ack(s, i, &ack, err);
    questions_refused(s, &ack);
    free(ack.rejected);
    return ST_OK;
}

static enum status take_all(struct sender *s, struct err *err)
{
    enum status st = ST_OK;

    for (int i = 0; i < TAKE_MAX && st == ST_OK; i++) {
        st = link_take(s->link, &s->frame, err);
        if (st == ST_OK)
            st = take(s, err);
    }
    return st == ST_BUSY ? ST_OK : st;
}

/* ---- the loop ---- */

static uint64_t owed(const struct sender *s)
{
    return s->outbox ? outbox_size(s->outbox)->pending - s->settled_count : 0;
}

/* Until something is to be done without anybody else's doing, or `end`. */
static int64_t patience(const struct sender *s, int64_t now, int64_t end)
{
    int64_t until = end;

    for (size_t i = 0; i < s->flying; i++)
        if (s->flights[i].due > now && s->flights[i].due < until)
            until = s->flights[i].due;
    if (s->settled_count && s->settled_since + SETTLED_AGE_MS < until)
        until = s->settled_since + SETTLED_AGE_MS;
    if (questions_due(s) < until)
        until = questions_due(s);
    return until > now ? until - now : 0;
}

/* Send what is due, write what is settled and old enough. */
static enum status send_and_settle(struct sender *s, int64_t now, bool settle,
                                   struct err *err)
{
    enum status st = s->link ? push_out(s, now, err) : ST_OK;

    if (st == ST_OK && s->link)
        st = questions_send(s, err);
    if (st == ST_OK && s->settled_count &&
        (settle || now - s->settled_since >= SETTLED_AGE_MS))
        st = sender_flush(s, err);
    return st;
}

static enum status wait_and_take(struct sender *s, struct link_fds fds,
                                 int64_t ms, bool *readable, struct err *err)
{
    enum status st = link_wait(s->link, fds, ms, readable, err);

    if (st == ST_OK && s->link)
        st = take_all(s, err);
    questions_expire(s, sender_clock());
    return st;
}

enum status sender_work(struct sender *s, bool all, int64_t ms, struct err *err)
{
    const int64_t end = sender_clock() + ms;
    const struct link_fds none = {NULL, 0};
    bool readable = false;

    for (;;) {
        const int64_t now = sender_clock();
        enum status st = send_and_settle(s, now, owed(s) == 0, err);

        if (st != ST_OK || owed(s) == 0 || (!all && owed(s) < s->window))
            return st;
        if (now >= end || !s->link)
            return err_set(err, ST_BUSY, "%s: %s",
                           s->link ? s->collector : "outbox",
                           sender_up(s) ? "no answer yet" : "no connection");
        st = wait_and_take(s, none, patience(s, now, end), &readable, err);
        if (st != ST_OK)
            return st;
    }
}

enum status sender_turn(struct sender *s, const int *fds, size_t count,
                        int64_t ms, struct err *err)
{
    const int64_t end = sender_clock() + ms;
    const uint64_t ended = questions_ended(s);
    bool readable = false;
    int64_t now;

    do {
        enum status st;

        now = sender_clock();
        st = send_and_settle(s, now, false, err);
        if (st == ST_FULL) { /* what was acknowledged is kept in mind */
            s->settled_since = now;
            st = ST_OK;
        }
        if (st == ST_OK)
            st = wait_and_take(s, (struct link_fds){fds, count},
                               patience(s, now, end), &readable, err);
        if (st != ST_OK && st != ST_FULL)
            return st;
    } while (!readable && questions_ended(s) == ended && sender_clock() < end);
    return ST_OK;
}
