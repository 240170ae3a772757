/* sqlite_care.c - checkpoints, copies.
 *
 * Commits only append to the WAL.  Between transactions, when it has grown by
 * 16 MB, what it holds is brought into the file: pages that many batches
 * touched are then written once.  A reader in the midst of an older moment
 * holds the WAL's end back; the next call goes on from there.
 */
#include "sqlite_db.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "store_file.h"

enum {
    ERASE_WAIT_MS = 250,     /* for readers to let go of the WAL */
    CHECKPOINT_PAGES = 4096, /* 16 MB of WAL */
    IDLE_PAGES = 256         /* not worth a pause before */
};

/* Bring the WAL into the file and make it empty.  False: a reader is in the
 * way, for longer than `wait` ms. */
static bool empty_wal(struct sqlite *q, int wait)
{
    int rc;

    sqlite3_busy_timeout(q->db, wait);
    rc = sqlite3_wal_checkpoint_v2(q->db, "main", SQLITE_CHECKPOINT_TRUNCATE,
                                   NULL, NULL);
    sqlite3_busy_timeout(q->db, SQLITE_BUSY_MS);
    if (rc != SQLITE_OK)
        return false;
    q->wal_pages = q->tried_pages = 0;
    q->erased = false;
    return true;
}

void sqlite_forget(struct sqlite *q)
{
    q->erased = true;
    (void)empty_wal(q, ERASE_WAIT_MS);
}

bool sqlite_moved(void *db)
{
    struct sqlite *q = db;
    int moved = 0;

    return sqlite3_file_control(q->db, "main", SQLITE_FCNTL_HAS_MOVED,
                                &moved) == SQLITE_OK &&
           moved;
}

void sqlite_care(void *db, bool idle)
{
    struct sqlite *q = db;

    if (q->erased || (idle && q->wal_pages >= IDLE_PAGES))
        if (empty_wal(q, 0))
            return;
    if (q->wal_pages < q->tried_pages)
        q->tried_pages = 0; /* it was begun anew */
    if (q->wal_pages - q->tried_pages < CHECKPOINT_PAGES)
        return;
    q->tried_pages = q->wal_pages;
    (void)sqlite3_wal_checkpoint_v2(q->db, "main", SQLITE_CHECKPOINT_PASSIVE,
                                    NULL, NULL);
}

/* A WAL database can only be read where its side files may be made: an archive
 * on a read-only disk could not.  While readers are connected it stays one. */
void sqlite_settle(struct sqlite *q)
{
    if (sqlite3_db_readonly(q->db, "main") == 1)
        return;
    sqlite3_busy_timeout(q->db, 0);
    (void)!db_exec(q, "PRAGMA journal_mode = DELETE", NULL);
}

/* ---- copies ---- */

static enum status vacuum_into(struct sqlite *q, const char *path,
                               struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, COPY, &s, err);

    if (st != ST_OK)
        return st;
    sqlite3_bind_text(s, 1, path, -1, SQLITE_STATIC);
    return db_step(q, s, &row, err);
}

static enum status check(struct sqlite *q, struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    int64_t application = 0;
    enum status st = db_number(q, "PRAGMA application_id", &application, err);

    if (st == ST_OK)
        st = db_use(q, CHECK, &s, err);
    if (st == ST_OK)
        st = db_step(q, s, &row, err);
    if (st != ST_OK)
        return st;
    if (application != SCHEMA_APPLICATION || !row ||
        !streq((const char *)sqlite3_column_text(s, 0), "ok"))
        st = err_set(err, ST_CORRUPT, "%s: the copy is damaged", q->path);
    sqlite3_reset(s);
    return st;
}

/* From here on the copy's log goes its own way: a reader's watermark in the
 * original means nothing in it. */
static enum status make_own(const char *path, struct err *err)
{
    struct sqlite *q = NULL;
    enum status st = db_connect(path, SQLITE_OPEN_READWRITE, &q, err);

    if (st == ST_OK)
        st = check(q, err);
    if (st == ST_OK)
        st = db_run(q, NEW_LINEAGE, err);
    db_close(&q);
    return st;
}

enum status sqlite_backup(void *db, const char *path, struct err *err)
{
    char *temp = NULL;
    enum status st = store_file_temp(path, &temp, err);

    if (st != ST_OK)
        return st;
    st = vacuum_into(db, temp, err);
    if (st == ST_OK)
        st = make_own(temp, err);
    if (st == ST_OK)
        st = store_file_publish(temp, path, err);
    if (st != ST_OK)
        unlink(temp);
    free(temp);
    return st;
}

/* SQLite would take a WAL or journal of that name for the new file's own. */
static enum status check_place(const char *place, struct err *err)
{
    static const char *const endings[] = {"-wal", "-journal"};
    char name[4096];

    if (access(place, F_OK) == 0)
        return err_set(err, ST_EXISTS,
                       "%s: exists already: stop the collector, if it runs, "
                       "and move the store away",
                       place);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const int len = snprintf(name, sizeof name, "%s%s", place, endings[i]);

        if (len < 0 || (size_t)len >= sizeof name)
            return err_set(err, ST_RANGE, "%s: the name is too long", place);
        if (access(name, F_OK) == 0)
            return err_set(err, ST_EXISTS,
                           "%s: left of the store that was there, which may "
                           "still be in use: move it away with that one",
                           name);
    }
    return ST_OK;
}

enum status sqlite_restore(const char *place, const char *path, struct err *err)
{
    struct sqlite *from = NULL;
    enum status st = check_place(place, err);

    if (st == ST_OK)
        st = sqlite_open_read(path, SCHEMA_OLD, &from, err);
    if (st == ST_OK)
        st = sqlite_backup(from, place, err);
    db_close(&from);
    return st;
}
