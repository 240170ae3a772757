/* survey.c - see surveys/survey.h. */
#include "surveys/survey.h"

#include <stdlib.h>
#include <strings.h>

#include "definition.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* The survey and all that it points to. */
struct loaded {
    struct survey s; /* first: a survey is given back by its address */
    struct arena arena;
};

static void read_codes(struct definition *d, const struct yaml *root)
{
    static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    static const char capital[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const struct {
        const char *key, *letters;
        size_t max;
        char *out;
    } codes[] = {{"survey", small, SURVEY_CODE_MAX, d->s->code},
                 {"family", small, SURVEY_CODE_MAX, d->s->family},
                 {"product", capital, CODE_MAX, d->s->product}};

    for (size_t i = 0; i < COUNT(codes); i++) {
        const struct yaml *node = definition_get(root, codes[i].key, YAML_TEXT);

        if (!node)
            continue;
        if (strlen(node->text) > codes[i].max ||
            node->text[strspn(node->text, codes[i].letters)])
            definition_problem(d, node,
                               "'%.64s' is no code of a %s (%s, %zu "
                               "at most)",
                               node->text, codes[i].key,
                               codes[i].letters == small
                                   ? "small letters, digits and -"
                                   : "capitals, digits and _",
                               codes[i].max);
        else
            memcpy(codes[i].out, node->text, strlen(node->text) + 1);
    }
}

/* Without a model the index is the one scale item. */
static void check_single(struct definition *d, const struct yaml *items)
{
    size_t scales = 0;

    for (size_t i = 0; i < d->s->items; i++)
        scales += d->s->item[i].kind == ITEM_SCALE;
    if (scales != 1)
        definition_problem(d, items,
                           "%zu scale items and no model: which is the index?",
                           scales);
}

static void read_all(struct definition *d, const struct yaml *root)
{
    static const struct key keys[] = {
        {"survey", YAML_TEXT, true},      {"family", YAML_TEXT, false},
        {"product", YAML_TEXT, false},    {"unverified", YAML_TEXT, false},
        {"title", YAML_MAP, true},        {"fill", YAML_MAP, false},
        {"attributes", YAML_LIST, false}, {"items", YAML_LIST, true},
        {"short", YAML_LIST, false},      {"model", YAML_MAP, false}};
    static const char *const words[] = {"false", "true"};
    const struct yaml *node;
    size_t word = 0;

    if (!definition_map(d, root, keys, COUNT(keys)))
        return;
    read_codes(d, root);
    node = definition_get(root, "unverified", YAML_TEXT);
    if (node && definition_word(d, node, words, 2, &word))
        d->s->unverified = word == 1;
    definition_title(d, definition_get(root, "title", YAML_MAP),
                     definition_get(root, "fill", YAML_MAP));
    node = definition_get(root, "attributes", YAML_LIST);
    if (node)
        definition_attributes(d, node);
    node = definition_get(root, "items", YAML_LIST);
    if (!node)
        return;
    definition_items(d, node);
    if (!yaml_get(root, "model"))
        check_single(d, node);
    node = definition_get(root, "short", YAML_LIST);
    if (node && d->s->items)
        definition_short(d, node);
    node = definition_get(root, "model", YAML_MAP);
    if (node)
        definition_model(d, node);
}

static enum status check(struct definition *d, struct loaded *l,
                         const char *yaml, size_t len)
{
    struct yaml *root = NULL;
    enum status st = yaml_parse(d->name, yaml, len, &root, d->err);

    if (st != ST_OK)
        return st;
    read_all(d, root);
    l->s.source = arena_text(&l->arena, yaml, len);
    l->s.source_len = len;
    if (d->nomem || !l->s.source)
        st = ST_NOMEM;
    else if (d->problems)
        st = ST_INVALID;
    if (st == ST_OK)
        st = definition_version(root, l->s.version);
    if (st == ST_OK)
        st = definition_form(&l->s, l->s.form);
    yaml_free(&root);
    return st;
}

enum status survey_parse(const char *name, const char *yaml, size_t len,
                         survey_report_fn *report, void *ctx,
                         struct survey **out, struct err *err)
{
    struct loaded *l = calloc(1, sizeof *l);
    struct err first;
    struct definition d = {
        .name = name, .report = report, .ctx = ctx, .err = err ? err : &first};
    enum status st;

    if (!l)
        return ST_NOMEM;
    d.arena = &l->arena;
    d.s = &l->s;
    l->s.comment = SIZE_MAX;
    st = check(&d, l, yaml, len);
    if (st != ST_OK) {
        struct survey *s = &l->s;

        if (report && st != ST_NOMEM && !d.problems) /* no YAML */
            report(ctx, d.err->text);
        survey_free(&s);
        return st;
    }
    *out = &l->s;
    return ST_OK;
}

enum status survey_load(const char *path, survey_report_fn *report, void *ctx,
                        struct survey **out, struct err *err)
{
    struct err first;
    char *text = NULL;
    size_t len;
    enum status st;

    if (!err)
        err = &first;
    st = yaml_read(path, &text, &len, err);
    if (st == ST_OK)
        st = survey_parse(path, text, len, report, ctx, out, err);
    else if (report && st != ST_NOMEM)
        report(ctx, err->text);
    free(text);
    return st;
}

void survey_free(struct survey **s)
{
    struct loaded *l = (struct loaded *)*s;

    if (!l)
        return;
    arena_free(&l->arena);
    free(l);
    *s = NULL;
}

size_t survey_item(const struct survey *s, const char *code)
{
    for (size_t i = 0; i < s->items; i++)
        if (streq(s->item[i].code, code))
            return i;
    return SIZE_MAX;
}

size_t survey_construct(const struct survey *s, const char *code)
{
    for (size_t i = 0; i < s->model.constructs; i++)
        if (streq(s->model.construct[i].code, code))
            return i;
    return SIZE_MAX;
}

const char *texts_in(const struct texts *t, const char *language)
{
    const size_t base = strcspn(language, "-");

    for (size_t i = 0; i < t->count; i++)
        if (strcasecmp(t->list[i].language, language) == 0)
            return t->list[i].text;
    for (size_t i = 0; i < t->count; i++)
        if (strncasecmp(t->list[i].language, language, base) == 0 &&
            strcspn(t->list[i].language, "-") == base)
            return t->list[i].text;
    return t->count ? t->list[0].text : "";
}
