/* weigh_print.c - see weigh.h: what is printed. */
#include "weigh.h"

#include <stdlib.h>

#include "surveys/csv.h"
#include "surveys/json.h"
#include "surveys/table.h"

enum { NUMBER_TEXT = 32, COLUMNS = 11 };

static const char *const names[COLUMNS] = {
    "variable", "n",    "weight",    "mean",  "se",       "total",
    "total_se", "deff", "kish_deff", "n_eff", "weighting"};
enum { FIRST_NUMBER = 1, NUMBERS = 9 };

static void numbers_of(const struct totals *t, double out[NUMBERS])
{
    const double all[NUMBERS] = {(double)t->n, t->weight,    t->mean,
                                 t->mean_se,   t->total,     t->total_se,
                                 t->deff,      t->kish_deff, t->n_eff};

    memcpy(out, all, sizeof all);
}

/* With as few digits as read back as the same; of NaN nothing. */
static void exact(double v, char out[NUMBER_TEXT])
{
    *out = '\0';
    for (int digits = 15; isfinite(v) && digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

static enum status print_table(const struct weigh_settings *s,
                               const struct totals *t, const char *weighting,
                               FILE *out)
{
    static const char *const titles[COLUMNS - 1] = {
        "variable", ">n",        ">weight", ">mean",      ">se",
        ">total",   ">total se", ">deff",   ">Kish deff", ">n eff"};
    struct table *table = NULL;
    enum status st = table_new(COLUMNS - 1, titles, &table);

    for (size_t i = 0; i < s->means && st == ST_OK; i++) {
        char text[NUMBERS][NUMBER_TEXT];
        const char *cells[COLUMNS - 1] = {s->mean[i]};
        double v[NUMBERS];

        numbers_of(&t[i], v);
        for (size_t k = 0; k < NUMBERS; k++) {
            if (isnan(v[k]))
                snprintf(text[k], NUMBER_TEXT, "-");
            else
                snprintf(text[k], NUMBER_TEXT, k ? "%.6g" : "%.0f", v[k]);
            cells[FIRST_NUMBER + k] = text[k];
        }
        st = table_row(table, cells);
    }
    if (st == ST_OK)
        st = table_print(table, out);
    table_free(&table);
    if (st == ST_OK && fprintf(out, "weights: %s\n", weighting) < 0)
        st = ST_IO;
    return st;
}

static enum status print_csv(const struct weigh_settings *s,
                             const struct totals *t, const char *weighting,
                             FILE *out)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < COLUMNS && st == ST_OK; i++)
        st = csv_write(out, names[i], i == COLUMNS - 1);
    for (size_t i = 0; i < s->means && st == ST_OK; i++) {
        double v[NUMBERS];

        numbers_of(&t[i], v);
        st = csv_write(out, s->mean[i], false);
        for (size_t k = 0; k < NUMBERS && st == ST_OK; k++) {
            char text[NUMBER_TEXT];

            exact(v[k], text);
            st = csv_write(out, text, false);
        }
        if (st == ST_OK)
            st = csv_write(out, weighting, true);
    }
    return st;
}

static enum status print_json(const struct weigh_settings *s,
                              const struct totals *t, const char *weighting,
                              FILE *out)
{
    struct json *j = json_new();

    json_put_array(j, NULL);
    for (size_t i = 0; i < s->means; i++) {
        double v[NUMBERS];

        numbers_of(&t[i], v);
        json_put_object(j, NULL);
        json_put_text(j, names[0], s->mean[i]);
        json_put_integer(j, names[FIRST_NUMBER], (int64_t)t[i].n);
        for (size_t k = 1; k < NUMBERS; k++)
            json_put_number(j, names[FIRST_NUMBER + k], v[k]);
        json_put_text(j, names[COLUMNS - 1], weighting);
        json_close(j);
    }
    json_close(j);
    return json_end(&j, out);
}

enum status weigh_print_means(const struct weigh_settings *s,
                              const struct totals *t, const char *weighting,
                              FILE *out)
{
    switch ((enum weigh_format)s->format) {
    case WEIGH_CSV:
        return print_csv(s, t, weighting, out);
    case WEIGH_JSON:
        return print_json(s, t, weighting, out);
    default:
        return print_table(s, t, weighting, out);
    }
}

static const char last[] = "final_weight";

static enum status print_titles(const struct csv *file, FILE *out)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < csv_columns(file) && st == ST_OK; i++)
        st = csv_write(out, csv_column(file, i), false);
    return st == ST_OK ? csv_write(out, last, true) : st;
}

static enum status print_row(const struct csv_field *fields, size_t columns,
                             double weight, FILE *out)
{
    char text[NUMBER_TEXT];
    enum status st = ST_OK;

    for (size_t i = 0; i < columns && st == ST_OK; i++)
        st = csv_write(out, fields[i].text, false);
    exact(weight, text);
    return st == ST_OK ? csv_write(out, text, true) : st;
}

enum status weigh_print_rows(const struct weigh_settings *s,
                             const double *weight, size_t rows, FILE *out,
                             struct err *err)
{
    const struct csv_options options = {.encoding = s->encoding};
    const struct csv_field *fields;
    struct csv *file = NULL;
    size_t n = 0;
    enum status st = csv_open(s->data, &options, &file, err);

    if (st == ST_OK && csv_find(file, last) != SIZE_MAX)
        st = err_set(err, ST_INVALID, "%s:1: there is a column %s already",
                     s->data, last);
    if (st == ST_OK)
        st = print_titles(file, out);
    while (st == ST_OK && (st = csv_next(file, &fields, err)) == ST_OK)
        st = n < rows ? print_row(fields, csv_columns(file), weight[n++], out)
                      : ST_NOTFOUND;
    if (st == ST_NOTFOUND)
        st = n == rows ? ST_OK
                       : err_set(err, ST_CORRUPT,
                                 "%s: changed while it was read", s->data);
    csv_close(&file);
    return st;
}
