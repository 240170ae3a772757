/* pass_test.c - addresses that only we can make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "pass.h"

static const struct token_key key = {{0x77, 0x01, 0xd4, 0x93, 0x58, 0xfa}};
static const struct token_key other = {{0x77, 0x01, 0xd4, 0x93, 0x58, 0xfb}};

static void test_invited(void **unused)
{
    const struct token t = {.serial = 123456, .campaign = 9, .day = 400};
    char text[TOKEN_LENGTH + 1];
    struct pass p;
    uint8_t id[ID_SIZE];

    (void)unused;
    token_make(&key, &t, text);
    token_id(&key, &t, id);
    assert_int_equal(pass_invited(&key, text, &p), ST_OK);
    assert_int_equal(p.door, DOOR_INVITED);
    assert_int_equal(p.campaign, 9);
    assert_int_equal(p.expires, token_expires(&t));
    assert_memory_equal(p.id, id, ID_SIZE);
    assert_int_equal(pass_invited(&other, text, &p), ST_INVALID);
}

static void seal(const char *text, char out[TOKEN_SEAL_LENGTH + 1])
{
    token_seal(&key, "open", text, out);
}

static void test_words(void **unused)
{
    char s[TOKEN_SEAL_LENGTH + 1];
    struct pass p = {.campaign = 77};

    (void)unused;
    seal("repair|CT|44|HALL-9|HALL_OWN", s);
    assert_int_equal(
        pass_words(&key, "repair",
                   &(struct pass_words){"44", "HALL-9", "HALL_OWN", "CT", s},
                   &p),
        ST_OK);
    assert_string_equal(p.province, "44");
    assert_string_equal(p.org, "HALL-9");
    assert_string_equal(p.touchpoint, "HALL_OWN");
    assert_string_equal(p.operator, "CT");
    assert_string_equal(p.survey, "repair");
    /* none at all is fine; any other is not */
    assert_int_equal(pass_words(&key, "repair", &(struct pass_words){0}, &p),
                     ST_OK);
    p.campaign = 77;
    const struct pass_words wrong[] = {{"45", "HALL-9", "HALL_OWN", "CT", s},
                                       {"44", "HALL-9", "HALL_OWN", "CT", NULL},
                                       {"44", "HALL-9", "HALL_OWN", NULL, s},
                                       {NULL, NULL, NULL, NULL, s},
                                       {NULL, NULL, NULL, NULL, ""},
                                       {"44", NULL, NULL, NULL, NULL},
                                       {"44|HALL-9", "", "HALL_OWN", "CT", s},
                                       {"4 4", "", "", "", s},
                                       {"44444444444444444", "", "", "", s},
                                       {"四四", "", "", "", s}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(pass_words(&key, "repair", &wrong[i], &p), ST_INVALID);
    assert_int_equal(
        pass_words(&key, "instant",
                   &(struct pass_words){"44", "HALL-9", "HALL_OWN", "CT", s},
                   &p),
        ST_INVALID);
    assert_int_equal(p.campaign, 77); /* untouched */
}

static void comes_back(const struct pass *p, const uint8_t id[ID_SIZE])
{
    char text[PASS_KEY_MAX], path[SURVEY_CODE_MAX + 1 + PASS_KEY_MAX];
    struct pass got;

    pass_open_key(&key, p, id, text);
    (void)snprintf(path, sizeof path, "%s/%s", p->survey, text);
    assert_int_equal(strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~/"),
                     strlen(path));
    assert_int_equal(pass_open(&key, path, &got), ST_OK);
    assert_memory_equal(got.id, id, ID_SIZE);
    assert_string_equal(got.province, p->province);
    assert_string_equal(got.org, p->org);
    assert_string_equal(got.touchpoint, p->touchpoint);
    assert_string_equal(got.operator, p->operator);
    assert_string_equal(got.survey, p->survey);
    assert_int_equal(got.expires,
                     1795312800000 + PASS_OPEN_DAYS * INT64_C(86400000));
    assert_int_equal(pass_open(&other, path, &got), ST_INVALID);
    for (size_t i = 0; path[i]; i++) { /* each character counts */
        const char was = path[i];

        path[i] = was == 'a' ? 'b' : 'a';
        assert_int_equal(pass_open(&key, path, &got), ST_INVALID);
        path[i] = '\0';
        assert_int_equal(pass_open(&key, path, &got), ST_INVALID);
        path[i] = was;
    }
}

static void test_open(void **unused)
{
    const struct pass passes[] = {{.survey = "repair"},
                                  {.survey = "a-survey-with-a-name-of-32-chars",
                                   .province = "44",
                                   .org = "ORG.7/~%#?-\"<>",
                                   .touchpoint = "HALL_OWN",
                                   .operator= "CT" },
                                   {.survey = "x",
                                    .province = "0123456789abcdef",
                                    .org = "0123456789abcdef",
                                    .touchpoint = "0123456789abcdef",
                                    .operator= "0123456789abcdef" } };
    const uint8_t random[ID_SIZE] = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 255, 254};
    uint8_t id[ID_SIZE];
    struct pass p;

    (void)unused;
    response_id(1795312800000, random, id);
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        comes_back(&passes[i], id);
    const char *const wrong[] = {"",
                                 "/",
                                 "repair",
                                 "repair/",
                                 "repair/-",
                                 "/x-22222222222",
                                 "repair//x-22222222222"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(pass_open(&key, wrong[i], &p), ST_INVALID);
}

/* Codes whose key would not fit into a header are refused at the front. */
static void test_long_words(void **unused)
{
    char s[TOKEN_SEAL_LENGTH + 1];
    struct pass p;

    (void)unused;
    seal("x|%%%%%%%%%%%%%%%%|%%%%%%%%%%%%%%%%|%%%%%%%%%%%%%%%%|", s);
    assert_int_equal(
        pass_words(&key, "x",
                   &(struct pass_words){"%%%%%%%%%%%%%%%%", "%%%%%%%%%%%%%%%%",
                                        "", "%%%%%%%%%%%%%%%%", s},
                   &p),
        ST_INVALID);
}

static void test_seen(void **unused)
{
    char text[PASS_SEEN_MAX];

    (void)unused;
    pass_seen(&key, 1795312800000, text);
    assert_int_equal(pass_read_seen(&key, text), 1795312800000);
    assert_int_equal(pass_read_seen(&other, text), 0);
    assert_int_equal(pass_read_seen(&key, NULL), 0);
    assert_int_equal(pass_read_seen(&key, ""), 0);
    assert_int_equal(pass_read_seen(&key, "-"), 0);
    assert_int_equal(pass_read_seen(&key, "1795312800000"), 0);
    for (size_t i = 0; text[i]; i++) {
        const char was = text[i];

        text[i] = was == '3' ? '4' : '3';
        assert_int_equal(pass_read_seen(&key, text), 0);
        text[i] = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invited), cmocka_unit_test(test_words),
        cmocka_unit_test(test_open), cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_seen)};

    return cmocka_run_group_tests_name("pass", tests, NULL, NULL);
}
