/* lattice.h - the cells of one survey form and month that readers may ever
 * see, and which of them they may see now.
 *
 * Leaves (operator x province x channel) add up to the cells of the declared
 * levels.  Whoever sees some cells can subtract them from one another, so
 * hiding a cell of few answers is not enough: a cell opens only if, with all
 * that is open then, no hidden cell of few answers can be bounded more
 * closely than a tenth of its count or of its mean.  The bounds are those of
 * a linear program over all leaves (Fischetti & Salazar 2000, INFORMS J.
 * Computing 12; Hundepool et al. 2012, Statistical Disclosure Control, 4.3):
 * nobody who only adds and subtracts what he sees can know more.  What he saw
 * and has not changed since he still sees.
 */
#ifndef SCORER_LATTICE_H
#define SCORER_LATTICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

enum {
    LATTICE_SHOWN = 30, /* answers of a cell that may open */
    LATTICE_BATCH = 10, /* by which leaves move: none is of fewer */
    LATTICE_LEAVES_MAX = 4096
};

enum lattice_level {
    LATTICE_NATION,
    LATTICE_OPERATOR,
    LATTICE_PROVINCE,
    LATTICE_CHANNEL,
    LATTICE_OPERATOR_PROVINCE,
    LATTICE_PROVINCE_CHANNEL,
    LATTICE_LEAF, /* of these none is published, and all are protected */
    LATTICE_LEVELS
};

struct lattice_codes {
    char operator[CODE_MAX + 1]; /* "": the level does not split by it */
    char province[CODE_MAX + 1];
    char channel[CODE_MAX + 1];
};

struct lattice_leaf {
    struct lattice_codes codes;
    int64_t n;
    double total[CONSTRUCTS_MAX]; /* of each index, 0 .. 100 n */
};

struct lattice_cell {
    enum lattice_level level;
    struct lattice_codes codes;
    int64_t n;
    double total[CONSTRUCTS_MAX];
    size_t leaves;
    size_t *leaf;
    bool seen;     /* told in: it was open before ... */
    int64_t shown; /* ... last with so many answers */
    bool held; /* told in and out: it stays closed for its neighbours' sake */
    bool open; /* told out */
};

struct lattice {
    size_t constructs, leaves, cells;
    struct lattice_leaf *leaf;
    struct lattice_cell *cell; /* by level, then codes */
};

/* The cells of these leaves, which are copied.  ST_RANGE: over
 * LATTICE_LEAVES_MAX. */
MUST_USE enum status lattice_new(const struct lattice_leaf *leaf, size_t leaves,
                                 size_t constructs, struct lattice **out);
void lattice_free(struct lattice **l);

/* Readers know its numbers: it is open, or was and has not changed since. */
static inline bool lattice_known(const struct lattice_cell *c)
{
    return c->open || (c->seen && c->shown == c->n);
}

/* NULL: no leaf has these codes. */
struct lattice_cell *lattice_find(const struct lattice *l,
                                  enum lattice_level level,
                                  const struct lattice_codes *codes);

/* Set `open` and `held` from `seen`, `shown` and `held`.  A cell that was seen
 * stays open while that is safe; a held one stays closed while any cell of few
 * answers is left; what else has LATTICE_SHOWN answers opens unless that
 * would tell of one that has fewer, the smaller ones giving way. */
MUST_USE enum status lattice_decide(struct lattice *l, struct err *err);

#endif
