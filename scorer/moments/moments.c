/* moments.c - making moments and folding them together.  See scorer/moments.h.
 */
#include "scorer/moments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum status moments_new(size_t items, bool square, struct moments **m)
{
    const size_t n = items * items;
    struct moments *new;

    if (items > ITEMS_MAX)
        return ST_RANGE;
    /* One allocation: the matrices stand behind the struct. */
    new = calloc(1, sizeof *new + (square ? 4 : 3) * n * sizeof(int64_t));
    if (!new)
        return ST_NOMEM;
    new->items = items;
    new->both = (int64_t *)(new + 1);
    new->sum = new->both + n;
    new->cross = new->sum + n;
    new->square = square ? new->cross + n : NULL;
    *m = new;
    return ST_OK;
}

void moments_free(struct moments **m)
{
    free(*m);
    *m = NULL;
}

void moments_clear(struct moments *m)
{
    const size_t bytes = m->items * m->items * sizeof(int64_t);

    m->rows = 0;
    memset(m->both, 0, bytes);
    memset(m->sum, 0, bytes);
    memset(m->cross, 0, bytes);
    if (m->square)
        memset(m->square, 0, bytes);
}

static void add_sums(int64_t *a, const int64_t *b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        a[k] += b[k];
}

/* A negative number when any a[k] became negative. */
static int64_t subtract_sums(int64_t *a, const int64_t *b, size_t n)
{
    int64_t any = 0;

    for (size_t k = 0; k < n; k++)
        any |= a[k] -= b[k];
    return any;
}

static void add(struct moments *into, const struct moments *from)
{
    const size_t n = into->items * into->items;

    into->rows += from->rows;
    add_sums(into->both, from->both, n);
    add_sums(into->sum, from->sum, n);
    add_sums(into->cross, from->cross, n);
    if (into->square)
        add_sums(into->square, from->square, n);
}

enum status moments_merge(struct moments *into, const struct moments *from)
{
    assert(into->items == from->items && (!into->square || from->square));
    if (from->rows > MOMENTS_ROWS_MAX - into->rows)
        return ST_RANGE;
    add(into, from);
    return ST_OK;
}

enum status moments_subtract(struct moments *into, const struct moments *from)
{
    const size_t n = into->items * into->items;
    int64_t any;

    assert(into->items == from->items && (!into->square || from->square));
    any = into->rows -= from->rows;
    any |= subtract_sums(into->both, from->both, n);
    any |= subtract_sums(into->sum, from->sum, n);
    any |= subtract_sums(into->cross, from->cross, n);
    if (into->square)
        any |= subtract_sums(into->square, from->square, n);
    if (any >= 0)
        return ST_OK;
    /* It never held them: put all back, which is exact. */
    add(into, from);
    return ST_RANGE;
}
