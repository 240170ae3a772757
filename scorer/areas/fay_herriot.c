/* fay_herriot.c - see scorer/areas.h. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "scorer/areas.h"
#include "scorer/ldl.h"

#define TOLERANCE 1e-12 /* of A, beside the median variance */
#define DEPENDENT 1e-10 /* a pivot of scaled covariates below this is none */

struct work {
    const struct area *area;
    size_t m, p;
    double scale[COVARIATES_MAX];                       /* of the covariates */
    double weighed[3][COVARIATES_MAX * COVARIATES_MAX]; /* X' V^-k X, k 1..3 */
    double factor[COVARIATES_MAX * COVARIATES_MAX];     /* of the first */
    double beta[COVARIATES_MAX];                        /* of the scaled x */
    double sum[2];  /* sum 1 / v^k, k 1, 2 */
    double loss[2]; /* sum r^2 / v^k, k 1, 2 */
};

static double covariate(const struct work *w, size_t i, size_t k)
{
    return w->area[i].x[k] / w->scale[k];
}

static double fitted(const struct work *w, size_t i)
{
    double sum = 0;

    for (size_t k = 0; k < w->p; k++)
        sum += covariate(w, i, k) * w->beta[k];
    return sum;
}

/* Covariates of one size make pivots comparable. */
static void scale(struct work *w)
{
    for (size_t k = 0; k < w->p; k++) {
        double most = 0;

        for (size_t i = 0; i < w->m; i++)
            most = fmax(most, fabs(w->area[i].x[k]));
        w->scale[k] = most > 0 ? most : 1;
    }
}

/* x = (X' V^-1 X)^-1 x */
static void solve(const struct work *w, double *x)
{
    ldl_solve(w->factor, w->p, COVARIATES_MAX, x);
}

static void weigh(struct work *w, double a)
{
    memset(w->weighed, 0, sizeof w->weighed);
    memset(w->sum, 0, sizeof w->sum);
    memset(w->beta, 0, sizeof w->beta);
    for (size_t i = 0; i < w->m; i++) {
        const double v = a + w->area[i].variance;

        w->sum[0] += 1 / v;
        w->sum[1] += 1 / (v * v);
        for (size_t k = 0; k < w->p; k++) {
            const double x = covariate(w, i, k);

            w->beta[k] += x * w->area[i].direct / v;
            for (size_t l = 0; l < w->p; l++) {
                const double xx = x * covariate(w, i, l);

                w->weighed[0][k * COVARIATES_MAX + l] += xx / v;
                w->weighed[1][k * COVARIATES_MAX + l] += xx / (v * v);
                w->weighed[2][k * COVARIATES_MAX + l] += xx / (v * v * v);
            }
        }
    }
}

/* beta and the losses at A = a. */
static enum status regress(struct work *w, double a, struct err *err)
{
    double least = 0;
    size_t bad = 0;

    weigh(w, a);
    memcpy(w->factor, w->weighed[0], sizeof w->factor);
    for (size_t k = 0; k < w->p; k++)
        least = fmax(least, w->factor[k * (COVARIATES_MAX + 1)]);
    if (!ldl_factor(w->factor, w->p, COVARIATES_MAX, DEPENDENT * least, &bad))
        return err_set(err, ST_NUMERIC,
                       "covariate %zu is determined by those before it",
                       bad + 1);
    solve(w, w->beta);
    w->loss[0] = w->loss[1] = 0;
    for (size_t i = 0; i < w->m; i++) {
        const double v = a + w->area[i].variance;
        const double r = w->area[i].direct - fitted(w, i);

        w->loss[0] += r * r / v;
        w->loss[1] += r * r / (v * v);
    }
    return ST_OK;
}

/* out = (X' V^-1 X)^-1 (X' V^-k X), k = 2 or 3; columns of it, side by side. */
static void projected(const struct work *w, size_t k, double *out)
{
    for (size_t c = 0; c < w->p; c++) {
        double column[COVARIATES_MAX];

        for (size_t r = 0; r < w->p; r++)
            column[r] = w->weighed[k - 1][r * COVARIATES_MAX + c];
        solve(w, column);
        for (size_t r = 0; r < w->p; r++)
            out[r * COVARIATES_MAX + c] = column[r];
    }
}

static double trace(const struct work *w, const double *m)
{
    double sum = 0;

    for (size_t k = 0; k < w->p; k++)
        sum += m[k * (COVARIATES_MAX + 1)];
    return sum;
}

static double trace_square(const struct work *w, const double *m)
{
    double sum = 0;

    for (size_t k = 0; k < w->p; k++)
        for (size_t l = 0; l < w->p; l++)
            sum += m[k * COVARIATES_MAX + l] * m[l * COVARIATES_MAX + k];
    return sum;
}

/* The step of A at which beta and losses were made: score by information
 * (Rao & Molina 2015, 5.2.4), or Newton's for the moments' equation. */
static double step(const struct work *w, enum area_method method)
{
    double second[COVARIATES_MAX * COVARIATES_MAX];
    double third[COVARIATES_MAX * COVARIATES_MAX];
    double score, information;

    if (method == AREAS_MOMENTS)
        return (w->loss[0] - (double)(w->m - w->p)) / w->loss[1];
    if (method == AREAS_ML)
        return (w->loss[1] - w->sum[0]) / w->sum[1];
    projected(w, 2, second);
    projected(w, 3, third);
    score = w->loss[1] - (w->sum[0] - trace(w, second));
    information = w->sum[1] - 2 * trace(w, third) + trace_square(w, second);
    return score / information;
}

static int ascending(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static enum status median_variance(const struct work *w, double *out)
{
    double *v = malloc(w->m * sizeof *v);

    if (!v)
        return ST_NOMEM;
    for (size_t i = 0; i < w->m; i++)
        v[i] = w->area[i].variance;
    qsort(v, w->m, sizeof *v, ascending);
    *out = w->m % 2 ? v[w->m / 2] : (v[w->m / 2 - 1] + v[w->m / 2]) / 2;
    free(v);
    return ST_OK;
}

static enum status iterate(struct work *w, enum area_method method,
                           struct area_fit *fit, struct err *err)
{
    double size = 0, a, last = 0, damp = 1;
    enum status st = median_variance(w, &size);

    a = size;
    for (int i = 1; st == ST_OK && i <= AREAS_ITERATIONS; i++) {
        double next, by;

        st = regress(w, a, err);
        if (st != ST_OK)
            break;
        by = step(w, method);
        if (by * last < 0) /* the root lies between: few areas go to and fro */
            damp /= 2;
        last = by;
        next = fmax(0, a + damp * by);
        if (!isfinite(next))
            break;
        if (fabs(next - a) <= TOLERANCE * size) {
            fit->variance = next;
            fit->iterations = i;
            return regress(w, next, err);
        }
        a = next;
    }
    return st != ST_OK
               ? st
               : err_set(err, ST_NUMERIC, "no convergence in %d iterations",
                         AREAS_ITERATIONS);
}

/* What the estimate of A costs the areas: its asymptotic variance, and its
 * bias. */
struct cost {
    double variance, bias;
};

static struct cost cost_of(const struct work *w, enum area_method method)
{
    const double m = (double)w->m, s1 = w->sum[0], s2 = w->sum[1];
    double second[COVARIATES_MAX * COVARIATES_MAX];

    if (method == AREAS_MOMENTS)
        return (struct cost){2 * m / (s1 * s1),
                             2 * (m * s2 - s1 * s1) / (s1 * s1 * s1)};
    if (method == AREAS_REML)
        return (struct cost){2 / s2, 0};
    projected(w, 2, second);
    return (struct cost){2 / s2, -trace(w, second) / s2};
}

static struct area_estimate estimate(const struct work *w,
                                     const struct area_fit *fit,
                                     const struct cost *cost, size_t i)
{
    const double a = fit->variance, psi = w->area[i].variance, v = a + psi;
    const double rest = psi / v; /* 1 - gamma */
    double x[COVARIATES_MAX], g2 = 0, g3;
    struct area_estimate e = {.gamma = a / v, .synthetic = fitted(w, i)};

    for (size_t k = 0; k < w->p; k++)
        x[k] = covariate(w, i, k);
    solve(w, x);
    for (size_t k = 0; k < w->p; k++)
        g2 += covariate(w, i, k) * x[k];
    g2 *= rest * rest;
    g3 = rest * rest / v * cost->variance;
    e.value = e.synthetic + e.gamma * (w->area[i].direct - e.synthetic);
    e.mse = e.gamma * psi + g2 + 2 * g3 - cost->bias * rest * rest;
    return e;
}

static void finish(const struct work *w, struct area_fit *fit)
{
    const double pi = 3.14159265358979323846;

    for (size_t k = 0; k < w->p; k++) {
        double unit[COVARIATES_MAX] = {0};

        unit[k] = 1;
        solve(w, unit);
        for (size_t l = 0; l < w->p; l++)
            fit->beta_cov[k * w->p + l] = unit[l] / (w->scale[k] * w->scale[l]);
        fit->beta[k] = w->beta[k] / w->scale[k];
        fit->beta_se[k] = sqrt(fit->beta_cov[k * (w->p + 1)]);
    }
    fit->likelihood = -w->loss[0] / 2;
    for (size_t i = 0; i < w->m; i++)
        fit->likelihood -=
            log(2 * pi * (fit->variance + w->area[i].variance)) / 2;
}

static enum status check(const struct area *area, size_t m, size_t p,
                         struct err *err)
{
    if (m > AREAS_MAX || p > COVARIATES_MAX)
        return err_set(err, ST_RANGE, "over %d areas or %d covariates",
                       AREAS_MAX, COVARIATES_MAX);
    if (m <= p)
        return err_set(err, ST_NUMERIC,
                       m == 1 ? "%zu area has an index of its own, and %zu are "
                                "needed at least"
                              : "%zu areas have an index of their own, and %zu "
                                "are needed at least",
                       m, p + 1);
    for (size_t i = 0; i < m; i++)
        if (!(area[i].variance > 0) || !isfinite(area[i].variance) ||
            !isfinite(area[i].direct))
            return err_set(err, ST_NUMERIC,
                           "area %zu has no value with a positive variance",
                           i + 1);
    return ST_OK;
}

enum status areas_fit(const struct area *area, size_t m, size_t p,
                      enum area_method method, struct area_fit *fit,
                      struct area_estimate *out, struct err *err)
{
    struct work w = {.area = area, .m = m, .p = p};
    struct area_fit f = {0};
    struct cost cost;
    enum status st = check(area, m, p, err);

    if (st != ST_OK)
        return st;
    scale(&w);
    st = iterate(&w, method, &f, err);
    if (st != ST_OK)
        return st;
    finish(&w, &f);
    cost = cost_of(&w, method);
    for (size_t i = 0; i < m; i++)
        out[i] = estimate(&w, &f, &cost, i);
    *fit = f;
    return ST_OK;
}

struct area_estimate areas_synthetic(const struct area_fit *fit, size_t p,
                                     const double *x)
{
    struct area_estimate e = {.gamma = 0};
    double spread = fit->variance;

    for (size_t k = 0; k < p; k++) {
        e.synthetic += x[k] * fit->beta[k];
        for (size_t l = 0; l < p; l++)
            spread += x[k] * fit->beta_cov[k * p + l] * x[l];
    }
    e.value = e.synthetic;
    e.mse = spread;
    return e;
}
