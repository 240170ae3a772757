/* leaving.h - who leaves, by what they answered: a logistic regression of what
 * became of people on their own indices.
 *
 * An individual index is that of the construct with the nation's item weights
 * and one person's answers, 0-100; of the items that they answered.  Each
 * person counts once, by the last of their answers that the query asks for, and
 * has no weight.
 *
 * What is fitted on the same people flatters itself, so AUC and the slope of
 * calibration are also told of probabilities for people left out: ten folds, by
 * the jackknife group modulo ten.
 */
#ifndef MEND_LEAVING_H
#define MEND_LEAVING_H

#include "outcomes.h"
#include "scorer/estimates.h"
#include "scorer/logistic.h"
#include "split.h"

enum { FOLDS = 10 };

struct leaving {
    size_t columns;
    size_t construct[LOGISTIC_MAX];
    const char *name[LOGISTIC_MAX]; /* codes */
    size_t rows;
    double *x; /* rows x columns */
    bool *y;   /* left */
    uint32_t *cell;
    uint8_t *fold;
    double *p; /* probability, by the fit */
    /* who is not among the rows */
    size_t unmatched;  /* lines of the file */
    size_t early;      /* whose outcome was before the answer */
    size_t repeated;   /* answers of people who answered again later */
    size_t incomplete; /* who answered no item of some construct */
    struct logistic_fit fit;
    struct logistic_test ratio, goodness; /* likelihood; Hosmer-Lemeshow */
    size_t groups;
    struct logistic_group group[LOGISTIC_GROUPS];
    double auc, auc_se;
    double auc_out, auc_out_se; /* of people left out; NaN: none */
    double slope_out, slope_out_se;
};

struct leaving_of {
    const struct answers *answers;
    const struct split *split;
    const struct item_weights *weights; /* of their form */
    struct outcomes *outcomes;
    bool downgraded; /* count as leaving */
};

/* ST_INVALID: no construct to explain it.  ST_NUMERIC with the cause: no item
 * weights, too few people, and what logistic_estimate refuses.  Caller frees.
 */
MUST_USE enum status leaving_make(const struct leaving_of *of,
                                  struct leaving *out, struct err *err);
void leaving_free(struct leaving *l);

/* Fewer leave (or stay) than the coefficients need. */
bool leaving_is_thin(const struct leaving *l);

/* People of a cell: how many left, and how many were expected to, in percent;
 * its standard error is that of the coefficients. */
struct leaving_cell {
    size_t rows, events;
    double expected, expected_se;
    double z; /* observed less expected, over what chance would do */
};
/* Those of all cells of the split: out[cells]. */
MUST_USE enum status leaving_cells(const struct leaving *l, size_t cells,
                                   struct leaving_cell *out);

#endif
