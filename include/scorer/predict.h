/* predict.h - does the model predict answers that it has not seen?
 *
 * PLSpredict (Shmueli, Ray, Velasquez Estrada & Chatla 2016, J. Business
 * Research 69(10); Shmueli et al. 2019, European J. Marketing 53(11)): rows are
 * dealt to k folds; the model is estimated without a fold, and the fold's
 * answers to the items of constructs that depend on others are predicted from
 * its answers to the rest.
 *
 * CVPAT (Liengaard et al. 2021, Decision Sciences 52(2); Sharma et al. 2023,
 * European J. Marketing 57(6)): whether the mean squared error is smaller than
 * that of a plain predictor by more than chance.
 *
 * Q2 by blindfolding (Stone 1974, J. R. Statist. Soc. B 36(2); Geisser 1974,
 * Biometrika 61(1); Chin 1998, p. 317): the older measure, cross-validated
 * redundancy.
 *
 * 24 items cost 2 microseconds a row and repetition; nothing is kept of a row
 * but its losses.
 */
#ifndef SCORER_PREDICT_H
#define SCORER_PREDICT_H

#include "scorer/sample.h"

enum {
    PREDICT_FOLDS_MAX = 100,
    PREDICT_REPETITIONS_MAX = 1000,
    BLINDFOLD_MAX = 1000 /* omission distance */
};

/* The scores that a construct is predicted from. */
enum predict_technique {
    PREDICT_DIRECT,  /* of the constructs with an arrow to it */
    PREDICT_EARLIEST /* of those that no arrow leads to, through all between */
};

/* Who predicts an item. */
enum predictor {
    PREDICT_PLS,
    PREDICT_LM,     /* least squares on the items of the constructs that the
                       technique predicts from */
    PREDICT_LM_ALL, /* the same on the items of all other constructs, also of
                       those behind it, as seminr does: a hard benchmark */
    PREDICT_MEAN,   /* the item's mean: "indicator average" */
    PREDICTORS
};

struct predict_plan {
    enum predict_technique technique;
    size_t folds;         /* k, 2 .. PREDICT_FOLDS_MAX */
    size_t repetitions;   /* with other folds each; 1 when they are given */
    uint64_t seed;        /* draws the folds ... */
    const uint32_t *fold; /* ... or NULL: given, 0 .. folds - 1 by row */
    sample_tell_fn *tell; /* NULL: nobody listens */
    void *ctx;
};

/* Of answer less prediction; NaN where nothing was answered, or where the
 * items that a regression predicts from determine one another. */
struct predict_error {
    double rmse, mae;
};

struct predict_item {
    int64_t n; /* answers */
    /* `in`: of the mean of the predictions by those estimates that saw the
     * row; `out`: by the one that did not.  Over all repetitions. */
    struct predict_error in[PREDICTORS], out[PREDICTORS];
    double q2; /* 1 - SSE / SSE of the mean, out of sample */
};

/* PLS against another predictor by each row's mean squared error over items
 * (then over repetitions); Student's t on n - 1 degrees, two-sided. */
struct predict_test {
    int64_t n;
    double pls, other; /* mean losses */
    double t, p;       /* t < 0: PLS is better */
};

/* Shmueli et al. 2019, table 5: on how many items PLS has the lower RMSE than
 * PREDICT_LM. */
enum predict_power {
    POWER_UNKNOWN,
    POWER_NONE,
    POWER_LOW,    /* on the minority */
    POWER_MEDIUM, /* on half of them or the majority */
    POWER_HIGH    /* on all */
};

/* Sharma et al. 2023, at 5 %. */
enum predict_validity {
    VALIDITY_UNKNOWN,
    VALIDITY_NONE,  /* not better than the item means */
    VALIDITY_BASIC, /* better than those */
    VALIDITY_STRONG /* and better than PREDICT_LM */
};

struct predict_summary {
    size_t items, better; /* better than PREDICT_LM */
    enum predict_power power;
    enum predict_validity validity;
    struct predict_test test[PREDICTORS]; /* none of PREDICT_PLS */
};

/* What others predict nothing of has n = 0 and NaN. */
struct prediction {
    struct predict_item item[ITEMS_MAX];
    struct predict_summary construct[CONSTRUCTS_MAX], overall;
};

/* "none", "low" ...; "none", "basic", "strong".  NULL: unknown. */
const char *predict_power_word(enum predict_power p);
const char *predict_validity_word(enum predict_validity v);

/* ST_NUMERIC with the cause: no construct depends on another; a higher-order
 * construct, whose items would predict themselves; fewer rows than folds;
 * missing answers under MISSING_PAIRWISE; a part that cannot be estimated (its
 * fold is named).  ST_RANGE: the plan's numbers.  Missing answers are the
 * means of the training part; they are predicted, but not judged. */
MUST_USE enum status predict(const struct sample *s,
                             const struct predict_plan *plan,
                             struct prediction *out, struct err *err);

/* Q2 by construct; NaN where no arrow leads to.  In the block of a construct,
 * counted item after item down the rows, every `distance`-th answer is left
 * out, from the first, the second ... in turn; what is left out is the mean of
 * the rest while the model is estimated and predicted, by the constructs with
 * an arrow to it, afterwards:
 *
 *     Q2 = 1 - sum E / sum O
 *
 * E: squared errors of the prediction, O: of the mean, of standardised items.
 * ST_NUMERIC as above, and when the rows are a multiple of the distance: whole
 * rows would then be left out.  ST_RANGE: a distance below 2 or too long. */
MUST_USE enum status predict_blindfold(const struct sample *s, size_t distance,
                                       double *q2, struct err *err);

#endif
