/* measures.c - see measures.h. */
#include "measures.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "scorer/live.h"

void measures_free(struct measures *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->list[i].item);
    free(m->list);
    *m = (struct measures){0};
}

static enum status add(struct measures *m, const char *survey,
                       const uint8_t form[HASH_SIZE], size_t items,
                       struct measure **out)
{
    struct measure *list = realloc(m->list, (m->count + 1) * sizeof *list);
    struct measure *one;

    if (!list)
        return ST_NOMEM;
    m->list = list;
    one = &list[m->count];
    *one = (struct measure){.rate = INT_MIN, .items = items};
    one->item = calloc(items, sizeof *one->item);
    if (!one->item)
        return ST_NOMEM;
    memcpy(one->form, form, HASH_SIZE);
    snprintf(one->survey, sizeof one->survey, "%s", survey);
    m->count++;
    *out = one;
    return ST_OK;
}

/* ---- constructs ---- */

static enum status add_construct(struct measures *m,
                                 const struct cell_estimate *e)
{
    const struct pls_model *model = e->model;
    const size_t first = model->first[e->number];
    const size_t items = model->first[e->number + 1] - first;
    struct measure *one;
    enum status st;

    for (size_t j = 0; j < items; j++)
        if (isnan(e->weights->u[first + j])) {
            m->unweighted++;
            return ST_OK;
        }
    st = add(m, e->survey, e->form, items, &one);
    if (st != ST_OK)
        return st;
    snprintf(one->code, sizeof one->code, "%s", e->construct);
    for (size_t j = 0; j < items; j++) {
        snprintf(one->item[j].code, sizeof one->item[j].code, "%s",
                 pls_item_code(model, first + j));
        one->item[j].u = e->weights->u[first + j];
    }
    return ST_OK;
}

static enum status add_constructs(struct engine *e, const struct query *q,
                                  const char *survey, struct measures *m,
                                  struct err *err)
{
    struct query whole = *q;
    struct estimates l = {0};
    enum status st;

    whole.survey = survey;
    whole.by_count = 0;
    st = engine_estimates(e, &whole, &l, NULL, err);
    for (size_t i = 0; i < l.count && st == ST_OK; i++)
        if (l.list[i].model && l.list[i].weights)
            st = add_construct(m, &l.list[i]);
    estimates_free(&l);
    return st;
}

/* ---- items ---- */

static enum status add_item(struct measures *m, const struct survey *s,
                            const struct item *item, int rate)
{
    struct measure *one;
    const enum status st = add(m, s->code, s->form, 1, &one);

    if (st != ST_OK)
        return st;
    one->rate = rate;
    one->item[0].u = 1;
    snprintf(one->item[0].code, sizeof one->item[0].code, "%s", item->code);
    if (rate == INT_MIN)
        snprintf(one->code, sizeof one->code, "%s", item->code);
    else
        snprintf(one->code, sizeof one->code, "%s>=%d", item->code, rate);
    return ST_OK;
}

static bool listed(const char *list, const char *code)
{
    const size_t n = strlen(code);

    for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == n && strncmp(at, code, n) == 0)
            return true;
    return false;
}

static enum status add_items(const struct survey *s,
                             const struct measures_plan *plan,
                             struct measures *m, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < s->items && st == ST_OK; i++) {
        const struct item *item = &s->item[i];

        if (!listed(plan->items, item->code))
            continue;
        if (item->kind != ITEM_SCALE)
            return err_set(err, ST_INVALID, "--items: %s of %s is no scale",
                           item->code, s->code);
        if (plan->rate != INT_MIN &&
            (plan->rate <= item->min || plan->rate > item->max))
            return err_set(err, ST_RANGE,
                           "--rate: %s has answers from %d to %d", item->code,
                           item->min, item->max);
        st = add_item(m, s, item, plan->rate);
    }
    return st;
}

/* ---- the surveys asked for ---- */

static bool asked(const struct survey *s, const char *name)
{
    return streq(s->code, name) || streq(s->family, name);
}

static bool met_before(const struct engine *e, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (streq(engine_survey(e, k)->code, engine_survey(e, i)->code))
            return true;
    return false;
}

enum status measures_find(struct engine *e, const struct measures_plan *plan,
                          struct measures *out, struct err *err)
{
    const struct query *q = plan->query;
    struct measures m = {0};
    enum status st = ST_OK;
    bool known = false;

    for (size_t i = 0; i < engine_surveys(e) && st == ST_OK; i++) {
        const struct survey *s = engine_survey(e, i);

        if (!asked(s, q->survey))
            continue;
        known = true;
        if (plan->items)
            st = add_items(s, plan, &m, err);
        else if (!met_before(e, i))
            st = add_constructs(e, q, s->code, &m, err);
    }
    if (st == ST_OK && !known)
        st = add_constructs(e, q, q->survey, &m, err);
    if (st == ST_OK && known && plan->items && !m.count)
        st = err_set(err, ST_NOTFOUND, "%s has no item '%.100s'", q->survey,
                     plan->items);
    if (st == ST_OK)
        *out = m;
    else
        measures_free(&m);
    return st;
}
