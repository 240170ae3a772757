/* small.h - a small survey, plan and code tables for the tests of a draw. */
#ifndef TESTS_INVITE_SMALL_H
#define TESTS_INVITE_SMALL_H

#include "files.h"

#include "audience.h"
#include "surveys/survey.h"

#define SMALL_NOW INT64_C(1795312800000) /* 2026-11-22 10:00 in Shanghai */

#define SMALL_PLAN                                                             \
    "campaign: c-1\nsurvey: small\npurpose: instant\ngateway: sms-1\n"         \
    "contact-key: k.pub\nbases: [consent]\nnotice: n-1\n"                      \
    "strata: {by: [province, AGE], rate: 12.5%, rates: {44-2: 1, \"31\": 0}}"  \
    "\n"

static inline struct survey *small_survey(void)
{
    static const char yaml[] =
        "survey: small\ntitle: {en: Small}\n"
        "fill:\n  date: {en: 22 Nov}\n  op: {en: us}\n"
        "attributes:\n  - code: AGE\n    values:\n"
        "      - {code: 1, text: {en: young}}\n"
        "      - {code: 2, text: {en: old}}\n"
        "items:\n  - code: A1\n    scale: {min: 1, max: 10}\n"
        "    text: {en: \"{op}: how was {date}?\"}\n"
        "short: [A1]\n";
    struct survey *s = NULL;
    struct err err = {""};

    if (survey_parse("small", yaml, sizeof yaml - 1, NULL, NULL, &s, &err) !=
        ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline enum status small_plan(const char *text, struct plan **out,
                                     struct err *err)
{
    return plan_load(file_write("plan.yaml", text), out, err);
}

static inline struct codes *small_codes(void)
{
    const char *root = getenv("ROOT");
    struct codes *codes = NULL;
    struct err err = {""};
    char folder[4096];

    (void)snprintf(folder, sizeof folder, "%s/surveys/codes",
                   root ? root : ".");
    if (codes_load(folder, NULL, &codes, &err) != ST_OK)
        fail_msg("%s", err.text);
    return codes;
}

#endif
