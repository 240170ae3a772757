/* door.c - see door.h. */
#include "door.h"

#include "base/limits.h"
#include "collector/address.h"
#include "collector/zap.h"
#include "counters.h"

#define UNREAD_MESSAGES 2   /* a peer's, in our memory */
#define UNREAD_REPLIES  100 /* a peer's, small ones */
#define HANDSHAKE_MS    5000
#define HEARTBEAT_MS    5000
#define LINGER_MS       1000

struct door {
    zsock_t *socket;
    zsock_t *monitor;
    int64_t connections;
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

static void set_limits(zsock_t *s)
{
    zsock_set_rcvhwm(s, UNREAD_MESSAGES);
    zsock_set_sndhwm(s, UNREAD_REPLIES);
    zsock_set_maxmsgsize(s, MESSAGE_MAX);
    zsock_set_handshake_ivl(s, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(s, HEARTBEAT_MS);
    zsock_set_heartbeat_timeout(s, 3 * HEARTBEAT_MS);
    zsock_set_heartbeat_ttl(s, 3 * HEARTBEAT_MS);
    zsock_set_linger(s, LINGER_MS);
}

static enum status make_socket(struct door *d, const char *url,
                               const struct key_pair *key, struct err *err)
{
    d->socket = zsock_new(ZMQ_ROUTER);
    if (!d->socket)
        return err_set(err, ST_IO, "%s: %s", url, zmq_strerror(zmq_errno()));
    set_limits(d->socket);
    zsock_set_zap_domain(d->socket, ZAP_DOMAIN);
    zsock_set_zap_enforce_domain(d->socket, 1);
    zsock_set_curve_server(d->socket, 1);
    zsock_set_curve_publickey(d->socket, key->public_key);
    zsock_set_curve_secretkey(d->socket, key->secret_key);
    return make_monitor(d, err);
}

enum status door_open(const char *url, const struct key_pair *key,
                      struct door **out, struct err *err)
{
    struct door *d;
    enum status st;

    if (!key_legal(key->public_key) || !key_legal(key->secret_key))
        return err_set(err, ST_INVALID, "a key is not 40 characters of Z85");
    if (!address_legal(url, true))
        return err_set(err, ST_INVALID,
                       "listen: '%s' is not an address (tcp://HOST:PORT)", url);
    d = calloc(1, sizeof *d);
    if (!d)
        return err_set(err, ST_NOMEM, "out of memory");
    st = make_socket(d, url, key, err);
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

void *door_socket(struct door *d)
{
    return zsock_resolve(d->socket);
}

void *door_monitor(struct door *d)
{
    return zsock_resolve(d->monitor);
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

void door_watch(struct door *d)
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
            metric_add(&counters.handshakes[HANDSHAKE_FAILED], 1);
        }
    }
    metric_set(&counters.connections, d->connections);
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

bool door_receive(struct door *d, zframe_t **routing, zframe_t **body)
{
    if (!(zsock_events(d->socket) & ZMQ_POLLIN))
        return false;
    *routing = zframe_recv(d->socket);
    if (!*routing)
        return false;
    *body = zframe_more(*routing) ? zframe_recv(d->socket) : NULL;
    if (*body && zframe_more(*body)) {
        drop_rest(d->socket, *body);
        zframe_destroy(body);
    }
    return true;
}

const char *door_user(zframe_t *body)
{
    return zframe_meta(body, "User-Id");
}

void door_send(struct door *d, zframe_t **routing, const struct buffer *reply)
{
    zframe_t *frame = zframe_new(reply->data, reply->len);

    if (frame && zframe_send(routing, d->socket, ZFRAME_MORE) == 0)
        (void)zframe_send(&frame, d->socket, 0);
    zframe_destroy(&frame);
    zframe_destroy(routing);
}
