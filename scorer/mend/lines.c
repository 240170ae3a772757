/* lines.c - see lines.h. */
#include "lines.h"

#include <math.h>
#include <stdlib.h>

static const struct interval no_interval = {NAN, NAN, NAN};

static double importance_of(const struct levers *l,
                            const struct cell_estimate *e, size_t item,
                            size_t g)
{
    return item == SIZE_MAX ? l->effect[g][e->number]
                            : l->item[g][e->model->first[e->number] + item];
}

static void hide(struct figure *f)
{
    f->value = NAN;
    f->interval = no_interval;
}

/* The national item weights' own groups count, not the cell's. */
static void find_importance(struct line *l, const struct levers *levers,
                            const struct cell_estimate *nation)
{
    struct figure *f = &l->importance;

    for (size_t g = 0; g < GROUPS; g++)
        f->without[g] = importance_of(levers, l->cell, l->item, g);
    f->value = importance_of(levers, l->cell, l->item, GROUPS);
    f->interval = cells_interval(f->value, f->without, &nation, 1);
}

static void find_performance(struct line *l)
{
    struct figure *f = &l->performance;

    for (size_t g = 0; g < GROUPS; g++)
        f->without[g] = performance_of(l->cell, l->item, g);
    f->value = performance_of(l->cell, l->item, GROUPS);
    f->interval = cells_interval(f->value, f->without, &l->cell, 1);
}

static void find_behind(struct line *l, const struct cell_estimate *nation)
{
    const struct cell_estimate *const both[] = {l->cell, nation};
    double without[GROUPS], value, se;

    for (size_t g = 0; g < GROUPS; g++)
        without[g] =
            l->performance.without[g] - performance_of(nation, l->item, g);
    value = l->performance.value - performance_of(nation, l->item, GROUPS);
    se = cells_interval(value, without, both, 2).se;
    l->behind = se > 0 ? value / se : NAN;
}

/* Importance and gap move together in a replicate, which their product has to
 * know; the importance is made of the nation's groups. */
static void find_gain(struct line *l, const struct cell_estimate *nation)
{
    const struct cell_estimate *const all[] = {l->cell, nation, l->aim_cell};
    struct figure *f = &l->gain;

    l->aim = performance_of(l->aim_cell, l->item, GROUPS);
    l->gap = l->aim - l->performance.value;
    l->reached = l->gap <= 0;
    if (l->reached)
        return;
    for (size_t g = 0; g < GROUPS; g++)
        f->without[g] = l->importance.without[g] *
                        (performance_of(l->aim_cell, l->item, g) -
                         l->performance.without[g]);
    f->value = l->importance.value * l->gap;
    f->interval = cells_interval(f->value, f->without, all, 3);
}

void line_make(const struct cell_estimate *cell, size_t item,
               const struct levers *levers, const struct benchmark *benchmark,
               enum mend_aim aim, struct line *out)
{
    const struct cell_estimate *const best =
        item == SIZE_MAX ? benchmark->best : benchmark->best_item[item];

    *out = (struct line){.cell = cell,
                         .item = item,
                         .aim_cell = aim == AIM_BEST ? best : benchmark->nation,
                         .hidden = cell->n < N_SHOWN,
                         .aim = NAN,
                         .gap = NAN,
                         .headroom = NAN,
                         .behind = NAN};
    hide(&out->performance);
    hide(&out->gain);
    find_importance(out, levers, benchmark->nation);
    if (out->hidden)
        return;
    find_performance(out);
    find_behind(out, benchmark->nation);
    out->headroom = out->importance.value * (100 - out->performance.value);
    if (out->aim_cell)
        find_gain(out, benchmark->nation);
}

/* ---- order ---- */

/* The larger first, what is undefined last. */
static int larger(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

/* In the order of the model. */
static int in_order(const struct line *a, const struct line *b)
{
    if (a->cell != b->cell)
        return (a->cell > b->cell) - (a->cell < b->cell);
    return (a->item > b->item) - (a->item < b->item);
}

static int by_gain(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    int c = larger(a->gain.value, b->gain.value);

    if (!c)
        c = larger(a->headroom, b->headroom);
    return c ? c : in_order(a, b);
}

static int by_weakness(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    const int c = larger(-a->behind, -b->behind);

    return c ? c : by_gain(x, y);
}

void lines_sort(struct line *line, size_t count, enum mend_sort sort)
{
    qsort(line, count, sizeof *line, sort == SORT_GAIN ? by_gain : by_weakness);
}
