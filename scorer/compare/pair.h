/* pair.h - one construct on two sides, and what its difference is made of.
 *
 * An index is made of item weights and item means, and a mean of shares of
 * customers and what each kind of them answers:
 *
 *     I = c (sum_j u_j x_j - 1),   x_j = sum_k s_k x_jk,   c = 100/(points - 1)
 *
 * with k the cells of the mix (product x province x channel).  A difference of
 * products splits without remainder when each factor changes at the other's
 * mean of both sides (Kitagawa 1955, J. American Statistical Association
 * 50(272), 1168-1194; with two factors also Shapley's value: Shorrocks 2013, J.
 * Economic Inequality 11, 99-126).  Applied twice, D the first side less the
 * second and a bar the mean of both:
 *
 *     weights = c sum_j Du_j xbar_j
 *     mix     = c sum_j ubar_j sum_k Ds_k xbar_jk
 *     answers = what is left:  c sum_j ubar_j (sum_k sbar_k Dx_jk + Dr_j)
 *
 * r_j being what an item's mean owes to people who left that item out, so the
 * three add up whatever is missing.  A cell of the mix with nobody on one side
 * has there the mean of the other side: its whole effect is mix.
 *
 * With forms that differ, the items of the same code, revision and scale count
 * alone, their u made to add up to 1 again; u that one form does not have
 * (frozen on a base before it) are lent by the other.  Or a link turns one
 * form's index into the other's; then nothing is split.
 */
#ifndef COMPARE_PAIR_H
#define COMPARE_PAIR_H

#include "link.h"
#include "measure.h"

struct leaf { /* a cell of the mix; one of them may be NULL */
    const struct cell_estimate *e[2];
};

enum pair_fault {
    PAIR_FINE,
    PAIR_NOTHING_COMMON, /* no item of both forms, and no link */
    PAIR_SEVERAL_FORMS   /* which of a survey's forms would be its partner? */
};

struct pair {
    const struct cell_estimate *e[2]; /* NULL: nobody on that side */
    size_t common;
    size_t at[2][ITEMS_MAX];      /* where the common items stand in each */
    bool all;                     /* items of both are common */
    size_t weights[2];            /* whose u each side has: 0, 1 */
    const struct form_link *link; /* NULL: none */
    size_t linked;                /* the side that it turns into the other's */
    size_t leaves;
    struct leaf *leaf;
    enum pair_fault fault;
};

/* From e[]: common items, weights, link, fault.  One may stand alone. */
void pair_match(struct pair *p, const struct form_links *links);

/* The index of that side in a sample, as the comparison has it. */
double pair_value(const struct pair *p, size_t side, size_t sample);

struct split {
    double weights, mix;
};
/* NaN of a linked pair, 0 of one that stands alone. */
struct split pair_split(const struct pair *p, size_t sample);

/* The index that `score` tells, on both sides. */
static inline bool pair_plain(const struct pair *p)
{
    return p->all && !p->link && p->weights[0] == 0 && p->weights[1] == 1;
}

#endif
