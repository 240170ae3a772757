/* list_edit.c - see list_edit.h. */
#include "list_edit.h"

#include <stdarg.h>
#include <stdio.h>

#include "collector/files.h"
#include "surveys/yaml.h"

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

/* The file, ready for one more entry: without the "[]" of an empty list, and
 * with a last line end. */
static enum status copy(const struct buffer *text, const struct yaml *root,
                        struct buffer *out)
{
    enum status st = root->count == 0
                         ? cut_lines(text, root->line, root->line, out)
                         : buffer_add(out, text->data, text->len);

    if (st == ST_OK && out->len && out->data[out->len - 1] != '\n')
        st = buffer_byte(out, '\n');
    return st;
}

/* Columns before the "- " of the entries that are there. */
static int indent_of(const struct buffer *text, const struct yaml *root)
{
    size_t at, begin;

    if (root->count == 0)
        return 0;
    begin = at = line_start(text, root->child[0].line);
    while (at < text->len && text->data[at] == ' ')
        at++;
    return (int)(at - begin);
}

/* The file without one entry. */
static enum status cut(const struct buffer *text, const struct yaml *root,
                       size_t gone, struct buffer *out)
{
    const struct yaml *entry = &root->child[gone];
    enum status st = cut_lines(text, entry->line, last_line(entry), out);

    if (st == ST_OK && root->count == 1)
        st = list_print(out, "[]\n");
    return st;
}

/* ---- is it what was wanted? ---- */

static bool same_text(const char *a, const char *b)
{
    return a && b ? streq(a, b) : a == b;
}

static bool same(const struct yaml *a, const struct yaml *b)
{
    if (a->kind != b->kind || a->count != b->count ||
        !same_text(a->key, b->key) || !same_text(a->text, b->text))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same(&a->child[i], &b->child[i]))
            return false;
    return true;
}

/* Whether `more` is `less` with one entry more, there. */
static bool differ_at(size_t there, const struct yaml *more,
                      const struct yaml *less)
{
    if (more->count != less->count + 1)
        return false;
    for (size_t i = 0; i < less->count; i++)
        if (!same(&more->child[i < there ? i : i + 1], &less->child[i]))
            return false;
    return true;
}

/* ---- the change ---- */

/* A file and what it is to be. */
struct edit {
    const struct list_kind *kind;
    const char *path;
    struct buffer text, next;
    struct yaml *root; /* of text */
    struct err *err;
};

static void end(struct edit *e)
{
    yaml_free(&e->root);
    buffer_free(&e->next);
    buffer_free(&e->text);
}

static enum status tree(const struct edit *e, const struct buffer *text,
                        struct yaml **out, struct err *err)
{
    return yaml_parse(e->path, (const char *)text->data, text->len, out, err);
}

/* `add`: what is to enter it; NULL: something is to be taken out. */
static enum status begin(struct edit *e, const void *add)
{
    enum status st;

    e->text.max = e->next.max = e->kind->max;
    st = file_read(e->path, e->kind->secret, &e->text, e->err);
    if (st == ST_NOTFOUND && add)
        st = buffer_add(&e->text, "[]\n", 3);
    if (st == ST_OK)
        st = e->kind->check(e->path, &e->text, add, e->err);
    return st == ST_OK ? tree(e, &e->text, &e->root, e->err) : st;
}

/* `added`: what entered at the end; NULL: the entry at `there` is gone. */
static enum status publish(struct edit *e, const void *added, size_t there)
{
    struct yaml *root = NULL;
    struct err ignored;
    enum status st = added ? e->kind->holds(e->path, &e->next, added, &ignored)
                           : e->kind->check(e->path, &e->next, NULL, &ignored);

    if (st == ST_OK)
        st = tree(e, &e->next, &root, &ignored);
    if (st == ST_OK && !(added ? differ_at(there, root, e->root)
                               : differ_at(there, e->root, root)))
        st = ST_INVALID;
    yaml_free(&root);
    if (st == ST_NOMEM)
        return err_set(e->err, st, "%s: out of memory", e->path);
    if (st != ST_OK)
        return err_set(e->err, ST_INVALID,
                       "%s: is written in a style that can not be changed line "
                       "by line; please edit it by hand",
                       e->path);
    return file_replace(e->path, e->kind->secret ? 0600 : 0644, e->next.data,
                        e->next.len, e->err);
}

enum status list_add(const struct list_kind *kind, const char *path,
                     const void *entry, struct err *err)
{
    struct edit e = {.kind = kind, .path = path, .err = err};
    enum status st = begin(&e, entry);

    if (st != ST_OK)
        goto done;
    st = copy(&e.text, e.root, &e.next);
    if (st == ST_OK)
        st = kind->print(&e.next, indent_of(&e.text, e.root), entry);
    st = st == ST_OK ? publish(&e, entry, e.root->count)
                     : err_set(err, st, "%s: no room for one more", path);
done:
    end(&e);
    return st;
}

enum status list_remove(const struct list_kind *kind, const char *path,
                        const char *name, struct err *err)
{
    struct edit e = {.kind = kind, .path = path, .err = err};
    enum status st = begin(&e, NULL);
    size_t i = 0;

    if (st != ST_OK)
        goto done;
    while (i < e.root->count &&
           !streq(yaml_get(&e.root->child[i], "name")->text, name))
        i++;
    if (i == e.root->count) {
        st = err_set(err, ST_NOTFOUND, "%s: no %s is named %s", path,
                     kind->noun, name);
        goto done;
    }
    st = cut(&e.text, e.root, i, &e.next);
    st = st == ST_OK ? publish(&e, NULL, i)
                     : err_set(err, st, "%s: out of memory", path);
done:
    end(&e);
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
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        st = list_print(out, "%s\"", i ? ", " : "");
        if (st == ST_OK)
            st = buffer_add(out, text[i], strlen(text[i]));
        if (st == ST_OK)
            st = buffer_byte(out, '"');
    }
    return st == ST_OK ? list_print(out, "]\n") : st;
}

bool list_same_texts(size_t count, const char *const *a, const char *const *b)
{
    for (size_t i = 0; i < count; i++)
        if (!streq(a[i], b[i]))
            return false;
    return true;
}
