/* estimate.c - see estimate.h. */
#include "estimate.h"

#include <math.h>

#include "scorer/index.h"

static void totals(const struct tabulation *t, size_t number,
                   const struct form *f, size_t c, int64_t *sum, int64_t *n,
                   struct cell_estimate *e)
{
    const struct pls_model *m = &f->model;

    for (size_t g = 0; g < GROUPS; g++) {
        const struct group_sums s = tabulation_sums(t, number, f, g);

        for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
            sum[j] += s.sum[j];
            n[j] += s.n[j];
        }
        e->n += s.answered[c];
        e->used[g] = s.answered[c] > 0;
    }
}

static double mean_of(int64_t sum, int64_t n)
{
    return n > 0 ? (double)sum / (double)n : NAN;
}

static void replicate(const struct tabulation *t, size_t number, size_t g,
                      const int64_t *sum, const int64_t *n,
                      double *mean_without, struct cell_estimate *e)
{
    const struct item_weights *w = e->weights;
    const struct pls_model *m = w->model;
    const size_t c = e->number, first = m->first[c];
    const struct group_sums s = tabulation_sums(t, number, w->form, g);
    double mean[ITEMS_MAX];

    for (size_t j = first; j < m->first[c + 1]; j++)
        mean_without[j - first] = mean[j] =
            mean_of(sum[j] - s.sum[j], n[j] - s.n[j]);
    e->without[g] = index_value(m, c, w->without[g], mean);
    e->fixed[g] = index_value(m, c, w->u, mean);
    e->n_without[g] = e->n - s.answered[c];
    e->weight_without[g] = (double)e->n_without[g];
}

static uint32_t flags_of(const struct cell_estimate *e)
{
    const struct item_weights *w = e->weights;
    const size_t first = w->model->first[e->number];
    uint32_t flags = 0;

    if (w->model->first[e->number + 1] - first > 1) {
        if (!w->fitted)
            flags |= SCORE_NO_WEIGHTS;
        else if (isnan(w->u[first]))
            flags |= SCORE_NEGATIVE;
        if (w->rows < FIT_ROWS_MIN)
            flags |= SCORE_THIN_FIT;
    }
    if (isnan(e->index) && !isnan(w->u[first]) && e->n > 0)
        flags |= SCORE_INCOMPLETE;
    return flags;
}

void estimate_cell(const struct tabulation *t, size_t number,
                   const struct item_weights *w, size_t construct, double *mean,
                   double *mean_without, struct cell_estimate *out)
{
    const struct pls_model *m = w->model;
    const size_t first = m->first[construct];
    const size_t items = m->first[construct + 1] - first;
    int64_t sum[ITEMS_MAX] = {0}, n[ITEMS_MAX] = {0};
    double all[ITEMS_MAX];

    *out = (struct cell_estimate){.model = m,
                                  .number = construct,
                                  .construct = pls_construct_code(m, construct),
                                  .mean = mean,
                                  .mean_without = mean_without,
                                  .weights = w};
    totals(t, number, w->form, construct, sum, n, out);
    for (size_t j = 0; j < items; j++)
        mean[j] = all[first + j] = mean_of(sum[first + j], n[first + j]);
    out->weight = out->n_eff = (double)out->n;
    out->index = index_value(m, construct, w->u, all);
    for (size_t g = 0; g < GROUPS; g++)
        replicate(t, number, g, sum, n, mean_without + g * items, out);
    out->flags = flags_of(out);
}

static double weight_in(const struct cell_estimate *e, size_t g)
{
    return g == GROUPS ? e->weight : e->weight_without[g];
}

static bool one_survey(const struct cell_estimate *a,
                       const struct cell_estimate *b)
{
    return streq(a->survey, b->survey);
}

/* A part's weight: its survey's, shared among the survey's forms by what they
 * weigh; without group g, or of all when g is GROUPS. */
static double weight_of(const struct share *part, size_t count, size_t i,
                        enum rollup rollup, size_t g)
{
    const double mine = weight_in(&part[i].estimate, g);
    double survey = 0;

    if (rollup == ROLLUP_DESIGN)
        return mine;
    for (size_t k = 0; k < count; k++)
        if (one_survey(&part[k].estimate, &part[i].estimate))
            survey += weight_in(&part[k].estimate, g);
    return part[i].rollup * mine / survey;
}

static double index_in(const struct cell_estimate *e, size_t g, bool fixed)
{
    if (g == GROUPS)
        return e->index;
    return fixed ? e->fixed[g] : e->without[g];
}

static double roll(const struct share *part, size_t count, enum rollup rollup,
                   size_t g, bool fixed)
{
    double sum = 0, weights = 0;

    for (size_t i = 0; i < count; i++) {
        const double w = weight_of(part, count, i, rollup, g);

        sum += w * index_in(&part[i].estimate, g, fixed);
        weights += w;
    }
    return sum / weights;
}

static void add_up(const struct cell_estimate *e, struct cell_estimate *out)
{
    out->n += e->n;
    out->weight += e->weight;
    out->n_eff += e->n_eff;
    out->flags |= e->flags;
    for (size_t g = 0; g < GROUPS; g++) {
        out->n_without[g] += e->n_without[g];
        out->weight_without[g] += e->weight_without[g];
        out->used[g] = out->used[g] || e->used[g];
    }
}

void estimate_rollup(const struct share *part, size_t count, enum rollup rollup,
                     struct cell_estimate *out)
{
    *out = part[0].estimate;
    out->model = NULL;
    out->weights = NULL;
    out->mean = out->mean_without = NULL;
    for (size_t i = 1; i < count; i++)
        add_up(&part[i].estimate, out);
    out->index = roll(part, count, rollup, GROUPS, false);
    for (size_t g = 0; g < GROUPS; g++) {
        out->without[g] = roll(part, count, rollup, g, false);
        out->fixed[g] = roll(part, count, rollup, g, true);
    }
}

struct interval cells_interval(double value, const double replicate[GROUPS],
                               const struct cell_estimate *const *cell,
                               size_t count)
{
    double used[GROUPS];
    size_t n = 0;

    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < count; i++)
            if (cell[i]->used[g]) {
                used[n++] = replicate[g];
                break;
            }
    return errors_jackknife(value, used, n, NULL);
}

struct interval cell_interval(const struct cell_estimate *e)
{
    return cells_interval(e->index, e->without, &e, 1);
}
