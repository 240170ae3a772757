/* tally.c - see tally.h. */
#include "tally.h"

#include <stdlib.h>

#include "base/limits.h"

void tally_open(struct tally *t)
{
    *t = (struct tally){.cells = {.size = sizeof(struct cell)}};
    t->answers.max = UINT32_MAX;
}

void tally_free(struct tally *t)
{
    intern_free(&t->cells);
    free(t->row);
    buffer_free(&t->answers);
    t->row = NULL;
    t->rows = t->cap = 0;
}

void tally_clear(struct tally *t)
{
    intern_clear(&t->cells);
    t->rows = 0;
    t->answers.len = 0;
}

static enum status grow(struct tally *t)
{
    const size_t cap = t->cap ? 2 * t->cap : 256;
    struct tally_row *row = realloc(t->row, cap * sizeof *row);

    if (!row)
        return ST_NOMEM;
    t->row = row;
    t->cap = cap;
    return ST_OK;
}

enum status tally_add(struct tally *t, const struct cell *cell, unsigned group,
                      bool minus, const uint8_t *answers, size_t items)
{
    struct tally_row r = {.answers = (uint32_t)t->answers.len,
                          .group = (uint8_t)group,
                          .minus = minus};
    enum status st = t->rows < t->cap ? ST_OK : grow(t);

    if (st == ST_OK)
        st = intern_put(&t->cells, cell, &r.cell, NULL);
    if (st == ST_OK)
        st = buffer_add(&t->answers, answers, items);
    if (st == ST_OK)
        t->row[t->rows++] = r;
    return st;
}

bool tally_full(const struct tally *t)
{
    return t->answers.len + t->rows * sizeof *t->row +
               t->cells.count * (sizeof(struct cell) + sizeof(struct ranked)) >=
           TALLY_BYTES;
}

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    const int len = x->key.len < y->key.len ? x->key.len : y->key.len;
    const int c = memcmp(x->key.bytes, y->key.bytes, (size_t)len);

    return c ? c : x->key.len - y->key.len;
}

/* Turn counts of classes into where each begins. */
static void add_up(uint32_t *begin, size_t classes)
{
    uint32_t at = 0;

    for (size_t k = 0; k < classes; k++) {
        const uint32_t n = begin[k];

        begin[k] = at;
        at += n;
    }
}

static size_t sign_class(const struct tally_row *r)
{
    return 2u * r->group + r->minus;
}

/* Two passes of counting, each of which keeps the order that it finds: by
 * group and sign into `half`, then by cell into s->row. */
static void sort_rows(const struct tally *t, struct sorted *s, uint32_t *begin,
                      struct tally_row *half)
{
    memset(begin, 0, 2 * GROUPS * sizeof *begin);
    for (size_t i = 0; i < t->rows; i++)
        begin[sign_class(&t->row[i])]++;
    add_up(begin, 2 * GROUPS);
    for (size_t i = 0; i < t->rows; i++)
        half[begin[sign_class(&t->row[i])]++] = t->row[i];
    memset(begin, 0, s->cells * sizeof *begin);
    for (size_t i = 0; i < t->rows; i++)
        begin[s->rank_of[half[i].cell]]++;
    add_up(begin, s->cells);
    for (size_t i = 0; i < t->rows; i++)
        s->row[begin[s->rank_of[half[i].cell]]++] = half[i];
}

static void rank_cells(struct sorted *s)
{
    uint32_t rank = 0;

    qsort(s->rank, s->cells, sizeof *s->rank, by_key);
    for (size_t i = 0; i < s->cells; i++) {
        if (i && by_key(&s->rank[i - 1], &s->rank[i]) != 0)
            rank = (uint32_t)i;
        s->rank_of[s->rank[i].cell] = rank;
    }
}

enum status tally_sort(const struct tally *t, enum layer layer,
                       struct sorted *out)
{
    const size_t n = t->cells.count;
    const size_t classes = n > 2 * GROUPS ? n : 2 * GROUPS;
    struct sorted s = {.cells = n,
                       .rank = malloc(n * sizeof *s.rank),
                       .rank_of = malloc(n * sizeof *s.rank_of),
                       .row = malloc(t->rows * sizeof *s.row)};
    uint32_t *begin = malloc(classes * sizeof *begin);
    struct tally_row *half = malloc(t->rows * sizeof *half);
    enum status st = ST_NOMEM;

    if (!s.rank || !s.rank_of || !s.row || !begin || !half)
        goto done;
    for (size_t i = 0; i < n; i++) {
        cell_key(intern_at(&t->cells, i), layer, &s.rank[i].key);
        s.rank[i].cell = (uint32_t)i;
    }
    rank_cells(&s);
    sort_rows(t, &s, begin, half);
    *out = s;
    st = ST_OK;
done:
    if (st != ST_OK)
        sorted_free(&s);
    free(begin);
    free(half);
    return st;
}

void sorted_free(struct sorted *s)
{
    free(s->rank);
    free(s->rank_of);
    free(s->row);
    *s = (struct sorted){0};
}
