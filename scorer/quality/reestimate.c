/* reestimate.c - f2 from the model estimated again without an arrow.  See
 * scorer/quality.h.
 *
 * A construct that loses its last arrow has no part in the model any more and
 * leaves it, or the estimate would fail for its sake.
 */
#include <math.h>
#include <string.h>

#include "block.h"
#include "scorer/plsc.h"
#include "scorer/quality.h"

/* A model without some constructs, and what it is estimated from. */
struct reduced {
    struct pls_model model;
    size_t item[ITEMS_MAX];           /* in the whole model */
    size_t construct[CONSTRUCTS_MAX]; /* in the whole model */
    double mean[ITEMS_MAX], start[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX];
};

static bool connected(const struct pls_model *m, const bool *path, size_t c)
{
    for (size_t p = 0; p < m->constructs; p++)
        if (path[c * m->constructs + p] || path[p * m->constructs + c])
            return true;
    return false;
}

/* In the order of the whole model, so that predecessors stand before. */
static void sort(const struct pls_model *whole, const struct reduced *r,
                 size_t *order)
{
    size_t n = 0;

    for (size_t i = 0; i < whole->constructs; i++)
        for (size_t c = 0; c < r->model.constructs; c++)
            if (r->construct[c] == whole->order[i])
                order[n++] = c;
}

static void take_construct(const struct pls_model *whole, size_t c,
                           struct reduced *r)
{
    struct pls_model *m = &r->model;

    for (size_t i = whole->first[c]; i < whole->first[c + 1]; i++) {
        r->item[m->items] = i;
        m->item[m->items++] = whole->item[i];
    }
    m->mode[m->constructs] = whole->mode[c];
    r->construct[m->constructs++] = c;
    m->first[m->constructs] = m->items;
}

/* `path` is that of the whole model, with an arrow less. */
static void reduce(const struct pls_model *whole, const bool *path,
                   const struct pls_fit *fit, const double *cov,
                   struct reduced *r)
{
    struct pls_model *m = &r->model;
    const size_t k = whole->constructs;

    *m = (struct pls_model){.scheme = whole->scheme, .survey = whole->survey};
    for (size_t c = 0; c < k; c++)
        if (connected(whole, path, c))
            take_construct(whole, c, r);
    m->distinct = whole->distinct == whole->items ? m->items : 0;
    for (size_t q = 0; q < m->constructs; q++)
        for (size_t p = 0; p < m->constructs; p++)
            m->path[q * m->constructs + p] =
                path[r->construct[q] * k + r->construct[p]];
    sort(whole, r, m->order);
    for (size_t i = 0; i < m->items; i++) {
        r->mean[i] = fit->mean[r->item[i]];
        r->start[i] = fit->weight[r->item[i]];
        for (size_t j = 0; j < m->items; j++)
            r->cov[i * m->items + j] =
                cov[r->item[i] * whole->items + r->item[j]];
    }
}

/* What everything is estimated from, and how. */
struct basis {
    const struct pls_model *whole;
    const struct pls_fit *fit;
    const double *cov;
    int64_t rows;
    enum quality_model model;
};

/* R2 of construct `to` in the model with `path`; 0 where nothing leads to it.
 */
static double r2_of(const struct basis *b, const bool *path, size_t to)
{
    const struct pls_model *whole = b->whole;
    struct reduced r;
    struct pls_fit again;
    enum status st;
    bool explained = false;

    for (size_t p = 0; p < whole->constructs; p++)
        explained |= path[to * whole->constructs + p];
    if (!explained)
        return 0;
    reduce(whole, path, b->fit, b->cov, &r);
    st = pls_estimate(&r.model, b->rows, r.mean, r.cov, r.start, &again, NULL);
    if (st == ST_OK && b->model == QUALITY_PLSC)
        st = pls_consistent(&r.model, r.cov, &again, &again, NULL);
    for (size_t c = 0; st == ST_OK && c < r.model.constructs; c++)
        if (r.construct[c] == to)
            return again.r2[c];
    return NAN;
}

void quality_f2_reestimated(const struct pls_model *m,
                            const struct pls_fit *fit, const double *cov,
                            int64_t rows, enum quality_model model, double *out)
{
    const struct basis basis = {m, fit, cov, rows, model};
    const size_t k = m->constructs;
    bool path[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    memcpy(path, m->path, k * k * sizeof *path);
    for (size_t i = 0; i < k * k; i++) {
        const double r2 = fit->r2[i / k];

        out[i] = NAN;
        if (!m->path[i] || !(1 - r2 > BLOCK_SINGULAR))
            continue;
        path[i] = false;
        out[i] = (r2 - r2_of(&basis, path, i / k)) / (1 - r2);
        path[i] = true;
    }
}
