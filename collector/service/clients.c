/* clients.c - who may speak to the collector: see collector/keys.h.
 *
 * Two orders of the same clients: by key for clients_find, which every message
 * costs once (ten comparisons for a thousand clients), by name for people.
 */
#include "clients.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "collector/files.h"
#include "list_read.h"

struct clients {
    atomic_size_t shares;
    struct yaml *file; /* holds the texts of units and scopes */
    const char **text; /* of all clients, one after another */
    size_t count;
    struct client *by_key;
    const struct client **by_name;
};

static int compare_keys(const void *a, const void *b)
{
    const struct client *x = a;
    const struct client *y = b;

    return strcmp(x->key, y->key);
}

static int compare_names(const void *a, const void *b)
{
    const struct client *const *x = a;
    const struct client *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

/* How many it has. */
static size_t texts_of(const struct yaml *entry)
{
    static const char *const keys[] = {"units", "scope"};
    size_t count = 0;

    for (size_t i = 0; i < 2 && entry->kind == YAML_MAP; i++) {
        const struct yaml *list = yaml_get(entry, keys[i]);

        count += list ? list->count : 0;
    }
    return count;
}

/* Clients in file order, at the start of by_key. */
static enum status read_all(struct clients *c, const char *path,
                            struct err *err)
{
    const struct yaml *list = c->file;
    size_t texts = 0;
    enum status st = ST_OK;

    if (list->kind != YAML_LIST)
        return err_set(err, ST_INVALID, "%s:%u:%u: a list of clients is wanted",
                       path, list->line, list->column);
    for (size_t i = 0; i < list->count; i++)
        texts += texts_of(&list->child[i]);
    c->text = calloc(texts + 1, sizeof *c->text);
    c->by_key = calloc(list->count + 1, sizeof *c->by_key);
    c->by_name = calloc(list->count + 1, sizeof *c->by_name);
    if (!c->text || !c->by_key || !c->by_name)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    texts = 0;
    for (size_t i = 0; i < list->count && st == ST_OK; i++) {
        st = client_read(path, &list->child[i], c->text + texts, &c->by_key[i],
                         err);
        texts += texts_of(&list->child[i]);
        c->count++;
    }
    return st;
}

/* Sort, and refuse two of a kind: whose rights would hold? */
static enum status index_all(struct clients *c, const char *path,
                             struct err *err)
{
    if (c->count == 0)
        return ST_OK;
    qsort(c->by_key, c->count, sizeof *c->by_key, compare_keys);
    for (size_t i = 0; i < c->count; i++)
        c->by_name[i] = &c->by_key[i];
    qsort(c->by_name, c->count, sizeof *c->by_name, compare_names);
    for (size_t i = 1; i < c->count; i++) {
        if (streq(c->by_name[i - 1]->name, c->by_name[i]->name))
            return err_set(err, ST_INVALID, "%s: two clients are named %s",
                           path, c->by_name[i]->name);
        if (streq(c->by_key[i - 1].key, c->by_key[i].key))
            return err_set(err, ST_INVALID, "%s: %s and %s have the same key",
                           path, c->by_key[i - 1].name, c->by_key[i].name);
    }
    return ST_OK;
}

enum status clients_parse(const char *path, const char *text, size_t len,
                          struct clients **out, struct err *err)
{
    struct clients *c = calloc(1, sizeof *c);
    enum status st;

    if (!c)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    c->shares = 1;
    st = yaml_parse(path, text, len, &c->file, err);
    if (st == ST_OK)
        st = read_all(c, path, err);
    if (st == ST_OK)
        st = index_all(c, path, err);
    if (st == ST_OK)
        *out = c;
    else
        clients_free(&c);
    return st;
}

enum status clients_load(const char *path, struct clients **out,
                         struct err *err)
{
    struct buffer text = {.max = CLIENTS_FILE_MAX};
    enum status st = file_read(path, false, &text, err);

    if (st == ST_OK)
        st = clients_parse(path, text.len ? (const char *)text.data : "",
                           text.len, out, err);
    buffer_free(&text);
    return st;
}

struct clients *clients_share(struct clients *c)
{
    atomic_fetch_add_explicit(&c->shares, 1, memory_order_relaxed);
    return c;
}

void clients_free(struct clients **c)
{
    struct clients *gone = *c;

    *c = NULL;
    if (!gone ||
        atomic_fetch_sub_explicit(&gone->shares, 1, memory_order_acq_rel) != 1)
        return;
    free(gone->by_name);
    free(gone->by_key);
    free(gone->text);
    yaml_free(&gone->file);
    free(gone);
}

size_t clients_count(const struct clients *c)
{
    return c->count;
}

const struct client *clients_at(const struct clients *c, size_t i)
{
    return c->by_name[i];
}

static int compare_key(const void *key, const void *client)
{
    const struct client *c = client;

    return strcmp(key, c->key);
}

const struct client *clients_find(const struct clients *c, const char *key)
{
    if (c->count == 0)
        return NULL;
    return bsearch(key, c->by_key, c->count, sizeof *c->by_key, compare_key);
}

bool client_may(const struct client *c, const struct context *context)
{
    if (context->channel >= CHANNELS || context->frame >= FRAMES ||
        !(c->channels & 1u << context->channel) ||
        !(c->frames & 1u << context->frame))
        return false;
    return c->units == 0 ||
           list_has_code(c->units, c->unit, context->province) ||
           list_has_code(c->units, c->unit, context->org);
}
