/* problems.h - what the checker says about a definition. */
#ifndef TESTS_PROBLEMS_H
#define TESTS_PROBLEMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "surveys/survey.h"

/* Five lines that are right, then what the case is about. */
#define HEAD "survey: shop\ntitle: {en: Shop}\nitems:\n"
#define A    "  - {code: A, scale: {min: 1, max: 5}, text: {en: How?}}\n"
#define B    "  - {code: B, scale: {min: 1, max: 5}, text: {en: How?}}\n"
#define ONE  HEAD A
#define TWO  HEAD A B

static char said[16384];

static inline void say(void *ctx, const char *line)
{
    (void)ctx;
    (void)strncat(said, line, sizeof said - strlen(said) - 2);
    (void)strncat(said, "\n", 2);
}

static inline void expect(const char *yaml, const char *messages)
{
    struct survey *s = NULL;
    struct err err = {""};
    const enum status st =
        survey_parse("x", yaml, strlen(yaml), NULL, NULL, &s, &err);

    survey_free(&s);
    said[0] = '\0';
    assert_int_equal(survey_parse("x", yaml, strlen(yaml), say, NULL, &s, NULL),
                     st);
    assert_string_equal(said, messages);
    if (*messages) {
        assert_null(s);
        assert_int_not_equal(st, ST_OK);
        assert_int_equal(strlen(err.text), strcspn(messages, "\n"));
        assert_memory_equal(err.text, messages, strlen(err.text));
    } else {
        assert_int_equal(st, ST_OK);
    }
    survey_free(&s);
}

#endif
