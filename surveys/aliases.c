/* aliases.c - other names of columns: a file of a hundred lines, looked
 * through once for each column of a header. */
#include "surveys/aliases.h"

#include <stdlib.h>

#include "surveys/csv.h"

#define ALIASES_MAX 10000

struct alias {
    char *alias, *name;
};

struct aliases {
    size_t count, cap;
    struct alias *list;
};

static enum status add(struct aliases *a, const char *alias, const char *name)
{
    struct alias *list = a->list;

    if (a->count == a->cap) {
        a->cap = a->cap ? 2 * a->cap : 64;
        list = realloc(list, a->cap * sizeof *list);
        if (!list)
            return ST_NOMEM;
        a->list = list;
    }
    list[a->count] = (struct alias){strdup(alias), strdup(name)};
    a->count++;
    return list[a->count - 1].alias && list[a->count - 1].name ? ST_OK
                                                               : ST_NOMEM;
}

static enum status read_all(const char *path, struct csv *csv,
                            struct aliases *a, struct err *err)
{
    const size_t alias = csv_find(csv, "alias"), name = csv_find(csv, "field");
    const struct csv_field *fields;
    enum status st;

    if (alias == SIZE_MAX || name == SIZE_MAX)
        return err_set(err, ST_INVALID, "%s:1: no columns 'alias' and 'field'",
                       path);
    while ((st = csv_next(csv, &fields, err)) == ST_OK) {
        const char *text = fields[alias].text;

        if (a->count == ALIASES_MAX || aliases_find(a, text))
            return err_set(err, ST_INVALID, "%s:%llu: %s", path,
                           (unsigned long long)csv_line(csv),
                           a->count == ALIASES_MAX ? "too many aliases"
                                                   : "alias twice");
        st = add(a, text, fields[name].text);
        if (st != ST_OK)
            return err_set(err, st, "out of memory");
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status aliases_load(const char *path, struct aliases **out,
                         struct err *err)
{
    struct aliases *a = calloc(1, sizeof *a);
    struct csv *csv = NULL;
    enum status st;

    if (!a)
        return err_set(err, ST_NOMEM, "out of memory");
    st = csv_open(path, NULL, &csv, err);
    if (st == ST_OK)
        st = read_all(path, csv, a, err);
    csv_close(&csv);
    if (st == ST_OK)
        *out = a;
    else
        aliases_free(&a);
    return st;
}

void aliases_free(struct aliases **a)
{
    if (!*a)
        return;
    for (size_t i = 0; i < (*a)->count; i++) {
        free((*a)->list[i].alias);
        free((*a)->list[i].name);
    }
    free((*a)->list);
    free(*a);
    *a = NULL;
}

const char *aliases_find(const struct aliases *a, const char *alias)
{
    for (size_t i = 0; i < a->count; i++)
        if (streq(a->list[i].alias, alias))
            return a->list[i].name;
    return NULL;
}
