/* definitions.c - see definitions.h. */
#include "definitions.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static const char newest[] = "newest"; /* and its NUL */

/* ---- files ---- */

static int is_definition(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return entry->d_name[0] != '.' && dot && streq(dot, ".yaml");
}

static enum status read_one(const char *folder, const char *name,
                            struct catalog *out, struct err *err)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    struct survey *s = NULL;
    enum status st;

    if (!path)
        return err_set(err, ST_NOMEM, "out of memory");
    (void)snprintf(path, size, "%s/%s", folder, name);
    st = survey_load(path, NULL, NULL, &s, err);
    if (st == ST_OK && catalog_newest(out, s->code))
        st = err_set(err, ST_INVALID, "%s: '%s' is defined in another file too",
                     path, s->code);
    if (st == ST_OK && catalog_add(out, &s) != ST_OK)
        st = err_set(err, ST_NOMEM, "out of memory");
    survey_free(&s);
    free(path);
    return st;
}

enum status definitions_read(const char *folder, struct catalog *out,
                             struct err *err)
{
    struct catalog c = {0};
    struct dirent **names = NULL;
    const int count = scandir(folder, &names, is_definition, alphasort);
    enum status st = ST_OK;

    if (count < 0)
        return err_set(err, errno == ENOMEM ? ST_NOMEM : ST_NOTFOUND,
                       "surveys: %s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (st == ST_OK)
            st = read_one(folder, names[i]->d_name, &c, err);
        free(names[i]);
    }
    free(names);
    if (st == ST_OK)
        *out = c;
    else
        catalog_free(&c);
    return st;
}

/* ---- the store ---- */

struct loading {
    struct catalog *catalog;
    struct err *err;
    enum status st;
};

static bool load_one(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    struct loading *l = ctx;
    struct survey *s = NULL;
    char hex[2 * HASH_SIZE + 1];
    struct err cause = {""};

    if (key.len != HASH_SIZE) {
        l->st = err_set(l->err, ST_CORRUPT,
                        "store: a definition's key of %zu "
                        "bytes",
                        key.len);
        return false;
    }
    bytes_hex(key.data, key.len, hex);
    l->st = survey_parse(hex, value, len, NULL, NULL, &s, &cause);
    if (l->st == ST_OK)
        l->st = catalog_add(l->catalog, &s);
    else if (l->st != ST_NOMEM)
        l->st = err_set(l->err, ST_CORRUPT, "store: definition %s", cause.text);
    survey_free(&s);
    return l->st == ST_OK;
}

static bool load_newest(void *ctx, struct store_key key, const void *value,
                        size_t len)
{
    struct loading *l = ctx;

    (void)key;
    if (len == HASH_SIZE)
        catalog_raise(l->catalog, value);
    return true;
}

enum status definitions_load(struct store *s, struct catalog *out,
                             struct err *err)
{
    const struct store_key first = {"", 0}, end = {NULL, 0};
    const struct store_key from = {newest, sizeof newest};
    const struct store_key to = {"newest\x01", sizeof newest};
    struct catalog c = {0};
    struct loading l = {.catalog = &c, .err = err};
    enum status st =
        store_list(s, TABLE_DEFINITIONS, first, end, load_one, &l, err);

    if (st == ST_OK)
        st = l.st;
    if (st == ST_OK)
        st = store_list(s, TABLE_EVENTS, from, to, load_newest, &l, err);
    if (st == ST_OK)
        *out = c;
    else
        catalog_free(&c);
    return st;
}

enum status definition_survey(struct store *s, const uint8_t version[HASH_SIZE],
                              char out[SURVEY_CODE_MAX + 1], struct err *err)
{
    struct buffer yaml = {.max = DEFINITION_MAX};
    struct survey *d = NULL;
    char hex[2 * HASH_SIZE + 1];
    enum status st =
        store_get(s, TABLE_DEFINITIONS, (struct store_key){version, HASH_SIZE},
                  &yaml, err);

    bytes_hex(version, HASH_SIZE, hex);
    if (st == ST_OK)
        st = survey_parse(hex, (const char *)yaml.data, yaml.len, NULL, NULL,
                          &d, err);
    if (st == ST_OK)
        memcpy(out, d->code, sizeof d->code);
    survey_free(&d);
    buffer_free(&yaml);
    return st == ST_INVALID ? ST_NOTFOUND : st;
}

enum status definition_store(struct store *s, const struct survey *d,
                             struct err *err)
{
    const struct store_key version = {d->version, HASH_SIZE};
    char key[sizeof newest + SURVEY_CODE_MAX];
    enum status st =
        store_put(s, TABLE_DEFINITIONS, version, d->source, d->source_len, err);

    memcpy(key, newest, sizeof newest);
    memcpy(key + sizeof newest, d->code, strlen(d->code));
    if (st == ST_OK)
        st = store_put(s, TABLE_EVENTS,
                       (struct store_key){key, sizeof newest + strlen(d->code)},
                       d->version, HASH_SIZE, err);
    return st;
}

static enum status store_new(struct store *s, const struct catalog *catalog,
                             const struct catalog *fresh, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < fresh->count && st == ST_OK; i++) {
        const struct survey *d = fresh->list[i];
        const struct survey *known = catalog_newest(catalog, d->code);

        if (!known || memcmp(known->version, d->version, HASH_SIZE))
            st = definition_store(s, d, err);
    }
    return st;
}

enum status definitions_adopt(struct store *s, struct catalog *catalog,
                              struct catalog *fresh, struct err *err)
{
    enum status st = store_begin(s, err);

    if (st == ST_OK)
        st = store_new(s, catalog, fresh, err);
    if (st == ST_OK)
        st = store_commit(s, err);
    if (st != ST_OK) {
        store_rollback(s);
        return st;
    }
    for (size_t i = 0; i < fresh->count && st == ST_OK; i++)
        st = catalog_add(catalog, &fresh->list[i]);
    catalog_free(fresh);
    return st == ST_OK ? st : err_set(err, st, "out of memory");
}
