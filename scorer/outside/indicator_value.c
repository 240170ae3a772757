/* indicator_value.c - see indicators.h: how indicators are told. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "indicators.h"

static const struct indicator_kind kinds[] = {
    {"on_time_install", "%", 100, true, false},
    {"on_time_repair", "%", 100, true, false},
    {"kept_promises", "%", 100, true, false},
    {"complaints", "per million", 1e6, false, true},
    {"churn", "%", 100, true, true}};
static const struct indicator_kind other = {"", "%", 100, true, false};

const struct indicator_kind *indicator_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (streq(kinds[i].name, name))
            return &kinds[i];
    return &other;
}

/* Wilson 1927 (J. American Statistical Association 22). */
static struct indicator_value share(double x, double n)
{
    const double z = gsl_cdf_ugaussian_Pinv(0.975), p = x / n;
    const double middle = p + z * z / (2 * n);
    const double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    const double scale = 1 + z * z / n;

    /* exactly 0 and 1 at the ends, which rounding would miss */
    return (struct indicator_value){p, x > 0 ? (middle - half) / scale : 0,
                                    x < n ? (middle + half) / scale : 1};
}

/* Garwood 1936 (Biometrika 28): chi-squared with 2x and 2x + 2 degrees. */
static struct indicator_value number(double x, double n)
{
    return (struct indicator_value){
        x / n, x > 0 ? gsl_cdf_chisq_Pinv(0.025, 2 * x) / 2 / n : 0,
        gsl_cdf_chisq_Pinv(0.975, 2 * x + 2) / 2 / n};
}

struct indicator_value indicator_value(const struct indicator_kind *k,
                                       double numerator, double denominator)
{
    struct indicator_value v = {NAN, NAN, NAN};

    if (!(denominator > 0))
        return v;
    v = k->share ? share(numerator, denominator)
                 : number(numerator, denominator);
    v.value *= k->times;
    v.low *= k->times;
    v.high *= k->times;
    return v;
}
