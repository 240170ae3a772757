/* fetch.h - asking another machine over HTTP, without waiting for it.
 *
 * One thread of its own drives all requests (libcurl); what became of them is
 * taken from a queue by whoever asked.  Nothing is tried again here: only the
 * caller knows what a second time would mean.
 */
#ifndef COLLECTOR_FETCH_H
#define COLLECTOR_FETCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fetch_request {
    const char *method;         /* "GET", "POST" */
    const char *url;            /* http:// or https:// */
    const char *const *headers; /* "Name: value", NULL-terminated; or NULL: the
                                   body has no type */
    const void *body;
    size_t body_len;
    int timeout_ms;
    void *ctx; /* comes back */
};

#define FETCH_BODY_MAX 4096
struct fetch_answer {
    void *ctx;
    enum status status; /* ST_OK: an answer came, whatever its code.  ST_BUSY:
                           nobody was reached, so nothing was sent.  ST_IO: it
                           may have been sent, and no answer is known */
    unsigned code;      /* of HTTP */
    size_t body_len;    /* longer bodies are cut */
    char body[FETCH_BODY_MAX + 1]; /* NUL-terminated */
};

struct fetch;
/* At most `parallel` requests are under way at once, answers that nobody has
 * taken yet among them.  Neither redirects nor proxies of the environment are
 * followed; connections are kept for a few seconds. */
MUST_USE enum status fetch_new(size_t parallel, struct fetch **out,
                               struct err *err);
/* What is under way is given up. */
void fetch_free(struct fetch **f);
/* Copies what it is given.  ST_BUSY: `parallel` are under way.  ST_INVALID: no
 * such URL. */
MUST_USE enum status fetch_send(struct fetch *f, const struct fetch_request *r,
                                struct err *err);
int fetch_fd(const struct fetch *f); /* readable while an answer is there */
bool fetch_next(struct fetch *f, struct fetch_answer *out);

#endif
