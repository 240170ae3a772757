/* covariance.c - from exact sums to a covariance matrix.
 *
 * Every element is a quotient of two whole numbers below 2^127, rounded once.
 * 300 elements take a few microseconds while the numbers stay below 2^53 (ten
 * million complete rows), tens of them beyond.
 */
#include "scorer/moments.h"

#include <math.h>
#include <string.h>

#include "ratio.h"

enum { NAME_SIZE = 32 };

struct job {
    const struct moments *m;
    const char *(*code)(const void *ctx, size_t item);
    const void *ctx;
    struct err *err;
};

static const char *name(const struct job *job, size_t i, char number[NAME_SIZE])
{
    if (job->code)
        return job->code(job->ctx, i);
    (void)snprintf(number, NAME_SIZE, "item %zu", i + 1);
    return number;
}

static enum status refuse(const struct job *job, size_t i, const char *cause)
{
    char number[NAME_SIZE];

    return err_set(job->err, ST_NUMERIC, "%s: %s", name(job, i, number), cause);
}

static enum status refuse_pair(const struct job *job, size_t i, size_t j,
                               const char *cause)
{
    char one[NAME_SIZE], other[NAME_SIZE];

    return err_set(job->err, ST_NUMERIC, "%s and %s: %s", name(job, i, one),
                   name(job, j, other), cause);
}

static const char too_few[] = "fewer than two rows have both";
static const char too_large[] = "the sums are too large";

/* The variance of the item's own answers, which no policy can do without. */
static enum status own_variance(const struct job *job, size_t i,
                                double *variance)
{
    const size_t at = i * job->m->items + i;
    const int64_t n = job->m->both[at], s = job->m->sum[at];
    const int64_t q = job->m->cross[at];
    int128 num;

    if (n == 0)
        return refuse(job, i, "no answers");
    if (n < 2)
        return refuse(job, i, "fewer than two answers");
    num = (int128)n * q - (int128)s * s;
    if (num == 0)
        return refuse(job, i, "constant: all answers are the same");
    *variance = ratio(num, (int128)n * (n - 1));
    return ST_OK;
}

/* Means in place of missing answers.  With m_i = S_ii / N_ii,
 *   (n - 1) cov_ij = Q_ij - m_i S_ji - m_j S_ij + m_i m_j N_ij,
 * brought to the denominator N_ii N_jj. */
static enum status mean_replaced(const struct job *job, size_t i, size_t j,
                                 double *cov)
{
    const struct moments *m = job->m;
    const size_t k = m->items;
    const int64_t ni = m->both[i * k + i], nj = m->both[j * k + j];
    const int64_t nij = m->both[i * k + j];
    const int64_t si = m->sum[i * k + i], sj = m->sum[j * k + j];
    const int64_t sij = m->sum[i * k + j], sji = m->sum[j * k + i];
    const int64_t q = m->cross[i * k + j];

    if (nij < 2)
        return refuse_pair(job, i, j, too_few);
    if (ni == nij && nj == nij) { /* the same rows: one N cancels */
        *cov = ratio((int128)nij * q - (int128)si * sj,
                     (int128)nij * (m->rows - 1));
        return ST_OK;
    }
    if (!ratio_product_fits(q, ni, nj) || !ratio_product_fits(si, nj, sji) ||
        !ratio_product_fits(sj, ni, sij) || !ratio_product_fits(si, sj, nij) ||
        !ratio_product_fits(ni, nj, m->rows))
        return refuse_pair(job, i, j, too_large);
    *cov = ratio((int128)q * ni * nj - (int128)si * nj * sji -
                     (int128)sj * ni * sij + (int128)si * sj * nij,
                 (int128)ni * nj * (m->rows - 1));
    return ST_OK;
}

/* The correlation over the rows where both are present, put between the items'
 * own deviations. */
static enum status pairwise(const struct job *job, size_t i, size_t j,
                            const double *variance, double *cov)
{
    const struct moments *m = job->m;
    const size_t ij = i * m->items + j, ji = j * m->items + i;
    const int64_t n = m->both[ij], si = m->sum[ij], sj = m->sum[ji];
    const int128 c = (int128)n * m->cross[ij] - (int128)si * sj;
    const int128 vi = (int128)n * m->square[ij] - (int128)si * si;
    const int128 vj = (int128)n * m->square[ji] - (int128)sj * sj;

    if (n < 2)
        return refuse_pair(job, i, j, too_few);
    if (vi == 0 || vj == 0)
        return refuse_pair(job, i, j, "constant in the rows that have both");
    *cov = (double)c / (sqrt((double)vi) * sqrt((double)vj)) *
           sqrt(variance[i]) * sqrt(variance[j]);
    return ST_OK;
}

static enum status matrix(const struct job *job, enum missing_policy policy,
                          double *mean, double *cov)
{
    const struct moments *m = job->m;
    const size_t n = m->items;
    double variance[ITEMS_MAX];
    enum status st = ST_OK;

    for (size_t i = 0; i < n; i++) {
        if (policy == MISSING_COMPLETE && m->both[i * n + i] != m->rows)
            return refuse(job, i, "not all rows are complete");
        st = own_variance(job, i, &variance[i]);
        if (st != ST_OK)
            return st;
        mean[i] = ratio(m->sum[i * n + i], m->both[i * n + i]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double *c = &cov[i * n + j];

            if (policy != MISSING_PAIRWISE)
                st = mean_replaced(job, i, j, c);
            else if (i != j)
                st = pairwise(job, i, j, variance, c);
            else
                *c = variance[i];
            if (st != ST_OK)
                return st;
            cov[j * n + i] = *c;
        }
    return ST_OK;
}

enum status
moments_covariance(const struct moments *m, enum missing_policy policy,
                   const char *(*code)(const void *ctx, size_t item),
                   const void *ctx, double *mean, double *cov, struct err *err)
{
    const struct job job = {m, code, ctx, err};
    double means[ITEMS_MAX], all[ITEMS_MAX * ITEMS_MAX];
    enum status st;

    if (m->rows < 2)
        return err_set(err, ST_NUMERIC, "fewer than two rows");
    st = matrix(&job, policy, means, all);
    if (st != ST_OK)
        return st;
    memcpy(mean, means, m->items * sizeof *mean);
    memcpy(cov, all, m->items * m->items * sizeof *cov);
    return ST_OK;
}
