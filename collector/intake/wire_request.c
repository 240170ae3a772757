/* wire_request.c - the messages that ask something of the collector.
 *
 * Each type has its table of keys; the list, when there is one, is the last,
 * so that a reader need not walk it to find what follows.
 */
#include "wire_fields.h"
#include "wire_head.h"
#include "wire_words.h"

struct request {
    struct wire_head head;
    struct wire_request r;
};

/* Questions are none of ours. */
static bool type_parse(const char *name, uint8_t *out)
{
    return right_parse(name, out) && *out != RIGHT_ASK;
}

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define HEAD         WIRE_HEAD(request, type_parse, right_name, true)
#define SURVEY                                                                 \
    {                                                                          \
        FIELD(FIELD_CODE, request, "survey", r.survey), .required = true       \
    }
#define LIST(NAME)                                                             \
    {                                                                          \
        FIELD(FIELD_LIST, request, NAME, r.list), .required = true             \
    }
#define POINT(NAME, MEMBER, SIZE, REQUIRED)                                    \
    {                                                                          \
        .name = NAME, .name_len = sizeof NAME - 1, .kind = FIELD_POINT,        \
        .required = REQUIRED, .offset = offsetof(struct request, r.MEMBER),    \
        .size = SIZE                                                           \
    }

static const struct field submit[] = {
    HEAD, SURVEY, POINT("version", version, HASH_SIZE, true),
    LIST("responses")};
static const struct field describe[] = {
    HEAD, SURVEY, POINT("version", version, HASH_SIZE, false)};
static const struct field define[] = {
    HEAD,
    SURVEY,
    {.name = "yaml",
     .name_len = 4,
     .kind = FIELD_STR,
     .required = true,
     .offset = offsetof(struct request, r.yaml.data),
     .len_offset = offsetof(struct request, r.yaml.len)}};
static const struct field invite[] = {HEAD, LIST("invitations")};
static const struct field pull[] = {
    HEAD, {FIELD(FIELD_U32, request, "max", r.max), .required = true}};
static const struct field ask[] = {HEAD, POINT("id", id, ID_SIZE, true)};
static const struct field event[] = {HEAD, LIST("events")};
static const struct field review[] = {HEAD, LIST("reviews")};
static const struct field samples[] = {HEAD, LIST("samples")};
/* The plan is that of a draft, and of nothing else. */
#define ORDER(DRAFT)                                                           \
    HEAD,                                                                      \
        {FIELD(FIELD_WORD, request, "action", r.action), .required = true,     \
         .parse = campaign_action_parse, .word = campaign_action_name},        \
        {FIELD(FIELD_CODE, request, "campaign", r.campaign),                   \
         .required = true},                                                    \
        {FIELD(FIELD_TEXT, request, "reason", r.reason)},                      \
    {                                                                          \
        FIELD(FIELD_RECORD, request, "plan", r.plan),                          \
            .required = DRAFT, .record = &wire_plan_record                     \
    }
static const struct field ordered[] = {ORDER(false)};
static const struct field draft[] = {ORDER(true)};
static const struct field campaigns[] = {HEAD};
static const struct field optouts[] = {
    HEAD,
    POINT("after", id, ID_SIZE, false),
    {FIELD(FIELD_U32, request, "max", r.max), .required = true}};
static const struct field erase[] = {
    HEAD, POINT("respondent", respondent, ID_SIZE, false), LIST("ids")};

static const struct record records[RIGHTS] = {
    [RIGHT_SUBMIT] = {submit, COUNT(submit)},
    [RIGHT_DESCRIBE] = {describe, COUNT(describe)},
    [RIGHT_DEFINE] = {define, COUNT(define)},
    [RIGHT_INVITE] = {invite, COUNT(invite)},
    [RIGHT_PULL] = {pull, COUNT(pull)},
    [RIGHT_INVITATION] = {ask, COUNT(ask)},
    [RIGHT_EVENT] = {event, COUNT(event)},
    [RIGHT_REVIEW] = {review, COUNT(review)},
    [RIGHT_ERASE] = {erase, COUNT(erase)},
    [RIGHT_SAMPLE] = {samples, COUNT(samples)},
    [RIGHT_CAMPAIGN] = {ordered, COUNT(ordered)},
    [RIGHT_CAMPAIGNS] = {campaigns, COUNT(campaigns)},
    [RIGHT_OPTOUTS] = {optouts, COUNT(optouts)},
    [RIGHT_COPY] = {ask, COUNT(ask)}};
static const struct record draft_record = {draft, COUNT(draft)};

static const struct record *record_of(enum right type, uint8_t action)
{
    return type == RIGHT_CAMPAIGN && action == ACTION_DRAFT ? &draft_record
                                                            : &records[type];
}

/* ---- reading ---- */

/* A draft has a plan, of the order's campaign, and no other order has one. */
static bool order_whole(struct wire_request *r, struct record_found *found)
{
    const uint32_t plan = 1u << (COUNT(ordered) - 1);

    found->wrong = "plan";
    memcpy(r->plan.campaign, r->campaign, sizeof r->campaign);
    return (r->action == ACTION_DRAFT) == ((found->fields & plan) != 0);
}

enum reason wire_read_request(const uint8_t *frame, size_t len,
                              struct wire_request *out)
{
    struct request q = {0};
    const uint8_t *at = frame;
    struct record_found found;
    enum reason why;

    *out = (struct wire_request){0};
    why = wire_read_head(frame, len, type_parse, &q.head);
    out->batch = q.head.batch;
    if (why != REASON_NONE)
        return why;
    why = record_read(&records[q.head.type], &at, frame + len, &q, &found);
    if (why != REASON_NONE) {
        out->wrong = found.wrong;
        return why;
    }
    if (q.head.type == RIGHT_CAMPAIGN && !order_whole(&q.r, &found)) {
        out->wrong = found.wrong;
        return REASON_FIELD;
    }
    q.r.type = (enum right)q.head.type;
    q.r.batch = q.head.batch;
    *out = q.r;
    return REASON_NONE;
}

/* ---- writing ---- */

static void begin(struct pack *p, const struct wire_request *r,
                  struct buffer *out)
{
    const struct request q = {
        .head = {WIRE_VERSION, (uint8_t)r->type, r->batch}, .r = *r};

    pack_begin(p, out);
    record_pack(record_of(r->type, r->action), &q, p);
}

static enum status plain(const struct wire_request *r, struct buffer *out)
{
    struct pack p;

    begin(&p, r, out);
    return pack_end(&p);
}

/* A message whose list has `count` elements of `size` bytes each. */
static enum status listed(const struct wire_request *r,
                          const struct record *element, const void *list,
                          size_t count, struct buffer *out)
{
    const size_t size = r->type == RIGHT_SUBMIT   ? sizeof(struct submission)
                        : r->type == RIGHT_INVITE ? sizeof(struct invitation)
                        : r->type == RIGHT_EVENT  ? sizeof(struct wire_event)
                        : r->type == RIGHT_SAMPLE ? sizeof(struct wire_sample)
                                                  : sizeof(struct wire_review);
    struct pack p;

    begin(&p, r, out);
    pack_list(&p, count);
    for (size_t i = 0; i < count && p.st == ST_OK; i++)
        record_pack(element, (const uint8_t *)list + i * size, &p);
    return pack_end(&p);
}

static enum status set_survey(struct wire_request *r, const char *code)
{
    const size_t len = strlen(code);

    if (len > SURVEY_CODE_MAX)
        return ST_RANGE;
    memcpy(r->survey, code, len + 1);
    return ST_OK;
}

enum status wire_submit(uint64_t batch, const struct survey_name *name,
                        const struct submission *list, size_t count,
                        struct buffer *out)
{
    struct wire_request r = {
        .type = RIGHT_SUBMIT, .batch = batch, .version = name->version};
    enum status st = set_survey(&r, name->code);

    if (st != ST_OK || count > BATCH_MAX)
        return ST_RANGE;
    return listed(&r, &wire_submission_record, list, count, out);
}

enum status wire_describe(uint64_t batch, const struct survey_name *name,
                          struct buffer *out)
{
    struct wire_request r = {
        .type = RIGHT_DESCRIBE, .batch = batch, .version = name->version};
    enum status st = set_survey(&r, name->code);

    return st == ST_OK ? plain(&r, out) : st;
}

enum status wire_define(uint64_t batch, const char *code,
                        const struct wire_text *yaml, struct buffer *out)
{
    struct wire_request r = {
        .type = RIGHT_DEFINE, .batch = batch, .yaml = *yaml};
    enum status st = set_survey(&r, code);

    return st == ST_OK ? plain(&r, out) : st;
}

enum status wire_invite(uint64_t batch, const struct invitation *list,
                        size_t count, struct buffer *out)
{
    const struct wire_request r = {.type = RIGHT_INVITE, .batch = batch};

    if (count > BATCH_MAX)
        return ST_RANGE;
    return listed(&r, &wire_invitation_record, list, count, out);
}

enum status wire_pull(uint64_t batch, uint32_t max, struct buffer *out)
{
    const struct wire_request r = {
        .type = RIGHT_PULL, .batch = batch, .max = max};

    return plain(&r, out);
}

enum status wire_ask(uint64_t batch, const uint8_t id[ID_SIZE],
                     struct buffer *out)
{
    const struct wire_request r = {
        .type = RIGHT_INVITATION, .batch = batch, .id = id};

    return plain(&r, out);
}

enum status wire_events(uint64_t batch, const struct wire_event *list,
                        size_t count, struct buffer *out)
{
    const struct wire_request r = {.type = RIGHT_EVENT, .batch = batch};

    if (count > BATCH_MAX)
        return ST_RANGE;
    return listed(&r, &wire_event_record, list, count, out);
}

enum status wire_reviews(uint64_t batch, const struct wire_review *list,
                         size_t count, struct buffer *out)
{
    const struct wire_request r = {.type = RIGHT_REVIEW, .batch = batch};

    if (count > BATCH_MAX)
        return ST_RANGE;
    return listed(&r, &wire_review_record, list, count, out);
}

enum status wire_erase(uint64_t batch, const uint8_t *ids, size_t count,
                       const uint8_t *respondent, struct buffer *out)
{
    const struct wire_request r = {
        .type = RIGHT_ERASE, .batch = batch, .respondent = respondent};
    struct pack p;

    if (count > BATCH_MAX)
        return ST_RANGE;
    begin(&p, &r, out);
    pack_list(&p, count);
    for (size_t i = 0; i < count; i++)
        pack_bytes(&p, ids + i * ID_SIZE, ID_SIZE);
    return pack_end(&p);
}

enum status wire_samples(uint64_t batch, const struct wire_sample *list,
                         size_t count, struct buffer *out)
{
    const struct wire_request r = {.type = RIGHT_SAMPLE, .batch = batch};

    if (count > BATCH_MAX)
        return ST_RANGE;
    return listed(&r, &wire_sample_record, list, count, out);
}

enum status wire_campaign(uint64_t batch, const struct campaign_order *order,
                          struct buffer *out)
{
    struct wire_request r = {.type = RIGHT_CAMPAIGN,
                             .batch = batch,
                             .action = (uint8_t)order->action};
    const char *name =
        order->campaign ? order->campaign : order->plan->campaign;
    const char *reason = order->reason ? order->reason : "";

    if (strlen(name) > SURVEY_CODE_MAX || strlen(reason) >= sizeof r.reason)
        return ST_RANGE;
    memcpy(r.campaign, name, strlen(name));
    memcpy(r.reason, reason, strlen(reason));
    if (order->action == ACTION_DRAFT)
        r.plan = *order->plan;
    return plain(&r, out);
}

enum status wire_ask_campaigns(uint64_t batch, struct buffer *out)
{
    const struct wire_request r = {.type = RIGHT_CAMPAIGNS, .batch = batch};

    return plain(&r, out);
}

enum status wire_ask_optouts(uint64_t batch, const uint8_t *after, uint32_t max,
                             struct buffer *out)
{
    const struct wire_request r = {
        .type = RIGHT_OPTOUTS, .batch = batch, .id = after, .max = max};

    return plain(&r, out);
}

enum status wire_ask_copy(uint64_t batch, const uint8_t id[ID_SIZE],
                          struct buffer *out)
{
    const struct wire_request r = {
        .type = RIGHT_COPY, .batch = batch, .id = id};

    return plain(&r, out);
}
