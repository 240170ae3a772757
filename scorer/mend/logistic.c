/* logistic.c - see scorer/logistic.h: estimation. */
#include "scorer/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

enum { COEFFICIENTS = LOGISTIC_MAX + 1 };

/* A logit past this is a probability within 1e-10 of 0 or 1: indices of people
 * do not tell so much, a separation does. */
static const double certain = 23;

/* On centred and scaled columns. */
struct solving {
    const struct logistic_data *d;
    size_t n; /* coefficients */
    double mean[LOGISTIC_MAX], sd[LOGISTIC_MAX];
    double b[COEFFICIENTS];
    double score[COEFFICIENTS];
    double information[COEFFICIENTS * COEFFICIENTS];
    double inverse[COEFFICIENTS * COEFFICIENTS];
    double likelihood;
    double largest; /* |logit| */
};

double logistic_probability(double logit)
{
    return logit >= 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit));
}

double logistic_logit(const struct logistic_fit *f, const double *x)
{
    double sum = f->b[0];

    for (size_t k = 0; k < f->columns; k++)
        sum += f->b[k + 1] * x[k];
    return sum;
}

double logistic_se(const struct logistic_fit *f, size_t k)
{
    return sqrt(f->cov[k * (f->columns + 1) + k]);
}

struct logistic_test logistic_ratio(const struct logistic_fit *f)
{
    struct logistic_test t = {fmax(0, 2 * (f->likelihood - f->null_likelihood)),
                              f->columns, NAN};

    t.p = gsl_cdf_chisq_Q(t.statistic, (double)t.df);
    return t;
}

/* log P(y) from its logit, without cancellation */
static double log_probability(double logit, bool y)
{
    const double t = y ? -logit : logit;

    return t > 0 ? -t - log1p(exp(-t)) : -log1p(exp(t));
}

/* ---- before ---- */

static enum status scale(struct solving *s, struct err *err)
{
    const struct logistic_data *d = s->d;

    for (size_t k = 0; k < d->columns; k++) {
        double sum = 0, square = 0;

        for (size_t i = 0; i < d->rows; i++)
            sum += d->x[i * d->columns + k];
        s->mean[k] = sum / (double)d->rows;
        for (size_t i = 0; i < d->rows; i++) {
            const double c = d->x[i * d->columns + k] - s->mean[k];

            square += c * c;
        }
        s->sd[k] = sqrt(square / (double)d->rows);
        if (!(s->sd[k] > 1e-12 * (1 + fabs(s->mean[k]))))
            return err_set(err, ST_NUMERIC, "%s: the same for everybody",
                           d->name[k]);
    }
    return ST_OK;
}

/* A column in which those who are y lie all on one side of the others. */
static const char *separating(const struct logistic_data *d)
{
    for (size_t k = 0; k < d->columns; k++) {
        double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};

        for (size_t i = 0; i < d->rows; i++) {
            const double x = d->x[i * d->columns + k];

            low[d->y[i]] = fmin(low[d->y[i]], x);
            high[d->y[i]] = fmax(high[d->y[i]], x);
        }
        if (low[0] >= high[1] || low[1] >= high[0])
            return d->name[k];
    }
    return NULL;
}

static enum status refuse_separation(const struct logistic_data *d,
                                     struct err *err)
{
    const char *name = separating(d);

    return name ? err_set(err, ST_NUMERIC,
                          "separated: %s alone tells the outcomes apart", name)
                : err_set(err, ST_NUMERIC,
                          "separated: a combination of the columns tells the "
                          "outcomes apart");
}

/* ---- one step ---- */

static void take_row(struct solving *s, size_t i)
{
    const struct logistic_data *d = s->d;
    double z[COEFFICIENTS] = {1}, logit = s->b[0], p;

    for (size_t k = 0; k < d->columns; k++) {
        z[k + 1] = (d->x[i * d->columns + k] - s->mean[k]) / s->sd[k];
        logit += s->b[k + 1] * z[k + 1];
    }
    p = logistic_probability(logit);
    s->likelihood += log_probability(logit, d->y[i]);
    s->largest = fmax(s->largest, fabs(logit));
    for (size_t a = 0; a < s->n; a++) {
        s->score[a] += ((d->y[i] ? 1 : 0) - p) * z[a];
        for (size_t b = 0; b <= a; b++)
            s->information[a * s->n + b] += p * (1 - p) * z[a] * z[b];
    }
}

static void evaluate(struct solving *s)
{
    s->likelihood = s->largest = 0;
    memset(s->score, 0, sizeof s->score);
    memset(s->information, 0, sizeof s->information);
    for (size_t i = 0; i < s->d->rows; i++)
        take_row(s, i);
}

/* information = L L', then inverse = L'^-1 L^-1.  *bad: the column that the
 * ones before it determine. */
static bool invert(struct solving *s, size_t *bad)
{
    const size_t n = s->n;
    double l[COEFFICIENTS * COEFFICIENTS] = {0};
    double r[COEFFICIENTS * COEFFICIENTS] = {0}; /* L^-1 */

    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b <= a; b++) {
            double sum = s->information[a * n + b];

            for (size_t k = 0; k < b; k++)
                sum -= l[a * n + k] * l[b * n + k];
            if (a == b && !(sum > 1e-10 * s->information[a * n + a])) {
                *bad = a;
                return false;
            }
            l[a * n + b] = a == b ? sqrt(sum) : sum / l[b * n + b];
        }
        for (size_t b = 0; b <= a; b++) {
            double sum = a == b;

            for (size_t k = b; k < a; k++)
                sum -= l[a * n + k] * r[k * n + b];
            r[a * n + b] = sum / l[a * n + a];
        }
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) {
            double sum = 0;

            for (size_t k = a > b ? a : b; k < n; k++)
                sum += r[k * n + a] * r[k * n + b];
            s->inverse[a * n + b] = sum;
        }
    return true;
}

/* A full Newton step, halved until the likelihood does not fall; how far it
 * went, in standard errors. */
static double step(struct solving *s)
{
    double move[COEFFICIENTS] = {0}, from[COEFFICIENTS], far = 0;
    const double before = s->likelihood;

    for (size_t a = 0; a < s->n; a++) {
        for (size_t b = 0; b < s->n; b++)
            move[a] += s->inverse[a * s->n + b] * s->score[b];
        far = fmax(far, fabs(move[a]) / sqrt(s->inverse[a * s->n + a]));
    }
    memcpy(from, s->b, sizeof from);
    for (int halved = 0; halved < 30; halved++) {
        for (size_t a = 0; a < s->n; a++)
            s->b[a] = from[a] + ldexp(move[a], -halved);
        evaluate(s);
        if (s->likelihood >= before - 1e-12 * fabs(before))
            return far;
    }
    return far;
}

static enum status solve(struct solving *s, int *iterations, struct err *err)
{
    double far = INFINITY;
    size_t bad = 0;

    evaluate(s);
    for (*iterations = 0; *iterations < LOGISTIC_ITERATIONS && far > 1e-10;
         ++*iterations) {
        if (!invert(s, &bad))
            return *iterations
                       ? refuse_separation(s->d, err)
                       : err_set(err, ST_NUMERIC,
                                 "%s is determined by the columns before it",
                                 s->d->name[bad - 1]);
        far = step(s);
        if (s->largest > certain)
            return refuse_separation(s->d, err);
    }
    if (far > 1e-10)
        return err_set(err, ST_NUMERIC, "no convergence in %d iterations",
                       LOGISTIC_ITERATIONS);
    return invert(s, &bad) ? ST_OK : refuse_separation(s->d, err);
}

/* ---- back to the columns as they were ---- */

/* b = T c with T the change of columns: b_k = c_k / sd_k, b_0 = c_0 - sum c_k
 * mean_k / sd_k. */
static void put_back(const struct solving *s, struct logistic_fit *out)
{
    const size_t n = s->n;
    double t[COEFFICIENTS * COEFFICIENTS] = {1};

    for (size_t k = 1; k < n; k++) {
        t[k] = -s->mean[k - 1] / s->sd[k - 1];
        t[k * n + k] = 1 / s->sd[k - 1];
    }
    for (size_t a = 0; a < n; a++) {
        out->b[a] = 0;
        for (size_t k = 0; k < n; k++)
            out->b[a] += t[a * n + k] * s->b[k];
        for (size_t b = 0; b < n; b++) {
            double sum = 0;

            for (size_t k = 0; k < n; k++)
                for (size_t m = 0; m < n; m++)
                    sum += t[a * n + k] * s->inverse[k * n + m] * t[b * n + m];
            out->cov[a * n + b] = sum;
        }
    }
}

static double null_likelihood(size_t events, size_t rows)
{
    const double e = (double)events, n = (double)rows;

    return e * log(e / n) + (n - e) * log(1 - e / n);
}

enum status logistic_estimate(const struct logistic_data *d,
                              struct logistic_fit *out, struct err *err)
{
    struct solving s = {.d = d, .n = d->columns + 1};
    struct logistic_fit f = {.columns = d->columns};
    enum status st;

    if (d->columns > LOGISTIC_MAX)
        return err_set(err, ST_RANGE, "over %d columns", LOGISTIC_MAX);
    for (size_t i = 0; i < d->rows; i++)
        f.events += d->y[i];
    if (f.events == 0 || f.events == d->rows)
        return err_set(err, ST_NUMERIC, "all %zu have the same outcome",
                       d->rows);
    st = scale(&s, err);
    if (st != ST_OK)
        return st;
    s.b[0] = log((double)f.events / (double)(d->rows - f.events));
    st = solve(&s, &f.iterations, err);
    if (st != ST_OK)
        return st;
    f.likelihood = s.likelihood;
    f.null_likelihood = null_likelihood(f.events, d->rows);
    put_back(&s, &f);
    *out = f;
    return ST_OK;
}
