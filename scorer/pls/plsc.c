/* plsc.c - see scorer/plsc.h.  Costs a few microseconds behind an estimate. */
#include "scorer/plsc.h"

#include <math.h>
#include <string.h>

#include "scorer/ldl.h"
#include "work.h"

/* What has no errors to be taken out. */
static bool composite(const struct pls_model *m, size_t c)
{
    return m->mode[c] == MODE_B || m->first[c + 1] - m->first[c] == 1;
}

/* w'w over the block of a construct. */
static double squares(const struct pls_model *m, const struct pls_fit *fit,
                      size_t c)
{
    double sum = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        sum += fit->weight[j] * fit->weight[j];
    return sum;
}

double pls_rho_a(const struct pls_model *m, const struct pls_fit *fit,
                 const double *cov, size_t construct)
{
    const double ww = squares(m, fit, construct);
    double shared = 0, products = 0;

    if (composite(m, construct))
        return 1;
    for (size_t i = m->first[construct]; i < m->first[construct + 1]; i++)
        for (size_t j = m->first[construct]; j < m->first[construct + 1]; j++) {
            const double w = fit->weight[i] * fit->weight[j];

            if (i == j)
                continue;
            shared += w * cov[i * m->items + j] / (fit->sd[i] * fit->sd[j]);
            products += w * w;
        }
    return products > 0 ? ww * ww * shared / products : NAN;
}

static enum status correct_loadings(struct work *s, const double *cov,
                                    struct pls_fit *fit, double *root)
{
    const struct pls_model *m = s->m;

    for (size_t c = 0; c < m->constructs; c++) {
        const double rho = pls_rho_a(m, fit, cov, c);

        if (!(rho > 0 && isfinite(rho)))
            return err_set(s->err, ST_NUMERIC,
                           "%s: rho_A is %.3g: its items do not measure one "
                           "thing, so nothing is consistent (PLSc)",
                           pls_construct_code(m, c), rho);
        root[c] = sqrt(rho);
        if (composite(m, c))
            continue;
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            fit->loading[j] = fit->weight[j] * root[c] / squares(m, fit, c);
    }
    return ST_OK;
}

static enum status correct_correlations(struct work *s, struct pls_fit *fit,
                                        const double *root)
{
    const struct pls_model *m = s->m;
    const size_t k = m->constructs;

    for (size_t p = 0; p < k; p++)
        for (size_t q = 0; q < k; q++) {
            const double r =
                p == q ? 1 : fit->correlation[p * k + q] / (root[p] * root[q]);

            if (!(fabs(r) <= 1))
                return err_set(s->err, ST_NUMERIC,
                               "%s and %s: their consistent correlation is "
                               "%.3g (PLSc): they are not two things",
                               pls_construct_code(m, p),
                               pls_construct_code(m, q), r);
            s->y[p * k + q] = r;
        }
    memcpy(fit->correlation, s->y, k * k * sizeof *s->y);
    return ST_OK;
}

enum status pls_consistent(const struct pls_model *m, const double *cov,
                           const struct pls_fit *fit, struct pls_fit *out,
                           struct err *err)
{
    struct work s;
    struct pls_fit consistent = *fit;
    double root[CONSTRUCTS_MAX];
    enum status st;

    s.m = m;
    s.err = err;
    if (m->distinct < m->items)
        return err_set(err, ST_NUMERIC,
                       "consistent estimates (PLSc) of a model with a "
                       "higher-order construct: it shares the errors of its "
                       "items with its parts");
    for (size_t i = 0; i < m->constructs * m->constructs; i++)
        consistent.path[i] = consistent.total[i] = 0;
    st = correct_loadings(&s, cov, &consistent, root);
    if (st == ST_OK)
        st = correct_correlations(&s, &consistent, root);
    if (st == ST_OK)
        st = work_paths(&s, &consistent);
    if (st == ST_OK)
        *out = consistent;
    return st;
}

/* With w'w l = w sqrt(rho), the correlation of score and construct is w'l. */
static double score_reliability(const struct pls_model *m,
                                const struct pls_fit *fit, size_t c)
{
    double root = 0;

    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        root += fit->weight[j] * fit->loading[j];
    return root * root;
}

static bool doubt_items(const struct pls_model *m, const struct pls_fit *fit,
                        size_t c, struct err *why)
{
    const double rho = score_reliability(m, fit, c);

    if (composite(m, c))
        return false;
    if (rho > 1) {
        (void)err_set(why, ST_NUMERIC, "%s: rho_A is %.3g, over 1",
                      pls_construct_code(m, c), rho);
        return true;
    }
    for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
        if (fabs(fit->loading[j]) > 1) {
            (void)err_set(why, ST_NUMERIC,
                          "%s: its consistent loading is %.3g, so its error "
                          "has a negative variance",
                          pls_item_code(m, j), fit->loading[j]);
            return true;
        }
    return false;
}

bool pls_consistent_doubt(const struct pls_model *m,
                          const struct pls_fit *consistent, struct err *why)
{
    const size_t k = m->constructs;
    double a[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    size_t bad;

    for (size_t c = 0; c < k; c++)
        if (doubt_items(m, consistent, c, why))
            return true;
    memcpy(a, consistent->correlation, k * k * sizeof *a);
    if (ldl_factor(a, k, k, 0, &bad))
        return false;
    (void)err_set(why, ST_NUMERIC,
                  "the consistent correlations of %s and the constructs before "
                  "it are not positive definite",
                  pls_construct_code(m, bad));
    return true;
}
