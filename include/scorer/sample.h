/* sample.h - rows of answers in memory, and sums of some of them.
 *
 * What is estimated again and again from parts of the same rows (folds,
 * permutations, resamples) adds rows up exactly, or in doubles when rows have
 * weights, and estimates from the sums.
 */
#ifndef SCORER_SAMPLE_H
#define SCORER_SAMPLE_H

#include "scorer/moments.h"
#include "scorer/pls.h"
#include "scorer/weighted.h"

/* All of it is the caller's. */
struct sample {
    const struct pls_model *model;
    enum missing_policy missing;
    size_t rows;
    const uint8_t *row;   /* rows x model->items, 0 = missing; under
                             MISSING_COMPLETE none is */
    const double *weight; /* of each row, above 0; NULL: all alike */
};

/* Told now and then, by the calling thread, how much of long work is done. */
typedef void sample_tell_fn(void *ctx, size_t done, size_t all);

static inline const uint8_t *sample_row(const struct sample *s, size_t r)
{
    return s->row + r * s->model->items;
}

static inline double sample_weight(const struct sample *s, size_t r)
{
    return s->weight ? s->weight[r] : 1;
}

/* One of the two is there. */
struct sample_sums {
    struct moments *plain;
    struct weighted *weighted;
};

/* Empty sums of rows of `s`; free them. */
MUST_USE enum status sample_sums_new(const struct sample *s,
                                     struct sample_sums *out);
void sample_sums_free(struct sample_sums *sums);
void sample_sums_clear(struct sample_sums *sums);
int64_t sample_sums_rows(const struct sample_sums *sums);
double sample_sums_weight(const struct sample_sums *sums); /* or rows */

/* `rows` rows that lie one behind the other; `weight` NULL: without. */
MUST_USE enum status sample_sums_add(struct sample_sums *sums,
                                     const uint8_t *row, const double *weight,
                                     size_t rows);
/* The rows of `s` with the `n` numbers at `which`. */
MUST_USE enum status sample_sums_pick(struct sample_sums *sums,
                                      const struct sample *s,
                                      const uint32_t *which, size_t n);
MUST_USE enum status sample_sums_merge(struct sample_sums *into,
                                       const struct sample_sums *from);
MUST_USE enum status sample_sums_subtract(struct sample_sums *into,
                                          const struct sample_sums *from);

/* Mean (items) and covariances (items x items) under the sample's policy. */
MUST_USE enum status sample_sums_covariance(const struct sample_sums *sums,
                                            const struct sample *s,
                                            double *mean, double *cov,
                                            struct err *err);
/* The same, then pls_estimate. */
MUST_USE enum status sample_sums_fit(const struct sample_sums *sums,
                                     const struct sample *s,
                                     const double *start, struct pls_fit *out,
                                     struct err *err);

/* Sum and sum of squares, each row times its weight, of what the fit's weights
 * make of construct `c`'s answers; `fit` need not be of these rows, and its
 * means stand for missing answers. */
struct sample_score {
    double sum, squares;
};
struct sample_score sample_sums_score(const struct sample_sums *sums,
                                      const struct pls_model *m,
                                      const struct pls_fit *fit, size_t c);

#endif
