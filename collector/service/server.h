/* server.h - the inside of the HTTP server: a loop of ours (http.c) around a
 * library that speaks the protocol (daemon.c). */
#ifndef SERVICE_SERVER_H
#define SERVICE_SERVER_H

#include "deadline.h"
#include "exchange.h"
#include "gzip.h"
#include "later.h"
#include "listen.h"
#include "tls.h"

struct connection {
    struct deadline time; /* first: found by it */
    struct http_server *server;
    struct MHD_Connection *theirs;
    int fd;
    bool begun;               /* a request: its line was read */
    bool judged;              /* its headers too */
    bool sending;             /* its answer */
    bool answered;            /* an earlier request */
    struct http_later *asked; /* not answered yet; another's to free */
    struct http_later *later; /* the answer that was waited for */
    struct exchange exchange;
};

/* All of it belongs to the server's thread while that runs, but what has a lock
 * or is atomic. */
struct http_server {
    struct MHD_Daemon *daemon;
    uint64_t number; /* of all servers of this process */
    struct site site;
    const struct http_header_pair *headers;
    size_t header_count;
    bool mutual_tls;
    struct gzip *gzip;
    struct deadlines deadlines;
    struct later_list later;
    _Atomic bool stop;
    size_t deferred, sending; /* requests */
    struct listener listener; /* fd -1: none */
    pthread_t thread;
};

/* ---- daemon.c ---- */

/* Takes the listening socket.  `tls` may be NULL; ST_IO when it does not
 * start. */
MUST_USE enum status daemon_start(struct http_server *h, unsigned connections,
                                  const struct tls_files *tls);
void daemon_stop(struct http_server *h);
/* Readable when there is something to do. */
int daemon_fd(const struct http_server *h);
/* How long it can wait, at most a second: ms; -1: for an event. */
int daemon_wait(const struct http_server *h);
void daemon_run(struct http_server *h);
void daemon_suspend(struct connection *c);
void daemon_resume(struct connection *c);

#endif
