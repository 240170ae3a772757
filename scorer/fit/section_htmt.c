/* section_htmt.c - the heterotrait-monotrait ratios, with their intervals. */
#include <math.h>
#include <stdlib.h>

#include "report.h"
#include "scorer/quality.h"

struct htmt {
    bool intervals;
    double value[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    double high[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
};

static bool has_pairs(const struct fit_result *r)
{
    return r->plan->model.constructs > 1;
}

const double *report_htmt_high(const struct fit_result *r, double *high)
{
    const struct fit_numbers *n = r->numbers;
    const size_t first = n->first[FIT_HTMT];

    if (r->how->kind == FIT_NONE || n->first[FIT_HTMT + 1] == first)
        return NULL;
    for (size_t i = first; i < n->first[FIT_HTMT + 1]; i++)
        high[i - first] = n->interval[i].high;
    return high;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    struct htmt *h;

    (void)err;
    if (!has_pairs(r))
        return ST_NOTFOUND;
    h = calloc(1, sizeof *h);
    if (!h)
        return ST_NOMEM;
    quality_htmt(&r->plan->model, r->cor, h->value);
    h->intervals = report_htmt_high(r, h->high) != NULL;
    *state = h;
    return ST_OK;
}

static enum status write_matrix(const struct fit_result *r, const double *value,
                                FILE *out)
{
    const struct pls_model *m = &r->plan->model;
    const struct report_matrix x = {.model = m,
                                    .title = "construct",
                                    .rows = m->constructs,
                                    .code = pls_construct_code,
                                    .value = value,
                                    .digits = 3,
                                    .lower = true};

    return report_matrix_text(&x, out);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct htmt *h = state;
    enum status st = write_matrix(r, h->value, out);

    if (st != ST_OK || !h->intervals)
        return st;
    (void)fprintf(out, "\nUpper limits of their %g %% intervals:\n",
                  100 * r->how->level);
    return write_matrix(r, h->high, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct htmt *h = state;
    const size_t k = m->constructs;

    json_put_array(j, key);
    for (size_t a = 0; a < k; a++)
        for (size_t b = a + 1; b < k; b++) {
            const struct interval *i =
                &r->numbers->interval[r->numbers->first[FIT_HTMT] + a * k + b];

            json_put_object(j, NULL);
            json_put_text(j, "a", pls_construct_code(m, a));
            json_put_text(j, "b", pls_construct_code(m, b));
            json_put_number(j, "value", h->value[a * k + b]);
            json_put_number(j, "se", h->intervals ? i->se : NAN);
            json_put_number(j, "low", h->intervals ? i->low : NAN);
            json_put_number(j, "high", h->intervals ? i->high : NAN);
            json_close(j);
        }
    json_close(j);
}

const struct report_section section_htmt = {
    .name = "htmt",
    .title = "Heterotrait-monotrait ratios (HTMT)",
    .measures = FIT_MEASURE(FIT_HTMT),
    .make = make,
    .text = text,
    .json = json,
};
