/* known.c - see known.h. */
#include "known.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/token.h"
#include "spaces.h"

#define TOKEN_CAMPAIGNS (TOKEN_CAMPAIGN_MAX + 1)
#define NEEDS_MAX       64

struct version {
    struct survey *survey;
    bool newest; /* of its code */
    bool kept;
};

struct known {
    pthread_mutex_t lock;
    bool unkept; /* the clerk's own */
    size_t surveys;
    struct version survey[KNOWN_SURVEYS_MAX];
    struct known_campaign campaign[TOKEN_CAMPAIGNS];
    size_t followed;
    char follow[KNOWN_FOLLOWED_MAX][SURVEY_CODE_MAX + 1];
    size_t needs; /* ever told of; the last ones stand in the ring */
    struct known_need need[NEEDS_MAX];
};

/* ---- reading ---- */

static struct version *find(struct known *k, const uint8_t version[HASH_SIZE])
{
    for (size_t i = k->surveys; i-- > 0;)
        if (memcmp(k->survey[i].survey->version, version, HASH_SIZE) == 0)
            return &k->survey[i];
    return NULL;
}

const struct survey *known_version(struct known *k,
                                   const uint8_t version[HASH_SIZE])
{
    const struct version *v;
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

static void set_campaign(struct known *k, const struct campaign *c, bool kept)
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
    set_campaign(k, c, false);
}

/* Takes the survey.  The caller holds the lock. */
static enum status place(struct known *k, struct survey **s, bool kept,
                         struct version **out)
{
    struct version *v = find(k, (*s)->version);

    if (!v && k->surveys == KNOWN_SURVEYS_MAX)
        return ST_FULL;
    if (!v) {
        v = &k->survey[k->surveys++];
        *v = (struct version){.survey = *s, .kept = kept};
        *s = NULL;
    }
    *out = v;
    return ST_OK;
}

static void make_newest(struct known *k, struct version *v, bool kept)
{
    if (v->newest)
        return;
    for (size_t i = 0; i < k->surveys; i++)
        if (streq(k->survey[i].survey->code, v->survey->code))
            k->survey[i].newest = false;
    v->newest = true;
    v->kept &= kept;
}

static enum status add_survey(struct known *k, struct survey **s, bool newest,
                              bool kept)
{
    struct version *v = NULL;
    enum status st;

    pthread_mutex_lock(&k->lock);
    st = place(k, s, kept, &v);
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
        st = add_survey(k, &s, newest, false);
    if (st == ST_FULL)
        (void)err_set(err, st, "more than %d versions of surveys",
                      KNOWN_SURVEYS_MAX);
    survey_free(&s);
    return st;
}

/* ---- the table ---- */

bool known_unkept(const struct known *k)
{
    return k->unkept;
}

static enum status keep_survey(struct durable *d, const struct version *v,
                               struct err *err)
{
    const struct survey *s = v->survey;
    const struct durable_key key = {SPACE_SURVEYS, s->version, HASH_SIZE};
    const struct durable_key newest = {SPACE_NEWEST, s->code, strlen(s->code)};
    enum status st = durable_put(d, key, s->source, s->source_len, err);

    if (st == ST_OK && v->newest)
        st = durable_put(d, newest, s->version, HASH_SIZE, err);
    return st;
}

static enum status keep_campaign(struct durable *d, uint16_t number,
                                 const struct known_campaign *c,
                                 struct err *err)
{
    const uint8_t bytes[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    const struct durable_key key = {SPACE_CAMPAIGNS, bytes, sizeof bytes};
    uint8_t record[1 + HASH_SIZE + SURVEY_CODE_MAX];
    const size_t len = strlen(c->survey);

    record[0] = c->state;
    memcpy(record + 1, c->version, HASH_SIZE);
    memcpy(record + 1 + HASH_SIZE, c->survey, len);
    return durable_put(d, key, record, 1 + HASH_SIZE + len, err);
}

enum status known_keep(struct known *k, struct durable *d, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < k->surveys && st == ST_OK; i++)
        if (!k->survey[i].kept)
            st = keep_survey(d, &k->survey[i], err);
    for (uint16_t i = 0; i < TOKEN_CAMPAIGNS && st == ST_OK; i++)
        if (k->campaign[i].there && !k->campaign[i].kept)
            st = keep_campaign(d, i, &k->campaign[i], err);
    return st;
}

void known_kept(struct known *k)
{
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < k->surveys; i++)
        k->survey[i].kept = true;
    for (size_t i = 0; i < TOKEN_CAMPAIGNS; i++)
        k->campaign[i].kept = true;
    pthread_mutex_unlock(&k->lock);
    k->unkept = false;
}

/* ---- from the table, at the start ---- */

struct reading {
    struct known *known;
    struct err *err;
};

static enum status read_survey(void *ctx, const uint8_t *key, size_t key_len,
                               const uint8_t *value, size_t len)
{
    struct reading *r = ctx;
    struct survey *s = NULL;
    enum status st = survey_parse("outbox: a definition", (const char *)value,
                                  len, NULL, NULL, &s, r->err);

    (void)key;
    (void)key_len;
    if (st == ST_OK)
        st = add_survey(r->known, &s, false, true);
    survey_free(&s);
    return st == ST_INVALID ? ST_CORRUPT : st;
}

static enum status read_newest(void *ctx, const uint8_t *key, size_t key_len,
                               const uint8_t *value, size_t len)
{
    struct reading *r = ctx;
    struct version *v = len == HASH_SIZE ? find(r->known, value) : NULL;

    (void)key;
    (void)key_len;
    if (v)
        make_newest(r->known, v, true);
    return ST_OK;
}

static enum status read_campaign(void *ctx, const uint8_t *key, size_t key_len,
                                 const uint8_t *value, size_t len)
{
    struct reading *r = ctx;
    struct campaign c = {0};

    if (key_len != 2 || len < 1 + HASH_SIZE ||
        len > 1 + HASH_SIZE + SURVEY_CODE_MAX || value[0] >= CAMPAIGN_STATES)
        return err_set(r->err, ST_CORRUPT,
                       "outbox: a campaign that can not be read");
    c.number = (uint16_t)(key[0] << 8 | key[1]);
    c.state = value[0];
    memcpy(c.plan.version, value + 1, HASH_SIZE);
    memcpy(c.plan.survey, value + 1 + HASH_SIZE, len - 1 - HASH_SIZE);
    set_campaign(r->known, &c, true);
    return ST_OK;
}

enum status known_new(struct durable *d, struct known **out, struct err *err)
{
    const struct {
        uint32_t space;
        durable_fn *fn;
    } reads[] = {{SPACE_SURVEYS, read_survey},
                 {SPACE_NEWEST, read_newest},
                 {SPACE_CAMPAIGNS, read_campaign}};
    struct known *k = calloc(1, sizeof *k);
    struct reading r = {k, err};
    enum status st = ST_OK;

    if (!k)
        return err_set(err, ST_NOMEM, "out of memory");
    pthread_mutex_init(&k->lock, NULL);
    for (size_t i = 0; i < 3 && st == ST_OK; i++)
        st = durable_walk(d, (struct durable_key){reads[i].space, "", 0}, NULL,
                          reads[i].fn, &r, err);
    if (st == ST_OK)
        *out = k;
    else
        known_free(&k);
    return st;
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
