/* engine.c - see scorer/query.h: from a request to records. */
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#include "engine_handle.h"
#include "holder.h"
#include "scorer/live.h"
#include "scorer/remote.h"
#include "scorer/taint.h"
#include "surveys/period.h"

/* A cube has one owner at a time, and each is soon done with it. */
enum { BUSY_TRIES = 100, BUSY_MS = 100 };

static enum status open_cells(struct engine *e, const char *cube,
                              struct err *err)
{
    const struct timespec pause = {0, BUSY_MS * 1000000L};
    pid_t holder;
    enum status st = cells_open(e->store, cube, &e->cells, err);

    if (st == ST_BUSY && cube && holder_serves(cube, &holder))
        return err_set(err, ST_BUSY,
                       "%s: held by manyi-scorer serve, process %d: ask that, "
                       "with its address in --store",
                       cube, (int)holder);
    for (int i = 0; i < BUSY_TRIES && st == ST_BUSY; i++) {
        nanosleep(&pause, NULL);
        st = cells_open(e->store, cube, &e->cells, err);
    }
    return st;
}

enum status engine_on(struct store *store, const char *cube,
                      struct engine **out, struct err *err)
{
    struct engine *e;
    enum status st;

    taint_install();
    if (sodium_init() < 0)
        return err_set(err, ST_IO, "libsodium has no random numbers");
    e = calloc(1, sizeof *e);
    if (!e)
        return ST_NOMEM;
    e->store = store;
    st = open_cells(e, cube, err);
    if (st == ST_OK)
        *out = e;
    else
        engine_close(&e);
    return st;
}

/* "FILE" and the ending; NULL stays: this store has no file. */
static enum status beside(const char *url, const char *ending, char **out)
{
    static const char scheme[] = "sqlite:";
    const size_t len = strlen(url) + strlen(ending) + 1;

    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return ST_OK;
    *out = malloc(len);
    if (!*out)
        return ST_NOMEM;
    snprintf(*out, len, "%s%s", url + sizeof scheme - 1, ending);
    return ST_OK;
}

/* "FILE-cube.db" beside the store's file; "" stays in memory. */
static enum status cube_path(const char *url, const char *cube, char **out)
{
    *out = NULL;
    if (!cube)
        return beside(url, "-cube.db", out);
    *out = *cube ? strdup(cube) : NULL;
    return *cube && !*out ? ST_NOMEM : ST_OK;
}

static enum status connect(const struct engine_place *p, struct engine **out,
                           struct err *err)
{
    struct engine *e = calloc(1, sizeof *e);
    enum status st = ST_NOMEM;

    if (e)
        st = remote_open(p, &e->remote, err);
    if (st == ST_OK)
        *out = e;
    else
        free(e);
    return st;
}

enum status engine_open_at(const struct engine_place *p, struct engine **out,
                           struct err *err)
{
    if (place_served(p->store)) {
        if (p->cube)
            return err_set(err, ST_INVALID, "--cube: %s has its own", p->store);
        return connect(p, out, err);
    }
    if (p->key || p->server_key)
        return err_set(err, ST_INVALID,
                       "--key and --server-key go with the address of a "
                       "manyi-scorer serve in --store");
    return engine_open(p->store, p->cube, out, err);
}

enum status engine_open(const char *store_url, const char *cube,
                        struct engine **out, struct err *err)
{
    struct store *store = NULL;
    char *path = NULL, *readers = NULL;
    enum status st = store_open(store_url, STORE_READ, &store, err);

    if (st == ST_OK)
        st = cube_path(store_url, cube, &path);
    if (st == ST_OK)
        st = beside(store_url, "-readers.db", &readers);
    if (st == ST_OK)
        st = engine_on(store, path, out, err);
    free(path);
    if (st == ST_OK) {
        (*out)->owns_store = true;
        (*out)->held_path = readers;
    } else {
        free(readers);
        store_close(&store);
    }
    return st;
}

void engine_close(struct engine **e)
{
    if (!*e)
        return;
    remote_close(&(*e)->remote);
    engine_forget(*e);
    held_close(&(*e)->held);
    free((*e)->held_path);
    cells_close(&(*e)->cells);
    if ((*e)->owns_store)
        store_close(&(*e)->store);
    free(*e);
    *e = NULL;
}

static bool same_place(const struct watermark *a, const struct watermark *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

enum status engine_name(struct engine *e, const char *kind,
                        const struct query *q, char out[33], struct err *err)
{
    struct selection s = {0};
    enum status st = select_forms(e, q, &s, err);

    if (st == ST_OK)
        st = query_name(kind, q, &s, engine_watermark(e), out, err);
    selection_free(&s);
    return st;
}

const struct watermark *engine_watermark(const struct engine *e)
{
    return cells_watermark(e->cells);
}

enum status engine_update(struct engine *e, struct err *err)
{
    uint64_t rows;
    enum status st = cells_update(e->cells, &rows, err);

    if (st == ST_OK && !same_place(&e->fitted_at, engine_watermark(e))) {
        engine_forget(e);
        e->fitted_at = *engine_watermark(e);
    }
    return st;
}

enum status engine_fold(struct engine *e, struct cells_step *step,
                        struct err *err)
{
    enum status st = cells_step(e->cells, step, err);

    if (!same_place(&e->fitted_at, engine_watermark(e))) {
        engine_forget(e);
        e->fitted_at = *engine_watermark(e);
    }
    if (engine_mended(e, &st, err))
        step->more = true;
    return st;
}

bool engine_moved(struct engine *e)
{
    return store_moved(e->store);
}

size_t engine_surveys(const struct engine *e)
{
    return cells_forms(e->cells);
}

const struct survey *engine_survey(const struct engine *e, size_t i)
{
    return cells_form(e->cells, i);
}

bool engine_mended(struct engine *e, enum status *st, struct err *err)
{
    if (*st != ST_CORRUPT || !e->cells->cube.damaged)
        return false;
    engine_forget(e);
    *st = cells_discard(e->cells, "damaged", err);
    return *st == ST_OK;
}

static enum status scores_once(struct engine *e, const struct query *q,
                               struct scores *out, struct err *err)
{
    struct scores s = {0};
    struct estimates l = {0};
    enum status st = engine_update(e, err);

    if (st == ST_OK)
        st = engine_estimates(e, q, &l, &s.met, err);
    if (st == ST_OK)
        st = engine_name(e, "score", q, s.query, err);
    if (st == ST_OK)
        st = records_make(&l, q, &s);
    estimates_free(&l);
    if (st == ST_OK) {
        s.watermark = *engine_watermark(e);
        *out = s;
    } else {
        free(s.met);
    }
    return st;
}

enum status engine_scores(struct engine *e, const struct query *q,
                          struct scores *out, struct err *err)
{
    enum status st = query_check(q, err);

    if (st == ST_OK)
        st = scores_once(e, q, out, err);
    if (engine_mended(e, &st, err))
        st = scores_once(e, q, out, err);
    return st;
}
