/* arena.c - see arena.h. */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096 };

struct arena_block {
    struct arena_block *before;
    size_t used, cap;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *add_block(struct arena *a, size_t least)
{
    const size_t cap = least > BLOCK ? least : BLOCK;
    struct arena_block *b = calloc(1, sizeof *b + cap);

    if (!b)
        return NULL;
    b->before = a->last;
    b->cap = cap;
    a->last = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    const size_t step = alignof(max_align_t);
    struct arena_block *b = a->last;
    size_t want;
    void *p;

    if (__builtin_mul_overflow(count, size, &want) || want > SIZE_MAX / 2)
        return NULL;
    want = (want + step) / step * step;
    if (!b || b->cap - b->used < want)
        b = add_block(a, want);
    if (!b)
        return NULL;
    p = b->bytes + b->used;
    b->used += want;
    return p;
}

char *arena_text(struct arena *a, const char *text, size_t len)
{
    char *copy = arena_alloc(a, len + 1, 1);

    if (copy)
        memcpy(copy, text, len);
    return copy;
}

void arena_free(struct arena *a)
{
    while (a->last) {
        struct arena_block *before = a->last->before;

        free(a->last);
        a->last = before;
    }
}
