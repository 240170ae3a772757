/* wire_fields.c - see wire_fields.h; collector/README.md says what each key
 * means. */
#include "wire_fields.h"

#include "collector/wire_scan.h"
#include "collector/wire_value.h"
#include "wire_words.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define WORD(TYPE, NAME, MEMBER, PARSE, TEXT)                                  \
    {                                                                          \
        FIELD(FIELD_WORD, TYPE, NAME, MEMBER), .required = true,               \
                                               .parse = PARSE, .word = TEXT    \
    }
#define REQUIRED(KIND, TYPE, NAME, MEMBER)                                     \
    {                                                                          \
        FIELD(KIND, TYPE, NAME, MEMBER), .required = true                      \
    }
#define OPTIONAL(KIND, TYPE, NAME, MEMBER)                                     \
    {                                                                          \
        FIELD(KIND, TYPE, NAME, MEMBER)                                        \
    }
/* A pointer and a length; at most MAX bytes. */
#define VIEW(KIND, TYPE, NAME, MEMBER, LENGTH, MAX, REQUIRE)                   \
    {                                                                          \
        .name = NAME, .name_len = sizeof NAME - 1, .kind = KIND,               \
        .required = REQUIRE, .offset = offsetof(struct TYPE, MEMBER),          \
        .len_offset = offsetof(struct TYPE, LENGTH), .size = MAX               \
    }

/* What a response and an invitation have in common; PATH leads to the struct
 * context. */
#define DIMENSIONS(TYPE, PATH)                                                 \
    WORD(TYPE, "channel", PATH.channel, channel_parse, channel_name),          \
        WORD(TYPE, "frame", PATH.frame, frame_parse, frame_name),              \
        OPTIONAL(FIELD_CODE, TYPE, "operator", PATH.operator),                 \
        OPTIONAL(FIELD_CODE, TYPE, "product", PATH.product),                   \
        OPTIONAL(FIELD_CODE, TYPE, "province", PATH.province),                 \
        OPTIONAL(FIELD_CODE, TYPE, "org", PATH.org),                           \
        OPTIONAL(FIELD_CODE, TYPE, "touchpoint", PATH.touchpoint),             \
        OPTIONAL(FIELD_CODE, TYPE, "class", PATH.class),                       \
        OPTIONAL(FIELD_CODE, TYPE, "stratum", PATH.stratum),                   \
        OPTIONAL(FIELD_UPTO, TYPE, "attributes", PATH.attributes)

static const struct field submission[] = {
    REQUIRED(FIELD_BYTES, submission, "id", response.id),
    WORD(submission, "entry", response.context.entry, entry_parse, entry_name),
    REQUIRED(FIELD_TIME, submission, "event_at", response.event_at),
    REQUIRED(FIELD_TIME, submission, "answered_at", response.answered_at),
    DIMENSIONS(submission, response.context),
    OPTIONAL(FIELD_U32, submission, "rate", response.rate_ppm),
    OPTIONAL(FIELD_U32, submission, "duration_ms", response.duration_ms),
    OPTIONAL(FIELD_U32, submission, "flags", response.flags),
    OPTIONAL(FIELD_BYTES, submission, "respondent", response.respondent),
    OPTIONAL(FIELD_BYTES, submission, "staff", response.staff),
    OPTIONAL(FIELD_BYTES, submission, "device", response.device),
    OPTIONAL(FIELD_BYTES, submission, "salt", response.salt),
    VIEW(FIELD_BIN, submission, "answers", response.answers, response.items, 0,
         true),
    VIEW(FIELD_STR, submission, "comment", response.comment,
         response.comment_len, 0, false),
    OPTIONAL(FIELD_BOOL, submission, "correction", correction),
};

static const struct field invitation[] = {
    REQUIRED(FIELD_BYTES, invitation, "id", id),
    REQUIRED(FIELD_CODE, invitation, "survey", survey),
    REQUIRED(FIELD_BYTES, invitation, "version", version),
    REQUIRED(FIELD_CODE, invitation, "gateway", gateway),
    REQUIRED(FIELD_TIME, invitation, "due_at", due_at),
    OPTIONAL(FIELD_TIME, invitation, "expires_at", expires_at),
    OPTIONAL(FIELD_TIME, invitation, "leased_until", leased_until),
    {FIELD(FIELD_WORD, invitation, "state", state), .parse = wire_parse_state,
     .word = invitation_state_name},
    REQUIRED(FIELD_TIME, invitation, "event_at", event_at),
    DIMENSIONS(invitation, context),
    OPTIONAL(FIELD_U32, invitation, "rate", rate_ppm),
    OPTIONAL(FIELD_U32, invitation, "flags", flags),
    OPTIONAL(FIELD_BYTES, invitation, "respondent", respondent),
    OPTIONAL(FIELD_BYTES, invitation, "staff", staff),
    OPTIONAL(FIELD_CODE, invitation, "language", language),
    OPTIONAL(FIELD_CODE, invitation, "campaign", campaign),
    OPTIONAL(FIELD_CODE, invitation, "notice", notice),
    OPTIONAL(FIELD_CODE, invitation, "basis", basis),
    VIEW(FIELD_BIN, invitation, "contact", contact, contact_len, CONTACT_MAX,
         false),
};

static const struct field event[] = {
    REQUIRED(FIELD_BYTES, wire_event, "id", id),
    WORD(wire_event, "kind", kind, wire_parse_kind, event_kind_name),
    REQUIRED(FIELD_TIME, wire_event, "at", at),
    WORD(wire_event, "channel", channel, channel_parse, channel_name),
    OPTIONAL(FIELD_BYTES, wire_event, "invitation", invitation),
    OPTIONAL(FIELD_BYTES, wire_event, "respondent", respondent),
    OPTIONAL(FIELD_CODE, wire_event, "code", code),
    VIEW(FIELD_STR, wire_event, "text", text, text_len, EVENT_TEXT_MAX, false),
};

static const struct field review[] = {
    REQUIRED(FIELD_BYTES, wire_review, "id", id),
    WORD(wire_review, "entry", entry, entry_parse, entry_name),
    WORD(wire_review, "action", action, wire_parse_action, wire_action_name),
    VIEW(FIELD_STR, wire_review, "reason", reason, reason_len, COMMENT_MAX,
         true),
};

/* base: the array of counts */
#define X(symbol, word)                                                        \
    {.name = word,                                                             \
     .name_len = sizeof word - 1,                                              \
     .kind = FIELD_U64,                                                        \
     .offset = EXCLUDED_##symbol * sizeof(uint64_t),                           \
     .size = sizeof(uint64_t)},
static const struct field excluded[] = {EXCLUSIONS(X)};
#undef X
static const struct record excluded_record = {excluded, COUNT(excluded)};

static const struct field sample[] = {
    REQUIRED(FIELD_BYTES, wire_sample, "id", id),
    OPTIONAL(FIELD_CODE, wire_sample, "campaign", campaign),
    REQUIRED(FIELD_CODE, wire_sample, "survey", survey),
    REQUIRED(FIELD_TIME, wire_sample, "at", at),
    REQUIRED(FIELD_TIME, wire_sample, "event_at", event_at),
    DIMENSIONS(wire_sample, context),
    REQUIRED(FIELD_U32, wire_sample, "rate", rate_ppm),
    REQUIRED(FIELD_U64, wire_sample, "events", events),
    REQUIRED(FIELD_U64, wire_sample, "eligible", eligible),
    REQUIRED(FIELD_U64, wire_sample, "drawn", drawn),
    {FIELD(FIELD_RECORD, wire_sample, "excluded", excluded), .required = true,
     .record = &excluded_record},
};

/* What is approved; PATH leads to the struct campaign_plan. */
#define PLAN(TYPE, PATH)                                                       \
    REQUIRED(FIELD_CODE, TYPE, "survey", PATH survey),                         \
        REQUIRED(FIELD_BYTES, TYPE, "version", PATH version),                  \
        REQUIRED(FIELD_BYTES, TYPE, "plan", PATH plan),                        \
        WORD(TYPE, "purpose", PATH purpose, campaign_purpose_parse,            \
             campaign_purpose_name),                                           \
        OPTIONAL(FIELD_TIME, TYPE, "closes_at", PATH closes_at),               \
        REQUIRED(FIELD_U32, TYPE, "canary_ppm", PATH canary_ppm),              \
        REQUIRED(FIELD_U32, TYPE, "canary_ms", PATH canary_ms),                \
        REQUIRED(FIELD_U32, TYPE, "opt_out_ppm", PATH opt_out_ppm),            \
        REQUIRED(FIELD_U32, TYPE, "failed_ppm", PATH failed_ppm),              \
        REQUIRED(FIELD_U32, TYPE, "escalated_ppm", PATH escalated_ppm),        \
        REQUIRED(FIELD_U32, TYPE, "limit_after", PATH limit_after)

static const struct field plan[] = {PLAN(campaign_plan, )};

static const struct field campaign[] = {
    REQUIRED(FIELD_CODE, campaign, "campaign", plan.campaign),
    PLAN(campaign, plan.),
    OPTIONAL(FIELD_U16, campaign, "number", number),
    WORD(campaign, "state", state, wire_parse_campaign_state,
         campaign_state_name),
    WORD(campaign, "before", before, wire_parse_campaign_state,
         campaign_state_name),
    OPTIONAL(FIELD_CODE, campaign, "drafted_by", drafted_by),
    OPTIONAL(FIELD_TIME, campaign, "drafted_at", drafted_at),
    OPTIONAL(FIELD_CODE, campaign, "approved_by", approved_by),
    OPTIONAL(FIELD_TIME, campaign, "approved_at", approved_at),
    OPTIONAL(FIELD_CODE, campaign, "changed_by", changed_by),
    OPTIONAL(FIELD_TIME, campaign, "changed_at", changed_at),
    OPTIONAL(FIELD_TEXT, campaign, "reason", reason),
    OPTIONAL(FIELD_TIME, campaign, "canary_at", canary_at),
    REQUIRED(FIELD_U64, campaign, "invitations", invitations),
    REQUIRED(FIELD_U64, campaign, "leased", leased),
    REQUIRED(FIELD_U64, campaign, "sent", sent),
    REQUIRED(FIELD_U64, campaign, "failed", failed),
    REQUIRED(FIELD_U64, campaign, "opted_out", opted_out),
    REQUIRED(FIELD_U64, campaign, "escalated", escalated),
};

const struct record wire_submission_record = {submission, COUNT(submission)};
const struct record wire_invitation_record = {invitation, COUNT(invitation)};
const struct record wire_event_record = {event, COUNT(event)};
const struct record wire_review_record = {review, COUNT(review)};
const struct record wire_sample_record = {sample, COUNT(sample)};
const struct record wire_campaign_record = {campaign, COUNT(campaign)};
const struct record wire_plan_record = {plan, COUNT(plan)};

/* ---- one element of a list ---- */

static enum reason next(struct wire_list *list, const struct record *r,
                        void *out)
{
    struct record_found found;
    enum reason why = record_read(r, &list->at, list->end, out, &found);

    list->count--;
    list->wrong = found.wrong;
    return why;
}

enum reason wire_next_submission(struct wire_list *list, struct submission *out)
{
    memset(out, 0, sizeof *out);
    return next(list, &wire_submission_record, out);
}

enum reason wire_next_invitation(struct wire_list *list, struct invitation *out)
{
    memset(out, 0, sizeof *out);
    return next(list, &wire_invitation_record, out);
}

enum reason wire_next_event(struct wire_list *list, struct wire_event *out)
{
    memset(out, 0, sizeof *out);
    return next(list, &wire_event_record, out);
}

enum reason wire_next_review(struct wire_list *list, struct wire_review *out)
{
    memset(out, 0, sizeof *out);
    return next(list, &wire_review_record, out);
}

enum reason wire_next_sample(struct wire_list *list, struct wire_sample *out)
{
    memset(out, 0, sizeof *out);
    return next(list, &wire_sample_record, out);
}

enum reason wire_next_campaign(struct wire_list *list, struct campaign *out)
{
    memset(out, 0, sizeof *out);
    return next(list, &wire_campaign_record, out);
}

enum reason wire_next_id(struct wire_list *list, const uint8_t **out)
{
    const uint8_t *start = list->at;
    struct wire_value v;

    list->count--;
    list->wrong = NULL;
    if (wire_token(&list->at, list->end, &v) && v.kind == WIRE_BIN &&
        v.len == ID_SIZE) {
        *out = v.data;
        return REASON_NONE;
    }
    list->at = wire_skip(start, list->end);
    list->wrong = "ids";
    return REASON_FIELD;
}

/* ---- records alone, for the store ---- */

static enum status pack_alone(const struct record *r, const void *in,
                              struct buffer *out)
{
    struct pack p;

    pack_begin(&p, out);
    record_pack(r, in, &p);
    return pack_end(&p);
}

static enum status unpack_alone(const struct record *r, const uint8_t *map,
                                size_t len, void *out)
{
    const uint8_t *at = map;
    struct record_found found;

    if (wire_scan(map, len) != REASON_NONE ||
        record_read(r, &at, map + len, out, &found) != REASON_NONE)
        return ST_CORRUPT;
    return ST_OK;
}

enum status wire_pack_invitation(const struct invitation *i, struct buffer *out)
{
    return pack_alone(&wire_invitation_record, i, out);
}

enum status wire_pack_event(const struct wire_event *e, struct buffer *out)
{
    return pack_alone(&wire_event_record, e, out);
}

enum status wire_pack_review(const struct wire_review *r, struct buffer *out)
{
    return pack_alone(&wire_review_record, r, out);
}

enum status wire_pack_campaign(const struct campaign *c, struct buffer *out)
{
    return pack_alone(&wire_campaign_record, c, out);
}

enum status wire_pack_sample(const struct wire_sample *s, struct buffer *out)
{
    return pack_alone(&wire_sample_record, s, out);
}

enum status wire_unpack_invitation(const uint8_t *map, size_t len,
                                   struct invitation *out)
{
    struct invitation i = {0};
    enum status st = unpack_alone(&wire_invitation_record, map, len, &i);

    if (st == ST_OK)
        *out = i;
    return st;
}

enum status wire_unpack_event(const uint8_t *map, size_t len,
                              struct wire_event *out)
{
    struct wire_event e = {0};
    enum status st = unpack_alone(&wire_event_record, map, len, &e);

    if (st == ST_OK)
        *out = e;
    return st;
}

enum status wire_unpack_campaign(const uint8_t *map, size_t len,
                                 struct campaign *out)
{
    struct campaign c = {0};
    enum status st = unpack_alone(&wire_campaign_record, map, len, &c);

    if (st == ST_OK)
        *out = c;
    return st;
}

enum status wire_unpack_sample(const uint8_t *map, size_t len,
                               struct wire_sample *out)
{
    struct wire_sample s = {0};
    enum status st = unpack_alone(&wire_sample_record, map, len, &s);

    if (st == ST_OK)
        *out = s;
    return st;
}
