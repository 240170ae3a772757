/* flags_test.c - thin cells, what no weights can be had for, and what is
 * refused. */
#include "scorer/world.h"

#include "engine_handle.h"

/* n = 0 is no record; 1, 29, 30, 99, 100 by province. */
static void test_thin_cells(void **state)
{
    static const struct {
        const char *province;
        size_t n;
        uint32_t flags;
    } cases[] = {{"11", 1, SCORE_SUPPRESSED},
                 {"12", 29, SCORE_SUPPRESSED},
                 {"13", 30, SCORE_INDICATIVE},
                 {"14", 99, SCORE_INDICATIVE},
                 {"15", 100, 0}};
    static const enum dimension by[] = {DIM_PROVINCE};
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("one");
    struct survey *one;

    (void)state;
    world_open(&w, 5, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, 0);
    scores_free(&s);
    for (size_t i = 0; i < 5; i++)
        answer_alike(&w, (struct one){one, cases[i].n, 8, cases[i].province,
                                      FRAME_INVITED, 0});
    /* all missing: rows of a cell that nothing is known of */
    answer_alike(&w, (struct one){one, 40, 0, "16", FRAME_INVITED, 0});
    q.by = by;
    q.by_count = 1;
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, 6);
    for (size_t i = 0; i < 5; i++) {
        const struct score *r = find(&s, "one", cases[i].province, "SAT");

        assert_int_equal(r->n, cases[i].n);
        assert_true(r->n_eff == (double)cases[i].n);
        assert_int_equal(r->flags, cases[i].flags);
        assert_string_equal(r->method, "own"); /* an item alone needs none */
        assert_string_equal(r->weighting, "none");
        if (cases[i].n < 30) {
            assert_true(isnan(r->index) && isnan(r->interval.low));
        } else {
            near(r->index, 70);
            near(r->interval.se, 0);
            near(r->interval.low, 70);
        }
    }
    assert_int_equal(find(&s, "one", "16", "SAT")->n, 0);
    assert_int_equal(find(&s, "one", "16", "SAT")->flags, SCORE_SUPPRESSED);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

static void submit_pattern(struct world *w, size_t people,
                           void (*pattern)(struct world *, uint8_t *))
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person p;

        person_make(w, MINI_MOB, &p);
        p.r.context.frame = FRAME_INVITED;
        pattern(w, p.answers);
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

static void constant(struct world *w, uint8_t *a)
{
    (void)w;
    a[2] = 4; /* IMG3 never varies */
}

/* LOY2 runs against LOY1 and a little more with the rest: its weight is
 * negative once the block's signs are settled. */
static void contrary(struct world *w, uint8_t *a)
{
    const uint8_t x = a[6] ? a[6] : 5;

    a[6] = x;
    a[7] = (uint8_t)(11 - x);
    if (draw(w) % 3 == 0)
        a[7] = (uint8_t)(1 + draw(w) % 10);
}

static void no_third(struct world *w, uint8_t *a)
{
    (void)w;
    a[5] = 0; /* SAT3 was not asked here */
}

static uint32_t flags_of(size_t people,
                         void (*pattern)(struct world *, uint8_t *),
                         const char *construct, const char **status)
{
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("mini-mob");
    uint32_t flags;

    world_open(&w, 24, NULL, "mean");
    submit_pattern(&w, people, pattern);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_scores(e, &q, &s, &w.err));
    flags = find(&s, "mini-mob", NULL, construct)->flags;
    *status = find(&s, "mini-mob", NULL, construct)->status;
    if (flags & (SCORE_NO_WEIGHTS | SCORE_NEGATIVE))
        assert_true(isnan(find(&s, "mini-mob", NULL, construct)->index));
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
    return flags;
}

static void as_is(struct world *w, uint8_t *a)
{
    (void)w;
    (void)a;
}

static void test_flags(void **state)
{
    const char *status;

    (void)state;
    assert_int_equal(flags_of(900, as_is, "SAT", &status), 0);
    assert_string_equal(status, "live");
    assert_int_equal(flags_of(240, as_is, "SAT", &status), SCORE_THIN_FIT);
    assert_string_equal(status, "provisional");
    assert_int_equal(flags_of(900, constant, "SAT", &status), SCORE_NO_WEIGHTS);
    assert_int_equal(flags_of(900, contrary, "LOY", &status), SCORE_NEGATIVE);
    assert_int_equal(flags_of(900, contrary, "IMG", &status), 0);
}

/* An item that nobody here answered, though it has a weight. */
static void test_incomplete(void **state)
{
    static const char *const sms[] = {"sms"};
    const struct query_filter where = {DIM_CHANNEL, 1, sms};
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("mini-mob");

    (void)state;
    world_open(&w, 25, NULL, "mean");
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 900; i++) {
        struct person p;

        person_make(&w, MINI_MOB, &p);
        if (p.r.context.channel == CHANNEL_SMS)
            no_third(&w, p.answers);
        (void)submit(&w, &p, false);
    }
    ok(&w, store_commit(w.write, &w.err));
    q.filter = &where;
    q.filters = 1;
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(find(&s, "mini-mob", NULL, "SAT")->flags,
                     SCORE_INCOMPLETE);
    assert_true(isnan(find(&s, "mini-mob", NULL, "SAT")->index));
    assert_int_equal(find(&s, "mini-mob", NULL, "IMG")->flags, 0);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
}

static void test_refusals(void **state)
{
    static const enum dimension twice[] = {DIM_ORG, DIM_ORG};
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("nobody");

    (void)state;
    world_open(&w, 26, NULL, "mean");
    fill_world(&w, LONE, 5);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_NOTFOUND);
    assert_non_null(strstr(w.err.text, "mini (family)"));
    assert_non_null(strstr(w.err.text, "lone"));
    q = ask_for("mini"); /* known, and nobody has answered */
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, 0);
    scores_free(&s);
    q = ask_for("lone");
    q.construct = "SAT";
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_NOTFOUND);
    q = ask_for("lone");
    q.from = q.to + 1;
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    q = ask_for("lone");
    q.by = twice;
    q.by_count = 2;
    assert_int_equal(engine_scores(e, &q, &s, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "twice by org"));
    engine_close(&e);
    assert_int_equal(engine_open("sqlite:not-there.db", NULL, &e, &w.err),
                     ST_NOTFOUND);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thin_cells),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
