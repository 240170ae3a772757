/* item_sums.c - see item_sums.h. */
#include "item_sums.h"

#include "sums.h"

struct gathering {
    struct item_sums *sums;
    const struct people *people;
    uint32_t frames;
};

void item_sums_free(struct item_sums *s)
{
    for (size_t g = 0; g < GROUPS; g++)
        moments_free(&s->group[g]);
    moments_free(&s->all);
    moments_free(&s->rest);
    for (size_t g = 0; g <= ALL; g++)
        weighted_free(&s->weighted[g]);
}

static enum missing_policy missing_of(const struct item_sums *s)
{
    return s->form->survey->model.missing;
}

static enum status prepare(struct item_sums *s, bool weighted)
{
    const bool square = missing_of(s) == MISSING_PAIRWISE;
    const size_t items = s->form->model.items;
    enum status st = moments_new(items, square, &s->all);

    if (st == ST_OK)
        st = moments_new(items, square, &s->rest);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_new(items, square, &s->group[g]);
    for (size_t g = 0; weighted && g <= ALL && st == ST_OK; g++)
        st = weighted_new(items, &s->weighted[g]);
    return st;
}

/* Adds the parts of a cell to the moments of their groups. */
static enum status unpack(struct item_sums *s, const uint8_t *value, size_t len)
{
    const uint8_t *at = value;
    struct part p;
    enum status st;

    while ((st = part_next(&at, value + len, &p)) == ST_OK) {
        const uint8_t *in = p.data;

        st = moments_unpack(&in, p.data + p.len, s->group[p.group]);
        if (st != ST_OK)
            return st;
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status sum_up(struct item_sums *s)
{
    enum status st = ST_OK;

    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        if (s->group[g]->rows)
            st = moments_merge(s->all, s->group[g]);
    return st;
}

static enum status take_nation(void *ctx, const struct cell *cell,
                               const uint8_t *value, size_t len)
{
    const struct gathering *g = ctx;

    return g->frames & 1u << cell->context.frame ? unpack(g->sums, value, len)
                                                 : ST_OK;
}

/* ---- with weights ---- */

/* into += weight * (all - less) */
static void add(const struct moments *all, const struct moments *less,
                double weight, struct weighted *into)
{
    const size_t n = all->items;

    into->rows += all->rows - less->rows;
    into->weight += weight * (double)(all->rows - less->rows);
    for (size_t k = 0; k < n * n; k++) {
        const double both = (double)(all->both[k] - less->both[k]);

        into->count[k] += both;
        into->both[k] += weight * both;
        into->sum[k] += weight * (double)(all->sum[k] - less->sum[k]);
        into->cross[k] += weight * (double)(all->cross[k] - less->cross[k]);
    }
    for (size_t k = 0; all->square && k < n * n; k++)
        into->square[k] += weight * (double)(all->square[k] - less->square[k]);
    for (size_t i = 0; !all->square && i < n * n; i += n + 1)
        into->square[i] += weight * (double)(all->cross[i] - less->cross[i]);
}

static enum status take_people(void *ctx, const struct cell *cell,
                               const uint8_t *value, size_t len)
{
    const struct gathering *g = ctx;
    struct item_sums *s = g->sums;
    const double *w;
    enum status st;

    if (!(g->frames & 1u << cell->context.frame))
        return ST_OK;
    w = people_weights(g->people, cell->when, cell->rate_ppm, &cell->context);
    if (!w)
        return ST_CORRUPT;
    st = unpack(s, value, len);
    if (st == ST_OK)
        st = sum_up(s);
    moments_clear(s->rest);
    for (size_t k = 0; k < GROUPS && st == ST_OK; k++) {
        add(s->all, s->group[k], w[k], s->weighted[k]);
        if (s->group[k]->rows)
            moments_clear(s->group[k]);
    }
    add(s->all, s->rest, w[ALL], s->weighted[ALL]);
    moments_clear(s->all);
    return st;
}

enum status item_sums_make(struct cells *c, const struct item_weights *w,
                           const struct people *people, struct item_sums *out,
                           struct err *err)
{
    struct item_sums s = {.form = w->form};
    struct gathering g = {&s, people, w->frames};
    enum status st = prepare(&s, people);

    if (st == ST_OK && people)
        st = cells_check_fits(c, w->form, w->from, w->to, err);
    if (st == ST_OK)
        st = cells_walk(c, w->form, people ? LAYER_FIT : LAYER_NATION, w->from,
                        w->to, people ? take_people : take_nation, &g, err);
    if (st == ST_OK && !people)
        st = sum_up(&s);
    if (st == ST_OK)
        *out = s;
    else
        item_sums_free(&s);
    return st;
}

int64_t item_sums_rows(const struct item_sums *s, size_t strip)
{
    if (s->weighted[ALL])
        return s->weighted[strip]->rows;
    return s->all->rows - (strip == ALL ? 0 : s->group[strip]->rows);
}

static enum status exact_covariance(struct item_sums *s, size_t strip,
                                    double *mean, double *cov, struct err *err)
{
    const struct moments *m = s->all;
    enum status st = ST_OK;

    if (strip != ALL) {
        moments_clear(s->rest);
        st = moments_merge(s->rest, s->all);
        if (st == ST_OK)
            st = moments_subtract(s->rest, s->group[strip]);
        m = s->rest;
    }
    return st == ST_OK ? moments_covariance(m, missing_of(s), pls_item_code,
                                            &s->form->model, mean, cov, err)
                       : st;
}

enum status item_sums_covariance(struct item_sums *s, size_t strip,
                                 double *mean, double *cov, struct err *err)
{
    return s->weighted[ALL]
               ? weighted_covariance(s->weighted[strip], missing_of(s),
                                     &s->form->model, mean, cov, err)
               : exact_covariance(s, strip, mean, cov, err);
}
