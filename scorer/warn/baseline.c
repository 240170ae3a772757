/* baseline.c - see baseline.h. */
#include "baseline.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "days.h"

enum {
    REFRESH = 28,   /* days after which classes and rho are chosen anew */
    FINE_DAYS = 8,  /* of each weekday, before weekdays are told apart */
    CLASS_DAYS = 3, /* of a class, before a day of it is judged */
    SKEW_CUBES = 50 /* before a third moment is believed */
};
#define WINSOR 3.0
#define Z_MAX  10.0

/* What the days before come to. */
struct model {
    const struct point *p;
    const struct baseline_plan *plan;
    double *used; /* y, winsorised */
    bool fine;
    double rho;
    size_t days, in_class[DAY_CLASSES];
    double weight[DAY_CLASSES], mean[DAY_CLASSES];
    double residual; /* sum of squared standardised residuals */
    size_t freedom;
    double n, ss, df, cube, cubes; /* within days */
};

static unsigned class_of(const struct model *m, size_t t)
{
    return m->fine ? m->plan->fine[t] : m->plan->coarse[t];
}

static double weight_of(const struct model *m, size_t t)
{
    return 1 / (1 / (double)m->p[t].n + m->rho);
}

/* ---- adding a day ---- */

static void take(struct model *m, size_t t)
{
    const unsigned c = class_of(m, t);
    const double w = weight_of(m, t), d = m->used[t] - m->mean[c];
    const double sum = m->weight[c] + w;

    if (m->in_class[c] > 0) {
        m->residual += d * d * w * m->weight[c] / sum;
        m->freedom++;
    }
    m->mean[c] += d * w / sum;
    m->weight[c] = sum;
    m->in_class[c]++;
    m->days++;
}

static void take_within(struct model *m, const struct point *p)
{
    m->n += (double)p->n;
    m->ss += (double)p->ss;
    m->df += (double)p->df;
    m->cube += (double)p->cube;
    m->cubes += (double)p->cubes;
}

static double variance_within(const struct model *m)
{
    return m->df > 0 ? m->ss / m->df : NAN;
}

/* ---- choosing classes and rho ---- */

static void retake(struct model *m, size_t t, double rho)
{
    m->rho = rho;
    m->days = m->freedom = 0;
    m->residual = 0;
    memset(m->in_class, 0, sizeof m->in_class);
    memset(m->weight, 0, sizeof m->weight);
    memset(m->mean, 0, sizeof m->mean);
    for (size_t i = 0; i < t; i++)
        if (m->p[i].n > 0)
            take(m, i);
}

static bool may_be_fine(const struct model *m, size_t t)
{
    size_t days[DAY_CLASSES] = {0};

    if (!m->plan->fine)
        return false;
    for (size_t i = 0; i < t; i++)
        days[m->plan->fine[i]] += m->p[i].n > 0;
    for (size_t c = 0; c < DAY_HOLIDAY; c++)
        if (days[c] < FINE_DAYS)
            return false;
    return true;
}

static void refresh(struct model *m, size_t t)
{
    const double within = variance_within(m);
    double left[DAY_CLASSES] = {0}, spread = 0;

    m->fine = may_be_fine(m, t);
    retake(m, t, 0);
    if (!m->freedom || !(within > 0) ||
        m->residual / within < gsl_cdf_chisq_Pinv(0.95, (double)m->freedom))
        return;
    for (size_t i = 0; i < t; i++)
        if (m->p[i].n > 0)
            left[class_of(m, i)] += (double)m->p[i].n * (double)m->p[i].n;
    for (size_t c = 0; c < DAY_CLASSES; c++)
        if (m->in_class[c])
            spread += m->weight[c] - left[c] / m->weight[c];
    if (spread > 0)
        retake(m, t, (m->residual / within - (double)m->freedom) / spread);
}

/* ---- judging a day ---- */

/* The normal deviate of a Student's t. */
static double normal_of(double t, double freedom)
{
    const double p =
        t < 0 ? gsl_cdf_tdist_P(t, freedom) : gsl_cdf_tdist_Q(t, freedom);
    const double z = p > 0 ? -gsl_cdf_ugaussian_Pinv(p) : Z_MAX;

    return copysign(fmin(fmax(z, 0), Z_MAX), t);
}

/* Skewness of the day's mean.  Where days differ, answers make less of it. */
static double skewness(const struct model *m, size_t t)
{
    const double n = (double)m->p[t].n;
    const double one =
        fmax(variance_within(m), m->residual / (double)m->freedom);
    const double mean = one * (1 / n + m->rho);

    if (!(m->cubes >= SKEW_CUBES) || !(mean > 0))
        return 0;
    return m->cube / m->cubes / (n * n) / (mean * sqrt(mean));
}

/* Wilson & Hilferty's normal deviate of a Pearson III one, and back. */
static double unskew(double x, double skew)
{
    if (fabs(skew) < 1e-6)
        return x;
    return 6 / skew * (cbrt(skew * x / 2 + 1) - 1) + skew / 6;
}

static double reskew(double z, double skew)
{
    const double root = skew / 6 * (z - skew / 6) + 1;

    if (fabs(skew) < 1e-6)
        return z;
    return 2 / skew * (root * root * root - 1);
}

static void judge(struct model *m, size_t t, struct judged *out)
{
    const unsigned c = class_of(m, t);
    const double sigma = sqrt(m->residual / (double)m->freedom);
    const double se = sigma * sqrt(1 / weight_of(m, t) + 1 / m->weight[c]);
    const double skew = fmax(-2, fmin(2, skewness(m, t)));
    const double d = m->p[t].y - m->mean[c];
    const double z = unskew(normal_of(d / se, (double)m->freedom), skew);

    out->charted = true;
    out->expected = m->mean[c];
    out->z = fmax(-Z_MAX, fmin(Z_MAX, z));
    if (fabs(z) > WINSOR)
        m->used[t] = m->mean[c] + se * reskew(copysign(WINSOR, z), skew);
}

static bool can_judge(const struct model *m, size_t t)
{
    return m->days >= m->plan->least && m->n >= BASELINE_ANSWERS &&
           m->in_class[class_of(m, t)] >= CLASS_DAYS && m->residual > 0 &&
           m->freedom > 1;
}

/* ---- the first days, which nothing comes before ---- */

static double median(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && x[k - 1] > x[k]; k--) {
            const double t = x[k];

            x[k] = x[k - 1];
            x[k - 1] = t;
        }
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* Beyond 3.5 robust standard errors of its class's median (Iglewicz & Hoaglin
 * 1993, p. 12) they are brought back to there. */
static void clip_first(struct model *m, size_t t)
{
    enum { FIRST_MAX = 400 };
    double centre[DAY_CLASSES] = {0}, x[FIRST_MAX], scale;
    size_t n;

    for (unsigned c = 0; c < DAY_CLASSES; c++) {
        n = 0;
        for (size_t i = 0; i < t && n < FIRST_MAX; i++)
            if (m->p[i].n > 0 && m->plan->coarse[i] == c)
                x[n++] = m->p[i].y;
        centre[c] = n ? median(x, n) : 0;
    }
    n = 0;
    for (size_t i = 0; i < t && n < FIRST_MAX; i++)
        if (m->p[i].n > 0)
            x[n++] = fabs(m->p[i].y - centre[m->plan->coarse[i]]) *
                     sqrt((double)m->p[i].n);
    scale = n ? median(x, n) / 0.6745 : 0;
    for (size_t i = 0; i < t && scale > 0; i++) {
        const double middle = centre[m->plan->coarse[i]];
        const double far = 3.5 * scale / sqrt((double)m->p[i].n);

        if (m->p[i].n > 0 && fabs(m->used[i] - middle) > far)
            m->used[i] = middle + copysign(far, m->used[i] - middle);
    }
}

/* ---- a series ---- */

static double lag_one(const struct judged *j, size_t count)
{
    const struct judged *before = NULL;
    double product = 0, square = 0;
    size_t pairs = 0;

    for (size_t t = 0; t < count; t++) {
        if (!j[t].charted)
            continue;
        square += j[t].z * j[t].z;
        if (before) {
            product += before->z * j[t].z;
            pairs++;
        }
        before = &j[t];
    }
    return pairs >= 30 && square > 0 ? product / square : NAN;
}

void baseline_judge(const struct point *p, size_t count,
                    const struct baseline_plan *plan, double *used,
                    struct judged *out, struct baseline_told *told)
{
    struct model m = {.p = p, .plan = plan, .used = used};
    size_t days = 0, refreshed = 0;

    *told = (struct baseline_told){0};
    for (size_t t = 0; t < count; t++) {
        out[t] = (struct judged){.z = NAN, .expected = NAN};
        used[t] = p[t].y;
        if (!(p[t].n > 0))
            continue;
        if (days == plan->least)
            clip_first(&m, t);
        if (days >= plan->least &&
            (days == plan->least || days - refreshed >= REFRESH)) {
            refresh(&m, t);
            refreshed = days;
        }
        if (can_judge(&m, t))
            judge(&m, t, &out[t]);
        told->charted += out[t].charted;
        take(&m, t);
        take_within(&m, &p[t]);
        days++;
    }
    told->days = days;
    told->sd = sqrt(variance_within(&m));
    told->dependence = lag_one(out, count);
}
