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
    people_sums_free(&s->people);
}

static enum missing_policy missing_of(const struct item_sums *s)
{
    return s->form->survey->model.missing;
}

static enum status prepare(struct item_sums *s)
{
    const bool square = missing_of(s) == MISSING_PAIRWISE;
    const size_t items = s->form->model.items;
    enum status st;

    if (s->weighted)
        return people_sums_new(s->form, &s->people);
    st = moments_new(items, square, &s->all);
    if (st == ST_OK)
        st = moments_new(items, square, &s->rest);
    for (size_t g = 0; g < GROUPS && st == ST_OK; g++)
        st = moments_new(items, square, &s->group[g]);
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

static enum status take_people(void *ctx, const struct cell *cell,
                               const uint8_t *value, size_t len)
{
    const struct gathering *g = ctx;
    const double *w;

    if (!(g->frames & 1u << cell->context.frame))
        return ST_OK;
    w = people_weights(g->people, cell->when, cell->rate_ppm, &cell->context);
    if (!w)
        return ST_CORRUPT; /* the layers of the cube are of other people */
    return people_sums_add(&g->sums->people, g->sums->form, w, value, len);
}

enum status item_sums_make(struct cells *c, const struct item_weights *w,
                           const struct people *people, struct item_sums *out,
                           struct err *err)
{
    struct item_sums s = {.form = w->form, .weighted = people != NULL};
    struct gathering g = {&s, people, w->frames};
    enum status st = prepare(&s);

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
    if (s->weighted)
        return people_sums_rows(&s->people, strip);
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
    if (!s->weighted)
        return exact_covariance(s, strip, mean, cov, err);
    people_sums_spread(&s->people, s->form, strip);
    return weighted_covariance(s->people.as, missing_of(s), &s->form->model,
                               mean, cov, err);
}
