/* campaign_test.c - one campaign: shares, limits, numbers, copies, memory. */
#include "campaign_fixture.h"

#include "alloc.h"

/* ---- one, without a store ---- */

static void a_canary_is_rounded_up(void **state)
{
    static const struct {
        uint64_t invitations, leased, want;
        uint32_t ppm;
    } cases[] = {{0, 0, 1, 10000},   {1, 0, 1, 10000},
                 {1, 1, 0, 10000},   {100, 0, 1, 10000},
                 {101, 0, 2, 10000}, {101, 1, 1, 10000},
                 {101, 7, 0, 10000}, {1000003, 0, 10001, 10000},
                 {3, 0, 3, 1000000}, {UINT64_MAX, 0, UINT64_MAX, 1000000},
                 {7, 0, 1, 1}};
    struct campaign c = {.state = CAMPAIGN_CANARY, .plan.canary_ms = 1};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        c.invitations = cases[i].invitations;
        c.leased = cases[i].leased;
        c.plan.canary_ppm = cases[i].ppm;
        assert_true(campaign_allows(&c) == cases[i].want);
    }
    c.state = CAMPAIGN_RUNNING;
    assert_true(campaign_allows(&c) == UINT64_MAX);
    c.state = CAMPAIGN_PAUSED;
    assert_true(campaign_allows(&c) == 0);
    c.state = CAMPAIGN_APPROVED;
    c.plan.canary_ms = 0;
    assert_true(campaign_allows(&c) == UINT64_MAX);
}

static struct campaign running(uint32_t ppm, uint32_t after)
{
    return (struct campaign){.state = CAMPAIGN_RUNNING,
                             .plan = {.opt_out_ppm = ppm,
                                      .failed_ppm = 1000000,
                                      .escalated_ppm = 1000000,
                                      .limit_after = after}};
}

static void limits_are_passed_not_reached(void **state)
{
    struct campaign c = running(20000, 100); /* 2 % */

    (void)state;
    c.sent = 99;
    for (int i = 0; i < 3; i++)
        campaign_count(&c, EVENT_OPT_OUT, NOW);
    assert_int_equal(c.state, CAMPAIGN_RUNNING); /* too few were sent */
    campaign_count(&c, EVENT_SENT, NOW + 1);     /* the hundredth */
    assert_int_equal(c.state, CAMPAIGN_PAUSED);
    assert_string_equal(c.reason, "limit of opt-outs");
    assert_int_equal(c.before, CAMPAIGN_RUNNING);
    assert_true(c.changed_at == NOW + 1 && c.changed_by[0] == '\0');
    campaign_count(&c, EVENT_OPT_OUT, NOW); /* counted, and nothing more */
    assert_true(c.opted_out == 4 && c.changed_at == NOW + 1);

    c = running(20000, 100);
    c.sent = 150;
    for (int i = 0; i < 3; i++)
        campaign_count(&c, EVENT_OPT_OUT, NOW);
    assert_int_equal(c.state, CAMPAIGN_RUNNING); /* exactly 2 % */
    campaign_count(&c, EVENT_OPT_OUT, NOW);
    assert_int_equal(c.state, CAMPAIGN_PAUSED);

    c = running(1000000, 0); /* never */
    for (int i = 0; i < 50; i++)
        campaign_count(&c, EVENT_OPT_OUT, NOW);
    assert_int_equal(c.state, CAMPAIGN_RUNNING);
    c = running(0, 0); /* at the first */
    campaign_count(&c, EVENT_OPT_OUT, NOW);
    assert_int_equal(c.state, CAMPAIGN_PAUSED);
}

static void other_events_are_not_counted(void **state)
{
    struct campaign c = running(0, 0), before = c;

    (void)state;
    for (enum event_kind k = 0; k < EVENT_KINDS; k++)
        if (k != EVENT_SENT && k != EVENT_FAILED && k != EVENT_OPT_OUT &&
            k != EVENT_ESCALATE)
            campaign_count(&c, k, NOW);
    assert_memory_equal(&c, &before, sizeof c);
}

/* ---- many ---- */

static void put_campaign(struct fixture *f, const struct campaign *c)
{
    struct buffer map = {0};
    struct err err;

    assert_int_equal(wire_pack_campaign(c, &map), ST_OK);
    assert_int_equal(store_put(f->store, TABLE_CAMPAIGNS,
                               (struct store_key){c->plan.campaign,
                                                  strlen(c->plan.campaign)},
                               map.data, map.len, &err),
                     ST_OK);
    buffer_free(&map);
}

static void numbers_are_used_again(void **state)
{
    struct fixture *f = *state;
    struct err err;

    assert_int_equal(store_begin(f->store, &err), ST_OK);
    for (uint16_t n = 1; n <= 1023; n++) {
        struct campaign c = {.plan = plan_of(f, "x"),
                             .number = n,
                             .state = CAMPAIGN_CLOSED,
                             .changed_at = NOW - DAY + n * 7 % 1023};

        (void)snprintf(c.plan.campaign, sizeof c.plan.campaign, "old-%u", n);
        if (n != 500)
            put_campaign(f, &c);
    }
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, "new"), REASON_NONE);
    assert_int_equal(campaign_now(f, "new", NOW).number, 500);
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, "newer"), REASON_NONE);
    const struct campaign newer = campaign_now(f, "newer", NOW);
    assert_int_equal(newer.number * 7 % 1023, 0);
    char name[16];
    (void)snprintf(name, sizeof name, "old-%u", newer.number);
    assert_int_equal(campaign_now(f, name, NOW).number, 0);
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, name), REASON_STATE);
}

static void not_too_many_are_open(void **state)
{
    struct fixture *f = *state;
    struct wire_list list;
    enum reason why;
    uint64_t batch;
    char name[16];

    for (int i = 0; i < CAMPAIGNS_OPEN_MAX; i++) {
        (void)snprintf(name, sizeof name, "c-%03d", i);
        assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, name), REASON_NONE);
    }
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, "one-more"), REASON_COUNT);
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, name), REASON_NONE);
    assert_int_equal(order(f, KEY_BOSS, ACTION_CLOSE, "c-007"), REASON_NONE);
    assert_int_equal(order(f, KEY_ALL, ACTION_DRAFT, "one-more"), REASON_NONE);
    assert_int_equal(campaign_now(f, "one-more", NOW).number, 257);
    f->frame.len = 0;
    assert_int_equal(wire_ask_campaigns(3, &f->frame), ST_OK);
    (void)fixture_keep_at(f, KEY_BOSS, NOW);
    assert_int_equal(wire_read_campaigns(f->batch.reply.data,
                                         f->batch.reply.len, &batch, &list,
                                         &why),
                     ST_OK);
    assert_int_equal(list.count, 257);
    for (size_t i = 0; i < 257; i++) {
        struct campaign c;

        assert_int_equal(wire_next_campaign(&list, &c), REASON_NONE);
        assert_int_equal(c.state == CAMPAIGN_CLOSED, i == 256);
    }
}

/* ---- a customer's copy ---- */

/* All entries, each as it is now, until they are erased. */
static void a_copy_has_all_entries(void **state)
{
    struct fixture *f = *state;
    struct submission s[2] = {fixture_submission(1), fixture_submission(1)};
    struct wire_copied got;
    enum reason why = REASON_NONE;
    struct submission one;

    s[1].response.context.entry = ENTRY_KEYED;
    s[1].response.comment_len = 0;
    fixture_submit(f, s, 2);
    assert_int_equal(fixture_keep(f).accepted, 2);
    f->frame.len = 0;
    assert_int_equal(wire_ask_copy(9, s[0].response.id, &f->frame), ST_OK);
    /* answers whose definition is gone are not guessed at */
    assert_int_equal(fixture_keep(f).refused, REASON_SURVEY_VERSION);
    define(f);
    assert_int_equal(fixture_keep(f).refused, REASON_NONE);
    assert_int_equal(
        wire_read_copy(f->batch.reply.data, f->batch.reply.len, &got, &why),
        ST_OK);
    assert_string_equal(got.survey, "repair");
    assert_int_equal(got.list.count, 2);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(wire_next_submission(&got.list, &one), REASON_NONE);
        assert_int_equal(one.response.context.entry, k ? ENTRY_KEYED : 0);
        assert_int_equal(one.response.comment_len, k ? 0 : 3);
        assert_memory_equal(one.response.answers, s[k].response.answers,
                            REPAIR_SIZE);
    }
    f->frame.len = 0;
    assert_int_equal(wire_erase(9, s[0].response.id, 1, NULL, &f->frame),
                     ST_OK);
    (void)fixture_keep(f);
    f->frame.len = 0;
    assert_int_equal(wire_ask_copy(9, s[0].response.id, &f->frame), ST_OK);
    (void)fixture_keep(f);
    assert_int_equal(
        wire_read_copy(f->batch.reply.data, f->batch.reply.len, &got, &why),
        ST_OK);
    assert_true(got.list.count == 0 && !got.version);
}

/* ---- memory ---- */

static enum status apply_batch(void *ctx)
{
    struct fixture *f = ctx;
    struct err err = {""};
    enum status st;

    buffer_free(&f->batch.reply); /* or it would be there already */
    buffer_free(&f->shelf.map);
    campaigns_free(&f->shelf.campaigns);
    st = store_begin(f->store, &err);
    if (st == ST_OK)
        st = apply(&f->shelf, &f->batch, &err);
    store_rollback(f->store);
    return st;
}

static void torture(struct fixture *f)
{
    enum reason why;

    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_torture(apply_batch, f);
    f->frame.len = 0;
}

static void memory_may_run_out(void **state)
{
    struct fixture *f = *state;
    const struct campaign_plan p = plan_of(f, "z");
    const struct campaign_order draft = {.plan = &p};
    const struct campaign_order all = {.action = ACTION_PAUSE, .campaign = "*"};
    struct invitation i = fixture_invitation(f, 90);
    struct submission s = fixture_submission(1);
    struct wire_event e = {
        .kind = EVENT_OPT_OUT, .at = NOW, .text = "TD", .text_len = 2};
    struct wire_sample cell = {.at = NOW,
                               .event_at = NOW,
                               .context = {.frame = FRAME_INVITED},
                               .survey = "repair",
                               .campaign = "a"};

    approved(f, "a");
    invite(f, "a", 0, 3);
    define(f);
    fixture_submit(f, &s, 1);
    (void)fixture_keep(f);
    f->frame.len = 0;
    memset(e.id, 1, ID_SIZE);
    memcpy(e.invitation, fixture_invitation(f, 1).id, ID_SIZE);
    assert_int_equal(wire_events(1, &e, 1, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_events(1, &e, 1, &f->frame), ST_OK);
    (void)fixture_keep(f);
    f->frame.len = 0;
    assert_int_equal(wire_campaign(1, &draft, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_campaign(1, &all, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_ask_campaigns(1, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_ask_optouts(1, NULL, 9, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_ask_copy(1, s.response.id, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_ask(1, s.response.id, &f->frame), ST_OK);
    torture(f);
    assert_int_equal(wire_pull(1, 9, &f->frame), ST_OK);
    torture(f);
    memcpy(i.campaign, "a", 1);
    assert_int_equal(wire_invite(1, &i, 1, &f->frame), ST_OK);
    torture(f);
    memset(cell.id, 5, ID_SIZE);
    assert_int_equal(wire_samples(1, &cell, 1, &f->frame), ST_OK);
    torture(f);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_canary_is_rounded_up),
        cmocka_unit_test(limits_are_passed_not_reached),
        cmocka_unit_test(other_events_are_not_counted),
        TEST(numbers_are_used_again),
        TEST(not_too_many_are_open),
        TEST(a_copy_has_all_entries),
        TEST(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
