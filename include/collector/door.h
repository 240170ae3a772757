/* door.h - the socket that peers of a service connect to.
 *
 * A ROUTER with CURVE whose every limit is set before it binds, since ZeroMQ's
 * defaults would let each peer park a gigabyte: two unread messages of at most
 * MESSAGE_MAX a peer, some unread replies, five seconds for a handshake,
 * heartbeats.  Who speaks is told by the User-Id that the handshake proved,
 * never by the routing id, which a peer chooses itself.
 *
 * A door belongs to one thread; parcels may be read from any.
 */
#ifndef COLLECTOR_DOOR_H
#define COLLECTOR_DOOR_H

#include "base/bytes.h"
#include "base/err.h"
#include "collector/keys.h"
#include "collector/metrics.h"

struct door;
struct parcel; /* a message, and where replies to it go */

struct door_options {
    const char *url; /* tcp://HOST:PORT, ipc://PATH */
    const struct key_pair *key;
    size_t unread;              /* replies that a peer may leave unread */
    struct metric *connections; /* gauge: peers connected */
    struct metric *failed;      /* handshakes of those who have no key */
};

/* After zap_start.  ST_BUSY: the address is in use. */
MUST_USE enum status door_open(const struct door_options *o, struct door **out,
                               struct err *err);
/* Replies that are still in it get a second to leave. */
void door_close(struct door **d);
const char *door_url(const struct door *d); /* with the port it got */

/* Wait for one of the descriptors, or (with `listen`) for a message, `ms`
 * milliseconds at most (-1: for ever); connections are counted meanwhile. */
#define DOOR_FDS_MAX 4
void door_wait(struct door *d, const int *fd, size_t fds, bool listen, int ms);

/* The next message, if one is there; it is the caller's.  A message of more
 * frames than two is read to its end and dropped frame by frame: its parcel
 * has no bytes. */
MUST_USE bool door_receive(struct door *d, struct parcel **out);
/* The key of whoever sent it; NULL: none. */
const char *parcel_user(const struct parcel *p);
/* NULL: it has none. */
const uint8_t *parcel_data(const struct parcel *p, size_t *len);
void parcel_free(struct parcel **p);

/* Send a reply to the sender of `to`.  Never waits; false: the peer is gone, or
 * leaves too many unread, and this one is lost. */
bool door_send(struct door *d, const struct parcel *to,
               const struct buffer *reply);

#endif
