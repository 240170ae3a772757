/* mend_rules_test.c - what `mend` tells of thin cells, of the nation, under
 * filters and without a model, and what it refuses. */
#include "sample.h"

#include "alloc.h"

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
        cmocka_unit_test(test_thin),    cmocka_unit_test(test_nation),
        cmocka_unit_test(test_filters), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_fit),  cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
