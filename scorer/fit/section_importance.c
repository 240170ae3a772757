/* section_importance.c - what moves the index, and how well it performs. */
#include <math.h>
#include <stdlib.h>

#include "report.h"
#include "scorer/importance.h"
#include "scorer/index.h"

/* Of the constructs, then of the items. */
struct importance {
    double performance[CONSTRUCTS_MAX + ITEMS_MAX];
};

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    const struct pls_model *m = &r->plan->model;
    struct importance *x;
    double u[ITEMS_MAX];

    (void)err;
    if (m->constructs < 2)
        return ST_NOTFOUND;
    x = calloc(1, sizeof *x);
    if (!x)
        return ST_NOMEM;
    index_weights(m, r->fit, u);
    for (size_t c = 0; c < m->constructs; c++)
        x->performance[c] = index_value(m, c, u, r->fit->mean);
    for (size_t j = 0; j < m->items; j++)
        x->performance[m->constructs + j] =
            performance_item(m, j, r->fit->mean[j]);
    *state = x;
    return ST_OK;
}

struct line {
    const char *code;
    double performance, importance;
    struct interval interval; /* of the importance */
};

static struct line line_of(const struct fit_result *r,
                           const struct importance *x, size_t i)
{
    const struct pls_model *m = &r->plan->model;
    const size_t at = r->numbers->first[FIT_IMPORTANCE] + i;
    struct line l = {.code = i < m->constructs
                                 ? pls_construct_code(m, i)
                                 : pls_item_code(m, i - m->constructs),
                     .performance = x->performance[i],
                     .importance = r->numbers->estimate[at],
                     .interval = {NAN, NAN, NAN}};

    if (r->how->kind != FIT_NONE)
        l.interval = r->numbers->interval[at];
    return l;
}

static size_t index_of(const struct fit_result *r)
{
    return r->plan->model.survey->model.index;
}

/* An item that a higher-order construct repeats is told once. */
static bool is_told(const struct fit_result *r, size_t i)
{
    const struct pls_model *m = &r->plan->model;

    return i < m->constructs
               ? i != index_of(r)
               : m->original[i - m->constructs] == i - m->constructs;
}

static enum status write_lines(const struct fit_result *r,
                               const struct importance *x, size_t from,
                               size_t to, const char *title, FILE *out)
{
    const char *const titles[] = {title,  ">performance", ">importance",
                                  ">low", ">high",        ">se"};
    struct table *t = NULL;
    enum status st = table_new(sizeof titles / sizeof *titles, titles, &t);

    for (size_t i = from; i < to && st == ST_OK; i++) {
        const struct line l = line_of(r, x, i);
        char cell[5][FIT_CELL];
        const char *const cells[] = {l.code,
                                     fit_cell(cell[0], l.performance, 2),
                                     fit_cell(cell[1], l.importance, 3),
                                     fit_cell(cell[2], l.interval.low, 3),
                                     fit_cell(cell[3], l.interval.high, 3),
                                     fit_cell(cell[4], l.interval.se, 3)};

        if (is_told(r, i))
            st = table_row(t, cells);
    }
    return fit_table_end(&t, st, out);
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct pls_model *m = &r->plan->model;
    enum status st = write_lines(r, state, 0, m->constructs, "construct", out);

    (void)fputc('\n', out);
    if (st == ST_OK)
        st = write_lines(r, state, m->constructs, m->constructs + m->items,
                         "item", out);
    (void)fprintf(out,
                  "importance: points of the index of %s that go with one "
                  "point of it,\nas far as the model holds: no promise\n",
                  pls_construct_code(m, index_of(r)));
    return st;
}

static void put_lines(const struct fit_result *r, const struct importance *x,
                      size_t from, size_t to, struct json *j)
{
    for (size_t i = from; i < to; i++) {
        const struct line l = line_of(r, x, i);

        if (!is_told(r, i))
            continue;
        json_put_object(j, l.code);
        json_put_number(j, "performance", l.performance);
        json_put_number(j, "importance", l.importance);
        json_put_number(j, "se", l.interval.se);
        json_put_number(j, "low", l.interval.low);
        json_put_number(j, "high", l.interval.high);
        json_close(j);
    }
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct pls_model *m = &r->plan->model;

    json_put_object(j, key);
    json_put_text(j, "target", pls_construct_code(m, index_of(r)));
    json_put_object(j, "constructs");
    put_lines(r, state, 0, m->constructs, j);
    json_close(j);
    json_put_object(j, "items");
    put_lines(r, state, m->constructs, m->constructs + m->items, j);
    json_close(j);
    json_close(j);
}

const struct report_section section_importance = {
    .name = "importance",
    .title = "Importance and performance",
    .measures = FIT_MEASURE(FIT_IMPORTANCE),
    .make = make,
    .text = text,
    .json = json,
};
