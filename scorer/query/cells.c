/* cells.c - see scorer/cells.h: opening the cube and reading it. */
#include "scorer/cells.h"

#include <stdlib.h>
#include <time.h>

#include "cells_handle.h"
#include "collector/log.h"
#include "sums.h"
#include "surveys/period.h"

bool dimension_find(const char *name, size_t len, enum dimension *out)
{
    for (enum dimension d = DIM_PERIOD; d < DIMENSIONS; d++)
        if (strlen(dimension_name(d)) == len &&
            strncmp(dimension_name(d), name, len) == 0) {
            *out = d;
            return true;
        }
    return false;
}

enum status cells_open(struct store *store, const char *path,
                       struct cells **out, struct err *err)
{
    struct cells *c = calloc(1, sizeof *c);
    enum status st;

    if (!c)
        return ST_NOMEM;
    c->store = store;
    c->wiped.size = ID_SIZE + 1;
    st = cube_open(&c->cube, path, err);
    if (st == ST_OK) {
        st = cells_read_forms(c, err);
        if (st == ST_CORRUPT)
            st = cells_discard(c, "other_store", err);
    }
    if (st == ST_OK)
        *out = c;
    else
        cells_close(&c);
    return st;
}

void cells_close(struct cells **c)
{
    if (!*c)
        return;
    cube_close(&(*c)->cube);
    forms_free(&(*c)->forms);
    intern_free(&(*c)->wiped);
    free((*c)->form);
    free(*c);
    *c = NULL;
}

enum status cells_discard(struct cells *c, const char *cause, struct err *err)
{
    char quoted[LOG_QUOTE_MAX];

    log_event(LEVEL_INFO, "cube_discarded", "file=%s cause=%s",
              log_quote(c->cube.path, quoted), cause);
    for (size_t i = 0; i < c->count; i++)
        c->form[i]->number = 0;
    c->count = 0;
    intern_clear(&c->wiped);
    return cube_discard(&c->cube, err);
}

const struct watermark *cells_watermark(const struct cells *c)
{
    return &c->cube.watermark;
}

size_t cells_forms(const struct cells *c)
{
    return c->count;
}

const struct survey *cells_form(const struct cells *c, size_t i)
{
    return c->form[i]->survey;
}

enum { CELLS_A_LOOK = 64 }; /* at the clock */

struct walk {
    struct cells *cells;
    enum layer layer;
    int32_t to;
    cells_want_fn *want;
    cells_walk_fn *fn;
    void *ctx;
    struct err *err;
    unsigned met;
    enum status late;
};

enum status cells_late(const struct cells *c, struct err *err)
{
    struct timespec t;

    if (!c->deadline)
        return ST_OK;
    clock_gettime(CLOCK_MONOTONIC, &t);
    if ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 < c->deadline)
        return ST_OK;
    return err_set(err, ST_BUSY, "this question takes longer than it may");
}

/* A key that cannot be read, is behind the end, or comes too late is wanted:
 * walk_one says so. */
static bool want_one(void *ctx, const uint8_t *key, size_t key_len)
{
    struct walk *w = ctx;
    struct cell cell;

    if (w->met++ % CELLS_A_LOOK == 0)
        w->late = cells_late(w->cells, w->err);
    return w->late != ST_OK ||
           cell_parse(w->layer, key, key_len, &cell) != ST_OK ||
           cell.when > w->to || w->want(w->ctx, &cell);
}

static enum status walk_one(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    struct walk *w = ctx;
    struct cell cell;
    enum status st = cell_parse(w->layer, key, key_len, &cell);

    if (st == ST_OK && cell.when > w->to)
        return ST_STOPPED;
    if (st == ST_OK && !w->want && w->met++ % CELLS_A_LOOK == 0)
        w->late = cells_late(w->cells, w->err);
    if (st == ST_OK)
        st = w->late;
    return st == ST_OK ? w->fn(w->ctx, &cell, value, len) : st;
}

enum status cells_walk(struct cells *c, const struct form *form,
                       enum layer layer, int32_t from, int32_t to,
                       cells_walk_fn *fn, void *ctx, struct err *err)
{
    return cells_walk_some(c, form, layer, from, to, NULL, fn, ctx, err);
}

enum status cells_walk_some(struct cells *c, const struct form *form,
                            enum layer layer, int32_t from, int32_t to,
                            cells_want_fn *want, cells_walk_fn *fn, void *ctx,
                            struct err *err)
{
    struct walk w = {c, layer, to, want, fn, ctx, err, 0, ST_OK};
    struct cell_key begin;
    struct durable_key all, first;
    enum status st;

    if (!form->number || from > to)
        return ST_OK;
    cell_key_begin(form->number, from, &begin);
    first = (struct durable_key){layer, begin.bytes, begin.len};
    all = (struct durable_key){layer, begin.bytes, 4}; /* the form */
    st = durable_walk_some(c->cube.table, all, &first, want ? want_one : NULL,
                           walk_one, &w, err);
    return st == ST_CORRUPT ? cube_bad(&c->cube, err) : st;
}

static const struct form *find(const struct cells *c, const struct survey *s)
{
    static const struct form none;

    for (size_t i = 0; i < c->count; i++)
        if (memcmp(c->form[i]->survey->form, s->form, HASH_SIZE) == 0)
            return c->form[i];
    return &none;
}

struct score_walk {
    const struct form *form;
    cells_score_fn *fn;
    void *ctx;
    int64_t *count;
};

/* All counters of a part, with the rows that answer each construct instead of
 * those that do not. */
static enum status spread(const struct part *p, const struct form *f,
                          int64_t *rows, int64_t *count)
{
    struct counts_at c;
    enum status st = counts_begin(p, f->counters, rows, &c);

    memset(count, 0, f->counters * sizeof *count);
    while (st == ST_OK && (st = counts_next(&c)) == ST_OK)
        count[c.i] = c.count;
    for (size_t i = f->start[f->items]; i < f->counters; i++)
        count[i] = *rows - count[i];
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status hand_scores(void *ctx, const struct cell *cell,
                               const uint8_t *value, size_t len)
{
    struct score_walk *w = ctx;
    const struct form *f = w->form;
    const uint8_t *at = value;
    struct part p;
    enum status st;

    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        struct score_part part = {.context = &cell->context,
                                  .day = cell->when,
                                  .rate_ppm = cell->rate_ppm,
                                  .group = p.group,
                                  .items = f->items,
                                  .start = f->start,
                                  .count = w->count,
                                  .constructs = f->model.constructs,
                                  .answered = w->count + f->start[f->items]};

        st = spread(&p, f, &part.rows, w->count);
        if (st == ST_OK)
            st = w->fn(w->ctx, &part);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status cells_scores(struct cells *c, const struct survey *form,
                         int32_t from_day, int32_t to_day, cells_score_fn *fn,
                         void *ctx, struct err *err)
{
    struct score_walk w = {find(c, form), fn, ctx, NULL};
    enum status st;

    w.count = calloc(w.form->counters + 1, sizeof *w.count);
    if (!w.count)
        return ST_NOMEM;
    st = cells_walk(c, w.form, LAYER_DAY, from_day, to_day, hand_scores, &w,
                    err);
    free(w.count);
    return st;
}

struct fit_walk {
    cells_fit_fn *fn;
    void *ctx;
    struct moments *moments;
};

static enum status hand_fits(void *ctx, const struct cell *cell,
                             const uint8_t *value, size_t len)
{
    struct fit_walk *w = ctx;
    const uint8_t *at = value;
    struct part p;
    enum status st;

    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        const uint8_t *in = p.data;
        const struct fit_part part = {.context = &cell->context,
                                      .month = cell->when,
                                      .rate_ppm = cell->rate_ppm,
                                      .group = p.group,
                                      .moments = w->moments};

        moments_clear(w->moments);
        st = moments_unpack(&in, p.data + p.len, w->moments);
        if (st == ST_OK)
            st = w->fn(w->ctx, &part);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

struct month_walk {
    struct cells *cells;
    const struct form *form;
    int32_t from, to;
    struct err *err;
};

static enum status check_month(void *ctx, const uint8_t *key, size_t key_len,
                               const uint8_t *value, size_t len)
{
    const struct month_walk *w = ctx;
    const uint8_t *at = value;
    struct cell cell;
    char month[PERIOD_TEXT];
    uint64_t count;
    enum status st = cell_parse_begin(key, key_len, &cell);

    if (st == ST_OK)
        st = bytes_varint(&at, value + len, &count);
    if (st != ST_OK || cell.when < w->from || cell.when > w->to ||
        count <= FIT_CELLS_MAX)
        return st;
    period_format_month(cell.when, month);
    return err_set(w->err, ST_RANGE,
                   "%s, %s: over %d cells of operator, product, province, "
                   "stratum and frame: the strata are too fine to weight",
                   w->form->survey->code, month, FIT_CELLS_MAX);
}

enum status cells_check_fits(struct cells *c, const struct form *form,
                             int32_t from, int32_t to, struct err *err)
{
    struct month_walk w = {c, form, from, to, err};
    struct cell_key begin;
    enum status st;

    cell_key_begin(form->number, from, &begin);
    st = durable_walk(c->cube.table,
                      (struct durable_key){SPACE_FITS, begin.bytes, 4}, NULL,
                      check_month, &w, err);
    return st == ST_CORRUPT ? cube_bad(&c->cube, err) : st;
}

enum status cells_fits(struct cells *c, const struct survey *form,
                       int32_t from_month, int32_t to_month, cells_fit_fn *fn,
                       void *ctx, struct err *err)
{
    const struct form *f = find(c, form);
    struct fit_walk w = {fn, ctx, NULL};
    enum status st;

    if (!f->number || !f->modelled)
        return ST_OK;
    st = cells_check_fits(c, f, from_month, to_month, err);
    if (st == ST_OK)
        st = moments_new(f->model.items,
                         f->survey->model.missing == MISSING_PAIRWISE,
                         &w.moments);
    if (st == ST_OK)
        st = cells_walk(c, f, LAYER_FIT, from_month, to_month, hand_fits, &w,
                        err);
    moments_free(&w.moments);
    return st;
}
