/* layout.c - see layout.h. */
#include "layout.h"

#include <stdlib.h>

static struct slot *no_slots(const struct form *f)
{
    struct slot *slot = malloc((f->counters + 1) * sizeof *slot);

    for (size_t i = 0; slot && i < f->counters; i++)
        slot[i] = (struct slot){UINT32_MAX, UINT32_MAX, 1, 0};
    return slot;
}

/* The counters of the item at place j of the model. */
static void lay_sums(const struct form *f, uint32_t j, struct slot *slot)
{
    const uint32_t *start = &f->start[f->model.item[j]];

    for (uint32_t at = start[0]; at < start[1]; at++)
        slot[at] = (struct slot){(uint32_t)f->model.items + j, j, 1,
                                 at - start[0] + 1};
}

enum status layout_model(const struct form *f, struct layout *out)
{
    const struct pls_model *m = &f->model;
    const size_t answered = model_places(m).answered;
    struct slot *slot = no_slots(f);

    if (!slot)
        return ST_NOMEM;
    for (uint32_t j = 0; j < m->items; j++)
        if (m->original[j] == j)
            lay_sums(f, j, slot);
    for (uint32_t c = 0; c < m->constructs; c++) {
        slot[f->start[f->items] + c].n = (uint32_t)answered + c;
        slot[f->start[f->items] + c].sign = -1;
    }
    *out = (struct layout){.form = f,
                           .stride = answered + m->constructs,
                           .row = answered,
                           .rows = m->constructs,
                           .repeats = m->distinct < m->items,
                           .slot = slot};
    return ST_OK;
}

enum status layout_items(const struct form *f, const size_t *item, size_t items,
                         struct layout *out)
{
    struct slot *slot = no_slots(f);
    uint32_t place = 0;

    if (!slot)
        return ST_NOMEM;
    for (size_t i = 0; i < items; i++)
        for (uint32_t at = f->start[item[i]]; at < f->start[item[i] + 1]; at++)
            slot[at].n = place++;
    *out = (struct layout){
        .form = f, .stride = place + 1u, .row = place, .rows = 1, .slot = slot};
    return ST_OK;
}

void layout_repeat(const struct layout *l, int64_t *sums)
{
    const struct pls_model *m = &l->form->model;

    for (size_t j = 0; l->repeats && j < m->items; j++) {
        sums[j] = sums[m->original[j]];
        sums[m->items + j] = sums[m->items + m->original[j]];
    }
}

void layout_free(struct layout *l)
{
    free(l->slot);
    *l = (struct layout){0};
}
