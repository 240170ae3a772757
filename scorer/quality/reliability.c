/* reliability.c - how far the items of a construct agree.  See
 * scorer/quality.h. */
#include <math.h>

#include "block.h"
#include "scorer/plsc.h"
#include "scorer/quality.h"

/* k/(k - 1) (1 - trace / sum) of the block's part of a symmetric matrix
 * (Cronbach 1951). */
static double alpha(const struct pls_model *m, const double *a, size_t c)
{
    const double k = (double)block_size(m, c);
    double trace = 0, sum = 0;

    for (size_t i = m->first[c]; i < m->first[c + 1]; i++) {
        trace += a[i * m->items + i];
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            sum += a[i * m->items + j];
    }
    return k / (k - 1) * (1 - trace / sum);
}

/* rho_C and AVE of `n` loadings. */
static void of_loadings(const double *loading, size_t n, double *rho_c,
                        double *ave)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++) {
        sum += loading[i];
        squares += loading[i] * loading[i];
    }
    *rho_c = sum * sum / (sum * sum + (double)n - squares);
    *ave = squares / (double)n;
}

/* Correlations of the items with their score. */
static void of_scores(const struct pls_model *m, const struct pls_fit *fit,
                      const double *r, size_t c, struct quality_reliability *q)
{
    double loading[ITEMS_MAX];

    for (size_t i = m->first[c]; i < m->first[c + 1]; i++) {
        double *sum = &loading[i - m->first[c]];

        *sum = 0;
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            *sum += fit->weight[j] * r[j * m->items + i];
    }
    of_loadings(loading, block_size(m, c), &q->rho_c, &q->ave);
}

/* Loadings w sqrt(rho_A) / w'w (Dijkstra & Henseler 2015). */
static void of_consistent(const struct pls_model *m, const struct pls_fit *fit,
                          size_t c, struct quality_reliability *q)
{
    const double *w = fit->weight + m->first[c];
    const size_t n = block_size(m, c);
    double loading[ITEMS_MAX], squares = 0;

    q->rho_c_plsc = q->ave_plsc = NAN;
    if (!(q->rho_a > 0))
        return;
    for (size_t i = 0; i < n; i++)
        squares += w[i] * w[i];
    for (size_t i = 0; i < n; i++)
        loading[i] = w[i] * sqrt(q->rho_a) / squares;
    of_loadings(loading, n, &q->rho_c_plsc, &q->ave_plsc);
}

/* The loadings on the first component are sqrt(eigenvalue) times its vector. */
static double dillon_goldstein(const double *vector, double eigenvalue,
                               size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += vector[i];
    sum *= sum * eigenvalue;
    return sum / (sum + (double)n - eigenvalue);
}

static struct quality_reliability reliability(const struct pls_model *m,
                                              const struct pls_fit *fit,
                                              const double *cov,
                                              const double *r, size_t c)
{
    const size_t n = block_size(m, c);
    struct quality_reliability q = {NAN, NAN, NAN, NAN,   NAN,
                                    NAN, NAN, NAN, {1, 0}};
    double vector[ITEMS_MAX];

    if (n == 1)
        return (struct quality_reliability){1, 1, 1, 1, 1, 1, 1, 1, {1, 0}};
    block_eigen(m, r, c, q.eigenvalue, vector);
    if (!block_higher_order(m, c))
        q.rho_a = pls_rho_a(m, fit, cov, c);
    if (!block_reflective(m, c))
        return q;
    q.alpha = alpha(m, r, c);
    q.alpha_cov = alpha(m, cov, c);
    of_scores(m, fit, r, c, &q);
    of_consistent(m, fit, c, &q);
    q.rho_dg = dillon_goldstein(vector, q.eigenvalue[0], n);
    return q;
}

void quality_reliability(const struct pls_model *m, const struct pls_fit *fit,
                         const double *cov, const double *r,
                         struct quality_reliability *out)
{
    for (size_t c = 0; c < m->constructs; c++)
        out[c] = reliability(m, fit, cov, r, c);
}

void quality_fornell_larcker(const struct pls_model *m,
                             const struct pls_fit *fit, double *out)
{
    const size_t k = m->constructs;

    for (size_t i = 0; i < k * k; i++)
        out[i] = fit->correlation[i];
    for (size_t c = 0; c < k; c++) {
        double rho_c, ave;

        of_loadings(fit->loading + m->first[c], block_size(m, c), &rho_c, &ave);
        out[c * k + c] =
            block_reflective(m, c) || block_size(m, c) == 1 ? sqrt(ave) : NAN;
    }
}
