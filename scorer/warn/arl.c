/* arl.c - see arl.h. */
#include "arl.h"

#include <math.h>
#include <stddef.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

enum { NODES = 48, UNKNOWNS = NODES + 1 };

struct nodes {
    double at[NODES], weight[NODES];
};

/* Gauss-Legendre on a .. b: the roots of P_n by Newton, from Tricomi's first
 * guess (Press et al. 2007, 4.6). */
static void place(double a, double b, struct nodes *out)
{
    for (size_t i = 0; i < NODES; i++) {
        double x = cos(M_PI * ((double)i + 0.75) / (NODES + 0.5)), slope = 1;

        for (int round = 0; round < 20; round++) {
            double p = 1, before = 0;

            for (size_t k = 1; k <= NODES; k++) {
                const double next =
                    ((2 * (double)k - 1) * x * p - ((double)k - 1) * before) /
                    (double)k;

                before = p;
                p = next;
            }
            slope = NODES * (x * p - before) / (x * x - 1);
            x -= p / slope;
        }
        out->at[i] = (a + b) / 2 - (b - a) / 2 * x;
        out->weight[i] = (b - a) / ((1 - x * x) * slope * slope);
    }
}

/* Gaussian elimination with row exchange; the solution replaces `b`. */
static void solve(double a[][UNKNOWNS], double *b, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        size_t best = c;

        for (size_t r = c + 1; r < n; r++)
            if (fabs(a[r][c]) > fabs(a[best][c]))
                best = r;
        for (size_t k = c; k < n; k++) {
            const double t = a[c][k];

            a[c][k] = a[best][k];
            a[best][k] = t;
        }
        const double t = b[c];

        b[c] = b[best];
        b[best] = t;
        for (size_t r = c + 1; r < n; r++) {
            const double f = a[r][c] / a[c][c];

            for (size_t k = c; k < n; k++)
                a[r][k] -= f * a[c][k];
            b[r] -= f * b[c];
        }
    }
    for (size_t c = n; c-- > 0;) {
        for (size_t k = c + 1; k < n; k++)
            b[c] -= a[c][k] * b[k];
        b[c] /= a[c][c];
    }
}

double arl_ewma(double lambda, double limit, double shift)
{
    const double h = limit * sqrt(lambda / (2 - lambda));
    double a[UNKNOWNS][UNKNOWNS], b[UNKNOWNS], arl = 1;
    struct nodes g;

    place(-h, h, &g);
    for (size_t i = 0; i < NODES; i++) {
        for (size_t j = 0; j < NODES; j++) {
            const double z =
                (g.at[j] - (1 - lambda) * g.at[i]) / lambda - shift;

            a[i][j] =
                (i == j) - g.weight[j] * gsl_ran_ugaussian_pdf(z) / lambda;
        }
        b[i] = 1;
    }
    solve(a, b, NODES);
    for (size_t j = 0; j < NODES; j++)
        arl += g.weight[j] * b[j] *
               gsl_ran_ugaussian_pdf(g.at[j] / lambda - shift) / lambda;
    return arl;
}

/* The last unknown is that of the start, where S has mass of its own. */
double arl_cusum(double k, double h, double shift)
{
    double a[UNKNOWNS][UNKNOWNS], b[UNKNOWNS];
    struct nodes g;

    place(0, h, &g);
    for (size_t i = 0; i <= NODES; i++) {
        const double from = i < NODES ? g.at[i] : 0;

        for (size_t j = 0; j < NODES; j++)
            a[i][j] = (i == j) - g.weight[j] * gsl_ran_ugaussian_pdf(
                                                   g.at[j] - from + k - shift);
        a[i][NODES] = (i == NODES) - gsl_cdf_ugaussian_P(k - shift - from);
        b[i] = 1;
    }
    solve(a, b, UNKNOWNS);
    return b[NODES];
}

/* ---- limits ---- */

static double ewma_of(double limit)
{
    return arl_ewma(EWMA_LAMBDA, limit, 0);
}

static double cusum_of(double h)
{
    return arl_cusum(CUSUM_K, h, 0) / 2;
}

/* Run lengths grow with the limit. */
static enum status find(double run(double), double arl, double *limit)
{
    double low = 0.1, high = 14;

    if (!(arl >= 5 && arl <= 1e6))
        return ST_RANGE;
    for (int i = 0; i < 50; i++) {
        const double middle = (low + high) / 2;

        if (run(middle) < arl)
            low = middle;
        else
            high = middle;
    }
    *limit = (low + high) / 2;
    return ST_OK;
}

enum status arl_ewma_limit(double arl, double *limit)
{
    return find(ewma_of, arl, limit);
}

enum status arl_cusum_limit(double arl, double *h)
{
    return find(cusum_of, arl, h);
}
