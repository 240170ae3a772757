/* held.h - what readers have of live months, and what they have seen.
 *
 * Two readings with one answer between them would tell that answer.  So
 * readers have the month's cells as they were when their leaf (operator x
 * province x channel) last moved, and a leaf moves when its answers are ten
 * more or fewer than it held.  All that readers see is sums of leaves, so
 * every difference that they can make is of ten people at least.
 *
 * Kept in a durable table, by default FILE-readers.db beside the store.  It is
 * no cache: what readers have seen cannot be made again.
 */
#ifndef QUERY_HELD_H
#define QUERY_HELD_H

#include "item_weights.h"
#include "scorer/lattice.h"

enum { HELD_BATCH = LATTICE_BATCH };

/* A leaf waits until it moves by ten for each construct that seven of ten
 * answer.  What fewer answer is not for readers: one of ten newcomers may. */
enum { HELD_TENTHS = 7 };

struct held;

/* `path` NULL: a file of its own, removed when closed. */
MUST_USE enum status held_open(const char *path, struct held **out,
                               struct err *err);
void held_close(struct held **h);

/* Let the leaves of a form's month move that may.  *undecided: what is open
 * was not decided since some did; decide, and say held_decided. */
MUST_USE enum status held_refresh(struct held *h, struct cells *c,
                                  const struct form *form, int32_t month,
                                  bool *undecided, struct err *err);
MUST_USE enum status held_decided(struct held *h, const struct form *form,
                                  int32_t month, struct err *err);

/* As cells_walk on LAYER_MONTH, of what is held. */
MUST_USE enum status held_walk(struct held *h, const struct form *form,
                               int32_t from, int32_t to, cells_walk_fn *fn,
                               void *ctx, struct err *err);

/* As item_weights_fit for one month, as of when its leaves moved last.  Of the
 * fits nothing is kept. */
MUST_USE enum status held_weights(struct held *h, struct cells *c,
                                  const struct item_weights_of *of,
                                  struct item_weights **out, struct err *err);

/* ---- which cells are open, by construct ---- */

/* Set `seen`, `shown` and `held` of the lattice's cells as they were kept. */
MUST_USE enum status held_recall(struct held *h, const struct form *form,
                                 int32_t month, const char *construct,
                                 struct lattice *l, struct err *err);
/* Keep them, `open` too; durable on return. */
MUST_USE enum status held_keep(struct held *h, const struct form *form,
                               int32_t month, const char *construct,
                               const struct lattice *l, struct err *err);
/* A cell that was never kept is closed; *known: it was. */
MUST_USE enum status held_is_open(struct held *h, const struct form *form,
                                  int32_t month, const char *construct,
                                  enum lattice_level level,
                                  const struct lattice_codes *codes,
                                  bool *known, bool *open, struct err *err);

#endif
