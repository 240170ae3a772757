/* definition_when.c - filters, and the attributes of customers; see
 * definition.h. */
#include "definition.h"

#include <stdlib.h>

#include "surveys/answer.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static int compare_values(const void *a, const void *b)
{
    const int *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static int compare_conditions(const void *a, const void *b)
{
    const struct condition *x = a, *y = b;

    return x->item < y->item ? -1 : x->item > y->item;
}

static void read_value(struct definition *d, const struct yaml *node,
                       const struct item *it, int *values, size_t *count)
{
    int value;

    if (!definition_integer(d, node, 0, 100000, &value) || item_points(it) < 1)
        return;
    if (value < it->min || value > it->max ||
        !answer_legal(it, (uint8_t)(value - it->min + 1))) {
        definition_problem(d, node, "%d is no answer of %s", value, it->code);
        return;
    }
    for (size_t i = 0; i < *count; i++)
        if (values[i] == value) {
            definition_problem(d, node, "value %d twice", value);
            return;
        }
    values[(*count)++] = value;
}

static bool read_condition(struct definition *d, const struct yaml *node,
                           size_t before, struct condition *out)
{
    const size_t index = survey_item(d->s, node->key);
    const struct item *it;
    size_t count = 0;
    int *values;

    if (index == SIZE_MAX || index >= before) {
        definition_key_problem(d, node, "'%.64s' is no earlier item",
                               node->key);
        return false;
    }
    it = &d->s->item[index];
    if (it->kind == ITEM_TEXT) {
        definition_key_problem(d, node, "%s is a text: nothing can hang on it",
                               it->code);
        return false;
    }
    if (!definition_few(d, node, SCALE_MAX))
        return false;
    values = definition_alloc(d, node->count + 1, sizeof *values);
    if (!values)
        return false;
    if (node->kind == YAML_TEXT)
        read_value(d, node, it, values, &count);
    else if (node->kind == YAML_LIST && node->count)
        for (size_t i = 0; i < node->count; i++)
            read_value(d, &node->child[i], it, values, &count);
    else
        definition_problem(d, node, "must be a value or a list of values");
    qsort(values, count, sizeof *values, compare_values);
    *out = (struct condition){index, count, values};
    return true;
}

void definition_when(struct definition *d, const struct yaml *node,
                     size_t before, size_t *count, const struct condition **out)
{
    struct condition *list;
    size_t n = 0;

    if (!definition_few(d, node, ITEMS_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    if (!list)
        return;
    for (size_t i = 0; i < node->count; i++)
        n += read_condition(d, &node->child[i], before, &list[n]);
    qsort(list, n, sizeof *list, compare_conditions);
    *count = n;
    *out = list;
}

void definition_attributes(struct definition *d, const struct yaml *node)
{
    static const struct key keys[] = {{"code", YAML_TEXT, true},
                                      {"values", YAML_LIST, true}};
    struct attribute *list;

    if (!definition_few(d, node, ATTRIBUTES_MAX))
        return;
    list = definition_alloc(d, node->count, sizeof *list);
    for (size_t i = 0; list && i < node->count; i++) {
        const struct yaml *at = &node->child[i], *code, *values;

        if (!definition_map(d, at, keys, COUNT(keys)))
            continue;
        code = definition_get(at, "code", YAML_TEXT);
        values = definition_get(at, "values", YAML_LIST);
        if (code && definition_code(d, code, list[i].code))
            for (size_t k = 0; k < i; k++)
                if (streq(list[k].code, list[i].code))
                    definition_problem(d, code, "attribute %s twice",
                                       list[i].code);
        if (values)
            definition_choices(d, values, 1, 255, &list[i].values,
                               &list[i].value);
    }
    d->s->attribute = list;
    d->s->attributes = node->count;
}
