/* http.c - see collector/http.h.  The one file that knows libmicrohttpd.
 *
 * The library runs inside a loop of ours, in one thread, because its own idea
 * of a timeout begins anew with every byte.  Connections stand in a list in the
 * order in which their time began, so the next to run out is the first; one
 * that ran out has its socket shut down, and the library then closes it.
 */
#include "collector/http.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "listen.h"

struct connection {
    struct connection *before, *after;
    int64_t since; /* ms */
    int fd;
};

struct http_server {
    struct MHD_Daemon *daemon;
    const struct http_route *routes;
    size_t count;
    int deadline_ms;
    unsigned port;
    int stop; /* eventfd: readable when the thread is to end */
    pthread_t thread;
    struct connection *first, *last;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- connections and their time ---- */

static void unlink_connection(struct http_server *h, struct connection *c)
{
    if (c->before)
        c->before->after = c->after;
    else
        h->first = c->after;
    if (c->after)
        c->after->before = c->before;
    else
        h->last = c->before;
}

static void begin_time(struct http_server *h, struct connection *c)
{
    c->since = now_ms();
    c->before = h->last;
    c->after = NULL;
    if (h->last)
        h->last->after = c;
    else
        h->first = c;
    h->last = c;
}

static int fd_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_CONNECTION_FD)
        ->connect_fd;
}

static void notice_connection(void *cls, struct MHD_Connection *connection,
                              void **context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct http_server *h = cls;
    struct connection *c = *context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        c = calloc(1, sizeof *c);
        *context = c;
        if (c) {
            c->fd = fd_of(connection);
            begin_time(h, c);
        } else { /* it could stay for ever */
            shutdown(fd_of(connection), SHUT_RDWR);
        }
    } else if (c) {
        unlink_connection(h, c);
        free(c);
        *context = NULL;
    }
}

static void notice_answered(void *cls, struct MHD_Connection *connection,
                            void **context,
                            enum MHD_RequestTerminationCode code)
{
    struct http_server *h = cls;
    struct connection *c =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
            ->socket_context;

    (void)context;
    (void)code;
    if (c) {
        unlink_connection(h, c);
        begin_time(h, c);
    }
}

static void end_late(struct http_server *h)
{
    const int64_t now = now_ms();

    while (h->first && now - h->first->since >= h->deadline_ms) {
        struct connection *c = h->first;

        shutdown(c->fd, SHUT_RDWR);
        unlink_connection(h, c);
        begin_time(h, c);
    }
}

/* ---- requests ---- */

const char *http_query(const struct http_request *r, const char *key)
{
    return MHD_lookup_connection_value(r->exchange, MHD_GET_ARGUMENT_KIND, key);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection,
                                   struct http_answer *a, const char *allow)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        a->body.len, a->body.data, MHD_RESPMEM_MUST_FREE);
    enum MHD_Result rc;

    if (!response) {
        buffer_free(&a->body);
        return MHD_NO;
    }
    rc = MHD_add_response_header(response, "Content-Type", a->type);
    if (rc == MHD_YES && allow)
        rc = MHD_add_response_header(response, "Allow", allow);
    if (rc == MHD_YES)
        rc = MHD_queue_response(connection, a->status, response);
    MHD_destroy_response(response);
    return rc;
}

/* An answer that has no other words than its status. */
static enum MHD_Result send_status(struct MHD_Connection *connection,
                                   unsigned status, const char *text,
                                   const char *allow)
{
    struct http_answer a = {.status = status,
                            .type = "text/plain; charset=utf-8"};

    /* without memory the status goes alone */
    if (buffer_add(&a.body, text, strlen(text)) != ST_OK)
        buffer_free(&a.body);
    return send_answer(connection, &a, allow);
}

static enum MHD_Result route(const struct http_server *h,
                             struct MHD_Connection *connection,
                             const struct http_request *request)
{
    const struct http_route *found = NULL;
    struct http_answer a = {.status = 200, .type = "text/plain; charset=utf-8"};

    for (size_t i = 0; i < h->count; i++)
        if (streq(h->routes[i].path, request->path)) {
            found = &h->routes[i];
            if (streq(found->method, request->method))
                break;
        }
    if (!found)
        return send_status(connection, 404, "not found\n", NULL);
    if (!streq(found->method, request->method))
        return send_status(connection, 405, "method not allowed\n",
                           found->method);
    if (found->handler(found->ctx, request, &a) != ST_OK) {
        buffer_free(&a.body);
        return send_status(connection, 500, "internal error\n", NULL);
    }
    return send_answer(connection, &a, NULL);
}

/* Called at least twice a request, first when its headers are there.  An
 * answer given then ends the connection, which is right where a body would
 * follow that we do not read, and a waste for GET. */
static enum MHD_Result serve(void *cls, struct MHD_Connection *connection,
                             const char *path, const char *method,
                             const char *version, const char *upload,
                             size_t *upload_size, void **context)
{
    static char seen;
    const bool head = streq(method, "HEAD");
    const struct http_request request = {.method = head ? "GET" : method,
                                         .path = path,
                                         .rest = "",
                                         .head = head,
                                         .exchange = connection};

    (void)version;
    (void)upload;
    if (!*context && streq(request.method, "GET")) {
        *context = &seen;
        return MHD_YES;
    }
    if (*upload_size) { /* a body of a GET means nothing */
        *upload_size = 0;
        return MHD_YES;
    }
    return route(cls, connection, &request);
}

/* ---- the loop ---- */

/* Until the library or a deadline wants the thread; -1: only an event does. */
static int wait_ms(const struct http_server *h)
{
    MHD_UNSIGNED_LONG_LONG theirs;
    int64_t ms = -1;

    if (MHD_get_timeout(h->daemon, &theirs) == MHD_YES)
        ms = theirs < 1000 ? (int64_t)theirs : 1000;
    if (h->first) {
        int64_t left = h->first->since + h->deadline_ms - now_ms();

        if (left < 0)
            left = 0;
        if (ms < 0 || left < ms)
            ms = left;
    }
    return (int)ms;
}

static void *run(void *arg)
{
    struct http_server *h = arg;
    const int epoll =
        MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    struct pollfd ready[] = {{.fd = h->stop, .events = POLLIN},
                             {.fd = epoll, .events = POLLIN}};

    for (;;) {
        (void)poll(ready, 2, wait_ms(h));
        if (ready[0].revents)
            return NULL;
        MHD_run(h->daemon);
        end_late(h);
    }
}

/* ---- start and stop ---- */

/* The daemon takes the listening socket. */
static struct MHD_Daemon *start_daemon(struct http_server *h, int fd,
                                       unsigned connections)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, serve, h, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEADERS_MAX,
        MHD_OPTION_NOTIFY_CONNECTION, notice_connection, h,
        MHD_OPTION_NOTIFY_COMPLETED, notice_answered, h, MHD_OPTION_END);
}

enum status http_start(const struct http_options *o, struct http_server **out,
                       struct err *err)
{
    struct http_server *h = calloc(1, sizeof *h);
    enum status st;
    int fd = -1;

    assert(o->connections > 0 && o->deadline_ms > 0);
    if (!h)
        return err_set(err, ST_NOMEM, "out of memory");
    h->routes = o->routes;
    h->count = o->count;
    h->deadline_ms = o->deadline_ms;
    h->stop = eventfd(0, EFD_CLOEXEC);
    st = h->stop < 0 ? err_set(err, ST_IO, "eventfd: %s", strerror(errno))
                     : listen_at(o->address, o->loopback, &fd, err);
    if (st != ST_OK)
        goto done;
    h->port = listen_port(fd);
    h->daemon = start_daemon(h, fd, o->connections);
    if (!h->daemon || pthread_create(&h->thread, NULL, run, h) != 0)
        st = err_set(err, ST_IO, "%s: can not start the server", o->address);
    if (st == ST_OK) {
        *out = h;
        return ST_OK;
    }
done:
    if (h->daemon)
        MHD_stop_daemon(h->daemon);
    if (h->stop >= 0)
        close(h->stop);
    free(h);
    return st;
}

void http_stop(struct http_server **h)
{
    if (!*h)
        return;
    (void)eventfd_write((*h)->stop, 1);
    pthread_join((*h)->thread, NULL);
    MHD_stop_daemon((*h)->daemon);
    close((*h)->stop);
    free(*h);
    *h = NULL;
}

unsigned http_port(const struct http_server *h)
{
    return h->port;
}
