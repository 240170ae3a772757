/* door.c - see collector/door.h. */
#include "collector/door.h"

#include <assert.h>

#include <czmq.h>

#include "base/limits.h"
#include "collector/address.h"
#include "collector/zap.h"

#define UNREAD_MESSAGES 2 /* a peer's, in our memory */
#define HANDSHAKE_MS    5000
#define HEARTBEAT_MS    5000
#define LINGER_MS       1000

struct door {
    zsock_t *socket;
    zsock_t *monitor;
    struct metric *connected, *failed;
    int64_t connections;
};

struct parcel {
    zframe_t *from, *body;
};

static enum status make_monitor(struct door *d, struct err *err)
{
    const int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
                       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
    char name[64];

    (void)snprintf(name, sizeof name, "inproc://manyi-door-%p", (void *)d);
    if (zmq_socket_monitor(zsock_resolve(d->socket), name, events) == 0)
        d->monitor = zsock_new(ZMQ_PAIR);
    /* The sending end blocks when this one is full or gone, and with it every
     * socket of the process: it may hold any number, and door_close stops it
     * first. */
    if (d->monitor)
        zsock_set_rcvhwm(d->monitor, 0);
    if (!d->monitor || zsock_connect(d->monitor, "%s", name) != 0)
        return err_set(err, ST_IO, "monitor: %s", zmq_strerror(zmq_errno()));
    return ST_OK;
}

static void set_limits(zsock_t *s, size_t unread)
{
    zsock_set_rcvhwm(s, UNREAD_MESSAGES);
    zsock_set_sndhwm(s, (int)unread);
    zsock_set_router_mandatory(s, 1); /* else what is lost is not told */
    zsock_set_maxmsgsize(s, MESSAGE_MAX);
    zsock_set_handshake_ivl(s, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(s, HEARTBEAT_MS);
    zsock_set_heartbeat_timeout(s, 3 * HEARTBEAT_MS);
    zsock_set_heartbeat_ttl(s, 3 * HEARTBEAT_MS);
    zsock_set_linger(s, LINGER_MS);
}

static enum status make_socket(struct door *d, const struct door_options *o,
                               struct err *err)
{
    d->socket = zsock_new(ZMQ_ROUTER);
    if (!d->socket)
        return err_set(err, ST_IO, "%s: %s", o->url, zmq_strerror(zmq_errno()));
    set_limits(d->socket, o->unread);
    zsock_set_zap_domain(d->socket, ZAP_DOMAIN);
    zsock_set_zap_enforce_domain(d->socket, 1);
    zsock_set_curve_server(d->socket, 1);
    zsock_set_curve_publickey(d->socket, o->key->public_key);
    zsock_set_curve_secretkey(d->socket, o->key->secret_key);
    return make_monitor(d, err);
}

enum status door_open(const struct door_options *o, struct door **out,
                      struct err *err)
{
    const char *url = o->url;
    struct door *d;
    enum status st;

    if (!key_legal(o->key->public_key) || !key_legal(o->key->secret_key))
        return err_set(err, ST_INVALID, "a key is not 40 characters of Z85");
    if (!address_legal(url, true))
        return err_set(err, ST_INVALID,
                       "listen: '%s' is not an address (tcp://HOST:PORT)", url);
    d = calloc(1, sizeof *d);
    if (!d)
        return err_set(err, ST_NOMEM, "out of memory");
    d->connected = o->connections;
    d->failed = o->failed;
    st = make_socket(d, o, err);
    if (st == ST_OK && zsock_bind(d->socket, "%s", url) < 0)
        st = err_set(err, zmq_errno() == EADDRINUSE ? ST_BUSY : ST_INVALID,
                     "listen: %s: %s", url,
                     zmq_errno() == ENODEV ? "no address of this machine"
                                           : zmq_strerror(zmq_errno()));
    if (st == ST_OK)
        *out = d;
    else
        door_close(&d);
    return st;
}

void door_close(struct door **d)
{
    if (!*d)
        return;
    if ((*d)->monitor)
        (void)zmq_socket_monitor(zsock_resolve((*d)->socket), NULL, 0);
    zsock_destroy(&(*d)->socket);
    zsock_destroy(&(*d)->monitor);
    free(*d);
    *d = NULL;
}

const char *door_url(const struct door *d)
{
    return zsock_endpoint(d->socket);
}

/* An event is two frames: its number (2 bytes, in this machine's order) with a
 * value, and an address. */
static uint16_t next_event(zsock_t *monitor)
{
    zframe_t *frame = zframe_recv(monitor);
    uint16_t event = 0;
    bool more = frame && zframe_more(frame);

    if (frame && zframe_size(frame) >= sizeof event)
        memcpy(&event, zframe_data(frame), sizeof event);
    zframe_destroy(&frame);
    while (more) {
        frame = zframe_recv(monitor);
        more = frame && zframe_more(frame);
        zframe_destroy(&frame);
    }
    return event;
}

static void watch(struct door *d)
{
    while (zsock_events(d->monitor) & ZMQ_POLLIN) {
        switch (next_event(d->monitor)) {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            d->connections++;
            break;
        case ZMQ_EVENT_DISCONNECTED:
            d->connections -= d->connections > 0;
            break;
        default:
            metric_add(d->failed, 1);
        }
    }
    metric_set(d->connected, d->connections);
}

void door_wait(struct door *d, const int *fd, size_t fds, bool listen, int ms)
{
    zmq_pollitem_t items[DOOR_FDS_MAX + 2] = {{0}};
    size_t n = 0;

    assert(fds <= DOOR_FDS_MAX);
    for (size_t i = 0; i < fds; i++)
        items[n++].fd = fd[i];
    items[n++].socket = zsock_resolve(d->monitor);
    if (listen)
        items[n++].socket = zsock_resolve(d->socket);
    for (size_t i = 0; i < n; i++)
        items[i].events = ZMQ_POLLIN;
    if (zmq_poll(items, (int)n, ms) > 0) /* else a signal for somebody else */
        watch(d);
}

static void drop_rest(zsock_t *socket, zframe_t *last)
{
    bool more = zframe_more(last);

    while (more) {
        zframe_t *frame = zframe_recv(socket);

        more = frame && zframe_more(frame);
        zframe_destroy(&frame);
    }
}

bool door_receive(struct door *d, struct parcel **out)
{
    struct parcel *p;

    if (!(zsock_events(d->socket) & ZMQ_POLLIN))
        return false;
    p = calloc(1, sizeof *p);
    if (!p)
        return false; /* later, perhaps */
    p->from = zframe_recv(d->socket);
    if (!p->from) {
        free(p);
        return false;
    }
    p->body = zframe_more(p->from) ? zframe_recv(d->socket) : NULL;
    if (p->body && zframe_more(p->body)) {
        drop_rest(d->socket, p->body);
        zframe_destroy(&p->body);
    }
    *out = p;
    return true;
}

const char *parcel_user(const struct parcel *p)
{
    return p->body ? zframe_meta(p->body, "User-Id") : NULL;
}

const uint8_t *parcel_data(const struct parcel *p, size_t *len)
{
    *len = p->body ? zframe_size(p->body) : 0;
    return p->body ? zframe_data(p->body) : NULL;
}

void parcel_free(struct parcel **p)
{
    if (!*p)
        return;
    zframe_destroy(&(*p)->from);
    zframe_destroy(&(*p)->body);
    free(*p);
    *p = NULL;
}

bool door_send(struct door *d, const struct parcel *to,
               const struct buffer *reply)
{
    const int flags = ZFRAME_REUSE | ZFRAME_DONTWAIT;
    zframe_t *from = to->from;
    void *socket = zsock_resolve(d->socket);

    return zframe_send(&from, d->socket, flags | ZFRAME_MORE) == 0 &&
           zmq_send(socket, reply->data, reply->len, ZMQ_DONTWAIT) >= 0;
}
