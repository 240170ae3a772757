/* store.h - the one place where answers are kept: a log in arrival order, and
 * a few small keyed tables.
 *
 * A response is one or more *entries* of the log under the key (id, entry).
 * Each later entry names the one it replaces: more items filled, corrected,
 * set aside, released, displaced by a better entry of the same invitation, or
 * erased.  Nothing is ever changed in place but for one case: an erased
 * response's entries keep their place and lose their bytes.
 *
 * A reader follows the log from a watermark.  The watermark is opaque: a
 * sequence number here, a vector of journal positions where several machines
 * write.  Nothing in this interface assumes one machine.
 *
 * One writer (manyi-collector), any number of readers.  A handle belongs to
 * one thread at a time.
 */
#ifndef COLLECTOR_STORE_H
#define COLLECTOR_STORE_H

#include "surveys/response.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* "sqlite:FILE" (created when writing; ST_NEWER when a newer version wrote
 * it, ST_CORRUPT when it is no store) or "memory:" (tests).  Older schemas are
 * migrated forward by a writer and refused to a reader.  ST_BUSY, at once:
 * another process or handle has the file open for writing. */
MUST_USE enum status store_open(const char *url, enum store_mode mode,
                                struct store **out, struct err *err);
void store_close(struct store **s);

/* Another file, or none, is where this one's was when it was opened: that one
 * is not what people mean any more. */
bool store_moved(struct store *s);

/* ---- writing: begin, any number of changes, commit ---- */

MUST_USE enum status store_begin(struct store *s, struct err *err);
/* Durable on return of ST_OK.  On any failure the transaction is undone:
 * ST_FULL and ST_BUSY may pass, and the same changes can be made again. */
MUST_USE enum status store_commit(struct store *s, struct err *err);
/* Fine after a failure, and when there is nothing to undo. */
void store_rollback(struct store *s);
/* A change that fails (ST_FULL, ST_IO ...) undoes the whole transaction: every
 * further change and the commit fail alike until store_rollback or
 * store_commit has ended it. */

/* One row for every message that changes something, in its transaction, also
 * when all of it was duplicate: where a standby confirms commits, a commit
 * that wrote nothing would not wait for it.  It comes before the message's
 * changes: the entries made from then on carry its number. */
struct journal {
    const char *peer; /* name of the key that sent it */
    uint64_t batch;   /* the sender's number */
    uint32_t rows;    /* responses, invitations, events in it */
    int64_t at;       /* ms */
};
MUST_USE enum status store_journal(struct store *s, const struct journal *j,
                                   struct err *err);

enum verdict {
    VERDICT_ACCEPTED,    /* new */
    VERDICT_DUPLICATE,   /* nothing in it was new */
    VERDICT_FILLED,      /* items that were missing are there now */
    VERDICT_CORRECTED,   /* the customer's one correction */
    VERDICT_ERASED,      /* the customer withdrew it: not taken again */
    VERDICT_TOO_LATE,    /* a correction after its time, or a second one */
    VERDICT_OTHER_SURVEY /* the same id answered another version's form */
};

/* Append a response, which response_check has passed.  An item once answered
 * never changes; a later submission under the same key fills only items still
 * missing, and the comment when there was none.  With `correction` set and
 * within CORRECTION_MS of the first submission (both by received_at) the
 * answers given replace the old ones, once.  Either keeps the first
 * submission's version, context, event_at and answered_at; received_at is that
 * of the later one, and the flags of both hold.
 *
 * Another version of the survey is taken if its form is the same; both must
 * be in TABLE_DEFINITIONS to know.
 *
 * Where several entries of an id exist, the one of lowest enum entry counts
 * and the others are displaced, for good. */
#define CORRECTION_MS (15 * 60 * 1000)
MUST_USE enum status store_submit(struct store *s, const struct response *r,
                                  bool correction, enum verdict *verdict,
                                  struct err *err);

enum review { REVIEW_SET_ASIDE, REVIEW_RELEASE };
/* Take a response out of the count, or back into it.  ST_NOTFOUND: no such
 * response, or it is erased; a review that changes nothing (that of a
 * displaced one too) is ST_OK and appends nothing. */
MUST_USE enum status store_review(struct store *s, const uint8_t id[ID_SIZE],
                                  enum entry entry, enum review review,
                                  int64_t at, struct err *err);

/* Erase all entries of an id: their bytes are gone after the commit, or, while
 * a reader still holds an older moment open, after the first store_care behind
 * it.  The id stays known, so that a late copy is VERDICT_ERASED.  An id never
 * seen is remembered just so.  *erased: log entries that lost their bytes. */
MUST_USE enum status store_erase(struct store *s, const uint8_t id[ID_SIZE],
                                 int64_t at, size_t *erased, struct err *err);

/* Ids of all responses of a respondent hash (a full pass; rare).  `ids` gets
 * ID_SIZE bytes each. */
struct buffer;
MUST_USE enum status store_of_respondent(struct store *s,
                                         const uint8_t respondent[ID_SIZE],
                                         struct buffer *ids, struct err *err);

/* ---- keyed tables ---- */

enum store_table {
    TABLE_DEFINITIONS, /* version hash -> YAML */
    TABLE_INVITATIONS, /* id -> wire map */
    TABLE_DUE,         /* gateway NUL campaign NUL round time id -> "" */
    TABLE_EVENTS,      /* event id -> wire map */
    TABLE_OPTOUTS,     /* respondent hash -> wire map */
    TABLE_RELEASES,    /* name -> sealed release */
    TABLE_CAMPAIGNS,   /* name -> wire map */
    TABLE_SAMPLES,     /* id -> wire map */
    STORE_TABLES
};

#define STORE_KEY_MAX 96
struct store_key {
    const void *data;
    size_t len;
};

/* Inside a transaction.  put replaces; delete of nothing is ST_OK. */
MUST_USE enum status store_put(struct store *s, enum store_table t,
                               struct store_key key, const void *value,
                               size_t len, struct err *err);
MUST_USE enum status store_delete(struct store *s, enum store_table t,
                                  struct store_key key, struct err *err);
/* Any time.  Appends the value to `out`; ST_NOTFOUND leaves it untouched. */
MUST_USE enum status store_get(struct store *s, enum store_table t,
                               struct store_key key, struct buffer *out,
                               struct err *err);
/* Rows with from <= key < to in byte order (`to`.data NULL: to the end), until
 * `fn` returns false.  Key and value are valid during the call; `fn` changes
 * nothing in the store. */
typedef bool store_table_fn(void *ctx, struct store_key key, const void *value,
                            size_t len);
MUST_USE enum status store_list(struct store *s, enum store_table t,
                                struct store_key from, struct store_key to,
                                store_table_fn *fn, void *ctx, struct err *err);

/* ---- reading ---- */

enum entry_state {
    STATE_COUNTED,
    STATE_ASIDE,     /* under review, or failed it */
    STATE_DISPLACED, /* a better entry of the same invitation counts */
    STATE_ERASED     /* only id, entry and place are left; in the entry that
                        tells of it also received_at, the time */
};

struct store_entry {
    struct response response;
    uint32_t revision; /* 0, 1, 2 ... under its key */
    enum entry_state state;
};

struct store_row {
    struct store_entry entry;
    /* The entry that this one replaces, as it is now (STATE_ERASED when its
     * bytes are gone); NULL for a first entry. */
    const struct store_entry *replaced;
    /* The replaced entry stands at or before the watermark that the scan began
     * at: whoever kept sums up to there may hold it in them. */
    bool replaced_before;
};

struct watermark {
    size_t len; /* 0: the beginning */
    uint8_t bytes[WATERMARK_MAX];
};

enum scan_what {
    SCAN_NUMBERS, /* id, version, times, context, rate, flags, respondent and
                     answers; the other fields are zero */
    SCAN_ALL
};

/* Hand every entry after `from` to `fn`, in log order, in read transactions of
 * at most 10 000 rows or 100 ms, to the end of the log as it is when reached
 * (`limit` rows at most when not 0).  Views in a row are valid during the call
 * only; `fn` may call store_get and nothing else.  *to: where the scan ended,
 * also when nothing was new.  A status other than ST_OK from `fn` ends the
 * scan and is returned.  ST_NOTFOUND: `from` is no place in this log: it is
 * that of another store, or of this one before it was restored from a backup.
 * What was summed up to there is void: begin at the beginning. */
typedef enum status store_scan_fn(void *ctx, const struct store_row *row);
MUST_USE enum status store_scan(struct store *s, const struct watermark *from,
                                enum scan_what what, uint64_t limit,
                                store_scan_fn *fn, void *ctx,
                                struct watermark *to, struct err *err);

/* The response's newest entry.  ST_NOTFOUND.  Views valid until the next call
 * on this store. */
MUST_USE enum status store_find(struct store *s, const uint8_t id[ID_SIZE],
                                enum entry entry, struct store_entry *out,
                                struct err *err);

/* ---- care ---- */

/* Do what is due between transactions (checkpoints); `idle`: nothing is
 * waiting, so thorough work is welcome. */
void store_care(struct store *s, bool idle);

/* A whole and checked copy of the store at one moment, while it is written
 * to; `path` must not exist (ST_EXISTS) and appears only when it is complete.
 * ST_REFUSED: this kind of store has no file. */
MUST_USE enum status store_backup(struct store *s, const char *path,
                                  struct err *err);
/* Put a backup in the place of `url`'s file, which must not exist. */
MUST_USE enum status store_restore(const char *url, const char *path,
                                   struct err *err);

#endif
