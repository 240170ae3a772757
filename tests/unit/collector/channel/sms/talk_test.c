/* talk_test.c - a conversation, step by step: what goes out and what follows.
 */
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

/* Satisfied: the filtered question is passed over, thanks go out once. */
static void test_through(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    d = talks_hear(&t, s, ANSWER(9), "9", T0 + 60000);
    assert_int_equal(d.events, 1u << EVENT_STARTED);
    assert_int_equal(t.answers[0], 9);
    assert_int_equal(t.step, 2); /* WHY is for the unhappy */
    assert_int_equal(t.say, SAY_QUESTION);
    talks_send(&t, T0 + 61000);
    d = talks_hear(&t, s, ANSWER(1), "1", T0 + 90000);
    assert_true(d.submit && d.ended && !d.late);
    assert_int_equal(d.events, 0);
    assert_int_equal(t.phase, TALK_OVER);
    assert_int_equal(t.end, END_COMPLETE);
    assert_int_equal(t.say, SAY_THANKS);
    assert_int_equal(t.answers[2], 1);
    talk_scrub(&t);
    assert_true(bytes_zero(t.answers, t.items));
    talks_send(&t, T0 + 90100);
    assert_int_equal(talk_wake(&t, &talks_rules),
                     t.ended_at + talks_rules.late_ms);
}

/* Variants: the wording that fits; the filter counts values, not bytes. */
static void test_variants(void **state)
{
    struct talk t;

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(2), "2", T0 + 1000);
    assert_int_equal(t.step, 1);
    assert_string_equal(talk_question(&t, s, "zh-CN"), "这么差？");
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(6), "6", T0 + 1000);
    assert_string_equal(talk_question(&t, s, "en"), "Why?");
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(7), "7", T0 + 1000);
    assert_int_equal(t.step, 2);
}

/* Asked again twice, then left in peace; an answer still counts. */
static void test_unclear(void **state)
{
    struct talk t;

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, UNCLEAR, "好吗", T0 + 1000);
    assert_int_equal(t.say, SAY_AGAIN);
    talks_send(&t, T0 + 2000);
    (void)talks_hear(&t, s, (struct reply){.kind = REPLY_OFF_SCALE}, "11",
                     T0 + 3000);
    assert_int_equal(t.out, OUT_DUE);
    talks_send(&t, T0 + 4000);
    (void)talks_hear(&t, s, UNCLEAR, "什么", T0 + 5000);
    assert_int_equal(t.out, OUT_IDLE);
    assert_int_equal(t.phase, TALK_OPEN);
    (void)talks_hear(&t, s, ANSWER(8), "8", T0 + 6000);
    assert_int_equal(t.answers[0], 8);
    assert_int_equal(t.again, 0);
}

/* The same text for the same question is one text; for the next it is
 * another. */
static void test_repeated(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, UNCLEAR, "嗯", T0 + 1000);
    d = talks_hear(&t, s, UNCLEAR, "嗯", T0 + 1500);
    assert_true(d.repeated);
    assert_int_equal(t.again, 1);
    (void)talks_hear(&t, s, ANSWER(1), "1", T0 + 2000);
    assert_int_equal(t.step, 1);
    talks_send(&t, T0 + 2100);
    d = talks_hear(&t, s, ANSWER(1), "1", T0 + 9000);
    assert_false(d.repeated);
    assert_int_equal(t.answers[1], 1);
}

/* A text that comes before its question went out answers nothing. */
static void test_early(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(5), "5", T0 + 1000);
    d = talks_hear(&t, s, ANSWER(2), "2", T0 + 1001);
    assert_true(d.early);
    assert_int_equal(t.answers[1], 0);
    talks_send(&t, T0 + 1100);
    (void)talks_hear(&t, s, ANSWER(2), "2", T0 + 5000);
    assert_int_equal(t.answers[1], 2);
}

/* Killed between call and answer: the reply proves that it had gone. */
static void test_unknown_then_reply(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_begin(&t, CHANNEL_SMS);
    talk_open(&t, s, T0);
    talk_called(&t, T0);
    d = talks_hear(&t, s, ANSWER(8), "8", T0 + 30000);
    assert_int_equal(d.events, 1u << EVENT_STARTED | 1u << EVENT_SENT);
    assert_int_equal(t.answers[0], 8);
}

static void test_unknown_then_report(void **state)
{
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_begin(&t, CHANNEL_SMS);
    talk_open(&t, s, T0);
    talk_called(&t, T0);
    assert_int_equal(talk_wake(&t, &talks_rules), T0 + talks_rules.remind_ms);
    talk_report(&t, 1, REPORT_SENT, "", T0 + 2000, &d);
    assert_int_equal(d.events, 1u << EVENT_SENT);
    assert_int_equal(t.out, OUT_IDLE);
    d = (struct talk_deed){0};
    talk_report(&t, 1, REPORT_DELIVERED, "", T0 + 9000, &d);
    assert_int_equal(d.events, 1u << EVENT_DELIVERED);
    d = (struct talk_deed){0};
    talk_report(&t, 1, REPORT_DELIVERED, "", T0 + 9500, &d);
    assert_int_equal(d.events, 0); /* once */
    talk_report(&t, 7, REPORT_DELIVERED, "", T0 + 9500, &d);
    talk_report(&t, 0, REPORT_FAILED, "", T0 + 9500, &d);
    assert_int_equal(d.events, 0); /* never sent */
}

/* Nobody knows whether it went: not sent again before its time, then once a
 * prompt, then no more. */
static void test_unknown_then_time(void **state)
{
    const int64_t day = talks_rules.remind_ms;
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_begin(&t, CHANNEL_SMS);
    talk_open(&t, s, T0);
    talk_called(&t, T0);
    talk_tick(&t, &talks_rules, T0 + day - 1, &d);
    assert_int_equal(t.out, OUT_CALLED);
    talk_tick(&t, &talks_rules, T0 + day, &d);
    assert_int_equal(t.out, OUT_DUE);
    assert_int_equal(t.say, SAY_QUESTION);
    assert_true(t.first);
    talk_called(&t, T0 + day);
    assert_int_equal(t.seq, 2);
    talk_tick(&t, &talks_rules, T0 + 2 * day, &d);
    assert_int_equal(t.out, OUT_CALLED);
    talk_tick(&t, &talks_rules, T0 + 3 * day, &d);
    assert_int_equal(t.end, END_SILENT);
    assert_int_equal(d.events, 1u << EVENT_DISPOSITION);
    assert_string_equal(d.code, "no_answer");
    assert_false(d.submit);
}

/* Surely not sent: tried again, later each time, under the same name. */
static void test_not_sent(void **state)
{
    struct talk t;
    struct talk_deed d = {0};
    int64_t wait = 0;

    (void)state;
    talks_begin(&t, CHANNEL_SMS);
    talk_open(&t, s, T0);
    for (int i = 0; i < 20; i++) {
        talk_called(&t, T0);
        assert_int_equal(t.seq, 1);
        talk_outcome(&t, 1, CALL_NOT_SENT, "busy", T0, &d);
        assert_int_equal(t.out, OUT_DUE);
        assert_true(t.due_at - T0 >= wait);
        wait = t.due_at - T0;
    }
    assert_in_range(wait, 600000, 1200000);
    assert_int_equal(d.events, 0);
    /* what came of an older call changes nothing */
    talk_called(&t, T0);
    talk_outcome(&t, 9, CALL_REFUSED, "refused", T0, &d);
    assert_int_equal(t.out, OUT_CALLED);
}

static void test_failed(void **state)
{
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_open(&t, s);
    talk_report(&t, 1, REPORT_FAILED, "UNDELIV", T0 + 9000, &d);
    assert_int_equal(d.events, 1u << EVENT_FAILED);
    assert_string_equal(d.code, "UNDELIV");
    assert_int_equal(t.end, END_FAILED);

    /* who answered was there: a later failure is told, and asked again */
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(9), "9", T0 + 1000);
    talks_send(&t, T0 + 2000);
    d = (struct talk_deed){0};
    talk_report(&t, 2, REPORT_FAILED, "EXPIRED", T0 + 9000, &d);
    assert_int_equal(d.events, 1u << EVENT_DELIVERY_REPORT);
    assert_int_equal(t.phase, TALK_OPEN);
    talk_tick(&t, &talks_rules, T0 + 2030 + talks_rules.remind_ms, &d);
    assert_int_equal(t.out, OUT_DUE);
    assert_int_equal(t.say, SAY_QUESTION);
}

static void test_refused(void **state)
{
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_begin(&t, CHANNEL_SMS);
    talk_open(&t, s, T0);
    talk_called(&t, T0);
    talk_outcome(&t, 1, CALL_REFUSED, "refused", T0 + 9, &d);
    assert_int_equal(d.events, 1u << EVENT_FAILED);
    assert_int_equal(t.phase, TALK_OVER);
}

/* No answer to what has surely gone: the link, once, then the end. */
static void test_link(void **state)
{
    struct talk_rules none = talks_rules;
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_open(&t, s);
    talk_tick(&t, &talks_rules, T0 + 40 + talks_rules.remind_ms, &d);
    assert_int_equal(t.say, SAY_LINK);
    talks_send(&t, T0 + talks_rules.remind_ms + 60000);
    talk_tick(&t, &talks_rules, T0 + 4 * talks_rules.remind_ms, &d);
    assert_int_equal(t.end, END_SILENT);
    assert_int_equal(d.events, 0); /* the page is still open */

    none.link = false;
    talks_open(&t, s);
    talk_tick(&t, &none, T0 + 40 + none.remind_ms, &d);
    assert_int_equal(t.out, OUT_IDLE);
    none.remind_ms = 0;
    talks_open(&t, s);
    assert_int_equal(talk_wake(&t, &none), T0 + 40 + none.timeout_ms);
}

/* Half finished: submitted at its timeout, late answers marked. */
static void test_late(void **state)
{
    const int64_t end = T0 + 2030 + talks_rules.timeout_ms;
    struct talk_rules none = talks_rules;
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    none.link = false;
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(9), "9", T0 + 1000);
    talks_send(&t, T0 + 2000);
    talk_tick(&t, &none, end - 1, &d);
    assert_int_equal(t.phase, TALK_OPEN);
    talk_tick(&t, &none, end + 7777, &d);
    assert_true(d.submit && d.ended);
    assert_int_equal(d.events, 1u << EVENT_DISPOSITION);
    assert_string_equal(d.code, "partial");
    assert_int_equal(t.ended_at, end);
    assert_int_equal(t.answers[0], 9);
    talk_scrub(&t);
    assert_true(bytes_zero(t.answers, t.items));

    d = talks_hear(&t, s, ANSWER(2), "2", end + 100000);
    assert_true(d.submit && d.late);
    assert_int_equal(d.aside, SAY_OVER);
    assert_int_equal(d.events, 1u << EVENT_NOT_FIXED);
    assert_int_equal(t.answers[2], 2);
    d = talks_hear(&t, s, ANSWER(1), "1", end + 200000);
    assert_false(d.submit);
    assert_int_equal(d.aside, SAY_NOTHING); /* told once */
    assert_int_equal(t.answers[2], 2);
    assert_false(talk_stale(&t, &talks_rules, end + talks_rules.late_ms - 1));
    assert_true(talk_stale(&t, &talks_rules, end + talks_rules.late_ms));
}

/* We were away: what was written in time is no late answer. */
static void test_in_time_after_all(void **state)
{
    const int64_t end = T0 + 40 + talks_rules.timeout_ms;
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_open(&t, s);
    talk_tick(&t, &talks_rules, end + 86400000, &d);
    assert_int_equal(t.end, END_SILENT);
    d = talks_hear(&t, s, ANSWER(4), "4", end - 3000);
    assert_true(d.submit && !d.late);
    assert_int_equal(d.events, 1u << EVENT_STARTED);
}

static void test_over_once(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(9), "9", T0 + 1000);
    talks_send(&t, T0 + 2000);
    (void)talks_hear(&t, s, ANSWER(1), "1", T0 + 3000);
    talks_send(&t, T0 + 3100);
    d = talks_hear(&t, s, COMMENT, "谢谢", T0 + 9000);
    assert_int_equal(d.aside, SAY_OVER);
    assert_false(d.submit);
    assert_int_equal(t.comment_len, 0);
    d = talks_hear(&t, s, COMMENT, "再见", T0 + 9900);
    assert_int_equal(d.aside, SAY_NOTHING);
}

static void test_opt_out(void **state)
{
    struct talk t;
    struct talk_deed d = {0};

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, ANSWER(9), "9", T0 + 1000);
    talks_send(&t, T0 + 2000);
    talk_stop(&t, true, T0 + 3000, &d);
    assert_true(d.submit); /* what was answered was answered */
    assert_int_equal(d.events, 1u << EVENT_DISPOSITION);
    assert_string_equal(d.code, "opted_out");
    assert_int_equal(t.say, SAY_STOPPED);
    talks_send(&t, T0 + 3100);
    d = talks_hear(&t, s, ANSWER(2), "2", T0 + 9000);
    assert_int_equal(d.aside, SAY_NOTHING); /* silence */
    assert_false(d.submit);
    d = (struct talk_deed){0};
    talk_stop(&t, true, T0 + 9500, &d);
    assert_int_equal(d.aside, SAY_STOPPED);

    talks_begin(&t, CHANNEL_SMS);
    d = (struct talk_deed){0};
    talk_stop(&t, false, T0, &d);
    assert_int_equal(t.phase, TALK_OVER);
    assert_int_equal(t.out, OUT_IDLE);
    assert_false(d.submit);
}

/* Does not know: asked, and goes on. */
static void test_missing(void **state)
{
    struct talk t;

    (void)state;
    talks_open(&t, s);
    (void)talks_hear(&t, s, (struct reply){.kind = REPLY_MISSING}, "不知道",
                     T0 + 1000);
    assert_int_equal(t.answers[0], 0);
    assert_int_equal(t.step, 2);
    assert_int_equal(t.say, SAY_QUESTION);
}

/* Before it began nothing can be said to it. */
static void test_waiting(void **state)
{
    struct talk t;
    struct talk_deed d;

    (void)state;
    talks_begin(&t, CHANNEL_SMS);
    assert_int_equal(talk_wake(&t, &talks_rules), T0 - 60000);
    d = talks_hear(&t, s, ANSWER(8), "8", T0);
    assert_int_equal(d.events, 0);
    assert_int_equal(t.phase, TALK_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_through),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_unclear),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_early),
        cmocka_unit_test(test_unknown_then_reply),
        cmocka_unit_test(test_unknown_then_report),
        cmocka_unit_test(test_unknown_then_time),
        cmocka_unit_test(test_not_sent),
        cmocka_unit_test(test_failed),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_link),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_in_time_after_all),
        cmocka_unit_test(test_over_once),
        cmocka_unit_test(test_opt_out),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_waiting)};

    return cmocka_run_group_tests(tests, load, unload);
}
