/* audience.h - who of a feed may be asked, and who of these is.
 *
 * Every event falls into a cell and a stratum, and is excluded for the first
 * reason that holds or becomes eligible.  Of several eligible events of one
 * unit one stays.  In each stratum of N units then the rate * N of lowest hash
 * are drawn, the fraction being decided by a hash too, so that each has the
 * rate as its probability exactly.  All hashes are BLAKE2b under the seed, so
 * the draw hangs on the seed and the events, not on their order.
 *
 * Costs about 110 bytes an event.
 */
#ifndef INVITE_AUDIENCE_H
#define INVITE_AUDIENCE_H

#include "cells.h"
#include "event.h"
#include "idset.h"
#include "optouts.h"
#include "state.h"

#define EVENTS_MAX (UINT32_C(1) << 23)
#define STRATA_MAX 4096

struct stratum {
    char code[CODE_MAX + 1];
    uint32_t ppm;
    uint32_t eligible, drawn;
    uint64_t sum; /* of the hashes of the eligible */
};

/* An eligible event. */
struct candidate {
    uint8_t unit[ID_SIZE];
    uint8_t key[ID_SIZE];
    uint64_t choice; /* which of a unit's events stays: the lowest */
    uint64_t rank;   /* who of a stratum is drawn: the lowest */
    uint32_t cell, stratum;
};

/* What an event's hash under the seed decides. */
struct lot {
    uint64_t choice, rank, delay;
};

struct audience {
    /* the caller's */
    const struct plan *plan;
    const struct survey *survey;
    const struct optouts *optouts;
    struct state *state;
    uint8_t seed[PLAN_SEED_SIZE];
    int64_t asked_at; /* the earliest that anybody is asked */

    struct cells cells;
    struct stratum *stratum;
    size_t strata;
    struct idset events;  /* -> 1 when an earlier draw looked at it */
    struct idset numbers; /* -> accounts.h */
    struct candidate *list;
    size_t count, cap;
    uint64_t seen;  /* by an earlier draw, or twice in the feed */
    uint64_t fresh; /* contact changed within a day of the event */
    uint64_t repairs, late;
    struct idset drawn; /* sorted; -> 1 when it has its invitation */
};

void audience_lot(const uint8_t seed[PLAN_SEED_SIZE],
                  const uint8_t event[ID_SIZE], struct lot *out);
/* Who counts as one where people must be left in peace. */
const uint8_t *audience_unit(const struct plan *p, const struct event *e);

/* ST_RANGE: too many events, strata or cells, or a stratum's name is too
 * long. */
MUST_USE enum status audience_take(struct audience *a, const struct event *e,
                                   struct err *err);
/* After the last one.  `list` is gone then. */
MUST_USE enum status audience_select(struct audience *a, struct err *err);
/* Whether this event is drawn and has no invitation yet; and its place among
 * the drawn, which hangs on no order but that of the events' hashes. */
bool audience_draws(const struct audience *a, const uint8_t event[ID_SIZE],
                    uint32_t *place);
void audience_done(struct audience *a, uint32_t place); /* it has one */

/* Sums over all cells. */
struct audience_sums {
    uint64_t events, eligible, drawn, excluded[EXCLUDED_REASONS];
};
void audience_sums(const struct audience *a, struct audience_sums *out);
void audience_free(struct audience *a);

#endif
