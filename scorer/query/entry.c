/* entry.c - see entry.h. */
#include "entry.h"

#include "base/bytes.h"

void entry_key(const struct response *r, uint8_t key[ENTRY_KEY])
{
    memcpy(key, r->id, ID_SIZE);
    key[ID_SIZE] = r->context.entry;
}

/* The collector checked this; a damaged store must not write past a cell. */
static enum status check_answers(const struct version *v,
                                 const struct response *in, struct err *err)
{
    const struct form *f = v->form;
    char id[2 * ID_SIZE + 1];
    bool legal = true;

    for (size_t i = 0; i < f->items; i++)
        legal &= in->answers[i] <= f->start[i + 1] - f->start[i];
    if (legal)
        return ST_OK;
    bytes_hex(in->id, ID_SIZE, id);
    return err_set(err, ST_CORRUPT,
                   "the store's response %s holds an answer that %s does not "
                   "have",
                   id, v->survey->code);
}

enum status entry_version(struct forms *f, struct store *store,
                          const struct response *in,
                          const struct version **version, struct err *err)
{
    const struct version *v = *version;
    enum status st = ST_OK;

    if (!v || memcmp(v->survey->version, in->version, HASH_SIZE) != 0)
        st = forms_version(f, store, in->version, &v, err);
    if (st == ST_NOTFOUND || (st == ST_OK && in->items != v->form->items)) {
        char id[2 * ID_SIZE + 1];

        bytes_hex(in->id, ID_SIZE, id);
        return err_set(err, ST_CORRUPT,
                       "the store's response %s has no definition that fits it",
                       id);
    }
    if (st == ST_OK)
        st = check_answers(v, in, err);
    if (st == ST_OK)
        *version = v;
    return st;
}
