/* fold_moments.c - the moments of the cells that weights of people belong to,
 * and of each nation's frame, on which item weights are fitted.
 *
 * The rows of a group of a cell go through the kernel once; what comes out is
 * added to the cell and to its nation.  Cells come in the order of their keys,
 * so one nation is in memory at a time: GROUPS moments, 900 kB for 24 items.
 */
#include <stdlib.h>

#include "collector/log.h"
#include "fold.h"
#include "surveys/period.h"

struct nation {
    struct fold *fold;
    const struct form *form; /* NULL: none is loaded */
    size_t least;            /* answers that a row needs to enter its fit */
    struct cell_key key;
    struct moments *group[GROUPS];
    struct moments *plus, *minus, *sum; /* of the group under way */
    uint8_t *block;
    size_t block_rows;
    /* the fit cells of the form and month under way */
    struct cell_key month;
    uint64_t cells;
    bool refused;
};

static void forget(struct nation *n)
{
    for (size_t g = 0; g < GROUPS; g++)
        moments_free(&n->group[g]);
    moments_free(&n->plus);
    moments_free(&n->minus);
    moments_free(&n->sum);
    n->form = NULL;
}

static enum status make(struct nation *n, const struct form *form)
{
    const bool square = form->model.survey->model.missing == MISSING_PAIRWISE;
    const size_t items = form->model.items;
    enum status st = moments_new(items, square, &n->plus);

    if (st == ST_OK)
        st = moments_new(items, square, &n->minus);
    if (st == ST_OK)
        st = moments_new(items, square, &n->sum);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_new(items, square, &n->group[g]);
    n->least = form_least(form);
    if (st == ST_OK)
        n->form = form;
    else
        forget(n);
    return st;
}

static enum status unpack(const struct part *p, struct moments *m)
{
    const uint8_t *at = p->data, *end = p->data + p->len;
    enum status st = moments_unpack(&at, end, m);

    return st == ST_OK && at != end ? ST_CORRUPT : st;
}

static enum status save_nation(struct nation *n)
{
    struct fold *f = n->fold;
    enum status st = ST_OK;

    if (!n->form)
        return ST_OK;
    f->new.len = 0;
    for (unsigned g = 0; g < GROUPS && st == ST_OK; g++) {
        if (n->group[g]->rows == 0)
            continue;
        f->part.len = 0;
        st = moments_pack(n->group[g], &f->part);
        if (st == ST_OK)
            st =
                part_add(&f->new, &(struct part){g, f->part.data, f->part.len});
    }
    return st == ST_OK
               ? cube_put(f->cube, LAYER_NATION, &n->key, &f->new, f->err)
               : st;
}

static enum status load_nation(struct nation *n, const struct form *form)
{
    struct fold *f = n->fold;
    const uint8_t *at;
    struct part p;
    enum status st = ST_OK;

    if (n->form != form) {
        forget(n);
        st = make(n, form);
    }
    if (st == ST_OK)
        st = cube_get(f->cube, LAYER_NATION, &n->key, &f->old, f->err);
    if (st != ST_OK)
        return st;
    for (size_t g = 0; g < GROUPS; g++)
        moments_clear(n->group[g]);
    at = f->old.data;
    while ((st = part_next(&at, f->old.data + f->old.len, &p)) == ST_OK) {
        st = unpack(&p, n->group[p.group]);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* The rows of one sign that enter the fit, in model order, into `into`. */
static enum status take_rows(struct nation *n, struct run rows, bool minus,
                             struct moments *into)
{
    const struct pls_model *m = &n->form->model;
    size_t taken = 0;

    for (size_t i = rows.first; i < rows.last; i++) {
        const struct tally_row *r = fold_row(n->fold, i);
        const uint8_t *answers = fold_answers(n->fold, i);
        uint8_t *to = n->block + taken * m->items;

        size_t there = 0;

        if (r->minus != minus)
            continue;
        for (size_t k = 0; k < m->items; k++) {
            to[k] = answers[m->item[k]];
            there += to[k] != 0 && m->original[k] == k;
        }
        if (there < n->least)
            continue;
        if (++taken == n->block_rows) {
            enum status st = moments_add(into, n->block, m->items, taken);

            if (st != ST_OK)
                return st;
            taken = 0;
        }
    }
    return taken ? moments_add(into, n->block, m->items, taken) : ST_OK;
}

static enum status apply(const struct nation *n, struct moments *into)
{
    enum status st = moments_merge(into, n->plus);

    if (st == ST_OK && n->minus->rows)
        st = moments_subtract(into, n->minus);
    /* what was never in cannot be taken out: the cube is not what it was */
    return st == ST_RANGE ? ST_CORRUPT : st;
}

static enum status change_moments(struct fold *f, const struct part *old,
                                  struct run rows, void *ctx)
{
    struct nation *n = ctx;
    enum status st;

    moments_clear(n->plus);
    moments_clear(n->minus);
    st = take_rows(n, rows, false, n->plus);
    if (st == ST_OK && fold_row(f, rows.last - 1)->minus)
        st = take_rows(n, rows, true, n->minus);
    if (st == ST_OK)
        st = apply(n, n->group[fold_row(f, rows.first)->group]);
    if (st != ST_OK || n->refused)
        return st;
    moments_clear(n->sum);
    if (old)
        st = unpack(old, n->sum);
    if (st == ST_OK)
        st = apply(n, n->sum);
    return st == ST_OK && n->sum->rows ? moments_pack(n->sum, &f->part) : st;
}

static bool same_key(const struct cell_key *a, const struct cell_key *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static enum status save_month(struct nation *n)
{
    struct fold *f = n->fold;
    enum status st = ST_OK;

    if (!n->month.len)
        return ST_OK;
    f->new.len = 0;
    if (n->cells)
        st = buffer_varint(&f->new, n->cells);
    return st == ST_OK
               ? cube_put(f->cube, SPACE_FITS, &n->month, &f->new, f->err)
               : st;
}

/* How many fit cells the month has; over FIT_CELLS_MAX: it is refused. */
static enum status load_month(struct nation *n, const struct cell_key *month)
{
    struct fold *f = n->fold;
    const uint8_t *at;
    enum status st = save_month(n);

    if (st == ST_OK)
        st = cube_get(f->cube, SPACE_FITS, month, &f->old, f->err);
    if (st != ST_OK)
        return st;
    at = f->old.data;
    n->cells = 0;
    if (f->old.len &&
        bytes_varint(&at, f->old.data + f->old.len, &n->cells) != ST_OK)
        return ST_CORRUPT;
    n->refused = n->cells > FIT_CELLS_MAX;
    n->month = *month;
    return ST_OK;
}

/* Too fine a stratum would fill the disk with cells that nobody can weight. */
static enum status refuse_month(struct nation *n, int32_t month)
{
    const struct durable_key all = {LAYER_FIT, n->month.bytes, n->month.len};
    char text[PERIOD_TEXT];

    n->refused = true;
    n->cells = FIT_CELLS_MAX + 1;
    period_format_month(month, text);
    log_event(LEVEL_WARN, "fit_cells_refused", "survey=%s period=%s limit=%d",
              n->form->model.survey->code, text, FIT_CELLS_MAX);
    return cube_told(n->fold->cube,
                     durable_clear(n->fold->cube->table, all, n->fold->err));
}

static enum status fold_one(struct nation *n, struct run rows)
{
    struct fold *f = n->fold;
    const struct cell_key *key = fold_key(f, rows);
    bool was;
    enum status st = ST_OK;

    f->old.len = 0;
    if (!n->refused)
        st = cube_get(f->cube, LAYER_FIT, key, &f->old, f->err);
    was = f->old.len;
    if (st == ST_OK)
        st = fold_cell(f, rows, change_moments, n);
    if (st != ST_OK || n->refused)
        return st;
    if (!was && f->new.len && n->cells == FIT_CELLS_MAX)
        return refuse_month(
            n,
            period_month(tally_cell(f->tally, fold_row(f, rows.first))->when));
    if (!was && !f->new.len)
        return ST_OK;
    n->cells = n->cells - was + (f->new.len > 0);
    return cube_put(f->cube, LAYER_FIT, key, &f->new, f->err);
}

/* Bring in the month and the nation that the run's cell belongs to. */
static enum status enter(struct nation *n, struct run rows)
{
    const struct fold *f = n->fold;
    const struct form *form = fold_form(f, rows);
    const struct cell *cell = tally_cell(f->tally, fold_row(f, rows.first));
    struct cell_key month, nation;
    enum status st = ST_OK;

    cell_key(cell, LAYER_NATION, &nation);
    cell_key_begin(cell->form, period_month(cell->when), &month);
    if (!same_key(&nation, &n->key)) {
        st = save_nation(n);
        n->key = nation;
        if (st == ST_OK)
            st = load_nation(n, form);
    }
    if (st == ST_OK && !same_key(&month, &n->month))
        st = load_month(n, &month);
    return st;
}

enum status fold_moments(struct fold *f)
{
    struct nation n = {.fold = f, .block_rows = 4096};
    struct run rows = fold_next(f, 0);
    enum status st = ST_OK;

    n.block = malloc(n.block_rows * ITEMS_MAX);
    if (!n.block)
        return ST_NOMEM;
    for (; st == ST_OK && rows.first < rows.last;
         rows = fold_next(f, rows.last)) {
        if (!fold_form(f, rows)->modelled)
            continue;
        st = enter(&n, rows);
        if (st == ST_OK)
            st = fold_one(&n, rows);
    }
    if (st == ST_OK)
        st = save_nation(&n);
    if (st == ST_OK)
        st = save_month(&n);
    forget(&n);
    free(n.block);
    return st;
}
