/* incoming.c - what a report, a call's outcome and a pull do to the talks. */
#include <sodium.h>

#include "counters.h"
#include "state.h"

/* ---- reports and outcomes ---- */

/* A talk, its invitation, and a step of it that needs neither survey nor
 * text. */
static enum status step(struct sms *s, const uint8_t *id,
                        void (*fn)(struct talk *, const void *, int64_t,
                                   struct talk_deed *),
                        const void *what, struct err *err)
{
    struct talk t;
    struct invitation i;
    struct buffer map = {0};
    struct talk_deed deed = {0};
    const struct sms_deed d = {
        .talk = &t, .invitation = &i, .deed = &deed, .at = s->now};
    enum status st = memory_talk(s->table, id, &t, err);

    if (st == ST_OK)
        st = memory_invitation(s->table, id, &map, &i, err);
    if (st == ST_OK) {
        fn(&t, what, s->now, &deed);
        st = turn_carry(s, &d, err);
    }
    if (st == ST_OK)
        st = turn_keep(s, &t, &i, err);
    buffer_free(&map);
    return st == ST_NOTFOUND ? ST_OK : st; /* forgotten since */
}

static void reported(struct talk *t, const void *what, int64_t now,
                     struct talk_deed *deed)
{
    const struct sms_job *j = what;

    talk_report(t, j->seq, j->report, j->code, now, deed);
}

static void came_out(struct talk *t, const void *what, int64_t now,
                     struct talk_deed *deed)
{
    const struct sms_outcome *o = what;

    talk_outcome(t, o->seq, o->result, o->word, now, deed);
}

enum status incoming_job(struct sms *s, const struct sms_job *j,
                         struct err *err)
{
    if (j->kind == JOB_TEXT)
        return incoming_text(s, j, err);
    sms_count(REPORT_TAKEN);
    return step(s, j->id, reported, j, err);
}

enum status incoming_outcome(struct sms *s, const struct sms_outcome *o,
                             struct err *err)
{
    return step(s, o->id, came_out, o, err);
}

/* ---- invitations ---- */

static enum status take(struct sms *s, const struct invitation *i,
                        struct err *err)
{
    struct talk t;
    struct contact c;
    char number[PERSON_NUMBER_MAX + 1];
    enum status st = memory_talk(s->table, i->id, &t, err);

    if (st != ST_NOTFOUND)
        return st; /* pulled before */
    talk_begin(&t, i, s->now);
    if (contact_open(&s->contact, i->contact, i->contact_len, &c) != ST_OK ||
        !streq(c.kind, "sms") || person_number(c.address, number) != ST_OK) {
        struct wire_event e = {.kind = EVENT_FAILED,
                               .at = s->now,
                               .channel = CHANNEL_SMS,
                               .code = "contact"};

        sms_count(PULLED_BAD);
        memcpy(e.invitation, i->id, ID_SIZE);
        memcpy(e.respondent, i->respondent, ID_SIZE);
        return turn_event(s, &e, err);
    }
    number_hash(s, number, s->set->port, t.line);
    sodium_memzero(&c, sizeof c);
    sodium_memzero(number, sizeof number);
    sms_count(PULLED_NEW);
    st = memory_keep_invitation(s->table, i, err);
    return st == ST_OK ? memory_keep(s->table, &t, t.due_at, err) : st;
}

enum status incoming_pulled(struct sms *s, struct err *err)
{
    struct wire_list list;
    enum reason reason;
    uint64_t batch;
    enum status st = wire_read_invitations(s->pulled.data, s->pulled.len,
                                           &batch, &list, &reason);

    if (st != ST_OK)
        return err_set(err, ST_INVALID, "what was pulled cannot be read: %s",
                       reason_word(reason));
    while (list.count > 0 && st == ST_OK) {
        struct invitation i;

        if (wire_next_invitation(&list, &i) == REASON_NONE)
            st = take(s, &i, err);
        else
            sms_count(PULLED_BAD);
    }
    return st;
}
