/* effects.h - what of an effect goes through which other constructs.
 *
 * A route is a chain of two or more arrows; its specific indirect effect is
 * the product of their coefficients (Wright 1934, Ann. Math. Statist. 5;
 * Zhao, Lynch & Chen 2010, J. Consumer Research 37).  A pair is two constructs
 * with a route between them; its indirect effect is total - direct, the sum
 * over its routes.
 *
 * All are pure functions of the model and an estimate, in one fixed order, so
 * that replicates may be compared number by number.  Nothing is allocated.
 */
#ifndef SCORER_EFFECTS_H
#define SCORER_EFFECTS_H

#include "scorer/pls.h"

struct effects_route {
    uint8_t length; /* constructs on it, 3 .. CONSTRUCTS_MAX */
    uint8_t construct[CONSTRUCTS_MAX];
};

struct effects_pair {
    uint8_t from, to;
};

enum { EFFECT_PAIRS_MAX = CONSTRUCTS_MAX * (CONSTRUCTS_MAX - 1) / 2 };

/* How many routes the model has; 0 when they are more than EFFECT_ROUTES_MAX,
 * which are not listed: effects_check tells the two apart (ST_RANGE). */
size_t effects_count(const struct pls_model *m);
MUST_USE enum status effects_check(const struct pls_model *m, struct err *err);

/* The routes: by first construct, then by last, then by those between, each in
 * the order of the model.  out[effects_count(m)]. */
void effects_routes(const struct pls_model *m, struct effects_route *out);

/* Their effects; `path` is that of a struct pls_fit. */
void effects_specific(const struct pls_model *m, const double *path,
                      double *out);

/* The pairs, by first and then by last construct, also where routes are not
 * listed.  out[EFFECT_PAIRS_MAX] (NULL: count only). */
size_t effects_pairs(const struct pls_model *m, struct effects_pair *out);

/* Of every pair: the indirect effect, and the share of the total effect that
 * it accounts for (VAF; Hair, Hult, Ringle & Sarstedt 2017, ch. 7).  NaN where
 * there is no such share: the direct effect points the other way, or nothing is
 * there to be shared.  out[effects_pairs(m, NULL)]. */
void effects_indirect(const struct pls_model *m, const struct pls_fit *fit,
                      double *out);
void effects_share(const struct pls_model *m, const struct pls_fit *fit,
                   double *out);

#endif
