/* maps.h - predictors as linear maps.
 *
 * Whoever predicts here, the prediction of item i from answers x with presence
 * p is linear in what was answered:
 *
 *     a_i + sum_j (p_j ? C_ij x_j : F_ij),   F_ij = C_ij mean_j
 *
 * so the estimates of all folds that saw a row predict together by the sum of
 * their maps less the map of the one that did not.
 */
#ifndef SCORER_PREDICT_MAPS_H
#define SCORER_PREDICT_MAPS_H

#include "scorer/predict.h"

/* ST_NUMERIC: a row without all answers has no scores to predict from. */
MUST_USE enum status maps_check_rows(const struct sample *s, struct err *err);

/* Constructs that something predicts; what they are predicted from. */
struct maps_targets {
    const struct pls_model *model;
    enum predict_technique technique;
    bool endogenous[CONSTRUCTS_MAX];
    bool source[CONSTRUCTS_MAX * CONSTRUCTS_MAX]; /* [of * constructs + from] */
};

/* ST_NUMERIC: there is nothing to predict, or it would predict itself. */
MUST_USE enum status maps_targets_of(const struct pls_model *m,
                                     enum predict_technique technique,
                                     struct maps_targets *out, struct err *err);

/* A map is a, then C and F by column: what answer j is to all items lies
 * together, filled up with zeros, so that predicting adds wide vectors. */
enum { MAPS_LANES = 4 };

static inline size_t maps_pitch(const struct pls_model *m)
{
    return (m->items + MAPS_LANES - 1) / MAPS_LANES * MAPS_LANES;
}

static inline size_t maps_size(const struct pls_model *m)
{
    return maps_pitch(m) * (1 + 2 * m->items);
}

/* The PREDICTORS maps, one behind the other, of rows with these means and
 * covariances and the fit of them.  Rows of items that nothing predicts stay
 * as they are; what cannot be estimated is NaN. */
void maps_make(const struct maps_targets *t, const struct pls_fit *fit,
               const double *mean, const double *cov, double *maps);

/* All items of a row by the map of predictor `who`; `out` has ITEMS_MAX. */
void maps_predict(const struct pls_model *m, size_t who, const double *map,
                  const uint8_t *row, double *restrict out);

#endif
