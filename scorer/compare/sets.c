/* sets.c - see sets.h. */
#include "sets.h"

#include <stdlib.h>

static bool belongs(const struct cell_estimate *a,
                    const struct cell_estimate *b, size_t by)
{
    for (size_t i = 0; i < by; i++)
        if (!streq(a->cell[i], b->cell[i]))
            return false;
    return streq(a->construct, b->construct) && streq(a->survey, b->survey) &&
           memcmp(a->form, b->form, HASH_SIZE) == 0;
}

/* The number of each estimate's set.  The list is sorted by cell, so a set
 * that is not among those since the cell began is new. */
static size_t number_sets(const struct estimates *l, size_t by,
                          const struct cell_estimate **key, size_t *number)
{
    size_t sets = 0, began = 0;

    for (size_t i = 0; i < l->count; i++) {
        const struct cell_estimate *e = &l->list[i];
        size_t k;

        for (size_t c = 0; i && c < by; c++)
            if (!streq(e->cell[c], l->list[i - 1].cell[c])) {
                began = sets;
                break;
            }
        for (k = began; k < sets && !belongs(key[k], e, by); k++)
            ;
        if (k == sets)
            key[sets++] = e;
        number[i] = k;
    }
    return sets;
}

static void deal(const struct estimates *l, const size_t *number,
                 struct sets *s)
{
    const struct cell_estimate **at = s->members;

    for (size_t i = 0; i < l->count; i++)
        s->list[number[i]].count++;
    for (size_t k = 0; k < s->count; k++) {
        s->list[k].member = at;
        at += s->list[k].count;
        s->list[k].count = 0;
    }
    for (size_t i = 0; i < l->count; i++) {
        struct set *to = &s->list[number[i]];

        to->member[to->count++] = &l->list[i];
    }
}

enum status sets_make(const struct estimates *l, size_t by, struct sets *out)
{
    const size_t room = l->count + 1;
    struct sets s = {.list = calloc(room, sizeof *s.list),
                     .members = malloc(room * sizeof *s.members)};
    size_t *number = malloc(room * sizeof *number);
    enum status st = ST_NOMEM;

    if (s.list && s.members && number) {
        s.count = number_sets(l, by, s.members, number);
        deal(l, number, &s);
        *out = s;
        st = ST_OK;
    } else {
        sets_free(&s);
    }
    free(number);
    return st;
}

void sets_free(struct sets *s)
{
    free(s->list);
    free(s->members);
    *s = (struct sets){0};
}

const struct set *sets_find(const struct sets *s, size_t by,
                            const struct cell_estimate *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (belongs(s->list[i].member[0], e, by))
            return &s->list[i];
    return NULL;
}
