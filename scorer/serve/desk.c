/* desk.c - see desk.h. */
#include "desk.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "collector/log.h"
#include "counters.h"

enum { ORDERS = 16, MESSAGES_A_TURN = 16, TOLD_MS = 1000 };

struct desk {
    struct desk_setup setup;
    pthread_t thread;
    struct queue *orders; /* of struct clients */
    _Atomic bool stop_asked;
    struct ask asks[ASKS], stop;
    struct ask *free[ASKS];
    size_t frees;
    bool stopping, finished;
    int64_t told_at; /* when a trouble was last logged, */
    uint64_t untold; /* and how many were not, since */
};

static int64_t clock_ms(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- what leaves ---- */

/* At most a line a second: they may come by the thousand. */
static void tell_trouble(struct desk *d, const struct client *c, enum trouble t)
{
    const int64_t now = clock_ms(CLOCK_MONOTONIC);

    metric_add(&serve_counters.trouble[t], 1);
    if (d->told_at && now - d->told_at < TOLD_MS) {
        d->untold++;
        return;
    }
    log_event(LEVEL_WARN, "unanswered", "client=%s code=%s unlogged=%llu",
              c ? c->name : "-", trouble_word(t),
              (unsigned long long)d->untold);
    d->told_at = now;
    d->untold = 0;
}

static void finish(struct desk *d, struct ask *a)
{
    bool sent = a->answer.parts > 0;

    for (size_t i = 0; sent && i < a->answer.parts; i++)
        sent = door_send(d->setup.door, a->parcel, &a->answer.part[i]);
    if (!sent)
        metric_add(&serve_counters.dropped, 1);
    if (a->trouble == TROUBLE_NONE)
        counters_answered(a->question.kind,
                          clock_ms(CLOCK_MONOTONIC) - a->came);
    ask_reset(a);
    d->free[d->frees++] = a;
}

static void refuse(struct desk *d, struct ask *a, const struct client *c,
                   enum trouble t, const char *text)
{
    tell_trouble(d, c, t);
    a->trouble = t;
    if (answer_trouble(a->question.ask, t, text, &a->answer) != ST_OK)
        a->answer.parts = 0;
    finish(d, a);
}

static void take_done(struct desk *d)
{
    struct ask *a;

    while ((a = queue_pop(d->setup.done, 0)) != NULL) {
        if (a->stop)
            d->finished = true;
        else if (a->trouble != TROUBLE_NONE)
            tell_trouble(d, NULL, a->trouble);
        if (!a->stop)
            finish(d, a);
    }
}

/* ---- what comes ---- */

static void hand_over(struct desk *d, struct ask *a)
{
    const bool pushed = queue_push(d->setup.work, a);

    assert(pushed); /* it has room for all that circulate */
}

/* Who asks, and whether it may. */
static enum trouble admit(const struct desk *d, struct ask *a,
                          const struct client **client, struct err *err)
{
    const char *user = parcel_user(a->parcel);
    const struct client *c = user ? clients_find(d->setup.clients, user) : NULL;
    enum status st;

    if (!c) {
        (void)err_set(err, ST_REFUSED, "this key is not known");
        return TROUBLE_IDENTITY;
    }
    *client = c;
    if (!(c->types & 1u << RIGHT_ASK)) {
        (void)err_set(err, ST_REFUSED, "this key may not ask");
        return TROUBLE_RIGHTS;
    }
    st = question_bind(&a->question, c, err);
    return st == ST_OK ? TROUBLE_NONE : trouble_of(st);
}

static void take_message(struct desk *d, struct parcel *p)
{
    struct ask *a = d->free[--d->frees];
    const struct client *client = NULL;
    struct err err = {"out of memory"};
    const uint8_t *data;
    char text[ERR_MAX];
    enum trouble t;
    size_t len;

    a->parcel = p;
    a->came = clock_ms(CLOCK_MONOTONIC);
    data = parcel_data(p, &len);
    t = question_read(data, len, clock_ms(CLOCK_REALTIME), &a->question, &err);
    if (t == TROUBLE_NONE)
        t = admit(d, a, &client, &err);
    if (t != TROUBLE_NONE) {
        refuse(d, a, client, t, err.text);
        return;
    }
    t = teller_state(d->setup.teller, text);
    if (t != TROUBLE_NONE)
        refuse(d, a, client, t, text);
    else
        hand_over(d, a);
}

static void take_orders(struct desk *d)
{
    struct clients *c;

    while ((c = queue_pop(d->orders, 0)) != NULL) {
        clients_free(&d->setup.clients);
        d->setup.clients = c;
    }
    if (!d->stopping && atomic_load(&d->stop_asked)) {
        d->stopping = true;
        hand_over(d, &d->stop);
    }
}

static void take_messages(struct desk *d)
{
    struct parcel *p;

    for (int n = 0; n < MESSAGES_A_TURN && d->frees > 0; n++) {
        take_orders(d); /* a revoked key is out at once */
        if (d->stopping || !door_receive(d->setup.door, &p))
            return;
        take_message(d, p);
    }
}

static void *run(void *ctx)
{
    struct desk *d = ctx;
    const int fds[] = {queue_fd(d->setup.done), queue_fd(d->orders)};

    while (!d->finished) {
        door_wait(d->setup.door, fds, d->stopping ? 1 : 2,
                  !d->stopping && d->frees > 0, -1);
        take_done(d);
        if (d->stopping)
            continue;
        take_orders(d);
        take_messages(d);
    }
    return NULL;
}

/* ---- from outside ---- */

static void dismantle(struct desk **d)
{
    struct clients *c;

    while ((*d)->orders && (c = queue_pop((*d)->orders, 0)) != NULL)
        clients_free(&c);
    queue_free(&(*d)->orders);
    clients_free(&(*d)->setup.clients);
    free(*d);
    *d = NULL;
}

enum status desk_start(const struct desk_setup *setup, struct desk **out,
                       struct err *err)
{
    struct desk *d = calloc(1, sizeof *d);
    struct clients *share = setup->clients;
    enum status st;

    if (!d) {
        clients_free(&share);
        return ST_NOMEM;
    }
    d->setup = *setup;
    d->stop.stop = true;
    for (size_t i = 0; i < ASKS; i++)
        d->free[d->frees++] = &d->asks[i];
    st = queue_new(ORDERS, &d->orders);
    if (st == ST_OK && pthread_create(&d->thread, NULL, run, d) != 0)
        st = err_set(err, ST_IO, "no thread for the door");
    if (st == ST_OK)
        *out = d;
    else
        dismantle(&d);
    return st;
}

void desk_clients(struct desk *d, struct clients *c)
{
    if (!queue_push(d->orders, c))
        clients_free(&c); /* sixteen reloads wait: one more tells nothing new */
}

void desk_stop(struct desk **d)
{
    if (!*d)
        return;
    atomic_store(&(*d)->stop_asked, true);
    queue_close((*d)->orders);
    pthread_join((*d)->thread, NULL);
    dismantle(d);
}
