/* invitations.h - the right to answer once, as the store keeps it.
 *
 * TABLE_INVITATIONS holds each as a packed map by id.  While one is open and
 * its gateway has not told of it, TABLE_DUE has a row (due.h).  A pull moves
 * that row LEASE_MS into the future: a gateway that dies with an invitation in
 * its hands loses it to the next pull, one that tells of it (any event) or
 * brings the answer takes the row away.
 */
#ifndef INTAKE_INVITATIONS_H
#define INTAKE_INVITATIONS_H

#include "collector/store.h"
#include "collector/wire.h"

/* ST_NOTFOUND, also for a damaged one (logged).  Its contact is a view into
 * *map, which is emptied first. */
MUST_USE enum status invitation_find(struct store *s, const uint8_t id[ID_SIZE],
                                     struct buffer *map, struct invitation *out,
                                     struct err *err);
/* Open, answered, closed or, by the clock, expired. */
enum invitation_state invitation_now(const struct invitation *i, int64_t now);

/* Store a new one and its due row. */
MUST_USE enum status invitation_add(struct store *s, const struct invitation *i,
                                    struct err *err);
/* Nobody need ask any more. */
MUST_USE enum status
invitation_told(struct store *s, const struct invitation *i, struct err *err);
/* Change an open one's state; ST_OK and nothing done when it is not open. */
MUST_USE enum status invitation_end(struct store *s, struct invitation *i,
                                    enum invitation_state state,
                                    struct err *err);
/* Forget who it was for. */
MUST_USE enum status invitation_erase(struct store *s, struct invitation *i,
                                      struct err *err);

/* Is the respondent (all zero: nobody) in TABLE_OPTOUTS, and out?
 * ST_NOTFOUND: no. */
MUST_USE enum status
opted_out(struct store *s, const uint8_t respondent[ID_SIZE], struct err *err);

#endif
