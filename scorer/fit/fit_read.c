/* fit_read.c - the rows of a CSV file into sums.
 *
 * Nothing of a row is kept behind its sums unless rows are to be resampled, so
 * a million of them take as much memory as a thousand.
 */
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "fit_deal.h"
#include "fit_fields.h"

struct reader {
    struct fit_data *data;
    const struct fit_source *source;
    struct csv *csv;
    struct fit_fields fields;
    size_t weight_column;
    struct fit_dealer *dealer;
    size_t kept_cap;
};

static const char *file_name(const struct reader *r)
{
    return streq(r->source->path, "-") ? "standard input" : r->source->path;
}

/* Put file and line before a cause. */
static enum status place(const struct reader *r, enum status st, uint64_t line,
                         const struct err *cause, struct err *err)
{
    if (st == ST_NOMEM)
        return st;
    return err_set(err, st, "%s:%llu: %.400s", file_name(r),
                   (unsigned long long)line, cause->text);
}

static enum status find_columns(struct reader *r, struct err *err)
{
    struct err cause;
    enum status st =
        fit_fields_find(&r->data->plan->model, r->csv, &r->fields, &cause);

    if (st != ST_OK)
        return place(r, st, 1, &cause, err);
    if (!r->source->weight)
        return ST_OK;
    r->weight_column = csv_find(r->csv, r->source->weight);
    if (r->weight_column == SIZE_MAX)
        return err_set(err, ST_INVALID, "%s:1: no column %s", file_name(r),
                       r->source->weight);
    return ST_OK;
}

static enum status read_weight(const struct reader *r,
                               const struct csv_field *fields, double *weight,
                               struct err *err)
{
    const struct csv_field *f = &fields[r->weight_column];
    char *end;

    *weight = strtod(f->text, &end);
    while (*end == ' ')
        end++;
    if (f->len == 0 || *end || !(*weight >= 0 && *weight <= CASE_WEIGHT_MAX))
        return err_set(err, ST_INVALID,
                       "%s:%llu: %s: a weight is a number from 0 to %g",
                       file_name(r), (unsigned long long)csv_line(r->csv),
                       r->source->weight, CASE_WEIGHT_MAX);
    return ST_OK;
}

static enum status grow(struct reader *r)
{
    struct fit_data *d = r->data;
    const size_t cap = r->kept_cap ? 2 * r->kept_cap : SINGLE_ROWS;
    uint8_t *row = realloc(d->row, cap * d->plan->model.items);
    double *weight;

    if (!row)
        return ST_NOMEM;
    d->row = row;
    if (d->plan->weighted) {
        weight = realloc(d->weight, cap * sizeof *weight);
        if (!weight)
            return ST_NOMEM;
        d->weight = weight;
    }
    r->kept_cap = cap;
    return ST_OK;
}

static enum status keep(struct reader *r, const uint8_t *row, double weight)
{
    struct fit_data *d = r->data;
    const size_t n = d->plan->model.items;

    if (d->rows == r->kept_cap) {
        enum status st = grow(r);

        if (st != ST_OK)
            return st;
    }
    memcpy(d->row + d->rows * n, row, n);
    if (d->weight)
        d->weight[d->rows] = weight;
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

static enum status take(struct reader *r, const uint8_t *row, double weight)
{
    const bool in = counts(r->data->plan, row, weight);

    if (r->source->keep || (in && fit_dealt(r->dealer) < SINGLE_ROWS)) {
        enum status st = keep(r, row, weight);

        if (st != ST_OK)
            return st;
    }
    return in ? fit_deal(r->dealer, row, weight) : ST_OK;
}

static enum status read_answers(const struct reader *r,
                                const struct csv_field *fields, uint8_t *row,
                                struct err *err)
{
    struct err cause;
    enum status st = fit_fields_read(&r->fields, fields, row, &cause);

    return st == ST_OK ? st : place(r, st, csv_line(r->csv), &cause, err);
}

static enum status read_rows(struct reader *r, struct err *err)
{
    for (;;) {
        const struct csv_field *fields;
        uint8_t row[ITEMS_MAX];
        double weight = 1;
        enum status st = csv_next(r->csv, &fields, err);

        if (st == ST_NOTFOUND)
            return ST_OK;
        if (st == ST_OK)
            st = read_answers(r, fields, row, err);
        if (st == ST_OK && r->source->weight)
            st = read_weight(r, fields, &weight, err);
        if (st == ST_OK)
            st = take(r, row, weight);
        if (st != ST_OK)
            return st;
    }
}

static enum status make_sums(struct reader *r)
{
    const struct fit_plan *p = r->data->plan;
    enum status st = fit_sums_new(p, &r->data->total);

    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = fit_sums_new(p, &r->data->group[g]);
    return st == ST_OK ? fit_dealer_new(p, r->data->group, &r->dealer) : st;
}

static enum status read_all(struct reader *r, struct err *err)
{
    const struct csv_options options = {.encoding = r->source->encoding};
    enum status st = make_sums(r);

    if (st == ST_OK)
        st = csv_open(r->source->path, &options, &r->csv, err);
    if (st == ST_OK)
        st = find_columns(r, err);
    if (st == ST_OK)
        st = read_rows(r, err);
    if (st == ST_OK)
        st = fit_dealer_finish(r->dealer);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = fit_sums_merge(&r->data->total, &r->data->group[g]);
    return st;
}

enum status fit_read(const struct fit_plan *p, const struct fit_source *source,
                     struct fit_data *out, struct err *err)
{
    struct fit_data data = {.plan = p};
    struct reader *r = calloc(1, sizeof *r);
    enum status st = ST_NOMEM;

    (void)err_set(err, ST_NOMEM, "out of memory");
    if (r) {
        r->data = &data;
        r->source = source;
        st = read_all(r, err);
        csv_close(&r->csv);
        fit_dealer_free(&r->dealer);
        free(r);
    }
    if (st == ST_OK)
        *out = data;
    else
        fit_data_free(&data);
    return st;
}

void fit_data_free(struct fit_data *d)
{
    fit_sums_free(&d->total);
    for (size_t g = 0; g < GROUPS; g++)
        fit_sums_free(&d->group[g]);
    free(d->row);
    free(d->weight);
    *d = (struct fit_data){.plan = d->plan};
}
