/* predict.c - folds, and the estimates without each.  See scorer/predict.h. */
#include "scorer/predict.h"

#include <stdlib.h>
#include <string.h>

#include "misses.h"
#include "scorer/random.h"

struct work {
    const struct sample *sample;
    const struct predict_plan *plan;
    const struct maps_targets *targets;
    struct err *err;
    struct sample_sums total, training;
    struct sample_sums fold[PREDICT_FOLDS_MAX];
    struct pls_fit fit; /* of all rows: to begin from */
    uint32_t *order;    /* rows as they were drawn */
    uint32_t *fold_of;  /* by row */
    double *maps, *sum; /* of misses_round */
    struct misses *misses;
};

static enum status check(const struct sample *s,
                         const struct predict_plan *plan, struct err *err)
{
    const size_t k = plan->folds;

    if (k < 2 || k > PREDICT_FOLDS_MAX)
        return err_set(err, ST_RANGE, "%zu folds: 2 to %d can be made", k,
                       PREDICT_FOLDS_MAX);
    if (plan->repetitions < 1 || plan->repetitions > PREDICT_REPETITIONS_MAX)
        return err_set(err, ST_RANGE, "%zu repetitions: 1 to %d can be made",
                       plan->repetitions, PREDICT_REPETITIONS_MAX);
    if (plan->fold && plan->repetitions != 1)
        return err_set(err, ST_RANGE, "given folds cannot be repeated");
    for (size_t r = 0; plan->fold && r < s->rows; r++)
        if (plan->fold[r] >= k)
            return err_set(err, ST_RANGE, "row %zu: no fold of the %zu", r + 1,
                           k);
    if (s->rows < k || s->rows > UINT32_MAX)
        return err_set(err, ST_NUMERIC, "%zu rows cannot be dealt to %zu folds",
                       s->rows, k);
    return maps_check_rows(s, err);
}

static enum status make(struct work *w)
{
    const struct sample *s = w->sample;
    const size_t size = PREDICTORS * maps_size(s->model);
    enum status st = sample_sums_new(s, &w->total);

    if (st == ST_OK)
        st = sample_sums_new(s, &w->training);
    for (size_t f = 0; f < w->plan->folds && st == ST_OK; f++)
        st = sample_sums_new(s, &w->fold[f]);
    if (st == ST_OK)
        st = misses_new(s, w->targets, &w->misses);
    if (st != ST_OK)
        return st;
    w->order = malloc(s->rows * sizeof *w->order);
    w->fold_of = malloc(s->rows * sizeof *w->fold_of);
    w->maps = calloc(w->plan->folds, size * sizeof *w->maps);
    w->sum = calloc(size, sizeof *w->sum);
    return w->order && w->fold_of && w->maps && w->sum ? ST_OK : ST_NOMEM;
}

static void drop(struct work *w)
{
    sample_sums_free(&w->total);
    sample_sums_free(&w->training);
    for (size_t f = 0; f < PREDICT_FOLDS_MAX; f++)
        sample_sums_free(&w->fold[f]);
    misses_free(&w->misses);
    free(w->order);
    free(w->fold_of);
    free(w->maps);
    free(w->sum);
}

/* Folds whose sizes differ by one at most. */
static void deal(struct work *w, size_t repetition)
{
    const size_t rows = w->sample->rows;

    for (size_t r = 0; r < rows; r++)
        w->order[r] = (uint32_t)r;
    random_draw(random_at(w->plan->seed, repetition), w->order, rows, rows);
    for (size_t i = 0; i < rows; i++)
        w->fold_of[w->order[i]] = (uint32_t)(i % w->plan->folds);
}

static enum status add_up(struct work *w)
{
    enum status st = ST_OK;

    for (size_t f = 0; f < w->plan->folds && st == ST_OK; f++) {
        size_t n = 0;

        for (size_t r = 0; r < w->sample->rows; r++)
            if (w->fold_of[r] == f)
                w->order[n++] = (uint32_t)r;
        sample_sums_clear(&w->fold[f]);
        st = sample_sums_pick(&w->fold[f], w->sample, w->order, n);
    }
    return st;
}

static enum status estimate(struct work *w, const struct sample_sums *sums,
                            double *mean, double *cov, struct pls_fit *fit,
                            struct err *err)
{
    enum status st = sample_sums_covariance(sums, w->sample, mean, cov, err);

    if (st != ST_OK)
        return st;
    return pls_estimate(w->sample->model, sample_sums_rows(sums), mean, cov,
                        w->fit.weight, fit, err);
}

/* The maps of all rows but those of a fold. */
static enum status without(struct work *w, size_t f)
{
    const size_t size = PREDICTORS * maps_size(w->sample->model);
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX];
    double *maps = w->maps + f * size;
    struct err cause = {"out of memory"};
    struct pls_fit fit;
    enum status st;

    sample_sums_clear(&w->training);
    st = sample_sums_merge(&w->training, &w->total);
    if (st == ST_OK)
        st = sample_sums_subtract(&w->training, &w->fold[f]);
    if (st == ST_OK)
        st = estimate(w, &w->training, mean, cov, &fit, &cause);
    if (st != ST_OK)
        return err_set(w->err, st, "without fold %zu: %s", f + 1, cause.text);
    maps_make(w->targets, &fit, mean, cov, maps);
    for (size_t i = 0; i < size; i++)
        w->sum[i] += maps[i];
    return ST_OK;
}

static enum status repeat(struct work *w, size_t repetition)
{
    const struct predict_plan *p = w->plan;
    const struct misses_round round = {
        .folds = p->folds, .fold = w->fold_of, .maps = w->maps, .sum = w->sum};
    enum status st;

    if (p->fold)
        memcpy(w->fold_of, p->fold, w->sample->rows * sizeof *w->fold_of);
    else
        deal(w, repetition);
    memset(w->sum, 0,
           PREDICTORS * maps_size(w->sample->model) * sizeof *w->sum);
    st = add_up(w);
    for (size_t f = 0; f < p->folds && st == ST_OK; f++)
        st = without(w, f);
    if (st != ST_OK)
        return st;
    misses_add(w->misses, &round);
    if (p->tell)
        p->tell(p->ctx, repetition + 1, p->repetitions);
    return ST_OK;
}

static enum status run(struct work *w)
{
    enum status st = make(w);

    if (st == ST_OK)
        st = sample_sums_add(&w->total, w->sample->row, w->sample->weight,
                             w->sample->rows);
    if (st == ST_OK)
        st = sample_sums_fit(&w->total, w->sample, NULL, &w->fit, w->err);
    for (size_t i = 0; i < w->plan->repetitions && st == ST_OK; i++)
        st = repeat(w, i);
    return st;
}

enum status predict(const struct sample *s, const struct predict_plan *plan,
                    struct prediction *out, struct err *err)
{
    struct maps_targets targets;
    struct work *w = NULL;
    enum status st = maps_targets_of(s->model, plan->technique, &targets, err);

    if (st == ST_OK)
        st = check(s, plan, err);
    if (st != ST_OK)
        return st;
    (void)err_set(err, ST_NOMEM, "out of memory");
    w = calloc(1, sizeof *w);
    if (!w)
        return ST_NOMEM;
    w->sample = s;
    w->plan = plan;
    w->targets = &targets;
    w->err = err;
    st = run(w);
    if (st == ST_OK)
        misses_judge(w->misses, out);
    drop(w);
    free(w);
    return st;
}
