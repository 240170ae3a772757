/* judge.c - see judge.h. */
#include "judge.h"

#include <assert.h>
#include <sodium.h>

#include "base/limits.h"
#include "check.h"
#include "collector/log.h"
#include "surveys/utf8.h"

void rules_free(struct rules *r)
{
    clients_free(&r->clients);
    codes_free(&r->codes);
    catalog_free(&r->catalog);
}

/* ---- lists, element by element ---- */

/* A salt to offer; it is used up only when the response takes it. */
static const uint8_t *salt(struct rules *r)
{
    if (r->salts_left == 0) {
        randombytes_buf(r->salts, sizeof r->salts);
        r->salts_left = sizeof r->salts / sizeof *r->salts;
    }
    return r->salts[r->salts_left - 1];
}

/* The one field of which a check asks more than that it can be read. */
static enum reason blame_rate(struct wire_list *list, enum reason why)
{
    if (why == REASON_FIELD)
        list->wrong = "rate";
    return why;
}

static enum reason judge_submission(struct rules *rules, struct check *c,
                                    struct wire_list *list, struct batch *b,
                                    struct rejection *out)
{
    struct submission *s = &b->list[b->count];
    const uint8_t *fresh = salt(rules);
    enum reason why = wire_next_submission(list, s);

    if (why == REASON_NONE)
        why = blame_rate(list, check_submission(c, fresh, s));
    if (why == REASON_NONE) {
        rules->salts_left -= memcmp(s->response.salt, fresh, ID_SIZE) == 0;
        b->place[b->count++] = out->index;
        return why;
    }
    memcpy(out->id, s->response.id, ID_SIZE);
    out->entry = s->response.context.entry;
    return why;
}

static enum reason judge_invitation(struct rules *rules, struct check *c,
                                    struct wire_list *list,
                                    struct rejection *out)
{
    struct invitation i;
    enum reason why = wire_next_invitation(list, &i);

    memcpy(out->id, i.id, ID_SIZE);
    if (why != REASON_NONE)
        return why;
    c->survey = catalog_version(&rules->catalog, i.version);
    if (!c->survey || !streq(c->survey->code, i.survey))
        return catalog_newest(&rules->catalog, i.survey) ? REASON_SURVEY_VERSION
                                                         : REASON_SURVEY;
    return blame_rate(list, check_invitation(c, &i));
}

static enum reason judge_event(const struct check *c, struct wire_list *list,
                               struct rejection *out)
{
    struct wire_event e;
    enum reason why = wire_next_event(list, &e);
    const bool opt = e.kind == EVENT_OPT_OUT || e.kind == EVENT_OPT_IN;

    memcpy(out->id, e.id, ID_SIZE);
    if (why != REASON_NONE)
        return why;
    /* what else a customer writes is an answer, which can be erased */
    if (e.text_len > 0 &&
        (!opt || utf8_valid(e.text, e.text_len) < e.text_len)) {
        list->wrong = "text";
        return REASON_FIELD;
    }
    if (bytes_zero(e.invitation, ID_SIZE) &&
        (!opt || bytes_zero(e.respondent, ID_SIZE))) {
        list->wrong = "invitation"; /* it happened to nobody */
        return REASON_FIELD;
    }
    if (e.at < EVENT_FIRST_MS || e.at > c->now + EVENT_AHEAD_MS)
        return REASON_TIME;
    return REASON_NONE;
}

static enum reason judge_review(struct wire_list *list, struct rejection *out)
{
    struct wire_review r;
    enum reason why = wire_next_review(list, &r);

    memcpy(out->id, r.id, ID_SIZE);
    out->entry = r.entry;
    if (why == REASON_NONE && utf8_valid(r.reason, r.reason_len) < r.reason_len)
        why = REASON_COMMENT;
    return why;
}

static enum reason judge_sample(struct rules *rules, const struct check *c,
                                struct wire_list *list, struct rejection *out)
{
    struct wire_sample s;
    enum reason why = wire_next_sample(list, &s);
    const char *wrong;

    memcpy(out->id, s.id, ID_SIZE);
    if (why != REASON_NONE)
        return why;
    if (!catalog_newest(&rules->catalog, s.survey))
        return REASON_SURVEY;
    why = check_sample(c, &s, &wrong);
    if (why == REASON_FIELD)
        list->wrong = wrong;
    return why;
}

static enum reason judge_one(struct rules *rules, struct check *c,
                             struct wire_list *list, struct batch *b,
                             struct rejection *out)
{
    const uint8_t *id;

    switch (b->request.type) {
    case RIGHT_SUBMIT:
        return judge_submission(rules, c, list, b, out);
    case RIGHT_INVITE:
        return judge_invitation(rules, c, list, out);
    case RIGHT_EVENT:
        return judge_event(c, list, out);
    case RIGHT_REVIEW:
        return judge_review(list, out);
    case RIGHT_SAMPLE:
        return judge_sample(rules, c, list, out);
    default:
        assert(b->request.type == RIGHT_ERASE);
        return wire_next_id(list, &id);
    }
}

/* The wire has no place for it.  A line a message: its elements are mostly
 * wrong in the same way. */
static void tell_field(const struct batch *b, const struct rejection *r,
                       const char *wrong, bool *told)
{
    if (*told || r->reason != REASON_FIELD || !wrong)
        return;
    log_event(LEVEL_DEBUG, "field_refused", "client=%s index=%u field=\"%s\"",
              b->client->name, (unsigned)r->index, wrong);
    *told = true;
}

/* Each element is refused alone; a message that has nothing left for the store
 * is answered at once. */
static enum judgement judge_list(struct rules *rules, const struct survey *s,
                                 struct batch *b, enum reason *why)
{
    struct wire_list list = b->request.list;
    const size_t count = list.count;
    struct check c = {
        .client = b->client, .survey = s, .codes = rules->codes, .now = b->now};
    bool told = false;

    *why = REASON_BUSY;
    if (batch_reserve(b, count) != ST_OK)
        return JUDGED_REFUSED;
    for (uint32_t i = 0; i < count; i++) {
        struct rejection r = {.index = i};

        r.reason = judge_one(rules, &c, &list, b, &r);
        tell_field(b, &r, list.wrong, &told);
        if (r.reason != REASON_NONE)
            batch_reject(b, &r);
    }
    b->refused = b->ack.rejections;
    if (b->refused < count || b->request.respondent)
        return JUDGED_TO_KEEP;
    return wire_ack(&b->ack, &b->reply) == ST_OK ? JUDGED_ANSWERED
                                                 : JUDGED_REFUSED;
}

/* ---- by type ---- */

static enum judgement judge_submit(struct rules *rules, struct batch *b,
                                   enum reason *why)
{
    const struct survey *s =
        catalog_version(&rules->catalog, b->request.version);

    if (s && streq(s->code, b->request.survey))
        return judge_list(rules, s, b, why);
    *why = catalog_newest(&rules->catalog, b->request.survey)
               ? REASON_SURVEY_VERSION
               : REASON_SURVEY;
    return JUDGED_REFUSED;
}

static enum judgement judge_describe(struct rules *rules, struct batch *b,
                                     enum reason *why)
{
    const struct survey *newest =
        catalog_newest(&rules->catalog, b->request.survey);
    const struct survey *s =
        b->request.version
            ? catalog_version(&rules->catalog, b->request.version)
            : newest;

    *why = newest ? REASON_SURVEY_VERSION : REASON_SURVEY;
    if (!s || !streq(s->code, b->request.survey))
        return JUDGED_REFUSED;
    *why = REASON_BUSY;
    return wire_survey(b->request.batch, s, &b->reply) == ST_OK
               ? JUDGED_ANSWERED
               : JUDGED_REFUSED;
}

static enum judgement judge_define(struct rules *rules, struct batch *b,
                                   enum reason *why, struct err *err)
{
    enum status st =
        survey_parse(b->request.survey, b->request.yaml.data,
                     b->request.yaml.len, NULL, NULL, &b->define, err);
    const struct survey *known;

    *why = st == ST_NOMEM ? REASON_BUSY : REASON_DEFINITION;
    if (st != ST_OK)
        return JUDGED_REFUSED;
    if (!streq(b->define->code, b->request.survey)) {
        (void)err_set(err, ST_INVALID, "the definition is that of '%s'",
                      b->define->code);
        return JUDGED_REFUSED;
    }
    known = catalog_version(&rules->catalog, b->define->version);
    if (!known || known != catalog_newest(&rules->catalog, known->code))
        return JUDGED_TO_KEEP;
    *why = REASON_BUSY;
    return wire_defined(b->request.batch, b->define, &b->reply) == ST_OK
               ? JUDGED_ANSWERED
               : JUDGED_REFUSED;
}

static enum judgement judge_order(struct rules *rules, struct batch *b,
                                  enum reason *why, struct err *err)
{
    const struct wire_request *r = &b->request;
    const struct check c = {.client = b->client, .now = b->now};
    const struct survey *s = catalog_version(&rules->catalog, r->plan.version);
    const char *wrong = NULL;

    *why = REASON_NONE;
    if (r->action == ACTION_DRAFT)
        *why = check_plan(&c, &r->plan, &wrong);
    else if (streq(r->campaign, "*") && r->action != ACTION_PAUSE)
        wrong = "campaign"; /* only a pause is of all of them */
    if (wrong) {
        *why = REASON_FIELD;
        (void)err_set(err, ST_INVALID, "%s", wrong);
    }
    if (*why == REASON_NONE && r->action == ACTION_DRAFT &&
        (!s || !streq(s->code, r->plan.survey)))
        *why = catalog_newest(&rules->catalog, r->plan.survey)
                   ? REASON_SURVEY_VERSION
                   : REASON_SURVEY;
    return *why == REASON_NONE ? JUDGED_TO_KEEP : JUDGED_REFUSED;
}

enum judgement judge(struct rules *rules, const struct letter *letter,
                     struct batch *b, enum reason *why, struct err *err)
{
    err->text[0] = '\0';
    b->now = letter->now;
    *why = wire_read_request(letter->data, letter->len, &b->request);
    b->ack.batch = b->request.batch;
    if (b->request.wrong)
        (void)err_set(err, ST_INVALID, "%s", b->request.wrong);
    if (*why != REASON_NONE)
        return JUDGED_REFUSED;
    *why = REASON_IDENTITY;
    b->client =
        letter->user ? clients_find(rules->clients, letter->user) : NULL;
    if (!b->client)
        return JUDGED_REFUSED;
    *why = REASON_RIGHTS;
    if (!(b->client->types & 1u << b->request.type))
        return JUDGED_REFUSED;
    b->clients = clients_share(rules->clients);
    switch (b->request.type) {
    case RIGHT_SUBMIT:
        return judge_submit(rules, b, why);
    case RIGHT_DESCRIBE:
        return judge_describe(rules, b, why);
    case RIGHT_DEFINE:
        return judge_define(rules, b, why, err);
    case RIGHT_CAMPAIGN:
        return judge_order(rules, b, why, err);
    case RIGHT_PULL:
    case RIGHT_INVITATION:
    case RIGHT_CAMPAIGNS:
    case RIGHT_OPTOUTS:
    case RIGHT_COPY:
        return JUDGED_TO_KEEP;
    default:
        return judge_list(rules, NULL, b, why);
    }
}
