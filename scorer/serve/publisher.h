/* publisher.h - the socket that tells analysts of warnings.
 *
 * An XPUB with CURVE.  A subscription counts when the key that asks for it is
 * an analyst's, without a scope, with the right to ask: whoever else has a key
 * gets nothing.  When the clients change the socket is closed and bound anew,
 * so that all of them are asked again.
 *
 * What is published may be lost: a subscriber that is slow or away misses it
 * and sees a gap in the numbers.
 */
#ifndef SERVE_PUBLISHER_H
#define SERVE_PUBLISHER_H

#include "base/bytes.h"
#include "collector/keys.h"

struct publisher;

struct publisher_options {
    const char *url;
    const struct key_pair *key;
    struct clients *clients; /* takes this share */
};

/* After zap_start. */
MUST_USE enum status publisher_open(const struct publisher_options *o,
                                    struct publisher **out, struct err *err);
void publisher_close(struct publisher **p);
const char *publisher_url(const struct publisher *p); /* with its port */
/* From any thread; takes the share. */
void publisher_clients(struct publisher *p, struct clients *c);

/* In one thread: let subscribers in. */
void publisher_turn(struct publisher *p);
/* Never waits. */
void publisher_send(struct publisher *p, const char *topic,
                    const struct buffer *message);

#endif
