/* teller.c - see teller.h. */
#include "teller.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "collector/log.h"
#include "counters.h"
#include "describe.h"
#include "scorer/live.h"

enum {
    LOOK_MS = 100,       /* how often the log is looked at, */
    LOOK_MAX_MS = 2000,  /* and where a fold takes long: */
    LOOK_PART = 4,       /* so many times as long as it took */
    READ_ROWS = 1 << 20, /* a step at the beginning */
    FOLD_ROWS = 1 << 16, /* a step while questions are answered, */
    FOLD_MS = 500,       /* and for how long one may wait for them */
    AGAIN_MS = 1000,     /* before a store that failed is tried again */
    WATCH_MS = 1000      /* the watch has a turn, however much is asked */
};

struct teller {
    struct teller_setup setup;
    pthread_t thread;
    struct engine *engine; /* NULL: the store could not be opened */
    int64_t look_at;       /* monotonic ms */
    int64_t seen_at;       /* the end of the log */
    uint64_t rows;         /* folded in since it was last at the end */
    int64_t watched_at;    /* when the watch had its last turn, */
    bool watch_more;       /* and whether it has more to do */
    pthread_mutex_t lock;  /* guards what follows */
    enum trouble state;
    char text[ERR_MAX];
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void ask_reset(struct ask *a)
{
    parcel_free(&a->parcel);
    question_free(&a->question);
    answer_free(&a->answer);
    a->trouble = TROUBLE_NONE;
}

/* ---- how it stands ---- */

enum trouble teller_state(struct teller *t, char text[ERR_MAX])
{
    enum trouble state;

    pthread_mutex_lock(&t->lock);
    state = t->state;
    memcpy(text, t->text, ERR_MAX);
    pthread_mutex_unlock(&t->lock);
    return state;
}

static void set_state(struct teller *t, enum trouble state, const char *text)
{
    pthread_mutex_lock(&t->lock);
    t->state = state;
    snprintf(t->text, sizeof t->text, "%s", text);
    pthread_mutex_unlock(&t->lock);
    atomic_store(t->setup.healthy, state == TROUBLE_NONE);
    metric_set(&serve_counters.behind, state == TROUBLE_BUSY);
    metric_set(&serve_counters.store_up, state != TROUBLE_STORE);
}

/* What the store says is for the log: it names files. */
static void lose_store(struct teller *t, const struct err *err)
{
    char quoted[LOG_QUOTE_MAX];

    if (t->state != TROUBLE_STORE)
        log_event(LEVEL_ERROR, "store_lost", "cause=%s",
                  log_quote(err->text, quoted));
    set_state(t, TROUBLE_STORE, "the store cannot be read now: ask again");
    t->look_at = now_ms() + AGAIN_MS;
}

static void go_behind(struct teller *t)
{
    char text[ERR_MAX];

    if (t->state != TROUBLE_BUSY)
        log_event(LEVEL_INFO, "reading", NULL);
    snprintf(text, sizeof text,
             "the log is being read, %llu entries so far: ask again",
             (unsigned long long)t->rows);
    set_state(t, TROUBLE_BUSY, text);
}

static void catch_up(struct teller *t)
{
    if (t->state != TROUBLE_NONE)
        log_event(LEVEL_INFO, "ready", "rows=%llu",
                  (unsigned long long)t->rows);
    t->rows = 0;
    set_state(t, TROUBLE_NONE, "");
}

/* ---- folding ---- */

/* The file is another one now, or gone: what is open is nobody's. */
static enum status stand_on_store(struct teller *t, struct err *err)
{
    if (t->engine && engine_moved(t->engine)) {
        log_event(LEVEL_WARN, "store_moved", NULL);
        engine_close(&t->engine);
    }
    if (t->engine)
        return ST_OK;
    return engine_open(t->setup.store, t->setup.cube, &t->engine, err);
}

static enum status fold_step(struct teller *t, struct cells_step *step,
                             struct err *err)
{
    const int64_t began = now_ms();
    enum status st = stand_on_store(t, err);

    if (st == ST_OK)
        st = engine_fold(t->engine, step, err);
    if (st != ST_OK) {
        lose_store(t, err);
        return st;
    }
    t->rows += step->rows;
    if (step->rows > 0) {
        metric_add(&serve_counters.rows, (int64_t)step->rows);
        metric_add(&serve_counters.folds, 1);
        metric_add(&serve_counters.fold_ms, now_ms() - began);
    }
    return ST_OK;
}

/* To the end of the log, or until FOLD_MS are over: then it is behind. */
static void fold(struct teller *t)
{
    const bool behind = t->state != TROUBLE_NONE;
    struct cells_step step = {.limit = behind ? READ_ROWS : FOLD_ROWS,
                              .more = true};
    const int64_t began = now_ms();
    int64_t took = 0;

    do {
        struct err err = {""};

        if (fold_step(t, &step, &err) != ST_OK)
            return;
        took = now_ms() - began;
    } while (step.more && !behind && took < FOLD_MS);
    if (step.more) {
        go_behind(t);
        t->look_at = 0;
        return;
    }
    catch_up(t);
    t->seen_at = began;
    took = LOOK_PART * took;
    t->look_at = now_ms() + (took < LOOK_MS       ? LOOK_MS
                             : took > LOOK_MAX_MS ? LOOK_MAX_MS
                                                  : took);
}

/* ---- answering ---- */

static void refuse(struct ask *a, enum trouble t, const char *text)
{
    a->trouble = t;
    answer_free(&a->answer);
    if (answer_trouble(a->question.ask, t, text, &a->answer) != ST_OK)
        a->answer.parts = 0;
}

static const char *file_of(const struct teller *t, const char *option)
{
    for (size_t i = 0; i < t->setup.files; i++)
        if (streq(t->setup.file[i].option, option) && t->setup.file[i].path[0])
            return t->setup.file[i].path;
    return NULL;
}

/* Some files count only beside another option. */
static bool counts(const struct query *q, const char *file)
{
    return !streq(file, "ledger") || query_text(q, "after", NULL) ||
           query_flag(q, "dead");
}

/* The files of the configuration, which no message can name. */
static void put_files(const struct teller *t, struct question *q)
{
    struct query *query = &q->query;

    if (query->rollup == ROLLUP_USERS || query->rollup == ROLLUP_REVENUE)
        query->rollup_file = file_of(t, "rollup-file");
    if (query->weighting == WEIGHTING_POPULATION)
        query->population = file_of(t, "population");
    for (size_t i = 0; i < q->kind->options; i++) {
        const struct kind_option *o = &q->kind->option[i];
        const char *path = o->file ? file_of(t, o->name) : NULL;

        if (path && counts(query, o->name) && query->settings < ASK_OPTIONS_MAX)
            q->setting[query->settings++] =
                (struct query_setting){o->name, path, true};
    }
    query->setting = q->setting;
}

static enum status answer(struct teller *t, struct ask *a, struct err *err)
{
    struct question *q = &a->question;
    struct result r = {0};
    enum status st;

    if (q->describe)
        return describe(t->engine, q->ask, &a->answer);
    put_files(t, q);
    st = engine_answer(t->engine, q->kind, &q->query,
                       now_ms() + t->setup.limit_ms, &r, err);
    if (st == ST_OK) {
        st = answer_result(q, &r, &a->answer);
        if (st == ST_RANGE)
            refuse(a, TROUBLE_SIZE, "the answer is too long: ask for less");
        if (st == ST_RANGE)
            st = ST_OK;
    }
    result_free(&r);
    return st;
}

static void settle(struct teller *t, struct ask *a, enum status st,
                   struct err *err)
{
    const enum trouble why = trouble_of(st);

    if (engine_mended(t->engine, &st, err)) {
        t->rows = 0;
        go_behind(t);
        refuse(a, TROUBLE_BUSY, "the cells are made anew: ask again");
    } else if (why == TROUBLE_STORE) {
        lose_store(t, err);
        refuse(a, why, t->text);
    } else {
        refuse(a, why, err->text);
    }
}

static void take(struct teller *t, struct ask *a)
{
    struct err err = {"out of memory"};
    enum status st;

    if (t->state == TROUBLE_NONE)
        fold(t);
    if (t->state != TROUBLE_NONE) {
        refuse(a, t->state, t->text);
        return;
    }
    if (now_ms() - a->came > t->setup.limit_ms) {
        refuse(a, TROUBLE_TIME, "others asked too much before: ask again");
        return;
    }
    st = answer(t, a, &err);
    if (st != ST_OK)
        settle(t, a, st, &err);
}

/* ---- watching ---- */

/* A look that failed begins anew at its next time. */
static void watch(struct teller *t)
{
    struct err err = {"out of memory"};
    char quoted[LOG_QUOTE_MAX];
    enum status st;

    t->watched_at = now_ms();
    if (!t->setup.watching || t->state != TROUBLE_NONE)
        return;
    st = watching_turn(t->setup.watching, t->engine, &t->watch_more, &err);
    if (st == ST_OK)
        return;
    t->watch_more = false;
    log_event(LEVEL_ERROR, "watch_failed", "cause=%s",
              log_quote(err.text, quoted));
    if (engine_mended(t->engine, &st, &err)) {
        t->rows = 0;
        go_behind(t);
    }
}

/* ---- the thread ---- */

static int wait_ms(const struct teller *t)
{
    const int64_t left = t->look_at - now_ms();

    if (t->watch_more || left < 0)
        return 0;
    return left > AGAIN_MS ? AGAIN_MS : (int)left;
}

static void *run(void *ctx)
{
    struct teller *t = ctx;
    bool stop = false;

    while (!stop) {
        struct ask *a = queue_pop(t->setup.work, wait_ms(t));

        if (a && !a->stop)
            take(t, a);
        else if (!a && now_ms() >= t->look_at)
            fold(t);
        if (!a || now_ms() - t->watched_at >= WATCH_MS)
            watch(t);
        metric_set(&serve_counters.lag_ms, now_ms() - t->seen_at);
        stop = a && a->stop;
        if (a && !queue_push(t->setup.done, a))
            stop = true;
    }
    return NULL;
}

enum status teller_start(const struct teller_setup *setup, struct teller **out,
                         struct err *err)
{
    struct teller *t = calloc(1, sizeof *t);
    enum status st = ST_NOMEM;

    if (t) {
        t->setup = *setup;
        t->seen_at = now_ms();
        pthread_mutex_init(&t->lock, NULL);
        st = engine_open(setup->store, setup->cube, &t->engine, err);
    }
    if (st == ST_OK) {
        go_behind(t);
        if (pthread_create(&t->thread, NULL, run, t) != 0)
            st = err_set(err, ST_IO, "no thread for the engine");
    }
    if (st == ST_OK) {
        *out = t;
    } else if (t) {
        engine_close(&t->engine);
        pthread_mutex_destroy(&t->lock);
        free(t);
    }
    return st;
}

void teller_join(struct teller **t)
{
    if (!*t)
        return;
    pthread_join((*t)->thread, NULL);
    engine_close(&(*t)->engine);
    pthread_mutex_destroy(&(*t)->lock);
    free(*t);
    *t = NULL;
}
