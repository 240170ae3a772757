/* listen.h - a TCP socket that listens where a text says. */
#ifndef SERVICE_LISTEN_H
#define SERVICE_LISTEN_H

#include "base/err.h"

/* "127.0.0.1:9464", "[::1]:0"; no names, which can change under us.  With
 * `loopback` set, an address that others can reach is ST_REFUSED.  The caller
 * closes *out, which does not block. */
MUST_USE enum status listen_at(const char *address, bool loopback, int *out,
                               struct err *err);
unsigned listen_port(int fd);

#endif
