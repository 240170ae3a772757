/* compare_rows.c - the cells of two sides, put face to face. */
#include <math.h>
#include <stdlib.h>

#include "compare.h"

/* Rows under way. */
struct adding {
    struct facing facing;
    const struct query *q;
    struct rows *rows;
    const char *const *cell;
    struct err *err;
};

/* ---- rows ---- */

static enum pair_fault fault_of(const struct comparison *c)
{
    for (size_t i = 0; i < c->pairs; i++)
        if (c->pair[i].fault != PAIR_FINE)
            return c->pair[i].fault;
    return PAIR_FINE;
}

static void tell_fault(struct rows *r, enum pair_fault fault,
                       const struct cell_estimate *e)
{
    if (r->faults++)
        return;
    (void)err_set(&r->fault, ST_NUMERIC, "%s: %s: %s", e->survey, e->construct,
                  fault == PAIR_NOTHING_COMMON
                      ? "its two forms have no item of the same code and "
                        "revision: a link is needed"
                      : "several of its forms meet: ask for days of one");
}

static void set_flags(struct row *r, const struct outcome *o)
{
    const uint32_t both = estimate_flags(r->e[0]) | estimate_flags(r->e[1]);

    flags_print(both & SCORE_SUPPRESSED ? both & ~(uint32_t)SCORE_INDICATIVE
                                        : both,
                r->flags);
    if (o->linked)
        words_add(r->flags, "linked");
    if (o->common)
        words_add(r->flags, "common_items");
    if (o->lent)
        words_add(r->flags, "lent_weights");
    if (o->surveys)
        words_add(r->flags, "surveys_differ");
}

static void fill(struct row *r, const struct outcome *o)
{
    const bool shown = !((estimate_flags(r->e[0]) | estimate_flags(r->e[1])) &
                         SCORE_SUPPRESSED);

    for (size_t side = 0; side < 2; side++)
        if (!(estimate_flags(r->e[side]) & SCORE_SUPPRESSED))
            r->index[side] = o->value[side].at[WHOLE];
    if (!shown)
        return;
    r->difference = measure_find(&o->difference, o->link_se);
    r->answers = measure_find(&o->answers, 0);
    r->weights = measure_find(&o->weights, 0);
    r->mix = measure_find(&o->mix, 0);
    if (isnan(r->difference.p) && !isnan(r->difference.interval.se))
        words_add(r->flags, "no_test");
    if (isnan(r->difference.interval.se) && !isnan(r->difference.value))
        words_add(r->flags, "no_interval");
}

enum status rows_refuse(struct err *err)
{
    return err_set(err, ST_RANGE, "over %d comparisons: ask for fewer",
                   COMPARISONS_MAX);
}

static enum status add_row(struct adding *a, const struct comparison *c)
{
    struct rows *all = a->rows;
    struct row *list = grow(all->list, all->count, &all->cap, sizeof *list);
    const enum pair_fault fault = fault_of(c);
    struct outcome o;
    struct row *r;

    if (!list)
        return ST_NOMEM;
    all->list = list;
    if (all->count == COMPARISONS_MAX)
        return rows_refuse(a->err);
    r = &list[all->count++];
    *r = (struct row){.e = {c->whole[0], c->whole[1]},
                      .cell = a->cell,
                      .name = {a->facing.side[0].name, a->facing.side[1].name},
                      .index = {NAN, NAN},
                      .difference = finding_none,
                      .answers = finding_none,
                      .weights = finding_none,
                      .mix = finding_none,
                      .adjusted = NAN};
    if (fault == PAIR_FINE) {
        comparison_measure(c, &o);
        set_flags(r, &o);
        fill(r, &o);
        return ST_OK;
    }
    set_flags(r, &(struct outcome){.linked = false});
    words_add(r->flags, "not_comparable");
    tell_fault(all, fault, r->e[r->e[0] ? 0 : 1]);
    return ST_OK;
}

static const struct cell_estimate *whole_of(const struct run *r,
                                            const char *construct)
{
    for (size_t i = 0; i < r->count; i++)
        if (streq(r->first[i].construct, construct))
            return &r->first[i];
    return NULL;
}

/* ---- walking ---- */

static enum status add_rows(struct adding *a, const struct run whole[2])
{
    struct facing *f = &a->facing;
    struct comparison c = {.rolled = f->side[0].views->rolled,
                           .rollup = a->q->rollup};
    enum status st = ST_OK;

    if (c.rolled) {
        c.pair = f->pair;
        c.pairs = f->pairs;
        for (size_t side = 0; side < 2; side++)
            c.whole[side] = whole_of(&whole[side], f->construct);
        return add_row(a, &c);
    }
    for (size_t i = 0; i < f->pairs && st == ST_OK; i++) {
        c.pair = &f->pair[i];
        c.pairs = 1;
        memcpy(c.whole, c.pair->e, sizeof c.whole);
        st = add_row(a, &c);
    }
    return st;
}

static enum status face_construct(struct adding *a, const struct run whole[2],
                                  const char *construct)
{
    enum status st;

    a->facing.construct = construct;
    st = facing_pair(&a->facing);
    if (st == ST_OK)
        st = add_rows(a, whole);
    facing_clear(&a->facing);
    return st;
}

/* Codes of the leading dimension and the cell, as the views have them. */
static void find_parts(struct adding *a)
{
    for (size_t i = 0; i < 2; i++) {
        const struct side *s = &a->facing.side[i];
        const char *code[DIMENSIONS + 1];

        code[0] = s->code;
        for (size_t k = 0; k < a->q->by_count; k++)
            code[s->views->lead + k] = a->cell[k];
        a->facing.parts[i] = estimates_run(s->views->parts, code,
                                           s->views->lead + a->q->by_count);
    }
}

static enum status face_cell(struct adding *a, const struct run whole[2])
{
    enum status st = ST_OK;

    find_parts(a);
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < whole[side].count && st == ST_OK; i++) {
            const struct run before = {whole[side].first, i};
            const char *construct = whole[side].first[i].construct;

            if (!whole_of(&before, construct) &&
                (!side || !whole_of(&whole[0], construct)))
                st = face_construct(a, whole, construct);
        }
    return st;
}

static size_t cell_length(const struct run *r, const struct views *t)
{
    size_t n = 0;

    while (n < r->count && codes_compare(r->first[n].cell + t->lead,
                                         r->first->cell + t->lead, t->by) == 0)
        n++;
    return n;
}

enum status rows_add(struct rows *r, const struct side side[2],
                     const struct query *q, const struct form_links *links,
                     struct err *err)
{
    struct adding a = {.facing = {.side = side, .links = links},
                       .q = q,
                       .rows = r,
                       .err = err};
    struct run left[2], here[2];
    enum status st = ST_OK;

    memcpy(r->weighting, side[0].views->whole.weighting, sizeof r->weighting);
    memcpy(r->rollup, side[0].views->whole.rollup, sizeof r->rollup);
    for (size_t i = 0; i < 2; i++)
        left[i] = estimates_run(&side[i].views->whole, &side[i].code,
                                side[i].views->lead);
    while (st == ST_OK && (left[0].count || left[1].count)) {
        const struct views *s = side[0].views, *t = side[1].views;
        const int c = !left[0].count ? 1
                      : !left[1].count
                          ? -1
                          : codes_compare(left[0].first->cell + s->lead,
                                          left[1].first->cell + t->lead, s->by);

        here[0] =
            (struct run){left[0].first, c <= 0 ? cell_length(&left[0], s) : 0};
        here[1] =
            (struct run){left[1].first, c >= 0 ? cell_length(&left[1], t) : 0};
        a.cell = c <= 0 ? left[0].first->cell + s->lead
                        : left[1].first->cell + t->lead;
        st = face_cell(&a, here);
        for (size_t i = 0; i < 2; i++) {
            left[i].first += here[i].count;
            left[i].count -= here[i].count;
        }
    }
    facing_free(&a.facing);
    return st;
}

void rows_free(struct rows *r)
{
    free(r->list);
    *r = (struct rows){0};
}
