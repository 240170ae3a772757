/* tabulate.c - see tabulate.h. */
#include "tabulate.h"

#include <stddef.h>
#include <stdlib.h>

#include "sums.h"
#include "surveys/period.h"

/* Where a counter of the cube goes. */
struct slot {
    uint32_t n, sum; /* places in a group's sums; UINT32_MAX: nowhere */
    int64_t sign;    /* of n: rows without an answer are taken off */
    int64_t value;
};

struct tabulating {
    struct tabulation *table;
    const struct form *form;
    uint32_t index;
    enum layer layer;
    struct slot *slot;
    struct err *err;
};

static size_t stride(const struct form *f)
{
    return 2 * f->model.items + f->model.constructs;
}

struct group_sums tabulation_sums(const struct tabulation *t, size_t number,
                                  const struct form *form, size_t group)
{
    int64_t *p = t->sums[number] + group * stride(form);

    return (struct group_sums){p, p + form->model.items,
                               p + 2 * form->model.items};
}

uint32_t query_frames(const struct query *q)
{
    const uint32_t test = 1u << FRAME_TEST;

    if (q->frames == 0)
        return 1u << FRAME_INVITED;
    return q->frames == test ? test : q->frames & ~test;
}

/* The counters of the item at place j of the model. */
static void lay(const struct form *f, uint32_t j, struct slot *slot)
{
    const uint32_t *start = &f->start[f->model.item[j]];

    for (uint32_t at = start[0]; at < start[1]; at++)
        slot[at] = (struct slot){(uint32_t)f->model.items + j, j, 1,
                                 at - start[0] + 1};
}

static struct slot *make_slots(const struct form *f)
{
    const struct pls_model *m = &f->model;
    struct slot *slot = malloc(f->counters * sizeof *slot);

    if (!slot)
        return NULL;
    for (size_t i = 0; i < f->counters; i++)
        slot[i] = (struct slot){UINT32_MAX, UINT32_MAX, 1, 0};
    for (uint32_t j = 0; j < m->items; j++)
        if (m->original[j] == j)
            lay(f, j, slot);
    for (uint32_t c = 0; c < m->constructs; c++) {
        slot[f->start[f->items] + c].n = (uint32_t)(2 * m->items) + c;
        slot[f->start[f->items] + c].sign = -1;
    }
    return slot;
}

static bool holds(const struct query_filter *f, const struct cell *cell)
{
    char code[CODE_MAX + 1];

    cell_code(cell, f->dimension, code);
    for (size_t i = 0; i < f->count; i++)
        if (streq(code, f->codes[i]))
            return true;
    return false;
}

/* The same, noting which codes are there. */
static bool meets(const struct query_filter *f, const struct cell *cell,
                  bool *met)
{
    char code[CODE_MAX + 1];
    bool found = false;

    cell_code(cell, f->dimension, code);
    for (size_t i = 0; i < f->count; i++)
        if (streq(code, f->codes[i]))
            met[i] = found = true;
    return found;
}

bool query_in_scope(const struct query *q, const struct cell *cell)
{
    for (size_t i = 0; i < q->scopes; i++)
        if (!holds(&q->scope[i], cell))
            return false;
    return true;
}

bool query_asks(const struct query *q, const struct cell *cell)
{
    for (size_t i = 0; i < q->filters; i++)
        if (!holds(&q->filter[i], cell))
            return false;
    return query_in_scope(q, cell);
}

static bool asked_for(const struct tabulation *t, const struct cell *cell)
{
    const struct query *q = t->query;
    bool *met = t->met, asked = true;

    if (!(t->frames & 1u << cell->context.frame) || !query_in_scope(q, cell))
        return false;
    *met++ = true;
    for (size_t i = 0; i < q->filters; met += q->filter[i++].count)
        asked = meets(&q->filter[i], cell, met) && asked;
    return asked;
}

static void name(const struct query *q, const struct cell *cell, uint32_t form,
                 struct table_key *out)
{
    memset(out, 0, sizeof *out);
    out->form = form;
    for (size_t i = 0; i < q->by_count; i++) {
        cell_code(cell, q->by[i], out->code[i]);
        if (q->by[i] == DIM_PERIOD)
            out->month = cell->when;
    }
}

static enum status more_cells(struct tabulation *t)
{
    const size_t cap = t->cap ? 2 * t->cap : 64;
    int64_t **sums = realloc(t->sums, cap * sizeof(int64_t *));

    if (!sums)
        return ST_NOMEM;
    t->sums = sums;
    t->cap = cap;
    return ST_OK;
}

static enum status add_cell(struct tabulating *g, const struct table_key *key,
                            uint32_t *number)
{
    struct tabulation *t = g->table;
    const size_t bytes = GROUPS * stride(g->form) * sizeof(int64_t);
    enum status st = t->keys.count < t->cap ? ST_OK : more_cells(t);
    bool fresh = false;

    if (st == ST_OK && t->bytes + bytes > TABLE_BYTES_MAX)
        st = err_set(g->err, ST_RANGE,
                     "the answer has too many cells: ask for fewer "
                     "dimensions or narrow it");
    if (st == ST_OK)
        st = intern_put(&t->keys, key, number, &fresh);
    if (st != ST_OK || !fresh)
        return st;
    t->sums[*number] = calloc(1, bytes);
    if (!t->sums[*number]) {
        t->keys.count--; /* never read again: the query fails */
        return ST_NOMEM;
    }
    t->bytes += bytes;
    return ST_OK;
}

/* What is summed of an item stands at each of its places. */
static void repeat(const struct pls_model *m, int64_t *sums)
{
    for (size_t j = 0; j < m->items; j++) {
        sums[j] = sums[m->original[j]];
        sums[m->items + j] = sums[m->items + m->original[j]];
    }
}

static enum status add_part(const struct tabulating *g, const struct part *p,
                            int64_t *sums)
{
    struct counts_at c;
    const size_t constructs = g->form->model.constructs;
    int64_t *answered = sums + 2 * g->form->model.items, rows;
    enum status st = counts_begin(p, g->form->counters, &rows, &c);

    for (size_t k = 0; k < constructs && st == ST_OK; k++)
        if (__builtin_add_overflow(answered[k], rows, &answered[k]))
            st = ST_CORRUPT;
    if (st != ST_OK)
        return st;
    while ((st = counts_next(&c)) == ST_OK) {
        const struct slot *s = &g->slot[c.i];
        int64_t product;

        if (s->n != UINT32_MAX &&
            __builtin_add_overflow(sums[s->n], s->sign * c.count, &sums[s->n]))
            return ST_CORRUPT;
        if (s->sum != UINT32_MAX &&
            (__builtin_mul_overflow(c.count, s->value, &product) ||
             __builtin_add_overflow(sums[s->sum], product, &sums[s->sum])))
            return ST_CORRUPT;
    }
    if (g->form->model.distinct < g->form->model.items)
        repeat(&g->form->model, sums);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status take_cell(void *ctx, const struct cell *cell,
                             const uint8_t *value, size_t len)
{
    struct tabulating *g = ctx;
    const uint8_t *at = value;
    struct cell c = *cell;
    struct table_key key;
    struct part p;
    uint32_t number = 0;
    enum status st;

    if (g->layer == LAYER_DAY)
        c.when = period_month(c.when);
    if (!asked_for(g->table, &c))
        return ST_OK;
    name(g->table->query, &c, g->index, &key);
    st = add_cell(g, &key, &number);
    if (st != ST_OK)
        return st;
    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        st =
            add_part(g, &p, g->table->sums[number] + p.group * stride(g->form));
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

bool query_by_month(const struct query *q, bool scope_only)
{
    bool kept = true;

    for (size_t i = 0; i < q->scopes; i++)
        kept = kept && layer_keeps(LAYER_MONTH, q->scope[i].dimension);
    for (size_t i = 0; i < q->by_count && !scope_only; i++)
        kept = kept && layer_keeps(LAYER_MONTH, q->by[i]);
    for (size_t i = 0; i < q->filters && !scope_only; i++)
        kept = kept && layer_keeps(LAYER_MONTH, q->filter[i].dimension);
    return kept;
}

static enum status walk(struct tabulating *g, struct cells *c, enum layer layer,
                        int32_t from, int32_t to)
{
    g->layer = layer;
    return cells_walk(c, g->form, layer, from, to, take_cell, g, g->err);
}

/* Whole months by month, the days before and behind them by day. */
static enum status walk_all(struct tabulating *g, struct cells *c)
{
    const struct query *q = g->table->query;
    int32_t first = period_month(q->from), last = period_month(q->to);
    enum status st;

    if (q->from != period_first(first))
        first++;
    if (q->to != period_last(last))
        last--;
    if (!query_by_month(q, false) || first > last)
        return walk(g, c, LAYER_DAY, q->from, q->to);
    st = walk(g, c, LAYER_DAY, q->from, period_first(first) - 1);
    if (st == ST_OK)
        st = walk(g, c, LAYER_MONTH, first, last);
    if (st == ST_OK)
        st = walk(g, c, LAYER_DAY, period_last(last) + 1, q->to);
    return st;
}

enum status tabulate(struct tabulation *t, struct cells *c,
                     const struct form *form, uint32_t index, struct err *err)
{
    struct tabulating g = {t, form, index, LAYER_DAY, make_slots(form), err};
    enum status st;

    if (!g.slot)
        return ST_NOMEM;
    t->keys.size =
        offsetof(struct table_key, code) +
        t->query->by_count * sizeof(((struct table_key *)0)->code[0]);
    st = walk_all(&g, c);
    free(g.slot);
    return st;
}

void tabulation_key(const struct tabulation *t, size_t number,
                    struct table_key *out)
{
    memset(out, 0, sizeof *out);
    memcpy(out, intern_at(&t->keys, number), t->keys.size);
}

void tabulation_free(struct tabulation *t)
{
    for (size_t i = 0; i < t->keys.count; i++)
        free(t->sums[i]);
    free(t->sums);
    free(t->met);
    intern_free(&t->keys);
}
