/* talks.h - a survey and talks about it; included by the tests of the talk. */
#ifndef TESTS_SMS_TALKS_H
#define TESTS_SMS_TALKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "talk.h"

/* Three questions, one of which is asked of the unhappy alone, in one of two
 * ways; words have a place. */
static const char talks_yaml[] =
    "survey: three\n"
    "title: {zh-CN: 三问, en: Three}\n"
    "fill:\n"
    "  op: {zh-CN: 中国电信, en: China Telecom}\n"
    "items:\n"
    "  - code: SAT1\n"
    "    scale: {min: 1, max: 10}\n"
    "    text: {zh-CN: '您对{op}满意吗？', en: 'Satisfied with {op}?'}\n"
    "  - code: WHY\n"
    "    kind: choice\n"
    "    when: {SAT1: [1, 2, 3, 4, 5, 6]}\n"
    "    choices:\n"
    "      - {code: 1, text: {zh-CN: 慢, en: slow}}\n"
    "      - {code: 2, text: {zh-CN: 贵, en: dear}}\n"
    "    variants:\n"
    "      - {when: {SAT1: [1, 2]}, text: {zh-CN: 这么差？, en: So bad?}}\n"
    "      - {when: {SAT1: [3, 4, 5, 6]}, text: {zh-CN: 为何？, en: Why?}}\n"
    "  - code: REP2\n"
    "    kind: choice\n"
    "    choices:\n"
    "      - {code: 1, text: {zh-CN: 好, en: fixed}}\n"
    "      - {code: 2, text: {zh-CN: 没好, en: not}}\n"
    "    text: {zh-CN: 修好了吗？, en: Fixed?}\n"
    "  - code: SAYS\n"
    "    kind: text\n"
    "    text: {zh-CN: 还有？, en: More?}\n"
    "short: [SAT1, WHY, REP2]\n";

static const struct talk_rules talks_rules = {.timeout_ms = 172800000,
                                              .remind_ms = 86400000,
                                              .late_ms = 3456000000,
                                              .again_max = 2,
                                              .link = true};
#define T0 INT64_C(1795366404123)

static inline struct survey *talks_survey(void)
{
    struct survey *s = NULL;
    struct err err = {""};

    if (survey_parse("three", talks_yaml, sizeof talks_yaml - 1, NULL, NULL, &s,
                     &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline void talks_begin(struct talk *t, enum channel channel)
{
    struct invitation i = {.survey = "three",
                           .due_at = T0 - 60000,
                           .campaign = "c1",
                           .context.channel = (uint8_t)channel};

    memset(i.id, 0xc3, ID_SIZE);
    talk_begin(t, &i, T0 - 5000);
}

/* Begun, and its first question handed over. */
static inline void talks_open(struct talk *t, const struct survey *s)
{
    struct talk_deed deed = {0};

    talks_begin(t, CHANNEL_SMS);
    talk_open(t, s, T0);
    talk_called(t, T0);
    talk_outcome(t, 1, CALL_ACCEPTED, "accepted", T0 + 40, &deed);
    assert_int_equal(deed.events, 1u << EVENT_SENT);
}

/* A text as the parser would have it. */
static inline struct talk_deed talks_hear(struct talk *t,
                                          const struct survey *s,
                                          struct reply reply, const char *text,
                                          int64_t at)
{
    struct talk_deed deed = {0};
    struct talk_text in = {
        .reply = &reply, .text = text, .len = strlen(text), .at = at};

    for (const char *c = text; *c; c++)
        in.hash = in.hash * 31 + (unsigned char)*c;
    talk_heard(t, s, &talks_rules, &in, &deed);
    return deed;
}

/* What is due goes out. */
static inline void talks_send(struct talk *t, int64_t at)
{
    struct talk_deed deed = {0};

    assert_int_equal(t->out, OUT_DUE);
    talk_called(t, at);
    talk_outcome(t, t->seq, CALL_ACCEPTED, "accepted", at + 30, &deed);
    assert_int_equal(t->out, OUT_IDLE);
}

#define ANSWER(n) ((struct reply){.kind = REPLY_ANSWER, .stored = (n)})
#define COMMENT   ((struct reply){.kind = REPLY_COMMENT})
#define UNCLEAR   ((struct reply){.kind = REPLY_UNCLEAR})

#endif
