/* fit_take.c - see fit_take.h.
 *
 * Nothing of a row is kept behind its sums unless rows are to be resampled or
 * labelled, so a million of them take as much memory as a thousand.
 */
#include "fit_take.h"

#include <stdlib.h>
#include <string.h>

#include "fit_deal.h"

struct fit_taker {
    struct fit_data *data;
    struct fit_dealer *dealer;
    size_t cap; /* rows that there is room for */
    bool keep;
    unsigned labels;
    bool all_answered; /* each item by somebody */
};

enum status fit_taker_new(struct fit_data *data, bool keep, unsigned labels,
                          struct fit_taker **out)
{
    const struct fit_plan *p = data->plan;
    struct fit_taker *t = calloc(1, sizeof *t);
    enum status st = t ? fit_sums_new(p, &data->total) : ST_NOMEM;

    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = fit_sums_new(p, &data->group[g]);
    if (st == ST_OK) {
        t->data = data;
        t->keep = keep;
        t->labels = labels;
        st = fit_dealer_new(p, data->group, &t->dealer);
    }
    if (st == ST_OK)
        *out = t;
    else
        fit_taker_free(&t);
    return st;
}

void fit_taker_free(struct fit_taker **t)
{
    if (!*t)
        return;
    fit_dealer_free(&(*t)->dealer);
    free(*t);
    *t = NULL;
}

static enum status grow(struct fit_taker *t, struct err *err)
{
    struct fit_data *d = t->data;
    const size_t cap = t->cap ? 2 * t->cap : SINGLE_ROWS;
    const size_t each = d->plan->model.items + sizeof *d->dealt +
                        (d->plan->weighted ? sizeof *d->weight : 0);
    uint8_t *row, *dealt;
    double *weight;

    if (cap > FIT_BYTES_MAX / each)
        return err_set(err, ST_RANGE,
                       "more than %zu rows, the most that can be kept", t->cap);
    row = realloc(d->row, cap * d->plan->model.items);
    if (!row)
        return ST_NOMEM;
    d->row = row;
    dealt = realloc(d->dealt, cap);
    if (!dealt)
        return ST_NOMEM;
    d->dealt = dealt;
    if (d->plan->weighted) {
        weight = realloc(d->weight, cap * sizeof *weight);
        if (!weight)
            return ST_NOMEM;
        d->weight = weight;
    }
    t->cap = cap;
    return ST_OK;
}

static enum status keep_row(struct fit_taker *t, const struct fit_record *r,
                            struct err *err)
{
    struct fit_data *d = t->data;
    const size_t n = d->plan->model.items;
    enum status st = d->rows < t->cap ? ST_OK : grow(t, err);

    for (size_t i = 0; i < FIT_LABELS && st == ST_OK; i++)
        if (t->labels & 1u << i)
            st = fit_labels_add(&d->label[i], r->label[i].text, r->label[i].len,
                                err);
    if (st != ST_OK)
        return st;
    memcpy(d->row + d->rows * n, r->row, n);
    d->dealt[d->rows] = (uint8_t)fit_deal_group(t->dealer, r->group);
    if (d->weight)
        d->weight[d->rows] = r->weight;
    d->rows++;
    return ST_OK;
}

static bool counts(const struct fit_plan *p, const uint8_t *row, double weight)
{
    return weight > 0 &&
           (p->missing != MISSING_COMPLETE || !memchr(row, 0, p->model.items));
}

bool fit_counts(const struct fit_data *d, size_t r)
{
    return counts(d->plan, d->row + r * d->plan->model.items,
                  d->weight ? d->weight[r] : 1);
}

/* Soon over: the first rows mostly answer all. */
static void note_answered(struct fit_taker *t, const uint8_t *row)
{
    bool all = true;

    for (size_t i = 0; i < t->data->plan->model.items; i++) {
        t->data->answered[i] |= row[i] != 0;
        all = all && t->data->answered[i];
    }
    t->all_answered = all;
}

enum status fit_take(struct fit_taker *t, const struct fit_record *r,
                     struct err *err)
{
    const bool in = counts(t->data->plan, r->row, r->weight);
    enum status st = ST_OK;

    if (r->weight > 0 && !t->all_answered)
        note_answered(t, r->row);
    if (t->keep || (in && fit_dealt(t->dealer) < SINGLE_ROWS))
        st = keep_row(t, r, err);
    if (st == ST_OK && in)
        st = fit_deal(t->dealer, r->row, r->weight, r->group);
    return st;
}

enum status fit_taker_finish(struct fit_taker *t)
{
    struct fit_data *d = t->data;
    enum status st = fit_dealer_finish(t->dealer);

    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = fit_sums_merge(&d->total, &d->group[g]);
    return st;
}

enum status fit_data_check(const struct fit_data *d, struct err *err)
{
    const struct pls_model *m = &d->plan->model;

    bool any = false;

    if (d->plan->missing != MISSING_COMPLETE)
        return ST_OK;
    for (size_t i = 0; i < m->items; i++)
        any |= d->answered[i];
    for (size_t i = 0; i < m->items && any; i++)
        if (!d->answered[i])
            return err_set(err, ST_NUMERIC, "%s: no answers",
                           pls_item_code(m, i));
    return ST_OK;
}

void fit_data_free(struct fit_data *d)
{
    fit_sums_free(&d->total);
    for (size_t g = 0; g < GROUPS; g++)
        fit_sums_free(&d->group[g]);
    free(d->row);
    free(d->weight);
    free(d->dealt);
    for (size_t i = 0; i < FIT_LABELS; i++)
        fit_labels_free(&d->label[i]);
    *d = (struct fit_data){.plan = d->plan};
}
