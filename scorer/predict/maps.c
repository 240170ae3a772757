/* maps.c - see maps.h.  Making the maps of 24 items takes about as long as
 * estimating the model. */
#include "maps.h"

#include <math.h>
#include <string.h>

#include "scorer/ldl.h"

/* A pivot of predictors' correlations below this is none. */
#define SINGULAR 1e-10

static bool exogenous(const struct pls_model *m, size_t c)
{
    for (size_t from = 0; from < m->constructs; from++)
        if (m->path[c * m->constructs + from])
            return false;
    return true;
}

/* reach[c] of what leads to it, in the order of the arrows. */
static void find_sources(struct maps_targets *t)
{
    const struct pls_model *m = t->model;
    const size_t k = m->constructs;
    bool before[CONSTRUCTS_MAX * CONSTRUCTS_MAX] = {false};

    for (size_t i = 0; i < k; i++) {
        const size_t to = m->order[i];

        t->endogenous[to] = !exogenous(m, to);
        for (size_t p = 0; p < k; p++) {
            if (!m->path[to * k + p])
                continue;
            before[to * k + p] = true;
            for (size_t q = 0; q < k; q++)
                before[to * k + q] |= before[p * k + q];
        }
        for (size_t p = 0; p < k; p++)
            t->source[to * k + p] = t->technique == PREDICT_DIRECT
                                        ? m->path[to * k + p]
                                        : before[to * k + p] && exogenous(m, p);
    }
}

enum status maps_targets_of(const struct pls_model *m,
                            enum predict_technique technique,
                            struct maps_targets *out, struct err *err)
{
    struct maps_targets t = {.model = m, .technique = technique};
    bool any = false;

    if (m->distinct < m->items)
        return err_set(err, ST_NUMERIC,
                       "a higher-order construct repeats the items of its "
                       "parts: it would predict them from themselves");
    find_sources(&t);
    for (size_t c = 0; c < m->constructs; c++)
        any |= t.endogenous[c];
    if (!any)
        return err_set(err, ST_NUMERIC,
                       "no construct depends on another: there is nothing to "
                       "predict");
    *out = t;
    return ST_OK;
}

enum status maps_check_rows(const struct sample *s, struct err *err)
{
    if (s->missing == MISSING_PAIRWISE &&
        memchr(s->row, 0, s->rows * s->model->items))
        return err_set(err, ST_NUMERIC,
                       "answers are missing: under the policy pairwise a row "
                       "without all answers has no scores to predict from");
    return ST_OK;
}

/* C_ij, for reading and writing. */
static double *effect_at(const struct pls_model *m, double *map, size_t i,
                         size_t j)
{
    return map + (1 + j) * maps_pitch(m) + i;
}

static void clear(const struct pls_model *m, size_t i, double *map)
{
    for (size_t j = 0; j < 1 + 2 * m->items; j++)
        map[j * maps_pitch(m) + i] = 0;
}

/* a and F of item i, where C stands. */
static void complete(const struct pls_model *m, size_t i, const double *mean,
                     double *map)
{
    map[i] = mean[i];
    for (size_t j = 0; j < m->items; j++) {
        const double filled = *effect_at(m, map, i, j) * mean[j];

        map[(1 + m->items + j) * maps_pitch(m) + i] = filled;
        map[i] -= filled;
    }
}

/* Shmueli et al. 2016, section 3: scores of the sources by the weights, of the
 * construct by the paths (through all between: by total effects), of the item
 * by its loading. */
static void by_pls(const struct maps_targets *t, size_t c,
                   const struct pls_fit *fit, const double *mean, double *map)
{
    const struct pls_model *m = t->model;
    const size_t k = m->constructs;
    const double *paths =
        (t->technique == PREDICT_DIRECT ? fit->path : fit->total) + c * k;

    for (size_t i = m->first[c]; i < m->first[c + 1]; i++) {
        clear(m, i, map);
        for (size_t q = 0; q < k; q++)
            for (size_t j = m->first[q];
                 t->source[c * k + q] && j < m->first[q + 1]; j++)
                *effect_at(m, map, i, j) = fit->sd[i] * fit->loading[i] *
                                           paths[q] * fit->weight[j] /
                                           fit->sd[j];
        complete(m, i, mean, map);
    }
}

static size_t list_items(const struct maps_targets *t, size_t c, bool all,
                         size_t *list)
{
    const struct pls_model *m = t->model;
    size_t n = 0;

    for (size_t q = 0; q < m->constructs; q++)
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            if (all ? q != c : t->source[c * m->constructs + q])
                list[n++] = j;
    return n;
}

/* Each item of the block by least squares on the listed items. */
static void by_regression(const struct maps_targets *t, size_t c, bool all,
                          const struct pls_fit *fit, const double *mean,
                          const double *cov, double *map)
{
    const struct pls_model *m = t->model;
    size_t list[ITEMS_MAX];
    const size_t n = list_items(t, c, all, list);
    double a[ITEMS_MAX * ITEMS_MAX], b[ITEMS_MAX];
    bool sound;

    for (size_t x = 0; x < n; x++)
        for (size_t y = x; y < n; y++)
            a[x * n + y] = cov[list[x] * m->items + list[y]] /
                           (fit->sd[list[x]] * fit->sd[list[y]]);
    sound = ldl_factor(a, n, n, SINGULAR, NULL);
    for (size_t i = m->first[c]; i < m->first[c + 1]; i++) {
        clear(m, i, map);
        for (size_t x = 0; x < n; x++)
            b[x] = cov[i * m->items + list[x]] / fit->sd[list[x]];
        if (sound)
            ldl_solve(a, n, n, b);
        for (size_t x = 0; x < n; x++)
            *effect_at(m, map, i, list[x]) = b[x] / fit->sd[list[x]];
        complete(m, i, mean, map);
        if (!sound)
            map[i] = NAN;
    }
}

void maps_make(const struct maps_targets *t, const struct pls_fit *fit,
               const double *mean, const double *cov, double *maps)
{
    const struct pls_model *m = t->model;
    const size_t size = maps_size(m);

    for (size_t c = 0; c < m->constructs; c++) {
        if (!t->endogenous[c])
            continue;
        by_pls(t, c, fit, mean, maps + PREDICT_PLS * size);
        by_regression(t, c, false, fit, mean, cov, maps + PREDICT_LM * size);
        by_regression(t, c, true, fit, mean, cov, maps + PREDICT_LM_ALL * size);
        memcpy(maps + PREDICT_MEAN * size + m->first[c], mean + m->first[c],
               (m->first[c + 1] - m->first[c]) * sizeof *mean);
    }
}

void maps_predict(const struct pls_model *m, size_t who, const double *map,
                  const uint8_t *row, double *restrict out)
{
    const size_t n = m->items, pitch = maps_pitch(m);

    memcpy(out, map, pitch * sizeof *out);
    for (size_t j = 0; j < n && who != PREDICT_MEAN; j++) {
        const double x = row[j] ? row[j] : 1;
        const double *column = map + (1 + j + (row[j] ? 0 : n)) * pitch;

        for (size_t i = 0; i < pitch; i += MAPS_LANES)
            for (size_t l = 0; l < MAPS_LANES; l++)
                out[i + l] += column[i + l] * x;
    }
}
