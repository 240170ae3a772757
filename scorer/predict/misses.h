/* misses.h - what predictions were off by, added up row by row. */
#ifndef SCORER_PREDICT_MISSES_H
#define SCORER_PREDICT_MISSES_H

#include "maps.h"

/* Of one item: sums over answers and repetitions, each times its row's weight.
 */
struct misses_item {
    double weight; /* of the answers, repetitions counted once */
    int64_t n;
    double in_squares[PREDICTORS], in_sizes[PREDICTORS];
    double out_squares[PREDICTORS], out_sizes[PREDICTORS];
};

struct misses {
    const struct sample *sample;
    const struct maps_targets *targets;
    size_t repetitions;
    struct misses_item item[ITEMS_MAX];
    /* [(row * (constructs + 1) + construct) * PREDICTORS + who]: mean squared
     * error over the construct's answered items, summed over repetitions; the
     * last construct is all of them.  NaN: nothing was answered. */
    double *loss;
};

MUST_USE enum status misses_new(const struct sample *s,
                                const struct maps_targets *t,
                                struct misses **out);
void misses_free(struct misses **t);

/* One repetition: the folds of the rows, their maps one behind the other, and
 * the sum of these. */
struct misses_round {
    size_t folds;
    const uint32_t *fold;
    const double *maps; /* folds x PREDICTORS x maps_size */
    const double *sum;  /* PREDICTORS x maps_size */
};
void misses_add(struct misses *t, const struct misses_round *round);

/* Errors, tests and verdicts. */
void misses_judge(const struct misses *t, struct prediction *out);

#endif
