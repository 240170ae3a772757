/* link.h - one encrypted connection to a service of ours.
 *
 * A DEALER with CURVE that connects by itself, again and again.  Messages are
 * handed over only while a connection stands (ZMQ_IMMEDIATE), so nothing lies
 * in a queue of which nobody knows the end: what was sent before the link went
 * down is to be sent again when it is up.
 */
#ifndef COLLECTOR_LINK_H
#define COLLECTOR_LINK_H

#include "base/bytes.h"
#include "base/err.h"
#include "collector/keys.h"

struct link;

struct link_options {
    const char *url;
    const char *server_key;
    const struct key_pair *key;
    const char *peer; /* "collector": whom one speaks to, in errors */
    size_t queue;     /* messages that may wait for a peer that reads none, and
                         replies for us */
};

/* Returns at once; the connection is made behind.  Keys are checked before a
 * socket sees them: ST_INVALID. */
MUST_USE enum status link_open(const struct link_options *o, struct link **out,
                               struct err *err);
void link_close(struct link **l);

/* Can a message be sent now? */
bool link_up(struct link *l);
/* Grows with each connection that was lost. */
uint64_t link_breaks(struct link *l);
/* ST_REFUSED with the cause when the peer turns this key away, or the
 * server key is not its own; said once, then tried on. */
MUST_USE enum status link_trouble(struct link *l, struct err *err);

/* ST_BUSY: not now. */
MUST_USE enum status link_send(struct link *l, const void *data, size_t len,
                               struct err *err);
struct link_fds {
    const int *fd;
    size_t count;
};
/* Wait at most `ms` for something to happen here, or until one of the
 * descriptors can be read (*readable).  `l` may be NULL: the descriptors alone.
 */
MUST_USE enum status link_wait(struct link *l, struct link_fds fds, int64_t ms,
                               bool *readable, struct err *err);
/* A frame that came is put in the place of what *out held.  ST_BUSY: none. */
MUST_USE enum status link_take(struct link *l, struct buffer *out,
                               struct err *err);

#endif
