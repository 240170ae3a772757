/* counts.c - see scorer/counts.h. */
#include "scorer/counts.h"

#include <math.h>
#include <stdlib.h>

#include "engine_handle.h"
#include "scorer/people.h"

/* The items of one form that were asked for. */
struct counted {
    size_t items;
    size_t item[COUNTED_ITEMS_MAX];
};

struct counting {
    struct answering *a;
    struct counted *form; /* by index in the query's list */
    struct counts counts;
    size_t cap;
};

static enum status find_items(const struct survey *s, const char *const *code,
                              size_t items, struct counted *out,
                              struct err *err)
{
    out->items = 0;
    for (size_t i = 0; i < items; i++) {
        const size_t k = survey_item(s, code[i]);

        if (k == SIZE_MAX)
            continue;
        if (s->item[k].kind == ITEM_TEXT)
            return err_set(err, ST_INVALID, "%s: %s is a text", s->code,
                           code[i]);
        out->item[out->items++] = k;
    }
    return ST_OK;
}

static bool somewhere(const struct counting *c, const char *code)
{
    const struct selection *s = &c->a->forms;

    for (size_t i = 0; i < s->count; i++)
        if (survey_item(s->form[i]->survey, code) != SIZE_MAX)
            return true;
    return !s->count; /* nobody has answered: nothing is known of them */
}

static enum status check_items(const struct counting *c,
                               const char *const *code, size_t items)
{
    struct err *err = c->a->err;

    if (items > COUNTED_ITEMS_MAX)
        return err_set(err, ST_RANGE, "over %d items", COUNTED_ITEMS_MAX);
    for (size_t i = 0; i < items; i++) {
        for (size_t k = 0; k < i; k++)
            if (streq(code[i], code[k]))
                return err_set(err, ST_INVALID, "%s: named twice", code[i]);
        if (!somewhere(c, code[i]))
            return err_set(err, ST_NOTFOUND, "%s has no item '%s'",
                           c->a->query->survey, code[i]);
    }
    return ST_OK;
}

static enum status tabulate_items(struct counting *c, size_t i,
                                  const char *const *code, size_t items)
{
    const struct form *form = c->a->forms.form[i];
    struct layout layout = {0};
    enum status st =
        find_items(form->survey, code, items, &c->form[i], c->a->err);

    if (st == ST_OK)
        st = layout_items(form, c->form[i].item, c->form[i].items, &layout);
    if (st == ST_OK)
        st = answering_form(c->a, i, &layout);
    layout_free(&layout);
    return st;
}

/* ---- records ---- */

static enum status room(struct counting *c)
{
    struct counts *l = &c->counts;
    const size_t more = c->cap ? 2 * c->cap : 32;
    struct item_counts *list;
    void **memory;

    if (l->count < c->cap)
        return ST_OK;
    list = realloc(l->list, more * sizeof *list);
    if (!list)
        return ST_NOMEM;
    l->list = list;
    memory = realloc(l->memory, more * sizeof(void *));
    if (!memory)
        return ST_NOMEM;
    l->memory = memory;
    c->cap = more;
    return ST_OK;
}

/* The next record: room for (GROUPS + 1) x points numbers at *numbers, and the
 * cell's codes. */
static enum status next(struct counting *c, uint32_t number, size_t points,
                        struct item_counts **out, double **numbers)
{
    struct counts *l = &c->counts;
    const size_t by = c->a->query->by_count;
    const size_t size = (GROUPS + 1) * points * sizeof(double);
    struct table_key key;
    const char **cell;
    char *text;
    enum status st = room(c);

    if (st != ST_OK)
        return st;
    *numbers = malloc(size + by * (sizeof(char *) + CODE_MAX + 1) + 1);
    if (!*numbers)
        return ST_NOMEM;
    l->memory[l->count] = *numbers;
    cell = (const char **)(*numbers + (GROUPS + 1) * points);
    text = (char *)(cell + by);
    tabulation_key(&c->a->table, number, &key);
    for (size_t i = 0; i < by; i++, text += CODE_MAX + 1) {
        memcpy(text, key.code[i], CODE_MAX + 1);
        cell[i] = text;
    }
    *out = &l->list[l->count++];
    **out = (struct item_counts){.cell = cell, .points = points};
    return ST_OK;
}

/* The answers counted in the places from `at` on. */
static void count_item(const struct table_cell *t, size_t at,
                       struct item_counts *out, double *count, double *without)
{
    const int64_t *all = table_sums(t, ALL) + at;
    double weight = 0, squares = 0;

    for (size_t v = 0; v < out->points; v++) {
        out->n += all[v];
        count[v] =
            t->weighted ? table_weighted(t, ALL)[at + v] : (double)all[v];
        weight += count[v];
        squares += t->weighted ? table_weighted(t, SQUARES)[at + v] : count[v];
    }
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t v = 0; v < out->points; v++) {
            const int64_t own = table_sums(t, g)[at + v];

            out->used[g] = out->used[g] || own > 0;
            without[g * out->points + v] = t->weighted
                                               ? table_weighted(t, g)[at + v]
                                               : (double)(all[v] - own);
        }
    out->n_eff = t->weighted ? people_effective(weight, squares) : weight;
    out->count = count;
    out->without = without;
}

static enum status count_cell(struct counting *c, uint32_t number)
{
    const struct table_cell *t = &c->a->table.cell[number];
    struct table_key key;
    const struct counted *of;
    const struct survey *s;
    size_t at = 0;

    tabulation_key(&c->a->table, number, &key);
    of = &c->form[key.form];
    s = c->a->forms.form[key.form]->survey;
    for (size_t i = 0; i < of->items; i++) {
        const struct item *item = &s->item[of->item[i]];
        struct item_counts *out;
        double *numbers;
        enum status st =
            next(c, number, (size_t)item_points(item), &out, &numbers);

        if (st != ST_OK)
            return st;
        out->survey = s;
        out->item = item;
        out->rollup = c->a->forms.rollup[key.form];
        out->rows = table_sums(t, ALL)[t->stride - 1];
        count_item(t, at, out, numbers, numbers + out->points);
        at += out->points;
    }
    return ST_OK;
}

/* Of the forms that some cell is of. */
static enum status list_surveys(struct counting *c)
{
    const struct answering *a = c->a;
    struct counts *l = &c->counts;
    struct table_key key;

    l->survey = malloc((a->forms.count + 1) * sizeof(void *));
    if (!l->survey)
        return ST_NOMEM;
    for (size_t i = 0; i < a->forms.count; i++)
        for (uint32_t k = 0; k < a->table.keys.count; k++) {
            tabulation_key(&a->table, k, &key);
            if (key.form == i) {
                l->survey[l->surveys++] = a->forms.form[i]->survey;
                break;
            }
        }
    return ST_OK;
}

static enum status count_cells(struct counting *c)
{
    const size_t cells = c->a->table.keys.count;
    uint32_t *order = malloc((cells + 1) * sizeof *order);
    enum status st = ST_OK;

    if (!order)
        return ST_NOMEM;
    table_order(c->a, order);
    for (size_t i = 0; i < cells && st == ST_OK; i++)
        st = count_cell(c, order[i]);
    free(order);
    return st;
}

void counts_free(struct counts *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->memory[i]);
    free(l->survey);
    free(l->memory);
    free(l->list);
    *l = (struct counts){0};
}

enum status engine_counts(struct engine *e, const struct query *q,
                          const char *const *item, size_t items,
                          struct counts *out, bool **met, struct err *err)
{
    struct answering a = {.engine = e, .query = q, .err = err};
    struct counting c = {.a = &a};
    enum status st = answering_begin(&a);

    if (st == ST_OK)
        st = check_items(&c, item, items);
    if (st == ST_OK && !(c.form = calloc(a.forms.count + 1, sizeof *c.form)))
        st = ST_NOMEM;
    for (size_t i = 0; i < a.forms.count && st == ST_OK; i++)
        st = tabulate_items(&c, i, item, items);
    if (st == ST_OK)
        st = count_cells(&c);
    if (st == ST_OK)
        st = list_surveys(&c);
    if (st == ST_OK)
        st = answering_label(&a);
    if (st == ST_OK) {
        memcpy(c.counts.weighting, a.estimates.weighting,
               sizeof c.counts.weighting);
        *out = c.counts;
        if (met) {
            *met = a.table.met;
            a.table.met = NULL;
        }
    } else {
        counts_free(&c.counts);
    }
    free(c.form);
    answering_end(&a);
    return st;
}

struct interval counts_interval(double value, const double replicate[GROUPS],
                                const struct item_counts *const *of,
                                size_t count)
{
    double used[GROUPS];
    size_t n = 0;

    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < count; i++)
            if (of[i]->used[g]) {
                used[n++] = replicate[g];
                break;
            }
    return errors_jackknife(value, used, n, NULL);
}
