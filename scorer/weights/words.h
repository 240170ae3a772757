/* words.h - numbers for texts, 0, 1, 2 ... as they are first met: the codes of
 * a file's columns, kept once. */
#ifndef WEIGHTS_WORDS_H
#define WEIGHTS_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* All zero at first. */
struct words {
    size_t count, cap;
    const char **text; /* by number; its own */
    uint32_t *slot;    /* number + 1; 0: free.  Two slots a word or more */
    size_t slots;
};

MUST_USE enum status words_put(struct words *w, const char *text,
                               uint32_t *number);
void words_free(struct words *w);

#endif
