/* listen.h - a socket that listens where a text says: TCP or UNIX. */
#ifndef SERVICE_LISTEN_H
#define SERVICE_LISTEN_H

#include <sys/types.h>
#include <sys/un.h>
#include <time.h>

#include "base/err.h"

struct listener {
    int fd;        /* does not block; the caller's to close */
    unsigned port; /* of TCP, also when it was asked for as 0 */
    struct sockaddr_un path;
    dev_t device;         /* of the file at that path, */
    ino_t inode;          /* 0: TCP */
    struct timespec made; /* a number of a file is soon another's */
};

/* "127.0.0.1:9464", "[::1]:0"; no names, which can change under us.  With
 * `loopback` set, an address that others can reach is ST_REFUSED.
 * "unix:/run/manyi/web.sock": made with mode 0660; what a dead process left
 * there is replaced, and anything else ST_IO. */
MUST_USE enum status listen_at(const char *address, bool loopback,
                               struct listener *out, struct err *err);
/* Remove the file of a UNIX socket, if it is still this one's. */
void listen_forget(const struct listener *l);

#endif
