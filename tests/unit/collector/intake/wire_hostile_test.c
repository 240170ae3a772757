/* wire_hostile_test.c - bytes that lie, end early or were changed on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "wire_samples.h"

static struct buffer submit_of(unsigned count)
{
    static uint8_t answers[3][SAMPLE_ITEMS], version[HASH_SIZE];
    struct submission list[3];
    struct buffer frame = {.max = MESSAGE_MAX};
    const struct survey_name name = {"tcsi-mobile", version};

    for (unsigned i = 0; i < count; i++)
        list[i] = sample_submission(i, answers[i]);
    assert_int_equal(wire_submit(8, &name, list, count, &frame), ST_OK);
    return frame;
}

static enum reason read_bytes(const void *bytes, size_t len)
{
    struct wire_request r;
    uint8_t *exact = malloc(len ? len : 1); /* checkers see a byte too far */
    enum reason why;

    assert_non_null(exact);
    memcpy(exact, bytes, len);
    why = wire_read_request(exact, len, &r);
    free(exact);
    return why;
}

#define READ(literal) read_bytes(literal, sizeof(literal) - 1)
#define HEAD                                                                   \
    "\xa1v\x01\xa5"                                                            \
    "batch\x07"

static void every_reason_is_given(void **state)
{
    uint8_t many[BATCH_MAX + 64] = "\x84" HEAD "\xa4type\xa5"
                                   "erase\xa3ids\xdc"
                                   "\x10\x01";
    const size_t head = 29;

    (void)state;
    assert_int_equal(read_bytes("", 0), REASON_SIZE);
    assert_int_equal(READ("\xc1"), REASON_MALFORMED);
    assert_int_equal(READ("\x90"), REASON_MALFORMED); /* no map */
    assert_int_equal(READ("\xdd\x7f\xff\xff\xff"), REASON_MALFORMED);
    assert_int_equal(READ("\xdf\xff\xff\xff\xff"), REASON_MALFORMED);
    assert_int_equal(READ("\xdb\xff\xff\xff\xff"
                          "abc"),
                     REASON_MALFORMED);
    assert_int_equal(READ("\xc6\xff\xff\xff\xff"), REASON_MALFORMED);
    assert_int_equal(READ("\x81\x01\x01"), REASON_MALFORMED); /* key 1 */
    assert_int_equal(READ("\x81\xa1v\xd4\x01\x01"), REASON_MALFORMED); /* ext */
    assert_int_equal(READ("\x81\xa1v\x01\x00"), REASON_MALFORMED); /* behind */
    assert_int_equal(READ("\x81\xa1x\x91\x91\x91\x91\x91\x01"), REASON_DEPTH);
    assert_int_equal(READ("\x80"), REASON_PROTOCOL);
    assert_int_equal(READ("\x82\xa1v\x02\xa4type\xa4pull"), REASON_PROTOCOL);
    assert_int_equal(READ("\x82\xa1v\xa1"
                          "1\xa4type\xa4pull"),
                     REASON_PROTOCOL);
    assert_int_equal(READ("\x81"
                          "\xa1v\x01"),
                     REASON_TYPE);
    assert_int_equal(READ("\x82\xa1v\x01\xa4type\xa4push"), REASON_TYPE);
    assert_int_equal(READ("\x82\xa1v\x01\xa4type\xa4pull"), REASON_FIELD);
    assert_int_equal(READ("\x84" HEAD "\xa4type\xa4pull\xa3max\x05"),
                     REASON_NONE);
    assert_int_equal(READ("\x84" HEAD "\xa4type\xa4pull\xa3max\xff"),
                     REASON_FIELD); /* -1 */
    assert_int_equal(READ("\x84" HEAD "\xa4type\xa4pull\xa3mix\x05"),
                     REASON_FIELD); /* unknown key */
    assert_int_equal(READ("\x85" HEAD "\xa4type\xa4pull\xa3max\x05\xa3max\x05"),
                     REASON_FIELD); /* twice */
    assert_int_equal(READ("\x84" HEAD "\xa4type\xa4pull\xa3max\x91\x05"),
                     REASON_FIELD);
    memset(many + head, 1, BATCH_MAX + 1);
    assert_int_equal(read_bytes(many, head + BATCH_MAX + 1), REASON_COUNT);
    many[head - 1] = 0; /* 4096 are fine here, each wrong by itself */
    assert_int_equal(read_bytes(many, head + BATCH_MAX), REASON_NONE);
}

static const char *wrong_in(const char *frame, size_t len)
{
    struct wire_request r;

    assert_int_equal(wire_read_request((const uint8_t *)frame, len, &r),
                     REASON_FIELD);
    return r.wrong;
}

#define WRONG_IN(bytes) wrong_in(bytes, sizeof bytes - 1)

static void a_refusal_names_the_key(void **state)
{
    static const char frame[] = "\x84" HEAD "\xa4type\xa6review\xa7reviews"
                                "\x93\x81\xa5"
                                "entry\x01\x05\x81\xa6secret\x01";
    struct wire_request r;
    struct wire_review review;

    (void)state;
    assert_string_equal(WRONG_IN("\x83" HEAD "\xa4type\xa4pull"), "max");
    assert_string_equal(WRONG_IN("\x84" HEAD "\xa4type\xa4pull\xa3max\xff"),
                        "max");
    assert_string_equal(WRONG_IN("\x84" HEAD "\xa4type\xa4pull\xa3mix\x05"),
                        "unknown field");
    assert_string_equal(
        WRONG_IN("\x85" HEAD "\xa4type\xa4pull\xa3max\x05\xa3max\x05"), "max");
    assert_int_equal(
        wire_read_request((const uint8_t *)frame, sizeof frame - 1, &r),
        REASON_NONE);
    assert_null(r.wrong);
    assert_int_equal(wire_next_review(&r.list, &review), REASON_FIELD);
    assert_string_equal(r.list.wrong, "entry");
    assert_int_equal(wire_next_review(&r.list, &review), REASON_FIELD);
    assert_string_equal(r.list.wrong, "not a map");
    assert_int_equal(wire_next_review(&r.list, &review), REASON_FIELD);
    assert_string_equal(r.list.wrong, "unknown field");
}

#define ORDER(action, campaign)                                                \
    HEAD "\xa4type\xa8"                                                        \
         "campaign\xa6"                                                        \
         "action" action "\xa8"                                                \
         "campaign" campaign

/* A text for people to read is UTF-8, on one line. */
static void reasons_are_readable(void **state)
{
    static const char wrong[][4] = {"a\nb",
                                    "\xff"
                                    "bc",
                                    "a\x7f"
                                    "b",
                                    "\xe6\x8a"};
    char frame[] = "\x86" ORDER("\xa5"
                                "pause",
                                "\xa1*") "\xa6reason\xa3\xe5\xa5\xbd";
    const size_t len = sizeof frame - 1;
    struct wire_request r;

    (void)state;
    assert_int_equal(wire_read_request((uint8_t *)frame, len, &r), REASON_NONE);
    assert_string_equal(r.reason, "好");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        memcpy(frame + len - 3, wrong[i], 3);
        assert_string_equal(wrong_in(frame, len), "reason");
    }
}

/* A draft has a plan, and no other order. */
static void a_plan_belongs_to_a_draft(void **state)
{
    (void)state;
    assert_string_equal(WRONG_IN("\x85" ORDER("\xa5"
                                              "draft",
                                              "\xa1x")),
                        "plan");
    assert_string_equal(WRONG_IN("\x86" ORDER("\xa5"
                                              "draft",
                                              "\xa1x") "\xa4plan\x80"),
                        "survey");
    assert_string_equal(WRONG_IN("\x85" ORDER("\xa6"
                                              "delete",
                                              "\xa1x")),
                        "action");
    assert_string_equal(WRONG_IN("\x86" ORDER("\xa5"
                                              "close",
                                              "\xa1x") "\xa4plan\xc0"),
                        "plan");
}

static void a_bad_element_is_refused_alone(void **state)
{
    static const char frame[] = "\x84" HEAD "\xa4type\xa5"
                                "erase\xa3ids\x94"
                                "\x01\x91\xa3"
                                "abc\xc4\x0f"
                                "123456789012345"
                                "\xc4\x10"
                                "1234567890123456";
    struct wire_request r;
    const uint8_t *id;

    (void)state;
    assert_int_equal(
        wire_read_request((const uint8_t *)frame, sizeof frame - 1, &r),
        REASON_NONE);
    assert_int_equal(wire_next_id(&r.list, &id), REASON_FIELD);
    assert_int_equal(wire_next_id(&r.list, &id), REASON_FIELD);
    assert_int_equal(wire_next_id(&r.list, &id), REASON_FIELD);
    assert_int_equal(wire_next_id(&r.list, &id), REASON_NONE);
    assert_memory_equal(id, "1234567890123456", 16);
}

/* Read a frame and all its elements, whatever it is. */
static enum reason read_all(const uint8_t *data, size_t len)
{
    struct wire_request r;
    enum reason why = wire_read_request(data, len, &r), one = REASON_NONE;

    while (why == REASON_NONE && r.list.count > 0) {
        struct submission s;

        one = wire_next_submission(&r.list, &s);
        assert_true(one == REASON_NONE || one == REASON_FIELD);
    }
    return why;
}

static void cut_anywhere_it_is_refused(void **state)
{
    struct buffer frame = submit_of(3);

    (void)state;
    for (size_t len = 0; len < frame.len; len++) {
        uint8_t *exact = malloc(len ? len : 1);

        assert_non_null(exact);
        memcpy(exact, frame.data, len);
        assert_int_not_equal(read_all(exact, len), REASON_NONE);
        free(exact);
    }
    buffer_free(&frame);
}

static void changed_anywhere_it_is_survived(void **state)
{
    struct buffer frame = submit_of(2);
    uint8_t *exact = malloc(frame.len);
    uint32_t random = 2463534242;

    (void)state;
    assert_non_null(exact);
    for (size_t at = 0; at < frame.len; at++)
        for (int k = 0; k < 8; k++) {
            memcpy(exact, frame.data, frame.len);
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            exact[at] ^= (uint8_t)(1u << k);
            exact[random % frame.len] = (uint8_t)(random >> 24);
            (void)read_all(exact, frame.len);
        }
    free(exact);
    buffer_free(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_is_given),
        cmocka_unit_test(a_refusal_names_the_key),
        cmocka_unit_test(reasons_are_readable),
        cmocka_unit_test(a_plan_belongs_to_a_draft),
        cmocka_unit_test(a_bad_element_is_refused_alone),
        cmocka_unit_test(cut_anywhere_it_is_refused),
        cmocka_unit_test(changed_anywhere_it_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
