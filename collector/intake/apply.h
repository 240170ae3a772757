/* apply.h - what a message changes in the store.
 *
 * Called inside a transaction of the keeper's; the reply that is prepared here
 * is sent only when that transaction is committed.  Every message is such that
 * applying it again changes nothing: the same batch can be tried again after a
 * rollback, and sent again by a gateway that had no answer.
 */
#ifndef INTAKE_APPLY_H
#define INTAKE_APPLY_H

#include "batch.h"
#include "campaigns.h"

struct shelf {
    struct store *store;
    bool invited;      /* there may be invitations to look up */
    struct buffer map; /* of the record at hand */
    struct campaigns campaigns;
};

/* Look whether there are invitations at all. */
MUST_USE enum status shelf_open(struct store *store, struct shelf *out,
                                struct err *err);
void shelf_close(struct shelf *s); /* the store stays open */

/* What an invitation's state is, to whoever asks or answers: that of a campaign
 * that was closed before anybody was asked is closed with it. */
MUST_USE enum status shelf_invitation(struct shelf *s,
                                      const struct invitation *i, int64_t now,
                                      enum invitation_state *out,
                                      struct err *err);

MUST_USE enum status apply(struct shelf *s, struct batch *b, struct err *err);

#endif
