/* work.h - what one comparison of groups works on. */
#ifndef SCORER_GROUPS_WORK_H
#define SCORER_GROUPS_WORK_H

#include "crew.h"

/* One group.  Its resamples are [resample * numbers + number], NaN: failed; the
 * numbers are the model's arrows in the order of path[], then the indices. */
struct group_rows {
    uint32_t *row; /* numbers in the sample */
    size_t rows;
    struct sample_sums sums;
    double *replicate;
};

struct work {
    const struct sample *sample;
    const struct groups_plan *plan;
    struct err *err;
    struct crew crew;
    struct sample_sums all; /* of all groups, and their estimate */
    struct pls_fit fit;
    struct group_rows group[GROUPS_COMPARED_MAX];
    double *space; /* two numbers a resample */
    struct groups_comparison out;
};

size_t group_numbers(const struct pls_model *m);
/* The numbers of an estimate, `u` being its item weights. */
void group_take(const struct pls_model *m, const struct pls_fit *fit,
                const double *u, double *numbers);

/* Group `g`: its rows and sums, which also go to w->all; its estimate; its
 * resamples and what they tell. */
MUST_USE enum status group_gather(struct work *w, size_t g);
MUST_USE enum status group_check(const struct work *w, size_t g);
MUST_USE enum status group_estimate(struct work *w, size_t g);
MUST_USE enum status group_resample(struct work *w, size_t g);

/* The pair's tests, by permutation and by resamples.  *out says which. */
MUST_USE enum status pair_permute(struct work *w, struct groups_pair *out);
void pair_resampled(const struct work *w, struct groups_pair *out);

#endif
