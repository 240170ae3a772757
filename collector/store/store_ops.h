/* store_ops.h - what an engine of the store must be able to do.
 *
 * Who only uses the store needs collector/store.h, not this.  All rules about
 * responses (duplicate, fill, correction, displacement, review, erasure) are
 * in store.c, once; an engine appends, looks up and scans.  It never decides.
 *
 * `db` is the engine's own state, one a handle.  Callbacks that return a
 * status follow the house rules: outputs untouched on failure, *err filled.
 * After any failure of a callback marked "change" the caller rolls back.
 */
#ifndef COLLECTOR_STORE_OPS_H
#define COLLECTOR_STORE_OPS_H

#include "collector/store.h"

/* Where an entry stands among its kin. */
struct log_link {
    uint32_t nth;      /* 0, 1, 2 ... under its id, whatever the entry */
    uint32_t revision; /* 0, 1, 2 ... under (id, entry) */
    enum entry_state state;
    int64_t replaces; /* place of the entry that it replaces; 0 = none */
};

/* One (id, entry) of the log.  A place is an engine's name for where a log
 * entry stands, > 0, for good. */
struct log_key {
    int64_t first; /* place of revision 0; 0 = there is no such key */
    int64_t newest;
    uint32_t revision;      /* of the newest */
    enum entry_state state; /* of the newest */
};

/* All that is known of an id. */
struct log_known {
    uint32_t count; /* log entries: the nth of the next one */
    struct log_key key[ENTRIES];
};

/* A log entry with its own bytes, behind which no read transaction stands. */
struct kept {
    struct store_entry entry;
    uint8_t answers[ITEMS_MAX];
    char comment[COMMENT_MAX];
};

static inline void kept_copy(struct kept *out, const struct store_entry *e)
{
    out->entry = *e;
    if (e->response.items)
        memcpy(out->answers, e->response.answers, e->response.items);
    if (e->response.comment_len)
        memcpy(out->comment, e->response.comment, e->response.comment_len);
    out->entry.response.answers = out->answers;
    out->entry.response.comment = out->comment;
}

/* A scan, over several read transactions. */
struct log_scan {
    struct watermark begun; /* where all of it began */
    struct watermark at;    /* moved on by the engine with every row */
    enum scan_what what;
    uint64_t rows; /* most that this transaction may hand out */
    bool pause;    /* set by `fn`: no more rows in this transaction */
    bool end;      /* set by the engine: the log's end was reached */
};

struct store_ops {
    /* What stands before the colon in a URL. */
    const char *scheme;

    /* Mandatory.  `place` is what stands behind the colon. */
    enum status (*open)(const char *place, enum store_mode mode, void **db,
                        struct err *err);
    void (*close)(void *db);

    /* Mandatory.  commit is durable on ST_OK; on failure nothing is left of
     * the transaction.  rollback cannot fail and may follow any failure. */
    enum status (*begin)(void *db, struct err *err);
    enum status (*commit)(void *db, struct err *err);
    void (*rollback)(void *db);

    /* Mandatory, change. */
    enum status (*journal)(void *db, const struct journal *j, struct err *err);

    /* Mandatory, change.  Append to the log unless (id, nth) is taken; that is
     * *taken and not a failure.  One call without a look-up beforehand is what
     * every new response costs.  STATE_ERASED: only id, entry and received_at
     * of `r` are kept. */
    enum status (*append)(void *db, const struct response *r,
                          const struct log_link *link, bool *taken,
                          struct err *err);

    /* Mandatory, change.  Take the bytes of all entries of an id away and make
     * them STATE_ERASED; *blanked: how many were not so before. */
    enum status (*blank)(void *db, const uint8_t id[ID_SIZE], size_t *blanked,
                         struct err *err);

    /* Mandatory.  All zero when the id is not known. */
    enum status (*known)(void *db, const uint8_t id[ID_SIZE],
                         struct log_known *out, struct err *err);

    /* Mandatory.  The entry at a place that `known` named. */
    enum status (*read)(void *db, int64_t place, struct kept *out,
                        struct err *err);

    /* Mandatory.  Hand out entries behind scan->at in one read transaction. */
    enum status (*scan)(void *db, struct log_scan *scan, store_scan_fn *fn,
                        void *ctx, struct err *err);

    /* Mandatory.  Append the ids to `ids`, each once, in order of arrival. */
    enum status (*of_respondent)(void *db, const uint8_t respondent[ID_SIZE],
                                 struct buffer *ids, struct err *err);

    /* Mandatory; put and remove are changes.  Keys are within their limit. */
    enum status (*put)(void *db, enum store_table t, struct store_key key,
                       const void *value, size_t len, struct err *err);
    enum status (*remove)(void *db, enum store_table t, struct store_key key,
                          struct err *err);
    enum status (*get)(void *db, enum store_table t, struct store_key key,
                       struct buffer *out, struct err *err);
    enum status (*list)(void *db, enum store_table t, struct store_key from,
                        struct store_key to, store_table_fn *fn, void *ctx,
                        struct err *err);

    /* Optional (NULL: never): the file is no longer where it was opened. */
    bool (*moved)(void *db);

    /* Optional (NULL): what is due between transactions. */
    void (*care)(void *db, bool idle);

    /* Optional (NULL: no file to copy), both or none. */
    enum status (*backup)(void *db, const char *path, struct err *err);
    enum status (*restore)(const char *place, const char *path,
                           struct err *err);
};

extern const struct store_ops store_sqlite;
extern const struct store_ops store_memory;

#endif
