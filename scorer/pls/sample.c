/* sample.c - see scorer/sample.h.  Rows that are picked are gathered in strips,
 * which the kernels of moments/ add up at 20 ns a row. */
#include "scorer/sample.h"

#include <string.h>

enum { STRIP = 512 };

enum status sample_sums_new(const struct sample *s, struct sample_sums *out)
{
    struct sample_sums sums = {NULL, NULL};
    enum status st =
        s->weight ? weighted_new(s->model->items, &sums.weighted)
                  : moments_new(s->model->items, s->missing == MISSING_PAIRWISE,
                                &sums.plain);

    if (st == ST_OK)
        *out = sums;
    return st;
}

void sample_sums_free(struct sample_sums *sums)
{
    moments_free(&sums->plain);
    weighted_free(&sums->weighted);
}

void sample_sums_clear(struct sample_sums *sums)
{
    if (sums->plain)
        moments_clear(sums->plain);
    else
        weighted_clear(sums->weighted);
}

int64_t sample_sums_rows(const struct sample_sums *sums)
{
    return sums->plain ? sums->plain->rows : sums->weighted->rows;
}

double sample_sums_weight(const struct sample_sums *sums)
{
    return sums->plain ? (double)sums->plain->rows : sums->weighted->weight;
}

enum status sample_sums_add(struct sample_sums *sums, const uint8_t *row,
                            const double *weight, size_t rows)
{
    if (sums->plain)
        return moments_add(sums->plain, row, sums->plain->items, rows);
    for (size_t r = 0; r < rows; r++)
        weighted_add(sums->weighted, row + r * sums->weighted->items,
                     weight ? weight[r] : 1);
    return ST_OK;
}

enum status sample_sums_pick(struct sample_sums *sums, const struct sample *s,
                             const uint32_t *which, size_t n)
{
    const size_t items = s->model->items;
    uint8_t strip[STRIP * ITEMS_MAX];
    enum status st = ST_OK;

    if (sums->weighted) {
        for (size_t i = 0; i < n; i++)
            weighted_add(sums->weighted, sample_row(s, which[i]),
                         sample_weight(s, which[i]));
        return ST_OK;
    }
    for (size_t from = 0; from < n && st == ST_OK; from += STRIP) {
        const size_t rows = n - from < STRIP ? n - from : STRIP;

        for (size_t i = 0; i < rows; i++)
            memcpy(strip + i * items, sample_row(s, which[from + i]), items);
        st = moments_add(sums->plain, strip, items, rows);
    }
    return st;
}

enum status sample_sums_merge(struct sample_sums *into,
                              const struct sample_sums *from)
{
    if (into->plain)
        return moments_merge(into->plain, from->plain);
    weighted_fold(into->weighted, from->weighted, 1);
    return ST_OK;
}

enum status sample_sums_subtract(struct sample_sums *into,
                                 const struct sample_sums *from)
{
    if (into->plain)
        return moments_subtract(into->plain, from->plain);
    weighted_fold(into->weighted, from->weighted, -1);
    return ST_OK;
}

enum status sample_sums_covariance(const struct sample_sums *sums,
                                   const struct sample *s, double *mean,
                                   double *cov, struct err *err)
{
    if (sums->plain)
        return moments_covariance(sums->plain, s->missing, pls_item_code,
                                  s->model, mean, cov, err);
    return weighted_covariance(sums->weighted, s->missing, s->model, mean, cov,
                               err);
}

enum status sample_sums_fit(const struct sample_sums *sums,
                            const struct sample *s, const double *start,
                            struct pls_fit *out, struct err *err)
{
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX];
    enum status st = sample_sums_covariance(sums, s, mean, cov, err);

    if (st != ST_OK)
        return st;
    return pls_estimate(s->model, sample_sums_rows(sums), mean, cov, start, out,
                        err);
}

/* N, S and Q of two items. */
struct cell {
    double both, of_i, of_j, cross;
};

static struct cell cell_at(const struct sample_sums *sums, size_t i, size_t j)
{
    const struct moments *p = sums->plain;
    const struct weighted *w = sums->weighted;

    if (p) {
        const size_t ij = i * p->items + j, ji = j * p->items + i;

        return (struct cell){(double)p->both[ij], (double)p->sum[ij],
                             (double)p->sum[ji], (double)p->cross[ij]};
    }
    return (struct cell){w->both[i * w->items + j], w->sum[i * w->items + j],
                         w->sum[j * w->items + i], w->cross[i * w->items + j]};
}

struct sample_score sample_sums_score(const struct sample_sums *sums,
                                      const struct pls_model *m,
                                      const struct pls_fit *fit, size_t c)
{
    struct sample_score score = {0, 0};

    for (size_t i = m->first[c]; i < m->first[c + 1]; i++) {
        const double wi = fit->weight[i] / fit->sd[i], mi = fit->mean[i];
        const struct cell own = cell_at(sums, i, i);

        score.sum += wi * (own.of_i - mi * own.both);
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
            const double wj = fit->weight[j] / fit->sd[j], mj = fit->mean[j];
            const struct cell x = cell_at(sums, i, j);

            score.squares +=
                wi * wj *
                (x.cross - mi * x.of_j - mj * x.of_i + mi * mj * x.both);
        }
    }
    return score;
}
