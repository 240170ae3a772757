/* durable.h - a small durable table: what a program must still know after it
 * was killed.
 *
 * Keys and values are bytes in numbered spaces of one file (SQLite, WAL,
 * synchronous=FULL, mode 0600).  A committed change is on disk.  For outboxes
 * and caches; the store has its own.  One thread at a time.
 */
#ifndef COLLECTOR_DURABLE_H
#define COLLECTOR_DURABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct durable;

#define DURABLE_KEY_MAX 1024 /* bytes; a longer key is ST_RANGE */
struct durable_key {
    uint32_t space;
    const void *data;
    size_t len;
};

/* `application` names the kind of file (SQLite's application_id), not 0:
 * another program's file is ST_CORRUPT.  Locked by another process: ST_BUSY at
 * once with its cause - a table has one owner, until it closes or dies.
 * ST_NEWER: a newer version made it.  ST_REFUSED: the file or its folder may
 * not be written. */
MUST_USE enum status durable_open(const char *path, uint32_t application,
                                  struct durable **out, struct err *err);
void durable_close(struct durable **d);
/* A second handle on the same table, to read what is committed, for another
 * thread: it waits for no transaction of the owner's.  durable_get and
 * durable_walk alone; close it before the owner. */
MUST_USE enum status durable_reader(const struct durable *d,
                                    struct durable **out, struct err *err);

/* A change that failed fails the whole transaction: what follows in it, commit
 * included, returns the first failure again.  A commit that failed has undone
 * everything since begin, and the same changes may be made again.  Rollback
 * without a transaction does nothing. */
MUST_USE enum status durable_begin(struct durable *d, struct err *err);
MUST_USE enum status durable_commit(struct durable *d, struct err *err);
void durable_rollback(struct durable *d);

/* Inside a transaction. */
MUST_USE enum status durable_put(struct durable *d, struct durable_key key,
                                 const void *value, size_t len,
                                 struct err *err);
MUST_USE enum status durable_delete(struct durable *d, struct durable_key key,
                                    struct err *err);
/* Delete every key of the space that begins with these bytes. */
MUST_USE enum status durable_clear(struct durable *d, struct durable_key prefix,
                                   struct err *err);

/* Any time.  Appends to *out; ST_NOTFOUND leaves it untouched. */
MUST_USE enum status durable_get(struct durable *d, struct durable_key key,
                                 struct buffer *out, struct err *err);

/* Keys that begin with `prefix` and are >= `from` (NULL: from the first), in
 * byte order, until `fn` says other than ST_OK; ST_STOPPED from `fn` ends the
 * walk and is ST_OK here.  `fn` may read, put and delete in the same table
 * (the walk goes on to the next key that is there then) and may walk itself. */
typedef enum status durable_fn(void *ctx, const uint8_t *key, size_t key_len,
                               const uint8_t *value, size_t len);
MUST_USE enum status durable_walk(struct durable *d, struct durable_key prefix,
                                  const struct durable_key *from,
                                  durable_fn *fn, void *ctx, struct err *err);
/* The same of those keys alone that `want` takes: the values of others, which
 * may be large, are not read. */
typedef bool durable_want_fn(void *ctx, const uint8_t *key, size_t key_len);
MUST_USE enum status durable_walk_some(struct durable *d,
                                       struct durable_key prefix,
                                       const struct durable_key *from,
                                       durable_want_fn *want, durable_fn *fn,
                                       void *ctx, struct err *err);

#endif
