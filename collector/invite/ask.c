/* ask.c - see ask.h. */
#include "ask.h"

#include "settings.h"

#define QUESTION_MS 15000

int64_t ask_ms(void)
{
    const int64_t ms = invite_settings.timeout * 1000;

    return ms < QUESTION_MS ? ms : QUESTION_MS;
}

static enum status tell(const struct buffer *frame, ask_campaign_fn *fn,
                        void *ctx, struct err *err)
{
    struct wire_list list;
    struct campaign c;
    enum reason reason;
    uint64_t batch;
    enum status st =
        wire_read_campaigns(frame->data, frame->len, &batch, &list, &reason);

    while (st == ST_OK && list.count) {
        if (wire_next_campaign(&list, &c) != REASON_NONE)
            st = ST_INVALID;
        else
            st = fn(ctx, &c);
    }
    if (st == ST_INVALID)
        return err_set(err, st,
                       "the collector's list of campaigns can not be read");
    return st == ST_STOPPED ? ST_OK : st;
}

static enum status ask(struct sender *s, const struct question *q,
                       ask_campaign_fn *fn, void *ctx, struct err *err)
{
    struct buffer frame = {0};
    enum status st = sender_answer(s, q, ask_ms(), &frame, err);

    if (st == ST_OK)
        st = tell(&frame, fn, ctx, err);
    buffer_free(&frame);
    return st;
}

enum status ask_campaigns(struct sender *s, ask_campaign_fn *fn, void *ctx,
                          struct err *err)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};

    return ask(s, &q, fn, ctx, err);
}

enum status ask_order(struct sender *s, const struct campaign_order *o,
                      ask_campaign_fn *fn, void *ctx, struct err *err)
{
    const struct question q = {.type = RIGHT_CAMPAIGN, .order = o};

    return ask(s, &q, fn, ctx, err);
}

enum status ask_survey(struct sender *s, const char *code,
                       const uint8_t *version, struct survey **out,
                       struct err *err)
{
    const struct survey_name name = {code, version};
    const struct question q = {.type = RIGHT_DESCRIBE, .survey = &name};
    struct buffer frame = {0};
    struct wire_described d;
    enum reason why;
    enum status st = sender_answer(s, &q, ask_ms(), &frame, err);

    if (st == ST_OK &&
        wire_read_survey(frame.data, frame.len, &d, &why) != ST_OK)
        st = err_set(err, ST_INVALID, "the collector's answer can not be read");
    if (st == ST_OK)
        st = survey_parse(code, d.yaml.data, d.yaml.len, NULL, NULL, out, err);
    buffer_free(&frame);
    return st;
}
