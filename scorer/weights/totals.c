/* totals.c - see scorer/totals.h.  Costs a sort of the sampling units. */
#include "scorer/totals.h"

#include <stdlib.h>
#include <string.h>

#include "scorer/errors.h"

double people_effective(double sum, double squares)
{
    return squares > 0 ? sum * sum / squares : NAN;
}

/* The sampling units, in the order of their strata. */
struct units {
    size_t count;
    uint64_t *key;  /* of each: stratum and cluster (or row), ascending */
    size_t *of_row; /* which each row is in */
    size_t *first;  /* of each stratum that has any, and behind the last */
    size_t strata;
    double *fraction;
};

static void units_free(struct units *u)
{
    free(u->key);
    free(u->of_row);
    free(u->first);
    free(u->fraction);
}

static uint64_t key_of(const struct totals_sample *s, size_t row)
{
    const uint64_t stratum = s->stratum ? s->stratum[row] : 0;

    return stratum << 32 | (s->cluster ? s->cluster[row] : (uint32_t)row);
}

static int by_key(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* The strata that have units; u->first has room for one more than units. */
static void find_strata(struct units *u)
{
    for (size_t i = 0; i < u->count; i++)
        if (!i || u->key[i] >> 32 != u->key[i - 1] >> 32)
            u->first[u->strata++] = i;
    u->first[u->strata] = u->count;
}

static enum status sort_units(const struct totals_sample *s, struct units *u)
{
    u->key = malloc(s->rows * sizeof *u->key);
    u->of_row = malloc(s->rows * sizeof *u->of_row);
    u->first = malloc((s->rows + 1) * sizeof *u->first);
    if (!u->key || !u->of_row || !u->first)
        return ST_NOMEM;
    for (size_t i = 0; i < s->rows; i++)
        u->key[i] = key_of(s, i);
    qsort(u->key, s->rows, sizeof *u->key, by_key);
    for (size_t i = 0; i < s->rows; i++)
        if (!i || u->key[i] != u->key[i - 1])
            u->key[u->count++] = u->key[i];
    for (size_t i = 0; i < s->rows; i++) {
        const uint64_t key = key_of(s, i);
        const uint64_t *at =
            bsearch(&key, u->key, u->count, sizeof *u->key, by_key);

        u->of_row[i] = (size_t)(at - u->key);
    }
    find_strata(u);
    return ST_OK;
}

/* "stratum 'A'", or nothing where there is but one. */
static const char *words(const struct totals_sample *s, const struct units *u,
                         size_t stratum, const char *const *name, char out[64])
{
    const size_t number = (size_t)(u->key[u->first[stratum]] >> 32);

    if (!s->stratum)
        return "the sample";
    if (name)
        snprintf(out, 64, "stratum '%.40s'", name[number]);
    else
        snprintf(out, 64, "stratum %zu", number + 1);
    return out;
}

static enum status find_fraction(const struct totals_sample *s,
                                 const struct units *u, size_t stratum,
                                 const char *const *name, double *out,
                                 struct err *err)
{
    const size_t n = u->first[stratum + 1] - u->first[stratum];
    const double fpc =
        s->fpc ? s->fpc[u->key[u->first[stratum]] >> 32] : INFINITY;
    char text[64];

    if (n < 2)
        return err_set(err, ST_NUMERIC,
                       "%s has a single sampling unit: its variance is not "
                       "known",
                       words(s, u, stratum, name, text));
    *out = fpc <= 1 ? fpc : (double)n / fpc;
    if (!(*out >= 0 && *out <= 1))
        return err_set(err, ST_NUMERIC,
                       "%s: %zu sampling units of a population of %g",
                       words(s, u, stratum, name, text), n, fpc);
    return ST_OK;
}

static enum status make_units(const struct totals_sample *s, struct units *u,
                              const char *const *name, struct err *err)
{
    enum status st = sort_units(s, u);

    if (st != ST_OK)
        return st;
    u->fraction = malloc(u->strata * sizeof *u->fraction);
    if (!u->fraction)
        return ST_NOMEM;
    for (size_t h = 0; h < u->strata && st == ST_OK; h++)
        st = find_fraction(s, u, h, name, &u->fraction[h], err);
    return st;
}

/* ---- numbers ---- */

/* Standard error of the sum of w y; y is lost. */
static enum status error_of(const struct totals_sample *s,
                            const struct units *u, double *y, double *se,
                            struct err *err)
{
    const struct errors_strata strata = {u->strata, u->first, u->fraction};
    double *z;
    enum status st = ST_OK;

    if (s->calibrated)
        st = raking_residuals(s->calibrated, s->base, y, err);
    if (st != ST_OK)
        return st;
    z = calloc(u->count, sizeof *z);
    if (!z)
        return ST_NOMEM;
    for (size_t i = 0; i < s->rows; i++)
        z[u->of_row[i]] += s->weight[i] * y[i];
    *se = errors_linear(z, &strata);
    free(z);
    return ST_OK;
}

static enum status sum_up(const struct totals_sample *s, const double *x,
                          struct totals *t, struct err *err)
{
    double squares = 0;

    for (size_t i = 0; i < s->rows; i++) {
        const double w = s->weight[i];

        if (!(w >= 0) || !isfinite(w))
            return err_set(err, ST_NUMERIC,
                           "row %zu: its weight is negative or no number",
                           i + 1);
        if (isnan(x[i]) || w == 0)
            continue;
        t->n++;
        t->weight += w;
        squares += w * w;
        t->total += w * x[i];
    }
    if (!t->n)
        return err_set(err, ST_NUMERIC, "no number with a weight");
    t->mean = t->total / t->weight;
    t->n_eff = people_effective(t->weight, squares);
    t->kish_deff = (double)t->n / t->n_eff;
    return ST_OK;
}

/* Variance of the mean of a simple random sample as large (Saerndal, Swensson
 * & Wretman 1992, 2.10; as R survey estimates it); NaN where the weights do
 * not add up to more people than answered. */
static double simple_variance(const struct totals_sample *s, const double *x,
                              const struct totals *t)
{
    const double n = (double)t->n, people = t->weight;
    double sum = 0;

    for (size_t i = 0; i < s->rows; i++)
        if (!isnan(x[i]))
            sum += s->weight[i] * (x[i] - t->mean) * (x[i] - t->mean);
    return n > 1 && people > n
               ? sum / people * n / (n - 1) * (people - n) / (people * n)
               : NAN;
}

static enum status errors(const struct totals_sample *s, const struct units *u,
                          const double *x, struct totals *t, struct err *err)
{
    double *y = malloc(s->rows * sizeof *y);
    enum status st;

    if (!y)
        return ST_NOMEM;
    for (size_t i = 0; i < s->rows; i++)
        y[i] = isnan(x[i]) ? 0 : x[i];
    st = error_of(s, u, y, &t->total_se, err);
    for (size_t i = 0; i < s->rows; i++)
        y[i] = isnan(x[i]) ? 0 : (x[i] - t->mean) / t->weight;
    if (st == ST_OK)
        st = error_of(s, u, y, &t->mean_se, err);
    t->deff = t->mean_se * t->mean_se / simple_variance(s, x, t);
    free(y);
    return st;
}

enum status totals_of(const struct totals_sample *s, const double *x,
                      const char *const *name, struct totals *out,
                      struct err *err)
{
    struct totals t = {0};
    struct units u = {0};
    enum status st = sum_up(s, x, &t, err);

    if (st == ST_OK)
        st = make_units(s, &u, name, err);
    if (st == ST_OK)
        st = errors(s, &u, x, &t, err);
    units_free(&u);
    if (st == ST_OK)
        *out = t;
    return st;
}
