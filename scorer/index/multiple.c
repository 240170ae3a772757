/* multiple.c - see scorer/multiple.h. */
#include "scorer/multiple.h"

#include <math.h>
#include <stdlib.h>

struct place {
    double p;
    size_t at;
};

static int ascending(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

enum status false_discovery(const double *p, size_t n, double *adjusted)
{
    struct place *sorted = malloc((n + 1) * sizeof *sorted);
    size_t tests = 0;
    double least = 1;

    if (!sorted)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]))
            sorted[tests++] = (struct place){p[i], i};
        adjusted[i] = p[i];
    }
    qsort(sorted, tests, sizeof *sorted, ascending);
    for (size_t i = tests; i-- > 0;) {
        least = fmin(least, sorted[i].p * (double)tests / (double)(i + 1));
        adjusted[sorted[i].at] = least;
    }
    free(sorted);
    return ST_OK;
}
