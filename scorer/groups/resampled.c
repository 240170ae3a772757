/* resampled.c - differences judged by each group's own resamples. */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "replicates.h"
#include "work.h"

struct column {
    const double *sorted;
    size_t n;
    double mean;
};

static double mean_of(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* Henseler, Ringle & Sinkovics 2009, eq. 6:
 *
 *     p = 1 - sum_ij H(2 mean(b1) - b1_j - 2 mean(b2) + b2_i) / B^2,
 *
 * H(x) = 1 for x > 0.  Both columns ascend, so 2 mean - b descends: of each b1
 * those b2 are counted that are above b1 + 2 mean(b2) - 2 mean(b1). */
static double not_above(const struct column *one, const struct column *two)
{
    const double shift = 2 * (two->mean - one->mean);
    double above = 0;
    size_t i = 0;

    for (size_t j = 0; j < one->n; j++) {
        while (i < two->n && two->sorted[i] <= one->sorted[j] + shift)
            i++;
        above += (double)(two->n - i);
    }
    return 1 - above / ((double)one->n * (double)two->n);
}

/* Welch 1947; Satterthwaite 1946. */
static void welch(double se_one, size_t n_one, double se_two, size_t n_two,
                  struct groups_test *t)
{
    const double a = se_one * se_one, b = se_two * se_two;

    if (!(a + b > 0))
        return;
    t->t = t->difference / sqrt(a + b);
    t->degrees = (a + b) * (a + b) /
                 (a * a / ((double)n_one - 1) + b * b / ((double)n_two - 1));
    if (!isnan(t->t))
        t->welch = 2 * gsl_cdf_tdist_Q(fabs(t->t), t->degrees);
}

static void judge(const struct work *w, const struct groups_pair *pair,
                  size_t number, const double se[2], struct groups_test *t)
{
    const size_t resamples = w->plan->resamples;
    const size_t count = group_numbers(w->sample->model);
    const size_t member[2] = {pair->one, pair->two};
    struct column column[2];

    for (size_t g = 0; g < 2; g++) {
        double *sorted = w->space + g * resamples;

        if (!replicates_column(w->group[member[g]].replicate, resamples, count,
                               number, sorted, &column[g].n))
            return;
        column[g].sorted = sorted;
        column[g].mean = mean_of(sorted, column[g].n);
    }
    if (isnan(t->difference))
        return;
    t->mga = not_above(&column[0], &column[1]);
    welch(se[0], w->group[member[0]].rows, se[1], w->group[member[1]].rows, t);
}

void pair_resampled(const struct work *w, struct groups_pair *out)
{
    const struct pls_model *m = w->sample->model;
    const struct groups_member *one = &w->out.member[out->one];
    const struct groups_member *two = &w->out.member[out->two];
    size_t number = 0;

    for (size_t i = 0; i < m->constructs * m->constructs; i++) {
        const double se[2] = {one->path_se[i], two->path_se[i]};

        if (m->path[i])
            judge(w, out, number++, se, &out->path[i]);
    }
    for (size_t c = 0; c < m->constructs; c++) {
        const double se[2] = {one->index_se[c], two->index_se[c]};

        judge(w, out, number++, se, &out->index[c]);
    }
}
