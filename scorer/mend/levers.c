/* levers.c - see levers.h. */
#include "levers.h"

#include <math.h>
#include <stdlib.h>

#include "scorer/importance.h"

/* Whoever has an arrow to one that leads there; arrows go forward in `order`.
 */
static bool find_leads(const struct pls_model *m, struct levers *l)
{
    const size_t n = m->constructs;
    bool any = false;

    for (size_t i = n; i-- > 0;) {
        const size_t from = m->order[i];

        for (size_t to = 0; to < n; to++)
            if (m->path[to * n + from] && (to == l->target || l->leads[to]))
                l->leads[from] = true;
        any = any || l->leads[from];
    }
    return any;
}

/* NaN where nothing could be fitted. */
static void take(struct levers *l, size_t g, const struct pls_fit *fit,
                 const double *u)
{
    const struct pls_model *m = l->weights->model;
    const size_t n = m->constructs;
    double effects[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    if (!l->weights->fitted || fit->iterations == 0) {
        for (size_t c = 0; c < n; c++)
            l->effect[g][c] = NAN;
        for (size_t j = 0; j < m->items; j++)
            l->item[g][j] = NAN;
        return;
    }
    importance_effects(m, fit, effects);
    memcpy(l->effect[g], effects + l->target * n, n * sizeof *effects);
    importance_items(m, effects, u, l->target, l->item[g]);
}

static enum status find_target(const struct pls_model *m, const char *code,
                               size_t *out, struct err *err)
{
    const struct survey *s = m->survey;

    if (s->model.constructs < 2)
        return err_set(err, ST_INVALID,
                       "%s has no model: nothing says what its index follows",
                       s->code);
    *out = code ? survey_construct(s, code) : s->model.index;
    return *out == SIZE_MAX
               ? err_set(err, ST_INVALID,
                         "--target: %s has no construct '%.40s'", s->code, code)
               : ST_OK;
}

static enum status make(const struct item_weights *w, size_t target,
                        struct levers **out, struct err *err)
{
    struct levers *l = calloc(1, sizeof *l);

    if (!l)
        return ST_NOMEM;
    l->weights = w;
    l->target = target;
    if (!find_leads(w->model, l)) {
        free(l);
        return err_set(err, ST_INVALID, "--target: nothing leads to %s of %s",
                       pls_construct_code(w->model, target),
                       w->model->survey->code);
    }
    take(l, GROUPS, &w->fit, w->u);
    for (size_t g = 0; g < GROUPS; g++)
        take(l, g, &w->part[g], w->without[g]);
    *out = l;
    return ST_OK;
}

static enum status room(struct levers_list *l)
{
    const size_t more = l->cap ? 2 * l->cap : 8;
    struct levers **list;

    if (l->count < l->cap)
        return ST_OK;
    list = realloc(l->list, more * sizeof(void *));
    if (!list)
        return ST_NOMEM;
    l->list = list;
    l->cap = more;
    return ST_OK;
}

enum status levers_of(struct levers_list *l, const struct item_weights *w,
                      const struct levers **out, struct err *err)
{
    size_t target = 0;
    enum status st;

    for (size_t i = 0; i < l->count; i++)
        if (l->list[i]->weights == w) {
            *out = l->list[i];
            return ST_OK;
        }
    st = find_target(w->model, l->target, &target, err);
    if (st == ST_OK)
        st = room(l);
    if (st == ST_OK)
        st = make(w, target, &l->list[l->count], err);
    if (st == ST_OK)
        *out = l->list[l->count++];
    return st;
}

void levers_free(struct levers_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->list[i]);
    free(l->list);
    *l = (struct levers_list){.target = l->target};
}
