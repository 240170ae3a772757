/* cells.h - sums by cell, kept in cube.db and brought up to date from the
 * store's log.
 *
 * Score cells (survey form, day, all dimensions) hold, by jackknife group, the
 * rows and for each item the count of each answer.  Fit cells (form, month,
 * operator, product, province, stratum, frame; FIT_CELLS_MAX a period) hold
 * the moments by group of the rows with >= 80 % of the model's items.  All are
 * integers: what is added can be taken out again, to the bit.
 *
 * cube.db is a cache: deleted, it is made again from the store.
 */
#ifndef SCORER_CELLS_H
#define SCORER_CELLS_H

#include "collector/store.h"
#include "scorer/moments.h"

enum dimension {
    DIM_PERIOD, /* month */
    DIM_OPERATOR,
    DIM_PRODUCT,
    DIM_PROVINCE,
    DIM_ORG,
    DIM_CHANNEL,
    DIM_ENTRY,
    DIM_FRAME,
    DIM_TOUCHPOINT,
    DIM_CLASS,
    DIM_STRATUM,
    DIM_ATTRIBUTE, /* the first of ATTRIBUTES_MAX */
    DIMENSIONS = DIM_ATTRIBUTE + ATTRIBUTES_MAX
};
const char *dimension_name(enum dimension d); /* "province" */
/* By the first `len` bytes of a text; false: none is named so. */
bool dimension_find(const char *name, size_t len, enum dimension *out);

struct cells;

/* The cube of one store.  `path` NULL: in memory, rebuilt by each process. */
MUST_USE enum status cells_open(struct store *store, const char *path,
                                struct cells **out, struct err *err);
void cells_close(struct cells **c);

/* Fold in what is new in the log.  *rows: entries read. */
MUST_USE enum status cells_update(struct cells *c, uint64_t *rows,
                                  struct err *err);
/* The same by parts: `limit` entries at most.  A cube that must be made again
 * begins with the next step. */
struct cells_step {
    uint64_t limit;
    uint64_t rows; /* entries read */
    bool more;     /* there may be further ones */
};
MUST_USE enum status cells_step(struct cells *c, struct cells_step *step,
                                struct err *err);
const struct watermark *cells_watermark(const struct cells *c);

/* The surveys (by form) that have answers; newest version of each form. Owned
 * by the cells. */
size_t cells_forms(const struct cells *c);
const struct survey *cells_form(const struct cells *c, size_t i);

/* Counts of one score cell's group, as handed to a walk.  Strata with several
 * rates are several cells. */
struct score_part {
    const struct context *context; /* entry, channel, frame ... included */
    int32_t day;
    uint32_t rate_ppm; /* of the stratum; 0 = not known */
    unsigned group;
    int64_t rows;
    /* items x points counts: count[start[i] + v - 1] is how often stored value
     * v was given to item i; start has items + 1 members */
    size_t items;
    const uint32_t *start;
    const int64_t *count;
    /* rows that answer an item of each construct (as pls_model_of has them) */
    size_t constructs;
    const int64_t *answered;
};
typedef enum status cells_score_fn(void *ctx, const struct score_part *part);
MUST_USE enum status cells_scores(struct cells *c, const struct survey *form,
                                  int32_t from_day, int32_t to_day,
                                  cells_score_fn *fn, void *ctx,
                                  struct err *err);

struct fit_part {
    const struct context *context; /* operator, product, province, stratum and
                                      frame; the others are zero */
    int32_t month;
    uint32_t rate_ppm; /* of the stratum; 0 = not known */
    unsigned group;
    const struct moments *moments; /* of the model's items, model order */
};
typedef enum status cells_fit_fn(void *ctx, const struct fit_part *part);
MUST_USE enum status cells_fits(struct cells *c, const struct survey *form,
                                int32_t from_month, int32_t to_month,
                                cells_fit_fn *fn, void *ctx, struct err *err);

#endif
