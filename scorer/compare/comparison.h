/* comparison.h - the two sides of one number, and what comes of them.
 *
 * A survey's construct is one pair of estimates.  A family's is a pair for each
 * survey (and form and product) of it, with their shares P in the roll-up:
 * its difference splits once more in the same way (pair.h),
 *
 *     mix     = sum_p DP_p Ibar_p + sum_p Pbar_p mix_p
 *     weights = sum_p Pbar_p weights_p
 *
 * where a survey that only one side has is all mix.
 */
#ifndef COMPARE_COMPARISON_H
#define COMPARE_COMPARISON_H

#include "pair.h"

struct comparison {
    const struct cell_estimate *whole[2]; /* as `score` tells them; may be
                                             NULL */
    size_t pairs;
    struct pair *pair;
    bool rolled; /* up, by `rollup` */
    enum rollup rollup;
};

struct outcome {
    struct measure value[2], difference, answers, weights, mix;
    double link_se; /* what links add to the error of the difference */
    bool common, lent, linked, surveys; /* see the flags in compare.h */
};

void comparison_measure(const struct comparison *c, struct outcome *out);

#endif
