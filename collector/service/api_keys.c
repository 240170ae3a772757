/* api_keys.c - see collector/api_keys.h.
 *
 * A table is a handful of keys, asked once a message, so it is searched from
 * end to end; that also takes as long for a wrong key as for a right one.
 */
#include "api_keys.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "collector/files.h"
#include "list_read.h"

struct api_keys {
    atomic_size_t shares;
    struct yaml *file; /* holds the texts */
    const char **text; /* of all keys, one after another */
    size_t count;
    struct api_key *key;
};

static size_t codes_of(const struct yaml *entry)
{
    size_t n = 0;

    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        n += entry->child[i].count;
    return n;
}

/* Two of a name can not be told apart by those who take one away again. */
static bool is_new(const struct api_keys *k, const struct api_key *key)
{
    for (size_t i = 0; i < k->count; i++)
        if (streq(k->key[i].name, key->name) ||
            memcmp(k->key[i].hash, key->hash, sizeof key->hash) == 0)
            return false;
    return true;
}

static enum status read_all(struct api_keys *k, const char *path,
                            struct err *err)
{
    const struct yaml *list = k->file;
    enum status st = ST_OK;
    size_t codes = 0;

    if (list->kind != YAML_LIST)
        return err_set(err, ST_INVALID, "%s:%u:%u: a list of keys is wanted",
                       path, list->line, list->column);
    for (size_t i = 0; i < list->count; i++)
        codes += codes_of(&list->child[i]);
    k->text = calloc(codes + 1, sizeof *k->text);
    k->key = calloc(list->count + 1, sizeof *k->key);
    if (!k->text || !k->key)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    codes = 0;
    for (size_t i = 0; i < list->count && st == ST_OK; i++) {
        const struct yaml *entry = &list->child[i];
        struct api_key *key = &k->key[k->count];

        st = api_key_read(path, entry, k->text + codes, key, err);
        if (st == ST_OK && !is_new(k, key))
            st = err_set(err, ST_INVALID,
                         "%s:%u:%u: this name or hash is there twice", path,
                         entry->line, entry->column);
        codes += codes_of(entry);
        k->count++;
    }
    return st;
}

enum status api_keys_parse(const char *path, const char *text, size_t len,
                           struct api_keys **out, struct err *err)
{
    struct api_keys *k = calloc(1, sizeof *k);
    enum status st;

    if (!k)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    k->shares = 1;
    st = yaml_parse(path, text, len, &k->file, err);
    if (st == ST_OK)
        st = read_all(k, path, err);
    if (st == ST_OK)
        *out = k;
    else
        api_keys_free(&k);
    return st;
}

enum status api_keys_load(const char *path, struct api_keys **out,
                          struct err *err)
{
    struct buffer text = {.max = API_KEYS_FILE_MAX};
    enum status st = file_read(path, true, &text, err);

    if (st == ST_OK)
        st = api_keys_parse(path, text.len ? (const char *)text.data : "",
                            text.len, out, err);
    buffer_free(&text);
    return st;
}

struct api_keys *api_keys_share(struct api_keys *k)
{
    atomic_fetch_add_explicit(&k->shares, 1, memory_order_relaxed);
    return k;
}

void api_keys_free(struct api_keys **k)
{
    struct api_keys *gone = *k;

    *k = NULL;
    if (!gone ||
        atomic_fetch_sub_explicit(&gone->shares, 1, memory_order_acq_rel) != 1)
        return;
    free(gone->key);
    free(gone->text);
    yaml_free(&gone->file);
    free(gone);
}

size_t api_keys_count(const struct api_keys *k)
{
    return k->count;
}

const struct api_key *api_keys_at(const struct api_keys *k, size_t i)
{
    return &k->key[i];
}

/* ---- asking ---- */

static void hash_key(const char *key, uint8_t hash[API_KEY_HASH])
{
    (void)crypto_generichash(hash, API_KEY_HASH, (const uint8_t *)key,
                             strlen(key), NULL, 0);
}

const struct api_key *api_keys_find(const struct api_keys *k, const char *key)
{
    const struct api_key *found = NULL;
    uint8_t hash[API_KEY_HASH];

    if (strnlen(key, API_KEY_TEXT + 1) != API_KEY_TEXT)
        return NULL;
    hash_key(key, hash);
    for (size_t i = 0; i < k->count; i++)
        if (sodium_memcmp(k->key[i].hash, hash, sizeof hash) == 0)
            found = &k->key[i];
    return found;
}

bool api_key_may(const struct api_key *k, const char *survey,
                 const struct context *context)
{
    if (context->frame >= FRAMES || !(k->frames & 1u << context->frame) ||
        (k->surveys && !list_has_code(k->surveys, k->survey, survey)))
        return false;
    return k->units == 0 ||
           list_has_code(k->units, k->unit, context->province) ||
           list_has_code(k->units, k->unit, context->org);
}

enum status api_key_make(char key[API_KEY_TEXT + 1], uint8_t hash[API_KEY_HASH])
{
    uint8_t random[API_KEY_TEXT / 2];

    if (sodium_init() < 0)
        return ST_IO;
    randombytes_buf(random, sizeof random);
    bytes_hex(random, sizeof random, key);
    hash_key(key, hash);
    sodium_memzero(random, sizeof random);
    return ST_OK;
}
