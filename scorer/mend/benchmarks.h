/* benchmarks.h - what a cell is held against: the nation's answers, and the
 * best cell of its kind.
 *
 * The nation is what the filters of a question let through in the same period
 * (and of the same product, where split by it), but for filters by province or
 * org.  The best cell of an item is that of the highest mean among the cells
 * asked for with at least BEST_MIN answers, all of whose codes are given.
 */
#ifndef MEND_BENCHMARKS_H
#define MEND_BENCHMARKS_H

#include "scorer/estimates.h"

enum { BEST_MIN = 100 };

/* Of one construct of one form (and period, product). */
struct benchmark {
    const struct cell_estimate *nation;
    const struct cell_estimate *best;                 /* of the construct */
    const struct cell_estimate *best_item[ITEMS_MAX]; /* in its order */
};

struct benchmarks {
    struct query query; /* of the nation */
    enum dimension by[2];
    struct query_filter *filter;
    size_t place[2]; /* of `by` among the dimensions asked for */
    struct estimates nation;
    struct benchmark *list; /* one for each of `nation` */
};

/* 0-100 of the construct, where `item` is SIZE_MAX, or of its item, without
 * group g; of all where g is GROUPS. */
double performance_of(const struct cell_estimate *e, size_t item, size_t g);

/* For the cells of `q`, after engine_update. */
MUST_USE enum status benchmarks_make(struct engine *e, const struct query *q,
                                     const struct estimates *cells,
                                     struct benchmarks *out, struct err *err);
const struct benchmark *benchmarks_of(const struct benchmarks *s,
                                      const struct cell_estimate *cell);
void benchmarks_free(struct benchmarks *s);

#endif
