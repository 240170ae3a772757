/* cross_loadings.c - every item against every score.  See scorer/quality.h. */
#include "scorer/quality.h"

void quality_cross_loadings(const struct pls_model *m,
                            const struct pls_fit *fit, const double *r,
                            double *out)
{
    for (size_t j = 0; j < m->items; j++)
        for (size_t q = 0; q < m->constructs; q++) {
            double sum = 0;

            for (size_t i = m->first[q]; i < m->first[q + 1]; i++)
                sum += fit->weight[i] * r[i * m->items + j];
            out[j * m->constructs + q] = sum;
        }
}
