/* clients_edit.c - changing clients.yaml and leaving the rest of it alone: see
 * list_edit.h. */
#include "clients.h"
#include "list_edit.h"
#include "list_read.h"

static const struct client *named(const struct clients *table, const char *name)
{
    for (size_t i = 0; i < clients_count(table); i++)
        if (streq(clients_at(table, i)->name, name))
            return clients_at(table, i);
    return NULL;
}

static bool same_client(const struct client *a, const struct client *b)
{
    return streq(a->key, b->key) && a->types == b->types &&
           a->channels == b->channels && a->frames == b->frames &&
           a->units == b->units &&
           list_same_texts(a->units, a->unit, b->unit) && a->role == b->role &&
           a->scopes == b->scopes &&
           list_same_texts(a->scopes, a->scope, b->scope);
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
                                const void *entry)
{
    const struct client *c = entry;
    enum status st = list_print(out, "%*s- name: \"%s\"\n%*s  key: \"%s\"\n",
                                indent, "", c->name, indent, "", c->key);

    if (st == ST_OK)
        st = list_print_set(out, indent, "types", c->types, type_of);
    if (st == ST_OK)
        st = list_print_set(out, indent, "channels", c->channels, channel_of);
    if (st == ST_OK)
        st = list_print_set(out, indent, "frames", c->frames, frame_of);
    if (st == ST_OK)
        st = list_print_texts(out, indent, "units", c->units, c->unit);
    if (st == ST_OK && c->role != ROLE_NONE)
        st = list_print(out, "%*s  role: %s\n", indent, "", role_name(c->role));
    return st == ST_OK
               ? list_print_texts(out, indent, "scope", c->scopes, c->scope)
               : st;
}

/* Texts stand in quotes in the file. */
static const char *unquotable(size_t count, const char *const *text)
{
    for (size_t i = 0; i < count; i++)
        if (strpbrk(text[i], "\"\\"))
            return text[i];
    return NULL;
}

static enum status check_new(const struct clients *table, const char *path,
                             const struct client *c, struct err *err)
{
    if (!list_name_legal(c->name))
        return err_set(err, ST_INVALID,
                       "a client's name has 1 to 32 of a-z, 0-9 and -");
    if (!key_legal(c->key))
        return err_set(err, ST_INVALID,
                       "%s: its key is not 40 characters of Z85", c->name);
    if (client_lacks(c))
        return err_set(err, ST_INVALID, "%s: %s", c->name, client_lacks(c));
    if (unquotable(c->units, c->unit))
        return err_set(err, ST_INVALID, "%s: no code of a unit: %s", c->name,
                       unquotable(c->units, c->unit));
    if (unquotable(c->scopes, c->scope))
        return err_set(err, ST_INVALID, "%s: no scope: %s", c->name,
                       unquotable(c->scopes, c->scope));
    if (named(table, c->name))
        return err_set(err, ST_EXISTS, "%s: %s is there already", path,
                       c->name);
    if (clients_find(table, c->key))
        return err_set(err, ST_EXISTS, "%s: %s has this key already", path,
                       clients_find(table, c->key)->name);
    return ST_OK;
}

/* ---- the list ---- */

static enum status parse(const char *path, const struct buffer *text,
                         struct clients **out, struct err *err)
{
    return clients_parse(path, text->len ? (const char *)text->data : "",
                         text->len, out, err);
}

static enum status check(const char *path, const struct buffer *text,
                         const void *add, struct err *err)
{
    struct clients *table = NULL;
    enum status st = parse(path, text, &table, err);

    if (st == ST_OK && add)
        st = check_new(table, path, add, err);
    clients_free(&table);
    return st;
}

static enum status holds(const char *path, const struct buffer *text,
                         const void *entry, struct err *err)
{
    const struct client *wanted = entry, *found;
    struct clients *table = NULL;
    enum status st = parse(path, text, &table, err);

    if (st != ST_OK)
        return st;
    found = named(table, wanted->name);
    if (!found || !same_client(found, wanted))
        st = ST_INVALID;
    clients_free(&table);
    return st;
}

static const struct list_kind clients_list = {.noun = "client",
                                              .max = CLIENTS_FILE_MAX,
                                              .secret = false,
                                              .check = check,
                                              .holds = holds,
                                              .print = print_client};

enum status clients_add(const char *path, const struct client *add,
                        struct err *err)
{
    return list_add(&clients_list, path, add, err);
}

enum status clients_remove(const char *path, const char *name, struct err *err)
{
    return list_remove(&clients_list, path, name, err);
}
