/* interaction.h - whether a construct changes how strongly another one acts on
 * a third, in two stages (Chin, Marcoulides & Newsted 2003, Information Systems
 * Research 14(2); Henseler & Fassott 2010, Handbook of Partial Least Squares,
 * ch. 30).
 *
 * The first stage is the estimate as it is, without any interaction.  The
 * second is a regression over rows: of the score y_t on the scores of what
 * leads to t, of the moderator, and on the products y_a y_b,
 *
 *     y_t = ... + beta_a y_a + beta_b y_b + beta_ab y_a y_b.
 *
 * Scores have mean 0 and variance 1 over the rows; the product is taken of
 * these and not standardised again, so beta_ab is what the effect of a gains
 * with each standard deviation of b, and beta_a its effect where b is average
 * (Aiken & West 1991).  A missing answer is the item's mean; under pairwise
 * correlations too, as no pair of answers tells of a product.
 */
#ifndef SCORER_FIT_INTERACTION_H
#define SCORER_FIT_INTERACTION_H

#include "scorer/pls.h"

struct interaction {
    size_t from, by, to; /* `by` moderates from -> to */
};

struct interactions {
    size_t count;
    struct interaction list[INTERACTIONS_MAX];
};

/* "IMG*VAL:SAT,...": VAL moderates IMG -> SAT.  ST_INVALID with the cause: not
 * of this form, an unknown construct, no such path, a construct by itself, the
 * same product twice, a moderator that depends on what it moderates.  ST_RANGE:
 * more than INTERACTIONS_MAX. */
MUST_USE enum status interactions_parse(const struct pls_model *m,
                                        const char *text,
                                        struct interactions *out,
                                        struct err *err);

/* What is told of an interaction: f2 by leaving the product out (Cohen 1988,
 * 9.2.1), the others from the whole regression.  At -1, 0 and 1 standard
 * deviations of the moderator, others at their means. */
enum interaction_number {
    INTERACTION_PRODUCT, /* beta_ab */
    INTERACTION_LOW,     /* beta_a - beta_ab */
    INTERACTION_MEAN,    /* beta_a */
    INTERACTION_HIGH,    /* beta_a + beta_ab */
    INTERACTION_BY,      /* beta_b */
    INTERACTION_F2,      /* NaN: nothing is left to explain */
    INTERACTION_NUMBERS
};

/* All of the caller's. */
struct interaction_rows {
    size_t rows;
    const uint8_t *row;   /* rows x items, 0 = missing */
    const double *weight; /* of a row; NULL: 1 */
    const double *times;  /* how often it is there; 0: not at all */
};

/* By `fit`, which is of these rows, into out[interaction *
 * INTERACTION_NUMBERS + number].  ST_NUMERIC with the cause: too few rows,
 * scores or products that do not vary or determine one another. */
MUST_USE enum status interactions_estimate(const struct interactions *x,
                                           const struct pls_model *m,
                                           const struct pls_fit *fit,
                                           const struct interaction_rows *rows,
                                           double *out, struct err *err);

#endif
