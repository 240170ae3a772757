/* exchange.h - one request and what becomes of it, apart from the library that
 * reads it from a socket.
 *
 *     exchange_begin -> exchange_header ... -> exchange_reads
 *         -> exchange_take ... -> exchange_answer -> exchange_end
 */
#ifndef SERVICE_EXCHANGE_H
#define SERVICE_EXCHANGE_H

#include <stdatomic.h>

#include "collector/http.h"
#include "form.h"

/* What a server answers from, and what it counts. */
struct site {
    const struct http_route *routes;
    size_t count;
    http_handler *missing;
    void *missing_ctx;
    size_t bodies; /* bytes held, of HTTP_BODIES_MAX; of the server's thread */
    _Atomic bool draining;
    _Atomic uint64_t requests, oversize, late, bad;
};

struct exchange {
    struct site *site;
    const char *method, *path, *rest;
    const struct http_route *route; /* NULL: none */
    unsigned refused;               /* the status, decided by us; 0: not */
    bool head;
    bool gzip;    /* the client takes it */
    bool is_form; /* the body claims to be one */
    bool bad;     /* something in it is not as it must be */
    bool chunked, sized;
    size_t head_size; /* bytes of its line and headers */
    uint64_t size;    /* of the body, as it claims */
    uint64_t taken;
    struct buffer body;
    struct form form;
};

void exchange_begin(struct exchange *e, struct site *site, const char *method,
                    const char *path);
/* Each header in its turn; len is of the value. */
void exchange_header(struct exchange *e, const char *name, const char *value,
                     size_t len);
/* All headers are there: is the body to be read?  If not, and there is one, the
 * connection ends with the answer. */
bool exchange_reads(struct exchange *e);
/* A part of the body; false: enough, end the connection. */
bool exchange_take(struct exchange *e, const void *data, size_t len);
/* The answer to all of it, by a handler or ours, ready to be sent. */
void exchange_answer(struct exchange *e, void *connection,
                     struct http_answer *out);
/* Let go of what it holds.  Fine at any time, and twice. */
void exchange_end(struct exchange *e);

#endif
