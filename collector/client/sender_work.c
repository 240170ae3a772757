/* sender_work.c - see collector/client.h: the window of messages under way.
 *
 * A message is sent when its time has come and the link is up: at once, again
 * `retry_ms` later, sooner when the connection broke (whatever was under way
 * went with it) or when the collector said that it is busy. */
#include <stdlib.h>

#include "sender_state.h"

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
    while (s->flying < s->window) {
        uint64_t batch;
        enum status st = outbox_pending(s->outbox, s->cursor, &batch, err);

        if (st == ST_NOTFOUND)
            return ST_OK;
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

static enum status send_due(struct sender *s, int64_t now, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < s->flying && st == ST_OK; i++) {
        struct flight *f = &s->flights[i];

        if (f->due > now)
            continue;
        s->frame.len = 0;
        st = outbox_frame(s->outbox, f->batch, &s->frame, err);
        if (st == ST_OK)
            st = link_send(s->link, s->frame.data, s->frame.len, err);
        if (st == ST_OK)
            f->due = now + s->retry_ms;
    }
    return st == ST_BUSY ? ST_OK : st;
}

static enum status push_out(struct sender *s, int64_t now, struct err *err)
{
    enum status st = link_trouble(s->link, err);

    if (s->breaks != link_breaks(s->link)) {
        s->breaks = link_breaks(s->link);
        for (size_t i = 0; i < s->flying; i++)
            s->flights[i].due = 0;
    }
    if (st == ST_OK)
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
    s->flights[i] = s->flights[--s->flying];
    if (s->settled_count == 0)
        s->settled_since = sender_clock();
    s->settled[s->settled_count++] = *ack; /* takes ack->rejected */
    s->counts.accepted += ack->accepted;
    s->counts.duplicate += ack->duplicate;
    s->counts.filled += ack->filled;
}

enum status sender_take(struct sender *s, struct err *err)
{
    enum reason reason;
    struct ack ack = {0};
    size_t i = 0;
    enum status st = wire_read_ack(s->frame.data, s->frame.len, &ack, &reason);

    if (st == ST_NOMEM)
        return err_set(err, st, "out of memory");
    if (st != ST_OK)
        return ST_OK; /* not for us: what is owed is sent again */
    while (i < s->flying && s->flights[i].batch != ack.batch)
        i++;
    if (i < s->flying && (busy(&ack) || ack.refused == REASON_IDENTITY)) {
        s->flights[i].due =
            sender_clock() + (s->retry_ms < BUSY_MS ? s->retry_ms : BUSY_MS);
    } else if (i < s->flying) {
        land(s, i, &ack);
        return s->settled_count == SETTLED_MAX ? sender_flush(s, err) : ST_OK;
    }
    free(ack.rejected);
    if (i < s->flying && ack.refused == REASON_IDENTITY)
        return err_set(err, ST_REFUSED,
                       "%s: the collector does not know this key any more",
                       s->collector);
    return ST_OK;
}

/* ---- the loop ---- */

static uint64_t owed(const struct sender *s)
{
    return outbox_size(s->outbox)->pending - s->settled_count;
}

/* Until the next message is to be sent again, or the time is up. */
static int64_t patience(const struct sender *s, int64_t now, int64_t end)
{
    int64_t until = end;

    for (size_t i = 0; i < s->flying; i++)
        if (s->flights[i].due > now && s->flights[i].due < until)
            until = s->flights[i].due;
    return until > now ? until - now : 0;
}

enum status sender_work(struct sender *s, bool all, int64_t ms, struct err *err)
{
    const int64_t end = sender_clock() + ms;
    enum status st = ST_OK;

    for (;;) {
        const int64_t now = sender_clock();

        if (s->link)
            st = push_out(s, now, err);
        if (st != ST_OK)
            return st;
        if (s->settled_count &&
            (owed(s) == 0 || now - s->settled_since >= SETTLED_AGE_MS))
            st = sender_flush(s, err);
        if (st != ST_OK || owed(s) == 0 || (!all && owed(s) < s->window))
            return st;
        if (now >= end || !s->link)
            return err_set(err, ST_BUSY, "%s: %s",
                           s->link ? s->collector : "outbox",
                           s->link && link_up(s->link) ? "no answer yet"
                                                       : "no connection");
        st = link_receive(s->link, patience(s, now, end), &s->frame, err);
        if (st == ST_OK)
            st = sender_take(s, err);
        if (st != ST_OK && st != ST_BUSY)
            return st;
    }
}
