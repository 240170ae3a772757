/* intake.c - see intake.h. */
#include "intake.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#include "collector/log.h"
#include "counters.h"

#define ORDERS          16 /* reloads on the way */
#define MESSAGES_A_TURN 16 /* before replies have their turn */

struct intake {
    struct intake_setup setup;
    struct keeper *keeper;
    struct queue *work, *done;
    struct queue *orders; /* of struct fresh */
    struct queue *ended;  /* closed when the thread ends */
    _Atomic bool stop_asked;
    struct batch *batches, stop;
    struct batch **free;
    size_t frees;
    struct catalog pending; /* read from files, still to be stored */
    bool stopping, finished;
    bool lost;       /* the store failed for good */
    int64_t told_at; /* when a refusal was last logged, */
    uint64_t untold; /* and how many were not, since */
    pthread_t thread;
};

static int64_t wall_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- refusals ---- */

/* At most a line a second: refusals may come by the thousand. */
static void tell_refusal(struct intake *in, const struct batch *b,
                         enum reason why)
{
    const int64_t now = wall_ms();

    if (now - in->told_at < 1000 && now >= in->told_at) {
        in->untold++;
        return;
    }
    log_event(LEVEL_WARN, "refused",
              "client=%s reason=%s rejected=%zu unlogged=%llu",
              b->client ? b->client->name : "-", reason_word(why),
              b->ack.rejections, (unsigned long long)in->untold);
    in->told_at = now;
    in->untold = 0;
}

static void refuse(struct intake *in, struct batch *b, enum reason why,
                   const char *detail)
{
    metric_add(&counters.refused[why], 1);
    tell_refusal(in, b, why);
    b->reply.len = 0;
    if (wire_refuse(b->ack.batch, why, detail && *detail ? detail : NULL,
                    &b->reply) != ST_OK)
        b->reply.len = 0;
}

/* ---- one batch's way ---- */

static void release(struct intake *in, struct batch *b)
{
    if (b->parcel && b->reply.len > 0)
        (void)door_send(in->setup.door, b->parcel, &b->reply);
    batch_reset(b);
    in->free[in->frees++] = b;
    metric_set(&counters.queue, (int64_t)(in->setup.batches - in->frees));
}

static void hand_over(struct intake *in, struct batch *b)
{
    const bool pushed = queue_push(in->work, b);

    assert(pushed); /* it has room for all that circulate */
}

static void finish(struct intake *in, struct batch *b)
{
    if (!b->kept) {
        in->lost = true;
        b->ack.rejections = 0;
        refuse(in, b, REASON_BUSY, NULL);
    } else {
        counters_ack(b->request.type, &b->ack);
        if (b->ack.refused != REASON_NONE)
            tell_refusal(in, b, b->ack.refused);
        else if (b->ack.rejections > 0)
            tell_refusal(in, b, b->ack.rejected[0].reason);
        if (b->define &&
            catalog_add(&in->setup.rules->catalog, &b->define) != ST_OK)
            log_event(LEVEL_ERROR, "definition_unknown_until_restart",
                      "survey=%s", b->define->code);
    }
    release(in, b);
}

static void take_message(struct intake *in, struct parcel *p)
{
    struct batch *b = in->free[--in->frees];
    enum reason why = REASON_FRAMES;
    enum judgement judged = JUDGED_REFUSED;
    struct letter letter = {.user = parcel_user(p), .now = wall_ms()};
    struct err err = {""};

    b->parcel = p;
    letter.data = parcel_data(p, &letter.len);
    if (letter.data) {
        judged = judge(in->setup.rules, &letter, b, &why, &err);
        if (b->client)
            metric_add(&counters.messages[b->request.type], 1);
    }
    switch (judged) {
    case JUDGED_TO_KEEP:
        hand_over(in, b);
        metric_set(&counters.queue, (int64_t)(in->setup.batches - in->frees));
        break;
    case JUDGED_ANSWERED:
        b->kept = true;
        finish(in, b);
        break;
    case JUDGED_REFUSED:
        refuse(in, b, why, err.text);
        release(in, b);
    }
}

/* ---- reload ---- */

void fresh_free(struct fresh **f)
{
    if (!*f)
        return;
    clients_free(&(*f)->clients);
    codes_free(&(*f)->codes);
    catalog_free(&(*f)->surveys);
    free(*f);
    *f = NULL;
}

static void take_order(struct intake *in, struct fresh *f)
{
    struct rules *rules = in->setup.rules;

    if (f->clients) {
        clients_free(&rules->clients);
        rules->clients = f->clients;
        f->clients = NULL;
    }
    if (f->codes) {
        codes_free(&rules->codes);
        rules->codes = f->codes;
        f->codes = NULL;
    }
    catalog_free(&in->pending);
    in->pending = f->surveys;
    f->surveys = (struct catalog){0};
    fresh_free(&f);
}

static bool is_newest(const struct catalog *c, const struct survey *s)
{
    const struct survey *known = catalog_version(c, s->version);

    return known && known == catalog_newest(c, s->code);
}

/* Definitions read from files go to the store as if somebody had sent them,
 * one by one, when a batch is free. */
static void send_pending(struct intake *in)
{
    while (!in->stopping && in->pending.count > 0 && in->frees > 0) {
        struct survey *s = in->pending.list[0];
        struct batch *b;

        in->pending.count--;
        memmove(in->pending.list, in->pending.list + 1,
                in->pending.count * sizeof(struct survey *));
        if (is_newest(&in->setup.rules->catalog, s)) {
            survey_free(&s);
            continue;
        }
        b = in->free[--in->frees];
        b->define = s;
        b->request.type = RIGHT_DEFINE;
        b->now = wall_ms();
        hand_over(in, b);
    }
}

/* ---- the loop ---- */

static void stop_reading(struct intake *in)
{
    in->stopping = true;
    keeper_hurry(in->keeper);
    hand_over(in, &in->stop);
}

static void take_orders(struct intake *in)
{
    struct fresh *f;

    while ((f = queue_pop(in->orders, 0)) != NULL)
        take_order(in, f);
    if (in->stopping)
        return;
    if (atomic_load(&in->stop_asked) || in->lost)
        stop_reading(in);
}

static void take_done(struct intake *in)
{
    struct batch *b;

    while ((b = queue_pop(in->done, 0)) != NULL) {
        if (b->stop)
            in->finished = true;
        else
            finish(in, b);
    }
}

static void take_messages(struct intake *in)
{
    struct parcel *p;

    for (int n = 0; n < MESSAGES_A_TURN && in->frees > 0; n++) {
        take_orders(in); /* a revoked key is out at once */
        if (in->stopping || !door_receive(in->setup.door, &p))
            return;
        take_message(in, p);
    }
}

static void *run(void *ctx)
{
    struct intake *in = ctx;
    const int fds[] = {queue_fd(in->done), queue_fd(in->orders)};

    /* A stopped intake listens to the keeper alone, a full one not to the
     * door. */
    while (!in->finished) {
        door_wait(in->setup.door, fds, in->stopping ? 1 : 2,
                  !in->stopping && in->frees > 0, -1);
        take_done(in);
        if (in->stopping)
            continue;
        take_orders(in);
        send_pending(in);
        take_messages(in);
    }
    queue_close(in->ended);
    return NULL;
}

/* ---- from outside ---- */

static void dismantle(struct intake *in)
{
    struct fresh *f;

    while (in->orders && (f = queue_pop(in->orders, 0)) != NULL)
        fresh_free(&f);
    queue_free(&in->work);
    queue_free(&in->done);
    queue_free(&in->orders);
    queue_free(&in->ended);
    for (size_t i = 0; in->batches && i < in->setup.batches; i++)
        batch_free(&in->batches[i]);
    free(in->batches);
    free(in->free);
    catalog_free(&in->pending);
    free(in);
}

static enum status make(struct intake *in)
{
    const size_t n = in->setup.batches;
    enum status st = ST_NOMEM;

    in->stop.stop = true;
    in->batches = calloc(n, sizeof *in->batches);
    in->free = calloc(n, sizeof(struct batch *));
    if (!in->batches || !in->free)
        return st;
    for (size_t i = 0; i < n; i++)
        in->free[in->frees++] = &in->batches[i];
    st = queue_new(n + 1, &in->work);
    if (st == ST_OK)
        st = queue_new(n + 1, &in->done);
    if (st == ST_OK)
        st = queue_new(ORDERS, &in->orders);
    if (st == ST_OK)
        st = queue_new(1, &in->ended);
    return st;
}

/* End the keeper, which has nothing to do. */
static enum status end_keeper(struct intake *in)
{
    hand_over(in, &in->stop);
    return keeper_join(&in->keeper);
}

enum status intake_start(const struct intake_setup *setup, struct intake **out,
                         struct err *err)
{
    struct intake *in = calloc(1, sizeof *in);
    struct keeper_setup keeper = {.store = setup->store,
                                  .batches = setup->batches,
                                  .commit_rows = setup->commit_rows,
                                  .commit_ms = setup->commit_ms,
                                  .healthy = setup->healthy};
    enum status st = ST_NOMEM;

    if (!in)
        return err_set(err, ST_NOMEM, "out of memory");
    in->setup = *setup;
    st = make(in);
    if (st != ST_OK) {
        dismantle(in);
        return err_set(err, st, "no memory or files for the intake");
    }
    keeper.work = in->work;
    keeper.done = in->done;
    st = keeper_start(&keeper, &in->keeper, err);
    if (st == ST_OK && pthread_create(&in->thread, NULL, run, in) != 0) {
        st = end_keeper(in);
        st = err_set(err, ST_IO, "no thread for the intake");
    }
    if (st == ST_OK)
        *out = in;
    else
        dismantle(in);
    return st;
}

void intake_reload(struct intake *in, struct fresh **f)
{
    if (queue_push(in->orders, *f))
        *f = NULL;
    else
        fresh_free(f); /* sixteen reloads wait: one more tells nothing new */
}

int intake_fd(struct intake *in)
{
    return queue_fd(in->ended);
}

enum status intake_stop(struct intake **in)
{
    enum status st;

    atomic_store(&(*in)->stop_asked, true);
    queue_close((*in)->orders);
    pthread_join((*in)->thread, NULL);
    st = keeper_join(&(*in)->keeper);
    dismantle(*in);
    *in = NULL;
    return st;
}
