/* list_read.c - see list_read.h. */
#include "list_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status list_refuse(struct list_place p, const struct yaml *at,
                        const char *format, ...)
{
    char cause[ERR_MAX / 2];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(cause, sizeof cause, format, args);
    va_end(args);
    return err_set(p.err, ST_INVALID, "%s:%u:%u: %s", p.path, at->line,
                   at->column, cause);
}

enum status list_refuse_key(struct list_place p, const struct yaml *v)
{
    return err_set(p.err, ST_INVALID, "%s:%u:%u: unknown key", p.path,
                   v->key_line, v->key_column);
}

bool list_name_legal(const char *name)
{
    const size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len >= 1 && len <= LIST_NAME && name[len] == '\0';
}

enum status list_read_name(struct list_place p, const struct yaml *v,
                           char out[LIST_NAME + 1])
{
    if (v->kind != YAML_TEXT || !list_name_legal(v->text))
        return list_refuse(p, v, "name: 1 to 32 of a-z, 0-9 and -");
    memcpy(out, v->text, strlen(v->text) + 1);
    return ST_OK;
}

enum status list_read_set(struct list_place p, const struct yaml *v,
                          list_parse_fn *parse, uint32_t *out)
{
    uint32_t set = 0;
    uint8_t bit;

    if (v->kind != YAML_LIST)
        return list_refuse(p, v, "%s: a list is wanted", v->key);
    for (size_t i = 0; i < v->count; i++) {
        const struct yaml *word = &v->child[i];

        if (word->kind != YAML_TEXT || !parse(word->text, &bit))
            return list_refuse(p, word, "%s: unknown word", v->key);
        set |= 1u << bit;
    }
    *out = set;
    return ST_OK;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

enum status list_read_codes(struct list_place p, const struct yaml *v,
                            size_t max, const char *wanted, const char **out)
{
    if (v->kind != YAML_LIST || v->count == 0)
        return list_refuse(p, v, "%s: a list of %s", v->key, wanted);
    for (size_t i = 0; i < v->count; i++) {
        const struct yaml *code = &v->child[i];

        if (code->kind != YAML_TEXT || code->text[0] == '\0' ||
            strlen(code->text) > max)
            return list_refuse(p, code, "%s: a code of 1 to %zu characters",
                               v->key, max);
        out[i] = code->text;
    }
    qsort(out, v->count, sizeof *out, compare_texts);
    return ST_OK;
}

bool list_has_code(size_t count, const char *const *sorted, const char *code)
{
    return bsearch(&code, sorted, count, sizeof *sorted, compare_texts);
}
