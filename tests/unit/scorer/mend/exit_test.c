/* exit_test.c - the exit-complaint table and the model of leaving, against
 * counting and fitting the rows. */
#include "care.h"

#include "alloc.h"
#include "leaving.h"
#include "scorer/logistic.h"
#include "surveys/period.h"

enum { SHOWN = 30 };

static char path[] = "exit_test_XXXXXX";

static enum status ask(struct care *c, const char *survey,
                       const enum dimension *by, size_t by_count,
                       enum weighting_kind weighting,
                       struct query_setting *setting, size_t settings,
                       struct result *r)
{
    struct query q = ask_for(survey);

    q.by = by;
    q.by_count = by_count;
    q.weighting = weighting;
    q.setting = setting;
    q.settings = settings;
    *r = (struct result){0};
    return engine_ask(c->e, &kind_exit, &q, r, &c->w.err);
}

static const enum dimension by_province[] = {DIM_PROVINCE};

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

static void refuse(struct care *c, const char *survey,
                   struct query_setting *setting, size_t settings,
                   enum status want, const char *cause)
{
    struct result r;

    assert_int_equal(
        ask(c, survey, NULL, 0, WEIGHTING_NONE, setting, settings, &r), want);
    if (!strstr(c->w.err.text, cause))
        fail_msg("'%s' does not say '%s'", c->w.err.text, cause);
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

/* ---- outcomes ---- */

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void bad_file(struct care *c, const char *text, const char *cause)
{
    struct query_setting file[] = {{"outcome", path, true}};

    write_file(text);
    refuse(c, "care-mob", file, 1, ST_INVALID, cause);
}

#define KEY "00112233445566778899aabbccddeeff"

static void test_files(void **state)
{
    struct query_setting file[] = {{"outcome", path, true}};
    struct care *c = care_open(66, 60);

    (void)state;
    bad_file(c, "who,outcome\n1,left\n", ":1: one column");
    bad_file(c, "id,respondent,outcome\n1,1,left\n", ":1: one column");
    bad_file(c, "id,why\n1,left\n", ":1: no column 'outcome'");
    bad_file(c, "id,outcome\n", "tells of nobody");
    bad_file(c, "id,outcome\n12,left\n", ":2: '12' is not 32 hexa");
    bad_file(c, "id,outcome\n" KEY "0,left\n", "is not 32 hexa");
    bad_file(c, "id,outcome\n-" KEY ",left\n", "is not 32 hexa");
    bad_file(c, "id,outcome\n" KEY ",gone\n", ":2: outcome 'gone' is none of");
    bad_file(c, "id,outcome,date\n" KEY ",left,soon\n", ":2: ");
    bad_file(c,
             "id,outcome\n" KEY ",left\n"
             "00112233-4455-6677-8899-AABBCCDDEEFF,stayed\n",
             ":3: told already on line 2");
    write_file("id,outcome,date\n" KEY ",left,\n");
    refuse(c, "care-mob", file, 1, ST_NUMERIC,
           "the outcomes are of 0 people who answered: 30 are wanted");
    care_close(c);
}

/* The less satisfied leave; written by id or by respondent. */
struct fate {
    bool left, told;
};

static void write_key(FILE *f, const uint8_t *key)
{
    char hex[2 * ID_SIZE + 1];

    bytes_hex(key, ID_SIZE, hex);
    (void)fputs(hex, f);
}

static bool is_known(const struct person *p)
{
    static const uint8_t nobody[ID_SIZE];

    return memcmp(p->r.respondent, nobody, ID_SIZE) != 0;
}

static void write_fates(struct care *c, bool by_id, struct fate *fate)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    (void)fprintf(f, "%s,outcome,date\n", by_id ? "id" : "respondent");
    for (size_t i = 0; i < c->count; i++) {
        const struct person *p = &c->p[i];
        const double logit = 1 - 0.4 * p->answers[SAT1];
        static const char *const out[] = {"left", "ported"};

        fate[i] = (struct fate){draw(&c->w) % 1000 < 1000 / (1 + exp(-logit)),
                                draw(&c->w) % 10 && (by_id || is_known(p))};
        if (!fate[i].told)
            continue;
        write_key(f, by_id ? p->r.id : p->r.respondent);
        (void)fprintf(f, ",%s,2026-12-%02d\n",
                      fate[i].left ? out[i % 2]
                      : i % 5      ? "stayed"
                                   : "downgraded",
                      (int)(i % 28) + 1);
    }
    (void)fputs(KEY ",left,\n", f); /* of nobody */
    assert_int_equal(fclose(f), 0);
}

/* The indices of a person by the engine's item weights. */
static bool indices_of(const struct item_weights *w, const uint8_t *x,
                       double out[3])
{
    static const size_t items[3][2] = {
        {SAT1, SAT2}, {LOY1, LOY2}, {COM1, COM2}};
    static const size_t place[3] = {0, 4, 2}; /* SAT, LOY, COM in the model */

    for (size_t k = 0; k < 3; k++) {
        double sum = 0, weights = 0;

        for (size_t j = 0; j < 2; j++)
            if (x[items[k][j]]) {
                sum += w->u[place[k] + j] * x[items[k][j]];
                weights += w->u[place[k] + j];
            }
        if (!(weights > 0))
            return false;
        out[k] = 100 * (sum / weights - 1) / 9;
    }
    return true;
}

struct expected {
    double x[CARE_MAX * 3];
    bool y[CARE_MAX];
    size_t of[CARE_MAX];
    struct logistic_data d;
    struct logistic_fit fit;
};

static void fit_rows(struct care *c, const struct fate *fate,
                     struct expected *e)
{
    static const char *const names[] = {"SAT", "LOY", "COM"};
    const struct query q = ask_for("care-mob");
    struct estimates l = {0};

    ok(&c->w, engine_update(c->e, &c->w.err));
    ok(&c->w, engine_estimates(c->e, &q, &l, NULL, &c->w.err));
    e->d = (struct logistic_data){0, 3, e->x, e->y, names};
    for (size_t i = 0; i < c->count; i++)
        if (fate[i].told && indices_of(l.list[0].weights, c->p[i].answers,
                                       &e->x[3 * e->d.rows])) {
            e->of[e->d.rows] = i;
            e->y[e->d.rows++] = fate[i].left;
        }
    estimates_free(&l);
    ok(&c->w, logistic_estimate(&e->d, &e->fit, &c->w.err));
}

static size_t term(const struct result *r, const char *name)
{
    for (size_t i = 0; i < r->rows; i++)
        if (streq(text(r, i, "term"), name))
            return i;
    fail_msg("no %s", name);
    return 0;
}

static void check_model(const struct result *r, const struct expected *e)
{
    static const char *const terms[] = {"constant", "SAT", "LOY", "COM"};
    const double z = 1.959963984540054;
    double *logit = malloc((e->d.rows + 1) * sizeof *logit);
    double auc, se;

    assert_non_null(logit);
    for (size_t k = 0; k < 4; k++) {
        const size_t row = term(r, terms[k]);
        const double b = e->fit.b[k], own = logistic_se(&e->fit, k);

        near(number(r, row, "value"), b);
        near(number(r, row, "se"), own);
        near(number(r, row, "low"), b - z * own);
        near(number(r, row, "high"), b + z * own);
        near(number(r, row, "statistic"), b / own);
        near(number(r, row, "p"), erfc(fabs(b / own) / sqrt(2)));
        if (k)
            near(number(r, row, "odds_high"), exp(10 * (b + z * own)));
        else
            assert_true(isnan(number(r, row, "odds_ratio")));
        assert_int_equal(count(r, row, "n"), e->d.rows);
        assert_int_equal(count(r, row, "left"), e->fit.events);
    }
    near(number(r, term(r, "likelihood_ratio"), "statistic"),
         2 * (e->fit.likelihood - e->fit.null_likelihood));
    assert_int_equal(count(r, term(r, "likelihood_ratio"), "df"), 3);
    for (size_t i = 0; i < e->d.rows; i++)
        logit[i] = logistic_logit(&e->fit, &e->x[3 * i]);
    ok(&(struct world){0}, logistic_auc(logit, e->y, e->d.rows, &auc, &se));
    near(number(r, term(r, "auc"), "value"), auc);
    near(number(r, term(r, "auc"), "se"), se);
    near(number(r, term(r, "auc"), "high"), fmin(1, auc + z * se));
    assert_true(number(r, term(r, "auc_left_out"), "value") < auc);
    assert_true(number(r, term(r, "slope_left_out"), "value") < 1);
    assert_true(number(r, term(r, "slope_left_out"), "value") > 0.5);
    free(logit);
}

/* By leaving each tenth of the groups out. */
static void check_left_out(const struct care *c, const struct result *r,
                           const struct expected *e)
{
    double *logit = malloc((e->d.rows + 1) * sizeof *logit), auc, se;
    struct expected *rest = calloc(1, sizeof *rest);

    assert_non_null(logit);
    assert_non_null(rest);
    for (unsigned fold = 0; fold < 10; fold++) {
        rest->d = e->d;
        rest->d.x = rest->x;
        rest->d.y = rest->y;
        rest->d.rows = 0;
        for (size_t i = 0; i < e->d.rows; i++)
            if (c->group[e->of[i]] % 10 != fold) {
                memcpy(&rest->x[3 * rest->d.rows], &e->x[3 * i],
                       3 * sizeof(double));
                rest->y[rest->d.rows++] = e->y[i];
            }
        assert_int_equal(logistic_estimate(&rest->d, &rest->fit, NULL), ST_OK);
        for (size_t i = 0; i < e->d.rows; i++)
            if (c->group[e->of[i]] % 10 == fold)
                logit[i] = logistic_logit(&rest->fit, &e->x[3 * i]);
    }
    assert_int_equal(logistic_auc(logit, e->y, e->d.rows, &auc, &se), ST_OK);
    near(number(r, term(r, "auc_left_out"), "value"), auc);
    free(rest);
    free(logit);
}

static void check_cells(const struct care *c, const struct result *r,
                        const struct expected *e)
{
    for (size_t row = 0; row < r->rows; row++) {
        double sum = 0, chance = 0, n = 0, left = 0;

        for (size_t i = 0; i < e->d.rows; i++) {
            const double p =
                logistic_probability(logistic_logit(&e->fit, &e->x[3 * i]));

            if (!streq(c->p[e->of[i]].r.context.province,
                       text(r, row, "province")))
                continue;
            n++;
            left += e->y[i];
            sum += p;
            chance += p * (1 - p);
        }
        near((double)count(r, row, "n"), n);
        near(number(r, row, "expected"), 100 * sum / n);
        near(number(r, row, "observed"), 100 * left / n);
        near(number(r, row, "z"), (left - sum) / sqrt(chance));
        assert_true(number(r, row, "expected_se") > 0);
        assert_true(number(r, row, "observed_low") < 100 * left / n);
    }
}

static void check_leaving(bool by_id, uint64_t seed)
{
    struct query_setting settings[] = {{"outcome", path, true},
                                       {"tell", "cells", false}};
    struct care *c = care_open(seed, 1200);
    struct fate *fate = calloc(CARE_MAX, sizeof *fate);
    struct expected *e = calloc(1, sizeof *e);
    struct result r;
    char note[64];
    int64_t n = 0;

    assert_non_null(fate);
    assert_non_null(e);
    write_fates(c, by_id, fate);
    fit_rows(c, fate, e);
    ok(&c->w,
       ask(c, "care-mob", by_province, 1, WEIGHTING_NONE, settings, 1, &r));
    check_model(&r, e);
    check_left_out(c, &r, e);
    assert_non_null(strstr(r.note[1], "match no answer: 1;"));
    (void)snprintf(note, sizeof note, "%zu of %zu people left;", e->fit.events,
                   e->d.rows);
    assert_non_null(strstr(r.note[1], note));
    result_free(&r);
    ok(&c->w,
       ask(c, "care-mob", by_province, 1, WEIGHTING_NONE, settings, 2, &r));
    assert_int_equal(r.rows, 4);
    check_cells(c, &r, e);
    result_free(&r);
    settings[1].value = "calibration";
    ok(&c->w,
       ask(c, "care-mob", by_province, 1, WEIGHTING_NONE, settings, 2, &r));
    for (size_t i = 0; i < r.rows; i++) {
        n += count(&r, i, "n");
        if (i)
            assert_true(number(&r, i, "expected") >
                        number(&r, i - 1, "expected"));
    }
    assert_int_equal(n, e->d.rows);
    result_free(&r);
    care_close(c);
    free(fate);
    free(e);
}

static void test_leaving(void **state)
{
    (void)state;
    check_leaving(true, 67);
    check_leaving(false, 68);
}

/* Of somebody who answers twice the last answer counts, and an outcome of
 * before it none. */
static void test_who_counts(void **state)
{
    struct query_setting file[] = {{"outcome", path, true}};
    struct care *c = care_open(69, 0);
    struct result r;
    FILE *f = fopen(path, "w");

    (void)state;
    assert_non_null(f);
    (void)fputs("respondent,outcome,date\n", f);
    ok(&c->w, store_begin(c->w.write, &c->w.err));
    for (size_t i = 0; i < 300; i++) {
        struct person p, again;

        care_person(&c->w, c->survey, &p);
        p.r.context.frame = FRAME_INVITED;
        memset(p.r.respondent, 1 + (int)(i % 200), ID_SIZE);
        p.r.respondent[0] = (uint8_t)(i / 200);
        for (size_t k = 0; k < CARE_ITEMS; k++)
            p.answers[k] = p.answers[k] ? p.answers[k] : 1;
        care_put(c, c->survey, &p);
        if (i < 20) {
            care_person(&c->w, c->survey, &again);
            again.r.context.frame = FRAME_INVITED;
            memcpy(again.r.respondent, p.r.respondent, ID_SIZE);
            again.answers[SAT1] = again.answers[COM1] = again.answers[LOY1] = 5;
            care_put(c, c->survey, &again);
        }
        write_key(f, p.r.respondent);
        (void)fprintf(f, ",%s,%s\n", i % 3 ? "stayed" : "left",
                      i >= 290 ? "2026-08-31" : "2027-01-01");
    }
    ok(&c->w, store_commit(c->w.write, &c->w.err));
    assert_int_equal(fclose(f), 0);
    ok(&c->w, ask(c, "care-mob", NULL, 0, WEIGHTING_NONE, file, 1, &r));
    assert_int_equal(count(&r, 0, "n"), 290);
    assert_non_null(strstr(r.note[1], "before the answer: 10;"));
    assert_non_null(strstr(r.note[1], "of the same people: 20;"));
    result_free(&r);
    care_close(c);
}

/* Who downgrades has not left, unless that is said; few have few_events; all
 * alike is refused. */
static void test_outcomes(void **state)
{
    struct query_setting settings[] = {{"outcome", path, true},
                                       {"downgraded", "yes", false}};
    struct care *c = care_open(70, 300);
    struct result r;
    FILE *f = fopen(path, "w");

    (void)state;
    assert_non_null(f);
    (void)fputs("id,outcome\n", f);
    for (size_t i = 0; i < c->count; i++) {
        write_key(f, c->p[i].r.id);
        (void)fprintf(f, ",%s\n", i % 11 ? "stayed" : "downgraded");
    }
    assert_int_equal(fclose(f), 0);
    refuse(c, "care-mob", settings, 1, ST_NUMERIC, "have the same outcome");
    ok(&c->w, ask(c, "care-mob", NULL, 0, WEIGHTING_NONE, settings, 2, &r));
    assert_string_equal(text(&r, 0, "flags"), "few_events");
    result_free(&r);
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

struct tortured {
    struct query query;
    struct answers *answers;
    const struct item_weights *weights;
};

static enum status torture_leaving(void *ctx)
{
    const struct tortured *t = ctx;
    struct split split = {0};
    struct outcomes outcomes = {0};
    const struct leaving_of of = {t->answers, &split, t->weights, &outcomes,
                                  false};
    struct leaving l = {0};
    struct leaving_cell cell[4];
    struct err err = {""};
    enum status st = split_make(t->answers, &t->query, &split);

    if (st == ST_OK)
        st = outcomes_read(path, &outcomes, &err);
    if (st == ST_OK)
        st = leaving_make(&of, &l, &err);
    if (st == ST_OK)
        st = leaving_cells(&l, split.cells, cell);
    leaving_free(&l);
    outcomes_free(&outcomes);
    split_free(&split);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct care *c = care_open(71, 150);
    struct fate *fate = calloc(CARE_MAX, sizeof *fate);
    struct tortured t = {.query = ask_for("care-mob")};
    const struct people *people;
    struct estimates l = {0};

    (void)state;
    assert_non_null(fate);
    alloc_torture(torture_table, c);
    write_fates(c, true, fate);
    ok(&c->w, engine_update(c->e, &c->w.err));
    ok(&c->w, engine_estimates(c->e, &t.query, &l, NULL, &c->w.err));
    ok(&c->w, engine_answers(c->e, &t.query, &t.answers, &people, &c->w.err));
    assert_null(people);
    t.weights = l.list[0].weights;
    t.query.by = by_province;
    t.query.by_count = 1;
    alloc_torture(torture_leaving, &t);
    answers_free(&t.answers);
    estimates_free(&l);
    care_close(c);
    free(fate);
}

static int setup(void **state)
{
    const int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),    cmocka_unit_test(test_errors),
        cmocka_unit_test(test_edges),    cmocka_unit_test(test_files),
        cmocka_unit_test(test_leaving),  cmocka_unit_test(test_who_counts),
        cmocka_unit_test(test_outcomes), cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
