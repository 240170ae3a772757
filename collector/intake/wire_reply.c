/* wire_reply.c - what the collector answers. */
#include <stdlib.h>

#include "wire_fields.h"
#include "wire_head.h"
#include "wire_words.h"

struct reply {
    struct wire_head head;
    struct ack ack;
    uint8_t reason; /* enum reason */
    struct wire_text detail;
    struct wire_described described;
    struct wire_list list;
    struct invitation invitation;
    uint8_t state;     /* enum invitation_state */
    const uint8_t *id; /* ID_SIZE */
};

/* struct rejection with its reason as the record reader wants it */
struct refusal {
    struct rejection r;
    uint8_t reason;
};

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
static const struct field state[] = {
    HEAD(true),
    {NAMED("id"), .kind = FIELD_POINT, .required = true, AT(id),
     .size = ID_SIZE},
    {FIELD(FIELD_WORD, reply, "state", state), .required = true,
     .parse = wire_parse_state, .word = invitation_state_name}};
/* The same with the invitation behind it, when it is known. */
static const struct field known_state[] = {
    HEAD(true),
    {NAMED("id"), .kind = FIELD_POINT, .required = true, AT(id),
     .size = ID_SIZE},
    {FIELD(FIELD_WORD, reply, "state", state), .required = true,
     .parse = wire_parse_state, .word = invitation_state_name},
    {FIELD(FIELD_RECORD, reply, "invitation", invitation), .required = true,
     .record = &wire_invitation_record}};

static const struct record records[WIRE_REPLIES] = {
    [WIRE_ACK] = {ack, COUNT(ack)},
    [WIRE_REFUSED] = {refused, COUNT(refused)},
    [WIRE_SURVEY] = {survey, COUNT(survey)},
    [WIRE_DEFINED] = {defined, COUNT(defined)},
    [WIRE_INVITATIONS] = {invitations, COUNT(invitations)},
    [WIRE_STATE] = {state, COUNT(state)}};
static const struct record known_record = {known_state, COUNT(known_state)};

static const struct field refusal[] = {
    {FIELD(FIELD_BYTES, refusal, "id", r.id), .required = true},
    {FIELD(FIELD_WORD, refusal, "entry", r.entry), .required = true,
     .parse = entry_parse, .word = entry_name},
    {FIELD(FIELD_U32, refusal, "index", r.index), .required = true},
    {FIELD(FIELD_WORD, refusal, "reason", reason), .required = true,
     .parse = wire_parse_reason, .word = reason_word}};
static const struct record refusal_record = {refusal, COUNT(refusal)};

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

    begin(&p, &records[WIRE_REFUSED], &r, out);
    return pack_end(&p);
}

enum status wire_ack(const struct ack *a, struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_ACK, .batch = a->batch}, .ack = *a};
    struct pack p;

    if (a->refused != REASON_NONE)
        return wire_refuse(a->batch, a->refused, NULL, out);
    begin(&p, &records[WIRE_ACK], &r, out);
    pack_list(&p, a->rejections);
    for (size_t i = 0; i < a->rejections; i++) {
        const struct refusal one = {.r = a->rejected[i],
                                    .reason = (uint8_t)a->rejected[i].reason};

        record_pack(&refusal_record, &one, &p);
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

    begin(&p, &records[WIRE_SURVEY], &r, out);
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

    begin(&p, &records[WIRE_DEFINED], &r, out);
    return pack_end(&p);
}

enum status wire_invitations(uint64_t batch, const struct buffer *maps,
                             size_t count, struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_INVITATIONS, .batch = batch}};
    struct pack p;

    begin(&p, &records[WIRE_INVITATIONS], &r, out);
    pack_list(&p, count);
    pack_raw(&p, maps->data, maps->len);
    return pack_end(&p);
}

enum status wire_state(uint64_t batch, const struct invitation *i,
                       enum invitation_state now, struct buffer *out)
{
    struct reply r = {.head = {.type = WIRE_STATE, .batch = batch},
                      .invitation = *i,
                      .state = (uint8_t)now,
                      .id = i->id};
    struct pack p;

    r.invitation.contact_len = 0; /* only for the gateway that asks */
    r.invitation.leased_until = 0;
    begin(&p, now == INVITATION_UNKNOWN ? &records[WIRE_STATE] : &known_record,
          &r, out);
    return pack_end(&p);
}

/* ---- reading ---- */

/* Read a frame that must be of one of the two types. */
static enum reason read_reply(const uint8_t *frame, size_t len,
                              enum wire_reply type, enum wire_reply other,
                              struct reply *out)
{
    const uint8_t *at = frame;
    const struct record *record;
    struct record_found found;
    enum reason why = wire_read_head(frame, len, wire_parse_reply, &out->head);

    if (why != REASON_NONE)
        return why;
    if (out->head.type != type && out->head.type != other)
        return REASON_TYPE;
    record = &records[out->head.type];
    why = record_read(record, &at, frame + len, out, &found);
    if (why == REASON_NONE || out->head.type != WIRE_STATE)
        return why;
    at = frame;
    memset(out, 0, sizeof *out);
    return record_read(&known_record, &at, frame + len, out, &found);
}

static enum reason read_rejections(struct wire_list *list,
                                   struct rejection *out)
{
    for (size_t i = 0; list->count > 0; i++, list->count--) {
        struct refusal one = {0};
        struct record_found found;
        enum reason why =
            record_read(&refusal_record, &list->at, list->end, &one, &found);

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
                            .refused = (enum reason)r.reason};
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

enum status wire_read_invitations(const uint8_t *frame, size_t len,
                                  uint64_t *batch, struct wire_list *out,
                                  enum reason *reason)
{
    struct reply r = {0};
    enum reason why =
        read_reply(frame, len, WIRE_INVITATIONS, WIRE_INVITATIONS, &r);

    if (why != REASON_NONE) {
        *reason = why;
        return ST_INVALID;
    }
    *batch = r.head.batch;
    *out = r.list;
    return ST_OK;
}

enum status wire_read_state(const uint8_t *frame, size_t len, uint64_t *batch,
                            struct invitation *out, enum reason *reason)
{
    struct reply r = {0};
    enum reason why = read_reply(frame, len, WIRE_STATE, WIRE_STATE, &r);

    if (why != REASON_NONE) {
        *reason = why;
        return ST_INVALID;
    }
    *batch = r.head.batch;
    *out = r.invitation;
    memcpy(out->id, r.id, ID_SIZE);
    out->state = r.state;
    return ST_OK;
}
