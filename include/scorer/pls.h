/* pls.h - partial least squares path modelling (Lohmoeller 1989, ch. 2; Wold
 * 1982) on a covariance matrix.
 *
 * Estimation is split in three: initialise, iterate, test.  It reads only the
 * covariance matrix of the items and runs in a fixed order of plain additions,
 * so that the same matrix gives the same bits on every machine.
 */
#ifndef SCORER_PLS_H
#define SCORER_PLS_H

#include "base/err.h"
#include "surveys/survey.h"

#define PLS_TOLERANCE  1e-12 /* on max ||w_new| - |w_old|| */
#define PLS_ITERATIONS 300

/* The part of a survey that the estimator works on: only the items of its
 * constructs, in construct order.  Immutable. */
struct pls_model {
    size_t items;
    size_t distinct; /* < items: a higher-order construct repeats the items of
                        its parts (repeated indicators: Wold 1982; Lohmoeller
                        1989, 3.3) */
    size_t constructs;
    enum inner_scheme scheme;
    size_t item[ITEMS_MAX];           /* index into survey.item */
    size_t original[ITEMS_MAX];       /* the first place of the same item: its
                                         own, but where it is repeated */
    size_t first[CONSTRUCTS_MAX + 1]; /* items of construct c:
                                         first[c] .. first[c + 1] - 1 */
    enum construct_mode mode[CONSTRUCTS_MAX];
    bool path[CONSTRUCTS_MAX * CONSTRUCTS_MAX]; /* [to * constructs + from] */
    size_t order[CONSTRUCTS_MAX]; /* each after all that have arrows to it */
    const struct survey *survey;  /* names; outlives the model */
};

/* A survey without a model is one construct of its first scale item. */
void pls_model_of(const struct survey *s, struct pls_model *out);

/* The code of model item `item`; fits moments_covariance's `code` with the
 * model as context.  The code of a construct (without a model: the item's). */
const char *pls_item_code(const void *model, size_t item);
const char *pls_construct_code(const struct pls_model *m, size_t construct);

/* Everything estimated.  All arrays are by model item or construct; matrices
 * are [to * constructs + from], row-major. */
struct pls_fit {
    int iterations;
    double weight[ITEMS_MAX];  /* w: the construct's score is sum w_j z_j with
                                  unit variance, z standardised */
    double loading[ITEMS_MAX]; /* cor(item, own construct) */
    double sd[ITEMS_MAX];      /* of the items, divisor n - 1 */
    double mean[ITEMS_MAX];
    double correlation[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    double path[CONSTRUCTS_MAX * CONSTRUCTS_MAX];  /* 0 where no arrow */
    double total[CONSTRUCTS_MAX * CONSTRUCTS_MAX]; /* (I - B)^-1 - I */
    double r2[CONSTRUCTS_MAX];                     /* NaN: exogenous */
};

/* `mean` and `cov` are by model item (items x items).  `rows` is what they
 * were computed from.  `start` (NULL: weights of 1) are weights to begin from:
 * replicates of a fit converge sooner; the result is the same to the
 * tolerance.  ST_NUMERIC with the cause: no convergence, constant item, equal
 * items in mode B, fewer rows than distinct items, smallest eigenvalue < -1e-10
 * times the largest, w'Rw <= 0, predecessors that determine one another, R2
 * > 1. */
MUST_USE enum status pls_estimate(const struct pls_model *m, int64_t rows,
                                  const double *mean, const double *cov,
                                  const double *start, struct pls_fit *out,
                                  struct err *err);

/* Make `fit`'s signs those of `reference`: a construct whose weights point the
 * other way (negative inner product of the weights) is turned. */
void pls_align(const struct pls_model *m, const struct pls_fit *reference,
               struct pls_fit *fit);

#endif
