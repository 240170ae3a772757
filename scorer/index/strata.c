/* strata.c - errors of samples drawn in strata and clusters, see
 * scorer/errors.h. */
#include "spread.h"

static double correction(const struct errors_strata *s, size_t h)
{
    return s->fraction ? 1 - s->fraction[h] : 1;
}

static double units(const struct errors_strata *s, size_t h)
{
    return (double)(s->first[h + 1] - s->first[h]);
}

static double squares(const double *value, const struct errors_strata *s,
                      size_t h, double mean)
{
    double sum = 0;

    for (size_t k = s->first[h]; k < s->first[h + 1]; k++)
        sum += (value[k] - mean) * (value[k] - mean);
    return sum;
}

struct interval errors_stratified(double estimate, const double *replicate,
                                  const struct errors_strata *s, double level,
                                  size_t *dropped)
{
    const size_t n = s->first[s->count];
    const struct spread all = spread_of(replicate, n);
    double variance = 0;

    if (dropped)
        *dropped = n - all.n;
    if (spread_torn(&all, estimate, n))
        return spread_none;
    for (size_t h = 0; h < s->count; h++)
        variance += correction(s, h) * (units(s, h) - 1) / units(s, h) *
                    squares(replicate, s, h, all.mean);
    return spread_t(estimate, sqrt(variance), (double)(n - s->count), level);
}

double errors_linear(const double *z, const struct errors_strata *s)
{
    double variance = 0;

    for (size_t h = 0; h < s->count; h++) {
        const double u = units(s, h);
        const struct spread in =
            spread_of(z + s->first[h], s->first[h + 1] - s->first[h]);

        if (in.n < 2 || (double)in.n < u)
            return NAN;
        variance += correction(s, h) * u / (u - 1) * in.squares;
    }
    return sqrt(variance);
}
