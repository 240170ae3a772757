/* cells.h - what the draw did in each cell: events, excluded and why, eligible,
 * drawn.  So a unit cannot hide those whom it did not ask.
 *
 * A cell is a local day and all dimensions without the attributes.
 */
#ifndef INVITE_CELLS_H
#define INVITE_CELLS_H

#include "collector/wire.h"

#define CELLS_MAX (1u << 18)

struct cell {
    struct context context; /* its attributes are 0 */
    int32_t day;
    uint32_t rate_ppm;
    uint32_t stratum; /* the draw's number of it */
    uint32_t events, eligible, drawn;
    uint32_t excluded[EXCLUDED_REASONS];
};

/* Zeroed before its first use. */
struct cells {
    struct cell *list;
    uint32_t *slot; /* number of a cell + 1, 0: free */
    size_t count, cap;
    uint8_t key[16]; /* of the hash that spreads them */
};

/* The number of the cell of this context and day; made when it is new.
 * ST_RANGE past CELLS_MAX. */
MUST_USE enum status cells_at(struct cells *c, const struct context *context,
                              int32_t day, uint32_t *out);
void cells_free(struct cells *c);

#endif
