/* logistic_fit.c - see scorer/logistic.h: how good probabilities are. */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "scorer/logistic.h"

struct scored {
    double score;
    bool y;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;

    return (x->score > y->score) - (x->score < y->score);
}

/* In order of the score; caller frees. */
static struct scored *sorted(const double *score, const bool *y, size_t rows)
{
    struct scored *list = malloc((rows + 1) * sizeof *list);

    if (!list)
        return NULL;
    for (size_t i = 0; i < rows; i++)
        list[i] = (struct scored){score[i], y[i]};
    qsort(list, rows, sizeof *list, by_score);
    return list;
}

/* ---- calibration ---- */

static size_t divide(const struct scored *list, size_t rows,
                     struct logistic_group *out)
{
    size_t groups = 0, at = 0;

    for (size_t g = 1; g <= LOGISTIC_GROUPS; g++) {
        size_t end = rows * g / LOGISTIC_GROUPS;
        struct logistic_group own = {0, 0, 0};

        while (end > 0 && end < rows && list[end].score == list[end - 1].score)
            end++;
        for (; at < end; at++) {
            own.rows++;
            own.events += list[at].y;
            own.expected += list[at].score;
        }
        if (own.rows)
            out[groups++] = own;
    }
    return groups;
}

static struct logistic_test test_groups(const struct logistic_group *group,
                                        size_t groups)
{
    struct logistic_test t = {NAN, 0, NAN};
    double sum = 0;

    if (groups < 3)
        return t;
    for (size_t g = 0; g < groups; g++) {
        const double n = (double)group[g].rows, e = group[g].expected;
        const double off = (double)group[g].events - e;

        sum += off * off / (e * (1 - e / n));
    }
    t = (struct logistic_test){sum, groups - 2, NAN};
    t.p = gsl_cdf_chisq_Q(sum, (double)t.df);
    return t;
}

enum status logistic_calibration(const double *p, const bool *y, size_t rows,
                                 struct logistic_group out[LOGISTIC_GROUPS],
                                 size_t *groups, struct logistic_test *test)
{
    struct scored *list = sorted(p, y, rows);

    if (!list)
        return ST_NOMEM;
    *groups = divide(list, rows, out);
    *test = test_groups(out, *groups);
    free(list);
    return ST_OK;
}

/* ---- area under the curve ---- */

/* Sums of one outcome's structural components, V10 or V01 of DeLong et al.:
 * for each of its rows the share of the other outcome on the right side. */
struct component {
    double n, sum, squares;
};

static void add(struct component *c, double value, double times)
{
    c->n += times;
    c->sum += times * value;
    c->squares += times * value * value;
}

/* Variance of the mean. */
static double mean_variance(const struct component *c)
{
    const double mean = c->sum / c->n;

    return c->n < 2
               ? NAN
               : fmax(0, c->squares - c->n * mean * mean) / (c->n - 1) / c->n;
}

enum status logistic_auc(const double *score, const bool *y, size_t rows,
                         double *auc, double *se)
{
    struct component one = {0, 0, 0}, other = {0, 0, 0};
    struct scored *list = sorted(score, y, rows);
    double events = 0, others, below[2] = {0, 0};

    if (!list)
        return ST_NOMEM;
    for (size_t i = 0; i < rows; i++)
        events += y[i];
    others = (double)rows - events;
    for (size_t i = 0, end; i < rows; i = end) {
        double here[2] = {0, 0};

        for (end = i; end < rows && list[end].score == list[i].score; end++)
            here[list[end].y]++;
        add(&one, (below[0] + here[0] / 2) / others, here[1]);
        add(&other, (events - below[1] - here[1] / 2) / events, here[0]);
        below[0] += here[0];
        below[1] += here[1];
    }
    free(list);
    *auc = events > 0 && others > 0 ? one.sum / one.n : NAN;
    *se = events > 0 && others > 0
              ? sqrt(mean_variance(&one) + mean_variance(&other))
              : NAN;
    return ST_OK;
}
