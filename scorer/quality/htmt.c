/* htmt.c - the heterotrait-monotrait ratio.  See scorer/quality.h. */
#include <math.h>

#include "block.h"
#include "scorer/quality.h"

static bool share_items(const struct pls_model *m, size_t p, size_t q)
{
    for (size_t i = m->first[p]; i < m->first[p + 1]; i++)
        for (size_t j = m->first[q]; j < m->first[q + 1]; j++)
            if (m->item[i] == m->item[j])
                return true;
    return false;
}

/* The mean absolute correlation of the items of `p` with those of `q`; within a
 * construct that of its pairs. */
static double mean_between(const struct pls_model *m, const double *r, size_t p,
                           size_t q)
{
    const size_t ends = m->first[q + 1];
    double sum = 0;
    size_t pairs = 0;

    if (p == q && block_size(m, q) == 1)
        return 1;
    for (size_t i = m->first[p]; i < m->first[p + 1]; i++)
        for (size_t j = p == q ? i + 1 : m->first[q]; j < ends; j++) {
            sum += fabs(r[i * m->items + j]);
            pairs++;
        }
    return sum / (double)pairs;
}

void quality_htmt(const struct pls_model *m, const double *r, double *out)
{
    const size_t k = m->constructs;
    double within[CONSTRUCTS_MAX];

    for (size_t q = 0; q < k; q++)
        within[q] = mean_between(m, r, q, q);
    for (size_t p = 0; p < k; p++) {
        out[p * k + p] = 1;
        for (size_t q = p + 1; q < k; q++) {
            const bool defined =
                within[p] > 0 && within[q] > 0 && !share_items(m, p, q);

            out[p * k + q] = out[q * k + p] =
                defined ? mean_between(m, r, p, q) / sqrt(within[p] * within[q])
                        : NAN;
        }
    }
}
