/* collinearity.c - how far predictors say the same.  See scorer/quality.h. */
#include <math.h>

#include "block.h"
#include "scorer/quality.h"

/* Correlations of `n` variables. */
struct variables {
    size_t n;
    double r[ITEMS_MAX * ITEMS_MAX];
};

/* Take variable k out of those behind it. */
static void eliminate(struct variables *v, size_t k)
{
    const size_t n = v->n;
    const double *row = v->r + k * n;

    for (size_t i = k + 1; i < n; i++) {
        const double l = row[i] / row[k];

        for (size_t j = i; j < n; j++)
            v->r[i * n + j] -= l * row[j];
    }
}

/* Of the i-th variable on the others: with it in the last place, what is left
 * of its variance is the last pivot.  One that the others determine already
 * adds nothing. */
static double inflation(const struct variables *all, size_t i)
{
    const size_t n = all->n;
    struct variables v = {.n = n};
    double rest;

    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            const size_t x = p == i ? n - 1 : p == n - 1 ? i : p;
            const size_t y = q == i ? n - 1 : q == n - 1 ? i : q;

            v.r[x * n + y] = all->r[p * n + q];
        }
    for (size_t k = 0; k + 1 < n; k++)
        if (v.r[k * n + k] > BLOCK_SINGULAR)
            eliminate(&v, k);
    rest = v.r[n * n - 1];
    return rest > BLOCK_SINGULAR ? 1 / rest : isnan(rest) ? NAN : INFINITY;
}

void quality_vif_items(const struct pls_model *m, const double *r, double *out)
{
    for (size_t c = 0; c < m->constructs; c++) {
        const size_t first = m->first[c];
        struct variables v = {.n = block_size(m, c)};

        for (size_t i = 0; i < v.n; i++)
            for (size_t j = 0; j < v.n; j++)
                v.r[i * v.n + j] = r[(first + i) * m->items + first + j];
        for (size_t i = 0; i < v.n; i++)
            out[first + i] = inflation(&v, i);
    }
}

void quality_vif_inner(const struct pls_model *m, const struct pls_fit *fit,
                       double *out)
{
    const size_t k = m->constructs;

    for (size_t to = 0; to < k; to++) {
        struct variables v = {.n = 0};
        size_t from[CONSTRUCTS_MAX];

        for (size_t p = 0; p < k; p++) {
            out[to * k + p] = NAN;
            if (m->path[to * k + p])
                from[v.n++] = p;
        }
        for (size_t i = 0; i < v.n; i++)
            for (size_t j = 0; j < v.n; j++)
                v.r[i * v.n + j] = fit->correlation[from[i] * k + from[j]];
        for (size_t i = 0; i < v.n; i++)
            out[to * k + from[i]] = inflation(&v, i);
    }
}
