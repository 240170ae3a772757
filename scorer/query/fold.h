/* fold.h - adding a tally's rows to the sums in the cube.
 *
 * Each layer of cells is one pass over the rows in the order of its keys: a
 * cell is read, the groups that have rows are changed, the others copied, and
 * it is written.  Rows marked minus are taken out.
 */
#ifndef QUERY_FOLD_H
#define QUERY_FOLD_H

#include "cube.h"
#include "forms.h"
#include "sums.h"
#include "tally.h"

struct fold {
    struct cube *cube;
    struct form *const *form; /* by number - 1 */
    const struct tally *tally;
    struct sorted sorted;
    struct buffer old, new, part; /* a cell's value, a group's part */
    struct counters counters;
    struct err *err;
};

/* Sorted rows first .. last - 1: those of one cell or of one group of it. */
struct run {
    size_t first, last;
};

/* Make the group's part anew in f->part (no bytes: no rows are left) from the
 * old one (NULL: there was none) and the rows. */
typedef enum status fold_change_fn(struct fold *f, const struct part *old,
                                   struct run rows, void *ctx);

/* f->new from f->old and the rows of a cell. */
MUST_USE enum status fold_cell(struct fold *f, struct run rows,
                               fold_change_fn *change, void *ctx);
/* The next run behind `last` with one key. */
struct run fold_next(const struct fold *f, size_t last);

static inline const struct tally_row *fold_row(const struct fold *f, size_t i)
{
    return &f->sorted.row[i];
}

/* Its answers, after asking for those of a row ahead: they lie scattered. */
static inline const uint8_t *fold_answers(const struct fold *f, size_t i)
{
    const size_t ahead = i + 12 < f->tally->rows ? i + 12 : i;

    __builtin_prefetch(tally_answers(f->tally, fold_row(f, ahead)));
    return tally_answers(f->tally, fold_row(f, i));
}

static inline const struct cell_key *fold_key(const struct fold *f,
                                              struct run rows)
{
    return &f->sorted.rank[f->sorted.rank_of[fold_row(f, rows.first)->cell]]
                .key;
}

static inline const struct form *fold_form(const struct fold *f,
                                           struct run rows)
{
    return f->form[tally_cell(f->tally, fold_row(f, rows.first))->form - 1];
}

/* The layers of moments; f is sorted for LAYER_FIT. */
MUST_USE enum status fold_moments(struct fold *f);

/* All layers, inside a transaction of the cube's table. */
MUST_USE enum status fold_tally(struct cube *cube, struct form *const *form,
                                const struct tally *t, struct err *err);

#endif
