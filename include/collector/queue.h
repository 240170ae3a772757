/* queue.h - handing memory from one thread to another.
 *
 * A bounded queue of pointers under a mutex, with an eventfd so that a thread
 * which polls sockets can wait for it too.  (ZeroMQ's inproc would do, but the
 * thread checker cannot see through it.)
 */
#ifndef COLLECTOR_QUEUE_H
#define COLLECTOR_QUEUE_H

#include <stddef.h>

#include "base/status.h"

struct queue;

/* ST_IO: no file descriptor left.  `capacity` is not 0, items are not NULL. */
MUST_USE enum status queue_new(size_t capacity, struct queue **out);
void queue_free(struct queue **q); /* entries left are the caller's */

/* Takes `item` on true; false: full or closed. */
MUST_USE bool queue_push(struct queue *q, void *item);
bool queue_full(struct queue *q);
/* Wait up to `ms` (0: not at all, -1: for ever).  NULL: nothing came, or it is
 * closed and empty. */
void *queue_pop(struct queue *q, int ms);
void queue_close(struct queue *q); /* wakes all who wait */
/* Readable while the queue holds something or is closed. */
int queue_fd(struct queue *q);

#endif
