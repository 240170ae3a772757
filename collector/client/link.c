/* link.c - see collector/link.h.
 *
 * The socket's monitor tells what no send or receive can: that the connection
 * broke, that the key was turned away, that the handshake never ends well. */
#include "collector/link.h"

#include <assert.h>

#include <czmq.h>

#include "collector/client.h"

#define RECONNECT_MS     50
#define RECONNECT_MAX_MS 1000
#define HEARTBEAT_MS     2000
#define HANDSHAKE_MS     5000
/* A reply is at most a definition, from a peer whose key we know; still it
 * cannot make us allocate without end. */
#define REPLY_MAX (DEFINITION_MAX + 64 * 1024)
/* A peer that is killed in the middle of a handshake fails it too. */
#define HANDSHAKES_FAILED_MAX 5

struct link {
    zsock_t *socket;
    zsock_t *monitor;
    char *url;
    const char *peer;
    uint64_t breaks;
    bool connected;  /* since the last break, a handshake succeeded */
    unsigned failed; /* handshakes, one after the other */
    bool refused;    /* by the collector's list of keys */
};

static enum status make_monitor(struct link *l, struct err *err)
{
    const int events = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    /* A closed one's name stays taken for a moment, and its memory does not. */
    static _Atomic unsigned count;
    char name[64];

    (void)snprintf(name, sizeof name, "inproc://manyi-link-%u", count++);
    if (zmq_socket_monitor(zsock_resolve(l->socket), name, events) != 0)
        return err_set(err, ST_IO, "%s: %s", l->url, zmq_strerror(zmq_errno()));
    l->monitor = zsock_new(ZMQ_PAIR);
    /* The sending end blocks when this one is full or gone, and with it every
     * socket of the process: it may hold any number, and link_close stops it
     * first. */
    if (l->monitor)
        zsock_set_rcvhwm(l->monitor, 0);
    if (!l->monitor || zsock_connect(l->monitor, "%s", name) != 0)
        return err_set(err, ST_IO, "%s: %s", l->url, zmq_strerror(zmq_errno()));
    return ST_OK;
}

static enum status make_socket(struct link *l, const struct link_options *o,
                               struct err *err)
{
    enum status st;

    l->socket = zsock_new(ZMQ_DEALER);
    if (!l->socket)
        return err_set(err, ST_IO, "%s: %s", l->url, zmq_strerror(zmq_errno()));
    zsock_set_linger(l->socket, 0);
    zsock_set_immediate(l->socket, 1);
    zsock_set_sndhwm(l->socket, (int)o->queue);
    /* The peer throws away the replies that we do not take. */
    zsock_set_rcvhwm(l->socket, (int)o->queue);
    zsock_set_maxmsgsize(l->socket, REPLY_MAX);
    zsock_set_handshake_ivl(l->socket, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(l->socket, HEARTBEAT_MS);
    zsock_set_heartbeat_timeout(l->socket, 5 * HEARTBEAT_MS);
    zsock_set_reconnect_ivl(l->socket, RECONNECT_MS);
    zsock_set_reconnect_ivl_max(l->socket, RECONNECT_MAX_MS);
    zsock_set_curve_serverkey(l->socket, o->server_key);
    zsock_set_curve_publickey(l->socket, o->key->public_key);
    zsock_set_curve_secretkey(l->socket, o->key->secret_key);
    st = make_monitor(l, err);
    if (st == ST_OK && zsock_connect(l->socket, "%s", l->url) != 0)
        st = err_set(err, ST_INVALID, "%s: not an address to connect to",
                     l->url);
    return st;
}

enum status link_open(const struct link_options *o, struct link **out,
                      struct err *err)
{
    struct link *l;
    enum status st;

    if (!key_legal(o->server_key) || !key_legal(o->key->public_key) ||
        !key_legal(o->key->secret_key))
        return err_set(err, ST_INVALID, "%s: a key is not 40 characters of Z85",
                       o->url);
    l = calloc(1, sizeof *l);
    if (l) {
        l->peer = o->peer;
        l->url = strdup(o->url);
    }
    if (!l || !l->url)
        st = err_set(err, ST_NOMEM, "out of memory");
    else
        st = make_socket(l, o, err);
    if (st == ST_OK)
        *out = l;
    else
        link_close(&l);
    return st;
}

void link_close(struct link **l)
{
    if (!*l)
        return;
    if ((*l)->socket)
        (void)zmq_socket_monitor(zsock_resolve((*l)->socket), NULL, 0);
    zsock_destroy(&(*l)->socket);
    zsock_destroy(&(*l)->monitor);
    free((*l)->url);
    free(*l);
    *l = NULL;
}

/* An event is two frames: its number (2 bytes, in this machine's order) with a
 * value, and the address. */
static void take_events(struct link *l)
{
    zframe_t *frame;
    uint16_t event;

    while (zsock_events(l->monitor) & ZMQ_POLLIN) {
        frame = zframe_recv(l->monitor);
        if (!frame)
            return;
        event = 0;
        if (zframe_size(frame) >= sizeof event)
            memcpy(&event, zframe_data(frame), sizeof event);
        zframe_destroy(&frame);
        while (zsock_rcvmore(l->monitor)) {
            frame = zframe_recv(l->monitor);
            zframe_destroy(&frame);
        }
        if (event == ZMQ_EVENT_DISCONNECTED) {
            l->breaks++;
            l->connected = false;
        } else if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
            l->failed = 0;
            l->connected = true;
        } else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
            l->refused = true;
        } else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL ||
                   event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) {
            l->failed++;
        }
    }
}

/* The news of a break comes before the socket gives up the broken pipe: what
 * is sent in between is lost without a further word.  So POLLOUT alone does
 * not tell; a new handshake must have followed. */
bool link_up(struct link *l)
{
    take_events(l);
    return l->connected && zsock_events(l->socket) & ZMQ_POLLOUT;
}

uint64_t link_breaks(struct link *l)
{
    take_events(l);
    return l->breaks;
}

enum status link_trouble(struct link *l, struct err *err)
{
    take_events(l);
    if (l->refused) {
        l->refused = false;
        return err_set(err, ST_REFUSED, "%s: the %s does not know this key",
                       l->url, l->peer);
    }
    if (l->failed >= HANDSHAKES_FAILED_MAX) {
        l->failed = 0;
        return err_set(err, ST_REFUSED,
                       "%s: no handshake: the server key is not the "
                       "%s's, or that is no %s",
                       l->url, l->peer, l->peer);
    }
    return ST_OK;
}

enum status link_send(struct link *l, const void *data, size_t len,
                      struct err *err)
{
    if (zmq_send(zsock_resolve(l->socket), data, len, ZMQ_DONTWAIT) >= 0)
        return ST_OK;
    if (zmq_errno() == EAGAIN || zmq_errno() == EINTR)
        return ST_BUSY;
    return err_set(err, ST_IO, "%s: %s", l->url, zmq_strerror(zmq_errno()));
}

/* A reply is one frame; one of several is nobody's. */
static enum status take_frame(struct link *l, struct buffer *out,
                              struct err *err)
{
    zframe_t *frame = zframe_recv(l->socket);
    bool more = false;
    enum status st;

    if (!frame)
        return ST_BUSY;
    out->len = 0;
    st = buffer_add(out, zframe_data(frame), zframe_size(frame));
    zframe_destroy(&frame);
    while (zsock_rcvmore(l->socket)) {
        more = true;
        frame = zframe_recv(l->socket);
        zframe_destroy(&frame);
    }
    if (st != ST_OK)
        return err_set(err, st, "out of memory");
    return more ? ST_BUSY : ST_OK;
}

enum status link_take(struct link *l, struct buffer *out, struct err *err)
{
    return zsock_events(l->socket) & ZMQ_POLLIN ? take_frame(l, out, err)
                                                : ST_BUSY;
}

enum status link_wait(struct link *l, struct link_fds fds, int64_t ms,
                      bool *readable, struct err *err)
{
    zmq_pollitem_t items[2 + SENDER_FDS_MAX] = {{0}};
    size_t n = 0;
    bool any = false;

    assert(fds.count <= SENDER_FDS_MAX);
    for (size_t i = 0; i < fds.count; i++)
        items[n++] = (zmq_pollitem_t){NULL, fds.fd[i], ZMQ_POLLIN, 0};
    if (l) {
        items[n++].socket = zsock_resolve(l->socket);
        items[n++].socket = zsock_resolve(l->monitor);
        items[n - 1].events = items[n - 2].events = ZMQ_POLLIN;
    }
    if (zmq_poll(items, (int)n, (long)ms) < 0) {
        if (zmq_errno() != EINTR)
            return err_set(err, ST_IO, "%s: %s", l ? l->url : "poll",
                           zmq_strerror(zmq_errno()));
        return ST_OK;
    }
    for (size_t i = 0; i < fds.count; i++)
        any |= items[i].revents != 0;
    *readable |= any;
    return ST_OK;
}
