/* crew.h - the same work for many numbers, by threads that take the next one.
 *
 * What number k comes to is a function of k alone and goes to its own place, so
 * the number of threads changes no bit.
 */
#ifndef SCORER_GROUPS_CREW_H
#define SCORER_GROUPS_CREW_H

#include "scorer/groups.h"

enum { CREW_MAX = 256 };

/* What one thread works with. */
struct crew_hand {
    struct sample_sums one, two;
    uint32_t *list; /* of row numbers, as many as the sample has */
};

typedef enum status crew_fn(void *job, struct crew_hand *hand, size_t k);

struct crew {
    const struct sample *sample;
    const struct groups_plan *plan;
    size_t done, all; /* for plan->tell */
};

/* fn(job, hand, k) for k from 0 to n - 1; the first status but ST_OK ends it.
 */
MUST_USE enum status crew_run(struct crew *c, size_t n, crew_fn *fn, void *job);

#endif
