/* estimates.h - the cells of a query with all that their numbers rest on.
 *
 * What the kinds of question build on: the index of each construct in each
 * cell, and the same without each jackknife group, with the item weights and
 * means that it is made of.  Whatever is computed from estimates has its error
 * from the same computation on the replicates: a difference of two cells, a
 * rank, a gain.
 *
 * This is what analysts work with: nothing is suppressed here.  A kind that
 * answers a reader asks release.h what may be seen.
 */
#ifndef SCORER_ESTIMATES_H
#define SCORER_ESTIMATES_H

#include "scorer/index.h"
#include "scorer/query.h"

/* The national item weights of a form, fitted on all operators and provinces
 * of the frames and months asked for.  `without` and `part` leave a group out
 * (a group of no rows: as `u` and `fit`); where that could not be fitted,
 * part[g].iterations is 0 and without[g] is NaN. */
struct item_weights {
    const struct form *form;
    const struct pls_model *model;
    int32_t from, to; /* months */
    uint32_t frames;
    int64_t rows; /* fitted on */
    bool fitted;
    double u[ITEMS_MAX]; /* by model item; NaN: none */
    double without[GROUPS][ITEMS_MAX];
    struct pls_fit fit; /* where fitted */
    struct pls_fit part[GROUPS];
};

struct cell_estimate {
    const char *survey;            /* code; of a roll-up: the family */
    uint8_t form[HASH_SIZE];       /* of a roll-up: SHA-256 of its forms */
    const char *const *cell;       /* by_count codes, as asked */
    const char *construct;         /* code */
    const struct pls_model *model; /* NULL: of a roll-up */
    size_t number;                 /* of the construct in the model */
    bool own;                      /* the cell is all that u was fitted on */
    bool hidden;                   /* from the reader who asks */
    uint32_t flags;                /* enum score_flag, but for those of n */
    int64_t n;                     /* responses that answer the construct */
    double weight;                 /* the sum of their weights; n unweighted */
    double rollup;                 /* its survey's weight in a roll-up */
    double n_eff;                  /* (sum w)^2 / sum w^2 */
    double index;                  /* NaN: none; `flags` say why */
    /* Without each group; one without an answer here is not used. */
    bool used[GROUPS];
    double without[GROUPS];
    double fixed[GROUPS]; /* the same with the item weights of all */
    double weight_without[GROUPS];
    int64_t n_without[GROUPS];
    /* By item of the construct, in its order; NULL: of a roll-up. */
    const double *mean;         /* of stored answers; NaN: no answer */
    const double *mean_without; /* [group * items + item] */
    const struct item_weights *weights;
};

enum { WEIGHTING_TEXT = 192, ROLLUP_TEXT = 32 };

struct estimates {
    char weighting[WEIGHTING_TEXT]; /* as in struct score */
    char rollup[ROLLUP_TEXT];
    size_t count;
    struct cell_estimate *list; /* by cell, survey, form, construct */
    void **memory;              /* of each: codes and means */
};

/* Fold in what is new in the log: before the calls below. */
MUST_USE enum status engine_update(struct engine *e, struct err *err);
const struct watermark *engine_watermark(const struct engine *e);
/* After a call that returned *st: a damaged cube is thrown away; true: begin
 * again with engine_update. */
bool engine_mended(struct engine *e, enum status *st, struct err *err);

/* The cells of a query, as of the last update.  Views in them live until the
 * next update.  ST_NOTFOUND as engine_scores.  `met` (NULL is fine) as in
 * struct scores; caller frees both. */
MUST_USE enum status engine_estimates(struct engine *e, const struct query *q,
                                      struct estimates *out, bool **met,
                                      struct err *err);
void estimates_free(struct estimates *l);

/* The hexadecimal id of kind, request and watermark. */
MUST_USE enum status engine_name(struct engine *e, const char *kind,
                                 const struct query *q, char out[33],
                                 struct err *err);

/* SE and interval of the estimate, by the jackknife over its used groups. */
struct interval cell_interval(const struct cell_estimate *e);
/* That of a function of several cells: `value` of all, replicate[g] without
 * each group; a group used by none of the cells is left out. */
struct interval cells_interval(double value, const double replicate[GROUPS],
                               const struct cell_estimate *const *cell,
                               size_t count);

/* Estimates of one cell and construct; NULL: none. */
const struct cell_estimate *estimates_find(const struct estimates *l,
                                           size_t by_count,
                                           const char *const *cell,
                                           const char *construct);

#endif
