/* errors.c - see scorer/errors.h. */
#include "scorer/errors.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <sodium.h>

#include "base/bytes.h"
#include "spread.h"

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

struct spread spread_of(const double *replicate, size_t n)
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

bool spread_hopeless(const struct spread *s, double estimate, size_t n)
{
    return isnan(estimate) || s->n < 2 || (n - s->n) * 100 > n;
}

bool spread_torn(const struct spread *s, double estimate, size_t n)
{
    return isnan(estimate) || s->n < 2 || s->n < n;
}

struct interval spread_t(double estimate, double se, double degrees,
                         double level)
{
    const double t = gsl_cdf_tdist_Pinv(1 - spread_tail(level), degrees);

    return (struct interval){se, estimate - t * se, estimate + t * se};
}

struct interval errors_jackknife_at(double estimate, const double *replicate,
                                    size_t g, double level, size_t *dropped)
{
    const struct spread s = spread_of(replicate, g);
    const double degrees = (double)s.n - 1;

    if (dropped)
        *dropped = g - s.n;
    if (spread_torn(&s, estimate, g))
        return spread_none;
    return spread_t(estimate, sqrt(degrees / (double)s.n * s.squares), degrees,
                    level);
}

struct interval errors_jackknife(double estimate, const double *replicate,
                                 size_t g, size_t *dropped)
{
    return errors_jackknife_at(estimate, replicate, g, ERRORS_LEVEL, dropped);
}

double errors_acceleration(const double *replicate, size_t g)
{
    const struct spread s = spread_of(replicate, g);
    double cubes = 0;

    if (spread_torn(&s, 0, g))
        return NAN;
    for (size_t i = 0; i < g; i++) {
        const double d = s.mean - replicate[i];

        cubes += d * d * d;
    }
    return s.squares > 0 ? cubes / (6 * s.squares * sqrt(s.squares)) : 0;
}
