/* wire_reply.c - what the collector answers: the records, and writing. */
#include "wire_replies.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define HEAD(BATCH)  WIRE_HEAD(reply, wire_parse_reply, wire_reply_name, BATCH)
#define NAMED(NAME)  .name = NAME, .name_len = sizeof NAME - 1
#define AT(MEMBER)   .offset = offsetof(struct reply, MEMBER)
#define SURVEY                                                                 \
    {FIELD(FIELD_CODE, reply, "survey", described.survey), .required = true},  \
        {NAMED("version"), .kind = FIELD_POINT, .required = true,              \
         AT(described.version), .size = HASH_SIZE},                            \
    {                                                                          \
        NAMED("form"), .kind = FIELD_POINT, .required = true,                  \
                       AT(described.form), .size = HASH_SIZE                   \
    }

static const struct field ack[] = {
    HEAD(true),
    {FIELD(FIELD_U32, reply, "accepted", ack.accepted), .required = true},
    {FIELD(FIELD_U32, reply, "duplicate", ack.duplicate), .required = true},
    {FIELD(FIELD_U32, reply, "filled", ack.filled), .required = true},
    {FIELD(FIELD_LIST, reply, "rejected", list), .required = true}};
static const struct field refused[] = {
    HEAD(false),
    {FIELD(FIELD_WORD, reply, "reason", reason), .required = true,
     .parse = wire_parse_reason, .word = reason_word},
    {NAMED("detail"), .kind = FIELD_STR, AT(detail.data),
     .len_offset = offsetof(struct reply, detail.len)}};
/* An item's map is for clients without a YAML reader: see wire_survey. */
static const struct field survey[] = {
    HEAD(true),
    SURVEY,
    {NAMED("yaml"), .kind = FIELD_STR, .required = true,
     AT(described.yaml.data),
     .len_offset = offsetof(struct reply, described.yaml.len)},
    {FIELD(FIELD_LIST, reply, "items", list), .required = true}};
static const struct field defined[] = {HEAD(true), SURVEY};
static const struct field invitations[] = {
    HEAD(true),
    {FIELD(FIELD_LIST, reply, "invitations", list), .required = true}};
#define STATE                                                                  \
    {NAMED("id"), .kind = FIELD_POINT, .required = true, AT(id),               \
     .size = ID_SIZE},                                                         \
        {FIELD(FIELD_WORD, reply, "state", state), .required = true,           \
         .parse = wire_parse_state, .word = invitation_state_name},            \
    {                                                                          \
        NAMED("have"), .kind = FIELD_BIN, AT(have), .size = ITEMS_MAX,         \
                       .len_offset = offsetof(struct reply, items)             \
    }
static const struct field state[] = {HEAD(true), STATE};
/* The same with the invitation behind it, when it is known. */
static const struct field known_state[] = {
    HEAD(true),
    STATE,
    {FIELD(FIELD_RECORD, reply, "invitation", invitation), .required = true,
     .record = &wire_invitation_record}};

static const struct field campaigns[] = {
    HEAD(true),
    {FIELD(FIELD_LIST, reply, "campaigns", list), .required = true}};
static const struct field optouts[] = {
    HEAD(true),
    {FIELD(FIELD_BOOL, reply, "more", more), .required = true},
    {FIELD(FIELD_LIST, reply, "optouts", list), .required = true}};
static const struct field copy[] = {
    HEAD(true),
    {FIELD(FIELD_LIST, reply, "responses", list), .required = true}};
static const struct field found_copy[] = {
    HEAD(true),
    {FIELD(FIELD_CODE, reply, "survey", described.survey), .required = true},
    {NAMED("version"), .kind = FIELD_POINT, .required = true,
     AT(described.version), .size = HASH_SIZE},
    {FIELD(FIELD_LIST, reply, "responses", list), .required = true}};

const struct record wire_reply_record[WIRE_REPLIES] = {
    [WIRE_ACK] = {ack, COUNT(ack)},
    [WIRE_REFUSED] = {refused, COUNT(refused)},
    [WIRE_SURVEY] = {survey, COUNT(survey)},
    [WIRE_DEFINED] = {defined, COUNT(defined)},
    [WIRE_INVITATIONS] = {invitations, COUNT(invitations)},
    [WIRE_STATE] = {state, COUNT(state)},
    [WIRE_CAMPAIGNS] = {campaigns, COUNT(campaigns)},
    [WIRE_OPTOUTS] = {optouts, COUNT(optouts)},
    [WIRE_COPY] = {copy, COUNT(copy)}};
const struct record wire_known_state_record = {known_state, COUNT(known_state)};
const struct record wire_found_copy_record = {found_copy, COUNT(found_copy)};

static const struct field refusal[] = {
    {FIELD(FIELD_BYTES, refusal, "id", r.id), .required = true},
    {FIELD(FIELD_WORD, refusal, "entry", r.entry), .required = true,
     .parse = entry_parse, .word = entry_name},
    {FIELD(FIELD_U32, refusal, "index", r.index), .required = true},
    {FIELD(FIELD_WORD, refusal, "reason", reason), .required = true,
     .parse = wire_parse_reason, .word = reason_word}};
const struct record wire_refusal_record = {refusal, COUNT(refusal)};

static void begin(struct pack *p, const struct record *record, struct reply *r,
                  struct buffer *out)
{
    r->head.v = WIRE_VERSION;
    pack_begin(p, out);
    record_pack(record, r, p);
}

/* ---- writing ---- */

enum status wire_refuse(uint64_t batch, enum reason reason, const char *detail,
                        struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_REFUSED, .batch = batch},
                      .reason = (uint8_t)reason,
                      .detail = {detail, detail ? strlen(detail) : 0}};
    struct pack p;

    begin(&p, &wire_reply_record[WIRE_REFUSED], &r, out);
    return pack_end(&p);
}

enum status wire_ack(const struct ack *a, struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_ACK, .batch = a->batch}, .ack = *a};
    struct pack p;

    if (a->refused != REASON_NONE)
        return wire_refuse(a->batch, a->refused, NULL, out);
    begin(&p, &wire_reply_record[WIRE_ACK], &r, out);
    pack_list(&p, a->rejections);
    for (size_t i = 0; i < a->rejections; i++) {
        const struct refusal one = {.r = a->rejected[i],
                                    .reason = (uint8_t)a->rejected[i].reason};

        record_pack(&wire_refusal_record, &one, &p);
    }
    return pack_end(&p);
}

static void pack_item(const struct item *it, struct pack *p)
{
    static const char *const kinds[] = {"scale", "choice", "text"};
    const bool choice = it->kind == ITEM_CHOICE;

    pack_map(p, choice ? 5 : 4);
    pack_text(p, "code");
    pack_text(p, it->code);
    pack_text(p, "kind");
    pack_text(p, kinds[it->kind]);
    pack_text(p, "min");
    pack_signed(p, it->min);
    pack_text(p, "max");
    pack_signed(p, it->max);
    if (!choice)
        return;
    pack_text(p, "choices");
    pack_list(p, it->choices);
    for (size_t i = 0; i < it->choices; i++)
        pack_signed(p, it->choice[i].code);
}

static struct reply describing(enum wire_reply type, uint64_t batch,
                               const struct survey *s)
{
    struct reply r = {.head = {.type = (uint8_t)type, .batch = batch},
                      .described = {.version = s->version,
                                    .form = s->form,
                                    .yaml = {s->source, s->source_len}}};

    memcpy(r.described.survey, s->code, sizeof r.described.survey);
    return r;
}

enum status wire_survey(uint64_t batch, const struct survey *s,
                        struct buffer *out)
{
    struct reply r = describing(WIRE_SURVEY, batch, s);
    struct pack p;

    begin(&p, &wire_reply_record[WIRE_SURVEY], &r, out);
    pack_list(&p, s->items);
    for (size_t i = 0; i < s->items; i++)
        pack_item(&s->item[i], &p);
    return pack_end(&p);
}

enum status wire_defined(uint64_t batch, const struct survey *s,
                         struct buffer *out)
{
    struct reply r = describing(WIRE_DEFINED, batch, s);
    struct pack p;

    begin(&p, &wire_reply_record[WIRE_DEFINED], &r, out);
    return pack_end(&p);
}

static enum status packed_list(enum wire_reply type, uint64_t batch,
                               const struct buffer *maps, size_t count,
                               bool more, struct buffer *out)
{
    struct reply r = {.head = {.type = (uint8_t)type, .batch = batch},
                      .more = more};
    struct pack p;

    begin(&p, &wire_reply_record[type], &r, out);
    pack_list(&p, count);
    pack_raw(&p, maps->data, maps->len);
    return pack_end(&p);
}

enum status wire_invitations(uint64_t batch, const struct buffer *maps,
                             size_t count, struct buffer *out)
{
    return packed_list(WIRE_INVITATIONS, batch, maps, count, false, out);
}

enum status wire_state(const struct wire_invitation_state *s,
                       enum invitation_state now, struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_STATE, .batch = s->batch},
                      .invitation = s->invitation,
                      .state = (uint8_t)now,
                      .id = s->invitation.id,
                      .items = s->items,
                      .have = s->have};
    struct pack p;

    r.invitation.contact_len = 0; /* only for the gateway that asks */
    r.invitation.leased_until = 0;
    begin(&p,
          now == INVITATION_UNKNOWN ? &wire_reply_record[WIRE_STATE]
                                    : &wire_known_state_record,
          &r, out);
    return pack_end(&p);
}

enum status wire_campaigns(uint64_t batch, const struct buffer *maps,
                           size_t count, struct buffer *out)
{
    return packed_list(WIRE_CAMPAIGNS, batch, maps, count, false, out);
}

enum status wire_optouts(uint64_t batch, const struct buffer *maps,
                         size_t count, bool more, struct buffer *out)
{
    return packed_list(WIRE_OPTOUTS, batch, maps, count, more, out);
}

enum status wire_copy(uint64_t batch, const struct survey_name *name,
                      const struct submission *list, size_t count,
                      struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_COPY, .batch = batch},
                      .described = {.version = name ? name->version : NULL}};
    struct pack p;

    if (name && strlen(name->code) > SURVEY_CODE_MAX)
        return ST_RANGE;
    if (name)
        memcpy(r.described.survey, name->code, strlen(name->code));
    begin(&p, name ? &wire_found_copy_record : &wire_reply_record[WIRE_COPY],
          &r, out);
    pack_list(&p, count);
    for (size_t i = 0; i < count; i++)
        record_pack(&wire_submission_record, &list[i], &p);
    return pack_end(&p);
}
