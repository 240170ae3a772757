/* http.h - the one HTTP server of the project.
 *
 * A program states its routes in a table; a handler turns a request into a
 * status, a type and a body.  One thread of its own serves all connections, so
 * a handler must not wait for anything.
 *
 * Bodies of requests are not read: such a connection ends with its answer.
 *
 * Limits: 16 kB of request line and headers, the stated number of connections
 * (more wait in the listen queue), and the deadline: from the moment a
 * connection is made, or its previous request was answered, until a request
 * is read and its answer taken.  It ends a client that sends a byte a second
 * as surely as one that is silent.
 */
#ifndef COLLECTOR_HTTP_H
#define COLLECTOR_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct http_request {
    const char *method; /* "GET"; HEAD comes as GET */
    const char *path;   /* "/metrics", percent-decoded */
    void *connection;   /* for http_query */
};

/* The value of a key of the query string, percent-decoded; NULL: not there.
 * Valid during the handler. */
const char *http_query(const struct http_request *r, const char *key);

struct http_answer {
    unsigned status;    /* 200 unless the handler changes it */
    const char *type;   /* static; "text/plain; charset=utf-8" likewise */
    struct buffer body; /* the server frees it */
};

/* Another status than ST_OK is answered with 500 and no body of its own. */
typedef enum status http_handler(void *ctx, const struct http_request *request,
                                 struct http_answer *answer);

struct http_route {
    const char *method;
    const char *path; /* matched whole */
    http_handler *handler;
    void *ctx;
};

struct http_options {
    const char *address; /* "127.0.0.1:9464", "[::1]:0"; numbers, no names */
    bool loopback;       /* refuse any address that others can reach */
    const struct http_route *routes; /* outlive the server */
    size_t count;
    unsigned connections; /* at once */
    int deadline_ms;
};

#define HTTP_DEADLINE_MS 15000

struct http_server;

/* Unknown path: 404; known path, other method: 405.  ST_REFUSED: not loopback;
 * ST_IO: the address cannot be had. */
MUST_USE enum status http_start(const struct http_options *o,
                                struct http_server **out, struct err *err);
void http_stop(struct http_server **h);
/* The port, also when it was asked for as 0. */
unsigned http_port(const struct http_server *h);

#endif
