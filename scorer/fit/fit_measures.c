/* fit_measures.c - see fit_measures.h. */
#include "fit_measures.h"

#include <string.h>

#include "scorer/effects.h"
#include "scorer/index.h"
#include "scorer/quality.h"

const char *const fit_measure_words[FIT_MEASURES + 1] = {
    "paths", "r2",       "index",    "weights", "loadings",
    "total", "indirect", "specific", "htmt",    NULL};

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

static const struct {
    size_t (*count)(const struct pls_model *m);
    void (*take)(const struct fit_view *v, double *out);
    bool reads_r;
} measures[FIT_MEASURES] = {
    [FIT_PATHS] = {each_pair, take_paths, false},
    [FIT_R2] = {each_construct, take_r2, false},
    [FIT_INDEX] = {each_construct, take_index, false},
    [FIT_WEIGHTS] = {each_item, take_weights, false},
    [FIT_LOADINGS] = {each_item, take_loadings, false},
    [FIT_TOTAL] = {each_pair, take_total, false},
    [FIT_INDIRECT] = {each_indirect, take_indirect, false},
    [FIT_SPECIFIC] = {effects_count, take_specific, false},
    [FIT_HTMT] = {each_pair, take_htmt, true},
};

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
