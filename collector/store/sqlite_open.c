/* sqlite_open.c - opening a file that may be no store, a newer one, an older
 * one, or none yet.
 *
 * A file is a store by its application_id; its schema has a number
 * (user_version).  The writer brings an older one up to date in a single
 * transaction, so a file is always of one whole version.
 *
 * There is one writer, which holds FILE-lock by flock(2).  SQLite's own locks
 * could not say so: readers and backups need them.  A descriptor of the store
 * itself could not hold it either: when a process closes one, the kernel drops
 * all its fcntl locks on that file, SQLite's among them.
 */
#include "sqlite_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "store_file.h"

/* Which schema the file has; -1: it is empty. */
static enum status identify(const struct sqlite *q, int64_t *version,
                            struct err *err)
{
    int64_t application = 0, tables = 0, number = 0;
    enum status st = db_number(q, "PRAGMA application_id", &application, err);

    if (st == ST_OK)
        st = db_number(q, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (st == ST_OK)
        st = db_number(q, "PRAGMA user_version", &number, err);
    if (st != ST_OK)
        return st;
    if (application == 0 && tables == 0 && number == 0)
        number = -1;
    else if (application != SCHEMA_APPLICATION || number < 0)
        return err_set(err, ST_CORRUPT, "%s: not a store of answers", q->path);
    else if (number > SCHEMA_VERSION)
        return err_set(err, ST_NEWER,
                       "%s: written by a newer version (schema %lld; this one "
                       "knows %d)",
                       q->path, (long long)number, SCHEMA_VERSION);
    *version = number;
    return ST_OK;
}

static enum status load_lineage(struct sqlite *q, struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, LINEAGE_OF, &s, err);

    if (st == ST_OK)
        st = db_step(q, s, &row, err);
    if (st != ST_OK)
        return st;
    if (row && sqlite3_column_bytes(s, 0) == LINEAGE)
        memcpy(q->lineage, sqlite3_column_blob(s, 0), LINEAGE);
    else
        st = err_set(err, ST_CORRUPT, "%s: table meta is damaged", q->path);
    sqlite3_reset(s);
    return st;
}

/* ":memory:" and "" would be stores that are gone when closed. */
static enum status check_path(const char *path, struct err *err)
{
    if (*path == '\0' || *path == ':')
        return err_set(err, ST_INVALID, "sqlite:%s: not a file name", path);
    return ST_OK;
}

enum status sqlite_open_read(const char *path, enum schema_wanted wanted,
                             struct sqlite **out, struct err *err)
{
    struct sqlite *q = NULL;
    int64_t version = 0;
    enum status st = check_path(path, err);

    if (st == ST_OK)
        st = db_connect(path, SQLITE_OPEN_READONLY, &q, err);
    if (st == ST_OK)
        st = identify(q, &version, err);
    if (st == ST_OK && version < 0)
        st =
            err_set(err, ST_CORRUPT, "%s: empty, not a store of answers", path);
    if (st == ST_OK && version < SCHEMA_VERSION && wanted == SCHEMA_CURRENT)
        st = err_set(err, ST_REFUSED,
                     "%s: written by an older version: start the collector "
                     "once to bring it up to date",
                     path);
    if (st == ST_OK && version > 0)
        st = load_lineage(q, err);
    if (st == ST_OK)
        *out = q;
    else
        db_close(&q);
    return st;
}

/* ---- the writer ---- */

static enum status migrate(struct sqlite *q, struct err *err)
{
    char stamp[96];
    int64_t version = 0;
    enum status st = db_run(q, BEGIN, err);

    if (st != ST_OK)
        return st;
    /* Asked again under the lock: another writer may have been quicker. */
    st = identify(q, &version, err);
    for (int64_t v = version < 0 ? 0 : version;
         st == ST_OK && v < SCHEMA_VERSION; v++)
        st = db_exec(q, schema_step[v], err);
    (void)snprintf(stamp, sizeof stamp,
                   "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   SCHEMA_APPLICATION, SCHEMA_VERSION);
    if (st == ST_OK)
        st = db_exec(q, stamp, err);
    if (st == ST_OK)
        st = db_run(q, COMMIT, err);
    if (st != ST_OK && !sqlite3_get_autocommit(q->db))
        (void)!db_run(q, ROLLBACK, NULL);
    return st;
}

static int count_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct sqlite *q = ctx;

    (void)db;
    (void)name;
    q->wal_pages = pages;
    return SQLITE_OK;
}

/* The answers of people are nobody else's to read: 0600, and SQLite gives its
 * side files the same mode.  A file that exists is not opened here: closing it
 * would drop the locks of another handle of this process. */
static enum status make_file(const char *path, struct err *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const int why = errno;

    if (fd >= 0)
        close(fd);
    else if (why != EEXIST)
        return err_set(err, store_file_status(why), "%s: %s", path,
                       strerror(why));
    return ST_OK;
}

static enum status use_wal(struct sqlite *q, struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, WAL, &s, err);

    if (st == ST_OK)
        st = db_step(q, s, &row, err);
    if (st == ST_OK &&
        (!row || !streq((const char *)sqlite3_column_text(s, 0), "wal")))
        st = err_set(err, ST_IO, "%s: this file system takes no WAL", q->path);
    sqlite3_reset(s);
    return st;
}

/* The schema is written before the file becomes a WAL database: a process
 * killed in between leaves an empty file or a whole store. */
static enum status prepare_writer(struct sqlite *q, struct err *err)
{
    int64_t version = 0;
    enum status st = identify(q, &version, err);

    if (st == ST_OK)
        st = db_exec(q,
                     "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                     "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"
                     "PRAGMA trusted_schema = OFF",
                     err);
    if (st == ST_OK && version < SCHEMA_VERSION)
        st = migrate(q, err);
    if (st == ST_OK)
        st = load_lineage(q, err);
    if (st == ST_OK)
        st = use_wal(q, err);
    /* Takes the place of automatic checkpoints, which run inside commits. */
    sqlite3_wal_hook(q->db, count_wal, q);
    return st;
}

/* Named after the file that SQLite opened, whatever links lead there. */
static enum status be_the_writer(struct sqlite *q, struct err *err)
{
    static const char end[] = "-lock";
    const char *file = sqlite3_db_filename(q->db, "main");
    const size_t size = strlen(file) + sizeof end;
    char *name = malloc(size);
    enum status st;

    if (!name)
        return err_set(err, ST_NOMEM, "%s: out of memory", q->path);
    (void)snprintf(name, size, "%s%s", file, end);
    st = store_file_lock(name, &q->lock, err);
    if (st == ST_OK) {
        q->lock_name = name;
        return ST_OK;
    }
    free(name);
    return st == ST_BUSY
               ? err_set(err, st, "%s: another collector has it open", q->path)
               : st;
}

enum status sqlite_open_write(const char *path, struct sqlite **out,
                              struct err *err)
{
    struct sqlite *q = NULL;
    enum status st = check_path(path, err);

    if (st == ST_OK)
        st = make_file(path, err);
    if (st == ST_OK)
        st = db_connect(path, SQLITE_OPEN_READWRITE, &q, err);
    if (st == ST_OK && sqlite3_db_readonly(q->db, "main") == 1)
        st = err_set(err, ST_REFUSED, "%s: is read-only", path);
    if (st == ST_OK)
        st = be_the_writer(q, err);
    if (st == ST_OK)
        st = prepare_writer(q, err);
    if (st == ST_OK)
        *out = q;
    else
        db_close(&q);
    return st;
}
