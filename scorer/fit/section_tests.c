/* section_tests.c - is a number different from 0?  t and p of the paths, total
 * effects, weights and loadings, and of a bootstrap its mean and bias.
 *
 * t = estimate / standard error.  p is two-sided: of a bootstrap by the normal
 * distribution, of a jackknife by Student's with the degrees of freedom of its
 * intervals (scorer/errors.h).
 */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "fit_design.h"
#include "report.h"

/* A standard error below this is rounding: the number does not vary. */
#define VARIES 1e-9
/* A p below this is 0.0000 on four digits. */
#define SMALL 0.00005

enum { TESTED = 4 };

static const enum fit_measure tested[TESTED] = {FIT_PATHS, FIT_TOTAL,
                                                FIT_WEIGHTS, FIT_LOADINGS};

static bool wanted(const struct fit_asked *asked)
{
    return asked->report && asked->tests;
}

/* All is known. */
static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    (void)err;
    *state = NULL;
    return r->how->kind == FIT_NONE ? ST_NOTFOUND : ST_OK;
}

struct test {
    double t, p;
};

static struct test test_of(const struct fit_result *r, size_t at)
{
    const struct fit_numbers *n = r->numbers;
    const struct fit_design *d = r->how->design;
    const double se = n->interval[at].se;
    struct test test = {NAN, NAN};

    if (!(se >= VARIES))
        return test;
    test.t = n->estimate[at] / se;
    if (r->how->kind == FIT_BOOTSTRAP)
        test.p = 2 * gsl_cdf_ugaussian_Q(fabs(test.t));
    else
        test.p =
            2 * gsl_cdf_tdist_Q(fabs(test.t), (double)(d ? d->units - d->strata
                                                         : n->replicates - 1));
    return test;
}

/* Of the replicates that did not fail; NaN when all did. */
static double mean_of(const struct fit_numbers *n, size_t at)
{
    double sum = 0;
    size_t count = 0;

    for (size_t k = 0; k < n->replicates; k++) {
        const double value = n->replicate[k * n->count + at];

        if (isnan(value))
            continue;
        sum += value;
        count++;
    }
    return count ? sum / (double)count : NAN;
}

static enum status add_row(const struct fit_result *r, enum fit_measure measure,
                           size_t i, struct table *t)
{
    const struct fit_numbers *n = r->numbers;
    const size_t at = n->first[measure] + i;
    const struct test test = test_of(r, at);
    const struct fit_name of = fit_measure_name(&r->plan->model, measure, i);
    char name[FIT_NAME], cell[4][FIT_CELL];
    const char *const cells[] = {
        name, fit_cell(cell[0], n->estimate[at], 3),
        fit_cell(cell[1], n->interval[at].se, 3), fit_cell(cell[2], test.t, 2),
        test.p < SMALL ? "<0.0001" : fit_cell(cell[3], test.p, 4)};

    if (!of.count)
        return ST_OK;
    fit_name_join(&of, " -> ", name);
    return table_row(t, cells);
}

static enum status add_table(const struct fit_result *r,
                             enum fit_measure measure, FILE *out)
{
    const char *const titles[] = {fit_measure_words[measure], ">value", ">se",
                                  ">t", ">p"};
    const size_t *first = r->numbers->first;
    struct table *t = NULL;
    enum status st = table_new(5, titles, &t);

    for (size_t i = 0; i < first[measure + 1] - first[measure]; i++)
        if (st == ST_OK)
            st = add_row(r, measure, i, t);
    return fit_table_end(&t, st, out);
}

/* Nothing of a model of a single construct leads anywhere. */
static bool idle(const struct fit_result *r, enum fit_measure measure)
{
    return r->plan->model.constructs == 1 &&
           (measure == FIT_PATHS || measure == FIT_TOTAL);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    enum status st = ST_OK;

    (void)state;
    for (size_t k = 0; k < TESTED && st == ST_OK; k++) {
        if (idle(r, tested[k]))
            continue;
        st = add_table(r, tested[k], out);
        (void)fputc('\n', out);
    }
    (void)fprintf(out, "p is two-sided, by %s.\n",
                  r->how->kind == FIT_BOOTSTRAP ? "the normal distribution"
                                                : "Student's t");
    return st;
}

static void put(const struct fit_result *r, enum fit_measure measure, size_t i,
                struct json *j)
{
    const struct fit_numbers *n = r->numbers;
    const size_t at = n->first[measure] + i;
    const struct test test = test_of(r, at);
    const struct fit_name of = fit_measure_name(&r->plan->model, measure, i);

    if (!of.count)
        return;
    json_put_object(j, NULL);
    json_put_array(j, "of");
    for (size_t k = 0; k < of.count; k++)
        json_put_text(j, NULL, of.code[k]);
    json_close(j);
    json_put_number(j, "value", n->estimate[at]);
    json_put_number(j, "se", n->interval[at].se);
    json_put_number(j, "t", test.t);
    json_put_number(j, "p", test.p);
    if (r->how->kind == FIT_BOOTSTRAP) {
        const double mean = mean_of(n, at);

        json_put_number(j, "mean", mean);
        json_put_number(j, "bias", mean - n->estimate[at]);
    }
    json_close(j);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const size_t *first = r->numbers->first;

    (void)state;
    json_put_object(j, key);
    for (size_t k = 0; k < TESTED; k++) {
        const enum fit_measure m = tested[k];

        json_put_array(j, fit_measure_words[m]);
        for (size_t i = 0; i < first[m + 1] - first[m]; i++)
            put(r, m, i, j);
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_tests = {
    .name = "tests",
    .title = "Different from 0?",
    .wanted = wanted,
    .measures = FIT_MEASURE(FIT_PATHS) | FIT_MEASURE(FIT_TOTAL) |
                FIT_MEASURE(FIT_WEIGHTS) | FIT_MEASURE(FIT_LOADINGS),
    .make = make,
    .text = text,
    .json = json};
