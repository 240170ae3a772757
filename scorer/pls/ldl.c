/* ldl.c - see ldl.h.  Row k of the upper half becomes D_k and, behind it, the
 * rows of D L'; the quotients are kept below the diagonal. */
#include "scorer/ldl.h"

bool ldl_factor(double *a, size_t n, size_t pitch, double least, size_t *bad)
{
    for (size_t k = 0; k < n; k++) {
        const double *row = a + k * pitch;

        if (!(row[k] > least)) {
            if (bad)
                *bad = k;
            return false;
        }
        for (size_t i = k + 1; i < n; i++) {
            const double l = row[i] / row[k];

            a[i * pitch + k] = l;
            for (size_t j = i; j < n; j++)
                a[i * pitch + j] -= l * row[j];
        }
    }
    return true;
}

void ldl_solve(const double *a, size_t n, size_t pitch, double *x)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            x[i] -= a[i * pitch + k] * x[k];
    for (size_t i = n; i-- > 0;) {
        x[i] /= a[i * pitch + i];
        for (size_t k = i + 1; k < n; k++)
            x[i] -= a[k * pitch + i] * x[k];
    }
}
