/* align.c - one sign for a construct in a fit and in its replicates. */
#include "scorer/pls.h"

static void turn(const struct pls_model *m, size_t c, struct pls_fit *fit)
{
    const size_t k = m->constructs;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
        fit->weight[j] = -fit->weight[j];
        fit->loading[j] = -fit->loading[j];
    }
    for (size_t p = 0; p < k; p++) {
        const size_t to = c * k + p, from = p * k + c;

        if (p == c)
            continue;
        fit->correlation[to] = fit->correlation[from] = -fit->correlation[to];
        fit->path[to] = -fit->path[to];
        fit->path[from] = -fit->path[from];
        fit->total[to] = -fit->total[to];
        fit->total[from] = -fit->total[from];
    }
}

void pls_align(const struct pls_model *m, const struct pls_fit *reference,
               struct pls_fit *fit)
{
    for (size_t c = 0; c < m->constructs; c++) {
        double inner = 0;

        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            inner += reference->weight[j] * fit->weight[j];
        if (inner < 0)
            turn(m, c, fit);
    }
}
