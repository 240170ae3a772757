/* form_test.c - forms and percent-encoding, as browsers and enemies send
 * them. */
#include "form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/http.h"

static void test_percent(void **state)
{
    static const struct {
        const char *text, *want; /* NULL: ST_INVALID */
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"/s/%E6%BB%A1", "/s/满"},
        {"%e6%bb%a1", "满"},
        {"%2F%2f", "//"},
        {"a+b", "a+b"},
        {"%25zz", "%zz"},
        {"%", NULL},
        {"%4", NULL},
        {"%4g", NULL},
        {"%g4", NULL},
        {"%%41", NULL},
        {"% 1", NULL},
        {"%-1", NULL},
        {"%u4e00", NULL},
        {"%00", NULL},
        {"a%00b", NULL},
        {"%ff", NULL},
        {"%c0%bc", NULL},     /* overlong '<' */
        {"%ed%a0%80", NULL},  /* a surrogate */
        {"%e6%bb", NULL},     /* half a character */
        {"\xe6%bb%a1", "满"}, /* half of it as it is */
        {"\xff", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = strlen(cases[i].text);
        char *text = strdup(cases[i].text);

        assert_non_null(text);
        assert_int_equal(percent_decode(text, &len),
                         cases[i].want ? ST_OK : ST_INVALID);
        if (cases[i].want) {
            assert_string_equal(text, cases[i].want);
            assert_int_equal(len, strlen(cases[i].want));
        }
        free(text);
    }
}

static enum status parse(const char *text, size_t len, struct form *out)
{
    /* no byte behind it, so that reading one is seen */
    uint8_t *exact = malloc(len ? len : 1);
    enum status st;

    assert_non_null(exact);
    memcpy(exact, text, len);
    st = form_parse(exact, len, out);
    free(exact);
    return st;
}

static void test_fields(void **state)
{
    static const char text[] = "SAT1=7&SAT2=&comment=%E5%BE%88+%E5%A5%BD%26&"
                               "SAT1=8&&alone&=empty&a%3Db=c%3Dd=e&z";
    struct form f = {0};

    (void)state;
    assert_int_equal(parse(text, sizeof text - 1, &f), ST_OK);
    assert_int_equal(f.count, 8);
    assert_string_equal(form_get(&f, "SAT1"), "7"); /* the first */
    assert_string_equal(form_get(&f, "SAT2"), "");
    assert_string_equal(form_get(&f, "comment"), "很 好&");
    assert_string_equal(form_get(&f, "alone"), "");
    assert_string_equal(form_get(&f, ""), "empty");
    assert_string_equal(form_get(&f, "a=b"), "c=d=e");
    assert_string_equal(form_get(&f, "z"), "");
    assert_null(form_get(&f, "SAT3"));
    assert_null(form_get(&f, "sat1"));
    form_free(&f);
    form_free(&f);
}

static void test_edges(void **state)
{
    static const char *const empty[] = {"", "&", "&&&"};
    static const char *const bad[] = {"a=%",    "a=%zz",     "%f=1",  "a=%00",
                                      "a=\xff", "a=1&b=%e6", "%00=1", "a=1&%"};
    struct form f = {0};

    (void)state;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        assert_int_equal(parse(empty[i], strlen(empty[i]), &f), ST_OK);
        assert_int_equal(f.count, 0);
        assert_null(form_get(&f, ""));
        form_free(&f);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(parse(bad[i], strlen(bad[i]), &f), ST_INVALID);
    assert_int_equal(parse("a=1\0&b=2", 8, &f), ST_INVALID);
    assert_null(f.text);
}

static void test_many_fields(void **state)
{
    char text[2 * HTTP_FIELDS_MAX + 2];
    struct form f = {0};

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? '&' : 'a';
    assert_int_equal(parse(text, 2 * HTTP_FIELDS_MAX - 1, &f), ST_OK);
    assert_int_equal(f.count, HTTP_FIELDS_MAX);
    form_free(&f);
    assert_int_equal(parse(text, 2 * HTTP_FIELDS_MAX + 1, &f), ST_RANGE);
    memset(text, '&', sizeof text);
    assert_int_equal(parse(text, sizeof text, &f), ST_RANGE);
}

static enum status parse_one(void *ctx)
{
    struct form f = {0};
    const enum status st = form_parse(ctx, strlen(ctx), &f);

    form_free(&f);
    return st;
}

static void test_no_memory(void **state)
{
    char text[] = "a=1&b=2";

    (void)state;
    alloc_torture(parse_one, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percent),   cmocka_unit_test(test_fields),
        cmocka_unit_test(test_edges),     cmocka_unit_test(test_many_fields),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
