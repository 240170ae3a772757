/* api_document_test.c - JSON as a response: what it says, what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "alloc.h"
#include "api_sample.h"

#define NOW INT64_C(1795312800000)

static struct known *known;

static int set_up(void **unused)
{
    (void)unused;
    known = sample_known();
    return known ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    known_free(&known);
    return 0;
}

static struct api_reading reading(void)
{
    return (struct api_reading){
        .key = &sample_key, .known = known, .now = NOW, .random = {1, 2, 3}};
}

static struct api_document document;
static struct api_problem problem;

static enum status read_text(const char *text)
{
    const struct api_reading r = reading();

    return api_document_read(&r, text, strlen(text), &document, &problem);
}

static void test_all_members(void **unused)
{
    const struct response *r = &document.submission.response;
    char id[API_ID_TEXT];

    (void)unused;
    assert_int_equal(
        read_text("{\"survey\":\"sample\",\"answers\":{\"Q1\":0,\"Q2\":3},"
                  "\"id\":\"019ab000-0000-7000-8000-00000000ABCD\","
                  "\"event_at\":1795312000000,\"answered_at\":"
                  "\"2026-11-22T10:00:00+08:00\",\"comment\":\"12345678 ok\","
                  "\"operator\":\"CT\",\"province\":\"44\",\"org\":\"H-1\","
                  "\"touchpoint\":\"APP\",\"class\":\"GLD\",\"stratum\":\"s1\","
                  "\"product\":\"MOB\",\"attributes\":{\"AGE\":9},"
                  "\"duration_ms\":500,\"partial\":true,\"adapted\":false,"
                  "\"frame\":\"open\"}"),
        ST_OK);
    api_id_text(r->id, id);
    assert_string_equal(id, "019ab000-0000-7000-8000-00000000abcd");
    assert_int_equal(r->items, 3);
    assert_memory_equal(r->answers, "\1\3\0", 3);
    assert_int_equal(r->event_at, 1795312000000);
    assert_int_equal(r->answered_at, 1795312800000);
    assert_int_equal(r->comment_len, 11);
    assert_memory_equal(r->comment, "******** ok", 11);
    assert_string_equal(r->context.operator, "CT");
    assert_string_equal(r->context.org, "H-1");
    assert_string_equal(r->context.class, "GLD");
    assert_string_equal(r->context.stratum, "s1");
    assert_int_equal(r->context.attributes[0], 9);
    assert_int_equal(r->context.channel, CHANNEL_WEB);
    assert_int_equal(r->context.entry, ENTRY_OWN);
    assert_int_equal(r->context.frame, FRAME_OPEN);
    assert_int_equal(r->flags, FLAG_PARTIAL | FLAG_FAST);
    assert_false(document.submission.correction);
}

static void test_least(void **unused)
{
    const struct response *r = &document.submission.response;
    uint8_t first[ID_SIZE];

    (void)unused;
    assert_int_equal(read_text("{\"answers\":{},\"survey\":\"sample\"}"),
                     ST_OK);
    assert_true(response_id_legal(r->id));
    assert_int_equal(r->event_at, NOW);
    assert_int_equal(r->answered_at, NOW);
    assert_memory_equal(r->answers, "\0\0\0", 3);
    memcpy(first, document.digest, ID_SIZE);
    /* the same content has the same digest, other content another */
    assert_int_equal(read_text("{\"survey\":\"sample\",\"answers\":{\"Q1\":"
                               "null},\"id\":"
                               "\"019ab000-0000-7000-8000-00000000abcd\"}"),
                     ST_OK);
    assert_memory_equal(first, document.digest, ID_SIZE);
    assert_int_equal(
        read_text("{\"survey\":\"sample\",\"answers\":{\"Q1\":1}}"), ST_OK);
    assert_memory_not_equal(first, document.digest, ID_SIZE);
}

static void test_wrong(void **unused)
{
    const struct {
        const char *text;
        unsigned status;
        const char *field;
    } wrong[] = {
        {"", 400, ""},
        {"nothing", 400, ""},
        {"[]", 400, ""},
        {"{\"a\":1}", 422, ""},
        {"{}", 422, "survey"},
        {"{\"survey\":\"sample\"}", 422, "answers"},
        {"{\"survey\":\"sample\",\"answers\":{\"Q1\":11}}", 422, "answers.Q1"},
        {"{\"survey\":\"sample\",\"answers\":{\"Q1\":-1}}", 422, "answers.Q1"},
        {"{\"survey\":\"sample\",\"answers\":{\"Q2\":2}}", 422, "answers.Q2"},
        {"{\"survey\":\"sample\",\"answers\":{\"Q3\":1}}", 422, "answers"},
        {"{\"survey\":\"sample\",\"answers\":{},\"frame\":\"invited\"}", 403,
         ""},
        {"{\"survey\":\"sample\",\"answers\":{},\"attributes\":{\"AGE\":2}}",
         422, "attributes"},
        {"{\"survey\":\"sample\",\"answers\":{},\"attributes\":{\"AGE\":256}}",
         422, "attributes"},
        {"{\"survey\":\"sample\",\"answers\":{},\"attributes\":[]}", 422,
         "attributes"},
        {"{\"survey\":\"sample\",\"answers\":{},\"org\":\"a b\"}", 422, "org"},
        {"{\"survey\":\"sample\",\"answers\":{},\"version\":\"zz\"}", 422,
         "version"},
        {"{\"survey\":\"sample\",\"answers\":{},\"duration_ms\":1.5}", 422,
         "duration_ms"},
        {"{\"survey\":\"sample\",\"answers\":{},\"event_at\":1e300}", 422,
         "event_at"}};

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_text(wrong[i].text), ST_INVALID);
        assert_int_equal(problem.status, wrong[i].status);
        assert_string_equal(problem.field, wrong[i].field);
        assert_int_not_equal(strlen(problem.detail.text), 0);
    }
    assert_int_equal(read_text("{\"survey\":\"other\",\"answers\":{}}"),
                     ST_NOTFOUND);
    assert_string_equal(document.survey_code, "other");
}

static void test_ids(void **unused)
{
    const char *const wrong[] = {"",
                                 "019ab000-0000-7000-8000-00000000abc",
                                 "019ab000-0000-7000-8000-00000000abcdd",
                                 "019ab000-0000-4000-8000-00000000abcd",
                                 "019ab000-0000-7000-0000-00000000abcd",
                                 "019ab0000-000-7000-8000-00000000abcd",
                                 "019ab000--000-7000-8000-00000000abcd",
                                 "g19ab000-0000-7000-8000-00000000abcd",
                                 "------------------------------------"};
    uint8_t id[ID_SIZE] = {7};

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(api_id_read(wrong[i], id));
    assert_int_equal(id[0], 7);
    assert_true(api_id_read("019AB000-0000-7000-bfff-00000000abcd", id));
    assert_int_equal(id[15], 0xcd);
}

static enum status read_one(void *unused)
{
    (void)unused;
    return read_text("{\"survey\":\"sample\",\"answers\":{\"Q1\":1}}");
}

static void test_torture(void **unused)
{
    (void)unused;
    alloc_torture(read_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_members), cmocka_unit_test(test_least),
        cmocka_unit_test(test_wrong), cmocka_unit_test(test_ids),
        cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests_name("api_document", tests, set_up,
                                       tear_down);
}
