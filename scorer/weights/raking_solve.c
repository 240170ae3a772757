/* raking_solve.c - see scorer/people.h: turning weights until they add up to
 * every margin.
 *
 * Iterative proportional fitting: margin by margin, the weights of each
 * category are turned by one number so that they add up to its people.
 * Weights at a limit stay there, and the others of the category are turned to
 * hold the rest; a weight whose turn falls back comes off its limit.  Where no
 * weights within the limits hit all margins, the rounds end without success.
 */
#include <stdlib.h>

#include "raking_handle.h"

struct solving {
    const struct raking *r;
    const struct raking_rule *rule;
    const double *base, *rows;
    double *turn, *weight;
    double low, high;     /* limits of a weight */
    double *free, *fixed; /* sums of a category: within limits, and at them */
};

static bool counts(const struct solving *s, size_t unit)
{
    return s->base[unit] * s->rows[unit] > 0;
}

static double clamp(const struct solving *s, double w)
{
    return w < s->low ? s->low : w > s->high ? s->high : w;
}

static void sum_up(const struct solving *s, size_t margin)
{
    const struct raking *r = s->r;
    const struct margin *m = &r->margin[margin];

    for (size_t c = m->first; c < m->first + m->categories; c++)
        s->free[c] = s->fixed[c] = 0;
    for (size_t k = 0; k < r->units; k++) {
        const double w = clamp(s, s->weight[k]);

        if (!counts(s, k))
            continue;
        if (w == s->weight[k])
            s->free[raking_of(r, margin, k)] += s->rows[k] * w;
        else
            s->fixed[raking_of(r, margin, k)] += s->rows[k] * w;
    }
}

/* How far a category is from its people, as a part of them. */
static double miss(const struct solving *s, size_t c)
{
    return s->r->people[c] > 0
               ? fabs(s->free[c] + s->fixed[c] - s->r->people[c]) /
                     s->r->people[c]
               : 0;
}

/* The number that turns a category: the free ones hold what the fixed leave;
 * where that cannot be, all are turned, which takes them off their limits. */
static double turn_of(const struct solving *s, size_t c)
{
    const double rest = s->r->people[c] - s->fixed[c];

    if (!(s->r->people[c] > 0))
        return 1; /* nobody is in it */
    return s->free[c] > 0 && rest > 0
               ? rest / s->free[c]
               : s->r->people[c] / (s->free[c] + s->fixed[c]);
}

/* Turn a margin; how far its worst category was from its people. */
static double turn_margin(const struct solving *s, size_t margin)
{
    const struct raking *r = s->r;
    const struct margin *m = &r->margin[margin];
    double worst = 0;

    sum_up(s, margin);
    for (size_t c = m->first; c < m->first + m->categories; c++) {
        worst = fmax(worst, miss(s, c));
        s->free[c] = turn_of(s, c);
        s->turn[c] *= s->free[c];
    }
    for (size_t k = 0; k < r->units; k++)
        s->weight[k] *= s->free[raking_of(r, margin, k)];
    return worst;
}

/* ---- what cannot be ---- */

static enum status check_base(const struct solving *s, struct err *err)
{
    const char *path = s->r->population->path;
    bool any = false;

    if (!(s->rule->low <= 1 && s->rule->high >= 1) || s->rule->low < 0)
        return err_set(err, ST_INVALID,
                       "limits of weights are parts of the mean weight: the "
                       "lower is 0 to 1, the upper 1 or more");
    /* those that a refused solution left may be none */
    for (size_t c = 0; c < s->r->categories; c++)
        if (!(s->turn[c] > 0) || !isfinite(s->turn[c]))
            return err_set(err, ST_NUMERIC, "%s: nothing to begin from", path);
    for (size_t k = 0; k < s->r->units; k++) {
        if (!(s->base[k] >= 0) || !isfinite(s->base[k]))
            return err_set(err, ST_NUMERIC,
                           "%s: weights before it: one is negative or no "
                           "number",
                           path);
        any = any || counts(s, k);
    }
    return any ? ST_OK
               : err_set(err, ST_NUMERIC, "%s: weights before it: all are zero",
                         path);
}

static enum status check_empty(const struct solving *s, struct err *err)
{
    const struct raking *r = s->r;

    for (size_t i = 0; i < r->margins; i++) {
        const struct margin *m = &r->margin[i];
        char words[WORDS_MAX];

        sum_up(s, i);
        for (size_t c = m->first; c < m->first + m->categories; c++) {
            if (s->free[c] + s->fixed[c] > 0 || !(r->people[c] > 0))
                continue;
            margin_words(r, m, r->row[c]->code, words);
            return err_set(err, ST_NUMERIC,
                           "%s: %s has a population of %.15g and nobody in the "
                           "sample",
                           r->population->path, words, r->people[c]);
        }
    }
    return ST_OK;
}

enum { LIMITS_MAX = 96 };

static void limits_words(const struct raking_rule *rule, char out[LIMITS_MAX])
{
    *out = '\0';
    if (rule->low > 0 && isfinite(rule->high))
        snprintf(out, LIMITS_MAX,
                 " with weights from %.9g to %.9g times the mean", rule->low,
                 rule->high);
    else if (rule->low > 0)
        snprintf(out, LIMITS_MAX,
                 " with weights of %.9g times the mean or more", rule->low);
    else if (isfinite(rule->high))
        snprintf(out, LIMITS_MAX,
                 " with weights of %.9g times the mean or less", rule->high);
}

static enum status refuse(const struct solving *s, struct err *err)
{
    const struct raking *r = s->r;
    const struct margin *where = &r->margin[0];
    char words[WORDS_MAX], limits[LIMITS_MAX];
    size_t worst = 0;
    double sum;

    for (size_t i = 0; i < r->margins; i++) {
        const struct margin *m = &r->margin[i];

        sum_up(s, i);
        for (size_t c = m->first; c < m->first + m->categories; c++)
            if (!(miss(s, c) <= miss(s, worst))) {
                worst = c;
                where = m;
            }
    }
    margin_words(r, where, r->row[worst]->code, words);
    limits_words(s->rule, limits);
    sum = s->free[worst] + s->fixed[worst];
    return err_set(err, ST_NUMERIC,
                   "%s: %s is not hit after %zu rounds%s: %.10g instead of "
                   "%.10g, %.3g %s",
                   r->population->path, words, s->rule->iterations, limits, sum,
                   r->people[worst], fabs(sum - r->people[worst]),
                   sum < r->people[worst] ? "too few" : "too many");
}

/* ---- rounds ---- */

static enum status rounds(const struct solving *s, struct err *err)
{
    for (size_t i = 0; i < s->rule->iterations; i++) {
        double worst = 0;

        for (size_t m = 0; m < s->r->margins; m++) {
            const double miss_of = turn_margin(s, m);

            if (!(miss_of <= worst))
                worst = miss_of;
        }
        if (worst <= s->rule->tolerance)
            return ST_OK;
    }
    return refuse(s, err);
}

static void begin(struct solving *s)
{
    const struct raking *r = s->r;
    double rows = 0;

    for (size_t k = 0; k < r->units; k++) {
        s->weight[k] = s->base[k];
        for (size_t m = 0; m < r->margins; m++)
            s->weight[k] *= s->turn[raking_of(r, m, k)];
        if (counts(s, k))
            rows += s->rows[k];
    }
    s->low = s->rule->low * r->margin[0].people / rows;
    s->high = s->rule->high * r->margin[0].people / rows;
}

enum status raking_solve(const struct raking *r, const struct raking_rule *rule,
                         const double *base, const double *rows, double *turn,
                         double *weight, struct err *err)
{
    double *sums = malloc(2 * r->categories * sizeof *sums);
    struct solving s = {.r = r,
                        .rule = rule,
                        .base = base,
                        .rows = rows,
                        .turn = turn,
                        .weight = weight,
                        .free = sums,
                        .fixed = sums + r->categories};
    enum status st;

    if (!sums)
        return ST_NOMEM;
    st = check_base(&s, err);
    if (st == ST_OK) {
        begin(&s);
        st = check_empty(&s, err);
    }
    if (st == ST_OK)
        st = rounds(&s, err);
    for (size_t k = 0; k < r->units && st == ST_OK; k++)
        weight[k] = counts(&s, k) ? clamp(&s, weight[k]) : 0;
    free(sums);
    return st;
}

/* ---- residuals ---- */

enum { PROJECTIONS = 10000 };
#define SMALL 1e-13 /* of the root mean square of y */

/* Take the categories' means of a margin off; the largest of them. */
static double project(const struct raking *r, size_t margin,
                      const double *weight, double *sum, double *y)
{
    const struct margin *m = &r->margin[margin];
    double *total = sum + r->categories, largest = 0;

    for (size_t c = m->first; c < m->first + m->categories; c++)
        sum[c] = total[c] = 0;
    for (size_t k = 0; k < r->units; k++) {
        const uint32_t c = raking_of(r, margin, k);

        sum[c] += weight[k] * y[k];
        total[c] += weight[k];
    }
    for (size_t c = m->first; c < m->first + m->categories; c++) {
        sum[c] = total[c] > 0 ? sum[c] / total[c] : 0;
        largest = fmax(largest, fabs(sum[c]));
    }
    for (size_t k = 0; k < r->units; k++)
        y[k] -= sum[raking_of(r, margin, k)];
    return largest;
}

static double root_mean_square(const double *y, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += y[i] * y[i];
    return sqrt(sum / (double)n);
}

enum status raking_residuals(const struct raking *r, const double *weight,
                             double *y, struct err *err)
{
    const double small = SMALL * root_mean_square(y, r->units);
    double *sums = malloc(2 * r->categories * sizeof *sums);
    enum status st = ST_NUMERIC;

    if (!sums)
        return ST_NOMEM;
    for (size_t i = 0; i < PROJECTIONS && st != ST_OK; i++) {
        double largest = 0;

        for (size_t m = 0; m < r->margins; m++)
            largest = fmax(largest, project(r, m, weight, sums, y));
        if (largest <= small)
            st = ST_OK;
    }
    free(sums);
    return st == ST_OK ? st
                       : err_set(err, st,
                                 "%s: the residuals on its margins do not "
                                 "converge",
                                 r->population->path);
}
