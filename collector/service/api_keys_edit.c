/* api_keys_edit.c - changing api-keys.yaml and leaving the rest of it alone:
 * see list_edit.h. */
#include "api_keys.h"
#include "list_edit.h"
#include "list_read.h"

static const struct api_key *named(const struct api_keys *k, const char *name)
{
    for (size_t i = 0; i < api_keys_count(k); i++)
        if (streq(api_keys_at(k, i)->name, name))
            return api_keys_at(k, i);
    return NULL;
}

static bool same_key(const struct api_key *a, const struct api_key *b)
{
    return memcmp(a->hash, b->hash, sizeof a->hash) == 0 &&
           a->frames == b->frames && a->units == b->units &&
           a->surveys == b->surveys &&
           list_same_texts(a->units, a->unit, b->unit) &&
           list_same_texts(a->surveys, a->survey, b->survey);
}

static const char *frame_of(unsigned bit)
{
    return bit < FRAMES ? frame_name((enum frame)bit) : NULL;
}

static enum status print_key(struct buffer *out, int indent, const void *entry)
{
    const struct api_key *k = entry;
    char hash[2 * API_KEY_HASH + 1];
    enum status st;

    bytes_hex(k->hash, sizeof k->hash, hash);
    st = list_print(out, "%*s- name: \"%s\"\n%*s  hash: \"%s\"\n", indent, "",
                    k->name, indent, "", hash);
    if (st == ST_OK)
        st = list_print_set(out, indent, "frames", k->frames, frame_of);
    if (st == ST_OK)
        st = list_print_texts(out, indent, "units", k->units, k->unit);
    return st == ST_OK
               ? list_print_texts(out, indent, "surveys", k->surveys, k->survey)
               : st;
}

static enum status check_codes(const char *what, size_t count,
                               const char *const *text, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (strpbrk(text[i], "\"\\"))
            return err_set(err, ST_INVALID, "%s: no code: %s", what, text[i]);
    return ST_OK;
}

static enum status check_new(const struct api_keys *keys, const char *path,
                             const struct api_key *k, struct err *err)
{
    enum status st;

    if (!list_name_legal(k->name))
        return err_set(err, ST_INVALID,
                       "a key's name has 1 to 32 of a-z, 0-9 and -");
    if (api_key_lacks(k))
        return err_set(err, ST_INVALID, "%s: %s", k->name, api_key_lacks(k));
    if (named(keys, k->name))
        return err_set(err, ST_EXISTS, "%s: %s is there already", path,
                       k->name);
    st = check_codes("units", k->units, k->unit, err);
    return st == ST_OK ? check_codes("surveys", k->surveys, k->survey, err)
                       : st;
}

/* ---- the list ---- */

static enum status parse(const char *path, const struct buffer *text,
                         struct api_keys **out, struct err *err)
{
    return api_keys_parse(path, text->len ? (const char *)text->data : "",
                          text->len, out, err);
}

static enum status check(const char *path, const struct buffer *text,
                         const void *add, struct err *err)
{
    struct api_keys *keys = NULL;
    enum status st = parse(path, text, &keys, err);

    if (st == ST_OK && add)
        st = check_new(keys, path, add, err);
    api_keys_free(&keys);
    return st;
}

static enum status holds(const char *path, const struct buffer *text,
                         const void *entry, struct err *err)
{
    const struct api_key *wanted = entry, *found;
    struct api_keys *keys = NULL;
    enum status st = parse(path, text, &keys, err);

    if (st != ST_OK)
        return st;
    found = named(keys, wanted->name);
    if (!found || !same_key(found, wanted))
        st = ST_INVALID;
    api_keys_free(&keys);
    return st;
}

static const struct list_kind keys_list = {.noun = "key",
                                           .max = API_KEYS_FILE_MAX,
                                           .secret = true,
                                           .check = check,
                                           .holds = holds,
                                           .print = print_key};

enum status api_keys_add(const char *path, const struct api_key *add,
                         struct err *err)
{
    return list_add(&keys_list, path, add, err);
}

enum status api_keys_remove(const char *path, const char *name, struct err *err)
{
    return list_remove(&keys_list, path, name, err);
}
