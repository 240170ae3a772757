/* reply_property_test.c - what must hold for every number in every dress, and
 * for texts of any bytes. */
#include <stdio.h>

#include "alloc.h"
#include "items.h"

enum { POINTS = 10, TEXT = 512 };

/* 1 to 10 as they are written. */
static const char *const scripts[][POINTS] = {
    {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"},
    {"１", "２", "３", "４", "５", "６", "７", "８", "９", "１０"},
    {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"},
    {"壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "拾"},
    {"壹", "貳", "叄", "肆", "伍", "陸", "柒", "捌", "玖", "拾"},
    {"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩"},
    {"⑴", "⑵", "⑶", "⑷", "⑸", "⑹", "⑺", "⑻", "⑼", "⑽"},
    {"❶", "❷", "❸", "❹", "❺", "❻", "❼", "❽", "❾", "❿"},
    {"➀", "➁", "➂", "➃", "➄", "➅", "➆", "➇", "➈", "➉"},
    {"⓵", "⓶", "⓷", "⓸", "⓹", "⓺", "⓻", "⓼", "⓽", "⓾"},
    {"㈠", "㈡", "㈢", "㈣", "㈤", "㈥", "㈦", "㈧", "㈨", "㈩"},
    {"1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣",
     "7️⃣", "8️⃣", "9️⃣", "🔟"},
    {"𝟏", "𝟐", "𝟑", "𝟒", "𝟓", "𝟔", "𝟕", "𝟖", "𝟗", "𝟏𝟎"},
    {"١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩", "١٠"},
    {"۱", "۲", "۳", "۴", "۵", "۶", "۷", "۸", "۹", "۱۰"},
    {"༡", "༢", "༣", "༤", "༥", "༦", "༧", "༨", "༩", "༡༠"},
    {"᠑", "᠒", "᠓", "᠔", "᠕", "᠖", "᠗", "᠘", "᠙", "᠑᠐"},
    {"᧑", "᧒", "᧓", "᧔", "᧕", "᧖", "᧗", "᧘", "᧙", "᧑᧐"}};

static const char *const ratings[] = {"%s",
                                      " %s ",
                                      "%s。",
                                      "%s分",
                                      "%s 分",
                                      "给%s分",
                                      "打%s分",
                                      "我打%s分",
                                      "评分：%s",
                                      "选%s",
                                      "回复%s",
                                      "“%s”",
                                      "%s分吧",
                                      "%s，谢谢",
                                      "%s！！",
                                      "%s分，师傅很好",
                                      "等了3天，给%s分",
                                      "%s\n",
                                      "嗯，%s",
                                      "I give %s",
                                      "%s points",
                                      "%s/10",
                                      "score: %s"};

static const char *const others[] = {
    "等了%s天",     "%s天",         "%s次",
    "来了%s次",     "%s小时",       "等了%s个小时",
    "%s分钟",       "%s 分钟",      "等了%s 天",
    "第%s",         "第%s次",       "%s楼",
    "%s元",         "扣了%s块钱",   "%s个月没修",
    "%s年老用户",   "%s月5日",      "3月%s日",
    "%s:30",        "%s点半",       "%s个师傅",
    "%s人",         "%s%%",         "不是%s",
    "不给%s分",     "%s或9",        "%s-9",
    "7到%s",        "%s分左右",     "大概%s",
    "至少%s分",     "%s分以上",     "如果修好给%s分",
    "本来想给%s分", "让我打%s分",   "%s.5",
    "-%s",          "%s+",          "%s？",
    "%s吗",         "周%s",         "%sM",
    "%sG流量",      "%s days",      "waited %s hours",
    "not %s",       "%s or 9",      "about %s",
    "%s times",     "等了……%s……天", "等了（%s）天",
    "%s 9",         "%s兆",         "%s折",
    "%s号线",       "差%s分满分",   "等了😡%s😡天",
    "等了%s",       "修了 %s"};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static struct reply read_in(const struct item *it, const char *frame,
                            const char *number, char text[TEXT])
{
    (void)snprintf(text, TEXT, frame, number);
    return read_reply(it, text);
}
#pragma GCC diagnostic pop

static void every_number_counts(void **state)
{
    struct survey *s = items_load();
    const struct item *const it = item_of(s, "SCALE10");
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        for (size_t k = 0; k < sizeof ratings / sizeof *ratings; k++)
            for (size_t v = 0; v < POINTS; v++, n++) {
                char text[TEXT];
                const struct reply r =
                    read_in(it, ratings[k], scripts[i][v], text);

                if (r.kind != REPLY_ANSWER || r.stored != v + 1)
                    fail_msg("%s: kind %d, %d", text, (int)r.kind, r.stored);
            }
    print_message("%zu ratings\n", n);
    survey_free(&s);
}

static void no_other_number_does(void **state)
{
    static const char *const items[] = {"SCALE10", "GOOD10", "PLAIN10",
                                        "SCALE5",  "NPS",    "CHOICE"};
    struct survey *s = items_load();
    size_t n = 0;

    (void)state;
    for (size_t j = 0; j < sizeof items / sizeof *items; j++)
        for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
            for (size_t k = 0; k < sizeof others / sizeof *others; k++)
                for (size_t v = 0; v < POINTS; v++, n++) {
                    char text[TEXT];
                    const struct reply r = read_in(
                        item_of(s, items[j]), others[k], scripts[i][v], text);

                    if (r.kind == REPLY_ANSWER)
                        fail_msg("%s is taken for %d", text, r.stored);
                }
    print_message("%zu that are none\n", n);
    survey_free(&s);
}

/* Pieces of replies thrown together: two different loose numbers, or a number
 * and a word that doubts it, never score. */
static void thrown_together(void **state)
{
    static const char *const doubts[] = {"如果", "不是", "吗",   "本来", "让我",
                                         "但是", "or",   "左右", "或",   "～9"};
    struct survey *s = items_load();
    const struct item *const it = item_of(s, "SCALE10");
    char text[TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++)
        for (int v = 1; v <= POINTS; v++) {
            (void)snprintf(text, sizeof text, "%d%s", v, doubts[i]);
            if (read_reply(it, text).kind == REPLY_ANSWER)
                fail_msg("%s is taken", text);
            (void)snprintf(text, sizeof text, "%s%d分", doubts[i], v);
            if (i < 6 && read_reply(it, text).kind == REPLY_ANSWER)
                fail_msg("%s is taken", text);
        }
    for (int v = 1; v <= POINTS; v++)
        for (int u = 1; u <= POINTS; u++) {
            static const char *const between[] = {" ",   "，", "。", "\n", "分",
                                                  "分 ", "和", "、", "😀"};

            for (size_t k = 0; k < sizeof between / sizeof *between; k++) {
                (void)snprintf(text, sizeof text, "%d%s%d", v, between[k], u);
                if (read_reply(it, text).kind == REPLY_ANSWER)
                    fail_msg("%s is taken", text);
            }
        }
    survey_free(&s);
}

static void any_bytes(void **state)
{
    static char text[REPLY_MAX + 1];
    struct survey *s = items_load();
    const struct item *const it = item_of(s, "SCALE10");
    struct reply r = {.kind = REPLY_KINDS};

    (void)state;
    assert_int_equal(reply_read(it, "8\xff", 2, &r), ST_OK);
    assert_int_equal(r.kind, REPLY_UNCLEAR);
    assert_int_equal(reply_read(it, "", 0, &r), ST_OK);
    assert_int_equal(r.kind, REPLY_UNCLEAR);
    assert_int_equal(reply_read(it, "8\0008", 3, &r), ST_OK);
    assert_int_equal(r.kind, REPLY_UNCLEAR);
    memset(text, ' ', sizeof text);
    text[0] = '8';
    assert_int_equal(reply_read(it, text, REPLY_MAX, &r), ST_OK);
    assert_int_equal(r.kind, REPLY_ANSWER);
    assert_int_equal(reply_read(it, text, REPLY_MAX + 1, &r), ST_OK);
    assert_int_equal(r.kind, REPLY_UNCLEAR);
    memset(text, '8', sizeof text);
    assert_int_equal(reply_read(it, text, REPLY_MAX, &r), ST_OK);
    assert_int_equal(r.kind, REPLY_UNCLEAR);
    survey_free(&s);
}

static void no_question_open(void **state)
{
    static const char *const texts[] = {"8",        "10分", "很满意", "没修好",
                                        "我要投诉", "。",   ""};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct reply r = read_reply(NULL, texts[i]);

        assert_true(r.kind == REPLY_COMMENT || r.kind == REPLY_UNCLEAR);
        assert_int_equal(r.not_fixed, i == 3);
        assert_int_equal(r.escalate, i == 4);
    }
}

static enum status read_some(void *ctx)
{
    const struct survey *s = ctx;
    static const char text[] = "❽分，师傅很好";
    struct reply r;
    enum status st =
        reply_read(item_of(s, "SCALE10"), text, sizeof text - 1, &r);

    if (st == ST_OK)
        st = reply_read(item_of(s, "FIXED"), "没修好", strlen("没修好"), &r);
    return st;
}

static void survives_want_of_memory(void **state)
{
    struct survey *s = items_load();

    (void)state;
    alloc_torture(read_some, s);
    survey_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_counts),
        cmocka_unit_test(no_other_number_does),
        cmocka_unit_test(thrown_together),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(no_question_open),
        cmocka_unit_test(survives_want_of_memory)};

    return cmocka_run_group_tests_name("reply_property", tests, NULL, NULL);
}
