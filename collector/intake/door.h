/* door.h - the socket that gateways connect to.
 *
 * A ROUTER with CURVE whose every limit is set before it binds, since ZeroMQ's
 * defaults would let each peer park a gigabyte: two unread messages of at most
 * MESSAGE_MAX a peer, a hundred unread replies, five seconds for a handshake,
 * heartbeats.  Who speaks is told by the User-Id that the handshake proved,
 * never by the routing id, which a peer chooses itself.
 */
#ifndef INTAKE_DOOR_H
#define INTAKE_DOOR_H

#include "base/bytes.h"
#include "base/err.h"
#include "collector/keys.h"

#include <czmq.h>

struct door;

/* After zap_start.  ST_BUSY: the address is in use. */
MUST_USE enum status door_open(const char *url, const struct key_pair *key,
                               struct door **out, struct err *err);
/* Replies that are still in it get a second to leave. */
void door_close(struct door **d);
const char *door_url(const struct door *d); /* with the port it got */

/* For zmq_poll: the socket, and the monitor of its connections. */
void *door_socket(struct door *d);
void *door_monitor(struct door *d);
/* Count what the monitor has to tell. */
void door_watch(struct door *d);

/* The next message, if one is there.  A message of more frames than two is
 * read to its end and dropped frame by frame: *body is then NULL. */
MUST_USE bool door_receive(struct door *d, zframe_t **routing, zframe_t **body);
/* The key of whoever sent that frame; NULL: none. */
const char *door_user(zframe_t *body);
/* Takes *routing.  A peer that does not read loses its replies. */
void door_send(struct door *d, zframe_t **routing, const struct buffer *reply);

#endif
