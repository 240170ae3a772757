/* remote.h - the other end of manyi-scorer serve: an engine somewhere else. */
#ifndef SCORER_REMOTE_H
#define SCORER_REMOTE_H

#include "scorer/kind.h"

struct remote;

/* "tcp://..." or "ipc://...": somewhere else. */
bool place_served(const char *store);

/* Keys are read and checked; the connection is made when first asked.  May be
 * called by a program that has not begun a service: ZeroMQ then leaves its
 * signals alone. */
MUST_USE enum status remote_open(const struct engine_place *p,
                                 struct remote **out, struct err *err);
void remote_close(struct remote **r);

/* As engine_ask.  ST_IO: nobody is there, or it went away; ST_BUSY: no answer
 * in time; ST_REFUSED: it does not know our key, or a file of this machine is
 * named. */
MUST_USE enum status remote_ask(struct remote *r, const struct query_kind *k,
                                const struct query *q, struct result *out,
                                struct err *err);

#endif
