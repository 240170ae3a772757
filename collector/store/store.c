/* store.c - an open store: transactions, keyed tables, reading.
 *
 * What is the same for every engine and has nothing to do with responses.  A
 * transaction in which a change failed is undone at once and stays failed
 * until its owner ends it, so that a half-made message can never be committed.
 */
#include "collector/store.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "store_handle.h"

#define CHUNK_ROWS 10000
#define CHUNK_NS   100000000 /* a long reader makes the log file grow */

static const struct store_ops *const engines[] = {&store_sqlite, &store_memory};

/* The engine of a URL, and what stands behind its colon. */
static enum status find_engine(const char *url, const struct store_ops **ops,
                               const char **place, struct err *err)
{
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        const size_t len = strlen(engines[i]->scheme);

        if (strncmp(url, engines[i]->scheme, len) == 0 && url[len] == ':') {
            *ops = engines[i];
            *place = url + len + 1;
            return ST_OK;
        }
    }
    return err_set(err, ST_INVALID, "%s: not a store (sqlite:FILE)", url);
}

enum status store_open(const char *url, enum store_mode mode,
                       struct store **out, struct err *err)
{
    struct store *s = NULL;
    const struct store_ops *ops = NULL;
    const char *place = NULL;
    enum status st = find_engine(url, &ops, &place, err);

    if (st != ST_OK)
        return st;
    s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ST_NOMEM, "%s: out of memory", url);
    s->ops = ops;
    s->mode = mode;
    st = ops->open(place, mode, &s->db, err);
    if (st != ST_OK) {
        free(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

void store_close(struct store **s)
{
    if (!*s)
        return;
    store_rollback(*s);
    (*s)->ops->close((*s)->db);
    buffer_free(&(*s)->forms);
    free(*s);
    *s = NULL;
}

/* ---- transactions ---- */

enum status store_begin(struct store *s, struct err *err)
{
    enum status st;

    assert(!s->changing);
    if (s->mode != STORE_WRITE)
        return err_set(err, ST_REFUSED, "the store is open for reading only");
    st = s->ops->begin(s->db, err);
    if (st == ST_OK) {
        s->changing = true;
        s->failed = ST_OK;
    }
    return st;
}

enum status store_commit(struct store *s, struct err *err)
{
    enum status st = store_may_change(s, err);

    if (st == ST_OK)
        st = s->ops->commit(s->db, err);
    s->changing = false;
    return st;
}

void store_rollback(struct store *s)
{
    if (s->changing && s->failed == ST_OK)
        s->ops->rollback(s->db);
    s->changing = false;
}

enum status store_may_change(struct store *s, struct err *err)
{
    assert(s->changing);
    if (s->failed != ST_OK)
        return err_set(err, s->failed, "the transaction has failed before");
    return ST_OK;
}

enum status store_changed(struct store *s, enum status st)
{
    if (st != ST_OK) {
        s->ops->rollback(s->db);
        s->failed = st;
    }
    return st;
}

enum status store_journal(struct store *s, const struct journal *j,
                          struct err *err)
{
    enum status st = store_may_change(s, err);

    return st == ST_OK ? store_changed(s, s->ops->journal(s->db, j, err)) : st;
}

/* ---- keyed tables ---- */

static enum status check_key(struct store_key key, struct err *err)
{
    if (key.len > STORE_KEY_MAX)
        return err_set(err, ST_RANGE, "a key of %zu bytes is over %d", key.len,
                       STORE_KEY_MAX);
    return ST_OK;
}

enum status store_put(struct store *s, enum store_table t, struct store_key key,
                      const void *value, size_t len, struct err *err)
{
    enum status st = check_key(key, err);

    if (st == ST_OK)
        st = store_may_change(s, err);
    if (st != ST_OK)
        return st;
    return store_changed(s, s->ops->put(s->db, t, key, value, len, err));
}

enum status store_delete(struct store *s, enum store_table t,
                         struct store_key key, struct err *err)
{
    enum status st = check_key(key, err);

    if (st == ST_OK)
        st = store_may_change(s, err);
    if (st != ST_OK)
        return st;
    return store_changed(s, s->ops->remove(s->db, t, key, err));
}

enum status store_get(struct store *s, enum store_table t, struct store_key key,
                      struct buffer *out, struct err *err)
{
    enum status st = check_key(key, err);

    return st == ST_OK ? s->ops->get(s->db, t, key, out, err) : st;
}

enum status store_list(struct store *s, enum store_table t,
                       struct store_key from, struct store_key to,
                       store_table_fn *fn, void *ctx, struct err *err)
{
    enum status st = check_key(from, err);

    if (st == ST_OK)
        st = check_key(to, err);
    return st == ST_OK ? s->ops->list(s->db, t, from, to, fn, ctx, err) : st;
}

/* ---- reading ---- */

/* Between the engine and the reader's function: counts, and ends the read
 * transaction when its time is up. */
struct pace {
    store_scan_fn *fn;
    void *ctx;
    struct log_scan *scan;
    struct timespec began;
    uint64_t rows;
};

static enum status paced(void *ctx, const struct store_row *row)
{
    struct pace *p = ctx;
    struct timespec now;
    enum status st = p->fn(p->ctx, row);

    /* A clock reading for every row would cost a tenth of the scan. */
    if (++p->rows % 64 == 0) {
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        p->scan->pause = (now.tv_sec - p->began.tv_sec) * 1000000000 +
                             now.tv_nsec - p->began.tv_nsec >
                         CHUNK_NS;
    }
    return st;
}

enum status store_scan(struct store *s, const struct watermark *from,
                       enum scan_what what, uint64_t limit, store_scan_fn *fn,
                       void *ctx, struct watermark *to, struct err *err)
{
    struct log_scan scan = {.begun = *from, .at = *from, .what = what};
    uint64_t left = limit ? limit : UINT64_MAX;

    while (!scan.end && left > 0) {
        struct pace p = {.fn = fn, .ctx = ctx, .scan = &scan};
        enum status st;

        (void)clock_gettime(CLOCK_MONOTONIC, &p.began);
        scan.rows = left < CHUNK_ROWS ? left : CHUNK_ROWS;
        scan.pause = false;
        st = s->ops->scan(s->db, &scan, paced, &p, err);
        if (st != ST_OK)
            return st;
        left -= p.rows;
    }
    *to = scan.at;
    return ST_OK;
}

enum status store_find(struct store *s, const uint8_t id[ID_SIZE],
                       enum entry entry, struct store_entry *out,
                       struct err *err)
{
    struct log_known known;
    enum status st = s->ops->known(s->db, id, &known, err);

    if (st == ST_OK && !known.key[entry].first)
        st = err_set(err, ST_NOTFOUND, "no such response");
    if (st == ST_OK)
        st = s->ops->read(s->db, known.key[entry].newest, &s->found, err);
    if (st == ST_OK)
        *out = s->found.entry;
    return st;
}

enum status store_of_respondent(struct store *s,
                                const uint8_t respondent[ID_SIZE],
                                struct buffer *ids, struct err *err)
{
    return s->ops->of_respondent(s->db, respondent, ids, err);
}

/* ---- care ---- */

bool store_moved(struct store *s)
{
    return s->ops->moved && s->ops->moved(s->db);
}

void store_care(struct store *s, bool idle)
{
    if (s->ops->care && s->mode == STORE_WRITE && !s->changing)
        s->ops->care(s->db, idle);
}

enum status store_backup(struct store *s, const char *path, struct err *err)
{
    assert(!s->changing);
    if (!s->ops->backup)
        return err_set(err, ST_REFUSED, "%s: has no file to back up",
                       s->ops->scheme);
    return s->ops->backup(s->db, path, err);
}

enum status store_restore(const char *url, const char *path, struct err *err)
{
    const struct store_ops *ops = NULL;
    const char *place = NULL;
    enum status st = find_engine(url, &ops, &place, err);

    if (st != ST_OK)
        return st;
    if (!ops->restore)
        return err_set(err, ST_REFUSED, "%s: has no file to restore", url);
    return ops->restore(place, path, err);
}
