/* section_fixed_weights.c - the errors of the indices as they would be if the
 * item weights were constants, beside the whole ones. */
#include <stdlib.h>

#include "fit_fixed.h"
#include "report.h"

static const char hides[] = "an error with fixed item weights hides that they "
                            "were estimated from the same answers";

struct fixed {
    double se[CONSTRUCTS_MAX];
};

static bool wanted(const struct fit_asked *asked)
{
    return asked->report || asked->fixed;
}

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    struct fixed *f = calloc(1, sizeof *f);
    enum status st =
        f ? fit_fixed_errors(r->data, r->fit, r->how->design, f->se) : ST_NOMEM;

    (void)err;
    if (st == ST_OK)
        *state = f;
    else
        free(f);
    return st;
}

static const struct interval *whole(const struct fit_result *r, size_t c)
{
    return &r->numbers->interval[fit_index_number(&r->plan->model, c)];
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[] = {"construct", ">se", ">fixed",
                                         ">fixed/se"};
    const struct pls_model *m = &r->plan->model;
    const struct fixed *f = state;
    struct table *t = NULL;
    enum status st = table_new(4, titles, &t);

    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        const double se = whole(r, c)->se;
        char cell[3][FIT_CELL];
        const char *const cells[] = {pls_construct_code(m, c),
                                     fit_cell(cell[0], se, 3),
                                     fit_cell(cell[1], f->se[c], 3),
                                     fit_cell(cell[2], f->se[c] / se, 2)};

        st = table_row(t, cells);
    }
    st = fit_table_end(&t, st, out);
    (void)fputs("\nNot to be used: with fixed item weights an error hides that "
                "they were\nestimated from the same answers.\n",
                out);
    return st;
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const struct fixed *f = state;

    json_put_object(j, key);
    json_put_text(j, "note", hides);
    json_put_object(j, "index");
    for (size_t c = 0; c < m->constructs; c++) {
        json_put_object(j, pls_construct_code(m, c));
        json_put_number(j, "se", whole(r, c)->se);
        json_put_number(j, "se_fixed", f->se[c]);
        json_close(j);
    }
    json_close(j);
    json_close(j);
}

const struct report_section section_fixed_weights = {
    .name = "fixed_weights",
    .title = "Errors of the indices if the item weights were constants",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json};
