/* disk.c - see disk.h.  The one file of collector/service that knows SQLite.
 *
 * The table has a rowid: with values of some kB a WITHOUT ROWID table of the
 * same rows takes twice the bytes and the time.  SQLite's "unix-excl" makes the
 * lock the process's, from open to close; it is the kernel's, so it goes with
 * the process however that ends.  Connections of one process share the index of
 * the WAL in memory: there is no shared memory file, and a commit is one write
 * and one fsync.  What the lock does not do, keeping a second owner within the
 * process out, a list of the open ones does.
 */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/files.h"

#define SCHEMA_VERSION 1
#define VFS            "unix-excl"
#define PATIENCE_MS    5000

struct disk {
    sqlite3 *handle;
    char *path;
    bool owner;
    dev_t device; /* of an owner */
    ino_t inode;
    struct disk *next;
};

static struct disk *owners;
static pthread_mutex_t owners_lock = PTHREAD_MUTEX_INITIALIZER;

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

/* Say what SQLite, or the system under it, answered. */
static enum status fail(const struct disk *d, int rc, struct err *err)
{
    const int number = d->handle ? sqlite3_system_errno(d->handle) : 0;

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == (rc & 0xff))
            return err_set(err, meanings[i].status, "%s: %s", d->path,
                           meanings[i].why);
    if (number)
        return file_failed(d->path, number, err);
    return err_set(err, ST_IO, "%s: %s", d->path, sqlite3_errstr(rc));
}

static enum status result(const struct disk *d, int rc, struct err *err)
{
    return rc == SQLITE_OK ? ST_OK : fail(d, rc, err);
}

/* ---- statements ---- */

enum status disk_run(struct disk *d, const char *sql, struct err *err)
{
    return result(d, sqlite3_exec(d->handle, sql, NULL, NULL, NULL), err);
}

bool disk_in_transaction(const struct disk *d)
{
    return !sqlite3_get_autocommit(d->handle);
}

enum status disk_prepare(struct disk *d, const char *sql,
                         struct sqlite3_stmt **out, struct err *err)
{
    return result(d, sqlite3_prepare_v2(d->handle, sql, -1, out, NULL), err);
}

void disk_finish(struct sqlite3_stmt *s)
{
    sqlite3_finalize(s);
}

enum status disk_bind_number(struct disk *d, struct sqlite3_stmt *s, int n,
                             int64_t number, struct err *err)
{
    return result(d, sqlite3_bind_int64(s, n, number), err);
}

enum status disk_bind_bytes(struct disk *d, struct sqlite3_stmt *s, int n,
                            struct disk_bytes bytes, struct err *err)
{
    /* a NULL pointer would be SQL's NULL */
    const void *data = bytes.len ? bytes.data : "";

    return result(d, sqlite3_bind_blob64(s, n, data, bytes.len, SQLITE_STATIC),
                  err);
}

enum status disk_step(struct disk *d, struct sqlite3_stmt *s, bool *row,
                      struct err *err)
{
    const int rc = sqlite3_step(s);

    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return fail(d, rc, err);
    *row = rc == SQLITE_ROW;
    return ST_OK;
}

struct disk_bytes disk_column(struct sqlite3_stmt *s, int n)
{
    const void *data = sqlite3_column_blob(s, n);

    return (struct disk_bytes){data, (size_t)sqlite3_column_bytes(s, n)};
}

void disk_reset(struct sqlite3_stmt *s)
{
    sqlite3_reset(s);
}

/* ---- opening ---- */

/* The one number that `sql` asks for. */
static enum status ask(struct disk *d, const char *sql, int64_t *out,
                       struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = disk_prepare(d, sql, &s, err);

    if (st == ST_OK)
        st = disk_step(d, s, &row, err);
    if (row)
        *out = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return st;
}

/* SQLite would make the file as the umask says; ours is for the owner alone.
 * O_EXCL: closing a descriptor of a file that this process already holds open
 * would drop its locks. */
static enum status make_file(const char *path, struct err *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST ? ST_OK : file_failed(path, errno, err);
    close(fd);
    return ST_OK;
}

/* Write nothing into a file before it is known to be ours. */
static enum status identify(struct disk *d, uint32_t application, bool *fresh,
                            struct err *err)
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

static enum status make_schema(struct disk *d, uint32_t application,
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
    return disk_run(d, sql, err);
}

static enum status set_up(struct disk *d, uint32_t application, struct err *err)
{
    bool fresh = false;
    enum status st;

    if (sqlite3_db_readonly(d->handle, "main"))
        return err_set(err, ST_REFUSED, "%s: may only be read", d->path);
    st = disk_run(d, "PRAGMA trusted_schema=OFF", err);
    if (st == ST_OK)
        st = identify(d, application, &fresh, err);
    if (st == ST_OK)
        st = disk_run(d, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
                      err);
    if (st == ST_OK && fresh)
        st = make_schema(d, application, err);
    else if (st == ST_OK) /* it can be written */
        st = disk_run(d, "BEGIN IMMEDIATE; COMMIT", err);
    return st;
}

/* ---- who owns it ---- */

static bool same_file(const struct disk *a, const struct disk *b)
{
    return a->device == b->device && a->inode == b->inode;
}

static enum status become_owner(struct disk *d, struct err *err)
{
    struct stat about;
    const struct disk *other;

    if (stat(d->path, &about) != 0)
        return file_failed(d->path, errno, err);
    d->device = about.st_dev;
    d->inode = about.st_ino;
    (void)pthread_mutex_lock(&owners_lock);
    other = owners;
    while (other && !same_file(other, d))
        other = other->next;
    if (!other) {
        d->owner = true;
        d->next = owners;
        owners = d;
    }
    (void)pthread_mutex_unlock(&owners_lock);
    return other
               ? err_set(err, ST_BUSY, "%s: is in use by this process", d->path)
               : ST_OK;
}

static void give_up(struct disk *d)
{
    struct disk **at = &owners;

    if (!d->owner)
        return;
    (void)pthread_mutex_lock(&owners_lock);
    while (*at != d)
        at = &(*at)->next;
    *at = d->next;
    (void)pthread_mutex_unlock(&owners_lock);
}

/* ---- open and close ---- */

static enum status connect_to(struct disk *d, const char *path, struct err *err)
{
    const int rc = sqlite3_open_v2(path, &d->handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                       SQLITE_OPEN_EXRESCODE,
                                   VFS);

    return result(d, rc, err);
}

/* An owner and its readers meet in the index of the WAL: a reader that looks
 * while it changes takes the writer's lock for a moment, to look again. */
static enum status be_patient(struct disk *d, struct err *err)
{
    return result(d, sqlite3_busy_timeout(d->handle, PATIENCE_MS), err);
}

static struct disk *make_disk(const char *path, struct err *err)
{
    struct disk *d = calloc(1, sizeof *d);

    if (d)
        d->path = strdup(path);
    if (!d || !d->path) {
        err_set(err, ST_NOMEM, "%s: out of memory", path);
        disk_close(&d);
    }
    return d;
}

enum status disk_open(const char *path, uint32_t application, struct disk **out,
                      struct err *err)
{
    struct disk *d = make_disk(path, err);
    enum status st = d ? make_file(path, err) : ST_NOMEM;

    if (st == ST_OK)
        st = become_owner(d, err);
    if (st == ST_OK)
        st = connect_to(d, path, err);
    if (st == ST_OK)
        st = set_up(d, application, err);
    if (st == ST_OK) /* from now on no other process holds it */
        st = be_patient(d, err);
    if (st == ST_OK)
        *out = d;
    else
        disk_close(&d);
    return st;
}

enum status disk_open_reader(const struct disk *owner, struct disk **out,
                             struct err *err)
{
    struct disk *d = make_disk(owner->path, err);
    enum status st = d ? ST_OK : ST_NOMEM;

    /* by the whole name: the folder of the process may be another one now */
    if (st == ST_OK)
        st = connect_to(d, sqlite3_db_filename(owner->handle, "main"), err);
    if (st == ST_OK)
        st =
            disk_run(d, "PRAGMA trusted_schema=OFF; PRAGMA query_only=ON", err);
    if (st == ST_OK)
        st = be_patient(d, err);
    if (st == ST_OK)
        *out = d;
    else
        disk_close(&d);
    return st;
}

void disk_close(struct disk **d)
{
    if (!*d)
        return;
    sqlite3_close((*d)->handle);
    give_up(*d);
    free((*d)->path);
    free(*d);
    *d = NULL;
}

const char *disk_path(const struct disk *d)
{
    return d->path;
}
