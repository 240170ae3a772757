/* kept.c - see kept.h. */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

#include "surveys/period.h"

struct finding {
    const struct query *query;
    const char *grade;
    struct kept_list list;
    size_t cap;
};

static bool splits_by(const struct query *q, enum dimension d)
{
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] == d)
            return true;
    return false;
}

static bool passes(const struct query_filter *f, const char *code)
{
    for (size_t i = 0; i < f->count; i++)
        if (streq(f->codes[i], code))
            return true;
    return false;
}

/* The subject has every dimension of these, and passes them. */
static bool meets(const struct query_filter *f, size_t count,
                  const struct indicator *x, uint32_t *used)
{
    for (size_t i = 0; i < count; i++) {
        const char *code = subject_code(&x->subject, f[i].dimension);
        char month[PERIOD_TEXT];

        if (f[i].dimension == DIM_PERIOD) {
            period_format_month(x->month, month);
            code = month;
        }
        if (!code || !passes(&f[i], code))
            return false;
        *used |= 1u << f[i].dimension;
    }
    return true;
}

static bool belongs(const struct finding *f, const struct indicator *x)
{
    const struct query *q = f->query;
    const char *grade = subject_code(&x->subject, DIM_CLASS);
    uint32_t used = 0;

    if (x->month < period_month(q->from) || x->month > period_month(q->to) ||
        !meets(q->filter, q->filters, x, &used) ||
        !meets(q->scope, q->scopes, x, &used))
        return false;
    if (*f->grade) {
        if (!grade || !streq(grade, f->grade))
            return false;
        used |= 1u << DIM_CLASS;
    }
    for (size_t i = 0; i < x->subject.count; i++)
        if (!splits_by(q, x->subject.dimension[i]) &&
            !(used & 1u << x->subject.dimension[i]))
            return false;
    for (size_t i = 0; i < q->by_count; i++)
        if (q->by[i] != DIM_PERIOD && !subject_code(&x->subject, q->by[i]))
            return false;
    return true;
}

static void name_cell(const struct query *q, const struct indicator *x,
                      struct kept *out)
{
    memset(out, 0, sizeof *out);
    out->name = x->name;
    for (size_t i = 0; i < q->by_count; i++) {
        char month[PERIOD_TEXT];

        period_format_month(x->month, month);
        snprintf(out->cell[i], sizeof out->cell[i], "%s",
                 q->by[i] == DIM_PERIOD ? month
                                        : subject_code(&x->subject, q->by[i]));
    }
}

static int by_cell(const void *x, const void *y)
{
    const struct kept *a = x, *b = y;
    int c = 0;

    for (size_t i = 0; i < DIMENSIONS && !c; i++)
        c = strcmp(a->cell[i], b->cell[i]);
    return c ? c : strcmp(a->name, b->name);
}

static enum status add(struct finding *f, const struct indicator *x)
{
    struct kept_list *l = &f->list;
    struct kept k;

    if (l->count == f->cap) {
        const size_t cap = f->cap ? 2 * f->cap : 64;
        struct kept *more = realloc(l->list, cap * sizeof *more);

        if (!more)
            return ST_NOMEM;
        l->list = more;
        f->cap = cap;
    }
    name_cell(f->query, x, &k);
    k.numerator = x->numerator;
    k.denominator = x->denominator;
    k.source = x->source;
    k.version = x->version;
    l->list[l->count++] = k;
    return ST_OK;
}

/* Lines of one cell and name come in the order of their months. */
static void sum_up(struct kept_list *l)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->count; i++) {
        struct kept *last = kept ? &l->list[kept - 1] : NULL;

        if (!last || by_cell(last, &l->list[i]) != 0) {
            l->list[kept++] = l->list[i];
            continue;
        }
        last->numerator += l->list[i].numerator;
        last->denominator += l->list[i].denominator;
        last->source = l->list[i].source;
        if (l->list[i].version > last->version)
            last->version = l->list[i].version;
    }
    l->count = kept;
}

static int by_cell_then_place(const void *x, const void *y)
{
    const struct kept *a = x, *b = y;
    const int c = by_cell(a, b);

    /* names are views into one sorted list: months ascend */
    return c ? c : (a->name > b->name) - (a->name < b->name);
}

enum status kept_find(const struct indicators *all, const struct query *q,
                      const char *grade, int64_t version, struct kept_list *out)
{
    struct finding f = {.query = q, .grade = grade};

    for (size_t i = 0; i < all->count; i++) {
        enum status st = ST_OK;

        if (indicators_counts(all, i, version) && belongs(&f, &all->list[i]))
            st = add(&f, &all->list[i]);
        if (st != ST_OK) {
            kept_free(&f.list);
            return st;
        }
    }
    if (f.list.count)
        qsort(f.list.list, f.list.count, sizeof *f.list.list,
              by_cell_then_place);
    sum_up(&f.list);
    *out = f.list;
    return ST_OK;
}

void kept_free(struct kept_list *l)
{
    free(l->list);
    *l = (struct kept_list){0};
}
