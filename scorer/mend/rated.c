/* rated.c - see rated.h. */
#include "rated.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

static const double *counts_in(const struct item_counts *of, size_t g)
{
    return g == GROUPS ? of->count : of->without + g * of->points;
}

static double weight_in(const struct item_counts *of, size_t g)
{
    double sum = 0;

    for (size_t v = 0; v < of->points; v++)
        sum += counts_in(of, g)[v];
    return sum;
}

static double value_in(const struct rated *r, size_t i, size_t g)
{
    const struct item_counts *of = r->part[i];
    double score[SCALE_MAX + 1], sum = 0;

    rate_scores(r->plan[i], r->rate, r->answer, score);
    for (size_t v = 0; v < of->points; v++)
        sum += score[v] * counts_in(of, g)[v];
    return sum / weight_in(of, g);
}

/* As in a roll-up of indices: a survey's weight is shared among its forms by
 * what they weigh. */
static double rollup_weight(const struct rated *r, size_t i, size_t g)
{
    const double mine = weight_in(r->part[i], g);
    double survey = 0;

    if (r->rollup == ROLLUP_DESIGN)
        return mine;
    for (size_t k = 0; k < r->parts; k++)
        if (streq(r->part[k]->survey->code, r->part[i]->survey->code))
            survey += weight_in(r->part[k], g);
    return r->part[i]->rollup * mine / survey;
}

static double rate_in(const struct rated *r, size_t g)
{
    double sum = 0, weights = 0;

    if (r->parts == 1)
        return value_in(r, 0, g);
    for (size_t i = 0; i < r->parts; i++) {
        const double w = rollup_weight(r, i, g);

        sum += w * value_in(r, i, g);
        weights += w;
    }
    return sum / weights;
}

/* The score interval (Wilson 1927, JASA 22), for which nobody has to differ. */
struct interval rated_wilson(double percent, double n)
{
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + ERRORS_LEVEL / 2);
    const double p = percent / 100, d = 1 + z * z / n;
    const double middle = (p + z * z / (2 * n)) / d;
    const double half = z / d * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    return (struct interval){NAN, 100 * fmax(0, middle - half),
                             100 * fmin(1, middle + half)};
}

static size_t groups_used(const struct rated *r)
{
    size_t used = 0;

    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < r->parts; i++)
            if (r->part[i]->used[g]) {
                used++;
                break;
            }
    return used;
}

static void find_interval(const struct rated *r, struct rated_number *x)
{
    const double least = 1e-9;
    double without[GROUPS], low, high;

    for (size_t g = 0; g < GROUPS; g++)
        without[g] = rate_in(r, g);
    x->interval = counts_interval(x->value, without, r->part, r->parts);
    x->method = "jackknife";
    if (groups_used(r) < 2 || x->interval.se < least) {
        x->interval = rate_is_share(r->rate) ? rated_wilson(x->value, x->n_eff)
                                             : (struct interval){NAN, NAN, NAN};
        x->method = rate_is_share(r->rate) ? "wilson" : "";
    }
    rate_range(r->plan[0], r->rate, &low, &high);
    if (!isnan(x->interval.low)) {
        x->interval.low = fmax(x->interval.low, low);
        x->interval.high = fmin(x->interval.high, high);
    }
}

void rated_number(const struct rated *r, struct rated_number *out)
{
    struct rated_number x = {.value = rate_in(r, GROUPS)};

    for (size_t i = 0; i < r->parts; i++) {
        x.n += r->part[i]->n;
        x.n_eff += r->part[i]->n_eff;
    }
    find_interval(r, &x);
    *out = x;
}
