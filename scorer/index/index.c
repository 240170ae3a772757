/* index.c - see scorer/index.h. */
#include "scorer/index.h"

#include <math.h>

static void weigh(const struct pls_model *m, const struct pls_fit *fit,
                  bool negative, double *u)
{
    for (size_t c = 0; c < m->constructs; c++) {
        const size_t first = m->first[c], end = m->first[c + 1];
        double sum = 0;
        bool bad = false;

        for (size_t j = first; j < end; j++) {
            u[j] = fit->weight[j] / fit->sd[j];
            sum += u[j];
            bad |= !(u[j] >= 0 || negative);
        }
        bad |= !(sum > 0);
        for (size_t j = first; j < end; j++)
            u[j] = bad ? NAN : u[j] / sum;
    }
}

void index_weights(const struct pls_model *m, const struct pls_fit *fit,
                   double *u)
{
    weigh(m, fit, false, u);
}

void index_replicate_weights(const struct pls_model *m,
                             const struct pls_fit *fit, double *u)
{
    weigh(m, fit, true, u);
}

double index_value(const struct pls_model *m, size_t c, const double *u,
                   const double *mean)
{
    const struct item *it = &m->survey->item[m->item[m->first[c]]];
    double sum = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        if (u[j] != 0)
            sum += u[j] * mean[j];
    /* stored answers are 1 .. points */
    return 100 * (sum - 1) / (item_points(it) - 1);
}
