/* weights.h - the item weights of one form: the national u_j, and the same
 * without each jackknife group.
 *
 * Fitted on the moments of all operators and provinces of the frames and
 * months asked for.  51 fits: some milliseconds for 24 items, independent of
 * the number of answers.
 */
#ifndef QUERY_WEIGHTS_H
#define QUERY_WEIGHTS_H

#include "cells_handle.h"

/* Under this many rows the weights are provisional. */
enum { FIT_ROWS_MIN = 250 };

struct weights {
    const struct form *form;
    int32_t from, to; /* months */
    uint32_t frames;
    int64_t rows; /* fitted on */
    bool fitted;
    double u[ITEMS_MAX]; /* by model item; NaN: none */
    double without[GROUPS][ITEMS_MAX];
};

/* Caller frees the result with free.  That no weights can be had is no error:
 * the constructs of one item have theirs (1), the others NaN, and the cause is
 * logged. */
MUST_USE enum status weights_fit(struct cells *c, const struct form *form,
                                 int32_t from, int32_t to, uint32_t frames,
                                 struct weights **out, struct err *err);

#endif
