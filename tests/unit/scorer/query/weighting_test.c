/* weighting_test.c - weights of people in the engine: looked up, named, and
 * refused. */
#include "peopled.h"

#include "alloc.h"
#include "scorer/counts.h"

/* ---- for other kinds ---- */

struct adding {
    const struct people *people;
    double weight, without;
};

static enum status add_part(void *ctx, const struct score_part *p)
{
    struct adding *a = ctx;
    const double *w;

    if (p->context->frame != FRAME_INVITED)
        return ST_OK;
    w = people_weights(a->people, period_month(p->day), p->rate_ppm,
                       p->context);
    assert_non_null(w);
    a->weight += w[GROUPS] * (double)p->rows;
    a->without += p->group == 7 ? 0 : w[7] * (double)p->rows;
    return ST_OK;
}

/* Whoever walks the cells looks weights up: they add up to the population, of
 * all and without any group. */
static void test_lookup(void **state)
{
    const struct context nobody = {.province = "99"};
    struct fixture f;
    struct query q = weighted_query();
    struct adding a = {.people = NULL};

    (void)state;
    open_fixture(&f, 112, "mean");
    ok(&f.w, engine_update(f.e, &f.w.err));
    ok(&f.w, engine_people(f.e, &q, f.w.survey[MINI_MOB], &a.people, &f.w.err));
    ok(&f.w, cells_scores(f.e->cells, f.w.survey[MINI_MOB], q.from, q.to,
                          add_part, &a, &f.w.err));
    near(a.weight, 18700.5 + 15000);
    near(a.without, 18700.5 + 15000);
    assert_null(people_weights(a.people, OCTOBER, 20000, &nobody));
    q.weighting = WEIGHTING_NONE;
    q.population = NULL;
    ok(&f.w, engine_people(f.e, &q, f.w.survey[MINI_MOB], &a.people, &f.w.err));
    assert_null(a.people);
    close_fixture(&f);
}

/* ---- what is said of them ---- */

static void test_labels(void **state)
{
    struct fixture f;
    struct query q = weighted_query();
    struct estimates l = {0};
    struct scores s = {0};

    (void)state;
    open_fixture(&f, 105, "mean");
    ok(&f.w, engine_update(f.e, &f.w.err));
    q.weight_low = 0.05;
    q.weight_high = 8;
    ok(&f.w, engine_estimates(f.e, &q, &l, NULL, &f.w.err));
    assert_memory_equal(l.weighting, "design, raked province+operator ", 32);
    assert_string_equal(l.weighting + 32 + 8, " limits 0.05-8");
    assert_string_equal(l.rollup, "");
    estimates_free(&l);
    write_file("province,operator,population\n11,CT,1\n31,CT,2\n44,CT,3\n"
               "65,CT,4\n11,CM,5\n31,CM,6\n44,CM,7\n65,CM,8\n");
    q.survey = "mini";
    ok(&f.w, engine_scores(f.e, &q, &s, &f.w.err));
    assert_memory_equal(s.list[0].weighting,
                        "design, post-stratified province*operator ", 42);
    assert_string_equal(s.list[0].rollup, "equal");
    scores_free(&s);
    q = ask_for("mini-mob");
    ok(&f.w, engine_scores(f.e, &q, &s, &f.w.err));
    assert_string_equal(s.list[0].weighting, "none");
    assert_string_equal(s.list[0].rollup, "");
    scores_free(&s);
    close_fixture(&f);
}

/* What is asked, and the population's content, are in the id. */
static void test_ids(void **state)
{
    struct fixture f;
    struct query q = weighted_query();
    char a[33], b[33];

    (void)state;
    open_fixture(&f, 106, "mean");
    ok(&f.w, engine_update(f.e, &f.w.err));
    ok(&f.w, engine_name(f.e, "score", &q, a, &f.w.err));
    ok(&f.w, engine_name(f.e, "score", &q, b, &f.w.err));
    assert_string_equal(a, b);
    q.weight_high = 3;
    ok(&f.w, engine_name(f.e, "score", &q, b, &f.w.err));
    assert_string_not_equal(a, b);
    q.weight_high = 0;
    write_file("province,population\n11,1\n31,2\n44,3\n65,4\n");
    ok(&f.w, engine_name(f.e, "score", &q, b, &f.w.err));
    assert_string_not_equal(a, b);
    q.weighting = WEIGHTING_DESIGN;
    q.population = NULL;
    ok(&f.w, engine_name(f.e, "score", &q, a, &f.w.err));
    assert_string_not_equal(a, b);
    close_fixture(&f);
}

/* A month of a question by period is that of a question of the month alone. */
static void test_months_apart(void **state)
{
    static const enum dimension by[] = {DIM_PERIOD};
    struct fixture f;
    struct query q = weighted_query(), one = weighted_query();
    struct scores s = {0}, october = {0};

    (void)state;
    open_fixture(&f, 113, "mean");
    q.by = by;
    q.by_count = 1;
    one.to = period_last(OCTOBER);
    ok(&f.w, engine_scores(f.e, &q, &s, &f.w.err));
    ok(&f.w, engine_scores(f.e, &one, &october, &f.w.err));
    assert_int_equal(s.count, 2 * october.count);
    for (size_t i = 0; i < october.count; i++) {
        const struct score *a = &s.list[i], *b = &october.list[i];

        assert_string_equal(a->cell[0], "2026-10");
        assert_true(same_double(a->index, b->index));
        assert_true(same_double(a->n_eff, b->n_eff));
        assert_true(same_double(a->interval.se, b->interval.se));
    }
    scores_free(&s);
    scores_free(&october);
    close_fixture(&f);
}

/* By users: which, and from what file.  What everybody counts is that of the
 * roll-up, as one number turns all of a survey. */
static void test_rolled_up(void **state)
{
    struct fixture f;
    struct query q = weighted_query();
    struct scores s = {0};
    struct estimates l = {0};
    double sum = 0, squares = 0;

    (void)state;
    open_fixture(&f, 114, "mean");
    ok(&f.w, engine_update(f.e, &f.w.err));
    q.survey = "mini";
    q.weighting = WEIGHTING_DESIGN;
    q.population = NULL;
    q.rollup = ROLLUP_USERS;
    write_file("product,users\nMOB,3\nFIX,1\n");
    q.rollup_file = FILE_NAME;
    ok(&f.w, engine_scores(f.e, &q, &s, &f.w.err));
    assert_memory_equal(s.list[0].rollup, "users ", 6);
    assert_int_equal(strlen(s.list[0].rollup), 6 + 8);
    assert_string_equal(s.list[0].weighting, "design");
    for (size_t i = 0; i < 2; i++) {
        const double share = i ? 1 : 3;

        q.survey = i ? "mini-fix" : "mini-mob";
        ok(&f.w, engine_estimates(f.e, &q, &l, NULL, &f.w.err));
        sum += share;
        squares += share * share / l.list[0].n_eff;
        estimates_free(&l);
    }
    near(s.list[0].n_eff, sum * sum / squares);
    scores_free(&s);
    close_fixture(&f);
}

/* ---- what is refused ---- */

static void refuse(struct fixture *f, const struct query *q, const char *cause)
{
    struct estimates l = {0};
    struct err err = {""};
    enum status st = engine_update(f->e, &err);

    if (st == ST_OK)
        st = engine_estimates(f->e, q, &l, NULL, &err);
    assert_true(st == ST_INVALID || st == ST_NUMERIC || st == ST_NOTFOUND);
    assert_int_equal(l.count, 0);
    if (!strstr(err.text, cause))
        fail_msg("'%s' instead of '%s'", err.text, cause);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *file, *cause;
    } cases[] = {
        {"channel,population\nweb,5\n",
         "people-population.csv:1: channel: people are weighted by operator, "
         "product, province, stratum and frame, per period, and by nothing "
         "else"},
        {"period,province,population\n2026-13,11,5\n",
         ":2: period: '2026-13' is no month"},
        {"period,province,population\n2026-10-01,11,5\n",
         ":2: period: '2026-10-01' is no month"},
        {"period,province,population\n,11,5\n", ":2: period: '' is no month"},
        {"period,province,population\n2026-10,11,1\n2026-10,31,2\n"
         "2026-10,44,3\n2026-10,65,4\n",
         "no population of mini-mob in 2026-11, product MOB"},
        {"product,population\nFIX,5\n",
         "no population of mini-mob in 2026-10, product MOB"},
        {"province,population\n11,1\n31,2\n44,3\n",
         "mini-mob, 2026-10: people-population.csv: province '65' is in the "
         "sample and has no population"},
        {"province,population\n11,1\n31,2\n44,3\n65,4\n99,5\n",
         "mini-mob, 2026-10: people-population.csv: province '99' has a "
         "population of 5 and nobody in the sample"},
        {"province,operator,population\n11,,1\n31,,2\n44,,3\n65,,4\n"
         ",CT,5\n,CM,6\n",
         "a margin that does not match: province has 10 people, operator has "
         "11"},
        {"stratum,population\nA,4\nB,0\n",
         "stratum 'B' is in the sample and has no population"}};
    struct fixture f;
    struct query q = weighted_query();

    (void)state;
    open_fixture(&f, 107, "mean");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file(cases[i].file);
        refuse(&f, &q, cases[i].cause);
    }
    write_file("period,province,population\n2026-11,11,1\n2026-11,31,2\n"
               "2026-11,44,3\n2026-11,65,4\n");
    q.from = period_first(NOVEMBER);
    q.weights = WEIGHTS_FROZEN;
    q.base_from = period_first(OCTOBER);
    q.base_to = period_last(OCTOBER);
    refuse(&f, &q, "no population of mini-mob in 2026-10, product MOB");
    unlink(FILE_NAME);
    refuse(&f, &q, "people-population.csv: cannot be opened");
    q.population = NULL;
    refuse(&f, &q, "weights by population and a file of it go together");
    close_fixture(&f);
}

/* One month's answers of 40 people a province, without a rate or with. */
static void rated(struct world *w, uint32_t rate, const char *stratum)
{
    ok(w, store_begin(w->write, &w->err));
    for (int i = 0; i < 160; i++) {
        struct person p;

        person_make(w, LONE, &p);
        p.r.context.frame = FRAME_INVITED;
        p.r.event_at = period_start(period_first(OCTOBER)) + i;
        p.r.rate_ppm = rate;
        set_code(p.r.context.stratum, stratum);
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

/* Rates are known of all, or (where a population turns the weights) of none. */
static void test_rates(void **state)
{
    struct fixture f = {0};
    struct query q = ask_for("lone");
    struct estimates l = {0};

    (void)state;
    world_open(&f.w, 108, NULL, "mean");
    rated(&f.w, 0, "C");
    ok(&f.w, engine_on(f.w.read, NULL, &f.e, &f.w.err));
    write_file("province,population\n11,1\n31,2\n44,3\n65,4\n");
    q.weighting = WEIGHTING_DESIGN;
    refuse(&f, &q, "lone, 2026-10: no sampling rate is known of stratum 'C'");
    q.weighting = WEIGHTING_POPULATION;
    q.population = FILE_NAME;
    ok(&f.w, engine_estimates(f.e, &q, &l, NULL, &f.w.err));
    assert_memory_equal(l.weighting, "post-stratified province ", 25);
    /* of those who answered, of 10 people */
    assert_true(l.list[0].weight > 8 && l.list[0].weight < 10);
    estimates_free(&l);
    rated(&f.w, 500, "D");
    refuse(&f, &q, "lone, 2026-10: no sampling rate is known of stratum 'C'");
    engine_close(&f.e);
    world_close(&f.w);
    unlink(FILE_NAME);
}

/* Cells by day are weighed by their month's weights. */
static void test_days_are_weighed_as_months(void **state)
{
    static const enum dimension by[] = {DIM_TOUCHPOINT};
    struct fixture f;
    struct query q = weighted_query();
    struct counts whole = {0}, split = {0};
    static const char *const items[] = {"SAT1"};
    double sum = 0;

    (void)state;
    open_fixture(&f, 109, "mean");
    ok(&f.w, engine_update(f.e, &f.w.err));
    ok(&f.w, engine_counts(f.e, &q, items, 1, &whole, NULL, &f.w.err));
    q.by = by;
    q.by_count = 1;
    ok(&f.w, engine_counts(f.e, &q, items, 1, &split, NULL, &f.w.err));
    for (size_t i = 0; i < split.count; i++)
        sum += split.list[i].count[6];
    near(sum, whole.list[0].count[6]);
    assert_true(whole.list[0].n_eff < (double)whole.list[0].n);
    counts_free(&split);
    counts_free(&whole);
    close_fixture(&f);
}

/* A category of one jackknife group alone: that replicate cannot be, and
 * there is no interval. */
static void test_failed_replicate(void **state)
{
    struct fixture f;
    struct query q = weighted_query();
    struct person p;
    struct scores s = {0};

    (void)state;
    open_fixture(&f, 110, "mean");
    ok(&f.w, store_begin(f.w.write, &f.w.err));
    for (int month = 0; month < 2; month++) {
        person_make(&f.w, MINI_MOB, &p);
        p.r.event_at = period_start(period_first(OCTOBER + month)) + 5;
        p.r.context.frame = FRAME_INVITED;
        set_code(p.r.context.province, "54");
        person_answers(&f.w, f.w.survey[MINI_MOB], 0, p.answers);
        (void)submit(&f.w, &p, false);
    }
    ok(&f.w, store_commit(f.w.write, &f.w.err));
    write_file("province,population\n11,1\n31,2\n44,3\n65,4\n54,1\n");
    ok(&f.w, engine_scores(f.e, &q, &s, &f.w.err));
    assert_false(isnan(s.list[1].index));
    assert_true(isnan(s.list[1].interval.se));
    assert_true(s.list[1].flags & SCORE_NO_INTERVAL);
    scores_free(&s);
    close_fixture(&f);
}

static enum status torture(void *ctx)
{
    struct fixture *f = ctx;
    const struct query q = weighted_query();
    struct estimates l = {0};
    enum status st;

    engine_forget(f->e);
    st = engine_estimates(f->e, &q, &l, NULL, NULL);
    estimates_free(&l);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f, 111, "mean");
    write_file("province,population\n11,1\n31,2\n44,3\n65,4\n");
    ok(&f.w, engine_update(f.e, &f.w.err));
    alloc_torture(torture, &f);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_months_apart),
        cmocka_unit_test(test_rolled_up),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_days_are_weighed_as_months),
        cmocka_unit_test(test_failed_replicate),
        cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
