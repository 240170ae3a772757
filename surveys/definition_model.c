/* definition_model.c - the path model: constructs and the arrows between them;
 * see definition.h. */
#include "definition.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What is under construction. */
struct draft {
    size_t constructs;
    struct construct *construct;
    const struct yaml **block; /* where each stands in the file */
    size_t owner[ITEMS_MAX];   /* the construct that an item is in, or
                                  SIZE_MAX */
    bool *path;
    const struct yaml **edge;
};

static size_t find(const struct draft *w, const char *code)
{
    for (size_t i = 0; i < w->constructs; i++)
        if (streq(w->construct[i].code, code))
            return i;
    return SIZE_MAX;
}

static int compare_indices(const void *a, const void *b)
{
    const size_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Whether the item may enter construct `c`. */
static bool fits(struct definition *d, struct draft *w, const struct yaml *at,
                 size_t index, size_t c)
{
    const struct item *it = &d->s->item[index];

    if (w->owner[index] != SIZE_MAX) {
        definition_problem(d, at, "item %s is in construct %s already",
                           it->code, w->construct[w->owner[index]].code);
        return false;
    }
    w->owner[index] = c;
    if (it->kind != ITEM_SCALE) {
        definition_problem(d, at, "item %s is of kind %s: it has no mean",
                           it->code, definition_kinds[it->kind]);
        return false;
    }
    return true;
}

static void read_block_items(struct definition *d, struct draft *w,
                             const struct yaml *node, size_t c)
{
    const struct item *first = NULL;
    size_t *list, n = 0;

    if (!definition_few(d, node, ITEMS_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *at = &node->child[i];
        const char *code = at->kind == YAML_TEXT ? at->text : "";
        const size_t index = survey_item(d->s, code);
        const struct item *it;

        if (index == SIZE_MAX) {
            definition_problem(d, at, "unknown item '%.64s'", code);
            continue;
        }
        if (!fits(d, w, at, index, c))
            continue;
        list[n++] = index;
        it = &d->s->item[index];
        if (item_points(it) < 1)
            continue; /* its scale was reported */
        if (!first)
            first = it;
        if (it->min != first->min || it->max != first->max)
            definition_problem(d, at, "mixed scales: %s is %d-%d, %s is %d-%d",
                               it->code, it->min, it->max, first->code,
                               first->min, first->max);
    }
    if (list)
        qsort(list, n, sizeof *list, compare_indices);
    w->construct[c].item = list;
    w->construct[c].items = n;
}

static bool has_part(const struct construct *it, const size_t *part, size_t c)
{
    for (size_t i = 0; i < it->parts; i++)
        if (part[i] == c)
            return true;
    return false;
}

/* All items of the parts, part by part. */
static void repeat_items(struct definition *d, struct draft *w,
                         const struct yaml *node, struct construct *it)
{
    const struct item *first = NULL;
    size_t n = 0, *list;

    for (size_t i = 0; i < it->parts; i++)
        n += w->construct[it->part[i]].items;
    list = definition_alloc(d, n, sizeof *list);
    for (size_t i = 0; list && i < it->parts; i++) {
        const struct construct *part = &w->construct[it->part[i]];
        const struct item *other;

        if (!part->items)
            continue; /* that was reported */
        memcpy(list + it->items, part->item, part->items * sizeof *list);
        it->items += part->items;
        other = &d->s->item[part->item[0]];
        if (!first)
            first = other;
        if (other->min != first->min || other->max != first->max)
            definition_problem(
                d, node, "mixed scales: %s is %d-%d, %s is %d-%d", other->code,
                other->min, other->max, first->code, first->min, first->max);
    }
    it->item = list;
}

/* A higher-order construct: those it is of stand before it, so that it can be
 * in no circle with them. */
static void read_parts(struct definition *d, struct draft *w,
                       const struct yaml *node, size_t c)
{
    struct construct *it = &w->construct[c];
    size_t *list;

    if (node->count < 2)
        definition_problem(d, node, "%s is of a single construct", it->code);
    if (!definition_few(d, node, CONSTRUCTS_MAX))
        return;
    it->part = list = definition_alloc(d, node->count, sizeof *list);
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *at = &node->child[i];
        const char *code = at->kind == YAML_TEXT ? at->text : "";
        const size_t part = find(w, code);

        if (part >= c)
            definition_problem(d, at, "no construct '%.64s' before %s", code,
                               it->code);
        else if (w->construct[part].parts)
            definition_problem(d, at, "%s is of constructs itself", code);
        else if (has_part(it, list, part))
            definition_problem(d, at, "%s is of %s twice", it->code, code);
        else
            list[it->parts++] = part;
    }
    if (list)
        repeat_items(d, w, node, it);
}

static void read_block(struct definition *d, struct draft *w,
                       const struct yaml *node, size_t c)
{
    const struct yaml *items = definition_get(node, "items", YAML_LIST);
    const struct yaml *of = definition_get(node, "of", YAML_LIST);

    if (items && of)
        definition_problem(d, of, "of and items exclude each other");
    else if (items)
        read_block_items(d, w, items, c);
    else if (of)
        read_parts(d, w, of, c);
    if (of && !yaml_get(node, "mode"))
        definition_problem(d, node,
                           "mode is missing: a construct of "
                           "constructs has no default");
}

static void read_construct(struct definition *d, struct draft *w,
                           const struct yaml *node, size_t c)
{
    static const struct key keys[] = {{"code", YAML_TEXT, true},
                                      {"mode", YAML_TEXT, false},
                                      {"title", YAML_MAP, false},
                                      {"items", YAML_LIST, false},
                                      {"of", YAML_LIST, false}};
    const struct yaml *code, *mode, *title;
    size_t word = MODE_A;

    w->block[c] = node;
    if (!definition_map(d, node, keys, COUNT(keys)))
        return;
    if (!yaml_get(node, "items") && !yaml_get(node, "of"))
        definition_problem(d, node, "items is missing");
    code = definition_get(node, "code", YAML_TEXT);
    mode = definition_get(node, "mode", YAML_TEXT);
    title = definition_get(node, "title", YAML_MAP);
    if (code && definition_code(d, code, w->construct[c].code) &&
        find(w, w->construct[c].code) < c)
        definition_problem(d, code, "construct %s twice", w->construct[c].code);
    if (mode && definition_word(d, mode, definition_modes, 2, &word))
        w->construct[c].mode = (enum construct_mode)word;
    if (title)
        (void)definition_texts(d, title, &w->construct[c].title);
    read_block(d, w, node, c);
}

static void read_arrow(struct definition *d, struct draft *w,
                       const struct yaml *from, const struct yaml *to)
{
    const char *code = to->kind == YAML_TEXT ? to->text : "";
    const size_t f = find(w, from->text), t = find(w, code);
    size_t at;

    if (t == SIZE_MAX)
        definition_problem(d, to, "unknown construct '%.64s'", code);
    if (t == SIZE_MAX || f == SIZE_MAX)
        return;
    at = t * w->constructs + f;
    if (f == t)
        definition_problem(d, to, "a path from %s to itself", code);
    else if (w->path[at])
        definition_problem(d, to, "path %s -> %s twice", from->text, code);
    else {
        w->path[at] = true;
        w->edge[at] = to;
    }
}

static void read_paths(struct definition *d, struct draft *w,
                       const struct yaml *node)
{
    static const struct key keys[] = {{"from", YAML_TEXT, true},
                                      {"to", YAML_LIST, true}};

    for (size_t i = 0; i < node->count; i++) {
        const struct yaml *from, *to;

        if (!definition_map(d, &node->child[i], keys, COUNT(keys)))
            continue;
        from = definition_get(&node->child[i], "from", YAML_TEXT);
        to = definition_get(&node->child[i], "to", YAML_LIST);
        if (from && find(w, from->text) == SIZE_MAX)
            definition_problem(d, from, "unknown construct '%.64s'",
                               from->text);
        for (size_t k = 0; from && to && k < to->count; k++)
            read_arrow(d, w, from, &to->child[k]);
    }
}

static bool read_constructs(struct definition *d, struct draft *w,
                            const struct yaml *node)
{
    const size_t n = node->count;

    if (!definition_few(d, node, CONSTRUCTS_MAX))
        return false;
    w->construct = definition_alloc(d, n, sizeof *w->construct);
    w->block = definition_alloc(d, n, sizeof(struct yaml *));
    w->path = definition_alloc(d, n * n, sizeof *w->path);
    w->edge = definition_alloc(d, n * n, sizeof(struct yaml *));
    if (d->nomem)
        return false;
    for (size_t i = 0; i < ITEMS_MAX; i++)
        w->owner[i] = SIZE_MAX;
    for (size_t c = 0; c < n; c++) {
        w->constructs = c + 1; /* it finds itself, and those before it */
        read_construct(d, w, &node->child[c], c);
    }
    return true;
}

static void read_words(struct definition *d, const struct yaml *node,
                       struct model *m)
{
    const struct yaml *scheme = definition_get(node, "scheme", YAML_TEXT);
    const struct yaml *missing = definition_get(node, "missing", YAML_TEXT);
    size_t word;

    if (scheme && definition_word(d, scheme, definition_schemes, 3, &word))
        m->scheme = (enum inner_scheme)word;
    if (missing && definition_word(d, missing, definition_missing, 3, &word))
        m->missing = (enum missing_policy)word;
}

static void check_repetition(struct definition *d, const struct model *m,
                             const struct yaml *node)
{
    size_t n = 0;

    for (size_t c = 0; c < m->constructs; c++)
        n += m->construct[c].items;
    if (n > ITEMS_MAX)
        definition_problem(d, node,
                           "%zu items, those of parts repeated, at most %d", n,
                           ITEMS_MAX);
}

void definition_model(struct definition *d, const struct yaml *node)
{
    static const struct key keys[] = {{"scheme", YAML_TEXT, false},
                                      {"missing", YAML_TEXT, false},
                                      {"constructs", YAML_LIST, true},
                                      {"paths", YAML_LIST, false},
                                      {"index", YAML_TEXT, true}};
    const struct yaml *constructs, *paths, *index;
    struct model *m = &d->s->model;
    struct draft w = {.constructs = 0};
    size_t before;
    bool sound;

    if (!definition_map(d, node, keys, COUNT(keys)))
        return;
    read_words(d, node, m);
    before = d->problems;
    constructs = definition_get(node, "constructs", YAML_LIST);
    paths = definition_get(node, "paths", YAML_LIST);
    index = definition_get(node, "index", YAML_TEXT);
    if (!constructs || !read_constructs(d, &w, constructs))
        return;
    if (paths)
        read_paths(d, &w, paths);
    sound = d->problems == before; /* else a path may be missing by that */
    if (index) {
        m->index = find(&w, index->text);
        if (m->index == SIZE_MAX)
            definition_problem(d, index, "unknown construct '%.64s'",
                               index->text);
    }
    m->constructs = w.constructs;
    m->construct = w.construct;
    m->path = w.path;
    if (m->constructs == 1 && m->construct[0].items > 1)
        definition_problem(d, w.block[0],
                           "a single construct has a single item: nothing "
                           "tells the weights of %zu",
                           m->construct[0].items);
    check_repetition(d, m, constructs);
    definition_cycles(d, m, w.edge);
    if (sound) {
        definition_pieces(d, m, w.block);
        definition_parts(d, m, w.block);
    }
}
