/* campaign_fixture.h - campaigns, invitations and events over the wire, as the
 * tests of campaigns share them. */
#ifndef TESTS_CAMPAIGN_FIXTURE_H
#define TESTS_CAMPAIGN_FIXTURE_H

#include "fixture.h"

#include "definitions.h"
#include "invitations.h"
#include "pull.h"

#define DAY INT64_C(86400000)

static inline struct campaign_plan plan_of(const struct fixture *f,
                                           const char *name)
{
    struct campaign_plan p = {.purpose = PURPOSE_INSTANT,
                              .canary_ppm = 100000,
                              .canary_ms = 60000,
                              .opt_out_ppm = 1000000,
                              .failed_ppm = 1000000,
                              .escalated_ppm = 1000000};

    (void)snprintf(p.campaign, sizeof p.campaign, "%s", name);
    memcpy(p.survey, "repair", 6);
    memcpy(p.version, fixture_repair(f)->version, HASH_SIZE);
    memset(p.plan, 9, HASH_SIZE);
    return p;
}

/* REASON_NONE, or why the order was refused. */
static inline enum reason order_at(struct fixture *f, const char *key,
                                   const struct campaign_order *o, int64_t now)
{
    enum reason why = REASON_NONE;

    f->frame.len = 0;
    assert_int_equal(wire_campaign(7, o, &f->frame), ST_OK);
    if (fixture_judge_at(f, key, now, &why) == JUDGED_REFUSED)
        return why;
    return fixture_keep_at(f, key, now).refused;
}

static inline enum reason order(struct fixture *f, const char *key,
                                enum campaign_action action, const char *name)
{
    const struct campaign_plan p = plan_of(f, name);
    const struct campaign_order o = {
        .action = action, .campaign = name, .plan = &p};

    return order_at(f, key, &o, NOW);
}

static inline void approved(struct fixture *f, const char *name)
{
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, name), REASON_NONE);
    assert_int_equal(order(f, KEY_BOSS, ACTION_APPROVE, name), REASON_NONE);
}

static inline struct campaign campaign_now(struct fixture *f, const char *name,
                                           int64_t now)
{
    struct campaign *c;
    struct err err = {""};

    campaigns_begin(&f->shelf.campaigns, now);
    assert_int_equal(campaigns_find(&f->shelf.campaigns, name, &c, &err),
                     ST_OK);
    return *c;
}

/* `count` of a campaign; their ids begin at `from`. */
static inline void invite(struct fixture *f, const char *name, unsigned from,
                          unsigned count)
{
    static struct invitation list[512];

    for (unsigned i = 0; i < count; i++) {
        list[i] = fixture_invitation(f, from + i);
        list[i].due_at = NOW - 1;
        memset(list[i].campaign, 0, sizeof list[i].campaign);
        memcpy(list[i].campaign, name, strlen(name));
    }
    f->frame.len = 0;
    assert_int_equal(wire_invite(5, list, count, &f->frame), ST_OK);
    assert_int_equal(fixture_keep(f).accepted, count);
}

/* How many of each campaign ("a", "b" ...) a pull gives. */
struct given {
    size_t of[26], all;
    uint8_t last[ID_SIZE];
};

static inline struct given pull_at(struct fixture *f, uint32_t max, int64_t now)
{
    struct given got = {.all = 0};
    enum reason why;
    uint64_t batch;
    struct wire_list list;

    f->frame.len = 0;
    assert_int_equal(wire_pull(8, max, &f->frame), ST_OK);
    (void)fixture_keep_at(f, KEY_ALL, now);
    assert_int_equal(wire_read_invitations(f->batch.reply.data,
                                           f->batch.reply.len, &batch, &list,
                                           &why),
                     ST_OK);
    for (; list.count > 0; got.all++) {
        struct invitation i;

        assert_int_equal(wire_next_invitation(&list, &i), REASON_NONE);
        memcpy(got.last, i.id, ID_SIZE);
        if (*i.campaign)
            got.of[i.campaign[0] - 'a']++;
    }
    return got;
}

static inline struct ack happened(struct fixture *f, enum event_kind kind,
                                  const uint8_t *id, int64_t now)
{
    static uint8_t n;
    struct wire_event e = {.kind = (uint8_t)kind, .at = now};

    memset(e.id, ++n, ID_SIZE);
    memcpy(e.invitation, id, ID_SIZE);
    f->frame.len = 0;
    assert_int_equal(wire_events(6, &e, 1, &f->frame), ST_OK);
    return fixture_keep_at(f, KEY_ALL, now);
}

static inline void define(struct fixture *f)
{
    struct err err = {""};

    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(definition_store(f->store, fixture_repair(f), &err),
                     ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
}

#endif
