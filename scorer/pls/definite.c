/* definite.c - whether correlations can be those of anything.
 *
 * Those of complete or mean-replaced rows always are, to rounding; pairwise
 * ones need not be.  Factoring the matrix with a little added to its diagonal
 * takes a microsecond and passes every good matrix; only one that fails is
 * given to GSL for its true eigenvalues.
 */
#include "work.h"

#include <string.h>

#include <gsl/gsl_eigen.h>

#include "scorer/ldl.h"

#define NEGATIVE 1e-10 /* of the largest eigenvalue: is refused beyond */

static enum status extremes(const struct work *s, double *least, double *most)
{
    const size_t n = s->m->items;
    gsl_matrix *a = gsl_matrix_alloc(n, n);
    gsl_vector *values = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *space = gsl_eigen_symm_alloc(n);
    enum status st = ST_NOMEM;

    if (!a || !values || !space)
        goto done;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(a, i, j, s->r[i * s->pitch + j]);
    if (gsl_eigen_symm(a, values, space) != GSL_SUCCESS) {
        st = err_set(s->err, ST_NUMERIC, "no eigenvalues of the correlations");
        goto done;
    }
    gsl_vector_minmax(values, least, most);
    st = ST_OK;
done:
    if (space)
        gsl_eigen_symm_free(space);
    gsl_vector_free(values);
    gsl_matrix_free(a);
    return st;
}

enum status work_definite(const struct work *s)
{
    const size_t n = s->m->items;
    double a[ITEMS_MAX * ITEMS_MAX], least, most;
    enum status st;

    memcpy(a, s->r, n * s->pitch * sizeof *a);
    /* The largest eigenvalue is at least the mean one, which is 1. */
    for (size_t i = 0; i < n; i++)
        a[i * s->pitch + i] += NEGATIVE / 2;
    if (ldl_factor(a, n, s->pitch, 0, NULL))
        return ST_OK;
    st = extremes(s, &least, &most);
    if (st == ST_OK && least < -NEGATIVE * most)
        st = err_set(s->err, ST_NUMERIC,
                     "the correlations contradict one another (smallest "
                     "eigenvalue %.3g, largest %.3g): too few joint answers",
                     least, most);
    return st;
}
