/* store_memory.c - the log in memory, for tests: the plainest thing that keeps
 * the contract, which the file engines are compared with.
 *
 * A transaction appends to the log and notes what else it changed; undoing it
 * puts the notes back, last one first, and cuts the log.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "base/bytes.h"
#include "memory_table.h"
#include "store_ops.h"

#define LINEAGE 8
#define BUCKETS ((size_t)1 << 14)

struct logged {
    struct response response; /* answers and comment are its own */
    struct log_link link;
    int64_t next; /* place of an older one in the same bucket; 0 = none */
};

/* An entry that lost its bytes in this transaction. */
struct blanked {
    int64_t place;
    struct logged was;
};

struct memory {
    size_t count, cap;
    struct logged *log; /* place p at [p - 1] */
    int64_t bucket[BUCKETS];
    struct memory_tables tables;
    size_t begun; /* count at the transaction's begin */
    size_t blanks, blank_cap;
    struct blanked *blanked;
    uint8_t lineage[LINEAGE];
};

static enum status no_memory(struct err *err)
{
    return err_set(err, ST_NOMEM, "memory: out of memory");
}

static enum status open_store(const char *place, enum store_mode mode,
                              void **db, struct err *err)
{
    struct memory *m = calloc(1, sizeof *m);

    (void)mode;
    if (*place) {
        free(m);
        return err_set(err, ST_INVALID, "memory:%s: takes no name", place);
    }
    if (!m)
        return no_memory(err);
    if (getrandom(m->lineage, LINEAGE, 0) != LINEAGE) {
        free(m);
        return err_set(err, ST_IO, "memory: no random bytes");
    }
    *db = m;
    return ST_OK;
}

static void free_bytes(struct response *r)
{
    union {
        const void *from;
        void *to;
    } answers = {r->answers}, comment = {r->comment};

    free(answers.to);
    free(comment.to);
    r->answers = NULL;
    r->comment = NULL;
}

static void forget_blanked(struct memory *m)
{
    while (m->blanks > 0)
        free_bytes(&m->blanked[--m->blanks].was.response);
}

static void close_store(void *db)
{
    struct memory *m = db;

    for (size_t i = 0; i < m->count; i++)
        free_bytes(&m->log[i].response);
    forget_blanked(m);
    tables_free(&m->tables);
    free(m->blanked);
    free(m->log);
    free(m);
}

/* ---- transactions ---- */

static enum status begin(void *db, struct err *err)
{
    struct memory *m = db;

    (void)err;
    m->begun = m->count;
    return ST_OK;
}

static enum status commit(void *db, struct err *err)
{
    struct memory *m = db;

    (void)err;
    forget_blanked(m);
    tables_commit(&m->tables);
    return ST_OK;
}

static int64_t *bucket_of(struct memory *m, const uint8_t id[ID_SIZE])
{
    return &m->bucket[bytes_get64(id + 8) % BUCKETS]; /* its random end */
}

static void rollback(void *db)
{
    struct memory *m = db;

    tables_rollback(&m->tables);
    while (m->blanks > 0) {
        const struct blanked *b = &m->blanked[--m->blanks];

        m->log[b->place - 1] = b->was;
    }
    while (m->count > m->begun) {
        struct logged *e = &m->log[--m->count];

        *bucket_of(m, e->response.id) = e->next;
        free_bytes(&e->response);
    }
}

/* No verb of the store reads the journal. */
static enum status journal(void *db, const struct journal *j, struct err *err)
{
    (void)db;
    (void)j;
    (void)err;
    return ST_OK;
}

/* ---- the log ---- */

/* Place of the id's newest entry at or before place `p` of its bucket. */
static int64_t same_id(const struct memory *m, int64_t p,
                       const uint8_t id[ID_SIZE])
{
    while (p && memcmp(m->log[p - 1].response.id, id, ID_SIZE) != 0)
        p = m->log[p - 1].next;
    return p;
}

static enum status copy_bytes(const struct response *from, struct response *to)
{
    uint8_t *answers = malloc(from->items + 1);
    char *comment = malloc(from->comment_len + 1);

    if (!answers || !comment) {
        free(answers);
        free(comment);
        return ST_NOMEM;
    }
    *to = *from;
    if (from->items)
        memcpy(answers, from->answers, from->items);
    if (from->comment_len)
        memcpy(comment, from->comment, from->comment_len);
    to->answers = answers;
    to->comment = comment;
    return ST_OK;
}

static enum status grow(struct memory *m)
{
    if (m->count == m->cap) {
        const size_t cap = m->cap ? 2 * m->cap : 64;
        struct logged *log = realloc(m->log, cap * sizeof *log);

        if (!log)
            return ST_NOMEM;
        m->log = log;
        m->cap = cap;
    }
    return ST_OK;
}

/* What is left of an erased response. */
static void strip(struct response *r, int64_t received_at)
{
    struct response left = {.context = {.entry = r->context.entry},
                            .received_at = received_at};

    memcpy(left.id, r->id, ID_SIZE);
    *r = left;
}

static enum status append(void *db, const struct response *r,
                          const struct log_link *link, bool *taken,
                          struct err *err)
{
    struct memory *m = db;
    int64_t *bucket = bucket_of(m, r->id);
    struct logged *e;

    for (int64_t p = same_id(m, *bucket, r->id); p;
         p = same_id(m, m->log[p - 1].next, r->id)) {
        if (m->log[p - 1].link.nth == link->nth) {
            *taken = true;
            return ST_OK;
        }
    }
    if (grow(m) != ST_OK)
        return no_memory(err);
    e = &m->log[m->count];
    e->response = *r;
    if (link->state == STATE_ERASED)
        strip(&e->response, r->received_at);
    else if (copy_bytes(r, &e->response) != ST_OK)
        return no_memory(err);
    e->link = *link;
    e->next = *bucket;
    *bucket = (int64_t)++m->count;
    *taken = false;
    return ST_OK;
}

static enum status note_blanked(struct memory *m, int64_t place)
{
    if (m->blanks == m->blank_cap) {
        const size_t cap = m->blank_cap ? 2 * m->blank_cap : 16;
        struct blanked *grown = realloc(m->blanked, cap * sizeof *grown);

        if (!grown)
            return ST_NOMEM;
        m->blanked = grown;
        m->blank_cap = cap;
    }
    m->blanked[m->blanks++] =
        (struct blanked){.place = place, .was = m->log[place - 1]};
    return ST_OK;
}

static enum status blank(void *db, const uint8_t id[ID_SIZE], size_t *blanked,
                         struct err *err)
{
    struct memory *m = db;
    size_t n = 0;

    for (int64_t p = same_id(m, *bucket_of(m, id), id); p;
         p = same_id(m, m->log[p - 1].next, id)) {
        struct logged *e = &m->log[p - 1];

        if (e->link.state == STATE_ERASED)
            continue;
        if (note_blanked(m, p) != ST_OK)
            return no_memory(err);
        strip(&e->response, 0);
        e->link.state = STATE_ERASED;
        n++;
    }
    *blanked = n;
    return ST_OK;
}

static enum status known(void *db, const uint8_t id[ID_SIZE],
                         struct log_known *out, struct err *err)
{
    struct memory *m = db;
    struct log_known k = {0};

    (void)err;
    for (int64_t p = same_id(m, *bucket_of(m, id), id); p;
         p = same_id(m, m->log[p - 1].next, id)) {
        const struct logged *e = &m->log[p - 1];
        struct log_key *key = &k.key[e->response.context.entry];

        if (!key->first) {
            key->newest = p;
            key->revision = e->link.revision;
            key->state = e->link.state;
        }
        key->first = p; /* the walk goes from new to old */
        k.count++;
    }
    *out = k;
    return ST_OK;
}

static struct store_entry entry_at(const struct memory *m, int64_t place)
{
    const struct logged *e = &m->log[place - 1];

    return (struct store_entry){.response = e->response,
                                .revision = e->link.revision,
                                .state = e->link.state};
}

static enum status read_kept(void *db, int64_t place, struct kept *out,
                             struct err *err)
{
    const struct store_entry e = entry_at(db, place);

    (void)err;
    kept_copy(out, &e);
    return ST_OK;
}

/* ---- the scan ---- */

static void set_place(const struct memory *m, int64_t place,
                      struct watermark *w)
{
    w->len = LINEAGE + 8;
    memcpy(w->bytes, m->lineage, LINEAGE);
    bytes_put64(w->bytes + LINEAGE, (uint64_t)place);
}

static enum status get_place(const struct memory *m, const struct watermark *w,
                             int64_t *place, struct err *err)
{
    uint64_t at = 0;

    if (w->len != 0) {
        if (w->len == LINEAGE + 8)
            at = bytes_get64(w->bytes + LINEAGE);
        if (w->len != LINEAGE + 8 || at > m->count ||
            memcmp(w->bytes, m->lineage, LINEAGE) != 0)
            return err_set(err, ST_NOTFOUND,
                           "memory: the watermark is another store's");
    }
    *place = (int64_t)at;
    return ST_OK;
}

/* Numbers only: the other fields are zero. */
static void cut(struct store_entry *e, enum scan_what what)
{
    struct response *r = &e->response;

    if (what == SCAN_ALL)
        return;
    r->duration_ms = 0;
    memset(r->staff, 0, ID_SIZE);
    memset(r->device, 0, ID_SIZE);
    memset(r->salt, 0, ID_SIZE);
    r->comment = NULL;
    r->comment_len = 0;
}

static enum status scan(void *db, struct log_scan *scan, store_scan_fn *fn,
                        void *ctx, struct err *err)
{
    const struct memory *m = db;
    int64_t begun = 0, at = 0;
    enum status st = get_place(m, &scan->begun, &begun, err);

    if (st == ST_OK)
        st = get_place(m, &scan->at, &at, err);
    for (uint64_t n = 0; st == ST_OK && n < scan->rows && !scan->pause; n++) {
        struct store_row row = {.replaced = NULL};
        struct store_entry old;
        int64_t replaces;

        scan->end = at == (int64_t)m->count;
        if (scan->end)
            break;
        row.entry = entry_at(m, at + 1);
        cut(&row.entry, scan->what);
        replaces = m->log[at].link.replaces;
        if (replaces) {
            old = entry_at(m, replaces);
            cut(&old, scan->what);
            row.replaced = &old;
            row.replaced_before = replaces <= begun;
        }
        st = fn(ctx, &row);
        at++;
    }
    set_place(m, at, &scan->at);
    return st;
}

static enum status of_respondent(void *db, const uint8_t respondent[ID_SIZE],
                                 struct buffer *ids, struct err *err)
{
    const struct memory *m = db;
    const size_t len = ids->len;

    for (size_t i = 0; i < m->count; i++) {
        const struct response *r = &m->log[i].response;
        bool seen = memcmp(r->respondent, respondent, ID_SIZE) != 0;

        for (size_t at = len; !seen && at < ids->len; at += ID_SIZE)
            seen = memcmp(ids->data + at, r->id, ID_SIZE) == 0;
        if (!seen && buffer_add(ids, r->id, ID_SIZE) != ST_OK) {
            ids->len = len;
            return no_memory(err);
        }
    }
    return ST_OK;
}

/* ---- keyed tables ---- */

static enum status put(void *db, enum store_table t, struct store_key key,
                       const void *value, size_t len, struct err *err)
{
    struct memory *m = db;
    const enum status st =
        tables_set(&m->tables, t, key, len ? value : "", len);

    return st == ST_OK ? ST_OK : no_memory(err);
}

static enum status remove_key(void *db, enum store_table t,
                              struct store_key key, struct err *err)
{
    struct memory *m = db;
    const enum status st = tables_set(&m->tables, t, key, NULL, 0);

    return st == ST_OK ? ST_OK : no_memory(err);
}

static enum status get(void *db, enum store_table t, struct store_key key,
                       struct buffer *out, struct err *err)
{
    const struct memory *m = db;
    const struct memory_row *row = tables_get(&m->tables, t, key);

    if (!row)
        return err_set(err, ST_NOTFOUND, "memory: no such key");
    return buffer_add(out, row->value, row->len);
}

static enum status list(void *db, enum store_table t, struct store_key from,
                        struct store_key to, store_table_fn *fn, void *ctx,
                        struct err *err)
{
    const struct memory *m = db;

    (void)err;
    tables_list(&m->tables, t, from, to, fn, ctx);
    return ST_OK;
}

const struct store_ops store_memory = {
    .scheme = "memory",
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
};
