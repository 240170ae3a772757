/* raking_test.c - margins hit, limits held, and what is refused. */
#include "weights.h"

#include <math.h>

#include "alloc.h"

enum { UNITS = 60 };

static const char two[] = "province,product,population\n"
                          "11,,21880.5\n31,,24870\n44,,9000\n"
                          ",MOB,40000\n,FIX,15750.5\n";
static const char one[] = "product,province,population\n"
                          "MOB,11,100\nMOB,31,200\nFIX,11,50\nFIX,31,70\n";

/* A sample of units with random codes, base weights and counts. */
struct sample {
    struct population *population;
    struct raking *raking;
    const char *code[2 * UNITS];
    double base[UNITS], rows[UNITS], weight[UNITS];
    double turn[16];
};

static void draw_sample(struct sample *s, const char *text, uint64_t seed)
{
    static const char *const provinces[] = {"11", "31", "44"};
    static const char *const products[] = {"MOB", "FIX"};

    *s = (struct sample){.population = read_population(text)};
    for (size_t i = 0; i < UNITS; i++) {
        const size_t province = population_find(s->population, "province");

        s->code[2 * i + province] =
            provinces[draw(&seed) % (text == two ? 3 : 2)];
        s->code[2 * i + 1 - province] = products[draw(&seed) % 2];
        s->base[i] = 0.3 + 2 * uniform(&seed);
        s->rows[i] = (double)(1 + draw(&seed) % 9);
    }
    for (size_t i = 0; i < 16; i++)
        s->turn[i] = 1;
}

static enum status place(struct sample *s, struct err *err)
{
    const struct people_units units = {UNITS, s->code};

    return raking_new(s->population, NULL, &units, &s->raking, err);
}

static void make_sample(struct sample *s, const char *text, uint64_t seed)
{
    struct err err = {""};

    draw_sample(s, text, seed);
    assert_int_equal(place(s, &err), ST_OK);
    assert_in_range(raking_categories(s->raking), 1, 16);
}

static void free_sample(struct sample *s)
{
    raking_free(&s->raking);
    population_free(&s->population);
}

static enum status solve(struct sample *s, const struct raking_rule *rule,
                         struct err *err)
{
    return raking_solve(s->raking, rule, s->base, s->rows, s->turn, s->weight,
                        err);
}

/* Every row of the population is added up to. */
static void assert_hit(const struct sample *s)
{
    for (size_t r = 0; r < s->population->rows; r++) {
        const struct population_row *row = &s->population->row[r];
        double sum = 0;

        for (size_t i = 0; i < UNITS; i++) {
            bool in = true;

            for (size_t c = 0; c < 2; c++)
                in = in && (!*row->code[c] ||
                            streq(row->code[c], s->code[2 * i + c]));
            sum += in ? s->rows[i] * s->weight[i] : 0;
        }
        if (!(fabs(sum - row->people) <= 1e-9 * row->people))
            fail_msg("line %d: %.15g, not %.15g", (int)row->line, sum,
                     row->people);
    }
}

static void test_margins_are_hit(void **state)
{
    const struct raking_rule rule = raking_plain();
    struct err err = {""};

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct sample s;
        double again[UNITS];

        make_sample(&s, two, seed);
        assert_int_equal(raking_margins(s.raking), 2);
        assert_int_equal(solve(&s, &rule, &err), ST_OK);
        assert_hit(&s);
        /* from the turns found: the same, at once */
        memcpy(again, s.weight, sizeof again);
        assert_int_equal(solve(&s,
                               &(struct raking_rule){.tolerance = 1e-11,
                                                     .iterations = 1,
                                                     .high = INFINITY},
                               &err),
                         ST_OK);
        for (size_t i = 0; i < UNITS; i++)
            assert_true(fabs(again[i] - s.weight[i]) <= 1e-9 * again[i]);
        free_sample(&s);
    }
}

/* Raking keeps the ratios of odds: within two provinces and two products
 * those of the weights are those of the base weights. */
static void test_odds_are_kept(void **state)
{
    const struct raking_rule rule = raking_plain();
    struct err err = {""};
    struct sample s;
    size_t at[2][2] = {{UNITS, UNITS}, {UNITS, UNITS}};
    double odds, base;

    (void)state;
    make_sample(&s, two, 7);
    assert_int_equal(solve(&s, &rule, &err), ST_OK);
    for (size_t i = 0; i < UNITS; i++)
        if (!streq(s.code[2 * i], "44"))
            at[streq(s.code[2 * i], "11")][streq(s.code[2 * i + 1], "MOB")] = i;
    odds = s.weight[at[0][0]] * s.weight[at[1][1]] /
           (s.weight[at[0][1]] * s.weight[at[1][0]]);
    base = s.base[at[0][0]] * s.base[at[1][1]] /
           (s.base[at[0][1]] * s.base[at[1][0]]);
    assert_true(fabs(odds - base) <= 1e-9 * base);
    free_sample(&s);
}

static void test_one_margin_is_post_stratification(void **state)
{
    const struct raking_rule rule = raking_plain();
    struct err err = {""};
    char name[RAKING_NAME_MAX];
    struct sample s;

    (void)state;
    make_sample(&s, one, 3);
    assert_int_equal(solve(&s, &rule, &err), ST_OK);
    assert_hit(&s);
    raking_name(s.raking, name);
    assert_string_equal(name, "post-stratified product*province");
    free_sample(&s);
    make_sample(&s, two, 3);
    raking_name(s.raking, name);
    assert_string_equal(name, "raked province+product");
    free_sample(&s);
}

/* Rows of a province and product; NULL: of any. */
static double count(const struct sample *s, const char *province,
                    const char *product)
{
    double rows = 0;

    for (size_t i = 0; i < UNITS; i++)
        if ((!province || streq(province, s->code[2 * i])) &&
            (!product || streq(product, s->code[2 * i + 1])))
            rows += s->rows[i];
    return rows;
}

/* Whether weights of low to high can hit both margins of `two`: what of each
 * province can be MOB, and whether that can be 40 000 in all. */
static bool possible(const struct sample *s, double low, double high)
{
    double least = 0, most = 0;

    for (size_t r = 0; r < 3; r++) {
        const struct population_row *row = &s->population->row[r];
        const double mob = count(s, row->code[0], "MOB");
        const double fix = count(s, row->code[0], "FIX");
        const double from = fmax(low * mob, row->people - high * fix);
        const double to = fmin(high * mob, row->people - low * fix);

        if (from > to)
            return false;
        least += from;
        most += to;
    }
    return least <= 40000 && most >= 40000;
}

/* Within limits, the margins are hit whenever they can be. */
static void test_limits(void **state)
{
    struct raking_rule rule = raking_plain();
    struct err err = {""};
    size_t cut = 0, solved = 0;

    (void)state;
    rule.low = 0.35;
    rule.high = 2;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct sample s;
        double low, high;

        make_sample(&s, two, seed);
        low = 0.35 * 55750.5 / count(&s, NULL, NULL);
        high = 2 * 55750.5 / count(&s, NULL, NULL);
        if (solve(&s, &rule, &err) == ST_OK) {
            solved++;
            assert_hit(&s);
            for (size_t i = 0; i < UNITS; i++) {
                assert_true(s.weight[i] >= low * (1 - 1e-12));
                assert_true(s.weight[i] <= high * (1 + 1e-12));
                cut += s.weight[i] <= low || s.weight[i] >= high;
            }
        } else {
            assert_false(possible(&s, low, high));
        }
        free_sample(&s);
    }
    assert_in_range(solved, 10, 39); /* both happen */
    assert_true(cut >= 20);
}

static void assert_refused(struct sample *s, const struct raking_rule *rule,
                           enum status status, const char *cause)
{
    struct err err = {""};
    char want[600];

    assert_int_equal(solve(s, rule, &err), status);
    snprintf(want, sizeof want, "%s: %s", POPULATION_FILE, cause);
    if (!strstr(err.text, want) && !strstr(err.text, cause))
        fail_msg("'%s' instead of '%s'", err.text, want);
}

static void test_limits_too_tight(void **state)
{
    struct raking_rule rule = raking_plain();
    struct sample s;

    (void)state;
    make_sample(&s, two, 5);
    rule.high = 1.0001;
    assert_refused(&s, &rule, ST_NUMERIC,
                   "with weights of 1.0001 times the mean or less: ");
    free_sample(&s);
    make_sample(&s, two, 5);
    rule.low = 0.999999;
    assert_refused(&s, &rule, ST_NUMERIC,
                   "with weights from 0.999999 to 1.0001 times the mean: ");
    free_sample(&s);
    make_sample(&s, two, 5);
    rule.high = INFINITY;
    assert_refused(&s, &rule, ST_NUMERIC,
                   "with weights of 0.999999 times the mean or more: ");
    rule.low = 0;
    rule.high = 0.5;
    assert_refused(&s, &rule, ST_INVALID, "limits of weights are parts");
    rule.high = 2;
    rule.low = 1.5;
    assert_refused(&s, &rule, ST_INVALID, "limits of weights are parts");
    free_sample(&s);
}

/* What a refused solution left behind is no beginning. */
static void test_turns_that_are_none(void **state)
{
    const struct raking_rule rule = raking_plain();
    struct sample s;

    (void)state;
    for (size_t bad = 0; bad < 5; bad++) {
        make_sample(&s, two, 7);
        s.turn[bad] = NAN;
        assert_refused(&s, &rule, ST_NUMERIC, "nothing to begin from");
        free_sample(&s);
    }
}

static void test_weights_before(void **state)
{
    const struct raking_rule rule = raking_plain();
    struct sample s;

    (void)state;
    make_sample(&s, two, 6);
    s.base[17] = -0.1;
    assert_refused(&s, &rule, ST_NUMERIC,
                   "weights before it: one is negative or no number");
    s.base[17] = NAN;
    assert_refused(&s, &rule, ST_NUMERIC, "one is negative or no number");
    memset(s.base, 0, sizeof s.base);
    assert_refused(&s, &rule, ST_NUMERIC, "weights before it: all are zero");
    free_sample(&s);
}

/* Somebody of weight zero does not count, and is given none. */
static void test_zero_weights(void **state)
{
    struct raking_rule rule = raking_plain();
    struct err err = {""};
    struct sample s;

    (void)state;
    make_sample(&s, two, 8);
    s.base[0] = 0;
    s.rows[1] = 0;
    rule.low = 0.1;
    assert_int_equal(solve(&s, &rule, &err), ST_OK);
    assert_hit(&s);
    assert_true(s.weight[0] == 0 && s.weight[1] == 0);
    for (size_t i = 0; i < UNITS; i++)
        if (streq(s.code[2 * i], "44"))
            s.rows[i] = 0;
    assert_refused(&s, &rule, ST_NUMERIC,
                   "province '44' has a population of 9000 and nobody in the "
                   "sample");
    free_sample(&s);
}

/* Nobody of province 11 has product FIX: fixed line cannot be so many. */
static void test_no_solution(void **state)
{
    struct raking_rule rule = raking_plain();
    struct err err = {""};
    struct sample s;

    (void)state;
    rule.iterations = 200;
    draw_sample(&s,
                "province,product,population\n11,,900\n31,,100\n"
                ",MOB,500\n,FIX,500\n",
                9);
    for (size_t i = 0; i < UNITS; i++) {
        s.code[2 * i] = i % 2 ? "11" : "31";
        s.code[2 * i + 1] = i % 2 ? "MOB" : "FIX";
    }
    assert_int_equal(place(&s, &err), ST_OK);
    assert_refused(&s, &rule, ST_NUMERIC, "is not hit after 200 rounds: ");
    free_sample(&s);
}

static void refuse_place(const char *text, const char *cause)
{
    struct err err = {""};
    struct sample s;

    draw_sample(&s, two, 10);
    population_free(&s.population);
    s.population = read_population(text);
    assert_int_equal(place(&s, &err), ST_INVALID);
    assert_null(s.raking);
    assert_string_equal(err.text + strlen(POPULATION_FILE), cause);
    free_sample(&s);
}

static void test_refused_margins(void **state)
{
    (void)state;
    refuse_place("province,product,population\n11,,10\n31,,20\n44,,5\n"
                 ",MOB,20\n,FIX,15.5\n",
                 ": a margin that does not match: province has 35 people, "
                 "product has 35.5");
    refuse_place("province,product,population\n11,,10\n31,,20\n",
                 ": province '44' is in the sample and has no population");
    refuse_place("province,product,population\n11,,10\n31,,20\n44,,0\n",
                 ": province '44' is in the sample and has no population");
    refuse_place("province,product,population\n11,MOB,10\n31,,20\n11,MOB,5\n",
                 ":4: province '11', product 'MOB': told in line 2");
    refuse_place("province,product,population\n11,,0\n31,,0\n44,,0\n",
                 ": province: no people");
}

static void test_refused_files(void **state)
{
    (void)state;
    refuse_population("province,people\n11,5\n", ST_INVALID,
                      ":1: no column 'population'");
    refuse_population("province,population\n", ST_INVALID, ": no rows");
    refuse_population("province,population\n11,many\n", ST_INVALID,
                      ":2: population: 'many' is no number of people");
    refuse_population("province,population\n11,-5\n", ST_INVALID,
                      ":2: population: '-5' is no number of people");
    refuse_population("province,population\n11,inf\n", ST_INVALID,
                      ":2: population: 'inf' is no number of people");
    refuse_population("province,population\n,5\n", ST_INVALID,
                      ":2: no column but population is filled");
    refuse_population("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,population\n",
                      ST_RANGE, ":1: over 16 columns of codes");
}

/* What is left of a regression is orthogonal to every category, and nothing
 * is left of what categories make up. */
static void test_residuals(void **state)
{
    struct err err = {""};
    struct sample s;
    double y[UNITS];
    uint64_t seed = 12;

    (void)state;
    make_sample(&s, two, 11);
    for (size_t i = 0; i < UNITS; i++)
        y[i] = 3.7 * uniform(&seed);
    assert_int_equal(raking_residuals(s.raking, s.base, y, &err), ST_OK);
    for (size_t r = 0; r < s.population->rows; r++) {
        const struct population_row *row = &s.population->row[r];
        double sum = 0;

        for (size_t i = 0; i < UNITS; i++)
            if (streq(row->code[0], s.code[2 * i]) ||
                streq(row->code[1], s.code[2 * i + 1]))
                sum += s.base[i] * y[i];
        assert_true(fabs(sum) < 1e-10);
    }
    for (size_t i = 0; i < UNITS; i++)
        y[i] =
            streq(s.code[2 * i], "31") - 2.5 * streq(s.code[2 * i + 1], "FIX");
    assert_int_equal(raking_residuals(s.raking, s.base, y, &err), ST_OK);
    for (size_t i = 0; i < UNITS; i++)
        assert_true(fabs(y[i]) < 1e-11);
    free_sample(&s);
}

static enum status torture(void *ctx)
{
    struct sample *s = ctx;
    const struct raking_rule rule = raking_plain();
    struct population *p = NULL;
    const struct people_units units = {UNITS, s->code};
    struct raking *r = NULL;
    double weight[UNITS], turn[16];
    enum status st = population_read(POPULATION_FILE, &p, NULL);

    for (size_t i = 0; i < 16; i++)
        turn[i] = 1;
    if (st == ST_OK)
        st = raking_new(p, NULL, &units, &r, NULL);
    if (st == ST_OK)
        st = raking_solve(r, &rule, s->base, s->rows, turn, weight, NULL);
    raking_free(&r);
    population_free(&p);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct sample s;

    (void)state;
    make_sample(&s, two, 13);
    write_population(two);
    alloc_torture(torture, &s);
    unlink(POPULATION_FILE);
    free_sample(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_margins_are_hit),
        cmocka_unit_test(test_odds_are_kept),
        cmocka_unit_test(test_one_margin_is_post_stratification),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_limits_too_tight),
        cmocka_unit_test(test_turns_that_are_none),
        cmocka_unit_test(test_weights_before),
        cmocka_unit_test(test_zero_weights),
        cmocka_unit_test(test_no_solution),
        cmocka_unit_test(test_refused_margins),
        cmocka_unit_test(test_refused_files),
        cmocka_unit_test(test_residuals),
        cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
