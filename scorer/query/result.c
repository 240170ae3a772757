/* result.c - see scorer/result.h: filling. */
#include "scorer/result.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096 };

/* Texts lie in blocks, so that they never move. */
struct block {
    struct block *next;
    char text[];
};

struct result_store {
    struct block *block;
    size_t left; /* in the first block */
    char *at;
    size_t values, values_cap, columns_cap, notes_cap;
};

/* NULL once something failed. */
static struct result_store *open(struct result *r)
{
    if (!r->store && r->failed == ST_OK) {
        r->store = calloc(1, sizeof *r->store);
        if (!r->store)
            r->failed = ST_NOMEM;
    }
    return r->failed == ST_OK ? r->store : NULL;
}

/* Room for one more of `size` bytes behind `count`. */
static void *grow(struct result *r, void *list, size_t count, size_t *cap,
                  size_t size)
{
    const size_t more = *cap ? 2 * *cap : 16;
    void *moved;

    if (count < *cap)
        return list;
    moved = realloc(list, more * size);
    if (moved)
        *cap = more;
    else
        r->failed = ST_NOMEM;
    return moved;
}

static const char *keep(struct result *r, const char *text)
{
    struct result_store *s = r->store;
    const size_t len = strlen(text) + 1;
    const size_t size = len > BLOCK ? len : BLOCK;
    char *to;

    if (len == 1)
        return "";
    if (s->left < len) {
        struct block *b = malloc(sizeof *b + size);

        if (!b) {
            r->failed = ST_NOMEM;
            return "";
        }
        b->next = s->block;
        s->block = b;
        s->at = b->text;
        s->left = size;
    }
    to = s->at;
    memcpy(to, text, len);
    s->at += len;
    s->left -= len;
    return to;
}

void result_column(struct result *r, const struct column *column)
{
    struct result_store *s = open(r);
    struct column *list =
        s ? grow(r, r->column, r->columns, &s->columns_cap, sizeof *list)
          : NULL;

    if (!list)
        return;
    r->column = list;
    list[r->columns] = *column;
    list[r->columns++].name = keep(r, column->name);
}

void result_cell(struct result *r, const enum dimension *by, size_t count,
                 unsigned place)
{
    r->has_cell = true;
    r->cell = r->columns;
    r->cells = count;
    for (size_t i = 0; i < count; i++)
        result_column(r, &(struct column){.name = dimension_name(by[i]),
                                          .type = VALUE_CODE,
                                          .place = place + (unsigned)i,
                                          .dimension = by[i]});
}

static void put(struct result *r, const struct value *v)
{
    struct result_store *s = open(r);
    struct value *list =
        s ? grow(r, r->value, s->values, &s->values_cap, sizeof *list) : NULL;

    if (!list)
        return;
    r->value = list;
    list[s->values++] = *v;
    r->rows = s->values / r->columns;
}

void result_text(struct result *r, const char *text)
{
    struct result_store *s = open(r);

    if (s)
        put(r, &(struct value){.text = keep(r, text)});
}

void result_count(struct result *r, int64_t count)
{
    put(r, &(struct value){.text = "", .count = count});
}

void result_number(struct result *r, double number)
{
    put(r, &(struct value){.text = "", .number = number});
}

void result_note(struct result *r, const char *format, ...)
{
    struct result_store *s = open(r);
    const char **list =
        s ? grow(r, r->note, r->notes, &s->notes_cap, sizeof *list) : NULL;
    char text[500];
    va_list args;

    if (!list)
        return;
    r->note = list;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    list[r->notes++] = keep(r, text);
}

enum status result_end(struct result *r)
{
    return r->failed;
}

void result_free(struct result *r)
{
    struct block *b = r->store ? r->store->block : NULL;

    while (b) {
        struct block *next = b->next;

        free(b);
        b = next;
    }
    free(r->store);
    free(r->column);
    free(r->value);
    free(r->note);
    free(r->met);
    *r = (struct result){0};
}

size_t result_find(const struct result *r, const char *name)
{
    for (size_t c = 0; c < r->columns; c++)
        if (streq(r->column[c].name, name))
            return c;
    return SIZE_MAX;
}

const struct value *result_at(const struct result *r, size_t row, size_t column)
{
    return &r->value[row * r->columns + column];
}
