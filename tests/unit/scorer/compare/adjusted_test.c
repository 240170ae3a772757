/* adjusted_test.c - case mix: cells against regression of the people
 * themselves; what cannot be told is refused. */
#include "people.h"

#include "alloc.h"
#include "within.h"

/* ---- the regression by itself ---- */

enum { ROWS = 60, CELLS = 5, FACTORS = 2, CODES = 5 };

/* Two factors, of 3 and 4 codes, the first of each the reference. */
static void test_within(void **state)
{
    struct world w = {.random = 501};
    size_t cell[ROWS], code[ROWS * FACTORS];
    double value[ROWS], weight[ROWS];
    struct least_squares l = {.n = CELLS + CODES};
    struct within in = {.rows = ROWS,
                        .cells = CELLS,
                        .codes = CODES,
                        .factors = FACTORS,
                        .cell = cell,
                        .code = code};
    size_t bad = 99;

    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const size_t a = draw(&w) % 3, b = draw(&w) % 4;
        double x[COLUMNS_MOST] = {0};

        cell[r] = draw(&w) % CELLS;
        code[r * FACTORS] = a ? a - 1 : WITHIN_NONE;
        code[r * FACTORS + 1] = b ? b + 1 : WITHIN_NONE;
        value[r] = 71.3 + 4 * noise(&w) + (double)a;
        weight[r] = (double)(draw(&w) % 9);
        x[cell[r]] = 1;
        x[CELLS + code[r * FACTORS] * (a > 0)] = a > 0;
        if (b)
            x[CELLS + code[r * FACTORS + 1]] = 1;
        for (size_t k = 0; k < l.n; k++)
            x[k] *= sqrt(weight[r]);
        add_person(&l, x, value[r] * sqrt(weight[r]));
        if (weight[r] == 0)
            value[r] = NAN; /* is not there */
    }
    solve_squares(&l);
    assert_int_equal(within_begin(&in), ST_OK);
    assert_true(within_solve(&in, value, weight, &bad));
    for (size_t c = 0; c < CODES; c++)
        close_to(in.effect[c], l.b[CELLS + c], 1e-10);

    /* nobody has a code: it has no effect, the others have theirs */
    for (size_t r = 0; r < ROWS; r++)
        if (code[r * FACTORS + 1] == 3)
            weight[r] = 0;
    assert_true(within_solve(&in, value, weight, &bad));
    assert_true(in.effect[3] == 0 && in.effect[2] != 0);
    /* a code in one cell alone that has no other */
    for (size_t r = 0; r < ROWS; r++) {
        weight[r] = 1;
        value[r] = 50 + noise(&w);
        code[r * FACTORS + 1] = cell[r] == 2 ? 4 : WITHIN_NONE;
    }
    assert_false(within_solve(&in, value, weight, &bad));
    assert_int_equal(bad, 4);
    within_free(&in);
    in.codes = WITHIN_CODES_MAX + 1;
    assert_int_equal(within_begin(&in), ST_RANGE);
}

/* ---- the kind, against its people ---- */

/* Provinces, then classes and channels without their first. */
static size_t describe(const struct answer_row *row, double *x)
{
    const size_t class = code_place(class_codes, row->context.class);

    memset(x, 0, COLUMNS_MOST * sizeof *x);
    x[code_place(province_codes, row->context.province)] = 1;
    if (class)
        x[PROVINCES + class - 1] = 1;
    if (row->context.channel)
        x[PROVINCES + CLASSES - 1 + row->context.channel - 1] = 1;
    return PROVINCES + CLASSES - 1 + CHANNELS - 1;
}

/* The mean over everybody of what the model says of them in a province. */
static double standardised(const struct answer_rows *r, size_t province,
                           unsigned group)
{
    struct least_squares l = {0};
    double x[COLUMNS_MOST], sum = 0, people = 0;

    for (size_t i = 0; i < r->count; i++)
        if (r->row[i].group != group) {
            l.n = describe(&r->row[i], x);
            add_person(&l, x, points(&r->row[i]));
        }
    solve_squares(&l);
    for (size_t i = 0; i < r->count; i++)
        if (r->row[i].group != group) {
            describe(&r->row[i], x);
            for (size_t k = 0; k < PROVINCES; k++)
                x[k] = k == province;
            for (size_t k = 0; k < l.n; k++)
                sum += l.b[k] * x[k];
            people++;
        }
    return sum / people;
}

static const struct query_setting usual[] = {{"over", "province", false},
                                             {"for", "class,channel", false}};

static struct query question(const struct query_setting *set, size_t settings)
{
    struct query q = ask_for("one");

    q.to = period_last(OCTOBER);
    q.setting = set;
    q.settings = settings;
    return q;
}

static void test_against_people(void **state)
{
    static const struct effects effects = {
        .class = {0, 1, 2.5}, .channel = {0, 0.5, -0.5}, .chosen = true};
    struct world w;
    struct engine *e = NULL;
    struct query q = question(usual, 2);
    struct survey *one;
    struct answer_rows *rows;
    struct result r;
    double raw = 0, adjusted = 0;

    (void)state;
    world_open(&w, 502, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    fill_people(&w, one, 1500, &effects);
    rows = read_rows(&w);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    r = ask(&w, e, &kind_adjusted, &q);
    assert_int_equal(r.rows, PROVINCES);
    for (size_t p = 0; p < PROVINCES; p++) {
        double replicate[GROUPS];
        bool used[GROUPS];

        for (unsigned g = 0; g < GROUPS; g++) {
            used[g] = true;
            replicate[g] = standardised(rows, p, g);
        }
        assert_string_equal(text(&r, p, "province"), province_codes[p]);
        near(number(&r, p, "index_adjusted"), standardised(rows, p, GROUPS));
        near(number(&r, p, "adjusted_se"), jackknife_of(replicate, used));
        assert_string_equal(text(&r, p, "method"), "modelled");
        assert_string_equal(text(&r, p, "flags"), "");
        raw += fabs(number(&r, p, "index") - number(&r, 0, "index"));
        adjusted += fabs(number(&r, p, "index_adjusted") -
                         number(&r, 0, "index_adjusted"));
    }
    assert_true(raw > 8); /* it was the mix alone */
    assert_true(adjusted < 3);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
    free(rows);
}

static const struct {
    struct query_setting set[2];
    enum status st;
    const char *word;
} bad[] = {
    {{{"over", "province", false}}, ST_INVALID, "--over says"},
    {{{"for", "class", false}}, ST_INVALID, "--over says"},
    {{{"over", "province,class", false}, {"for", "channel", false}},
     ST_INVALID,
     "one dimension"},
    {{{"over", "province", false}, {"for", "class,province", false}},
     ST_INVALID,
     "province is what is adjusted"},
    {{{"over", "province", false}, {"for", "class,class", false}},
     ST_INVALID,
     "split twice by class"},
    {{{"over", "province", false}, {"for", "colour", false}},
     ST_INVALID,
     "no dimension 'colour'"},
    {{{"over", "province", false}, {"for", "attribute3", false}},
     ST_NUMERIC,
     "SAT: attribute3: no answer has one"},
    {{{"over", "province", false}, {"for", "product", false}},
     ST_NUMERIC,
     "SAT: product: the same in all answers"},
    {{{"over", "province", false}, {"for", "class", false}},
     ST_NUMERIC,
     "SAT: class=GLD: its effect cannot be told"},
};

static void test_refused(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct survey *one;

    (void)state;
    world_open(&w, 503, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 200; i++) { /* each province one class */
        struct person p;

        person_make(&w, LONE, &p);
        memcpy(p.r.version, one->version, HASH_SIZE);
        p.r.items = 1;
        p.r.event_at = period_start(period_first(OCTOBER));
        p.answers[0] = (uint8_t)(1 + draw(&w) % 11);
        p.r.context.frame = FRAME_INVITED;
        set_code(p.r.context.province, province_codes[i % 2]);
        set_code(p.r.context.class, i % 2 ? "GLD" : "BAS");
        (void)submit(&w, &p, false);
    }
    ok(&w, store_commit(w.write, &w.err));
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct query q = question(bad[i].set, bad[i].set[1].name ? 2 : 1);

        refused(&w, e, &kind_adjusted, &q, bad[i].st, bad[i].word);
    }
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

/* One set can be estimated, another cannot; few people are not told of; nobody
 * is no rows; a family is asked by product. */
static void test_edges(void **state)
{
    static const struct effects none = {.chosen = false};
    static const enum dimension by[] = {DIM_OPERATOR};
    struct world w;
    struct engine *e = NULL;
    struct query q = question(usual, 2);
    struct survey *one;
    struct result r;
    struct person p;

    (void)state;
    world_open(&w, 504, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    fill_people(&w, one, 1200, &none);
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 50; i++) { /* CB: one class, one channel */
        person_make(&w, LONE, &p);
        memcpy(p.r.version, one->version, HASH_SIZE);
        p.r.items = 1;
        p.r.event_at = period_start(period_first(OCTOBER));
        p.answers[0] = (uint8_t)(1 + draw(&w) % 11);
        p.r.context.frame = FRAME_INVITED;
        p.r.context.channel = CHANNEL_WEB;
        set_code(p.r.context.operator, "CB");
        set_code(p.r.context.province, i < 20 ? "31" : "11");
        set_code(p.r.context.class, "BAS");
        (void)submit(&w, &p, false);
    }
    ok(&w, store_commit(w.write, &w.err));
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 1;
    r = ask(&w, e, &kind_adjusted, &q);
    assert_int_equal(r.rows, 2 + 3 + 3);
    assert_string_equal(text(&r, 0, "operator"), "CB");
    assert_string_equal(text(&r, 0, "flags"), "indicative not_estimated");
    assert_true(number(&r, 0, "index") > 0);
    assert_true(isnan(number(&r, 0, "index_adjusted")));
    assert_string_equal(text(&r, 0, "method"), "");
    assert_string_equal(text(&r, 1, "flags"), "suppressed not_estimated");
    assert_true(isnan(number(&r, 1, "index")));
    assert_true(strstr(r.note[0], "class: the same in all answers") != NULL);
    assert_true(number(&r, 4, "index_adjusted") > 0);
    result_free(&r);
    q.from = q.to = period_first(NOVEMBER);
    r = ask(&w, e, &kind_adjusted, &q);
    assert_int_equal(r.rows, 0);
    result_free(&r);
    q = question(usual, 2);
    q.survey = "mini";
    q.to = period_last(NOVEMBER);
    fill_world(&w, MINI_MOB, 50);
    refused(&w, e, &kind_adjusted, &q, ST_INVALID, "mini is a family");
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

/* Where the month has no item weights, that is told and nothing is refused. */
static void test_no_weights(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = question(usual, 2);
    struct result r;
    struct person p;

    (void)state;
    world_open(&w, 505, NULL, "mean");
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 200; i++) {
        person_make(&w, MINI_MOB, &p);
        memset(p.answers, 7, MINI_SCALES);
        p.r.event_at = period_start(period_first(OCTOBER));
        p.r.context.frame = FRAME_INVITED;
        set_code(p.r.context.province, province_codes[i % 2]);
        set_code(p.r.context.class, class_codes[draw(&w) % CLASSES]);
        (void)submit(&w, &p, false);
    }
    ok(&w, store_commit(w.write, &w.err));
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.survey = "mini-mob";
    for (size_t k = 0; k < 2; k++) {
        const struct query_kind *const kinds[] = {&kind_adjusted, &kind_modes};

        q.settings = k ? 0 : 2;
        r = ask(&w, e, kinds[k], &q);
        assert_true(r.rows >= 3);
        for (size_t i = 0; i < r.rows; i++) {
            assert_true(isnan(number(&r, i, "index")));
            assert_non_null(strstr(text(&r, i, "flags"), "no_weights"));
            assert_non_null(strstr(text(&r, i, "flags"), "not_estimated"));
        }
        result_free(&r);
    }
    engine_close(&e);
    world_close(&w);
}

struct torture {
    struct engine *e;
    struct query q;
};

static enum status body(void *ctx)
{
    struct torture *t = ctx;
    struct result r = {0};
    const enum status st = engine_ask(t->e, &kind_adjusted, &t->q, &r, NULL);

    result_free(&r);
    return st;
}

static void test_no_memory(void **state)
{
    static const struct query_setting set[] = {
        {"over", "province", false}, {"for", "channel,touchpoint", false}};
    struct torture t = {.q = ask_for("mini-mob")};
    struct world w;

    (void)state;
    world_open(&w, 505, NULL, "mean");
    fill_world(&w, MINI_MOB, 400);
    ok(&w, engine_on(w.read, NULL, &t.e, &w.err));
    t.q.setting = set;
    t.q.settings = 2;
    assert_int_equal(body(&t), ST_OK);
    alloc_torture(body, &t);
    engine_close(&t.e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_within),
        cmocka_unit_test(test_against_people),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_no_weights),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
