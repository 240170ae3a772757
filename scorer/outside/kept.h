/* kept.h - indicators of the cells of a query. */
#ifndef OUTSIDE_KEPT_H
#define OUTSIDE_KEPT_H

#include "indicators.h"
#include "scorer/query.h"

/* An indicator in one cell, summed over the months asked for. */
struct kept {
    char cell[DIMENSIONS][CODE_MAX + 1]; /* by_count codes, as asked */
    const char *name;
    double numerator, denominator;
    const char *source; /* of the newest month */
    int64_t version;    /* the highest of them */
};

struct kept_list {
    size_t count;
    struct kept *list; /* by cell, then name */
};

/* Those whose subject tells just the dimensions that q splits and filters by
 * (and, where `grade` is not "", that class), and which pass its filters; with
 * the versions up to `version`.  Views into `all`.  Caller frees the list. */
MUST_USE enum status kept_find(const struct indicators *all,
                               const struct query *q, const char *grade,
                               int64_t version, struct kept_list *out);
void kept_free(struct kept_list *l);

#endif
