/* item_weights.h - making the item weights of one form.
 *
 * 51 fits: some milliseconds for 24 items, independent of the number of
 * answers.  A megabyte, most of it the replicates' fits.
 */
#ifndef QUERY_ITEM_WEIGHTS_H
#define QUERY_ITEM_WEIGHTS_H

#include "cells_handle.h"
#include "scorer/estimates.h"

/* Under this many rows the weights are provisional. */
enum { FIT_ROWS_MIN = 250 };

struct item_weights_of {
    const struct form *form;
    int32_t from, to; /* months */
    uint32_t frames;
    const struct people *people; /* of those who enter the fit; NULL: everybody
                                    counts once */
};

/* Caller frees the result with free.  That no weights can be had is no error:
 * the constructs of one item have theirs (1), the others NaN, and the cause is
 * logged. */
MUST_USE enum status item_weights_fit(struct cells *c,
                                      const struct item_weights_of *of,
                                      struct item_weights **out,
                                      struct err *err);

#endif
