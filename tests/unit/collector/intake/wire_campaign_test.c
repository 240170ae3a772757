/* wire_campaign_test.c - campaigns, samples, opt-outs and copies there and
 * back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "wire_samples.h"
#include "wire_words.h"

static void samples_come_back(void **state)
{
    const struct wire_sample list[2] = {sample_sample(1), sample_sample(2)};
    struct buffer frame = {0};
    struct wire_request r;
    struct wire_sample s;

    (void)state;
    assert_int_equal(wire_samples(4, list, 2, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_SAMPLE);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(wire_next_sample(&r.list, &s), REASON_NONE);
        assert_memory_equal(&s, &list[k], sizeof s);
    }
    assert_int_equal(wire_samples(4, list, BATCH_MAX + 1, &frame), ST_RANGE);
    buffer_free(&frame);
}

static void orders_come_back(void **state)
{
    const struct campaign c = sample_campaign(3);
    const struct campaign_order draft = {.action = ACTION_DRAFT,
                                         .plan = &c.plan};
    struct campaign_order other = {.campaign = "*", .reason = "storm in 44"};
    struct buffer frame = {0};
    struct wire_request r;

    (void)state;
    assert_int_equal(wire_campaign(31, &draft, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_CAMPAIGN);
    assert_int_equal(r.action, ACTION_DRAFT);
    assert_string_equal(r.campaign, "autumn-3");
    assert_memory_equal(&r.plan, &c.plan, sizeof r.plan);
    for (int a = ACTION_APPROVE; a < CAMPAIGN_ACTIONS; a++) {
        frame.len = 0;
        other.action = (enum campaign_action)a;
        other.plan = a == ACTION_PAUSE ? &c.plan : NULL; /* not sent */
        assert_int_equal(wire_campaign(32, &other, &frame), ST_OK);
        assert_int_equal(wire_read_request(frame.data, frame.len, &r),
                         REASON_NONE);
        assert_int_equal(r.action, a);
        assert_string_equal(r.campaign, "*");
        assert_string_equal(r.reason, "storm in 44");
    }
    frame.len = 0;
    other.reason =
        "sixty-four bytes are what a reason may have, and this is more....";
    assert_int_equal(wire_campaign(33, &other, &frame), ST_RANGE);
    other.reason = NULL;
    other.campaign = "a-name-that-is-longer-than-thirty-two";
    assert_int_equal(wire_campaign(33, &other, &frame), ST_RANGE);
    assert_int_equal(frame.len, 0);
    buffer_free(&frame);
}

static void new_questions_come_back(void **state)
{
    struct buffer frame = {0};
    struct wire_request r;
    uint8_t id[ID_SIZE];

    (void)state;
    sample_bytes(id, sizeof id, 3);
    assert_int_equal(wire_ask_campaigns(41, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_CAMPAIGNS);
    assert_int_equal(r.batch, 41);
    frame.len = 0;
    assert_int_equal(wire_ask_optouts(42, NULL, 500, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_true(r.type == RIGHT_OPTOUTS && r.max == 500 && !r.id);
    frame.len = 0;
    assert_int_equal(wire_ask_optouts(43, id, 7, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_memory_equal(r.id, id, ID_SIZE);
    frame.len = 0;
    assert_int_equal(wire_ask_copy(44, id, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_COPY);
    assert_memory_equal(r.id, id, ID_SIZE);
    buffer_free(&frame);
}

static void stored_campaigns_are_checked(void **state)
{
    const struct campaign want = sample_campaign(4);
    const struct wire_sample cell = sample_sample(4);
    struct buffer map = {0};
    struct wire_sample s;
    struct campaign c;

    (void)state;
    assert_int_equal(wire_pack_campaign(&want, &map), ST_OK);
    assert_int_equal(wire_unpack_campaign(map.data, map.len, &c), ST_OK);
    assert_memory_equal(&c, &want, sizeof c);
    assert_int_equal(wire_unpack_campaign(map.data, map.len - 1, &c),
                     ST_CORRUPT);
    map.len = 0;
    assert_int_equal(wire_pack_sample(&cell, &map), ST_OK);
    assert_int_equal(wire_unpack_sample(map.data, map.len, &s), ST_OK);
    assert_memory_equal(&s, &cell, sizeof s);
    assert_int_equal(wire_unpack_campaign(map.data, map.len, &c), ST_CORRUPT);
    assert_memory_equal(&c, &want, sizeof c);
    buffer_free(&map);
}

static void answers_of_campaigns_and_optouts(void **state)
{
    static const char text[] = "退订 ***";
    struct wire_event opt = sample_event(1), e;
    const struct campaign want = sample_campaign(9);
    struct buffer frame = {0}, maps = {0};
    enum reason why = REASON_NONE;
    struct wire_list list;
    struct campaign c;
    uint64_t batch = 0;
    bool more = false;

    (void)state;
    opt.kind = EVENT_OPT_OUT;
    opt.text = text;
    opt.text_len = sizeof text - 1;
    for (int k = 0; k < 2; k++)
        assert_int_equal(wire_pack_campaign(&want, &maps), ST_OK);
    assert_int_equal(wire_campaigns(51, &maps, 2, &frame), ST_OK);
    assert_int_equal(
        wire_read_campaigns(frame.data, frame.len, &batch, &list, &why), ST_OK);
    assert_true(batch == 51 && list.count == 2);
    while (list.count > 0) {
        assert_int_equal(wire_next_campaign(&list, &c), REASON_NONE);
        assert_memory_equal(&c, &want, sizeof c);
    }
    assert_int_equal(
        wire_read_optouts(frame.data, frame.len, &batch, &list, &more, &why),
        ST_INVALID);
    assert_int_equal(why, REASON_TYPE);
    frame.len = maps.len = 0;
    assert_int_equal(wire_pack_event(&opt, &maps), ST_OK);
    assert_int_equal(wire_optouts(52, &maps, 1, true, &frame), ST_OK);
    assert_int_equal(
        wire_read_optouts(frame.data, frame.len, &batch, &list, &more, &why),
        ST_OK);
    assert_true(batch == 52 && list.count == 1 && more);
    assert_int_equal(wire_next_event(&list, &e), REASON_NONE);
    assert_int_equal(e.text_len, sizeof text - 1);
    assert_memory_equal(e.text, text, sizeof text - 1);
    e.text = opt.text;
    assert_memory_equal(&e, &opt, sizeof e);
    buffer_free(&frame);
    buffer_free(&maps);
}

static void answers_of_copy(void **state)
{
    uint8_t answers[SAMPLE_ITEMS], version[HASH_SIZE];
    const struct submission want = sample_submission(1, answers);
    const struct survey_name name = {"tcsi-mobile", version};
    const struct survey_name long_name = {
        "a-code-that-is-longer-than-thirty-two", version};
    struct buffer frame = {0};
    enum reason why = REASON_NONE;
    struct wire_copied got;
    struct submission s;

    (void)state;
    sample_bytes(version, sizeof version, 99);
    assert_int_equal(wire_copy(61, &name, &want, 1, &frame), ST_OK);
    assert_int_equal(wire_read_copy(frame.data, frame.len, &got, &why), ST_OK);
    assert_true(got.batch == 61 && got.list.count == 1);
    assert_string_equal(got.survey, "tcsi-mobile");
    assert_memory_equal(got.version, version, HASH_SIZE);
    assert_int_equal(wire_next_submission(&got.list, &s), REASON_NONE);
    assert_memory_equal(s.response.answers, answers, SAMPLE_ITEMS);
    assert_memory_equal(s.response.salt, want.response.salt, ID_SIZE);
    frame.len = 0;
    assert_int_equal(wire_copy(62, NULL, NULL, 0, &frame), ST_OK);
    assert_int_equal(wire_read_copy(frame.data, frame.len, &got, &why), ST_OK);
    assert_true(got.batch == 62 && got.list.count == 0 && !got.version &&
                !*got.survey);
    frame.len = 0;
    assert_int_equal(wire_copy(63, &long_name, &want, 1, &frame), ST_RANGE);
    buffer_free(&frame);
}

/* All campaigns that may be open at once, each of the longest, fit a reply. */
static void the_most_campaigns_fit(void **state)
{
    struct campaign c = sample_campaign(1);
    struct buffer frame = {.max = MESSAGE_MAX}, maps = {0};

    (void)state;
    memset(c.plan.campaign, 'x', SURVEY_CODE_MAX);
    memset(c.plan.survey, 'x', SURVEY_CODE_MAX);
    memset(c.drafted_by, 'x', sizeof c.drafted_by - 1);
    memset(c.approved_by, 'x', sizeof c.approved_by - 1);
    memset(c.changed_by, 'x', sizeof c.changed_by - 1);
    memset(c.reason, 'x', sizeof c.reason - 1);
    c.leased = c.sent = c.failed = c.opted_out = c.escalated = UINT64_MAX;
    for (int k = 0; k < 256; k++)
        assert_int_equal(wire_pack_campaign(&c, &maps), ST_OK);
    assert_true(maps.len < MESSAGE_MAX - 1024);
    assert_int_equal(wire_campaigns(UINT64_MAX, &maps, 256, &frame), ST_OK);
    buffer_free(&frame);
    buffer_free(&maps);
}

static void every_word_comes_back(void **state)
{
    uint8_t got;

    (void)state;
    for (enum campaign_action a = 0; a < CAMPAIGN_ACTIONS; a++)
        assert_true(campaign_action_parse(campaign_action_name(a), &got) &&
                    got == a);
    for (enum campaign_purpose p = 0; p < PURPOSES; p++)
        assert_true(campaign_purpose_parse(campaign_purpose_name(p), &got) &&
                    got == p);
    for (enum campaign_state s = 0; s < CAMPAIGN_STATES; s++)
        assert_true(wire_parse_campaign_state(campaign_state_name(s), &got) &&
                    got == s);
    for (enum event_kind k = 0; k < EVENT_KINDS; k++)
        assert_true(wire_parse_kind(event_kind_name(k), &got) && got == k);
    for (enum exclusion e = 0; e < EXCLUDED_REASONS; e++)
        assert_non_null(exclusion_word(e));
    assert_false(campaign_action_parse("delete", &got));
    assert_false(campaign_purpose_parse("", &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back),
        cmocka_unit_test(orders_come_back),
        cmocka_unit_test(new_questions_come_back),
        cmocka_unit_test(stored_campaigns_are_checked),
        cmocka_unit_test(answers_of_campaigns_and_optouts),
        cmocka_unit_test(answers_of_copy),
        cmocka_unit_test(the_most_campaigns_fit),
        cmocka_unit_test(every_word_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
