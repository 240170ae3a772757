/* estimate.c - the iteration.  See scorer/pls.h.
 *
 * 24 items in 7 constructs take about half a microsecond a step and 20 to 30
 * steps from weights of 1.  Loops over items have a fixed inner length without
 * sums across it, so that a compiler may use wide registers and yet add in
 * this order.
 */
#include "work.h"

#include <math.h>
#include <string.h>

#include "scorer/ldl.h"

static enum status correlations(struct work *s, const double *cov, double *sd)
{
    const size_t n = s->m->items;

    for (size_t i = 0; i < n; i++) {
        sd[i] = sqrt(cov[i * n + i]);
        if (!(sd[i] > 0 && isfinite(sd[i])))
            return err_set(s->err, ST_NUMERIC, "%s: constant",
                           pls_item_code(s->m, i));
    }
    memset(s->r, 0, n * s->pitch * sizeof *s->r);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++) {
            const double r = cov[i * n + j] / (sd[i] * sd[j]);

            if (!isfinite(r))
                return err_set(s->err, ST_NUMERIC, "%s and %s: no correlation",
                               pls_item_code(s->m, i), pls_item_code(s->m, j));
            s->r[i * s->pitch + j] = s->r[j * s->pitch + i] = i == j ? 1 : r;
        }
    return ST_OK;
}

static enum status factor_blocks(struct work *s)
{
    const struct pls_model *m = s->m;

    memcpy(s->block, s->r, m->items * s->pitch * sizeof *s->block);
    for (size_t q = 0; q < m->constructs; q++) {
        const size_t first = m->first[q];
        size_t bad;

        if (m->mode[q] == MODE_B &&
            !ldl_factor(s->block + first * (s->pitch + 1),
                        m->first[q + 1] - first, s->pitch, PLS_SINGULAR, &bad))
            return err_set(s->err, ST_NUMERIC,
                           "%s: %s is determined by the items before it "
                           "(mode B)",
                           pls_construct_code(m, q),
                           pls_item_code(m, first + bad));
    }
    return ST_OK;
}

/* c += w * r, along a row. */
static void add_row(double *restrict c, const double *restrict r, double w,
                    size_t pitch)
{
    for (size_t j = 0; j < pitch; j += PLS_LANES)
        for (size_t l = 0; l < PLS_LANES; l++)
            c[j + l] += w * r[j + l];
}

/* From s->w to s->c, both scaled so that every score has unit variance. */
static enum status project(struct work *s)
{
    const struct pls_model *m = s->m;

    for (size_t q = 0; q < m->constructs; q++) {
        double *c = work_scores(s, q);
        double variance = 0, scale;

        memset(c, 0, s->pitch * sizeof *c);
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            add_row(c, s->r + j * s->pitch, s->w[j], s->pitch);
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            variance += s->w[j] * c[j];
        if (!(variance > 0 && isfinite(variance)))
            return err_set(s->err, ST_NUMERIC,
                           "%s: its score has no variance (w'Rw <= 0)",
                           pls_construct_code(m, q));
        scale = 1 / sqrt(variance);
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            s->w[j] *= scale;
        for (size_t j = 0; j < s->pitch; j++)
            c[j] *= scale;
    }
    return ST_OK;
}

static void correlate(struct work *s)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;

    for (size_t p = 0; p < k; p++) {
        s->y[p * k + p] = 1;
        for (size_t q = p + 1; q < k; q++) {
            const double *c = work_scores(s, q);
            double r = 0;

            for (size_t j = m->first[p]; j < m->first[p + 1]; j++)
                r += s->w[j] * c[j];
            s->y[p * k + q] = s->y[q * k + p] = r;
        }
    }
}

static enum status initialise(struct work *s, const double *start)
{
    for (size_t j = 0; j < s->m->items; j++)
        s->w[j] = start ? start[j] : 1;
    return project(s);
}

/* New weights from the environment v = sum e y: mode A cov(z, v), mode B the
 * coefficients of v on the block's items. */
static enum status iterate(struct work *s)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;
    enum status st;

    correlate(s);
    st = work_inner(s);
    if (st != ST_OK)
        return st;
    for (size_t q = 0; q < k; q++) {
        const size_t first = m->first[q], n = m->first[q + 1] - first;

        if (n == 1)
            continue; /* its weight is 1, whatever is around it */
        for (size_t j = first; j < first + n; j++) {
            s->w[j] = 0;
            for (size_t p = 0; p < k; p++)
                s->w[j] += s->e[q * k + p] * s->c[p * s->pitch + j];
        }
        if (m->mode[q] == MODE_B)
            ldl_solve(s->block + first * (s->pitch + 1), n, s->pitch,
                      s->w + first);
    }
    return project(s);
}

/* max ||w_new| - |w_old|| */
static double moved(const struct work *s, const double *old)
{
    double most = 0;

    for (size_t j = 0; j < s->m->items; j++)
        most = fmax(most, fabs(fabs(s->w[j]) - fabs(old[j])));
    return most;
}

static enum status converge(struct work *s, int *iterations)
{
    double old[ITEMS_MAX];

    for (int i = 1; i <= PLS_ITERATIONS; i++) {
        enum status st;

        memcpy(old, s->w, s->m->items * sizeof *old);
        st = iterate(s);
        if (st != ST_OK)
            return st;
        if (moved(s, old) < PLS_TOLERANCE) {
            *iterations = i;
            return ST_OK;
        }
    }
    return err_set(s->err, ST_NUMERIC, "no convergence in %d iterations",
                   PLS_ITERATIONS);
}

/* The sum of a block's loadings is positive. */
static void turn(struct work *s)
{
    const struct pls_model *m = s->m;

    for (size_t q = 0; q < m->constructs; q++) {
        double *c = work_scores(s, q);
        double sum = 0;

        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            sum += c[j];
        if (sum >= 0)
            continue;
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            s->w[j] = -s->w[j];
        for (size_t j = 0; j < m->items; j++)
            c[j] = -c[j];
    }
}

static enum status finish(struct work *s, struct pls_fit *fit)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;

    turn(s);
    correlate(s);
    for (size_t q = 0; q < k; q++)
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++) {
            fit->weight[j] = s->w[j];
            fit->loading[j] = work_scores(s, q)[j];
        }
    memcpy(fit->correlation, s->y, k * k * sizeof *s->y);
    return work_paths(s, fit);
}

enum status pls_estimate(const struct pls_model *m, int64_t rows,
                         const double *mean, const double *cov,
                         const double *start, struct pls_fit *out,
                         struct err *err)
{
    struct work s;
    struct pls_fit fit = {0};
    enum status st;

    s.m = m;
    s.err = err;
    s.pitch = (m->items + PLS_LANES - 1) / PLS_LANES * PLS_LANES;
    if (rows < (int64_t)m->distinct)
        return err_set(err, ST_NUMERIC,
                       "%lld rows are fewer than the %zu items of the model",
                       (long long)rows, m->distinct);
    st = correlations(&s, cov, fit.sd);
    if (st == ST_OK)
        st = work_definite(&s);
    if (st == ST_OK)
        st = factor_blocks(&s);
    if (st == ST_OK)
        st = initialise(&s, start);
    if (st == ST_OK)
        st = converge(&s, &fit.iterations);
    if (st == ST_OK)
        st = finish(&s, &fit);
    if (st != ST_OK)
        return st;
    memcpy(fit.mean, mean, m->items * sizeof *mean);
    *out = fit;
    return ST_OK;
}
