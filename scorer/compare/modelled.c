/* modelled.c - see modelled.h. */
#include "modelled.h"

#include <math.h>

bool has_index(const struct set *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!isnan(s->member[i]->index))
            return true;
    return false;
}

enum status faults_take(struct faults *f, enum status st,
                        const struct err *cause)
{
    f->sets++;
    if (st != ST_NUMERIC)
        return st;
    if (f->count++ == 0)
        f->first = *cause;
    return ST_OK;
}

enum status faults_end(const struct faults *f, struct result *out,
                       struct err *err)
{
    if (f->count && f->count == f->sets)
        return err_set(err, ST_NUMERIC, "%s", f->first.text);
    if (f->count)
        result_note(out, "%zu could not be estimated; the first: %s", f->count,
                    f->first.text);
    return ST_OK;
}

static enum status refuse_rollups(const struct estimates *l,
                                  const struct query *q, struct err *err)
{
    for (size_t i = 0; i < l->count; i++)
        if (!l->list[i].model)
            return err_set(err, ST_INVALID,
                           "%s is a family: ask --by product, or for one of "
                           "its surveys",
                           q->survey);
    return ST_OK;
}

enum status asked_sets_make(struct engine *e, const struct query *q,
                            const struct dimensions *more,
                            struct asked_sets *out, bool **met, struct err *err)
{
    enum dimension by[2 * DIMENSIONS];
    struct query copy = *q;
    enum status st;

    for (size_t i = 0; i < q->by_count; i++)
        by[i] = q->by[i];
    for (size_t i = 0; i < more->count; i++)
        by[q->by_count + i] = more->list[i];
    copy.by = by;
    copy.by_count = q->by_count + more->count;
    st = engine_estimates(e, &copy, &out->estimates, met, err);
    if (st == ST_OK)
        st = refuse_rollups(&out->estimates, q, err);
    return st == ST_OK ? sets_make(&out->estimates, q->by_count, &out->sets)
                       : st;
}

void asked_sets_free(struct asked_sets *s)
{
    sets_free(&s->sets);
    estimates_free(&s->estimates);
}
