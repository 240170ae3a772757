/* plan.c - see plan.h.  A table says which key is what; what is not told has
 * the value of set_defaults. */
#include "plan.h"

#include <sodium.h>
#include <stdlib.h>

#include "plan_value.h"

#define DAY_MS    INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)
#define COUNT(a)  (sizeof(a) / sizeof *(a))

/* ---- what has a meaning of its own ---- */

static enum status read_purpose(const struct plan_place *at,
                                const struct yaml *v, void *into)
{
    struct plan *p = into;

    if (v->kind != YAML_TEXT ||
        !campaign_purpose_parse(v->text, &p->wire.purpose))
        return plan_refuse(at, v,
                           "relationship, instant, confirmation or follow_up");
    return ST_OK;
}

static enum status read_channel(const struct plan_place *at,
                                const struct yaml *v, void *into)
{
    struct plan *p = into;

    if (v->kind != YAML_TEXT || !channel_parse(v->text, &p->channel) ||
        p->channel == CHANNEL_AGENT)
        return plan_refuse(at, v, "sms or web");
    return ST_OK;
}

static enum status read_contact_key(const struct plan_place *at,
                                    const struct yaml *v, void *into)
{
    struct plan *p = into;

    if (v->kind != YAML_TEXT || !*v->text)
        return plan_refuse(at, v, "a file is wanted");
    p->contact_key = strdup(v->text);
    return p->contact_key ? ST_OK : err_set(at->err, ST_NOMEM, "out of memory");
}

static enum status read_bases(const struct plan_place *at, const struct yaml *v,
                              void *into)
{
    static const struct plan_key basis = {.kind = PLAN_WORD,
                                          .size = CODE_MAX + 1};
    struct plan *p = into;
    enum status st = ST_OK;

    if (v->kind != YAML_LIST || !v->count || v->count > BASES_MAX)
        return plan_refuse(at, v, "a list of 1 to 16 codes is wanted");
    for (size_t i = 0; i < v->count && st == ST_OK; i++)
        st = plan_value(at, &v->child[i], &basis, p->basis[i]);
    p->bases = v->count;
    return st;
}

static enum status read_quiet(const struct plan_place *at, const struct yaml *v,
                              void *into)
{
    struct plan *p = into;
    struct err cause;

    if (v->kind != YAML_TEXT ||
        quiet_hours_parse(v->text, &p->quiet, &cause) != ST_OK)
        return plan_refuse(at, v, "hours are wanted: 21:00-08:00");
    return ST_OK;
}

static enum stratum_dim dim_of(const char *name)
{
    static const char *const names[] = {"operator", "product",    "province",
                                        "org",      "touchpoint", "class"};
    size_t i = 0;

    while (i < COUNT(names) && !streq(name, names[i]))
        i++;
    return (enum stratum_dim)i; /* behind the last: BY_ATTRIBUTE */
}

static enum status read_by(const struct plan_place *at, const struct yaml *v,
                           void *into)
{
    static const struct plan_key word = {.kind = PLAN_WORD,
                                         .size = ITEM_CODE_MAX + 1};
    struct plan *p = into;
    enum status st = ST_OK;

    if (v->kind != YAML_LIST || v->count > STRATUM_BY_MAX)
        return plan_refuse(at, v, "a list of at most 4 dimensions is wanted");
    for (size_t i = 0; i < v->count && st == ST_OK; i++) {
        st = plan_value(at, &v->child[i], &word, p->by[i].code);
        p->by[i].dim = dim_of(p->by[i].code);
    }
    p->by_count = v->count;
    return st;
}

static int rate_order(const void *a, const void *b)
{
    const struct stratum_rate *x = a, *y = b;

    return strcmp(x->code, y->code);
}

static enum status read_rates(const struct plan_place *at, const struct yaml *v,
                              void *into)
{
    static const struct plan_key share = {.kind = PLAN_SHARE};
    struct plan *p = into;
    enum status st = ST_OK;

    if (v->kind != YAML_MAP || v->count > RATES_MAX)
        return plan_refuse(at, v, "a map of at most 4096 strata is wanted");
    p->rate = calloc(v->count + 1, sizeof *p->rate);
    if (!p->rate)
        return err_set(at->err, ST_NOMEM, "out of memory");
    for (size_t i = 0; i < v->count && st == ST_OK; i++) {
        const struct yaml *one = &v->child[i];

        if (strlen(one->key) > CODE_MAX)
            return plan_refuse(at, one, "a stratum has at most 16 characters");
        memcpy(p->rate[i].code, one->key, strlen(one->key));
        st = plan_value(at, one, &share, &p->rate[i].ppm);
    }
    p->rates = v->count;
    qsort(p->rate, p->rates, sizeof *p->rate, rate_order);
    return st;
}

static enum status read_seed(const struct plan_place *at, const struct yaml *v,
                             void *into)
{
    static const struct plan_key hash = {.kind = PLAN_HASH};
    struct plan *p = into;

    p->seeded = true;
    return plan_value(at, v, &hash, p->seed);
}

static enum status read_version(const struct plan_place *at,
                                const struct yaml *v, void *into)
{
    static const struct plan_key hash = {.kind = PLAN_HASH};
    struct plan *p = into;

    p->version_given = true;
    return plan_value(at, v, &hash, p->wire.version);
}

/* ---- the keys ---- */

#define PLACE(member) .offset = offsetof(struct plan, member)
#define TEXT(member)                                                           \
    PLACE(member), .size = sizeof(((const struct plan *)0)->member)
#define WITHIN(low, high) .min = (low), .max = (high)
#define MAP(table)        .kind = PLAN_MAP, .keys = (table), .size = COUNT(table)
#define OWN(reader)       .kind = PLAN_OWN, .read = (reader)

static const struct plan_key delay_keys[] = {
    {"min", PLAN_WHOLE, PLACE(delay_min_ms), .size = MINUTE_MS,
     WITHIN(30, 1440)},
    {"max", PLAN_WHOLE, PLACE(delay_max_ms), .size = MINUTE_MS,
     WITHIN(30, 1440)}};
static const struct plan_key strata_keys[] = {
    {"by", OWN(read_by)},
    {"rate", PLAN_SHARE, PLACE(rate_ppm)},
    {"rates", OWN(read_rates)}};
static const struct plan_key canary_keys[] = {
    {"share", PLAN_SHARE, PLACE(wire.canary_ppm)},
    {"minutes", PLAN_WHOLE, PLACE(canary_ms), .size = MINUTE_MS,
     WITHIN(0, 7 * 1440)}};
static const struct plan_key limit_keys[] = {
    {"opt-outs", PLAN_SHARE, PLACE(wire.opt_out_ppm)},
    {"failures", PLAN_SHARE, PLACE(wire.failed_ppm)},
    {"escalations", PLAN_SHARE, PLACE(wire.escalated_ppm)},
    {"after", PLAN_WHOLE, PLACE(limit_after), .size = 1, WITHIN(1, 1e6)}};
static const struct plan_key sending_keys[] = {
    {"per-second", PLAN_REAL, PLACE(per_second), WITHIN(0.01, 1e5)},
    {"price", PLAN_REAL, PLACE(price), WITHIN(0, 1000)},
    {"signature", PLAN_TEXT, TEXT(signature)},
    {"text", PLAN_TEXT, TEXT(text)},
    {"link", PLAN_WORD, TEXT(link)},
    {"quiet", OWN(read_quiet)}};
static const struct plan_key assume_keys[] = {
    {"response", PLAN_REAL, PLACE(response), WITHIN(0, 1)},
    {"sd", PLAN_REAL, PLACE(sd), WITHIN(0, 50)}};

static const struct plan_key keys[] = {
    {"campaign", PLAN_NAME, TEXT(wire.campaign)},
    {"survey", PLAN_NAME, TEXT(wire.survey)},
    {"version", OWN(read_version)},
    {"purpose", OWN(read_purpose)},
    {"channel", OWN(read_channel)},
    {"gateway", PLAN_NAME, TEXT(gateway)},
    {"contact-key", OWN(read_contact_key)},
    {"language", PLAN_WORD, TEXT(language)},
    {"notice", PLAN_WORD, TEXT(notice)},
    {"bases", OWN(read_bases)},
    {"expires-days", PLAN_WHOLE, PLACE(expires_days), .size = 1,
     WITHIN(1, 365)},
    {"rest-days", PLAN_WHOLE, PLACE(rest_ms), .size = DAY_MS, WITHIN(0, 730)},
    {"start", PLAN_DAY, PLACE(start_at)},
    {"closes", PLAN_DAY_END, PLACE(wire.closes_at)},
    {"delay", MAP(delay_keys)},
    {"strata", MAP(strata_keys)},
    {"seed", OWN(read_seed)},
    {"canary", MAP(canary_keys)},
    {"limits", MAP(limit_keys)},
    {"sending", MAP(sending_keys)},
    {"assume", MAP(assume_keys)}};

static void set_defaults(struct plan *p)
{
    p->channel = CHANNEL_SMS;
    memcpy(p->language, "zh-CN", sizeof "zh-CN");
    p->expires_days = 7;
    p->rest_ms = -1; /* hangs on the purpose */
    p->delay_min_ms = 30 * MINUTE_MS;
    p->delay_max_ms = DAY_MS;
    p->wire.canary_ppm = 10000;
    p->canary_ms = 120 * MINUTE_MS;
    p->wire.opt_out_ppm = 50000;
    p->wire.failed_ppm = 200000;
    p->wire.escalated_ppm = 20000;
    p->limit_after = 100;
    p->per_second = 10;
    memcpy(p->text, PLAN_TEXT_LINK, sizeof PLAN_TEXT_LINK);
    memcpy(p->link, PLAN_LINK, sizeof PLAN_LINK);
    p->quiet = (struct quiet_hours){21 * 60, 8 * 60};
    p->response = 0.1;
    p->sd = 25;
}

/* Keys without which nobody can be asked. */
static enum status demand(const struct plan_place *at, const struct yaml *root,
                          const struct plan *p)
{
    static const char *const needed[] = {"campaign", "survey",      "purpose",
                                         "gateway",  "contact-key", "bases",
                                         "strata"};

    for (size_t i = 0; i < COUNT(needed); i++)
        if (!yaml_get(root, needed[i]))
            return err_set(at->err, ST_INVALID, "%s: no key '%s'", at->path,
                           needed[i]);
    if (p->delay_min_ms > p->delay_max_ms)
        return plan_refuse(at, yaml_get(root, "delay"), "min is more than max");
    return ST_OK;
}

static enum status read_plan(const char *path, const char *text, size_t len,
                             struct plan *p, struct err *err)
{
    const struct plan_place at = {path, err};
    struct yaml *root = NULL;
    enum status st = yaml_parse(path, text, len, &root, err);

    set_defaults(p);
    if (st == ST_OK)
        st = plan_map(&at, root, keys, COUNT(keys), p);
    if (st == ST_OK)
        st = demand(&at, root, p);
    if (p->rest_ms < 0)
        p->rest_ms =
            (p->wire.purpose == PURPOSE_RELATIONSHIP ? 180 : 30) * DAY_MS;
    p->wire.canary_ms = (uint32_t)p->canary_ms;
    p->wire.limit_after = (uint32_t)p->limit_after;
    (void)crypto_hash_sha256(p->wire.plan, (const uint8_t *)text, len);
    yaml_free(&root);
    return st;
}

enum status plan_load(const char *path, struct plan **out, struct err *err)
{
    struct plan *p = calloc(1, sizeof *p);
    char *text = NULL;
    size_t len = 0;
    enum status st;

    if (!p)
        return err_set(err, ST_NOMEM, "out of memory");
    st = yaml_read(path, &text, &len, err);
    if (st == ST_OK)
        st = read_plan(path, text, len, p, err);
    free(text);
    if (st == ST_OK) {
        p->path = strdup(path);
        if (!p->path)
            st = err_set(err, ST_NOMEM, "out of memory");
    }
    if (st == ST_OK)
        *out = p;
    else
        plan_free(&p);
    return st;
}

void plan_free(struct plan **p)
{
    if (!*p)
        return;
    free((*p)->path);
    free((*p)->contact_key);
    free((*p)->rate);
    sodium_memzero((*p)->seed, sizeof(*p)->seed);
    free(*p);
    *p = NULL;
}
