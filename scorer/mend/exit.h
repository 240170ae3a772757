/* exit.h - the parts of the kind `exit`: what it reads, and how each of its
 * tables is told. */
#ifndef MEND_EXIT_H
#define MEND_EXIT_H

#include "crossing.h"
#include "leaving.h"

struct exiting {
    const struct query *query;
    struct answers *answers;
    const struct people *people; /* NULL: each counts once */
    struct split split;
    struct plans plans;
    const struct plan *plan;    /* of the answers' form */
    struct estimates estimates; /* for the item weights */
    const struct item_weights *weights;
    struct outcomes outcomes;
    struct leaving leaving;
    struct result *out;
    struct err *err;
};

/* Columns and rows into `out`. */
MUST_USE enum status exit_tell_table(struct exiting *x);
MUST_USE enum status exit_tell_model(struct exiting *x);
MUST_USE enum status exit_tell_calibration(struct exiting *x);
MUST_USE enum status exit_tell_cells(struct exiting *x);

/* "suppressed", "indicative", "no_interval", and `more` ("" = none). */
void exit_put_flags(struct exiting *x, int64_t n, bool no_interval,
                    const char *more);

#endif
