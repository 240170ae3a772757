/* plan.h - a campaign's file: whom it asks what, how many, and when it stops.
 *
 * What was approved is the file's SHA-256: whoever changes a byte of it after
 * that has another campaign.  manyi-invite(1) documents every key.
 */
#ifndef INVITE_PLAN_H
#define INVITE_PLAN_H

#include "collector/wire.h"
#include "surveys/calendar.h"

#define PLAN_SEED_SIZE 32
#define BASES_MAX      16
#define STRATUM_BY_MAX 4
#define RATES_MAX      4096

/* What manyi-sms says by itself, and a link of usual length. */
#define PLAN_TEXT_LINK "请您评价我们的服务：{link} 拒收回TD"
#define PLAN_LINK      "https://example.cn/s/"

/* A dimension that strata are made of. */
enum stratum_dim {
    BY_OPERATOR,
    BY_PRODUCT,
    BY_PROVINCE,
    BY_ORG,
    BY_TOUCHPOINT,
    BY_CLASS,
    BY_ATTRIBUTE /* one of the survey's: `code` */
};

struct stratum_by {
    enum stratum_dim dim;
    char code[ITEM_CODE_MAX + 1];
};

struct stratum_rate {
    char code[CODE_MAX + 1];
    uint32_t ppm;
};

struct plan {
    char *path;                /* of the file, for messages */
    struct campaign_plan wire; /* what the collector is told */
    bool version_given;        /* else the collector's newest at the draft */
    uint8_t channel;           /* sms or web */
    char gateway[33];          /* name of the key that sends */
    char *contact_key;         /* file of its public contact key */
    char language[36];         /* of those whose row tells none */
    char notice[SURVEY_CODE_MAX + 1];
    size_t bases;
    char basis[BASES_MAX][CODE_MAX + 1];
    int64_t expires_days, rest_ms;
    int64_t delay_min_ms, delay_max_ms;
    int64_t canary_ms, limit_after; /* as in `wire` */
    int64_t start_at;               /* nobody is asked before; 0: at once */
    bool seeded;
    uint8_t seed[PLAN_SEED_SIZE];
    size_t by_count;
    struct stratum_by by[STRATUM_BY_MAX];
    uint32_t rate_ppm; /* of strata that have no own */
    size_t rates;
    struct stratum_rate *rate; /* sorted by code */
    /* for the preflight alone */
    double per_second, price;
    char signature[65];
    char text[513]; /* what the SMS of a web campaign says around {link} */
    char link[129]; /* what the token is put behind */
    struct quiet_hours quiet;
    double response, sd;
};

/* Messages are file:line:column: cause. */
MUST_USE enum status plan_load(const char *path, struct plan **out,
                               struct err *err);
void plan_free(struct plan **p);

/* The stratum of such a context, ST_RANGE when its name is longer than
 * CODE_MAX; and that stratum's rate. */
struct survey;
MUST_USE enum status plan_stratum(const struct plan *p, const struct survey *s,
                                  const struct context *c,
                                  char out[CODE_MAX + 1]);
uint32_t plan_rate(const struct plan *p, const char *stratum);
/* ST_INVALID: a stratum is made of an attribute that the survey has not. */
MUST_USE enum status plan_fits(const struct plan *p, const struct survey *s,
                               struct err *err);

#endif
