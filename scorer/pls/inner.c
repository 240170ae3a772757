/* inner.c - the structural side: inner weights while iterating, paths at the
 * end. */
#include "work.h"

#include <math.h>

#include "scorer/ldl.h"

enum status work_regress(const struct work *s, size_t to, double *line)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;
    size_t from[CONSTRUCTS_MAX], n = 0;
    double a[CONSTRUCTS_MAX * CONSTRUCTS_MAX], b[CONSTRUCTS_MAX];

    for (size_t p = 0; p < k; p++) {
        line[p] = 0;
        if (m->path[to * k + p])
            from[n++] = p;
    }
    for (size_t i = 0; i < n; i++) {
        b[i] = s->y[to * k + from[i]];
        for (size_t j = i; j < n; j++)
            a[i * n + j] = s->y[from[i] * k + from[j]];
    }
    if (!ldl_factor(a, n, n, PLS_SINGULAR, NULL))
        return err_set(s->err, ST_NUMERIC,
                       "%s: the constructs it depends on determine one another",
                       pls_construct_code(m, to));
    ldl_solve(a, n, n, b);
    for (size_t i = 0; i < n; i++)
        line[from[i]] = b[i];
    return ST_OK;
}

static double sign(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/* Lohmoeller 1989, 2.2.2: centroid e = sign r; factorial e = r; path e = the
 * regression coefficient of what depends on the neighbour, r of what the
 * neighbour depends on. */
enum status work_inner(struct work *s)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;
    enum status st;

    for (size_t q = 0; q < k; q++) {
        double *line = s->e + q * k;

        if (m->scheme == SCHEME_PATH) {
            st = work_regress(s, q, line);
            if (st != ST_OK)
                return st;
        }
        for (size_t p = 0; p < k; p++) {
            const double r = s->y[q * k + p];
            const bool to = m->path[q * k + p], from = m->path[p * k + q];

            if (m->scheme == SCHEME_PATH ? from : from || to)
                line[p] = m->scheme == SCHEME_CENTROID ? sign(r) : r;
            else if (!to)
                line[p] = 0;
        }
    }
    return ST_OK;
}

enum status work_paths(const struct work *s, struct pls_fit *fit)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;

    for (size_t i = 0; i < k; i++) {
        const size_t to = m->order[i];
        double *path = fit->path + to * k, *total = fit->total + to * k;
        bool endogenous = false;
        enum status st = work_regress(s, to, path);

        if (st != ST_OK)
            return st;
        fit->r2[to] = 0;
        for (size_t p = 0; p < k; p++) {
            endogenous |= m->path[to * k + p];
            fit->r2[to] += path[p] * s->y[to * k + p];
            total[p] = path[p];
        }
        /* (I - B)^-1 - I = T = B + B T, in the order of the arrows */
        for (size_t p = 0; p < k; p++)
            for (size_t q = 0; q < k; q++)
                total[q] += path[p] * fit->total[p * k + q];
        if (!endogenous)
            fit->r2[to] = NAN;
        else if (fit->r2[to] > 1 + PLS_SINGULAR)
            return err_set(s->err, ST_NUMERIC, "%s: R2 is over 1",
                           pls_construct_code(m, to));
    }
    return ST_OK;
}
