/* work.h - what one estimation works on; made for the stack (0.4 MB, of which
 * only what the model needs is touched), so that estimating never allocates.
 */
#ifndef SCORER_PLS_WORK_H
#define SCORER_PLS_WORK_H

#include "scorer/pls.h"

enum { PLS_LANES = 4 }; /* rows are filled up with zeros to these */

/* A pivot of a correlation matrix below this is none: what it belongs to is
 * determined by those before it, as far as doubles can tell. */
#define PLS_SINGULAR 1e-10

struct work {
    const struct pls_model *m;
    struct err *err;
    size_t pitch;                         /* of r and c: items, filled up */
    double r[ITEMS_MAX * ITEMS_MAX];      /* correlations of the items */
    double block[ITEMS_MAX * ITEMS_MAX];  /* mode B: factors of its blocks */
    double w[ITEMS_MAX];                  /* outer weights */
    double c[CONSTRUCTS_MAX * ITEMS_MAX]; /* [q][j]: cor(item j, score q) */
    double y[CONSTRUCTS_MAX * CONSTRUCTS_MAX]; /* cor(score p, score q) */
    double e[CONSTRUCTS_MAX * CONSTRUCTS_MAX]; /* inner weights [q][p] */
};

static inline double *work_scores(struct work *s, size_t construct)
{
    return s->c + construct * s->pitch;
}

/* Refuse what makes the matrix none of correlations. */
MUST_USE enum status work_definite(const struct work *s);

/* s->e from s->y, by the model's scheme. */
MUST_USE enum status work_inner(struct work *s);

/* The coefficients of construct `to` on its predecessors from s->y, into
 * line[0..constructs); 0 where there is no arrow. */
MUST_USE enum status work_regress(const struct work *s, size_t to,
                                  double *line);

/* Paths, R2 and total effects from s->y. */
MUST_USE enum status work_paths(const struct work *s, struct pls_fit *fit);

#endif
