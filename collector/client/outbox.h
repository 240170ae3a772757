/* outbox.h - what a gateway still owes to the collector, on disk.
 *
 * A message is the packed bytes of one request.  From the commit that put it
 * here until the collector's acknowledgement it is *pending*; then it is
 * *done* and kept OUTBOX_KEPT_MS for a replay.  Elements that the collector
 * refused are listed with their reason, and hold their message until somebody
 * retries or drops them.  Nothing here knows of sockets or clocks.
 */
#ifndef CLIENT_OUTBOX_H
#define CLIENT_OUTBOX_H

#include "cargo.h"

#define OUTBOX_KEPT_MS (INT64_C(7) * 24 * 3600 * 1000)

struct outbox;

struct outbox_size {
    uint64_t pending, done; /* messages */
    uint64_t refused;       /* elements */
    bool taken;             /* of all that ever was here, any response */
};

/* ST_NEWER when a newer version wrote it; else as durable_open. */
MUST_USE enum status outbox_open(const char *path, struct outbox **out,
                                 struct err *err);
void outbox_close(struct outbox **o);
const struct outbox_size *outbox_size(const struct outbox *o);

/* Every change below stands inside a transaction. */
MUST_USE enum status outbox_begin(struct outbox *o, struct err *err);
MUST_USE enum status outbox_commit(struct outbox *o, struct err *err);
void outbox_rollback(struct outbox *o);

/* Pack and put one message, to go to `collector` ("": to whichever it is first
 * sent to).  ST_RANGE when it does not fit into one frame: nothing was put. */
MUST_USE enum status outbox_put(struct outbox *o, const char *collector,
                                const struct cargo *c, struct err *err);
MUST_USE enum status outbox_put_note(struct outbox *o, const void *note,
                                     size_t len, struct err *err);
/* Fix the collector of every pending message that has none. */
MUST_USE enum status outbox_fix(struct outbox *o, const char *collector,
                                struct err *err);
/* Take an acknowledgement that is final.  One of a message that is not pending
 * (a second answer to a message sent twice) changes nothing. */
MUST_USE enum status outbox_settle(struct outbox *o, const struct ack *ack,
                                   int64_t at, struct err *err);
/* Forget messages done before `before`, a few hundred at a time. */
MUST_USE enum status outbox_purge(struct outbox *o, int64_t before,
                                  struct err *err);

/* Messages become pending again, free to go to any collector: those with
 * refused elements (which leave the list), or those done since `since`. */
MUST_USE enum status outbox_retry(struct outbox *o, size_t *responses,
                                  struct err *err);
MUST_USE enum status outbox_replay(struct outbox *o, int64_t since,
                                   size_t *messages, struct err *err);
/* Forget the refused elements, also those whose messages have become pending
 * again and were not sent since.  A message of which nothing was taken is
 * forgotten with them. */
MUST_USE enum status outbox_drop(struct outbox *o, size_t *responses,
                                 struct err *err);

/* ---- reading, any time ---- */

/* The number that the next message gets. */
uint64_t outbox_next(const struct outbox *o);
struct durable *outbox_table(const struct outbox *o);

/* ST_NOTFOUND: no note yet. */
MUST_USE enum status outbox_note(struct outbox *o, struct buffer *out,
                                 struct err *err);
/* Append the frame of a message; *responses: that is what it carries. */
MUST_USE enum status outbox_frame(struct outbox *o, uint64_t batch,
                                  struct buffer *out, bool *responses,
                                  struct err *err);
/* The first pending message numbered `from` or later.  ST_NOTFOUND. */
MUST_USE enum status outbox_pending(struct outbox *o, uint64_t from,
                                    uint64_t *batch, struct err *err);
/* It is `program`'s from now on.  ST_INVALID: it was another's before. */
MUST_USE enum status outbox_claim(struct outbox *o, const char *program,
                                  struct err *err);
/* ST_REFUSED when a pending message belongs to another collector. */
MUST_USE enum status outbox_check(struct outbox *o, const char *collector,
                                  struct err *err);
/* Whether a pending message has no collector yet. */
bool outbox_unfixed(const struct outbox *o);
MUST_USE enum status outbox_refused(struct outbox *o, outbox_refused_fn *fn,
                                    void *ctx, struct err *err);

#endif
