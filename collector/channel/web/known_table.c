/* known_table.c - see known.h: what is known, in the outbox's table. */
#include <stdlib.h>
#include <string.h>

#include "known_state.h"
#include "spaces.h"

bool known_unkept(const struct known *k)
{
    return k->unkept;
}

static enum status keep_survey(struct durable *d, const struct known_survey *v,
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
        st = known_place(r->known, &s, false, true);
    survey_free(&s);
    return st == ST_INVALID ? ST_CORRUPT : st;
}

static enum status read_newest(void *ctx, const uint8_t *key, size_t key_len,
                               const uint8_t *value, size_t len)
{
    struct reading *r = ctx;

    (void)key;
    (void)key_len;
    if (len == HASH_SIZE)
        known_raise(r->known, value);
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
    known_set_campaign(r->known, &c, true);
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
