/* response_test.c - names, ids, and what a response must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "surveys/response.h"

static const char yaml[] =
    "survey: shop\nproduct: MOB\ntitle: {en: Shop}\n"
    "attributes:\n"
    "  - {code: AGE, values: [{code: 1, text: {en: young}},"
    " {code: 7, text: {en: old}}]}\n"
    "items:\n"
    "  - {code: SAT1, scale: {min: 1, max: 10}, text: {en: Rate}}\n"
    "  - {code: WHY, kind: choice, choices: [{code: 1, text: {en: a}},"
    " {code: 3, text: {en: b}}], text: {en: Why}}\n"
    "  - {code: SAY, kind: text, text: {en: More}}\n";

static struct survey *survey;
static struct response r;
static uint8_t answers[3];
static struct err err;

static int load(void **state)
{
    (void)state;
    return survey_parse("shop", yaml, sizeof yaml - 1, NULL, NULL, &survey,
                        &err) != ST_OK;
}

static int unload(void **state)
{
    (void)state;
    survey_free(&survey);
    return 0;
}

static int reset(void **state)
{
    static const uint8_t random[ID_SIZE] = {1, 2,  3,  4,  5,  6,    7,  0xff,
                                            9, 10, 11, 12, 13, 0xfe, 15, 16};
    static const uint8_t good[3] = {10, 3, 0};

    (void)state;
    memcpy(answers, good, sizeof answers);
    r = (struct response){.items = 3, .answers = answers};
    memcpy(r.context.product, "MOB", 4);
    memcpy(r.version, survey->version, HASH_SIZE);
    r.context.attributes[0] = 7;
    r.comment = "很好";
    r.comment_len = 6;
    response_id(1795400000000, random, r.id);
    return 0;
}

static void expect(const char *message)
{
    assert_int_equal(response_check(&r, survey, &err), ST_INVALID);
    assert_string_equal(err.text, message);
}

static void knows_names(void **state)
{
    uint8_t v = 99;

    (void)state;
    for (unsigned i = 0; i < ENTRIES; i++) {
        assert_true(entry_parse(entry_name((enum entry)i), &v));
        assert_int_equal(v, i);
    }
    for (unsigned i = 0; i < CHANNELS; i++) {
        assert_true(channel_parse(channel_name((enum channel)i), &v));
        assert_int_equal(v, i);
    }
    for (unsigned i = 0; i < FRAMES; i++) {
        assert_true(frame_parse(frame_name((enum frame)i), &v));
        assert_int_equal(v, i);
    }
    assert_string_equal(entry_name(ENTRY_KEYED), "keyed");
    assert_string_equal(channel_name(CHANNEL_SMS), "sms");
    assert_string_equal(frame_name(FRAME_THIRD), "third");
    v = 99;
    assert_false(entry_parse("OWN", &v));
    assert_false(channel_parse("", &v));
    assert_false(frame_parse("invited ", &v));
    assert_int_equal(v, 99);
}

static void makes_ids(void **state)
{
    static const uint8_t zero[ID_SIZE],
        ones[ID_SIZE] = {255, 255, 255, 255, 255, 255, 255, 255,
                         255, 255, 255, 255, 255, 255, 255, 255};
    uint8_t id[ID_SIZE];

    (void)state;
    response_id(INT64_C(0x0123456789ab), zero, id);
    assert_memory_equal(id, "\x01\x23\x45\x67\x89\xab\x70\0\x80\0\0\0\0\0\0\0",
                        ID_SIZE);
    assert_true(response_id_legal(id));
    response_id(0, ones, id);
    assert_memory_equal(
        id, "\0\0\0\0\0\0\x7f\xff\xbf\xff\xff\xff\xff\xff\xff\xff", ID_SIZE);
    assert_true(response_id_legal(id));
    id[6] = 0x4f;
    assert_false(response_id_legal(id));
    id[6] = 0x7f;
    id[8] = 0xff;
    assert_false(response_id_legal(id));
}

static void accepts_a_good_one(void **state)
{
    (void)state;
    assert_int_equal(response_check(&r, survey, &err), ST_OK);
    memset(answers, 0, sizeof answers); /* all missing */
    r.comment = NULL;
    r.comment_len = 0;
    r.context.attributes[0] = 0;
    assert_int_equal(response_check(&r, survey, &err), ST_OK);
}

static void refuses_wrong_keys(void **state)
{
    (void)state;
    r.id[8] = 0;
    expect("the id is no UUIDv7");
    reset(NULL);
    r.version[31] ^= 1;
    expect("not the version of shop given");
}

static void refuses_wrong_answers(void **state)
{
    (void)state;
    answers[0] = 11;
    expect("SAT1: stored answer 11 is not legal");
    answers[0] = 1;
    answers[1] = 2;
    expect("WHY: stored answer 2 is not legal");
    answers[1] = 0;
    answers[2] = 1;
    expect("SAY: stored answer 1 is not legal");
    r.items = 2;
    expect("2 answers, shop has 3 items");
}

static void refuses_wrong_context(void **state)
{
    (void)state;
    r.context.channel = CHANNELS;
    expect("unknown channel 3");
    r.context.channel = 0;
    r.context.entry = 255;
    expect("unknown entry 255");
    r.context.entry = 0;
    r.context.frame = FRAMES;
    expect("unknown frame 6");
    r.context.frame = 0;
    r.context.product[0] = 'L';
    expect("product 'LOB': shop asks about MOB");
    r.context.product[0] = 'M';
    r.context.attributes[0] = 2;
    expect("attribute 1: shop declares no value 2");
    r.context.attributes[0] = 1;
    r.context.attributes[7] = 1;
    expect("attribute 8: shop declares no value 1");
}

static void refuses_wrong_comments(void **state)
{
    char text[COMMENT_MAX + 1];

    (void)state;
    r.comment = "\xff";
    r.comment_len = 1;
    expect("the comment is not UTF-8");
    r.comment = "a\0b";
    r.comment_len = 3;
    expect("a NUL byte in the comment");
    memset(text, 'x', sizeof text);
    r.comment = text;
    r.comment_len = COMMENT_MAX;
    assert_int_equal(response_check(&r, survey, &err), ST_OK);
    r.comment_len = COMMENT_MAX + 1;
    expect("comment of 2001 bytes, at most 2000");
}

static void refuses_comments_not_asked_for(void **state)
{
    static const char short_yaml[] =
        "survey: one\ntitle: {en: One}\nitems:\n"
        "  - {code: A, scale: {min: 1, max: 5}, text: {en: Rate}}\n";
    struct survey *one = NULL;

    (void)state;
    assert_int_equal(survey_parse("one", short_yaml, sizeof short_yaml - 1,
                                  NULL, NULL, &one, &err),
                     ST_OK);
    memcpy(r.version, one->version, HASH_SIZE);
    r.items = 1;
    answers[0] = 5;
    r.context.attributes[0] = 0;
    assert_int_equal(response_check(&r, one, &err), ST_INVALID);
    assert_string_equal(err.text, "a comment, and one asks for none");
    r.comment_len = 0;
    assert_int_equal(response_check(&r, one, &err), ST_OK);
    survey_free(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_names),
        cmocka_unit_test(makes_ids),
        cmocka_unit_test_setup(accepts_a_good_one, reset),
        cmocka_unit_test_setup(refuses_wrong_keys, reset),
        cmocka_unit_test_setup(refuses_wrong_answers, reset),
        cmocka_unit_test_setup(refuses_wrong_context, reset),
        cmocka_unit_test_setup(refuses_wrong_comments, reset),
        cmocka_unit_test_setup(refuses_comments_not_asked_for, reset)};

    return cmocka_run_group_tests(tests, load, unload);
}
