/* tabulate.c - see tabulate.h. */
#include "tabulate.h"

#include <stddef.h>
#include <stdlib.h>

#include "scorer/people.h"
#include "sums.h"
#include "surveys/period.h"

struct tabulating {
    struct tabulation *table;
    const struct table_form *form;
    enum layer layer;
    int64_t *own;     /* of each group of the cube's cell; weighted only */
    bool met[GROUPS]; /* the groups that it has */
    struct err *err;
};

uint32_t query_frames(const struct query *q)
{
    const uint32_t test = 1u << FRAME_TEST;

    if (q->frames == 0)
        return 1u << FRAME_INVITED;
    return q->frames == test ? test : q->frames & ~test;
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

static void name(const struct tabulating *g, const struct cell *cell,
                 struct table_key *out)
{
    const struct query *q = g->table->query;

    memset(out, 0, sizeof *out);
    out->form = g->form->index;
    for (size_t i = 0; i < q->by_count; i++) {
        cell_code(cell, q->by[i], out->code[i]);
        if (q->by[i] == DIM_PERIOD)
            out->month = cell->when;
    }
}

static enum status more_cells(struct tabulation *t)
{
    const size_t cap = t->cap ? 2 * t->cap : 64;
    struct table_cell *cell = realloc(t->cell, cap * sizeof *cell);

    if (!cell)
        return ST_NOMEM;
    t->cell = cell;
    t->cap = cap;
    return ST_OK;
}

static enum status add_cell(struct tabulating *g, const struct table_key *key,
                            uint32_t *number)
{
    struct tabulation *t = g->table;
    const size_t stride = g->form->layout->stride;
    const size_t plain = (ALL + 1) * stride * sizeof(int64_t);
    const size_t bytes =
        plain + (g->form->people ? (SQUARES + 1) * stride * sizeof(double) : 0);
    enum status st = t->keys.count < t->cap ? ST_OK : more_cells(t);
    bool fresh = false;
    uint8_t *memory;

    if (st == ST_OK && t->bytes + bytes > TABLE_BYTES_MAX)
        st = err_set(g->err, ST_RANGE,
                     "the answer has too many cells: ask for fewer "
                     "dimensions or narrow it");
    if (st == ST_OK)
        st = intern_put(&t->keys, key, number, &fresh);
    if (st != ST_OK || !fresh)
        return st;
    memory = calloc(1, bytes);
    if (!memory) {
        t->keys.count--; /* never read again: the query fails */
        return ST_NOMEM;
    }
    t->cell[*number] = (struct table_cell){
        stride, (int64_t *)memory,
        g->form->people ? (double *)(memory + plain) : NULL};
    t->bytes += bytes;
    return ST_OK;
}

static enum status add_part(const struct layout *l, const struct part *p,
                            int64_t *sums)
{
    struct counts_at c;
    int64_t rows;
    enum status st = counts_begin(p, l->form->counters, &rows, &c);

    for (size_t k = l->row; k < l->row + l->rows && st == ST_OK; k++)
        if (__builtin_add_overflow(sums[k], rows, &sums[k]))
            st = ST_CORRUPT;
    if (st != ST_OK)
        return st;
    while ((st = counts_next(&c)) == ST_OK) {
        const struct slot *s = &l->slot[c.i];
        int64_t product;

        if (s->n != UINT32_MAX &&
            __builtin_add_overflow(sums[s->n], s->sign * c.count, &sums[s->n]))
            return ST_CORRUPT;
        if (s->sum != UINT32_MAX &&
            (__builtin_mul_overflow(c.count, s->value, &product) ||
             __builtin_add_overflow(sums[s->sum], product, &sums[s->sum])))
            return ST_CORRUPT;
    }
    layout_repeat(l, sums);
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* All parts, each into the strip of its group. */
static enum status add_parts(struct tabulating *g, const uint8_t *value,
                             size_t len, int64_t *strips)
{
    const uint8_t *at = value;
    struct part p;
    enum status st;

    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        g->met[p.group] = true;
        st = add_part(g->form->layout, &p,
                      strips + p.group * g->form->layout->stride);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* The strips at g->own, which are of people with the weights `w`, into the
 * cell's. */
static enum status weigh(const struct tabulating *g, const double *w,
                         struct table_cell *c)
{
    const size_t n = c->stride;
    int64_t *all = g->own + ALL * n;

    for (size_t k = 0; k < GROUPS; k++)
        for (size_t i = 0; g->met[k] && i < n; i++)
            if (__builtin_add_overflow(all[i], g->own[k * n + i], &all[i]) ||
                __builtin_add_overflow(c->sums[k * n + i], g->own[k * n + i],
                                       &c->sums[k * n + i]))
                return ST_CORRUPT;
    for (size_t k = 0; k < GROUPS; k++)
        for (size_t i = 0; i < n; i++) {
            const int64_t own = g->met[k] ? g->own[k * n + i] : 0;

            c->weighted[k * n + i] += w[k] * (double)(all[i] - own);
        }
    for (size_t i = 0; i < n; i++) {
        c->weighted[ALL * n + i] += w[ALL] * (double)all[i];
        c->weighted[SQUARES * n + i] += w[ALL] * w[ALL] * (double)all[i];
    }
    return ST_OK;
}

static enum status take_weighted(struct tabulating *g, const struct cell *cell,
                                 const uint8_t *value, size_t len,
                                 struct table_cell *into)
{
    const double *w = people_weights(g->form->people, cell->when,
                                     cell->rate_ppm, &cell->context);
    enum status st;

    if (!w)
        return ST_CORRUPT; /* the layers of the cube are of other people */
    memset(g->own, 0, (ALL + 1) * into->stride * sizeof *g->own);
    memset(g->met, 0, sizeof g->met);
    st = add_parts(g, value, len, g->own);
    return st == ST_OK ? weigh(g, w, into) : st;
}

static bool want_cell(void *ctx, const struct cell *cell)
{
    const struct tabulating *g = ctx;
    struct cell c = *cell;

    if (g->layer == LAYER_DAY)
        c.when = period_month(c.when);
    return asked_for(g->table, &c);
}

static enum status take_cell(void *ctx, const struct cell *cell,
                             const uint8_t *value, size_t len)
{
    struct tabulating *g = ctx;
    struct cell c = *cell;
    struct table_key key;
    uint32_t number = 0;
    enum status st;

    if (g->layer == LAYER_DAY)
        c.when = period_month(c.when);
    if (g->table->held) /* to readers all of a survey is of its product */
        snprintf(c.context.product, sizeof c.context.product, "%s",
                 g->form->layout->form->survey->product);
    if (!asked_for(g->table, &c))
        return ST_OK;
    name(g, &c, &key);
    st = add_cell(g, &key, &number);
    if (st != ST_OK)
        return st;
    return g->form->people
               ? take_weighted(g, &c, value, len, &g->table->cell[number])
               : add_parts(g, value, len, g->table->cell[number].sums);
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
    if (g->table->held)
        return held_walk(g->table->held, g->form->layout->form, from, to,
                         take_cell, g, g->err);
    return cells_walk_some(c, g->form->layout->form, layer, from, to, want_cell,
                           take_cell, g, g->err);
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

/* The last strip, once those of the groups are whole. */
static enum status sum_up(struct table_cell *c)
{
    int64_t *all = c->sums + ALL * c->stride;

    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < c->stride; i++)
            if (__builtin_add_overflow(all[i], c->sums[g * c->stride + i],
                                       &all[i]))
                return ST_CORRUPT;
    return ST_OK;
}

enum status tabulate(struct tabulation *t, struct cells *c,
                     const struct table_form *form, struct err *err)
{
    const size_t strips = (ALL + 1) * form->layout->stride;
    const size_t first = t->keys.count; /* the form's cells are new */
    struct tabulating g = {.table = t, .form = form, .err = err};
    enum status st;

    if (form->people && !(g.own = malloc(strips * sizeof *g.own)))
        return ST_NOMEM;
    t->keys.size =
        offsetof(struct table_key, code) +
        t->query->by_count * sizeof(((struct table_key *)0)->code[0]);
    st = walk_all(&g, c);
    free(g.own);
    for (size_t k = first; k < t->keys.count && st == ST_OK; k++)
        st = sum_up(&t->cell[k]);
    if (st == ST_CORRUPT && t->held)
        return err_set(err, st, "what readers have is damaged");
    return st == ST_CORRUPT ? cube_bad(&c->cube, err) : st;
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
        free(t->cell[i].sums);
    free(t->cell);
    free(t->met);
    intern_free(&t->keys);
}
