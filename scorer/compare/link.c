/* link.c - see link.h. */
#include "link.h"

#include <math.h>
#include <stdlib.h>

#include <sodium.h>

#include "surveys/csv.h"

enum column { FROM, TO, CONSTRUCT, SLOPE, INTERCEPT, ERROR, COLUMNS };
static const char *const names[COLUMNS] = {
    "form_from", "form_to", "construct", "slope", "intercept", "se"};

struct reading {
    const char *path;
    struct csv *file;
    size_t column[COLUMNS];
    size_t cap;
    struct form_links links;
    struct err *err;
};

static enum status refuse(const struct reading *r, enum column c,
                          const char *text, const char *cause)
{
    return err_set(r->err, ST_INVALID, "%s:%llu: %s: '%.80s' %s", r->path,
                   (unsigned long long)csv_line(r->file), names[c], text,
                   cause);
}

static bool read_form(const char *text, uint8_t out[HASH_SIZE])
{
    size_t len = 0;
    const char *end = NULL;

    return strlen(text) == 2 * HASH_SIZE &&
           sodium_hex2bin(out, HASH_SIZE, text, 2 * HASH_SIZE, NULL, &len,
                          &end) == 0 &&
           len == HASH_SIZE;
}

static bool read_number(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return end != text && !*end && isfinite(*out);
}

static enum status read_link(const struct reading *r,
                             const struct csv_field *field,
                             struct form_link *out)
{
    const char *text[COLUMNS];

    *out = (struct form_link){.slope = 0};
    for (int c = 0; c < COLUMNS; c++)
        text[c] = field[r->column[c]].text;
    for (int c = FROM; c <= TO; c++)
        if (!read_form(text[c], c == FROM ? out->from : out->to))
            return refuse(r, (enum column)c, text[c],
                          "is not the 64 digits of a form");
    if (!*text[CONSTRUCT] || strlen(text[CONSTRUCT]) > ITEM_CODE_MAX)
        return refuse(r, CONSTRUCT, text[CONSTRUCT], "is no code");
    snprintf(out->construct, sizeof out->construct, "%s", text[CONSTRUCT]);
    if (!read_number(text[SLOPE], &out->slope) || out->slope <= 0)
        return refuse(r, SLOPE, text[SLOPE], "is no number above 0");
    if (!read_number(text[INTERCEPT], &out->intercept))
        return refuse(r, INTERCEPT, text[INTERCEPT], "is no number");
    if (!read_number(text[ERROR], &out->se) || out->se < 0)
        return refuse(r, ERROR, text[ERROR], "is no standard error");
    return ST_OK;
}

static enum status add(struct reading *r, const struct form_link *l)
{
    struct form_links *all = &r->links;

    if (form_links_find(all, l->from, l->to, l->construct))
        return refuse(r, CONSTRUCT, l->construct, "is linked again");
    if (all->count == LINKS_MAX)
        return err_set(r->err, ST_RANGE, "%s: over %d links", r->path,
                       LINKS_MAX);
    if (all->count == r->cap) {
        const size_t cap = r->cap ? 2 * r->cap : 16;
        struct form_link *list = realloc(all->list, cap * sizeof *list);

        if (!list)
            return ST_NOMEM;
        all->list = list;
        r->cap = cap;
    }
    all->list[all->count++] = *l;
    return ST_OK;
}

static enum status read_all(struct reading *r)
{
    const struct csv_field *field;
    enum status st;

    for (int c = 0; c < COLUMNS; c++) {
        r->column[c] = csv_find(r->file, names[c]);
        if (r->column[c] == SIZE_MAX)
            return err_set(r->err, ST_INVALID, "%s:1: no column '%s'", r->path,
                           names[c]);
    }
    while ((st = csv_next(r->file, &field, r->err)) == ST_OK) {
        struct form_link l;

        st = read_link(r, field, &l);
        if (st == ST_OK)
            st = add(r, &l);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status form_links_read(const char *path, struct form_links *out,
                            struct err *err)
{
    struct reading r = {.path = path, .err = err};
    enum status st = csv_open(path, NULL, &r.file, err);

    if (st == ST_OK)
        st = read_all(&r);
    csv_close(&r.file);
    if (st == ST_OK)
        *out = r.links;
    else
        form_links_free(&r.links);
    return st;
}

void form_links_free(struct form_links *l)
{
    free(l->list);
    *l = (struct form_links){0};
}

const struct form_link *form_links_find(const struct form_links *l,
                                        const uint8_t from[HASH_SIZE],
                                        const uint8_t to[HASH_SIZE],
                                        const char *construct)
{
    for (size_t i = 0; i < l->count; i++)
        if (memcmp(l->list[i].from, from, HASH_SIZE) == 0 &&
            memcmp(l->list[i].to, to, HASH_SIZE) == 0 &&
            streq(l->list[i].construct, construct))
            return &l->list[i];
    return NULL;
}
