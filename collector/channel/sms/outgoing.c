/* outgoing.c - whose turn it is, and the calls that follow. */
#include <sodium.h>

#include "collector/log.h"
#include "state.h"

#define MINUTE_MS    INT64_C(60000)
#define DAY_MS       (24 * 60 * MINUTE_MS)
#define BUSY_LINE_MS 1000 /* at least, until it is looked at again */
#define ASK_AGAIN_MS 1000

/* ---- one message ---- */

struct outgoing {
    struct talk talk;
    struct buffer map;
    struct invitation invitation;
    const struct survey *survey;
    struct contact contact;
    char number[PERSON_NUMBER_MAX + 1];
};

static enum status compose(struct sms *s, const struct outgoing *o,
                           struct sms_call *call, struct err *err)
{
    const struct phrase_request what = {.say = (enum talk_say)o->talk.say,
                                        .language = *o->invitation.language
                                                        ? o->invitation.language
                                                        : s->set->language,
                                        .talk = &o->talk,
                                        .survey = o->survey,
                                        .contact = &o->contact,
                                        .link = s->set->link};
    struct buffer text = {0};
    enum status st = phrase_say(s->phrases, &what, &text);

    call->url.len = 0;
    if (st == ST_OK)
        st = kannel_url(&s->kannel,
                        &(struct kannel_message){.to = o->number,
                                                 .text = (char *)text.data,
                                                 .len = text.len,
                                                 .id = o->talk.id,
                                                 .seq = o->talk.seq + 1},
                        &call->url);
    buffer_free(&text);
    return st == ST_OK ? ST_OK : err_set(err, st, "out of memory");
}

static enum status call(struct sms *s, struct outgoing *o, struct err *err)
{
    struct sms_call *c = calls_vacant(s);
    enum status st = compose(s, o, c, err);

    if (st != ST_OK)
        return st;
    talk_called(&o->talk, s->now);
    c->state = CALL_PLANNED;
    c->aside = false;
    c->seq = o->talk.seq;
    memcpy(c->id, o->talk.id, ID_SIZE);
    s->turn.budget--;
    return ST_OK;
}

/* ---- may it go out? ---- */

static void end_as(struct sms *s, struct outgoing *o, enum talk_end end,
                   struct talk_deed *deed)
{
    talk_end(&o->talk, end, s->now, deed);
}

/* An opt-out that came here counts whatever the collector hands out: what was
 * drawn before it may come months later, and of a number alone the collector
 * knows no invitation. */
static enum status opted_out(struct sms *s, const struct outgoing *o, bool *out,
                             struct err *err)
{
    struct sms_number n = {0};
    uint8_t hash[ID_SIZE];
    enum status st;

    number_hash(s, o->number, "", hash);
    st = memory_number(s->table, hash, &n, err);
    *out = n.opted_out_at != 0;
    return st;
}

/* The collector's word on an invitation, for a message that nobody asked for.
 * True: send it.  Else the talk has ended or waits. */
static bool still_open(struct sms *s, struct outgoing *o,
                       struct talk_deed *deed)
{
    enum invitation_state state = INVITATION_OPEN;

    if (!desk_state(s, o->talk.id, &state)) {
        if (o->talk.phase == TALK_OPEN)
            o->talk.due_at = s->now + ASK_AGAIN_MS;
        return false;
    }
    if (state == INVITATION_OPEN)
        return true;
    end_as(s, o,
           state == INVITATION_ANSWERED  ? END_ANSWERED
           : state == INVITATION_EXPIRED ? END_EXPIRED
                                         : END_WITHDRAWN,
           deed);
    return false;
}

/* Quiet hours, the campaign, and the collector's word. */
static bool allowed(struct sms *s, struct outgoing *o, struct talk_deed *deed)
{
    const int64_t next = calendar_next(s->calendar, s->quiet,
                                       o->invitation.context.province, s->now);

    if (next > s->now) {
        o->talk.due_at = next == INT64_MAX ? s->now + DAY_MS : next;
        return false;
    }
    if (!desk_sends(s, o->talk.campaign)) {
        o->talk.due_at = s->now + FRESH_MS;
        return false;
    }
    return still_open(s, o, deed);
}

/* Everything that is needed to write to the customer.  *gone: there is nothing
 * to write to any more. */
static enum status equip(struct sms *s, struct outgoing *o, bool *gone,
                         struct err *err)
{
    enum status st =
        memory_invitation(s->table, o->talk.id, &o->map, &o->invitation, err);

    if (st == ST_OK)
        st = desk_survey(s, o->invitation.survey, o->talk.version, &o->survey,
                         err);
    *gone = st == ST_OK &&
            (contact_open(&s->contact, o->invitation.contact,
                          o->invitation.contact_len, &o->contact) != ST_OK ||
             person_number(o->contact.address, o->number) != ST_OK);
    return st;
}

/* ---- talks under way ---- */

static enum status send_due(struct sms *s, struct outgoing *o,
                            struct talk_deed *deed, struct err *err)
{
    const bool farewell = o->talk.say == SAY_STOPPED;
    bool stopped = false;
    enum status st = ST_OK;

    if (!farewell)
        st = opted_out(s, o, &stopped, err);
    if (st != ST_OK)
        return st;
    if (stopped) {
        talk_stop(&o->talk, false, s->now, deed);
        return ST_OK;
    }
    if (o->talk.say == SAY_LINK && !*o->contact.token) {
        o->talk.out = OUT_IDLE; /* there is no page for this one */
        return ST_OK;
    }
    if (o->talk.first && !allowed(s, o, deed))
        return ST_OK;
    return call(s, o, err);
}

static enum status awake(struct sms *s, struct outgoing *o, struct err *err)
{
    struct talk_deed deed = {0};
    bool gone = false;
    enum status st;

    if (talk_stale(&o->talk, &s->rules, s->now))
        return memory_forget(s->table, &o->talk, err);
    st = equip(s, o, &gone, err);
    if (st != ST_OK || !o->survey)
        return st; /* without its survey no answer can be submitted */
    talk_tick(&o->talk, &s->rules, s->now, &deed);
    if (o->talk.out == OUT_DUE && gone)
        o->talk.out = OUT_IDLE;
    if (o->talk.out == OUT_DUE && o->talk.due_at <= s->now) {
        if (s->turn.budget == 0)
            return ST_OK; /* as it was: next turn */
        st = send_due(s, o, &deed, err);
    }
    if (st == ST_OK)
        st = turn_carry(s,
                        &(struct sms_deed){.talk = &o->talk,
                                           .invitation = &o->invitation,
                                           .survey = o->survey,
                                           .deed = &deed,
                                           .at = s->now},
                        err);
    return st == ST_OK ? turn_keep(s, &o->talk, &o->invitation, err) : st;
}

/* ---- talks that have not begun ---- */

/* One talk at a time with a number, and a while between two: when this one may
 * begin. */
static enum status line_free_at(struct sms *s, const struct talk *t,
                                int64_t *at, struct err *err)
{
    const int64_t gap = s->set->gap_minutes * MINUTE_MS;
    struct talk other;
    const enum status st = memory_line(s->table, t->line, &other, NULL, err);

    *at = s->now;
    if (st == ST_OK && other.phase == TALK_OPEN)
        *at = s->now + (gap > BUSY_LINE_MS ? gap : BUSY_LINE_MS);
    else if (st == ST_OK && other.ended_at + gap > s->now)
        *at = other.ended_at + gap;
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* Opens the talk when nothing stands against it. */
static enum status begin(struct sms *s, struct outgoing *o,
                         struct talk_deed *deed, struct err *err)
{
    int64_t free_at = s->now;
    bool stopped = false;
    enum status st = line_free_at(s, &o->talk, &free_at, err);

    if (st == ST_OK)
        st = opted_out(s, o, &stopped, err);
    if (st != ST_OK || !o->survey)
        return st; /* the definition is on its way */
    if (stopped)
        end_as(s, o, END_OPTED_OUT, deed);
    else if (desk_closed(s, o->talk.campaign))
        end_as(s, o, END_WITHDRAWN, deed);
    else if (o->talk.expires_at && o->talk.expires_at <= s->now)
        end_as(s, o, END_EXPIRED, deed);
    else if (free_at > s->now)
        o->talk.due_at = free_at;
    else if (s->turn.budget > 0 && allowed(s, o, deed)) {
        talk_open(&o->talk, o->survey, s->now);
        st = call(s, o, err);
    }
    return st;
}

/* Who can never be asked is told of as failed. */
static void impossible(struct outgoing *o, const char *why,
                       struct talk_deed *deed, int64_t now)
{
    talk_end(&o->talk, END_FAILED, now, deed);
    deed->events |= 1u << EVENT_FAILED;
    snprintf(deed->code, sizeof deed->code, "%s", why);
}

static enum status waiting(struct sms *s, struct outgoing *o, struct err *err)
{
    const struct talk before = o->talk;
    struct talk_deed deed = {0};
    bool gone = false;
    enum status st = equip(s, o, &gone, err);

    if (st != ST_OK)
        return st;
    if (gone || (o->talk.web && (!*s->set->link || !*o->contact.token)))
        impossible(o, gone ? "contact" : "link", &deed, s->now);
    else if (o->survey && o->survey->shorts == 0 && !o->talk.web)
        impossible(o, "short", &deed, s->now);
    else
        st = begin(s, o, &deed, err);
    if (st != ST_OK ||
        (o->talk.phase == TALK_WAITING && o->talk.due_at == before.due_at))
        return st;
    st = turn_carry(s,
                    &(struct sms_deed){.talk = &o->talk,
                                       .invitation = &o->invitation,
                                       .survey = o->survey,
                                       .deed = &deed,
                                       .at = s->now},
                    err);
    return st == ST_OK ? turn_keep(s, &o->talk, &o->invitation, err) : st;
}

/* ---- all of them ---- */

static enum status each(struct sms *s, const struct buffer *ids,
                        enum status (*fn)(struct sms *, struct outgoing *,
                                          struct err *),
                        struct err *err)
{
    char quoted[LOG_QUOTE_MAX];
    enum status st = ST_OK;

    for (size_t at = 0; at < ids->len && st == ST_OK; at += ID_SIZE) {
        struct outgoing o = {.survey = NULL};

        st = memory_talk(s->table, ids->data + at, &o.talk, err);
        if (st == ST_OK)
            st = fn(s, &o, err);
        buffer_free(&o.map);
        sodium_memzero(&o.contact, sizeof o.contact);
        sodium_memzero(o.number, sizeof o.number);
        if (st == ST_CORRUPT || st == ST_NOTFOUND) {
            log_event(LEVEL_ERROR, "record_damaged", "cause=%s",
                      log_quote(err->text, quoted));
            st = ST_OK;
        }
    }
    return st;
}

enum status outgoing_plan(struct sms *s, const struct buffer *awake_ids,
                          const struct buffer *waiting_ids, struct err *err)
{
    const enum status st = each(s, awake_ids, awake, err);

    return st == ST_OK ? each(s, waiting_ids, waiting, err) : st;
}
