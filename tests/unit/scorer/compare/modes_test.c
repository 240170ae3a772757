/* modes_test.c - effects of channels: against regression of the people
 * themselves, found where they are and not where they are not. */
#include "people.h"

#include "alloc.h"

/* Cells of class and province, then the channels but for the reference. */
static void describe(const struct answer_row *row, enum channel reference,
                     double *x)
{
    const size_t class = code_place(class_codes, row->context.class);
    const size_t province = code_place(province_codes, row->context.province);

    memset(x, 0, COLUMNS_MOST * sizeof *x);
    x[class * PROVINCES + province] = 1;
    if (row->context.channel != reference)
        x[PROVINCES * CLASSES + row->context.channel] = 1;
}

struct naive {
    double effect[CHANNELS], index, adjusted;
};

static struct naive naive(const struct answer_rows *r, enum channel reference,
                          unsigned group)
{
    struct least_squares l = {.n = PROVINCES * CLASSES + CHANNELS};
    struct naive n = {{0}, 0, 0};
    double x[COLUMNS_MOST], people = 0, by[CHANNELS] = {0};

    for (size_t i = 0; i < r->count; i++)
        if (r->row[i].group != group) {
            describe(&r->row[i], reference, x);
            add_person(&l, x, points(&r->row[i]));
            n.index += points(&r->row[i]);
            by[r->row[i].context.channel]++;
            people++;
        }
    solve_squares(&l);
    n.index /= people;
    n.adjusted = n.index;
    for (size_t c = 0; c < CHANNELS; c++) {
        n.effect[c] = l.b[PROVINCES * CLASSES + c];
        n.adjusted -= n.effect[c] * by[c] / people;
    }
    return n;
}

static const struct query_setting usual[] = {{"for", "class,province", false},
                                             {"adjust", "yes", false},
                                             {"reference", "sms", false}};

static struct query question(const struct query_setting *set, size_t settings)
{
    struct query q = ask_for("one");

    q.to = period_last(OCTOBER);
    q.setting = set;
    q.settings = settings;
    return q;
}

static void check(const struct result *r, const struct answer_rows *rows,
                  enum channel reference)
{
    const struct naive all = naive(rows, reference, GROUPS);
    double replicate[CHANNELS][GROUPS], adjusted[GROUPS];
    bool used[GROUPS];

    for (unsigned g = 0; g < GROUPS; g++) {
        const struct naive n = naive(rows, reference, g);

        used[g] = true;
        adjusted[g] = n.adjusted;
        for (size_t c = 0; c < CHANNELS; c++)
            replicate[c][g] = n.effect[c];
    }
    assert_int_equal(r->rows, CHANNELS);
    for (enum channel c = CHANNEL_SMS; c < CHANNELS; c++) {
        const size_t i = row_of(r, "channel", channel_name(c), "SAT");

        near(number(r, i, "index"), all.index);
        near(number(r, i, "index_adjusted"), all.adjusted);
        near(number(r, i, "adjusted_se"), jackknife_of(adjusted, used));
        near(number(r, i, "effect"), all.effect[c]);
        if (c == reference) {
            assert_true(number(r, i, "effect") == 0);
            assert_true(isnan(number(r, i, "p")));
        } else {
            near(number(r, i, "effect_se"), jackknife_of(replicate[c], used));
            assert_true(number(r, i, "p_adjusted") >= number(r, i, "p"));
        }
        assert_string_equal(text(r, i, "method"), "modelled");
    }
}

/* The agents' people are more content, and say half a point more besides. */
static void test_against_people(void **state)
{
    static const struct effects effects = {
        .class = {0, 1, 2}, .channel = {0, 0, 0.5}, .chosen = true};
    struct world w;
    struct engine *e = NULL;
    struct query q = question(usual, 2);
    struct survey *one;
    struct answer_rows *rows;
    struct result r;
    size_t agent;

    (void)state;
    world_open(&w, 601, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    fill_people(&w, one, 2500, &effects);
    rows = read_rows(&w);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    r = ask(&w, e, &kind_modes, &q);
    check(&r, rows, CHANNEL_WEB);
    agent = row_of(&r, "channel", "agent", "SAT");
    /* 5 is the effect; the raw difference takes the mix for it too */
    assert_true(
        number(&r, agent, "channel_index") -
            number(&r, row_of(&r, "channel", "web", "SAT"), "channel_index") >
        8);
    close_to(number(&r, agent, "effect"), 5,
             3 * number(&r, agent, "effect_se"));
    assert_true(number(&r, agent, "p_adjusted") < 0.001);
    result_free(&r);
    q.settings = 3;
    r = ask(&w, e, &kind_modes, &q);
    check(&r, rows, CHANNEL_SMS);
    result_free(&r);
    q.settings = 1;
    r = ask(&w, e, &kind_modes, &q);
    assert_true(result_find(&r, "index_adjusted") == SIZE_MAX);
    near(number(&r, 0, "share") + number(&r, 1, "share") +
             number(&r, 2, "share"),
         1);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
    free(rows);
}

/* Where channels do nothing, about 5 of 100 effects are significant. */
static void test_nothings(void **state)
{
    static const enum dimension by[] = {DIM_PERIOD};
    enum { MONTHS = 60, PEOPLE = 250 };
    struct world w;
    struct engine *e = NULL;
    struct query q = question(usual, 1);
    struct survey *one;
    struct result r;
    size_t found = 0, tests = 0, after = 0;

    (void)state;
    world_open(&w, 602, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    for (int32_t m = OCTOBER - MONTHS + 1; m <= OCTOBER; m++)
        fill_people(
            &w, one, PEOPLE,
            &(struct effects){.month = m, .class = {0, 1, 2}, .chosen = true});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 1;
    q.from = period_first(OCTOBER - MONTHS + 1);
    r = ask(&w, e, &kind_modes, &q);
    for (size_t k = 0; k < r.rows; k++) {
        tests += !isnan(number(&r, k, "p"));
        found += number(&r, k, "p") < 0.05;
        after += number(&r, k, "p_adjusted") < 0.05;
    }
    assert_true(tests > MONTHS * 19 / 10);
    if (found < 1 || found > 13 || after > 0)
        fail_msg("%zu of %zu, %zu", found, tests, after);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

static void answer_by(struct world *w, const struct survey *s, uint8_t channel,
                      const char *province, size_t people)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person p;

        person_make(w, LONE, &p);
        memcpy(p.r.version, s->version, HASH_SIZE);
        p.r.items = 1;
        p.r.event_at = period_start(period_first(OCTOBER));
        p.answers[0] = (uint8_t)(1 + draw(w) % 11);
        p.r.context.frame = FRAME_INVITED;
        p.r.context.channel = channel;
        set_code(p.r.context.product, "MOB");
        set_code(p.r.context.province, province);
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

static void test_edges(void **state)
{
    static const enum dimension by[] = {DIM_CHANNEL};
    struct world w;
    struct engine *e = NULL;
    struct query q = question(usual, 0);
    struct survey *one;
    struct result r;

    (void)state;
    world_open(&w, 620, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    answer_by(&w, one, CHANNEL_SMS, "11", 60);
    refused(&w, e, &kind_modes, &q, ST_NUMERIC, "channel=web: no answers");
    answer_by(&w, one, CHANNEL_WEB, "31", 40);
    refused(&w, e, &kind_modes, &q, ST_NUMERIC,
            "channel=sms: its effect cannot be told");
    answer_by(&w, one, CHANNEL_SMS, "31", 20); /* now they meet */
    answer_by(&w, one, CHANNEL_AGENT, "31", 29);
    r = ask(&w, e, &kind_modes, &q);
    assert_int_equal(r.rows, 3);
    assert_string_equal(text(&r, 0, "channel"), "agent");
    assert_string_equal(text(&r, 0, "flags"), "suppressed");
    assert_true(isnan(number(&r, 0, "effect")));
    assert_true(isnan(number(&r, 0, "channel_index")));
    assert_string_equal(text(&r, 1, "flags"), "indicative");
    assert_true(number(&r, 1, "effect_se") > 0);
    near(number(&r, 1, "share"), 80. / 149);
    result_free(&r);
    q.setting = &(struct query_setting){"reference", "agent", false};
    q.settings = 1;
    r = ask(&w, e, &kind_modes, &q);
    assert_string_equal(text(&r, 1, "flags"),
                        "indicative reference_suppressed");
    assert_true(isnan(number(&r, 1, "effect")));
    result_free(&r);
    q.setting = &(struct query_setting){"reference", "paper", false};
    refused(&w, e, &kind_modes, &q, ST_INVALID, "none of sms, web, agent");
    q.setting = &(struct query_setting){"for", "channel", false};
    refused(&w, e, &kind_modes, &q, ST_INVALID, "--for channel");
    q.settings = 0;
    q.by = by;
    q.by_count = 1;
    refused(&w, e, &kind_modes, &q, ST_INVALID, "--by channel");
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
    const enum status st = engine_ask(t->e, &kind_modes, &t->q, &r, NULL);

    result_free(&r);
    return st;
}

static void test_no_memory(void **state)
{
    struct torture t = {.q = ask_for("mini-mob")};
    struct world w;

    (void)state;
    world_open(&w, 630, NULL, "mean");
    fill_world(&w, MINI_MOB, 400);
    ok(&w, engine_on(w.read, NULL, &t.e, &w.err));
    assert_int_equal(body(&t), ST_OK);
    alloc_torture(body, &t);
    engine_close(&t.e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_people),
        cmocka_unit_test(test_nothings),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
