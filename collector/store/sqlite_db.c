/* sqlite_db.c - a connection, its prepared statements, its failures.
 *
 * Statements are prepared at first use and kept, so a response costs binding
 * and one step.
 */
#include "sqlite_db.h"

#include <stdlib.h>

#include "store_file.h"

enum status db_fail(const struct sqlite *q, int rc, struct err *err)
{
    const int why = sqlite3_system_errno(q->db);
    const char *text = sqlite3_errmsg(q->db);
    enum status st = ST_IO;

    switch (rc & 0xff) {
    case SQLITE_FULL:
        st = ST_FULL;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        st = ST_BUSY;
        text = "locked by another process";
        break;
    case SQLITE_NOMEM:
        st = ST_NOMEM;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* a table or column is not there */
        st = ST_CORRUPT;
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        st = ST_REFUSED;
        break;
    case SQLITE_TOOBIG:
        st = ST_RANGE;
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        st = rc == SQLITE_IOERR_NOMEM ? ST_NOMEM : store_file_status(why);
        text = why ? strerror(why) : text;
        break;
    default:
        break;
    }
    return err_set(err, st, "%s: %s", q->path,
                   st == ST_FULL ? "no room on the disk" : text);
}

enum status db_damaged(const struct sqlite *q, int64_t seq, struct err *err)
{
    return err_set(err, ST_CORRUPT, "%s: log entry %lld is damaged", q->path,
                   (long long)seq);
}

/* ---- statements ---- */

static enum status prepare(const struct sqlite *q, const char *text,
                           sqlite3_stmt **slot, struct err *err)
{
    const int rc =
        *slot ? SQLITE_OK
              : sqlite3_prepare_v3(q->db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                   slot, NULL);

    return rc == SQLITE_OK ? ST_OK : db_fail(q, rc, err);
}

enum status db_use(struct sqlite *q, enum statement which, sqlite3_stmt **out,
                   struct err *err)
{
    enum status st = prepare(q, schema_sql[which], &q->stmt[which], err);

    *out = q->stmt[which];
    return st;
}

enum status db_step(const struct sqlite *q, sqlite3_stmt *s, bool *row,
                    struct err *err)
{
    const int rc = sqlite3_step(s);
    enum status st = ST_OK;

    *row = rc == SQLITE_ROW;
    if (*row)
        return ST_OK;
    if (rc != SQLITE_DONE)
        st = db_fail(q, rc, err);
    sqlite3_reset(s);
    return st;
}

enum status db_run(struct sqlite *q, enum statement which, struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, which, &s, err);

    return st == ST_OK ? db_step(q, s, &row, err) : st;
}

enum status db_exec(const struct sqlite *q, const char *text, struct err *err)
{
    const int rc = sqlite3_exec(q->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ST_OK : db_fail(q, rc, err);
}

enum status db_use_keyed(struct sqlite *q, enum store_table t, enum keyed which,
                         sqlite3_stmt **out, struct err *err)
{
    enum status st =
        prepare(q, schema_keyed[t][which], &q->keyed[t][which], err);

    *out = q->keyed[t][which];
    return st;
}

enum status db_number(const struct sqlite *q, const char *text, int64_t *out,
                      struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = prepare(q, text, &s, err);

    if (st == ST_OK)
        st = db_step(q, s, &row, err);
    if (st == ST_OK)
        *out = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return st;
}

enum status db_connect(const char *path, int flags, struct sqlite **out,
                       struct err *err)
{
    struct sqlite *q = calloc(1, sizeof *q);
    enum status st = ST_OK;
    int rc;

    if (!q || !(q->path = strdup(path))) {
        free(q);
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    }
    rc = sqlite3_open_v2(path, &q->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) {
        st = db_fail(q, rc, err);
        db_close(&q);
        return st;
    }
    sqlite3_extended_result_codes(q->db, 1);
    sqlite3_busy_timeout(q->db, SQLITE_BUSY_MS);
    *out = q;
    return ST_OK;
}

void db_close(struct sqlite **q)
{
    struct sqlite *c = *q;

    if (!c)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(c->stmt[i]);
    for (size_t t = 0; t < STORE_TABLES; t++)
        for (size_t i = 0; i < KEYED; i++)
            sqlite3_finalize(c->keyed[t][i]);
    sqlite3_close(c->db);
    if (c->lock_name)
        store_file_unlock(c->lock_name, c->lock);
    free(c->lock_name);
    buffer_free(&c->versions);
    free(c->path);
    free(c);
    *q = NULL;
}
