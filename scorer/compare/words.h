/* words.h - what the kinds of this folder are told, and how they tell of it.
 */
#ifndef COMPARE_WORDS_H
#define COMPARE_WORDS_H

#include "scorer/estimates.h"

struct dimensions {
    size_t count;
    enum dimension list[DIMENSIONS];
};

bool dimensions_have(const enum dimension *list, size_t count,
                     enum dimension d);

/* "province", of `len` bytes; ST_INVALID names `option`. */
MUST_USE enum status dimension_read(const char *option, const char *word,
                                    size_t len, enum dimension *out,
                                    struct err *err);
/* "class,attribute1"; none twice, and none that the query is split by. */
MUST_USE enum status dimensions_read(const char *option, const char *text,
                                     const struct query *q,
                                     struct dimensions *out, struct err *err);

struct span {
    int32_t from, to;
};

/* ---- thin cells ---- */

/* The estimate's flags with those of its n; NULL: nobody is there. */
uint32_t estimate_flags(const struct cell_estimate *e);

/* Flags of an estimate and words of a row's own, parted by blanks. */
enum { WORDS_MAX = 256 };
void flags_print(uint32_t flags, char out[WORDS_MAX]);
void words_add(char out[WORDS_MAX], const char *word);

#endif
