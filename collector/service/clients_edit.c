/* clients_edit.c - changing clients.yaml and leaving the rest of it alone.
 *
 * The file is people's: their comments and order stay.  So it is changed as
 * text, by whole lines, and what came out is read again and compared with what
 * was wanted before it takes the old one's place.  A file in a style that line
 * work would break is refused, not broken.
 */
#include "clients.h"
#include "collector/files.h"
#include "list_edit.h"

/* The file as it is. */
struct edit {
    const char *path;
    struct buffer text;
    struct yaml *root;     /* NULL: no file yet */
    struct clients *table; /* likewise */
    struct err *err;
};

static void edit_end(struct edit *e)
{
    clients_free(&e->table);
    yaml_free(&e->root);
    buffer_free(&e->text);
}

static enum status edit_begin(struct edit *e, const char *path, struct err *err)
{
    const char *text;
    enum status st;

    *e = (struct edit){.path = path, .err = err};
    e->text.max = CLIENTS_FILE_MAX;
    st = file_read(path, false, &e->text, err);
    text = e->text.len ? (const char *)e->text.data : "";
    if (st == ST_OK)
        st = clients_parse(path, text, e->text.len, &e->table, err);
    if (st == ST_OK)
        st = yaml_parse(path, text, e->text.len, &e->root, err);
    return st;
}

static bool same_client(const struct client *a, const struct client *b)
{
    if (!streq(a->name, b->name) || !streq(a->key, b->key) ||
        a->types != b->types || a->channels != b->channels ||
        a->frames != b->frames || a->units != b->units)
        return false;
    for (size_t i = 0; i < a->units; i++)
        if (!streq(a->unit[i], b->unit[i]))
            return false;
    return true;
}

/* Whether `more` is `less` and `one`, and nothing else. */
static bool differ_by(const struct clients *more, const struct clients *less,
                      const struct client *one)
{
    const size_t count = less ? clients_count(less) : 0;
    const struct client *found = clients_find(more, one->key);

    if (clients_count(more) != count + 1 || !found || !same_client(found, one))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct client *c = clients_at(less, i);

        found = clients_find(more, c->key);
        if (!found || !same_client(found, c))
            return false;
    }
    return true;
}

static const char *type_of(unsigned bit)
{
    return bit < RIGHTS ? right_name((enum right)bit) : NULL;
}

static const char *channel_of(unsigned bit)
{
    return bit < CHANNELS ? channel_name((enum channel)bit) : NULL;
}

static const char *frame_of(unsigned bit)
{
    return bit < FRAMES ? frame_name((enum frame)bit) : NULL;
}

static enum status print_client(struct buffer *out, int indent,
                                const struct client *c)
{
    enum status st = list_print(out, "%*s- name: \"%s\"\n%*s  key: \"%s\"\n",
                                indent, "", c->name, indent, "", c->key);

    if (st == ST_OK)
        st = list_print_set(out, indent, "types", c->types, type_of);
    if (st == ST_OK)
        st = list_print_set(out, indent, "channels", c->channels, channel_of);
    if (st == ST_OK)
        st = list_print_set(out, indent, "frames", c->frames, frame_of);
    return st == ST_OK
               ? list_print_texts(out, indent, "units", c->units, c->unit)
               : st;
}

/* Read `text` again; unless it says just what was wanted, nothing changes. */
static enum status publish(const struct edit *e, const struct buffer *text,
                           const struct client *one, bool added)
{
    struct clients *table = NULL;
    struct err ignored;
    enum status st = clients_parse(e->path, (const char *)text->data, text->len,
                                   &table, &ignored);
    bool right = false;

    if (st == ST_NOMEM)
        return err_set(e->err, st, "%s: out of memory", e->path);
    if (st == ST_OK)
        right = added ? differ_by(table, e->table, one)
                      : differ_by(e->table, table, one);
    clients_free(&table);
    if (!right)
        return err_set(e->err, ST_INVALID,
                       "%s: is written in a style that can not be changed line "
                       "by line; please edit it by hand",
                       e->path);
    return file_replace(e->path, 0644, text->data, text->len, e->err);
}

static enum status check_new(const struct edit *e, const struct client *c)
{
    if (!client_name_legal(c->name))
        return err_set(e->err, ST_INVALID,
                       "a client's name has 1 to 32 of a-z, 0-9 and -");
    if (!key_legal(c->key))
        return err_set(e->err, ST_INVALID,
                       "%s: its key is not 40 characters of Z85", c->name);
    if (client_lacks(c))
        return err_set(e->err, ST_INVALID, "%s: %s", c->name, client_lacks(c));
    for (size_t i = 0; i < c->units; i++)
        if (strpbrk(c->unit[i], "\"\\"))
            return err_set(e->err, ST_INVALID, "%s: no code of a unit: %s",
                           c->name, c->unit[i]);
    for (size_t i = 0; e->table && i < clients_count(e->table); i++)
        if (streq(clients_at(e->table, i)->name, c->name))
            return err_set(e->err, ST_EXISTS, "%s: %s is there already",
                           e->path, c->name);
    if (e->table && clients_find(e->table, c->key))
        return err_set(e->err, ST_EXISTS, "%s: %s has this key already",
                       e->path, clients_find(e->table, c->key)->name);
    return ST_OK;
}

enum status clients_add(const char *path, const struct client *add,
                        struct err *err)
{
    struct buffer text = {.max = CLIENTS_FILE_MAX};
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
        st = print_client(&text, list_indent(&e.text, e.root), add);
    st = st == ST_OK ? publish(&e, &text, add, true)
                     : err_set(err, st, "%s: no room for one more", path);
done:
    buffer_free(&text);
    edit_end(&e);
    return st;
}

enum status clients_remove(const char *path, const char *name, struct err *err)
{
    struct buffer text = {.max = CLIENTS_FILE_MAX};
    const struct client *one = NULL;
    struct edit e;
    enum status st = edit_begin(&e, path, err);

    if (st != ST_OK)
        goto done;
    for (size_t i = 0; i < clients_count(e.table); i++)
        if (streq(clients_at(e.table, i)->name, name))
            one = clients_at(e.table, i);
    if (!one) {
        st = err_set(err, ST_NOTFOUND, "%s: no client is named %s", path, name);
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
