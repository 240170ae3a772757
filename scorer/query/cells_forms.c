/* cells_forms.c - the forms that have answers, and their numbers in the cube.
 */
#include <stdlib.h>

#include "cells_handle.h"

/* A form's number is its key; its value names the version met last. */
static enum status take_form(void *ctx, const uint8_t *key, size_t key_len,
                             const uint8_t *value, size_t len)
{
    struct buffer *out = ctx;

    (void)key;
    return key_len == 4 && len == HASH_SIZE ? buffer_add(out, value, len)
                                            : ST_CORRUPT;
}

enum status cells_read_forms(struct cells *c, struct err *err)
{
    const struct durable_key all = {SPACE_FORM, NULL, 0};
    struct buffer hashes = {0};
    enum status st =
        durable_walk(c->cube.table, all, NULL, take_form, &hashes, err);

    for (size_t at = 0; at < hashes.len && st == ST_OK; at += HASH_SIZE) {
        const struct version *v;

        st = forms_version(&c->forms, c->store, hashes.data + at, &v, err);
        if (st == ST_NOTFOUND) /* another store's cube */
            st = ST_CORRUPT;
        if (st == ST_OK) {
            v->form->survey = v->survey;
            st = cells_number(c, v->form);
        }
    }
    buffer_free(&hashes);
    return st;
}

enum status cells_number(struct cells *c, struct form *form)
{
    struct form **list =
        realloc(c->form, (c->count + 1) * sizeof(struct form *));

    if (!list)
        return ST_NOMEM;
    c->form = list;
    c->form[c->count++] = form;
    form->number = (uint32_t)c->count;
    return ST_OK;
}

void numbered_free(struct numbered *n)
{
    free(n->form);
    free(n->survey);
    *n = (struct numbered){0};
}

enum status cells_list(const struct cells *c, struct numbered *out)
{
    struct numbered n = {
        .count = c->count,
        .form = malloc((c->count + 1) * sizeof(struct form *)),
        .survey = malloc((c->count + 1) * sizeof(const struct survey *))};

    if (!n.form || !n.survey) {
        numbered_free(&n);
        return ST_NOMEM;
    }
    for (size_t i = 0; i < c->count; i++) {
        n.form[i] = c->form[i];
        n.survey[i] = c->form[i]->survey;
    }
    numbered_free(out);
    *out = n;
    return ST_OK;
}

enum status cells_put_forms(struct cube *cube, const struct numbered *n,
                            struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < n->count && st == ST_OK; i++) {
        const size_t number = i + 1;
        const uint8_t key[4] = {(uint8_t)(number >> 24),
                                (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                (uint8_t)number};

        st = cube_told(
            cube, durable_put(cube->table,
                              (struct durable_key){SPACE_FORM, key, sizeof key},
                              n->survey[i]->version, HASH_SIZE, err));
    }
    return st;
}
