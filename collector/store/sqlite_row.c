/* sqlite_row.c - a response as a row of the log, and back.
 *
 * Absent texts and hashes are NULL.  What a row says is checked like anything
 * from outside: the file may be damaged.
 */
#include "sqlite_db.h"

static enum status load_versions(struct sqlite *q, struct err *err)
{
    sqlite3_stmt *s = NULL;
    enum status st = db_use(q, LIST_VERSIONS, &s, err);
    bool row = true;

    if (st != ST_OK)
        return st;
    sqlite3_bind_int64(s, 1, (int64_t)(q->versions.len / HASH_SIZE));
    while (st == ST_OK && (st = db_step(q, s, &row, err)) == ST_OK && row) {
        const size_t number = q->versions.len / HASH_SIZE + 1;

        if (sqlite3_column_int64(s, 0) != (int64_t)number ||
            sqlite3_column_bytes(s, 1) != HASH_SIZE)
            st = err_set(err, ST_CORRUPT, "%s: table versions is damaged",
                         q->path);
        else
            st = buffer_add(&q->versions, sqlite3_column_blob(s, 1), HASH_SIZE);
    }
    sqlite3_reset(s);
    return st;
}

static size_t find_version(const struct sqlite *q,
                           const uint8_t version[HASH_SIZE])
{
    const uint8_t *all = q->versions.data;

    if (q->version &&
        memcmp(all + (q->version - 1) * HASH_SIZE, version, HASH_SIZE) == 0)
        return q->version;
    for (size_t n = q->versions.len / HASH_SIZE; n > 0; n--)
        if (memcmp(all + (n - 1) * HASH_SIZE, version, HASH_SIZE) == 0)
            return n;
    return 0;
}

enum status row_version(struct sqlite *q, const uint8_t version[HASH_SIZE],
                        struct err *err)
{
    sqlite3_stmt *s = NULL;
    bool row = false;
    enum status st = ST_OK;
    size_t n = find_version(q, version);

    if (n == 0) {
        st = load_versions(q, err);
        n = find_version(q, version);
    }
    if (st == ST_OK && n == 0) {
        n = q->versions.len / HASH_SIZE + 1;
        st = db_use(q, ADD_VERSION, &s, err);
        if (st == ST_OK) {
            sqlite3_bind_int64(s, 1, (int64_t)n);
            sqlite3_bind_blob(s, 2, version, HASH_SIZE, SQLITE_STATIC);
            st = db_step(q, s, &row, err);
        }
        if (st == ST_OK)
            st = buffer_add(&q->versions, version, HASH_SIZE);
    }
    if (st == ST_OK)
        q->version = n;
    return st;
}

static void bind_code(sqlite3_stmt *s, int i, const char *code)
{
    if (*code)
        sqlite3_bind_text(s, i, code, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, i);
}

static void bind_bytes(sqlite3_stmt *s, int i, const uint8_t *data, size_t len)
{
    if (bytes_zero(data, len))
        sqlite3_bind_null(s, i);
    else
        sqlite3_bind_blob(s, i, data, (int)len, SQLITE_STATIC);
}

void row_bind(sqlite3_stmt *s, const struct response *r, size_t version)
{
    const struct context *c = &r->context;
    int i = 9;

    sqlite3_bind_int64(s, i++, (int64_t)version);
    sqlite3_bind_int64(s, i++, r->event_at);
    sqlite3_bind_int64(s, i++, r->answered_at);
    bind_code(s, i++, c->operator);
    bind_code(s, i++, c->product);
    bind_code(s, i++, c->province);
    bind_code(s, i++, c->org);
    bind_code(s, i++, c->touchpoint);
    bind_code(s, i++, c->class);
    bind_code(s, i++, c->stratum);
    sqlite3_bind_int(s, i++, c->channel);
    sqlite3_bind_int(s, i++, c->frame);
    bind_bytes(s, i++, c->attributes, ATTRIBUTES_MAX);
    sqlite3_bind_int64(s, i++, r->rate_ppm);
    sqlite3_bind_int64(s, i++, r->flags);
    bind_bytes(s, i++, r->respondent, ID_SIZE);
    sqlite3_bind_blob(s, i++, r->answers, (int)r->items, SQLITE_STATIC);
    sqlite3_bind_int64(s, i++, r->duration_ms);
    bind_bytes(s, i++, r->staff, ID_SIZE);
    bind_bytes(s, i++, r->device, ID_SIZE);
    bind_bytes(s, i++, r->salt, ID_SIZE);
    if (r->comment_len)
        sqlite3_bind_text(s, i++, r->comment, (int)r->comment_len,
                          SQLITE_STATIC);
    else
        sqlite3_bind_null(s, i++);
}

static bool take_code(sqlite3_stmt *s, int i, char out[CODE_MAX + 1])
{
    /* Terminated, so its length need not be asked for: a tenth of a scan. */
    const char *text = (const char *)sqlite3_column_text(s, i);
    const size_t len = text ? strnlen(text, CODE_MAX + 1) : 0;

    if (len > CODE_MAX)
        return false;
    if (len)
        memcpy(out, text, len);
    return true;
}

static bool take_bytes(sqlite3_stmt *s, int i, uint8_t *out, size_t size)
{
    const void *data = sqlite3_column_blob(s, i);
    const size_t len = (size_t)sqlite3_column_bytes(s, i);

    if (len == size)
        memcpy(out, data, size);
    return len == size || len == 0;
}

bool row_small(sqlite3_stmt *s, int i, unsigned limit, uint8_t *out)
{
    const int64_t v = sqlite3_column_int64(s, i);

    if (v < 0 || v >= limit)
        return false;
    *out = (uint8_t)v;
    return true;
}

/* The last columns, which only SCAN_ALL asks for. */
static bool take_rest(sqlite3_stmt *s, struct response *r)
{
    r->duration_ms = (uint32_t)sqlite3_column_int64(s, 24);
    r->comment = (const char *)sqlite3_column_text(s, 28);
    r->comment_len = (size_t)sqlite3_column_bytes(s, 28);
    return take_bytes(s, 25, r->staff, ID_SIZE) &&
           take_bytes(s, 26, r->device, ID_SIZE) &&
           take_bytes(s, 27, r->salt, ID_SIZE) && r->comment_len <= COMMENT_MAX;
}

static bool take_context(sqlite3_stmt *s, struct context *c)
{
    return row_small(s, 2, ENTRIES, &c->entry) &&
           take_code(s, 10, c->operator) && take_code(s, 11, c->product) &&
           take_code(s, 12, c->province) && take_code(s, 13, c->org) &&
           take_code(s, 14, c->touchpoint) && take_code(s, 15, c->class) &&
           take_code(s, 16, c->stratum) &&
           row_small(s, 17, CHANNELS, &c->channel) &&
           row_small(s, 18, FRAMES, &c->frame) &&
           take_bytes(s, 19, c->attributes, ATTRIBUTES_MAX);
}

static enum status take_version(struct sqlite *q, int64_t number,
                                uint8_t version[HASH_SIZE], struct err *err)
{
    enum status st = ST_OK;

    if (number > (int64_t)(q->versions.len / HASH_SIZE))
        st = load_versions(q, err);
    if (st != ST_OK || number == 0)
        return st;
    if (number < 0 || number > (int64_t)(q->versions.len / HASH_SIZE))
        return err_set(err, ST_CORRUPT, "%s: no version has number %lld",
                       q->path, (long long)number);
    memcpy(version, q->versions.data + (number - 1) * HASH_SIZE, HASH_SIZE);
    return ST_OK;
}

enum status row_take(struct sqlite *q, sqlite3_stmt *s, enum scan_what what,
                     struct store_entry *e, struct err *err)
{
    struct response *r = &e->response;
    uint8_t state = 0;

    memset(e, 0, sizeof *e);
    r->event_at = sqlite3_column_int64(s, 7);
    r->answered_at = sqlite3_column_int64(s, 8);
    r->received_at = sqlite3_column_int64(s, 9);
    r->rate_ppm = (uint32_t)sqlite3_column_int64(s, 20);
    r->flags = (uint32_t)sqlite3_column_int64(s, 21);
    r->answers = sqlite3_column_blob(s, 23);
    r->items = (size_t)sqlite3_column_bytes(s, 23);
    e->revision = (uint32_t)sqlite3_column_int64(s, 3);
    if (!take_bytes(s, 1, r->id, ID_SIZE) ||
        !row_small(s, 5, STATE_ERASED + 1, &state) ||
        !take_context(s, &r->context) || r->items > ITEMS_MAX ||
        !take_bytes(s, 22, r->respondent, ID_SIZE) ||
        (what == SCAN_ALL && !take_rest(s, r)))
        return db_damaged(q, sqlite3_column_int64(s, 0), err);
    e->state = (enum entry_state)state;
    return take_version(q, sqlite3_column_int64(s, 6), r->version, err);
}
