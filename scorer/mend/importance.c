/* importance.c - see scorer/importance.h. */
#include "scorer/importance.h"

#include <math.h>

static int points_of(const struct pls_model *m, size_t j)
{
    return item_points(&m->survey->item[m->item[j]]);
}

/* On 0-100; its standardised scores, sum w_j z_j, have variance 1. */
static double construct_sd(const struct pls_model *m, const struct pls_fit *fit,
                           size_t c)
{
    double k = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        k += fit->weight[j] / fit->sd[j];
    return k > 0 ? 100 / ((points_of(m, m->first[c]) - 1) * k) : NAN;
}

void importance_effects(const struct pls_model *m, const struct pls_fit *fit,
                        double *out)
{
    const size_t n = m->constructs;
    double sd[CONSTRUCTS_MAX];

    for (size_t c = 0; c < n; c++)
        sd[c] = construct_sd(m, fit, c);
    for (size_t to = 0; to < n; to++)
        for (size_t from = 0; from < n; from++) {
            const double total = fit->total[to * n + from];

            /* no route is no effect, whatever the scores' spread */
            out[to * n + from] = total == 0 ? 0 : total * sd[to] / sd[from];
        }
}

void importance_items(const struct pls_model *m, const double *effects,
                      const double *u, size_t target, double *out)
{
    for (size_t c = 0; c < m->constructs; c++) {
        const double effect =
            c == target ? 1 : effects[target * m->constructs + c];

        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            out[j] = effect == 0 ? 0 : u[j] * effect;
    }
}

double performance_item(const struct pls_model *m, size_t j, double mean)
{
    return 100 * (mean - 1) / (points_of(m, j) - 1);
}
