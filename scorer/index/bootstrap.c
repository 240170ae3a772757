/* bootstrap.c - intervals from resamples, see scorer/errors.h. */
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "spread.h"

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Hyndman & Fan 1996, definition 7: h = (n - 1) p. */
static double quantile(const double *sorted, size_t n, double p)
{
    const double h = (double)(n - 1) * p;
    const size_t low = (size_t)h;

    if (low + 1 >= n)
        return sorted[n - 1];
    return sorted[low] + (h - (double)low) * (sorted[low + 1] - sorted[low]);
}

double errors_bias(double estimate, const double *replicate, size_t b)
{
    double below = 0, n = 0;

    for (size_t i = 0; i < b; i++) {
        below += replicate[i] < estimate ? 1 : 0;
        below += replicate[i] == estimate ? 0.5 : 0;
        n += isnan(replicate[i]) ? 0 : 1;
    }
    return gsl_cdf_ugaussian_Pinv(below / n);
}

/* Where the quantile of a level lies once bias and skewness are allowed for
 * (Efron 1987, eq. 2.3). */
static double corrected(double p, double z0, double a)
{
    const double z = z0 + gsl_cdf_ugaussian_Pinv(p);

    return gsl_cdf_ugaussian_P(z0 + z / (1 - a * z));
}

/* From sorted replicates. */
static void set_quantiles(const struct bootstrap *b, size_t n, double low,
                          double high, struct interval *i)
{
    i->low = quantile(b->replicate, n, low);
    i->high = quantile(b->replicate, n, high);
}

static void set_bca(const struct bootstrap *b, size_t n, double tail,
                    struct interval *i)
{
    const double z0 = errors_bias(b->estimate, b->replicate, n);
    const double low = corrected(tail, z0, b->acceleration);
    const double high = corrected(1 - tail, z0, b->acceleration);

    /* a(z0 + z) past 1 turns the ends round: so skew a sample says nothing */
    if (isfinite(z0) && low < high)
        set_quantiles(b, n, low, high, i);
}

/* (theta* - theta) / se* of those that have one, in the replicates' place. */
static size_t studentise(struct bootstrap *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->count; i++) {
        const double t = (b->replicate[i] - b->estimate) / b->own_se[i];

        if (isfinite(t))
            b->replicate[n++] = t;
    }
    return n;
}

static void set_studentised(struct bootstrap *b, double tail,
                            struct interval *i)
{
    const size_t n = studentise(b);

    if (n < 2 || (b->count - n) * 100 > b->count || !(b->se > 0))
        return;
    qsort(b->replicate, n, sizeof *b->replicate, ascending);
    i->low = b->estimate - b->se * quantile(b->replicate, n, 1 - tail);
    i->high = b->estimate - b->se * quantile(b->replicate, n, tail);
}

static size_t keep_numbers(struct bootstrap *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->count; i++)
        if (!isnan(b->replicate[i]))
            b->replicate[n++] = b->replicate[i];
    qsort(b->replicate, n, sizeof *b->replicate, ascending);
    return n;
}

struct interval errors_bootstrap_at(struct bootstrap *b, size_t *dropped)
{
    const struct spread s = spread_of(b->replicate, b->count);
    const double tail = spread_tail(b->level);
    struct interval i = spread_none;
    size_t n;

    if (dropped)
        *dropped = b->count - s.n;
    if (spread_hopeless(&s, b->estimate, b->count))
        return i;
    i.se = sqrt(s.squares / (double)(s.n - 1));
    if (b->kind == BOOTSTRAP_STUDENTISED) {
        set_studentised(b, tail, &i);
        return i;
    }
    n = keep_numbers(b);
    if (b->kind == BOOTSTRAP_BCA)
        set_bca(b, n, tail, &i);
    else
        set_quantiles(b, n, tail, 1 - tail, &i);
    return i;
}

struct interval errors_bootstrap(double estimate, double *replicate, size_t b,
                                 size_t *dropped)
{
    struct bootstrap all = {.kind = BOOTSTRAP_PERCENTILE,
                            .level = ERRORS_LEVEL,
                            .estimate = estimate,
                            .count = b,
                            .replicate = replicate};

    return errors_bootstrap_at(&all, dropped);
}
