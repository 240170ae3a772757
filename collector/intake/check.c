/* check.c - see check.h. */
#include "check.h"

#include "surveys/period.h"

#define PPM 1000000

/* The dimensions whose codes stand in tables. */
static const struct {
    enum code_table table;
    size_t offset;
} coded[] = {
    {CODES_OPERATOR, offsetof(struct context, operator)},
    {CODES_PRODUCT, offsetof(struct context, product)},
    {CODES_PROVINCE, offsetof(struct context, province)},
    {CODES_TOUCHPOINT, offsetof(struct context, touchpoint)},
    {CODES_CLASS, offsetof(struct context, class)},
    {CODES_ORG, offsetof(struct context, org)},
};

static bool codes_known(const struct codes *codes, const struct context *x,
                        int32_t day)
{
    for (size_t i = 0; i < sizeof coded / sizeof *coded; i++) {
        const char *code = (const char *)x + coded[i].offset;

        if (code[0] == '\0' ||
            (coded[i].table == CODES_ORG && codes_count(codes, CODES_ORG) == 0))
            continue;
        if (!codes_find(codes, coded[i].table, code, day))
            return false;
    }
    return true;
}

/* Why response_check refused it: the same response without what might be the
 * cause passes. */
static enum reason why_not(const struct response *r, const struct survey *s)
{
    struct response without = *r;

    if (!response_id_legal(r->id))
        return REASON_ID;
    without.comment_len = 0;
    if (response_check(&without, s, NULL) == ST_OK)
        return REASON_COMMENT;
    without.context = (struct context){0};
    memcpy(without.context.product, s->product, sizeof s->product);
    return response_check(&without, s, NULL) == ST_OK ? REASON_CODE
                                                      : REASON_ANSWERS;
}

static bool mend_time(int64_t *at, int64_t now)
{
    if (*at <= now + CLOCK_AHEAD_MS)
        return false;
    *at = now;
    return true;
}

static enum reason check_times(struct response *r, int64_t now)
{
    bool mended;

    if (r->event_at < EVENT_FIRST_MS || r->event_at > now + EVENT_AHEAD_MS ||
        r->answered_at < EVENT_FIRST_MS)
        return REASON_TIME;
    mended = mend_time(&r->answered_at, now);
    mended |= mend_time(&r->event_at, now);
    if (mended)
        r->flags |= FLAG_CLOCK;
    return REASON_NONE;
}

static enum reason check_response(const struct check *c, struct response *r)
{
    enum reason why;

    if (r->rate_ppm > PPM)
        return REASON_FIELD;
    if (!client_may(c->client, &r->context))
        return REASON_RIGHTS;
    if (response_check(r, c->survey, NULL) != ST_OK)
        return why_not(r, c->survey);
    why = check_times(r, c->now);
    if (why == REASON_NONE &&
        !codes_known(c->codes, &r->context, period_day(r->event_at)))
        why = REASON_CODE;
    return why;
}

enum reason check_submission(const struct check *c, const uint8_t salt[ID_SIZE],
                             struct submission *s)
{
    struct response *r = &s->response;

    memcpy(r->version, c->survey->version, HASH_SIZE);
    r->received_at = c->now;
    r->flags &= FLAGS_GATEWAY;
    if (bytes_zero(r->salt, ID_SIZE))
        memcpy(r->salt, salt, ID_SIZE);
    return check_response(c, r);
}

enum reason check_invitation(const struct check *c, const struct invitation *i)
{
    static const uint8_t unanswered[ITEMS_MAX];
    struct response r = {.event_at = i->event_at,
                         .answered_at = c->now,
                         .context = i->context,
                         .rate_ppm = i->rate_ppm,
                         .items = c->survey->items,
                         .answers = unanswered};
    enum reason why;

    memcpy(r.id, i->id, ID_SIZE);
    memcpy(r.version, c->survey->version, HASH_SIZE);
    why = check_response(c, &r);
    if (why == REASON_NONE &&
        (i->due_at < 0 || (i->expires_at && i->expires_at <= i->due_at)))
        why = REASON_TIME;
    return why;
}

/* ---- campaigns and what a draw took ---- */

/* Is what was not drawn accounted for? */
static bool adds_up(const struct wire_sample *s)
{
    uint64_t sum = s->eligible;

    for (size_t i = 0; i < EXCLUDED_REASONS; i++)
        if (__builtin_add_overflow(sum, s->excluded[i], &sum))
            return false;
    return sum == s->events;
}

enum reason check_sample(const struct check *c, const struct wire_sample *s,
                         const char **wrong)
{
    *wrong = s->rate_ppm > PPM        ? "rate"
             : !adds_up(s)            ? "eligible"
             : s->drawn > s->eligible ? "drawn"
                                      : NULL;
    if (*wrong)
        return REASON_FIELD;
    if (!client_may(c->client, &s->context))
        return REASON_RIGHTS;
    if (s->at < EVENT_FIRST_MS || s->at > c->now + EVENT_AHEAD_MS ||
        s->event_at < EVENT_FIRST_MS || s->event_at > c->now + EVENT_AHEAD_MS)
        return REASON_TIME;
    return codes_known(c->codes, &s->context, period_day(s->event_at))
               ? REASON_NONE
               : REASON_CODE;
}

enum reason check_plan(const struct check *c, const struct campaign_plan *p,
                       const char **wrong)
{
    *wrong = !*p->campaign || streq(p->campaign, "*")    ? "campaign"
             : p->canary_ppm == 0 || p->canary_ppm > PPM ? "canary_ppm"
             : p->opt_out_ppm > PPM                      ? "opt_out_ppm"
             : p->failed_ppm > PPM                       ? "failed_ppm"
             : p->escalated_ppm > PPM                    ? "escalated_ppm"
                                                         : NULL;
    if (*wrong)
        return REASON_FIELD;
    return p->closes_at && p->closes_at <= c->now ? REASON_TIME : REASON_NONE;
}
