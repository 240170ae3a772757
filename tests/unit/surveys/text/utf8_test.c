/* utf8_test.c - what is UTF-8, how wide it prints, what it takes of an SMS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "surveys/utf8.h"

static size_t valid(const char *text)
{
    return utf8_valid(text, strlen(text));
}

static void accepts_all_lengths(void **state)
{
    static const char text[] = "a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf"
                               "\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80"
                               "\xf4\x8f\xbf\xbf";

    (void)state;
    assert_int_equal(valid(text), sizeof text - 1);
    assert_int_equal(utf8_valid("", 0), 0);
    assert_int_equal(utf8_valid("\0x", 2), 2);
}

/* Each wrong character at each place around the steps of eight. */
static void refuses(void **state)
{
    static const char *const wrong[] = {"\x80",
                                        "\xbf",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xc2",
                                        "\xc2x",
                                        "\xe0\x9f\xbf",
                                        "\xe1\x80",
                                        "\xed\xa0\x80",
                                        "\xed\xbf\xbf",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf1\x80\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80\x80",
                                        "\xfe",
                                        "\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        for (size_t before = 0; before < 20; before++) {
            char *text = malloc(before + 4); /* exact, for the sanitizer */
            const size_t len = before + strlen(wrong[i]);

            assert_non_null(text);
            memset(text, 'q', before);
            memcpy(text + before, wrong[i], len - before);
            text = realloc(text, len);
            assert_int_equal(utf8_valid(text, len), before);
            free(text);
        }
}

static void decodes(void **state)
{
    const char *text = "a\xc3\xa9满\xf0\x9f\x98\x80", *at = text;
    const char *end = text + strlen(text);

    (void)state;
    assert_int_equal(utf8_next(&at, end), 'a');
    assert_int_equal(utf8_next(&at, end), 0xe9);
    assert_int_equal(utf8_next(&at, end), 0x6ee1);
    assert_int_equal(utf8_next(&at, end), 0x1f600);
    assert_int_equal(utf8_next(&at, end), 0);
    assert_ptr_equal(at, end);
}

/* Wrong bytes are the caller's mistake, and still nothing is read behind. */
static void decodes_nonsense_safely(void **state)
{
    char *text = malloc(2);
    const char *at = text;

    (void)state;
    assert_non_null(text);
    memcpy(text, "\xe6\xbb", 2);
    assert_int_equal(utf8_next(&at, text + 2), 0xfffd);
    assert_int_equal(utf8_next(&at, text + 2), 0xfffd);
    assert_int_equal(utf8_next(&at, text + 2), 0);
    free(text);
}

static void measures(void **state)
{
    (void)state;
    assert_int_equal(utf8_width(""), 0);
    assert_int_equal(utf8_width("SAT 8.5"), 7);
    assert_int_equal(utf8_width("满意度"), 6);
    assert_int_equal(utf8_width("ＳＡＴ１"), 8);        /* full width */
    assert_int_equal(utf8_width("ｻﾄｳ"), 3);             /* half width */
    assert_int_equal(utf8_width("caf\x65\xcc\x81"), 4); /* combining */
    assert_int_equal(utf8_width("，。“”"), 2 + 2 + 1 + 1);
    assert_int_equal(utf8_width("한국"), 4);
    assert_int_equal(utf8_width("\xf0\x9f\x98\x80"), 2);
    assert_int_equal(utf8_width("\xf0\xa0\x80\x80"), 2); /* plane 2 */
    assert_int_equal(utf8_width("a\tb\x1b"), 2);
    assert_int_equal(utf8_width("\xe2\x80\x8b"), 0); /* zero width space */
}

static void check_sms(const char *text, size_t units, bool seven)
{
    bool gsm7 = !seven;

    assert_int_equal(utf8_sms_units(text, strlen(text), &gsm7), units);
    assert_int_equal(gsm7, seven);
}

static void counts_sms_units(void **state)
{
    (void)state;
    check_sms("", 0, true);
    check_sms("Reply 1-10.", 11, true);
    check_sms("\xc3\xa9\xc3\xb1\xc3\x9f\xce\x94@$\n", 7, true); /* éñßΔ */
    check_sms("{a}", 5, true);          /* braces need an escape */
    check_sms("\xe2\x82\xac", 2, true); /* euro */
    check_sms("[]\\^~|\f", 14, true);
    check_sms("`", 1, false);        /* not in GSM 03.38 */
    check_sms("\xc3\xa7", 1, false); /* ç is not, though Ç is */
    check_sms("\xc3\x87", 1, true);
    check_sms("您好", 2, false);
    check_sms("您好 {a}", 6, false);         /* a unit each, braces too */
    check_sms("\xf0\x9f\x98\x80", 2, false); /* a surrogate pair */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_all_lengths),
        cmocka_unit_test(refuses),
        cmocka_unit_test(decodes),
        cmocka_unit_test(decodes_nonsense_safely),
        cmocka_unit_test(measures),
        cmocka_unit_test(counts_sms_units)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
