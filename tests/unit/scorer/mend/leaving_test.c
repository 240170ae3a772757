/* leaving_test.c - outcomes, and the model of leaving against fitting the
 * rows. */
#include "asked.h"

#include "alloc.h"
#include "leaving.h"
#include "scorer/logistic.h"

static char path[] = "leaving_test_XXXXXX";

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
        cmocka_unit_test(test_files), cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_who_counts), cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
