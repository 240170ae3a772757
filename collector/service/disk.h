/* disk.h - the database under the durable table: one file, one owner, a few
 * statements.  Everything else of it is in durable.c.
 */
#ifndef SERVICE_DISK_H
#define SERVICE_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct disk;
struct sqlite3_stmt;

/* As durable_open. */
MUST_USE enum status disk_open(const char *path, uint32_t application,
                               struct disk **out, struct err *err);
/* As durable_reader: shares nothing with the owner but the file. */
MUST_USE enum status disk_open_reader(const struct disk *owner,
                                      struct disk **out, struct err *err);
void disk_close(struct disk **d); /* all statements are finished before */
const char *disk_path(const struct disk *d);

/* Statements without results. */
MUST_USE enum status disk_run(struct disk *d, const char *sql, struct err *err);
bool disk_in_transaction(const struct disk *d);

MUST_USE enum status disk_prepare(struct disk *d, const char *sql,
                                  struct sqlite3_stmt **out, struct err *err);
void disk_finish(struct sqlite3_stmt *s); /* NULL is fine */

/* Bytes are not copied: they stay until disk_reset. */
struct disk_bytes {
    const void *data;
    size_t len;
};
MUST_USE enum status disk_bind_number(struct disk *d, struct sqlite3_stmt *s,
                                      int n, int64_t number, struct err *err);
MUST_USE enum status disk_bind_bytes(struct disk *d, struct sqlite3_stmt *s,
                                     int n, struct disk_bytes bytes,
                                     struct err *err);

/* *row: there is one, and its columns (from 0) are valid until disk_reset. */
MUST_USE enum status disk_step(struct disk *d, struct sqlite3_stmt *s,
                               bool *row, struct err *err);
struct disk_bytes disk_column(struct sqlite3_stmt *s, int n);
void disk_reset(struct sqlite3_stmt *s);

#endif
