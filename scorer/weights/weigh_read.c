/* weigh_read.c - see weigh.h: the rows of a file. */
#include "weigh.h"

#include <stdlib.h>
#include <string.h>

#include "surveys/csv.h"

/* Where the columns stand in the file; SIZE_MAX: not asked for. */
struct places {
    size_t weight, strata, cluster, fpc;
    size_t code[POPULATION_COLUMNS_MAX];
    size_t mean[WEIGH_MEANS_MAX];
};

struct reading {
    const struct weigh_settings *s;
    struct csv *file;
    struct places at;
    struct weigh_data d;
    size_t fpcs; /* strata whose fpc is known */
    struct err *err;
};

void weigh_free(struct weigh_data *d)
{
    lexicon_free(&d->codes);
    lexicon_free(&d->strata);
    lexicon_free(&d->clusters);
    free(d->code);
    free(d->base);
    free(d->stratum);
    free(d->cluster);
    free(d->fpc);
    free(d->x);
    *d = (struct weigh_data){0};
}

static enum status find(const struct reading *r, const char *column,
                        size_t *out)
{
    *out = SIZE_MAX;
    if (!column)
        return ST_OK;
    *out = csv_find(r->file, column);
    return *out == SIZE_MAX
               ? err_set(r->err, ST_INVALID, "%s:1: no column '%s'", r->s->data,
                         column)
               : ST_OK;
}

static enum status find_columns(struct reading *r, const struct population *p)
{
    const struct weigh_settings *s = r->s;
    enum status st = find(r, s->weight, &r->at.weight);

    if (st == ST_OK)
        st = find(r, s->strata, &r->at.strata);
    if (st == ST_OK)
        st = find(r, s->cluster, &r->at.cluster);
    if (st == ST_OK)
        st = find(r, s->fpc, &r->at.fpc);
    for (size_t i = 0; i < s->means && st == ST_OK; i++)
        st = find(r, s->mean[i], &r->at.mean[i]);
    for (size_t i = 0; p && i < p->columns && st == ST_OK; i++)
        st = find(r, p->column[i], &r->at.code[i]);
    r->d.columns = p ? p->columns : 0;
    r->d.means = s->means;
    return st;
}

static enum status refuse(const struct reading *r, size_t column,
                          const char *text, const char *cause)
{
    return err_set(r->err, ST_INVALID, "%s:%llu: %.60s: '%.40s' %s", r->s->data,
                   (unsigned long long)csv_line(r->file),
                   csv_column(r->file, column), text, cause);
}

/* A field as a number, 0 or more. */
static enum status number_of(const struct reading *r,
                             const struct csv_field *fields, size_t column,
                             double *out)
{
    const char *text = fields[column].text;
    char *end;

    *out = strtod(text, &end);
    return end == text || *end || !isfinite(*out) || *out < 0
               ? refuse(r, column, text, "is no number from 0 on")
               : ST_OK;
}

/* Grow one of the lists to `cap` rows of `size` bytes. */
static bool widen(void **list, size_t cap, size_t size)
{
    void *more = realloc(*list, cap * size + 1);

    if (more)
        *list = more;
    return more;
}

static enum status more_rows(struct weigh_data *d)
{
    const size_t cap = d->cap ? 2 * d->cap : 256;

    if (!widen((void **)&d->code, cap, d->columns * sizeof(char *)) ||
        !widen((void **)&d->base, cap, sizeof *d->base) ||
        !widen((void **)&d->stratum, cap, sizeof *d->stratum) ||
        !widen((void **)&d->cluster, cap, sizeof *d->cluster) ||
        !widen((void **)&d->fpc, cap, sizeof *d->fpc) ||
        !widen((void **)&d->x, cap, d->means * sizeof *d->x))
        return ST_NOMEM;
    d->cap = cap;
    return ST_OK;
}

/* Of a stratum the same in every row. */
static enum status read_fpc(struct reading *r, const struct csv_field *fields)
{
    struct weigh_data *d = &r->d;
    const size_t stratum = d->stratum[d->rows];
    double fpc = 0;
    enum status st;

    if (r->at.fpc == SIZE_MAX)
        return ST_OK;
    st = number_of(r, fields, r->at.fpc, &fpc);
    if (st != ST_OK)
        return st;
    if (stratum == r->fpcs) {
        d->fpc[stratum] = fpc;
        r->fpcs++;
    }
    return d->fpc[stratum] == fpc ? ST_OK
                                  : refuse(r, r->at.fpc, fields[r->at.fpc].text,
                                           "differs within a stratum");
}

static enum status read_design(struct reading *r,
                               const struct csv_field *fields)
{
    struct weigh_data *d = &r->d;
    enum status st = ST_OK;

    d->base[d->rows] = 1;
    d->stratum[d->rows] = d->cluster[d->rows] = 0;
    if (r->at.weight != SIZE_MAX)
        st = number_of(r, fields, r->at.weight, &d->base[d->rows]);
    if (st == ST_OK && r->at.strata != SIZE_MAX)
        st = lexicon_put(&d->strata, fields[r->at.strata].text,
                         &d->stratum[d->rows]);
    if (st == ST_OK && r->at.cluster != SIZE_MAX)
        st = lexicon_put(&d->clusters, fields[r->at.cluster].text,
                         &d->cluster[d->rows]);
    return st == ST_OK ? read_fpc(r, fields) : st;
}

static enum status read_means(struct reading *r, const struct csv_field *fields)
{
    struct weigh_data *d = &r->d;

    for (size_t i = 0; i < d->means; i++) {
        const char *text = fields[r->at.mean[i]].text;
        double x = NAN;
        char *end = NULL;

        if (*text) {
            x = strtod(text, &end);
            if (end == text || *end || !isfinite(x))
                return refuse(r, r->at.mean[i], text, "is no number");
        }
        d->x[d->rows * d->means + i] = x;
    }
    return ST_OK;
}

static enum status read_row(struct reading *r, const struct csv_field *fields)
{
    struct weigh_data *d = &r->d;
    enum status st = d->rows < d->cap ? ST_OK : more_rows(d);

    if (st == ST_OK && d->rows == WEIGH_ROWS_MAX)
        st = err_set(r->err, ST_RANGE, "%s:%llu: over %d rows", r->s->data,
                     (unsigned long long)csv_line(r->file), WEIGH_ROWS_MAX);
    for (size_t i = 0; i < d->columns && st == ST_OK; i++) {
        uint32_t number = 0;

        st = lexicon_put(&d->codes, fields[r->at.code[i]].text, &number);
        if (st == ST_OK)
            d->code[d->rows * d->columns + i] = d->codes.text[number];
    }
    if (st == ST_OK)
        st = read_design(r, fields);
    if (st == ST_OK)
        st = read_means(r, fields);
    if (st == ST_OK)
        d->rows++;
    return st;
}

static enum status read_rows(struct reading *r)
{
    const struct csv_field *fields;
    enum status st = ST_OK;

    while (st == ST_OK && (st = csv_next(r->file, &fields, r->err)) == ST_OK)
        st = read_row(r, fields);
    if (st == ST_NOTFOUND)
        st = ST_OK;
    return st == ST_OK && !r->d.rows
               ? err_set(r->err, ST_INVALID, "%s: no rows", r->s->data)
               : st;
}

enum status weigh_read(const struct weigh_settings *s,
                       const struct population *p, struct weigh_data *out,
                       struct err *err)
{
    const struct csv_options options = {.encoding = s->encoding};
    struct reading r = {.s = s, .err = err};
    enum status st = csv_open(s->data, &options, &r.file, err);

    if (st == ST_OK)
        st = find_columns(&r, p);
    if (st == ST_OK)
        st = read_rows(&r);
    csv_close(&r.file);
    if (st == ST_OK)
        *out = r.d;
    else
        weigh_free(&r.d);
    return st;
}
