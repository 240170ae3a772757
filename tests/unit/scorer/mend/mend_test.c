/* mend_test.c - what to mend first, against a computation from the rows. */
#include "scorer/world.h"

#include "alloc.h"
#include "scorer/importance.h"
#include "scorer/index.h"
#include "scorer/kind.h"

enum { PEOPLE = 1100, ALL_GROUPS = GROUPS };

/* A world of mini-mob whose people are kept. */
struct sample {
    struct world w;
    struct engine *e;
    struct pls_model model;
    size_t count; /* of those who count: invited */
    struct person *p;
    unsigned group[PEOPLE];
};

static void open_sample(struct sample *s, uint64_t seed, size_t people)
{
    struct world *w = &s->w;

    memset(s, 0, sizeof *s);
    world_open(w, seed, NULL, "mean");
    pls_model_of(w->survey[MINI_MOB], &s->model);
    s->p = calloc(people, sizeof *s->p);
    assert_non_null(s->p);
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person *p = &s->p[s->count];

        person_make(w, MINI_MOB, p);
        assert_int_equal(submit(w, p, false), VERDICT_ACCEPTED);
        s->group[s->count] = errors_group(p->r.respondent, p->r.id);
        s->count += p->r.context.frame == FRAME_INVITED;
    }
    ok(w, store_commit(w->write, &w->err));
    ok(w, engine_on(w->read, NULL, &s->e, &w->err));
}

static void close_sample(struct sample *s)
{
    engine_close(&s->e);
    free(s->p);
    world_close(&s->w);
}

/* ---- the second computation ---- */

struct numbers {
    double importance[MINI_SCALES]; /* for LOY */
    double effect[MINI_CONSTRUCTS];
    double nation[MINI_SCALES], cell[MINI_SCALES]; /* 0-100 */
    double index_nation[MINI_CONSTRUCTS], index_cell[MINI_CONSTRUCTS];
};

static double percent(double mean)
{
    return (mean - 1) / 9 * 100;
}

static void means_of(const struct sample *s, const char *province,
                     unsigned without, double *out)
{
    for (size_t j = 0; j < MINI_SCALES; j++) {
        double sum = 0, n = 0;

        for (size_t i = 0; i < s->count; i++) {
            const uint8_t x = s->p[i].answers[j];

            if (s->group[i] == without || !x ||
                (province && !streq(s->p[i].r.context.province, province)))
                continue;
            sum += x;
            n++;
        }
        out[j] = sum / n;
    }
}

/* Rows of at least 80 % of the eight items: seven. */
static void fit_rows(const struct sample *s, unsigned without,
                     struct pls_fit *fit)
{
    double mean[MINI_SCALES], cov[MINI_SCALES * MINI_SCALES];
    struct moments *m = NULL;
    struct err err = {""};

    assert_int_equal(moments_new(MINI_SCALES, false, &m), ST_OK);
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *x = s->p[i].answers;
        size_t there = 0;

        for (size_t j = 0; j < MINI_SCALES; j++)
            there += x[j] != 0;
        if (there >= 7 && s->group[i] != without)
            assert_int_equal(moments_add(m, x, MINI_SCALES, 1), ST_OK);
    }
    assert_int_equal(
        moments_covariance(m, MISSING_MEAN, NULL, NULL, mean, cov, &err),
        ST_OK);
    assert_int_equal(
        pls_estimate(&s->model, m->rows, mean, cov, NULL, fit, &err), ST_OK);
    moments_free(&m);
}

static void compute(const struct sample *s, const char *province,
                    unsigned without, struct numbers *out)
{
    enum { K = MINI_CONSTRUCTS };
    const struct pls_model *m = &s->model;
    double u[ITEMS_MAX], nation[MINI_SCALES], cell[MINI_SCALES];
    double sd[K];
    struct pls_fit fit;

    fit_rows(s, without, &fit);
    index_replicate_weights(m, &fit, u);
    means_of(s, NULL, without, nation);
    means_of(s, province, without, cell);
    for (size_t c = 0; c < K; c++) {
        double k = 0;

        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            k += fit.weight[j] / fit.sd[j];
        sd[c] = 1 / k;
        out->index_nation[c] = index_value(m, c, u, nation);
        out->index_cell[c] = index_value(m, c, u, cell);
    }
    for (size_t c = 0; c < K; c++) {
        out->effect[c] = fit.total[2 * K + c] * sd[2] / sd[c];
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
            out->importance[j] = u[j] * out->effect[c];
            out->nation[j] = percent(nation[j]);
            out->cell[j] = percent(cell[j]);
        }
    }
}

/* ---- asking ---- */

static struct result asked(struct sample *s, struct query_setting *setting,
                           size_t settings)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query q = ask_for("mini-mob");
    struct result r = {0};

    q.by = by;
    q.by_count = 1;
    q.setting = setting;
    q.settings = settings;
    ok(&s->w, engine_ask(s->e, &kind_mend, &q, &r, &s->w.err));
    return r;
}

static double number(const struct result *r, size_t row, const char *column)
{
    const size_t c = result_find(r, column);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->number;
}

static const char *text(const struct result *r, size_t row, const char *column)
{
    return result_at(r, row, result_find(r, column))->text;
}

static int64_t count(const struct result *r, size_t row, const char *column)
{
    return result_at(r, row, result_find(r, column))->count;
}

static size_t row_of(const struct result *r, const char *province,
                     const char *what, const char *column)
{
    for (size_t i = 0; i < r->rows; i++)
        if (streq(text(r, i, "province"), province) &&
            streq(text(r, i, column), what))
            return i;
    fail_msg("no row of %s %s", province, what);
    return 0;
}

/* Figure `column` of a row against a value and its replicates. */
static void check_figure(const struct result *r, size_t row, const char *column,
                         double value, const double *replicate, size_t groups)
{
    const struct interval want =
        errors_jackknife(value, replicate, groups, NULL);
    char name[64];

    near(number(r, row, column), value);
    (void)snprintf(name, sizeof name, "%s_se", column);
    near(number(r, row, name), want.se);
    (void)snprintf(name, sizeof name, "%s_low", column);
    near(number(r, row, name), want.low);
    (void)snprintf(name, sizeof name, "%s_high", column);
    near(number(r, row, name), want.high);
}

static bool group_is_in(const struct sample *s, unsigned g,
                        const char *province)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->group[i] == g && streq(s->p[i].r.context.province, province))
            return true;
    return false;
}

static void check_item(const struct sample *s, const struct result *r,
                       const char *province, size_t j,
                       const struct numbers *all, const struct numbers *part)
{
    const size_t row =
        row_of(r, province, s->w.survey[0]->item[j].code, "item");
    double own[GROUPS], importance[GROUPS], gain[GROUPS], behind[GROUPS];
    const double gap = all->nation[j] - all->cell[j];
    size_t n = 0;

    for (unsigned g = 0; g < GROUPS; g++) {
        if (group_is_in(s, g, province))
            own[n++] = part[g].cell[j];
        importance[g] = part[g].importance[j];
        gain[g] = importance[g] * (part[g].nation[j] - part[g].cell[j]);
        behind[g] = part[g].cell[j] - part[g].nation[j];
    }
    check_figure(r, row, "performance", all->cell[j], own, n);
    check_figure(r, row, "importance", all->importance[j], importance, GROUPS);
    near(number(r, row, "headroom"), all->importance[j] * (100 - all->cell[j]));
    near(number(r, row, "aim"), all->nation[j]);
    near(number(r, row, "gap"), gap);
    near(number(r, row, "behind"),
         -gap / errors_jackknife(-gap, behind, GROUPS, NULL).se);
    assert_true((strstr(text(r, row, "flags"), "reached") != NULL) ==
                (gap <= 0));
    if (gap > 0)
        check_figure(r, row, "gain", all->importance[j] * gap, gain, GROUPS);
    else
        assert_true(isnan(number(r, row, "gain")) &&
                    isnan(number(r, row, "gain_se")));
}

static const char *const provinces[] = {"11", "31", "44", "65"};

static void test_by_hand(void **state)
{
    struct query_setting loyalty[] = {{"target", "LOY", false},
                                      {"of", "constructs", false}};
    struct numbers all, *part = calloc(GROUPS, sizeof *part);
    struct sample *s = malloc(sizeof *s);
    struct result items, constructs;

    (void)state;
    assert_non_null(s);
    assert_non_null(part);
    open_sample(s, 41, PEOPLE);
    items = asked(s, loyalty, 1);
    constructs = asked(s, loyalty, 2);
    assert_int_equal(items.rows, 4 * 6); /* those of LOY are no way to it */
    assert_int_equal(constructs.rows, 4 * 2);
    for (size_t p = 0; p < 4; p++) {
        compute(s, provinces[p], ALL_GROUPS, &all);
        for (unsigned g = 0; g < GROUPS; g++)
            compute(s, provinces[p], g, &part[g]);
        for (size_t j = 0; j < 6; j++)
            check_item(s, &items, provinces[p], j, &all, part);
        for (size_t c = 0; c < 2; c++) {
            const size_t row = row_of(&constructs, provinces[p],
                                      c ? "SAT" : "IMG", "construct");

            near(number(&constructs, row, "importance"), all.effect[c]);
            near(number(&constructs, row, "performance"), all.index_cell[c]);
            near(number(&constructs, row, "gap"),
                 all.index_nation[c] - all.index_cell[c]);
            assert_string_equal(text(&constructs, row, "item"), "");
        }
    }
    result_free(&items);
    result_free(&constructs);
    close_sample(s);
    free(part);
    free(s);
}

/* The largest gain first, then what has no gain by headroom. */
static void test_order(void **state)
{
    struct query_setting settings[] = {{"target", "LOY", false},
                                       {"sort", "weakest", false},
                                       {"top", "2", false}};
    struct sample *s = malloc(sizeof *s);
    struct result r;

    (void)state;
    assert_non_null(s);
    open_sample(s, 42, PEOPLE);
    r = asked(s, settings, 1);
    for (size_t i = 0; i < r.rows; i++) {
        const double gain = number(&r, i, "gain");
        const double before = i % 6 ? number(&r, i - 1, "gain") : INFINITY;

        assert_int_equal(count(&r, i, "rank"), i % 6 + 1);
        if (!isnan(gain))
            assert_true(gain <= before);
        else if (i % 6 && isnan(before))
            assert_true(number(&r, i, "headroom") <=
                        number(&r, i - 1, "headroom"));
    }
    result_free(&r);
    r = asked(s, settings, 3);
    assert_int_equal(r.rows, 4 * 2);
    for (size_t i = 1; i < r.rows; i += 2)
        assert_true(number(&r, i - 1, "behind") <= number(&r, i, "behind"));
    result_free(&r);
    close_sample(s);
    free(s);
}

static void test_best(void **state)
{
    struct query_setting settings[] = {{"aim", "best", false}};
    struct sample *s = malloc(sizeof *s);
    struct result r;

    (void)state;
    assert_non_null(s);
    open_sample(s, 43, PEOPLE);
    r = asked(s, settings, 1);
    assert_int_equal(r.rows, 4 * 3); /* IMG alone leads to SAT */
    for (size_t j = 0; j < 3; j++) {
        const char *item = s->w.survey[0]->item[j].code;
        const char *best = "";
        double most = -1;

        for (size_t p = 0; p < 4; p++) {
            const size_t row = row_of(&r, provinces[p], item, "item");

            if (number(&r, row, "performance") > most) {
                most = number(&r, row, "performance");
                best = provinces[p];
            }
        }
        for (size_t p = 0; p < 4; p++) {
            const size_t row = row_of(&r, provinces[p], item, "item");

            assert_string_equal(text(&r, row, "aim_cell"), best);
            near(number(&r, row, "aim"), most);
            assert_true(streq(provinces[p], best) ==
                        isnan(number(&r, row, "gain")));
        }
    }
    result_free(&r);
    close_sample(s);
    free(s);
}

/* Under 30 answers nothing is told of a cell, and it is no aim. */
static void test_thin(void **state)
{
    struct query_setting settings[] = {{"aim", "best", false}};
    struct sample *s = malloc(sizeof *s);
    struct result r;
    bool few = false;

    (void)state;
    assert_non_null(s);
    open_sample(s, 44, 150);
    r = asked(s, settings, 1);
    for (size_t i = 0; i < r.rows; i++) {
        const bool thin = count(&r, i, "n") < 30;

        few = few || thin;
        assert_true(strstr(text(&r, i, "flags"),
                           thin ? "suppressed" : "indicative") != NULL);
        assert_true(isnan(number(&r, i, "performance")) == thin);
        assert_true(isnan(number(&r, i, "aim")));
        assert_true(isnan(number(&r, i, "gain")));
        assert_true(isnan(number(&r, i, "behind")) == thin);
        assert_false(isnan(number(&r, i, "importance")));
        assert_true((strstr(text(&r, i, "flags"), "no_aim") != NULL) == !thin);
    }
    assert_true(few);
    result_free(&r);
    close_sample(s);
    free(s);
}

/* The nation is held against itself: nothing is behind, all have headroom. */
static void test_nation(void **state)
{
    struct query q = ask_for("mini-mob");
    struct sample *s = malloc(sizeof *s);
    struct result r = {0};

    (void)state;
    assert_non_null(s);
    open_sample(s, 45, 400);
    ok(&s->w, engine_ask(s->e, &kind_mend, &q, &r, &s->w.err));
    assert_int_equal(r.rows, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(text(&r, i, "flags"), "reached");
        assert_true(isnan(number(&r, i, "behind")));
        assert_true(number(&r, i, "headroom") > 0);
        if (i)
            assert_true(number(&r, i, "headroom") <=
                        number(&r, i - 1, "headroom"));
    }
    result_free(&r);
    close_sample(s);
    free(s);
}

/* A filter by province leaves the nation alone, one by channel does not. */
static void test_filters(void **state)
{
    const char *const province[] = {"44"}, *const web[] = {"web"};
    const struct query_filter filter[] = {{DIM_PROVINCE, 1, province},
                                          {DIM_CHANNEL, 1, web}};
    struct query_setting loyalty[] = {{"target", "LOY", false}};
    struct query q = ask_for("mini-mob");
    struct sample *s = malloc(sizeof *s);
    struct result all, one = {0}, both = {0};

    (void)state;
    assert_non_null(s);
    open_sample(s, 46, PEOPLE);
    all = asked(s, loyalty, 1);
    q.setting = loyalty;
    q.settings = 1;
    q.filter = filter;
    q.filters = 1;
    ok(&s->w, engine_ask(s->e, &kind_mend, &q, &one, &s->w.err));
    q.filters = 2;
    ok(&s->w, engine_ask(s->e, &kind_mend, &q, &both, &s->w.err));
    assert_int_equal(one.rows, 6);
    for (size_t i = 0; i < 6; i++) {
        const size_t row = row_of(&all, "44", text(&one, i, "item"), "item");

        near(number(&one, i, "gap"), number(&all, row, "gap"));
        near(number(&one, i, "behind"), number(&all, row, "behind"));
    }
    for (size_t i = 0; i < 6; i++)
        for (size_t k = 0; k < 6; k++)
            if (streq(text(&one, i, "item"), text(&both, k, "item")))
                assert_true(number(&one, i, "aim") != number(&both, k, "aim"));
    result_free(&all);
    result_free(&one);
    result_free(&both);
    close_sample(s);
    free(s);
}

static void refuse(struct sample *s, const char *survey,
                   struct query_setting *setting, size_t settings,
                   const char *cause)
{
    struct query q = ask_for(survey);
    struct result r = {0};

    q.setting = setting;
    q.settings = settings;
    assert_int_equal(engine_ask(s->e, &kind_mend, &q, &r, &s->w.err),
                     ST_INVALID);
    if (!strstr(s->w.err.text, cause))
        fail_msg("'%s' does not say '%s'", s->w.err.text, cause);
}

static void test_refusals(void **state)
{
    struct query_setting nobody[] = {{"target", "WHO", false}},
                         source[] = {{"target", "IMG", false}};
    struct query q = ask_for("mini-mob");
    struct sample *s = malloc(sizeof *s);
    struct result r = {0};

    (void)state;
    assert_non_null(s);
    open_sample(s, 47, 300);
    fill_world(&s->w, LONE, 40);
    refuse(s, "mini-mob", nobody, 1, "mini-mob has no construct 'WHO'");
    refuse(s, "mini-mob", source, 1, "nothing leads to IMG of mini-mob");
    refuse(s, "mini", NULL, 0, "mini is a family");
    refuse(s, "lone", NULL, 0, "lone has no model");
    q.reader = READER_PUBLIC;
    assert_int_equal(engine_ask(s->e, &kind_mend, &q, &r, &s->w.err),
                     ST_REFUSED);
    close_sample(s);
    free(s);
}

/* No model could be fitted: there is performance, and nothing else. */
static void test_no_fit(void **state)
{
    struct sample *s = malloc(sizeof *s);
    struct result r = {0};
    struct query q = ask_for("mini-mob");

    (void)state;
    assert_non_null(s);
    open_sample(s, 48, 0);
    ok(&s->w, store_begin(s->w.write, &s->w.err));
    for (size_t i = 0; i < 40; i++) {
        struct person p;

        person_make(&s->w, MINI_MOB, &p);
        p.r.context.frame = FRAME_INVITED;
        memset(p.answers, 7, MINI_SCALES);
        assert_int_equal(submit(&s->w, &p, false), VERDICT_ACCEPTED);
    }
    ok(&s->w, store_commit(s->w.write, &s->w.err));
    ok(&s->w, engine_ask(s->e, &kind_mend, &q, &r, &s->w.err));
    assert_int_equal(r.rows, 3);
    for (size_t i = 0; i < 3; i++) {
        near(number(&r, i, "performance"), 600.0 / 9);
        assert_true(isnan(number(&r, i, "importance")));
        assert_true(isnan(number(&r, i, "headroom")));
        assert_non_null(strstr(text(&r, i, "flags"), "no_weights"));
    }
    result_free(&r);
    close_sample(s);
    free(s);
}

static enum status torture(void *ctx)
{
    static const enum dimension by[] = {DIM_PROVINCE, DIM_PERIOD};
    struct sample *s = ctx;
    struct query q = ask_for("mini-mob");
    struct result r = {0};
    enum status st;

    q.by = by;
    q.by_count = 2;
    st = engine_ask(s->e, &kind_mend, &q, &r, NULL);
    if (st == ST_OK)
        result_free(&r);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct sample *s = malloc(sizeof *s);

    (void)state;
    assert_non_null(s);
    open_sample(s, 49, 200);
    alloc_torture(torture, s);
    close_sample(s);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),      cmocka_unit_test(test_order),
        cmocka_unit_test(test_best),         cmocka_unit_test(test_thin),
        cmocka_unit_test(test_nation),       cmocka_unit_test(test_filters),
        cmocka_unit_test(test_refusals),     cmocka_unit_test(test_no_fit),
        cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
