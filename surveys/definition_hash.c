/* definition_hash.c - the two canonical forms of a definition and their
 * SHA-256; surveys/README.md documents both.  See definition.h. */
#include "definition.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/bytes.h"

/* A canonical form as it grows; the first failure sticks. */
struct writer {
    struct buffer out;
    enum status st;
};

static void put(struct writer *w, const char *text)
{
    if (w->st == ST_OK)
        w->st = buffer_add(&w->out, text, strlen(text));
}

/* A JSON string; only quote, backslash and control characters are escaped. */
static void put_string(struct writer *w, const char *text)
{
    put(w, "\"");
    while (*text) {
        char escape[7] = "";
        size_t plain = 0;

        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' &&
               text[plain] != '\\')
            plain++;
        if (w->st == ST_OK)
            w->st = buffer_add(&w->out, text, plain);
        text += plain;
        if (!*text)
            break;
        if (*text == '"' || *text == '\\')
            (void)snprintf(escape, sizeof escape, "\\%c", *text);
        else
            (void)snprintf(escape, sizeof escape, "\\u%04x",
                           (unsigned char)*text);
        put(w, escape);
        text++;
    }
    put(w, "\"");
}

static void put_key(struct writer *w, const char *before, const char *key)
{
    put(w, before);
    put_string(w, key);
    put(w, ":");
}

static void put_pair(struct writer *w, const char *before, const char *key,
                     const char *value)
{
    put_key(w, before, key);
    put_string(w, value);
}

static void put_number(struct writer *w, int v)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%d", v);
    put_string(w, text);
}

static enum status finish(struct writer *w, uint8_t out[HASH_SIZE])
{
    if (w->st == ST_OK)
        (void)crypto_hash_sha256(out, w->out.data, w->out.len);
    buffer_free(&w->out);
    return w->st;
}

static int compare_keys(const void *a, const void *b)
{
    const struct yaml *const *x = a, *const *y = b;

    return strcmp((*x)->key, (*y)->key);
}

static void put_node(struct writer *w, const struct yaml *node);

static void put_map(struct writer *w, const struct yaml *map)
{
    const struct yaml **sorted = malloc((map->count + 1) * sizeof *sorted);

    if (!sorted) {
        w->st = ST_NOMEM;
        return;
    }
    for (size_t i = 0; i < map->count; i++)
        sorted[i] = &map->child[i];
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    put(w, "{");
    for (size_t i = 0; i < map->count; i++) {
        put_key(w, i ? "," : "", sorted[i]->key);
        put_node(w, sorted[i]);
    }
    put(w, "}");
    free(sorted);
}

/* Depth is limited by the YAML reader. */
static void put_node(struct writer *w, const struct yaml *node)
{
    if (node->kind == YAML_TEXT) {
        put_string(w, node->text);
    } else if (node->kind == YAML_MAP) {
        put_map(w, node);
    } else {
        put(w, "[");
        for (size_t i = 0; i < node->count; i++) {
            put(w, i ? "," : "");
            put_node(w, &node->child[i]);
        }
        put(w, "]");
    }
}

enum status definition_version(const struct yaml *root, uint8_t out[HASH_SIZE])
{
    struct writer w = {.st = ST_OK};

    put_node(&w, root);
    return finish(&w, out);
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* {"COM0":["1","2"]}, item codes sorted. */
static void put_when(struct writer *w, const struct survey *s,
                     const struct item *it)
{
    const char *code[ITEMS_MAX];

    for (size_t i = 0; i < it->conditions; i++)
        code[i] = s->item[it->when[i].item].code;
    qsort(code, it->conditions, sizeof *code, compare_codes);
    for (size_t i = 0; i < it->conditions; i++) {
        const struct condition *c = it->when;

        while (!streq(s->item[c->item].code, code[i]))
            c++;
        put_key(w, i ? "," : "{", code[i]);
        for (size_t k = 0; k < c->count; k++) {
            put(w, k ? "," : "[");
            put_number(w, c->values[k]);
        }
        put(w, "]");
    }
    put(w, "}");
}

static void put_item(struct writer *w, const struct survey *s,
                     const struct item *it)
{
    put(w, "{");
    if (it->kind == ITEM_CHOICE) {
        put_key(w, "", "choices");
        for (size_t i = 0; i < it->choices; i++) {
            put(w, i ? "," : "[");
            put_number(w, it->choice[i].code);
        }
        put(w, "],");
    }
    put_pair(w, "", "code", it->code);
    put_pair(w, ",", "kind", definition_kinds[it->kind]);
    put_key(w, ",", "max");
    put_number(w, it->max);
    put_key(w, ",", "min");
    put_number(w, it->min);
    put_key(w, ",", "revision");
    put_number(w, it->revision);
    if (it->conditions) {
        put_key(w, ",", "when");
        put_when(w, s, it);
    }
    put(w, "}");
}

/* "items" of an ordinary construct, "of" of a higher-order one. */
static void put_construct(struct writer *w, const struct survey *s,
                          const struct construct *c)
{
    put_pair(w, "{", "code", c->code);
    if (!c->parts) {
        put_key(w, ",", "items");
        for (size_t i = 0; i < c->items; i++) {
            put(w, i ? "," : "[");
            put_string(w, s->item[c->item[i]].code);
        }
        put(w, "]");
    }
    put_pair(w, ",", "mode", definition_modes[c->mode]);
    if (c->parts) {
        put_key(w, ",", "of");
        for (size_t i = 0; i < c->parts; i++) {
            put(w, i ? "," : "[");
            put_string(w, s->model.construct[c->part[i]].code);
        }
        put(w, "]");
    }
    put(w, "}");
}

/* Pairs of codes, sorted: first by where they begin. */
static void put_paths(struct writer *w, const struct model *m)
{
    const size_t n = m->constructs;
    const struct construct *code[CONSTRUCTS_MAX]; /* its code comes first */
    bool any = false;

    for (size_t i = 0; i < n; i++)
        code[i] = &m->construct[i];
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k && strcmp(code[k - 1]->code, code[k]->code) > 0;
             k--) {
            const struct construct *swap = code[k];

            code[k] = code[k - 1];
            code[k - 1] = swap;
        }
    put(w, "[");
    for (size_t from = 0; from < n; from++)
        for (size_t to = 0; to < n; to++) {
            const size_t f = (size_t)(code[from] - m->construct);
            const size_t t = (size_t)(code[to] - m->construct);

            if (!m->path[t * n + f])
                continue;
            put(w, any ? ",[" : "[");
            put_string(w, code[from]->code);
            put(w, ",");
            put_string(w, code[to]->code);
            put(w, "]");
            any = true;
        }
    put(w, "]");
}

static void put_model(struct writer *w, const struct survey *s)
{
    const struct model *m = &s->model;

    put_key(w, "{", "constructs");
    for (size_t i = 0; i < m->constructs; i++) {
        put(w, i ? "," : "[");
        put_construct(w, s, &m->construct[i]);
    }
    put(w, "]");
    put_pair(w, ",", "index", m->construct[m->index].code);
    put_pair(w, ",", "missing", definition_missing[m->missing]);
    put_key(w, ",", "paths");
    put_paths(w, m);
    put_pair(w, ",", "scheme", definition_schemes[m->scheme]);
    put(w, "}");
}

enum status definition_form(const struct survey *s, uint8_t out[HASH_SIZE])
{
    struct writer w = {.st = ST_OK};

    put_key(&w, "{", "items");
    for (size_t i = 0; i < s->items; i++) {
        put(&w, i ? "," : "[");
        put_item(&w, s, &s->item[i]);
    }
    put(&w, "]");
    if (s->model.constructs) {
        put_key(&w, ",", "model");
        put_model(&w, s);
    }
    /* QUA2 of tcsi-fixed is not QUA2 of tcsi-mobile, alike as they look. */
    put_pair(&w, ",", "survey", s->code);
    put(&w, "}");
    return finish(&w, out);
}
