/* compare_test.c - the kind: whom it compares, what it tells and refuses. */
#include "asking.h"

#include "alloc.h"

/* 60 say 70 here, 40 say 20 there, 50 say 40 elsewhere. */
static void test_against_the_rest(void **state)
{
    static const struct query_setting set[] = {
        SET("between", "province"), SET("versus", "rest"), SET("mix", "entry")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("one");
    struct survey *one;
    struct result r;

    (void)state;
    world_open(&w, 203, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    answer_alike(&w, (struct one){one, 60, 8, "11", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 40, 3, "31", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 50, 5, "44", FRAME_INVITED, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 3;
    q.setting = set;
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, 3);
    near(number(&r, 0, "difference"), 70 - (40 * 20. + 50 * 40.) / 90);
    near(number(&r, 1, "difference"), 20 - (60 * 70. + 50 * 40.) / 110);
    near(number(&r, 2, "difference"), 40 - (60 * 70. + 40 * 20.) / 100);
    assert_string_equal(text(&r, 2, "second"), "rest");
    assert_int_equal(count(&r, 0, "n_second"), 90);
    assert_string_equal(text(&r, 0, "flags"), "indicative");
    adds_up(&r);
    result_free(&r);

    q.settings = 1; /* nothing varies within a province: no test */
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, 3);
    near(number(&r, 0, "difference"), 50);
    close_to(number(&r, 0, "se"), 0, 1e-9);
    assert_true(isnan(number(&r, 0, "p")));
    assert_true(isnan(number(&r, 0, "p_adjusted")));
    assert_string_equal(text(&r, 0, "flags"), "indicative no_test");
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

/* Of 200 nothings about 10 are significant at 5 %. */
static void test_nothings(void **state)
{
    static const struct query_setting set[] = {
        SET("between", "province=11,31")};
    static const enum dimension by[] = {DIM_PERIOD};
    enum { MONTHS = 200, PEOPLE = 80 };
    struct world w;
    struct engine *e = NULL;
    struct query q = ask_for("one");
    struct survey *one;
    struct result r;
    size_t found = 0, after = 0;

    (void)state;
    world_open(&w, 207, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    q.from = period_first(NOVEMBER - MONTHS + 1);
    for (int32_t m = NOVEMBER - MONTHS + 1; m <= NOVEMBER; m++)
        for (size_t i = 0; i < PEOPLE; i++)
            answer_alike(&w, (struct one){one, 1, (uint8_t)(1 + draw(&w) % 11),
                                          i % 2 ? "11" : "31", FRAME_INVITED,
                                          period_first(m) + 5});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    q.by = by;
    q.by_count = 1;
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, MONTHS);
    for (size_t i = 0; i < r.rows; i++) {
        found += number(&r, i, "p") < 0.05;
        after += number(&r, i, "p_adjusted") < 0.05;
    }
    if (found < 3 || found > 19)
        fail_msg("%zu of %d", found, MONTHS);
    assert_true(after == 0);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

static void test_thin_and_lonely(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    static const struct query_setting set[] = {
        SET("against", "2026-11..2026-11")};
    const int32_t day = period_first(NOVEMBER) + 3;
    struct world w;
    struct engine *e = NULL;
    struct query q = october("one");
    struct survey *one;
    struct result r;

    (void)state;
    world_open(&w, 208, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    answer_alike(&w, (struct one){one, 30, 8, "11", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 29, 3, "11", FRAME_INVITED, day});
    answer_alike(&w, (struct one){one, 40, 3, "31", FRAME_INVITED, day});
    answer_alike(&w, (struct one){one, 40, 3, "44", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 100, 5, "44", FRAME_INVITED, day});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 1;
    q.settings = 1;
    q.setting = set;
    r = ask(&w, e, &kind_compare, &q);
    assert_int_equal(r.rows, 3);
    near(number(&r, 0, "index_first"), 70);
    assert_true(isnan(number(&r, 0, "index_second")));
    assert_true(isnan(number(&r, 0, "difference")));
    assert_true(isnan(number(&r, 0, "mix_se")));
    assert_string_equal(text(&r, 0, "flags"), "suppressed");
    assert_string_equal(text(&r, 0, "flags_first"), "indicative");
    assert_string_equal(text(&r, 1, "form_first"), "");
    assert_int_equal(count(&r, 1, "n_first"), 0);
    assert_int_equal(count(&r, 1, "n_second"), 40);
    assert_true(isnan(number(&r, 1, "difference")));
    near(number(&r, 2, "difference"), -20);
    assert_string_equal(text(&r, 2, "flags_second"), "");
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

static const struct {
    struct query_setting set[2];
    enum status st;
    const char *word;
} bad[] = {
    {{SET("versus", "rest")}, ST_INVALID, "either --against or --between"},
    {{SET("against", "2026-11..2026-11"), SET("between", "province")},
     ST_INVALID,
     "either"},
    {{SET("against", "somewhere in 2026")}, ST_INVALID, "not FROM..TO"},
    {{SET("against", "2026-13")}, ST_INVALID, "--against"},
    {{SET("against", "2026-11..2026-10")}, ST_INVALID, "later"},
    {{SET("against", "2026-11..x")}, ST_INVALID, "--against"},
    {{SET("against", "2026-11..2026-11"), SET("versus", "rest")},
     ST_INVALID,
     "--versus goes with"},
    {{SET("between", "city")}, ST_INVALID, "no dimension 'city'"},
    {{SET("between", "province=11")}, ST_INVALID, "--versus rest"},
    {{SET("between", "province=11,11")}, ST_INVALID, "'11' twice"},
    {{SET("between", "province=11,98")}, ST_NUMERIC, "province=98: no"},
    {{SET("between", "operator")}, ST_INVALID, "split twice by operator"},
    {{SET("between", "product")}, ST_NUMERIC, "one code only"},
    {{SET("between", "province"), SET("mix", "province")},
     ST_INVALID,
     "is what is compared"},
    {{SET("between", "province"), SET("mix", "operator")},
     ST_INVALID,
     "--mix: split twice"},
    {{SET("between", "province"), SET("links", "none.csv")},
     ST_NOTFOUND,
     "none.csv"},
    {{SET("against", "2025-11..2025-11")},
     ST_NUMERIC,
     "2025-11-01..2025-11-30: a period with no answers to one"},
    {{SET("against", "2025-11")},
     ST_NUMERIC,
     "2025-11-01..2025-11-30: a period with no answers to one"},
    {{SET("against", "2025-11-03")},
     ST_NUMERIC,
     "2025-11-03..2025-11-30: a period with no answers to one"},
};

static void test_wrong_words(void **state)
{
    static const struct query_setting whom[] = {SET("between", "province")};
    static const enum dimension by[] = {DIM_OPERATOR};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("one");
    struct survey *one;

    (void)state;
    world_open(&w, 209, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    answer_alike(&w, (struct one){one, 30, 8, "11", FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 30, 8, "31", FRAME_INVITED, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        q.setting = bad[i].set;
        q.settings = bad[i].set[1].name ? 2 : 1;
        refused(&w, e, &kind_compare, &q, bad[i].st, bad[i].word);
    }
    q.setting = bad[7].set;
    q.reader = READER_PUBLIC;
    refused(&w, e, &kind_compare, &q, ST_REFUSED, "for analysts");
    q.reader = READER_ANALYST;
    q.settings = 1;
    q.setting = whom;
    q.from = q.to = period_first(NOVEMBER);
    refused(&w, e, &kind_compare, &q, ST_NUMERIC,
            "2026-11-01..2026-11-01: a period with no answers to one");
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

static void test_too_many(void **state)
{
    static const struct query_setting set[] = {SET("between", "province")};
    struct world w;
    struct engine *e = NULL;
    struct query q = october("one");
    struct survey *one;

    (void)state;
    world_open(&w, 212, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    for (int i = 0; i < 318; i++) {
        char code[CODE_MAX + 1];

        snprintf(code, sizeof code, "%d", 100 + i);
        answer_alike(&w, (struct one){one, 1, 8, code, FRAME_INVITED, 0});
    }
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.settings = 1;
    q.setting = set;
    refused(&w, e, &kind_compare, &q, ST_RANGE, "over 50000 comparisons");
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

struct torture {
    struct engine *e;
    struct query q;
};

static enum status body(void *ctx)
{
    struct torture *t = ctx;
    struct result r = {0};
    const enum status st = engine_ask(t->e, &kind_compare, &t->q, &r, NULL);

    result_free(&r);
    return st;
}

static void test_no_memory(void **state)
{
    static const struct query_setting set[2][2] = {
        {SET("against", "2026-11..2026-11")},
        {SET("between", "channel"), SET("versus", "rest")}};
    struct torture t = {.q = ask_for("mini")};
    struct world w;

    (void)state;
    world_open(&w, 210, NULL, "mean");
    fill_world(&w, MINI_MOB, 300);
    fill_world(&w, MINI_FIX, 300);
    ok(&w, engine_on(w.read, NULL, &t.e, &w.err));
    for (size_t i = 0; i < 2; i++) {
        t.q.setting = set[i];
        t.q.settings = i + 1;
        if (i == 0)
            t.q.to = period_last(OCTOBER);
        assert_int_equal(body(&t), ST_OK);
        alloc_torture(body, &t);
    }
    engine_close(&t.e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_the_rest),
        cmocka_unit_test(test_nothings),
        cmocka_unit_test(test_thin_and_lonely),
        cmocka_unit_test(test_wrong_words),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
