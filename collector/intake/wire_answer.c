/* wire_answer.c - reading what the collector answered. */
#include <stdlib.h>

#include "wire_replies.h"

/* Some replies say more when something was found. */
static const struct record *longer(enum wire_reply type)
{
    return type == WIRE_STATE  ? &wire_known_state_record
           : type == WIRE_COPY ? &wire_found_copy_record
                               : NULL;
}

/* Read a frame that must be of one of the two types. */
static enum reason read_reply(const uint8_t *frame, size_t len,
                              enum wire_reply type, enum wire_reply other,
                              struct reply *out)
{
    const uint8_t *at = frame;
    const struct record *more;
    struct record_found found;
    enum reason why = wire_read_head(frame, len, wire_parse_reply, &out->head);

    if (why != REASON_NONE)
        return why;
    if (out->head.type != type && out->head.type != other)
        return REASON_TYPE;
    more = longer((enum wire_reply)out->head.type);
    why = record_read(&wire_reply_record[out->head.type], &at, frame + len, out,
                      &found);
    if (why == REASON_NONE || !more)
        return why;
    at = frame;
    memset(out, 0, sizeof *out);
    return record_read(more, &at, frame + len, out, &found);
}

static enum reason read_rejections(struct wire_list *list,
                                   struct rejection *out)
{
    for (size_t i = 0; list->count > 0; i++, list->count--) {
        struct refusal one = {0};
        struct record_found found;
        enum reason why = record_read(&wire_refusal_record, &list->at,
                                      list->end, &one, &found);

        if (why != REASON_NONE)
            return why;
        out[i] = one.r;
        out[i].reason = (enum reason)one.reason;
    }
    return REASON_NONE;
}

enum status wire_read_ack(const uint8_t *frame, size_t len, struct ack *out,
                          enum reason *reason)
{
    struct reply r = {0};
    enum reason why = read_reply(frame, len, WIRE_ACK, WIRE_REFUSED, &r);

    if (why == REASON_NONE && r.head.type == WIRE_REFUSED) {
        *out = (struct ack){.batch = r.head.batch,
                            .refused = (enum reason)r.reason,
                            .detail = r.detail};
        return ST_OK;
    }
    r.ack.batch = r.head.batch;
    r.ack.rejections = r.list.count; /* <= BATCH_MAX: scanned */
    if (why == REASON_NONE && r.list.count > 0) {
        r.ack.rejected = calloc(r.list.count, sizeof *r.ack.rejected);
        if (!r.ack.rejected)
            return ST_NOMEM;
        why = read_rejections(&r.list, r.ack.rejected);
    }
    if (why != REASON_NONE) {
        free(r.ack.rejected);
        *reason = why;
        return ST_INVALID;
    }
    *out = r.ack;
    return ST_OK;
}

enum status wire_read_survey(const uint8_t *frame, size_t len,
                             struct wire_described *out, enum reason *reason)
{
    struct reply r = {0};
    enum reason why = read_reply(frame, len, WIRE_SURVEY, WIRE_DEFINED, &r);

    if (why != REASON_NONE) {
        *reason = why;
        return ST_INVALID;
    }
    r.described.batch = r.head.batch;
    *out = r.described;
    return ST_OK;
}

static enum status read_list(const uint8_t *frame, size_t len,
                             enum wire_reply type, struct reply *out,
                             enum reason *reason)
{
    const enum reason why = read_reply(frame, len, type, type, out);

    if (why == REASON_NONE)
        return ST_OK;
    *reason = why;
    return ST_INVALID;
}

enum status wire_read_invitations(const uint8_t *frame, size_t len,
                                  uint64_t *batch, struct wire_list *out,
                                  enum reason *reason)
{
    struct reply r = {0};
    enum status st = read_list(frame, len, WIRE_INVITATIONS, &r, reason);

    if (st == ST_OK) {
        *batch = r.head.batch;
        *out = r.list;
    }
    return st;
}

enum status wire_read_state(const uint8_t *frame, size_t len,
                            struct wire_invitation_state *out,
                            enum reason *reason)
{
    struct reply r = {0};
    enum status st = read_list(frame, len, WIRE_STATE, &r, reason);

    if (st != ST_OK)
        return st;
    memcpy(r.invitation.id, r.id, ID_SIZE);
    r.invitation.state = r.state;
    *out = (struct wire_invitation_state){.batch = r.head.batch,
                                          .invitation = r.invitation,
                                          .items = r.items,
                                          .have = r.have};
    return ST_OK;
}

enum status wire_read_campaigns(const uint8_t *frame, size_t len,
                                uint64_t *batch, struct wire_list *out,
                                enum reason *reason)
{
    struct reply r = {0};
    enum status st = read_list(frame, len, WIRE_CAMPAIGNS, &r, reason);

    if (st == ST_OK) {
        *batch = r.head.batch;
        *out = r.list;
    }
    return st;
}

enum status wire_read_optouts(const uint8_t *frame, size_t len, uint64_t *batch,
                              struct wire_list *out, bool *more,
                              enum reason *reason)
{
    struct reply r = {0};
    enum status st = read_list(frame, len, WIRE_OPTOUTS, &r, reason);

    if (st == ST_OK) {
        *batch = r.head.batch;
        *out = r.list;
        *more = r.more;
    }
    return st;
}

enum status wire_read_copy(const uint8_t *frame, size_t len,
                           struct wire_copied *out, enum reason *reason)
{
    struct reply r = {0};
    enum status st = read_list(frame, len, WIRE_COPY, &r, reason);

    if (st != ST_OK)
        return st;
    *out = (struct wire_copied){
        .batch = r.head.batch, .version = r.described.version, .list = r.list};
    memcpy(out->survey, r.described.survey, sizeof out->survey);
    return ST_OK;
}
