/* judge.c - what the added-up errors say: RMSE and MAE, CVPAT, verdicts. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "misses.h"

#define LEVEL 0.05

const char *predict_power_word(enum predict_power p)
{
    static const char *const words[] = {NULL, "none", "low", "medium", "high"};

    return words[p];
}

const char *predict_validity_word(enum predict_validity v)
{
    static const char *const words[] = {NULL, "none", "basic", "strong"};

    return words[v];
}

static void judge_item(const struct misses *t, size_t i,
                       struct predict_item *out)
{
    const struct misses_item *x = &t->item[i];
    const double all = x->weight * (double)t->repetitions;

    out->n = x->n;
    for (size_t who = 0; who < PREDICTORS; who++) {
        out->in[who].rmse = sqrt(x->in_squares[who] / all);
        out->in[who].mae = x->in_sizes[who] / all;
        out->out[who].rmse = sqrt(x->out_squares[who] / all);
        out->out[who].mae = x->out_sizes[who] / all;
    }
    out->q2 = 1 - x->out_squares[PREDICT_PLS] / x->out_squares[PREDICT_MEAN];
}

static const double *losses(const struct misses *t, size_t r, size_t c)
{
    return t->loss + (r * (t->sample->model->constructs + 1) + c) * PREDICTORS;
}

/* Liengaard et al. 2021, eq. 4: t = mean d / (sd d / sqrt n) of the rows'
 * differences d.  With case weights w: the weighted mean, and its linearised
 * variance n / (n - 1) sum w^2 (d - mean)^2 / (sum w)^2. */
static struct predict_test test(const struct misses *t, size_t c, size_t other)
{
    struct predict_test out = {0, 0, 0, NAN, NAN};
    const double repetitions = (double)t->repetitions;
    double weight = 0, squares = 0, mean, error, n;

    for (size_t r = 0; r < t->sample->rows; r++) {
        const double *loss = losses(t, r, c);
        const double w = sample_weight(t->sample, r) / repetitions;

        if (isnan(loss[PREDICT_PLS]))
            continue;
        out.n++;
        weight += w * repetitions;
        out.pls += w * loss[PREDICT_PLS];
        out.other += w * loss[other];
    }
    n = (double)out.n;
    out.pls /= weight;
    out.other /= weight;
    mean = out.pls - out.other;
    for (size_t r = 0; r < t->sample->rows; r++) {
        const double *loss = losses(t, r, c);
        const double d = (loss[PREDICT_PLS] - loss[other]) / repetitions - mean;
        const double w = sample_weight(t->sample, r);

        if (!isnan(loss[PREDICT_PLS]))
            squares += w * w * d * d;
    }
    error = sqrt(n / (n - 1) * squares) / weight;
    if (out.n < 2 || !(error > 0))
        return out;
    out.t = mean / error;
    out.p = 2 * gsl_cdf_tdist_Q(fabs(out.t), n - 1);
    return out;
}

static bool better(const struct predict_test *t)
{
    return t->t < 0 && t->p < LEVEL;
}

static enum predict_validity validity(const struct predict_summary *s)
{
    if (isnan(s->test[PREDICT_MEAN].p))
        return VALIDITY_UNKNOWN;
    if (!better(&s->test[PREDICT_MEAN]))
        return VALIDITY_NONE;
    return better(&s->test[PREDICT_LM]) ? VALIDITY_STRONG : VALIDITY_BASIC;
}

static enum predict_power power(const struct predict_summary *s)
{
    if (s->items == 0)
        return POWER_UNKNOWN;
    if (s->better == 0)
        return POWER_NONE;
    if (s->better == s->items)
        return POWER_HIGH;
    return 2 * s->better < s->items ? POWER_LOW : POWER_MEDIUM;
}

/* Of the items from .. end - 1; as construct `c` of the losses. */
static void summarise(const struct misses *t, const struct predict_item *item,
                      size_t from, size_t end, size_t c,
                      struct predict_summary *out)
{
    for (size_t i = from; i < end; i++) {
        const double pls = item[i].out[PREDICT_PLS].rmse;
        const double lm = item[i].out[PREDICT_LM].rmse;

        if (isnan(pls) || isnan(lm))
            continue;
        out->items++;
        out->better += pls < lm;
    }
    for (size_t who = PREDICT_PLS + 1; who < PREDICTORS; who++)
        out->test[who] = test(t, c, who);
    out->power = power(out);
    out->validity = validity(out);
}

void misses_judge(const struct misses *t, struct prediction *out)
{
    const struct pls_model *m = t->sample->model;

    *out = (struct prediction){0};
    for (size_t i = 0; i < m->items; i++)
        judge_item(t, i, &out->item[i]);
    for (size_t c = 0; c < m->constructs; c++)
        summarise(t, out->item, m->first[c], m->first[c + 1], c,
                  &out->construct[c]);
    summarise(t, out->item, 0, m->items, m->constructs, &out->overall);
}
