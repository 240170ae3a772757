/* batch.h - one message on its way through the collector.
 *
 * A fixed number of batches circulates: the intake takes a free one, fills it
 * from a message, hands it to the keeper, and has it back once its changes are
 * on disk.  When none is free the intake does not read: that is all the
 * back-pressure there is, and it bounds memory.  Arrays stay with a batch from
 * one message to the next, so that in steady state nothing is allocated.
 */
#ifndef INTAKE_BATCH_H
#define INTAKE_BATCH_H

#include "collector/door.h"
#include "collector/wire.h"

struct batch {
    /* the message; NULL when the collector itself is the sender */
    struct parcel *parcel;
    struct clients *clients; /* the table that `client` stands in */
    const struct client *client;
    struct wire_request request;
    int64_t now; /* ms: received */

    /* what the intake made of it */
    struct survey *define;   /* to be stored */
    struct submission *list; /* responses that passed, */
    uint32_t *place;         /* and where they stood in the message */
    size_t count, cap;
    size_t refused; /* elements that did not pass: the first in ack.rejected,
                       by place */

    /* what the keeper made of it */
    struct ack ack;
    struct buffer reply;
    bool kept; /* committed; else nothing was done */

    bool stop; /* no message: the end of what there is */
};

/* Room for `count` elements in list, place and ack.rejected. */
MUST_USE enum status batch_reserve(struct batch *b, size_t count);
void batch_reject(struct batch *b, const struct rejection *r);
/* Ready for the next message; the arrays stay. */
void batch_reset(struct batch *b);
void batch_free(struct batch *b); /* what it holds */

#endif
