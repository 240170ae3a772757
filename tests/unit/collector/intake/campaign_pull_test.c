/* campaign_pull_test.c - who is asked, of which campaign, and who no more. */
#include "campaign_fixture.h"

static void the_canary_begins_with_its_first_message(void **state)
{
    struct fixture *f = *state;
    struct given got;

    approved(f, "a");
    assert_int_equal(pull_at(f, 9, NOW).all, 0); /* nothing to begin with */
    assert_int_equal(campaign_now(f, "a", NOW).state, CAMPAIGN_APPROVED);
    invite(f, "a", 0, 25);
    got = pull_at(f, 100, NOW);
    assert_int_equal(got.all, 3); /* 10 % of 25 */
    assert_int_equal(campaign_now(f, "a", NOW).state, CAMPAIGN_CANARY);
    assert_int_equal(campaign_now(f, "a", NOW + DAY).state, CAMPAIGN_CANARY);
    happened(f, EVENT_FAILED, got.last, NOW + DAY);
    assert_int_equal(campaign_now(f, "a", NOW + DAY + 59999).state,
                     CAMPAIGN_CANARY);
    assert_int_equal(campaign_now(f, "a", NOW + DAY + 60000).state,
                     CAMPAIGN_RUNNING);
    /* two leases have run out meanwhile: those are no part of the share */
    got = pull_at(f, 100, NOW + DAY);
    assert_int_equal(got.all, 2);
    assert_int_equal(campaign_now(f, "a", NOW).leased, 3);
    assert_int_equal(pull_at(f, 100, NOW + DAY + 60000).all, 22);
}

/* Whoever cannot be asked any more leaves the place to another. */
static void a_canary_is_not_used_up_unsent(void **state)
{
    struct fixture *f = *state;
    struct given got;

    approved(f, "a");
    invite(f, "a", 0, 7);
    for (int i = 0; i < 3; i++) {
        got = pull_at(f, 100, NOW);
        assert_int_equal(got.all, 1);
        assert_int_equal(pull_at(f, 100, NOW).all, 0);
        happened(f, EVENT_DISPOSITION, got.last, NOW);
    }
    got = pull_at(f, 100, NOW);
    assert_int_equal(got.all, 1);
    happened(f, EVENT_SENT, got.last, NOW);
    happened(f, EVENT_DISPOSITION, got.last, NOW);
    assert_int_equal(pull_at(f, 100, NOW).all, 0);
    assert_int_equal(pull_at(f, 100, NOW + 60000).all, 3);
}

static void word(struct fixture *f, enum event_kind kind, const uint8_t *id,
                 int64_t now)
{
    struct ack ack = happened(f, kind, id, now);

    assert_int_equal(ack.accepted, 1);
}

/* However often one customer opts out and in again. */
static void who_opts_out_is_counted_once(void **state)
{
    struct fixture *f = *state;
    struct given got;

    approved(f, "a");
    invite(f, "a", 0, 20);
    got = pull_at(f, 100, NOW);
    for (int i = 0; i < 9; i++) {
        word(f, EVENT_OPT_OUT, got.last, NOW + 2 * i);
        word(f, EVENT_OPT_IN, got.last, NOW + 2 * i + 1);
    }
    assert_int_equal(campaign_now(f, "a", NOW).opted_out, 1);
    word(f, EVENT_OPT_OUT, fixture_invitation(f, 0).id, NOW);
    assert_int_equal(campaign_now(f, "a", NOW).opted_out, 2);
}

/* A pull takes nothing of those that may not send, and what is of none. */
static void a_pull_passes_over_the_paused(void **state)
{
    static const char *const names[] = {"a", "b", "c"};
    struct fixture *f = *state;
    struct given got;

    for (unsigned k = 0; k < 3; k++) {
        approved(f, names[k]);
        invite(f, names[k], 1000 * k, 100);
    }
    invite(f, "", 5000, 7);
    assert_int_equal(order(f, KEY_BOSS, ACTION_PAUSE, "a"), REASON_NONE);
    assert_int_equal(order(f, KEY_BOSS, ACTION_CLOSE, "b"), REASON_NONE);
    got = pull_at(f, 1000, NOW);
    assert_int_equal(got.of[2], 10);
    assert_int_equal(got.all, 17);
    assert_int_equal(order(f, KEY_BOSS, ACTION_RESUME, "a"), REASON_NONE);
    got = pull_at(f, 1000, NOW);
    assert_true(got.of[0] == 10 && got.all == 10);
}

/* Without canaries: equal shares, and who needs less leaves it to the rest. */
static void shares_are_equal(void **state)
{
    static const unsigned many[] = {100, 10, 100};
    struct fixture *f = *state;
    struct given got;

    for (size_t k = 0; k < 3; k++) {
        const char name[] = {(char)('a' + k), '\0'};
        struct campaign_plan p = plan_of(f, name);
        const struct campaign_order o = {.plan = &p};

        p.canary_ms = 0;
        assert_int_equal(order_at(f, KEY_ALL, &o, NOW), REASON_NONE);
        assert_int_equal(order(f, KEY_BOSS, ACTION_APPROVE, name), REASON_NONE);
        invite(f, name, 1000 * (unsigned)(k + 1), many[k]);
    }
    got = pull_at(f, 60, NOW);
    assert_true(got.of[0] == 25 && got.of[1] == 10 && got.of[2] == 25);
    got = pull_at(f, 3, NOW);
    assert_int_equal(got.all, 3);
    assert_int_equal(campaign_now(f, "b", NOW).state, CAMPAIGN_RUNNING);
    got = pull_at(f, 1000, NOW);
    assert_int_equal(got.all, 147);
    assert_int_equal(pull_at(f, 1000, NOW).all, 0);
}

static void a_rollback_leaves_no_trace(void **state)
{
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1);
    struct err err = {""};
    enum reason why;

    approved(f, "a");
    memcpy(i.campaign, "a", 1);
    f->frame.len = 0;
    assert_int_equal(wire_invite(5, &i, 1, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    for (int try = 0; try < 3; try++) {
        assert_int_equal(store_begin(f->store, &err), ST_OK);
        assert_int_equal(apply(&f->shelf, &f->batch, &err), ST_OK);
        assert_int_equal(f->batch.ack.accepted, 1);
        store_rollback(f->store);
        campaigns_forget(&f->shelf.campaigns);
        assert_int_equal(campaign_now(f, "a", NOW).invitations, 0);
    }
    assert_int_equal(fixture_keep(f).accepted, 1);
    assert_int_equal(campaign_now(f, "a", NOW).invitations, 1);
    assert_int_equal(fixture_keep(f).duplicate, 1);
    assert_int_equal(campaign_now(f, "a", NOW).invitations, 1);
}

/* ---- withdrawal ---- */

static enum invitation_state asked(struct fixture *f, const uint8_t *id,
                                   int64_t now)
{
    struct wire_invitation_state got;
    enum reason why;

    f->frame.len = 0;
    assert_int_equal(wire_ask(9, id, &f->frame), ST_OK);
    (void)fixture_keep_at(f, KEY_ALL, now);
    assert_int_equal(
        wire_read_state(f->batch.reply.data, f->batch.reply.len, &got, &why),
        ST_OK);
    return (enum invitation_state)got.invitation.state;
}

static bool sweep(struct fixture *f, size_t max, int64_t now)
{
    struct campaigns *c = &f->shelf.campaigns;
    struct err err = {""};
    bool any = false;

    campaigns_begin(c, now);
    assert_int_equal(pull_overdue(c, &any, &err), ST_OK);
    if (!any)
        return false;
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(pull_sweep(c, max, &err), ST_OK);
    assert_int_equal(campaigns_save(c, &err), ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    campaigns_tell(c);
    return true;
}

static void closed_campaigns_are_swept(void **state)
{
    struct fixture *f = *state;
    struct campaign_plan p = plan_of(f, "a");
    const struct campaign_order o = {.plan = &p};
    struct invitation i;
    struct given got;
    struct err err;

    p.closes_at = NOW + DAY;
    assert_int_equal(order_at(f, KEY_ALL, &o, NOW), REASON_NONE);
    assert_int_equal(order(f, KEY_BOSS, ACTION_APPROVE, "a"), REASON_NONE);
    approved(f, "b");
    invite(f, "a", 0, 50);
    invite(f, "b", 1000, 50);
    got = pull_at(f, 5, NOW);
    assert_false(sweep(f, 100, NOW + DAY - 1));
    i = fixture_invitation(f, 49);
    assert_int_equal(asked(f, i.id, NOW + DAY - 1), INVITATION_OPEN);
    assert_int_equal(asked(f, i.id, NOW + DAY), INVITATION_CLOSED);
    assert_int_equal(pull_at(f, 100, NOW + DAY).of[0], 0);
    assert_int_equal(campaign_now(f, "a", NOW).state, CAMPAIGN_CLOSED);
    assert_true(sweep(f, 30, NOW + DAY));
    assert_int_equal(fixture_rows(f, TABLE_DUE), 70);
    assert_true(sweep(f, 30, NOW + DAY));
    assert_false(sweep(f, 30, NOW + DAY));
    assert_int_equal(fixture_rows(f, TABLE_DUE), 50);
    assert_int_equal(invitation_find(f->store, i.id, &f->shelf.map, &i, &err),
                     ST_OK);
    assert_true(i.state == INVITATION_CLOSED && i.contact_len == 0);
    assert_true(got.of[0] > 0);
    i = fixture_invitation(f, 0);
    assert_int_equal(asked(f, i.id, NOW + DAY), INVITATION_OPEN);
}

/* ---- what should not be there ---- */

static void a_damaged_campaign_sends_nothing(void **state)
{
    struct fixture *f = *state;
    struct err err;

    approved(f, "a");
    invite(f, "a", 0, 5);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(store_put(f->store, TABLE_CAMPAIGNS,
                               (struct store_key){"a", 1}, "\x91", 1, &err),
                     ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    assert_int_equal(pull_at(f, 9, NOW).all, 0);
    assert_int_equal(order(f, KEY_BOSS, ACTION_PAUSE, "a"), REASON_NOT_FOUND);
    assert_int_equal(order(f, KEY_BOSS, ACTION_PAUSE, "*"), REASON_NONE);
    assert_int_equal(
        happened(f, EVENT_SENT, fixture_invitation(f, 1).id, NOW).accepted, 1);
    assert_false(sweep(f, 9, NOW));
    assert_int_equal(asked(f, fixture_invitation(f, 2).id, NOW),
                     INVITATION_OPEN);
}

/* What was due in a store of the first schema is of no campaign, whatever its
 * invitation says. */
static void what_was_due_before_is_given_out(void **state)
{
    static const uint8_t zero[2] = {0};
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1);
    struct buffer map = {0}, key = {0};
    struct err err;

    memcpy(i.campaign, "never", 5);
    assert_int_equal(wire_pack_invitation(&i, &map), ST_OK);
    assert_int_equal(buffer_add(&key, i.gateway, strlen(i.gateway) + 1), ST_OK);
    assert_int_equal(buffer_add(&key, zero, 2), ST_OK);
    assert_int_equal(buffer_reserve(&key, 8 + ID_SIZE), ST_OK);
    bytes_put64(key.data + key.len, (uint64_t)i.due_at);
    memcpy(key.data + key.len + 8, i.id, ID_SIZE);
    key.len += 8 + ID_SIZE;
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(store_put(f->store, TABLE_INVITATIONS,
                               (struct store_key){i.id, ID_SIZE}, map.data,
                               map.len, &err),
                     ST_OK);
    assert_int_equal(store_put(f->store, TABLE_DUE,
                               (struct store_key){key.data, key.len}, "", 0,
                               &err),
                     ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    assert_int_equal(pull_at(f, 9, NOW).all, 1);
    assert_int_equal(pull_at(f, 9, NOW).all, 0);
    buffer_free(&map);
    buffer_free(&key);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_canary_begins_with_its_first_message),
        TEST(a_canary_is_not_used_up_unsent),
        TEST(who_opts_out_is_counted_once),
        TEST(a_pull_passes_over_the_paused),
        TEST(shares_are_equal),
        TEST(a_rollback_leaves_no_trace),
        TEST(closed_campaigns_are_swept),
        TEST(a_damaged_campaign_sends_nothing),
        TEST(what_was_due_before_is_given_out),
    };

    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
