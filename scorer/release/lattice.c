/* lattice.c - see scorer/lattice.h. */
#include "scorer/lattice.h"

#include <stdlib.h>
#include <string.h>

#include "protect.h"

/* ---- making ---- */

static void set(char out[CODE_MAX + 1], const char *code, bool split)
{
    memset(out, 0, CODE_MAX + 1);
    if (split)
        memcpy(out, code, CODE_MAX + 1);
}

static struct lattice_codes codes_on(const struct lattice_codes *leaf,
                                     enum lattice_level level)
{
    struct lattice_codes c;

    set(c.operator, leaf->operator, level == LATTICE_OPERATOR ||
        level == LATTICE_OPERATOR_PROVINCE || level == LATTICE_LEAF);
    set(c.province, leaf->province,
        level != LATTICE_NATION && level != LATTICE_OPERATOR &&
            level != LATTICE_CHANNEL);
    set(c.channel, leaf->channel,
        level == LATTICE_CHANNEL || level == LATTICE_PROVINCE_CHANNEL ||
            level == LATTICE_LEAF);
    return c;
}

static bool same_codes(const struct lattice_codes *a,
                       const struct lattice_codes *b)
{
    return streq(a->operator, b->operator) && streq(a->province, b->province) &&
           streq(a->channel, b->channel);
}

static int by_codes(const void *x, const void *y)
{
    const struct lattice_cell *a = x, *b = y;
    int c = (a->level > b->level) - (a->level < b->level);

    if (!c)
        c = strcmp(a->codes.operator, b->codes.operator);
    if (!c)
        c = strcmp(a->codes.province, b->codes.province);
    return c ? c : strcmp(a->codes.channel, b->codes.channel);
}

struct lattice_cell *lattice_find(const struct lattice *l,
                                  enum lattice_level level,
                                  const struct lattice_codes *codes)
{
    const struct lattice_cell key = {.level = level, .codes = *codes};

    return bsearch(&key, l->cell, l->cells, sizeof key, by_codes);
}

/* Every cell once, sorted; their leaves come later. */
static void name_cells(struct lattice *l)
{
    size_t kept = 0, all = 0;

    for (size_t i = 0; i < l->leaves; i++)
        for (enum lattice_level k = 0; k < LATTICE_LEVELS; k++)
            l->cell[all++] = (struct lattice_cell){
                .level = k, .codes = codes_on(&l->leaf[i].codes, k)};
    qsort(l->cell, all, sizeof *l->cell, by_codes);
    for (size_t i = 0; i < all; i++)
        if (!kept || l->cell[kept - 1].level != l->cell[i].level ||
            !same_codes(&l->cell[kept - 1].codes, &l->cell[i].codes))
            l->cell[kept++] = l->cell[i];
    l->cells = kept;
}

static enum status fill_cells(struct lattice *l)
{
    for (size_t i = 0; i < l->leaves; i++)
        for (enum lattice_level k = 0; k < LATTICE_LEVELS; k++) {
            const struct lattice_codes codes = codes_on(&l->leaf[i].codes, k);

            lattice_find(l, k, &codes)->leaves++;
        }
    for (size_t c = 0; c < l->cells; c++) {
        l->cell[c].leaf = malloc(l->cell[c].leaves * sizeof(size_t));
        if (!l->cell[c].leaf)
            return ST_NOMEM;
        l->cell[c].leaves = 0;
    }
    for (size_t i = 0; i < l->leaves; i++)
        for (enum lattice_level k = 0; k < LATTICE_LEVELS; k++) {
            const struct lattice_codes codes = codes_on(&l->leaf[i].codes, k);
            struct lattice_cell *c = lattice_find(l, k, &codes);

            c->leaf[c->leaves++] = i;
            c->n += l->leaf[i].n;
            for (size_t q = 0; q < l->constructs; q++)
                c->total[q] += l->leaf[i].total[q];
        }
    return ST_OK;
}

enum status lattice_new(const struct lattice_leaf *leaf, size_t leaves,
                        size_t constructs, struct lattice **out)
{
    struct lattice *l;
    enum status st = ST_NOMEM;

    if (leaves > LATTICE_LEAVES_MAX)
        return ST_RANGE;
    l = calloc(1, sizeof *l);
    if (!l)
        return ST_NOMEM;
    l->constructs = constructs;
    l->leaf = calloc(leaves + 1, sizeof *l->leaf);
    l->cell = calloc(leaves * LATTICE_LEVELS + 1, sizeof *l->cell);
    if (l->leaf && l->cell) {
        l->leaves = leaves;
        if (leaves)
            memcpy(l->leaf, leaf, leaves * sizeof *leaf);
        name_cells(l);
        st = fill_cells(l);
    }
    if (st == ST_OK)
        *out = l;
    else
        lattice_free(&l);
    return st;
}

void lattice_free(struct lattice **l)
{
    if (!*l)
        return;
    for (size_t c = 0; c < (*l)->cells; c++)
        free((*l)->cell[c].leaf);
    free((*l)->cell);
    free((*l)->leaf);
    free(*l);
    *l = NULL;
}

/* ---- deciding ---- */

static bool sensitive(const struct lattice_cell *c)
{
    return c->n > 0 && c->n < LATTICE_SHOWN;
}

static bool may_open(const struct lattice_cell *c)
{
    return c->level != LATTICE_LEAF && c->n >= LATTICE_SHOWN;
}

/* The cell that gives way: the smallest of those the bound rests on that
 * nobody has seen yet; else the smallest of those that have changed since.
 * NULL: there is none. */
static struct lattice_cell *give_way(struct lattice *l, const bool *binding)
{
    struct lattice_cell *best = NULL;

    for (size_t i = 0; i < l->cells; i++) {
        struct lattice_cell *c = &l->cell[i];

        if (!c->open || !binding[i] || (c->seen && c->shown == c->n))
            continue;
        if (!best || (best->seen && !c->seen) ||
            (best->seen == c->seen && c->n < best->n))
            best = c;
    }
    return best;
}

/* The next unsafe cell from *at on, if there is any: *binding is what it is
 * bounded by.  Those before it were safe, and closing more leaves them so. */
static enum status find_unsafe(const struct lattice *l, size_t *at, bool *found,
                               bool *binding, struct err *err)
{
    struct protect *p = NULL;
    enum status st = protect_new(l, &p);

    *found = false;
    for (; *at < l->cells && st == ST_OK; ++*at) {
        bool safe = true;

        if (!sensitive(&l->cell[*at]))
            continue;
        memset(binding, 0, l->cells * sizeof *binding);
        st = protect_cell(p, &l->cell[*at], &safe, binding, err);
        *found = !safe;
        if (*found)
            break;
    }
    protect_free(&p);
    return st;
}

/* All cells of the same leaves: one of them would tell the others. */
static void close_alike(struct lattice *l, const struct lattice_cell *c)
{
    for (size_t i = 0; i < l->cells; i++) {
        struct lattice_cell *o = &l->cell[i];

        if (o->leaves != c->leaves || !o->open ||
            memcmp(o->leaf, c->leaf, c->leaves * sizeof *c->leaf) != 0)
            continue;
        o->open = false;
        o->held = true;
    }
}

static enum status close_unsafe(struct lattice *l, bool *binding,
                                struct err *err)
{
    bool found = true;
    size_t at = 0;

    while (found) {
        struct lattice_cell *c;
        enum status st = find_unsafe(l, &at, &found, binding, err);

        if (st != ST_OK)
            return st;
        if (!found)
            break;
        c = give_way(l, binding);
        if (!c)
            return err_set(err, ST_NUMERIC,
                           "a cell of few answers cannot be protected");
        close_alike(l, c);
    }
    return ST_OK;
}

enum status lattice_decide(struct lattice *l, struct err *err)
{
    bool *binding = malloc(l->cells + 1);
    bool few = false;
    enum status st;

    if (!binding)
        return ST_NOMEM;
    for (size_t i = 0; i < l->cells; i++)
        few = few || sensitive(&l->cell[i]);
    for (size_t i = 0; i < l->cells; i++) {
        struct lattice_cell *c = &l->cell[i];

        c->held = c->held && few;
        c->open = may_open(c) && !c->held;
    }
    st = close_unsafe(l, binding, err);
    free(binding);
    return st;
}
