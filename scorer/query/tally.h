/* tally.h - some rows of the log, sorted into cells before they are summed.
 *
 * Summing a row at a time would read and write a cell for every row, and the
 * moments kernel wants many rows of one cell.  So rows wait here, 12 bytes and
 * their answers each, until there are TALLY_BYTES of them.
 */
#ifndef QUERY_TALLY_H
#define QUERY_TALLY_H

#include "base/bytes.h"
#include "intern.h"
#include "key.h"

#define TALLY_BYTES ((size_t)48 << 20)

struct tally_row {
    uint32_t cell;    /* number in `cells` */
    uint32_t answers; /* where they begin */
    uint8_t group;
    bool minus; /* to be taken out of the sums */
};

struct tally {
    struct intern cells; /* struct cell */
    struct tally_row *row;
    size_t rows, cap;
    struct buffer answers;
};

void tally_open(struct tally *t);
void tally_free(struct tally *t);
void tally_clear(struct tally *t); /* keeps its memory */

MUST_USE enum status tally_add(struct tally *t, const struct cell *cell,
                               unsigned group, bool minus,
                               const uint8_t *answers, size_t items);
bool tally_full(const struct tally *t);

/* The same rows in the order of the cells of a layer. */
struct ranked {
    struct cell_key key;
    uint32_t cell;
};
struct sorted {
    size_t cells;        /* of the tally */
    struct ranked *rank; /* them by key; the same key may come again */
    uint32_t *rank_of;   /* of each cell: where its key first stands in rank */
    struct tally_row *row; /* by rank, group, minus */
};
MUST_USE enum status tally_sort(const struct tally *t, enum layer layer,
                                struct sorted *out);
void sorted_free(struct sorted *s);

static inline const struct cell *tally_cell(const struct tally *t,
                                            const struct tally_row *r)
{
    return intern_at(&t->cells, r->cell);
}

static inline const uint8_t *tally_answers(const struct tally *t,
                                           const struct tally_row *r)
{
    return t->answers.data + r->answers;
}

#endif
