/* yaml_fuzz.c - any bytes as YAML: a tree within its limits, or a refusal. */
#include <stdlib.h>

#include "base/limits.h"
#include "surveys/utf8.h"
#include "surveys/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void walk(const struct yaml *y, unsigned depth)
{
    if (depth > YAML_DEPTH_MAX || !y->line || !y->column ||
        (y->kind == YAML_TEXT) != (y->text != NULL))
        __builtin_trap();
    if (y->text && utf8_valid(y->text, strlen(y->text)) != strlen(y->text))
        __builtin_trap();
    for (size_t i = 0; i < y->count; i++) {
        if ((y->kind == YAML_MAP) != (y->child[i].key != NULL))
            __builtin_trap();
        walk(&y->child[i], depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct yaml *root = NULL;
    struct err err = {""};

    if (yaml_parse("in", (const char *)data, len, &root, &err) == ST_OK)
        walk(root, 0);
    else if (root || !err.text[0])
        __builtin_trap();
    yaml_free(&root);
    return 0;
}
