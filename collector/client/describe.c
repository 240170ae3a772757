/* describe.c - asking the collector for a definition. */
#include <stdlib.h>

#include "sender_state.h"

#define STEP_MS 20

/* The frame at hand: the definition, its refusal, or something else that
 * belongs to what is under way. */
static enum status take_answer(struct sender *s, uint64_t number,
                               const char *code, struct buffer *out,
                               struct err *err)
{
    struct wire_described d;
    struct ack ack = {0};
    enum reason reason;
    enum status st;

    if (wire_read_survey(s->frame.data, s->frame.len, &d, &reason) == ST_OK) {
        if (d.batch != number || !streq(d.survey, code))
            return ST_BUSY;
        if (buffer_add(out, d.yaml.data, d.yaml.len) != ST_OK)
            return err_set(err, ST_NOMEM, "out of memory");
        return ST_OK;
    }
    if (wire_read_ack(s->frame.data, s->frame.len, &ack, &reason) == ST_OK &&
        ack.batch == number) {
        free(ack.rejected);
        if (ack.refused == REASON_BUSY)
            return ST_BUSY;
        if (ack.refused == REASON_SURVEY)
            return err_set(err, ST_NOTFOUND, "%s: no such survey there: '%s'",
                           s->collector, code);
        return err_set(err, ST_REFUSED,
                       "%s: the collector refuses to describe '%s': %s",
                       s->collector, code, reason_word(ack.refused));
    }
    free(ack.rejected);
    st = sender_take(s, err);
    return st == ST_OK ? ST_BUSY : st;
}

enum status sender_describe(struct sender *s, const char *code, int64_t ms,
                            struct buffer *out, struct err *err)
{
    /* The next question gets another number: this one, asked again and again,
     * may be answered more than once. */
    const uint64_t number = DESCRIBE_NUMBER + s->asked;
    const struct survey_name name = {code, NULL};
    const int64_t end = sender_clock() + ms;
    struct buffer ask = {.max = MESSAGE_MAX};
    int64_t due = 0;
    enum status st = wire_describe(number, &name, &ask);

    if (st != ST_OK)
        return err_set(err, st, "%s: no message for '%s'", s->collector, code);
    do {
        const int64_t now = sender_clock();

        st = link_trouble(s->link, err);
        if (st == ST_OK && now >= due && link_up(s->link)) {
            st = link_send(s->link, ask.data, ask.len, err);
            due = now + (s->retry_ms < BUSY_MS ? s->retry_ms : BUSY_MS);
        }
        if (st == ST_OK || st == ST_BUSY)
            st = link_receive(s->link, STEP_MS, &s->frame, err);
        if (st == ST_OK)
            st = take_answer(s, number, code, out, err);
    } while (st == ST_BUSY && sender_clock() < end);
    if (st == ST_BUSY)
        st = err_set(err, st, "%s: %s", s->collector,
                     link_up(s->link) ? "no answer" : "no connection");
    else
        s->asked++;
    buffer_free(&ask);
    return st;
}
