/* fit_text.c - the result for people: three tables on one screen. */
#include <math.h>

#include "report.h"

enum { ABREAST = 3 }; /* items on a line */

const char *fit_cell(char out[FIT_CELL], double value, int digits)
{
    if (isnan(value))
        (void)snprintf(out, FIT_CELL, "-");
    else
        (void)snprintf(out, FIT_CELL, "%.*f", digits, value);
    return out;
}

const char *fit_place(const struct pls_model *m, size_t item,
                      char out[FIT_PLACE])
{
    size_t c = 0;

    if (m->original[item] == item)
        return pls_item_code(m, item);
    while (m->first[c + 1] <= item)
        c++;
    (void)snprintf(out, FIT_PLACE, "%s.%s", pls_construct_code(m, c),
                   pls_item_code(m, item));
    return out;
}

enum status fit_table_end(struct table **t, enum status st, FILE *out)
{
    if (st == ST_OK)
        st = table_print(*t, out);
    table_free(t);
    return st;
}

static enum status write_constructs(const struct fit_result *r, FILE *out)
{
    static const char *const titles[] = {"construct", ">index", ">se",
                                         ">low",      ">high",  ">R2"};
    const struct pls_model *m = &r->plan->model;
    struct table *t = NULL;
    enum status st = table_new(6, titles, &t);

    for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
        const size_t at = fit_index_number(m, c);
        const struct interval *i = &r->numbers->interval[at];
        char text[5][FIT_CELL];
        const char *const cells[] = {
            pls_construct_code(m, c),
            fit_cell(text[0], r->numbers->estimate[at], 2),
            fit_cell(text[1], i->se, 2),
            fit_cell(text[2], i->low, 2),
            fit_cell(text[3], i->high, 2),
            fit_cell(text[4], r->fit->r2[c], 3)};

        st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static enum status write_path(const struct fit_result *r, size_t to,
                              size_t from, struct table *t)
{
    const struct pls_model *m = &r->plan->model;
    const size_t at = fit_path_number(m, to, from);
    const struct interval *i = &r->numbers->interval[at];
    char text[5][FIT_CELL];
    const char *const cells[] = {
        pls_construct_code(m, from),
        pls_construct_code(m, to),
        fit_cell(text[0], r->numbers->estimate[at], 3),
        fit_cell(text[1], i->se, 3),
        fit_cell(text[2], i->low, 3),
        fit_cell(text[3], i->high, 3),
        fit_cell(text[4], r->fit->total[to * m->constructs + from], 3)};

    return table_row(t, cells);
}

static enum status write_paths(const struct fit_result *r, FILE *out)
{
    static const char *const titles[] = {"from", "to",    ">path", ">se",
                                         ">low", ">high", ">total"};
    const struct pls_model *m = &r->plan->model;
    const size_t k = m->constructs;
    struct table *t = NULL;
    enum status st = table_new(7, titles, &t);

    for (size_t at = 0; at < k * k && st == ST_OK; at++)
        if (m->path[at])
            st = write_path(r, at / k, at % k, t);
    return fit_table_end(&t, st, out);
}

/* Items run down, three columns of them abreast. */
static enum status write_items(const struct fit_result *r, FILE *out)
{
    static const char *const titles[3 * ABREAST] = {
        "item",     ">weight", ">loading", "item",    ">weight",
        ">loading", "item",    ">weight",  ">loading"};
    const struct pls_model *m = &r->plan->model;
    const size_t lines = (m->items + ABREAST - 1) / ABREAST;
    const size_t abreast = (m->items + lines - 1) / lines;
    struct table *t = NULL;
    enum status st = table_new(3 * abreast, titles, &t);

    for (size_t line = 0; line < lines && st == ST_OK; line++) {
        const char *cells[3 * ABREAST];
        char text[2 * ABREAST][FIT_CELL], place[ABREAST][FIT_PLACE];

        for (size_t a = 0; a < abreast; a++) {
            const size_t i = a * lines + line;
            const bool there = i < m->items;

            cells[3 * a] = there ? fit_place(m, i, place[a]) : "";
            cells[3 * a + 1] =
                there ? fit_cell(text[2 * a], r->fit->weight[i], 4) : "";
            cells[3 * a + 2] =
                there ? fit_cell(text[2 * a + 1], r->fit->loading[i], 4) : "";
        }
        st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static void write_head(const struct fit_result *r, FILE *out)
{
    const int64_t missing = fit_sums_missing(&r->data->total, &r->plan->model);

    (void)fprintf(out, "%lld answer%s, ", (long long)r->rows,
                  r->rows == 1 ? "" : "s");
    if (missing)
        (void)fprintf(out, "%lld value%s missing, ", (long long)missing,
                      missing == 1 ? "" : "s");
    (void)fprintf(out, "%d iteration%s", r->fit->iterations,
                  r->fit->iterations == 1 ? "" : "s");
    if (r->how->kind != FIT_NONE)
        (void)fprintf(out, "; intervals of %g %% by %s", 100 * r->how->level,
                      r->how->kind == FIT_BOOTSTRAP ? "bootstrap"
                                                    : "jackknife");
    (void)fputs("\n\n", out);
}

enum status fit_write_text(const struct fit_result *r,
                           const struct report *report, FILE *out)
{
    const struct pls_model *m = &r->plan->model;
    enum status st;

    write_head(r, out);
    st = write_constructs(r, out);
    if (st == ST_OK && m->constructs > 1) {
        (void)fputc('\n', out);
        st = write_paths(r, out);
    }
    if (st == ST_OK) {
        (void)fputc('\n', out);
        st = write_items(r, out);
    }
    return st == ST_OK ? report_text(report, r, out) : st;
}
