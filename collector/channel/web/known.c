/* known.c - see known.h. */
#include <stdlib.h>
#include <string.h>

#include "known_state.h"

/* ---- reading ---- */

static struct known_survey *find(struct known *k,
                                 const uint8_t version[HASH_SIZE])
{
    for (size_t i = k->surveys; i-- > 0;)
        if (memcmp(k->survey[i].survey->version, version, HASH_SIZE) == 0)
            return &k->survey[i];
    return NULL;
}

const struct survey *known_version(struct known *k,
                                   const uint8_t version[HASH_SIZE])
{
    const struct known_survey *v;
    const struct survey *s;

    pthread_mutex_lock(&k->lock);
    v = find(k, version);
    s = v ? v->survey : NULL;
    pthread_mutex_unlock(&k->lock);
    return s;
}

const struct survey *known_newest(struct known *k, const char *code)
{
    const struct survey *s = NULL;

    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < k->surveys && !s; i++)
        if (k->survey[i].newest && streq(k->survey[i].survey->code, code))
            s = k->survey[i].survey;
    pthread_mutex_unlock(&k->lock);
    return s;
}

struct known_campaign known_campaign(struct known *k, uint16_t number)
{
    struct known_campaign c = {false};

    pthread_mutex_lock(&k->lock);
    if (number < TOKEN_CAMPAIGNS)
        c = k->campaign[number];
    pthread_mutex_unlock(&k->lock);
    return c;
}

struct known_counts known_counts(struct known *k)
{
    struct known_counts c = {0};

    pthread_mutex_lock(&k->lock);
    c.surveys = k->surveys;
    for (size_t i = 0; i < TOKEN_CAMPAIGNS; i++)
        c.campaigns += k->campaign[i].there;
    pthread_mutex_unlock(&k->lock);
    return c;
}

void known_follow(struct known *k, const char *code)
{
    const size_t len = strlen(code);
    bool new = len <= SURVEY_CODE_MAX;

    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < k->followed; i++)
        new = new && !streq(k->follow[i], code);
    if (new && k->followed < KNOWN_FOLLOWED_MAX)
        memcpy(k->follow[k->followed++], code, len + 1);
    pthread_mutex_unlock(&k->lock);
}

bool known_followed(struct known *k, size_t i, char out[SURVEY_CODE_MAX + 1])
{
    bool there;

    pthread_mutex_lock(&k->lock);
    there = i < k->followed;
    if (there)
        memcpy(out, k->follow[i], SURVEY_CODE_MAX + 1);
    pthread_mutex_unlock(&k->lock);
    return there;
}

void known_want(struct known *k, const char *code,
                const uint8_t version[HASH_SIZE])
{
    struct known_need *need;

    pthread_mutex_lock(&k->lock);
    if (!find(k, version)) {
        need = &k->need[k->needs++ % NEEDS_MAX];
        memcpy(need->survey, code, strnlen(code, SURVEY_CODE_MAX));
        need->survey[strnlen(code, SURVEY_CODE_MAX)] = '\0';
        memcpy(need->version, version, HASH_SIZE);
    }
    pthread_mutex_unlock(&k->lock);
}

/* The campaigns by number, then the others. */
static bool need_at(const struct known *k, size_t at, struct known_need *out)
{
    const struct known_campaign *c;

    if (at >= TOKEN_CAMPAIGNS) {
        *out = k->need[at - TOKEN_CAMPAIGNS];
        return *out->survey;
    }
    c = &k->campaign[at];
    memcpy(out->survey, c->survey, sizeof out->survey);
    memcpy(out->version, c->version, HASH_SIZE);
    return c->there;
}

bool known_needs(struct known *k, size_t *at, struct known_need *out)
{
    struct known_need need;
    bool found = false;

    pthread_mutex_lock(&k->lock);
    for (; *at < TOKEN_CAMPAIGNS + NEEDS_MAX && !found; ++*at)
        found = need_at(k, *at, &need) && !find(k, need.version);
    pthread_mutex_unlock(&k->lock);
    if (found)
        *out = need;
    return found;
}

/* ---- being told ---- */

void known_set_campaign(struct known *k, const struct campaign *c, bool kept)
{
    struct known_campaign fresh = {
        .there = true, .kept = kept, .state = c->state};
    struct known_campaign *at;

    if (c->number == 0 || c->number >= TOKEN_CAMPAIGNS)
        return;
    memcpy(fresh.survey, c->plan.survey, sizeof fresh.survey);
    memcpy(fresh.version, c->plan.version, HASH_SIZE);
    at = &k->campaign[c->number];
    if (at->there && at->state == fresh.state &&
        memcmp(at->version, fresh.version, HASH_SIZE) == 0)
        return;
    pthread_mutex_lock(&k->lock);
    *at = fresh;
    pthread_mutex_unlock(&k->lock);
    k->unkept |= !kept;
}

void known_tell_campaign(struct known *k, const struct campaign *c)
{
    known_set_campaign(k, c, false);
}

/* Takes the survey.  The caller holds the lock. */
static enum status find_place(struct known *k, struct survey **s, bool kept,
                              struct known_survey **out)
{
    struct known_survey *v = find(k, (*s)->version);

    if (!v && k->surveys == KNOWN_SURVEYS_MAX)
        return ST_FULL;
    if (!v) {
        v = &k->survey[k->surveys++];
        *v = (struct known_survey){.survey = *s, .kept = kept};
        *s = NULL;
    }
    *out = v;
    return ST_OK;
}

static void make_newest(struct known *k, struct known_survey *v, bool kept)
{
    if (v->newest)
        return;
    for (size_t i = 0; i < k->surveys; i++)
        if (streq(k->survey[i].survey->code, v->survey->code))
            k->survey[i].newest = false;
    v->newest = true;
    v->kept &= kept;
}

enum status known_place(struct known *k, struct survey **s, bool newest,
                        bool kept)
{
    struct known_survey *v = NULL;
    enum status st;

    pthread_mutex_lock(&k->lock);
    st = find_place(k, s, kept, &v);
    if (st == ST_OK && newest)
        make_newest(k, v, kept);
    pthread_mutex_unlock(&k->lock);
    k->unkept |= st == ST_OK && !v->kept;
    return st;
}

enum status known_tell_survey(struct known *k,
                              const struct wire_described *told, bool newest,
                              struct err *err)
{
    const struct survey *known = known_version(k, told->version);
    struct survey *s = NULL;
    enum status st;

    if (known && (!newest || known == known_newest(k, told->survey)))
        return ST_OK;
    st = survey_parse(told->survey, told->yaml.data, told->yaml.len, NULL, NULL,
                      &s, err);
    if (st == ST_OK && memcmp(s->version, told->version, HASH_SIZE))
        st = err_set(err, ST_INVALID,
                     "%s: the definition is not of the version it claims",
                     told->survey);
    if (st == ST_OK)
        st = known_place(k, &s, newest, false);
    if (st == ST_FULL)
        (void)err_set(err, st, "more than %d versions of surveys",
                      KNOWN_SURVEYS_MAX);
    survey_free(&s);
    return st;
}

void known_raise(struct known *k, const uint8_t version[HASH_SIZE])
{
    struct known_survey *v = find(k, version);

    if (v)
        make_newest(k, v, true);
}

void known_free(struct known **k)
{
    if (!*k)
        return;
    for (size_t i = 0; i < (*k)->surveys; i++)
        survey_free(&(*k)->survey[i].survey);
    pthread_mutex_destroy(&(*k)->lock);
    free(*k);
    *k = NULL;
}
