/* split.c - see split.h. */
#include "split.h"

#include <stdlib.h>

struct splitting {
    struct split s;
    size_t size; /* bytes of a key: the codes of a cell */
    size_t cap;
    uint32_t *sorted; /* cells by key */
};

static char *key_of(const struct splitting *p, size_t cell)
{
    return p->s.codes + cell * p->size;
}

static enum status room(struct splitting *p)
{
    const size_t more = p->cap ? 2 * p->cap : 64;
    char *codes;
    uint32_t *sorted;

    if (p->s.cells < p->cap)
        return ST_OK;
    codes = realloc(p->s.codes, more * p->size + 1);
    if (!codes)
        return ST_NOMEM;
    p->s.codes = codes;
    sorted = realloc(p->sorted, more * sizeof *sorted);
    if (!sorted)
        return ST_NOMEM;
    p->sorted = sorted;
    p->cap = more;
    return ST_OK;
}

/* Where it is in `sorted`, or belongs. */
static size_t find(const struct splitting *p, const char *key)
{
    size_t low = 0, high = p->s.cells;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(key_of(p, p->sorted[middle]), key, p->size) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status cell_of(struct splitting *p, const char *key, uint32_t *out)
{
    const size_t at = find(p, key);
    enum status st = ST_OK;

    if (at < p->s.cells &&
        memcmp(key_of(p, p->sorted[at]), key, p->size) == 0) {
        *out = p->sorted[at];
        return ST_OK;
    }
    st = room(p);
    if (st != ST_OK)
        return st;
    memmove(&p->sorted[at + 1], &p->sorted[at],
            (p->s.cells - at) * sizeof *p->sorted);
    p->sorted[at] = *out = (uint32_t)p->s.cells;
    memcpy(key_of(p, p->s.cells++), key, p->size);
    return ST_OK;
}

static enum status assign(struct splitting *p, const struct answers *a,
                          const struct query *q)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < answers_count(a) && st == ST_OK; i++) {
        const struct answer x = answers_at(a, i);
        char key[DIMENSIONS * (CODE_MAX + 1)] = "";

        for (size_t d = 0; d < q->by_count; d++)
            answer_code(&x, q->by[d], key + d * (CODE_MAX + 1));
        st = cell_of(p, key, &p->s.cell[i]);
    }
    return st;
}

/* Cells were numbered as they came: number them as they are sorted. */
static enum status put_in_order(struct splitting *p, size_t answers)
{
    struct split *s = &p->s;
    uint32_t *rank = malloc((s->cells + 1) * sizeof *rank);
    char *codes = malloc(s->cells * p->size + 1);

    s->first = calloc(s->cells + 2, sizeof *s->first);
    if (!rank || !codes || !s->first) {
        free(rank);
        free(codes);
        return ST_NOMEM;
    }
    for (size_t i = 0; i < s->cells; i++) {
        rank[p->sorted[i]] = (uint32_t)i;
        memcpy(codes + i * p->size, key_of(p, p->sorted[i]), p->size);
    }
    free(s->codes);
    s->codes = codes;
    for (size_t i = 0; i < answers; i++) {
        s->cell[i] = rank[s->cell[i]];
        s->first[s->cell[i] + 2]++;
    }
    free(rank);
    for (size_t i = 2; i < s->cells + 2; i++)
        s->first[i] += s->first[i - 1];
    for (size_t i = 0; i < answers; i++)
        s->order[s->first[s->cell[i] + 1]++] = (uint32_t)i;
    return ST_OK;
}

enum status split_make(const struct answers *a, const struct query *q,
                       struct split *out)
{
    const size_t answers = answers_count(a);
    struct splitting p = {.s = {.by = q->by_count},
                          .size = q->by_count * (CODE_MAX + 1)};
    enum status st = ST_NOMEM;

    p.s.order = malloc((answers + 1) * sizeof *p.s.order);
    p.s.cell = malloc((answers + 1) * sizeof *p.s.cell);
    if (p.s.order && p.s.cell)
        st = assign(&p, a, q);
    if (st == ST_OK)
        st = put_in_order(&p, answers);
    free(p.sorted);
    if (st == ST_OK)
        *out = p.s;
    else
        split_free(&p.s);
    return st;
}

void split_free(struct split *s)
{
    free(s->codes);
    free(s->first);
    free(s->order);
    free(s->cell);
    *s = (struct split){0};
}

const char *split_code(const struct split *s, size_t cell, size_t dimension)
{
    return s->codes + (cell * s->by + dimension) * (CODE_MAX + 1);
}
