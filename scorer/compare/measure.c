/* measure.c - see measure.h. */
#include "measure.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

const struct finding finding_none = {NAN, {NAN, NAN, NAN}, NAN, NAN};

void measure_begin(const struct cell_estimate *a, const struct cell_estimate *b,
                   struct measure *out)
{
    *out = (struct measure){0};
    for (size_t g = 0; g < GROUPS; g++)
        out->used[g] = (a && a->used[g]) || (b && b->used[g]);
}

void measure_of(const struct cell_estimate *e, struct measure *out)
{
    measure_begin(e, NULL, out);
    for (size_t s = 0; s < SAMPLES; s++)
        out->at[s] = index_in(e, s);
}

void measure_difference(const struct measure *a, const struct measure *b,
                        struct measure *out)
{
    for (size_t s = 0; s < SAMPLES; s++)
        out->at[s] = a->at[s] - b->at[s];
    for (size_t g = 0; g < GROUPS; g++)
        out->used[g] = a->used[g] || b->used[g];
}

struct finding measure_find(const struct measure *m, double more)
{
    struct finding f = finding_none;
    double replicate[GROUPS], t;
    size_t count = 0, dropped = 0;

    f.value = m->at[WHOLE];
    for (size_t g = 0; g < GROUPS; g++)
        if (m->used[g])
            replicate[count++] = m->at[g];
    f.interval = errors_jackknife(f.value, replicate, count, &dropped);
    if (isnan(f.interval.se))
        return f;
    f.degrees = (double)(count - dropped) - 1;
    if (more > 0) {
        t = gsl_cdf_tdist_Pinv(0.5 + ERRORS_LEVEL / 2, f.degrees);
        f.interval.se = hypot(f.interval.se, more);
        f.interval.low = f.value - t * f.interval.se;
        f.interval.high = f.value + t * f.interval.se;
    }
    if (f.interval.se >= VARIES)
        f.p = 2 * gsl_cdf_tdist_Q(fabs(f.value / f.interval.se), f.degrees);
    return f;
}

double finding_above(const struct finding *f)
{
    return f->interval.se >= VARIES
               ? gsl_cdf_tdist_P(f->value / f->interval.se, f->degrees)
               : NAN;
}
