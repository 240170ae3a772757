/* series.c - see series.h. */
#include "series.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* ---- a point ---- */

/* What a stored answer is worth, 0 .. 100. */
static double worth(const struct measure *m, const struct item *item, size_t v)
{
    if (m->rate != INT_MIN)
        return (int)v + item->min >= m->rate ? 100 : 0;
    return 100 * (double)v / (item_points(item) - 1);
}

struct part_mean {
    double n, y;
};

static void add_item(const struct measure *m, double u,
                     const struct item_counts *c, const double *without,
                     struct part_mean *out)
{
    double n = 0, sum = 0;

    for (size_t v = 0; v < c->points; v++) {
        const double k = c->count[v] - (without ? without[v] : 0);

        n += k;
        sum += k * worth(m, c->item, v);
    }
    out->n = n > 0 ? out->n + u * n : NAN;
    out->y += u * sum / n;
}

static const struct item_counts *counts_of(const struct item_counts *c,
                                           size_t count, const char *item)
{
    for (size_t i = 0; i < count; i++)
        if (streq(c[i].item->code, item))
            return &c[i];
    return NULL;
}

/* Those of one group; SIZE_MAX: of all. */
static struct part_mean mean_of(const struct measure *m,
                                const struct item_counts *c, size_t count,
                                size_t group)
{
    struct part_mean out = {0, 0};

    for (size_t j = 0; j < m->items; j++) {
        const struct item_counts *i = counts_of(c, count, m->item[j].code);

        if (m->item[j].u == 0)
            continue;
        if (!i || (group != SIZE_MAX && !i->used[group]))
            return (struct part_mean){NAN, NAN};
        add_item(m, m->item[j].u, i,
                 group == SIZE_MAX ? NULL : &i->without[group * i->points],
                 &out);
    }
    return out;
}

struct point series_point(const struct measure *m, const struct item_counts *c,
                          size_t count)
{
    const struct part_mean all = mean_of(m, c, count, SIZE_MAX);
    struct part_mean part[GROUPS];
    double n = 0, sum = 0, ss = 0, cube = 0, cubes = 0;
    size_t parts = 0;

    if (!(all.n > 0))
        return (struct point){.y = 0};
    for (size_t g = 0; g < GROUPS; g++) {
        part[parts] = mean_of(m, c, count, g);
        if (!(part[parts].n > 0))
            continue;
        n += part[parts].n;
        sum += part[parts].n * part[parts].y;
        parts++;
    }
    for (size_t g = 0; g < parts; g++) {
        const double d = part[g].y - sum / n, p = part[g].n / n;

        ss += part[g].n * d * d;
        cube += part[g].n * part[g].n * d * d * d;
        cubes += (1 - p) * (1 - 2 * p);
    }
    return (struct point){.y = all.y,
                          .n = (float)all.n,
                          .ss = (float)ss,
                          .df = parts ? (float)(parts - 1) : 0,
                          .cube = (float)cube,
                          .cubes = (float)cubes};
}

struct point series_sum(const struct point *p, size_t count)
{
    struct point out = {.y = 0};

    for (size_t i = 0; i < count; i++) {
        if (!(p[i].n > 0))
            continue;
        out.y += (double)p[i].n * p[i].y;
        out.n += p[i].n;
        out.ss += p[i].ss;
        out.df += p[i].df;
        out.cube += p[i].cube;
        out.cubes += p[i].cubes;
    }
    if (out.n > 0)
        out.y /= (double)out.n;
    return out;
}

/* ---- cells ---- */

void series_free(struct series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->cell[i].code);
        free(s->cell[i].point);
    }
    free(s->cell);
    s->cell = NULL;
    s->count = s->total = s->hint = 0;
}

static bool is_cell(const struct series *s, const struct series_cell *c,
                    size_t first, const char *const *code)
{
    if (c->first != first)
        return false;
    for (size_t i = 0; i < s->by_count; i++)
        if (!streq(c->code[i], code[i]))
            return false;
    return true;
}

/* Codes in one block behind their pointers. */
static const char **copy_codes(const char *const *code, size_t count)
{
    const char **list = malloc(count * (sizeof(char *) + CODE_MAX + 1) + 1);
    char *text = (char *)(list + count);

    for (size_t i = 0; list && i < count; i++, text += CODE_MAX + 1) {
        snprintf(text, CODE_MAX + 1, "%s", code[i]);
        list[i] = text;
    }
    return list;
}

static enum status new_cell(struct series *s, size_t first, size_t measures,
                            const char *const *code, struct err *err)
{
    struct series_cell *list, *c;

    if (s->total + measures > SERIES_MAX)
        return err_set(err, ST_RANGE,
                       "more than %d series: ask for fewer cells", SERIES_MAX);
    list = realloc(s->cell, (s->count + 1) * sizeof *list);
    if (!list)
        return ST_NOMEM;
    s->cell = list;
    c = &list[s->count];
    *c = (struct series_cell){first, measures, copy_codes(code, s->by_count),
                              calloc(measures * s->days, sizeof *c->point)};
    s->count++; /* also half made: series_free has it */
    s->total += measures;
    return c->code && c->point ? ST_OK : ST_NOMEM;
}

/* Cells come in the same order every day. */
static enum status find_cell(struct series *s, size_t first, size_t measures,
                             const char *const *code, struct series_cell **out,
                             struct err *err)
{
    enum status st;

    for (size_t i = 0; i < s->count; i++) {
        const size_t at = (s->hint + i) % s->count;

        if (is_cell(s, &s->cell[at], first, code)) {
            s->hint = at + 1;
            *out = &s->cell[at];
            return ST_OK;
        }
    }
    st = new_cell(s, first, measures, code, err);
    if (st == ST_OK) {
        s->hint = s->count;
        *out = &s->cell[s->count - 1];
    }
    return st;
}

/* ---- a day ---- */

/* The measures of one form whose items are asked for together. */
struct batch {
    size_t first, end; /* measures */
    size_t items;
    const char *item[COUNTED_ITEMS_MAX];
};

static bool has(const struct batch *b, const char *code)
{
    for (size_t i = 0; i < b->items; i++)
        if (streq(b->item[i], code))
            return true;
    return false;
}

/* As many measures from `first` on as there is room for; those of one form. */
static enum status fill(const struct measures *m, size_t first, struct batch *b,
                        struct err *err)
{
    *b = (struct batch){.first = first, .end = first};
    for (; b->end < m->count; b->end++) {
        const struct measure *one = &m->list[b->end];
        size_t items = b->items;

        if (memcmp(one->form, m->list[first].form, HASH_SIZE) != 0)
            break;
        for (size_t j = 0; j < one->items && items < COUNTED_ITEMS_MAX; j++)
            if (!has(b, one->item[j].code))
                b->item[items++] = one->item[j].code;
        if (items == COUNTED_ITEMS_MAX && b->end > first)
            break;
        if (one->items > COUNTED_ITEMS_MAX)
            return err_set(err, ST_RANGE, "%s has over %d items", one->code,
                           COUNTED_ITEMS_MAX);
        b->items = items;
    }
    return ST_OK;
}

static size_t form_first(const struct measures *m, size_t at)
{
    while (at > 0 &&
           memcmp(m->list[at - 1].form, m->list[at].form, HASH_SIZE) == 0)
        at--;
    return at;
}

static size_t form_count(const struct measures *m, size_t first)
{
    size_t n = 1;

    while (first + n < m->count &&
           memcmp(m->list[first + n].form, m->list[first].form, HASH_SIZE) == 0)
        n++;
    return n;
}

static enum status put_cell(struct series *s, const struct batch *b, size_t day,
                            const struct item_counts *c, size_t count,
                            struct err *err)
{
    const size_t first = form_first(s->measures, b->first);
    struct series_cell *cell;
    enum status st = find_cell(s, first, form_count(s->measures, first),
                               c->cell, &cell, err);

    for (size_t i = b->first; i < b->end && st == ST_OK; i++)
        cell->point[(i - first) * s->days + day] =
            series_point(&s->measures->list[i], c, count);
    return st;
}

static bool same_cell(const struct series *s, const struct item_counts *a,
                      const struct item_counts *b)
{
    if (a->survey != b->survey)
        return false;
    for (size_t i = 0; i < s->by_count; i++)
        if (!streq(a->cell[i], b->cell[i]))
            return false;
    return true;
}

static enum status read_batch(struct series *s, struct engine *e,
                              const struct query *q, const struct batch *b,
                              struct err *err)
{
    const uint8_t *form = s->measures->list[b->first].form;
    struct counts l = {0};
    enum status st = engine_counts(e, q, b->item, b->items, &l, NULL, err);

    for (size_t i = 0, n; i < l.count && st == ST_OK; i += n) {
        for (n = 1; i + n < l.count && same_cell(s, &l.list[i], &l.list[i + n]);
             n++)
            ;
        if (memcmp(l.list[i].survey->form, form, HASH_SIZE) == 0)
            st =
                put_cell(s, b, (size_t)(q->from - s->from), &l.list[i], n, err);
    }
    counts_free(&l);
    return st;
}

enum status series_read(struct series *s, struct engine *e,
                        const struct query *q, int32_t day, struct err *err)
{
    struct query one = *q;
    struct batch b = {.end = 0};
    enum status st = ST_OK;

    one.from = one.to = day;
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->cell[i].measures; k++)
            s->cell[i].point[k * s->days + (size_t)(day - s->from)] =
                (struct point){.y = 0};
    s->hint = 0;
    for (size_t at = 0; at < s->measures->count && st == ST_OK; at = b.end) {
        st = fill(s->measures, at, &b, err);
        one.survey = s->measures->list[at].survey;
        if (st == ST_OK)
            st = read_batch(s, e, &one, &b, err);
    }
    return st;
}
