/* lines.h - one construct or item of one cell: how much it matters, how it
 * performs, and what would be gained if it rose to an aim.
 *
 * Every number has its error from the same computation on the replicates, in
 * which the item weights and effects were fitted again.
 */
#ifndef MEND_LINES_H
#define MEND_LINES_H

#include "benchmarks.h"
#include "levers.h"

enum mend_aim { AIM_NATION, AIM_BEST };
enum mend_sort { SORT_GAIN, SORT_WEAKEST };

/* A number and what it is without each group. */
struct figure {
    double value;
    double without[GROUPS];
    struct interval interval;
};

struct line {
    const struct cell_estimate *cell;
    size_t item; /* in its construct's order; SIZE_MAX: the construct */
    const struct cell_estimate *aim_cell; /* NULL: no cell can be an aim */
    bool hidden;                          /* too few answers */
    bool reached;                         /* it is as high as its aim */
    struct figure performance, importance;
    struct figure gain; /* importance (aim - performance) */
    double aim, gap;    /* gap = aim - performance */
    double headroom;    /* importance (100 - performance) */
    double behind;      /* (performance - nation's) / its standard error */
};

/* `item` SIZE_MAX: the construct itself. */
void line_make(const struct cell_estimate *cell, size_t item,
               const struct levers *levers, const struct benchmark *benchmark,
               enum mend_aim aim, struct line *out);

/* What is to be told first comes first; lines that are equal stay in order. */
void lines_sort(struct line *line, size_t count, enum mend_sort sort);

#endif
