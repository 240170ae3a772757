/* durable_db.h - the database under the durable table: one file, one owner, a
 * few statements.  Everything else of it is in durable.c.
 */
#ifndef SERVICE_DURABLE_DB_H
#define SERVICE_DURABLE_DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct db;
struct sqlite3_stmt;

/* As durable_open. */
MUST_USE enum status db_open(const char *path, uint32_t application,
                             struct db **out, struct err *err);
void db_close(struct db **d); /* all statements are finished before */
const char *db_path(const struct db *d);

/* Statements without results. */
MUST_USE enum status db_run(struct db *d, const char *sql, struct err *err);
bool db_in_transaction(const struct db *d);

MUST_USE enum status db_prepare(struct db *d, const char *sql,
                                struct sqlite3_stmt **out, struct err *err);
void db_finish(struct sqlite3_stmt *s); /* NULL is fine */

/* Bytes are not copied: they stay until db_reset. */
struct db_bytes {
    const void *data;
    size_t len;
};
MUST_USE enum status db_bind_number(struct db *d, struct sqlite3_stmt *s, int n,
                                    int64_t number, struct err *err);
MUST_USE enum status db_bind_bytes(struct db *d, struct sqlite3_stmt *s, int n,
                                   struct db_bytes bytes, struct err *err);

/* *row: there is one, and its columns (from 0) are valid until db_reset. */
MUST_USE enum status db_step(struct db *d, struct sqlite3_stmt *s, bool *row,
                             struct err *err);
struct db_bytes db_column(struct sqlite3_stmt *s, int n);
void db_reset(struct sqlite3_stmt *s);

#endif
