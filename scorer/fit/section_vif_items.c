/* section_vif_items.c - how far the items of a construct say the same. */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "scorer/quality.h"

enum { ABREAST = 6, WIDTH = 80, NUMBER = 6, GAP = 2 };

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    double *value = malloc(m->items * sizeof *value);

    (void)err;
    if (!value)
        return ST_NOMEM;
    quality_vif_items(m, r->cor, value);
    *state = value;
    return ST_OK;
}

/* How many items stand on a line; their codes may be long. */
static size_t on_a_line(const struct pls_model *m)
{
    size_t longest = 0, n;

    for (size_t i = 0; i < m->items; i++) {
        char place[FIT_PLACE];
        const size_t len = strlen(fit_place(m, i, place));

        longest = len > longest ? len : longest;
    }
    n = WIDTH / (longest + GAP + NUMBER + GAP);
    return n < ABREAST ? n : ABREAST;
}

/* Items run down. */
static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    static const char *const titles[2 * ABREAST] = {
        "item", ">VIF", "item", ">VIF", "item", ">VIF",
        "item", ">VIF", "item", ">VIF", "item", ">VIF"};
    const struct pls_model *m = &r->plan->model;
    const double *value = state;
    const size_t most = on_a_line(m);
    const size_t lines = (m->items + most - 1) / most;
    const size_t abreast = (m->items + lines - 1) / lines;
    struct table *t = NULL;
    enum status st = table_new(2 * abreast, titles, &t);

    for (size_t line = 0; line < lines && st == ST_OK; line++) {
        const char *cells[2 * ABREAST];
        char text[ABREAST][FIT_CELL], place[ABREAST][FIT_PLACE];

        for (size_t a = 0; a < abreast; a++) {
            const size_t i = a * lines + line;
            const bool there = i < m->items;

            cells[2 * a] = there ? fit_place(m, i, place[a]) : "";
            cells[2 * a + 1] = there ? fit_cell(text[a], value[i], 2) : "";
        }
        st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;
    const double *value = state;

    json_put_object(j, key);
    for (size_t c = 0; c < m->constructs; c++) {
        json_put_object(j, pls_construct_code(m, c));
        for (size_t i = m->first[c]; i < m->first[c + 1]; i++)
            json_put_number(j, pls_item_code(m, i), value[i]);
        json_close(j);
    }
    json_close(j);
}

const struct report_section section_vif_items = {
    .name = "vif_items",
    .title = "Variance inflation of items within their construct",
    .make = make,
    .text = text,
    .json = json,
};
