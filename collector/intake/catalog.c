/* catalog.c - see catalog.h. */
#include "catalog.h"

#include <stdlib.h>
#include <string.h>

void catalog_free(struct catalog *c)
{
    for (size_t i = 0; i < c->count; i++)
        survey_free(&c->list[i]);
    free(c->list);
    *c = (struct catalog){0};
}

static size_t find(const struct catalog *c, const uint8_t *version)
{
    size_t i = 0;

    while (i < c->count && memcmp(c->list[i]->version, version, HASH_SIZE))
        i++;
    return i;
}

void catalog_raise(struct catalog *c, const uint8_t version[HASH_SIZE])
{
    const size_t at = find(c, version);
    struct survey *s;

    if (at == c->count)
        return;
    s = c->list[at];
    memmove(c->list + at, c->list + at + 1,
            (c->count - at - 1) * sizeof(struct survey *));
    c->list[c->count - 1] = s;
}

enum status catalog_add(struct catalog *c, struct survey **s)
{
    if (catalog_version(c, (*s)->version)) {
        catalog_raise(c, (*s)->version);
        survey_free(s);
        return ST_OK;
    }
    if (c->count == c->cap) {
        const size_t cap = c->cap ? 2 * c->cap : 16;
        struct survey **list = realloc(c->list, cap * sizeof(struct survey *));

        if (!list)
            return ST_NOMEM;
        c->list = list;
        c->cap = cap;
    }
    c->list[c->count++] = *s;
    *s = NULL;
    return ST_OK;
}

const struct survey *catalog_version(const struct catalog *c,
                                     const uint8_t version[HASH_SIZE])
{
    const size_t at = find(c, version);

    return at < c->count ? c->list[at] : NULL;
}

const struct survey *catalog_newest(const struct catalog *c, const char *code)
{
    for (size_t i = c->count; i > 0; i--)
        if (streq(c->list[i - 1]->code, code))
            return c->list[i - 1];
    return NULL;
}
