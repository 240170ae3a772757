/* drift.c - see drift.h. */
#include "drift.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "surveys/period.h"

enum { MONTHS_BEFORE = 12, ROWS_LEAST = 250 };

/* ---- two fits ---- */

/* The outer weight, and that without a group. */
static double outer(const struct item_weights *w, size_t group, size_t j)
{
    const struct pls_fit *f = group < GROUPS ? &w->part[group] : &w->fit;

    return f->iterations > 0 ? f->weight[j] : NAN;
}

static double unstandardised(const struct item_weights *w, size_t group,
                             size_t j)
{
    return group < GROUPS ? w->without[group][j] : w->u[j];
}

typedef double weight_fn(const struct item_weights *w, size_t group, size_t j);

static double t_of(const struct item_weights *base,
                   const struct item_weights *now, weight_fn *weight, size_t j)
{
    const double d = weight(now, GROUPS, j) - weight(base, GROUPS, j);
    double replicate[GROUPS];

    for (size_t g = 0; g < GROUPS; g++)
        replicate[g] = weight(now, g, j) - weight(base, g, j);
    return d / errors_jackknife(d, replicate, GROUPS, NULL).se;
}

static double agreement(const struct pls_model *m, size_t c,
                        const struct pls_fit *one, const struct pls_fit *two)
{
    double first = 0, second = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
        first += one->weight[j] * two->loading[j];
        second += two->weight[j] * one->loading[j];
    }
    return fmin(1, sqrt(first * second));
}

void drift_compare(const struct item_weights *base,
                   const struct item_weights *now, struct drift_items *out)
{
    const struct pls_model *m = now->model;
    struct pls_fit turned = now->fit;

    out->freedom = GROUPS - 1;
    out->compared = 0;
    pls_align(m, &base->fit, &turned);
    for (size_t c = 0; c < m->constructs; c++)
        out->agreement[c] = agreement(m, c, &base->fit, &turned);
    for (size_t j = 0; j < m->items; j++) {
        const double u = t_of(base, now, unstandardised, j);
        const double w = t_of(base, now, outer, j);

        out->t[j] = fabs(w) > fabs(u) || !isfinite(u) ? w : u;
        if (!isfinite(out->t[j]))
            out->t[j] = NAN;
        out->compared += (size_t)(isfinite(u) != 0) + (isfinite(w) != 0);
    }
}

/* ---- months ---- */

struct drifting {
    struct engine *e;
    const struct query *query;
    double level;
    lookout_fn *fn;
    void *ctx;
    size_t *tests;
    struct err *err;
};

static const char *severity(double agreement)
{
    return agreement < 0.9 ? "high" : agreement < 0.97 ? "medium" : "low";
}

static enum status tell(struct drifting *d, int32_t month,
                        const struct cell_estimate *e, size_t item,
                        double limit, const struct item_weights *base,
                        const struct drift_items *found)
{
    const struct item_weights *now = e->weights;
    const double t = found->t[item];
    struct warning w = {.day = period_last(month),
                        .since = period_first(month),
                        .survey = e->survey,
                        .construct = e->construct,
                        .item = pls_item_code(e->model, item),
                        .chart = "weights",
                        .direction = t < 0 ? "down" : "up",
                        .severity = severity(found->agreement[e->number]),
                        .statistic = t,
                        .limit = copysign(limit, t),
                        .value = now->u[item],
                        .expected = base->u[item],
                        .agreement = found->agreement[e->number],
                        .n = now->rows};

    memcpy(w.form, e->form, HASH_SIZE);
    return d->fn(d->ctx, &w);
}

static enum status tell_construct(struct drifting *d, int32_t month,
                                  const struct cell_estimate *e,
                                  const struct item_weights *base,
                                  const struct drift_items *found)
{
    const double limit = gsl_cdf_tdist_Qinv(
        d->level / (2 * (double)found->compared), found->freedom);
    enum status st = ST_OK;

    for (size_t j = e->model->first[e->number];
         j < e->model->first[e->number + 1] && st == ST_OK; j++)
        if (fabs(found->t[j]) > limit)
            st = tell(d, month, e, j, limit, base, found);
    return st;
}

static bool usable(const struct cell_estimate *e)
{
    return e->model && e->weights && e->weights->fitted &&
           e->weights->fit.iterations > 0 && e->weights->rows >= ROWS_LEAST;
}

static const struct cell_estimate *same(const struct estimates *l,
                                        const struct cell_estimate *e)
{
    for (size_t i = 0; i < l->count; i++)
        if (memcmp(l->list[i].form, e->form, HASH_SIZE) == 0 &&
            streq(l->list[i].construct, e->construct) && usable(&l->list[i]))
            return &l->list[i];
    return NULL;
}

static enum status compare(struct drifting *d, int32_t month,
                           const struct estimates *now,
                           const struct estimates *base)
{
    const struct item_weights *done = NULL;
    struct drift_items *found = malloc(sizeof *found);
    enum status st = ST_OK;

    if (!found)
        return ST_NOMEM;
    for (size_t i = 0; i < now->count && st == ST_OK; i++) {
        const struct cell_estimate *e = &now->list[i], *before;

        before = usable(e) ? same(base, e) : NULL;
        if (!before)
            continue;
        if (e->weights != done) {
            drift_compare(before->weights, e->weights, found);
            ++*d->tests;
        }
        done = e->weights;
        if (found->compared)
            st = tell_construct(d, month, e, before->weights, found);
    }
    free(found);
    return st;
}

/* Nothing known of a month is no weights: nothing is compared. */
static enum status weights_of(struct drifting *d, int32_t from, int32_t to,
                              struct estimates *out)
{
    struct query q = *d->query;
    enum status st;

    q.from = period_first(from);
    q.to = period_last(to);
    q.by_count = q.filters = 0;
    q.construct = NULL;
    q.weights = WEIGHTS_REFIT;
    st = engine_estimates(d->e, &q, out, NULL, d->err);
    return st;
}

enum status drift_find(struct engine *e, const struct query *q,
                       double false_alarms, lookout_fn *fn, void *ctx,
                       size_t *tests, struct err *err)
{
    struct drifting d = {e, q, false_alarms / 12, fn, ctx, tests, err};
    enum status st = ST_OK;

    d.level = fmin(d.level, 0.5);
    for (int32_t month = period_month(q->from);
         month <= period_month(q->to) && st == ST_OK; month++) {
        struct estimates now = {0}, base = {0};

        if (period_last(month) > q->to)
            break;
        st = weights_of(&d, month, month, &now);
        if (st == ST_OK)
            st = weights_of(&d, month - MONTHS_BEFORE, month - 1, &base);
        if (st == ST_OK)
            st = compare(&d, month, &now, &base);
        estimates_free(&now);
        estimates_free(&base);
    }
    return st;
}
