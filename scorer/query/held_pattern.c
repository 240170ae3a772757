/* held_pattern.c - see held.h: which cells are open. */
#include "held_handle.h"

enum { SEEN = 1, HELD = 2, OPEN = 4 };

/* Of a cell: a byte of flags and how many answers it had when it was open. */
struct pattern {
    uint8_t flags;
    int64_t shown;
};
enum { PATTERN_SIZE = 9 };

static void pattern_key(const struct form *form, int32_t month,
                        const char *construct, enum lattice_level level,
                        const struct lattice_codes *codes, struct held_key *out)
{
    const uint8_t at = (uint8_t)level;

    held_key_begin(form, month, out);
    held_key_add(out, construct, strlen(construct) + 1);
    held_key_add(out, &at, 1);
    held_key_add(out, codes->operator, strlen(codes->operator) + 1);
    held_key_add(out, codes->province, strlen(codes->province) + 1);
    held_key_add(out, codes->channel, strlen(codes->channel) + 1);
}

static enum status find(struct held *h, const struct held_key *k,
                        struct pattern *out, struct err *err)
{
    struct buffer b = {0};
    enum status st = durable_get(
        h->table, (struct durable_key){HELD_PATTERN, k->bytes, k->len}, &b,
        err);

    if (st == ST_OK && b.len != PATTERN_SIZE)
        st = err_set(err, ST_CORRUPT, "what readers have seen is damaged");
    if (st == ST_OK)
        *out = (struct pattern){b.data[0], (int64_t)bytes_get64(b.data + 1)};
    buffer_free(&b);
    return st;
}

enum status held_recall(struct held *h, const struct form *form, int32_t month,
                        const char *construct, struct lattice *l,
                        struct err *err)
{
    for (size_t i = 0; i < l->cells; i++) {
        struct lattice_cell *c = &l->cell[i];
        struct held_key k;
        struct pattern p = {0};
        enum status st;

        pattern_key(form, month, construct, c->level, &c->codes, &k);
        st = find(h, &k, &p, err);
        if (st != ST_OK && st != ST_NOTFOUND)
            return st;
        c->seen = p.flags & SEEN;
        c->held = p.flags & HELD;
        c->shown = p.shown;
    }
    return ST_OK;
}

static enum status put_all(struct held *h, const struct form *form,
                           int32_t month, const char *construct,
                           const struct lattice *l, struct err *err)
{
    for (size_t i = 0; i < l->cells; i++) {
        const struct lattice_cell *c = &l->cell[i];
        uint8_t value[PATTERN_SIZE] = {
            (uint8_t)((c->seen || c->open ? SEEN : 0) | (c->held ? HELD : 0) |
                      (c->open ? OPEN : 0))};
        struct held_key k;
        enum status st;

        bytes_put64(value + 1, (uint64_t)(c->open ? c->n : c->shown));
        pattern_key(form, month, construct, c->level, &c->codes, &k);
        st = durable_put(h->table,
                         (struct durable_key){HELD_PATTERN, k.bytes, k.len},
                         value, sizeof value, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

enum status held_keep(struct held *h, const struct form *form, int32_t month,
                      const char *construct, const struct lattice *l,
                      struct err *err)
{
    enum status st = durable_begin(h->table, err);

    if (st == ST_OK)
        st = put_all(h, form, month, construct, l, err);
    if (st == ST_OK)
        st = durable_commit(h->table, err);
    else
        durable_rollback(h->table);
    return st;
}

enum status held_is_open(struct held *h, const struct form *form, int32_t month,
                         const char *construct, enum lattice_level level,
                         const struct lattice_codes *codes, bool *known,
                         bool *open, struct err *err)
{
    struct held_key k;
    struct pattern p = {0};
    enum status st;

    pattern_key(form, month, construct, level, codes, &k);
    st = find(h, &k, &p, err);
    *known = st == ST_OK;
    *open = p.flags & OPEN;
    return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- whether a month is decided: a mark under no construct ---- */

static struct durable_key mark(const struct form *form, int32_t month,
                               struct held_key *k)
{
    held_key_begin(form, month, k);
    return (struct durable_key){HELD_PATTERN, k->bytes, k->len};
}

enum status held_undecided(struct held *h, const struct form *form,
                           int32_t month, struct err *err)
{
    struct held_key k;

    return durable_delete(h->table, mark(form, month, &k), err);
}

enum status held_is_undecided(struct held *h, const struct form *form,
                              int32_t month, bool *out, struct err *err)
{
    struct held_key k;
    struct buffer b = {0};
    enum status st = durable_get(h->table, mark(form, month, &k), &b, err);

    buffer_free(&b);
    *out = st == ST_NOTFOUND;
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status held_decided(struct held *h, const struct form *form, int32_t month,
                         struct err *err)
{
    struct held_key k;
    const uint8_t yes = 1;
    enum status st = durable_begin(h->table, err);

    if (st == ST_OK)
        st = durable_put(h->table, mark(form, month, &k), &yes, 1, err);
    if (st == ST_OK)
        st = durable_commit(h->table, err);
    else
        durable_rollback(h->table);
    return st;
}
