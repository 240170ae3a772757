/* verdicts.c - all measures of one fit, judged.  See scorer/verdicts.h. */
#include "scorer/verdicts.h"

#include <math.h>

#include "block.h"
#include "scorer/plsc.h"
#include "scorer/quality.h"

struct list {
    const struct verdict_basis *basis;
    struct verdict *out;
    size_t count;
};

/* `what` has all but the band. */
static void add(struct list *l, struct verdict what)
{
    what.band = verdict_band(what.measure, what.value);
    if (what.band)
        l->out[l->count++] = what;
}

static void add_construct(struct list *l, enum verdict_measure measure,
                          size_t c, double value)
{
    add(l, (struct verdict){.measure = measure,
                            .about = VERDICT_OF_CONSTRUCT,
                            .a = c,
                            .value = value});
}

static void add_loadings(struct list *l)
{
    const struct pls_model *m = l->basis->model;

    for (size_t c = 0; c < m->constructs; c++)
        for (size_t i = m->first[c];
             block_reflective(m, c) && i < m->first[c + 1]; i++)
            add(l, (struct verdict){.measure = VERDICT_LOADING,
                                    .about = VERDICT_OF_ITEM,
                                    .a = i,
                                    .value = l->basis->fit->loading[i]});
}

/* The largest loading of an item on a construct that it does not belong to. */
static double elsewhere(const struct pls_model *m, const double *loading,
                        size_t item, size_t own)
{
    double most = 0;

    for (size_t c = 0; c < m->constructs; c++) {
        bool belongs = c == own;

        for (size_t i = m->first[c]; i < m->first[c + 1]; i++)
            belongs |= m->item[i] == m->item[item];
        if (!belongs)
            most = fmax(most, fabs(loading[item * m->constructs + c]));
    }
    return most;
}

static void add_cross_loadings(struct list *l)
{
    const struct pls_model *m = l->basis->model;
    double q[ITEMS_MAX * CONSTRUCTS_MAX];

    quality_cross_loadings(m, l->basis->fit, l->basis->r, q);
    for (size_t c = 0; c < m->constructs && m->constructs > 1; c++)
        for (size_t i = m->first[c];
             block_reflective(m, c) && i < m->first[c + 1]; i++)
            add(l, (struct verdict){.measure = VERDICT_CROSS_LOADING,
                                    .about = VERDICT_OF_ITEM,
                                    .a = i,
                                    .value = fabs(q[i * m->constructs + c]) -
                                             elsewhere(m, q, i, c)});
}

static double of(const struct quality_reliability *q,
                 enum verdict_measure measure)
{
    switch (measure) {
    case VERDICT_ALPHA:
        return q->alpha;
    case VERDICT_RHO_A:
        return q->rho_a;
    case VERDICT_RHO_C:
        return q->rho_c;
    case VERDICT_EIGENVALUE:
        return q->eigenvalue[1];
    default:
        return q->ave;
    }
}

static void add_reliability(struct list *l)
{
    static const enum verdict_measure measures[] = {
        VERDICT_ALPHA, VERDICT_RHO_A, VERDICT_RHO_C, VERDICT_EIGENVALUE,
        VERDICT_AVE};
    const struct pls_model *m = l->basis->model;
    struct quality_reliability q[CONSTRUCTS_MAX];

    quality_reliability(m, l->basis->fit, l->basis->cov, l->basis->r, q);
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        for (size_t c = 0; c < m->constructs; c++)
            if (block_reflective(m, c))
                add_construct(l, measures[i], c, of(&q[c], measures[i]));
}

static void add_fornell_larcker(struct list *l)
{
    const size_t k = l->basis->model->constructs;
    double q[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    quality_fornell_larcker(l->basis->model, l->basis->fit, q);
    for (size_t c = 0; c < k; c++) {
        double most = 0;

        for (size_t p = 0; p < k; p++)
            if (p != c)
                most = fmax(most, fabs(q[c * k + p]));
        if (k > 1 && block_reflective(l->basis->model, c))
            add_construct(l, VERDICT_FORNELL_LARCKER, c, q[c * k + c] - most);
    }
}

/* Items in mode B need not agree, so what they share with others tells nothing
 * against them. */
static bool formative(const struct pls_model *m, size_t c)
{
    return m->mode[c] == MODE_B && block_size(m, c) > 1;
}

static void add_pairs(struct list *l, enum verdict_measure measure,
                      const double *value)
{
    const struct pls_model *m = l->basis->model;
    const size_t k = m->constructs;

    for (size_t a = 0; a < k; a++)
        for (size_t b = a + 1; b < k && !formative(m, a); b++)
            if (!formative(m, b))
                add(l, (struct verdict){.measure = measure,
                                        .about = VERDICT_OF_PAIR,
                                        .a = a,
                                        .b = b,
                                        .value = value[a * k + b]});
}

static void add_htmt(struct list *l)
{
    double q[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    quality_htmt(l->basis->model, l->basis->r, q);
    add_pairs(l, VERDICT_HTMT, q);
    if (l->basis->htmt_high)
        add_pairs(l, VERDICT_HTMT_HIGH, l->basis->htmt_high);
}

static void add_vif_items(struct list *l)
{
    const struct pls_model *m = l->basis->model;
    double q[ITEMS_MAX];

    quality_vif_items(m, l->basis->r, q);
    for (size_t c = 0; c < m->constructs; c++)
        for (size_t i = m->first[c];
             m->mode[c] == MODE_B && i < m->first[c + 1]; i++)
            add(l, (struct verdict){.measure = VERDICT_VIF_ITEM,
                                    .about = VERDICT_OF_ITEM,
                                    .a = i,
                                    .value = q[i]});
}

static void add_arrows(struct list *l, enum verdict_measure measure,
                       const double *value)
{
    const size_t k = l->basis->model->constructs;

    for (size_t i = 0; i < k * k; i++)
        if (l->basis->model->path[i])
            add(l, (struct verdict){.measure = measure,
                                    .about = VERDICT_OF_ARROW,
                                    .a = i % k,
                                    .b = i / k,
                                    .value = value[i]});
}

static void add_structure(struct list *l)
{
    const struct pls_model *m = l->basis->model;
    double q[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    quality_vif_inner(m, l->basis->fit, q);
    add_arrows(l, VERDICT_VIF_INNER, q);
    for (size_t c = 0; c < m->constructs; c++)
        add_construct(l, VERDICT_R2, c, l->basis->fit->r2[c]);
    quality_f2_fixed(m, l->basis->fit, q);
    add_arrows(l, VERDICT_F2, q);
}

static void add_model(struct list *l, enum verdict_measure measure,
                      double value)
{
    add(l, (struct verdict){
               .measure = measure, .about = VERDICT_OF_MODEL, .value = value});
}

static void add_fit(struct list *l)
{
    const struct verdict_basis *b = l->basis;
    struct pls_fit consistent;

    if (b->model->items == 1)
        return;
    add_model(
        l, VERDICT_SRMR_PLS,
        quality_srmr(b->model, b->plain, b->r, QUALITY_PLS, QUALITY_ESTIMATED));
    if (pls_consistent(b->model, b->cov, b->plain, &consistent, NULL) == ST_OK)
        add_model(l, VERDICT_SRMR_PLSC,
                  quality_srmr(b->model, &consistent, b->r, QUALITY_PLSC,
                               QUALITY_ESTIMATED));
    add_model(l, VERDICT_GOF, quality_gof(b->model, b->plain));
}

size_t verdicts_of(const struct verdict_basis *basis, struct verdict *out)
{
    struct list l = {.basis = basis, .out = out};

    add_loadings(&l);
    add_cross_loadings(&l);
    add_reliability(&l);
    add_fornell_larcker(&l);
    add_htmt(&l);
    add_vif_items(&l);
    add_structure(&l);
    add_fit(&l);
    return l.count;
}
