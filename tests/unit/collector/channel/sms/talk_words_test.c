/* talk_words_test.c - words in a conversation: kept, told of, and what they set
 * going; and the talk that is a link alone. */
#include "talks.h"

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

/* Words: kept, told so once, asked once more, then peace. */
static void test_words(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    d = talks_hear(&t, s, COMMENT, "等了很久", T0 + 1000);
    assert_true(d.kept);
    assert_int_equal(t.say, SAY_NOTED);
    talks_send(&t, T0 + 2000);
    (void)talks_hear(&t, s, COMMENT, "态度也不好", T0 + 3000);
    assert_int_equal(t.out, OUT_IDLE);
    (void)talks_hear(
        &t, s, (struct reply){.kind = REPLY_ANSWER, .stored = 3, .words = true},
        "3分，唉", T0 + 4000);
    assert_int_equal(t.answers[0], 3);
    assert_int_equal(t.comment_len, strlen("等了很久\n态度也不好\n3分，唉"));
    assert_memory_equal(t.comment, "等了很久\n态度也不好\n3分，唉",
                        t.comment_len);
}

/* The comment has an end; nothing is cut in the middle. */
static void test_many_words(void **state)
{
    char text[1200];
    struct talk t;

    (void)state;
    talks_open(&t, s);
    memset(text, 'w', sizeof text);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 4; i++) {
        text[0] = (char)('a' + i);
        (void)talks_hear(&t, s, COMMENT, text, T0 + 1000 + i);
    }
    assert_int_equal(t.comment_len, sizeof text - 1);
}

/* The repair did not help: REP2 = 2 and an event, at once and once; the
 * question about it is not asked any more. */
static void test_not_fixed(void **state)
{
    struct reply r = {.kind = REPLY_COMMENT, .not_fixed = true};
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    d = talks_hear(&t, s, r, "没修好", T0 + 1000);
    assert_int_equal(d.events, 1u << EVENT_STARTED | 1u << EVENT_NOT_FIXED);
    assert_int_equal(t.answers[2], 2);
    assert_int_equal(t.say, SAY_NOTED);
    talks_send(&t, T0 + 1100);
    d = talks_hear(&t, s, r, "还是没修好", T0 + 2000);
    assert_int_equal(d.events, 0);
    d = talks_hear(&t, s, ANSWER(8), "8", T0 + 3000);
    assert_true(d.submit); /* WHY is filtered, REP2 is known */
    assert_int_equal(t.end, END_COMPLETE);

    /* in answer to the question itself: it is the answer */
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(8), "8", T0 + 1000);
    talks_send(&t, T0 + 1100);
    d = talks_hear(&t, s, r, "又断了", T0 + 2000);
    assert_int_equal(d.events, 1u << EVENT_NOT_FIXED);
    assert_true(d.submit);

    /* so is its number */
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(8), "8", T0 + 1000);
    talks_send(&t, T0 + 1100);
    d = talks_hear(&t, s, ANSWER(2), "2", T0 + 2000);
    assert_int_equal(d.events, 1u << EVENT_NOT_FIXED);
}

static void test_escalate(void **state)
{
    struct reply r = {.kind = REPLY_COMMENT, .escalate = true};
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    d = talks_hear(&t, s, r, "我要投诉", T0 + 1000);
    assert_int_equal(d.events, 1u << EVENT_STARTED | 1u << EVENT_ESCALATE);
    d = talks_hear(&t, s, r, "去12300投诉", T0 + 1000);
    assert_int_equal(d.events, 0);
}

/* A link alone: words are kept, the link is shown once more. */
static void test_web(void **state)
{
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_begin(&t, CHANNEL_WEB);
    talk_open(&t, s, T0);
    assert_int_equal(t.say, SAY_INVITE);
    talks_send(&t, T0);
    assert_null(talk_item(&t, s));
    d = talks_hear(&t, s, UNCLEAR, "8", T0 + 1000);
    assert_int_equal(t.say, SAY_LINK);
    talks_send(&t, T0 + 1100);
    d = talks_hear(&t, s, COMMENT, "打不开", T0 + 2000);
    assert_int_equal(t.out, OUT_IDLE);
    assert_true(d.kept);
    d = (struct talk_deed){0};
    talk_tick(&t, &talks_rules, T0 + 4 * talks_rules.remind_ms, &d);
    assert_int_equal(t.end, END_PARTIAL);
    assert_true(d.submit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words), cmocka_unit_test(test_many_words),
        cmocka_unit_test(test_not_fixed), cmocka_unit_test(test_escalate),
        cmocka_unit_test(test_web)};

    return cmocka_run_group_tests(tests, load, unload);
}
