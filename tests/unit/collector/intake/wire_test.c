/* wire_test.c - every message there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "base/limits.h"
#include "wire_samples.h"

static uint8_t version[HASH_SIZE];

static struct buffer submit_of(size_t count)
{
    static uint8_t answers[64][SAMPLE_ITEMS];
    struct submission list[64];
    struct buffer frame = {.max = MESSAGE_MAX};
    const struct survey_name name = {"tcsi-mobile", version};

    sample_bytes(version, sizeof version, 99);
    for (size_t i = 0; i < count; i++)
        list[i] = sample_submission((unsigned)i, answers[i]);
    assert_int_equal(wire_submit(UINT64_MAX - 3, &name, list, count, &frame),
                     ST_OK);
    return frame;
}

static void submit_keeps_every_field(void **state)
{
    struct buffer frame = submit_of(3);
    struct wire_request r;

    (void)state;
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_SUBMIT);
    assert_true(r.batch == UINT64_MAX - 3);
    assert_string_equal(r.survey, "tcsi-mobile");
    assert_memory_equal(r.version, version, HASH_SIZE);
    assert_int_equal(r.list.count, 3);
    for (unsigned i = 0; i < 3; i++) {
        uint8_t answers[SAMPLE_ITEMS];
        struct submission want = sample_submission(i, answers), got;

        assert_int_equal(wire_next_submission(&r.list, &got), REASON_NONE);
        assert_int_equal(got.response.items, SAMPLE_ITEMS);
        assert_memory_equal(got.response.answers, answers, SAMPLE_ITEMS);
        assert_int_equal(got.response.comment_len, sizeof sample_comment - 1);
        assert_memory_equal(got.response.comment, sample_comment,
                            sizeof sample_comment - 1);
        got.response.answers = want.response.answers;
        got.response.comment = want.response.comment;
        assert_memory_equal(&got, &want, sizeof got);
    }
    assert_int_equal(r.list.count, 0);
    buffer_free(&frame);
}

static void absent_fields_are_zero(void **state)
{
    const uint8_t answers[2] = {1, 0};
    const struct survey_name name = {"a", version};
    struct submission s = {.response = {.items = 2, .answers = answers}}, got;
    struct buffer frame = {0};
    struct wire_request r;

    (void)state;
    response_id(5, version, s.response.id);
    assert_int_equal(wire_submit(7, &name, &s, 1, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(wire_next_submission(&r.list, &got), REASON_NONE);
    got.response.answers = answers;
    assert_memory_equal(&got, &s, sizeof got);
    buffer_free(&frame);
}

static void reading_allocates_nothing(void **state)
{
    struct buffer frame = submit_of(64);
    struct wire_request r;
    struct submission s;

    (void)state;
    alloc_fail_at(0);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    while (r.list.count > 0)
        assert_int_equal(wire_next_submission(&r.list, &s), REASON_NONE);
    assert_int_equal(alloc_count(), 0);
    buffer_free(&frame);
}

static void small_requests_come_back(void **state)
{
    const uint8_t *id;
    const struct survey_name newest = {"repair", NULL};
    const struct wire_text yaml = {"survey: x\n", 10};
    uint8_t ids[3 * ID_SIZE];
    struct buffer frame = {0};
    struct wire_request r;

    (void)state;
    sample_bytes(ids, sizeof ids, 3);
    assert_int_equal(wire_describe(9, &newest, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_DESCRIBE);
    assert_string_equal(r.survey, "repair");
    assert_null(r.version);
    frame.len = 0;
    assert_int_equal(wire_define(10, "x", &yaml, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.type, RIGHT_DEFINE);
    assert_int_equal(r.yaml.len, yaml.len);
    assert_memory_equal(r.yaml.data, yaml.data, yaml.len);
    frame.len = 0;
    assert_int_equal(wire_pull(11, 77, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(r.max, 77);
    frame.len = 0;
    assert_int_equal(wire_ask(12, ids, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_memory_equal(r.id, ids, ID_SIZE);
    frame.len = 0;
    assert_int_equal(wire_erase(13, ids, 3, ids + 5, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_memory_equal(r.respondent, ids + 5, ID_SIZE);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(wire_next_id(&r.list, &id), REASON_NONE);
        assert_memory_equal(id, ids + i * ID_SIZE, ID_SIZE);
    }
    assert_int_equal(r.list.count, 0);
    buffer_free(&frame);
}

static void same_invitation(const struct invitation *a,
                            const struct invitation *b)
{
    struct invitation x = *a, y = *b;

    assert_int_equal(x.contact_len, y.contact_len);
    assert_memory_equal(x.contact, y.contact, x.contact_len);
    x.contact = y.contact = NULL;
    assert_memory_equal(&x, &y, sizeof x);
}

static void records_come_back(void **state)
{
    struct invitation invitations[2] = {sample_invitation(1),
                                        sample_invitation(2)};
    struct wire_event events[2] = {sample_event(1), sample_event(2)};
    struct wire_review review = {
        .entry = ENTRY_IVR, .action = 1, .reason_len = 5, .reason = "wrong"};
    struct buffer frame = {0};
    struct invitation i;
    struct wire_request r;
    struct wire_review v;
    struct wire_event e;

    (void)state;
    assert_int_equal(wire_invite(1, invitations, 2, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(wire_next_invitation(&r.list, &i), REASON_NONE);
        same_invitation(&i, &invitations[k]);
    }
    frame.len = 0;
    assert_int_equal(wire_events(2, events, 2, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(wire_next_event(&r.list, &e), REASON_NONE);
        assert_memory_equal(&e, &events[k], sizeof e);
    }
    frame.len = 0;
    sample_bytes(review.id, ID_SIZE, 8);
    assert_int_equal(wire_reviews(3, &review, 1, &frame), ST_OK);
    assert_int_equal(wire_read_request(frame.data, frame.len, &r), REASON_NONE);
    assert_int_equal(wire_next_review(&r.list, &v), REASON_NONE);
    assert_memory_equal(v.id, review.id, ID_SIZE);
    assert_int_equal(v.entry, ENTRY_IVR);
    assert_int_equal(v.action, 1);
    assert_int_equal(v.reason_len, 5);
    assert_memory_equal(v.reason, "wrong", 5);
    buffer_free(&frame);
}

static void stored_records_are_checked(void **state)
{
    const struct invitation want = sample_invitation(4);
    const struct wire_event event = sample_event(4);
    struct buffer map = {0};
    struct wire_event e;
    struct invitation i;

    (void)state;
    assert_int_equal(wire_pack_invitation(&want, &map), ST_OK);
    assert_int_equal(wire_unpack_invitation(map.data, map.len, &i), ST_OK);
    same_invitation(&i, &want);
    i = want;
    assert_int_equal(wire_unpack_invitation(map.data, map.len - 1, &i),
                     ST_CORRUPT);
    same_invitation(&i, &want);
    map.len = 0;
    assert_int_equal(wire_pack_event(&event, &map), ST_OK);
    assert_int_equal(wire_unpack_event(map.data, map.len, &e), ST_OK);
    assert_memory_equal(&e, &event, sizeof e);
    assert_int_equal(wire_unpack_invitation(map.data, map.len, &i), ST_CORRUPT);
    buffer_free(&map);
}

static void acknowledgements_come_back(void **state)
{
    struct rejection rejected[2] = {
        {.entry = ENTRY_PAPER, .reason = REASON_CODE, .index = 5},
        {.entry = ENTRY_OWN, .reason = REASON_TOO_LATE, .index = 4095}};
    struct ack ack = {.batch = 41,
                      .accepted = 7,
                      .duplicate = 8,
                      .filled = 9,
                      .rejections = 2,
                      .rejected = rejected};
    struct buffer frame = {0};
    enum reason why = REASON_NONE;
    struct ack got;

    (void)state;
    sample_bytes(rejected[0].id, ID_SIZE, 1);
    assert_int_equal(wire_ack(&ack, &frame), ST_OK);
    assert_int_equal(wire_read_ack(frame.data, frame.len, &got, &why), ST_OK);
    assert_true(got.batch == 41 && got.accepted == 7 && got.duplicate == 8 &&
                got.filled == 9 && got.refused == REASON_NONE);
    assert_int_equal(got.rejections, 2);
    for (int k = 0; k < 2; k++) {
        assert_memory_equal(got.rejected[k].id, rejected[k].id, ID_SIZE);
        assert_int_equal(got.rejected[k].entry, rejected[k].entry);
        assert_int_equal(got.rejected[k].reason, rejected[k].reason);
        assert_int_equal(got.rejected[k].index, rejected[k].index);
    }
    free(got.rejected);
    frame.len = 0;
    for (enum reason r = REASON_NONE + 1; r < REASONS; r++) {
        frame.len = 0;
        assert_int_equal(wire_refuse(r, r, r % 2 ? NULL : "line 7", &frame),
                         ST_OK);
        assert_int_equal(wire_read_ack(frame.data, frame.len, &got, &why),
                         ST_OK);
        assert_true(got.batch == r && got.refused == r && !got.rejected);
    }
    buffer_free(&frame);
}

static void largest_acknowledgement_fits(void **state)
{
    static struct rejection rejected[BATCH_MAX];
    struct ack ack = {.batch = UINT64_MAX,
                      .accepted = UINT32_MAX,
                      .rejections = BATCH_MAX,
                      .rejected = rejected};
    struct buffer frame = {.max = MESSAGE_MAX};

    (void)state;
    for (size_t i = 0; i < BATCH_MAX; i++) {
        rejected[i].entry = ENTRY_KEYED;
        rejected[i].reason = REASON_DEFINITION; /* the longest word */
        rejected[i].index = (uint32_t)i;
    }
    assert_int_equal(wire_ack(&ack, &frame), ST_OK);
    buffer_free(&frame);
}

static enum status ack_with_rejections(void *ctx)
{
    const struct buffer *frame = ctx;
    enum reason why;
    struct ack got;
    enum status st = wire_read_ack(frame->data, frame->len, &got, &why);

    if (st == ST_OK)
        free(got.rejected);
    return st;
}

static enum status pack_submit(void *ctx)
{
    const struct survey_name name = {"tcsi-mobile", version};
    struct buffer frame = {0};
    enum status st = wire_submit(1, &name, ctx, 1, &frame);

    assert_true(st == ST_OK || frame.len == 0);
    buffer_free(&frame);
    return st;
}

static void memory_may_run_out(void **state)
{
    uint8_t answers[SAMPLE_ITEMS];
    struct submission s = sample_submission(1, answers);
    struct rejection rejected = {.reason = REASON_ID};
    const struct ack ack = {.rejections = 1, .rejected = &rejected};
    struct buffer frame = {0};

    (void)state;
    assert_int_equal(wire_ack(&ack, &frame), ST_OK);
    alloc_torture(ack_with_rejections, &frame);
    alloc_torture(pack_submit, &s);
    buffer_free(&frame);
}

static void answers_of_pull(void **state)
{
    const struct invitation want = sample_invitation(6);
    struct buffer frame = {0}, maps = {0};
    enum reason why = REASON_NONE;
    struct wire_list list;
    struct invitation i;
    uint64_t batch = 0;

    (void)state;
    for (int k = 0; k < 3; k++)
        assert_int_equal(wire_pack_invitation(&want, &maps), ST_OK);
    assert_int_equal(wire_invitations(21, &maps, 3, &frame), ST_OK);
    assert_int_equal(
        wire_read_invitations(frame.data, frame.len, &batch, &list, &why),
        ST_OK);
    assert_int_equal(batch, 21);
    assert_int_equal(list.count, 3);
    while (list.count > 0) {
        assert_int_equal(wire_next_invitation(&list, &i), REASON_NONE);
        same_invitation(&i, &want);
    }
    buffer_free(&frame);
    buffer_free(&maps);
}

static void answers_of_ask(void **state)
{
    static const uint8_t have[] = {1, 0, 0, 1, 1};
    const struct wire_invitation_state want = {.batch = 22,
                                               .invitation =
                                                   sample_invitation(6),
                                               .items = sizeof have,
                                               .have = have};
    struct wire_invitation_state got;
    struct buffer frame = {0};
    enum reason why = REASON_NONE;

    (void)state;
    assert_int_equal(wire_state(&want, INVITATION_EXPIRED, &frame), ST_OK);
    assert_int_equal(wire_read_state(frame.data, frame.len, &got, &why), ST_OK);
    assert_int_equal(got.batch, 22);
    assert_int_equal(got.invitation.state, INVITATION_EXPIRED);
    /* only the asking gateway's business */
    assert_int_equal(got.invitation.contact_len, 0);
    assert_memory_equal(&got.invitation.context, &want.invitation.context,
                        sizeof got.invitation.context);
    assert_int_equal(got.items, sizeof have);
    assert_memory_equal(got.have, have, sizeof have);
    frame.len = 0;
    assert_int_equal(wire_state(&want, INVITATION_UNKNOWN, &frame), ST_OK);
    assert_int_equal(wire_read_state(frame.data, frame.len, &got, &why), ST_OK);
    assert_int_equal(got.invitation.state, INVITATION_UNKNOWN);
    assert_memory_equal(got.invitation.id, want.invitation.id, ID_SIZE);
    assert_int_equal(got.invitation.survey[0], '\0');
    assert_int_equal(got.items, sizeof have);
    assert_int_equal(
        wire_read_ack(frame.data, frame.len, &(struct ack){0}, &why),
        ST_INVALID);
    assert_int_equal(why, REASON_TYPE);
    buffer_free(&frame);
}

static void too_long_is_not_sent(void **state)
{
    static uint8_t answers[64][SAMPLE_ITEMS];
    struct submission list[64];
    const struct survey_name name = {"tcsi-mobile", version};
    const struct survey_name long_name = {
        "a-code-that-is-longer-than-thirty-two", version};
    struct buffer frame = {.max = 10000};

    (void)state;
    for (unsigned i = 0; i < 64; i++)
        list[i] = sample_submission(i, answers[i]);
    assert_int_equal(wire_submit(1, &name, list, 1, &frame), ST_OK);
    const size_t len = frame.len;
    assert_int_equal(wire_submit(2, &name, list, 64, &frame), ST_RANGE);
    assert_int_equal(frame.len, len);
    assert_int_equal(wire_submit(2, &long_name, list, 1, &frame), ST_RANGE);
    assert_int_equal(wire_submit(2, &name, list, BATCH_MAX + 1, &frame),
                     ST_RANGE);
    buffer_free(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(submit_keeps_every_field),
        cmocka_unit_test(absent_fields_are_zero),
        cmocka_unit_test(reading_allocates_nothing),
        cmocka_unit_test(small_requests_come_back),
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(stored_records_are_checked),
        cmocka_unit_test(acknowledgements_come_back),
        cmocka_unit_test(largest_acknowledgement_fits),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(answers_of_pull),
        cmocka_unit_test(answers_of_ask),
        cmocka_unit_test(too_long_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
