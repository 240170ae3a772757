/* http.c - the loop of the HTTP server: see collector/http.h.
 *
 * The library runs inside a loop of ours, in one thread, because its own idea
 * of a timeout begins anew with every byte.  A connection that ran out of time
 * has its socket shut down, and the library then closes it.  One whose request
 * was deferred is suspended: it costs its memory and nothing else until the
 * answer comes.
 */
#include "collector/http.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define QUICK           4    /* of gzip, for what is sent once */
#define LAST_ANSWERS_MS 1000 /* time to take them, at the end */

/* A kept connection that asks for nothing more is not late, it is done. */
static void end_late(struct http_server *h)
{
    const int64_t now = deadline_now();
    struct deadline *d;

    while ((d = deadline_late(&h->deadlines, now)) != NULL) {
        struct connection *c = (struct connection *)d;

        if (c->begun || !c->answered)
            atomic_fetch_add(&h->site.late, 1);
        shutdown(c->fd, SHUT_RDWR);
        deadline_begin(&h->deadlines, d, now);
    }
}

/* ---- deferred requests ---- */

struct http_later *http_defer(const struct http_request *r)
{
    struct connection *c = r->exchange;
    struct http_later *l = calloc(1, sizeof *l);

    assert(!c->asked);
    if (!l)
        return NULL;
    l->list = &c->server->later;
    l->connection = c;
    c->asked = l;
    c->server->deferred++;
    deadline_end(&c->server->deadlines, &c->time);
    daemon_suspend(c);
    return l;
}

static void take_answers(struct http_server *h)
{
    const int64_t now = deadline_now();
    struct http_later *next;

    for (struct http_later *l = later_take(&h->later); l; l = next) {
        struct connection *c = l->connection;

        next = l->next;
        c->asked = NULL;
        c->later = l;
        h->deferred--;
        deadline_begin(&h->deadlines, &c->time, now);
        daemon_resume(c);
    }
}

/* ---- the loop ---- */

static int sooner(int64_t a, int64_t b)
{
    if (a < 0 || (b >= 0 && b < a))
        return (int)b;
    return (int)a;
}

/* It ends when it was told to and the last answers were sent, or nobody took
 * them. */
static void *run(void *arg)
{
    struct http_server *h = arg;
    struct pollfd ready[] = {{.fd = h->later.wake, .events = POLLIN},
                             {.fd = daemon_fd(h), .events = POLLIN}};
    int64_t ends = -1;
    sigset_t pipe;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    for (;;) {
        const int64_t now = deadline_now();
        int64_t ms = deadline_left(&h->deadlines, now);

        if (ends >= 0 && (h->sending + h->deferred == 0 || now >= ends))
            return NULL;
        if (ends >= 0)
            ms = sooner(ms, ends - now);
        (void)poll(ready, 2, sooner(ms, daemon_wait(h)));
        if (ready[0].revents)
            take_answers(h);
        daemon_run(h);
        end_late(h);
        if (ends < 0 && atomic_load(&h->stop))
            ends = now + LAST_ANSWERS_MS;
    }
}

/* ---- start and stop ---- */

static enum status load_tls(const struct http_options *o, struct tls_files *tls,
                            struct err *err)
{
    if (!o->tls_certificate && (o->tls_key || o->tls_clients))
        return err_set(err, ST_INVALID, "%s: TLS without a certificate",
                       o->address);
    if (!o->tls_certificate)
        return ST_OK;
    if (!o->tls_key)
        return err_set(err, ST_INVALID, "%s: a certificate without its key",
                       o->tls_certificate);
    return tls_load(o->tls_certificate, o->tls_key, o->tls_clients, tls, err);
}

static enum status prepare(const struct http_options *o, struct http_server *h)
{
    static _Atomic uint64_t servers;
    enum status st = later_open(&h->later);

    if (st != ST_OK) {
        h->later.wake = -1;
        return st;
    }
    h->number = atomic_fetch_add(&servers, 1) + 1;
    h->site.routes = o->routes;
    h->site.count = o->count;
    h->site.missing = o->missing;
    h->site.missing_ctx = o->missing_ctx;
    h->headers = o->headers;
    h->header_count = o->header_count;
    h->mutual_tls = o->tls_clients != NULL;
    h->deadlines.ms = o->deadline_ms;
    return gzip_new(QUICK, &h->gzip);
}

static enum status begin(const struct http_options *o, struct http_server *h,
                         struct err *err)
{
    struct tls_files tls = {0};
    enum status st = load_tls(o, &tls, err);

    if (st == ST_OK)
        st = listen_at(o->address, o->loopback, &h->listener, err);
    if (st != ST_OK)
        goto done;
    st = daemon_start(h, o->connections, tls.certificate.data ? &tls : NULL);
    if (st == ST_OK && pthread_create(&h->thread, NULL, run, h) != 0)
        st = ST_IO;
    if (st != ST_OK)
        err_set(err, st, "%s: can not start the server", o->address);
done:
    tls_files_free(&tls);
    return st;
}

static void end(struct http_server **h)
{
    struct http_server *s = *h;

    listen_forget(&s->listener);
    if (s->daemon)
        daemon_stop(s);
    else if (s->listener.fd >= 0)
        close(s->listener.fd);
    if (s->later.wake >= 0)
        later_close(&s->later);
    gzip_free(&s->gzip);
    free(s);
    *h = NULL;
}

enum status http_start(const struct http_options *o, struct http_server **out,
                       struct err *err)
{
    struct http_server *h = calloc(1, sizeof *h);
    enum status st;

    assert(o->connections > 0 && o->deadline_ms > 0);
    if (!h)
        return err_set(err, ST_NOMEM, "out of memory");
    h->listener.fd = -1;
    st = prepare(o, h);
    st = st == ST_OK
             ? begin(o, h, err)
             : err_set(err, st, "%s: can not start the server", o->address);
    if (st == ST_OK)
        *out = h;
    else
        end(&h);
    return st;
}

void http_drain(struct http_server *h)
{
    atomic_store(&h->site.draining, true);
}

void http_stop(struct http_server **h)
{
    if (!*h)
        return;
    http_drain(*h);
    atomic_store(&(*h)->stop, true);
    later_wake(&(*h)->later);
    pthread_join((*h)->thread, NULL);
    assert((*h)->deferred == 0);
    end(h);
}

unsigned http_port(const struct http_server *h)
{
    return h->listener.port;
}

void http_counts(const struct http_server *h, struct http_counts *out)
{
    *out = (struct http_counts){.requests = atomic_load(&h->site.requests),
                                .oversize = atomic_load(&h->site.oversize),
                                .late = atomic_load(&h->site.late),
                                .bad = atomic_load(&h->site.bad)};
}
