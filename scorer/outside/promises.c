/* promises.c - see promises.h. */
#include "promises.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surveys/csv.h"

enum { NAME, GRADE, TOUCHPOINT, ITEM, INDICATOR, LIMIT, TEXT, COLUMNS };
static const char *const titles[COLUMNS] = {
    "standard", "grade", "touchpoint", "item", "indicator", "limit", "text"};

struct reading {
    const char *path;
    struct csv *csv;
    size_t column[COLUMNS];
    struct promises list;
    size_t cap;
    struct err *err;
};

static enum status refuse(const struct reading *r, int column, const char *text,
                          const char *cause)
{
    return err_set(r->err, ST_INVALID, "%s:%llu: %s: '%.60s' %s", r->path,
                   (unsigned long long)csv_line(r->csv), titles[column], text,
                   cause);
}

static enum status copy(const struct reading *r, const struct csv_field *f,
                        int column, char *out, size_t size)
{
    const struct csv_field *from = &f[r->column[column]];

    if (from->len >= size)
        return refuse(r, column, from->text, "is too long");
    snprintf(out, size, "%s", from->text);
    return ST_OK;
}

static enum status read_limit(const struct reading *r, const char *text,
                              double *out)
{
    char *end;

    *out = NAN;
    if (!*text)
        return ST_OK;
    *out = strtod(text, &end);
    return end == text || *end || !isfinite(*out)
               ? refuse(r, LIMIT, text, "is no number")
               : ST_OK;
}

static enum status read_line(const struct reading *r, const struct csv_field *f,
                             struct standard *s)
{
    enum status st = copy(r, f, NAME, s->name, sizeof s->name);

    if (st == ST_OK)
        st = copy(r, f, GRADE, s->grade, sizeof s->grade);
    if (st == ST_OK)
        st = copy(r, f, TOUCHPOINT, s->touchpoint, sizeof s->touchpoint);
    if (st == ST_OK)
        st = copy(r, f, ITEM, s->item, sizeof s->item);
    if (st == ST_OK)
        st = copy(r, f, INDICATOR, s->indicator, sizeof s->indicator);
    if (st == ST_OK)
        st = copy(r, f, TEXT, s->text, sizeof s->text);
    if (st == ST_OK)
        st = read_limit(r, f[r->column[LIMIT]].text, &s->limit);
    if (st == ST_OK && !*s->name)
        st = refuse(r, NAME, "", "is no name");
    if (st == ST_OK && !*s->item && !*s->indicator)
        st = refuse(r, ITEM, "", "and indicator are both missing");
    for (size_t i = 0; i < r->list.count && st == ST_OK; i++)
        if (streq(r->list.list[i].name, s->name))
            st = refuse(r, NAME, s->name, "is told twice");
    return st;
}

static enum status room(struct reading *r)
{
    const size_t cap = r->cap ? 2 * r->cap : 32;
    struct standard *more;

    if (r->list.count == STANDARDS_MAX)
        return err_set(r->err, ST_RANGE, "%s: over %d standards", r->path,
                       STANDARDS_MAX);
    if (r->list.count < r->cap)
        return ST_OK;
    more = realloc(r->list.list, cap * sizeof *more);
    if (!more)
        return ST_NOMEM;
    r->list.list = more;
    r->cap = cap;
    return ST_OK;
}

static enum status read_lines(struct reading *r)
{
    for (;;) {
        const struct csv_field *fields;
        enum status st = csv_next(r->csv, &fields, r->err);

        if (st == ST_NOTFOUND)
            return ST_OK;
        if (st == ST_OK)
            st = room(r);
        if (st == ST_OK)
            st = read_line(r, fields, &r->list.list[r->list.count]);
        if (st != ST_OK)
            return st;
        r->list.count++;
    }
}

enum status promises_read(const char *path, struct promises *out,
                          struct err *err)
{
    struct reading r = {.path = path, .err = err};
    enum status st = csv_open(path, NULL, &r.csv, err);

    for (size_t i = 0; i < COLUMNS && st == ST_OK; i++) {
        r.column[i] = csv_find(r.csv, titles[i]);
        if (r.column[i] == SIZE_MAX)
            st = err_set(err, ST_INVALID, "%s:1: no column '%s'", path,
                         titles[i]);
    }
    if (st == ST_OK)
        st = read_lines(&r);
    csv_close(&r.csv);
    if (st == ST_OK)
        *out = r.list;
    else
        promises_free(&r.list);
    return st;
}

void promises_free(struct promises *l)
{
    free(l->list);
    *l = (struct promises){0};
}
