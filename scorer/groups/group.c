/* group.c - a group by itself: its rows, its estimate, its resamples. */
#include <math.h>
#include <stdlib.h>

#include "scorer/errors.h"
#include "scorer/index.h"
#include "scorer/random.h"
#include "work.h"

size_t group_numbers(const struct pls_model *m)
{
    size_t n = m->constructs;

    for (size_t i = 0; i < m->constructs * m->constructs; i++)
        n += m->path[i];
    return n;
}

void group_take(const struct pls_model *m, const struct pls_fit *fit,
                const double *u, double *numbers)
{
    size_t n = 0;

    for (size_t i = 0; i < m->constructs * m->constructs; i++)
        if (m->path[i])
            numbers[n++] = fit->path[i];
    for (size_t c = 0; c < m->constructs; c++)
        numbers[n++] = index_value(m, c, u, fit->mean);
}

enum status group_gather(struct work *w, size_t g)
{
    const struct sample *s = w->sample;
    struct group_rows *group = &w->group[g];
    enum status st = sample_sums_new(s, &group->sums);

    if (st == ST_OK &&
        !(group->row = malloc((s->rows + 1) * sizeof *group->row)))
        st = ST_NOMEM;
    if (st != ST_OK)
        return st;
    for (size_t r = 0; r < s->rows; r++)
        if (w->plan->group[r] == g)
            group->row[group->rows++] = (uint32_t)r;
    st = sample_sums_pick(&group->sums, s, group->row, group->rows);
    return st == ST_OK ? sample_sums_merge(&w->all, &group->sums) : st;
}

enum status group_check(const struct work *w, size_t g)
{
    const struct pls_model *m = w->sample->model;

    if (w->group[g].rows < m->distinct)
        return err_set(w->err, ST_NUMERIC,
                       "%s: %zu rows are fewer than the %zu items of the model",
                       w->plan->name[g], w->group[g].rows, m->distinct);
    return ST_OK;
}

enum status group_estimate(struct work *w, size_t g)
{
    const struct pls_model *m = w->sample->model;
    struct groups_member *member = &w->out.member[g];
    struct err cause = {"out of memory"};
    double u[ITEMS_MAX];
    enum status st = sample_sums_fit(&w->group[g].sums, w->sample, NULL,
                                     &member->fit, &cause);

    if (st != ST_OK)
        return err_set(w->err, st, "%s: %s", w->plan->name[g], cause.text);
    member->rows = w->group[g].rows;
    pls_align(m, &w->fit, &member->fit);
    index_weights(m, &member->fit, u);
    for (size_t c = 0; c < m->constructs; c++)
        member->index[c] = index_value(m, c, u, member->fit.mean);
    return ST_OK;
}

/* ---- resamples ---- */

struct resampling {
    const struct sample *sample;
    const struct group_rows *group;
    const struct pls_fit *fit;
    size_t numbers;
    uint64_t stream;
};

static enum status draw(const struct resampling *x, struct crew_hand *hand,
                        size_t k)
{
    const uint64_t stream = random_at(x->stream, k);
    const size_t n = x->group->rows;

    for (size_t i = 0; i < n; i++)
        hand->list[i] = x->group->row[random_below(random_at(stream, i), n)];
    sample_sums_clear(&hand->one);
    return sample_sums_pick(&hand->one, x->sample, hand->list, n);
}

static enum status resample(void *job, struct crew_hand *hand, size_t k)
{
    const struct resampling *x = job;
    const struct pls_model *m = x->sample->model;
    double *out = x->group->replicate + k * x->numbers;
    double u[ITEMS_MAX];
    struct pls_fit fit;
    enum status st = draw(x, hand, k);

    if (st == ST_OK)
        st = sample_sums_fit(&hand->one, x->sample, x->fit->weight, &fit, NULL);
    if (st == ST_OK) {
        pls_align(m, x->fit, &fit);
        index_replicate_weights(m, &fit, u);
        group_take(m, &fit, u, out);
        return ST_OK;
    }
    if (st != ST_NUMERIC)
        return st;
    for (size_t i = 0; i < x->numbers; i++)
        out[i] = NAN;
    return ST_OK;
}

static double error_of(const struct work *w, const struct resampling *x,
                       size_t number, double estimate)
{
    const size_t resamples = w->plan->resamples;

    for (size_t k = 0; k < resamples; k++)
        w->space[k] = x->group->replicate[k * x->numbers + number];
    return errors_bootstrap(estimate, w->space, resamples, NULL).se;
}

enum status group_resample(struct work *w, size_t g)
{
    const struct pls_model *m = w->sample->model;
    const size_t resamples = w->plan->resamples;
    struct groups_member *member = &w->out.member[g];
    struct group_rows *group = &w->group[g];
    struct resampling job = {w->sample, group, &member->fit, group_numbers(m),
                             random_at(w->plan->seed, g)};
    size_t number = 0;
    enum status st;

    group->replicate =
        calloc(resamples + 1, job.numbers * sizeof *group->replicate);
    if (!group->replicate)
        return ST_NOMEM;
    st = crew_run(&w->crew, resamples, resample, &job);
    if (st != ST_OK)
        return st;
    /* the first number is a path, or the index of a model without paths; it is
     * missing only when nothing could be estimated */
    for (size_t k = 0; k < resamples; k++)
        member->dropped += isnan(group->replicate[k * job.numbers]);
    for (size_t i = 0; i < m->constructs * m->constructs; i++)
        member->path_se[i] =
            m->path[i] ? error_of(w, &job, number++, member->fit.path[i]) : NAN;
    for (size_t c = 0; c < m->constructs; c++)
        member->index_se[c] = error_of(w, &job, number++, member->index[c]);
    return ST_OK;
}
