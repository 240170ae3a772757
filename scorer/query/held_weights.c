/* held_weights.c - see held.h: the item weights that readers' numbers are made
 * with.
 *
 * They are the nation's, so a newcomer anywhere would turn every index a
 * little.  So they are fitted when leaves move, and kept till others do.
 */
#include "held_handle.h"

#include <stdlib.h>

enum { HEAD = 9, REAL = 8 }; /* fitted, rows; then u, all and without */

static size_t packed_size(const struct item_weights *w)
{
    return HEAD + REAL * w->model->items * (GROUPS + 1);
}

static void put_reals(uint8_t **at, const double *from, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += REAL) {
        uint64_t bits;

        memcpy(&bits, &from[i], sizeof bits);
        bytes_put64(*at, bits);
    }
}

static void get_reals(const uint8_t **at, double *out, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += REAL) {
        const uint64_t bits = bytes_get64(*at);

        memcpy(&out[i], &bits, sizeof bits);
    }
}

static enum status keep(struct held *h, const struct held_key *k,
                        const struct item_weights *w, struct err *err)
{
    const size_t len = packed_size(w);
    uint8_t *data = malloc(len), *at = data;
    enum status st;

    if (!data)
        return ST_NOMEM;
    *at++ = w->fitted;
    bytes_put64(at, (uint64_t)w->rows);
    at += HEAD - 1;
    put_reals(&at, w->u, w->model->items);
    for (size_t g = 0; g < GROUPS; g++)
        put_reals(&at, w->without[g], w->model->items);
    st = durable_begin(h->table, err);
    if (st == ST_OK)
        st = durable_put(h->table,
                         (struct durable_key){HELD_WEIGHTS, k->bytes, k->len},
                         data, len, err);
    if (st == ST_OK)
        st = durable_commit(h->table, err);
    else
        durable_rollback(h->table);
    free(data);
    return st;
}

static enum status unpack(const struct buffer *b, struct item_weights *w,
                          struct err *err)
{
    const uint8_t *at = b->data;

    if (b->len != packed_size(w))
        return err_set(err, ST_CORRUPT, "what readers have is damaged");
    w->fitted = *at++;
    w->rows = (int64_t)bytes_get64(at);
    at += HEAD - 1;
    get_reals(&at, w->u, w->model->items);
    for (size_t g = 0; g < GROUPS; g++)
        get_reals(&at, w->without[g], w->model->items);
    return ST_OK;
}

static enum status recall(struct held *h, const struct held_key *k,
                          const struct item_weights_of *of,
                          struct item_weights **out, struct err *err)
{
    struct item_weights *w = calloc(1, sizeof *w);
    struct buffer b = {0};
    enum status st = ST_NOMEM;

    if (w) {
        w->form = of->form;
        w->model = &of->form->model;
        w->from = of->from;
        w->to = of->to;
        w->frames = of->frames;
        st = durable_get(h->table,
                         (struct durable_key){HELD_WEIGHTS, k->bytes, k->len},
                         &b, err);
    }
    if (st == ST_OK)
        st = unpack(&b, w, err);
    buffer_free(&b);
    if (st == ST_OK)
        *out = w;
    else
        free(w);
    return st;
}

enum status held_weights(struct held *h, struct cells *c,
                         const struct item_weights_of *of,
                         struct item_weights **out, struct err *err)
{
    struct item_weights *w = NULL;
    struct held_key k;
    enum status st;

    held_key_begin(of->form, of->from, &k);
    st = recall(h, &k, of, out, err);
    if (st != ST_NOTFOUND)
        return st;
    st = item_weights_fit(c, of, &w, err);
    if (st == ST_OK)
        st = keep(h, &k, w, err);
    if (st == ST_OK)
        *out = w;
    else
        free(w);
    return st;
}

enum status held_weights_forget(struct held *h, const struct form *form,
                                int32_t month, struct err *err)
{
    struct held_key k;

    held_key_begin(form, month, &k);
    return durable_delete(
        h->table, (struct durable_key){HELD_WEIGHTS, k.bytes, k.len}, err);
}
