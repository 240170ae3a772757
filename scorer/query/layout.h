/* layout.h - which of a cell's counters a question needs, and where their sums
 * stand.
 *
 * A cell of the cube counts every answer to every item; a question about
 * indices needs their sums, one about shares the counts of some items.
 */
#ifndef QUERY_LAYOUT_H
#define QUERY_LAYOUT_H

#include "forms.h"

/* Where a counter goes. */
struct slot {
    uint32_t n, sum; /* places; UINT32_MAX: nowhere */
    int64_t sign;    /* of n: rows without an answer are taken off */
    int64_t value;   /* times the count, for `sum` */
};

struct layout {
    const struct form *form;
    size_t stride;     /* places of a group */
    size_t row, rows;  /* `rows` places from `row` on take every row */
    bool repeats;      /* items that stand at several places of a model */
    struct slot *slot; /* by counter of the form */
};

/* The places of a model's sums: of stored answers by model item, the answers
 * to them, the rows that answer an item of each construct. */
struct model_places {
    size_t sum, n, answered;
};
static inline struct model_places model_places(const struct pls_model *m)
{
    return (struct model_places){0, m->items, 2 * m->items};
}

MUST_USE enum status layout_model(const struct form *f, struct layout *out);

/* How often each answer to the items was given, item by item, and in the last
 * place the rows.  No item twice, none of texts. */
MUST_USE enum status layout_items(const struct form *f, const size_t *item,
                                  size_t items, struct layout *out);

/* Once the counters of a group are added: what is summed of an item stands at
 * each of its places. */
void layout_repeat(const struct layout *l, int64_t *sums);

void layout_free(struct layout *l);

#endif
