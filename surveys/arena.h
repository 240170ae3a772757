/* arena.h - memory that is given back all at once.
 *
 * A loaded survey is a few hundred small texts and arrays that live and die
 * together.
 */
#ifndef SURVEYS_ARENA_H
#define SURVEYS_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *last;
};

/* `count` * `size` zero bytes, aligned for anything; NULL when out of memory.
 * Never NULL for a count of 0. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
char *arena_text(struct arena *a, const char *text, size_t len);
void arena_free(struct arena *a);

#endif
