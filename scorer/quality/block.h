/* block.h - the items of one construct. */
#ifndef SCORER_QUALITY_BLOCK_H
#define SCORER_QUALITY_BLOCK_H

#include "scorer/pls.h"

/* A pivot of a correlation matrix below this is none. */
#define BLOCK_SINGULAR 1e-10

static inline size_t block_size(const struct pls_model *m, size_t c)
{
    return m->first[c + 1] - m->first[c];
}

static inline bool block_higher_order(const struct pls_model *m, size_t c)
{
    const struct model *model = &m->survey->model;

    return model->constructs && model->construct[c].parts;
}

/* Whether several items are taken to reflect one thing. */
static inline bool block_reflective(const struct pls_model *m, size_t c)
{
    return m->mode[c] == MODE_A && block_size(m, c) > 1 &&
           !block_higher_order(m, c);
}

/* The two largest eigenvalues of the items' correlations, and the eigenvector
 * of the first (block_size(m, c), of length 1). */
void block_eigen(const struct pls_model *m, const double *r, size_t c,
                 double value[2], double *vector);
/* All eigenvalues of the symmetric n x n matrix `a`, n <= ITEMS_MAX, in no
 * order. */
void block_eigenvalues(const double *a, size_t n, double *value);

#endif
