/* sender_state.h - a sender from within; shared by the files that work on it.
 *
 * Of the pending messages at most `window` are under way at once; the others
 * lie in the outbox and cost no memory.  Acknowledgements are kept until the
 * next commit that is made anyway: a message whose acknowledgement is lost
 * that way is sent again, and found to be a duplicate.
 */
#ifndef CLIENT_SENDER_STATE_H
#define CLIENT_SENDER_STATE_H

#include "collector/link.h"
#include "outbox.h"

#define RETRY_MS       5000
#define RETRY_DOUBLED  6 /* times: what a connection holds is not lost */
#define WINDOW         4
#define WINDOW_MAX     256
#define BUSY_MS        500  /* "busy": not now, but soon */
#define SETTLED_MAX    64   /* acknowledgements kept for the next commit */
#define SETTLED_AGE_MS 1000 /* and for how long */

struct flight {
    uint64_t batch;
    int64_t due;    /* to be sent (again) at, monotonic ms; 0: at once */
    unsigned sends; /* over the connection that stands */
    bool responses; /* that is what it carries: known once it was sent */
};

struct questions;

struct sender {
    char *collector;
    int64_t retry_ms;
    size_t window;
    struct outbox *outbox;
    struct link *link; /* NULL: the outbox alone */
    uint64_t breaks;   /* as the link told last */
    size_t flying;
    struct flight flights[WINDOW_MAX]; /* in the order of their numbers */
    uint64_t cursor; /* pending messages below it are under way or settled */
    size_t settled_count;
    struct ack settled[SETTLED_MAX];
    int64_t settled_since;       /* monotonic ms, of the first of them */
    enum status failed;          /* first failure of the open transaction */
    size_t guess[RIGHTS];        /* elements that fit into a frame */
    struct questions *questions; /* NULL: none was ever asked */
    struct outbox_counts counts;
    struct buffer frame;
};

int64_t sender_clock(void); /* monotonic ms */

/* Write the acknowledgements taken so far, if any, in a transaction of their
 * own. */
MUST_USE enum status sender_flush(struct sender *s, struct err *err);

#endif
