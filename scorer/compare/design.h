/* design.h - the estimates of a set as rows of a regression within cells.
 *
 * Codes of an estimate: `by` of the set's own cell, `absorbed` that make the
 * regression's cells, `factors` whose effects are wanted.  A row counts with
 * its people; one without an index (an item of the construct that nobody there
 * answered) is left out.
 */
#ifndef COMPARE_DESIGN_H
#define COMPARE_DESIGN_H

#include "measure.h"
#include "sets.h"
#include "within.h"

struct design {
    size_t by, absorbed, factors;
    const enum dimension *factor;
    const char *reference; /* code of each factor to leave out; NULL: the
                              first that is met */
    struct within within;
    size_t rows;
    const struct cell_estimate **row;
    const struct cell_estimate **cell; /* a row of each cell */
    const char **code;                 /* of each effect ... */
    size_t *factor_of;                 /* ... and its factor's number */
    size_t *cell_of, *code_of;         /* as struct within has them */
    double *value, *weight;
};

/* The first seven are given; the whole is solved.  ST_NUMERIC with the cause:
 * a factor is the same in all answers, nobody has the reference, or a code
 * cannot be told from the others.  Free it in any case. */
MUST_USE enum status design_make(struct design *d, const struct set *set,
                                 struct err *err);
void design_free(struct design *d);

/* Effects and weights in a sample; false: none. */
bool design_solve(struct design *d, size_t sample);

/* SIZE_MAX: no such code of that factor, or it is the reference. */
size_t design_code(const struct design *d, size_t factor, const char *code);

#endif
