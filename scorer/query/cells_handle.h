/* cells_handle.h - the inside of struct cells, for this folder. */
#ifndef QUERY_CELLS_HANDLE_H
#define QUERY_CELLS_HANDLE_H

#include "cube.h"
#include "forms.h"
#include "intern.h"

/* The forms that have answers, by number - 1, at one moment. */
struct numbered {
    size_t count;
    struct form **form;
    const struct survey **survey; /* the version met last of each */
};

struct cells {
    struct store *store; /* the caller's */
    struct cube cube;
    struct forms forms;
    size_t count; /* forms that have answers, by number - 1 */
    struct form **form;
    struct intern wiped; /* id and entry of what was met in the log without its
                            bytes: not in the sums */
    int64_t deadline;    /* monotonic ms: walks end then; 0: none */
};

/* Throw the cube away and begin at the start of the log, with a log line that
 * names the cause. */
MUST_USE enum status cells_discard(struct cells *c, const char *cause,
                                   struct err *err);

/* ST_BUSY once the deadline has passed. */
MUST_USE enum status cells_late(const struct cells *c, struct err *err);

/* Make `form` the one with the next number. */
MUST_USE enum status cells_number(struct cells *c, struct form *form);

/* Anew into *out, for another thread. */
MUST_USE enum status cells_list(const struct cells *c, struct numbered *out);
void numbered_free(struct numbered *n);

/* The numbers as the cube has them; ST_CORRUPT when the store does not know
 * them. */
MUST_USE enum status cells_read_forms(struct cells *c, struct err *err);
/* Inside a transaction. */
MUST_USE enum status cells_put_forms(struct cube *cube,
                                     const struct numbered *n, struct err *err);

/* ST_RANGE names a month whose fit cells were refused: over FIT_CELLS_MAX. */
MUST_USE enum status cells_check_fits(struct cells *c, const struct form *form,
                                      int32_t from, int32_t to,
                                      struct err *err);

/* The cells of a form on a layer, from and to both included (days or months,
 * as the layer is), in the order of their keys.  ST_STOPPED from `fn` ends
 * the walk and is ST_OK; ST_CORRUPT says that the value cannot be read. */
typedef enum status cells_walk_fn(void *ctx, const struct cell *cell,
                                  const uint8_t *value, size_t len);
/* `want` (NULL: all): those alone; the others cost nearly nothing. */
typedef bool cells_want_fn(void *ctx, const struct cell *cell);
MUST_USE enum status cells_walk_some(struct cells *c, const struct form *form,
                                     enum layer layer, int32_t from, int32_t to,
                                     cells_want_fn *want, cells_walk_fn *fn,
                                     void *ctx, struct err *err);
MUST_USE enum status cells_walk(struct cells *c, const struct form *form,
                                enum layer layer, int32_t from, int32_t to,
                                cells_walk_fn *fn, void *ctx, struct err *err);

#endif
