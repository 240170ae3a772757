/* zap.h - who may finish a CURVE handshake with this process.
 *
 * A thread answers ZeroMQ's authentication requests (RFC 27): a client whose
 * public key is in the table is let in, and its User-Id on every message is
 * that key in Z85; anybody else is refused with 400.  A client that was let in
 * stays connected when its key is revoked, so whoever receives must look the
 * User-Id up in the current table, message by message.
 *
 * A server socket needs curve_server, its secret key and zap_domain ZAP_DOMAIN
 * before it binds.  Where no handler runs, libzmq lets everybody in, but
 * without a User-Id: the same look-up refuses them.
 */
#ifndef COLLECTOR_ZAP_H
#define COLLECTOR_ZAP_H

#include "collector/keys.h"
#include "collector/metrics.h"

#define ZAP_DOMAIN "manyi"

struct zap;

/* One in a process, after service_start and before any server socket binds.
 * Holds its own share of `clients`.  The counters outlive it. */
MUST_USE enum status zap_start(struct clients *clients, struct metric *accepted,
                               struct metric *refused, struct zap **out,
                               struct err *err);
/* From any thread: handshakes from now on are judged by this table. */
void zap_swap(struct zap *z, struct clients *clients);
void zap_stop(struct zap **z); /* after the server sockets are gone */

#endif
