/* queue.c - see collector/queue.h.
 *
 * A ring under one mutex.  The eventfd holds 1 while there is something to
 * pop (or the queue is closed) and 0 otherwise: it is moved only when that
 * changes, so a full pipeline makes no system call for it.
 */
#include "collector/queue.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    int fd;
    bool closed;
    size_t capacity, first, count;
    void *slot[];
};

static void init_condition(pthread_cond_t *c)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attributes);
    pthread_condattr_destroy(&attributes);
}

enum status queue_new(size_t capacity, struct queue **out)
{
    struct queue *q;

    assert(capacity > 0);
    if (capacity > (SIZE_MAX - sizeof *q) / sizeof q->slot[0])
        return ST_NOMEM;
    q = calloc(1, sizeof *q + capacity * sizeof q->slot[0]);
    if (!q)
        return ST_NOMEM;
    q->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (q->fd < 0) {
        free(q);
        return ST_IO;
    }
    q->capacity = capacity;
    pthread_mutex_init(&q->lock, NULL);
    init_condition(&q->filled);
    *out = q;
    return ST_OK;
}

void queue_free(struct queue **q)
{
    if (!*q)
        return;
    close((*q)->fd);
    pthread_cond_destroy(&(*q)->filled);
    pthread_mutex_destroy(&(*q)->lock);
    free(*q);
    *q = NULL;
}

/* Neither can fail: the counter is 0 before the one and 1 before the other. */
static void raise_fd(struct queue *q)
{
    const int rc = eventfd_write(q->fd, 1);

    assert(rc == 0);
}

static void lower_fd(struct queue *q)
{
    eventfd_t ignored;
    const int rc = eventfd_read(q->fd, &ignored);

    assert(rc == 0);
}

bool queue_push(struct queue *q, void *item)
{
    bool taken = false;

    assert(item);
    pthread_mutex_lock(&q->lock);
    if (!q->closed && q->count < q->capacity) {
        q->slot[(q->first + q->count) % q->capacity] = item;
        if (q->count++ == 0)
            raise_fd(q);
        pthread_cond_signal(&q->filled);
        taken = true;
    }
    pthread_mutex_unlock(&q->lock);
    return taken;
}

bool queue_full(struct queue *q)
{
    bool full;

    pthread_mutex_lock(&q->lock);
    full = q->count == q->capacity;
    pthread_mutex_unlock(&q->lock);
    return full;
}

static struct timespec after(int ms)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

static void wait_filled(struct queue *q, int ms)
{
    const struct timespec until = after(ms > 0 ? ms : 0);
    int rc = 0;

    while (q->count == 0 && !q->closed && ms != 0 && rc != ETIMEDOUT)
        rc = ms < 0 ? pthread_cond_wait(&q->filled, &q->lock)
                    : pthread_cond_timedwait(&q->filled, &q->lock, &until);
}

void *queue_pop(struct queue *q, int ms)
{
    void *item = NULL;

    pthread_mutex_lock(&q->lock);
    wait_filled(q, ms);
    if (q->count) {
        item = q->slot[q->first];
        q->first = (q->first + 1) % q->capacity;
        if (--q->count == 0 && !q->closed)
            lower_fd(q);
    }
    pthread_mutex_unlock(&q->lock);
    return item;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    if (!q->closed) {
        q->closed = true;
        if (q->count == 0)
            raise_fd(q);
        pthread_cond_broadcast(&q->filled);
    }
    pthread_mutex_unlock(&q->lock);
}

int queue_fd(struct queue *q)
{
    return q->fd; /* set once, before the queue was shared */
}
