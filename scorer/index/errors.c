/* errors.c - see scorer/errors.h. */
#include "scorer/errors.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <sodium.h>

#include "base/bytes.h"

static const struct interval undefined = {NAN, NAN, NAN};

unsigned errors_group(const uint8_t respondent[ID_SIZE],
                      const uint8_t id[ID_SIZE])
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] =
        "manyi jackknife!"; /* 16 characters, no NUL */
    const uint8_t *who = bytes_zero(respondent, ID_SIZE) ? id : respondent;
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t number = 0;

    (void)crypto_shorthash(hash, who, ID_SIZE, key);
    for (size_t i = sizeof hash; i-- > 0;)
        number = number << 8 | hash[i];
    return (unsigned)(number % GROUPS);
}

struct spread {
    size_t n; /* replicates that are numbers */
    double mean;
    double squares; /* of the differences from the mean */
};

static struct spread spread_of(const double *replicate, size_t n)
{
    struct spread s = {0};

    for (size_t i = 0; i < n; i++)
        if (!isnan(replicate[i])) {
            s.n++;
            s.mean += replicate[i];
        }
    s.mean /= (double)s.n;
    for (size_t i = 0; i < n; i++)
        if (!isnan(replicate[i]))
            s.squares += (replicate[i] - s.mean) * (replicate[i] - s.mean);
    return s;
}

/* Whether too many failed, or too few are left, for an honest interval. */
static bool hopeless(const struct spread *s, double estimate, size_t n)
{
    return isnan(estimate) || s->n < 2 || (n - s->n) * 100 > n;
}

struct interval errors_jackknife(double estimate, const double *replicate,
                                 size_t g, size_t *dropped)
{
    const struct spread s = spread_of(replicate, g);
    const double degrees = (double)s.n - 1;
    double se, t;

    if (dropped)
        *dropped = g - s.n;
    if (hopeless(&s, estimate, g))
        return undefined;
    se = sqrt(degrees / (double)s.n * s.squares);
    t = gsl_cdf_tdist_Pinv(0.975, degrees);
    return (struct interval){se, estimate - t * se, estimate + t * se};
}

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

struct interval errors_bootstrap(double estimate, double *replicate, size_t b,
                                 size_t *dropped)
{
    const struct spread s = spread_of(replicate, b);
    size_t n = 0;

    if (dropped)
        *dropped = b - s.n;
    if (hopeless(&s, estimate, b))
        return undefined;
    for (size_t i = 0; i < b; i++)
        if (!isnan(replicate[i]))
            replicate[n++] = replicate[i];
    qsort(replicate, n, sizeof *replicate, ascending);
    return (struct interval){sqrt(s.squares / (double)(s.n - 1)),
                             quantile(replicate, n, 0.025),
                             quantile(replicate, n, 0.975)};
}
