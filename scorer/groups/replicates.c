/* replicates.c - see replicates.h. */
#include "replicates.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

bool replicates_column(const double *replicate, size_t rows, size_t count,
                       size_t number, double *column, size_t *n)
{
    *n = 0;
    for (size_t r = 0; r < rows; r++)
        if (!isnan(replicate[r * count + number]))
            column[(*n)++] = replicate[r * count + number];
    if (*n == 0 || (rows - *n) * 100 > rows)
        return false;
    qsort(column, *n, sizeof *column, ascending);
    return true;
}

double replicates_quantile(const double *sorted, size_t n, double p)
{
    const double h = (double)(n - 1) * p;
    const size_t low = (size_t)h;

    if (low + 1 >= n)
        return sorted[n - 1];
    return sorted[low] + (h - (double)low) * (sorted[low + 1] - sorted[low]);
}
