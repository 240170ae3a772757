/* fold_test.c - one text for all that mean the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc.h"
#include "surveys/utf8.h"

static void folds(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"", ""},
        {"８。", "8。"},
        {"⑧⑽", "8(10)"},
        {"8\xef\xb8\x8f\xe2\x83\xa3", "8"}, /* 8️⃣ */
        {"1\xe2\x83\xa3", "1"},             /* no variation selector */
        {"ＴＤ td Td", "td td td"},
        {"STRASSE Straße", "strasse strasse"},
        {"㊀ ﹝9﹞ Ⅷ ㎡", "一 〔9〕 viii m2"},
        {"1\xe2\x80\x8b"
         "0",
         "10"}, /* zero width space */
        {"e\xcc\x81", "é"},
        {"满意 滿意", "满意 滿意"}, /* still two words */
        {"ﷺ", "صلى الله عليه وسلم"},
        {"\xe1\xa0\x8b\xe1\xa0\xac", "\xe1\xa0\xac"}, /* Mongolian selector */
        {"٨ ۸ ༨ ᠘", "٨ ۸ ༨ ᠘"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = {.max = 0};

        assert_int_equal(utf8_fold(cases[i].from, strlen(cases[i].from), &out),
                         ST_OK);
        assert_int_equal(buffer_byte(&out, 0), ST_OK);
        assert_string_equal((const char *)out.data, cases[i].to);
        buffer_free(&out);
    }
}

static void refuses(void **state)
{
    struct buffer out = {.max = 4};

    (void)state;
    assert_int_equal(utf8_fold("8\xff", 2, &out), ST_INVALID);
    assert_int_equal(utf8_fold("\xed\xa0\x80", 3, &out), ST_INVALID);
    assert_int_equal(utf8_fold("AB", 2, &out), ST_OK);
    assert_int_equal(utf8_fold("满", 3, &out), ST_RANGE);
    assert_int_equal(out.len, 2);
    assert_memory_equal(out.data, "ab", 2);
    assert_int_equal(utf8_fold("\0C", 2, &out), ST_OK); /* a NUL is no end */
    assert_memory_equal(out.data, "ab\0c", 4);
    buffer_free(&out);
}

static enum status fold_some(void *ctx)
{
    struct buffer out = {.max = 0};
    enum status st = utf8_fold("８分", strlen("８分"), &out);

    (void)ctx;
    buffer_free(&out);
    return st;
}

static void survives_want_of_memory(void **state)
{
    (void)state;
    alloc_torture(fold_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds), cmocka_unit_test(refuses),
        cmocka_unit_test(survives_want_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
