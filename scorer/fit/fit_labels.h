/* fit_labels.h - a column of words as small numbers: strata, clusters, groups.
 */
#ifndef SCORER_FIT_LABELS_H
#define SCORER_FIT_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { LABELS_MAX = 1 << 20, LABEL_MAX = 64 /* bytes of one */ };

/* All zero: empty. */
struct fit_labels {
    size_t count; /* different words, numbered as they were first met */
    char **word;  /* [count] */
    size_t rows;
    uint32_t *row; /* the number of each row's word */
    /* hash table: word number + 1; 0: free */
    uint32_t *slot;
    size_t slots, words_cap, rows_cap;
};

/* The next row's word.  ST_RANGE: longer than LABEL_MAX, or over LABELS_MAX
 * of them. */
MUST_USE enum status fit_labels_add(struct fit_labels *l, const char *word,
                                    size_t len, struct err *err);
/* Number of a word, SIZE_MAX: not there. */
size_t fit_labels_find(const struct fit_labels *l, const char *word);
void fit_labels_free(struct fit_labels *l);

#endif
