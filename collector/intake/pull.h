/* pull.h - giving out what is due.
 *
 * A gateway gets the invitations of its name that are due, of campaigns that
 * may send, and of none; each campaign an equal share, what it does not need
 * going to the others.  What is examined in one pull is bounded, whatever has
 * gathered: rows of the expired and the opted out are dropped on the way, and
 * those of campaigns that may not send are never touched.
 */
#ifndef INTAKE_PULL_H
#define INTAKE_PULL_H

#include "campaigns.h"

#define LEASE_MS (15 * 60 * 1000)
#define PULL_MAX 1000 /* invitations in one answer, however many are asked */

/* Lease what is due for the gateway: at most `max` packed maps in *maps. */
struct pull {
    const char *gateway;
    int64_t now;
    size_t max;
};
MUST_USE enum status pull_due(struct campaigns *c, const struct pull *p,
                              struct buffer *maps, size_t *count,
                              struct err *err);

/* End the invitations of closed campaigns that nobody was given, `max` rows at
 * most. */
MUST_USE enum status pull_sweep(struct campaigns *c, size_t max,
                                struct err *err);
/* Is there something to sweep, or a campaign that the clock has moved?  Reads
 * only. */
MUST_USE enum status pull_overdue(struct campaigns *c, bool *any,
                                  struct err *err);

#endif
