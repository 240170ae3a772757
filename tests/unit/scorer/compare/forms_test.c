/* forms_test.c - a survey whose items were revised between the periods: what
 * both forms ask, a link, or nothing. */
#include "asking.h"

#define LINKS "compare-links.csv"

static const struct query_setting plain[] = {
    {"against", "2026-11..2026-11", false}};
static const struct query_setting linked[] = {
    {"against", "2026-11..2026-11", false}, {"links", LINKS, true}};

/* mini-mob once more, these items revised ("SAT3 LOY1"). */
static struct survey *revise(struct world *w, const char *items)
{
    const char *from = w->survey[MINI_MOB]->source;
    char yaml[4096] = "", code[8];
    struct survey *s = NULL;

    while (*from) {
        const size_t len = strlen(yaml);

        yaml[len] = *from++;
        yaml[len + 1] = '\0';
        if (strncmp(from, ", scale", 7) == 0) {
            snprintf(code, sizeof code, "%.4s", from - 4);
            if (strstr(items, code))
                strncat(yaml, ", revision: 2", sizeof yaml - strlen(yaml) - 1);
        }
    }
    ok(w, survey_parse("revised", yaml, strlen(yaml), NULL, NULL, &s, &w->err));
    ok(w, store_begin(w->write, &w->err));
    world_define(w, s);
    ok(w, store_commit(w->write, &w->err));
    return s;
}

/* So many people of a month, of that version. */
static void fill_month(struct world *w, const struct survey *s, int32_t month,
                       size_t people)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person p;

        person_make(w, MINI_MOB, &p);
        memcpy(p.r.version, s->version, HASH_SIZE);
        p.r.event_at = period_start(period_first(month) + (int32_t)(i % 28)) +
                       (int64_t)(draw(w) % 80000000);
        p.r.context.frame = FRAME_INVITED;
        assert_int_equal(submit(w, &p, false), VERDICT_ACCEPTED);
    }
    ok(w, store_commit(w->write, &w->err));
}

struct forms {
    struct world w;
    struct survey *revised;
    struct engine *e;
    struct query q;
};

static void begin(struct forms *f, uint64_t seed, const char *items)
{
    world_open(&f->w, seed, NULL, "mean");
    f->revised = revise(&f->w, items);
    f->e = NULL;
    fill_month(&f->w, f->w.survey[MINI_MOB], OCTOBER, 900);
    fill_month(&f->w, f->revised, NOVEMBER, 800);
    ok(&f->w, engine_on(f->w.read, NULL, &f->e, &f->w.err));
    f->q = ask_for("mini-mob");
    f->q.to = period_last(OCTOBER);
    f->q.setting = plain;
    f->q.settings = 1;
}

static void end(struct forms *f)
{
    engine_close(&f->e);
    world_close(&f->w);
    survey_free(&f->revised);
    unlink(LINKS);
}

/* The index over SAT1 and SAT2 of a month but for one group, u made to add up
 * to 1. */
static double over_two(const struct answer_rows *r, const struct survey *s,
                       int32_t month, unsigned group)
{
    double u[MINI_SCALES], sum[2] = {0}, n[2] = {0};

    fit_rows(r, s, month, group, u);
    for (size_t i = 0; i < r->count; i++)
        if (r->row[i].month == month && r->row[i].group != group)
            for (size_t j = 0; j < 2; j++) {
                sum[j] += r->row[i].answers[3 + j];
                n[j] += r->row[i].answers[3 + j] != 0;
            }
    return 100. *
           ((u[3] * sum[0] / n[0] + u[4] * sum[1] / n[1]) / (u[3] + u[4]) - 1) /
           9;
}

static void test_common_items(void **state)
{
    struct forms f;
    struct answer_rows *rows;
    struct result r;
    double replicate[GROUPS];
    bool used[GROUPS];
    size_t sat;

    (void)state;
    begin(&f, 301, "SAT3");
    rows = read_rows(&f.w);
    r = ask(&f.w, f.e, &kind_compare, &f.q);
    assert_int_equal(r.rows, 3);
    sat = row_of(&r, "survey", "mini-mob", "SAT");
    assert_string_not_equal(text(&r, sat, "form_first"),
                            text(&r, sat, "form_second"));
    assert_string_equal(text(&r, sat, "flags"), "common_items");
    for (unsigned g = 0; g < GROUPS; g++) {
        used[g] = true;
        replicate[g] = over_two(rows, f.w.survey[MINI_MOB], OCTOBER, g) -
                       over_two(rows, f.revised, NOVEMBER, g);
    }
    near(number(&r, sat, "index_first"),
         over_two(rows, f.w.survey[MINI_MOB], OCTOBER, GROUPS));
    near(number(&r, sat, "index_second"),
         over_two(rows, f.revised, NOVEMBER, GROUPS));
    near(number(&r, sat, "se"), jackknife_of(replicate, used));
    for (size_t i = 0; i < r.rows; i++) {
        close_to(number(&r, i, "answers") + number(&r, i, "weights") +
                     number(&r, i, "mix"),
                 number(&r, i, "difference"), 1e-12);
        if (i != sat) /* all of their items are common */
            assert_string_equal(text(&r, i, "flags"), "");
    }
    result_free(&r);

    /* frozen on October, November's form has no weights of its own */
    f.q.weights = WEIGHTS_FROZEN;
    f.q.base_from = f.q.from;
    f.q.base_to = f.q.to;
    r = ask(&f.w, f.e, &kind_compare, &f.q);
    assert_string_equal(text(&r, sat, "flags"),
                        "no_weights thin_fit common_items lent_weights");
    assert_true(number(&r, sat, "weights") == 0);
    assert_true(number(&r, sat, "se") > 0);
    result_free(&r);
    free(rows);
    end(&f);
}

static void write_links(const struct forms *f, const char *construct,
                        const char *numbers)
{
    FILE *out = fopen(LINKS, "w");
    char from[2 * HASH_SIZE + 1], to[2 * HASH_SIZE + 1];

    assert_non_null(out);
    bytes_hex(f->revised->form, HASH_SIZE, from);
    bytes_hex(f->w.survey[MINI_MOB]->form, HASH_SIZE, to);
    fprintf(out,
            "form_from,form_to,construct,slope,intercept,se\n%s,%s,%s,%s\n",
            from, to, construct, numbers);
    assert_int_equal(fclose(out), 0);
}

static void test_nothing_common(void **state)
{
    struct forms f;
    struct result r, bare;
    struct scores s = {0};
    double se;
    size_t sat;

    (void)state;
    begin(&f, 302, "SAT1 SAT2 SAT3");
    bare = ask(&f.w, f.e, &kind_compare, &f.q);
    sat = row_of(&bare, "survey", "mini-mob", "SAT");
    assert_string_equal(text(&bare, sat, "flags"), "not_comparable");
    assert_true(isnan(number(&bare, sat, "difference")));
    assert_true(isnan(number(&bare, sat, "index_first")));
    assert_true(bare.notes == 3 && strstr(bare.note[2], "a link is needed"));
    f.q.construct = "SAT"; /* nothing else is left to tell */
    refused(&f.w, f.e, &kind_compare, &f.q, ST_NUMERIC, "a link is needed");

    f.q.setting = linked;
    f.q.settings = 2;
    write_links(&f, "SAT", "0.9,5.5,0");
    r = ask(&f.w, f.e, &kind_compare, &f.q);
    se = number(&r, 0, "se");
    assert_string_equal(text(&r, 0, "flags"), "linked");
    assert_true(isnan(number(&r, 0, "answers")));
    f.q.settings = 0;
    ok(&f.w, engine_scores(f.e, &f.q, &s, &f.w.err));
    near(number(&r, 0, "index_first"), s.list[0].index);
    near(number(&r, 0, "difference"),
         s.list[0].index - number(&r, 0, "index_second"));
    scores_free(&s);
    f.q.from = period_first(NOVEMBER);
    f.q.to = period_last(NOVEMBER);
    ok(&f.w, engine_scores(f.e, &f.q, &s, &f.w.err));
    near(number(&r, 0, "index_second"), 5.5 + 0.9 * s.list[0].index);
    scores_free(&s);
    result_free(&r);
    f.q.from = period_first(OCTOBER);
    f.q.to = period_last(OCTOBER);
    f.q.settings = 2;
    write_links(&f, "SAT", "0.9,5.5,1.25"); /* the link's error adds up */
    r = ask(&f.w, f.e, &kind_compare, &f.q);
    near(number(&r, 0, "se"), hypot(se, 1.25));
    near(number(&r, 0, "high") - number(&r, 0, "difference"),
         hypot(se, 1.25) * 2.0095752371292397);
    result_free(&r);
    result_free(&bare);
    write_links(&f, "LOY", "0.9,5.5,1.25");
    refused(&f.w, f.e, &kind_compare, &f.q, ST_NUMERIC, "a link is needed");
    end(&f);
}

static void test_bad_links(void **state)
{
    static const struct {
        const char *construct, *numbers, *word;
    } bad[] = {
        {"SAT", "0,5,1", LINKS ":2: slope: '0'"},
        {"SAT", "nan,5,1", "slope: 'nan'"},
        {"SAT", "1,inf,1", "intercept: 'inf'"},
        {"SAT", "1,5,-1", "se: '-1'"},
        {"", "1,5,1", "construct: ''"},
        {"ABCDEFGHIJKLMNOPQ", "1,5,1", "is no code"},
        {"SAT", "1,5", LINKS ":2"},
        {"SAT", "1,5,1\n12ab,12ab,SAT,1,5,1", LINKS ":3: form_from: '12ab'"},
    };
    struct forms f;
    FILE *out;

    (void)state;
    begin(&f, 303, "SAT1 SAT2 SAT3");
    f.q.setting = linked;
    f.q.settings = 2;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_links(&f, bad[i].construct, bad[i].numbers);
        refused(&f.w, f.e, &kind_compare, &f.q, ST_INVALID, bad[i].word);
    }
    out = fopen(LINKS, "w");
    assert_non_null(out);
    fputs("form_from,form_to,slope\n", out);
    assert_int_equal(fclose(out), 0);
    refused(&f.w, f.e, &kind_compare, &f.q, ST_INVALID,
            "no column 'construct'");
    end(&f);
}

/* Both forms in one month, one in the other: the same form is compared, and
 * the new one has nobody to stand against; in a family that is a fault. */
static void test_mixed_month(void **state)
{
    struct forms f;
    struct result r;

    (void)state;
    begin(&f, 304, "SAT3");
    fill_month(&f.w, f.w.survey[MINI_MOB], NOVEMBER, 300);
    fill_world(&f.w, MINI_FIX, 300);
    f.q.construct = "SAT";
    r = ask(&f.w, f.e, &kind_compare, &f.q);
    assert_int_equal(r.rows, 2);
    assert_string_equal(text(&r, 0, "form_first"), text(&r, 0, "form_second"));
    assert_string_equal(text(&r, 0, "flags"), "");
    assert_true(count(&r, 0, "n_second") > 290);
    assert_string_equal(text(&r, 1, "form_first"), "");
    assert_string_equal(text(&r, 1, "flags"), "suppressed");
    assert_true(count(&r, 1, "n_second") > 790);
    result_free(&r);
    f.q.survey = "mini";
    refused(&f.w, f.e, &kind_compare, &f.q, ST_NUMERIC, "several of its forms");
    end(&f);
}

/* Two forms in October and a third in November: which is its partner? */
static void test_three_forms(void **state)
{
    struct forms f;
    struct survey *third;

    (void)state;
    begin(&f, 306, "SAT3");
    third = revise(&f.w, "LOY1");
    fill_month(&f.w, third, OCTOBER, 300);
    refused(&f.w, f.e, &kind_compare, &f.q, ST_NUMERIC,
            "several of its forms meet");
    end(&f);
    survey_free(&third);
}

/* In a family the revised survey is compared over what both forms ask. */
static void test_family(void **state)
{
    struct forms f;
    struct result r, alone;
    size_t sat;

    (void)state;
    begin(&f, 305, "SAT3");
    fill_world(&f.w, MINI_FIX, 1500);
    alone = ask(&f.w, f.e, &kind_compare, &f.q);
    f.q.survey = "mini-fix";
    sat = row_of(&alone, "survey", "mini-mob", "SAT");
    r = ask(&f.w, f.e, &kind_compare, &f.q);
    {
        const double both = (number(&alone, sat, "difference") +
                             number(&r, sat, "difference")) /
                            2;

        result_free(&r);
        f.q.survey = "mini";
        r = ask(&f.w, f.e, &kind_compare, &f.q);
        near(number(&r, sat, "difference"), both);
    }
    assert_string_equal(text(&r, sat, "flags"), "common_items");
    close_to(number(&r, sat, "answers") + number(&r, sat, "weights") +
                 number(&r, sat, "mix"),
             number(&r, sat, "difference"), 1e-12);
    result_free(&r);
    result_free(&alone);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_common_items),
        cmocka_unit_test(test_nothing_common),
        cmocka_unit_test(test_bad_links),
        cmocka_unit_test(test_mixed_month),
        cmocka_unit_test(test_three_forms),
        cmocka_unit_test(test_family),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
