/* rates_test.c - rates against counting the rows. */
#include "care.h"

#include "alloc.h"
#include "roles.h"

enum { SHOWN = 30 };

static struct result asked(struct care *c, const char *survey,
                           const enum dimension *by, size_t by_count,
                           struct query_setting *setting, size_t settings)
{
    struct query q = ask_for(survey);
    struct result r = {0};

    q.by = by;
    q.by_count = by_count;
    q.setting = setting;
    q.settings = settings;
    ok(&c->w, engine_ask(c->e, &kind_rates, &q, &r, &c->w.err));
    return r;
}

/* What an answer to an item is worth for a rate. */
static double worth(const char *rate, int answer, int x)
{
    if (streq(rate, "satisfied") || streq(rate, "loyal"))
        return x >= 9 ? 100 : 0;
    if (streq(rate, "fair"))
        return x >= 7 && x < 9 ? 100 : 0;
    if (streq(rate, "dissatisfied"))
        return x < 7 ? 100 : 0;
    if (streq(rate, "csat"))
        return x >= 8 ? 100 : 0; /* --boxes 3 */
    if (streq(rate, "complained"))
        return x == 1 ? 100 : 0;
    if (streq(rate, "answer"))
        return x == answer ? 100 : 0;
    if (streq(rate, "nps") && x >= 9)
        return 100;
    if (streq(rate, "nps"))
        return x <= 6 ? -100 : 0;
    assert_string_equal(rate, "mean");
    return x;
}

static size_t item_of(const char *rate)
{
    if (streq(rate, "complained"))
        return COM0;
    if (streq(rate, "loyal"))
        return LOY1;
    return streq(rate, "nps") ? LOY2 : SAT1;
}

struct counted {
    double value, without[GROUPS];
    size_t groups;
    int64_t n;
};

/* Over those of one survey and province (NULL: all). */
static struct counted count_rows(const struct care *c, const struct survey *s,
                                 const char *province, const char *rate,
                                 int answer)
{
    struct counted out = {0};
    double sum = 0, part[GROUPS] = {0};
    int64_t rows[GROUPS] = {0};

    for (size_t i = 0; i < c->count; i++) {
        const int x = c->p[i].answers[item_of(rate)];
        const double y = worth(rate, answer, x);

        if (!x || memcmp(c->p[i].r.version, s->version, HASH_SIZE) != 0 ||
            (province && !streq(c->p[i].r.context.province, province)))
            continue;
        sum += y;
        part[c->group[i]] += y;
        rows[c->group[i]]++;
        out.n++;
    }
    out.value = sum / (double)out.n;
    for (size_t g = 0; g < GROUPS; g++)
        if (rows[g])
            out.without[out.groups++] =
                (sum - part[g]) / (double)(out.n - rows[g]);
    return out;
}

static void check_row(const struct care *c, const struct result *r, size_t row)
{
    const char *rate = text(r, row, "measure");
    const struct counted want =
        count_rows(c, c->survey, text(r, row, "province"), rate,
                   (int)count(r, row, "answer"));
    const struct interval i =
        errors_jackknife(want.value, want.without, want.groups, NULL);
    const double low = streq(rate, "nps") ? -100 : streq(rate, "mean") ? 1 : 0;
    const double high = streq(rate, "mean") ? 10 : 100;

    assert_string_equal(text(r, row, "survey"), "care-mob");
    assert_string_equal(text(r, row, "item"),
                        c->survey->item[item_of(rate)].code);
    assert_int_equal(count(r, row, "n"), want.n);
    near(number(r, row, "n_eff"), (double)want.n);
    assert_true(streq(rate, "answer") ==
                (count(r, row, "answer") != COUNT_NONE));
    if (want.n < SHOWN) {
        assert_true(isnan(number(r, row, "value")));
        assert_true(isnan(number(r, row, "low")));
        assert_non_null(strstr(text(r, row, "flags"), "suppressed"));
        return;
    }
    near(number(r, row, "value"), want.value);
    if (!(i.se > 1e-9)) {
        assert_string_equal(text(r, row, "method"), "wilson");
        return;
    }
    assert_string_equal(text(r, row, "method"), "jackknife");
    near(number(r, row, "se"), i.se);
    near(number(r, row, "low"), fmax(low, i.low));
    near(number(r, row, "high"), fmin(high, i.high));
    assert_true((strstr(text(r, row, "flags"), "indicative") != NULL) ==
                (want.n < 100));
    assert_true((strstr(text(r, row, "flags"), "cut_1_10") != NULL) ==
                streq(rate, "nps"));
}

static const enum dimension by_province[] = {DIM_PROVINCE};

static void check_all(size_t people, uint64_t seed)
{
    struct query_setting settings[] = {{"distribution", "yes", false},
                                       {"boxes", "3", false}};
    struct care *c = care_open(seed, people);
    struct result r = asked(c, "care-mob", by_province, 1, settings, 2);

    assert_int_equal(r.rows, 4 * (8 + 10));
    for (size_t i = 0; i < r.rows; i++)
        check_row(c, &r, i);
    result_free(&r);
    r = asked(c, "care-mob", by_province, 1, NULL, 0);
    assert_int_equal(r.rows, 4 * 7); /* a survey with a model has no CSAT */
    result_free(&r);
    care_close(c);
}

static void test_by_hand(void **state)
{
    (void)state;
    check_all(1200, 51);
    check_all(300, 52);
    check_all(150, 53);
}

/* By the rate that they were drawn at. */
static void test_weights(void **state)
{
    struct care *c = care_open(60, 900);
    struct query q = ask_for("care-mob");
    struct result r = {0};
    double sum = 0, weights = 0, squares = 0, part[GROUPS] = {0},
           rest[GROUPS] = {0}, without[GROUPS];

    (void)state;
    for (size_t i = 0; i < c->count; i++) {
        const double w = 1e6 / c->p[i].r.rate_ppm;
        const uint8_t x = c->p[i].answers[SAT1];

        if (!x)
            continue;
        weights += w;
        squares += w * w;
        sum += x >= 9 ? w : 0;
        rest[c->group[i]] += w;
        part[c->group[i]] += x >= 9 ? w : 0;
    }
    for (size_t g = 0; g < GROUPS; g++)
        without[g] = 100 * (sum - part[g]) / (weights - rest[g]);
    q.weighting = WEIGHTING_DESIGN;
    ok(&c->w, engine_ask(c->e, &kind_rates, &q, &r, &c->w.err));
    assert_string_equal(text(&r, 0, "measure"), "satisfied");
    assert_string_equal(text(&r, 0, "weighting"), "design");
    near(number(&r, 0, "value"), 100 * sum / weights);
    near(number(&r, 0, "n_eff"), weights * weights / squares);
    near(number(&r, 0, "se"),
         errors_jackknife(100 * sum / weights, without, GROUPS, NULL).se);
    result_free(&r);
    care_close(c);
}

static size_t row_of(const struct result *r, const char *measure)
{
    for (size_t i = 0; i < r->rows; i++)
        if (streq(text(r, i, "measure"), measure))
            return i;
    fail_msg("no %s", measure);
    return 0;
}

/* Two surveys count alike, whoever answered them. */
static void test_family(void **state)
{
    static const char *const rates[] = {"satisfied",  "fair", "dissatisfied",
                                        "complained", "mean", "nps",
                                        "loyal"};
    struct care *c = care_open(54, 700);
    struct result r;

    (void)state;
    care_fill(c, c->other, 300);
    r = asked(c, "care", NULL, 0, NULL, 0);
    assert_int_equal(r.rows, 7);
    for (size_t i = 0; i < 7; i++) {
        const struct counted a = count_rows(c, c->survey, NULL, rates[i], 0);
        const struct counted b = count_rows(c, c->other, NULL, rates[i], 0);
        const size_t row = row_of(&r, rates[i]);
        double without[GROUPS];

        assert_int_equal(a.groups, GROUPS);
        assert_int_equal(b.groups, GROUPS);
        for (size_t g = 0; g < GROUPS; g++)
            without[g] = (a.without[g] + b.without[g]) / 2;
        assert_string_equal(text(&r, row, "survey"), "care");
        near(number(&r, row, "value"), (a.value + b.value) / 2);
        near(number(&r, row, "se"),
             errors_jackknife((a.value + b.value) / 2, without, GROUPS, NULL)
                 .se);
        assert_int_equal(count(&r, row, "n"), a.n + b.n);
    }
    result_free(&r);
    care_close(c);
}

/* The cuts are settings. */
static void test_settings(void **state)
{
    struct query_setting settings[] = {
        {"item", "SAT2", false},    {"satisfied", "8", false},
        {"fair", "5", false},       {"complaint", "COM0=2", false},
        {"loyalty", "COM2", false}, {"stay", "4", false},
        {"nps", "COM1", false}};
    struct care *c = care_open(55, 500);
    struct result r = asked(c, "care-mob", NULL, 0, settings, 7);
    double seen[5] = {0}, n[CARE_ITEMS] = {0};

    (void)state;
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *x = c->p[i].answers;

        for (size_t k = 0; k < CARE_ITEMS; k++)
            n[k] += x[k] != 0;
        seen[0] += x[SAT2] >= 8;
        seen[1] += x[SAT2] >= 5 && x[SAT2] < 8;
        seen[2] += x[COM0] == 2;
        seen[3] += x[COM2] >= 4;
        seen[4] += (x[COM1] >= 9) - (x[COM1] >= 1 && x[COM1] <= 6);
    }
    near(number(&r, row_of(&r, "satisfied"), "value"), 100 * seen[0] / n[SAT2]);
    near(number(&r, row_of(&r, "fair"), "value"), 100 * seen[1] / n[SAT2]);
    near(number(&r, row_of(&r, "complained"), "value"),
         100 * seen[2] / n[COM0]);
    near(number(&r, row_of(&r, "loyal"), "value"), 100 * seen[3] / n[COM2]);
    near(number(&r, row_of(&r, "nps"), "value"), 100 * seen[4] / n[COM1]);
    result_free(&r);
    care_close(c);
}

/* One question on 0-10: that is the NPS question; who is satisfied on 1-11
 * nobody has said; all alike has Wilson's interval. */
static void test_one_question(void **state)
{
    struct query_setting cuts[] = {{"satisfied", "10", false},
                                   {"fair", "8", false}};
    struct care *c = care_open(56, 0);
    struct survey *eleven = define_lone(&c->w, "eleven", "single", "MOB");
    const double z = 1.959963984540054, n = 40;
    struct result r;

    (void)state;
    answer_alike(&c->w,
                 (struct one){.survey = eleven, .people = 40, .answer = 9});
    r = asked(c, "eleven", NULL, 0, NULL, 0);
    assert_int_equal(r.rows, 2);
    near(number(&r, row_of(&r, "mean"), "value"), 9);
    assert_int_equal(r.column[result_find(&r, "value")].digits, 2);
    assert_true(isnan(number(&r, row_of(&r, "mean"), "se")));
    assert_non_null(
        strstr(text(&r, row_of(&r, "mean"), "flags"), "no_interval"));
    near(number(&r, row_of(&r, "csat"), "value"), 0);
    assert_string_equal(text(&r, row_of(&r, "csat"), "method"), "wilson");
    near(number(&r, row_of(&r, "csat"), "low"), 0);
    near(number(&r, row_of(&r, "csat"), "high"),
         100 * z * z / n / (1 + z * z / n));
    result_free(&r);
    r = asked(c, "eleven", NULL, 0, cuts, 2);
    assert_int_equal(r.rows, 5);
    near(number(&r, row_of(&r, "fair"), "value"), 100);
    near(number(&r, row_of(&r, "fair"), "low"), 100 / (1 + z * z / n));
    near(number(&r, row_of(&r, "fair"), "high"), 100);
    result_free(&r);
    fill_world(&c->w, LONE, 400); /* L1 on 0-10 */
    r = asked(c, "lone", NULL, 0, NULL, 0);
    assert_string_equal(text(&r, row_of(&r, "nps"), "item"), "L1");
    assert_string_equal(text(&r, row_of(&r, "nps"), "flags"), "");
    assert_true(number(&r, row_of(&r, "mean"), "value") < 10);
    result_free(&r);
    survey_free(&eleven);
    care_close(c);
}

static void refuse(struct care *c, const char *name, const char *value,
                   enum status want, const char *cause)
{
    struct query_setting setting[] = {{name, value, false}};
    struct query q = ask_for("care-mob");
    struct result r = {0};

    q.setting = setting;
    q.settings = 1;
    assert_int_equal(engine_ask(c->e, &kind_rates, &q, &r, &c->w.err), want);
    if (!strstr(c->w.err.text, cause))
        fail_msg("'%s' does not say '%s'", c->w.err.text, cause);
}

static void test_refusals(void **state)
{
    struct query q = ask_for("care-mob");
    struct care *c = care_open(57, 40);
    struct result r = {0};

    (void)state;
    refuse(c, "item", "NOPE", ST_NOTFOUND, "care-mob has no item 'NOPE'");
    refuse(c, "item", "COM0", ST_INVALID, "COM0 of care-mob is no scale");
    refuse(c, "complaint", "COM0", ST_INVALID, "'COM0' is no ITEM=CODE");
    refuse(c, "complaint", "=1", ST_INVALID, "'=1' is no ITEM=CODE");
    refuse(c, "complaint", "COM0=x", ST_INVALID, "no ITEM=CODE");
    refuse(c, "complaint", "COM0=3", ST_INVALID, "has no choice 3");
    refuse(c, "complaint", "SAT1=1", ST_INVALID, "has no choice 1");
    refuse(c, "complaint", "WHO=1", ST_NOTFOUND, "has no item 'WHO=1'");
    refuse(c, "satisfied", "11", ST_INVALID, "cannot be satisfied from 11");
    refuse(c, "satisfied", "6", ST_INVALID, "satisfied from 6 and fair from 7");
    refuse(c, "fair", "0", ST_INVALID, "fair from 0");
    refuse(c, "boxes", "10", ST_INVALID, "has 10 points only");
    refuse(c, "stay", "11", ST_INVALID, "LOY1 of care-mob is on 1-10");
    refuse(c, "nps", "COM0", ST_INVALID, "neither 0-10 nor 1-10");
    q.reader = READER_PUBLIC;
    assert_int_equal(engine_ask(c->e, &kind_rates, &q, &r, &c->w.err),
                     ST_REFUSED);
    q = ask_for("nobody");
    assert_int_equal(engine_ask(c->e, &kind_rates, &q, &r, &c->w.err),
                     ST_NOTFOUND);
    care_close(c);
}

/* The choice and the two ways of asking are found in the definition. */
static void test_roles(void **state)
{
    struct query_setting setting[] = {{"complaint", "", false},
                                      {"handling", "COM2", false}};
    const struct query q = {0};
    struct query told = {.setting = setting};
    struct care *c = care_open(58, 0);
    struct roles r;

    (void)state;
    assert_int_equal(roles_of(c->survey, &q, &r, NULL), ST_OK);
    assert_int_equal(r.overall, SAT1);
    assert_int_equal(r.complaint, COM0);
    assert_int_equal(r.complained, 1);
    assert_int_equal(r.handling, COM1);
    assert_int_equal(r.loyalty, LOY1);
    assert_int_equal(r.recommend, LOY2);
    setting[0].value = "COM0=2";
    told.settings = 1;
    assert_int_equal(roles_of(c->survey, &told, &r, NULL), ST_OK);
    assert_true(r.complained == 2 && r.handling == COM1);
    told.settings = 2;
    assert_int_equal(roles_of(c->survey, &told, &r, NULL), ST_OK);
    assert_int_equal(r.handling, COM2);
    assert_int_equal(roles_of(c->w.survey[LONE], &q, &r, NULL), ST_OK);
    assert_int_equal(r.overall, 1);
    assert_true(r.complaint == SIZE_MAX && r.handling == SIZE_MAX);
    assert_true(r.loyalty == SIZE_MAX);
    assert_int_equal(r.recommend, 1);
    care_close(c);
}

static enum status torture(void *ctx)
{
    struct query_setting settings[] = {{"distribution", "yes", false}};
    struct care *c = ctx;
    struct query q = ask_for("care");
    struct result r = {0};
    enum status st;

    q.by = by_province;
    q.by_count = 1;
    q.setting = settings;
    q.settings = 1;
    st = engine_ask(c->e, &kind_rates, &q, &r, NULL);
    if (st == ST_OK)
        result_free(&r);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct care *c = care_open(59, 150);

    (void)state;
    care_fill(c, c->other, 100);
    alloc_torture(torture, c);
    care_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand),
                                       cmocka_unit_test(test_weights),
                                       cmocka_unit_test(test_family),
                                       cmocka_unit_test(test_settings),
                                       cmocka_unit_test(test_one_question),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_roles),
                                       cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
