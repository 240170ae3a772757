/* held.c - see held.h: the cells. */
#include "held_handle.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sums.h"
#include "surveys/period.h"

#define APPLICATION UINT32_C(0x6d595264) /* "mYRd" */

/* ---- the file ---- */

static enum status make_temporary(struct held *h, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    char name[4096];
    int fd;

    snprintf(name, sizeof name, "%s/manyi-readers-XXXXXX",
             folder && *folder ? folder : "/tmp");
    fd = mkstemp(name);
    if (fd < 0)
        return err_set(err, ST_IO, "%s: %s", name, strerror(errno));
    close(fd);
    h->temporary = strdup(name);
    if (h->temporary)
        return ST_OK;
    (void)unlink(name);
    return ST_NOMEM;
}

static void remove_temporary(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[4200];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

enum status held_open(const char *path, struct held **out, struct err *err)
{
    struct held *h = calloc(1, sizeof *h);
    enum status st = h ? ST_OK : ST_NOMEM;

    if (st == ST_OK && !path)
        st = make_temporary(h, err);
    if (st == ST_OK)
        st = durable_open(path ? path : h->temporary, APPLICATION, &h->table,
                          err);
    if (st == ST_OK)
        *out = h;
    else
        held_close(&h);
    return st;
}

void held_close(struct held **h)
{
    if (!*h)
        return;
    durable_close(&(*h)->table);
    if ((*h)->temporary)
        remove_temporary((*h)->temporary);
    free((*h)->temporary);
    free((*h)->known);
    free(*h);
    *h = NULL;
}

/* ---- keys: form, month, and the rest ---- */

static void put32(uint8_t *out, uint32_t v)
{
    out[0] = (uint8_t)(v >> 24);
    out[1] = (uint8_t)(v >> 16);
    out[2] = (uint8_t)(v >> 8);
    out[3] = (uint8_t)v;
}

void held_key_begin(const struct form *form, int32_t month,
                    struct held_key *out)
{
    memcpy(out->bytes, form->survey->form, HASH_SIZE);
    put32(out->bytes + HASH_SIZE, (uint32_t)month);
    out->len = HASH_SIZE + 4;
}

void held_key_add(struct held_key *k, const void *data, size_t len)
{
    memcpy(k->bytes + k->len, data, len);
    k->len += len;
}

static void cell_held_key(const struct form *form, const struct cell *cell,
                          struct held_key *out)
{
    struct cell c = *cell;
    struct cell_key k;

    c.form = 0;
    c.when = period_first(cell->when);
    cell_key(&c, LAYER_MONTH, &k);
    held_key_begin(form, cell->when, out);
    held_key_add(out, k.bytes, k.len);
}

/* ---- reading ---- */

struct walking {
    struct held *h;
    const struct form *form;
    cells_walk_fn *fn;
    void *ctx;
};

static enum status walk_one(void *ctx, const uint8_t *key, size_t key_len,
                            const uint8_t *value, size_t len)
{
    struct walking *w = ctx;
    struct cell cell;
    enum status st = key_len < HASH_SIZE + 4
                         ? ST_CORRUPT
                         : cell_parse(LAYER_MONTH, key + HASH_SIZE + 4,
                                      key_len - HASH_SIZE - 4, &cell);

    if (st != ST_OK)
        return st;
    cell.form = w->form->number;
    return w->fn(w->ctx, &cell, value, len);
}

enum status held_walk(struct held *h, const struct form *form, int32_t from,
                      int32_t to, cells_walk_fn *fn, void *ctx, struct err *err)
{
    struct walking w = {h, form, fn, ctx};
    enum status st = ST_OK;

    for (int32_t month = from; month <= to && st == ST_OK; month++) {
        struct held_key k;

        held_key_begin(form, month, &k);
        st = durable_walk(h->table,
                          (struct durable_key){HELD_CELLS, k.bytes, k.len},
                          NULL, walk_one, &w, err);
    }
    return st;
}

/* ---- moving ---- */

struct people_in {
    int64_t rows, answered[CONSTRUCTS_MAX];
};

struct leaf {
    struct lattice_codes codes;
    struct people_in now, held;
};

struct moving {
    struct held *h;
    const struct form *form;
    size_t leaves, cap;
    struct leaf *leaf;
    struct people_in all; /* now */
    bool counting_held;
    bool deleting; /* of the leaves that move; else putting */
    struct err *err;
};

static void codes_of(const struct cell *cell, struct lattice_codes *out)
{
    memset(out, 0, sizeof *out);
    cell_code(cell, DIM_OPERATOR, out->operator);
    cell_code(cell, DIM_PROVINCE, out->province);
    cell_code(cell, DIM_CHANNEL, out->channel);
}

static enum status find_leaf(struct moving *m, const struct cell *cell,
                             struct leaf **out)
{
    struct lattice_codes codes;
    struct leaf *more;

    codes_of(cell, &codes);
    for (size_t i = m->leaves; i-- > 0;) /* neighbours come together */
        if (memcmp(&m->leaf[i].codes, &codes, sizeof codes) == 0) {
            *out = &m->leaf[i];
            return ST_OK;
        }
    if (m->leaves == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 128;
        more = realloc(m->leaf, m->cap * sizeof *more);
        if (!more)
            return ST_NOMEM;
        m->leaf = more;
    }
    *out = &m->leaf[m->leaves++];
    **out = (struct leaf){.codes = codes};
    return ST_OK;
}

static bool by_batch(int64_t now, int64_t held)
{
    return now - held >= HELD_BATCH || held - now >= HELD_BATCH;
}

/* Of ten newcomers one may answer a construct: its answer would be seen.  What
 * few answer at all waits for nobody, as readers do not see it. */
static bool waits_for(const struct moving *m, size_t construct)
{
    return 10 * m->all.answered[construct] >= HELD_TENTHS * m->all.rows;
}

static bool moves(const struct moving *m, const struct leaf *l)
{
    const struct people_in *now = &l->now, *held = &l->held;

    for (size_t c = 0; c < m->form->model.constructs; c++)
        if (waits_for(m, c) && now->answered[c] != held->answered[c] &&
            !by_batch(now->answered[c], held->answered[c]))
            return false;
    return by_batch(now->rows, held->rows);
}

/* A part counts who did not answer a construct, behind its items' answers. */
static enum status count_part(const struct form *form, const struct part *p,
                              struct people_in *out)
{
    const size_t first = form->start[form->items];
    struct counts_at c;
    int64_t n;
    enum status st = counts_begin(p, form->counters, &n, &c);

    if (st != ST_OK)
        return st;
    out->rows += n;
    for (size_t k = 0; k < form->model.constructs; k++)
        out->answered[k] += n;
    while ((st = counts_next(&c)) == ST_OK)
        if (c.i >= first)
            out->answered[c.i - first] -= c.count;
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status count_people(const struct form *form, const uint8_t *value,
                                size_t len, struct people_in *out)
{
    const uint8_t *at = value;
    struct part p;
    enum status st;

    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        st = count_part(form, &p, out);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status count_cell(void *ctx, const struct cell *cell,
                              const uint8_t *value, size_t len)
{
    struct moving *m = ctx;
    struct leaf *l = NULL;
    enum status st;

    if (cell->context.frame != FRAME_INVITED)
        return ST_OK;
    st = find_leaf(m, cell, &l);
    if (st == ST_OK)
        st = count_people(m->form, value, len,
                          m->counting_held ? &l->held : &l->now);
    if (st == ST_OK && !m->counting_held)
        st = count_people(m->form, value, len, &m->all);
    return st;
}

static enum status move_cell(void *ctx, const struct cell *cell,
                             const uint8_t *value, size_t len)
{
    struct moving *m = ctx;
    struct leaf *l = NULL;
    struct held_key k;
    enum status st;

    if (cell->context.frame != FRAME_INVITED)
        return ST_OK;
    st = find_leaf(m, cell, &l);
    if (st != ST_OK || !moves(m, l))
        return st;
    cell_held_key(m->form, cell, &k);
    if (m->deleting)
        return durable_delete(m->h->table,
                              (struct durable_key){HELD_CELLS, k.bytes, k.len},
                              m->err);
    return durable_put(m->h->table,
                       (struct durable_key){HELD_CELLS, k.bytes, k.len}, value,
                       len, m->err);
}

static enum status move_leaves(struct moving *m, struct cells *c, int32_t month)
{
    enum status st = durable_begin(m->h->table, m->err);

    m->deleting = true;
    if (st == ST_OK)
        st = held_undecided(m->h, m->form, month, m->err);
    if (st == ST_OK)
        st = held_weights_forget(m->h, m->form, month, m->err);
    if (st == ST_OK)
        st = held_walk(m->h, m->form, month, month, move_cell, m, m->err);
    m->deleting = false;
    if (st == ST_OK)
        st = cells_walk(c, m->form, LAYER_MONTH, month, month, move_cell, m,
                        m->err);
    if (st == ST_OK)
        st = durable_commit(m->h->table, m->err);
    else
        durable_rollback(m->h->table);
    return st;
}

/* Whether nothing is new since the month was looked at last. */
static bool fresh(const struct held *h, const struct form *form, int32_t month,
                  const struct watermark *w)
{
    for (size_t i = 0; i < h->months; i++) {
        const struct held_month *k = &h->known[i];

        if (k->form == form && k->month == month)
            return k->at.len == w->len &&
                   memcmp(k->at.bytes, w->bytes, w->len) == 0;
    }
    return false;
}

static enum status note_fresh(struct held *h, const struct form *form,
                              int32_t month, const struct watermark *w)
{
    struct held_month *more;

    for (size_t i = 0; i < h->months; i++)
        if (h->known[i].form == form && h->known[i].month == month) {
            h->known[i].at = *w;
            return ST_OK;
        }
    more = realloc(h->known, (h->months + 1) * sizeof *more);
    if (!more)
        return ST_NOMEM;
    h->known = more;
    more[h->months++] = (struct held_month){form, month, *w};
    return ST_OK;
}

enum status held_refresh(struct held *h, struct cells *c,
                         const struct form *form, int32_t month,
                         bool *undecided, struct err *err)
{
    struct moving m = {.h = h, .form = form, .err = err};
    bool moved = false;
    enum status st;

    *undecided = false;
    if (fresh(h, form, month, cells_watermark(c)))
        return ST_OK;
    st = cells_walk(c, form, LAYER_MONTH, month, month, count_cell, &m, err);
    m.counting_held = true;
    if (st == ST_OK)
        st = held_walk(h, form, month, month, count_cell, &m, err);
    for (size_t i = 0; i < m.leaves && st == ST_OK; i++)
        moved = moved || moves(&m, &m.leaf[i]);
    if (st == ST_OK && moved)
        st = move_leaves(&m, c, month);
    if (st == ST_OK)
        st = held_is_undecided(h, form, month, undecided, err);
    if (st == ST_OK && !*undecided)
        st = note_fresh(h, form, month, cells_watermark(c));
    free(m.leaf);
    return st;
}
