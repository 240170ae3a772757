/* fit_sums.c - exact sums of plain rows, or doubles of weighted ones, behind
 * one face. */
#include "fit.h"
#include "scorer/plsc.h"

enum status fit_sums_new(const struct fit_plan *p, struct fit_sums *out)
{
    if (p->weighted)
        return weighted_new(p->model.items, &out->weighted);
    return moments_new(p->model.items, p->missing == MISSING_PAIRWISE,
                       &out->plain);
}

void fit_sums_free(struct fit_sums *s)
{
    moments_free(&s->plain);
    weighted_free(&s->weighted);
}

void fit_sums_clear(struct fit_sums *s)
{
    if (s->plain)
        moments_clear(s->plain);
    else
        weighted_clear(s->weighted);
}

enum status fit_sums_add(struct fit_sums *s, const uint8_t *row,
                         const double *weight, size_t rows)
{
    if (s->plain)
        return moments_add(s->plain, row, s->plain->items, rows);
    for (size_t r = 0; r < rows; r++)
        weighted_add(s->weighted, row + r * s->weighted->items, weight[r]);
    return ST_OK;
}

enum status fit_sums_merge(struct fit_sums *into, const struct fit_sums *from)
{
    if (into->plain)
        return moments_merge(into->plain, from->plain);
    weighted_fold(into->weighted, from->weighted, 1);
    return ST_OK;
}

enum status fit_sums_subtract(struct fit_sums *into,
                              const struct fit_sums *from)
{
    if (into->plain)
        return moments_subtract(into->plain, from->plain);
    weighted_fold(into->weighted, from->weighted, -1);
    return ST_OK;
}

void fit_sums_fold(struct fit_sums *into, const struct fit_sums *from,
                   double factor)
{
    weighted_fold(into->weighted, from->weighted, factor);
}

int64_t fit_sums_rows(const struct fit_sums *s)
{
    return s->plain ? s->plain->rows : s->weighted->rows;
}

int64_t fit_sums_missing(const struct fit_sums *s, const struct pls_model *m)
{
    const size_t n = m->items;
    int64_t missing = 0;

    for (size_t i = 0; i < n; i++)
        if (m->original[i] == i)
            missing += s->plain ? s->plain->rows - s->plain->both[i * n + i]
                                : s->weighted->rows -
                                      (int64_t)s->weighted->count[i * n + i];
    return missing;
}

enum status fit_sums_covariance(const struct fit_sums *s,
                                const struct fit_plan *p, double *mean,
                                double *cov, struct err *err)
{
    const struct pls_model *m = &p->model;

    return s->plain ? moments_covariance(s->plain, p->missing, pls_item_code, m,
                                         mean, cov, err)
                    : weighted_covariance(s->weighted, p->missing, m, mean, cov,
                                          err);
}

enum status fit_estimate(const struct fit_plan *p, int64_t rows,
                         const double *mean, const double *cov,
                         const double *start, struct pls_fit *out,
                         struct err *err)
{
    struct pls_fit fit;
    enum status st = pls_estimate(&p->model, rows, mean, cov, start, &fit, err);

    if (st == ST_OK && p->consistent)
        st = pls_consistent(&p->model, cov, &fit, &fit, err);
    if (st == ST_OK)
        *out = fit;
    return st;
}

enum status fit_sums_estimate(const struct fit_sums *s,
                              const struct fit_plan *p, const double *start,
                              struct pls_fit *out, struct err *err)
{
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX];
    enum status st = fit_sums_covariance(s, p, mean, cov, err);

    if (st != ST_OK)
        return st;
    return fit_estimate(p, fit_sums_rows(s), mean, cov, start, out, err);
}
