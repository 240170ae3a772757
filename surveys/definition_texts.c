/* definition_texts.c - texts in languages, their placeholders, and how long
 * they are as an SMS; see definition.h. */
#include "definition.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "surveys/utf8.h"

enum { LANGUAGES_MAX = 64, FILLS_MAX = 64 };

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A well-formed BCP 47 tag, as far as its subtags go: letters first, then
 * letters or digits, eight at most each. */
static bool language_tag(const char *tag)
{
    for (bool first = true;; first = false) {
        size_t n = 0;

        while (letter(*tag) || (!first && digit(*tag)))
            tag++, n++;
        if (n > 8 || n < (first ? 2 : 1) || (*tag && *tag != '-'))
            return false;
        if (!*tag)
            return true;
        tag++;
    }
}

static int compare_languages(const void *a, const void *b)
{
    const struct text *x = a, *y = b;

    return strcmp(x->language, y->language);
}

/* All texts of a survey have the languages of its first. */
static void check_languages(struct definition *d, const struct yaml *node,
                            const struct texts *t)
{
    const struct texts *all = d->languages;

    for (size_t i = 0; i < all->count; i++)
        if (!bsearch(&all->list[i], t->list, t->count, sizeof *t->list,
                     compare_languages))
            definition_problem(d, node, "no text in language %s",
                               all->list[i].language);
    for (size_t i = 0; i < t->count; i++)
        if (!bsearch(&t->list[i], all->list, all->count, sizeof *all->list,
                     compare_languages))
            definition_problem(d, node, "language %s: the title has no such",
                               t->list[i].language);
}

/* The length of the placeholder name at the brace `at`, 0 when there is none.
 */
static size_t placeholder(const char *at)
{
    size_t n = 1;

    while ((at[n] >= 'a' && at[n] <= 'z') || at[n] == '_' ||
           (n > 1 && digit(at[n])))
        n++;
    return *at == '{' && at[n] == '}' ? n - 1 : 0;
}

static const struct fill *find_fill(const struct survey *s, const char *name,
                                    size_t len)
{
    for (size_t i = 0; i < s->fills; i++)
        if (strlen(s->fill[i].name) == len &&
            !memcmp(s->fill[i].name, name, len))
            return &s->fill[i];
    return NULL;
}

static void check_placeholders(struct definition *d, const struct yaml *node)
{
    const char *at = node->text;

    while (*(at += strcspn(at, "{}"))) {
        const size_t len = placeholder(at);

        if (!len) {
            definition_problem(d, node, "'%c' that is no {placeholder}", *at);
            return;
        }
        if (!find_fill(d->s, at + 1, len))
            definition_problem(d, node, "{%.*s} is not declared in fill",
                               (int)(len < 64 ? len : 64), at + 1);
        at += len + 2;
    }
}

static bool read_text(struct definition *d, const struct yaml *node,
                      struct text *out)
{
    if (!language_tag(node->key))
        definition_key_problem(d, node, "'%.64s' is not a language tag",
                               node->key);
    else if (node->kind != YAML_TEXT)
        definition_problem(d, node, "must be a text");
    else if (!*node->text)
        definition_problem(d, node, "the text is empty");
    else if (strlen(node->text) > TEXT_MAX)
        definition_problem(d, node, "a text of %zu bytes, at most %d",
                           strlen(node->text), TEXT_MAX);
    else {
        out->language = arena_text(d->arena, node->key, strlen(node->key));
        out->text = arena_text(d->arena, node->text, strlen(node->text));
        d->nomem = d->nomem || !out->language || !out->text;
        return !d->nomem;
    }
    return false;
}

/* The texts themselves; placeholders are the caller's business. */
static bool read_texts(struct definition *d, const struct yaml *node,
                       struct texts *out)
{
    struct text *list;
    size_t count = 0;

    if (node->kind != YAML_MAP || !node->count) {
        definition_problem(d, node, "must be a map of languages to texts");
        return false;
    }
    if (!definition_few(d, node, LANGUAGES_MAX))
        return false;
    list = definition_alloc(d, node->count, sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < node->count; i++)
        count += read_text(d, &node->child[i], &list[count]);
    if (count < node->count)
        return false;
    qsort(list, count, sizeof *list, compare_languages);
    *out = (struct texts){count, list};
    if (d->languages)
        check_languages(d, node, out);
    return true;
}

static void check_all_placeholders(struct definition *d,
                                   const struct yaml *node)
{
    for (size_t i = 0; i < node->count; i++)
        check_placeholders(d, &node->child[i]);
}

bool definition_texts(struct definition *d, const struct yaml *node,
                      struct texts *out)
{
    if (!read_texts(d, node, out))
        return false;
    check_all_placeholders(d, node);
    return true;
}

static bool placeholder_name(const char *name)
{
    size_t n = 0;

    while ((name[n] >= 'a' && name[n] <= 'z') || name[n] == '_' ||
           (n && digit(name[n])))
        n++;
    return n && !name[n];
}

static void read_fill(struct definition *d, const struct yaml *node)
{
    struct fill *list;

    if (!definition_few(d, node, FILLS_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    d->s->fill = list;
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *child = &node->child[i];
        struct fill *f = &list[d->s->fills];

        if (!placeholder_name(child->key)) {
            definition_key_problem(d, child,
                                   "'%.64s' is not a placeholder's name "
                                   "(small letters, digits and _)",
                                   child->key);
            continue;
        }
        for (size_t k = 0; child->kind == YAML_MAP && k < child->count; k++)
            if (child->child[k].kind == YAML_TEXT &&
                strpbrk(child->child[k].text, "{}"))
                definition_problem(d, &child->child[k],
                                   "a placeholder within a placeholder");
        f->name = arena_text(d->arena, child->key, strlen(child->key));
        d->nomem = d->nomem || !f->name;
        if (!f->name)
            return;
        (void)read_texts(d, child, &f->text); /* declared all the same */
        d->s->fills++;
    }
}

void definition_title(struct definition *d, const struct yaml *title,
                      const struct yaml *fill)
{
    const bool fine = title && read_texts(d, title, &d->s->title);

    if (fine)
        d->languages = &d->s->title;
    if (fill)
        read_fill(d, fill);
    if (fine)
        check_all_placeholders(d, title);
}

enum status definition_units(const struct survey *s, const struct text *text,
                             size_t *units, bool *gsm7)
{
    struct buffer whole = {.max = TEXT_MAX};
    const char *at = text->text;
    enum status st = ST_OK;

    while (st == ST_OK && *at) {
        const size_t plain = strcspn(at, "{"), len = placeholder(at + plain);
        const struct fill *f;

        st = buffer_add(&whole, at, plain);
        at += plain;
        if (st != ST_OK || !*at)
            break;
        f = find_fill(s, at + 1, len);
        if (f) {
            const char *value = texts_in(&f->text, text->language);

            st = buffer_add(&whole, value, strlen(value));
        }
        at += len ? len + 2 : 1;
    }
    if (st == ST_OK)
        *units = utf8_sms_units(whole.len ? (const char *)whole.data : "",
                                whole.len, gsm7);
    buffer_free(&whole);
    return st;
}
