/* fit_read.c - the rows of a CSV file into the data of a fit. */
#include <stdlib.h>
#include <string.h>

#include "fit_fields.h"
#include "fit_take.h"

struct reader {
    struct fit_data *data;
    const struct fit_source *source;
    struct csv *csv;
    struct fit_fields fields;
    size_t weight_column;
    size_t label_column[FIT_LABELS];
    struct fit_taker *taker;
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

/* `name` NULL: none is wanted. */
static enum status find_column(const struct reader *r, const char *name,
                               size_t *column, struct err *err)
{
    if (!name)
        return ST_OK;
    *column = csv_find(r->csv, name);
    return *column != SIZE_MAX ? ST_OK
                               : err_set(err, ST_INVALID, "%s:1: no column %s",
                                         file_name(r), name);
}

static enum status find_columns(struct reader *r, struct err *err)
{
    struct err cause;
    enum status st =
        fit_fields_find(&r->data->plan->model, r->csv, &r->fields, &cause);

    if (st != ST_OK)
        return place(r, st, 1, &cause, err);
    st = find_column(r, r->source->weight, &r->weight_column, err);
    for (size_t i = 0; i < FIT_LABELS && st == ST_OK; i++)
        st = find_column(r, r->source->label[i], &r->label_column[i], err);
    return st;
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

static enum status read_answers(const struct reader *r,
                                const struct csv_field *fields, uint8_t *row,
                                struct err *err)
{
    struct err cause;
    enum status st = fit_fields_read(&r->fields, fields, row, &cause);

    return st == ST_OK ? st : place(r, st, csv_line(r->csv), &cause, err);
}

static void read_labels(const struct reader *r, const struct csv_field *fields,
                        struct fit_word label[FIT_LABELS])
{
    for (size_t i = 0; i < FIT_LABELS; i++)
        if (r->source->label[i]) {
            const struct csv_field *f = &fields[r->label_column[i]];

            label[i] = (struct fit_word){f->text, f->len};
        }
}

static enum status take(const struct reader *r, const struct fit_record *record,
                        struct err *err)
{
    struct err cause; /* not filled here: that would cost as much as the row */
    enum status st = fit_take(r->taker, record, &cause);

    return st == ST_OK ? st : place(r, st, csv_line(r->csv), &cause, err);
}

static enum status read_rows(struct reader *r, struct err *err)
{
    for (;;) {
        const struct csv_field *fields;
        uint8_t row[ITEMS_MAX];
        struct fit_word label[FIT_LABELS] = {{NULL, 0}};
        struct fit_record record = {row, 1, label, GROUPS};
        enum status st = csv_next(r->csv, &fields, err);

        if (st == ST_NOTFOUND)
            return ST_OK;
        if (st == ST_OK)
            st = read_answers(r, fields, row, err);
        if (st == ST_OK && r->source->weight)
            st = read_weight(r, fields, &record.weight, err);
        if (st != ST_OK)
            return st;
        read_labels(r, fields, label);
        st = take(r, &record, err);
        if (st != ST_OK)
            return st;
    }
}

static enum status read_all(struct reader *r, struct err *err)
{
    const struct csv_options options = {.encoding = r->source->encoding};
    unsigned labels = 0;
    enum status st;

    for (size_t i = 0; i < FIT_LABELS; i++)
        labels |= r->source->label[i] ? 1u << i : 0;
    st = fit_taker_new(r->data, r->source->keep || labels, labels, &r->taker);
    if (st == ST_OK)
        st = csv_open(r->source->path, &options, &r->csv, err);
    if (st == ST_OK)
        st = find_columns(r, err);
    if (st == ST_OK)
        st = read_rows(r, err);
    return st == ST_OK ? fit_taker_finish(r->taker) : st;
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
        fit_taker_free(&r->taker);
        free(r);
    }
    if (st == ST_OK)
        *out = data;
    else
        fit_data_free(&data);
    return st;
}
