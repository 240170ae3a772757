/* covariates.c - see covariates.h. */
#include "covariates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surveys/csv.h"

struct reading {
    const char *path;
    struct csv *csv;
    size_t code; /* its column */
    size_t column[COVARIATES_MAX];
    size_t cap;
};

static enum status find_columns(struct reading *r, enum dimension over,
                                struct covariates *c, struct err *err)
{
    r->code = csv_find(r->csv, dimension_name(over));
    if (r->code == SIZE_MAX)
        return err_set(err, ST_INVALID, "%s:1: no column '%s'", r->path,
                       dimension_name(over));
    for (size_t i = 0; i < csv_columns(r->csv); i++) {
        if (i == r->code)
            continue;
        if (c->names + 1 == COVARIATES_MAX)
            return err_set(err, ST_RANGE, "%s:1: over %d covariates", r->path,
                           COVARIATES_MAX - 1);
        snprintf(c->name[c->names], sizeof c->name[0], "%s",
                 csv_column(r->csv, i));
        r->column[c->names++] = i;
    }
    if (!c->names)
        return err_set(err, ST_INVALID, "%s:1: no covariate", r->path);
    return ST_OK;
}

static enum status read_row(const struct reading *r,
                            const struct csv_field *fields,
                            struct covariates *c, struct err *err)
{
    struct covariate_row *row = &c->row[c->areas];
    const unsigned long long line = (unsigned long long)csv_line(r->csv);

    if (!fields[r->code].len || fields[r->code].len > CODE_MAX)
        return err_set(err, ST_INVALID, "%s:%llu: '%.40s' is no code", r->path,
                       line, fields[r->code].text);
    if (covariates_find(c, fields[r->code].text))
        return err_set(err, ST_INVALID, "%s:%llu: %s is told twice", r->path,
                       line, fields[r->code].text);
    snprintf(row->code, sizeof row->code, "%s", fields[r->code].text);
    row->x[0] = 1;
    for (size_t k = 0; k < c->names; k++) {
        const char *text = fields[r->column[k]].text;
        char *end;

        row->x[k + 1] = strtod(text, &end);
        if (end == text || *end || !isfinite(row->x[k + 1]))
            return err_set(err, ST_INVALID, "%s:%llu: %s: '%.40s' is no number",
                           r->path, line, c->name[k], text);
    }
    c->areas++;
    return ST_OK;
}

static enum status room(struct reading *r, struct covariates *c,
                        struct err *err)
{
    const size_t cap = r->cap ? 2 * r->cap : 64;
    struct covariate_row *more;

    if (c->areas == AREAS_MAX)
        return err_set(err, ST_RANGE, "%s: over %d areas", r->path, AREAS_MAX);
    if (c->areas < r->cap)
        return ST_OK;
    more = realloc(c->row, cap * sizeof *more);
    if (!more)
        return ST_NOMEM;
    c->row = more;
    r->cap = cap;
    return ST_OK;
}

static enum status read_rows(struct reading *r, struct covariates *c,
                             struct err *err)
{
    for (;;) {
        const struct csv_field *fields;
        enum status st = csv_next(r->csv, &fields, err);

        if (st == ST_NOTFOUND)
            return c->areas ? ST_OK
                            : err_set(err, ST_INVALID, "%s: tells of no area",
                                      r->path);
        if (st == ST_OK)
            st = room(r, c, err);
        if (st == ST_OK)
            st = read_row(r, fields, c, err);
        if (st != ST_OK)
            return st;
    }
}

enum status covariates_read(const char *path, enum dimension over,
                            struct covariates *out, struct err *err)
{
    struct reading r = {.path = path};
    struct covariates c = {0};
    enum status st = csv_open(path, NULL, &r.csv, err);

    if (st == ST_OK)
        st = find_columns(&r, over, &c, err);
    if (st == ST_OK)
        st = read_rows(&r, &c, err);
    csv_close(&r.csv);
    if (st == ST_OK)
        *out = c;
    else
        covariates_free(&c);
    return st;
}

void covariates_free(struct covariates *c)
{
    free(c->row);
    *c = (struct covariates){0};
}

const double *covariates_find(const struct covariates *c, const char *code)
{
    for (size_t i = 0; i < c->areas; i++)
        if (streq(c->row[i].code, code))
            return c->row[i].x;
    return NULL;
}
