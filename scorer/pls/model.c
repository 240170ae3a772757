/* model.c - the part of a survey that is estimated.  See scorer/pls.h. */
#include "scorer/pls.h"

#include <assert.h>

static size_t first_scale_item(const struct survey *s)
{
    for (size_t i = 0; i < s->items; i++)
        if (s->item[i].kind == ITEM_SCALE)
            return i;
    return 0;
}

/* Kahn (1962): take whoever has no arrow left from one not taken yet. */
static void sort(struct pls_model *m)
{
    const size_t k = m->constructs;
    bool taken[CONSTRUCTS_MAX] = {false};
    size_t n = 0;

    while (n < k) {
        const size_t before = n;

        for (size_t to = 0; to < k; to++) {
            bool ready = !taken[to];

            for (size_t from = 0; from < k; from++)
                ready &= !m->path[to * k + from] || taken[from];
            if (ready) {
                taken[to] = true;
                m->order[n++] = to;
            }
        }
        assert(n > before); /* loading refuses cycles */
    }
}

static void add_item(struct pls_model *m, size_t item)
{
    size_t first = 0;

    while (first < m->items && m->item[first] != item)
        first++;
    m->distinct += first == m->items ? 1 : 0;
    m->original[m->items] = first;
    m->item[m->items++] = item;
}

void pls_model_of(const struct survey *s, struct pls_model *out)
{
    const struct model *model = &s->model;
    const size_t k = model->constructs;

    *out = (struct pls_model){.scheme = model->scheme, .survey = s};
    if (k == 0) {
        out->constructs = out->items = out->distinct = out->first[1] = 1;
        out->item[0] = first_scale_item(s);
        return;
    }
    out->constructs = k;
    for (size_t c = 0; c < k; c++) {
        const struct construct *from = &model->construct[c];

        out->mode[c] = from->mode;
        for (size_t i = 0; i < from->items; i++)
            add_item(out, from->item[i]);
        out->first[c + 1] = out->items;
    }
    for (size_t i = 0; i < k * k; i++)
        out->path[i] = model->path[i];
    sort(out);
}

const char *pls_item_code(const void *model, size_t item)
{
    const struct pls_model *m = model;

    return m->survey->item[m->item[item]].code;
}

const char *pls_construct_code(const struct pls_model *m, size_t construct)
{
    return m->survey->model.constructs
               ? m->survey->model.construct[construct].code
               : pls_item_code(m, construct);
}
