/* fold.c - see fold.h. */
#include "fold.h"

#include <stdlib.h>

struct run fold_next(const struct fold *f, size_t last)
{
    struct run r = {last, last};
    uint32_t rank;

    if (last == f->tally->rows)
        return r;
    rank = f->sorted.rank_of[fold_row(f, last)->cell];
    while (r.last < f->tally->rows &&
           f->sorted.rank_of[fold_row(f, r.last)->cell] == rank)
        r.last++;
    return r;
}

static struct run same_group(const struct fold *f, struct run rows)
{
    struct run r = {rows.first, rows.first + 1};

    while (r.last < rows.last &&
           fold_row(f, r.last)->group == fold_row(f, r.first)->group)
        r.last++;
    return r;
}

static enum status change_group(struct fold *f, const struct part *old,
                                struct run rows, fold_change_fn *change,
                                void *ctx)
{
    struct part p = {.group = fold_row(f, rows.first)->group};
    enum status st;

    f->part.len = 0;
    st = change(f, old, rows, ctx);
    p.data = f->part.data;
    p.len = f->part.len;
    return st == ST_OK && p.len ? part_add(&f->new, &p) : st;
}

enum status fold_cell(struct fold *f, struct run rows, fold_change_fn *change,
                      void *ctx)
{
    const uint8_t *at = f->old.data, *end = f->old.data + f->old.len;
    struct part old = {0};
    enum status st = ST_OK, more = part_next(&at, end, &old);

    f->new.len = 0;
    while (st == ST_OK && (more == ST_OK || rows.first < rows.last)) {
        const unsigned group =
            rows.first < rows.last ? fold_row(f, rows.first)->group : GROUPS;
        const bool there = more == ST_OK;

        if (there && old.group < group) {
            st = part_add(&f->new, &old);
        } else {
            const struct run r = same_group(f, rows);

            st = change_group(f, there && old.group == group ? &old : NULL, r,
                              change, ctx);
            rows.first = r.last;
        }
        if (there && old.group <= group)
            more = part_next(&at, end, &old);
    }
    return st != ST_OK || more == ST_NOTFOUND ? st : more;
}

static void count_row(const struct form *form, int64_t one,
                      const uint8_t *answers, struct counters *c)
{
    const struct pls_model *m = &form->model;
    bool all = true;

    for (size_t i = 0; i < form->items; i++) {
        all &= answers[i] != 0;
        if (answers[i])
            counters_add(c, form->start[i] + answers[i] - 1u, one);
    }
    for (size_t k = 0; k < m->constructs && !all; k++) {
        uint8_t any = 0;

        for (size_t j = m->first[k]; j < m->first[k + 1]; j++)
            any |= answers[m->item[j]];
        if (!any)
            counters_add(c, form->start[form->items] + k, one);
    }
}

static enum status change_counts(struct fold *f, const struct part *old,
                                 struct run rows, void *ctx)
{
    const struct form *form = ctx;
    int64_t n = 0;
    enum status st = ST_OK;

    f->counters.n = form->counters;
    if (old)
        st = counts_unpack(old, &n, &f->counters);
    for (size_t i = rows.first; i < rows.last && st == ST_OK; i++) {
        const int64_t one = fold_row(f, i)->minus ? -1 : 1;

        n += one;
        count_row(form, one, fold_answers(f, i), &f->counters);
    }
    if (st == ST_OK)
        st = counts_pack(n, &f->counters, &f->part);
    if (n == 0)
        f->part.len = 0;
    return st;
}

static enum status fold_counts(struct fold *f, enum layer layer)
{
    struct run rows = fold_next(f, 0);
    enum status st = ST_OK;

    while (st == ST_OK && rows.first < rows.last) {
        struct form *form = f->form[fold_form(f, rows)->number - 1];

        st = cube_get(f->cube, layer, fold_key(f, rows), &f->old, f->err);
        if (st == ST_OK)
            st = fold_cell(f, rows, change_counts, form);
        if (st == ST_OK)
            st = cube_put(f->cube, layer, fold_key(f, rows), &f->new, f->err);
        rows = fold_next(f, rows.last);
    }
    return st;
}

static enum status fold_layer(struct fold *f, enum layer layer)
{
    enum status st = tally_sort(f->tally, layer, &f->sorted);

    if (st == ST_OK)
        st = layer == LAYER_FIT ? fold_moments(f) : fold_counts(f, layer);
    sorted_free(&f->sorted);
    return st;
}

static size_t most_counters(const struct fold *f)
{
    size_t most = 0;

    for (size_t i = 0; i < f->tally->cells.count; i++) {
        const struct cell *c = intern_at(&f->tally->cells, i);
        const size_t n = f->form[c->form - 1]->counters;

        most = n > most ? n : most;
    }
    return most;
}

enum status fold_tally(struct cube *cube, struct form *const *form,
                       const struct tally *t, struct err *err)
{
    struct fold f = {.cube = cube, .form = form, .tally = t, .err = err};
    enum status st;

    if (!t->rows)
        return ST_OK;
    st = counters_make(most_counters(&f), &f.counters);
    for (enum layer l = LAYER_DAY; l <= LAYER_FIT && st == ST_OK; l++)
        st = fold_layer(&f, l);
    if (st == ST_CORRUPT)
        st = cube_bad(cube, err);
    counters_free(&f.counters);
    buffer_free(&f.old);
    buffer_free(&f.new);
    buffer_free(&f.part);
    return st;
}
