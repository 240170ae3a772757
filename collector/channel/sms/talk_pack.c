/* talk_pack.c - a talk as bytes.
 *
 * A format number, arrays as they are, then numbers as varints in the order
 * of the two tables below.  Times before 1970 do not occur. */
#include "talk.h"

#define TALK_FORMAT 1

static enum status add_numbers(const struct talk *t, struct buffer *out)
{
    const uint64_t numbers[] = {t->phase,
                                t->say,
                                t->out,
                                t->end,
                                t->step,
                                t->again,
                                t->tries,
                                t->items,
                                t->web,
                                t->first,
                                t->reminded,
                                t->noted,
                                t->linked,
                                t->told_over,
                                t->told_sent,
                                t->told_delivered,
                                t->told_started,
                                t->told_not_fixed,
                                t->told_escalate,
                                t->seq,
                                (uint64_t)t->pulled_at,
                                (uint64_t)t->due_at,
                                (uint64_t)t->expires_at,
                                (uint64_t)t->said_at,
                                (uint64_t)t->called_at,
                                (uint64_t)t->sent_at,
                                (uint64_t)t->first_at,
                                (uint64_t)t->last_at,
                                (uint64_t)t->ended_at,
                                (uint64_t)t->wake,
                                t->heard,
                                t->heard_at,
                                t->comment_len};
    enum status st = ST_OK;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && st == ST_OK; i++)
        st = buffer_varint(out, numbers[i]);
    return st;
}

enum status talk_pack(const struct talk *t, struct buffer *out)
{
    enum status st = buffer_byte(out, TALK_FORMAT);

    if (st == ST_OK)
        st = buffer_add(out, t->id, ID_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, t->line, ID_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, t->version, HASH_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, t->campaign, sizeof t->campaign);
    if (st == ST_OK)
        st = add_numbers(t, out);
    if (st == ST_OK)
        st = buffer_add(out, t->answers, t->items);
    if (st == ST_OK)
        st = buffer_add(out, t->comment, t->comment_len);
    return st;
}

struct cursor {
    const uint8_t *at, *end;
    bool bad;
};

static void get(struct cursor *c, void *out, size_t len)
{
    c->bad |= (size_t)(c->end - c->at) < len;
    if (c->bad)
        return;
    memcpy(out, c->at, len);
    c->at += len;
}

static uint64_t number(struct cursor *c, uint64_t max)
{
    uint64_t v = 0;

    c->bad = c->bad || bytes_varint(&c->at, c->end, &v) != ST_OK || v > max;
    return c->bad ? 0 : v;
}

static bool flag(struct cursor *c)
{
    return number(c, 1) == 1;
}

static int64_t moment(struct cursor *c)
{
    return (int64_t)number(c, INT64_MAX);
}

static void get_state(struct cursor *c, struct talk *t)
{
    t->phase = (uint8_t)number(c, TALK_OVER);
    t->say = (uint8_t)number(c, SAYS - 1);
    t->out = (uint8_t)number(c, OUT_CALLED);
    t->end = (uint8_t)number(c, ENDS - 1);
    t->step = (uint8_t)number(c, ITEMS_MAX);
    t->again = (uint8_t)number(c, UINT8_MAX);
    t->tries = (uint8_t)number(c, UINT8_MAX);
    t->items = (uint8_t)number(c, ITEMS_MAX);
    t->web = flag(c);
    t->first = flag(c);
    t->reminded = flag(c);
    t->noted = flag(c);
    t->linked = flag(c);
    t->told_over = flag(c);
    t->told_sent = flag(c);
    t->told_delivered = flag(c);
    t->told_started = flag(c);
    t->told_not_fixed = flag(c);
    t->told_escalate = flag(c);
    t->seq = (uint32_t)number(c, UINT32_MAX);
}

static void get_times(struct cursor *c, struct talk *t)
{
    t->pulled_at = moment(c);
    t->due_at = moment(c);
    t->expires_at = moment(c);
    t->said_at = moment(c);
    t->called_at = moment(c);
    t->sent_at = moment(c);
    t->first_at = moment(c);
    t->last_at = moment(c);
    t->ended_at = moment(c);
    t->wake = moment(c);
    t->heard = number(c, UINT64_MAX);
    t->heard_at = (uint8_t)number(c, ITEMS_MAX);
    t->comment_len = (uint16_t)number(c, COMMENT_MAX);
}

enum status talk_unpack(const uint8_t *data, size_t len, struct talk *out)
{
    struct cursor c = {data, data + len, false};
    struct talk t = {0};
    uint8_t format = 0;

    get(&c, &format, 1);
    c.bad |= format != TALK_FORMAT;
    get(&c, t.id, ID_SIZE);
    get(&c, t.line, ID_SIZE);
    get(&c, t.version, HASH_SIZE);
    get(&c, t.campaign, sizeof t.campaign);
    get_state(&c, &t);
    get_times(&c, &t);
    get(&c, t.answers, t.items);
    get(&c, t.comment, t.comment_len);
    if (c.bad || c.at != c.end || t.campaign[SURVEY_CODE_MAX])
        return ST_CORRUPT;
    *out = t;
    return ST_OK;
}
