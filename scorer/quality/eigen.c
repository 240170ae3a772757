/* eigen.c - eigenvalues of a block by Jacobi's rotations (Golub & Van Loan
 * 2013, 8.5), in one fixed order: the same bits everywhere.  Seven items take
 * some ten microseconds. */
#include <math.h>
#include <string.h>

#include "block.h"

enum { SWEEPS = 60 }; /* six to ten are enough */

struct jacobi {
    size_t n;
    double a[ITEMS_MAX * ITEMS_MAX];
    double v[ITEMS_MAX * ITEMS_MAX]; /* eigenvectors, a row each */
};

/* Rows and columns p and q turned so that a_pq becomes 0. */
static void rotate(struct jacobi *j, size_t p, size_t q)
{
    const size_t n = j->n;
    const double apq = j->a[p * n + q];
    const double tau = (j->a[q * n + q] - j->a[p * n + p]) / (2 * apq);
    const double t = (tau >= 0 ? 1 : -1) / (fabs(tau) + sqrt(1 + tau * tau));
    const double c = 1 / sqrt(1 + t * t), s = t * c;

    for (size_t i = 0; i < n; i++) {
        const double x = j->a[i * n + p], y = j->a[i * n + q];

        j->a[i * n + p] = c * x - s * y;
        j->a[i * n + q] = s * x + c * y;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = j->a[p * n + i], y = j->a[q * n + i];
        const double u = j->v[p * n + i], w = j->v[q * n + i];

        j->a[p * n + i] = c * x - s * y;
        j->a[q * n + i] = s * x + c * y;
        j->v[p * n + i] = c * u - s * w;
        j->v[q * n + i] = s * u + c * w;
    }
}

/* Whether anything was left to turn. */
static bool sweep(struct jacobi *j)
{
    bool turned = false;

    for (size_t p = 0; p < j->n; p++)
        for (size_t q = p + 1; q < j->n; q++)
            if (fabs(j->a[p * j->n + q]) > 1e-300) {
                rotate(j, p, q);
                turned = true;
            }
    return turned;
}

static void diagonalise(struct jacobi *j)
{
    for (size_t p = 0; p < j->n; p++)
        for (size_t q = 0; q < j->n; q++)
            j->v[p * j->n + q] = p == q ? 1 : 0;
    for (int i = 0; i < SWEEPS && sweep(j); i++)
        continue;
}

void block_eigenvalues(const double *a, size_t n, double *value)
{
    struct jacobi j = {.n = n};

    memcpy(j.a, a, n * n * sizeof *a);
    diagonalise(&j);
    for (size_t i = 0; i < n; i++)
        value[i] = j.a[i * (n + 1)];
}

void block_eigen(const struct pls_model *m, const double *r, size_t c,
                 double value[2], double *vector)
{
    struct jacobi j = {.n = block_size(m, c)};
    size_t most = 0;

    for (size_t p = 0; p < j.n; p++)
        for (size_t q = 0; q < j.n; q++)
            j.a[p * j.n + q] =
                r[(m->first[c] + p) * m->items + m->first[c] + q];
    diagonalise(&j);
    for (size_t p = 1; p < j.n; p++)
        if (j.a[p * (j.n + 1)] > j.a[most * (j.n + 1)])
            most = p;
    value[0] = j.a[most * (j.n + 1)];
    value[1] = j.n > 1 ? -INFINITY : 0;
    for (size_t p = 0; p < j.n; p++)
        if (p != most)
            value[1] = fmax(value[1], j.a[p * (j.n + 1)]);
    memcpy(vector, j.v + most * j.n, j.n * sizeof *vector);
}
