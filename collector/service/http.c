/* http.c - see collector/http.h.  The one file that knows libmicrohttpd.
 *
 * The library runs inside a loop of ours, in one thread, because its own idea
 * of a timeout begins anew with every byte.  Connections stand in a list in the
 * order in which their time began, so the next to run out is the first; one
 * that ran out has its socket shut down, and the library then closes it.
 */
#include "collector/http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define HEADERS_MAX (16 * 1024)
#define BACKLOG     4096

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
    return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND,
                                       key);
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

static enum MHD_Result serve(void *cls, struct MHD_Connection *connection,
                             const char *path, const char *method,
                             const char *version, const char *upload,
                             size_t *upload_size, void **context)
{
    const struct http_server *h = cls;
    const struct http_request request = {streq(method, "HEAD") ? "GET" : method,
                                         path, connection};
    const struct http_route *route = NULL;
    struct http_answer a = {.status = 200, .type = "text/plain; charset=utf-8"};

    (void)version;
    (void)upload;
    (void)upload_size;
    (void)context;
    for (size_t i = 0; i < h->count; i++)
        if (streq(h->routes[i].path, path)) {
            route = &h->routes[i];
            if (streq(route->method, request.method))
                break;
        }
    if (!route)
        return send_status(connection, 404, "not found\n", NULL);
    if (!streq(route->method, request.method))
        return send_status(connection, 405, "method not allowed\n",
                           route->method);
    if (route->handler(route->ctx, &request, &a) != ST_OK) {
        buffer_free(&a.body);
        return send_status(connection, 500, "internal error\n", NULL);
    }
    return send_answer(connection, &a, NULL);
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

static bool is_loopback(const struct sockaddr *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;

    if (address->sa_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static struct addrinfo *parse_address(const char *text)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;

    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof host || !colon[1])
        return NULL;
    memcpy(host, text, len);
    host[len] = '\0';
    return getaddrinfo(host, colon + 1, &hints, &found) == 0 ? found : NULL;
}

static int bind_socket(const struct addrinfo *where)
{
    const int on = 1;
    const int fd =
        socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, where->ai_addr, where->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

static enum status listen_at(const struct http_options *o, int *out,
                             struct err *err)
{
    struct addrinfo *where = parse_address(o->address);
    enum status st = ST_OK;
    int fd;

    if (!where)
        return err_set(err, ST_INVALID,
                       "%s: is not an address and a port in numbers",
                       o->address);
    if (o->loopback && !is_loopback(where->ai_addr)) {
        st = err_set(err, ST_REFUSED, "%s: is not a loopback address",
                     o->address);
        goto done;
    }
    fd = bind_socket(where);
    if (fd < 0)
        st = err_set(err, ST_IO, "%s: %s", o->address, strerror(errno));
    else
        *out = fd;
done:
    freeaddrinfo(where);
    return st;
}

static unsigned port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {0};
    socklen_t len = sizeof name;

    if (getsockname(fd, &name.any, &len) != 0)
        return 0;
    return ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port
                                               : name.v6.sin6_port);
}

/* The daemon takes the listening socket. */
static struct MHD_Daemon *start_daemon(struct http_server *h, int fd,
                                       unsigned connections)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, serve, h, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
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
                     : listen_at(o, &fd, err);
    if (st != ST_OK)
        goto done;
    h->port = port_of(fd);
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
