/* daemon.c - requests from sockets and answers to them: see server.h.  The one
 * file that knows libmicrohttpd.
 *
 * A request costs no allocation of ours but its body, and a page's answer is
 * put together once for all who ask alike.
 */
#include <microhttpd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "accept.h"
#include "page.h"
#include "server.h"

/* A request's line and headers, what the library notes of each of them, and
 * the headers of its answer.  Memory that is not needed is not touched. */
#define CONNECTION_MEMORY (2 * HTTP_HEADERS_MAX)

/* ---- connections ---- */

#define ASK(theirs, what)                                                      \
    MHD_get_connection_info(theirs, MHD_CONNECTION_INFO_##what)

static struct connection *ours(struct MHD_Connection *theirs)
{
    return ASK(theirs, SOCKET_CONTEXT)->socket_context;
}

static void begin_connection(struct http_server *h,
                             struct MHD_Connection *theirs, void **context)
{
    struct connection *c = calloc(1, sizeof *c);

    *context = c;
    if (!c) { /* it could stay for ever */
        shutdown(ASK(theirs, CONNECTION_FD)->connect_fd, SHUT_RDWR);
        return;
    }
    c->server = h;
    c->theirs = theirs;
    c->fd = ASK(theirs, CONNECTION_FD)->connect_fd;
    deadline_begin(&h->deadlines, &c->time, deadline_now());
    if (h->mutual_tls)
        tls_require_client(ASK(theirs, GNUTLS_SESSION)->tls_session);
}

/* The request has got its answer, or never will. */
static void end_request(struct connection *c)
{
    struct http_server *h = c->server;

    if (c->later)
        later_drop(c->later);
    c->later = NULL;
    if (c->sending)
        h->sending--;
    c->answered = c->answered || c->sending;
    c->begun = c->judged = c->sending = false;
    exchange_end(&c->exchange);
    c->exchange = (struct exchange){0};
}

static void notice_connection(void *cls, struct MHD_Connection *theirs,
                              void **context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct http_server *h = cls;
    struct connection *c = *context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        begin_connection(h, theirs, context);
    } else if (c) {
        end_request(c);
        deadline_end(&h->deadlines, &c->time);
        free(c);
        *context = NULL;
    }
}

/* What the library refused itself never came to an answer of ours. */
static void notice_answered(void *cls, struct MHD_Connection *theirs,
                            void **context,
                            enum MHD_RequestTerminationCode code)
{
    struct http_server *h = cls;
    struct connection *c = ours(theirs);

    (void)context;
    if (!c)
        return;
    if (code == MHD_REQUEST_TERMINATED_WITH_ERROR && !c->sending &&
        !c->exchange.refused)
        atomic_fetch_add(&h->site.bad, 1);
    end_request(c);
    deadline_begin(&h->deadlines, &c->time, deadline_now());
}

/* ---- what a request says ---- */

static void *begin_request(void *cls, const char *uri,
                           struct MHD_Connection *theirs)
{
    struct connection *c = ours(theirs);

    (void)cls;
    (void)uri;
    if (c)
        c->begun = true;
    return c;
}

/* Of the path, and of keys and values of the query string. */
static size_t decode_text(void *cls, struct MHD_Connection *theirs, char *text)
{
    struct connection *c = ours(theirs);
    size_t len = strlen(text);

    (void)cls;
    if (percent_decode(text, &len) != ST_OK && c)
        c->exchange.bad = true;
    return len;
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind,
                                   const char *name, const char *value)
{
    (void)kind;
    exchange_header(cls, name, value ? value : "", value ? strlen(value) : 0);
    return MHD_YES;
}

struct search {
    const char *key, *found;
};

static enum MHD_Result compare_key(void *cls, enum MHD_ValueKind kind,
                                   const char *key, const char *value)
{
    struct search *s = cls;

    (void)kind;
    if (!key || !streq(key, s->key))
        return MHD_YES;
    s->found = value ? value : "";
    return MHD_NO;
}

const char *http_query(const struct http_request *r, const char *key)
{
    const struct connection *c = r->exchange;
    struct search s = {.key = key};

    MHD_get_connection_values(c->theirs, MHD_GET_ARGUMENT_KIND, compare_key,
                              &s);
    return s.found;
}

const char *http_form(const struct http_request *r, const char *key)
{
    const struct connection *c = r->exchange;

    return form_get(&c->exchange.form, key);
}

const char *http_header(const struct http_request *r, const char *name)
{
    const struct connection *c = r->exchange;

    return MHD_lookup_connection_value(c->theirs, MHD_HEADER_KIND, name);
}

/* ---- answers ---- */

static bool add_header(struct MHD_Response *response, const char *name,
                       const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_headers(const struct http_server *h,
                        const struct http_answer *a,
                        struct MHD_Response *response)
{
    bool ok = add_header(response, "Content-Type", a->type);

    for (size_t i = 0; ok && i < a->headers; i++)
        ok = add_header(response, a->header[i].name, a->header[i].value);
    for (size_t i = 0; ok && i < h->header_count; i++)
        ok = add_header(response, h->headers[i].name, h->headers[i].value);
    return ok;
}

/* `varies`: another client may get it in the other form. */
static bool add_coding(struct MHD_Response *response, bool gzip, bool varies)
{
    return (!gzip || add_header(response, "Content-Encoding", "gzip")) &&
           (!varies || add_header(response, "Vary", "Accept-Encoding"));
}

static void drop_response(void *response)
{
    MHD_destroy_response(response);
}

/* NULL: out of memory. */
static struct MHD_Response *from_page(const struct http_server *h,
                                      const struct http_answer *a, bool gzip)
{
    struct http_page *p = a->page;
    struct page_answer *kept = NULL;
    struct page_bytes *bytes;
    struct MHD_Response *r;

    gzip = gzip && p->gzip;
    if (page_keeps(p, h->number)) {
        kept = &p->kept[gzip];
        if (page_answer_fits(kept, a))
            return kept->made;
    }
    bytes = page_bytes_share(gzip ? p->gzip : p->plain);
    r = MHD_create_response_from_buffer_with_free_callback_cls(
        bytes->len, bytes->data, page_bytes_free, bytes);
    if (!r) {
        page_bytes_free(bytes);
        return NULL;
    }
    if (!add_coding(r, gzip, p->gzip != NULL) || !add_headers(h, a, r)) {
        MHD_destroy_response(r);
        return NULL;
    }
    if (kept)
        page_answer_keep(kept, a, r, drop_response);
    return r;
}

/* As from_page; what is sent once is compressed when it is worth it. */
static struct MHD_Response *from_body(const struct http_server *h,
                                      struct http_answer *a, bool gzip)
{
    const bool varies =
        a->body.len > GZIP_WORTH && accept_is_text(a->type) && h->gzip;
    struct buffer small = {0};
    struct MHD_Response *r;

    gzip = gzip && varies &&
           gzip_add(h->gzip, a->body.data, a->body.len, &small) == ST_OK;
    if (gzip) {
        buffer_free(&a->body);
        a->body = small;
    } else {
        buffer_free(&small);
    }
    r = MHD_create_response_from_buffer(a->body.len, a->body.data,
                                        MHD_RESPMEM_MUST_FREE);
    if (!r)
        return NULL;
    a->body = (struct buffer){0};
    if (!add_coding(r, gzip, varies) || !add_headers(h, a, r)) {
        MHD_destroy_response(r);
        return NULL;
    }
    return r;
}

/* Takes the answer's body or page. */
static enum MHD_Result send_answer(struct connection *c, struct http_answer *a)
{
    const struct http_server *h = c->server;
    const bool page = a->page != NULL;
    struct MHD_Response *r = page ? from_page(h, a, c->exchange.gzip)
                                  : from_body(h, a, c->exchange.gzip);
    enum MHD_Result rc = MHD_NO;

    c->sending = true;
    c->server->sending++;
    if (r)
        rc = MHD_queue_response(c->theirs, a->status, r);
    if (r && !(page && page_keeps(a->page, h->number)))
        MHD_destroy_response(r);
    http_page_free(&a->page);
    buffer_free(&a->body);
    return rc;
}

/* ---- requests ---- */

static enum MHD_Result answer_request(struct connection *c)
{
    struct http_answer a;
    struct http_later *l = c->later;
    enum MHD_Result rc;

    if (l) {
        rc = send_answer(c, &l->answer);
        c->later = NULL;
        later_drop(l);
        return rc;
    }
    exchange_answer(&c->exchange, c, &a);
    exchange_end(&c->exchange);
    return c->asked ? MHD_YES : send_answer(c, &a);
}

/* Called when the headers are there, for each part of the body, at the end, and
 * again when a suspended connection was resumed.  An answer at the first call
 * ends the connection, which is right where a body follows that we do not want
 * to read, and a waste elsewhere. */
static enum MHD_Result serve(void *cls, struct MHD_Connection *theirs,
                             const char *path, const char *method,
                             const char *version, const char *upload,
                             size_t *upload_size, void **context)
{
    struct http_server *h = cls;
    struct connection *c = *context;

    (void)version;
    if (!c)
        return MHD_NO;
    if (!c->judged) {
        c->judged = true;
        exchange_begin(&c->exchange, &h->site, method, path);
        c->exchange.head_size = ASK(theirs, REQUEST_HEADER_SIZE)->header_size;
        MHD_get_connection_values(theirs, MHD_HEADER_KIND, take_header,
                                  &c->exchange);
        return exchange_reads(&c->exchange) ? MHD_YES : answer_request(c);
    }
    if (*upload_size) {
        const bool more = exchange_take(&c->exchange, upload, *upload_size);

        *upload_size = 0;
        return more ? MHD_YES : MHD_NO;
    }
    return answer_request(c);
}

/* ---- the daemon ---- */

enum status daemon_start(struct http_server *h, unsigned connections,
                         const struct tls_files *tls)
{
    const struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, tls ? tls->certificate.data : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, tls ? tls->key.data : NULL},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (char[]){TLS_PRIORITIES}},
        {h->mutual_tls ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
         tls ? tls->clients.data : NULL},
        {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    h->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0), 0,
        NULL, NULL, serve, h, MHD_OPTION_LISTEN_SOCKET, h->listener.fd,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_NOTIFY_CONNECTION, notice_connection, h,
        MHD_OPTION_NOTIFY_COMPLETED, notice_answered, h,
        MHD_OPTION_URI_LOG_CALLBACK, begin_request, h,
        MHD_OPTION_UNESCAPE_CALLBACK, decode_text, h,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY,
        tls ? secure : none, MHD_OPTION_END);
    return h->daemon ? ST_OK : ST_IO;
}

void daemon_stop(struct http_server *h)
{
    MHD_stop_daemon(h->daemon);
}

int daemon_fd(const struct http_server *h)
{
    return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int daemon_wait(const struct http_server *h)
{
    MHD_UNSIGNED_LONG_LONG ms;

    if (MHD_get_timeout(h->daemon, &ms) != MHD_YES)
        return -1;
    return ms < 1000 ? (int)ms : 1000;
}

void daemon_run(struct http_server *h)
{
    MHD_run(h->daemon);
}

void daemon_suspend(struct connection *c)
{
    MHD_suspend_connection(c->theirs);
}

void daemon_resume(struct connection *c)
{
    MHD_resume_connection(c->theirs);
}
