/* people_count.c - see people_count.h. */
#include "people_count.h"

#include <stdlib.h>

#include "sums.h"

struct counting {
    struct cells *cells;
    const struct people_of *of;
    struct people_count out;
    size_t cap;
    struct err *err;
};

/* What weights can hang on. */
struct cell people_cell(int32_t month, uint32_t rate_ppm,
                        const struct context *context)
{
    struct cell c;

    memset(&c, 0, sizeof c);
    c.when = month;
    c.rate_ppm = rate_ppm;
    c.context.frame = context->frame;
    memcpy(c.context.operator, context->operator, sizeof c.context.operator);
    memcpy(c.context.product, context->product, sizeof c.context.product);
    memcpy(c.context.province, context->province, sizeof c.context.province);
    memcpy(c.context.stratum, context->stratum, sizeof c.context.stratum);
    return c;
}

void people_count_free(struct people_count *c)
{
    intern_free(&c->cells);
    free(c->rows);
    c->rows = NULL;
}

static enum status more_cells(struct counting *m)
{
    const size_t cap = m->cap ? 2 * m->cap : 64;
    int64_t *rows =
        realloc(m->out.rows, cap * (GROUPS + 1) * sizeof *m->out.rows);

    if (!rows)
        return ST_NOMEM;
    m->out.rows = rows;
    m->cap = cap;
    return ST_OK;
}

static enum status find_cell(struct counting *m, const struct cell *cell,
                             int64_t **rows)
{
    const struct cell c =
        people_cell(cell->when, cell->rate_ppm, &cell->context);
    struct intern *t = &m->out.cells;
    enum status st = t->count < m->cap ? ST_OK : more_cells(m);
    uint32_t number = 0;
    bool fresh = false;

    if (st == ST_OK)
        st = intern_put(t, &c, &number, &fresh);
    if (st != ST_OK)
        return st;
    *rows = m->out.rows + number * (GROUPS + 1);
    if (fresh)
        memset(*rows, 0, (GROUPS + 1) * sizeof **rows);
    return ST_OK;
}

static enum status rows_of(const struct counting *m, const struct part *p,
                           int64_t *out)
{
    struct counts_at at;

    return m->of->fit ? moments_packed_rows(p->data, p->data + p->len, out)
                      : counts_begin(p, 0, out, &at);
}

static enum status count_cell(void *ctx, const struct cell *cell,
                              const uint8_t *value, size_t len)
{
    struct counting *m = ctx;
    const uint8_t *at = value;
    struct part p;
    int64_t *rows;
    enum status st;

    if (!(m->of->frames & 1u << cell->context.frame))
        return ST_OK;
    st = find_cell(m, cell, &rows);
    if (st != ST_OK)
        return st;
    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        int64_t n = 0;

        st = rows_of(m, &p, &n);
        if (st != ST_OK ||
            __builtin_add_overflow(rows[p.group], n, &rows[p.group]) ||
            __builtin_add_overflow(rows[GROUPS], n, &rows[GROUPS]))
            return ST_CORRUPT;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status count_all(struct counting *m)
{
    const struct cells *c = m->cells;
    const struct people_of *of = m->of;
    enum status st = ST_OK;

    for (size_t i = 0; i < c->count && st == ST_OK; i++) {
        const struct form *f = c->form[i];

        if (!streq(f->survey->code, of->survey->code) ||
            !streq(f->survey->product, of->survey->product))
            continue;
        if (f->modelled)
            st = cells_check_fits(m->cells, f, of->from, of->to, m->err);
        if (st == ST_OK)
            st = cells_walk(m->cells, f, of->fit ? LAYER_FIT : LAYER_MONTH,
                            of->from, of->to, count_cell, m, m->err);
    }
    return st;
}

struct place {
    struct cell cell;
    uint32_t number;
};

static int by_bytes(const void *a, const void *b)
{
    const struct cell *x = &((const struct place *)a)->cell;
    const struct cell *y = &((const struct place *)b)->cell;

    return x->when != y->when ? (x->when > y->when) - (x->when < y->when)
                              : memcmp(x, y, sizeof *x);
}

/* By month and what they are, whichever form was met first: sums of doubles
 * are added in this order. */
static enum status sort_cells(struct counting *m)
{
    struct intern *t = &m->out.cells, sorted = {.size = t->size};
    struct place *place = malloc((t->count + 1) * sizeof *place);
    int64_t *rows = malloc((t->count + 1) * (GROUPS + 1) * sizeof *rows);
    enum status st = place && rows ? ST_OK : ST_NOMEM;

    for (uint32_t i = 0; st == ST_OK && i < t->count; i++) {
        memcpy(&place[i].cell, intern_at(t, i), sizeof place[i].cell);
        place[i].number = i;
    }
    if (st == ST_OK)
        qsort(place, t->count, sizeof *place, by_bytes);
    for (size_t i = 0; st == ST_OK && i < t->count; i++) {
        uint32_t number;

        memcpy(rows + i * (GROUPS + 1),
               m->out.rows + place[i].number * (GROUPS + 1),
               (GROUPS + 1) * sizeof *rows);
        st = intern_put(&sorted, &place[i].cell, &number, NULL);
    }
    free(place);
    if (st == ST_OK) {
        intern_free(t);
        *t = sorted;
        free(m->out.rows);
        m->out.rows = rows;
    } else {
        intern_free(&sorted);
        free(rows);
    }
    return st;
}

enum status people_count(struct cells *c, const struct people_of *of,
                         struct people_count *out, struct err *err)
{
    struct counting m = {.cells = c,
                         .of = of,
                         .out = {.cells = {.size = sizeof(struct cell)}},
                         .err = err};
    enum status st = count_all(&m);

    if (st == ST_OK)
        st = sort_cells(&m);
    if (st == ST_OK)
        *out = m.out;
    else
        people_count_free(&m.out);
    return st;
}
