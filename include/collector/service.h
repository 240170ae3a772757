/* service.h - how a long-running program starts, is spoken to, and ends.
 *
 * service_start is the first call of main, before any thread or socket: it
 * takes the signals away from ZeroMQ, sends czmq's own log lines to ours,
 * raises the limit of open files and forbids core dumps (they would hold keys
 * and answers).  Signals then arrive as events at one place:
 *
 *     while ((event = service_wait(&service, -1)) != SERVICE_STOP)
 *         if (event == SERVICE_RELOAD)
 *             ...
 *
 * A thread that polls sockets polls service_fd beside them and calls
 * service_wait(.., 0) when it is readable.
 */
#ifndef COLLECTOR_SERVICE_H
#define COLLECTOR_SERVICE_H

#include "base/err.h"

struct service {
    int signals; /* signalfd, or -1 */
};

enum service_event {
    SERVICE_NOTHING, /* time is up */
    SERVICE_RELOAD,  /* SIGHUP: read keys and definitions again */
    SERVICE_STOP     /* SIGTERM, SIGINT: finish what was taken, then end.  A
                        second one of these ends the process at once */
};

MUST_USE enum status service_start(struct service *out, struct err *err);
void service_stop(struct service *s);
/* What of it a program needs that runs no service, but speaks to one: before
 * its first socket.  Fine at any time, and more than once. */
MUST_USE enum status service_sockets(struct err *err);

int service_fd(const struct service *s);
/* Wait up to `ms` (-1: for ever) for the next event. */
enum service_event service_wait(struct service *s, int ms);

#endif
