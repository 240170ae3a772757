/* plans.h - what is counted of each survey that a question about rates is
 * about. */
#ifndef MEND_PLANS_H
#define MEND_PLANS_H

#include "roles.h"

struct plan {
    const struct survey *survey;
    struct roles roles;
    struct cut cut; /* of the overall item */
    int boxes;      /* top boxes that are CSAT; 0: not told */
    int stay;       /* loyal from this answer on */
};

struct plans {
    char weighting[WEIGHTING_TEXT]; /* of people, as in struct score */
    size_t count;
    struct plan *list;
};

/* For the surveys with answers to `q`.  ST_INVALID with the cause: a setting
 * does not fit one of them.  Caller frees. */
MUST_USE enum status plans_make(struct engine *e, const struct query *q,
                                struct plans *out, struct err *err);
void plans_free(struct plans *p);
const struct plan *plans_of(const struct plans *p, const struct survey *s);

/* ---- rates ---- */

enum rate {
    RATE_SATISFIED,
    RATE_FAIR,
    RATE_DISSATISFIED,
    RATE_CSAT,
    RATE_MEAN,
    RATE_COMPLAINED,
    RATE_NPS,
    RATE_LOYAL,
    RATE_ANSWER, /* the share of one answer to the overall item */
    RATES
};
extern const char *const rate_names[RATES];

/* The item that it is of; SIZE_MAX: this survey has none. */
size_t rate_item(const struct plan *p, enum rate rate);

/* Every rate is the mean of a score: what stored answer v of its item is worth,
 * out[v - 1].  `answer` is read of RATE_ANSWER, as people give it. */
void rate_scores(const struct plan *p, enum rate rate, int answer, double *out);

/* Between which it lies. */
void rate_range(const struct plan *p, enum rate rate, double *low,
                double *high);
/* A share of people: 0-100. */
bool rate_is_share(enum rate rate);

#endif
