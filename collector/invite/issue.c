/* issue.c - see issue.h. */
#include "issue.h"

#include <sodium.h>

#include "accounts.h"
#include "surveys/names.h"

#define DAY_MS INT64_C(86400000)

int64_t issue_due(const struct audience *a, const struct event *e)
{
    const struct plan *p = a->plan;
    const uint64_t span = (uint64_t)(p->delay_max_ms - p->delay_min_ms) + 1;
    struct lot lot;

    audience_lot(a->seed, e->key, &lot);
    return a->asked_at + p->delay_min_ms + (int64_t)(lot.delay % span);
}

/* ---- what the survey's placeholders stand for ---- */

static bool chinese(const char *language)
{
    return strncmp(language, "zh", 2) == 0 &&
           (language[2] == '\0' || language[2] == '-');
}

static void write_date(const struct event *e, char *out, size_t size)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    const int32_t day = period_day(e->closed_at), month = period_month(day);
    const int n = day - period_first(month) + 1, m = month % 12;

    if (chinese(e->language))
        (void)snprintf(out, size, "%d月%d日", m + 1, n);
    else
        (void)snprintf(out, size, "%d %s", n, months[m]);
}

/* The code's name in the customer's language; "" when there is none. */
static void write_name(const struct issue *how, const struct event *e,
                       enum code_table table, const char *code, char *out,
                       size_t size)
{
    const struct code *found =
        *code ? codes_find(how->codes, table, code, period_day(e->closed_at))
              : NULL;
    const char *name = !found                 ? ""
                       : chinese(e->language) ? found->name_zh
                                              : found->name_en;

    if (strlen(name) < size)
        (void)snprintf(out, size, "%s", name);
}

/* What is not told here the gateway takes from the definition. */
static void fill(const struct issue *how, const struct event *e,
                 struct contact *c)
{
    const struct survey *s = how->audience->survey;

    for (size_t i = 0; i < s->fills && c->fills < CONTACT_FILLS_MAX; i++) {
        const char *name = s->fill[i].name;
        char *text = c->fill[c->fills].text;
        const size_t size = sizeof c->fill[c->fills].text;

        *text = '\0';
        if (streq(name, "date"))
            write_date(e, text, size);
        else if (streq(name, "product"))
            write_name(how, e, CODES_PRODUCT, e->context.product, text, size);
        else if (streq(name, "touch"))
            write_name(how, e, CODES_TOUCHPOINT, e->context.touchpoint, text,
                       size);
        else if (streq(name, "op"))
            write_name(how, e, CODES_OPERATOR, e->context.operator, text, size);
        if (*text)
            memcpy(c->fill[c->fills++].name, name, strlen(name) + 1);
    }
}

static enum status seal(const struct issue *how, const struct event *e,
                        const struct token *token, uint8_t sealed[CONTACT_MAX],
                        size_t *len)
{
    struct contact c = {.kind = "sms"};
    enum status st;

    memcpy(c.address, e->contact, strlen(e->contact) + 1);
    memcpy(c.activated, e->activated, strlen(e->activated) + 1);
    token_make(how->token_key, token, c.token);
    fill(how, e, &c);
    st = contact_seal(how->contact_key, &c, sealed, len);
    sodium_memzero(&c, sizeof c);
    return st;
}

/* ---- the whole ---- */

static uint32_t flags_of(const struct audience *a, const struct event *e)
{
    const uint64_t *accounts = idset_find(&a->numbers, e->number);

    return accounts && *accounts & ACCOUNTS_SHARED ? FLAG_SHARED_NUMBER : 0;
}

enum status issue_make(const struct issue *how, const struct event *e,
                       uint32_t serial, uint8_t sealed[CONTACT_MAX],
                       struct invitation *out)
{
    const struct audience *a = how->audience;
    const struct plan *p = a->plan;
    struct invitation i = {.due_at = issue_due(a, e),
                           .event_at = e->event_at,
                           .context = e->context,
                           .flags = flags_of(a, e),
                           .contact = sealed};
    const struct token token = {
        .serial = serial,
        .campaign = how->campaign,
        .day = token_day(i.due_at + p->expires_days * DAY_MS)};
    enum status st = plan_stratum(p, a->survey, &e->context, i.context.stratum);

    if (st != ST_OK)
        return st;
    token_id(how->token_key, &token, i.id);
    i.expires_at = token_expires(&token);
    i.rate_ppm = plan_rate(p, i.context.stratum);
    memcpy(i.survey, p->wire.survey, sizeof i.survey);
    memcpy(i.version, how->version, HASH_SIZE);
    memcpy(i.gateway, p->gateway, sizeof i.gateway);
    memcpy(i.campaign, p->wire.campaign, sizeof i.campaign);
    memcpy(i.language, e->language, sizeof i.language);
    memcpy(i.notice, e->notice, sizeof i.notice);
    memcpy(i.basis, e->basis, sizeof i.basis);
    memcpy(i.respondent, e->respondent, ID_SIZE);
    memcpy(i.staff, e->staff, ID_SIZE);
    st = seal(how, e, &token, sealed, &i.contact_len);
    if (st == ST_OK)
        *out = i;
    return st;
}
