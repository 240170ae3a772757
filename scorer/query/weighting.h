/* weighting.h - how a query weighs people: read once from what it asks for. */
#ifndef QUERY_WEIGHTING_H
#define QUERY_WEIGHTING_H

#include "scorer/people.h"
#include "scorer/query.h"

/* All zero: everybody counts once. */
struct weighting {
    enum weighting_kind how;
    struct population *population;
    enum dimension dimension[POPULATION_COLUMNS_MAX]; /* of its columns */
    bool apart[POPULATION_COLUMNS_MAX];               /* the period */
    int32_t *month; /* of each of its rows; NULL: they serve every month */
    struct raking_rule rule;
    uint8_t id[HASH_SIZE]; /* equal: the same weights from the same answers */
};

/* ST_INVALID: a column that fit cells do not have, a period that is no month.
 */
MUST_USE enum status weighting_open(const struct query *q,
                                    struct weighting *out, struct err *err);
void weighting_close(struct weighting *w);

#endif
