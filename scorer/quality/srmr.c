/* srmr.c - what the model leaves unexplained of the correlations.  See
 * scorer/quality.h. */
#include <math.h>
#include <string.h>

#include "block.h"
#include "scorer/ldl.h"
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

/* The correlations of the items that the model implies. */
static void imply_items(const struct pls_model *m, const struct pls_fit *fit,
                        const double *r, enum quality_model model,
                        enum quality_structure structure, double *out)
{
    const size_t k = m->constructs, n = m->items;
    double v[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    size_t own[ITEMS_MAX];

    implied(m, fit, v);
    if (structure == QUALITY_SATURATED)
        memcpy(v, fit->correlation, k * k * sizeof *v);
    for (size_t c = 0; c < k; c++)
        for (size_t i = m->first[c]; i < m->first[c + 1]; i++)
            own[i] = c;
    memcpy(out, r, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            const bool within = own[i] == own[j];
            const double phi = within ? 1 : v[own[i] * k + own[j]];

            if (!within ||
                (model == QUALITY_PLSC && block_reflective(m, own[i])))
                out[i * n + j] = out[j * n + i] =
                    fit->loading[i] * fit->loading[j] * phi;
        }
}

/* X = L^-1 X by columns, and X turned round: twice, it is L^-1 X L'^-1. */
static void halve(const double *ldl, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            for (size_t j = 0; j < n; j++)
                x[i * n + j] -= ldl[i * n + k] * x[k * n + j];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            const double swap = x[i * n + j];

            x[i * n + j] = x[j * n + i];
            x[j * n + i] = swap;
        }
}

/* sum (log lambda)^2 / 2 over the eigenvalues of R^-1 Sigma, which are those of
 * D^-1/2 L^-1 Sigma L'^-1 D^-1/2 with R = L D L'. */
static double geodesic(const double *r, size_t n, double *sigma)
{
    double ldl[ITEMS_MAX * ITEMS_MAX], lambda[ITEMS_MAX], sum = 0;

    memcpy(ldl, r, n * n * sizeof *r);
    if (!ldl_factor(ldl, n, n, BLOCK_SINGULAR, NULL))
        return NAN;
    halve(ldl, n, sigma);
    halve(ldl, n, sigma);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            sigma[i * n + j] /= sqrt(ldl[i * (n + 1)] * ldl[j * (n + 1)]);
    block_eigenvalues(sigma, n, lambda);
    for (size_t i = 0; i < n; i++) {
        if (!(lambda[i] > 0))
            return NAN;
        sum += log(lambda[i]) * log(lambda[i]);
    }
    return sum / 2;
}

struct quality_distance quality_distance(const struct pls_model *m,
                                         const struct pls_fit *fit,
                                         const double *r,
                                         enum quality_model model,
                                         enum quality_structure structure)
{
    const size_t n = m->items;
    double sigma[ITEMS_MAX * ITEMS_MAX], sum = 0;

    imply_items(m, fit, r, model, structure, sigma);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            const double left = r[i * n + j] - sigma[i * n + j];

            sum += left * left;
        }
    return (struct quality_distance){
        .srmr = sqrt(sum / ((double)(n * (n + 1)) / 2)),
        .d_uls = sum,
        .d_g = geodesic(r, n, sigma)};
}

double quality_srmr(const struct pls_model *m, const struct pls_fit *fit,
                    const double *r, enum quality_model model,
                    enum quality_structure structure)
{
    return quality_distance(m, fit, r, model, structure).srmr;
}
