/* answering.c - from a query to the tables and fits that its answer is made of.
 */
#include <stdlib.h>

#include "readers.h"
#include "surveys/period.h"

void engine_forget(struct engine *e)
{
    for (size_t i = 0; i < e->fits; i++)
        free(e->fit[i].fit);
    free(e->fit);
    e->fit = NULL;
    e->fits = 0;
    for (size_t i = 0; i < e->weighings; i++)
        people_free(&e->weighed[i].people);
    free(e->weighed);
    e->weighed = NULL;
    e->weighings = 0;
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
    const struct people_of people = {form->survey, m.from, m.to,
                                     a->table.frames, true};
    struct item_weights_of of = {form, m.from, m.to, a->table.frames, NULL};
    struct fit_kept *more, fresh = {.held = a->table.held != NULL};
    enum status st = ST_OK;

    for (size_t i = 0; i < e->fits; i++) {
        const struct item_weights *w = e->fit[i].fit;

        if (w->form == form && w->from == m.from && w->to == m.to &&
            w->frames == a->table.frames &&
            e->fit[i].held == (a->table.held != NULL) &&
            memcmp(e->fit[i].weighting, a->weighting.id, HASH_SIZE) == 0) {
            *out = w;
            return ST_OK;
        }
    }
    more = realloc(e->fit, (e->fits + 1) * sizeof *more);
    if (!more)
        return ST_NOMEM;
    e->fit = more;
    if (form->modelled) /* else there is nothing to fit */
        st = answering_people(a, &people, &of.people);
    if (st == ST_OK)
        st = fresh.held ? held_weights(a->table.held, e->cells, &of, &fresh.fit,
                                       a->err)
                        : item_weights_fit(e->cells, &of, &fresh.fit, a->err);
    if (st != ST_OK)
        return st;
    memcpy(fresh.weighting, a->weighting.id, HASH_SIZE);
    e->fit[e->fits++] = fresh;
    *out = fresh.fit;
    return ST_OK;
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

static enum status tabulate_model(struct answering *a, size_t i)
{
    struct layout layout = {0};
    enum status st = layout_model(a->forms.form[i], &layout);

    if (st == ST_OK)
        st = answering_form(a, i, &layout);
    layout_free(&layout);
    return st;
}

static enum status begin_table(struct answering *a)
{
    a->table.query = a->query;
    a->table.frames = query_frames(a->query);
    a->table.met = new_met(a->query);
    return a->table.met ? ST_OK : ST_NOMEM;
}

enum status answering_begin(struct answering *a)
{
    const struct query *q = a->query;
    enum status st = query_check(q, a->err);

    if (st == ST_OK && q->reader == READER_PUBLIC)
        st = readers_check(q, a->err);
    if (st == ST_OK)
        st = select_forms(a->engine, q, &a->forms, a->err);
    if (st == ST_OK)
        st = weighting_open(q, &a->weighting, a->err);
    if (st == ST_OK)
        st = begin_table(a);
    return st == ST_OK && q->reader == READER_PUBLIC ? readers_prepare(a) : st;
}

enum status answering_one(struct answering *a, const struct form *form)
{
    const struct form **list = malloc(sizeof(const struct form *));
    double *rollup = malloc(sizeof *rollup);
    enum status st;

    a->forms = (struct selection){.form = list, .rollup = rollup};
    if (!list || !rollup)
        return ST_NOMEM;
    list[0] = form;
    rollup[0] = 1;
    a->forms.count = 1;
    st = begin_table(a);
    a->table.held = a->engine->held;
    if (st == ST_OK)
        st = tabulate_model(a, 0);
    return st == ST_OK ? estimates_make(a) : st;
}

enum status answering_form(struct answering *a, size_t i,
                           const struct layout *layout)
{
    const struct people_of of = answering_everybody(a, i);
    struct table_form form = {layout, (uint32_t)i, NULL};
    enum status st = answering_people(a, &of, &form.people);

    return st == ST_OK ? tabulate(&a->table, a->engine->cells, &form, a->err)
                       : st;
}

void answering_end(struct answering *a)
{
    tabulation_free(&a->table);
    selection_free(&a->forms);
    weighting_close(&a->weighting);
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
    if (st == ST_OK)
        st = answering_label(&a);
    if (st == ST_OK && q->reader == READER_PUBLIC)
        st = readers_hide(&a);
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
