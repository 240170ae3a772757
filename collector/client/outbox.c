/* outbox.c - see outbox.h; the layout is in outbox_table.h.
 *
 * A put costs one row for the message and two small ones; settling it two
 * small ones: the packed bytes are never rewritten. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "outbox_table.h"

#define APPLICATION 0x6d6e4f42u /* "mnOB" */
#define FORMAT      1

static struct durable_key meta(const char *name)
{
    return (struct durable_key){SPACE_META, name, strlen(name)};
}

static enum status count_pending(void *ctx, const uint8_t *key, size_t key_len,
                                 const uint8_t *value, size_t len)
{
    struct outbox_state *s = ctx;

    (void)key, (void)key_len;
    s->size.pending++;
    s->unfixed += outbox_free(value, len);
    return ST_OK;
}

enum status outbox_count(void *ctx, const uint8_t *key, size_t key_len,
                         const uint8_t *value, size_t len)
{
    (void)key, (void)key_len, (void)value, (void)len;
    ++*(uint64_t *)ctx;
    return ST_OK;
}

enum status outbox_walk(struct outbox *o, struct durable_key prefix,
                        const struct durable_key *from, durable_fn *fn,
                        void *ctx, struct err *err)
{
    struct err cause = {{0}};
    enum status st = durable_walk(o->table, prefix, from, fn, ctx, &cause);

    if (st == ST_OK)
        return st;
    if (st == ST_NOMEM)
        return err_set(err, st, "out of memory");
    return err_set(err, st, "%s", *cause.text ? cause.text : "damaged outbox");
}

/* A number under META; `missing` when there is none. */
static enum status load_number(struct outbox *o, const char *name,
                               uint64_t missing, uint64_t *out, struct err *err)
{
    enum status st;

    o->scratch.len = 0;
    st = durable_get(o->table, meta(name), &o->scratch, err);
    if (st == ST_NOTFOUND) {
        *out = missing;
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    if (o->scratch.len != 8)
        return err_set(err, ST_CORRUPT, "%s: damaged outbox: '%s'", o->path,
                       name);
    *out = bytes_get64(o->scratch.data);
    return ST_OK;
}

static enum status save_number(struct outbox *o, const char *name, uint64_t v,
                               struct err *err)
{
    uint8_t bytes[8];

    bytes_put64(bytes, v);
    return durable_put(o->table, meta(name), bytes, sizeof bytes, err);
}

static enum status load_state(struct outbox *o, struct err *err)
{
    uint64_t format, taken = 0;
    enum status st = load_number(o, "format", 0, &format, err);

    if (st == ST_OK && format > FORMAT)
        return err_set(err, ST_NEWER, "%s: written by a newer version",
                       o->path);
    if (st == ST_OK && format == 0) {
        st = durable_begin(o->table, err);
        if (st == ST_OK)
            st = save_number(o, "format", FORMAT, err);
        if (st == ST_OK)
            st = save_number(o, "taken", 0, err);
        if (st == ST_OK)
            st = durable_commit(o->table, err);
        if (st != ST_OK)
            durable_rollback(o->table);
    }
    if (st == ST_OK)
        st = load_number(o, "next", 1, &o->now.next, err);
    /* an outbox that does not tell has most likely been of use */
    if (st == ST_OK)
        st = load_number(o, "taken", o->now.next > 1, &taken, err);
    o->now.size.taken = taken != 0;
    if (st == ST_OK)
        st = outbox_walk(o, outbox_all(SPACE_PENDING), NULL, count_pending,
                         &o->now, err);
    if (st == ST_OK)
        st = outbox_walk(o, outbox_all(SPACE_DONE), NULL, outbox_count,
                         &o->now.size.done, err);
    if (st == ST_OK)
        st = outbox_walk(o, outbox_all(SPACE_REFUSED), NULL, outbox_count,
                         &o->now.size.refused, err);
    return st;
}

enum status outbox_open(const char *path, struct outbox **out, struct err *err)
{
    struct outbox *o = calloc(1, sizeof *o);
    enum status st;

    if (!o)
        return err_set(err, ST_NOMEM, "out of memory");
    o->path = strdup(path);
    st = o->path ? durable_open(path, APPLICATION, &o->table, err)
                 : err_set(err, ST_NOMEM, "out of memory");
    if (st == ST_OK)
        st = load_state(o, err);
    if (st == ST_OK)
        *out = o;
    else
        outbox_close(&o);
    return st;
}

/* Each gateway keeps its own records under the same numbers: one that opens
 * another's outbox would read them as its own. */
enum status outbox_claim(struct outbox *o, const char *program, struct err *err)
{
    enum status st;

    o->scratch.len = 0;
    st = durable_get(o->table, meta("program"), &o->scratch, err);
    if (st == ST_OK && (o->scratch.len != strlen(program) ||
                        memcmp(o->scratch.data, program, o->scratch.len) != 0))
        return err_set(err, ST_INVALID, "%s: is the outbox of %.*s", o->path,
                       (int)o->scratch.len, (const char *)o->scratch.data);
    if (st != ST_NOTFOUND)
        return st;
    st = durable_begin(o->table, err);
    if (st == ST_OK)
        st = durable_put(o->table, meta("program"), program, strlen(program),
                         err);
    if (st == ST_OK)
        st = durable_commit(o->table, err);
    if (st != ST_OK)
        durable_rollback(o->table);
    return st;
}

void outbox_close(struct outbox **o)
{
    if (!*o)
        return;
    durable_close(&(*o)->table);
    buffer_free(&(*o)->scratch);
    free((*o)->path);
    free(*o);
    *o = NULL;
}

const struct outbox_size *outbox_size(const struct outbox *o)
{
    return &o->now.size;
}

bool outbox_unfixed(const struct outbox *o)
{
    return o->now.unfixed > 0;
}

uint64_t outbox_next(const struct outbox *o)
{
    return o->now.next;
}

struct durable *outbox_table(const struct outbox *o)
{
    return o->table;
}

enum status outbox_begin(struct outbox *o, struct err *err)
{
    o->before = o->now;
    return durable_begin(o->table, err);
}

enum status outbox_commit(struct outbox *o, struct err *err)
{
    enum status st = durable_commit(o->table, err);

    if (st != ST_OK)
        o->now = o->before;
    return st;
}

void outbox_rollback(struct outbox *o)
{
    durable_rollback(o->table);
    o->now = o->before;
}

/* ---- putting ---- */

static enum status pack(struct outbox *o, const struct cargo *c,
                        struct err *err)
{
    struct buffer *b = &o->scratch;
    enum status st;

    b->len = 0;
    b->max = 0;
    st = buffer_varint(b, c->count);
    if (st == ST_OK)
        st = buffer_reserve(b, c->count * (ID_SIZE + 1));
    for (size_t i = 0; st == ST_OK && i < c->count; i++) {
        st = buffer_add(b, cargo_id(c, i), ID_SIZE);
        if (st == ST_OK)
            st = buffer_byte(b, cargo_entry(c, i));
    }
    if (st == ST_OK) {
        b->max = b->len + MESSAGE_MAX;
        st = cargo_pack(c, o->now.next, b);
        b->max = 0;
    }
    if (st == ST_NOMEM)
        return err_set(err, st, "out of memory");
    if (st != ST_OK)
        return err_set(err, st, "a %s of %zu does not fit into one message",
                       right_name(c->type), c->count);
    return ST_OK;
}

static enum status put_places(struct outbox *o, uint64_t batch,
                              const struct cargo *c, struct err *err)
{
    struct buffer *b = &o->scratch;
    struct outbox_key k;
    uint64_t last = 0, any = 0;
    enum status st = ST_OK;

    b->len = 0;
    for (size_t i = 0; i < c->count && st == ST_OK; i++) {
        const uint64_t place = cargo_place(c, i);

        st = buffer_varint(b, bytes_zigzag((int64_t)(place - last)));
        last = place;
        any |= last;
    }
    if (st != ST_OK)
        return err_set(err, st, "out of memory");
    return any ? durable_put(o->table, outbox_key(&k, SPACE_PLACES, batch),
                             b->data, b->len, err)
               : ST_OK;
}

enum status outbox_put(struct outbox *o, const char *collector,
                       const struct cargo *c, struct err *err)
{
    struct outbox_key k;
    const uint64_t batch = o->now.next;
    enum status st = pack(o, c, err);

    if (st == ST_OK)
        st = durable_put(o->table, outbox_key(&k, SPACE_MESSAGE, batch),
                         o->scratch.data, o->scratch.len, err);
    if (st == ST_OK && c->responses)
        st = put_places(o, batch, c, err);
    if (st == ST_OK)
        st = durable_put(o->table, outbox_key(&k, SPACE_PENDING, batch),
                         collector, strlen(collector), err);
    if (st == ST_OK)
        st = save_number(o, "next", batch + 1, err);
    if (st != ST_OK)
        return st;
    o->now.next++;
    o->now.size.pending++;
    o->now.unfixed += !*collector;
    return ST_OK;
}

enum status outbox_put_note(struct outbox *o, const void *note, size_t len,
                            struct err *err)
{
    return durable_put(o->table, meta("note"), note, len, err);
}

enum status outbox_note_taken(struct outbox *o, struct err *err)
{
    if (o->now.size.taken)
        return ST_OK;
    o->now.size.taken = true;
    return save_number(o, "taken", 1, err);
}

enum status outbox_note(struct outbox *o, struct buffer *out, struct err *err)
{
    return durable_get(o->table, meta("note"), out, err);
}

/* ---- reading ---- */

enum status outbox_load(struct outbox *o, uint64_t batch,
                        struct outbox_message *m, struct err *err)
{
    const uint8_t *p, *end;
    struct outbox_key k;
    enum status st;

    o->scratch.len = 0;
    st = durable_get(o->table, outbox_key(&k, SPACE_MESSAGE, batch),
                     &o->scratch, err);
    if (st == ST_NOTFOUND)
        return err_set(err, ST_CORRUPT, "%s: message %llu is not there",
                       o->path, (unsigned long long)batch);
    if (st != ST_OK)
        return st;
    p = o->scratch.data;
    end = p + o->scratch.len;
    if (bytes_varint(&p, end, &m->count) != ST_OK ||
        m->count > (size_t)(end - p) / (ID_SIZE + 1))
        return err_set(err, ST_CORRUPT, "%s: message %llu is damaged", o->path,
                       (unsigned long long)batch);
    m->ids = p;
    m->frame = p + m->count * (ID_SIZE + 1);
    m->len = (size_t)(end - m->frame);
    return ST_OK;
}

static enum status take_batch(void *ctx, const uint8_t *key, size_t key_len,
                              const uint8_t *value, size_t len)
{
    (void)value, (void)len;
    if (key_len != 8)
        return ST_CORRUPT;
    *(uint64_t *)ctx = bytes_get64(key);
    return ST_STOPPED;
}

enum status outbox_pending(struct outbox *o, uint64_t from, uint64_t *batch,
                           struct err *err)
{
    struct outbox_key k;
    struct durable_key start = outbox_key(&k, SPACE_PENDING, from);
    uint64_t found = 0; /* numbers begin at 1 */
    enum status st = outbox_walk(o, outbox_all(SPACE_PENDING), &start,
                                 take_batch, &found, err);

    if (st == ST_OK && found)
        *batch = found;
    return st == ST_OK && !found ? ST_NOTFOUND : st;
}

enum status outbox_frame(struct outbox *o, uint64_t batch, struct buffer *out,
                         bool *responses, struct err *err)
{
    struct outbox_message m;
    enum status st = outbox_load(o, batch, &m, err);

    if (st == ST_OK)
        st = buffer_add(out, m.frame, m.len);
    if (st == ST_OK)
        *responses = outbox_responses(&m);
    return st == ST_NOMEM ? err_set(err, st, "out of memory") : st;
}
