/* interaction.c - see interaction.h.  Two passes over the rows: scores take a
 * multiplication an answer, the sums of products a few dozen a row. */
#include "interaction.h"

#include <math.h>
#include <string.h>

#include "scorer/ldl.h"

enum { TERMS_MAX = CONSTRUCTS_MAX + INTERACTIONS_MAX };

/* A pivot of a correlation matrix below this is none. */
#define SINGULAR 1e-10

/* Terms are constructs, then products. */
struct stage {
    const struct interactions *x;
    const struct pls_model *m;
    const struct pls_fit *fit;
    const struct interaction_rows *rows;
    size_t terms;
    bool used[TERMS_MAX];
    double mean[CONSTRUCTS_MAX],
        sd[CONSTRUCTS_MAX]; /* of scores as they come */
    double rows_in, weight; /* how many, and of what weight */
    double sum[TERMS_MAX];
    double cross[TERMS_MAX * TERMS_MAX];
    struct err *err;
};

static const char *code(const struct stage *s, size_t construct)
{
    return pls_construct_code(s->m, construct);
}

static void choose_terms(struct stage *s)
{
    const size_t k = s->m->constructs;

    s->terms = k + s->x->count;
    for (size_t i = 0; i < s->x->count; i++) {
        const struct interaction *it = &s->x->list[i];

        s->used[it->from] = s->used[it->by] = s->used[it->to] = true;
        s->used[k + i] = true;
        for (size_t p = 0; p < k; p++)
            s->used[p] |= s->m->path[it->to * k + p];
    }
}

/* sum w_j (x_j - mean_j) / s_j; a missing answer is the mean. */
static double score(const struct stage *s, const uint8_t *row, size_t c)
{
    const struct pls_fit *f = s->fit;
    double y = 0;

    for (size_t j = s->m->first[c]; j < s->m->first[c + 1]; j++)
        if (row[j])
            y += f->weight[j] * (row[j] - f->mean[j]) / f->sd[j];
    return y;
}

static double weight_of(const struct interaction_rows *x, size_t r)
{
    return x->times[r] * (x->weight ? x->weight[r] : 1);
}

/* What divides sums of squares: the weight less that of an average row, n - 1
 * without weights, as in the estimate's own covariances. */
static double divisor(const struct stage *s)
{
    return s->weight - s->weight / s->rows_in;
}

static enum status measure_scores(struct stage *s)
{
    const struct interaction_rows *x = s->rows;
    double square[CONSTRUCTS_MAX] = {0};

    for (size_t r = 0; r < x->rows; r++) {
        const double w = weight_of(x, r);

        if (!(w > 0))
            continue;
        s->rows_in += x->times[r];
        s->weight += w;
        for (size_t c = 0; c < s->m->constructs; c++) {
            double y;

            if (!s->used[c])
                continue;
            y = score(s, x->row + r * s->m->items, c);
            s->mean[c] += w * y;
            square[c] += w * y * y;
        }
    }
    for (size_t c = 0; c < s->m->constructs; c++) {
        if (!s->used[c])
            continue;
        s->mean[c] /= s->weight;
        s->sd[c] = sqrt((square[c] - s->weight * s->mean[c] * s->mean[c]) /
                        divisor(s));
        if (!(s->sd[c] > 0 && isfinite(s->sd[c])))
            return err_set(s->err, ST_NUMERIC, "%s: its score does not vary",
                           code(s, c));
    }
    return ST_OK;
}

static void make_terms(const struct stage *s, const uint8_t *row, double *term)
{
    const size_t k = s->m->constructs;

    for (size_t c = 0; c < k; c++)
        term[c] = s->used[c] ? (score(s, row, c) - s->mean[c]) / s->sd[c] : 0;
    for (size_t i = 0; i < s->x->count; i++)
        term[k + i] = term[s->x->list[i].from] * term[s->x->list[i].by];
}

/* Covariances of the terms. */
static void cross_terms(struct stage *s)
{
    const struct interaction_rows *x = s->rows;
    const size_t n = s->terms;

    for (size_t r = 0; r < x->rows; r++) {
        const double w = weight_of(x, r);
        double term[TERMS_MAX];

        if (!(w > 0))
            continue;
        make_terms(s, x->row + r * s->m->items, term);
        for (size_t i = 0; i < n; i++) {
            if (!s->used[i])
                continue;
            s->sum[i] += w * term[i];
            for (size_t j = i; j < n; j++)
                s->cross[i * n + j] += w * term[i] * term[j];
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            s->cross[i * n + j] = s->cross[j * n + i] =
                (s->cross[i * n + j] - s->sum[i] * s->sum[j] / s->weight) /
                divisor(s);
}

/* What construct `to` is regressed on; `without` is a product that is left out,
 * or none. */
static size_t list_predictors(const struct stage *s, size_t to, size_t without,
                              size_t *list)
{
    const size_t k = s->m->constructs;
    bool in[TERMS_MAX] = {false};
    size_t n = 0;

    for (size_t p = 0; p < k; p++)
        in[p] = s->m->path[to * k + p];
    for (size_t i = 0; i < s->x->count; i++)
        if (s->x->list[i].to == to)
            in[s->x->list[i].by] = in[k + i] = true;
    for (size_t t = 0; t < s->terms; t++)
        if (in[t] && t != without)
            list[n++] = t;
    return n;
}

/* Coefficients by term into beta[terms], 0 for what is no predictor. */
static enum status regress(const struct stage *s, size_t to, size_t without,
                           double *beta, double *r2)
{
    const size_t terms = s->terms;
    double a[TERMS_MAX * TERMS_MAX], b[TERMS_MAX], sd[TERMS_MAX];
    size_t list[TERMS_MAX];
    const size_t n = list_predictors(s, to, without, list);
    const double own = s->cross[to * terms + to];

    if (!(s->rows_in > (double)n + 1))
        return err_set(s->err, ST_NUMERIC,
                       "%s: too few rows for %zu predictors", code(s, to), n);
    for (size_t i = 0; i < n; i++)
        sd[i] = sqrt(s->cross[list[i] * terms + list[i]]);
    for (size_t i = 0; i < n; i++) {
        b[i] = s->cross[to * terms + list[i]] / (sd[i] * sqrt(own));
        for (size_t j = i; j < n; j++)
            a[i * n + j] =
                s->cross[list[i] * terms + list[j]] / (sd[i] * sd[j]);
    }
    if (!ldl_factor(a, n, n, SINGULAR, NULL))
        return err_set(s->err, ST_NUMERIC,
                       "%s: what it depends on, products included, determines "
                       "one another",
                       code(s, to));
    memset(beta, 0, terms * sizeof *beta);
    for (size_t i = 0; i < n; i++)
        beta[list[i]] = b[i];
    *r2 = 0;
    ldl_solve(a, n, n, b);
    for (size_t i = 0; i < n; i++) {
        *r2 += b[i] * beta[list[i]];
        beta[list[i]] = b[i] * sqrt(own) / sd[i];
    }
    return ST_OK;
}

static enum status estimate(const struct stage *s, size_t i, double *out)
{
    const struct interaction *it = &s->x->list[i];
    const size_t product = s->m->constructs + i;
    double beta[TERMS_MAX], less[TERMS_MAX], r2, r2_less;
    enum status st = regress(s, it->to, SIZE_MAX, beta, &r2);

    if (st == ST_OK)
        st = regress(s, it->to, product, less, &r2_less);
    if (st != ST_OK)
        return st;
    out[INTERACTION_PRODUCT] = beta[product];
    out[INTERACTION_LOW] = beta[it->from] - beta[product];
    out[INTERACTION_MEAN] = beta[it->from];
    out[INTERACTION_HIGH] = beta[it->from] + beta[product];
    out[INTERACTION_BY] = beta[it->by];
    out[INTERACTION_F2] =
        1 - r2 > SINGULAR ? (r2 - r2_less) / (1 - r2) : (double)NAN;
    return ST_OK;
}

enum status interactions_estimate(const struct interactions *x,
                                  const struct pls_model *m,
                                  const struct pls_fit *fit,
                                  const struct interaction_rows *rows,
                                  double *out, struct err *err)
{
    struct stage s = {.x = x, .m = m, .fit = fit, .rows = rows, .err = err};
    double numbers[INTERACTIONS_MAX * INTERACTION_NUMBERS];
    enum status st;

    choose_terms(&s);
    st = measure_scores(&s);
    if (st == ST_OK)
        cross_terms(&s);
    for (size_t i = 0; i < x->count && st == ST_OK; i++)
        st = estimate(&s, i, numbers + i * INTERACTION_NUMBERS);
    if (st == ST_OK)
        memcpy(out, numbers, x->count * INTERACTION_NUMBERS * sizeof *out);
    return st;
}
