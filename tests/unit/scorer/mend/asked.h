/* asked.h - asking `exit` of the people of care.h.  Header only. */
#ifndef TESTS_ASKED_H
#define TESTS_ASKED_H

#include "care.h"

static inline enum status ask(struct care *c, const char *survey,
                              const enum dimension *by, size_t by_count,
                              enum weighting_kind weighting,
                              struct query_setting *setting, size_t settings,
                              struct result *r)
{
    struct query q = ask_for(survey);

    q.by = by;
    q.by_count = by_count;
    q.weighting = weighting;
    q.setting = setting;
    q.settings = settings;
    *r = (struct result){0};
    return engine_ask(c->e, &kind_exit, &q, r, &c->w.err);
}

static const enum dimension by_province[] = {DIM_PROVINCE};

static inline void refuse(struct care *c, const char *survey,
                          struct query_setting *setting, size_t settings,
                          enum status want, const char *cause)
{
    struct result r;

    assert_int_equal(
        ask(c, survey, NULL, 0, WEIGHTING_NONE, setting, settings, &r), want);
    if (!strstr(c->w.err.text, cause))
        fail_msg("'%s' does not say '%s'", c->w.err.text, cause);
}

#endif
