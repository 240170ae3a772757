/* forecast.c - see forecast.h. */
#include "forecast.h"

#include <math.h>
#include <stdlib.h>

#include "collector/token.h"
#include "surveys/utf8.h"

#define DAY_MS    INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)
#define YEAR_MS   (366 * DAY_MS)
#define Z95       1.96
#define MESSAGE   4096

/* ---- what is sent ---- */

size_t forecast_parts(size_t units, bool gsm7)
{
    const size_t one = gsm7 ? 160 : 70, of_many = gsm7 ? 153 : 67;

    return units <= one ? 1 : (units + of_many - 1) / of_many;
}

/* `text` with its {holes} filled by what the definition says, or `link`. */
static void fill(const struct survey *s, const char *language, const char *text,
                 const char *link, char out[MESSAGE])
{
    size_t n = strlen(out);

    while (*text && n + 1 < MESSAGE) {
        const size_t len = *text == '{' ? strcspn(text + 1, "}") : 0;
        const char *with = NULL;

        for (size_t i = 0; len && i < s->fills; i++)
            if (strlen(s->fill[i].name) == len &&
                memcmp(s->fill[i].name, text + 1, len) == 0)
                with = texts_in(&s->fill[i].text, language);
        if (len == 4 && memcmp(text + 1, "link", 4) == 0)
            with = link;
        if (with) {
            n += (size_t)snprintf(out + n, MESSAGE - n, "%s", with);
            n = n < MESSAGE ? n : MESSAGE - 1;
            text += len + (text[len + 1] ? 2 : 1);
        } else {
            out[n++] = *text++;
            out[n] = '\0';
        }
    }
}

static void measure(const char *message, struct forecast_text *t)
{
    t->units = utf8_sms_units(message, strlen(message), &t->gsm7);
    t->parts = forecast_parts(t->units, t->gsm7);
}

static enum status add_text(const struct audience *a, const struct item *it,
                            const char *language, struct forecast *f,
                            struct err *err)
{
    const struct plan *p = a->plan;
    char message[MESSAGE], link[256];
    struct forecast_text *t = &f->text[f->texts];

    if (f->texts == FORECAST_TEXTS_MAX)
        return err_set(err, ST_RANGE, "more than %d texts", FORECAST_TEXTS_MAX);
    (void)snprintf(message, sizeof message, "%s", p->signature);
    (void)snprintf(link, sizeof link, "%s%0*d", p->link, TOKEN_LENGTH, 0);
    fill(a->survey, language, it ? texts_in(&it->text, language) : p->text,
         link, message);
    *t = (struct forecast_text){.gsm7 = false};
    (void)snprintf(t->language, sizeof t->language, "%s", language);
    if (it)
        memcpy(t->item, it->code, sizeof t->item);
    measure(message, t);
    f->texts++;
    return ST_OK;
}

/* Each question of the short form in each language; or the one message with
 * the link. */
static enum status add_texts(const struct audience *a, struct forecast *f,
                             struct err *err)
{
    const struct survey *s = a->survey;
    enum status st = ST_OK;

    if (a->plan->channel == CHANNEL_WEB)
        return add_text(a, NULL, a->plan->language, f, err);
    for (size_t l = 0; l < s->title.count && st == ST_OK; l++)
        for (size_t i = 0; i < s->shorts && st == ST_OK; i++)
            st = add_text(a, &s->item[s->shortlist[i]],
                          s->title.list[l].language, f, err);
    return st;
}

/* Parts for one who is drawn, in the plan's language: everybody gets the first
 * message, and those who answer the others. */
static double parts_each(const struct audience *a, const struct forecast *f)
{
    const char *language = f->texts ? f->text[0].language : "";
    double parts = 0;
    bool first = true;

    for (size_t i = 0; i < f->texts; i++)
        if (streq(f->text[i].language, a->plan->language))
            language = a->plan->language;
    for (size_t i = 0; i < f->texts; i++) {
        if (!streq(f->text[i].language, language))
            continue;
        parts += (double)f->text[i].parts * (first ? 1 : a->plan->response);
        first = false;
    }
    return parts;
}

/* ---- when it is done ---- */

/* The first moment by which `minutes` were open in this province; every
 * province has its share of the rate all the time. */
static int64_t done_at(const struct audience *a,
                       const struct calendar *calendar, const char *province,
                       double minutes)
{
    const struct quiet_hours quiet = a->plan->quiet;
    int64_t low = a->asked_at, high = a->asked_at + YEAR_MS;

    if ((double)calendar_minutes(calendar, quiet, province, low, high) <
        minutes)
        return INT64_MAX;
    while (high - low > MINUTE_MS) {
        const int64_t middle = low + (high - low) / 2;

        if ((double)calendar_minutes(calendar, quiet, province, a->asked_at,
                                     middle) >= minutes)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* Nor before the last of them is due. */
static int64_t finish_of(const struct audience *a,
                         const struct calendar *calendar, const char *province,
                         double minutes)
{
    const int64_t sent = done_at(a, calendar, province, minutes);
    const int64_t due = calendar_next(calendar, a->plan->quiet, province,
                                      a->asked_at + a->plan->delay_max_ms);

    return sent > due ? sent : due;
}

/* ---- what is found out ---- */

static enum status add_drawn(const struct cell *c, struct forecast *f,
                             struct err *err)
{
    const double w = 1e6 / (double)c->rate_ppm;
    struct forecast_province *p = f->province;
    size_t i = 0;

    while (i < f->provinces && !streq(p[i].province, c->context.province))
        i++;
    if (i == FORECAST_PROVINCES_MAX)
        return err_set(err, ST_RANGE, "more than %d provinces",
                       FORECAST_PROVINCES_MAX);
    if (i == f->provinces) {
        p[i] = (struct forecast_province){.drawn = 0};
        memcpy(p[i].province, c->context.province, sizeof p[i].province);
        f->provinces++;
    }
    p[i].drawn += c->drawn;
    p[i].w += w * c->drawn;
    p[i].w2 += w * w * c->drawn;
    return ST_OK;
}

static int province_order(const void *a, const void *b)
{
    const struct forecast_province *x = a, *y = b;

    return strcmp(x->province, y->province);
}

static void judge_province(const struct audience *a,
                           struct forecast_province *p)
{
    p->answers = (double)p->drawn * a->plan->response;
    p->margin = NAN;
    if (p->answers >= 2)
        p->margin = Z95 * a->plan->sd *
                    sqrt((double)p->drawn * p->w2 / (p->w * p->w) / p->answers);
}

enum status forecast_make(const struct audience *a,
                          const struct calendar *calendar, struct forecast *out,
                          struct err *err)
{
    struct forecast *f = out;
    double each, minutes;
    uint64_t drawn = 0;
    enum status st;

    f->texts = f->provinces = 0;
    f->finish_at = 0;
    st = add_texts(a, f, err);
    for (size_t i = 0; i < a->cells.count && st == ST_OK; i++) {
        drawn += a->cells.list[i].drawn;
        if (a->cells.list[i].drawn)
            st = add_drawn(&a->cells.list[i], f, err);
    }
    if (st != ST_OK)
        return st;
    each = parts_each(a, f);
    f->parts = each * (double)drawn;
    f->cost = f->parts * a->plan->price;
    minutes = f->parts / (a->plan->per_second * 60);
    qsort(f->province, f->provinces, sizeof *f->province, province_order);
    for (size_t i = 0; i < f->provinces; i++) {
        struct forecast_province *p = &f->province[i];

        judge_province(a, p);
        p->finish_at = finish_of(a, calendar, p->province, minutes);
        if (p->finish_at > f->finish_at)
            f->finish_at = p->finish_at;
    }
    return ST_OK;
}
