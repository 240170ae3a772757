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

/* Of the units of a stratum that are numbers; how many is in *n. */
static double squares(const double *value, const struct errors_strata *s,
                      size_t h, double mean, double *n)
{
    double sum = 0;

    *n = 0;
    for (size_t k = s->first[h]; k < s->first[h + 1]; k++)
        if (!isnan(value[k])) {
            sum += (value[k] - mean) * (value[k] - mean);
            *n += 1;
        }
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
    if (spread_hopeless(&all, estimate, n))
        return spread_none;
    for (size_t h = 0; h < s->count; h++) {
        const double u = units(s, h);
        double there;
        const double sum = squares(replicate, s, h, all.mean, &there);

        /* those that failed are taken to be like the others */
        if (there > 0)
            variance += correction(s, h) * (u - 1) / u * sum * u / there;
    }
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
