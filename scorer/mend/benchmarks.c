/* benchmarks.c - see benchmarks.h. */
#include "benchmarks.h"

#include <math.h>
#include <stdlib.h>

#include "scorer/importance.h"

double performance_of(const struct cell_estimate *e, size_t item, size_t g)
{
    const size_t first = e->model->first[e->number];
    const size_t items = e->model->first[e->number + 1] - first;

    if (item == SIZE_MAX)
        return g == GROUPS ? e->index : e->without[g];
    return performance_item(e->model, first + item,
                            g == GROUPS ? e->mean[item]
                                        : e->mean_without[g * items + item]);
}

/* ---- the nation ---- */

static bool is_place(enum dimension d)
{
    return d == DIM_PROVINCE || d == DIM_ORG;
}

static enum status nation_query(const struct query *q, struct benchmarks *s)
{
    s->query = *q;
    s->query.by = s->by;
    s->query.by_count = s->query.filters = 0;
    s->filter = malloc((q->filters + 1) * sizeof *s->filter);
    if (!s->filter)
        return ST_NOMEM;
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] == DIM_PERIOD || q->by[i] == DIM_PRODUCT) {
            s->place[s->query.by_count] = i;
            s->by[s->query.by_count++] = q->by[i];
        }
    for (size_t i = 0; i < q->filters; i++)
        if (!is_place(q->filter[i].dimension))
            s->filter[s->query.filters++] = q->filter[i];
    s->query.filter = s->filter;
    return ST_OK;
}

static bool is_of(const struct benchmarks *s,
                  const struct cell_estimate *nation,
                  const struct cell_estimate *cell)
{
    for (size_t i = 0; i < s->query.by_count; i++)
        if (!streq(nation->cell[i], cell->cell[s->place[i]]))
            return false;
    return nation->number == cell->number &&
           memcmp(nation->form, cell->form, HASH_SIZE) == 0;
}

/* nation.count: of none. */
static size_t find(const struct benchmarks *s, const struct cell_estimate *cell)
{
    size_t i = 0;

    while (i < s->nation.count && !is_of(s, &s->nation.list[i], cell))
        i++;
    return i;
}

const struct benchmark *benchmarks_of(const struct benchmarks *s,
                                      const struct cell_estimate *cell)
{
    const size_t i = find(s, cell);

    return i < s->nation.count ? &s->list[i] : NULL;
}

/* ---- the best ---- */

static void compare(const struct cell_estimate **best,
                    const struct cell_estimate *cell, size_t item)
{
    const double mine = performance_of(cell, item, GROUPS);

    if (!isnan(mine) && (!*best || mine > performance_of(*best, item, GROUPS)))
        *best = cell;
}

static bool may_be_best(const struct cell_estimate *e, size_t by)
{
    for (size_t i = 0; i < by; i++)
        if (!*e->cell[i])
            return false;
    return e->n >= BEST_MIN;
}

static void find_best(struct benchmarks *s, const struct estimates *cells,
                      size_t by)
{
    for (size_t i = 0; i < cells->count; i++) {
        const struct cell_estimate *e = &cells->list[i];
        const size_t at = find(s, e);
        struct benchmark *of = &s->list[at];

        if (at == s->nation.count || !may_be_best(e, by))
            continue;
        compare(&of->best, e, SIZE_MAX);
        for (size_t k = 0;
             k < e->model->first[e->number + 1] - e->model->first[e->number];
             k++)
            compare(&of->best_item[k], e, k);
    }
}

enum status benchmarks_make(struct engine *e, const struct query *q,
                            const struct estimates *cells,
                            struct benchmarks *out, struct err *err)
{
    enum status st = nation_query(q, out);

    if (st == ST_OK)
        st = engine_estimates(e, &out->query, &out->nation, NULL, err);
    if (st == ST_OK &&
        !(out->list = calloc(out->nation.count + 1, sizeof *out->list)))
        st = ST_NOMEM;
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < out->nation.count; i++)
        out->list[i].nation = &out->nation.list[i];
    find_best(out, cells, q->by_count);
    return ST_OK;
}

void benchmarks_free(struct benchmarks *s)
{
    estimates_free(&s->nation);
    free(s->filter);
    free(s->list);
    *s = (struct benchmarks){.list = NULL};
}
