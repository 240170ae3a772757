/* srmr.c - what the model leaves unexplained of the correlations.  See
 * scorer/quality.h. */
#include <math.h>
#include <string.h>

#include "block.h"
#include "scorer/quality.h"

/* The covariance of construct `to` with the `n` constructs in `before`, which
 * hold all its predecessors, and its own variance. */
static void imply(const struct pls_model *m, const struct pls_fit *fit,
                  size_t to, const size_t *before, size_t n, double *v)
{
    const size_t k = m->constructs;
    const double *path = fit->path + to * k;
    double own = 1 - fit->r2[to];

    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t p = 0; p < k; p++)
            if (m->path[to * k + p])
                sum += path[p] * v[p * k + before[i]];
        v[to * k + before[i]] = v[before[i] * k + to] = sum;
    }
    for (size_t p = 0; p < k; p++)
        if (m->path[to * k + p])
            own += path[p] * v[to * k + p];
    v[to * k + to] = own;
}

/* (I - B)^-1 Psi (I - B)^-1' with the correlations of the constructs that have
 * no predecessors and variances 1 - R2 of the residuals (Bollen 1989, ch. 4).
 * Where the arrows do not imply the correlations of predecessors, a variance
 * is not 1; it is taken for 1, as cSEM does. */
static void implied(const struct pls_model *m, const struct pls_fit *fit,
                    double *v)
{
    const size_t k = m->constructs;
    size_t before[CONSTRUCTS_MAX], n = 0;

    memcpy(v, fit->correlation, k * k * sizeof *v);
    for (size_t c = 0; c < k; c++)
        if (isnan(fit->r2[c]))
            before[n++] = c;
    for (size_t i = 0; i < k; i++) {
        const size_t c = m->order[i];

        if (isnan(fit->r2[c]))
            continue;
        imply(m, fit, c, before, n, v);
        before[n++] = c;
    }
}

double quality_srmr(const struct pls_model *m, const struct pls_fit *fit,
                    const double *r, enum quality_model model,
                    enum quality_structure structure)
{
    const size_t k = m->constructs, n = m->items;
    double v[CONSTRUCTS_MAX * CONSTRUCTS_MAX], sum = 0;
    size_t own[ITEMS_MAX];

    implied(m, fit, v);
    if (structure == QUALITY_SATURATED)
        memcpy(v, fit->correlation, k * k * sizeof *v);
    for (size_t c = 0; c < k; c++)
        for (size_t i = m->first[c]; i < m->first[c + 1]; i++)
            own[i] = c;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            const bool within = own[i] == own[j];
            const double phi = within ? 1 : v[own[i] * k + own[j]];
            const double left =
                r[i * n + j] - fit->loading[i] * fit->loading[j] * phi;

            if (!within ||
                (model == QUALITY_PLSC && block_reflective(m, own[i])))
                sum += left * left;
        }
    return sqrt(sum / ((double)(n * (n + 1)) / 2));
}
