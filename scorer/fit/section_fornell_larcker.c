/* section_fornell_larcker.c - whether constructs are closer to their own items
 * than to one another. */
#include <stdlib.h>

#include "report.h"
#include "scorer/quality.h"

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    double *value = malloc(m->constructs * m->constructs * sizeof *value);

    (void)err;
    if (!value)
        return ST_NOMEM;
    quality_fornell_larcker(m, r->fit, value);
    *state = value;
    return ST_OK;
}

static struct report_matrix matrix(const struct fit_result *r,
                                   const double *value)
{
    const struct pls_model *m = &r->plan->model;

    return (struct report_matrix){.model = m,
                                  .title = "construct",
                                  .rows = m->constructs,
                                  .code = pls_construct_code,
                                  .value = value,
                                  .digits = 3,
                                  .lower = true};
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct report_matrix x = matrix(r, state);

    return report_matrix_text(&x, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct report_matrix x = matrix(r, state);

    report_matrix_json(&x, key, j);
}

const struct report_section section_fornell_larcker = {
    .name = "fornell_larcker",
    .title = "Correlations of constructs; sqrt(AVE) on the diagonal",
    .make = make,
    .text = text,
    .json = json,
};
