/* split_test.c - what differences are made of: against a second computation
 * from the rows, and by hand. */
#include "asking.h"

#include <gsl/gsl_cdf.h>

enum { SAT_FIRST = 3, SAT_ITEMS = 3 }; /* of mini, in model order */

/* ---- once more, from the rows ---- */

/* A side of a comparison: its rows. */
struct pick {
    int32_t month;        /* 0: any */
    const char *province; /* NULL: any */
};

static bool picked(const struct answer_row *row, struct pick p, unsigned group)
{
    return row->group != group && (!p.month || row->month == p.month) &&
           (!p.province || streq(row->context.province, p.province));
}

/* The cells of the mix: four provinces times channels; of one province, its
 * channels. */
enum { CELLS = 4 * CHANNELS };

static size_t mix_cell(const struct answer_row *row, struct pick p)
{
    static const char *const provinces[] = {"11", "31", "44", "65"};
    size_t k = 0;

    while (!p.province && !streq(provinces[k], row->context.province))
        k++;
    return k * CHANNELS + row->context.channel;
}

struct naive_side {
    double u[MINI_SCALES], mean[SAT_ITEMS], people[CELLS],
        cell[CELLS][SAT_ITEMS], all;
};

static void naive_side(const struct answer_rows *r, const struct survey *s,
                       struct pick p, unsigned group, struct naive_side *out)
{
    double n[SAT_ITEMS] = {0}, there[CELLS][SAT_ITEMS] = {{0}};

    memset(out, 0, sizeof *out);
    fit_rows(r, s, p.month, group, out->u);
    for (size_t i = 0; i < r->count; i++) {
        const struct answer_row *row = &r->row[i];
        const uint8_t *a = row->answers + SAT_FIRST;
        const size_t k = mix_cell(row, p);

        if (!picked(row, p, group) || bytes_zero(a, SAT_ITEMS))
            continue;
        out->people[k]++;
        out->all++;
        for (size_t j = 0; j < SAT_ITEMS; j++) {
            out->mean[j] += a[j];
            n[j] += a[j] != 0;
            out->cell[k][j] += a[j];
            there[k][j] += a[j] != 0;
        }
    }
    for (size_t j = 0; j < SAT_ITEMS; j++) {
        out->mean[j] /= n[j];
        for (size_t k = 0; k < CELLS; k++)
            out->cell[k][j] /= there[k][j]; /* 0 / 0: nobody */
    }
}

static double naive_index(const struct naive_side *s)
{
    double sum = 0;

    for (size_t j = 0; j < SAT_ITEMS; j++)
        sum += s->u[SAT_FIRST + j] * s->mean[j];
    return 100 * (sum - 1) / 9;
}

/* difference, answers, weights, mix */
struct naive {
    double part[4];
};

static struct naive naive_split(const struct naive_side *a,
                                const struct naive_side *b)
{
    struct naive n = {{naive_index(a) - naive_index(b), 0, 0, 0}};

    for (size_t j = 0; j < SAT_ITEMS; j++) {
        const double ua = a->u[SAT_FIRST + j], ub = b->u[SAT_FIRST + j];
        double mix = 0;

        n.part[2] += (ua - ub) * (a->mean[j] + b->mean[j]) / 2;
        for (size_t k = 0; k < CELLS; k++) {
            const double x =
                isnan(a->cell[k][j]) ? b->cell[k][j] : a->cell[k][j];
            const double y = isnan(b->cell[k][j]) ? x : b->cell[k][j];

            if (!isnan(x))
                mix += (a->people[k] / a->all - b->people[k] / b->all) *
                       (x + y) / 2;
        }
        n.part[3] += (ua + ub) / 2 * mix;
    }
    n.part[2] *= 100. / 9;
    n.part[3] *= 100. / 9;
    n.part[1] = n.part[0] - n.part[2] - n.part[3];
    return n;
}

static void check_row(const struct result *r, size_t row,
                      const struct answer_rows *rows, const struct survey *s,
                      struct pick first, struct pick second)
{
    static const char *const value[] = {"difference", "answers", "weights",
                                        "mix"};
    static const char *const se[] = {"se", "answers_se", "weights_se",
                                     "mix_se"};
    struct naive all = {{0}};
    double replicate[4][GROUPS];
    bool used[GROUPS];

    for (unsigned g = 0; g <= GROUPS; g++) {
        struct naive_side a, b;
        struct naive n;

        naive_side(rows, s, first, g, &a);
        naive_side(rows, s, second, g, &b);
        n = naive_split(&a, &b);
        for (size_t k = 0; k < 4 && g < GROUPS; k++)
            replicate[k][g] = n.part[k];
        if (g < GROUPS)
            used[g] = true; /* with this many people */
        else
            all = n;
    }
    for (size_t k = 0; k < 4; k++) {
        near(number(r, row, value[k]), all.part[k]);
        near(number(r, row, se[k]), jackknife_of(replicate[k], used));
    }
    near(number(r, row, "p"),
         2 * gsl_cdf_tdist_Q(fabs(all.part[0] / number(r, row, "se")), 49));
    near(number(r, row, "high") - number(r, row, "low"),
         2 * number(r, row, "se") * 2.0095752371292397);
}

/* ---- tests ---- */

static void test_two_periods(void **state)
{
    static const struct query_setting against[] = {
        SET("against", "2026-11..2026-11")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("mini-mob");
    struct answer_rows *rows;
    struct result r;
    size_t row;

    (void)state;
    world_open(&w, 201, NULL, "mean");
    fill_world(&w, MINI_MOB, 2400);
    rows = read_rows(&w);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = against;
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, MINI_CONSTRUCTS);
    row = row_of(&r, "first", "2026-10-01..2026-10-31", "SAT");
    assert_string_equal(text(&r, row, "second"), "2026-11-01..2026-11-30");
    assert_string_equal(text(&r, row, "flags"), "");
    check_row(&r, row, rows, w.survey[MINI_MOB], (struct pick){OCTOBER, NULL},
              (struct pick){NOVEMBER, NULL});
    assert_true(number(&r, row, "weights") != 0);
    adds_up(&r);
    result_free(&r);

    q.weights = WEIGHTS_FROZEN; /* nothing of a change is weights */
    q.base_from = period_first(OCTOBER);
    q.base_to = period_last(OCTOBER);
    r = ask(&w, e, &kind_compare, &q);
    for (size_t i = 0; i < r.rows; i++) {
        assert_true(number(&r, i, "weights") == 0);
        assert_true(number(&r, i, "weights_se") == 0);
    }
    adds_up(&r);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    free(rows);
}

/* Months are codes of a dimension as well. */
static void test_months_as_codes(void **state)
{
    static const struct query_setting against[] = {
        SET("against", "2026-11..2026-11")};
    static const struct query_setting months[] = {
        SET("between", "period=2026-10,2026-11")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("mini-mob");
    struct result a, b;

    (void)state;
    world_open(&w, 213, NULL, "mean");
    fill_world(&w, MINI_MOB, 1200);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = against;
    a = ask(&w, e, &kind_compare, &q);
    q.setting = months;
    q.to = period_last(NOVEMBER);
    b = ask(&w, e, &kind_compare, &q);
    assert_int_equal(a.rows, b.rows);
    for (size_t i = 0; i < a.rows; i++) {
        near(number(&b, i, "difference"), number(&a, i, "difference"));
        near(number(&b, i, "weights_se"), number(&a, i, "weights_se"));
        near(number(&b, i, "mix"), number(&a, i, "mix"));
    }
    result_free(&a);
    result_free(&b);
    engine_close(&e);
    world_close(&w);
}

static void test_all_pairs(void **state)
{
    static const struct query_setting between[] = {SET("between", "province")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("mini-mob");
    struct answer_rows *rows;
    struct result r;

    (void)state;
    world_open(&w, 202, NULL, "mean");
    fill_world(&w, MINI_MOB, 3000);
    rows = read_rows(&w);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = between;
    q.construct = "SAT";
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, 6);
    assert_string_equal(text(&r, 4, "first"), "31");
    assert_string_equal(text(&r, 4, "second"), "65");
    for (size_t i = 0; i < r.rows; i++) {
        assert_true(number(&r, i, "p_adjusted") >= number(&r, i, "p"));
        assert_true(number(&r, i, "weights") == 0);
        close_to(number(&r, i, "index_first") - number(&r, i, "index_second"),
                 number(&r, i, "difference"), 1e-12);
    }
    check_row(&r, 4, rows, w.survey[MINI_MOB], (struct pick){OCTOBER, "31"},
              (struct pick){OCTOBER, "65"});
    adds_up(&r);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    free(rows);
}

/* Half of October's people are in 11 and half in 31, a fifth and four in
 * November; nobody changed his mind. */
static void test_mix_alone(void **state)
{
    static const struct query_setting set[] = {
        SET("against", "2026-11..2026-11"), SET("mix", "province")};
    const int32_t day = period_first(NOVEMBER) + 3;
    struct world w;
    struct engine *e = NULL;
    struct query q = october("one");
    struct survey *one;
    struct result r;

    (void)state;
    world_open(&w, 204, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    answer_alike(&w, (struct one){one, 50, 8, "11", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 50, 3, "31", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 20, 8, "11", FRAME_INVITED, day});
    answer_alike(&w, (struct one){one, 80, 3, "31", FRAME_INVITED, day});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 2;
    q.setting = set;
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, 1);
    near(number(&r, 0, "difference"), 45 - 30);
    close_to(number(&r, 0, "mix"), 15, 1e-12);
    close_to(number(&r, 0, "answers"), 0, 1e-12);
    result_free(&r);

    /* a cell that only November has is all mix too */
    answer_alike(&w, (struct one){one, 100, 11, "44", FRAME_INVITED, day});
    r = ask(&w, e, &kind_compare, &q);
    near(number(&r, 0, "difference"), 45 - 65);
    close_to(number(&r, 0, "mix"), -20, 1e-12);
    adds_up(&r);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

/* Weighted by people, a family changes with its products. */
static void test_products(void **state)
{
    static const struct query_setting set[] = {
        SET("against", "2026-11..2026-11")};
    const int32_t day = period_first(NOVEMBER) + 3;
    struct world w;
    struct engine *e = NULL;
    struct query q = october("pair");
    struct survey *mob, *fix;
    struct result r;

    (void)state;
    world_open(&w, 205, NULL, "mean");
    mob = define_lone(&w, "pair-mob", "pair", "MOB");
    fix = define_lone(&w, "pair-fix", "pair", "FIX");
    answer_alike(&w, (struct one){mob, 60, 8, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){fix, 40, 3, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){mob, 40, 8, NULL, FRAME_INVITED, day});
    answer_alike(&w, (struct one){fix, 60, 4, NULL, FRAME_INVITED, day});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    q.rollup = ROLLUP_DESIGN;
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, 1);
    near(number(&r, 0, "difference"), 50 - 46);
    close_to(number(&r, 0, "mix"), 0.2 * 70 - 0.2 * 25, 1e-12);
    close_to(number(&r, 0, "answers"), -5, 1e-12);
    adds_up(&r);
    result_free(&r);
    q.rollup = ROLLUP_EQUAL; /* the products' shares stay as they are */
    r = ask(&w, e, &kind_compare, &q);
    near(number(&r, 0, "difference"), 45 - 50);
    close_to(number(&r, 0, "mix"), 0, 1e-12);
    adds_up(&r);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&mob);
    survey_free(&fix);
}

/* A survey that one period lacks. */
static void test_lacking_survey(void **state)
{
    static const struct query_setting set[] = {
        SET("against", "2026-12..2026-12")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("pair");
    struct survey *mob, *fix;
    struct result r;

    (void)state;
    world_open(&w, 214, NULL, "mean");
    mob = define_lone(&w, "pair-mob", "pair", "MOB");
    fix = define_lone(&w, "pair-fix", "pair", "FIX");
    answer_alike(&w, (struct one){mob, 60, 8, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){fix, 40, 3, NULL, FRAME_INVITED, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    refused(&w, e, &kind_compare, &q, ST_NUMERIC, "a period with no answers");
    answer_alike(&w, (struct one){mob, 50, 6, NULL, FRAME_INVITED,
                                  period_first(NOVEMBER + 1)});
    r = ask(&w, e, &kind_compare, &q);
    near(number(&r, 0, "difference"), 45 - 50);
    assert_string_equal(text(&r, 0, "flags"),
                        "indicative surveys_differ no_test");
    adds_up(&r);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&mob);
    survey_free(&fix);
}

/* A family with models: roll-ups agree with the engine's to the bit. */
static void test_family_of_models(void **state)
{
    static const struct query_setting set[] = {
        SET("against", "2026-11..2026-11")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("mini");
    struct scores s = {0};
    struct result r;

    (void)state;
    world_open(&w, 206, NULL, "mean");
    fill_world(&w, MINI_MOB, 1200);
    fill_world(&w, MINI_FIX, 900);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    r = ask(&w, e, &kind_compare, &q);
    q.settings = 0;
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(r.rows, s.count);
    for (size_t i = 0; i < r.rows; i++) {
        assert_true(number(&r, i, "index_first") == s.list[i].index);
        assert_true(number(&r, i, "answers_se") > 0);
        assert_true(number(&r, i, "weights") != 0);
    }
    adds_up(&r);
    result_free(&r);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
}

/* By weights of people the parts still add up, and each side is the index that
 * score tells. */
static void test_weighted(void **state)
{
    static const struct query_setting set[] = {
        SET("against", "2026-11..2026-11"), SET("mix", "stratum,channel")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("mini-mob");
    struct scores s = {0};
    struct result r, plain;

    (void)state;
    world_open(&w, 211, NULL, "mean");
    fill_world(&w, MINI_MOB, 2000);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 2;
    q.setting = set;
    plain = ask(&w, e, &kind_compare, &q);
    q.weighting = WEIGHTING_DESIGN;
    r = ask(&w, e, &kind_compare, &q);
    q.settings = 0;
    ok(&w, engine_scores(e, &q, &s, &w.err));
    for (size_t i = 0; i < r.rows; i++) {
        near(number(&r, i, "index_first"), s.list[i].index);
        assert_true(number(&r, i, "mix") != number(&plain, i, "mix"));
        assert_string_equal(text(&r, i, "weighting"), s.list[i].weighting);
        assert_string_equal(text(&plain, i, "weighting"), "none");
    }
    adds_up(&r);
    result_free(&r);
    result_free(&plain);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_periods),
        cmocka_unit_test(test_months_as_codes),
        cmocka_unit_test(test_all_pairs),
        cmocka_unit_test(test_mix_alone),
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_lacking_survey),
        cmocka_unit_test(test_family_of_models),
        cmocka_unit_test(test_weighted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
