/* measure.h - a number, and what it would be without each jackknife group.
 *
 * Whatever is computed from estimates is computed again from the estimates
 * without each group; the error follows from these.  A person is in the same
 * group in every period and cell, so the error of a difference knows that the
 * same people stand on both sides.
 */
#ifndef COMPARE_MEASURE_H
#define COMPARE_MEASURE_H

#include "scorer/estimates.h"

/* The samples that a number is computed from: 0 .. GROUPS - 1 lack that group,
 * and this one is whole. */
enum { WHOLE = GROUPS, SAMPLES = GROUPS + 1 };

struct measure {
    double at[SAMPLES]; /* NaN: undefined */
    bool used[GROUPS];  /* there is somebody of the group in it */
};

/* A measure with its error, and the test that it is 0. */
struct finding {
    double value;
    struct interval interval;
    double degrees; /* of freedom */
    double p;       /* NaN: no test */
};

extern const struct finding finding_none; /* all NaN */

/* All zero but for the groups of these estimates; NULL has none. */
void measure_begin(const struct cell_estimate *a, const struct cell_estimate *b,
                   struct measure *out);
void measure_of(const struct cell_estimate *e, struct measure *out);
void measure_difference(const struct measure *a, const struct measure *b,
                        struct measure *out);

/* The delete-a-group jackknife (Kott 2001, J. Official Statistics 17(4), eq.
 * 2), and two-sided p of Student's t = value / se with g - 1 degrees of
 * freedom, g the groups used.  `more` is a standard error from elsewhere,
 * independent of the answers, or 0: the squares add up.  Where nothing varies
 * (se under VARIES of a point) there is no test. */
#define VARIES 1e-9
struct finding measure_find(const struct measure *m, double more);

/* Chance that the true value is above 0, its distribution taken as Student's t
 * round what was found (Fisher's fiducial argument; Bayes with a flat prior).
 * NaN where there is no test. */
double finding_above(const struct finding *f);

/* ---- an estimate in one of the samples ---- */

static inline double index_in(const struct cell_estimate *e, size_t sample)
{
    return sample == WHOLE ? e->index : e->without[sample];
}

static inline double weight_in(const struct cell_estimate *e, size_t sample)
{
    return sample == WHOLE ? e->weight : e->weight_without[sample];
}

static inline size_t items_of(const struct cell_estimate *e)
{
    return e->model->first[e->number + 1] - e->model->first[e->number];
}

/* Of the construct's item j: the mean of stored answers, and u. */
static inline double mean_in(const struct cell_estimate *e, size_t sample,
                             size_t j)
{
    return sample == WHOLE ? e->mean[j]
                           : e->mean_without[sample * items_of(e) + j];
}

static inline double u_in(const struct cell_estimate *e, size_t sample,
                          size_t j)
{
    const struct item_weights *w = e->weights;

    j += e->model->first[e->number];
    return sample == WHOLE ? w->u[j] : w->without[sample][j];
}

static inline const struct item *item_in(const struct cell_estimate *e,
                                         size_t j)
{
    const struct pls_model *m = e->model;

    return &m->survey->item[m->item[m->first[e->number] + j]];
}

#endif
