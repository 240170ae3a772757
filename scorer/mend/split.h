/* split.h - answers by the cells that a query asks for. */
#ifndef MEND_SPLIT_H
#define MEND_SPLIT_H

#include "scorer/answers.h"

struct split {
    size_t by, cells;
    char *codes;     /* [(cell * by + dimension) * (CODE_MAX + 1)] */
    size_t *first;   /* answers of a cell: order[first[cell]] ... */
    uint32_t *order; /* ... to order[first[cell + 1] - 1] */
    uint32_t *cell;  /* of each answer */
};

/* Cells in the order of their codes, answers in their own.  Caller frees. */
MUST_USE enum status split_make(const struct answers *a, const struct query *q,
                                struct split *out);
void split_free(struct split *s);
const char *split_code(const struct split *s, size_t cell, size_t dimension);

#endif
