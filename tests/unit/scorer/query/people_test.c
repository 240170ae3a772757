/* people_test.c - weights of people in the engine, against the same numbers
 * computed row by row: raked anew for each replicate, fitted from rows. */
#include "peopled.h"

#include "scorer/index.h"
#include "scorer/weighted.h"

/* ---- by hand ---- */

/* What is asked of the rows. */
struct hand {
    const struct fixture *f;
    const struct survey *survey;
    struct pls_model model;
    bool margins;     /* raked to the file above, else by design alone */
    unsigned without; /* a group; GROUPS: none */
    bool fit;         /* only rows that enter the fit */
    uint32_t *in;     /* of each kept person: the targets that it is in */
    double *weight;   /* and its weight, 0: not asked */
};

static bool enters(const struct hand *h, const struct person *p)
{
    size_t there = 0;

    for (size_t j = 0; j < h->model.items; j++)
        there += p->answers[h->model.item[j]] != 0;
    return 10 * there >= 8 * h->model.items;
}

static bool asked(const struct hand *h, size_t i)
{
    const struct person *p = &h->f->kept.person[i];

    return kept_of(p, h->survey) && p->r.context.frame == FRAME_INVITED &&
           kept_group(p) != h->without && (!h->fit || enters(h, p));
}

static const struct target {
    int32_t month;
    const char *province, *operator;
    double people;
} targets[] = {{OCTOBER, "11", NULL, 1000},    {OCTOBER, "31", NULL, 5000},
               {OCTOBER, "44", NULL, 12000.5}, {OCTOBER, "65", NULL, 700},
               {OCTOBER, NULL, "CT", 15000},   {OCTOBER, NULL, "CM", 3700.5},
               {NOVEMBER, "11", NULL, 3000},   {NOVEMBER, "31", NULL, 1000},
               {NOVEMBER, "44", NULL, 9000},   {NOVEMBER, "65", NULL, 2000},
               {NOVEMBER, NULL, "CM", 9000},   {NOVEMBER, NULL, "CT", 6000}};
enum { TARGETS = sizeof targets / sizeof *targets };

static bool belongs(const struct person *p, const struct target *t)
{
    return kept_month(p) == t->month &&
           (!t->province || streq(p->r.context.province, t->province)) &&
           (!t->operator|| streq(p->r.context.operator, t->operator));
}

static void weigh_by_hand(struct hand *h)
{
    const struct person *p = h->f->kept.person;

    for (size_t i = 0; i < h->f->kept.count; i++)
        h->weight[i] = asked(h, i) ? 1e6 / p[i].r.rate_ppm : 0;
    for (int round = 0; h->margins && round < 30; round++)
        for (size_t t = 0; t < TARGETS; t++) {
            double sum = 0;

            for (size_t i = 0; i < h->f->kept.count; i++)
                sum += h->in[i] >> t & 1 ? h->weight[i] : 0;
            for (size_t i = 0; i < h->f->kept.count; i++)
                if (h->in[i] >> t & 1)
                    h->weight[i] *= targets[t].people / sum;
        }
}

/* The item weights of rows weighted for the fit. */
static void fit_by_hand(struct hand *h, const struct pls_fit *whole,
                        struct pls_fit *fit, double *u)
{
    struct weighted *sums = NULL;
    double mean[ITEMS_MAX], cov[ITEMS_MAX * ITEMS_MAX];
    struct err err = {""};

    h->fit = true;
    weigh_by_hand(h);
    assert_int_equal(weighted_new(h->model.items, &sums), ST_OK);
    for (size_t i = 0; i < h->f->kept.count; i++) {
        uint8_t row[ITEMS_MAX];

        for (size_t j = 0; j < h->model.items; j++)
            row[j] = h->f->kept.person[i].answers[h->model.item[j]];
        if (h->weight[i] > 0)
            weighted_add(sums, row, h->weight[i]);
    }
    assert_int_equal(weighted_covariance(sums, h->survey->model.missing,
                                         &h->model, mean, cov, &err),
                     ST_OK);
    assert_int_equal(
        pls_estimate(&h->model, sums->rows, mean, cov, NULL, fit, &err), ST_OK);
    weighted_free(&sums);
    if (whole) {
        pls_align(&h->model, whole, fit);
        index_replicate_weights(&h->model, fit, u);
    } else {
        index_weights(&h->model, fit, u);
    }
    h->fit = false;
}

struct number {
    double index, weight, n_eff;
    int64_t n;
};

/* With the weights that h has. */
static struct number index_by_hand(const struct hand *h, size_t c,
                                   const char *province, const double *u)
{
    const struct pls_model *m = &h->model;
    double sum[ITEMS_MAX] = {0}, n[ITEMS_MAX] = {0}, mean[ITEMS_MAX];
    double squares = 0;
    struct number out = {0};

    for (size_t i = 0; i < h->f->kept.count; i++) {
        const struct person *p = &h->f->kept.person[i];
        bool any = false;

        if (!(h->weight[i] > 0) ||
            (province && !streq(p->r.context.province, province)))
            continue;
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            if (p->answers[m->item[j]]) {
                sum[j] += h->weight[i] * p->answers[m->item[j]];
                n[j] += h->weight[i];
                any = true;
            }
        out.n += any;
        out.weight += any ? h->weight[i] : 0;
        squares += any ? h->weight[i] * h->weight[i] : 0;
    }
    for (size_t j = 0; j < m->items; j++)
        mean[j] = sum[j] / n[j];
    out.index = index_value(m, c, u, mean);
    out.n_eff = out.weight * out.weight / squares;
    return out;
}

static struct hand hand_make(const struct fixture *f, bool margins)
{
    struct hand h = {.f = f,
                     .survey = f->w.survey[MINI_MOB],
                     .margins = margins,
                     .in = calloc(f->kept.count, sizeof(uint32_t)),
                     .weight = malloc(f->kept.count * sizeof(double))};

    assert_non_null(h.in);
    assert_non_null(h.weight);
    pls_model_of(h.survey, &h.model);
    for (size_t i = 0; i < f->kept.count; i++)
        for (size_t t = 0; t < TARGETS; t++)
            h.in[i] |= (uint32_t)belongs(&f->kept.person[i], &targets[t]) << t;
    return h;
}

static void check_replicate(const struct hand *h, const struct cell_estimate *e,
                            const char *province, const double *u)
{
    const struct number want = index_by_hand(h, e->number, province, u);
    const unsigned g = h->without;

    near(g == GROUPS ? e->index : e->without[g], want.index);
    near(g == GROUPS ? e->weight : e->weight_without[g], want.weight);
    assert_int_equal(g == GROUPS ? e->n : e->n_without[g], want.n);
    if (g == GROUPS)
        near(e->n_eff, want.n_eff);
}

static void check(struct fixture *f, const struct query *q, bool margins)
{
    struct hand h = hand_make(f, margins);
    struct estimates l = {0};
    struct pls_fit whole, part;

    ok(&f->w, engine_update(f->e, &f->w.err));
    ok(&f->w, engine_estimates(f->e, q, &l, NULL, &f->w.err));
    assert_true(l.count > 0);
    for (unsigned k = 0; k <= GROUPS; k++) {
        double u[ITEMS_MAX];

        h.without = k ? k - 1 : GROUPS;
        fit_by_hand(&h, k ? &whole : NULL, k ? &part : &whole, u);
        weigh_by_hand(&h);
        for (size_t i = 0; i < l.count; i++)
            check_replicate(&h, &l.list[i],
                            q->by_count ? l.list[i].cell[0] : NULL, u);
    }
    for (size_t i = 0; i < l.count; i++)
        assert_true(cell_interval(&l.list[i]).se > 0);
    estimates_free(&l);
    free(h.in);
    free(h.weight);
}

static void test_raked_by_hand(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct fixture f;
    struct query q = weighted_query();

    (void)state;
    open_fixture(&f, 101, "mean");
    q.by = by;
    q.by_count = 1;
    check(&f, &q, true);
    close_fixture(&f);
}

static void test_pairwise_by_hand(void **state)
{
    struct fixture f;
    const struct query q = weighted_query();

    (void)state;
    open_fixture(&f, 102, "pairwise");
    check(&f, &q, true);
    close_fixture(&f);
}

static void test_design_by_hand(void **state)
{
    struct fixture f;
    struct query q = weighted_query();

    (void)state;
    open_fixture(&f, 104, "mean");
    q.weighting = WEIGHTING_DESIGN;
    q.population = NULL;
    check(&f, &q, false);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_raked_by_hand),
                                       cmocka_unit_test(test_pairwise_by_hand),
                                       cmocka_unit_test(test_design_by_hand)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
