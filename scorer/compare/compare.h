/* compare.h - from two sides to rows of differences. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "comparison.h"
#include "facing.h"
#include "scorer/kind.h"
#include "words.h"

enum { COMPARISONS_MAX = 50000 }; /* rows of one answer */

struct row {
    const struct cell_estimate *e[2]; /* NULL: nobody on that side */
    const char *const *cell;
    const char *name[2]; /* of the sides */
    double index[2];
    struct finding difference, answers, weights, mix;
    double adjusted;
    /* Those of both sides, and: linked, common_items (of forms that differ),
     * lent_weights (from the one form to the other), surveys_differ (in a
     * roll-up), not_comparable, no_test (nothing varies). */
    char flags[WORDS_MAX];
};

struct rows {
    size_t count, cap;
    struct row *list;
    char weighting[WEIGHTING_TEXT],
        rollup[ROLLUP_TEXT]; /* of people, surveys */
    size_t faults;           /* not comparable */
    struct err fault;
};

/* All cells and constructs that either side has. */
MUST_USE enum status rows_add(struct rows *r, const struct side side[2],
                              const struct query *q,
                              const struct form_links *links, struct err *err);
/* There are too many. */
enum status rows_refuse(struct err *err);
/* Adjust p for all rows, and tell them.  `between` DIMENSIONS: two periods.
 * ST_NUMERIC with the cause when no row can be compared. */
MUST_USE enum status rows_end(struct rows *r, const struct query *q,
                              enum dimension between, struct result *out,
                              struct err *err);
void rows_free(struct rows *r);

#endif
