/* levers.h - the importance of each construct and item for one index, of all
 * answers and without each jackknife group.
 *
 * A computation of some 50 matrices of constructs, once for all cells that
 * share their item weights; 60 kB.
 */
#ifndef MEND_LEVERS_H
#define MEND_LEVERS_H

#include "scorer/estimates.h"

struct levers {
    const struct item_weights *weights;
    size_t target;                      /* construct */
    bool leads[CONSTRUCTS_MAX];         /* there is a route to the target */
    double item[GROUPS + 1][ITEMS_MAX]; /* by model item; the last is
                                        of all answers; NaN: none */
    double effect[GROUPS + 1][CONSTRUCTS_MAX];
};

/* Those of a few item weights. */
struct levers_list {
    const char *target; /* code; NULL: the model's index */
    size_t count, cap;
    struct levers **list;
};

/* Made when first asked for.  ST_INVALID with the cause: the survey has no
 * such construct, or no other one leads to it. */
MUST_USE enum status levers_of(struct levers_list *l,
                               const struct item_weights *w,
                               const struct levers **out, struct err *err);
void levers_free(struct levers_list *l);

#endif
