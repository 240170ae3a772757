/* answer.c - see sender_answer in collector/client.h: one question, and nothing
 * else to do until it is answered. */
#include "questions.h"

#define STEP_MS 20 /* between two looks at whether the connection stands */

struct answer {
    bool waiting; /* asked, and not ended yet */
    enum status st;
    enum reason reason; /* of ST_REFUSED */
    char detail[256];
    struct buffer frame; /* of ST_OK */
};

static void note_detail(struct answer *a, const uint8_t *frame, size_t len)
{
    struct ack ack = {0};
    enum reason why;

    *a->detail = '\0';
    if (wire_read_ack(frame, len, &ack, &why) == ST_OK && ack.detail.len)
        (void)snprintf(a->detail, sizeof a->detail, ": %.*s",
                       (int)(ack.detail.len < sizeof a->detail
                                 ? ack.detail.len
                                 : sizeof a->detail),
                       ack.detail.data);
}

static void take_answer(void *ctx, enum status st, const uint8_t *frame,
                        size_t len, enum reason reason)
{
    struct answer *a = ctx;

    a->waiting = false;
    a->st = st;
    a->reason = reason;
    if (st == ST_OK)
        a->st = buffer_add(&a->frame, frame, len);
    else if (st == ST_REFUSED)
        note_detail(a, frame, len);
}

/* Whether it is worth asking once more. */
static bool may_pass(const struct answer *a)
{
    return a->st == ST_BUSY ||
           (a->st == ST_REFUSED && a->reason == REASON_BUSY);
}

/* Ask until there is an answer or the time is up; what came of it stands in
 * *a.  Fails as sender_turn does. */
static enum status ask(struct sender *s, const struct question *q, int64_t ms,
                       struct answer *a, struct err *err)
{
    const int64_t end = sender_clock() + ms;
    int64_t now = end - ms, again = now;
    enum status st = ST_OK;

    a->st = ST_BUSY;
    while (st == ST_OK && (a->waiting || (may_pass(a) && now < end))) {
        const int64_t left = end > now ? end - now : 0;

        if (!a->waiting && now >= again && sender_up(s)) {
            st = sender_ask(s, q, left < s->retry_ms ? left : s->retry_ms,
                            take_answer, a, err);
            a->waiting = st == ST_OK;
            st = st == ST_BUSY ? ST_OK : st;
            again = now + BUSY_MS;
        }
        if (st == ST_OK)
            st = sender_turn(
                s, NULL, 0, a->waiting || left < STEP_MS ? left : STEP_MS, err);
        now = sender_clock();
    }
    questions_forget(s, a);
    return st;
}

/* The wire's word says why; what that means for who asked, in brackets. */
static const char *meaning(const struct question *q, enum reason r)
{
    switch (r) {
    case REASON_RIGHTS:
        return " (this key has no right to it: manyi-keys add --types)";
    case REASON_SURVEY:
        return " (it has no such survey)";
    case REASON_SURVEY_VERSION:
        return " (it has no such version of the survey)";
    case REASON_NOT_FOUND:
        return " (it knows none of that name)";
    case REASON_SECOND:
        return " (the key that drafted it may not approve it)";
    case REASON_TIME:
        return " (its end has passed)";
    case REASON_COUNT:
        return " (too many are not closed)";
    case REASON_STATE:
        return q->order && q->order->action == ACTION_DRAFT
                   ? " (that name is taken by another file)"
                   : " (not in the state that it is in: manyi-invite "
                     "campaigns)";
    default:
        return "";
    }
}

static const char *subject(const struct question *q)
{
    if (q->survey)
        return q->survey->code;
    if (!q->order)
        return "";
    return q->order->campaign ? q->order->campaign : q->order->plan->campaign;
}

static enum status tell(const struct sender *s, const struct question *q,
                        const struct answer *a, struct err *err)
{
    const char *about = subject(q);

    switch (a->st) {
    case ST_OK:
        return ST_OK;
    case ST_NOMEM:
        return err_set(err, ST_NOMEM, "out of memory");
    case ST_REFUSED:
        if (a->reason != REASON_BUSY)
            return err_set(err, ST_REFUSED,
                           "%s: the collector refuses this %s%s%s: %s%s%s",
                           s->collector, right_name(q->type), *about ? " " : "",
                           about, reason_word(a->reason), meaning(q, a->reason),
                           a->detail);
        return err_set(err, ST_BUSY, "%s: the collector is busy", s->collector);
    default:
        return err_set(err, ST_BUSY, "%s: %s",
                       s->collector ? s->collector : "outbox",
                       sender_up(s) ? "no answer" : "no connection");
    }
}

enum status sender_answer(struct sender *s, const struct question *q,
                          int64_t ms, struct buffer *out, struct err *err)
{
    struct answer a = {.waiting = false};
    enum status st = ask(s, q, ms, &a, err);

    if (st == ST_OK)
        st = tell(s, q, &a, err);
    if (st == ST_OK && buffer_add(out, a.frame.data, a.frame.len) != ST_OK)
        st = err_set(err, ST_NOMEM, "out of memory");
    buffer_free(&a.frame);
    return st;
}

enum status sender_describe(struct sender *s, const char *code, int64_t ms,
                            struct buffer *out, struct err *err)
{
    const struct survey_name name = {code, NULL};
    const struct question q = {.type = RIGHT_DESCRIBE, .survey = &name};
    struct answer a = {.waiting = false};
    struct wire_described d;
    enum reason why;
    enum status st = ask(s, &q, ms, &a, err);

    if (st == ST_OK && a.st == ST_REFUSED && a.reason == REASON_SURVEY)
        st = err_set(err, ST_NOTFOUND, "%s: no such survey there: '%s'",
                     s->collector, code);
    else if (st == ST_OK)
        st = tell(s, &q, &a, err);
    if (st == ST_OK)
        st = wire_read_survey(a.frame.data, a.frame.len, &d, &why);
    if (st == ST_OK && buffer_add(out, d.yaml.data, d.yaml.len) != ST_OK)
        st = err_set(err, ST_NOMEM, "out of memory");
    buffer_free(&a.frame);
    return st;
}
