/* section_blindfolding.c - Q2, the older measure of prediction. */
#include <math.h>
#include <stdlib.h>

#include "fit_sample.h"
#include "report.h"
#include "scorer/predict.h"

enum { DISTANCE = 7 };

static size_t distance(const struct fit_result *r)
{
    return r->asked->omission ? (size_t)r->asked->omission : DISTANCE;
}

static bool wanted(const struct fit_asked *asked)
{
    return asked->report || asked->predict;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    struct fit_sample sample = {.row = NULL};
    double *q2 = calloc(CONSTRUCTS_MAX, sizeof *q2);
    enum status st = q2 ? fit_sample_make(r->data, &sample, err) : ST_NOMEM;

    if (st == ST_OK)
        st = predict_blindfold(&sample.sample, distance(r), q2, err);
    fit_sample_free(&sample);
    if (st == ST_OK)
        *state = q2;
    else
        free(q2);
    return st;
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {"construct", ">Q2"};
    const struct pls_model *m = &r->plan->model;
    const double *q2 = state;
    struct table *t = NULL;
    enum status st = table_new(2, titles, &t);

    (void)fprintf(out,
                  "One answer in %zu left out in turn; above 0: better than "
                  "item means (Chin 1998).\n",
                  distance(r));
    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        char cell[FIT_CELL];
        const char *const cells[] = {pls_construct_code(m, c),
                                     fit_cell(cell, q2[c], 3)};

        if (!isnan(q2[c]))
            st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const double *q2 = state;

    json_put_object(j, key);
    json_put_integer(j, "omission_distance", (int64_t)distance(r));
    json_put_object(j, "q2");
    for (size_t c = 0; c < m->constructs; c++)
        if (!isnan(q2[c]))
            json_put_number(j, pls_construct_code(m, c), q2[c]);
    json_close(j);
    json_close(j);
}

const struct report_section section_blindfolding = {
    .name = "blindfolding",
    .title = "Blindfolding: cross-validated redundancy",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json,
};
