/* sender_put.c - see collector/client.h: what is owed to the collector, in as
 * many messages as it needs. */
#include "sender_state.h"

/* Elements of a kind are of one size, more or less: what fits is learnt in a
 * few steps and then kept. */
static enum status add_all(struct sender *s, const struct cargo *c,
                           struct err *err)
{
    const char *collector = sender_up(s) ? s->collector : "";
    size_t *const guess = &s->guess[c->type];
    size_t at = 0;
    enum status st = ST_OK;

    while (at < c->count && st == ST_OK) {
        const size_t n = c->count - at < *guess ? c->count - at : *guess;
        const struct cargo part = cargo_part(c, at, n);

        st = outbox_put(s->outbox, collector, &part, err);
        if (st == ST_OK) {
            at += n;
        } else if (st == ST_RANGE && n > 1) {
            *guess = n - (n + 7) / 8;
            st = ST_OK;
        }
    }
    return st;
}

static enum status add(struct sender *s, struct cargo c, struct err *err)
{
    const enum status st = add_all(s, &c, err);

    if (st != ST_OK && s->failed == ST_OK)
        s->failed = st;
    return st;
}

enum status sender_add(struct sender *s, const struct survey_name *name,
                       const struct submission *list, size_t count,
                       struct err *err)
{
    return add(s,
               (struct cargo){.type = RIGHT_SUBMIT,
                              .count = count,
                              .name = name,
                              .responses = list},
               err);
}

enum status sender_add_events(struct sender *s, const struct wire_event *list,
                              size_t count, struct err *err)
{
    return add(
        s, (struct cargo){.type = RIGHT_EVENT, .count = count, .events = list},
        err);
}

enum status sender_add_invitations(struct sender *s,
                                   const struct invitation *list, size_t count,
                                   struct err *err)
{
    return add(s,
               (struct cargo){
                   .type = RIGHT_INVITE, .count = count, .invitations = list},
               err);
}

enum status sender_add_samples(struct sender *s, const struct wire_sample *list,
                               size_t count, struct err *err)
{
    return add(
        s,
        (struct cargo){.type = RIGHT_SAMPLE, .count = count, .samples = list},
        err);
}

enum status sender_add_erase(struct sender *s, const uint8_t id[ID_SIZE],
                             struct err *err)
{
    return add(s, (struct cargo){.type = RIGHT_ERASE, .count = 1, .ids = id},
               err);
}

enum status sender_put(struct sender *s, const struct survey_name *name,
                       const struct submission *list, size_t count,
                       const void *note, size_t note_len, struct err *err)
{
    enum status st = sender_begin(s, err);

    if (st != ST_OK)
        return st;
    st = sender_add(s, name, list, count, err);
    if (st == ST_OK && note)
        st = outbox_put_note(s->outbox, note, note_len, err);
    if (st == ST_OK)
        return sender_commit(s, err);
    sender_rollback(s);
    return st;
}
