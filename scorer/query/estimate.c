/* estimate.c - see estimate.h. */
#include "estimate.h"

#include <math.h>

#include "scorer/index.h"
#include "scorer/people.h"

static double ratio(double sum, double n)
{
    return n > 0 ? sum / n : NAN;
}

/* The mean of a place's answers without group g; of all where g is ALL. */
static double mean_of(const struct table_cell *t, size_t sum, size_t n,
                      size_t g)
{
    const int64_t *all = table_sums(t, ALL), *own = table_sums(t, g);

    if (t->weighted)
        return ratio(table_weighted(t, g)[sum], table_weighted(t, g)[n]);
    if (g == ALL)
        return ratio((double)all[sum], (double)all[n]);
    return ratio((double)(all[sum] - own[sum]), (double)(all[n] - own[n]));
}

static void count(const struct table_cell *t, size_t answered,
                  struct cell_estimate *e)
{
    e->n = table_sums(t, ALL)[answered];
    e->weight = e->n_eff = (double)e->n;
    if (t->weighted) {
        e->weight = table_weighted(t, ALL)[answered];
        e->n_eff =
            people_effective(e->weight, table_weighted(t, SQUARES)[answered]);
    }
}

static void replicate(const struct table_cell *t, size_t g,
                      double *mean_without, struct cell_estimate *e)
{
    const struct item_weights *w = e->weights;
    const struct pls_model *m = w->model;
    const struct model_places at = model_places(m);
    const size_t c = e->number, first = m->first[c];
    const int64_t own = table_sums(t, g)[at.answered + c];
    double mean[ITEMS_MAX];

    for (size_t j = first; j < m->first[c + 1]; j++)
        mean_without[j - first] = mean[j] = mean_of(t, at.sum + j, at.n + j, g);
    e->used[g] = own > 0;
    e->without[g] = index_value(m, c, w->without[g], mean);
    e->fixed[g] = index_value(m, c, w->u, mean);
    e->n_without[g] = e->n - own;
    e->weight_without[g] = t->weighted ? table_weighted(t, g)[at.answered + c]
                                       : (double)e->n_without[g];
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

void estimate_cell(const struct table_cell *t, const struct item_weights *w,
                   size_t construct, double *mean, double *mean_without,
                   struct cell_estimate *out)
{
    const struct pls_model *m = w->model;
    const struct model_places at = model_places(m);
    const size_t first = m->first[construct];
    const size_t items = m->first[construct + 1] - first;
    double all[ITEMS_MAX];

    *out = (struct cell_estimate){.model = m,
                                  .number = construct,
                                  .construct = pls_construct_code(m, construct),
                                  .mean = mean,
                                  .mean_without = mean_without,
                                  .weights = w};
    count(t, at.answered + construct, out);
    for (size_t j = first; j < first + items; j++)
        mean[j - first] = all[j] = mean_of(t, at.sum + j, at.n + j, ALL);
    out->index = index_value(m, construct, w->u, all);
    for (size_t g = 0; g < GROUPS; g++)
        replicate(t, g, mean_without + g * items, out);
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

/* Of the rows as they count in the roll-up: (sum s)^2 / sum s^2 / n_eff over
 * the parts' weights s, as all rows of a part are turned by one number.  Where
 * everybody counts once, how many they are. */
static double roll_effective(const struct share *part, size_t count,
                             enum rollup rollup)
{
    double sum = 0, squares = 0, rows = 0;
    bool once = true;

    for (size_t i = 0; i < count; i++) {
        const struct cell_estimate *e = &part[i].estimate;
        const double s = weight_of(part, count, i, rollup, GROUPS);

        once = once && e->weight == (double)e->n;
        rows += e->n_eff;
        sum += s;
        squares += s * s / e->n_eff;
    }
    return once ? rows : people_effective(sum, squares);
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
    out->n_eff = roll_effective(part, count, rollup);
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
