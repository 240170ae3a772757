/* section_arrows.c - how far each arrow says something of its own, and how
 * much. */
#include <stdlib.h>

#include "report.h"
#include "scorer/quality.h"

enum { MATRIX = CONSTRUCTS_MAX * CONSTRUCTS_MAX };

struct arrows {
    double vif[MATRIX], fixed[MATRIX], reestimated[MATRIX];
};

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    struct arrows *a;

    (void)err;
    if (m->constructs < 2)
        return ST_NOTFOUND;
    a = calloc(1, sizeof *a);
    if (!a)
        return ST_NOMEM;
    quality_vif_inner(m, r->fit, a->vif);
    quality_f2_fixed(m, r->fit, a->fixed);
    quality_f2_reestimated(m, r->fit, r->cov, r->rows,
                           r->plan->consistent ? QUALITY_PLSC : QUALITY_PLS,
                           a->reestimated);
    *state = a;
    return ST_OK;
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {
        "from", "to", ">VIF", ">f2 fixed scores", ">f2 re-estimated"};
    const struct pls_model *m = &r->plan->model;
    const struct arrows *a = state;
    const size_t k = m->constructs;
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t i = 0; i < k * k && st == ST_OK; i++) {
        char cell[3][FIT_CELL];
        const char *const cells[] = {
            pls_construct_code(m, i % k), pls_construct_code(m, i / k),
            fit_cell(cell[0], a->vif[i], 2), fit_cell(cell[1], a->fixed[i], 3),
            fit_cell(cell[2], a->reestimated[i], 3)};

        if (m->path[i])
            st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct arrows *a = state;
    const size_t k = m->constructs;

    json_put_array(j, key);
    for (size_t i = 0; i < k * k; i++) {
        if (!m->path[i])
            continue;
        json_put_object(j, NULL);
        json_put_text(j, "from", pls_construct_code(m, i % k));
        json_put_text(j, "to", pls_construct_code(m, i / k));
        json_put_number(j, "vif", a->vif[i]);
        json_put_number(j, "f2_fixed_scores", a->fixed[i]);
        json_put_number(j, "f2_reestimated", a->reestimated[i]);
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_arrows = {
    .name = "arrows",
    .title = "Arrows: variance inflation and effect size",
    .make = make,
    .text = text,
    .json = json,
};
