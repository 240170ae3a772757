/* views.h - the estimates that a comparison needs of one side, or of all
 * codes of a dimension at once.
 *
 * The cells asked for; of a family its surveys in each cell; and the cells of
 * the mix within these.  Three questions to the engine at most.
 */
#ifndef COMPARE_VIEWS_H
#define COMPARE_VIEWS_H

#include "words.h"

struct views {
    bool rolled;  /* whole has roll-ups */
    size_t lead;  /* codes before those of the cell: 0, or 1 of the dimension
                     whose codes are compared */
    size_t by;    /* codes of the cell */
    size_t codes; /* of the parts: those, and one more of a family */
    size_t mix;   /* codes of the leaves behind these */
    struct estimates whole, own_parts, own_leaves;
    const struct estimates *parts, *leaves; /* maybe those before them */
    bool *met;                              /* of whole */
};

/* `lead` DIMENSIONS: none.  Must not move afterwards; the caller frees it, also
 * on failure.  */
MUST_USE enum status views_ask(struct engine *e, const struct query *q,
                               enum dimension lead,
                               const struct dimensions *mix, struct views *out,
                               struct err *err);
void views_free(struct views *t);
/* All but `whole`. */
void views_shrink(struct views *t);

/* The estimates that begin with these codes: next to one another, as the list
 * is sorted. */
struct run {
    const struct cell_estimate *first;
    size_t count;
};
struct run estimates_run(const struct estimates *l, const char *const *code,
                         size_t count);

/* As strcmp, of two lists of codes. */
int codes_compare(const char *const *a, const char *const *b, size_t count);

#endif
