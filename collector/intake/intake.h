/* intake.h - the actor that receives and checks.
 *
 * Reads the door message by message while a batch is free, judges each, hands
 * what is to be stored to the keeper, and sends replies: at once where nothing
 * was to be stored, else when the keeper hands the batch back.
 */
#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include "catalog.h"
#include "collector/queue.h"
#include "judge.h"
#include "keeper.h"

struct intake_setup {
    struct door *door;   /* used by the intake alone until it has ended */
    struct rules *rules; /* likewise */
    struct store *store; /* the keeper's */
    size_t batches;      /* messages in memory at once */
    size_t commit_rows;
    int commit_ms;
    _Atomic bool *healthy;
};

/* What to put in place of what is there; NULL or empty: leave it. */
struct fresh {
    struct clients *clients;
    struct codes *codes;
    struct catalog surveys; /* to be stored when they are new */
};
void fresh_free(struct fresh **f);

struct intake;
MUST_USE enum status intake_start(const struct intake_setup *setup,
                                  struct intake **out, struct err *err);
/* From any thread.  Takes *f, which was allocated. */
void intake_reload(struct intake *i, struct fresh **f);
/* Readable when the intake has ended by itself: the store failed for good. */
int intake_fd(struct intake *i);
/* Read no more, keep and acknowledge what was read, and end.  ST_OK: all of it
 * was kept. */
MUST_USE enum status intake_stop(struct intake **i);

#endif
