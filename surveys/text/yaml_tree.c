/* yaml_tree.c - the tree that yaml.c builds; see surveys/yaml.h. */
#include "surveys/yaml.h"

#include <stdlib.h>

static void release(struct yaml *node)
{
    for (size_t i = 0; i < node->count; i++) {
        struct yaml *child = &node->child[i];
        char *key;

        memcpy(&key, &child->key, sizeof key);
        free(key);
        release(child);
    }
    free(node->child);
    if (node->text) {
        char *text;

        memcpy(&text, &node->text, sizeof text);
        free(text);
    }
}

void yaml_free(struct yaml **root)
{
    if (!*root)
        return;
    release(*root);
    free(*root);
    *root = NULL;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++)
        if (streq(map->child[i].key, key))
            return &map->child[i];
    return NULL;
}
