/* modelled.h - what the kinds share whose numbers come out of a regression.
 */
#ifndef COMPARE_MODELLED_H
#define COMPARE_MODELLED_H

#include "design.h"
#include "scorer/kind.h"
#include "tell.h"
#include "words.h"

/* Sets that could not be estimated, and why the first. */
struct faults {
    size_t sets, count;
    struct err first;
};

/* Of a set without an index there is nothing to estimate, and its flags say
 * why (no_weights): that is no fault. */
bool has_index(const struct set *s);

/* ST_NUMERIC is noted and passed over; anything else goes on. */
enum status faults_take(struct faults *f, enum status st,
                        const struct err *cause);
/* ST_NUMERIC when there were sets and none could be estimated; else a note of
 * those that were not. */
MUST_USE enum status faults_end(const struct faults *f, struct result *out,
                                struct err *err);

/* Estimates by the query's cell and these dimensions, as sets of what is in
 * one cell.  A family must be asked by product: a model is of one
 * questionnaire. */
struct asked_sets {
    struct estimates estimates;
    struct sets sets;
};
MUST_USE enum status asked_sets_make(struct engine *e, const struct query *q,
                                     const struct dimensions *more,
                                     struct asked_sets *out, bool **met,
                                     struct err *err);
void asked_sets_free(struct asked_sets *s);

#endif
