/* section_model_fit.c - how much is explained, and what is left. */
#include <math.h>
#include <stdlib.h>

#include "report.h"
#include "scorer/plsc.h"
#include "scorer/quality.h"

struct model_fit {
    double r2_adjusted[CONSTRUCTS_MAX];
    /* [enum quality_model][enum quality_structure] */
    struct quality_distance distance[2][2];
    double gof;
    struct err refused; /* why there is no consistent estimate, or "" */
};

static const char *const models[] = {"pls", "plsc"};
static const char *const structures[] = {"saturated", "estimated"};

enum { DISTANCES = 3 };

static const char *const words[DISTANCES] = {"srmr", "d_uls", "d_g"};
static const char *const names[DISTANCES] = {"SRMR", "d_ULS", "d_G"};

static double number(const struct quality_distance *d, size_t which)
{
    return which == 0 ? d->srmr : which == 1 ? d->d_uls : d->d_g;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    struct model_fit *f = calloc(1, sizeof *f);
    struct pls_fit consistent;
    enum status st;

    (void)err;
    if (!f)
        return ST_NOMEM;
    *state = f;
    st = pls_consistent(m, r->cov, r->plain, &consistent, &f->refused);
    quality_r2_adjusted(m, r->fit, r->rows, f->r2_adjusted);
    f->gof = quality_gof(m, r->plain);
    for (int s = QUALITY_SATURATED; s <= QUALITY_ESTIMATED; s++) {
        const enum quality_structure structure = (enum quality_structure)s;

        f->distance[QUALITY_PLS][s] =
            quality_distance(m, r->plain, r->cor, QUALITY_PLS, structure);
        f->distance[QUALITY_PLSC][s] =
            st == ST_OK ? quality_distance(m, &consistent, r->cor, QUALITY_PLSC,
                                           structure)
                        : (struct quality_distance){NAN, NAN, NAN};
    }
    return ST_OK;
}

static enum status write_r2(const struct fit_result *r,
                            const struct model_fit *f, FILE *out)
{
    static const char *const titles[] = {"construct", ">R2", ">R2 adjusted"};
    const struct pls_model *m = &r->plan->model;
    struct table *t = NULL;
    enum status st = table_new(3, titles, &t);

    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        char cell[2][FIT_CELL];
        const char *const cells[] = {pls_construct_code(m, c),
                                     fit_cell(cell[0], r->fit->r2[c], 3),
                                     fit_cell(cell[1], f->r2_adjusted[c], 3)};

        if (!isnan(r->fit->r2[c]))
            st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static enum status write_distance(const struct model_fit *f, size_t which,
                                  FILE *out)
{
    static const char *const of[] = {"PLS, composites", "PLSc, factors"};
    const char *const titles[] = {names[which], ">saturated", ">estimated"};
    struct table *t = NULL;
    enum status st = table_new(3, titles, &t);

    for (int i = QUALITY_PLS; i <= QUALITY_PLSC && st == ST_OK; i++) {
        char cell[2][FIT_CELL];
        const char *const cells[] = {
            of[i], fit_cell(cell[0], number(&f->distance[i][0], which), 4),
            fit_cell(cell[1], number(&f->distance[i][1], which), 4)};

        st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct model_fit *f = state;
    char cell[FIT_CELL];
    enum status st = ST_OK;

    if (r->plan->model.constructs > 1) {
        st = write_r2(r, f, out);
        (void)fputc('\n', out);
    }
    for (size_t i = 0; i < DISTANCES && st == ST_OK; i++)
        st = write_distance(f, i, out);
    if (*f->refused.text)
        (void)fprintf(out, "no PLSc: %s\n", f->refused.text);
    (void)fprintf(out, "GoF %s\n", fit_cell(cell, f->gof, 3));
    return st;
}

static void put_distance(const struct model_fit *f, size_t which,
                         struct json *j)
{
    json_put_object(j, words[which]);
    for (int i = QUALITY_PLS; i <= QUALITY_PLSC; i++) {
        json_put_object(j, models[i]);
        for (int s = QUALITY_SATURATED; s <= QUALITY_ESTIMATED; s++)
            json_put_number(j, structures[s],
                            number(&f->distance[i][s], which));
        if (i == QUALITY_PLSC && *f->refused.text)
            json_put_text(j, "refused", f->refused.text);
        json_close(j);
    }
    json_close(j);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct model_fit *f = state;

    json_put_object(j, key);
    json_put_object(j, "r2_adjusted");
    for (size_t c = 0; c < m->constructs; c++)
        if (!isnan(r->fit->r2[c]))
            json_put_number(j, pls_construct_code(m, c), f->r2_adjusted[c]);
    json_close(j);
    for (size_t i = 0; i < DISTANCES; i++)
        put_distance(f, i, j);
    json_put_number(j, "gof", f->gof);
    json_close(j);
}

const struct report_section section_model_fit = {
    .name = "model_fit",
    .title = "Fit of the model",
    .make = make,
    .text = text,
    .json = json,
};
