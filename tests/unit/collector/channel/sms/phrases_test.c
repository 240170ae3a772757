/* phrases_test.c - what is said: filled in, one message long, replaceable. */
#include "talks.h"

#include <unistd.h>

#include "alloc.h"
#include "phrases.h"
#include "surveys/utf8.h"

static struct survey *s;

static int load(void **state)
{
    (void)state;
    s = talks_survey();
    return 0;
}

static int unload(void **state)
{
    (void)state;
    survey_free(&s);
    return 0;
}

static struct phrases *ours(const char *path)
{
    struct phrases *p = NULL;
    struct err err = {""};

    if (phrases_load(path, &p, &err) != ST_OK)
        fail_msg("%s", err.text);
    return p;
}

static void says(const struct phrases *p, const struct phrase_request *r,
                 const char *want)
{
    struct buffer b = {0};

    assert_int_equal(phrase_say(p, r, &b), ST_OK);
    assert_int_equal(buffer_byte(&b, 0), ST_OK);
    assert_string_equal((char *)b.data, want);
    buffer_free(&b);
}

static void write_file(const char *text)
{
    FILE *f = fopen("texts.yaml", "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const struct contact contact = {.kind = "sms",
                                       .address = "13912345678",
                                       .token = "abcdefghjkmnpqrstuvw",
                                       .fills = 1,
                                       .fill = {{"op", "广东电信{op}"}}};

/* Fills of the contact before those of the survey, in the language; what is
 * filled in is not filled again. */
static void test_question(void **state)
{
    struct phrases *p = ours("");
    struct contact none = {.kind = "sms"};
    struct talk t;
    struct phrase_request r = {.say = SAY_QUESTION,
                               .language = "zh-CN",
                               .talk = &t,
                               .survey = s,
                               .contact = &contact,
                               .link = ""};

    (void)state;
    talks_open(&t, s);
    says(p, &r, "您对广东电信{op}满意吗？");
    r.contact = &none;
    says(p, &r, "您对中国电信满意吗？");
    r.language = "en-GB";
    says(p, &r, "Satisfied with China Telecom?");
    phrases_free(&p);
}

/* Without filters people are told how far they are. */
static void test_counter(void **state)
{
    struct phrases *p = ours("");
    struct talk t;
    struct survey plain = *s;
    const size_t two[] = {0, 2};

    (void)state;
    plain.shorts = 2;
    plain.shortlist = two;
    talks_open(&t, &plain);
    (void)talks_hear(&t, &plain, ANSWER(9), "9", T0 + 1000);
    says(p,
         &(struct phrase_request){.say = SAY_QUESTION,
                                  .language = "zh-CN",
                                  .talk = &t,
                                  .survey = &plain,
                                  .contact = &contact,
                                  .link = ""},
         "修好了吗？(2/2)");
    phrases_free(&p);
}

/* Each is one message, signature and all, with the longest link. */
static void test_lengths(void **state)
{
    static const char *const languages[] = {"zh-CN", "en"};
    struct phrases *p;
    struct talk t;

    (void)state;
    write_file("signature: {zh-CN: 【中国电信】, en: '[China Telecom] '}\n");
    p = ours("texts.yaml");
    unlink("texts.yaml");
    talks_open(&t, s);
    for (int say = SAY_AGAIN; say < SAYS; say++)
        for (size_t k = 0; k < 2; k++) {
            const bool known = say != SAY_STRANGER && say != SAY_OVER;
            const struct phrase_request r = {.say = (enum talk_say)say,
                                             .language = languages[k],
                                             .talk = known ? &t : NULL,
                                             .survey = known ? s : NULL,
                                             .contact = known ? &contact : NULL,
                                             .link = "http://dx.cn/s/"};
            struct buffer b = {0};
            bool gsm7;

            assert_int_equal(phrase_say(p, &r, &b), ST_OK);
            assert_true(utf8_sms_units((char *)b.data, b.len, &gsm7) <=
                        (k ? 160u : 70u));
            assert_int_equal(gsm7, k == 1);
            assert_null(memchr(b.data, '{', b.len));
            buffer_free(&b);
        }
    phrases_free(&p);
}

static void test_own_texts(void **state)
{
    struct phrases *p;
    struct talk t;
    struct phrase_request r = {.say = SAY_AGAIN,
                               .language = "bo",
                               .talk = &t,
                               .survey = s,
                               .contact = &contact,
                               .link = "http://dx.cn/s/"};

    (void)state;
    write_file("signature: {zh-CN: 【电信】, bo: '[T] '}\n"
               "again: {zh-CN: '请回{min}至{max}', bo: '{min}…{max}?'}\n"
               "link: {zh-CN: '见{link}'}\n");
    p = ours("texts.yaml");
    talks_open(&t, s);
    says(p, &r, "[T] 1…10?");
    r.language = "zh-CN";
    says(p, &r, "【电信】请回1至10");
    r.say = SAY_LINK;
    says(p, &r, "【电信】见http://dx.cn/s/abcdefghjkmnpqrstuvw");
    r.say = SAY_THANKS;
    says(p, &r, "【电信】已收到您的评价，谢谢！");
    phrases_free(&p);
    unlink("texts.yaml");
}

/* Each mistake with its place. */
static void test_wrong_files(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"- thanks\n", "texts.yaml:1:1: a map of texts"},
        {"thanks: 谢谢\n", "texts.yaml:1:9: texts by language"},
        {"merci: {fr: merci}\n", "texts.yaml:1:8: no such text"},
        {"thanks: {en: '{name}'}\n", "texts.yaml:1:14: no such placeholder"},
        {"again: {en: '{min'}\n", "texts.yaml:1:13: no such placeholder"},
        {"thanks:\n  en: [a]\n", "texts.yaml:2:7: a text is wanted"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phrases *p = NULL;
        struct err err = {""};

        write_file(cases[i].text);
        assert_int_equal(phrases_load("texts.yaml", &p, &err), ST_INVALID);
        assert_null(p);
        if (strncmp(err.text, cases[i].want, strlen(cases[i].want)) != 0)
            fail_msg("got '%s', want '%s'", err.text, cases[i].want);
    }
    unlink("texts.yaml");
}

static enum status load_body(void *ctx)
{
    struct phrases *p = NULL;
    const enum status st = phrases_load(ctx, &p, NULL);

    phrases_free(&p);
    return st;
}

static void test_no_memory(void **state)
{
    char none[] = "";

    (void)state;
    alloc_torture(load_body, none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_question),    cmocka_unit_test(test_counter),
        cmocka_unit_test(test_lengths),     cmocka_unit_test(test_own_texts),
        cmocka_unit_test(test_wrong_files), cmocka_unit_test(test_no_memory)};

    return cmocka_run_group_tests(tests, load, unload);
}
