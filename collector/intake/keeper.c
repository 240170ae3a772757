/* keeper.c - see keeper.h. */
#include "keeper.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "apply.h"
#include "collector/log.h"
#include "counters.h"
#include "pull.h"

#define IDLE_MS     1000 /* without work: time for thorough care */
#define BACKOFF_MS  50   /* first wait of a store in trouble; doubles */
#define BACKOFF_MAX 2000
#define HURRY_MS    10000 /* the most that a stop waits for a store */
#define HURRY_LOOK  50
#define TEND_MS     1000 /* between looks at campaigns that are due */
#define TEND_ROWS   5000 /* invitations withdrawn at a look */

struct keeper {
    struct keeper_setup setup;
    struct shelf shelf;
    struct batch **group;
    size_t count, rows;
    int64_t tended;     /* when campaigns were last looked at */
    bool stopping;      /* the stop batch has come: */
    struct batch *stop; /* this one */
    _Atomic bool hurry;
    enum status result;
    pthread_t thread;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t wall_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t rows_of(const struct batch *b)
{
    return b->request.list.count ? b->request.list.count : 1;
}

/* The next batch of the group that began at `since`, or NULL when the group is
 * complete. */
static struct batch *next(struct keeper *k, int64_t since)
{
    struct batch *b;
    int64_t left;

    if (k->rows >= k->setup.commit_rows || k->count == k->setup.batches)
        return NULL;
    left = since + k->setup.commit_ms - now_ms();
    b = queue_pop(k->setup.work, left > 0 ? (int)left : 0);
    if (!b || !b->stop)
        return b;
    k->stopping = true;
    k->stop = b;
    return NULL;
}

static void take(struct keeper *k, struct batch *b)
{
    k->group[k->count++] = b;
    k->rows += rows_of(b);
}

/* Apply batches as they come, then commit. */
static enum status first_try(struct keeper *k, struct batch *b, struct err *err)
{
    const int64_t since = now_ms();
    enum status st;

    take(k, b);
    st = store_begin(k->setup.store, err);
    if (st == ST_OK)
        st = apply(&k->shelf, b, err);
    while (st == ST_OK && (b = next(k, since)) != NULL) {
        take(k, b);
        st = apply(&k->shelf, b, err);
    }
    return st == ST_OK ? store_commit(k->setup.store, err) : st;
}

static enum status try_again(struct keeper *k, struct err *err)
{
    enum status st = store_begin(k->setup.store, err);

    for (size_t i = 0; i < k->count && st == ST_OK; i++)
        st = apply(&k->shelf, k->group[i], err);
    return st == ST_OK ? store_commit(k->setup.store, err) : st;
}

static bool may_pass(enum status st)
{
    return st == ST_FULL || st == ST_BUSY || st == ST_IO || st == ST_NOMEM;
}

static void set_health(struct keeper *k, bool healthy)
{
    atomic_store(k->setup.healthy, healthy);
    metric_set(&counters.store_up, healthy);
}

/* Wait out a store in trouble, trying with longer and longer pauses. */
static enum status persist(struct keeper *k, enum status st, struct err *err)
{
    char quoted[LOG_QUOTE_MAX];
    int64_t hurried = 0, pause = BACKOFF_MS;

    store_rollback(k->setup.store);
    campaigns_forget(&k->shelf.campaigns);
    set_health(k, false);
    log_event(LEVEL_ERROR, "store_unavailable", "cause=%s",
              log_quote(err->text, quoted));
    while (may_pass(st)) {
        const int64_t until = now_ms() + pause;

        while (now_ms() < until && !(hurried == 0 && atomic_load(&k->hurry)))
            (void)poll(NULL, 0, HURRY_LOOK);
        if (hurried == 0 && atomic_load(&k->hurry))
            hurried = now_ms();
        st = try_again(k, err);
        if (st == ST_OK)
            break;
        store_rollback(k->setup.store);
        campaigns_forget(&k->shelf.campaigns);
        if (hurried && now_ms() - hurried > HURRY_MS)
            break;
        pause = pause * 2 < BACKOFF_MAX ? pause * 2 : BACKOFF_MAX;
    }
    if (st == ST_OK) {
        set_health(k, true);
        log_event(LEVEL_INFO, "store_available", NULL);
    } else {
        log_event(LEVEL_ERROR, "store_failed", "cause=%s",
                  log_quote(err->text, quoted));
    }
    return st;
}

static void hand_back(struct keeper *k, bool kept)
{
    for (size_t i = 0; i < k->count; i++) {
        bool pushed;

        k->group[i]->kept = kept;
        pushed = queue_push(k->setup.done, k->group[i]);
        assert(pushed); /* it has room for all that circulate */
    }
    k->count = k->rows = 0;
}

/* Keep one group that begins with `b`. */
static enum status keep(struct keeper *k, struct batch *b)
{
    struct err err = {""};
    enum status st = first_try(k, b, &err);

    if (st != ST_OK)
        st = persist(k, st, &err);
    if (st == ST_OK) {
        campaigns_tell(&k->shelf.campaigns);
        metric_add(&counters.commits, 1);
        metric_add(&counters.rows, (int64_t)k->rows);
        metric_set(&counters.last_rows, (int64_t)k->rows);
    }
    hand_back(k, st == ST_OK);
    return st;
}

/* What the clock does to campaigns, in a transaction of its own.  A store in
 * trouble is for the next message to find out: this is tried again later. */
static void tend(struct keeper *k)
{
    struct campaigns *c = &k->shelf.campaigns;
    struct err err = {""};
    bool any = false;
    enum status st;

    if (now_ms() - k->tended < TEND_MS)
        return;
    campaigns_begin(c, wall_ms());
    st = pull_overdue(c, &any, &err);
    if (st == ST_OK && any) {
        st = store_begin(k->setup.store, &err);
        if (st == ST_OK)
            st = pull_sweep(c, TEND_ROWS, &err);
        if (st == ST_OK)
            st = campaigns_save(c, &err);
        if (st == ST_OK)
            st = store_commit(k->setup.store, &err);
        if (st == ST_OK)
            campaigns_tell(c);
        store_rollback(k->setup.store);
        campaigns_forget(c);
    }
    k->tended = now_ms();
}

static void *run(void *ctx)
{
    struct keeper *k = ctx;
    struct batch *b;
    bool pushed;

    while (!k->stopping && k->result == ST_OK) {
        tend(k);
        b = queue_pop(k->setup.work, IDLE_MS);
        if (!b) {
            store_care(k->setup.store, true);
        } else if (b->stop) {
            k->stopping = true;
            k->stop = b;
        } else {
            k->result = keep(k, b);
            store_care(k->setup.store, false);
        }
    }
    /* The store failed for good: what still comes goes back as it is.  This
     * ends with the stop batch too, which says that nothing follows. */
    if (!k->stopping)
        set_health(k, false);
    while (!k->stopping) {
        b = queue_pop(k->setup.work, -1);
        assert(b); /* never closed */
        if (b->stop)
            k->stop = b;
        else
            take(k, b);
        k->stopping = b->stop;
        hand_back(k, false);
    }
    pushed = queue_push(k->setup.done, k->stop);
    assert(pushed);
    return NULL;
}

enum status keeper_start(const struct keeper_setup *setup, struct keeper **out,
                         struct err *err)
{
    struct keeper *k = calloc(1, sizeof *k);
    enum status st = ST_NOMEM;

    if (!k)
        goto done;
    k->setup = *setup;
    k->group = calloc(setup->batches, sizeof(struct batch *));
    if (!k->group)
        goto done;
    st = shelf_open(setup->store, &k->shelf, err);
    if (st != ST_OK)
        goto done;
    set_health(k, true);
    if (pthread_create(&k->thread, NULL, run, k) != 0) {
        st = err_set(err, ST_IO, "no thread for the store");
        goto done;
    }
    *out = k;
done:
    if (st != ST_OK && k) {
        free(k->group);
        free(k);
    }
    return st == ST_NOMEM ? err_set(err, st, "out of memory") : st;
}

void keeper_hurry(struct keeper *k)
{
    atomic_store(&k->hurry, true);
}

enum status keeper_join(struct keeper **k)
{
    enum status st;

    pthread_join((*k)->thread, NULL);
    st = (*k)->result;
    shelf_close(&(*k)->shelf);
    free((*k)->group);
    free(*k);
    *k = NULL;
    return st;
}
