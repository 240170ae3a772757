/* campaign.c - what happens to one campaign: its states, its limits. */
#include "campaigns.h"

#define PPM UINT64_C(1000000)

void campaign_turn(struct campaign *c, enum campaign_state state,
                   const char *by, const char *reason, int64_t now)
{
    if (state == CAMPAIGN_PAUSED)
        c->before = c->state;
    c->state = (uint8_t)state;
    c->changed_at = now;
    memset(c->changed_by, 0, sizeof c->changed_by);
    memcpy(c->changed_by, by, strlen(by));
    memset(c->reason, 0, sizeof c->reason);
    memcpy(c->reason, reason, strlen(reason));
}

bool campaign_sends(const struct campaign *c)
{
    return c->state == CAMPAIGN_APPROVED || c->state == CAMPAIGN_CANARY ||
           c->state == CAMPAIGN_RUNNING;
}

/* ---- the canary ---- */

uint64_t campaign_allows(const struct campaign *c)
{
    const uint64_t ppm = c->plan.canary_ppm;
    uint64_t share;

    if (!campaign_sends(c))
        return 0;
    if (c->state == CAMPAIGN_RUNNING || c->plan.canary_ms == 0)
        return UINT64_MAX;
    /* rounded up, and never all of it by overflow */
    share = c->invitations / PPM * ppm +
            (c->invitations % PPM * ppm + PPM - 1) / PPM;
    if (share == 0)
        share = 1;
    return share > c->leased ? share - c->leased : 0;
}

void campaign_leased(struct campaign *c, int64_t now)
{
    c->leased++;
    if (c->state == CAMPAIGN_APPROVED)
        campaign_turn(c, c->plan.canary_ms ? CAMPAIGN_CANARY : CAMPAIGN_RUNNING,
                      "", "", now);
}

/* ---- limits ---- */

static uint64_t *counter(struct campaign *c, enum event_kind kind)
{
    switch (kind) {
    case EVENT_SENT:
        return &c->sent;
    case EVENT_FAILED:
        return &c->failed;
    case EVENT_OPT_OUT:
        return &c->opted_out;
    case EVENT_ESCALATE:
        return &c->escalated;
    default:
        return NULL;
    }
}

/* What could not even be sent is a part of what was tried. */
static uint64_t tried(const struct campaign *c)
{
    return c->sent > c->failed ? c->sent : c->failed;
}

/* The limit that this event passed.  One that was passed before, and did not
 * keep somebody from going on, is not held against each further message: the
 * next bad one is. */
static const char *limit_passed(const struct campaign *c, enum event_kind kind)
{
    const struct {
        enum event_kind kind;
        uint64_t count;
        uint32_t ppm;
        const char *reason;
    } limits[] = {
        {EVENT_OPT_OUT, c->opted_out, c->plan.opt_out_ppm, "limit of opt-outs"},
        {EVENT_FAILED, c->failed, c->plan.failed_ppm, "limit of failures"},
        {EVENT_ESCALATE, c->escalated, c->plan.escalated_ppm,
         "limit of escalations"}};
    const uint64_t base = tried(c);
    const bool reached = (kind == EVENT_SENT || kind == EVENT_FAILED) &&
                         base == c->plan.limit_after;

    if (base < c->plan.limit_after)
        return NULL;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if ((reached || limits[i].kind == kind) && limits[i].ppm < PPM &&
            limits[i].count * PPM > limits[i].ppm * base)
            return limits[i].reason;
    return NULL;
}

void campaign_count(struct campaign *c, enum event_kind kind, int64_t now)
{
    const bool out =
        c->state == CAMPAIGN_CANARY || c->state == CAMPAIGN_RUNNING;
    uint64_t *n = counter(c, kind);
    const char *reason;

    /* over before anything was sent: without another in its place a small
     * canary would last for ever */
    if (kind == EVENT_DISPOSITION && c->plan.canary_ms && tried(c) == 0)
        c->leased -= c->leased > 0;
    if (!n)
        return;
    ++*n;
    if (c->state == CAMPAIGN_CANARY && !c->canary_at && tried(c) > 0)
        c->canary_at = now;
    reason = out ? limit_passed(c, kind) : NULL;
    if (reason)
        campaign_turn(c, CAMPAIGN_PAUSED, "", reason, now);
}

/* ---- invitations ---- */

enum reason campaign_takes(const struct campaign *c, const struct invitation *i)
{
    if (c->state == CAMPAIGN_DRAFT || c->state == CAMPAIGN_CLOSED)
        return REASON_STATE;
    if (!streq(c->plan.survey, i->survey))
        return REASON_SURVEY;
    if (memcmp(c->plan.version, i->version, HASH_SIZE) != 0)
        return REASON_SURVEY_VERSION;
    return REASON_NONE;
}
