/* desk.c - what is asked of the collector: invitations, campaigns, surveys,
 * and whether somebody may still be asked.  Replies come within sender_turn,
 * outside any transaction; what must be durable waits for the next one. */
#include <stdlib.h>

#include "collector/log.h"
#include "counters.h"
#include "state.h"

#define CAMPAIGNS_EVERY_MS 2000
#define PULL_EVERY_MS      1000
#define PULL_TIME_MS       10000
#define DESCRIBE_EVERY_MS  10000

static void complain(const char *what, enum status st, enum reason reason)
{
    if (st == ST_REFUSED)
        log_event(LEVEL_WARN, "question_refused", "question=%s reason=%s", what,
                  reason_word(reason));
}

/* ---- campaigns ---- */

static void campaigns_came(void *ctx, enum status st, const uint8_t *frame,
                           size_t len, enum reason reason)
{
    struct sms *s = ctx;
    struct wire_list list;
    uint64_t batch;

    s->campaigns_asked = false;
    if (st != ST_OK ||
        wire_read_campaigns(frame, len, &batch, &list, &reason) != ST_OK) {
        complain("campaigns", st, reason);
        return;
    }
    s->campaign_count = 0;
    while (list.count > 0 && s->campaign_count < CAMPAIGNS_MAX) {
        struct sms_campaign *to = &s->campaigns[s->campaign_count];
        struct campaign c;

        if (wire_next_campaign(&list, &c) != REASON_NONE)
            continue;
        memcpy(to->name, c.plan.campaign, sizeof to->name);
        to->state = (enum campaign_state)c.state;
        s->campaign_count++;
    }
    s->campaigns_at = s->campaigns_asked_at;
}

static const struct sms_campaign *campaign(const struct sms *s,
                                           const char *name)
{
    for (size_t i = 0; i < s->campaign_count; i++)
        if (streq(s->campaigns[i].name, name))
            return &s->campaigns[i];
    return NULL;
}

static bool fresh(const struct sms *s)
{
    return s->campaigns_at && s->now - s->campaigns_at <= FRESH_MS &&
           s->now >= s->campaigns_at;
}

bool desk_sends(const struct sms *s, const char *name)
{
    const struct sms_campaign *c = campaign(s, name);

    return fresh(s) && (*name == '\0' || (c && (c->state == CAMPAIGN_CANARY ||
                                                c->state == CAMPAIGN_RUNNING)));
}

bool desk_closed(const struct sms *s, const char *name)
{
    const struct sms_campaign *c = campaign(s, name);

    return fresh(s) && c && c->state == CAMPAIGN_CLOSED;
}

/* ---- invitations ---- */

static void pulled(void *ctx, enum status st, const uint8_t *frame, size_t len,
                   enum reason reason)
{
    struct sms *s = ctx;

    s->pulling = false;
    complain("pull", st, reason);
    /* what is lost here is due again when its lease ends */
    if (st == ST_OK && s->pulled.len == 0 &&
        buffer_add(&s->pulled, frame, len) != ST_OK)
        log_event(LEVEL_WARN, "pull_lost", NULL);
}

static void ask(struct sms *s, const struct question *q, int64_t ms,
                sender_reply_fn *fn, void *ctx, bool *asked)
{
    struct err err;

    *asked = sender_ask(s->sender, q, ms, fn, ctx, &err) == ST_OK;
}

void desk_ask(struct sms *s)
{
    const int64_t most = s->set->rate * 30;

    if (!sender_up(s->sender))
        return;
    if (!s->campaigns_asked &&
        (s->now - s->campaigns_asked_at >= CAMPAIGNS_EVERY_MS ||
         s->now < s->campaigns_asked_at)) {
        s->campaigns_asked_at = s->now;
        ask(s, &(struct question){.type = RIGHT_CAMPAIGNS}, ASK_MS,
            campaigns_came, s, &s->campaigns_asked);
    }
    if (!s->pulling && !s->backlog && s->pulled.len == 0 && fresh(s) &&
        (s->now - s->pulled_at >= PULL_EVERY_MS || s->now < s->pulled_at)) {
        s->pulled_at = s->now;
        ask(s,
            &(struct question){.type = RIGHT_PULL,
                               .max = (uint32_t)(most > 1000 ? 1000 : most)},
            PULL_TIME_MS, pulled, s, &s->pulling);
    }
}

/* ---- surveys ---- */

static struct sms_known *known(struct sms *s, const uint8_t *version)
{
    struct sms_known *free_one = NULL;

    for (size_t i = 0; i < SURVEYS_MAX; i++) {
        struct sms_known *k = &s->known[i];

        if (memcmp(k->version, version, HASH_SIZE) == 0 &&
            (k->survey || k->asked_at))
            return k;
        if (!k->survey && (!k->asked_at || s->now - k->asked_at > 60000))
            free_one = k;
    }
    if (!free_one) /* one that is on disk, and can be read again */
        for (size_t i = 0; i < SURVEYS_MAX && !free_one; i++)
            if (s->known[i].kept)
                free_one = &s->known[i];
    if (!free_one)
        return NULL;
    survey_free(&free_one->survey);
    *free_one = (struct sms_known){0};
    memcpy(free_one->version, version, HASH_SIZE);
    return free_one;
}

static void take_survey(struct sms_known *k, const char *yaml, size_t len)
{
    struct survey *survey = NULL;
    struct err err = {""};

    if (survey_parse("definition", yaml, len, NULL, NULL, &survey, &err) ==
            ST_OK &&
        memcmp(survey->version, k->version, HASH_SIZE) == 0) {
        survey_free(&k->survey);
        k->survey = survey;
        return;
    }
    log_event(LEVEL_ERROR, "definition_wrong", NULL);
    survey_free(&survey);
}

static void described(void *ctx, enum status st, const uint8_t *frame,
                      size_t len, enum reason reason)
{
    struct sms *s = ctx;
    struct wire_described d;

    complain("describe", st, reason);
    if (st != ST_OK || wire_read_survey(frame, len, &d, &reason) != ST_OK)
        return;
    for (size_t i = 0; i < SURVEYS_MAX; i++)
        if (s->known[i].asked_at && !s->known[i].survey &&
            memcmp(s->known[i].version, d.version, HASH_SIZE) == 0)
            take_survey(&s->known[i], d.yaml.data, d.yaml.len);
}

static enum status from_disk(struct sms *s, struct sms_known *k,
                             struct err *err)
{
    struct buffer yaml = {0};
    enum status st = durable_get(
        s->table, (struct durable_key){SMS_SURVEY, k->version, HASH_SIZE},
        &yaml, err);

    if (st == ST_OK) {
        take_survey(k, (const char *)yaml.data, yaml.len);
        k->kept = true;
    }
    buffer_free(&yaml);
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status desk_survey(struct sms *s, const char *code, const uint8_t *version,
                        const struct survey **out, struct err *err)
{
    struct sms_known *k = known(s, version);
    const struct survey_name name = {code, version};
    enum status st = ST_OK;
    bool asked;

    *out = NULL;
    if (!k)
        return ST_OK;
    if (!k->survey && !k->asked_at)
        st = from_disk(s, k, err);
    if (st == ST_OK && !k->survey &&
        (!k->asked_at || s->now - k->asked_at >= DESCRIBE_EVERY_MS)) {
        k->asked_at = s->now;
        ask(s, &(struct question){.type = RIGHT_DESCRIBE, .survey = &name},
            ASK_MS, described, s, &asked);
    }
    *out = k->survey;
    return st;
}

enum status desk_keep_surveys(struct sms *s, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < SURVEYS_MAX && st == ST_OK; i++) {
        struct sms_known *k = &s->known[i];

        if (!k->survey || k->kept)
            continue;
        st = durable_put(
            s->table, (struct durable_key){SMS_SURVEY, k->version, HASH_SIZE},
            k->survey->source, k->survey->source_len, err);
    }
    return st;
}

void desk_kept_surveys(struct sms *s)
{
    for (size_t i = 0; i < SURVEYS_MAX; i++)
        s->known[i].kept = s->known[i].survey != NULL;
}

/* ---- may somebody still be asked? ---- */

static void state_came(void *ctx, enum status st, const uint8_t *frame,
                       size_t len, enum reason reason)
{
    struct sms *s = ctx;
    struct wire_invitation_state state;

    complain("invitation", st, reason);
    if (st != ST_OK || wire_read_state(frame, len, &state, &reason) != ST_OK)
        return;
    for (size_t i = 0; i < CHECKS_MAX; i++) {
        struct sms_check *c = &s->checks[i];

        if (!c->used || memcmp(c->id, state.invitation.id, ID_SIZE) != 0)
            continue;
        c->told = true;
        c->at = s->now;
        c->state = (enum invitation_state)state.invitation.state;
    }
}

bool desk_state(struct sms *s, const uint8_t *id, enum invitation_state *out)
{
    struct sms_check *place = NULL;
    bool asked;

    for (size_t i = 0; i < CHECKS_MAX; i++) {
        struct sms_check *c = &s->checks[i];

        if (c->used && (s->now - c->at > FRESH_MS || s->now < c->at))
            c->used = false;
        if (!c->used)
            place = c;
        else if (memcmp(c->id, id, ID_SIZE) == 0) {
            if (c->told)
                *out = c->state;
            c->used = !c->told; /* what was said counts once */
            return c->told;
        }
    }
    if (!place)
        return false;
    ask(s, &(struct question){.type = RIGHT_INVITATION, .id = id}, ASK_MS,
        state_came, s, &asked);
    if (asked) {
        *place = (struct sms_check){.at = s->now, .used = true};
        memcpy(place->id, id, ID_SIZE);
    }
    return false;
}

void desk_free(struct sms *s)
{
    for (size_t i = 0; i < SURVEYS_MAX; i++)
        survey_free(&s->known[i].survey);
    buffer_free(&s->pulled);
}
