/* weighted.c - see scorer/weighted.h.  A row of 24 items takes half a
 * microsecond. */
#include "scorer/weighted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MATRICES = 5 };

/* A variance below this part of the mean square is rounding. */
#define CONSTANT 1e-12

enum status weighted_new(size_t items, struct weighted **w)
{
    const size_t n = items * items;
    struct weighted *new =
        calloc(1, sizeof *new + MATRICES *n * sizeof(double));

    if (!new)
        return ST_NOMEM;
    new->items = items;
    new->count = (double *)(new + 1);
    new->both = new->count + n;
    new->sum = new->both + n;
    new->cross = new->sum + n;
    new->square = new->cross + n;
    *w = new;
    return ST_OK;
}

void weighted_free(struct weighted **w)
{
    free(*w);
    *w = NULL;
}

void weighted_clear(struct weighted *w)
{
    w->rows = 0;
    w->weight = 0;
    memset(w->count, 0, MATRICES * w->items * w->items * sizeof *w->count);
}

void weighted_add(struct weighted *w, const uint8_t *row, double weight)
{
    const size_t n = w->items;

    w->rows++;
    w->weight += weight;
    for (size_t i = 0; i < n; i++) {
        const double x = row[i];

        for (size_t j = 0; x > 0 && j < n; j++) {
            const double present = row[j] ? weight : 0;

            w->count[i * n + j] += row[j] != 0;
            w->both[i * n + j] += present;
            w->sum[i * n + j] += present * x;
            w->cross[i * n + j] += present * x * row[j];
            w->square[i * n + j] += present * x * x;
        }
    }
}

void weighted_fold(struct weighted *into, const struct weighted *from,
                   double sign)
{
    into->rows += sign < 0 ? -from->rows : from->rows;
    into->weight += sign * from->weight;
    for (size_t k = 0; k < MATRICES * into->items * into->items; k++)
        into->count[k] += sign * from->count[k];
}

static enum status refuse(const struct pls_model *m, size_t i, size_t j,
                          const char *cause, struct err *err)
{
    if (i == j)
        return err_set(err, ST_NUMERIC, "%s: %s", pls_item_code(m, i), cause);
    return err_set(err, ST_NUMERIC, "%s and %s: %s", pls_item_code(m, i),
                   pls_item_code(m, j), cause);
}

/* Sum of products about the items' own means; see moments/covariance.c. */
static double products(const struct weighted *w, size_t i, size_t j)
{
    const size_t n = w->items, ij = i * n + j, ji = j * n + i;
    const double mi = w->sum[i * n + i] / w->both[i * n + i];
    const double mj = w->sum[j * n + j] / w->both[j * n + j];

    return w->cross[ij] - mi * w->sum[ji] - mj * w->sum[ij] +
           mi * mj * w->both[ij];
}

/* Sum of squares of i about its mean, both over the rows where j is present;
 * 0 when that is but rounding. */
static double squares(const struct weighted *w, size_t i, size_t j)
{
    const size_t ij = i * w->items + j;
    const double v = w->square[ij] - w->sum[ij] * w->sum[ij] / w->both[ij];

    return v > CONSTANT * w->square[ij] ? v : 0;
}

static double pairwise(const struct weighted *w, size_t i, size_t j)
{
    const size_t ij = i * w->items + j, ji = j * w->items + i;
    const double c = w->cross[ij] - w->sum[ij] * w->sum[ji] / w->both[ij];

    return c / (sqrt(squares(w, i, j)) * sqrt(squares(w, j, i)));
}

/* What stands for n - 1 where `rows` rows have the weight `weight`. */
static double divisor(double weight, double rows)
{
    return weight * (rows - 1) / rows;
}

static enum status check(const struct weighted *w, enum missing_policy policy,
                         const struct pls_model *m, struct err *err)
{
    const size_t n = w->items;

    if (w->rows < 2)
        return err_set(err, ST_NUMERIC, "fewer than two rows with a weight");
    for (size_t i = 0; i < n; i++) {
        if (w->count[i * n + i] == 0)
            return refuse(m, i, i, "no answers", err);
        if (w->count[i * n + i] < 2)
            return refuse(m, i, i, "fewer than two answers", err);
        if (squares(w, i, i) == 0)
            return refuse(m, i, i, "constant: all answers are the same", err);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            if (w->count[i * n + j] < 2)
                return refuse(m, i, j, "fewer than two rows have both", err);
            if (policy == MISSING_PAIRWISE &&
                squares(w, i, j) * squares(w, j, i) == 0)
                return refuse(m, i, j, "constant in the rows that have both",
                              err);
        }
    return ST_OK;
}

enum status weighted_covariance(const struct weighted *w,
                                enum missing_policy policy,
                                const struct pls_model *m, double *mean,
                                double *cov, struct err *err)
{
    const size_t n = w->items;
    enum status st = check(w, policy, m, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < n; i++) {
        const size_t ii = i * n + i;

        mean[i] = w->sum[ii] / w->both[ii];
        cov[ii] = policy == MISSING_PAIRWISE
                      ? squares(w, i, i) / divisor(w->both[ii], w->count[ii])
                      : products(w, i, i) / divisor(w->weight, (double)w->rows);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            cov[i * n + j] = cov[j * n + i] =
                policy == MISSING_PAIRWISE
                    ? pairwise(w, i, j) * sqrt(cov[i * n + i]) *
                          sqrt(cov[j * n + j])
                    : products(w, i, j) / divisor(w->weight, (double)w->rows);
    return ST_OK;
}
