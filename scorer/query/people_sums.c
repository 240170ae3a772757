/* people_sums.c - see item_sums.h: sums of people with weights.
 *
 * Numbers lie one behind the other, so that a cell's are added to a strip in
 * one run; what is symmetric is there once.
 */
#include "item_sums.h"

#include <stdlib.h>

#include "sums.h"

/* What is added comes in eights, which the compiler makes vectors of. */
enum { RUN = 8 };

static bool is_square(const struct form *f)
{
    return f->survey->model.missing == MISSING_PAIRWISE;
}

void people_sums_free(struct people_sums *s)
{
    free(s->strip);
    weighted_free(&s->as);
    *s = (struct people_sums){0};
}

enum status people_sums_new(const struct form *f, struct people_sums *out)
{
    const size_t numbers = moments_flat_size(f->model.items, is_square(f));
    const size_t size = (numbers + RUN - 1) / RUN * RUN;
    struct people_sums s = {
        .size = size,
        .strip = calloc((3 * GROUPS + 3) * size, sizeof *s.strip)};
    enum status st = ST_NOMEM;

    if (s.strip)
        st = weighted_new(f->model.items, &s.as);
    if (st == ST_OK) {
        s.plain = s.strip + (ALL + 1) * size;
        s.cell = s.plain + GROUPS * size;
        *out = s;
    } else {
        people_sums_free(&s);
    }
    return st;
}

static inline void add_run(double *restrict into, const double *restrict all,
                           const double *restrict own, double w)
{
    for (size_t k = 0; k < RUN; k++)
        into[k] += w * (all[k] - own[k]);
}

/* into += w * (all - own) */
static void add(double *restrict into, const double *restrict all,
                const double *restrict own, double w, size_t n)
{
    for (size_t k = 0; k < n; k += RUN)
        add_run(into + k, all + k, own + k, w);
}

enum status people_sums_add(struct people_sums *s, const struct form *f,
                            const double *w, const uint8_t *value, size_t len)
{
    const size_t n = s->size;
    const uint8_t *at = value;
    double *all = s->cell + ALL * n, *none = all + n;
    bool met[GROUPS] = {false};
    struct part p;
    enum status st;

    memset(all, 0, n * sizeof *all);
    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        const uint8_t *in = p.data;
        double *own = s->cell + p.group * n;

        st = moments_unpack_flat(&in, p.data + p.len, f->model.items,
                                 is_square(f), own);
        if (st != ST_OK || in != p.data + p.len || met[p.group])
            return ST_CORRUPT;
        met[p.group] = true;
        add(all, own, none, 1, n);
        add(s->plain + p.group * n, own, none, 1, n);
    }
    if (st != ST_NOTFOUND)
        return st;
    for (size_t g = 0; g < GROUPS; g++)
        add(s->strip + g * n, all, met[g] ? s->cell + g * n : none, w[g], n);
    add(s->strip + ALL * n, all, none, w[ALL], n);
    return ST_OK;
}

int64_t people_sums_rows(const struct people_sums *s, size_t strip)
{
    int64_t rows = 0;

    for (size_t g = 0; g < GROUPS; g++)
        if (g != strip)
            rows += (int64_t)s->plain[g * s->size];
    return rows;
}

/* Rows where i and j are there, without weights. */
static void count_both(struct people_sums *s, size_t items, size_t strip)
{
    struct weighted *w = s->as;

    for (size_t g = 0; g < GROUPS; g++) {
        const double *both = s->plain + g * s->size + 1;

        for (size_t i = 0; g != strip && i < items; i++)
            for (size_t j = i; j < items; j++)
                w->count[i * items + j] += *both++;
    }
}

void people_sums_spread(struct people_sums *s, const struct form *f,
                        size_t strip)
{
    const size_t n = f->model.items;
    const double *from = s->strip + strip * s->size;
    const double *both = from + 1, *sum = both + n * (n + 1) / 2;
    const double *cross = sum + n * n, *square = cross + n * (n + 1) / 2;
    struct weighted *w = s->as;

    weighted_clear(w);
    w->rows = people_sums_rows(s, strip);
    w->weight = *from;
    count_both(s, n, strip);
    memcpy(w->sum, sum, n * n * sizeof *sum);
    if (is_square(f))
        memcpy(w->square, square, n * n * sizeof *square);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++) {
            w->count[j * n + i] = w->count[i * n + j];
            w->both[i * n + j] = w->both[j * n + i] = *both++;
            w->cross[i * n + j] = w->cross[j * n + i] = *cross++;
        }
    for (size_t i = 0; !is_square(f) && i < n * n; i += n + 1)
        w->square[i] = w->cross[i];
}
