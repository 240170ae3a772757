/* section_cross_loadings.c - every item against every construct. */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "scorer/quality.h"

/* An item is told once, wherever a higher-order construct repeats it. */
static void drop_repeated(const struct pls_model *m, double *value)
{
    const size_t k = m->constructs;
    size_t n = 0;

    for (size_t i = 0; i < m->items; i++)
        if (m->original[i] == i)
            memmove(value + n++ * k, value + i * k, k * sizeof *value);
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    double *value = malloc(m->items * m->constructs * sizeof *value);

    (void)err;
    if (!value)
        return ST_NOMEM;
    quality_cross_loadings(m, r->fit, r->cor, value);
    drop_repeated(m, value);
    *state = value;
    return ST_OK;
}

static const char *code(const struct pls_model *m, size_t row)
{
    size_t i = 0;

    while (m->original[i] != i || row-- > 0)
        i++;
    return pls_item_code(m, i);
}

static struct report_matrix matrix(const struct fit_result *r,
                                   const double *value)
{
    const struct pls_model *m = &r->plan->model;

    return (struct report_matrix){.model = m,
                                  .title = "item",
                                  .rows = m->distinct,
                                  .code = code,
                                  .value = value,
                                  .digits = 3};
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

const struct report_section section_cross_loadings = {
    .name = "cross_loadings",
    .title = "Cross-loadings: correlations of items with constructs",
    .make = make,
    .text = text,
    .json = json,
};
