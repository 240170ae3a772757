/* weighting.c - see weighting.h. */
#include "weighting.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "key.h"
#include "surveys/period.h"

void weighting_close(struct weighting *w)
{
    population_free(&w->population);
    free(w->month);
    *w = (struct weighting){0};
}

static enum status find_dimension(const struct population *p, size_t column,
                                  enum dimension *out, struct err *err)
{
    for (enum dimension d = DIM_PERIOD; d < DIMENSIONS; d++)
        if (streq(dimension_name(d), p->column[column]) &&
            layer_keeps(LAYER_FIT, d)) {
            *out = d;
            return ST_OK;
        }
    return err_set(err, ST_INVALID,
                   "%s:1: %.60s: people are weighted by operator, product, "
                   "province, stratum and frame, per period, and by nothing "
                   "else",
                   p->path, p->column[column]);
}

static enum status read_month(const struct population *p, size_t row,
                              size_t column, int32_t *out, struct err *err)
{
    const char *text = p->row[row].code[column];
    char again[PERIOD_TEXT] = "";
    int32_t day = 0;

    if (period_parse_day(text, false, &day, NULL) == ST_OK)
        period_format_month(period_month(day), again);
    if (!*text || !streq(text, again))
        return err_set(err, ST_INVALID, "%s:%llu: period: '%.20s' is no month",
                       p->path, (unsigned long long)p->row[row].line, text);
    *out = period_month(day);
    return ST_OK;
}

static enum status read_months(struct weighting *w, size_t column,
                               struct err *err)
{
    const struct population *p = w->population;
    enum status st = ST_OK;

    w->apart[column] = true;
    w->month = malloc(p->rows * sizeof *w->month);
    if (!w->month)
        return ST_NOMEM;
    for (size_t i = 0; i < p->rows && st == ST_OK; i++)
        st = read_month(p, i, column, &w->month[i], err);
    return st;
}

static enum status read_population(const struct query *q, struct weighting *w,
                                   struct err *err)
{
    const struct population *p;
    enum status st = population_read(q->population, &w->population, err);

    p = w->population;
    for (size_t i = 0; st == ST_OK && i < p->columns; i++) {
        st = find_dimension(p, i, &w->dimension[i], err);
        if (st == ST_OK && w->dimension[i] == DIM_PERIOD)
            st = read_months(w, i, err);
    }
    return st;
}

static void make_id(struct weighting *w)
{
    crypto_hash_sha256_state h;
    char words[80];

    snprintf(words, sizeof words, "%d %.17g %.17g", w->how, w->rule.low,
             w->rule.high);
    (void)crypto_hash_sha256_init(&h);
    (void)crypto_hash_sha256_update(&h, (const unsigned char *)words,
                                    strlen(words));
    if (w->population)
        (void)crypto_hash_sha256_update(&h, w->population->hash, HASH_SIZE);
    (void)crypto_hash_sha256_final(&h, w->id);
}

enum status weighting_open(const struct query *q, struct weighting *out,
                           struct err *err)
{
    struct weighting w = {.how = q->weighting, .rule = raking_plain()};
    enum status st = ST_OK;

    if (q->weight_high > 0) {
        w.rule.low = q->weight_low;
        w.rule.high = q->weight_high;
    }
    if (w.how == WEIGHTING_POPULATION)
        st = read_population(q, &w, err);
    if (st == ST_OK && w.how != WEIGHTING_NONE)
        make_id(&w);
    if (st == ST_OK)
        *out = w;
    else
        weighting_close(&w);
    return st;
}
