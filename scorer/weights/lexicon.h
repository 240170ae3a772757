/* lexicon.h - numbers for texts, 0, 1, 2 ... as they are first met: the codes
 * of a file's columns, kept once. */
#ifndef WEIGHTS_LEXICON_H
#define WEIGHTS_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* All zero at first. */
struct lexicon {
    size_t count, cap;
    const char **text; /* by number; its own */
    uint32_t *slot;    /* number + 1; 0: free.  Two slots a word or more */
    size_t slots;
};

MUST_USE enum status lexicon_put(struct lexicon *w, const char *text,
                                 uint32_t *number);
void lexicon_free(struct lexicon *w);

#endif
