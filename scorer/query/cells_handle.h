/* cells_handle.h - the inside of struct cells, for this folder. */
#ifndef QUERY_CELLS_HANDLE_H
#define QUERY_CELLS_HANDLE_H

#include "cube.h"
#include "forms.h"

struct cells {
    struct store *store; /* the caller's */
    struct cube cube;
    struct forms forms;
    size_t count; /* forms that have answers, by number - 1 */
    struct form **form;
};

/* Throw the cube away and begin at the start of the log, with a log line that
 * names the cause. */
MUST_USE enum status cells_discard(struct cells *c, const char *cause,
                                   struct err *err);

/* Make `form` the one with the next number. */
MUST_USE enum status cells_number(struct cells *c, struct form *form);

/* Inside a transaction: which version stands for each form. */
MUST_USE enum status cells_put_forms(struct cells *c, struct err *err);

/* The cells of a form on a layer, from and to both included (days or months,
 * as the layer is), in the order of their keys.  ST_STOPPED from `fn` ends
 * the walk and is ST_OK; ST_CORRUPT says that the value cannot be read. */
typedef enum status cells_walk_fn(void *ctx, const struct cell *cell,
                                  const uint8_t *value, size_t len);
MUST_USE enum status cells_walk(struct cells *c, const struct form *form,
                                enum layer layer, int32_t from, int32_t to,
                                cells_walk_fn *fn, void *ctx, struct err *err);

#endif
