/* structure.c - how much the arrows explain.  See scorer/quality.h. */
#include <math.h>

#include "block.h"
#include "scorer/quality.h"

static size_t predecessors(const struct pls_model *m, size_t to)
{
    size_t n = 0;

    for (size_t from = 0; from < m->constructs; from++)
        n += m->path[to * m->constructs + from] ? 1 : 0;
    return n;
}

void quality_r2_adjusted(const struct pls_model *m, const struct pls_fit *fit,
                         int64_t rows, double *out)
{
    for (size_t c = 0; c < m->constructs; c++) {
        const double p = (double)predecessors(m, c), n = (double)rows;

        out[c] = p > 0 && n > p + 1
                     ? 1 - (1 - fit->r2[c]) * (n - 1) / (n - p - 1)
                     : NAN;
    }
}

double quality_gof(const struct pls_model *m, const struct pls_fit *fit)
{
    double communality = 0, r2 = 0, items = 0, constructs = 0;

    for (size_t c = 0; c < m->constructs; c++) {
        for (size_t i = m->first[c];
             block_size(m, c) > 1 && i < m->first[c + 1]; i++) {
            communality += fit->loading[i] * fit->loading[i];
            items++;
        }
        if (predecessors(m, c)) {
            r2 += fit->r2[c];
            constructs++;
        }
    }
    return items > 0 && constructs > 0
               ? sqrt(communality / items * (r2 / constructs))
               : NAN;
}

/* Without an arrow R2 falls by path^2 / VIF: the squared semipartial
 * correlation (Cohen 1988, ch. 9). */
void quality_f2_fixed(const struct pls_model *m, const struct pls_fit *fit,
                      double *out)
{
    const size_t k = m->constructs;

    quality_vif_inner(m, fit, out);
    for (size_t i = 0; i < k * k; i++) {
        const double rest = 1 - fit->r2[i / k];

        if (m->path[i])
            out[i] = rest > BLOCK_SINGULAR
                         ? fit->path[i] * fit->path[i] / out[i] / rest
                         : NAN;
    }
}
