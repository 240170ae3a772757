/* peer.h - the other end of the wire in tests of the sender: a ROUTER with
 * CURVE that answers what it is told to.  It makes the answers that a real
 * collector gives only in trouble; whole programs are tested in tests/flow.
 * It lives in the test's own thread, which lets it look at what came, or in one
 * beside it while the test waits. */
#ifndef TESTS_CLIENT_PEER_H
#define TESTS_CLIENT_PEER_H

#include "samples.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <czmq.h>

struct peer;
struct wire_request;
typedef void peer_fn(struct peer *p, const struct wire_request *request,
                     struct buffer *out);

struct peer {
    zsock_t *socket;
    struct key_pair key;
    char url[64];
    size_t seen;    /* messages that came */
    uint64_t batch; /* of the last of them */
    /* while it answers by itself */
    pthread_t thread;
    peer_fn *fn;
    atomic_bool stop;
};

static inline void peer_open(struct peer *p)
{
    zsys_handler_set(NULL);
    if (!p->key.public_key[0])
        assert_int_equal(key_make(&p->key), ST_OK);
    p->socket = zsock_new(ZMQ_ROUTER);
    zsock_set_curve_server(p->socket, 1);
    zsock_set_curve_publickey(p->socket, p->key.public_key);
    zsock_set_curve_secretkey(p->socket, p->key.secret_key);
    zsock_set_linger(p->socket, 0);
    /* a path, not a port that somebody else may get while nobody listens */
    (void)snprintf(p->url, sizeof p->url, "ipc://peer-%p", (void *)p);
    assert_int_equal(zsock_bind(p->socket, "%s", p->url), 0);
}

static inline void peer_close(struct peer *p)
{
    zsock_destroy(&p->socket);
    (void)unlink(p->url + sizeof "ipc://" - 1);
}

/* Answer what came with what `fn` makes of it; nothing: silence. */
static inline void peer_answer(struct peer *p, peer_fn *fn)
{
    while (zsock_events(p->socket) & ZMQ_POLLIN) {
        zframe_t *who = zframe_recv(p->socket);
        zframe_t *frame = zframe_recv(p->socket);
        struct buffer out = {0};
        struct wire_request request;

        assert_int_equal(
            wire_read_request(zframe_data(frame), zframe_size(frame), &request),
            REASON_NONE);
        p->seen++;
        p->batch = request.batch;
        fn(p, &request, &out);
        if (out.len) {
            zframe_send(&who, p->socket, ZFRAME_MORE);
            zmq_send(zsock_resolve(p->socket), out.data, out.len, 0);
        }
        buffer_free(&out);
        zframe_destroy(&who);
        zframe_destroy(&frame);
    }
}

static inline void *peer_work(void *ctx)
{
    struct peer *p = ctx;

    while (!atomic_load(&p->stop)) {
        zmq_pollitem_t item = {zsock_resolve(p->socket), 0, ZMQ_POLLIN, 0};

        (void)zmq_poll(&item, 1, 10);
        peer_answer(p, p->fn);
    }
    return NULL;
}

/* For callers of what waits: answer in a thread until peer_stop.  An assertion
 * that fails there ends the process, so not while allocations fail. */
static inline void peer_start(struct peer *p, peer_fn *fn)
{
    if (getenv("FAIL_AT"))
        skip();
    p->fn = fn;
    atomic_store(&p->stop, false);
    assert_int_equal(pthread_create(&p->thread, NULL, peer_work, p), 0);
}

static inline void peer_stop(struct peer *p)
{
    atomic_store(&p->stop, true);
    assert_int_equal(pthread_join(p->thread, NULL), 0);
}

/* ---- answers ---- */

static inline void peer_take(struct peer *p, const struct wire_request *r,
                             struct buffer *out)
{
    const struct ack ack = {.batch = r->batch,
                            .accepted = (uint32_t)r->list.count};

    (void)p;
    assert_int_equal(wire_ack(&ack, out), ST_OK);
}

static inline void peer_be_silent(struct peer *p, const struct wire_request *r,
                                  struct buffer *out)
{
    (void)p, (void)r, (void)out;
}

static inline void peer_be_busy(struct peer *p, const struct wire_request *r,
                                struct buffer *out)
{
    (void)p;
    assert_int_equal(wire_refuse(r->batch, REASON_BUSY, NULL, out), ST_OK);
}

static inline void peer_reject_one(struct peer *p, const struct wire_request *r,
                                   struct buffer *out)
{
    struct rejection why = {.index = 1, .reason = REASON_CODE};
    const struct ack ack = {.batch = r->batch,
                            .accepted = (uint32_t)r->list.count - 1,
                            .rejections = 1,
                            .rejected = &why};

    (void)p;
    assert_int_equal(wire_ack(&ack, out), ST_OK);
}

static inline void peer_refuse_rights(struct peer *p,
                                      const struct wire_request *r,
                                      struct buffer *out)
{
    (void)p;
    assert_int_equal(wire_refuse(r->batch, REASON_RIGHTS, NULL, out), ST_OK);
}

static inline void peer_refuse_identity(struct peer *p,
                                        const struct wire_request *r,
                                        struct buffer *out)
{
    (void)p;
    assert_int_equal(wire_refuse(r->batch, REASON_IDENTITY, NULL, out), ST_OK);
}

#endif
