/* page_wording_test.c - what of an SMS text is left on a page: in all shipped
 * definitions, and in texts of another making. */
#include "page_samples.h"

#include "form_wording.h"

static bool holds(struct span s, const char *what)
{
    return memmem(s.text, s.len, what, strlen(what)) != NULL;
}

static bool is(struct span s, const char *what)
{
    return span_same(s, span_of(what));
}

static void check_text(const struct item *it, const struct text *t)
{
    struct wording w;

    wording_read(it, t->language, t->text, &w);
    if (!w.question.len || holds(w.question, "回复") ||
        holds(w.question, "请回") || holds(w.question, "eply") ||
        holds(w.question, "TD") || holds(w.question, "=") ||
        holds(w.question, "号码") || holds(w.question, "numbers"))
        fail_msg("%s: %.*s", it->code, (int)w.question.len, w.question.text);
    if ((it->kind == ITEM_SCALE) != (w.low.len > 0 && w.high.len > 0))
        fail_msg("%s: ends", it->code);
}

static void check_texts(const struct item *it, const struct texts *t)
{
    for (size_t i = 0; i < t->count; i++)
        check_text(it, &t->list[i]);
}

static void all_shipped(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHIPPED; k++) {
        struct survey *s = sample_load(shipped_codes[k]);

        for (size_t i = 0; i < s->items; i++) {
            if (!s->item[i].variants)
                check_texts(&s->item[i], &s->item[i].text);
            for (size_t v = 0; v < s->item[i].variants; v++)
                check_texts(&s->item[i], &s->item[i].variant[v].text);
        }
        survey_free(&s);
    }
}

static const struct item ten = {
    .code = "S", .kind = ITEM_SCALE, .min = 1, .max = 10};

static struct wording scale(const char *language, const char *text)
{
    struct wording w;

    wording_read(&ten, language, text, &w);
    return w;
}

static void examples(void **state)
{
    struct wording w = scale("zh-CN", "您给{op}打几分？1=很差，10=很好，"
                                      "请回复1-10。");

    (void)state;
    assert_true(is(w.question, "您给{op}打几分？"));
    assert_true(is(w.low, "很差"));
    assert_true(is(w.high, "很好"));
    w = scale("zh-CN", "您报修的{product}已处理，请打分：1=很不满意，"
                       "10=很满意。没修好请回“没好”，拒收回TD。");
    assert_true(is(w.question, "您报修的{product}已处理，请打分"));
    assert_true(is(w.high, "很满意"));
    w = scale("en", "Your repair of {date} is closed. Rate it: 1=very "
                    "dissatisfied, 10=very satisfied. If not fixed reply NOT "
                    "FIXED. TD to opt out.");
    assert_true(is(w.question, "Your repair of {date} is closed. Rate it"));
    assert_true(is(w.low, "very dissatisfied"));
    w = scale("ug", "بىزنى باھالاڭ؟ 1=ناچار، 10=ياخشى.");
    assert_true(is(w.question, "بىزنى باھالاڭ؟"));
    assert_true(is(w.low, "ناچار"));
    assert_true(is(w.high, "ياخشى"));
}

/* What is not surely an instruction, or not all of it there, stays. */
static void left_alone(void **state)
{
    static const char *const texts[] = {
        "满意吗？",
        "1=很差，请回复。",
        "请说明10=很好的理由。为什么？",
        "几分？1=很差，5=一般，10=很好。",
        "几分？10=很好，1=很差。",
        "x1=很差，10=很好",
        "几分？1=，10=很好。",
        "1=很差，10=很好",
        "您愿意回复1-10吗？",
        "不要请回复1-10条短信",
        "How? 11=a, 10=b.",
        "你们说1=差。但是，10=好。",
        "",
        "。",
        "，",
        "=",
        "10=",
        "1=10=",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct wording w = scale("zh-CN", texts[i]);

        assert_true(w.question.text == texts[i]);
        if (w.question.len != strlen(texts[i]) || w.low.len || w.high.len)
            fail_msg("%s", texts[i]);
    }
    /* another language's instruction is none of this one's */
    assert_true(
        is(scale("en", "几分？请回复1-10。").question, "几分？请回复1-10。"));
    assert_true(
        is(scale("zha", "Gei? 请回复1-10").question, "Gei? 请回复1-10"));
    /* nothing would be left */
    assert_true(is(scale("zh", "请回复1-10。").question, "请回复1-10。"));
    assert_true(is(scale("en-GB", "Good? Reply 1-10.").question, "Good?"));
}

static void lists_of_choices(void **state)
{
    static const struct text one[] = {{"en", "yes"}}, two[] = {{"en", "no"}};
    static const struct choice codes[] = {{1, {1, one}}, {2, {1, two}}};
    static const struct item it = {.code = "C",
                                   .kind = ITEM_CHOICE,
                                   .min = 1,
                                   .max = 2,
                                   .choices = 2,
                                   .choice = codes};
    static const char *const texts[][2] = {
        {"Fixed? 1=yes, 2=no. Reply 1 or 2.", "Fixed?"},
        {"Fixed: 1 yes 2 no. Reply with a number.", "Fixed"},
        {"Fixed? 1yes，2no", "Fixed?"},
        {"Fixed? 1=yes, 2=no, 3=maybe", "Fixed? 1=yes, 2=no, 3=maybe"},
        {"Fixed? 11=yes, 2=no", "Fixed? 11=yes, 2=no"},
        {"1=yes, 2=no", "1=yes, 2=no"}};
    struct wording w;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wording_read(&it, "en", texts[i][0], &w);
        if (!is(w.question, texts[i][1]))
            fail_msg("%.*s", (int)w.question.len, w.question.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shipped), cmocka_unit_test(examples),
        cmocka_unit_test(left_alone), cmocka_unit_test(lists_of_choices)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
