/* zap.c - see collector/zap.h.
 *
 * libzmq asks once a handshake, over inproc://zeromq.zap.01, and waits for the
 * answer: [version, request id, domain, address, identity, mechanism, key] is
 * answered by [version, request id, status, text, user id, metadata].  The
 * asker is always this process, but what it passes on was chosen outside.
 * The thread is ours and no zactor, whose end the thread checker can not see.
 */
#include "collector/zap.h"

#include <czmq.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "collector/log.h"

#define ZAP_ADDRESS "inproc://zeromq.zap.01"
#define KEY_BYTES   32

enum {
    REQ_VERSION,
    REQ_ID,
    REQ_DOMAIN,
    REQ_ADDRESS,
    REQ_IDENTITY,
    REQ_MECHANISM,
    REQ_KEY,
    REQ_FRAMES
};

struct zap {
    pthread_t thread;
    bool running;
    int stop; /* eventfd: readable when the thread is to end */
    zsock_t *socket;
    pthread_mutex_t lock; /* guards clients */
    struct clients *clients;
    struct metric *accepted, *refused;
    int64_t last_warning; /* ms; the thread's own */
};

static bool known(struct zap *z, const char *key)
{
    bool found;

    pthread_mutex_lock(&z->lock);
    found = clients_find(z->clients, key) != NULL;
    pthread_mutex_unlock(&z->lock);
    return found;
}

/* Read one request whole, frame by frame; false: it has another shape. */
static bool read_request(zsock_t *socket, zframe_t *frame[REQ_FRAMES])
{
    size_t count = 0;
    bool more = true;

    while (more) {
        zframe_t *f = zframe_recv(socket);

        if (!f)
            return false;
        more = zframe_more(f);
        if (count < REQ_FRAMES)
            frame[count] = f;
        else
            zframe_destroy(&f);
        count++;
    }
    return count == REQ_FRAMES && zframe_streq(frame[REQ_VERSION], "1.0");
}

/* The key that the other side proved to hold, in Z85; false: no CURVE. */
static bool take_key(zframe_t *const frame[REQ_FRAMES], char key[KEY_TEXT + 1])
{
    return zframe_streq(frame[REQ_MECHANISM], "CURVE") &&
           zframe_size(frame[REQ_KEY]) == KEY_BYTES &&
           zmq_z85_encode(key, zframe_data(frame[REQ_KEY]), KEY_BYTES);
}

/* A refused client comes again ten times a second: one line a second. */
static void warn(struct zap *z, zframe_t *address)
{
    const int64_t now = zclock_mono();
    char text[64] = "", quoted[LOG_QUOTE_MAX];

    if (z->last_warning && now - z->last_warning < 1000)
        return;
    z->last_warning = now;
    if (address)
        snprintf(text, sizeof text, "%.*s", (int)zframe_size(address),
                 (const char *)zframe_data(address));
    log_event(LEVEL_WARN, "handshake_refused", "address=%s total=%lld",
              log_quote(text, quoted),
              (long long)atomic_load(&z->refused->value));
}

static void answer(struct zap *z)
{
    zframe_t *frame[REQ_FRAMES] = {NULL};
    char key[KEY_TEXT + 1] = "";
    const bool good =
        read_request(z->socket, frame) && take_key(frame, key) && known(z, key);
    zframe_t *id = frame[REQ_ID];

    if (good) {
        metric_add(z->accepted, 1);
    } else {
        metric_add(z->refused, 1);
        warn(z, frame[REQ_ADDRESS]);
    }
    zsock_send(z->socket, "sbssss", "1.0", id ? zframe_data(id) : NULL,
               id ? zframe_size(id) : 0, good ? "200" : "400",
               good ? "OK" : "unknown key", good ? key : "", "");
    for (size_t i = 0; i < REQ_FRAMES; i++)
        zframe_destroy(&frame[i]);
}

static void *run(void *arg)
{
    struct zap *z = arg;
    zmq_pollitem_t item[] = {{NULL, z->stop, ZMQ_POLLIN, 0},
                             {zsock_resolve(z->socket), 0, ZMQ_POLLIN, 0}};

    for (;;) {
        if (zmq_poll(item, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return NULL;
        }
        if (item[0].revents)
            return NULL;
        if (item[1].revents)
            answer(z);
    }
}

enum status zap_start(struct clients *clients, struct metric *accepted,
                      struct metric *refused, struct zap **out, struct err *err)
{
    struct zap *z = calloc(1, sizeof *z);

    if (!z)
        return err_set(err, ST_NOMEM, "out of memory");
    pthread_mutex_init(&z->lock, NULL);
    z->clients = clients_share(clients);
    z->accepted = accepted;
    z->refused = refused;
    z->stop = eventfd(0, EFD_CLOEXEC);
    z->socket = zsock_new(ZMQ_REP);
    z->running = z->stop >= 0 && z->socket &&
                 zsock_bind(z->socket, ZAP_ADDRESS) == 0 &&
                 pthread_create(&z->thread, NULL, run, z) == 0;
    if (!z->running) {
        err_set(err, ST_IO, ZAP_ADDRESS ": %s", zmq_strerror(errno));
        zap_stop(&z);
        return ST_IO;
    }
    *out = z;
    return ST_OK;
}

void zap_swap(struct zap *z, struct clients *clients)
{
    struct clients *old;

    pthread_mutex_lock(&z->lock);
    old = z->clients;
    z->clients = clients_share(clients);
    pthread_mutex_unlock(&z->lock);
    clients_free(&old);
}

void zap_stop(struct zap **z)
{
    if (!*z)
        return;
    if ((*z)->running) {
        (void)eventfd_write((*z)->stop, 1);
        pthread_join((*z)->thread, NULL);
    }
    zsock_destroy(&(*z)->socket);
    if ((*z)->stop >= 0)
        close((*z)->stop);
    clients_free(&(*z)->clients);
    pthread_mutex_destroy(&(*z)->lock);
    free(*z);
    *z = NULL;
}
