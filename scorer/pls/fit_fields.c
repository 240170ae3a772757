/* fit_fields.c - see fit_fields.h.  A field takes two nanoseconds. */
#include "fit_fields.h"

#include <stdlib.h>
#include <string.h>

#include "surveys/answer.h"

/* Texts of up to two digits have places of their own; others may share one. */
enum { PLACES = 1024 };

/* One or two characters as one number; NUL stands behind one. */
static uint16_t pair_at(const char *text)
{
    uint16_t pair;

    memcpy(&pair, text, sizeof pair);
    return pair;
}

static size_t place(uint16_t pair)
{
    return (pair ^ pair >> 3) % PLACES;
}

static const struct item *item_of(const struct fit_fields *f, size_t i)
{
    return &f->model->survey->item[f->model->item[i]];
}

/* Below the stored byte stands the pair that it is for. */
static void learn(const struct item *it, uint32_t *table, char first,
                  char second)
{
    const char text[3] = {first, second, '\0'};
    const uint16_t pair = pair_at(text);
    uint8_t stored;

    if (answer_parse(it, text, strlen(text), &stored, NULL) == ST_OK)
        table[place(pair)] = (uint32_t)stored << 16 | pair;
}

static void learn_all(const struct item *it, uint32_t *table)
{
    for (char a = '0'; a <= '9'; a++) {
        learn(it, table, a, '\0');
        for (char b = '0'; b <= '9'; b++)
            learn(it, table, a, b);
    }
}

static bool same_scale(const struct item *a, const struct item *b)
{
    return a->kind == ITEM_SCALE && b->kind == ITEM_SCALE && a->min == b->min &&
           a->max == b->max;
}

static void learn_scales(struct fit_fields *f)
{
    for (size_t i = 0; i < f->model->items; i++) {
        const struct item *it = item_of(f, i);
        uint32_t *table = f->tables + i * PLACES;
        size_t like = 0;

        while (like < i && !same_scale(item_of(f, like), it))
            like++;
        f->known[i] = like < i ? f->known[like] : table;
        if (like == i)
            learn_all(it, table);
    }
}

enum status fit_fields_find(const struct pls_model *m, const struct csv *csv,
                            struct fit_fields *out, struct err *err)
{
    struct fit_fields f = {.model = m};

    for (size_t i = 0; i < m->items; i++) {
        f.column[i] = csv_find(csv, pls_item_code(m, i));
        if (f.column[i] == SIZE_MAX)
            return err_set(err, ST_INVALID, "no column for item %s",
                           pls_item_code(m, i));
    }
    f.tables = calloc(m->items, PLACES * sizeof *f.tables);
    if (!f.tables)
        return err_set(err, ST_NOMEM, "out of memory");
    learn_scales(&f);
    *out = f;
    return ST_OK;
}

void fit_fields_free(struct fit_fields *f)
{
    free(f->tables);
    *f = (struct fit_fields){NULL};
}

/* Field by field, for a record with something that is not known. */
static enum status read_slowly(const struct fit_fields *f,
                               const struct csv_field *fields, uint8_t *row,
                               struct err *err)
{
    for (size_t i = 0; i < f->model->items; i++) {
        const struct csv_field *field = &fields[f->column[i]];
        struct err cause;
        enum status st = answer_parse(item_of(f, i), field->text, field->len,
                                      &row[i], &cause);

        if (st != ST_OK)
            return err_set(err, st, "%s: %s", item_of(f, i)->code, cause.text);
    }
    return ST_OK;
}

/* How long an answer is and whether it is known is not worth a branch: a wrong
 * guess costs more than a field. */
enum status fit_fields_read(const struct fit_fields *f,
                            const struct csv_field *fields, uint8_t *row,
                            struct err *err)
{
    const size_t n = f->model->items;
    size_t unknown = 0;

    for (size_t i = 0; i < n; i++) {
        const struct csv_field *field = &fields[f->column[i]];
        uint32_t known;
        uint16_t pair;

        row[i] = 0;
        if (field->len == 0)
            continue;
        pair = pair_at(field->text);
        known = f->known[i][place(pair)];
        row[i] = (uint8_t)(known >> 16);
        unknown |= (uint16_t)(known ^ pair);
        unknown |= (field->len - 1) / 2; /* 0 for one and two characters */
    }
    return unknown ? read_slowly(f, fields, row, err) : ST_OK;
}
