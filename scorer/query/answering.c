/* answering.c - from a query to the tables and fits that its answer is made of.
 */
#include <stdlib.h>

#include "engine_handle.h"
#include "surveys/period.h"

void engine_forget(struct engine *e)
{
    for (size_t i = 0; i < e->fits; i++)
        free(e->fit[i]);
    free(e->fit);
    e->fit = NULL;
    e->fits = 0;
}

struct months {
    int32_t from, to;
};

static struct months months_of(const struct query *q,
                               const struct table_key *key)
{
    if (q->weights == WEIGHTS_FROZEN)
        return (struct months){period_month(q->base_from),
                               period_month(q->base_to)};
    if (key->month)
        return (struct months){key->month, key->month};
    return (struct months){period_month(q->from), period_month(q->to)};
}

enum status engine_weights(struct answering *a, const struct table_key *key,
                           const struct item_weights **out)
{
    struct engine *e = a->engine;
    const struct form *form = a->forms.form[key->form];
    const struct months m = months_of(a->query, key);
    struct item_weights **more;
    enum status st;

    for (size_t i = 0; i < e->fits; i++) {
        const struct item_weights *w = e->fit[i];

        if (w->form == form && w->from == m.from && w->to == m.to &&
            w->frames == a->table.frames) {
            *out = w;
            return ST_OK;
        }
    }
    more = realloc(e->fit, (e->fits + 1) * sizeof(struct item_weights *));
    if (!more)
        return ST_NOMEM;
    e->fit = more;
    st = item_weights_fit(e->cells, form, m.from, m.to, a->table.frames,
                          &e->fit[e->fits], a->err);
    if (st == ST_OK)
        *out = e->fit[e->fits++];
    return st;
}

static enum status check_construct(const struct answering *a)
{
    const char *code = a->query->construct;

    if (!code || !a->forms.count)
        return ST_OK;
    for (size_t i = 0; i < a->forms.count; i++) {
        const struct pls_model *m = &a->forms.form[i]->model;

        for (size_t c = 0; c < m->constructs; c++)
            if (streq(code, pls_construct_code(m, c)))
                return ST_OK;
    }
    return err_set(a->err, ST_NOTFOUND, "%s has no construct '%s'",
                   a->query->survey, code);
}

static bool *new_met(const struct query *q)
{
    size_t codes = 1;

    for (size_t i = 0; i < q->filters; i++)
        codes += q->filter[i].count;
    return calloc(codes, sizeof(bool));
}

enum status answering_begin(struct answering *a)
{
    const struct query *q = a->query;
    enum status st = query_check(q, a->err);

    if (st == ST_OK)
        st = select_forms(a->engine, q, &a->forms, a->err);
    a->table.query = q;
    a->table.frames = query_frames(q);
    a->table.met = new_met(q);
    return st == ST_OK && !a->table.met ? ST_NOMEM : st;
}

enum status answering_form(struct answering *a, size_t i,
                           const struct layout *layout)
{
    const struct table_form form = {layout, (uint32_t)i, NULL};

    return tabulate(&a->table, a->engine->cells, &form, a->err);
}

void answering_end(struct answering *a)
{
    tabulation_free(&a->table);
    selection_free(&a->forms);
}

static enum status tabulate_model(struct answering *a, size_t i)
{
    struct layout layout = {0};
    enum status st = layout_model(a->forms.form[i], &layout);

    if (st == ST_OK)
        st = answering_form(a, i, &layout);
    layout_free(&layout);
    return st;
}

enum status engine_estimates(struct engine *e, const struct query *q,
                             struct estimates *out, bool **met, struct err *err)
{
    struct answering a = {.engine = e, .query = q, .err = err};
    enum status st = answering_begin(&a);

    if (st == ST_OK)
        st = check_construct(&a);
    for (size_t i = 0; i < a.forms.count && st == ST_OK; i++)
        st = tabulate_model(&a, i);
    if (st == ST_OK)
        st = estimates_make(&a);
    if (st == ST_OK) {
        *out = a.estimates;
        if (met) {
            *met = a.table.met;
            a.table.met = NULL;
        }
    } else {
        estimates_free(&a.estimates);
    }
    answering_end(&a);
    return st;
}
