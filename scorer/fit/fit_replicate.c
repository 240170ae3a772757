/* fit_replicate.c - the estimate again, without a part of the rows or of a
 * resample of them.
 *
 * Replicates are independent: threads take the next number from a counter and
 * write to that number's place.  250 x 24 answers take about 20 microseconds a
 * replicate; studentised, with as many again for each of its groups, 50 times
 * that.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "fit_intervals.h"
#include "fit_part.h"
#include "fit_times.h"
#include "scorer/index.h"

struct job {
    struct fit_parts parts;
    const struct pls_fit *fit;
    const struct fit_replication *how;
    struct fit_numbers *numbers;
    double *replicate, *se; /* where they go; `se` of grouped parts */
    size_t told;            /* replicates before this job ... */
    size_t total;           /* ... and in all jobs */
    atomic_size_t next;
    atomic_int failure; /* enum status of a thread that could not go on */
};

struct worker {
    struct job *job;
    struct fit_part *part;
    double *inner; /* [number * GROUPS + group] of a grouped part */
    double *numbers;
    double *times;   /* of each kept row; NULL: no interactions */
    struct err *err; /* why a replicate failed; NULL: nobody asks */
};

/* Correlations of the items. */
static void correlate(const struct pls_model *m, const double *cov,
                      const double *sd, double *r)
{
    for (size_t i = 0; i < m->items; i++)
        for (size_t j = 0; j < m->items; j++)
            r[i * m->items + j] =
                i == j ? 1 : cov[i * m->items + j] / (sd[i] * sd[j]);
}

/* NaN: they cannot be estimated of these rows. */
static void note_interactions(const struct job *job, const struct pls_fit *fit,
                              const double *times, double *numbers)
{
    const struct fit_data *d = job->parts.data;
    const struct interactions *x = &d->plan->interactions;
    const struct interaction_rows rows = {d->rows, d->row, d->weight, times};

    for (size_t i = 0; i < x->count * INTERACTION_NUMBERS; i++)
        numbers[i] = NAN;
    (void)!interactions_estimate(x, &d->plan->model, fit, &rows, numbers, NULL);
}

/* `u` by the rule for estimates or that for replicates. */
static void note(const struct job *job, const struct pls_fit *fit,
                 const double *cov, const double *u, const double *times,
                 double *numbers)
{
    const struct pls_model *m = &job->parts.data->plan->model;
    double r[ITEMS_MAX * ITEMS_MAX];
    const struct fit_view view = {m, fit, u, r};

    if (fit_measures_read_r(job->how->measures))
        correlate(m, cov, fit->sd, r);
    fit_measures_take(&view, job->numbers->first, numbers);
    if (times)
        note_interactions(job, fit, times,
                          numbers + job->numbers->first[FIT_MEASURES]);
}

/* Of some sums, from the weights of `start`, with the signs of the estimate.
 * NaN: it failed. */
static enum status estimate(const struct worker *w, const struct fit_sums *sums,
                            const struct pls_fit *start, struct pls_fit *fit,
                            double *numbers)
{
    const struct job *job = w->job;
    const struct fit_plan *p = job->parts.data->plan;
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX], u[ITEMS_MAX];
    enum status st = fit_sums_covariance(sums, p, mean, cov, w->err);

    if (st == ST_OK)
        st = fit_estimate(p, fit_sums_rows(sums), mean, cov, start->weight, fit,
                          w->err);
    if (st == ST_OK) {
        pls_align(&p->model, job->fit, fit);
        index_replicate_weights(&p->model, fit, u);
        note(job, fit, cov, u, w->times, numbers);
        return ST_OK;
    }
    for (size_t i = 0; i < job->numbers->count; i++)
        numbers[i] = NAN;
    return st;
}

/* The standard error of each number of a resample, by leaving out its groups.
 */
static enum status inner_errors(struct worker *w, size_t k,
                                const struct pls_fit *start, double *se)
{
    const struct job *job = w->job;
    const size_t count = job->numbers->count;
    struct pls_fit fit;
    size_t groups = 0;

    for (size_t g = 0; g < GROUPS; g++) {
        const struct fit_sums *sums;
        enum status st = fit_part_without(w->part, g, &sums);

        if (st == ST_OK && !sums)
            continue;
        if (w->times)
            fit_times(&job->parts, k, g, w->times);
        if (st == ST_OK)
            st = estimate(w, sums, start, &fit, w->numbers);
        if (st != ST_OK && st != ST_NUMERIC)
            return st;
        for (size_t i = 0; i < count; i++)
            w->inner[i * GROUPS + groups] = w->numbers[i];
        groups++;
    }
    for (size_t i = 0; i < count; i++)
        se[i] = errors_jackknife(0, w->inner + i * GROUPS, groups, NULL).se;
    return ST_OK;
}

static enum status replicate(struct worker *w, size_t k)
{
    const struct job *job = w->job;
    const size_t at = k * job->numbers->count;
    const struct fit_sums *sums;
    struct pls_fit fit;
    enum status st = fit_part_make(w->part, k, &sums);

    if (w->times)
        fit_times(&job->parts, k, GROUPS, w->times);
    if (st == ST_OK)
        st = estimate(w, sums, job->fit, &fit, job->replicate + at);
    if (st == ST_OK && job->se)
        st = inner_errors(w, k, &fit, job->se + at);
    return st == ST_NUMERIC ? ST_OK : st;
}

static enum status make_worker(struct job *job, struct worker *w)
{
    enum status st = fit_part_new(&job->parts, &w->part);

    w->job = job;
    if (st == ST_OK && job->parts.data->plan->interactions.count) {
        w->times = malloc((job->parts.data->rows + 1) * sizeof *w->times);
        st = w->times ? ST_OK : ST_NOMEM;
    }
    if (st == ST_OK && job->se) {
        w->numbers = malloc(job->numbers->count * sizeof *w->numbers);
        w->inner = malloc(job->numbers->count * GROUPS * sizeof *w->inner);
        st = w->numbers && w->inner ? ST_OK : ST_NOMEM;
    }
    return st;
}

static void free_worker(struct worker *w)
{
    fit_part_free(&w->part);
    free(w->numbers);
    free(w->inner);
    free(w->times);
}

static void work_on(struct job *job, bool tell)
{
    const struct fit_replication *how = job->how;
    struct worker w = {NULL};
    enum status st = make_worker(job, &w);
    size_t k;

    while (st == ST_OK && atomic_load(&job->failure) == ST_OK &&
           (k = atomic_fetch_add(&job->next, 1)) < job->parts.count) {
        st = replicate(&w, k);
        if (tell && how->tell)
            how->tell(how->ctx, job->told + k + 1, job->total);
    }
    if (st != ST_OK)
        atomic_store(&job->failure, (int)st);
    free_worker(&w);
}

static void *work(void *job)
{
    work_on(job, false);
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
    work_on(job, true);
    for (size_t i = 0; i < n; i++)
        (void)pthread_join(thread[i], NULL);
    return (enum status)atomic_load(&job->failure);
}

/* The first replicate that failed, once more, to be told why. */
static enum status explain(struct job *job, struct err *cause)
{
    struct worker w = {NULL};
    size_t k = 0;
    enum status st = make_worker(job, &w);

    while (k < job->parts.count &&
           !isnan(job->replicate[k * job->numbers->count]))
        k++;
    w.err = cause;
    if (st == ST_OK && k < job->parts.count)
        st = replicate(&w, k);
    free_worker(&w);
    return st;
}

/* Everything that a call works with; `more` is the jackknife that some
 * bootstrap intervals need. */
struct all {
    struct fit_numbers numbers;
    struct job main, more;
    double *more_replicate, *se;
};

static enum fit_part_kind jackknife_of(const struct fit_data *d)
{
    return fit_sums_rows(&d->total) <= SINGLE_ROWS ? PART_WITHOUT_ROW
                                                   : PART_WITHOUT_GROUP;
}

static enum status make_parts(const struct fit_data *d,
                              const struct fit_replication *how, struct all *a)
{
    const bool bootstrap = how->kind == FIT_BOOTSTRAP;
    const bool t = bootstrap && how->interval == BOOTSTRAP_STUDENTISED;
    enum status st = ST_OK;

    if (how->kind != FIT_NONE)
        st = fit_parts_make(d, how,
                            bootstrap     ? PART_RESAMPLE
                            : how->design ? PART_WITHOUT_UNIT
                                          : jackknife_of(d),
                            t, &a->main.parts);
    /* se and se* by the same rule, or their ratio is off */
    if (st == ST_OK && bootstrap && how->interval != BOOTSTRAP_PERCENTILE)
        st = fit_parts_make(d, how, t ? PART_WITHOUT_GROUP : jackknife_of(d),
                            false, &a->more.parts);
    a->main.parts.data = d;
    a->more.told = a->main.parts.count;
    a->main.total = a->more.total = a->main.parts.count + a->more.parts.count;
    return st;
}

static double *new_numbers(const struct fit_numbers *n, size_t replicates)
{
    return calloc(replicates + 1, n->count * sizeof(double));
}

static enum status make_numbers(const struct fit_data *d,
                                const struct fit_replication *how,
                                struct all *a, struct err *err)
{
    struct fit_numbers *n = &a->numbers;
    size_t in_all;

    fit_measures_place(&d->plan->model, how->measures | FIT_ALWAYS, n->first);
    n->count = n->first[FIT_MEASURES] +
               d->plan->interactions.count * INTERACTION_NUMBERS;
    n->replicates = a->main.parts.count;
    in_all = a->main.total + (a->main.parts.grouped ? n->replicates : 0);
    if (in_all > REPLICATED_MAX / n->count)
        return err_set(err, ST_RANGE,
                       "%zu replicates of %zu numbers are more than %d", in_all,
                       n->count, REPLICATED_MAX);
    n->estimate = malloc(n->count * sizeof *n->estimate);
    n->interval = malloc(n->count * sizeof *n->interval);
    n->replicate = a->main.replicate = new_numbers(n, n->replicates);
    a->more_replicate = a->more.replicate = new_numbers(n, a->more.parts.count);
    if (a->main.parts.grouped)
        a->se = a->main.se = new_numbers(n, n->replicates);
    return n->estimate && n->interval && n->replicate && a->more_replicate &&
                   (a->se || !a->main.parts.grouped)
               ? ST_OK
               : ST_NOMEM;
}

static enum status make_all(const struct fit_data *d, const struct pls_fit *fit,
                            const struct fit_replication *how, struct all *a,
                            struct err *err)
{
    enum status st = make_parts(d, how, a);

    a->main.fit = a->more.fit = fit;
    a->main.how = a->more.how = how;
    a->main.numbers = a->more.numbers = &a->numbers;
    return st == ST_OK ? make_numbers(d, how, a, err) : st;
}

static enum status take_estimate(const struct fit_data *d,
                                 const struct pls_fit *fit, struct all *a)
{
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX], u[ITEMS_MAX];
    double *times = NULL;
    enum status st = fit_sums_covariance(&d->total, d->plan, mean, cov, NULL);

    if (st != ST_OK)
        return st;
    if (d->plan->interactions.count) {
        times = malloc((d->rows + 1) * sizeof *times);
        if (!times)
            return ST_NOMEM;
        fit_times_all(d, times);
    }
    index_weights(&d->plan->model, fit, u);
    note(&a->main, fit, cov, u, times, a->numbers.estimate);
    free(times);
    return ST_OK;
}

enum status fit_replicate(const struct fit_data *d, const struct pls_fit *fit,
                          const struct fit_replication *how,
                          struct fit_numbers *out, struct err *err)
{
    struct all a = {.numbers = {.count = 0}};
    enum status st;

    (void)err_set(err, ST_NOMEM, "out of memory");
    st = make_all(d, fit, how, &a, err);
    if (st == ST_OK)
        st = take_estimate(d, fit, &a);
    if (st == ST_OK)
        st = run(&a.main);
    if (st == ST_OK && a.more.parts.count)
        st = run(&a.more);
    if (st == ST_OK) {
        const struct fit_spread spread = {how, a.se, a.more_replicate,
                                          a.more.parts.count};

        st = fit_intervals(&spread, &a.numbers);
    }
    if (st == ST_OK && a.numbers.dropped)
        st = explain(&a.main, &a.numbers.cause);
    if (st == ST_OK)
        *out = a.numbers;
    else
        fit_numbers_free(&a.numbers);
    fit_parts_free(&a.main.parts);
    fit_parts_free(&a.more.parts);
    free(a.more_replicate);
    free(a.se);
    return st;
}

void fit_numbers_free(struct fit_numbers *n)
{
    free(n->estimate);
    free(n->interval);
    free(n->replicate);
    *n = (struct fit_numbers){0};
}
