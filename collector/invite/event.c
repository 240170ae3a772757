/* event.c - see event.h. */
#include "event.h"

#include <strings.h>

#include "base/bytes.h"
#include "identity.h"
#include "surveys/names.h"
#include "surveys/word.h"

/* What reading one row needs. */
struct reading {
    const struct event_reader *how;
    const struct feed_row *row;
    struct event *out;
    struct err *err;
};

#define X(symbol, name) name,
static const char *const names[] = {FEED_COLUMNS(X)};
#undef X

static bool take(const struct reading *r, size_t slot, struct word *w)
{
    word_trim(&r->row->slot[slot], w);
    return w->len > 0;
}

static enum status refuse(const struct reading *r, const char *name,
                          const char *cause)
{
    return err_set(r->err, ST_INVALID, "%s: %s", name, cause);
}

/* ---- when ---- */

/* A moment that is there is right; *told says whether it is there. */
static enum status read_time(const struct reading *r, enum feed_column column,
                             int64_t *out, bool *told)
{
    struct word w;

    *told = take(r, column, &w);
    if (!*told || period_parse_time(w.text, out, NULL) == ST_OK)
        return ST_OK;
    return refuse(r, names[column],
                  "not a time (2026-11-22T13:05:00+08:00, 2026-11-22 "
                  "13:05:00, 2026-11-22 or ms since 1970)");
}

/* The answers of a relationship survey are about the moment of the draw. */
static enum status read_moment(const struct reading *r)
{
    const bool draws_people =
        r->how->plan->wire.purpose == PURPOSE_RELATIONSHIP;
    int64_t at = r->how->now;
    bool told;
    enum status st = read_time(r, FEED_EVENT_AT, &at, &told);

    if (st != ST_OK)
        return st;
    if (!told && !draws_people)
        return refuse(r, names[FEED_EVENT_AT], "is missing");
    if (at < EVENT_FIRST_MS)
        return refuse(r, names[FEED_EVENT_AT], "before the year 2000");
    if (at > r->how->now + EVENT_AHEAD_MS)
        return refuse(r, names[FEED_EVENT_AT], "more than a day in the future");
    r->out->closed_at = at;
    r->out->event_at = draws_people ? r->how->now : at;
    return ST_OK;
}

/* ---- which event, whose ---- */

bool event_key(const struct person_key *key, const struct feed_row *row,
               uint8_t out[ID_SIZE])
{
    struct word w;

    word_trim(&row->slot[FEED_EVENT_ID], &w);
    if (!w.len || w.len == WORD_MAX)
        return false;
    identity_of(key, "event", w.text, out);
    return true;
}

static enum status read_keys(const struct reading *r)
{
    static const struct {
        enum feed_column column;
        const char *label;
        size_t offset;
    } keys[] = {
        {FEED_ACCOUNT, "account", offsetof(struct event, account)},
        {FEED_CASE, "case", offsetof(struct event, kase)},
    };
    struct word w;

    if (!event_key(r->how->key, r->row, r->out->key))
        return refuse(r, names[FEED_EVENT_ID], "is missing, or too long");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        uint8_t *out = (uint8_t *)r->out + keys[i].offset;

        if (take(r, keys[i].column, &w) && w.len < WORD_MAX)
            identity_of(r->how->key, keys[i].label, w.text, out);
        else if (w.len)
            return refuse(r, names[keys[i].column], "too long");
    }
    if (take(r, FEED_STAFF, &w))
        person_staff(r->how->key, w.text, r->out->staff);
    /* a case is its one event where the feed knows no better */
    if (bytes_zero(r->out->kase, ID_SIZE))
        memcpy(r->out->kase, r->out->key, ID_SIZE);
    return ST_OK;
}

/* ---- how to reach them ---- */

static bool by_telephone(const char *kind)
{
    static const char *const kinds[] = {"sms",  "mobile", "phone",
                                        "手机", "短信",   "电话"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcasecmp(kind, kinds[i]) == 0)
            return true;
    return !*kind;
}

/* An SMS reaches a mobile number of ours: eleven digits from 13 to 19. */
static bool gets_sms(const char *number)
{
    return strlen(number) == 11 && number[0] == '1' && number[1] >= '3';
}

/* Whether one of the staff's own numbers, with anything between them, is the
 * contact.  Extensions and the like are no numbers, and no matter. */
static bool of_staff(const struct reading *r, const char *contact)
{
    static const char between[] = ";,|/";
    const struct csv_field *f = &r->row->slot[FEED_STAFF_NUMBERS];
    const char *at = f->text;

    while (*at) {
        const size_t len = strcspn(at, between);
        struct word w;
        char number[PERSON_NUMBER_MAX + 1];

        word_trim(&(struct csv_field){at, len}, &w);
        if (person_number(w.text, number) == ST_OK && streq(number, contact))
            return true;
        at += len + (at[len] ? 1 : 0);
    }
    return false;
}

static enum status read_contact(const struct reading *r)
{
    struct event *e = r->out;
    char number[PERSON_NUMBER_MAX + 1];
    struct word kind, w;
    int64_t changed = 0;
    bool told;
    enum status st = read_time(r, FEED_CONTACT_CHANGED, &changed, &told);

    if (st != ST_OK)
        return st;
    e->fresh = told && changed > e->closed_at - CONTACT_FRESH_MS;
    st = read_time(r, FEED_ACTIVATED, &e->activated_at, &told);
    if (st != ST_OK)
        return st;
    if (told)
        period_format_day(period_day(e->activated_at), e->activated);
    (void)take(r, FEED_CONTACT_KIND, &kind);
    if (!take(r, FEED_CONTACT, &w) || !by_telephone(kind.text) ||
        person_number(w.text, number) != ST_OK)
        return ST_OK;
    if (person_respondent(r->how->key, number, e->activated, e->respondent) !=
            ST_OK ||
        person_respondent(r->how->key, number, "", e->number) != ST_OK)
        return ST_OK;
    e->staff_number = of_staff(r, number);
    if (gets_sms(number))
        memcpy(e->contact, number, strlen(number) + 1);
    return ST_OK;
}

/* ---- whether they may be asked ---- */

static enum status read_adult(const struct reading *r)
{
    static const char *const yes[] = {"yes", "y", "1", "true", "是"};
    static const char *const no[] = {"no", "n", "0", "false", "否", ""};
    struct word w;

    (void)take(r, FEED_ADULT, &w);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(w.text, yes[i]) == 0) {
            r->out->adult = true;
            return ST_OK;
        }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (strcasecmp(w.text, no[i]) == 0)
            return ST_OK; /* not known is not adult */
    return refuse(r, names[FEED_ADULT], "yes or no is wanted");
}

static bool is_language(const struct word *w)
{
    return w->len >= 2 &&
           w->len < sizeof((const struct event *)NULL)->language &&
           w->text[strspn(w->text, "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-")] == '\0' &&
           w->text[0] != '-';
}

static enum status read_notice(const struct reading *r)
{
    struct event *e = r->out;
    struct word w;

    memcpy(e->language, r->how->plan->language, sizeof e->language);
    memcpy(e->notice, r->how->plan->notice, sizeof e->notice);
    if (take(r, FEED_LANGUAGE, &w)) {
        if (!is_language(&w))
            return refuse(r, names[FEED_LANGUAGE], "not a language (zh-CN)");
        memset(e->language, 0, sizeof e->language);
        memcpy(e->language, w.text, w.len);
    }
    if (take(r, FEED_NOTICE, &w)) {
        for (size_t i = 0; i < w.len; i++)
            if (w.text[i] <= ' ' || w.text[i] > '~' || w.len > SURVEY_CODE_MAX)
                return refuse(r, names[FEED_NOTICE],
                              "at most 32 ASCII characters without blanks");
        memset(e->notice, 0, sizeof e->notice);
        memcpy(e->notice, w.text, w.len);
    }
    if (!take(r, FEED_BASIS, &w))
        return ST_OK;
    if (!word_code(&w))
        return refuse(r, names[FEED_BASIS],
                      "not a code: 1 to 16 ASCII characters, no blanks");
    memcpy(e->basis, w.text, w.len);
    return ST_OK;
}

/* ---- where ---- */

static enum status read_code(const struct reading *r, enum feed_column column,
                             enum code_table table, char out[CODE_MAX + 1])
{
    const struct codes *codes = r->how->codes;
    const struct code *found;
    struct word w;

    if (!take(r, column, &w))
        return ST_OK;
    found = names_find(codes, table, w.text, period_day(r->out->closed_at));
    if (!found || (!*found->code && !word_code(&w)))
        return refuse(r, names[column],
                      "neither a code nor a name that was valid on the day of "
                      "the event");
    memset(out, 0, CODE_MAX + 1);
    /* without an org tree any code finds an empty row */
    memcpy(out, *found->code ? found->code : w.text,
           *found->code ? strlen(found->code) : w.len);
    return ST_OK;
}

/* A contractor's unit stands in the tree below the one that it works for, and
 * is the finer of the two. */
static enum status read_contractor(const struct reading *r)
{
    const struct codes *codes = r->how->codes;
    struct context *c = &r->out->context;
    const int32_t day = period_day(r->out->closed_at);
    char unit[CODE_MAX + 1] = "";
    const struct code *up;
    enum status st = read_code(r, FEED_CONTRACTOR, CODES_ORG, unit);

    if (st != ST_OK || !*unit || codes_count(codes, CODES_ORG) == 0)
        return st;
    up = codes_find(codes, CODES_ORG, unit, day);
    while (up && *c->org && !streq(up->code, c->org))
        up = *up->parent ? codes_find(codes, CODES_ORG, up->parent, day) : NULL;
    if (!up)
        return refuse(r, names[FEED_CONTRACTOR], "not a unit below org");
    memcpy(c->org, unit, sizeof unit);
    return ST_OK;
}

static enum status read_context(const struct reading *r)
{
    const struct survey *s = r->how->survey;
    struct context *c = &r->out->context;
    struct word w;
    enum status st;

    c->channel = r->how->plan->channel;
    c->frame = FRAME_INVITED;
    memcpy(c->product, s->product, sizeof c->product);
    st = read_code(r, FEED_OPERATOR, CODES_OPERATOR, c->operator);
    if (st == ST_OK)
        st = read_code(r, FEED_PRODUCT, CODES_PRODUCT, c->product);
    if (st == ST_OK && *s->product && !streq(c->product, s->product))
        st = refuse(r, names[FEED_PRODUCT], "not the survey's");
    if (st == ST_OK)
        st = read_code(r, FEED_PROVINCE, CODES_PROVINCE, c->province);
    if (st == ST_OK)
        st = read_code(r, FEED_ORG, CODES_ORG, c->org);
    if (st == ST_OK)
        st = read_contractor(r);
    if (st == ST_OK)
        st = read_code(r, FEED_TOUCHPOINT, CODES_TOUCHPOINT, c->touchpoint);
    if (st == ST_OK)
        st = read_code(r, FEED_CLASS, CODES_CLASS, c->class);
    for (size_t a = 0; st == ST_OK && a < s->attributes; a++)
        if (take(r, FEED_COLUMN_COUNT + a, &w) &&
            !names_value(&s->attribute[a], w.text, &c->attributes[a]))
            st = refuse(r, s->attribute[a].code, "not one of its values");
    return st;
}

/* ---- a repair ---- */

static enum status read_repair(const struct reading *r)
{
    static const enum feed_column texts[] = {
        FEED_FAULT_PLACE, FEED_FAULT_SYMPTOM, FEED_FAULT_CAUSE,
        FEED_FAULT_RESULT};
    struct event *e = r->out;
    int64_t fault = 0, promised = 0, arrived = 0;
    bool faulty, was_promised, came;
    struct word w;
    uint64_t minutes;
    enum status st = read_time(r, FEED_FAULT_AT, &fault, &faulty);

    if (st == ST_OK)
        st = read_time(r, FEED_PROMISED_AT, &promised, &was_promised);
    if (st == ST_OK)
        st = read_time(r, FEED_ARRIVED_AT, &arrived, &came);
    if (st != ST_OK)
        return st;
    if (take(r, FEED_FAULT_MINUTES, &w) && !word_whole(&w, 10000000, &minutes))
        return refuse(r, names[FEED_FAULT_MINUTES], "not a number of minutes");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (r->row->slot[texts[i]].len > COMMENT_MAX)
            return refuse(r, names[texts[i]], "longer than 2000 bytes");
    if (faulty && fault > e->closed_at)
        return refuse(r, names[FEED_FAULT_AT], "later than the event's end");
    if (faulty && came && arrived < fault)
        return refuse(r, names[FEED_ARRIVED_AT], "earlier than the fault");
    e->repair = faulty || came;
    e->late = was_promised && came && arrived > promised;
    if (faulty)
        e->closed_at = fault;
    return ST_OK;
}

enum status event_read(const struct event_reader *how,
                       const struct feed_row *row, struct event *out,
                       struct err *err)
{
    struct event e = {.adult = false};
    const struct reading r = {how, row, &e, err};
    enum status st = read_moment(&r);

    if (st == ST_OK)
        st = read_keys(&r);
    if (st == ST_OK)
        st = read_contact(&r);
    if (st == ST_OK)
        st = read_adult(&r);
    if (st == ST_OK)
        st = read_notice(&r);
    if (st == ST_OK)
        st = read_context(&r);
    if (st == ST_OK)
        st = read_repair(&r);
    if (st == ST_OK)
        *out = e;
    return st;
}
