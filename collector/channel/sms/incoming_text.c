/* incoming_text.c - somebody wrote: a word that ends all asking, an answer, or
 * a stranger. */
#include <ctype.h>
#include <sodium.h>

#include "collector/log.h"
#include "counters.h"
#include "state.h"
#include "surveys/utf8.h"

#define DAY_MS      (INT64_C(24) * 3600 * 1000)
#define TEXT_OLD_MS (30 * DAY_MS)
#define PORT_MAX    sizeof(((struct sms_job *)0)->to)

void number_hash(const struct sms *s, const char *number, const char *port,
                 uint8_t out[ID_SIZE])
{
    static const uint8_t label[] = "sms line";
    crypto_generichash_state h;

    crypto_generichash_init(&h, s->person.bytes, PERSON_KEY_SIZE, ID_SIZE);
    crypto_generichash_update(&h, label, sizeof label);
    crypto_generichash_update(&h, (const void *)number, strlen(number) + 1);
    crypto_generichash_update(&h, (const void *)port, strlen(port) + 1);
    crypto_generichash_final(&h, out, ID_SIZE);
}

/* ---- a text ---- */

/* Somebody wrote: who, when, and what we know of them. */
struct writer {
    const struct sms_job *job;
    char number[PERSON_NUMBER_MAX + 1];
    uint8_t hash[ID_SIZE];
    struct sms_number known;
    int64_t at;
    bool found; /* a talk */
    struct talk talk;
    struct buffer waiting; /* ids of talks that did not begin */
    struct buffer map;
    struct invitation invitation;
    const struct survey *survey;
    char text[COMMENT_MAX + 1]; /* masked */
    size_t len;
};

/* The digits of the number that was written to. */
static void port_of(const struct writer *w, char out[PORT_MAX])
{
    size_t n = 0;

    for (const char *c = w->job->to; *c; c++)
        if (isdigit((unsigned char)*c))
            out[n++] = *c;
    out[n] = '\0';
}

static void mask(struct writer *w)
{
    size_t len = w->job->len < COMMENT_MAX ? w->job->len : COMMENT_MAX;

    len = utf8_valid(w->job->text, len);
    memcpy(w->text, w->job->text, len);
    w->len = person_mask(w->text, len);
    w->text[w->len] = '\0';
}

static enum status know(struct sms *s, struct writer *w, struct err *err)
{
    uint8_t line[ID_SIZE];
    char port[PORT_MAX];
    enum status st = memory_number(s->table, w->hash, &w->known, err);

    port_of(w, port);
    number_hash(s, w->number, port, line);
    if (st == ST_OK)
        st = memory_line(s->table, line, &w->talk, &w->waiting, err);
    w->found = st == ST_OK;
    if (st == ST_NOTFOUND)
        return ST_OK;
    if (st == ST_OK)
        st = memory_invitation(s->table, w->talk.id, &w->map, &w->invitation,
                               err);
    if (st == ST_OK)
        st = desk_survey(s, w->invitation.survey, w->talk.version, &w->survey,
                         err);
    if (st == ST_OK && !w->survey)
        st = err_set(err, ST_BUSY, "a talk's survey is not here");
    return st;
}

static void aside(struct sms *s, const struct writer *w, enum talk_say say)
{
    struct sms_aside a = {.say = say};

    memcpy(a.number, w->number, sizeof a.number);
    snprintf(a.language, sizeof a.language, "%s",
             w->found && *w->invitation.language ? w->invitation.language
                                                 : s->set->language);
    turn_aside(s, &a);
}

static enum status keep(struct sms *s, struct writer *w,
                        const struct talk_deed *deed, struct err *err)
{
    const struct sms_deed d = {.talk = &w->talk,
                               .invitation = &w->invitation,
                               .survey = w->survey,
                               .deed = deed,
                               .at = w->at};
    enum status st = turn_carry(s, &d, err);

    if (st == ST_OK)
        st = turn_keep(s, &w->talk, &w->invitation, err);
    if (deed->aside)
        aside(s, w, deed->aside);
    return st;
}

/* ---- opting ---- */

/* Twice when it belongs to a talk: for who was asked there, and for the number
 * alone, whatever a later feed says of the day it was activated on. */
static enum status opt_event(struct sms *s, const struct writer *w,
                             enum event_kind kind, struct err *err)
{
    struct wire_event e = {.kind = (uint8_t)kind,
                           .at = w->at,
                           .channel = CHANNEL_SMS,
                           .text = w->text};
    struct wire_event asked = e;
    enum status st = person_respondent(&s->person, w->number, "", e.respondent);

    if (st != ST_OK)
        return err_set(err, st, "a sender is no number");
    e.text_len = asked.text_len =
        utf8_valid(w->text, w->len < EVENT_TEXT_MAX ? w->len : EVENT_TEXT_MAX);
    if (!w->found)
        return turn_event(s, &e, err);
    memcpy(asked.invitation, w->talk.id, ID_SIZE);
    memcpy(asked.respondent,
           bytes_zero(w->invitation.respondent, ID_SIZE)
               ? e.respondent
               : w->invitation.respondent,
           ID_SIZE);
    st = turn_event(s, &asked, err);
    if (st != ST_OK || memcmp(asked.respondent, e.respondent, ID_SIZE) == 0)
        return st;
    return turn_event(s, &e, err);
}

/* What has not begun for this number will not. */
static enum status stop_waiting(struct sms *s, struct writer *w,
                                struct err *err)
{
    enum status st = ST_OK;

    for (size_t at = 0; at < w->waiting.len && st == ST_OK; at += ID_SIZE) {
        struct writer other = {.at = w->at};
        struct talk_deed deed = {0};

        st = memory_talk(s->table, w->waiting.data + at, &other.talk, err);
        if (st == ST_OK)
            st = memory_invitation(s->table, other.talk.id, &other.map,
                                   &other.invitation, err);
        if (st == ST_OK) {
            talk_stop(&other.talk, false, w->at, &deed);
            st = keep(s, &other, &deed, err);
        }
        buffer_free(&other.map);
    }
    return st;
}

static enum status opt_out(struct sms *s, struct writer *w, struct err *err)
{
    /* confirmed once; but told each time, as another channel may have let
     * them be asked again since */
    const bool again =
        w->known.opted_out_at && !(w->found && w->talk.end != END_OPTED_OUT);
    struct talk_deed deed = {0};
    enum status st = opt_event(s, w, EVENT_OPT_OUT, err);

    sms_count(TEXT_OPT_OUT);
    if (st != ST_OK)
        return st;
    w->known.opted_out_at = w->at;
    st = memory_keep_number(s->table, w->hash, &w->known, err);
    if (st == ST_OK)
        st = stop_waiting(s, w, err);
    if (st != ST_OK || again)
        return st;
    if (!w->found) {
        aside(s, w, SAY_STOPPED);
        return ST_OK;
    }
    talk_stop(&w->talk, true, w->at, &deed);
    return keep(s, w, &deed, err);
}

static enum status opt_in(struct sms *s, struct writer *w, struct err *err)
{
    enum status st = opt_event(s, w, EVENT_OPT_IN, err);

    sms_count(TEXT_OPT_IN);
    if (st != ST_OK || w->known.opted_out_at >= w->at)
        return st; /* a newer word has overtaken this one */
    w->known.opted_out_at = 0;
    st = memory_keep_number(s->table, w->hash, &w->known, err);
    if (st == ST_OK)
        aside(s, w, SAY_RESUMED);
    return st;
}

/* ---- answering ---- */

/* One text per number and a few weeks; nothing of what was written stays.  What
 * went to another port than ours is another's to answer. */
static enum status stranger(struct sms *s, struct writer *w, struct err *err)
{
    const int64_t since = s->now - s->set->stranger_days * DAY_MS;
    char port[PORT_MAX];

    port_of(w, port);
    if (!streq(port, s->set->port)) {
        if (!s->other_port)
            log_event(LEVEL_WARN, "other_port", NULL);
        s->other_port = true;
        sms_count(TEXT_ELSEWHERE);
        return ST_OK;
    }
    sms_count(TEXT_STRANGER);
    if (w->known.opted_out_at || w->known.told_at > since)
        return ST_OK;
    w->known.told_at = s->now;
    aside(s, w, SAY_STRANGER);
    return memory_keep_number(s->table, w->hash, &w->known, err);
}

static void count(const struct talk_deed *deed, const struct reply *r)
{
    static const enum sms_counter kinds[REPLY_KINDS] = {
        [REPLY_ANSWER] = TEXT_ANSWER,
        [REPLY_MISSING] = TEXT_MISSING,
        [REPLY_OFF_SCALE] = TEXT_UNCLEAR,
        [REPLY_UNCLEAR] = TEXT_UNCLEAR,
        [REPLY_COMMENT] = TEXT_COMMENT};

    sms_count(deed->repeated ? TEXT_REPEATED
              : deed->early  ? TEXT_EARLY
              : deed->late   ? TEXT_LATE
                             : kinds[r->kind]);
}

static enum status answer(struct sms *s, struct writer *w, struct err *err)
{
    const struct sms_job *j = w->job;
    struct talk_deed deed = {0};
    struct reply reply;
    struct talk_text in = {
        .reply = &reply, .text = w->text, .len = w->len, .at = w->at};
    uint8_t hash[crypto_generichash_BYTES_MIN];
    enum status st =
        reply_read(talk_item(&w->talk, w->survey), j->text, j->len, &reply);

    if (st != ST_OK)
        return err_set(err, st, "out of memory");
    crypto_generichash(hash, sizeof hash, (const void *)j->text, j->len,
                       s->mac.bytes, sizeof s->mac.bytes);
    in.hash = bytes_get64(hash);
    talk_heard(&w->talk, w->survey, &s->rules, &in, &deed);
    count(&deed, &reply);
    return deed.repeated ? ST_OK : keep(s, w, &deed, err);
}

static enum status hear(struct sms *s, struct writer *w, struct err *err)
{
    enum reply_wish wish;
    enum status st = reply_wish(s->words, w->job->text, w->job->len, &wish);

    if (st != ST_OK)
        return err_set(err, st, "out of memory");
    st = know(s, w, err);
    if ((st == ST_CORRUPT || st == ST_NOTFOUND) && wish == WISH_OPT_OUT) {
        w->found = false; /* whatever is damaged here: that word counts */
        st = ST_OK;
    }
    if (st != ST_OK)
        return st;
    mask(w);
    if (wish == WISH_OPT_OUT)
        return opt_out(s, w, err);
    if (wish == WISH_OPT_IN)
        return opt_in(s, w, err);
    return w->found ? answer(s, w, err) : stranger(s, w, err);
}

enum status incoming_text(struct sms *s, const struct sms_job *j,
                          struct err *err)
{
    struct writer w = {.job = j, .at = j->at ? j->at : s->now};
    bool seen = false;
    enum status st;

    if (w.at > s->now)
        w.at = s->now; /* another machine's clock */
    if (w.at < s->now - TEXT_OLD_MS)
        w.at = s->now - TEXT_OLD_MS;
    if (person_number(j->from, w.number) != ST_OK) {
        sms_count(TEXT_BAD); /* a service, by name */
        return ST_OK;
    }
    number_hash(s, w.number, "", w.hash);
    st = memory_seen(s->table, j->message, s->now, &seen, err);
    if (st == ST_OK && seen) {
        sms_count(TEXT_REPEATED);
        return ST_OK;
    }
    if (st == ST_OK)
        st = hear(s, &w, err);
    if (st == ST_OK)
        st = memory_mark(s->table, j->message, s->now, err);
    buffer_free(&w.waiting);
    buffer_free(&w.map);
    return st;
}
