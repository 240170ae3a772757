/* sqlite_db.h - one connection to a store file, as the sqlite_*.c share it.
 *
 * The only place of the store that sees SQLite's own header.
 */
#ifndef COLLECTOR_SQLITE_DB_H
#define COLLECTOR_SQLITE_DB_H

#include <sqlite3.h>

#include "base/bytes.h"
#include "sqlite_schema.h"
#include "store_ops.h"

#define SQLITE_BUSY_MS 1000 /* wait for another process's lock */
#define LINEAGE        8    /* random bytes that name this log */

struct sqlite {
    sqlite3 *db;
    char *path;
    char *lock_name; /* of the writer: FILE-lock, held; else NULL */
    int lock;
    sqlite3_stmt *stmt[STATEMENTS];
    sqlite3_stmt *keyed[STORE_TABLES][KEYED];
    struct buffer versions; /* hash of version number n at (n - 1) HASH_SIZE */
    size_t version;         /* number met last */
    int64_t batch;          /* journal row of what is appended; 0 = none */
    uint8_t lineage[LINEAGE];
    int wal_pages;   /* in the WAL since it was last empty */
    int tried_pages; /* when a checkpoint was last tried */
    bool blanked;    /* in this transaction */
    bool erased;     /* the WAL holds bytes that must go */
};

/* ---- sqlite_db.c: connection, statements, failures ---- */

/* What SQLite's result code means, and *err in its words. */
enum status db_fail(const struct sqlite *q, int rc, struct err *err);
enum status db_damaged(const struct sqlite *q, int64_t seq, struct err *err);

/* The prepared statement, for binding. */
MUST_USE enum status db_use(struct sqlite *q, enum statement which,
                            sqlite3_stmt **out, struct err *err);
MUST_USE enum status db_use_keyed(struct sqlite *q, enum store_table t,
                                  enum keyed which, sqlite3_stmt **out,
                                  struct err *err);
/* One step.  Whoever sees *row resets the statement when done with it; else it
 * is reset already. */
MUST_USE enum status db_step(const struct sqlite *q, sqlite3_stmt *s, bool *row,
                             struct err *err);
/* A statement without parameters and rows. */
MUST_USE enum status db_run(struct sqlite *q, enum statement which,
                            struct err *err);
MUST_USE enum status db_exec(const struct sqlite *q, const char *text,
                             struct err *err);
/* The number that a pragma or a query answers first. */
MUST_USE enum status db_number(const struct sqlite *q, const char *text,
                               int64_t *out, struct err *err);

/* A connection as it comes, with SQLITE_OPEN_ flags; nothing is read yet. */
MUST_USE enum status db_connect(const char *path, int flags,
                                struct sqlite **out, struct err *err);
void db_close(struct sqlite **q);

/* ---- sqlite_row.c: responses and rows ---- */

/* The number of a version, which gets one if it has none: q->version. */
MUST_USE enum status row_version(struct sqlite *q,
                                 const uint8_t version[HASH_SIZE],
                                 struct err *err);
/* Bind the parameters of APPEND that are the response's, from the ninth on. */
void row_bind(sqlite3_stmt *s, const struct response *r, size_t version);
/* The entry in the row that `s` stands on; views are valid until it moves.
 * ST_CORRUPT when that is no legal entry: the file may be damaged. */
MUST_USE enum status row_take(struct sqlite *q, sqlite3_stmt *s,
                              enum scan_what what, struct store_entry *e,
                              struct err *err);
/* A whole number below `limit` from column i. */
bool row_small(sqlite3_stmt *s, int i, unsigned limit, uint8_t *out);

/* ---- sqlite_open.c: is it a store, is it ours ---- */

/* `old` takes older schemas as they are. */
enum schema_wanted { SCHEMA_CURRENT, SCHEMA_OLD };
MUST_USE enum status sqlite_open_read(const char *path,
                                      enum schema_wanted wanted,
                                      struct sqlite **out, struct err *err);
MUST_USE enum status sqlite_open_write(const char *path, struct sqlite **out,
                                       struct err *err);

/* ---- sqlite_care.c: the file's upkeep ---- */

/* Behind a commit that took bytes away: see that they are gone. */
void sqlite_forget(struct sqlite *q);
void sqlite_care(void *db, bool idle);
bool sqlite_moved(void *db);
/* The last connection leaves a file that needs no side files to be read. */
void sqlite_settle(struct sqlite *q);
MUST_USE enum status sqlite_backup(void *db, const char *path, struct err *err);
MUST_USE enum status sqlite_restore(const char *place, const char *path,
                                    struct err *err);

#endif
