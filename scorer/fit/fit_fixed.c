/* fit_fixed.c - see fit_fixed.h. */
#include "fit_fixed.h"

#include <stdlib.h>

#include "fit_design.h"
#include "scorer/index.h"

struct work {
    const struct fit_data *data;
    const struct pls_fit *fit;
    double share[ITEMS_MAX]; /* 100 u_j / (max - min) / sum w p */
    double *z;
    size_t units;
};

/* Sum of answers to an item, and of the weights of those who gave one. */
struct answered {
    double sum, weight;
};

static struct answered answered(const struct fit_sums *s, size_t item)
{
    if (s->plain) {
        const size_t at = item * s->plain->items + item;

        return (struct answered){(double)s->plain->sum[at],
                                 (double)s->plain->both[at]};
    }
    return (struct answered){
        s->weighted->sum[item * s->weighted->items + item],
        s->weighted->both[item * s->weighted->items + item]};
}

static void find_shares(struct work *w)
{
    const struct pls_model *m = &w->data->plan->model;
    double u[ITEMS_MAX];

    index_weights(m, w->fit, u);
    for (size_t j = 0; j < m->items; j++) {
        const struct item *it = &m->survey->item[m->item[j]];
        const double weight = answered(&w->data->total, j).weight;

        w->share[j] = 100 * u[j] / ((item_points(it) - 1) * weight);
    }
}

static double of_row(const struct work *w, size_t c, size_t r)
{
    const struct fit_data *d = w->data;
    const struct pls_model *m = &d->plan->model;
    const uint8_t *x = d->row + r * m->items;
    double z = 0;

    if (!fit_counts(d, r))
        return 0;
    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        if (x[j])
            z += w->share[j] * (x[j] - w->fit->mean[j]);
    return d->weight ? d->weight[r] * z : z;
}

static double of_sums(const struct work *w, size_t c, const struct fit_sums *s)
{
    const struct pls_model *m = &w->data->plan->model;
    double z = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
        const struct answered a = answered(s, j);

        z += w->share[j] * (a.sum - w->fit->mean[j] * a.weight);
    }
    return z;
}

static void of_units(struct work *w, const struct fit_design *f, size_t c)
{
    for (size_t k = 0; k < f->units; k++) {
        w->z[k] = 0;
        for (size_t i = f->unit[k]; i < f->unit[k + 1]; i++)
            w->z[k] += of_row(w, c, f->row[i]);
    }
    w->units = f->units;
}

static void of_all(struct work *w, size_t c)
{
    const struct fit_data *d = w->data;

    w->units = 0;
    if (fit_sums_rows(&d->total) <= SINGLE_ROWS) {
        for (size_t r = 0; r < d->rows; r++)
            if (fit_counts(d, r))
                w->z[w->units++] = of_row(w, c, r);
        return;
    }
    for (size_t g = 0; g < GROUPS; g++)
        if (fit_sums_rows(&d->group[g]) > 0)
            w->z[w->units++] = of_sums(w, c, &d->group[g]);
}

enum status fit_fixed_errors(const struct fit_data *d,
                             const struct pls_fit *fit,
                             const struct fit_design *design, double *se)
{
    struct work w = {.data = d, .fit = fit};

    w.z = malloc((d->rows + GROUPS) * sizeof *w.z);
    if (!w.z)
        return ST_NOMEM;
    find_shares(&w);
    for (size_t c = 0; c < d->plan->model.constructs; c++) {
        size_t all[2] = {0};
        struct errors_strata strata = {1, all, NULL};

        if (design) {
            of_units(&w, design, c);
            strata = fit_design_strata(design);
        } else {
            of_all(&w, c);
            all[1] = w.units;
        }
        se[c] = errors_linear(w.z, &strata);
    }
    free(w.z);
    return ST_OK;
}
