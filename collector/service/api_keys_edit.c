/* api_keys_edit.c - changing api-keys.yaml as clients.yaml is changed: by whole
 * lines, read again before it takes the old one's place. */
#include "api_keys.h"
#include "clients.h"
#include "collector/files.h"
#include "list_edit.h"

/* The file as it is. */
struct edit {
    const char *path;
    struct buffer text;
    struct yaml *root;     /* NULL: no file yet */
    struct api_keys *keys; /* likewise */
    struct err *err;
};

static void edit_end(struct edit *e)
{
    api_keys_free(&e->keys);
    yaml_free(&e->root);
    buffer_free(&e->text);
}

static enum status edit_begin(struct edit *e, const char *path, struct err *err)
{
    const char *text;
    enum status st;

    *e = (struct edit){.path = path, .err = err};
    e->text.max = API_KEYS_FILE_MAX;
    st = file_read(path, true, &e->text, err);
    text = e->text.len ? (const char *)e->text.data : "";
    if (st == ST_OK)
        st = api_keys_parse(path, text, e->text.len, &e->keys, err);
    if (st == ST_OK)
        st = yaml_parse(path, text, e->text.len, &e->root, err);
    return st;
}

/* ---- is it what was wanted? ---- */

static const struct api_key *named(const struct api_keys *k, const char *name)
{
    for (size_t i = 0; k && i < api_keys_count(k); i++)
        if (streq(api_keys_at(k, i)->name, name))
            return api_keys_at(k, i);
    return NULL;
}

static bool same_texts(size_t n, const char *const *a, const char *const *b)
{
    for (size_t i = 0; i < n; i++)
        if (!streq(a[i], b[i]))
            return false;
    return true;
}

static bool same_key(const struct api_key *a, const struct api_key *b)
{
    return memcmp(a->hash, b->hash, sizeof a->hash) == 0 &&
           a->frames == b->frames && a->units == b->units &&
           a->surveys == b->surveys && same_texts(a->units, a->unit, b->unit) &&
           same_texts(a->surveys, a->survey, b->survey);
}

/* Whether `more` is `less` and `one`, and nothing else. */
static bool differ_by(const struct api_keys *more, const struct api_keys *less,
                      const struct api_key *one)
{
    const size_t count = less ? api_keys_count(less) : 0;
    const struct api_key *found = named(more, one->name);

    if (api_keys_count(more) != count + 1 || !found || !same_key(found, one))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct api_key *k = api_keys_at(less, i);

        found = named(more, k->name);
        if (!found || !same_key(found, k))
            return false;
    }
    return true;
}

static enum status publish(const struct edit *e, const struct buffer *text,
                           const struct api_key *one, bool added)
{
    struct api_keys *keys = NULL;
    struct err ignored;
    enum status st = api_keys_parse(e->path, (const char *)text->data,
                                    text->len, &keys, &ignored);
    bool right = false;

    if (st == ST_NOMEM)
        return err_set(e->err, st, "%s: out of memory", e->path);
    if (st == ST_OK)
        right = added ? differ_by(keys, e->keys, one)
                      : differ_by(e->keys, keys, one);
    api_keys_free(&keys);
    if (!right)
        return err_set(e->err, ST_INVALID,
                       "%s: is written in a style that can not be changed line "
                       "by line; please edit it by hand",
                       e->path);
    return file_replace(e->path, 0600, text->data, text->len, e->err);
}

/* ---- adding ---- */

static enum status check_codes(const struct edit *e, const char *what,
                               size_t count, const char *const *text)
{
    for (size_t i = 0; i < count; i++)
        if (strpbrk(text[i], "\"\\"))
            return err_set(e->err, ST_INVALID, "%s: no code: %s", what,
                           text[i]);
    return ST_OK;
}

static enum status check_new(const struct edit *e, const struct api_key *k)
{
    enum status st;

    if (!client_name_legal(k->name))
        return err_set(e->err, ST_INVALID,
                       "a key's name has 1 to 32 of a-z, 0-9 and -");
    if (api_key_lacks(k))
        return err_set(e->err, ST_INVALID, "%s: %s", k->name, api_key_lacks(k));
    if (named(e->keys, k->name))
        return err_set(e->err, ST_EXISTS, "%s: %s is there already", e->path,
                       k->name);
    st = check_codes(e, "units", k->units, k->unit);
    return st == ST_OK ? check_codes(e, "surveys", k->surveys, k->survey) : st;
}

static const char *frame_of(unsigned bit)
{
    return bit < FRAMES ? frame_name((enum frame)bit) : NULL;
}

static enum status print_key(struct buffer *out, int indent,
                             const struct api_key *k)
{
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

enum status api_keys_add(const char *path, const struct api_key *add,
                         struct err *err)
{
    struct buffer text = {.max = API_KEYS_FILE_MAX};
    struct edit e;
    enum status st = edit_begin(&e, path, err);

    if (st == ST_NOTFOUND)
        st = ST_OK; /* the file is made */
    if (st == ST_OK)
        st = check_new(&e, add);
    if (st != ST_OK)
        goto done;
    st = list_copy(&e.text, e.root, &text);
    if (st == ST_OK)
        st = print_key(&text, list_indent(&e.text, e.root), add);
    st = st == ST_OK ? publish(&e, &text, add, true)
                     : err_set(err, st, "%s: no room for one more", path);
done:
    buffer_free(&text);
    edit_end(&e);
    return st;
}

enum status api_keys_remove(const char *path, const char *name, struct err *err)
{
    struct buffer text = {.max = API_KEYS_FILE_MAX};
    const struct api_key *one;
    struct edit e;
    enum status st = edit_begin(&e, path, err);

    if (st != ST_OK)
        goto done;
    one = named(e.keys, name);
    if (!one) {
        st = err_set(err, ST_NOTFOUND, "%s: no key is named %s", path, name);
        goto done;
    }
    st = list_cut(&e.text, e.root, name, &text);
    st = st == ST_OK ? publish(&e, &text, one, false)
                     : err_set(err, st, "%s: out of memory", path);
done:
    buffer_free(&text);
    edit_end(&e);
    return st;
}
