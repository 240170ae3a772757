/* estimate.c - see estimate.h. */
#include "estimate.h"

#include <math.h>

#include "scorer/index.h"

static void totals(const struct tabulation *t, size_t number,
                   const struct form *f, size_t c, int64_t *sum, int64_t *n,
                   struct estimate *e)
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

static void replicate(const struct tabulation *t, size_t number,
                      const struct weights *w, size_t c, size_t g,
                      const int64_t *sum, const int64_t *n, struct estimate *e)
{
    const struct pls_model *m = &w->form->model;
    const struct group_sums s = tabulation_sums(t, number, w->form, g);
    double mean[ITEMS_MAX];

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        mean[j] = mean_of(sum[j] - s.sum[j], n[j] - s.n[j]);
    e->without[g] = index_value(m, c, w->without[g], mean);
    e->n_without[g] = e->n - s.answered[c];
}

static uint32_t flags_of(const struct weights *w, size_t c,
                         const struct estimate *e)
{
    const struct pls_model *m = &w->form->model;
    const size_t first = m->first[c];
    uint32_t flags = 0;

    if (m->first[c + 1] - first > 1) {
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
                   const struct weights *w, size_t construct,
                   struct estimate *out)
{
    const struct pls_model *m = &w->form->model;
    int64_t sum[ITEMS_MAX] = {0}, n[ITEMS_MAX] = {0};
    double mean[ITEMS_MAX];

    *out = (struct estimate){.form = w->form,
                             .construct = pls_construct_code(m, construct)};
    totals(t, number, w->form, construct, sum, n, out);
    for (size_t j = m->first[construct]; j < m->first[construct + 1]; j++)
        mean[j] = mean_of(sum[j], n[j]);
    out->index = index_value(m, construct, w->u, mean);
    for (size_t g = 0; g < GROUPS; g++)
        replicate(t, number, w, construct, g, sum, n, out);
    out->flags = flags_of(w, construct, out);
}

static int64_t count_of(const struct estimate *e, size_t g)
{
    return g == GROUPS ? e->n : e->n_without[g];
}

static bool one_survey(const struct estimate *a, const struct estimate *b)
{
    return streq(a->form->survey->code, b->form->survey->code);
}

/* A part's weight: its survey's, shared among the survey's forms by their
 * counts; without group g, or of all when g is GROUPS. */
static double weight_of(const struct estimate *part, size_t count, size_t i,
                        enum rollup rollup, size_t g)
{
    int64_t survey = 0;

    if (rollup == ROLLUP_DESIGN)
        return (double)count_of(&part[i], g);
    for (size_t k = 0; k < count; k++)
        if (one_survey(&part[k], &part[i]))
            survey += count_of(&part[k], g);
    return part[i].rollup * (double)count_of(&part[i], g) / (double)survey;
}

static double roll(const struct estimate *part, size_t count,
                   enum rollup rollup, size_t g)
{
    double sum = 0, weights = 0;

    for (size_t i = 0; i < count; i++) {
        const double w = weight_of(part, count, i, rollup, g);

        sum += w * (g == GROUPS ? part[i].index : part[i].without[g]);
        weights += w;
    }
    return sum / weights;
}

void estimate_rollup(const struct estimate *part, size_t count,
                     enum rollup rollup, struct estimate *out)
{
    *out = part[0];
    for (size_t i = 1; i < count; i++) {
        out->n += part[i].n;
        out->flags |= part[i].flags;
        for (size_t g = 0; g < GROUPS; g++) {
            out->n_without[g] += part[i].n_without[g];
            out->used[g] = out->used[g] || part[i].used[g];
        }
    }
    out->index = roll(part, count, rollup, GROUPS);
    for (size_t g = 0; g < GROUPS; g++)
        out->without[g] = roll(part, count, rollup, g);
}

struct interval estimate_interval(const struct estimate *e)
{
    double replicates[GROUPS];
    size_t n = 0;

    for (size_t g = 0; g < GROUPS; g++)
        if (e->used[g])
            replicates[n++] = e->without[g];
    return errors_jackknife(e->index, replicates, n, NULL);
}
