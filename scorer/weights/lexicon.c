/* lexicon.c - see words.h.  Open addressing. */
#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

/* FNV-1a (Fowler, Noll & Vo 1991). */
static uint64_t hash(const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return h;
}

/* The slot of `text`, or the free one where it would stand. */
static uint32_t *find(const struct lexicon *w, const char *text)
{
    size_t at = hash(text) & (w->slots - 1);

    while (w->slot[at] && !streq(w->text[w->slot[at] - 1], text))
        at = (at + 1) & (w->slots - 1);
    return &w->slot[at];
}

static enum status grow(struct lexicon *w)
{
    const size_t cap = w->cap ? 2 * w->cap : FIRST;
    const char **text;
    uint32_t *slot;

    if (cap > UINT32_MAX / 4)
        return ST_RANGE;
    text = realloc(w->text, cap * sizeof(const char *));
    if (!text)
        return ST_NOMEM;
    w->text = text;
    slot = calloc(2 * cap, sizeof *slot);
    if (!slot)
        return ST_NOMEM;
    free(w->slot);
    w->slot = slot;
    w->slots = 2 * cap;
    w->cap = cap;
    for (uint32_t i = 0; i < w->count; i++)
        *find(w, w->text[i]) = i + 1;
    return ST_OK;
}

enum status lexicon_put(struct lexicon *w, const char *text, uint32_t *number)
{
    enum status st = w->count < w->cap ? ST_OK : grow(w);
    uint32_t *slot;
    char *copy;

    if (st != ST_OK)
        return st;
    slot = find(w, text);
    if (!*slot) {
        copy = strdup(text);
        if (!copy)
            return ST_NOMEM;
        w->text[w->count] = copy;
        *slot = (uint32_t)++w->count;
    }
    *number = *slot - 1;
    return ST_OK;
}

void lexicon_free(struct lexicon *w)
{
    for (size_t i = 0; i < w->count; i++)
        free((char *)(uintptr_t)w->text[i]);
    free(w->text);
    free(w->slot);
    *w = (struct lexicon){0};
}
