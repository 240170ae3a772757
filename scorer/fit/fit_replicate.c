/* fit_replicate.c - the estimate again, without a part of the rows or of a
 * resample of them.
 *
 * Replicates are independent: threads take the next number from a counter and
 * write to that number's place, and what is drawn for draw d of replicate b is
 * a function of (seed, b, d) alone.  250 x 24 answers take about 20
 * microseconds a replicate.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "scorer/index.h"

enum { STRIP = 512 };

struct job {
    const struct fit_data *data;
    const struct pls_fit *fit;
    const struct fit_replication *how;
    struct fit_numbers *numbers;
    atomic_size_t next;
    atomic_int failure; /* enum status of a thread that could not go on */
};

/* What one thread works with. */
struct worker {
    struct job *job;
    struct fit_sums sums, part;
    uint8_t row[STRIP * ITEMS_MAX];
    double weight[STRIP];
    size_t gathered;
};

/* SplitMix64 (Steele, Lea & Flood 2014): the n-th number of stream `seed`. */
static uint64_t splitmix(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number below n from 64 random bits; off by less than n / 2^64. */
static size_t below(uint64_t random, size_t n)
{
    __extension__ typedef unsigned __int128 uint128;

    return (size_t)((uint128)random * n >> 64);
}

static enum status flush(struct worker *w)
{
    enum status st = fit_sums_add(&w->sums, w->row, w->weight, w->gathered);

    w->gathered = 0;
    return st;
}

static enum status gather(struct worker *w, size_t r)
{
    const struct fit_data *d = w->job->data;
    const size_t n = d->plan->model.items;

    if (!fit_counts(d, r))
        return ST_OK;
    memcpy(w->row + w->gathered * n, d->row + r * n, n);
    if (d->weight)
        w->weight[w->gathered] = d->weight[r];
    return ++w->gathered == STRIP ? flush(w) : ST_OK;
}

static enum status resample(struct worker *w, size_t b)
{
    const struct fit_replication *how = w->job->how;
    const struct fit_resamples *given = how->resamples;
    const size_t rows = w->job->data->rows;
    const uint64_t stream = splitmix(how->seed, b);
    const size_t draws = given ? given->first[b + 1] - given->first[b] : rows;
    enum status st = ST_OK;

    fit_sums_clear(&w->sums);
    for (size_t i = 0; i < draws && st == ST_OK; i++)
        st = gather(w, given ? given->row[given->first[b] + i]
                             : below(splitmix(stream, i), rows));
    return st == ST_OK ? flush(w) : st;
}

/* All rows but row k, or but group k. */
static enum status leave_out(struct worker *w, size_t k)
{
    const struct fit_data *d = w->job->data;
    const struct fit_sums *part = &d->group[k % GROUPS];
    enum status st;

    if (fit_sums_rows(&d->total) <= SINGLE_ROWS) {
        part = &w->part;
        fit_sums_clear(&w->part);
        st = fit_sums_add(&w->part, d->row + k * d->plan->model.items,
                          d->weight ? d->weight + k : NULL, 1);
        if (st != ST_OK)
            return st;
    }
    fit_sums_clear(&w->sums);
    st = fit_sums_merge(&w->sums, &d->total);
    return st == ST_OK ? fit_sums_subtract(&w->sums, part) : st;
}

/* Correlations of the items. */
static void correlate(const struct pls_model *m, const double *cov,
                      const double *sd, double *r)
{
    for (size_t i = 0; i < m->items; i++)
        for (size_t j = 0; j < m->items; j++)
            r[i * m->items + j] =
                i == j ? 1 : cov[i * m->items + j] / (sd[i] * sd[j]);
}

/* `u` by the rule for estimates or that for replicates. */
static void note(const struct job *job, const struct pls_fit *fit,
                 const double *cov, const double *u, double *numbers)
{
    const struct pls_model *m = &job->data->plan->model;
    double r[ITEMS_MAX * ITEMS_MAX];
    const struct fit_view view = {m, fit, u, r};

    if (fit_measures_read_r(job->how->measures))
        correlate(m, cov, fit->sd, r);
    fit_measures_take(&view, job->numbers->first, numbers);
}

static enum status replicate(struct worker *w, size_t k)
{
    const struct job *job = w->job;
    const struct fit_plan *p = job->data->plan;
    double *numbers = job->numbers->replicate + k * job->numbers->count;
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX], u[ITEMS_MAX];
    struct pls_fit fit;
    enum status st =
        job->how->kind == FIT_BOOTSTRAP ? resample(w, k) : leave_out(w, k);

    if (st == ST_OK)
        st = fit_sums_covariance(&w->sums, p, mean, cov, NULL);
    if (st == ST_OK)
        st = pls_estimate(&p->model, fit_sums_rows(&w->sums), mean, cov,
                          job->fit->weight, &fit, NULL);
    if (st == ST_OK) {
        pls_align(&p->model, job->fit, &fit);
        index_replicate_weights(&p->model, &fit, u);
        note(job, &fit, cov, u, numbers);
        return ST_OK;
    }
    if (st != ST_NUMERIC)
        return st;
    for (size_t i = 0; i < job->numbers->count; i++)
        numbers[i] = NAN;
    return ST_OK;
}

static void *work(void *arg)
{
    struct job *job = arg;
    struct worker *w = calloc(1, sizeof *w);
    enum status st = ST_NOMEM;
    size_t k;

    if (w) {
        w->job = job;
        st = fit_sums_new(job->data->plan, &w->sums);
        if (st == ST_OK)
            st = fit_sums_new(job->data->plan, &w->part);
    }
    while (st == ST_OK && atomic_load(&job->failure) == ST_OK &&
           (k = atomic_fetch_add(&job->next, 1)) < job->numbers->replicates)
        st = replicate(w, k);
    if (st != ST_OK)
        atomic_store(&job->failure, (int)st);
    if (w) {
        fit_sums_free(&w->sums);
        fit_sums_free(&w->part);
        free(w);
    }
    return NULL;
}

static enum status run(struct job *job)
{
    pthread_t thread[THREADS_MAX];
    size_t n = 0;

    /* this thread is one of them; fewer than asked for also do */
    while (n + 1 < job->how->threads &&
           pthread_create(&thread[n], NULL, work, job) == 0)
        n++;
    (void)work(job);
    for (size_t i = 0; i < n; i++)
        (void)pthread_join(thread[i], NULL);
    return (enum status)atomic_load(&job->failure);
}

static size_t count_replicates(const struct fit_data *d,
                               const struct fit_replication *how)
{
    const int64_t rows = fit_sums_rows(&d->total);

    if (how->kind == FIT_NONE)
        return 0;
    if (how->kind == FIT_JACKKNIFE)
        return rows <= SINGLE_ROWS ? (size_t)rows : GROUPS;
    return how->resamples ? how->resamples->count : how->draws;
}

static struct interval spread(const struct fit_numbers *n, enum fit_errors kind,
                              size_t number, double *column)
{
    for (size_t k = 0; k < n->replicates; k++)
        column[k] = n->replicate[k * n->count + number];
    return kind == FIT_BOOTSTRAP ? errors_bootstrap(n->estimate[number], column,
                                                    n->replicates, NULL)
                                 : errors_jackknife(n->estimate[number], column,
                                                    n->replicates, NULL);
}

static enum status summarise(struct fit_numbers *n, enum fit_errors kind)
{
    double *column = malloc((n->replicates + 1) * sizeof *column);

    if (!column)
        return ST_NOMEM;
    for (size_t i = 0; i < n->count; i++)
        n->interval[i] = spread(n, kind, i, column);
    for (size_t k = 0; k < n->replicates; k++)
        n->dropped += isnan(n->replicate[k * n->count]) ? 1 : 0;
    free(column);
    return ST_OK;
}

enum status fit_replicate(const struct fit_data *d, const struct pls_fit *fit,
                          const struct fit_replication *how,
                          struct fit_numbers *out)
{
    const struct pls_model *m = &d->plan->model;
    struct fit_numbers n = {.replicates = count_replicates(d, how)};
    struct job job = {d, fit, how, &n, 0, ST_OK};
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX], u[ITEMS_MAX];
    enum status st = ST_NOMEM;

    fit_measures_place(m, how->measures | FIT_ALWAYS, n.first);
    n.count = n.first[FIT_MEASURES];
    n.estimate = malloc(n.count * sizeof *n.estimate);
    n.interval = malloc(n.count * sizeof *n.interval);
    n.replicate = calloc(n.replicates + 1, n.count * sizeof *n.replicate);
    if (n.estimate && n.interval && n.replicate)
        st = fit_sums_covariance(&d->total, d->plan, mean, cov, NULL);
    if (st == ST_OK) {
        index_weights(m, fit, u);
        note(&job, fit, cov, u, n.estimate);
        st = run(&job);
    }
    if (st == ST_OK)
        st = summarise(&n, how->kind);
    if (st == ST_OK)
        *out = n;
    else
        fit_numbers_free(&n);
    return st;
}

void fit_numbers_free(struct fit_numbers *n)
{
    free(n->estimate);
    free(n->interval);
    free(n->replicate);
    *n = (struct fit_numbers){0};
}
