/* store_sqlite.c - the log in one SQLite file.
 *
 * The writer appends in WAL mode with synchronous=FULL: a commit is one
 * sequential write and one fsync.  A new response costs one INSERT, 3 to 4 us
 * with its share of the commit.  The watermark is the log's lineage and the
 * sequence number of the last row read: one writer commits in order.
 */
#include "sqlite_db.h"

/* ---- the log ---- */

static enum status journal(void *db, const struct journal *j, struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, JOURNAL, &s, err);

    if (st != ST_OK)
        return st;
    sqlite3_bind_text(s, 1, j->peer, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, (int64_t)j->batch);
    sqlite3_bind_int64(s, 3, j->rows);
    sqlite3_bind_int64(s, 4, j->at);
    st = db_step(q, s, &row, err);
    if (st == ST_OK)
        q->batch = sqlite3_last_insert_rowid(q->db);
    return st;
}

static enum status append(void *db, const struct response *r,
                          const struct log_link *link, bool *taken,
                          struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, APPEND, &s, err);

    if (st == ST_OK && link->state != STATE_ERASED)
        st = row_version(q, r->version, err);
    if (st != ST_OK)
        return st;
    if (link->state == STATE_ERASED)
        sqlite3_clear_bindings(s);
    else
        row_bind(s, r, q->version);
    sqlite3_bind_int64(s, 1, link->nth);
    sqlite3_bind_int(s, 2, (int)link->state);
    if (link->replaces)
        sqlite3_bind_int64(s, 3, link->replaces);
    else
        sqlite3_bind_null(s, 3);
    sqlite3_bind_int64(s, 4, link->revision);
    sqlite3_bind_blob(s, 5, r->id, ID_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(s, 6, r->context.entry);
    sqlite3_bind_int64(s, 7, r->received_at);
    if (q->batch)
        sqlite3_bind_int64(s, 8, q->batch);
    else
        sqlite3_bind_null(s, 8);
    st = db_step(q, s, &row, err);
    if (st == ST_OK)
        *taken = sqlite3_changes(q->db) == 0;
    return st;
}

static enum status blank(void *db, const uint8_t id[ID_SIZE], size_t *blanked,
                         struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use(q, BLANK, &s, err);

    if (st != ST_OK)
        return st;
    sqlite3_bind_blob(s, 1, id, ID_SIZE, SQLITE_STATIC);
    q->blanked = true;
    st = db_step(q, s, &row, err);
    if (st == ST_OK)
        *blanked = (size_t)sqlite3_changes(q->db);
    return st;
}

static enum status known(void *db, const uint8_t id[ID_SIZE],
                         struct log_known *out, struct err *err)
{
    struct sqlite *q = db;
    struct log_known k = {0};
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum status st = db_use(q, KNOWN, &s, err);

    if (st != ST_OK)
        return st;
    sqlite3_bind_blob(s, 1, id, ID_SIZE, SQLITE_STATIC);
    while (st == ST_OK && (st = db_step(q, s, &row, err)) == ST_OK && row) {
        const int64_t seq = sqlite3_column_int64(s, 0);
        uint8_t entry = 0, state = 0;

        if (!row_small(s, 1, ENTRIES, &entry) ||
            !row_small(s, 3, STATE_ERASED + 1, &state)) {
            st = db_damaged(q, seq, err);
            break;
        }
        if (!k.key[entry].first)
            k.key[entry].first = seq;
        k.key[entry].newest = seq;
        k.key[entry].revision = (uint32_t)sqlite3_column_int64(s, 2);
        k.key[entry].state = (enum entry_state)state;
        k.count++;
    }
    sqlite3_reset(s);
    if (st == ST_OK)
        *out = k;
    return st;
}

static enum status read_at(struct sqlite *q, enum statement which, int64_t seq,
                           sqlite3_stmt **out, struct err *err)
{
    bool row = false;
    enum status st = db_use(q, which, out, err);

    if (st != ST_OK)
        return st;
    sqlite3_bind_int64(*out, 1, seq);
    st = db_step(q, *out, &row, err);
    return st == ST_OK && !row ? db_damaged(q, seq, err) : st;
}

static enum status read_kept(void *db, int64_t place, struct kept *out,
                             struct err *err)
{
    struct sqlite *q = db;
    struct store_entry e;
    sqlite3_stmt *s = NULL;
    enum status st = read_at(q, READ_ALL, place, &s, err);

    if (st == ST_OK)
        st = row_take(q, s, SCAN_ALL, &e, err);
    if (st == ST_OK)
        kept_copy(out, &e);
    sqlite3_reset(s);
    return st;
}

/* ---- the scan ---- */

static void set_place(const struct sqlite *q, int64_t seq, struct watermark *w)
{
    w->len = LINEAGE + 8;
    memcpy(w->bytes, q->lineage, LINEAGE);
    bytes_put64(w->bytes + LINEAGE, (uint64_t)seq);
}

/* Sequence number of a watermark of this very log. */
static enum status get_place(struct sqlite *q, const struct watermark *w,
                             int64_t *seq, struct err *err)
{
    sqlite3_stmt *s = NULL;
    enum status st = ST_OK;
    bool row = true;
    uint64_t at = 0;

    if (w->len != 0) {
        row =
            w->len == LINEAGE + 8 && memcmp(w->bytes, q->lineage, LINEAGE) == 0;
        at = row ? bytes_get64(w->bytes + LINEAGE) : 0;
    }
    if (at != 0) { /* rows never go, so its row is there */
        st = db_use(q, PLACE, &s, err);
        if (st != ST_OK)
            return st;
        sqlite3_bind_int64(s, 1, (int64_t)at);
        st = db_step(q, s, &row, err);
        sqlite3_reset(s);
    }
    if (st == ST_OK && !row)
        st = err_set(err, ST_NOTFOUND,
                     "%s: the watermark is another store's, or from before "
                     "this one was restored",
                     q->path);
    if (st == ST_OK)
        *seq = (int64_t)at;
    return st;
}

/* Hand out the row that `s` stands on with the one that it replaces. */
static enum status hand_out(struct sqlite *q, sqlite3_stmt *s,
                            enum scan_what what, int64_t begun,
                            store_scan_fn *fn, void *ctx, struct err *err)
{
    const int64_t replaces = sqlite3_column_int64(s, 4);
    struct store_row row;
    struct store_entry old;
    sqlite3_stmt *r = NULL;
    enum status st = row_take(q, s, what, &row.entry, err);

    row.replaced = NULL;
    row.replaced_before = false;
    if (st == ST_OK && replaces) {
        st = read_at(q, what == SCAN_ALL ? READ_ALL : READ_NUMBERS, replaces,
                     &r, err);
        if (st == ST_OK)
            st = row_take(q, r, what, &old, err);
        row.replaced = &old;
        row.replaced_before = replaces <= begun;
    }
    if (st == ST_OK)
        st = fn(ctx, &row);
    sqlite3_reset(r);
    return st;
}

/* While the listing statement stands on a row it holds the read transaction
 * that the look-ups of replaced entries share. */
static enum status scan(void *db, struct log_scan *scan, store_scan_fn *fn,
                        void *ctx, struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    int64_t begun = 0, at = 0;
    bool row = true;
    enum status st = get_place(q, &scan->begun, &begun, err);

    if (st == ST_OK)
        st = get_place(q, &scan->at, &at, err);
    if (st == ST_OK)
        st = db_use(q, scan->what == SCAN_ALL ? LIST_ALL : LIST_NUMBERS, &s,
                    err);
    if (st != ST_OK)
        return st;
    sqlite3_bind_int64(s, 1, at);
    for (uint64_t n = 0; n < scan->rows && !scan->pause; n++) {
        st = db_step(q, s, &row, err);
        if (st != ST_OK || !row)
            break;
        st = hand_out(q, s, scan->what, begun, fn, ctx, err);
        if (st != ST_OK)
            break;
        at = sqlite3_column_int64(s, 0);
    }
    sqlite3_reset(s);
    scan->end = !row;
    set_place(q, at, &scan->at);
    return st;
}

static enum status of_respondent(void *db, const uint8_t respondent[ID_SIZE],
                                 struct buffer *ids, struct err *err)
{
    struct sqlite *q = db;
    const size_t len = ids->len;
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum status st = db_use(q, RESPONDENT, &s, err);

    if (st != ST_OK)
        return st;
    sqlite3_bind_blob(s, 1, respondent, ID_SIZE, SQLITE_STATIC);
    while (st == ST_OK && (st = db_step(q, s, &row, err)) == ST_OK && row)
        st = sqlite3_column_bytes(s, 0) == ID_SIZE
                 ? buffer_add(ids, sqlite3_column_blob(s, 0), ID_SIZE)
                 : db_damaged(q, 0, err);
    sqlite3_reset(s);
    if (st != ST_OK)
        ids->len = len;
    return st;
}

/* ---- keyed tables ---- */

/* A blob of no bytes is not NULL. */
static void bind_blob(sqlite3_stmt *s, int i, const void *data, size_t len)
{
    sqlite3_bind_blob64(s, i, len ? data : "", len, SQLITE_STATIC);
}

static enum status put(void *db, enum store_table t, struct store_key key,
                       const void *value, size_t len, struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use_keyed(q, t, PUT, &s, err);

    if (st != ST_OK)
        return st;
    bind_blob(s, 1, key.data, key.len);
    bind_blob(s, 2, value, len);
    return db_step(q, s, &row, err);
}

static enum status remove_key(void *db, enum store_table t,
                              struct store_key key, struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use_keyed(q, t, REMOVE, &s, err);

    if (st != ST_OK)
        return st;
    bind_blob(s, 1, key.data, key.len);
    return db_step(q, s, &row, err);
}

static enum status get(void *db, enum store_table t, struct store_key key,
                       struct buffer *out, struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = db_use_keyed(q, t, GET, &s, err);

    if (st != ST_OK)
        return st;
    bind_blob(s, 1, key.data, key.len);
    st = db_step(q, s, &row, err);
    if (st == ST_OK && !row)
        st = err_set(err, ST_NOTFOUND, "%s: no such key", q->path);
    if (st == ST_OK) {
        const void *value = sqlite3_column_blob(s, 0);

        st = buffer_add(out, value, (size_t)sqlite3_column_bytes(s, 0));
    }
    sqlite3_reset(s);
    return st;
}

static bool before(struct store_key a, struct store_key b)
{
    const size_t both = a.len < b.len ? a.len : b.len;
    const int order = both ? memcmp(a.data, b.data, both) : 0;

    return order < 0 || (order == 0 && a.len < b.len);
}

static enum status list(void *db, enum store_table t, struct store_key from,
                        struct store_key to, store_table_fn *fn, void *ctx,
                        struct err *err)
{
    struct sqlite *q = db;
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum status st = db_use_keyed(q, t, LIST, &s, err);

    if (st != ST_OK)
        return st;
    bind_blob(s, 1, from.data, from.len);
    while ((st = db_step(q, s, &row, err)) == ST_OK && row) {
        const struct store_key key = {sqlite3_column_blob(s, 0),
                                      (size_t)sqlite3_column_bytes(s, 0)};
        const void *value = sqlite3_column_blob(s, 1);

        if ((to.data && !before(key, to)) ||
            !fn(ctx, key, value, (size_t)sqlite3_column_bytes(s, 1)))
            break;
    }
    sqlite3_reset(s);
    return st;
}

/* ---- transactions ---- */

static enum status open_store(const char *place, enum store_mode mode,
                              void **db, struct err *err)
{
    struct sqlite *q = NULL;
    enum status st = mode == STORE_WRITE
                         ? sqlite_open_write(place, &q, err)
                         : sqlite_open_read(place, SCHEMA_CURRENT, &q, err);

    if (st == ST_OK)
        *db = q;
    return st;
}

static void close_store(void *db)
{
    struct sqlite *q = db;

    sqlite_settle(q);
    db_close(&q);
}

static enum status begin(void *db, struct err *err)
{
    struct sqlite *q = db;

    q->batch = 0;
    q->blanked = false;
    return db_run(q, BEGIN, err);
}

static void rollback(void *db)
{
    struct sqlite *q = db;

    /* SQLite may have done it already: after a full disk, for one. */
    if (!sqlite3_get_autocommit(q->db))
        (void)!db_run(q, ROLLBACK, NULL);
    /* Numbers that this transaction gave to versions are free again. */
    q->versions.len = 0;
    q->version = 0;
}

static enum status commit(void *db, struct err *err)
{
    struct sqlite *q = db;
    enum status st = db_run(q, COMMIT, err);

    if (st != ST_OK)
        rollback(q);
    else if (q->blanked)
        sqlite_forget(q);
    return st;
}

const struct store_ops store_sqlite = {
    .scheme = "sqlite",
    .open = open_store,
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .journal = journal,
    .append = append,
    .blank = blank,
    .known = known,
    .read = read_kept,
    .scan = scan,
    .of_respondent = of_respondent,
    .put = put,
    .remove = remove_key,
    .get = get,
    .list = list,
    .moved = sqlite_moved,
    .care = sqlite_care,
    .backup = sqlite_backup,
    .restore = sqlite_restore,
};
