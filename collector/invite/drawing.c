/* drawing.c - see drawing.h: what is there before a row is read. */
#include "drawing.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "ask.h"
#include "collector/contact.h"
#include "settings.h"
#include "spool.h"

/* ---- files ---- */

static enum status load_codes(struct drawing *d, struct err *err)
{
    const char *org = *invite_settings.org ? invite_settings.org : NULL;
    char path[4096];
    enum status st = codes_load(invite_settings.codes, org, &d->codes, err);

    (void)snprintf(path, sizeof path, "%s/aliases.csv", invite_settings.codes);
    if (st == ST_OK && access(path, F_OK) == 0)
        st = aliases_load(path, &d->aliases, err);
    return st;
}

static enum status load_feed(struct drawing *d, struct err *err)
{
    enum status st = ST_OK;

    d->path = d->options->feed;
    if (streq(d->path, "-")) {
        if (d->options->skip_bad)
            return err_set(err, ST_INVALID,
                           "--skip-bad keeps what is wrong beside the feed: it "
                           "needs a file");
        st = spool_input(invite_settings.outbox, &d->spool, err);
        if (st != ST_OK)
            return st;
        (void)snprintf(d->spooled, sizeof d->spooled, "/proc/self/fd/%d",
                       d->spool);
        d->path = d->spooled;
    }
    return source_read(d->path, &d->source, err);
}

enum status drawing_prepare(struct drawing *d, const struct drawing_options *o,
                            struct err *err)
{
    enum status st;

    *d = (struct drawing){.options = o, .now = invite_clock(), .spool = -1};
    st = plan_load(o->plan, &d->plan, err);
    if (st == ST_OK)
        st = contact_public_load(d->plan->contact_key, d->contact_key, err);
    if (st == ST_OK)
        st = person_key_load(invite_settings.hash_key, &d->person, err);
    if (st == ST_OK)
        st = token_key_load(invite_settings.token_key, &d->token_key, err);
    if (st == ST_OK)
        st = load_codes(d, err);
    if (st == ST_OK)
        st = load_feed(d, err);
    if (st == ST_OK)
        st = invite_connect(true, &d->sender, err);
    if (st == ST_OK)
        state_open(&d->state, sender_table(d->sender), d->plan->wire.campaign);
    return st;
}

void drawing_free(struct drawing *d)
{
    sender_close(&d->sender);
    state_close(&d->state);
    audience_free(&d->audience);
    optouts_free(&d->optouts);
    survey_free(&d->survey);
    codes_free(&d->codes);
    aliases_free(&d->aliases);
    plan_free(&d->plan);
    buffer_free(&d->closed);
    bad_free(&d->bad);
    if (d->spool >= 0)
        close(d->spool);
    sodium_memzero(&d->person, sizeof d->person);
    sodium_memzero(&d->token_key, sizeof d->token_key);
}

/* ---- the collector ---- */

static enum status meet(void *ctx, const struct campaign *c)
{
    struct drawing *d = ctx;

    if (streq(c->plan.campaign, d->plan->wire.campaign))
        d->campaign = *c;
    return c->state == CAMPAIGN_CLOSED
               ? buffer_add(&d->closed, c->plan.campaign,
                            strlen(c->plan.campaign) + 1)
               : ST_OK;
}

/* Who approved it approved this file, and an earlier draw's numbers are in
 * this state: else two people would get one token. */
static enum status check_campaign(struct drawing *d, struct err *err)
{
    const struct campaign *c = &d->campaign;
    const char *name = d->plan->wire.campaign;
    uint32_t serial = 0;
    enum status st;

    if (!c->number)
        return err_set(err, ST_NOTFOUND,
                       "the collector knows no campaign '%s': draft it", name);
    if (c->state == CAMPAIGN_DRAFT)
        return err_set(err, ST_REFUSED, "%s: nobody has approved it", name);
    if (c->state == CAMPAIGN_CLOSED ||
        (c->plan.closes_at && c->plan.closes_at <= d->now))
        return err_set(err, ST_REFUSED, "%s: is closed", name);
    if (memcmp(c->plan.plan, d->plan->wire.plan, HASH_SIZE) != 0)
        return err_set(err, ST_REFUSED,
                       "%s: is not the file that was approved as '%s'",
                       d->plan->path, name);
    st = state_serial(&d->state, c->number, &serial, err);
    if (st == ST_OK && c->invitations > serial)
        return err_set(err, ST_REFUSED,
                       "%s: the collector has %llu invitations of '%s', of "
                       "which this outbox knows %u: it is not the one that "
                       "drew them",
                       invite_settings.outbox,
                       (unsigned long long)c->invitations, name, serial);
    return st;
}

/* The plan's seed, else the one that an earlier draw of the campaign made, else
 * a new one, which is on disk before anything hangs on it. */
static enum status find_seed(struct drawing *d, struct err *err)
{
    const char *name = d->plan->wire.campaign;
    uint8_t *seed = d->audience.seed;
    enum status st = state_seed(&d->state, name, seed, err);

    if (st != ST_NOTFOUND)
        return st;
    if (d->plan->seeded)
        memcpy(seed, d->plan->seed, PLAN_SEED_SIZE);
    else
        randombytes_buf(seed, PLAN_SEED_SIZE);
    if (d->options->only_look)
        return ST_OK;
    st = sender_begin(d->sender, err);
    if (st != ST_OK)
        return st;
    st = state_put_seed(&d->state, name, seed, err);
    if (st == ST_OK)
        return sender_commit(d->sender, err);
    sender_rollback(d->sender);
    return st;
}

enum status drawing_ask(struct drawing *d, struct err *err)
{
    const struct campaign_plan *wire = &d->plan->wire;
    const uint8_t *version =
        d->options->only_look && !d->plan->version_given ? NULL : wire->version;
    struct audience *a = &d->audience;
    enum status st = ask_campaigns(d->sender, meet, d, err);

    if (st == ST_OK && !d->options->only_look) {
        st = check_campaign(d, err);
        version = d->campaign.plan.version;
    }
    if (st == ST_OK)
        st = ask_survey(d->sender, wire->survey, version, &d->survey, err);
    if (st == ST_OK)
        st = plan_fits(d->plan, d->survey, err);
    if (st == ST_OK)
        st = optouts_fetch(d->sender, ask_ms(), &d->optouts, err);
    if (st == ST_OK)
        st = find_seed(d, err);
    if (st != ST_OK)
        return st;
    a->plan = d->plan;
    a->survey = d->survey;
    a->optouts = &d->optouts;
    a->state = &d->state;
    a->asked_at = d->plan->start_at > d->now ? d->plan->start_at : d->now;
    randombytes_buf(a->cells.key, sizeof a->cells.key);
    return ST_OK;
}
