/* fit_intervals.c - see fit_intervals.h. */
#include "fit_intervals.h"

#include <math.h>
#include <stdlib.h>

#include "fit_design.h"

/* One number of `rows` replicates. */
static void pick(const double *from, size_t rows, size_t count, size_t number,
                 double *column)
{
    for (size_t k = 0; k < rows; k++)
        column[k] = from[k * count + number];
}

/* Room for a number of all replicates, twice, and of all parts. */
struct columns {
    double *replicate, *se, *part;
};

static struct interval by_bootstrap(const struct fit_spread *s,
                                    const struct fit_numbers *n, size_t number,
                                    const struct columns *c)
{
    struct bootstrap b = {.kind = s->how->interval,
                          .level = s->how->level,
                          .estimate = n->estimate[number],
                          .count = n->replicates,
                          .replicate = c->replicate,
                          .own_se = c->se};

    pick(s->jackknife, s->parts, n->count, number, c->part);
    if (b.kind == BOOTSTRAP_BCA)
        b.acceleration = errors_acceleration(c->part, s->parts);
    if (b.kind == BOOTSTRAP_STUDENTISED) {
        b.se = errors_jackknife(b.estimate, c->part, s->parts, NULL).se;
        pick(s->se, n->replicates, n->count, number, c->se);
    }
    return errors_bootstrap_at(&b, NULL);
}

static struct interval interval_of(const struct fit_spread *s,
                                   const struct fit_numbers *n, size_t number,
                                   const struct columns *c)
{
    const struct fit_replication *how = s->how;
    const double estimate = n->estimate[number];
    struct errors_strata strata;

    pick(n->replicate, n->replicates, n->count, number, c->replicate);
    if (how->kind == FIT_BOOTSTRAP)
        return by_bootstrap(s, n, number, c);
    if (how->kind != FIT_JACKKNIFE || !how->design)
        return errors_jackknife_at(estimate, c->replicate, n->replicates,
                                   how->level, NULL);
    strata = fit_design_strata(how->design);
    return errors_stratified(estimate, c->replicate, &strata, how->level, NULL);
}

enum status fit_intervals(const struct fit_spread *s, struct fit_numbers *n)
{
    struct columns c = {.replicate =
                            malloc((n->replicates + 1) * sizeof *c.replicate),
                        .se = malloc((n->replicates + 1) * sizeof *c.se),
                        .part = malloc((s->parts + 1) * sizeof *c.part)};
    enum status st = ST_NOMEM;

    if (c.replicate && c.se && c.part) {
        for (size_t i = 0; i < n->count; i++)
            n->interval[i] = interval_of(s, n, i, &c);
        for (size_t k = 0; k < n->replicates; k++)
            n->dropped += isnan(n->replicate[k * n->count]) ? 1 : 0;
        st = ST_OK;
    }
    free(c.replicate);
    free(c.se);
    free(c.part);
    return st;
}
