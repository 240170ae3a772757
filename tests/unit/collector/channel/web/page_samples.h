/* page_samples.h - surveys and a site to make pages of. */
#ifndef TESTS_PAGE_SAMPLES_H
#define TESTS_PAGE_SAMPLES_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "page.h"

static const char *const shipped_codes[] = {
    "tcsi-fixed",   "tcsi-mobile",     "tcsi-broadband", "tcsi8-fixed",
    "tcsi8-mobile", "tcsi8-broadband", "ccsi-mobile",    "instant",
    "repair",       "internal",        "ecsi-mobile"};
enum { SHIPPED = sizeof shipped_codes / sizeof *shipped_codes };

/* In four languages, two of them written from right to left; a scale from 0, a
 * scale of five, and a text that would be markup. */
static const char many_tongues[] =
    "survey: tongues\n"
    "title: {zh-CN: 营业厅服务评价, en: 'Hall <service> & \"rating\"', "
    "ug: مۇلازىمەت باھاسى, ar: تقييم الخدمة}\n"
    "items:\n"
    "  - code: NPS\n"
    "    scale: {min: 0, max: 10}\n"
    "    text:\n"
    "      zh-CN: 您会向亲友推荐我们吗？0=绝不会，10=一定会，请回复0-10。\n"
    "      en: Would you recommend us? 0=never, 10=surely. Reply 0-10.\n"
    "      ug: بىزنى دوستلىرىڭىزغا تەۋسىيە قىلامسىز؟ 0=ھەرگىز، 10=چوقۇم.\n"
    "      ar: هل توصي بنا أصدقاءك؟ 0=أبدا، 10=بالتأكيد.\n"
    "  - code: FIVE\n"
    "    scale: {min: 1, max: 5}\n"
    "    text:\n"
    "      zh-CN: 排队久不久？1=很久，5=不用等，请回复1-5。\n"
    "      en: How long did you wait? 1=very long, 5=not at all. Reply 1-5.\n"
    "      ug: قانچىلىك ساقلىدىڭىز؟ 1=ئۇزۇن، 5=ساقلىمىدىم.\n"
    "      ar: كم انتظرت؟ 1=طويلا، 5=لم أنتظر.\n"
    "  - code: WHY\n"
    "    kind: choice\n"
    "    when: {NPS: [0, 1, 2, 3, 4, 5, 6]}\n"
    "    choices:\n"
    "      - {code: 1, text: {zh-CN: 态度, en: attitude, ug: پوزىتسىيە, "
    "ar: الأسلوب}}\n"
    "      - {code: 2, text: {zh-CN: 等待, en: waiting, ug: ساقلاش, "
    "ar: الانتظار}}\n"
    "    text:\n"
    "      zh-CN: 主要原因？1态度 2等待，请回复数字。\n"
    "      en: Main reason? 1 attitude 2 waiting. Reply with a number.\n"
    "      ug: ئاساسلىق سەۋەب؟\n"
    "      ar: السبب الرئيسي؟\n"
    "  - code: SAY\n"
    "    kind: text\n"
    "    text: {zh-CN: 还有什么想说的？, en: Anything else?, ug: باشقا "
    "پىكرىڭىز؟, ar: هل من شيء آخر؟}\n"
    "model:\n"
    "  constructs:\n"
    "    - {code: SAT, items: [NPS]}\n"
    "  index: SAT\n";

static const struct page_site sample_site = {
    .name = "中国电信",
    .phone = "10000",
    .hours = "8:00-22:00",
    .icp = "京ICP备12345678号",
    .police = "京公网安备11010102000001号",
    .controller = "中国电信股份有限公司",
    .contact = "privacy@example.cn",
    .notice = "2026-11-01",
    .keep_months = 36};

static inline struct survey *sample_parse(const char *yaml)
{
    struct survey *s = NULL;
    struct err err = {""};

    if (survey_parse("sample", yaml, strlen(yaml), NULL, NULL, &s, &err) !=
        ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline struct survey *sample_load(const char *code)
{
    const char *root = getenv("ROOT");
    char path[PATH_MAX];
    struct survey *s = NULL;
    struct err err = {""};

    (void)snprintf(path, sizeof path, "%s/surveys/definitions/%s.yaml",
                   root ? root : ".", code);
    if (survey_load(path, NULL, NULL, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

#endif
