/* crossing.h - people of one cell by how satisfied they are, whether they
 * complained, and how that was handled; with how loyal each of these are.
 *
 * Whoever is not satisfied leaves, complains, or stays and says nothing
 * (Hirschman 1970, Exit, Voice, and Loyalty); who complains and is treated well
 * may stay as those do who had no cause (TARP 1986, Consumer Complaint Handling
 * in America).  Counted are people who answered both the overall item and
 * whether they complained.
 *
 * Some 70 kB for a loyalty item of ten points.
 */
#ifndef MEND_CROSSING_H
#define MEND_CROSSING_H

#include "plans.h"
#include "scorer/answers.h"

enum satisfaction { IS_SATISFIED, IS_FAIR, IS_DISSATISFIED, SATISFACTIONS };
enum handling { HANDLED_WELL, HANDLED_FAIRLY, HANDLED_BADLY, HANDLINGS };

/* What a row of the table is about; each member may be the end of its enum (for
 * `complained`: ANYBODY): all of them. */
enum complained { COMPLAINED_NOT, COMPLAINED, ANYBODY };
struct crossed {
    enum satisfaction satisfaction;
    enum complained complained;
    enum handling handling; /* read of COMPLAINED */
};

struct crossing;

/* ST_INVALID with the cause: who is satisfied, or who complained, is not
 * known.  `plan` outlives it. */
MUST_USE enum status crossing_new(const struct plan *plan,
                                  const struct query *q, struct crossing **out,
                                  struct err *err);
void crossing_free(struct crossing **c);
void crossing_clear(struct crossing *c);
/* `weight`: GROUPS + 1, as of people_weights; NULL: once. */
void crossing_add(struct crossing *c, const struct answer *a,
                  const double *weight);

/* A number with its error from the groups; NaN: undefined. */
struct crossed_number {
    double value;
    struct interval interval;
};

struct crossed_row {
    int64_t n;
    struct crossed_number share;    /* of all in the cell, percent */
    struct crossed_number within;   /* of those as satisfied as they */
    struct crossed_number loyalty;  /* mean of the loyalty item, 0-100 */
    struct crossed_number gap;      /* what it lacks to that of those who did
                                       not complain */
    struct crossed_number as_loyal; /* percent of them: at least as loyal as
                                       the mean of those who did not complain */
};
void crossing_row(const struct crossing *c, struct crossed which,
                  struct crossed_row *out);

#endif
