/* clerk.c - see clerk.h. */
#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clerk_state.h"
#include "clock.h"
#include "collector/log.h"
#include "counters.h"

#define TOLD_OFF_MS 60000 /* between two log lines about the same trouble */
#define TROUBLE_MS  50    /* until the next try */
#define STOPPING_MS 10

/* ---- what a job writes ---- */

struct durable *clerk_table(struct clerk *d)
{
    return sender_table(d->sender);
}

enum status clerk_submit(struct clerk *d, const struct survey *s,
                         const struct submission *what)
{
    assert(d->owed.count < CLERK_BATCH); /* one a job */
    d->owed.survey[d->owed.count] = s;
    d->owed.list[d->owed.count++] = *what;
    return ST_OK;
}

enum status clerk_event(struct clerk *d, const struct wire_event *e)
{
    assert(d->events.count < CLERK_BATCH);
    d->events.list[d->events.count++] = *e;
    return ST_OK;
}

void clerk_erase(struct clerk *d, const uint8_t id[ID_SIZE])
{
    assert(d->erased.count < CLERK_BATCH);
    memcpy(d->erased.id[d->erased.count++], id, ID_SIZE);
}

/* Those of one survey make as few messages as they can. */
static enum status add_of(struct clerk *d, const struct survey *s,
                          struct err *err)
{
    const struct survey_name name = {s->code, s->version};
    size_t n = 0;

    for (size_t i = 0; i < d->owed.count; i++)
        if (d->owed.survey[i] == s) {
            d->sorted[n++] = d->owed.list[i];
            d->owed.survey[i] = NULL;
        }
    return sender_add(d->sender, &name, d->sorted, n, err);
}

static enum status add_owed(struct clerk *d, struct err *err)
{
    enum status st = ST_OK;

    if (d->events.count)
        st = sender_add_events(d->sender, d->events.list, d->events.count, err);
    for (size_t i = 0; i < d->owed.count && st == ST_OK; i++)
        if (d->owed.survey[i])
            st = add_of(d, d->owed.survey[i], err);
    /* last: nobody knows any more whose opt-out came behind it */
    for (size_t i = 0; i < d->erased.count && st == ST_OK; i++)
        st = sender_add_erase(d->sender, d->erased.id[i], err);
    return st;
}

/* ---- a batch ---- */

static enum status write_all(struct clerk *d, struct job *const *jobs,
                             size_t count, struct err *err)
{
    enum status st = sender_begin(d->sender, err);
    size_t writers = 0;

    d->owed.count = d->events.count = d->erased.count = 0;
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        bool wrote = false;

        st = jobs[i]->kind->write(jobs[i], d, &wrote, err);
        writers += wrote;
    }
    if (st == ST_OK && writers)
        st = add_owed(d, err);
    if (st == ST_OK && writers)
        st = sender_commit(d->sender, err);
    else
        sender_rollback(d->sender);
    if (st == ST_OK && writers) {
        metric_add(&web_counters.commits, 1);
        metric_set(&web_counters.commit_jobs, (int64_t)writers);
    }
    return st;
}

static void answer(struct job *j, enum status st)
{
    struct http_answer a = {.status = 200};

    if (j->kind->answer(j, st, &a) != ST_OK) {
        buffer_free(&a.body);
        http_page_free(&a.page);
        a = (struct http_answer){.status = 500,
                                 .type = "text/plain; charset=utf-8"};
    }
    http_reply(j->later, &a);
    j->kind->free(j);
}

static void tell_health(struct clerk *d, enum status st, const struct err *err)
{
    char quoted[LOG_QUOTE_MAX];
    const bool healthy = st == ST_OK;

    if (atomic_exchange(d->healthy, healthy) == healthy)
        return;
    if (healthy)
        log_event(LEVEL_INFO, "writing_again", NULL);
    else
        log_event(LEVEL_ERROR, "write_failed", "cause=%s",
                  log_quote(err->text, quoted));
}

/* One that cannot be written must not take the others with it. */
void clerk_work(struct clerk *d, struct job *const *jobs, size_t count)
{
    struct job *writers[CLERK_BATCH];
    struct err err = {""};
    enum status st = ST_OK;
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (jobs[i]->kind->write)
            writers[n++] = jobs[i];
        else
            answer(jobs[i], ST_OK);
    if (n)
        st = write_all(d, writers, n, &err);
    if (n == 0)
        return;
    if (st != ST_OK && st != ST_FULL && n > 1) {
        for (size_t i = 0; i < n; i++)
            clerk_work(d, &writers[i], 1);
        return;
    }
    tell_health(d, st, &err);
    for (size_t i = 0; i < n; i++)
        answer(writers[i], st);
}

/* ---- the queue ---- */

void clerk_ready(struct clerk *d, struct job *j)
{
    j->next = NULL;
    *d->last = j;
    d->last = &j->next;
}

static void replied(void *ctx, enum status st, const uint8_t *frame, size_t len,
                    enum reason reason)
{
    struct job *j = ctx;

    (void)reason;
    j->kind->told(j, st, frame, len);
    j->clerk->asking--;
    clerk_ready(j->clerk, j);
}

static void take(struct clerk *d, struct job *j)
{
    struct question q = {0};
    struct err err;
    int64_t ms;

    if (!j->kind->ask || !j->kind->ask(j, &q, &ms)) {
        clerk_ready(d, j);
    } else if (sender_ask(d->sender, &q, ms, replied, j, &err) == ST_OK) {
        d->asking++;
    } else {
        j->kind->told(j, ST_BUSY, NULL, 0);
        clerk_ready(d, j);
    }
}

static void work_ready(struct clerk *d)
{
    struct job *jobs[CLERK_BATCH];
    size_t n = 0;

    while (d->first && n < CLERK_BATCH) {
        jobs[n++] = d->first;
        d->first = d->first->next;
    }
    if (!d->first)
        d->last = &d->first;
    clerk_work(d, jobs, n);
}

/* ---- the thread ---- */

/* A refusal, or an outbox that cannot note what was acknowledged: nothing is
 * lost, and it must not make us turn as fast as we can. */
static void bear(struct clerk *d, int fd, int64_t ms, const struct err *err)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    const int64_t now = clock_steady();
    char quoted[LOG_QUOTE_MAX];

    if (now - d->told_off_at >= TOLD_OFF_MS) {
        d->told_off_at = now;
        log_event(LEVEL_ERROR, "collector_trouble", "cause=%s",
                  log_quote(err->text, quoted));
    }
    (void)poll(&ready, 1, (int)(ms < TROUBLE_MS ? ms : TROUBLE_MS));
}

static void turn(struct clerk *d, int64_t ms)
{
    const bool stopping = atomic_load(&d->stopping);
    const int fd = queue_fd(d->queue); /* readable for good once it is closed */
    const int64_t wait = stopping && ms > STOPPING_MS ? STOPPING_MS : ms;
    struct err err = {""};

    if (sender_turn(d->sender, &fd, stopping ? 0 : 1, wait, &err) != ST_OK)
        bear(d, fd, wait, &err);
    atomic_store(&d->up, sender_up(d->sender));
}

static void *run(void *arg)
{
    struct clerk *d = arg;
    int64_t until = 0;
    struct job *j = NULL;

    for (;;) {
        const int64_t left = until - clock_steady();
        bool stopping;

        turn(d, d->first || left < 0 ? 0 : left);
        stopping = atomic_load(&d->stopping);
        for (size_t n = 0; n < CLERK_BATCH && (j = queue_pop(d->queue, 0)); n++)
            take(d, j);
        if (d->first)
            work_ready(d);
        if (!stopping)
            until = clerk_chores(d, clock_steady(), clock_now());
        else if (!j && !d->first && d->asking == 0)
            return NULL;
    }
}

bool clerk_push(struct clerk *d, struct job *j)
{
    j->clerk = d;
    return queue_push(d->queue, j);
}

bool clerk_full(struct clerk *d)
{
    return queue_full(d->queue);
}

bool clerk_up(struct clerk *d)
{
    return atomic_load(&d->up);
}

enum status clerk_start(const struct clerk_options *o, struct clerk **out,
                        struct err *err)
{
    struct clerk *d = calloc(1, sizeof *d);
    enum status st;

    if (!d)
        return err_set(err, ST_NOMEM, "out of memory");
    d->sender = o->sender;
    d->known = o->known;
    d->healthy = o->healthy;
    d->last = &d->first;
    d->told_off_at = -TOLD_OFF_MS;
    d->up_at = clock_steady();
    st = queue_new(CLERK_QUEUE, &d->queue);
    if (st == ST_OK && pthread_create(&d->thread, NULL, run, d) != 0)
        st = ST_IO;
    if (st == ST_OK) {
        *out = d;
        return ST_OK;
    }
    queue_free(&d->queue);
    free(d);
    return err_set(err, st, "can not start the writing thread");
}

void clerk_stop(struct clerk *d)
{
    if (!d)
        return;
    atomic_store(&d->stopping, true);
    queue_close(d->queue);
    pthread_join(d->thread, NULL);
}

void clerk_free(struct clerk **d)
{
    if (*d)
        queue_free(&(*d)->queue);
    free(*d);
    *d = NULL;
}
