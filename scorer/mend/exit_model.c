/* exit_model.c - the model of leaving, how good it is, and what it says of
 * cells. */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "exit.h"
#include "rated.h"

static double normal_quantile(void)
{
    return gsl_cdf_ugaussian_Pinv(0.5 + ERRORS_LEVEL / 2);
}

static void add_columns(struct exiting *x, const struct column *list,
                        size_t count, bool cell)
{
    result_column(
        x->out,
        &(struct column){.name = "survey", .type = VALUE_TEXT, .place = 1});
    if (cell)
        result_cell(x->out, x->query->by, x->query->by_count, 2);
    for (size_t i = 0; i < count; i++)
        result_column(x->out, &list[i]);
}

static void note(struct exiting *x)
{
    const struct leaving *l = &x->leaving;

    result_note(x->out,
                "%zu of %zu people left; lines that match no answer: %zu; "
                "outcomes of before the answer: %zu; earlier answers of the "
                "same people: %zu; answers without an index: %zu",
                l->fit.events, l->rows, l->unmatched, l->early, l->repeated,
                l->incomplete);
    if (leaving_is_thin(l))
        result_note(x->out,
                    "under %d people of the rarer outcome for each coefficient "
                    "(few_events): estimates are biased",
                    LOGISTIC_EVENTS);
}

/* ---- coefficients ---- */

static const struct column model_columns[] = {
    {.name = "term", .type = VALUE_TEXT, .place = 101},
    {.name = "value", .type = VALUE_NUMBER, .place = 102, .digits = 4},
    {.name = "se", .type = VALUE_NUMBER, .place = 105, .digits = 4},
    {.name = "low", .type = VALUE_NUMBER, .place = 103, .digits = 4},
    {.name = "high", .type = VALUE_NUMBER, .place = 104, .digits = 4},
    {.name = "odds_ratio", .type = VALUE_NUMBER, .place = 106, .digits = 3},
    {.name = "odds_low", .type = VALUE_NUMBER, .place = 107, .digits = 3},
    {.name = "odds_high", .type = VALUE_NUMBER, .place = 108, .digits = 3},
    {.name = "statistic", .type = VALUE_NUMBER, .place = 109, .digits = 2},
    {.name = "df", .type = VALUE_COUNT, .place = 110},
    {.name = "p", .type = VALUE_NUMBER, .place = 111, .digits = 4},
    {.name = "n", .type = VALUE_COUNT, .place = 112},
    {.name = "left", .type = VALUE_COUNT, .place = 113},
    {.name = "flags", .type = VALUE_WORDS, .place = 114}};

struct term {
    const char *name;
    struct interval interval;
    double value;
    bool odds; /* of ten points */
    struct logistic_test test;
};

static void put_term(struct exiting *x, const struct term *t)
{
    const struct leaving *l = &x->leaving;

    result_text(x->out, x->plan->survey->code);
    result_text(x->out, t->name);
    result_number(x->out, t->value);
    result_number(x->out, t->interval.se);
    result_number(x->out, t->interval.low);
    result_number(x->out, t->interval.high);
    result_number(x->out, t->odds ? exp(10 * t->value) : NAN);
    result_number(x->out, t->odds ? exp(10 * t->interval.low) : NAN);
    result_number(x->out, t->odds ? exp(10 * t->interval.high) : NAN);
    result_number(x->out, t->test.statistic);
    result_count(x->out, t->test.df ? (int64_t)t->test.df : COUNT_NONE);
    result_number(x->out, t->test.p);
    result_count(x->out, (int64_t)l->rows);
    result_count(x->out, (int64_t)l->fit.events);
    exit_put_flags(x, (int64_t)l->rows, false,
                   leaving_is_thin(l) ? "few_events" : "");
}

static struct interval normal_interval(double value, double se)
{
    const double half = normal_quantile() * se;

    return (struct interval){se, value - half, value + half};
}

/* Wald's. */
static void put_coefficient(struct exiting *x, size_t k)
{
    const struct logistic_fit *f = &x->leaving.fit;
    const double se = logistic_se(f, k), z = f->b[k] / se;
    const struct term t = {.name = k ? x->leaving.name[k - 1] : "constant",
                           .value = f->b[k],
                           .interval = normal_interval(f->b[k], se),
                           .odds = k > 0,
                           .test = {z, 0, 2 * gsl_cdf_ugaussian_Q(fabs(z))}};

    put_term(x, &t);
}

static void put_test(struct exiting *x, const char *name,
                     struct logistic_test test)
{
    const struct term t = {
        .name = name, .value = NAN, .interval = {NAN, NAN, NAN}, .test = test};

    put_term(x, &t);
}

/* `part`: it lies between 0 and 1. */
static void put_value(struct exiting *x, const char *name, double value,
                      double se, bool part)
{
    struct term t = {.name = name,
                     .value = value,
                     .interval = normal_interval(value, se),
                     .test = {NAN, 0, NAN}};

    if (part && !isnan(t.interval.low)) {
        t.interval.low = fmax(0, t.interval.low);
        t.interval.high = fmin(1, t.interval.high);
    }
    put_term(x, &t);
}

enum status exit_tell_model(struct exiting *x)
{
    const struct leaving *l = &x->leaving;

    add_columns(x, model_columns, sizeof model_columns / sizeof *model_columns,
                false);
    for (size_t k = 0; k <= l->columns; k++)
        put_coefficient(x, k);
    put_test(x, "likelihood_ratio", l->ratio);
    put_test(x, "hosmer_lemeshow", l->goodness);
    put_value(x, "auc", l->auc, l->auc_se, true);
    put_value(x, "auc_left_out", l->auc_out, l->auc_out_se, true);
    put_value(x, "slope_left_out", l->slope_out, l->slope_out_se, false);
    result_note(x->out,
                "value: of logit P(leaves) by one point; odds_ratio: of ten "
                "points more.  _left_out: of people left out of the fit, in "
                "ten folds; a slope under 1 says that the model exaggerates");
    note(x);
    return ST_OK;
}

/* ---- calibration ---- */

static const struct column calibration_columns[] = {
    {.name = "risk", .type = VALUE_COUNT, .place = 101},
    {.name = "n", .type = VALUE_COUNT, .place = 102},
    {.name = "left", .type = VALUE_COUNT, .place = 103},
    {.name = "expected", .type = VALUE_NUMBER, .place = 104, .digits = 1},
    {.name = "observed", .type = VALUE_NUMBER, .place = 105, .digits = 1}};

enum status exit_tell_calibration(struct exiting *x)
{
    const struct leaving *l = &x->leaving;

    add_columns(x, calibration_columns,
                sizeof calibration_columns / sizeof *calibration_columns,
                false);
    for (size_t i = 0; i < l->groups; i++) {
        const struct logistic_group *g = &l->group[i];

        result_text(x->out, x->plan->survey->code);
        result_count(x->out, (int64_t)i + 1);
        result_count(x->out, (int64_t)g->rows);
        result_count(x->out, (int64_t)g->events);
        result_number(x->out, 100 * g->expected / (double)g->rows);
        result_number(x->out, 100 * (double)g->events / (double)g->rows);
    }
    note(x);
    return ST_OK;
}

/* ---- cells ---- */

static const struct column cell_columns[] = {
    {.name = "n", .type = VALUE_COUNT, .place = 101},
    {.name = "left", .type = VALUE_COUNT},
    {.name = "expected", .type = VALUE_NUMBER, .place = 102, .digits = 1},
    {.name = "expected_se", .type = VALUE_NUMBER},
    {.name = "expected_low", .type = VALUE_NUMBER, .place = 103, .digits = 1},
    {.name = "expected_high", .type = VALUE_NUMBER, .place = 104, .digits = 1},
    {.name = "observed", .type = VALUE_NUMBER, .place = 105, .digits = 1},
    {.name = "observed_low", .type = VALUE_NUMBER, .place = 106, .digits = 1},
    {.name = "observed_high", .type = VALUE_NUMBER, .place = 107, .digits = 1},
    {.name = "z", .type = VALUE_NUMBER, .place = 108, .digits = 1},
    {.name = "flags", .type = VALUE_WORDS, .place = 109}};

static void put_cell(struct exiting *x, size_t cell,
                     const struct leaving_cell *c)
{
    const bool shown = c->rows >= N_SHOWN;
    const double part = shown ? 100 * (double)c->events / (double)c->rows : NAN;
    const struct interval e = normal_interval(shown ? c->expected : NAN,
                                              shown ? c->expected_se : NAN),
                          o = rated_wilson(part, (double)c->rows);

    result_text(x->out, x->plan->survey->code);
    for (size_t d = 0; d < x->query->by_count; d++)
        result_text(x->out, split_code(&x->split, cell, d));
    result_count(x->out, (int64_t)c->rows);
    result_count(x->out, shown ? (int64_t)c->events : COUNT_NONE);
    result_number(x->out, shown ? c->expected : NAN);
    result_number(x->out, e.se);
    result_number(x->out, isnan(e.low) ? NAN : fmax(0, e.low));
    result_number(x->out, isnan(e.high) ? NAN : fmin(100, e.high));
    result_number(x->out, part);
    result_number(x->out, shown ? o.low : NAN);
    result_number(x->out, shown ? o.high : NAN);
    result_number(x->out, shown ? c->z : NAN);
    exit_put_flags(x, (int64_t)c->rows, false, "modelled");
}

enum status exit_tell_cells(struct exiting *x)
{
    const size_t cells = x->split.cells;
    struct leaving_cell *list = malloc((cells + 1) * sizeof *list);
    enum status st = list ? leaving_cells(&x->leaving, cells, list) : ST_NOMEM;

    add_columns(x, cell_columns, sizeof cell_columns / sizeof *cell_columns,
                true);
    for (size_t i = 0; i < cells && st == ST_OK; i++)
        put_cell(x, i, &list[i]);
    free(list);
    result_note(x->out,
                "expected: by the model, from their indices; observed with "
                "Wilson's interval; z: observed less expected over what chance "
                "would do");
    note(x);
    return st;
}
