/* outside_test.c - reading indicators and standards, which lines belong to a
 * question, and what stands beside what. */
#include "scorer/world.h"

#include "alloc.h"
#include "kept.h"
#include "promises.h"
#include "scorer/kind.h"

static char path[] = "outside_test_XXXXXX", other[] = "outside_test_XXXXXX";
#define HEAD "period,subject,indicator,numerator,denominator,source,version\n"

static void write_to(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void bad_indicators(const char *text, const char *cause)
{
    struct indicators l = {0};
    struct err err = {""};

    write_to(path, text);
    assert_int_not_equal(indicators_read(path, &l, &err), ST_OK);
    if (!strstr(err.text, cause))
        fail_msg("'%s' does not say '%s'", err.text, cause);
    assert_null(l.list);
}

static void test_bad_indicators(void **state)
{
    (void)state;
    bad_indicators("period,subject\n2026-10,\n", ":1: no column 'indicator'");
    bad_indicators(HEAD "2026-10-01,,churn,1,2,x,1\n",
                   ":2: period: '2026-10-01' is no month");
    bad_indicators(HEAD "2026-13,,churn,1,2,x,1\n", "is no month");
    bad_indicators(HEAD "2026-10,province,churn,1,2,x,1\n",
                   ":2: subject: 'province' is not DIMENSION=CODE");
    bad_indicators(HEAD "2026-10,provinz=11,churn,1,2,x,1\n", "is not DIM");
    bad_indicators(HEAD "2026-10,province=,churn,1,2,x,1\n", "is not DIM");
    bad_indicators(HEAD "2026-10,province=11;province=31,churn,1,2,x,1\n",
                   "is not DIM");
    bad_indicators(HEAD "2026-10,,On Time,1,2,x,1\n", "is no name");
    bad_indicators(HEAD "2026-10,,churn,-1,2,x,1\n", "numerator: '-1'");
    bad_indicators(HEAD "2026-10,,churn,1,nan,x,1\n", "denominator: 'nan'");
    bad_indicators(HEAD "2026-10,,churn,3,2,x,1\n", "more than its denom");
    bad_indicators(HEAD "2026-10,,churn,1,2,x,0\n", "version: '0'");
    bad_indicators(HEAD "2026-10,,churn,1,2,x,1\n2026-10,,churn,2,2,x,1\n",
                   ":3: churn of 2026-10 is told again in version 1");
}

static void test_values(void **state)
{
    const struct indicator_kind *k = indicator_kind("on_time_repair");
    struct indicator_value v = indicator_value(k, 81, 263);

    (void)state;
    /* Newcombe 1998, Statistics in Medicine 17, table I */
    assert_true(fabs(v.low - 25.53) < 0.005);
    assert_true(fabs(v.high - 36.62) < 0.005);
    v = indicator_value(k, 0, 20);
    assert_true(v.value == 0 && v.low == 0 && fabs(v.high - 16.11) < 0.005);
    assert_true(isnan(indicator_value(k, 0, 0).value));
    k = indicator_kind("complaints");
    v = indicator_value(k, 10, 1e6); /* exact Poisson: 4.795, 18.390 */
    assert_true(fabs(v.low - 4.7954) < 1e-4 && fabs(v.high - 18.3904) < 1e-4);
    v = indicator_value(k, 0, 1e6);
    assert_true(v.low == 0 && fabs(v.high - 3.6889) < 1e-4);
    assert_string_equal(indicator_kind("of_ours")->unit, "%");
}

/* ---- which lines belong ---- */

static const char lines[] =
    HEAD "2026-10,province=11,churn,10,100,BOSS,1\n"
         "2026-10,province=11,churn,12,100,BOSS,2\n" /* a correction */
         "2026-11,province=11,churn,20,100,BOSS,1\n"
         "2026-10,province=31,churn,1,50,BOSS,1\n"
         "2026-10,province=31;class=GLD,churn,1,10,BOSS,1\n"
         "2026-10,,churn,13,150,BOSS,1\n"
         "2026-10,province=11,complaints,7,1000000,MIIT,1\n";

static struct kept_list find_kept(const struct query *q, const char *grade,
                                  int64_t version, struct indicators *all)
{
    struct kept_list l = {0};
    struct err err;

    write_to(path, lines);
    assert_int_equal(indicators_read(path, all, &err), ST_OK);
    assert_int_equal(kept_find(all, q, grade, version, &l), ST_OK);
    return l;
}

static void test_vintages_and_subjects(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE, DIM_PERIOD};
    static const char *const shanghai[] = {"31"};
    static const struct query_filter f = {DIM_PROVINCE, 1, shanghai};
    struct query q = ask_for("mini-mob");
    struct indicators all = {0};
    struct kept_list l;

    (void)state;
    q.by = by;
    q.by_count = 1;
    l = find_kept(&q, "", INT64_MAX, &all);
    assert_int_equal(l.count, 3); /* 11 churn, 11 complaints, 31 churn */
    assert_string_equal(l.list[0].cell[0], "11");
    near(l.list[0].numerator, 32); /* the correction, and November */
    near(l.list[0].denominator, 200);
    assert_int_equal(l.list[0].version, 2);
    assert_string_equal(l.list[1].name, "complaints");
    near(l.list[2].denominator, 50);
    kept_free(&l);
    indicators_free(&all);
    /* as it was known before the correction, month by month */
    q.by_count = 2;
    l = find_kept(&q, "", 1, &all);
    assert_int_equal(l.count, 4);
    assert_string_equal(l.list[0].cell[1], "2026-10");
    near(l.list[0].numerator, 10);
    assert_string_equal(l.list[2].cell[1], "2026-11");
    kept_free(&l);
    indicators_free(&all);
    /* the nation alone; one province by a filter; a grade */
    q.by_count = 0;
    l = find_kept(&q, "", INT64_MAX, &all);
    assert_int_equal(l.count, 1);
    near(l.list[0].denominator, 150);
    kept_free(&l);
    indicators_free(&all);
    q.filters = 1;
    q.filter = &f;
    l = find_kept(&q, "GLD", INT64_MAX, &all);
    assert_int_equal(l.count, 1);
    near(l.list[0].denominator, 10);
    kept_free(&l);
    indicators_free(&all);
}

/* ---- standards ---- */

#define STANDARD "standard,grade,touchpoint,item,indicator,limit,text\n"

static void bad_standards(const char *text, const char *cause)
{
    struct promises l = {0};
    struct err err = {""};

    write_to(path, text);
    assert_int_not_equal(promises_read(path, &l, &err), ST_OK);
    if (!strstr(err.text, cause))
        fail_msg("'%s' does not say '%s'", err.text, cause);
    assert_null(l.list);
}

static const char *too_many(char *text, size_t size)
{
    size_t len = (size_t)snprintf(text, size, "%s", STANDARD);

    for (int i = 0; i <= STANDARDS_MAX; i++)
        len += (size_t)snprintf(text + len, size - len, "s%d,,,SAT1,,,\n", i);
    assert_true(len < size);
    return text;
}

static void test_bad_standards(void **state)
{
    static char text[32 * STANDARDS_MAX];

    (void)state;
    bad_standards("standard,grade\nx,GLD\n", ":1: no column 'touchpoint'");
    bad_standards(STANDARD ",GLD,,SAT1,,,\n", ":2: standard: '' is no name");
    bad_standards(STANDARD "a,GLD,,,,,\n", "both missing");
    bad_standards(STANDARD "a,,,SAT1,,soon,\n", "limit: 'soon' is no number");
    bad_standards(STANDARD "a,,,SAT1,,,\na,,,SAT2,,,\n",
                  ":3: standard: 'a' is told twice");
    bad_standards(STANDARD "a,12345678901234567,,SAT1,,,\n", "is too long");
    bad_standards(too_many(text, sizeof text), "over 1000 standards");
}

/* ---- the question ---- */

static const char *text_at(const struct result *r, size_t row, const char *name)
{
    const size_t c = result_find(r, name);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->text;
}

static double number_at(const struct result *r, size_t row, const char *name)
{
    const size_t c = result_find(r, name);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->number;
}

static void test_beside_indices(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query_setting told[] = {{"indicators", path, true}};
    struct query q = ask_for("mini-mob");
    struct world w;
    struct engine *e = NULL;
    struct result r = {0};
    struct scores s = {0};

    (void)state;
    world_open(&w, 41, NULL, "mean");
    fill_world(&w, MINI_MOB, 600);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    write_to(path, HEAD "2026-10,province=11,churn,12,100,BOSS,2\n"
                        "2026-10,province=99,churn,1,100,BOSS,1\n");
    q.by = by;
    q.by_count = 1;
    q.setting = told;
    q.settings = 1;
    ok(&w, engine_ask(e, &kind_outside, &q, &r, &w.err));
    assert_int_equal(r.rows, 2);
    near(number_at(&r, 0, "value"), 12);
    assert_string_equal(text_at(&r, 0, "construct"), "SAT");
    q.settings = 0;
    ok(&w, engine_scores(e, &q, &s, &w.err));
    near(number_at(&r, 0, "index"), find(&s, "mini-mob", "11", "SAT")->index);
    near(number_at(&r, 0, "low"),
         find(&s, "mini-mob", "11", "SAT")->interval.low);
    assert_string_equal(text_at(&r, 1, "province"), "99");
    assert_string_equal(text_at(&r, 1, "flags"), "unanswered");
    assert_true(isnan(number_at(&r, 1, "index")));
    result_free(&r);
    scores_free(&s);
    assert_int_equal(engine_ask(e, &kind_outside, &q, &r, &w.err), ST_INVALID);
    engine_close(&e);
    world_close(&w);
}

/* The felt value by hand, from the people themselves. */
static void test_standards(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query_setting told[] = {{"indicators", path, true},
                                   {"standards", other, true}};
    struct query q = ask_for("mini-mob");
    struct world w;
    struct engine *e = NULL;
    struct result r = {0};
    double sum = 0, n = 0;

    (void)state;
    world_open(&w, 42, NULL, "mean");
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 400; i++) {
        struct person p;

        person_make(&w, MINI_MOB, &p);
        p.r.context.frame = FRAME_INVITED;
        set_code(p.r.context.class, i % 2 ? "GLD" : "SLV");
        (void)submit(&w, &p, false);
        if (i % 2 == 0 || !streq(p.r.context.province, "11") ||
            !streq(p.r.context.touchpoint, "APP") || !p.answers[3])
            continue;
        sum += p.answers[3];
        n++;
    }
    ok(&w, store_commit(w.write, &w.err));
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    write_to(path, HEAD
             "2026-10,province=11;class=GLD,on_time_repair,97,100,OSS,1\n"
             "2026-10,province=31;class=GLD,on_time_repair,99,100,OSS,1\n");
    write_to(other,
             STANDARD "gold,GLD,APP,SAT1,on_time_repair,98,in three hours\n"
                      "all,,,SAT1,,,for all\n");
    q.by = by;
    q.by_count = 1;
    q.setting = told;
    q.settings = 2;
    ok(&w, engine_ask(e, &kind_outside, &q, &r, &w.err));
    assert_int_equal(r.rows, 8);
    assert_string_equal(text_at(&r, 0, "kept"), "no");
    assert_string_equal(text_at(&r, 1, "kept"), "yes");
    assert_string_equal(text_at(&r, 2, "kept"), "");
    assert_int_equal(result_at(&r, 0, result_find(&r, "n"))->count, (int64_t)n);
    if (n < 30) {
        assert_string_equal(text_at(&r, 0, "flags"), "suppressed");
        assert_true(isnan(number_at(&r, 0, "felt")));
    } else {
        near(number_at(&r, 0, "felt"), 100 * (sum / n - 1) / 9);
    }
    assert_string_equal(text_at(&r, 4, "standard"), "all");
    assert_false(isnan(number_at(&r, 4, "felt")));
    result_free(&r);
    write_to(other, STANDARD "gold,GLD,APP,NONE1,,,x\n");
    assert_int_equal(engine_ask(e, &kind_outside, &q, &r, &w.err), ST_NOTFOUND);
    assert_non_null(strstr(w.err.text, "standard gold"));
    engine_close(&e);
    world_close(&w);
}

static enum status torture(void *ctx)
{
    struct indicators all = {0};
    struct promises promised = {0};
    struct kept_list l = {0};
    struct query q = ask_for("mini-mob");
    struct err err;
    enum status st = indicators_read(path, &all, &err);

    (void)ctx;
    if (st == ST_OK)
        st = promises_read(other, &promised, &err);
    if (st == ST_OK)
        st = kept_find(&all, &q, "", 9, &l);
    kept_free(&l);
    indicators_free(&all);
    promises_free(&promised);
    return st;
}

static void test_memory_fails(void **state)
{
    (void)state;
    write_to(path, lines);
    write_to(other, STANDARD "a,,,SAT1,,,\n");
    alloc_torture(torture, NULL);
}

static int setup(void **state)
{
    const int a = mkstemp(path), b = mkstemp(other);

    (void)state;
    return a < 0 || b < 0 ? -1 : close(a) || close(b);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path) || unlink(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_indicators),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_vintages_and_subjects),
        cmocka_unit_test(test_bad_standards),
        cmocka_unit_test(test_beside_indices),
        cmocka_unit_test(test_standards),
        cmocka_unit_test(test_memory_fails)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
