/* population.c - see scorer/people.h: reading a population. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "scorer/people.h"
#include "surveys/csv.h"

struct reading {
    struct population *p;
    struct csv *file;
    size_t people;                     /* the column */
    size_t of[POPULATION_COLUMNS_MAX]; /* file's column of each of ours */
    char **column;
    struct population_row *row;
    size_t cap;
    struct err *err;
};

void population_free(struct population **p)
{
    if (!*p)
        return;
    for (size_t i = 0; i < (*p)->rows; i++)
        free((void *)(uintptr_t)(*p)->row[i].code);
    for (size_t i = 0; i < (*p)->columns; i++)
        free((char *)(uintptr_t)(*p)->column[i]);
    free((void *)(uintptr_t)(*p)->row);
    free((void *)(uintptr_t)(*p)->column);
    free((char *)(uintptr_t)(*p)->path);
    free(*p);
    *p = NULL;
}

size_t population_find(const struct population *p, const char *column)
{
    for (size_t i = 0; i < p->columns; i++)
        if (streq(p->column[i], column))
            return i;
    return SIZE_MAX;
}

enum status population_hash(const char *path, uint8_t out[HASH_SIZE],
                            struct err *err)
{
    crypto_hash_sha256_state h;
    unsigned char block[4096];
    size_t n;
    FILE *in = fopen(path, "rb");
    enum status st = ST_OK;

    if (!in)
        return err_set(err, ST_NOTFOUND, "%s: cannot be opened: %s", path,
                       strerror(errno));
    (void)crypto_hash_sha256_init(&h);
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        (void)crypto_hash_sha256_update(&h, block, n);
    if (ferror(in))
        st = err_set(err, ST_IO, "%s: cannot be read", path);
    (void)fclose(in);
    (void)crypto_hash_sha256_final(&h, out);
    return st;
}

static enum status read_columns(struct reading *r)
{
    struct population *p = r->p;
    const size_t columns = csv_columns(r->file);

    r->people = csv_find(r->file, "population");
    if (r->people == SIZE_MAX)
        return err_set(r->err, ST_INVALID, "%s:1: no column 'population'",
                       p->path);
    if (columns > POPULATION_COLUMNS_MAX + 1)
        return err_set(r->err, ST_RANGE, "%s:1: over %d columns of codes",
                       p->path, POPULATION_COLUMNS_MAX);
    r->column = calloc(columns + 1, sizeof(char *));
    p->column = (const char *const *)r->column;
    for (size_t i = 0; r->column && i < columns; i++) {
        if (i == r->people)
            continue;
        r->column[p->columns] = strdup(csv_column(r->file, i));
        if (!r->column[p->columns])
            return ST_NOMEM;
        r->of[p->columns++] = i;
    }
    return r->column ? ST_OK : ST_NOMEM;
}

static enum status more_rows(struct reading *r)
{
    const size_t cap = r->cap ? 2 * r->cap : 64;
    struct population_row *row = realloc(r->row, cap * sizeof *row);

    if (!row)
        return ST_NOMEM;
    r->row = row;
    r->p->row = row;
    r->cap = cap;
    return ST_OK;
}

/* The codes in one block of memory: the list of them, then their texts. */
static const char *const *keep_codes(const struct reading *r,
                                     const struct csv_field *fields)
{
    const size_t columns = r->p->columns;
    size_t size = columns * sizeof(char *) + 1;
    const char **code;
    char *at;

    for (size_t i = 0; i < columns; i++)
        size += fields[r->of[i]].len + 1;
    code = malloc(size);
    if (!code)
        return NULL;
    at = (char *)(code + columns);
    for (size_t i = 0; i < columns; i++) {
        const struct csv_field *f = &fields[r->of[i]];

        code[i] = memcpy(at, f->text, f->len + 1);
        at += f->len + 1;
    }
    return code;
}

static enum status read_row(struct reading *r, const struct csv_field *fields)
{
    struct population *p = r->p;
    const char *text = fields[r->people].text;
    const unsigned long long line = csv_line(r->file);
    struct population_row row = {.line = line};
    bool filled = false;
    char *end;

    row.people = strtod(text, &end);
    if (end == text || *end || !isfinite(row.people) || row.people < 0)
        return err_set(r->err, ST_INVALID,
                       "%s:%llu: population: '%.40s' is no number of people",
                       p->path, line, text);
    for (size_t i = 0; i < p->columns; i++)
        filled = filled || fields[r->of[i]].len;
    if (!filled)
        return err_set(r->err, ST_INVALID,
                       "%s:%llu: no column but population is filled", p->path,
                       line);
    if (p->rows == POPULATION_ROWS_MAX)
        return err_set(r->err, ST_RANGE, "%s:%llu: over %d rows", p->path, line,
                       POPULATION_ROWS_MAX);
    if (p->rows == r->cap && more_rows(r) != ST_OK)
        return ST_NOMEM;
    row.code = keep_codes(r, fields);
    if (!row.code)
        return ST_NOMEM;
    r->row[p->rows++] = row;
    return ST_OK;
}

static enum status read_rows(struct reading *r)
{
    const struct csv_field *fields;
    enum status st = ST_OK;

    while (st == ST_OK && (st = csv_next(r->file, &fields, r->err)) == ST_OK)
        st = read_row(r, fields);
    if (st == ST_NOTFOUND)
        st = ST_OK;
    if (st == ST_OK && !r->p->rows)
        st = err_set(r->err, ST_INVALID, "%s: no rows", r->p->path);
    return st;
}

enum status population_read(const char *path, struct population **out,
                            struct err *err)
{
    struct reading r = {.p = calloc(1, sizeof *r.p), .err = err};
    enum status st = ST_NOMEM;

    if (!r.p)
        return ST_NOMEM;
    r.p->path = strdup(path);
    if (!r.p->path)
        goto done;
    st = population_hash(path, r.p->hash, err);
    if (st == ST_OK)
        st = csv_open(path, NULL, &r.file, err);
    if (st == ST_OK)
        st = read_columns(&r);
    if (st == ST_OK)
        st = read_rows(&r);
done:
    csv_close(&r.file);
    if (st == ST_OK)
        *out = r.p;
    else
        population_free(&r.p);
    return st;
}
