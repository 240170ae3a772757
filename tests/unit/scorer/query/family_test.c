/* family_test.c - surveys rolled up by construct: by hand where a hand can. */
#include "scorer/world.h"

#include "engine_handle.h"

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static double rolled(struct world *w, struct engine *e, struct query q)
{
    struct scores s = {0};
    double index;

    ok(w, engine_scores(e, &q, &s, &w->err));
    assert_int_equal(s.count, 1);
    assert_string_equal(s.list[0].survey, "pair");
    index = s.list[0].index;
    assert_int_equal(s.list[0].n, 100);
    scores_free(&s);
    return index;
}

/* 60 say 70, 40 say 20. */
static void test_family(void **state)
{
    static const enum dimension by[] = {DIM_PRODUCT};
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("pair");
    struct survey *mob, *fix;

    (void)state;
    world_open(&w, 6, NULL, "mean");
    mob = define_lone(&w, "pair-mob", "pair", "MOB");
    fix = define_lone(&w, "pair-fix", "pair", "FIX");
    answer_alike(&w, (struct one){mob, 60, 8, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){fix, 40, 3, NULL, FRAME_INVITED, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    near(rolled(&w, e, q), 45);
    q.rollup = ROLLUP_DESIGN;
    near(rolled(&w, e, q), 50);
    q.rollup = ROLLUP_USERS;
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    q.rollup_file = "rollup.csv";
    write_file("rollup.csv",
               "product,users,revenue\nMOB,300,1\nFIX,100,4\nBBD,7,7\n");
    near(rolled(&w, e, q), 57.5);
    q.rollup = ROLLUP_REVENUE;
    near(rolled(&w, e, q), 30);
    write_file("rollup.csv", "product,revenue\nMOB,300\n");
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "no weight for pair-fix"));
    write_file("rollup.csv", "product,revenue\nMOB,3\nFIX,many\n");
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "rollup.csv:3: 'many'"));
    write_file("rollup.csv", "product,revenue\nMOB,3\nFIX,1\nMOB,4\n");
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    write_file("rollup.csv", "product,people\nMOB,3\n");
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "no column 'revenue'"));
    q.by = by; /* split by product nothing is rolled up */
    q.by_count = 1;
    q.rollup = ROLLUP_EQUAL;
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, 2);
    near(find(&s, "pair-fix", "FIX", "SAT")->index, 20);
    near(find(&s, "pair-mob", "MOB", "SAT")->index, 70);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
    survey_free(&mob);
    survey_free(&fix);
    unlink("rollup.csv");
}

/* The error of a roll-up of independent halves: half the root of the sum of
 * squares, near enough with 50 groups. */
static void test_family_interval(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct scores all = {0}, mob = {0}, fix = {0};
    struct query q = ask_for("mini");

    (void)state;
    world_open(&w, 8, NULL, "mean");
    fill_world(&w, MINI_MOB, 1500);
    fill_world(&w, MINI_FIX, 900);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.construct = "SAT";
    ok(&w, engine_scores(e, &q, &all, &w.err));
    q.survey = "mini-mob";
    ok(&w, engine_scores(e, &q, &mob, &w.err));
    q.survey = "mini-fix";
    ok(&w, engine_scores(e, &q, &fix, &w.err));
    assert_int_equal(all.count, 1);
    near(all.list[0].index, (mob.list[0].index + fix.list[0].index) / 2);
    assert_int_equal(all.list[0].n, mob.list[0].n + fix.list[0].n);
    assert_true(
        fabs(all.list[0].interval.se /
                 (hypot(mob.list[0].interval.se, fix.list[0].interval.se) / 2) -
             1) < 0.25);
    assert_string_equal(all.list[0].method, "own");
    scores_free(&all);
    scores_free(&mob);
    scores_free(&fix);
    engine_close(&e);
    world_close(&w);
}

/* Cells that are part of what the weights were fitted on: every survey of the
 * family is in them. */
static void test_family_cells(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct world w;
    struct engine *e = NULL;
    struct scores all = {0}, mob = {0}, fix = {0};
    struct query q = ask_for("mini");

    (void)state;
    world_open(&w, 17, NULL, "mean");
    fill_world(&w, MINI_MOB, 600);
    fill_world(&w, MINI_FIX, 400);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 1;
    q.construct = "SAT";
    ok(&w, engine_scores(e, &q, &all, &w.err));
    q.survey = "mini-mob";
    ok(&w, engine_scores(e, &q, &mob, &w.err));
    q.survey = "mini-fix";
    ok(&w, engine_scores(e, &q, &fix, &w.err));
    assert_int_equal(all.count, 4);
    for (size_t i = 0; i < all.count; i++) {
        const char *cell = all.list[i].cell[0];
        const struct score *a = find(&mob, "mini-mob", cell, "SAT");
        const struct score *b = find(&fix, "mini-fix", cell, "SAT");

        assert_int_equal(all.list[i].n, a->n + b->n);
        near(all.list[i].index, (a->index + b->index) / 2);
        assert_string_equal(all.list[i].method, "parent");
    }
    scores_free(&all);
    scores_free(&mob);
    scores_free(&fix);
    engine_close(&e);
    world_close(&w);
}

/* A survey changed in mid-month: two forms, two records; in a family its
 * product weighs as before, its forms by their counts. */
static void test_form_change(void **state)
{
    static const char changed[] =
        "survey: pair-mob\nfamily: pair\nproduct: MOB\ntitle: {en: x}\nitems:\n"
        "  - {code: SAT, revision: 2, scale: {min: 1, max: 11}, text: {en: "
        "rate}}\n";
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("pair-mob");
    struct survey *mob, *fix, *new = NULL;

    (void)state;
    world_open(&w, 16, NULL, "mean");
    mob = define_lone(&w, "pair-mob", "pair", "MOB");
    fix = define_lone(&w, "pair-fix", "pair", "FIX");
    ok(&w, survey_parse("x", changed, sizeof changed - 1, NULL, NULL, &new,
                        &w.err));
    ok(&w, store_begin(w.write, &w.err));
    world_define(&w, new);
    ok(&w, store_commit(w.write, &w.err));
    answer_alike(&w, (struct one){mob, 30, 8, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){new, 90, 4, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){fix, 50, 6, NULL, FRAME_INVITED, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, 2);
    assert_memory_not_equal(s.list[0].form, s.list[1].form, HASH_SIZE);
    near(s.list[0].index + s.list[1].index, 70 + 30);
    scores_free(&s);
    q.survey = "pair";
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, 1);
    near(s.list[0].index, ((30 * 70. + 90 * 30.) / 120 + 50) / 2);
    assert_int_equal(s.list[0].n, 170);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
    survey_free(&mob);
    survey_free(&fix);
    survey_free(&new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_family),
        cmocka_unit_test(test_family_interval),
        cmocka_unit_test(test_family_cells),
        cmocka_unit_test(test_form_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
