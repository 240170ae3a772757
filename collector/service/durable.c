/* durable.c - see collector/durable.h: transactions, keys and walks over the
 * database of disk.h. */
#include "collector/durable.h"

#include <assert.h>

#include "disk.h"

enum statement { PUT, DELETE, GET, STATEMENTS };

static const char *const sql_of[STATEMENTS] = {
    [PUT] = "INSERT INTO entry(space, key, value) VALUES(?1, ?2, ?3)"
            " ON CONFLICT(space, key) DO UPDATE SET value = excluded.value",
    [DELETE] = "DELETE FROM entry WHERE space = ?1 AND key = ?2",
    [GET] = "SELECT value FROM entry WHERE space = ?1 AND key = ?2",
};

struct durable {
    struct disk *disk;
    struct sqlite3_stmt *stmt[STATEMENTS];
    bool reads_only;
    bool begun;
    enum status failed; /* first failure in this transaction */
};

static enum status prepare_all(struct durable *d, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < STATEMENTS && st == ST_OK; i++)
        st = disk_prepare(d->disk, sql_of[i], &d->stmt[i], err);
    return st;
}

enum status durable_open(const char *path, uint32_t application,
                         struct durable **out, struct err *err)
{
    struct durable *d;
    enum status st;

    assert(application != 0);
    d = calloc(1, sizeof *d);
    if (!d)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    st = disk_open(path, application, &d->disk, err);
    if (st == ST_OK)
        st = prepare_all(d, err);
    if (st == ST_OK)
        *out = d;
    else
        durable_close(&d);
    return st;
}

enum status durable_reader(const struct durable *d, struct durable **out,
                           struct err *err)
{
    struct durable *reader = calloc(1, sizeof *reader);
    enum status st;

    if (!reader)
        return err_set(err, ST_NOMEM, "%s: out of memory", disk_path(d->disk));
    reader->reads_only = true;
    st = disk_open_reader(d->disk, &reader->disk, err);
    if (st == ST_OK)
        st = prepare_all(reader, err);
    if (st == ST_OK)
        *out = reader;
    else
        durable_close(&reader);
    return st;
}

void durable_close(struct durable **d)
{
    if (!*d)
        return;
    durable_rollback(*d);
    for (size_t i = 0; i < STATEMENTS; i++)
        disk_finish((*d)->stmt[i]);
    disk_close(&(*d)->disk);
    free(*d);
    *d = NULL;
}

/* ---- transactions ---- */

enum status durable_begin(struct durable *d, struct err *err)
{
    enum status st;

    assert(!d->begun && !d->reads_only);
    st = disk_run(d->disk, "BEGIN IMMEDIATE", err);
    d->begun = st == ST_OK;
    d->failed = ST_OK;
    return st;
}

/* What a call inside a transaction returns: SQLite undoes the transaction by
 * itself after some failures, and what came later would then stand alone. */
static enum status settle(struct durable *d, enum status st)
{
    if (st != ST_OK && d->failed == ST_OK)
        d->failed = st;
    return st;
}

static enum status standing(const struct durable *d, struct err *err)
{
    assert(d->begun);
    if (d->failed == ST_OK)
        return ST_OK;
    return err_set(err, d->failed, "%s: a change before this one failed",
                   disk_path(d->disk));
}

enum status durable_commit(struct durable *d, struct err *err)
{
    enum status st = standing(d, err);

    if (st == ST_OK)
        st = disk_run(d->disk, "COMMIT", err);
    if (st != ST_OK)
        durable_rollback(d);
    d->begun = false;
    return st;
}

void durable_rollback(struct durable *d)
{
    if (d->begun && disk_in_transaction(d->disk) &&
        disk_run(d->disk, "ROLLBACK", NULL) != ST_OK)
        assert(
            !disk_in_transaction(d->disk)); /* a rollback can not be refused */
    d->begun = false;
}

/* ---- one key ---- */

static enum status check_key(const struct durable *d, struct durable_key key,
                             struct err *err)
{
    if (key.len <= DURABLE_KEY_MAX)
        return ST_OK;
    return err_set(err, ST_RANGE, "%s: a key of %zu bytes", disk_path(d->disk),
                   key.len);
}

static enum status may_change(struct durable *d, struct durable_key key,
                              struct err *err)
{
    const enum status st = standing(d, err);

    return st == ST_OK ? settle(d, check_key(d, key, err)) : st;
}

static enum status bind_key(struct durable *d, struct sqlite3_stmt *s,
                            struct durable_key key, struct err *err)
{
    const struct disk_bytes bytes = {key.data, key.len};
    const enum status st = disk_bind_number(d->disk, s, 1, key.space, err);

    return st == ST_OK ? disk_bind_bytes(d->disk, s, 2, bytes, err) : st;
}

/* Run a bound statement that changes something. */
static enum status change(struct durable *d, struct sqlite3_stmt *s,
                          struct err *err)
{
    bool row;
    const enum status st = disk_step(d->disk, s, &row, err);

    disk_reset(s);
    return st;
}

enum status durable_put(struct durable *d, struct durable_key key,
                        const void *value, size_t len, struct err *err)
{
    const struct disk_bytes bytes = {value, len};
    enum status st = may_change(d, key, err);

    if (st != ST_OK)
        return st;
    st = bind_key(d, d->stmt[PUT], key, err);
    if (st == ST_OK)
        st = disk_bind_bytes(d->disk, d->stmt[PUT], 3, bytes, err);
    if (st == ST_OK)
        st = change(d, d->stmt[PUT], err);
    return settle(d, st);
}

enum status durable_delete(struct durable *d, struct durable_key key,
                           struct err *err)
{
    enum status st = may_change(d, key, err);

    if (st != ST_OK)
        return st;
    st = bind_key(d, d->stmt[DELETE], key, err);
    if (st == ST_OK)
        st = change(d, d->stmt[DELETE], err);
    return settle(d, st);
}

enum status durable_get(struct durable *d, struct durable_key key,
                        struct buffer *out, struct err *err)
{
    bool row = false;
    enum status st = check_key(d, key, err);

    if (st == ST_OK)
        st = bind_key(d, d->stmt[GET], key, err);
    if (st == ST_OK)
        st = disk_step(d->disk, d->stmt[GET], &row, err);
    if (st == ST_OK && !row)
        st = err_set(err, ST_NOTFOUND, "%s: no such key", disk_path(d->disk));
    if (st == ST_OK) {
        const struct disk_bytes value = disk_column(d->stmt[GET], 0);

        st = buffer_add(out, value.data, value.len);
        if (st != ST_OK)
            err_set(err, st, "%s: no room for a value", disk_path(d->disk));
    }
    disk_reset(d->stmt[GET]);
    return st;
}

/* ---- many keys ---- */

/* The first key behind all that begin with `prefix`; false: there is none. */
static bool behind(struct durable_key prefix, uint8_t out[DURABLE_KEY_MAX],
                   size_t *out_len)
{
    size_t len = prefix.len;

    if (len)
        memcpy(out, prefix.data, len);
    while (len && out[len - 1] == 0xff)
        len--;
    if (!len)
        return false;
    out[len - 1]++;
    *out_len = len;
    return true;
}

enum status durable_clear(struct durable *d, struct durable_key prefix,
                          struct err *err)
{
    uint8_t end[DURABLE_KEY_MAX];
    struct disk_bytes until = {end, 0};
    struct sqlite3_stmt *s = NULL;
    enum status st = may_change(d, prefix, err);
    bool ends;

    if (st != ST_OK)
        return st;
    ends = behind(prefix, end, &until.len);
    st = disk_prepare(
        d->disk,
        ends ? "DELETE FROM entry WHERE space = ?1 AND key >= ?2 AND key < ?3"
             : "DELETE FROM entry WHERE space = ?1 AND key >= ?2",
        &s, err);
    if (st == ST_OK)
        st = bind_key(d, s, prefix, err);
    if (st == ST_OK && ends)
        st = disk_bind_bytes(d->disk, s, 3, until, err);
    if (st == ST_OK)
        st = change(d, s, err);
    disk_finish(s);
    return settle(d, st);
}

/* Where a walk stands: at the first key >= this one.  Each step seeks anew, so
 * that whatever the callback did to the table, the next key is the next one
 * that is there. */
struct walk {
    struct sqlite3_stmt *stmt;  /* keys and values, */
    struct sqlite3_stmt *value; /* or keys, and the value of one */
    durable_want_fn *want;
    struct durable_key prefix;
    uint8_t key[DURABLE_KEY_MAX + 1];
    size_t len;
    bool more;
};

static void stand_at(struct walk *w, const void *key, size_t len)
{
    if (len)
        memcpy(w->key, key, len);
    w->len = len;
}

/* The value of a key that is there. */
static enum status read_value(struct durable *d, struct walk *w,
                              struct disk_bytes key, struct disk_bytes *out,
                              struct err *err)
{
    const struct durable_key whole = {w->prefix.space, key.data, key.len};
    bool row = false;
    enum status st = bind_key(d, w->value, whole, err);

    if (st == ST_OK)
        st = disk_step(d->disk, w->value, &row, err);
    if (st == ST_OK)
        *out = disk_column(w->value, 0);
    return st;
}

/* Hand over the row that the statement stands at. */
static enum status hand_over(struct durable *d, struct walk *w, durable_fn *fn,
                             void *ctx, struct err *err)
{
    const struct disk_bytes key = disk_column(w->stmt, 0);
    const size_t same = w->prefix.len;
    struct disk_bytes value = {NULL, 0};
    enum status st = ST_OK;

    w->more = key.len >= same && key.len <= DURABLE_KEY_MAX &&
              (same == 0 || memcmp(key.data, w->prefix.data, same) == 0);
    if (!w->more)
        return ST_OK;
    if (!w->want)
        value = disk_column(w->stmt, 1);
    if (!w->want || w->want(ctx, key.data, key.len)) {
        if (w->want)
            st = read_value(d, w, key, &value, err);
        if (st == ST_OK)
            st = fn(ctx, key.data, key.len, value.data, value.len);
        if (w->want)
            disk_reset(w->value);
    }
    stand_at(w, key.data, key.len);
    w->key[w->len++] = 0; /* the least key that is greater */
    return st;
}

static int compare_keys(struct durable_key a, struct durable_key b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len ? memcmp(a.data, b.data, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static enum status prepare_walk(struct durable *d, struct walk *w,
                                struct err *err)
{
    enum status st;

    if (!w->want)
        return disk_prepare(d->disk,
                            "SELECT key, value FROM entry WHERE space = ?1"
                            " AND key >= ?2 ORDER BY key LIMIT 1",
                            &w->stmt, err);
    st = disk_prepare(d->disk,
                      "SELECT key FROM entry WHERE space = ?1 AND key >= ?2"
                      " ORDER BY key LIMIT 1",
                      &w->stmt, err);
    return st == ST_OK ? disk_prepare(d->disk, sql_of[GET], &w->value, err)
                       : st;
}

enum status durable_walk(struct durable *d, struct durable_key prefix,
                         const struct durable_key *from, durable_fn *fn,
                         void *ctx, struct err *err)
{
    return durable_walk_some(d, prefix, from, NULL, fn, ctx, err);
}

enum status durable_walk_some(struct durable *d, struct durable_key prefix,
                              const struct durable_key *from,
                              durable_want_fn *want, durable_fn *fn, void *ctx,
                              struct err *err)
{
    struct walk w = {.prefix = prefix, .want = want, .more = true};
    struct durable_key at = prefix;
    enum status st;

    if (from && compare_keys(*from, prefix) > 0)
        at = *from;
    assert(at.space == prefix.space);
    st = check_key(d, at, err);
    if (st == ST_OK)
        st = prepare_walk(d, &w, err);
    if (st == ST_OK)
        stand_at(&w, at.data, at.len);
    while (st == ST_OK && w.more) {
        at = (struct durable_key){prefix.space, w.key, w.len};
        st = bind_key(d, w.stmt, at, err);
        if (st == ST_OK)
            st = disk_step(d->disk, w.stmt, &w.more, err);
        if (st == ST_OK && w.more)
            st = hand_over(d, &w, fn, ctx, err);
        disk_reset(w.stmt);
    }
    disk_finish(w.stmt);
    disk_finish(w.value);
    return st == ST_STOPPED ? ST_OK : st;
}
