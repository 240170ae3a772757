/* fit_sample.c - see fit_sample.h. */
#include "fit_sample.h"

#include <stdlib.h>
#include <string.h>

static void gather(const struct fit_data *d, struct fit_sample *s)
{
    const size_t items = d->plan->model.items;
    size_t n = 0;

    for (size_t r = 0; r < d->rows; r++) {
        if (!fit_counts(d, r))
            continue;
        memcpy(s->row + n * items, d->row + r * items, items);
        if (s->weight)
            s->weight[n] = d->weight[r];
        s->kept[n++] = r;
    }
    s->sample = (struct sample){.model = &d->plan->model,
                                .missing = d->plan->missing,
                                .rows = n,
                                .row = s->row,
                                .weight = s->weight};
}

enum status fit_sample_make(const struct fit_data *d, struct fit_sample *out,
                            struct err *err)
{
    struct fit_sample s = {.row = malloc(d->rows * d->plan->model.items + 1),
                           .kept = calloc(d->rows + 1, sizeof *s.kept)};

    if (d->weight)
        s.weight = calloc(d->rows + 1, sizeof *s.weight);
    if (!s.row || !s.kept || (d->weight && !s.weight)) {
        fit_sample_free(&s);
        return ST_NOMEM;
    }
    if (d->plan->consistent) {
        fit_sample_free(&s);
        return err_set(err, ST_NUMERIC,
                       "consistent estimates give rows no scores; without "
                       "--consistent there are some");
    }
    gather(d, &s);
    *out = s;
    return ST_OK;
}

void fit_sample_free(struct fit_sample *s)
{
    free(s->row);
    free(s->weight);
    free(s->kept);
    *s = (struct fit_sample){.row = NULL};
}
