/* fit_measures.h - what is taken down of an estimate and of each replicate of
 * it: blocks of numbers, each filled from one view of the estimate.
 *
 * A new measure is a line in enum fit_measure and a row in fit_measures.c; it
 * then has standard errors and intervals of every kind.
 */
#ifndef SCORER_FIT_MEASURES_H
#define SCORER_FIT_MEASURES_H

#include "scorer/pls.h"

enum fit_measure {
    /* always, and in this order */
    FIT_PATHS, /* [to * constructs + from] */
    FIT_R2,    /* by construct */
    FIT_INDEX, /* by construct */
    /* when asked for */
    FIT_WEIGHTS,    /* of standardised items, by item */
    FIT_LOADINGS,   /* by item */
    FIT_TOTAL,      /* total effects, [to * constructs + from] */
    FIT_INDIRECT,   /* of the pairs of scorer/effects.h */
    FIT_SPECIFIC,   /* of its routes; none when there are too many of them */
    FIT_HTMT,       /* [c * constructs + d] of scorer/quality.h */
    FIT_IMPORTANCE, /* for the index: of constructs, then of items
                       (scorer/importance.h) */
    FIT_MEASURES
};
#define FIT_MEASURE(m) (1u << (m))
#define FIT_ALWAYS                                                             \
    (FIT_MEASURE(FIT_PATHS) | FIT_MEASURE(FIT_R2) | FIT_MEASURE(FIT_INDEX))

struct fit_view {
    const struct pls_model *model;
    const struct pls_fit *fit; /* a replicate's signs are the estimate's */
    const double *u;           /* item weights of the indices */
    const double *r;           /* correlations of the items; there when
                                  fit_measures_read_r says so */
};

/* Where each measure of the set `asked` (bits FIT_MEASURE(m)) begins among the
 * numbers; first[FIT_MEASURES] is how many there are.  A measure that is not
 * asked for has none. */
void fit_measures_place(const struct pls_model *m, uint32_t asked,
                        size_t first[FIT_MEASURES + 1]);
bool fit_measures_read_r(uint32_t asked);
/* `numbers` has first[FIT_MEASURES] members. */
void fit_measures_take(const struct fit_view *v,
                       const size_t first[FIT_MEASURES + 1], double *numbers);

/* "paths", "htmt" ...; NULL behind the last. */
extern const char *const fit_measure_words[FIT_MEASURES + 1];

/* What number i of a measure is of: an item (behind its construct where that
 * repeats it), a construct, or a chain of constructs. */
struct fit_name {
    size_t count; /* 0: of nothing, as no arrow leads there */
    const char *code[CONSTRUCTS_MAX];
};
struct fit_name fit_measure_name(const struct pls_model *m,
                                 enum fit_measure measure, size_t i);
enum { FIT_NAME = CONSTRUCTS_MAX * (ITEM_CODE_MAX + sizeof " -> ") };
/* The codes with " -> " or the like between them. */
void fit_name_join(const struct fit_name *name, const char *between,
                   char out[FIT_NAME]);

#endif
