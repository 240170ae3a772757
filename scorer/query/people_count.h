/* people_count.h - how many answered a survey, by what their weights can hang
 * on: month, rate, and the dimensions of fit cells.
 */
#ifndef QUERY_PEOPLE_COUNT_H
#define QUERY_PEOPLE_COUNT_H

#include "cells_handle.h"
#include "intern.h"

struct people_of {
    const struct survey *survey; /* all its forms together */
    int32_t from, to;            /* months */
    uint32_t frames;
    bool fit; /* those only whose answers enter the fit */
};

struct people_count {
    struct intern cells; /* struct cell, by month and then what they are */
    int64_t *rows;       /* [cell * (GROUPS + 1) + group]; the last: of all */
};

/* The cell that somebody is in. */
struct cell people_cell(int32_t month, uint32_t rate_ppm,
                        const struct context *context);

/* ST_RANGE: a month with over FIT_CELLS_MAX cells to fit. */
MUST_USE enum status people_count(struct cells *c, const struct people_of *of,
                                  struct people_count *out, struct err *err);
void people_count_free(struct people_count *c);

#endif
