/* http.h - the one HTTP server of the project.
 *
 * A program states its routes in a table; a handler turns a request into a
 * status, a type and a body.  One thread of its own serves all connections, so
 * a handler must not wait for anything: one that has to wait for the disk or
 * the collector defers its request and answers it later, from any thread.
 *
 * Everything is bounded before it is allocated: request line and headers
 * (HTTP_HEADERS_MAX), a body (the route's `body_max`, whatever its length
 * claims to be and however it is chunked), all bodies together
 * (HTTP_BODIES_MAX, else 503), connections (more wait in the listen queue),
 * and time: from the moment a connection is made, or its previous request was
 * answered, until a request is read and its answer taken (`deadline_ms`; it
 * stands still while a handler defers, and begins anew with the answer).  It
 * ends a client that sends a byte a second as surely as one that is silent.
 */
#ifndef COLLECTOR_HTTP_H
#define COLLECTOR_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define HTTP_HEADERS_MAX (16 * 1024)
#define HTTP_BODIES_MAX  (32 * 1024 * 1024)
#define HTTP_FIELDS_MAX  512 /* of a form */
#define HTTP_DEADLINE_MS 15000

/* All of it is valid until the handler returns.  Texts from outside are valid
 * UTF-8 without NUL: anything else was answered with 400. */
struct http_request {
    const char *method; /* "GET"; HEAD comes as GET */
    const char *path;   /* "/metrics", percent-decoded */
    const char *rest;   /* what the '*' of the route stands for, or "" */
    bool head;          /* a HEAD: the body will not be sent */
    const uint8_t *body;
    size_t body_len;
    void *exchange; /* the server's own */
};

/* The value of a key of the query string; of a field of the body, which is
 * application/x-www-form-urlencoded; of a header, in any case of letters.
 * NULL: not there.  Of a key told twice the first counts. */
const char *http_query(const struct http_request *r, const char *key);
const char *http_form(const struct http_request *r, const char *key);
const char *http_header(const struct http_request *r, const char *name);

/* A body made once and sent often: immutable, counted, with its gzip form,
 * which is sent to those who take it. */
struct http_page;
MUST_USE enum status http_page_new(const void *data, size_t len,
                                   struct http_page **out);
struct http_page *http_page_share(struct http_page *p); /* any thread */
void http_page_free(struct http_page **p);
size_t http_page_size(const struct http_page *p, bool gzip);

#define HTTP_PLAIN_TEXT     "text/plain; charset=utf-8"
#define HTTP_ANSWER_HEADERS 4
struct http_header_line {
    const char *name; /* static */
    char value[256];
};
struct http_answer {
    unsigned status;        /* 200 unless changed */
    const char *type;       /* static; HTTP_PLAIN_TEXT likewise */
    struct buffer body;     /* the server frees it; text types of over 1 kB are
                               compressed for who takes that */
    struct http_page *page; /* instead of `body`; the server takes this share */
    size_t headers;
    struct http_header_line header[HTTP_ANSWER_HEADERS];
};
/* ST_RANGE: no room, or the value holds a control character. */
MUST_USE enum status http_answer_header(struct http_answer *a, const char *name,
                                        const char *value);

/* Another status than ST_OK is answered with 500 and no body of its own. */
typedef enum status http_handler(void *ctx, const struct http_request *request,
                                 struct http_answer *answer);

/* Called within a handler, which then returns ST_OK and leaves *answer alone:
 * the request is answered by http_reply, exactly once, from any thread.  NULL:
 * out of memory.  http_reply takes the answer's body or page, also when the
 * client has gone; a zero-filled answer is status 200, as above. */
struct http_later;
struct http_later *http_defer(const struct http_request *r);
void http_reply(struct http_later *l, struct http_answer *answer);

struct http_route {
    const char *method;
    const char *path; /* matched whole; ending in '*': by what is before it */
    http_handler *handler;
    void *ctx;
    size_t body_max; /* bytes; 0: bodies are not read, and end the connection
                        with its answer.  Longer: 413 */
};

struct http_header_pair {
    const char *name, *value;
};

struct http_options {
    const char *address; /* "127.0.0.1:9464", "[::1]:0": numbers, no names; or
                            "unix:/run/manyi/web.sock", made with mode 0660 */
    bool loopback;       /* refuse any address that others can reach */
    const struct http_route *routes; /* outlive the server; the first whose
                                        path matches and method fits */
    size_t count;
    unsigned connections; /* at once */
    int deadline_ms;
    const struct http_header_pair *headers; /* put on every answer; outlive the
                                               server */
    size_t header_count;
    const char *tls_certificate; /* PEM files; NULL: plain HTTP */
    const char *tls_key;         /* of mode 0600 or stricter */
    const char *tls_clients;     /* only whoever has a certificate of this CA */
    http_handler *missing; /* answers what no route matches (404); NULL: a line
                              of text */
    void *missing_ctx;
};

struct http_server;

/* Unknown path: 404; known path, other method: 405.  ST_REFUSED: not loopback,
 * or others may read the key; ST_IO: the address cannot be had; ST_INVALID: a
 * certificate or key. */
MUST_USE enum status http_start(const struct http_options *o,
                                struct http_server **out, struct err *err);
/* From now on new requests are answered with 503: what was deferred can be
 * answered, and then the server stopped. */
void http_drain(struct http_server *h);
/* Drains, sends the last answers for up to a second, and ends.  Every
 * http_reply must have returned. */
void http_stop(struct http_server **h);
/* The port, also when it was asked for as 0; 0 for a UNIX socket. */
unsigned http_port(const struct http_server *h);

/* For a program's metrics: all requests that could be read, and what was
 * refused before a handler saw it: too many bytes, too late, not as HTTP or
 * UTF-8 must be. */
struct http_counts {
    uint64_t requests, oversize, late, bad;
};
void http_counts(const struct http_server *h, struct http_counts *out);

#endif
