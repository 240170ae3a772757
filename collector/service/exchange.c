/* exchange.c - see exchange.h.
 *
 * What is refused is refused as soon as it is known.  A body that is a little
 * too long is read to its end all the same and thrown away: a client that is
 * still sending when its connection ends would not see why.
 */
#include "exchange.h"

#include <stdio.h>
#include <strings.h>

#include "accept.h"
#include "surveys/utf8.h"

#define TOO_LONG_READ (256u << 10)

static void count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* ---- which route ---- */

/* *rest: what '*' stands for. */
static bool fits(const char *pattern, const char *path, const char **rest)
{
    const size_t len = strlen(pattern);

    if (len && pattern[len - 1] == '*') {
        if (strncmp(pattern, path, len - 1) != 0)
            return false;
        *rest = path + len - 1;
        return true;
    }
    return streq(pattern, path);
}

/* Also what it is to be refused with when none is found. */
static void find_route(struct exchange *e)
{
    const struct site *s = e->site;
    const char *rest;

    e->refused = 404;
    for (size_t i = 0; i < s->count; i++) {
        rest = "";
        if (!fits(s->routes[i].path, e->path, &rest))
            continue;
        e->refused = 405;
        if (streq(s->routes[i].method, e->method)) {
            e->refused = 0;
            e->route = &s->routes[i];
            e->rest = rest;
            return;
        }
    }
}

/* ---- what it says of itself ---- */

void exchange_begin(struct exchange *e, struct site *site, const char *method,
                    const char *path)
{
    const bool bad = e->bad; /* its text was decoded before */

    *e = (struct exchange){.site = site, .path = path, .rest = "", .bad = bad};
    e->head = streq(method, "HEAD");
    e->method = e->head ? "GET" : method;
    count(&site->requests);
}

static bool is_form_type(const char *value)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const size_t len = sizeof form - 1;

    return strncasecmp(value, form, len) == 0 &&
           (!value[len] || strchr("; \t", value[len]));
}

/* Two lengths, or a length and chunks, are read in one way by us and in another
 * by a proxy in front of us, who may then take a part of this request for the
 * next one. */
void exchange_header(struct exchange *e, const char *name, const char *value,
                     size_t len)
{
    if (utf8_valid(value, len) != len)
        e->bad = true;
    if (strcasecmp(name, "Accept-Encoding") == 0) {
        e->gzip = accept_gzip(value);
    } else if (strcasecmp(name, "Content-Type") == 0) {
        e->is_form = is_form_type(value);
    } else if (strcasecmp(name, "Content-Length") == 0) {
        e->bad = e->bad || e->sized || e->chunked;
        e->sized = true;
        e->size = strtoull(value, NULL, 10);
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        e->bad = e->bad || e->sized || e->chunked ||
                 strcasecmp(value, "chunked") != 0;
        e->chunked = true;
    }
}

static void refuse(struct exchange *e, unsigned status)
{
    if (status == 413 || status == 431)
        count(&e->site->oversize);
    else if (status == 400)
        count(&e->site->bad);
    e->refused = status;
    e->site->bodies -= e->body.cap;
    buffer_free(&e->body);
}

bool exchange_reads(struct exchange *e)
{
    if (e->head_size > HTTP_HEADERS_MAX)
        refuse(e, 431);
    else if (e->bad)
        refuse(e, 400);
    else if (atomic_load_explicit(&e->site->draining, memory_order_relaxed))
        refuse(e, 503);
    else
        find_route(e);
    if (!e->chunked && e->size == 0)
        return true;
    if (!e->route || e->route->body_max == 0)
        return false;
    if (e->size > e->route->body_max)
        refuse(e, 413);
    return e->size <= e->route->body_max + TOO_LONG_READ;
}

/* ---- its body ---- */

/* Room for `more`, within the limit of one and that of all. */
static enum status make_room(struct exchange *e, size_t more)
{
    const size_t before = e->body.cap;
    enum status st;

    if (more > e->route->body_max - e->body.len)
        return ST_RANGE;
    if (e->body.len + more > before && more + e->site->bodies > HTTP_BODIES_MAX)
        return ST_BUSY;
    e->body.max = e->route->body_max;
    st = buffer_reserve(&e->body, more);
    e->site->bodies += e->body.cap - before;
    return st;
}

bool exchange_take(struct exchange *e, const void *data, size_t len)
{
    enum status st;

    e->taken += len;
    if (e->refused) /* read it to its end, within reason */
        return e->taken <= e->route->body_max + TOO_LONG_READ;
    st = make_room(e, len);
    if (st == ST_OK)
        st = buffer_add(&e->body, data, len);
    if (st != ST_OK)
        refuse(e, st == ST_RANGE ? 413 : 503);
    return true;
}

void exchange_end(struct exchange *e)
{
    if (e->site)
        e->site->bodies -= e->body.cap;
    buffer_free(&e->body);
    form_free(&e->form);
}

/* ---- its answer ---- */

static const char *words_of(unsigned status)
{
    switch (status) {
    case 400:
        return "bad request\n";
    case 404:
        return "not found\n";
    case 405:
        return "method not allowed\n";
    case 413:
    case 431:
        return "too long\n";
    case 503:
        return "not now\n";
    default:
        return "internal error\n";
    }
}

/* The methods of the path, for a 405. */
static void list_methods(const struct exchange *e, char *out, size_t size)
{
    const struct site *s = e->site;
    const char *rest;
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < s->count && len < size; i++) {
        const char *method = s->routes[i].method;

        if (!fits(s->routes[i].path, e->path, &rest) || strstr(out, method))
            continue;
        len +=
            (size_t)snprintf(out + len, size - len, "%s%s%s", len ? ", " : "",
                             method, streq(method, "GET") ? ", HEAD" : "");
    }
}

/* An answer with no other words than its status. */
static void answer_status(const struct exchange *e, unsigned status,
                          struct http_answer *a)
{
    const char *words = words_of(status);
    char methods[64];
    enum status st;

    buffer_free(&a->body);
    http_page_free(&a->page);
    *a = (struct http_answer){.status = status, .type = HTTP_PLAIN_TEXT};
    st = buffer_add(&a->body, words, strlen(words));
    if (status == 405 && st == ST_OK) {
        list_methods(e, methods, sizeof methods);
        st = http_answer_header(a, "Allow", methods);
    } else if (status == 503 && st == ST_OK) {
        st = http_answer_header(a, "Retry-After", "1");
    }
    if (st != ST_OK) /* without memory the status goes alone */
        buffer_free(&a->body);
}

static void read_form(struct exchange *e)
{
    enum status st;

    if (e->refused || !e->is_form || e->body.len == 0)
        return;
    st = form_parse(e->body.data, e->body.len, &e->form);
    if (st != ST_OK)
        refuse(e, st == ST_NOMEM ? 503 : 400);
}

void exchange_answer(struct exchange *e, void *connection,
                     struct http_answer *out)
{
    const struct http_request request = {.method = e->method,
                                         .path = e->path,
                                         .rest = e->rest,
                                         .head = e->head,
                                         .body = e->body.data,
                                         .body_len = e->body.len,
                                         .exchange = connection};
    const struct site *s = e->site;
    http_handler *handler = s->missing;
    void *ctx = s->missing_ctx;

    *out = (struct http_answer){.status = 200, .type = HTTP_PLAIN_TEXT};
    read_form(e);
    if (e->refused == 404)
        out->status = 404;
    if (e->route && !e->refused) {
        handler = e->route->handler;
        ctx = e->route->ctx;
    } else if (e->refused != 404 || !handler) {
        answer_status(e, e->refused, out);
        return;
    }
    if (handler(ctx, &request, out) != ST_OK)
        answer_status(e, 500, out);
}

enum status http_answer_header(struct http_answer *a, const char *name,
                               const char *value)
{
    struct http_header_line *line = &a->header[a->headers];
    const size_t len = strlen(value);

    if (a->headers == HTTP_ANSWER_HEADERS || len >= sizeof line->value)
        return ST_RANGE;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
            return ST_RANGE;
    line->name = name;
    memcpy(line->value, value, len + 1);
    a->headers++;
    return ST_OK;
}
