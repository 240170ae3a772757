/* facing.c - see facing.h. */
#include "facing.h"

#include <stdlib.h>

void *grow(void *list, size_t count, size_t *cap, size_t size)
{
    const size_t more = *cap ? 2 * *cap : 16;
    void *moved;

    if (count < *cap)
        return list;
    moved = realloc(list, more * size);
    if (moved)
        *cap = more;
    return moved;
}

/* ---- pairs ---- */

static bool is_part(const struct facing *f, const struct cell_estimate *e)
{
    return streq(e->construct, f->construct) &&
           (e->n > 0 || !f->side[0].views->rolled);
}

/* What of a part's codes is not of its cell: the product, of a family. */
static const char *const *own_codes(const struct facing *f, size_t side,
                                    const struct cell_estimate *e)
{
    const struct views *t = f->side[side].views;

    return e->cell + t->lead + t->by;
}

/* Could `x` of that side stand opposite `e` of the other? */
static bool opposite(const struct facing *f, size_t side,
                     const struct cell_estimate *x,
                     const struct cell_estimate *e)
{
    const struct views *t = f->side[side].views;

    return is_part(f, x) && streq(x->survey, e->survey) &&
           codes_compare(own_codes(f, side, x), own_codes(f, !side, e),
                         t->codes - t->lead - t->by) == 0;
}

static bool same_form(const struct cell_estimate *a,
                      const struct cell_estimate *b)
{
    return memcmp(a->form, b->form, HASH_SIZE) == 0;
}

static const struct cell_estimate *
find_same(const struct facing *f, size_t side, const struct cell_estimate *e)
{
    const struct run *r = &f->parts[side];

    for (size_t i = 0; i < r->count; i++)
        if (opposite(f, side, &r->first[i], e) && same_form(&r->first[i], e))
            return &r->first[i];
    return NULL;
}

/* One of a form that the other side, of `e`, does not have; *count of them. */
static const struct cell_estimate *find_other(const struct facing *f,
                                              size_t side,
                                              const struct cell_estimate *e,
                                              size_t *count)
{
    const struct run *r = &f->parts[side];
    const struct cell_estimate *found = NULL;

    *count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct cell_estimate *x = &r->first[i];

        if (opposite(f, side, x, e) && !find_same(f, !side, x)) {
            found = x;
            ++*count;
        }
    }
    return found;
}

static enum status add_pair(struct facing *f, size_t side,
                            const struct cell_estimate *e,
                            const struct cell_estimate *other,
                            enum pair_fault fault)
{
    struct pair *list = grow(f->pair, f->pairs, &f->cap, sizeof *f->pair);
    struct pair *p;

    if (!list)
        return ST_NOMEM;
    f->pair = list;
    p = &list[f->pairs++];
    *p = (struct pair){.fault = fault};
    p->e[side] = e;
    p->e[!side] = other;
    pair_match(p, f->links);
    return ST_OK;
}

/* A family's survey that the other side has too, in forms that have partners:
 * what it says in this one has nothing to stand against. */
static bool stands_apart(const struct facing *f, size_t side,
                         const struct cell_estimate *e)
{
    const struct run *r = &f->parts[!side];

    for (size_t i = 0; f->side[0].views->rolled && i < r->count; i++)
        if (is_part(f, &r->first[i]) && streq(r->first[i].survey, e->survey))
            return true;
    return false;
}

/* A pair is made when its first side is met. */
static enum status pair_up(struct facing *f, size_t side,
                           const struct cell_estimate *e)
{
    const struct cell_estimate *other = find_same(f, !side, e);
    size_t there = 1, here = 1;

    if (!other) {
        other = find_other(f, !side, e, &there);
        if (other)
            (void)find_other(f, side, other, &here);
    }
    if (there > 1 || here > 1)
        return add_pair(f, side, e, NULL, PAIR_SEVERAL_FORMS);
    if (!other)
        return add_pair(f, side, e, NULL,
                        stands_apart(f, side, e) ? PAIR_SEVERAL_FORMS
                                                 : PAIR_FINE);
    return side == 0 ? add_pair(f, 0, e, other, PAIR_FINE) : ST_OK;
}

/* ---- the mix within a pair ---- */

static bool is_leaf(const struct cell_estimate *leaf,
                    const struct cell_estimate *part)
{
    return same_form(leaf, part) && streq(leaf->construct, part->construct);
}

static size_t next_leaf(const struct run *r, size_t i,
                        const struct cell_estimate *part)
{
    while (i < r->count && !is_leaf(&r->first[i], part))
        i++;
    return i;
}

static enum status add_leaf(struct pair *p, size_t *cap,
                            const struct cell_estimate *a,
                            const struct cell_estimate *b)
{
    struct leaf *list = grow(p->leaf, p->leaves, cap, sizeof *list);

    if (!list)
        return ST_NOMEM;
    p->leaf = list;
    list[p->leaves++] = (struct leaf){{a, b}};
    return ST_OK;
}

/* Both lists are in the order of their codes. */
static enum status find_leaves(const struct facing *f, struct pair *p)
{
    struct run r[2];
    size_t i[2] = {0, 0}, cap = 0;
    enum status st = ST_OK;

    for (size_t side = 0; side < 2; side++) {
        const struct views *t = f->side[side].views;

        r[side] = estimates_run(t->leaves, p->e[side]->cell, t->codes);
        i[side] = next_leaf(&r[side], 0, p->e[side]);
    }
    while (st == ST_OK && (i[0] < r[0].count || i[1] < r[1].count)) {
        const struct views *s = f->side[0].views, *t = f->side[1].views;
        const struct cell_estimate *a = r[0].first + i[0],
                                   *b = r[1].first + i[1];
        const int c =
            i[0] == r[0].count ? 1
            : i[1] == r[1].count
                ? -1
                : codes_compare(a->cell + s->codes, b->cell + t->codes, s->mix);

        st = add_leaf(p, &cap, c <= 0 ? a : NULL, c >= 0 ? b : NULL);
        if (c <= 0)
            i[0] = next_leaf(&r[0], i[0] + 1, p->e[0]);
        if (c >= 0)
            i[1] = next_leaf(&r[1], i[1] + 1, p->e[1]);
    }
    return st;
}

enum status facing_pair(struct facing *f)
{
    enum status st = ST_OK;

    f->pairs = 0;
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < f->parts[side].count && st == ST_OK; i++)
            if (is_part(f, &f->parts[side].first[i]))
                st = pair_up(f, side, &f->parts[side].first[i]);
    for (size_t i = 0; i < f->pairs && st == ST_OK; i++)
        if (f->pair[i].e[0] && f->pair[i].e[1])
            st = find_leaves(f, &f->pair[i]);
    return st;
}

void facing_clear(struct facing *f)
{
    for (size_t i = 0; i < f->pairs; i++)
        free(f->pair[i].leaf);
    f->pairs = 0;
}

void facing_free(struct facing *f)
{
    facing_clear(f);
    free(f->pair);
    *f = (struct facing){0};
}
