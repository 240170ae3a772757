/* exit_test.c - the exit-complaint table against counting the rows. */
#include "asked.h"

#include "alloc.h"

enum { SHOWN = 30 };

/* ---- the table ---- */

static const char *third(int x)
{
    return x >= 9 ? "satisfied" : x >= 7 ? "fair" : "dissatisfied";
}

static const char *handled(int x)
{
    return x >= 9 ? "well" : x >= 7 ? "fair" : "badly";
}

/* Is a person of this row? */
static bool is_of(const struct person *p, const char *satisfaction,
                  const char *complained, const char *handling)
{
    const uint8_t *x = p->answers;

    if (!x[SAT1] || !x[COM0] ||
        (!streq(satisfaction, "all") && !streq(third(x[SAT1]), satisfaction)))
        return false;
    if (streq(complained, "all"))
        return true;
    if (streq(complained, "no"))
        return x[COM0] == 2;
    return x[COM0] == 1 && (streq(handling, "all") ||
                            (x[COM1] && streq(handled(x[COM1]), handling)));
}

struct sums {
    double weight, loyal, sum, reach; /* reach: those from `level` on */
    int64_t n;
};

static struct sums sum_rows(const struct care *c, bool weighted,
                            const char *province, unsigned without,
                            const char *satisfaction, const char *complained,
                            const char *handling, double level)
{
    struct sums s = {0};

    for (size_t i = 0; i < c->count; i++) {
        const struct person *p = &c->p[i];
        const double w = weighted ? 1e6 / p->r.rate_ppm : 1;
        const uint8_t x = p->answers[LOY1];

        if (c->group[i] == without || !streq(p->r.context.province, province) ||
            !is_of(p, satisfaction, complained, handling))
            continue;
        s.n++;
        s.weight += w;
        if (!x)
            continue;
        s.loyal += w;
        s.sum += w * x;
        s.reach += x >= level ? w : 0;
    }
    return s;
}

enum { SHARE, WITHIN, LOYALTY, GAP, AS_LOYAL, NUMBERS };
static const char *const columns[NUMBERS] = {"share", "within", "loyalty",
                                             "loyalty_gap", "as_loyal"};

static void compute(const struct care *c, bool weighted, const char *province,
                    unsigned without, const char *s, const char *v,
                    const char *h, double out[NUMBERS], int64_t n[2])
{
    const struct sums silent =
        sum_rows(c, weighted, province, without, "all", "no", "", 0);
    const double level = silent.sum / silent.loyal;
    const struct sums own =
        sum_rows(c, weighted, province, without, s, v, h, level);
    const struct sums all =
        sum_rows(c, weighted, province, without, "all", "all", "", 0);
    const struct sums alike =
        sum_rows(c, weighted, province, without, s, "all", "", 0);

    out[SHARE] = 100 * own.weight / all.weight;
    out[WITHIN] = 100 * own.weight / alike.weight;
    out[LOYALTY] = (own.sum / own.loyal - 1) / 9 * 100;
    out[GAP] = (level - 1) / 9 * 100 - out[LOYALTY];
    out[AS_LOYAL] = 100 * own.reach / own.loyal;
    n[0] = own.n;
    n[1] = all.n;
}

static void check_row(const struct care *c, const struct result *r, size_t row,
                      bool weighted)
{
    const char *p = text(r, row, "province"), *s = text(r, row, "satisfaction"),
               *v = text(r, row, "complained"), *h = text(r, row, "handling");
    double want[NUMBERS], part[GROUPS][NUMBERS], replicate[GROUPS];
    int64_t n[2], ignored[2];
    size_t used = 0;

    compute(c, weighted, p, GROUPS, s, v, h, want, n);
    assert_int_equal(count(r, row, "n"), n[0]);
    assert_true((strstr(text(r, row, "flags"), "suppressed") != NULL) ==
                (n[0] < SHOWN));
    for (unsigned g = 0; g < GROUPS; g++) {
        int64_t left[2];

        compute(c, weighted, p, g, s, v, h, part[used], left);
        used += left[1] < n[1]; /* somebody of the cell is in it */
        (void)ignored;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        char name[32];

        if (n[0] < SHOWN) {
            assert_true(isnan(number(r, row, columns[i])));
            continue;
        }
        near(number(r, row, columns[i]), want[i]);
        if (i != SHARE || want[i] > 99.99)
            continue;
        for (size_t g = 0; g < used; g++)
            replicate[g] = part[g][i];
        (void)snprintf(name, sizeof name, "%s_se", columns[i]);
        near(number(r, row, name),
             errors_jackknife(want[i], replicate, used, NULL).se);
    }
}

static void check_table(enum weighting_kind weighting, uint64_t seed,
                        size_t people)
{
    struct care *c = care_open(seed, people);
    struct result r;

    ok(&c->w, ask(c, "care-mob", by_province, 1, weighting, NULL, 0, &r));
    assert_int_equal(r.rows, 4 * 4 * 6);
    for (size_t i = 0; i < r.rows; i++)
        check_row(c, &r, i, weighting != WEIGHTING_NONE);
    result_free(&r);
    care_close(c);
}

static void test_table(void **state)
{
    (void)state;
    check_table(WEIGHTING_NONE, 61, 1500);
    check_table(WEIGHTING_NONE, 62, 150);
    check_table(WEIGHTING_DESIGN, 63, 1200);
}

static size_t row_of(const struct result *r, const char *satisfaction,
                     const char *complained, const char *handling)
{
    for (size_t i = 0; i < r->rows; i++)
        if (streq(text(r, i, "satisfaction"), satisfaction) &&
            streq(text(r, i, "complained"), complained) &&
            streq(text(r, i, "handling"), handling))
            return i;
    fail_msg("no %s %s %s", satisfaction, complained, handling);
    return 0;
}

/* Errors of all numbers, where every group is in every row: by hand. */
static void test_errors(void **state)
{
    static const char *const rows[][3] = {{"all", "yes", "all"},
                                          {"dissatisfied", "no", ""},
                                          {"dissatisfied", "all", ""}};
    struct care *c = care_open(64, 0);
    struct result r;

    (void)state;
    ok(&c->w, store_begin(c->w.write, &c->w.err));
    for (size_t i = 0; i < 2500; i++) {
        struct person p;

        care_person(&c->w, c->survey, &p);
        set_code(p.r.context.province, "44");
        care_put(c, c->survey, &p);
    }
    ok(&c->w, store_commit(c->w.write, &c->w.err));
    ok(&c->w, ask(c, "care-mob", by_province, 1, WEIGHTING_NONE, NULL, 0, &r));
    for (size_t k = 0; k < 3; k++) {
        const size_t row = row_of(&r, rows[k][0], rows[k][1], rows[k][2]);
        double want[NUMBERS], part[GROUPS][NUMBERS], replicate[GROUPS];
        int64_t n[2];

        compute(c, false, "44", GROUPS, rows[k][0], rows[k][1], rows[k][2],
                want, n);
        for (unsigned g = 0; g < GROUPS; g++)
            compute(c, false, "44", g, rows[k][0], rows[k][1], rows[k][2],
                    part[g], n);
        for (size_t i = 0; i < NUMBERS; i++) {
            struct interval x;
            char name[32];

            for (size_t g = 0; g < GROUPS; g++)
                replicate[g] = part[g][i];
            x = errors_jackknife(want[i], replicate, GROUPS, NULL);
            (void)snprintf(name, sizeof name, "%s_se", columns[i]);
            if (x.se > 1e-9)
                near(number(&r, row, name), x.se);
            (void)snprintf(name, sizeof name, "%s_high", columns[i]);
            if (x.se > 1e-9)
                near(number(&r, row, name),
                     i == GAP ? x.high : fmin(100, x.high));
        }
    }
    result_free(&r);
    care_close(c);
}

/* Nobody complained: they are all silent, and nobody is won back. */
static void test_edges(void **state)
{
    struct query_setting what[] = {{"tell", "cells", false}};
    struct care *c = care_open(65, 0);
    struct query q = ask_for("care-mob");
    struct result r;

    (void)state;
    ok(&c->w, ask(c, "care-mob", NULL, 0, WEIGHTING_NONE, NULL, 0, &r));
    assert_int_equal(r.rows, 0);
    result_free(&r);
    ok(&c->w, store_begin(c->w.write, &c->w.err));
    for (size_t i = 0; i < 200; i++) {
        struct person p;

        care_person(&c->w, c->survey, &p);
        p.answers[COM0] = 2;
        care_put(c, c->survey, &p);
    }
    ok(&c->w, store_commit(c->w.write, &c->w.err));
    ok(&c->w, ask(c, "care-mob", NULL, 0, WEIGHTING_NONE, NULL, 0, &r));
    assert_int_equal(r.rows, 4 * 6);
    near(number(&r, row_of(&r, "all", "no", ""), "share"), 100);
    near(number(&r, row_of(&r, "all", "no", ""), "loyalty_gap"), 0);
    assert_int_equal(count(&r, row_of(&r, "all", "yes", "well"), "n"), 0);
    assert_string_equal(text(&r, row_of(&r, "all", "yes", "well"), "flags"),
                        "suppressed");
    assert_true(
        isnan(number(&r, row_of(&r, "all", "yes", "well"), "as_loyal")));
    result_free(&r);
    refuse(c, "care", NULL, 0, ST_INVALID, "care is a family");
    refuse(c, "care-mob", what, 1, ST_INVALID, "--tell cells needs --outcome");
    refuse(c, "nobody", NULL, 0, ST_NOTFOUND, "nobody");
    fill_world(&c->w, MINI_MOB, 50);
    refuse(c, "mini-mob", NULL, 0, ST_INVALID, "does not ask who complained");
    q.reader = READER_PUBLIC;
    assert_int_equal(engine_ask(c->e, &kind_exit, &q, &r, &c->w.err),
                     ST_REFUSED);
    care_close(c);
}

static enum status torture_table(void *ctx)
{
    struct care *c = ctx;
    const struct query q = ask_for("care-mob");
    struct result r = {0};
    const enum status st = engine_ask(c->e, &kind_exit, &q, &r, NULL);

    if (st == ST_OK)
        result_free(&r);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct care *c = care_open(71, 150);

    (void)state;
    alloc_torture(torture_table, c);
    care_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_edges), cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
