/* views.c - see views.h. */
#include "views.h"

#include <stdlib.h>

static void add(struct dimensions *d, enum dimension one)
{
    d->list[d->count++] = one;
}

static enum status ask(struct engine *e, const struct query *q,
                       const struct dimensions *by, struct estimates *out,
                       bool **met, struct err *err)
{
    struct query copy = *q;

    copy.by = by->list;
    copy.by_count = by->count;
    return engine_estimates(e, &copy, out, met, err);
}

static bool has_rollups(const struct estimates *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (!l->list[i].model)
            return true;
    return false;
}

static enum status ask_leaves(struct engine *e, const struct query *q,
                              const struct dimensions *by,
                              const struct dimensions *mix, struct views *t,
                              struct err *err)
{
    struct dimensions d = *by;

    for (size_t i = 0; i < mix->count; i++)
        if (!dimensions_have(d.list, d.count, mix->list[i]))
            add(&d, mix->list[i]);
    if (d.count == by->count)
        return ST_OK;
    t->mix = d.count - by->count;
    t->leaves = &t->own_leaves;
    return ask(e, q, &d, &t->own_leaves, NULL, err);
}

enum status views_ask(struct engine *e, const struct query *q,
                      enum dimension lead, const struct dimensions *mix,
                      struct views *out, struct err *err)
{
    struct dimensions by = {0};
    enum status st;

    *out = (struct views){.by = q->by_count};
    if (lead != DIMENSIONS)
        by.list[by.count++] = lead;
    out->lead = by.count;
    if (dimensions_have(q->by, q->by_count, lead))
        return err_set(err, ST_INVALID, "--by: split twice by %s",
                       dimension_name(lead));
    for (size_t i = 0; i < q->by_count; i++)
        add(&by, q->by[i]);
    st = ask(e, q, &by, &out->whole, &out->met, err);
    out->rolled = has_rollups(&out->whole);
    out->parts = &out->whole;
    if (st == ST_OK && out->rolled) {
        add(&by, DIM_PRODUCT);
        out->parts = &out->own_parts;
        st = ask(e, q, &by, &out->own_parts, NULL, err);
    }
    out->codes = by.count;
    out->leaves = out->parts;
    return st == ST_OK ? ask_leaves(e, q, &by, mix, out, err) : st;
}

void views_shrink(struct views *t)
{
    estimates_free(&t->own_parts);
    estimates_free(&t->own_leaves);
    t->parts = t->leaves = &t->whole;
}

void views_free(struct views *t)
{
    views_shrink(t);
    estimates_free(&t->whole);
    free(t->met);
    *t = (struct views){0};
}

int codes_compare(const char *const *a, const char *const *b, size_t count)
{
    int c = 0;

    for (size_t i = 0; i < count && c == 0; i++)
        c = strcmp(a[i], b[i]);
    return c;
}

/* The first estimate that is not before these codes; with `behind`, that is
 * behind them. */
static size_t bound(const struct estimates *l, const char *const *code,
                    size_t count, bool behind)
{
    size_t low = 0, high = l->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int c = codes_compare(l->list[middle].cell, code, count);

        if (c < 0 || (behind && c == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct run estimates_run(const struct estimates *l, const char *const *code,
                         size_t count)
{
    const size_t first = bound(l, code, count, false);

    return (struct run){l->list + first, bound(l, code, count, true) - first};
}
