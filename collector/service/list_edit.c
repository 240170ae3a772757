/* list_edit.c - see list_edit.h. */
#include "list_edit.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- lines ---- */

/* Bytes where line `n` (from 1) begins; the end when there is no such line. */
static size_t line_start(const struct buffer *text, unsigned n)
{
    size_t at = 0;

    while (n > 1 && at < text->len)
        if (text->data[at++] == '\n')
            n--;
    return at;
}

static enum status cut_lines(const struct buffer *text, unsigned first,
                             unsigned last, struct buffer *out)
{
    const size_t from = line_start(text, first);
    const size_t to = line_start(text, last + 1);
    enum status st = buffer_add(out, text->data, from);

    return st == ST_OK ? buffer_add(out, text->data + to, text->len - to) : st;
}

static unsigned last_line(const struct yaml *v)
{
    unsigned last = v->line;

    for (size_t i = 0; i < v->count; i++) {
        const unsigned line = last_line(&v->child[i]);

        if (line > last)
            last = line;
    }
    return last;
}

enum status list_copy(const struct buffer *text, const struct yaml *root,
                      struct buffer *out)
{
    const bool empty_list = root && root->kind == YAML_LIST && root->count == 0;
    enum status st;

    if (text->len == 0)
        return ST_OK;
    st = empty_list ? cut_lines(text, root->line, root->line, out)
                    : buffer_add(out, text->data, text->len);
    if (st == ST_OK && out->len && out->data[out->len - 1] != '\n')
        st = buffer_byte(out, '\n');
    return st;
}

int list_indent(const struct buffer *text, const struct yaml *root)
{
    size_t at, begin;

    if (!root || root->kind != YAML_LIST || root->count == 0)
        return 0;
    begin = at = line_start(text, root->child[0].line);
    while (at < text->len && text->data[at] == ' ')
        at++;
    return (int)(at - begin);
}

enum status list_cut(const struct buffer *text, const struct yaml *root,
                     const char *name, struct buffer *out)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < root->count; i++) {
        const struct yaml *entry = &root->child[i];

        if (streq(yaml_get(entry, "name")->text, name))
            st = cut_lines(text, entry->line, last_line(entry), out);
    }
    if (st == ST_OK && root->count == 1)
        st = list_print(out, "[]\n");
    return st;
}

/* ---- entries ---- */

enum status list_print(struct buffer *out, const char *format, ...)
{
    char text[256];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        return ST_RANGE;
    return buffer_add(out, text, (size_t)n);
}

enum status list_print_set(struct buffer *out, int indent, const char *key,
                           uint32_t set, list_name_fn *name)
{
    const char *comma = "";
    enum status st;

    if (!set)
        return ST_OK;
    st = list_print(out, "%*s  %s: [", indent, "", key);
    for (unsigned bit = 0; name(bit) && st == ST_OK; bit++)
        if (set & 1u << bit) {
            st = list_print(out, "%s%s", comma, name(bit));
            comma = ", ";
        }
    return st == ST_OK ? list_print(out, "]\n") : st;
}

enum status list_print_texts(struct buffer *out, int indent, const char *key,
                             size_t count, const char *const *text)
{
    enum status st;

    if (!count)
        return ST_OK;
    st = list_print(out, "%*s  %s: [", indent, "", key);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = list_print(out, "%s\"%s\"", i ? ", " : "", text[i]);
    return st == ST_OK ? list_print(out, "]\n") : st;
}
