/* items.h - one question of each kind that a reply may answer. */
#ifndef TESTS_SURVEYS_REPLY_ITEMS_H
#define TESTS_SURVEYS_REPLY_ITEMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "surveys/reply.h"

static const char items_yaml[] =
    "survey: replies\n"
    "title: {zh-CN: 回答, en: replies}\n"
    "items:\n"
    "- {code: SCALE10, scale: {min: 1, max: 10}, text: {zh-CN: "
    "'您报修的宽带已处理，请打分：1=很不满意，10=很满意。', en: "
    "'Your repair is closed. Rate it: 1=very dissatisfied, 10=very "
    "satisfied.'}}\n"
    "- {code: GOOD10, scale: {min: 1, max: 10}, text: {zh-CN: "
    "'维修人员的技术如何？1=很差，10=很好，请回复1-10。', en: "
    "'How was the skill? 1=very poor, 10=very good. Reply 1-10.'}}\n"
    "- {code: PLAIN10, scale: {min: 1, max: 10}, text: {zh-CN: "
    "'请给本次服务打分，回复1-10。', en: 'Rate us, 1-10.'}}\n"
    "- {code: SCALE5, scale: {min: 1, max: 5}, text: {zh-CN: "
    "'您对本次服务满意吗？请回复1-5。', en: 'How satisfied are you? 1-5.'}}\n"
    "- {code: NPS, scale: {min: 0, max: 10}, text: {zh-CN: "
    "'您愿意把我们推荐给朋友吗？0=绝不会，10=一定会。', en: "
    "'Would you recommend us? 0=certainly not, 10=certainly.'}}\n"
    "- {code: CHOICE, kind: choice, choices: [{code: 1, text: {zh-CN: 态度, "
    "en: attitude}}, {code: 2, text: {zh-CN: 等待久, en: long wait}}, {code: "
    "3, text: {zh-CN: 没解决, en: not solved}}, {code: 4, text: {zh-CN: 收费, "
    "en: charges}}, {code: 5, text: {zh-CN: 其他, en: other}}], text: {zh-CN: "
    "'主要原因：1态度 2等待久 3没解决 4收费 5其他。', en: "
    "'Main reason?'}}\n"
    "- {code: FIXED, kind: choice, choices: [{code: 1, text: {zh-CN: 已修好, "
    "en: fixed}}, {code: 2, text: {zh-CN: 没修好或又出现, en: not fixed or "
    "came back}}], text: {zh-CN: '现在修好了吗？1=已修好，2=没修好或又出现。', "
    "en: 'Is it fixed? 1=fixed, 2=not fixed or came back.'}}\n"
    "- {code: YESNO, kind: choice, choices: [{code: 1, text: {zh-CN: 有, en: "
    "'yes'}}, {code: 2, text: {zh-CN: 没有, en: 'no'}}], text: {zh-CN: "
    "'有没有人要求您打高分？1=有，2=没有。', en: 'Did anybody ask? 1=yes, "
    "2=no.'}}\n"
    "- {code: TEXT, kind: text, text: {zh-CN: 还有什么想说的？, en: 'More?'}}\n"
    "model: {constructs: [{code: SAT, items: [SCALE10]}], index: SAT}\n";

static struct survey *items_load(void)
{
    struct survey *s = NULL;
    struct err err = {""};

    if (survey_parse("items", items_yaml, sizeof items_yaml - 1, NULL, NULL, &s,
                     &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static const struct item *item_of(const struct survey *s, const char *code)
{
    const size_t i = survey_item(s, code);

    if (i == SIZE_MAX)
        fail_msg("no item %s", code);
    return &s->item[i];
}

static struct reply read_reply(const struct item *it, const char *text)
{
    struct reply r = {.kind = REPLY_KINDS};

    assert_int_equal(reply_read(it, text, strlen(text), &r), ST_OK);
    assert_true(r.kind < REPLY_KINDS);
    if (r.kind != REPLY_ANSWER)
        assert_int_equal(r.stored, 0);
    return r;
}

#endif
