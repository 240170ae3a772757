/* reply_words_test.c - words that end all asking, or allow it again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc.h"
#include "surveys/reply.h"

static struct reply_words *usual(void)
{
    struct reply_words *w = NULL;
    struct err err = {""};

    if (reply_words_new(REPLY_OPT_OUT_WORDS, REPLY_OPT_IN_WORDS, &w, &err) !=
        ST_OK)
        fail_msg("%s", err.text);
    return w;
}

static enum reply_wish wish_of(const struct reply_words *w, const char *text)
{
    enum reply_wish wish = WISH_NONE;

    assert_int_equal(reply_wish(w, text, strlen(text), &wish), ST_OK);
    return wish;
}

static void hears(void **state)
{
    static const char *const out[] = {
        "TD",     "td",     "Td",       "ＴＤ",    "ｔｄ",     "td。",
        " TD ",   "TD!",    "“TD”",     "T",       "t",        "Ｔ",
        "N",      "n.",     "R",        "退订",    "退订！",   "退 订",
        "退訂",   "0000",   "００００", "STOP",    "stop",     "Stop.",
        "回T",    "回TD",   "回复TD",   "回覆TD",  "退订回T",  "TD退订",
        "退订TD", "TDTD",   "T D",      "TD\n",    "\nTD\r\n", "unsubscribe",
        "TD👎",    "【TD】", "0 0 0 0",  "回复退订"};
    static const char *const in[] = {"DY",   "dy",   "ＤＹ",   "START",
                                     "订阅", "訂閱", "恢复。", "恢復"};
    static const char *const none[] = {
        "",         " ",       "。",    "8",        "TD8",      "TDX",
        "0",        "00",      "000",   "00000",    "no",       "不",
        "TT",       "NR",      "N8",    "回",       "回复",     "我要退订套餐",
        "退订彩铃", "stop it", "TD DY", "订阅退订", "非常满意", "不要退订",
        "10",       "Tt",      "\xff",  "N/A",      "请退订"};
    struct reply_words *w = usual();

    (void)state;
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        if (wish_of(w, out[i]) != WISH_OPT_OUT)
            fail_msg("%s is no opting out", out[i]);
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        if (wish_of(w, in[i]) != WISH_OPT_IN)
            fail_msg("%s is no opting in", in[i]);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (wish_of(w, none[i]) != WISH_NONE)
            fail_msg("%s is a wish", none[i]);
    reply_words_free(&w);
    assert_null(w);
    reply_words_free(&w);
}

static void takes_lists(void **state)
{
    static const struct {
        const char *out, *in;
        bool good;
    } lists[] = {
        {"", "", true},        {"TD", "", true},         {"", "DY", true},
        {"TD,td", "DY", true}, {"0000", "1111", true},   {"X1", "11", true},
        {",", "", false},      {"TD,", "", false},       {",TD", "", false},
        {"TD,,T", "", false},  {"TD, ", "", false},      {"。", "", false},
        {"TD", "td", false},   {"TD", "DY,ＴＤ", false}, {"0", "", false},
        {"8", "", false},      {"10", "", false},        {"８", "", false},
        {"", "十", false},     {"TD,⑧", "", false},      {"༨", "", false},
        {"两", "", false},     {"\xff", "", false}};

    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct reply_words *w = NULL;
        struct err err = {""};
        const enum status st =
            reply_words_new(lists[i].out, lists[i].in, &w, &err);

        if (st != (lists[i].good ? ST_OK : ST_INVALID))
            fail_msg("%s | %s: %d", lists[i].out, lists[i].in, (int)st);
        assert_int_equal(w != NULL, lists[i].good);
        assert_int_equal(!err.text[0], lists[i].good);
        reply_words_free(&w);
    }
}

static void hears_no_long_text(void **state)
{
    static char text[REPLY_MAX + 2];
    struct reply_words *w = usual();

    (void)state;
    memset(text, ' ', sizeof text - 1);
    memcpy(text, "TD", 2);
    assert_int_equal(wish_of(w, text), WISH_NONE);
    text[REPLY_MAX] = '\0';
    assert_int_equal(wish_of(w, text), WISH_OPT_OUT);
    reply_words_free(&w);
}

static enum status make_and_hear(void *ctx)
{
    struct reply_words *w = NULL;
    enum reply_wish wish;
    enum status st = reply_words_new("TD,退订", "DY", &w, NULL);

    (void)ctx;
    if (st == ST_OK)
        st = reply_wish(w, "退订。", strlen("退订。"), &wish);
    reply_words_free(&w);
    return st;
}

static void survives_want_of_memory(void **state)
{
    (void)state;
    alloc_torture(make_and_hear, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears), cmocka_unit_test(takes_lists),
        cmocka_unit_test(hears_no_long_text),
        cmocka_unit_test(survives_want_of_memory)};

    return cmocka_run_group_tests_name("reply_words", tests, NULL, NULL);
}
