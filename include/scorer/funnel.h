/* funnel.h - from what happened to what counts, cell by cell: how many service
 * events there were, how many of them were left out and why, how many were
 * drawn, asked, reached, and how many answered.
 *
 * A unit that hides those it did not ask shows here.  A cell is that of the
 * draw: what an invitation was made for, whichever way it was answered.
 * Outcomes and rates are those of AAPOR, Standard Definitions (10th edition,
 * 2023), for named persons:
 *
 *     I   complete          1.1   answered, to the last question
 *     P   partial           1.2   the talk ended before that
 *     R   refusal           2.1   opted out or withdrew (2.11), or began and
 *                                 never handed in (2.12)
 *     NC  non-contact       2.2   sent, and nothing came back
 *     U   unknown           3.1   could not be delivered
 *
 *     RR1 = I / (I + P + R + NC + U)      RR2 = (I + P) / (the same)
 *     COOP1 = I / (I + P + R)             REF1 = R / (I + P + R + NC + U)
 *     CON1 = (I + P + R) / (I + P + R + NC + U)
 *
 * What was not sent (not due yet, or withdrawn before) is no case: `waiting`.
 */
#ifndef SCORER_FUNNEL_H
#define SCORER_FUNNEL_H

#include "collector/wire.h"
#include "scorer/query.h"

struct funnel_cell {
    char cell[DIMENSIONS][CODE_MAX + 1]; /* by_count codes, as asked */
    /* of the draws */
    uint64_t events;
    uint64_t excluded[EXCLUDED_REASONS];
    uint64_t eligible;
    uint64_t drawn;
    /* of the invitations */
    uint64_t invited; /* sent */
    uint64_t waiting;
    uint64_t delivered;
    uint64_t started;
    uint64_t answered; /* by the customer */
    uint64_t counted;  /* answered, and neither set aside nor erased */
    uint64_t complete, partial, refusal, noncontact, unknown;
};

/* NaN without a case. */
struct funnel_rates {
    double rr1, rr2, coop1, ref1, con1;
};
struct funnel_rates funnel_rates(const struct funnel_cell *c);

struct funnel {
    size_t count;
    struct funnel_cell *list; /* sorted by their codes */
};

/* The draws and invitations of q's survey or family, whose events lie in q's
 * days, of one campaign or (NULL) all; q's filters, scope and frames hold.
 * Entry is no dimension of an invitation.  A full
 * pass over invitations, events and the log: some seconds a million; 24 bytes
 * an invitation.  ST_NOTFOUND: no such survey or family.  Caller frees. */
MUST_USE enum status funnel_read(struct engine *e, const struct query *q,
                                 const char *campaign, struct funnel *out,
                                 struct err *err);
void funnel_free(struct funnel *f);
struct funnel_cell funnel_total(const struct funnel *f); /* without codes */

#endif
