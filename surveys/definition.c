/* definition.c - the small parts that every part of a definition is made of;
 * see definition.h. */
#include "definition.h"

#include <stdarg.h>

const char *const definition_kinds[3] = {"scale", "choice", "text"};
const char *const definition_modes[2] = {"A", "B"};
const char *const definition_schemes[3] = {"path", "centroid", "factorial"};
const char *const definition_missing[3] = {"mean", "pairwise", "complete"};

static const char *const kind_words[] = {"a text", "a list", "a map"};

__attribute__((format(printf, 4, 0))) static void
tell(struct definition *d, unsigned line, unsigned column, const char *format,
     va_list args)
{
    struct err what, whole;

    (void)vsnprintf(what.text, sizeof what.text, format, args);
    (void)err_set(&whole, ST_INVALID, "%s:%u:%u: %s", d->name, line, column,
                  what.text);
    if (d->problems++ == 0 && d->err)
        *d->err = whole;
    if (d->report)
        d->report(d->ctx, whole.text);
}

void definition_problem(struct definition *d, const struct yaml *at,
                        const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(d, at->line, at->column, format, args);
    va_end(args);
}

void definition_key_problem(struct definition *d, const struct yaml *at,
                            const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(d, at->key_line, at->key_column, format, args);
    va_end(args);
}

void *definition_alloc(struct definition *d, size_t count, size_t size)
{
    void *p = arena_alloc(d->arena, count, size);

    d->nomem = d->nomem || !p;
    return p;
}

static bool empty(const struct yaml *node)
{
    return node->kind == YAML_TEXT ? !*node->text : !node->count;
}

static const struct key *find_key(const struct key *keys, size_t count,
                                  const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (streq(keys[i].name, name))
            return &keys[i];
    return NULL;
}

bool definition_map(struct definition *d, const struct yaml *node,
                    const struct key *keys, size_t count)
{
    if (node->kind != YAML_MAP) {
        definition_problem(d, node, "must be a map");
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml *child = &node->child[i];
        const struct key *key = find_key(keys, count, child->key);

        if (!key)
            definition_key_problem(d, child, "unknown key '%.64s'", child->key);
        else if (empty(child))
            definition_problem(d, child, "%s is empty", key->name);
        else if (child->kind != key->kind)
            definition_problem(d, child, "%s must be %s", key->name,
                               kind_words[key->kind]);
    }
    for (size_t i = 0; i < count; i++)
        if (keys[i].required && !yaml_get(node, keys[i].name))
            definition_problem(d, node, "%s is missing", keys[i].name);
    return true;
}

bool definition_few(struct definition *d, const struct yaml *node, size_t most)
{
    if (node->count <= most)
        return true;
    definition_problem(d, node, "%zu parts, at most %zu", node->count, most);
    return false;
}

const struct yaml *definition_get(const struct yaml *map, const char *key,
                                  enum yaml_kind kind)
{
    const struct yaml *node = yaml_get(map, key);

    return node && node->kind == kind && !empty(node) ? node : NULL;
}

bool definition_integer(struct definition *d, const struct yaml *node,
                        int least, int most, int *out)
{
    const char *text = node->kind == YAML_TEXT ? node->text : "";
    const size_t digits = strspn(text, "0123456789");
    int v = 0;

    for (size_t i = 0; i < digits && i < 9; i++)
        v = v * 10 + (text[i] - '0');
    if (!digits || digits > 9 || text[digits] || v < least || v > most) {
        definition_problem(d, node, "must be a whole number from %d to %d",
                           least, most);
        return false;
    }
    *out = v;
    return true;
}

bool definition_word(struct definition *d, const struct yaml *node,
                     const char *const *words, size_t count, size_t *out)
{
    struct err list = {""};

    for (size_t i = 0; i < count; i++) {
        if (streq(node->text, words[i])) {
            *out = i;
            return true;
        }
        (void)strncat(list.text, i ? ", " : "",
                      sizeof list.text - strlen(list.text) - 1);
        (void)strncat(list.text, words[i],
                      sizeof list.text - strlen(list.text) - 1);
    }
    definition_problem(d, node, "'%.64s' is none of %s", node->text, list.text);
    return false;
}

bool definition_code(struct definition *d, const struct yaml *node,
                     char out[ITEM_CODE_MAX + 1])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *text = node->kind == YAML_TEXT ? node->text : "";
    const size_t len = strlen(text);

    if (*text < 'A' || *text > 'Z' || strspn(text, letters) < len ||
        len > ITEM_CODE_MAX) {
        definition_problem(d, node,
                           "'%.64s' is not a code (a capital, then letters, "
                           "digits and _, %d at most)",
                           text, ITEM_CODE_MAX);
        return false;
    }
    memcpy(out, text, len + 1);
    return true;
}
