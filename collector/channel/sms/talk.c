/* talk.c - our side of a conversation: what goes out, and what time does. */
#include "talk.h"

#include <assert.h>

#include "talk_state.h"

#define BACKOFF_FIRST_MS 2000
#define BACKOFF_MAX_MS   (10 * 60 * 1000)

void talk_say(struct talk *t, enum talk_say say, int64_t now)
{
    t->say = (uint8_t)say;
    t->out = OUT_DUE;
    t->tries = 0;
    t->first = false;
    t->due_at = t->said_at = now;
    t->sent_at = t->called_at = 0;
}

static void tell(struct talk_deed *deed, enum event_kind kind, const char *code)
{
    deed->events |= 1u << kind;
    if (code)
        snprintf(deed->code, sizeof deed->code, "%s", code);
}

static bool asks(const struct talk *t)
{
    return t->say == SAY_QUESTION || t->say == SAY_AGAIN ||
           t->say == SAY_NOTED || t->say == SAY_LINK || t->say == SAY_INVITE;
}

void talk_begin(struct talk *t, const struct invitation *i, int64_t now)
{
    *t = (struct talk){.phase = TALK_WAITING,
                       .web = i->context.channel == CHANNEL_WEB,
                       .pulled_at = now,
                       .due_at = i->due_at,
                       .expires_at = i->expires_at};
    memcpy(t->id, i->id, ID_SIZE);
    memcpy(t->version, i->version, HASH_SIZE);
    memcpy(t->campaign, i->campaign, sizeof t->campaign);
}

void talk_open(struct talk *t, const struct survey *s, int64_t now)
{
    assert(t->phase == TALK_WAITING);
    t->phase = TALK_OPEN;
    t->items = (uint8_t)s->items;
    t->step = (uint8_t)talk_next(t, s, 0);
    talk_say(t, t->web ? SAY_INVITE : SAY_QUESTION, now);
    t->first = true;
}

/* ---- what becomes of a message ---- */

void talk_called(struct talk *t, int64_t now)
{
    assert(t->out == OUT_DUE);
    t->out = OUT_CALLED;
    t->seq++;
    t->called_at = now;
    if (!t->first_at)
        t->first_at = now;
}

void talk_sent(struct talk *t, int64_t at, struct talk_deed *deed)
{
    if (t->out == OUT_CALLED) {
        t->out = OUT_IDLE;
        t->sent_at = at;
        t->tries = 0;
    }
    if (!t->told_sent) {
        t->told_sent = true;
        tell(deed, EVENT_SENT, NULL);
    }
}

/* The customer cannot be reached when the first message fails.  A later one
 * that fails is asked again when its time comes, as if nobody knew. */
static void failed(struct talk *t, uint32_t seq, const char *code, int64_t at,
                   struct talk_deed *deed)
{
    if (t->phase == TALK_OPEN && seq == 1 && !t->told_started &&
        !t->told_delivered) {
        t->out = OUT_IDLE;
        tell(deed, EVENT_FAILED, code);
        deed->ended = true;
        t->phase = TALK_OVER;
        t->end = END_FAILED;
        t->ended_at = at;
        return;
    }
    if (seq == t->seq && t->out != OUT_DUE)
        t->out = asks(t) && t->phase == TALK_OPEN ? OUT_CALLED : OUT_IDLE;
    tell(deed, EVENT_DELIVERY_REPORT, code);
}

void talk_outcome(struct talk *t, uint32_t seq, enum call_result result,
                  const char *code, int64_t now, struct talk_deed *deed)
{
    int64_t wait = BACKOFF_FIRST_MS;

    if (t->out != OUT_CALLED || seq != t->seq)
        return; /* a report or a reply was faster */
    switch (result) {
    case CALL_ACCEPTED:
        talk_sent(t, now, deed);
        break;
    case CALL_NOT_SENT:
        for (unsigned i = 0; i < t->tries && wait < BACKOFF_MAX_MS; i++)
            wait *= 2;
        t->tries += t->tries < UINT8_MAX;
        t->out = OUT_DUE;
        t->seq--;
        t->due_at = now + wait;
        break;
    case CALL_REFUSED:
        failed(t, seq, code, now, deed);
        break;
    case CALL_UNKNOWN:
        break;
    }
}

void talk_report(struct talk *t, uint32_t seq, enum report report,
                 const char *code, int64_t at, struct talk_deed *deed)
{
    if (seq == 0 || seq > t->seq)
        return;
    if (report == REPORT_FAILED) {
        failed(t, seq, code, at, deed);
        return;
    }
    if (seq == t->seq)
        talk_sent(t, at, deed);
    if (report == REPORT_DELIVERED && seq == 1 && !t->told_delivered) {
        t->told_delivered = true;
        tell(deed, EVENT_DELIVERED, NULL);
    }
}

/* ---- ends ---- */

static bool any_answer(const struct talk *t)
{
    return t->comment_len > 0 || !bytes_zero(t->answers, t->items);
}

void talk_end(struct talk *t, enum talk_end end, int64_t now,
              struct talk_deed *deed)
{
    static const char *const words[ENDS] = {[END_PARTIAL] = "partial",
                                            [END_SILENT] = "no_answer",
                                            [END_OPTED_OUT] = "opted_out",
                                            [END_WITHDRAWN] = "withdrawn",
                                            [END_EXPIRED] = "expired"};

    if (t->phase == TALK_OPEN && any_answer(t))
        deed->submit = true;
    deed->ended = true;
    t->phase = TALK_OVER;
    t->end = (uint8_t)end;
    t->ended_at = now;
    t->out = OUT_IDLE;
    /* a disposition closes the invitation, whose page somebody may be just
     * filling in */
    if (words[end] && !(end == END_SILENT && (t->linked || t->web)))
        tell(deed, EVENT_DISPOSITION, words[end]);
}

void talk_stop(struct talk *t, bool confirm, int64_t at, struct talk_deed *deed)
{
    const bool had = t->phase == TALK_OPEN;

    if (t->phase != TALK_OVER)
        talk_end(t, END_OPTED_OUT, at, deed);
    t->end = END_OPTED_OUT;
    t->out = OUT_IDLE;
    if (!confirm)
        return;
    if (had)
        talk_say(t, SAY_STOPPED, at);
    else
        deed->aside = SAY_STOPPED;
}

void talk_scrub(struct talk *t)
{
    if (t->phase != TALK_OVER)
        return;
    memset(t->answers, 0, sizeof t->answers);
    memset(t->comment, 0, sizeof t->comment);
    t->comment_len = 0;
}

/* ---- time ---- */

static int64_t latest(const struct talk *t)
{
    int64_t at = t->said_at;

    if (t->called_at > at)
        at = t->called_at;
    return t->sent_at > at ? t->sent_at : at;
}

static int64_t deadline(const struct talk *t, const struct talk_rules *rules)
{
    return latest(t) + rules->timeout_ms;
}

/* The time to ask again is once a question: a message that may not have gone
 * out is sent again; one that surely has, and was not answered, is followed by
 * the link. */
static void remind(struct talk *t, const struct talk_rules *rules, int64_t now)
{
    t->reminded = true;
    if (t->out == OUT_CALLED && asks(t) && t->again < rules->again_max) {
        t->again++;
        talk_say(t, (enum talk_say)t->say, now);
        t->first = true;
    } else if (rules->link && !t->linked && !t->web) {
        t->linked = true;
        talk_say(t, SAY_LINK, now);
        t->first = true;
    }
}

static int64_t remind_at(const struct talk *t, const struct talk_rules *rules)
{
    if (t->reminded || t->out == OUT_DUE || rules->remind_ms == 0)
        return INT64_MAX;
    return latest(t) + rules->remind_ms;
}

void talk_tick(struct talk *t, const struct talk_rules *rules, int64_t now,
               struct talk_deed *deed)
{
    if (t->phase == TALK_OVER && t->out == OUT_CALLED &&
        now >= t->called_at + rules->remind_ms)
        t->out = OUT_IDLE; /* a farewell is not worth a second message */
    if (t->phase != TALK_OPEN)
        return;
    if (now >= deadline(t, rules))
        talk_end(t, any_answer(t) ? END_PARTIAL : END_SILENT,
                 deadline(t, rules), deed);
    else if (now >= remind_at(t, rules))
        remind(t, rules, now);
}

int64_t talk_wake(const struct talk *t, const struct talk_rules *rules)
{
    int64_t at;

    if (t->phase == TALK_WAITING)
        return t->due_at;
    if (t->phase == TALK_OVER && t->out == OUT_IDLE)
        return t->ended_at + rules->late_ms;
    if (t->phase == TALK_OVER)
        return t->out == OUT_DUE ? t->due_at : t->called_at + rules->remind_ms;
    at = deadline(t, rules);
    if (remind_at(t, rules) < at)
        at = remind_at(t, rules);
    return t->out == OUT_DUE && t->due_at < at ? t->due_at : at;
}

bool talk_stale(const struct talk *t, const struct talk_rules *rules,
                int64_t now)
{
    return t->phase == TALK_OVER && t->out == OUT_IDLE &&
           now >= t->ended_at + rules->late_ms;
}
