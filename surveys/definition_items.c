/* definition_items.c - what is asked: items with their scales, choices, filters
 * and variants, and the short form; see definition.h. */
#include "definition.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

void definition_choices(struct definition *d, const struct yaml *node,
                        int least, int most, size_t *count,
                        const struct choice **out)
{
    static const struct key keys[] = {{"code", YAML_TEXT, true},
                                      {"text", YAML_MAP, true}};
    struct choice *list;
    size_t n = 0;

    if (!definition_few(d, node, 255))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *at = &node->child[i], *code, *text;
        struct choice *c = &list[n];

        if (!definition_map(d, at, keys, COUNT(keys)))
            continue;
        code = definition_get(at, "code", YAML_TEXT);
        text = definition_get(at, "text", YAML_MAP);
        if (text)
            (void)definition_texts(d, text, &c->text);
        if (!code || !definition_integer(d, code, least, most, &c->code))
            continue;
        if (n && c->code == list[n - 1].code)
            definition_problem(d, code, "code %d twice", c->code);
        else if (n && c->code < list[n - 1].code)
            definition_problem(d, code, "codes must ascend: %d after %d",
                               c->code, list[n - 1].code);
        else
            n++;
    }
    *count = n;
    *out = list;
}

static void read_scale(struct definition *d, const struct yaml *node,
                       struct item *it)
{
    static const struct key keys[] = {{"min", YAML_TEXT, true},
                                      {"max", YAML_TEXT, true}};
    const struct yaml *min, *max;
    int low, high;

    if (!definition_map(d, node, keys, COUNT(keys)))
        return;
    min = definition_get(node, "min", YAML_TEXT);
    max = definition_get(node, "max", YAML_TEXT);
    if (!min || !max || !definition_integer(d, min, 0, 100000, &low) ||
        !definition_integer(d, max, 0, 100000, &high))
        return;
    if (low > high)
        definition_problem(d, node, "scale turned round: min %d, max %d", low,
                           high);
    else if (low == high)
        definition_problem(d, node, "a scale of one point");
    else if (high - low + 1 > SCALE_MAX)
        definition_problem(d, node, "a scale of %d points, at most %d",
                           high - low + 1, SCALE_MAX);
    else {
        it->min = low;
        it->max = high;
    }
}

static void read_item_choices(struct definition *d, const struct yaml *node,
                              struct item *it)
{
    int low, high;

    definition_choices(d, node, 0, 100000, &it->choices, &it->choice);
    if (!it->choices)
        return;
    low = it->choice[0].code;
    high = it->choice[it->choices - 1].code;
    if (high - low + 1 > SCALE_MAX) {
        definition_problem(d, node, "codes from %d to %d, at most %d apart",
                           low, high, SCALE_MAX - 1);
        return;
    }
    it->min = low;
    it->max = high;
}

static void read_kind(struct definition *d, const struct yaml *node,
                      struct item *it)
{
    const struct yaml *kind = definition_get(node, "kind", YAML_TEXT);
    const struct yaml *scale = definition_get(node, "scale", YAML_MAP);
    const struct yaml *choices = definition_get(node, "choices", YAML_LIST);
    size_t word = ITEM_SCALE;

    if (kind && !definition_word(d, kind, definition_kinds, 3, &word))
        return;
    it->kind = (enum item_kind)word;
    if (scale && it->kind != ITEM_SCALE)
        definition_key_problem(d, scale, "only items of kind scale have one");
    else if (scale)
        read_scale(d, scale, it);
    else if (it->kind == ITEM_SCALE && !yaml_get(node, "scale"))
        definition_problem(d, node, "scale is missing");
    if (choices && it->kind != ITEM_CHOICE)
        definition_key_problem(d, choices,
                               "only items of kind choice have them");
    else if (choices)
        read_item_choices(d, choices, it);
    else if (it->kind == ITEM_CHOICE && !yaml_get(node, "choices"))
        definition_problem(d, node, "choices is missing");
}

static void read_variants(struct definition *d, const struct yaml *node,
                          size_t index, struct item *it)
{
    static const struct key keys[] = {{"when", YAML_MAP, true},
                                      {"text", YAML_MAP, true}};
    struct variant *list;

    if (!definition_few(d, node, ITEMS_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *at = &node->child[i], *when, *text;

        if (!definition_map(d, at, keys, COUNT(keys)))
            continue;
        when = definition_get(at, "when", YAML_MAP);
        text = definition_get(at, "text", YAML_MAP);
        if (when)
            definition_when(d, when, index, &list[i].conditions, &list[i].when);
        if (text)
            (void)definition_texts(d, text, &list[i].text);
    }
    it->variant = list;
    it->variants = list ? node->count : 0;
}

static void read_wording(struct definition *d, const struct yaml *node,
                         size_t index, struct item *it)
{
    const struct yaml *text = definition_get(node, "text", YAML_MAP);
    const struct yaml *variants = definition_get(node, "variants", YAML_LIST);
    const struct yaml *when = definition_get(node, "when", YAML_MAP);

    if (text && variants)
        definition_key_problem(d, variants, "text or variants, not both");
    if (!yaml_get(node, "text") && !yaml_get(node, "variants"))
        definition_problem(d, node, "text is missing");
    if (text)
        (void)definition_texts(d, text, &it->text);
    if (variants)
        read_variants(d, variants, index, it);
    if (when)
        definition_when(d, when, index, &it->conditions, &it->when);
}

static void read_item(struct definition *d, const struct yaml *node,
                      size_t index, struct item *it)
{
    static const struct key keys[] = {
        {"code", YAML_TEXT, true},      {"kind", YAML_TEXT, false},
        {"revision", YAML_TEXT, false}, {"scale", YAML_MAP, false},
        {"choices", YAML_LIST, false},  {"text", YAML_MAP, false},
        {"variants", YAML_LIST, false}, {"when", YAML_MAP, false}};
    const struct yaml *code, *revision;

    it->revision = 1;
    it->max = -1; /* no points, until a scale or choices are read */
    if (!definition_map(d, node, keys, COUNT(keys)))
        return;
    code = definition_get(node, "code", YAML_TEXT);
    revision = definition_get(node, "revision", YAML_TEXT);
    if (code && definition_code(d, code, it->code) &&
        survey_item(d->s, it->code) < index)
        definition_problem(d, code, "item %s twice", it->code);
    if (revision)
        (void)definition_integer(d, revision, 1, 1000000, &it->revision);
    read_kind(d, node, it);
    if (it->kind == ITEM_TEXT) {
        it->max = 0;
        if (d->s->comment != SIZE_MAX)
            definition_problem(d, node, "a second item of kind text");
        d->s->comment = index;
    }
    read_wording(d, node, index, it);
}

void definition_items(struct definition *d, const struct yaml *node)
{
    struct item *list;

    if (!definition_few(d, node, ITEMS_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    d->s->item = list;
    for (size_t i = 0; list && i < node->count; i++) {
        d->s->items = i + 1; /* it finds itself, and those before it */
        read_item(d, &node->child[i], i, &list[i]);
    }
}

/* A text that the SMS channel asks must fit one message in every language. */
static void check_budget(struct definition *d, const struct yaml *at,
                         const struct item *it, const struct texts *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const char *language = t->list[i].language;
        size_t units;
        bool gsm7;
        enum status st = definition_units(d->s, &t->list[i], &units, &gsm7);

        d->nomem = d->nomem || st == ST_NOMEM;
        if (st == ST_RANGE)
            definition_problem(d, at, "%s in %s: over %d bytes once filled in",
                               it->code, language, TEXT_MAX);
        else if (st == ST_OK &&
                 units > (gsm7 ? SMS_GSM7_BUDGET : SMS_UCS2_BUDGET))
            definition_problem(
                d, at, "%s in %s: %zu %s, an SMS has room for %d", it->code,
                language, units, gsm7 ? "septets" : "UTF-16 units",
                gsm7 ? SMS_GSM7_BUDGET : SMS_UCS2_BUDGET);
    }
}

void definition_short(struct definition *d, const struct yaml *node)
{
    bool taken[ITEMS_MAX] = {false};
    size_t *list, n = 0;

    if (!definition_few(d, node, ITEMS_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *at = &node->child[i];
        const char *code = at->kind == YAML_TEXT ? at->text : "";
        const size_t index = survey_item(d->s, code);
        const struct item *it = &d->s->item[index == SIZE_MAX ? 0 : index];

        if (index == SIZE_MAX) {
            definition_problem(d, at, "unknown item '%.64s'", code);
            continue;
        }
        if (taken[index])
            definition_problem(d, at, "item %s twice", code);
        else if (it->kind == ITEM_TEXT)
            definition_problem(d, at, "%s is a text: an SMS asks a number",
                               code);
        else
            list[n++] = index;
        taken[index] = true;
        check_budget(d, at, it, &it->text);
        for (size_t k = 0; k < it->variants; k++)
            check_budget(d, at, it, &it->variant[k].text);
    }
    d->s->shortlist = list;
    d->s->shorts = n;
}
