/* fit_measures.c - see fit_measures.h. */
#include "fit_measures.h"

#include <stdio.h>
#include <string.h>

#include "scorer/effects.h"
#include "scorer/importance.h"
#include "scorer/index.h"
#include "scorer/quality.h"

const char *const fit_measure_words[FIT_MEASURES + 1] = {
    "paths",    "r2",       "index", "weights",    "loadings", "total",
    "indirect", "specific", "htmt",  "importance", NULL};

static size_t each_item(const struct pls_model *m)
{
    return m->items;
}

static size_t each_construct(const struct pls_model *m)
{
    return m->constructs;
}

static size_t each_pair(const struct pls_model *m)
{
    return m->constructs * m->constructs;
}

static size_t each_indirect(const struct pls_model *m)
{
    return effects_pairs(m, NULL);
}

static size_t each_of_both(const struct pls_model *m)
{
    return m->constructs + m->items;
}

static void take_paths(const struct fit_view *v, double *out)
{
    memcpy(out, v->fit->path, each_pair(v->model) * sizeof *out);
}

static void take_r2(const struct fit_view *v, double *out)
{
    memcpy(out, v->fit->r2, v->model->constructs * sizeof *out);
}

static void take_index(const struct fit_view *v, double *out)
{
    for (size_t c = 0; c < v->model->constructs; c++)
        out[c] = index_value(v->model, c, v->u, v->fit->mean);
}

static void take_weights(const struct fit_view *v, double *out)
{
    memcpy(out, v->fit->weight, v->model->items * sizeof *out);
}

static void take_loadings(const struct fit_view *v, double *out)
{
    memcpy(out, v->fit->loading, v->model->items * sizeof *out);
}

static void take_total(const struct fit_view *v, double *out)
{
    memcpy(out, v->fit->total, each_pair(v->model) * sizeof *out);
}

static void take_indirect(const struct fit_view *v, double *out)
{
    effects_indirect(v->model, v->fit, out);
}

static void take_specific(const struct fit_view *v, double *out)
{
    effects_specific(v->model, v->fit->path, out);
}

static void take_htmt(const struct fit_view *v, double *out)
{
    quality_htmt(v->model, v->r, out);
}

static void take_importance(const struct fit_view *v, double *out)
{
    const struct pls_model *m = v->model;
    const size_t n = m->constructs, target = m->survey->model.index;
    double effects[CONSTRUCTS_MAX * CONSTRUCTS_MAX];

    importance_effects(m, v->fit, effects);
    memcpy(out, effects + target * n, n * sizeof *out);
    importance_items(m, effects, v->u, target, out + n);
}

static struct fit_name name_item(const struct pls_model *m, size_t i)
{
    size_t c = 0;

    if (m->original[i] == i)
        return (struct fit_name){1, {pls_item_code(m, i)}};
    while (m->first[c + 1] <= i)
        c++;
    return (struct fit_name){2,
                             {pls_construct_code(m, c), pls_item_code(m, i)}};
}

static struct fit_name name_construct(const struct pls_model *m, size_t c)
{
    return (struct fit_name){1, {pls_construct_code(m, c)}};
}

static struct fit_name name_pair(const struct pls_model *m, size_t from,
                                 size_t to)
{
    return (struct fit_name){
        2, {pls_construct_code(m, from), pls_construct_code(m, to)}};
}

static struct fit_name name_path(const struct pls_model *m, size_t i)
{
    return m->path[i] ? name_pair(m, i % m->constructs, i / m->constructs)
                      : (struct fit_name){0};
}

static struct fit_name name_endogenous(const struct pls_model *m, size_t c)
{
    for (size_t from = 0; from < m->constructs; from++)
        if (m->path[c * m->constructs + from])
            return name_construct(m, c);
    return (struct fit_name){0};
}

static struct fit_name name_indirect(const struct pls_model *m, size_t i)
{
    struct effects_pair pair[EFFECT_PAIRS_MAX];

    (void)effects_pairs(m, pair);
    return name_pair(m, pair[i].from, pair[i].to);
}

/* An arrow, or a pair with a route between them. */
static struct fit_name name_total(const struct pls_model *m, size_t i)
{
    const size_t from = i % m->constructs, to = i / m->constructs;
    struct effects_pair pair[EFFECT_PAIRS_MAX];
    const size_t pairs = effects_pairs(m, pair);
    bool there = m->path[i];

    for (size_t k = 0; k < pairs; k++)
        there |= pair[k].from == from && pair[k].to == to;
    return there ? name_pair(m, from, to) : (struct fit_name){0};
}

static struct fit_name name_route(const struct pls_model *m, size_t i)
{
    struct effects_route route[EFFECT_ROUTES_MAX];
    struct fit_name name = {0};

    effects_routes(m, route);
    for (; name.count < route[i].length; name.count++)
        name.code[name.count] =
            pls_construct_code(m, route[i].construct[name.count]);
    return name;
}

static struct fit_name name_either(const struct pls_model *m, size_t i)
{
    return i < m->constructs ? name_construct(m, i)
                             : name_item(m, i - m->constructs);
}

/* Half of a symmetric matrix. */
static struct fit_name name_couple(const struct pls_model *m, size_t i)
{
    const size_t c = i / m->constructs, d = i % m->constructs;

    return c < d ? name_pair(m, c, d) : (struct fit_name){0};
}

static const struct {
    size_t (*count)(const struct pls_model *m);
    void (*take)(const struct fit_view *v, double *out);
    struct fit_name (*name)(const struct pls_model *m, size_t i);
    bool reads_r;
} measures[FIT_MEASURES] = {
    [FIT_PATHS] = {each_pair, take_paths, name_path, false},
    [FIT_R2] = {each_construct, take_r2, name_endogenous, false},
    [FIT_INDEX] = {each_construct, take_index, name_construct, false},
    [FIT_WEIGHTS] = {each_item, take_weights, name_item, false},
    [FIT_LOADINGS] = {each_item, take_loadings, name_item, false},
    [FIT_TOTAL] = {each_pair, take_total, name_total, false},
    [FIT_INDIRECT] = {each_indirect, take_indirect, name_indirect, false},
    [FIT_SPECIFIC] = {effects_count, take_specific, name_route, false},
    [FIT_HTMT] = {each_pair, take_htmt, name_couple, true},
    [FIT_IMPORTANCE] = {each_of_both, take_importance, name_either, false},
};

struct fit_name fit_measure_name(const struct pls_model *m,
                                 enum fit_measure measure, size_t i)
{
    return measures[measure].name(m, i);
}

static bool is_asked(uint32_t asked, size_t measure)
{
    return asked & FIT_MEASURE(measure);
}

void fit_measures_place(const struct pls_model *m, uint32_t asked,
                        size_t first[FIT_MEASURES + 1])
{
    first[0] = 0;
    for (size_t i = 0; i < FIT_MEASURES; i++)
        first[i + 1] =
            first[i] + (is_asked(asked, i) ? measures[i].count(m) : 0);
}

bool fit_measures_read_r(uint32_t asked)
{
    for (size_t i = 0; i < FIT_MEASURES; i++)
        if (is_asked(asked, i) && measures[i].reads_r)
            return true;
    return false;
}

void fit_measures_take(const struct fit_view *v,
                       const size_t first[FIT_MEASURES + 1], double *numbers)
{
    for (size_t i = 0; i < FIT_MEASURES; i++)
        if (first[i + 1] > first[i])
            measures[i].take(v, numbers + first[i]);
}

void fit_name_join(const struct fit_name *name, const char *between,
                   char out[FIT_NAME])
{
    size_t at = 0;

    for (size_t i = 0; i < name->count; i++)
        at += (size_t)snprintf(out + at, FIT_NAME - at, "%s%s",
                               i ? between : "", name->code[i]);
}
