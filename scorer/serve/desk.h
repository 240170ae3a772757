/* desk.h - the thread at the door: it reads questions, looks up who asks, hands
 * them to the teller, and sends what it answers.
 *
 * A fixed number of asks circulates; while none is free the door is not read,
 * and ZeroMQ holds two messages of each peer back.  A peer that does not read
 * its answers loses them, and nobody waits for it.
 */
#ifndef SERVE_DESK_H
#define SERVE_DESK_H

#include "teller.h"

enum { ASKS = 32 };

struct desk_setup {
    struct door *door; /* used by the desk alone until it has ended */
    struct teller *teller;
    struct queue *work, *done; /* with room for ASKS and a stop */
    struct clients *clients;   /* takes this share */
};

struct desk;
MUST_USE enum status desk_start(const struct desk_setup *setup,
                                struct desk **out, struct err *err);
/* From any thread.  Takes the share: questions are judged by this table from
 * now on. */
void desk_clients(struct desk *d, struct clients *c);
/* Read no more, answer what was read, and end; the teller has stopped then. */
void desk_stop(struct desk **d);

#endif
