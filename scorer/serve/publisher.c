/* publisher.c - see publisher.h. */
#include "publisher.h"

#include <stdlib.h>

#include <czmq.h>

#include "collector/address.h"
#include "collector/log.h"
#include "collector/queue.h"
#include "collector/zap.h"

enum {
    UNREAD = 1000,           /* messages that a subscriber may leave */
    SUBSCRIPTION_MAX = 4096, /* bytes; a handshake passes too */
    A_TURN = 1000,
    HANDSHAKE_MS = 5000,
    HEARTBEAT_MS = 5000,
    LINGER_MS = 1000,
    RELOADS = 16
};

struct publisher {
    zsock_t *socket;
    struct key_pair key;
    char *url; /* with the port it got */
    struct clients *clients;
    struct queue *reloads; /* of struct clients */
};

static enum status bind_socket(struct publisher *p, const char *url,
                               struct err *err)
{
    zsock_t *s = p->socket = zsock_new(ZMQ_XPUB);

    if (!s)
        return err_set(err, ST_IO, "%s: %s", url, zmq_strerror(zmq_errno()));
    zsock_set_xpub_manual(s, 1);
    zsock_set_xpub_verbose(s, 1); /* each subscriber is asked by itself */
    zsock_set_sndhwm(s, UNREAD);
    zsock_set_maxmsgsize(s, SUBSCRIPTION_MAX);
    zsock_set_handshake_ivl(s, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(s, HEARTBEAT_MS);
    zsock_set_heartbeat_timeout(s, 3 * HEARTBEAT_MS);
    zsock_set_heartbeat_ttl(s, 3 * HEARTBEAT_MS);
    zsock_set_linger(s, LINGER_MS);
    zsock_set_zap_domain(s, ZAP_DOMAIN);
    zsock_set_zap_enforce_domain(s, 1);
    zsock_set_curve_server(s, 1);
    zsock_set_curve_publickey(s, p->key.public_key);
    zsock_set_curve_secretkey(s, p->key.secret_key);
    if (zsock_bind(s, "%s", url) < 0)
        return err_set(err, zmq_errno() == EADDRINUSE ? ST_BUSY : ST_INVALID,
                       "publish: %s: %s", url, zmq_strerror(zmq_errno()));
    return ST_OK;
}

enum status publisher_open(const struct publisher_options *o,
                           struct publisher **out, struct err *err)
{
    struct publisher *p = calloc(1, sizeof *p);
    struct clients *share = o->clients;
    enum status st = ST_NOMEM;

    if (!p) {
        clients_free(&share);
        return st;
    }
    p->key = *o->key;
    p->clients = share;
    st = queue_new(RELOADS, &p->reloads);
    if (st == ST_OK && !address_legal(o->url, true))
        st =
            err_set(err, ST_INVALID, "publish: '%s' is not an address", o->url);
    if (st == ST_OK)
        st = bind_socket(p, o->url, err);
    if (st == ST_OK && !(p->url = strdup(zsock_endpoint(p->socket))))
        st = ST_NOMEM;
    if (st == ST_OK)
        *out = p;
    else
        publisher_close(&p);
    return st;
}

void publisher_close(struct publisher **p)
{
    struct clients *c;

    if (!*p)
        return;
    while ((*p)->reloads && (c = queue_pop((*p)->reloads, 0)) != NULL)
        clients_free(&c);
    queue_free(&(*p)->reloads);
    clients_free(&(*p)->clients);
    zsock_destroy(&(*p)->socket);
    explicit_bzero(&(*p)->key, sizeof(*p)->key);
    free((*p)->url);
    free(*p);
    *p = NULL;
}

const char *publisher_url(const struct publisher *p)
{
    return p->url;
}

void publisher_clients(struct publisher *p, struct clients *c)
{
    if (!queue_push(p->reloads, c))
        clients_free(&c); /* sixteen wait: one more tells nothing new */
}

/* ---- who may listen ---- */

static bool may_listen(const struct publisher *p, const char *user)
{
    const struct client *c = user ? clients_find(p->clients, user) : NULL;

    return c && (c->types & 1u << RIGHT_ASK) && c->role == ROLE_ANALYST &&
           c->scopes == 0;
}

/* 1 and a topic: wanted; 0: no longer.  The option goes to the peer that was
 * read last. */
static void take(struct publisher *p, zframe_t *frame)
{
    const size_t len = zframe_size(frame);
    const uint8_t *data = zframe_data(frame);

    if (len < 1 || data[0] > 1)
        return;
    if (data[0] == 1 && !may_listen(p, zframe_meta(frame, "User-Id"))) {
        log_event(LEVEL_WARN, "subscription_refused", NULL);
        return;
    }
    (void)zmq_setsockopt(zsock_resolve(p->socket),
                         data[0] ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, data + 1,
                         len - 1);
}

static void reload(struct publisher *p)
{
    struct err err = {"out of memory"};
    struct clients *c;
    bool changed = false;

    while ((c = queue_pop(p->reloads, 0)) != NULL) {
        clients_free(&p->clients);
        p->clients = c;
        changed = true;
    }
    if (p->socket && !changed)
        return;
    zsock_destroy(&p->socket);
    if (bind_socket(p, p->url, &err) != ST_OK) /* is tried again */
        zsock_destroy(&p->socket);
}

void publisher_turn(struct publisher *p)
{
    reload(p);
    for (int i = 0;
         p->socket && i < A_TURN && (zsock_events(p->socket) & ZMQ_POLLIN);
         i++) {
        zframe_t *frame = zframe_recv(p->socket);

        if (!frame)
            return;
        take(p, frame);
        zframe_destroy(&frame);
    }
}

void publisher_send(struct publisher *p, const char *topic,
                    const struct buffer *message)
{
    zframe_t *head, *body;

    if (!p->socket)
        return;
    head = zframe_new(topic, strlen(topic));
    body = zframe_new(message->data, message->len);
    if (head && body &&
        zframe_send(&head, p->socket, ZFRAME_MORE | ZFRAME_DONTWAIT) == 0)
        (void)zframe_send(&body, p->socket, ZFRAME_DONTWAIT);
    zframe_destroy(&head);
    zframe_destroy(&body);
}
