/* item_weights.c - see item_weights.h. */
#include "item_weights.h"

#include <math.h>
#include <stdlib.h>

#include "collector/log.h"
#include "item_sums.h"
#include "scorer/index.h"
#include "surveys/period.h"

struct fitting {
    struct item_weights *w;
    const struct pls_model *model;
    struct item_sums sums;
    double mean[ITEMS_MAX];
    double cov[ITEMS_MAX * ITEMS_MAX];
};

static enum status estimate(struct fitting *f, size_t strip,
                            const double *start, struct pls_fit *out,
                            struct err *err)
{
    enum status st =
        item_sums_covariance(&f->sums, strip, f->mean, f->cov, err);

    return st == ST_OK ? pls_estimate(f->model, item_sums_rows(&f->sums, strip),
                                      f->mean, f->cov, start, out, err)
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
    enum status st = estimate(f, ALL, NULL, &w->fit, &cause);

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
    if (!w->fitted || item_sums_rows(&f->sums, g) == w->rows)
        return ST_OK;
    st = estimate(f, g, w->fit.weight, &w->part[g], NULL);
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

static enum status fit(struct cells *c, const struct people *people,
                       struct item_weights *w, struct err *err)
{
    struct fitting *f = calloc(1, sizeof *f);
    enum status st;

    if (!f)
        return ST_NOMEM;
    f->w = w;
    f->model = w->model;
    st = item_sums_make(c, w, people, &f->sums, err);
    if (st == ST_OK) {
        w->rows = item_sums_rows(&f->sums, ALL);
        st = fit_whole(f, err);
    }
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = fit_without(f, g);
    item_sums_free(&f->sums);
    free(f);
    return st;
}

enum status item_weights_fit(struct cells *c, const struct item_weights_of *of,
                             struct item_weights **out, struct err *err)
{
    const struct form *form = of->form;
    struct item_weights *w = calloc(1, sizeof *w);
    enum status st = ST_OK;

    if (!w)
        return ST_NOMEM;
    w->form = form;
    w->model = &form->model;
    w->from = of->from;
    w->to = of->to;
    w->frames = of->frames;
    if (form->modelled) {
        st = fit(c, of->people, w, err);
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
