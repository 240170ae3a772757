/* item_weights.c - see item_weights.h. */
#include "item_weights.h"

#include <math.h>
#include <stdlib.h>

#include "collector/log.h"
#include "scorer/index.h"
#include "sums.h"
#include "surveys/period.h"

struct fitting {
    struct item_weights *w;
    const struct pls_model *model;
    enum missing_policy missing;
    struct moments *group[GROUPS];
    struct moments *all, *rest;
    double mean[ITEMS_MAX];
    double cov[ITEMS_MAX * ITEMS_MAX];
};

static void release(struct fitting **f)
{
    if (!*f)
        return;
    for (size_t g = 0; g < GROUPS; g++)
        moments_free(&(*f)->group[g]);
    moments_free(&(*f)->all);
    moments_free(&(*f)->rest);
    free(*f);
    *f = NULL;
}

static enum status prepare(struct item_weights *w, struct fitting **out)
{
    struct fitting *f = calloc(1, sizeof *f);
    enum status st;
    bool square;

    if (!f)
        return ST_NOMEM;
    f->w = w;
    f->model = &w->form->model;
    f->missing = w->form->survey->model.missing;
    square = f->missing == MISSING_PAIRWISE;
    st = moments_new(f->model->items, square, &f->all);
    if (st == ST_OK)
        st = moments_new(f->model->items, square, &f->rest);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_new(f->model->items, square, &f->group[g]);
    if (st == ST_OK)
        *out = f;
    else
        release(&f);
    return st;
}

static enum status take_nation(void *ctx, const struct cell *cell,
                               const uint8_t *value, size_t len)
{
    struct fitting *f = ctx;
    const uint8_t *at = value;
    struct part p;
    enum status st;

    if (!(f->w->frames & 1u << cell->context.frame))
        return ST_OK;
    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        const uint8_t *in = p.data;

        st = moments_unpack(&in, p.data + p.len, f->group[p.group]);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status sum_up(struct fitting *f)
{
    enum status st = ST_OK;

    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_merge(f->all, f->group[g]);
    f->w->rows = f->all->rows;
    return st;
}

static enum status estimate(struct fitting *f, const struct moments *m,
                            const double *start, struct pls_fit *out,
                            struct err *err)
{
    enum status st = moments_covariance(m, f->missing, pls_item_code, f->model,
                                        f->mean, f->cov, err);

    return st == ST_OK ? pls_estimate(f->model, m->rows, f->mean, f->cov, start,
                                      out, err)
                       : st;
}

/* What stands without a fit: an item that is alone needs no weight. */
static void no_weights(const struct pls_model *m, double *u)
{
    for (size_t c = 0; c < m->constructs; c++)
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            u[j] = m->first[c + 1] - m->first[c] == 1 ? 1 : NAN;
}

static void lone_items(const struct pls_model *m, double *u)
{
    for (size_t c = 0; c < m->constructs; c++)
        if (m->first[c + 1] - m->first[c] == 1)
            u[m->first[c]] = 1;
}

static enum status fit_whole(struct fitting *f, struct err *err)
{
    struct item_weights *w = f->w;
    char quoted[LOG_QUOTE_MAX], from[PERIOD_TEXT], to[PERIOD_TEXT];
    struct err cause = {""};
    enum status st = estimate(f, f->all, NULL, &w->fit, &cause);

    w->fitted = st == ST_OK;
    if (st == ST_OK) {
        index_weights(f->model, &w->fit, w->u);
        lone_items(f->model, w->u);
        return ST_OK;
    }
    if (st != ST_NUMERIC)
        return err_set(err, st, "%s", cause.text);
    no_weights(f->model, w->u);
    period_format_month(w->from, from);
    period_format_month(w->to, to);
    log_event(LEVEL_WARN, "no_weights", "survey=%s from=%s to=%s cause=%s",
              w->form->survey->code, from, to, log_quote(cause.text, quoted));
    return ST_OK;
}

static enum status fit_without(struct fitting *f, size_t g)
{
    struct item_weights *w = f->w;
    double *u = w->without[g];
    enum status st;

    memcpy(u, w->u, sizeof w->u);
    w->part[g] = w->fit;
    if (!w->fitted || f->group[g]->rows == 0)
        return ST_OK;
    moments_clear(f->rest);
    st = moments_merge(f->rest, f->all);
    if (st == ST_OK)
        st = moments_subtract(f->rest, f->group[g]);
    if (st == ST_OK)
        st = estimate(f, f->rest, w->fit.weight, &w->part[g], NULL);
    if (st == ST_OK) {
        pls_align(f->model, &w->fit, &w->part[g]);
        index_replicate_weights(f->model, &w->part[g], u);
        lone_items(f->model, u);
    } else if (st == ST_NUMERIC) { /* counted as dropped by its NaN */
        no_weights(f->model, u);
        w->part[g].iterations = 0;
        st = ST_OK;
    }
    return st;
}

static enum status fit(struct cells *c, struct item_weights *w, struct err *err)
{
    struct fitting *f = NULL;
    enum status st = prepare(w, &f);

    if (st == ST_OK)
        st = cells_walk(c, w->form, LAYER_NATION, w->from, w->to, take_nation,
                        f, err);
    if (st == ST_OK)
        st = sum_up(f);
    if (st == ST_OK)
        st = fit_whole(f, err);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = fit_without(f, g);
    release(&f);
    return st;
}

enum status item_weights_fit(struct cells *c, const struct form *form,
                             int32_t from, int32_t to, uint32_t frames,
                             struct item_weights **out, struct err *err)
{
    struct item_weights *w = calloc(1, sizeof *w);
    enum status st = ST_OK;

    if (!w)
        return ST_NOMEM;
    w->form = form;
    w->model = &form->model;
    w->from = from;
    w->to = to;
    w->frames = frames;
    if (form->modelled) {
        st = fit(c, w, err);
    } else {
        w->fitted = true;
        no_weights(&form->model, w->u);
        for (size_t g = 0; g < GROUPS; g++)
            memcpy(w->without[g], w->u, sizeof w->u);
    }
    if (st == ST_OK)
        *out = w;
    else
        free(w);
    return st;
}
