/* section_reliability.c - how far the items of each construct agree. */
#include <stdlib.h>

#include "report.h"
#include "scorer/quality.h"

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    struct quality_reliability *q = calloc(m->constructs, sizeof *q);

    (void)err;
    if (!q)
        return ST_NOMEM;
    quality_reliability(m, r->fit, r->cov, r->cor, q);
    *state = q;
    return ST_OK;
}

enum { NUMBERS = 10 };

static enum status write_construct(const struct pls_model *m, size_t c,
                                   const struct quality_reliability *q,
                                   struct table *t)
{
    const double value[NUMBERS] = {
        q->alpha,      q->alpha_cov, q->rho_a,         q->rho_c,
        q->rho_dg,     q->ave,       q->eigenvalue[0], q->eigenvalue[1],
        q->rho_c_plsc, q->ave_plsc};
    const char *cells[1 + NUMBERS];
    char text[NUMBERS][FIT_CELL];

    cells[0] = pls_construct_code(m, c);
    for (size_t i = 0; i < NUMBERS; i++)
        cells[1 + i] = fit_cell(text[i], value[i], 3);
    return table_row(t, cells);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {
        "construct", ">alpha", ">raw",  ">rho_A", ">rho_C", ">rho_DG",
        ">AVE",      ">eig1",  ">eig2", ">rhoC*", ">AVE*"};
    const struct quality_reliability *q = state;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t c = 0; c < r->plan->model.constructs && st == ST_OK; c++)
        st = write_construct(&r->plan->model, c, &q[c], t);
    st = fit_table_end(&t, st, out);
    (void)fputs("alpha: of standardised items, raw: of the answers as they "
                "are; *: under PLSc\n",
                out);
    return st;
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct quality_reliability *q = state;

    json_put_object(j, key);
    for (size_t c = 0; c < m->constructs; c++, q++) {
        json_put_object(j, pls_construct_code(m, c));
        json_put_number(j, "alpha", q->alpha);
        json_put_number(j, "alpha_covariance", q->alpha_cov);
        json_put_number(j, "rho_a", q->rho_a);
        json_put_number(j, "rho_c", q->rho_c);
        json_put_number(j, "rho_dg", q->rho_dg);
        json_put_number(j, "ave", q->ave);
        json_put_array(j, "eigenvalues");
        json_put_number(j, NULL, q->eigenvalue[0]);
        json_put_number(j, NULL, q->eigenvalue[1]);
        json_close(j);
        json_put_number(j, "rho_c_plsc", q->rho_c_plsc);
        json_put_number(j, "ave_plsc", q->ave_plsc);
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_reliability = {
    .name = "reliability",
    .title = "Reliability of constructs",
    .make = make,
    .text = text,
    .json = json,
};
