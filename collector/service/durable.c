/* durable.c - see collector/durable.h.  The one file of collector/service that
 * knows SQLite.
 *
 * One table of (space, key, value).  It has a rowid: with values of some kB a
 * WITHOUT ROWID table of the same rows takes twice the bytes and the time.
 * locking_mode=EXCLUSIVE makes the lock last from open to close; it is the
 * kernel's, so it goes with the process however that ends.  An exclusive WAL
 * needs no shared memory file, and a commit is one write and one fsync.
 */
#include "collector/durable.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <unistd.h>

#define SCHEMA_VERSION 1

enum statement { PUT, DELETE, GET, STATEMENTS };

static const char *const sql_of[STATEMENTS] = {
    [PUT] = "INSERT INTO entry(space, key, value) VALUES(?1, ?2, ?3)"
            " ON CONFLICT(space, key) DO UPDATE SET value = excluded.value",
    [DELETE] = "DELETE FROM entry WHERE space = ?1 AND key = ?2",
    [GET] = "SELECT value FROM entry WHERE space = ?1 AND key = ?2",
};

struct durable {
    sqlite3 *db;
    char *path;
    sqlite3_stmt *stmt[STATEMENTS];
    bool begun;
    enum status failed; /* first failure in this transaction */
};

static const struct {
    int code;
    enum status status;
    const char *why;
} meanings[] = {
    {SQLITE_BUSY, ST_BUSY, "is in use by another process"},
    {SQLITE_FULL, ST_FULL, "no room on the disk"},
    {SQLITE_NOTADB, ST_CORRUPT, "is not a manyi table"},
    {SQLITE_CORRUPT, ST_CORRUPT, "is damaged"},
    {SQLITE_READONLY, ST_REFUSED, "it or its folder may only be read"},
    {SQLITE_TOOBIG, ST_RANGE, "a value is too large"},
    {SQLITE_NOMEM, ST_NOMEM, "out of memory"},
};

static enum status fail_os(const char *path, int number, struct err *err)
{
    enum status st = ST_IO;

    if (number == EACCES || number == EPERM || number == EROFS)
        st = ST_REFUSED;
    else if (number == ENOSPC || number == EDQUOT)
        st = ST_FULL;
    else if (number == ENOENT)
        st = ST_NOTFOUND;
    return err_set(err, st, "%s: %s", path, strerror(number));
}

/* Say what SQLite, or the system under it, answered. */
static enum status fail(const struct durable *d, int rc, struct err *err)
{
    const int number = d->db ? sqlite3_system_errno(d->db) : 0;

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == (rc & 0xff))
            return err_set(err, meanings[i].status, "%s: %s", d->path,
                           meanings[i].why);
    if (number)
        return fail_os(d->path, number, err);
    return err_set(err, ST_IO, "%s: %s", d->path, sqlite3_errstr(rc));
}

static enum status run(struct durable *d, const char *sql, struct err *err)
{
    const int rc = sqlite3_exec(d->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ST_OK : fail(d, rc, err);
}

static enum status prepare(struct durable *d, const char *sql,
                           sqlite3_stmt **out, struct err *err)
{
    const int rc = sqlite3_prepare_v2(d->db, sql, -1, out, NULL);

    return rc == SQLITE_OK ? ST_OK : fail(d, rc, err);
}

/* The one number that `sql` asks for. */
static enum status ask(struct durable *d, const char *sql, int64_t *out,
                       struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = prepare(d, sql, &stmt, err);
    int rc;

    if (st != ST_OK)
        return st;
    rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int64(stmt, 0);
    else
        st = fail(d, rc, err);
    sqlite3_finalize(stmt);
    return st;
}

/* SQLite would make the file as the umask says; ours is for the owner alone.
 * O_EXCL: closing a descriptor of a file that this process already holds open
 * would drop its locks. */
static enum status make_file(const char *path, struct err *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST ? ST_OK : fail_os(path, errno, err);
    close(fd);
    return ST_OK;
}

/* Write nothing into a file before it is known to be ours. */
static enum status identify(struct durable *d, uint32_t application,
                            bool *fresh, struct err *err)
{
    int64_t id = 0, version = 0, objects = 0;
    enum status st = ask(d, "PRAGMA application_id", &id, err);

    if (st == ST_OK)
        st = ask(d, "PRAGMA user_version", &version, err);
    if (st == ST_OK)
        st = ask(d, "SELECT count(*) FROM sqlite_schema", &objects, err);
    if (st != ST_OK)
        return st;
    *fresh = id == 0 && version == 0 && objects == 0;
    if (*fresh)
        return ST_OK;
    if ((uint32_t)id != application)
        return err_set(err, ST_CORRUPT, "%s: is another program's file",
                       d->path);
    if (version > SCHEMA_VERSION)
        return err_set(err, ST_NEWER,
                       "%s: was written by a newer version (schema %lld, this "
                       "program knows %d)",
                       d->path, (long long)version, SCHEMA_VERSION);
    return ST_OK;
}

static enum status make_schema(struct durable *d, uint32_t application,
                               struct err *err)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "BEGIN IMMEDIATE;"
             "CREATE TABLE entry(space INTEGER NOT NULL, key BLOB NOT NULL,"
             " value BLOB NOT NULL, UNIQUE(space, key));"
             "PRAGMA application_id=%ld;"
             "PRAGMA user_version=%d;"
             "COMMIT",
             (long)(int32_t)application, SCHEMA_VERSION);
    return run(d, sql, err);
}

static enum status set_up(struct durable *d, uint32_t application,
                          struct err *err)
{
    bool fresh = false;
    enum status st;

    if (sqlite3_db_readonly(d->db, "main"))
        return err_set(err, ST_REFUSED, "%s: may only be read", d->path);
    st =
        run(d, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA trusted_schema=OFF", err);
    if (st == ST_OK)
        st = identify(d, application, &fresh, err);
    if (st == ST_OK)
        st = run(d, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
    if (st == ST_OK && fresh)
        st = make_schema(d, application, err);
    else if (st == ST_OK) /* the lock is had with the first write */
        st = run(d, "BEGIN IMMEDIATE; COMMIT", err);
    for (size_t i = 0; i < STATEMENTS && st == ST_OK; i++)
        st = prepare(d, sql_of[i], &d->stmt[i], err);
    return st;
}

enum status durable_open(const char *path, uint32_t application,
                         struct durable **out, struct err *err)
{
    struct durable *d = NULL;
    enum status st = ST_NOMEM;
    int rc;

    assert(application != 0);
    d = calloc(1, sizeof *d);
    if (!d)
        goto done;
    d->path = strdup(path);
    if (!d->path)
        goto done;
    st = make_file(path, err);
    if (st != ST_OK)
        goto done;
    rc = sqlite3_open_v2(path, &d->db,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                             SQLITE_OPEN_EXRESCODE,
                         NULL);
    st = rc == SQLITE_OK ? set_up(d, application, err) : fail(d, rc, err);
    if (st == ST_OK) {
        *out = d;
        d = NULL;
    }
done:
    if (st == ST_NOMEM)
        err_set(err, st, "%s: out of memory", path);
    durable_close(&d);
    return st;
}

void durable_close(struct durable **d)
{
    if (!*d)
        return;
    durable_rollback(*d);
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize((*d)->stmt[i]);
    sqlite3_close((*d)->db);
    free((*d)->path);
    free(*d);
    *d = NULL;
}

enum status durable_begin(struct durable *d, struct err *err)
{
    enum status st;

    assert(!d->begun);
    st = run(d, "BEGIN IMMEDIATE", err);
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
                   d->path);
}

static enum status check_key(const struct durable *d, struct durable_key key,
                             struct err *err)
{
    if (key.len <= DURABLE_KEY_MAX)
        return ST_OK;
    return err_set(err, ST_RANGE, "%s: a key of %zu bytes", d->path, key.len);
}

static enum status may_change(struct durable *d, struct durable_key key,
                              struct err *err)
{
    const enum status st = standing(d, err);

    return st == ST_OK ? settle(d, check_key(d, key, err)) : st;
}

enum status durable_commit(struct durable *d, struct err *err)
{
    enum status st = standing(d, err);

    if (st == ST_OK)
        st = run(d, "COMMIT", err);
    if (st != ST_OK)
        durable_rollback(d);
    d->begun = false;
    return st;
}

void durable_rollback(struct durable *d)
{
    if (d->begun && !sqlite3_get_autocommit(d->db))
        (void)sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
    d->begun = false;
}

/* A NULL pointer would be SQL's NULL. */
static int bind_bytes(sqlite3_stmt *stmt, int n, const void *data, size_t len)
{
    return sqlite3_bind_blob64(stmt, n, len ? data : "", len, SQLITE_STATIC);
}

static int bind_key(sqlite3_stmt *stmt, struct durable_key key)
{
    const int rc = sqlite3_bind_int64(stmt, 1, key.space);

    return rc == SQLITE_OK ? bind_bytes(stmt, 2, key.data, key.len) : rc;
}

static enum status finish(struct durable *d, sqlite3_stmt *stmt, int rc,
                          struct err *err)
{
    enum status st;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    st = rc == SQLITE_DONE ? ST_OK : fail(d, rc, err);
    sqlite3_reset(stmt);
    return settle(d, st);
}

enum status durable_put(struct durable *d, struct durable_key key,
                        const void *value, size_t len, struct err *err)
{
    const enum status st = may_change(d, key, err);
    int rc;

    if (st != ST_OK)
        return st;
    rc = bind_key(d->stmt[PUT], key);
    if (rc == SQLITE_OK)
        rc = bind_bytes(d->stmt[PUT], 3, value, len);
    return finish(d, d->stmt[PUT], rc, err);
}

enum status durable_delete(struct durable *d, struct durable_key key,
                           struct err *err)
{
    const enum status st = may_change(d, key, err);

    if (st != ST_OK)
        return st;
    return finish(d, d->stmt[DELETE], bind_key(d->stmt[DELETE], key), err);
}

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
    size_t end_len = 0;
    sqlite3_stmt *stmt = NULL;
    enum status st = may_change(d, prefix, err);
    bool ends;
    int rc;

    if (st != ST_OK)
        return st;
    ends = behind(prefix, end, &end_len);
    rc = sqlite3_prepare_v2(
        d->db,
        ends ? "DELETE FROM entry WHERE space = ?1 AND key >= ?2 AND key < ?3"
             : "DELETE FROM entry WHERE space = ?1 AND key >= ?2",
        -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = bind_key(stmt, prefix);
    if (rc == SQLITE_OK && ends)
        rc = bind_bytes(stmt, 3, end, end_len);
    st = finish(d, stmt, rc, err);
    sqlite3_finalize(stmt);
    return st;
}

enum status durable_get(struct durable *d, struct durable_key key,
                        struct buffer *out, struct err *err)
{
    enum status st = check_key(d, key, err);
    int rc;

    if (st != ST_OK)
        return st;
    rc = bind_key(d->stmt[GET], key);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(d->stmt[GET]);
    if (rc == SQLITE_ROW) {
        st = buffer_add(out, sqlite3_column_blob(d->stmt[GET], 0),
                        (size_t)sqlite3_column_bytes(d->stmt[GET], 0));
        if (st != ST_OK)
            err_set(err, st, "%s: no room for a value", d->path);
    } else {
        st = rc == SQLITE_DONE
                 ? err_set(err, ST_NOTFOUND, "%s: no such key", d->path)
                 : fail(d, rc, err);
    }
    sqlite3_reset(d->stmt[GET]);
    return st;
}

/* Where a walk stands: at the first key >= this one.  Each step seeks anew, so
 * that whatever the callback did to the table, the next key is the next one
 * that is there. */
struct walk {
    sqlite3_stmt *stmt;
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

/* Hand over the row that the statement stands at. */
static enum status hand_over(struct walk *w, durable_fn *fn, void *ctx)
{
    const void *key = sqlite3_column_blob(w->stmt, 0);
    const size_t len = (size_t)sqlite3_column_bytes(w->stmt, 0);
    enum status st;

    w->more =
        len >= w->prefix.len && len <= DURABLE_KEY_MAX &&
        (w->prefix.len == 0 || memcmp(key, w->prefix.data, w->prefix.len) == 0);
    if (!w->more)
        return ST_OK;
    st = fn(ctx, key, len, sqlite3_column_blob(w->stmt, 1),
            (size_t)sqlite3_column_bytes(w->stmt, 1));
    stand_at(w, key, len);
    w->key[w->len++] = 0; /* the least key that is greater */
    return st;
}

static int compare_keys(struct durable_key a, struct durable_key b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len ? memcmp(a.data, b.data, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

enum status durable_walk(struct durable *d, struct durable_key prefix,
                         const struct durable_key *from, durable_fn *fn,
                         void *ctx, struct err *err)
{
    struct walk w = {.prefix = prefix, .more = true};
    struct durable_key start = prefix;
    enum status st;

    if (from && compare_keys(*from, prefix) > 0)
        start = *from;
    assert(start.space == prefix.space);
    st = check_key(d, start, err);
    if (st == ST_OK)
        st = prepare(d,
                     "SELECT key, value FROM entry WHERE space = ?1"
                     " AND key >= ?2 ORDER BY key LIMIT 1",
                     &w.stmt, err);
    if (st != ST_OK)
        return st;
    stand_at(&w, start.data, start.len);
    while (st == ST_OK && w.more) {
        int rc =
            bind_key(w.stmt, (struct durable_key){prefix.space, w.key, w.len});

        if (rc == SQLITE_OK)
            rc = sqlite3_step(w.stmt);
        w.more = false;
        if (rc == SQLITE_ROW)
            st = hand_over(&w, fn, ctx);
        else if (rc != SQLITE_DONE)
            st = fail(d, rc, err);
        sqlite3_reset(w.stmt);
    }
    sqlite3_finalize(w.stmt);
    return st == ST_STOPPED ? ST_OK : st;
}
