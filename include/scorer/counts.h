/* counts.h - how often each answer to an item was given, in the cells of a
 * query: what rates, shares and distributions are made of.
 *
 * Of any item with points, in the model or not, choices too.  Weighted as the
 * query asks (scorer/people.h).  As with scorer/estimates.h, whatever is
 * computed from `count` has its error from the same computation on `without`.
 *
 * For analysts: nothing is suppressed here.
 */
#ifndef SCORER_COUNTS_H
#define SCORER_COUNTS_H

#include "scorer/estimates.h"

enum { COUNTED_ITEMS_MAX = 64 }; /* of one call */

/* One item in one cell of one form. */
struct item_counts {
    const struct survey *survey; /* the version met last of the form */
    const char *const *cell;     /* by_count codes, as asked */
    const struct item *item;     /* of the survey */
    size_t points;               /* stored answers are 1 .. points */
    double rollup;               /* weight of the survey in a roll-up */
    int64_t rows;                /* responses, with an answer to it or not */
    int64_t n;                   /* with one */
    double n_eff;                /* (sum w)^2 / sum w^2 over them */
    bool used[GROUPS];           /* somebody in it answered */
    const double *count;         /* [v - 1]: the weight of those who gave v;
                                    unweighted: how many they are */
    const double *without;       /* [group * points + v - 1] */
};

struct counts {
    size_t count;
    struct item_counts *list; /* by cell, survey, form; then as asked */
    void **memory;            /* of each */
    size_t surveys;
    const struct survey **survey;   /* of each form with responses, by code */
    char weighting[WEIGHTING_TEXT]; /* of people, as in struct score */
};

/* The items with the codes `item`, in the cells of a query as of the last
 * engine_update (none: the surveys alone); nothing is fitted for it; views live
 * until the next one.  A form that lacks an item has
 * no records of it; the forms of a family stand side by side, each with its
 * survey's weight.  ST_NOTFOUND as engine_scores, and for a code that no form
 * has; ST_INVALID for a text.  `met` (NULL is fine) as in struct scores;
 * caller frees both. */
MUST_USE enum status engine_counts(struct engine *e, const struct query *q,
                                   const char *const *item, size_t items,
                                   struct counts *out, bool **met,
                                   struct err *err);
void counts_free(struct counts *l);

/* SE and interval of a function of several of them: `value` of all,
 * replicate[g] without each group; a group used by none is left out. */
struct interval counts_interval(double value, const double replicate[GROUPS],
                                const struct item_counts *const *of,
                                size_t count);

#endif
