/* within.c - see within.h. */
#include "within.h"

#include <math.h>
#include <stdlib.h>

#include "scorer/ldl.h"

enum status within_begin(struct within *w)
{
    const size_t n = w->codes + 1;

    if (w->codes > WITHIN_CODES_MAX)
        return ST_RANGE;
    w->cell_weight = malloc((w->cells + 1) * sizeof(double));
    w->code_weight = malloc(n * sizeof(double));
    w->joint = malloc((w->cells * w->codes + 1) * sizeof(double));
    w->effect = malloc(n * sizeof(double));
    w->matrix = malloc(n * n * sizeof(double));
    w->sum = malloc((w->cells + 1) * sizeof(double));
    if (w->cell_weight && w->code_weight && w->joint && w->effect &&
        w->matrix && w->sum)
        return ST_OK;
    within_free(w);
    return ST_NOMEM;
}

void within_free(struct within *w)
{
    double **const all[] = {&w->cell_weight, &w->code_weight, &w->joint,
                            &w->effect,      &w->matrix,      &w->sum};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(*all[i]);
        *all[i] = NULL;
    }
}

static void clear(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 0;
}

/* The mean is taken off all values first, so that little is lost when sums of
 * products are taken from one another. */
static double mean_of(const struct within *w, const double *value,
                      const double *weight)
{
    double sum = 0, all = 0;

    for (size_t r = 0; r < w->rows; r++)
        if (weight[r] > 0) {
            sum += weight[r] * value[r];
            all += weight[r];
        }
    return sum / all;
}

static void add_row(struct within *w, size_t r, double value, double weight)
{
    const size_t k = w->cell[r], *code = &w->code[r * w->factors];

    w->weight += weight;
    w->cell_weight[k] += weight;
    w->sum[k] += weight * value;
    for (size_t i = 0; i < w->factors; i++) {
        if (code[i] == WITHIN_NONE)
            continue;
        w->code_weight[code[i]] += weight;
        w->joint[k * w->codes + code[i]] += weight;
        w->effect[code[i]] += weight * value;
        for (size_t j = 0; j < w->factors; j++)
            if (code[j] != WITHIN_NONE)
                w->matrix[code[i] * w->codes + code[j]] += weight;
    }
}

static void sweep(struct within *w)
{
    for (size_t k = 0; k < w->cells; k++) {
        const double *joint = &w->joint[k * w->codes];

        for (size_t c = 0; w->cell_weight[k] > 0 && c < w->codes; c++) {
            const double share = joint[c] / w->cell_weight[k];

            if (share == 0)
                continue;
            w->effect[c] -= share * w->sum[k];
            for (size_t d = 0; d < w->codes; d++)
                w->matrix[c * w->codes + d] -= share * joint[d];
        }
    }
}

/* To a diagonal of what the sweep left, 1 at most; nobody's code is 0 alone. */
static void scale(struct within *w)
{
    const size_t n = w->codes;

    for (size_t c = 0; c < n; c++) {
        if (!(w->code_weight[c] > 0))
            w->matrix[c * n + c] = 1;
        for (size_t d = 0; d < n; d++)
            if (w->code_weight[c] > 0 && w->code_weight[d] > 0)
                w->matrix[c * n + d] /=
                    sqrt(w->code_weight[c]) * sqrt(w->code_weight[d]);
        if (w->code_weight[c] > 0)
            w->effect[c] /= sqrt(w->code_weight[c]);
    }
}

bool within_solve(struct within *w, const double *value, const double *weight,
                  size_t *bad)
{
    const double mean = mean_of(w, value, weight);

    w->weight = 0;
    clear(w->cell_weight, w->cells);
    clear(w->sum, w->cells);
    clear(w->code_weight, w->codes);
    clear(w->effect, w->codes);
    clear(w->joint, w->cells * w->codes);
    clear(w->matrix, w->codes * w->codes);
    for (size_t r = 0; r < w->rows; r++)
        if (weight[r] > 0)
            add_row(w, r, value[r] - mean, weight[r]);
    sweep(w);
    scale(w);
    if (!ldl_factor(w->matrix, w->codes, w->codes, WITHIN_LEAST, bad))
        return false;
    ldl_solve(w->matrix, w->codes, w->codes, w->effect);
    for (size_t c = 0; c < w->codes; c++)
        if (w->code_weight[c] > 0)
            w->effect[c] /= sqrt(w->code_weight[c]);
    return true;
}
