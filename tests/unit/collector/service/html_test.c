/* html_test.c - no text becomes markup. */
#include "collector/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc.h"

static void assert_escaped(const char *text, size_t len, const char *want)
{
    struct html h = {.st = ST_OK};

    html_text_len(&h, text, len);
    assert_int_equal(h.st, ST_OK);
    assert_int_equal(h.out.len, strlen(want));
    if (h.out.len)
        assert_memory_equal(h.out.data, want, h.out.len);
    buffer_free(&h.out);
}

#define BAD "\xef\xbf\xbd"

static void test_text(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"很满意", "很满意"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload=\"x", "&quot; onload=&quot;x"},
        {"' onload='x", "&#39; onload=&#39;x"},
        {"&amp;&lt;&#60;", "&amp;amp;&amp;lt;&amp;#60;"},
        {"<<>>&&", "&lt;&lt;&gt;&gt;&amp;&amp;"},
        {"a\tb\nc\rd", "a\tb\nc\rd"},
        {"a\x01z\x1bz\x7fz", "a" BAD "z" BAD "z" BAD "z"},
        {"\xc2\x80\xc2\x9f|", BAD BAD "|"},         /* C1 controls */
        {"\xc2\xa0", "\xc2\xa0"},                   /* no-break space */
        {"\xef\xb7\x90 \xef\xbf\xbe", BAD " " BAD}, /* U+FDD0, U+FFFE */
        {"\xf4\x8f\xbf\xbf", BAD},                  /* U+10FFFF */
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},   /* an emoji */
        {"\xc0\xbcscript", BAD BAD "script"},       /* overlong '<' */
        {"\xed\xa0\x80", BAD BAD BAD},              /* a surrogate */
        {"a\xff<", "a" BAD "&lt;"},
        {"\xe6\xbb", BAD BAD}, /* cut in the middle */
        {"\xe6\xbb<b>", BAD BAD "&lt;b&gt;"},
        {"\xf8\x88\x80\x80\x80", BAD BAD BAD BAD BAD},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_escaped(cases[i].text, strlen(cases[i].text), cases[i].want);
    assert_escaped("a\0<b", 4, "a" BAD "&lt;b");
    assert_escaped("\0", 1, BAD);
    assert_escaped("abc", 2, "ab");
}

/* Whatever the bytes: no markup, no quote, and valid text comes out. */
static void test_any_bytes(void **state)
{
    uint32_t x = 2463534242u;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        char text[48];
        const size_t len = (size_t)round % sizeof text;
        struct html h = {.st = ST_OK};

        for (size_t i = 0; i < len; i++) {
            static const char hot[] = "<>&\"'\0\xe6\xbb\xa1\xf0\x9f";

            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            text[i] = x & 0x100 ? hot[x % (sizeof hot - 1)] : (char)(x >> 24);
        }
        html_text_len(&h, text, len);
        assert_int_equal(h.st, ST_OK);
        for (size_t i = 0; i < h.out.len; i++) {
            assert_null(h.out.data[i] ? strchr("<>\"'", h.out.data[i]) : "NUL");
            if (h.out.data[i] == '&')
                assert_non_null(memchr(h.out.data + i, ';', 6));
        }
        buffer_free(&h.out);
    }
}

static void test_format(void **state)
{
    struct html h = {.st = ST_OK};

    (void)state;
    html_raw(&h, "<p>");
    html_format(&h, "<a href=\"%s\">%s</a> %d %d 100%%", "/?a=1&b=\"", "<满意>",
                -2147483647 - 1, 10);
    html_text(&h, "</p>");
    html_format(&h, "%s", "");
    assert_int_equal(h.st, ST_OK);
    assert_int_equal(buffer_byte(&h.out, 0), ST_OK);
    assert_string_equal(h.out.data,
                        "<p><a href=\"/?a=1&amp;b=&quot;\">&lt;满意&gt;</a> "
                        "-2147483648 10 100%&lt;/p&gt;");
    buffer_free(&h.out);
}

/* The first failure sticks. */
static void test_limit(void **state)
{
    struct html h = {.out.max = 8};

    (void)state;
    html_text(&h, "1234567");
    assert_int_equal(h.st, ST_OK);
    html_text(&h, "<");
    assert_int_equal(h.st, ST_RANGE);
    html_text(&h, "8");
    assert_int_equal(h.st, ST_RANGE);
    assert_int_equal(h.out.len, 7);
    buffer_free(&h.out);
}

static enum status write_some(void *ctx)
{
    struct html h = {.st = ST_OK};

    (void)ctx;
    for (int i = 0; i < 40; i++)
        html_format(&h, "<b>%s</b>", "a<b");
    buffer_free(&h.out);
    return h.st;
}

static void test_no_memory(void **state)
{
    (void)state;
    alloc_torture(write_some, NULL);
}

/* It would be run hundreds of times when every allocation is failed in turn,
 * and tell no more. */
static int skip_in_torture(void **state)
{
    (void)state;
    if (getenv("FAIL_AT"))
        skip();
    return 0;
}

#define LONG_ONE(f) cmocka_unit_test_setup(f, skip_in_torture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),      LONG_ONE(test_any_bytes),
        cmocka_unit_test(test_format),    cmocka_unit_test(test_limit),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
