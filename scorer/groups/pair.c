/* pair.c - permutations of two groups.  A permutation adds up the smaller
 * group's rows, has the other by subtraction, and estimates both. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "replicates.h"
#include "scorer/index.h"
#include "scorer/random.h"
#include "work.h"

#define TIE   1e-12 /* statistics that are equal but for rounding */
#define LEVEL 0.05

/* A permutation's numbers: differences of group_numbers, then of each construct
 * c, the difference of means, that of log variances. */
struct numbers {
    size_t differences, c, mean, variance, count;
};

struct pair_job {
    const struct sample *sample;
    size_t permutations;
    const struct group_rows *one, *two;
    struct numbers at;
    struct sample_sums sums; /* of both */
    struct pls_fit fit;
    double cov[ITEMS_MAX * ITEMS_MAX];
    uint32_t *row;
    uint64_t stream;
    double *observed, *replicate, *column;
};

/* One group's share. */
struct side {
    const struct sample_sums *sums;
    const struct pls_fit *fit;
    const double *u;
};

static struct numbers layout(const struct pls_model *m)
{
    const size_t d = group_numbers(m), k = m->constructs;

    return (struct numbers){d, d, d + k, d + 2 * k, d + 3 * k};
}

/* Step 2: on the rows of both, standardised. */
static double correlate_scores(const struct pair_job *j, size_t c,
                               const double *one, const double *two)
{
    const struct pls_model *m = j->sample->model;
    double both = 0, ones = 0, twos = 0;

    for (size_t a = m->first[c]; a < m->first[c + 1]; a++)
        for (size_t b = m->first[c]; b < m->first[c + 1]; b++) {
            const double r = a == b ? 1
                                    : j->cov[a * m->items + b] /
                                          (j->fit.sd[a] * j->fit.sd[b]);

            both += one[a] * r * two[b];
            ones += one[a] * r * one[b];
            twos += two[a] * r * two[b];
        }
    return both / sqrt(ones * twos);
}

static void score(const struct pair_job *j, const struct sample_sums *sums,
                  size_t c, double *mean, double *variance)
{
    const struct sample_score x =
        sample_sums_score(sums, j->sample->model, &j->fit, c);
    const double weight = sample_sums_weight(sums);
    const double n = (double)sample_sums_rows(sums);

    *mean = x.sum / weight;
    *variance = (x.squares / weight - *mean * *mean) * n / (n - 1);
}

static void take(const struct pair_job *j, const struct side *one,
                 const struct side *two, double *out)
{
    const struct pls_model *m = j->sample->model;
    double other[CONSTRUCTS_MAX * CONSTRUCTS_MAX + CONSTRUCTS_MAX];

    group_take(m, one->fit, one->u, out);
    group_take(m, two->fit, two->u, other);
    for (size_t i = 0; i < j->at.differences; i++)
        out[i] -= other[i];
    for (size_t c = 0; c < m->constructs; c++) {
        double mean[2], variance[2];

        out[j->at.c + c] =
            correlate_scores(j, c, one->fit->weight, two->fit->weight);
        score(j, one->sums, c, &mean[0], &variance[0]);
        score(j, two->sums, c, &mean[1], &variance[1]);
        out[j->at.mean + c] = mean[0] - mean[1];
        out[j->at.variance + c] = log(variance[0]) - log(variance[1]);
    }
}

/* The fits of hand->one and hand->two, and their item weights. */
static enum status refit(const struct pair_job *j,
                         const struct sample_sums *sums, struct pls_fit *fit,
                         double *u)
{
    const struct sample *s = j->sample;
    enum status st = sample_sums_fit(sums, s, j->fit.weight, fit, NULL);

    if (st != ST_OK)
        return st;
    pls_align(s->model, &j->fit, fit);
    index_replicate_weights(s->model, fit, u);
    return ST_OK;
}

/* Deal the rows of both anew into groups of the same sizes. */
static enum status deal(const struct pair_job *j, struct crew_hand *hand,
                        size_t k)
{
    const size_t n = j->one->rows + j->two->rows;
    const size_t least =
        j->one->rows < j->two->rows ? j->one->rows : j->two->rows;
    enum status st;

    memcpy(hand->list, j->row, n * sizeof *hand->list);
    random_draw(random_at(j->stream, k), hand->list, n, least);
    sample_sums_clear(&hand->one);
    sample_sums_clear(&hand->two);
    st = sample_sums_pick(&hand->one, j->sample, hand->list, least);
    if (st == ST_OK)
        st = sample_sums_merge(&hand->two, &j->sums);
    return st == ST_OK ? sample_sums_subtract(&hand->two, &hand->one) : st;
}

static enum status permute(void *job, struct crew_hand *hand, size_t k)
{
    const struct pair_job *j = job;
    double *out = j->replicate + k * j->at.count;
    double u[2][ITEMS_MAX];
    struct pls_fit fit[2];
    enum status st = deal(j, hand, k);

    if (st == ST_OK)
        st = refit(j, &hand->one, &fit[0], u[0]);
    if (st == ST_OK)
        st = refit(j, &hand->two, &fit[1], u[1]);
    if (st == ST_OK) {
        const struct side small = {&hand->one, &fit[0], u[0]};
        const struct side large = {&hand->two, &fit[1], u[1]};
        const bool first = j->one->rows < j->two->rows;

        take(j, first ? &small : &large, first ? &large : &small, out);
        return ST_OK;
    }
    if (st != ST_NUMERIC)
        return st;
    for (size_t i = 0; i < j->at.count; i++)
        out[i] = NAN;
    return ST_OK;
}

/* One number of all permutations, sorted; false: too many of them failed. */
static bool column_of(const struct pair_job *j, size_t number, size_t *n)
{
    return replicates_column(j->replicate, j->permutations, j->at.count, number,
                             j->column, n);
}

/* (b + 1) / (n + 1): the observed is one of the permutations. */
static double two_sided(const double *column, size_t n, double observed)
{
    size_t beyond = 0;

    if (isnan(observed))
        return NAN;
    for (size_t i = 0; i < n; i++)
        beyond += fabs(column[i]) >= fabs(observed) - TIE;
    return (double)(beyond + 1) / (double)(n + 1);
}

static void judge_difference(const struct pair_job *j, size_t number,
                             struct groups_test *t)
{
    size_t n;

    t->difference = j->observed[number];
    t->permutation =
        column_of(j, number, &n) ? two_sided(j->column, n, t->difference) : NAN;
}

static struct groups_span judge_span(const struct pair_job *j, size_t number)
{
    struct groups_span s = {j->observed[number], NAN, NAN, NAN};
    size_t n;

    if (column_of(j, number, &n)) {
        s.low = replicates_quantile(j->column, n, LEVEL / 2);
        s.high = replicates_quantile(j->column, n, 1 - LEVEL / 2);
        s.p = two_sided(j->column, n, s.difference);
    }
    return s;
}

static enum groups_invariance verdict(const struct groups_composite *c)
{
    if (isnan(c->p))
        return INVARIANCE_UNKNOWN;
    if (c->p <= LEVEL)
        return INVARIANCE_NONE;
    return c->mean.p > LEVEL && c->variance.p > LEVEL ? INVARIANCE_FULL
                                                      : INVARIANCE_PARTIAL;
}

static void judge_composite(const struct pair_job *j, size_t c,
                            struct groups_composite *out)
{
    size_t n, below = 0;

    *out = (struct groups_composite){j->observed[j->at.c + c],
                                     NAN,
                                     NAN,
                                     judge_span(j, j->at.mean + c),
                                     judge_span(j, j->at.variance + c),
                                     INVARIANCE_UNKNOWN};
    if (column_of(j, j->at.c + c, &n)) {
        for (size_t i = 0; i < n; i++)
            below += j->column[i] <= out->c + TIE;
        out->quantile = replicates_quantile(j->column, n, LEVEL);
        out->p = (double)(below + 1) / (double)(n + 1);
    }
    out->verdict = verdict(out);
}

static void judge(const struct pair_job *j, struct groups_pair *out)
{
    const struct pls_model *m = j->sample->model;
    const size_t k = m->constructs;
    size_t number = 0;

    for (size_t i = 0; i < k * k; i++)
        if (m->path[i])
            judge_difference(j, number++, &out->path[i]);
    for (size_t c = 0; c < k; c++) {
        judge_difference(j, number++, &out->index[c]);
        judge_composite(j, c, &out->composite[c]);
    }
    for (size_t b = 0; b < j->permutations; b++)
        out->dropped += isnan(j->replicate[b * j->at.count + j->at.c]);
}

static enum status pool(struct pair_job *j, struct err *err)
{
    const struct sample *s = j->sample;
    const size_t n = j->one->rows;
    double mean[ITEMS_MAX];
    enum status st = sample_sums_merge(&j->sums, &j->one->sums);

    if (st == ST_OK)
        st = sample_sums_merge(&j->sums, &j->two->sums);
    if (st == ST_OK)
        st = sample_sums_covariance(&j->sums, s, mean, j->cov, err);
    if (st == ST_OK)
        st = pls_estimate(s->model, sample_sums_rows(&j->sums), mean, j->cov,
                          NULL, &j->fit, err);
    memcpy(j->row, j->one->row, n * sizeof *j->row);
    memcpy(j->row + n, j->two->row, j->two->rows * sizeof *j->row);
    return st;
}

static void observe(struct pair_job *j, const struct groups_member *one,
                    const struct groups_member *two)
{
    const struct pls_model *m = j->sample->model;
    double u[2][ITEMS_MAX];
    const struct side a = {&j->one->sums, &one->fit, u[0]};
    const struct side b = {&j->two->sums, &two->fit, u[1]};

    pls_align(m, &one->fit, &j->fit);
    index_weights(m, &one->fit, u[0]);
    index_weights(m, &two->fit, u[1]);
    take(j, &a, &b, j->observed);
}

static enum status run(struct work *w, struct pair_job *j,
                       struct groups_pair *out)
{
    const char *const *name = w->plan->name;
    struct err cause = {"out of memory"};
    enum status st = sample_sums_new(j->sample, &j->sums);

    j->row = malloc((j->one->rows + j->two->rows) * sizeof *j->row);
    j->observed = malloc(j->at.count * sizeof *j->observed);
    j->replicate =
        calloc(j->permutations + 1, j->at.count * sizeof *j->replicate);
    j->column = malloc((j->permutations + 1) * sizeof *j->column);
    if (st == ST_OK && !(j->row && j->observed && j->replicate && j->column))
        st = ST_NOMEM;
    if (st == ST_OK)
        st = pool(j, &cause);
    if (st != ST_OK)
        return err_set(w->err, st, "%s and %s together: %s", name[out->one],
                       name[out->two], cause.text);
    observe(j, &w->out.member[out->one], &w->out.member[out->two]);
    st = crew_run(&w->crew, j->permutations, permute, j);
    if (st == ST_OK)
        judge(j, out);
    return st;
}

enum status pair_permute(struct work *w, struct groups_pair *out)
{
    const struct groups_plan *p = w->plan;
    struct pair_job *j = calloc(1, sizeof *j);
    enum status st;

    if (!j)
        return ST_NOMEM;
    j->sample = w->sample;
    j->permutations = p->permutations;
    j->one = &w->group[out->one];
    j->two = &w->group[out->two];
    j->at = layout(w->sample->model);
    /* behind the streams of the groups' resamples */
    j->stream =
        random_at(p->seed, (out->one + 1) * GROUPS_COMPARED_MAX + out->two);
    st = run(w, j, out);
    sample_sums_free(&j->sums);
    free(j->row);
    free(j->observed);
    free(j->replicate);
    free(j->column);
    free(j);
    return st;
}
