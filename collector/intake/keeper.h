/* keeper.h - the actor that owns the store.
 *
 * Takes batches from one queue, applies them in groups - one transaction, one
 * sync of the disk for all of a group - and hands them back by another once
 * they are durable.  A disk that is full or a store that is locked is tried
 * again with the same group, in memory, for as long as it takes; nothing is
 * acknowledged meanwhile.
 */
#ifndef INTAKE_KEEPER_H
#define INTAKE_KEEPER_H

#include "collector/queue.h"
#include "collector/store.h"

struct keeper_setup {
    struct store *store; /* used by the keeper alone until it has ended */
    struct queue *work;  /* of struct batch; one with `stop` ends it */
    struct queue *done;  /* all of them, and last the one with `stop` */
    size_t batches;      /* that circulate */
    size_t commit_rows;  /* a group ends at so many rows, */
    int commit_ms;       /* or so long after its first batch came */
    _Atomic bool *healthy;
};

struct keeper;
MUST_USE enum status keeper_start(const struct keeper_setup *setup,
                                  struct keeper **out, struct err *err);
/* From any thread: if the store is in trouble, do not wait for it much longer;
 * batches then come back as not kept. */
void keeper_hurry(struct keeper *k);
/* Wait for its end.  ST_OK when everything was kept. */
MUST_USE enum status keeper_join(struct keeper **k);

#endif
