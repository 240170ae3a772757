/* areas_test.c - the model at its edges, and the question against a direct
 * computation from the estimates. */
#include "scorer/world.h"

#include "alloc.h"
#include "covariates.h"
#include "scorer/areas.h"
#include "scorer/kind.h"

#define near_to(got, want, tolerance)                                          \
    do {                                                                       \
        if (!(fabs((got) - (want)) <= (tolerance)))                            \
            fail_msg("%s: got %.17g, want %.17g", #got, (got), (want));        \
    } while (0)

/* ---- the model ---- */

/* Equal variances: A and beta have closed forms (Rao & Molina 2015, 6.1.1). */
static void test_equal_variances(void **state)
{
    static const double y[] = {61, 64.5, 70, 72.25, 75, 79, 66, 68.5};
    enum { M = sizeof y / sizeof *y };
    struct area area[M];
    struct area_estimate e[M];
    struct area_fit fit;
    double mean = 0, square = 0;

    (void)state;
    for (size_t i = 0; i < M; i++) {
        area[i] = (struct area){y[i], 4, {1}};
        mean += y[i] / M;
    }
    for (size_t i = 0; i < M; i++)
        square += (y[i] - mean) * (y[i] - mean);
    for (enum area_method k = AREAS_REML; k <= AREAS_MOMENTS; k++) {
        const double divisor = k == AREAS_ML ? M : M - 1;
        const double a = square / divisor - 4;

        assert_int_equal(areas_fit(area, M, 1, k, &fit, e, NULL), ST_OK);
        near_to(fit.variance, a, 1e-9);
        near_to(fit.beta[0], mean, 1e-10);
        for (size_t i = 0; i < M; i++) {
            near_to(e[i].gamma, a / (a + 4), 1e-9);
            near_to(e[i].value, mean + a / (a + 4) * (y[i] - mean), 1e-8);
            assert_true(e[i].mse > 0);
        }
    }
}

/* Less spread than the errors explain: nothing is between the areas. */
static void test_no_spread(void **state)
{
    struct area area[5];
    struct area_estimate e[5];
    struct area_fit fit;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        area[i] = (struct area){70 + 0.01 * (double)i, 9, {1}};
    for (enum area_method k = AREAS_REML; k <= AREAS_MOMENTS; k++) {
        assert_int_equal(areas_fit(area, 5, 1, k, &fit, e, NULL), ST_OK);
        near_to(fit.variance, 0.0, 0);
        for (size_t i = 0; i < 5; i++)
            near_to(e[i].value, 70.02, 1e-9);
    }
}

static void refuse(const struct area *area, size_t m, size_t p,
                   enum status want, const char *cause)
{
    struct area_estimate e[8];
    struct area_fit fit = {.iterations = -1};
    struct err err = {""};

    assert_int_equal(areas_fit(area, m, p, AREAS_REML, &fit, e, &err), want);
    if (!strstr(err.text, cause))
        fail_msg("'%s' does not say '%s'", err.text, cause);
    assert_int_equal(fit.iterations, -1);
}

static void test_refusals(void **state)
{
    struct area area[8];

    (void)state;
    for (size_t i = 0; i < 8; i++)
        area[i] = (struct area){60 + (double)(i * i), 2, {1, 3, (double)i}};
    refuse(area, 0, 1, ST_NUMERIC,
           "0 areas have an index of their own, and 2 are needed");
    refuse(area, 1, 1, ST_NUMERIC,
           "1 area has an index of its own, and 2 are needed");
    refuse(area, 8, 2, ST_NUMERIC, "covariate 2 is determined");
    refuse(area, 8, COVARIATES_MAX + 1, ST_RANGE, "over");
    area[3].variance = 0;
    refuse(area, 8, 1, ST_NUMERIC, "area 4 has no value");
    area[3].variance = NAN;
    refuse(area, 8, 1, ST_NUMERIC, "area 4 has no value");
    area[3].variance = 2;
    area[5].direct = INFINITY;
    refuse(area, 8, 1, ST_NUMERIC, "area 6 has no value");
}

/* Few areas and a covariate, by every method: steps of full length went to and
 * fro for ever. */
static void test_few_areas(void **state)
{
    struct world w = {.random = 4};
    struct area area[4];
    struct area_estimate e[4];
    struct area_fit fit;
    struct err err;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        for (size_t k = 0; k < 4; k++)
            area[k] = (struct area){70 + 6 * noise(&w),
                                    0.05 + (double)(draw(&w) % 1000) / 300,
                                    {1, (double)k}};
        for (enum area_method m = AREAS_REML; m <= AREAS_MOMENTS; m++)
            if (areas_fit(area, 4, 2, m, &fit, e, &err) != ST_OK)
                fail_msg("method %d: %s", (int)m, err.text);
    }
}

/* An area of no answers is what the model expects of it. */
static void test_synthetic(void **state)
{
    struct area area[8];
    struct area_estimate e[8], s;
    struct area_fit fit;
    const double x[] = {1, 2.5};

    (void)state;
    for (size_t i = 0; i < 8; i++)
        area[i] = (struct area){
            50 + 3 * (double)i + (i % 3 ? 1 : -1), 0.5, {1, (double)i}};
    assert_int_equal(areas_fit(area, 8, 2, AREAS_REML, &fit, e, NULL), ST_OK);
    s = areas_synthetic(&fit, 2, x);
    near_to(s.value, fit.beta[0] + 2.5 * fit.beta[1], 1e-12);
    near_to(s.mse,
            fit.variance + fit.beta_cov[0] +
                2.5 * (fit.beta_cov[1] + fit.beta_cov[2]) +
                2.5 * 2.5 * fit.beta_cov[3],
            1e-12);
}

/* ---- the question ---- */

static struct result asked(struct world *w, struct engine *e,
                           struct query_setting *setting, size_t settings)
{
    struct query q = ask_for("mini-mob");
    struct result r = {0};

    q.construct = "SAT";
    q.setting = setting;
    q.settings = settings;
    ok(w, engine_ask(e, &kind_areas, &q, &r, &w->err));
    return r;
}

static double number(const struct result *r, size_t row, const char *column)
{
    const size_t c = result_find(r, column);

    assert_int_not_equal(c, SIZE_MAX);
    return result_at(r, row, c)->number;
}

static void test_question(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query_setting direct[] = {{"variances", "direct", false}};
    struct world w;
    struct engine *e = NULL;
    struct estimates l = {0};
    struct query q = ask_for("mini-mob");
    struct result r;
    struct area area[4];
    struct area_estimate want[4];
    struct area_fit fit;

    (void)state;
    world_open(&w, 20, NULL, "mean");
    fill_world(&w, MINI_MOB, 1200);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    r = asked(&w, e, direct, 1);
    q.by = by;
    q.by_count = 1;
    q.construct = "SAT";
    ok(&w, engine_estimates(e, &q, &l, NULL, &w.err));
    assert_int_equal(l.count, 4);
    assert_int_equal(r.rows, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct cell_estimate *c = &l.list[i];
        const struct interval f = cells_interval(c->index, c->fixed, &c, 1);

        area[i] = (struct area){c->index, f.se * f.se, {1}};
    }
    ok(&w, areas_fit(area, 4, 1, AREAS_REML, &fit, want, &w.err));
    for (size_t i = 0; i < 4; i++) {
        const double full = cell_interval(&l.list[i]).se;
        const double common = fmax(0, full * full - area[i].variance);

        near_to(number(&r, i, "modelled"), want[i].value, 1e-12);
        near_to(number(&r, i, "gamma"), want[i].gamma, 1e-12);
        near_to(number(&r, i, "se"), sqrt(want[i].mse + common), 1e-12);
        near_to(number(&r, i, "direct"), l.list[i].index, 0);
    }
    estimates_free(&l);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

/* Of a province of few answers only a whole number is told. */
static void test_suppressed(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct result r;
    bool few = false;

    (void)state;
    world_open(&w, 21, NULL, "mean");
    fill_world(&w, MINI_MOB, 170);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    r = asked(&w, e, NULL, 0);
    for (size_t i = 0; i < r.rows; i++) {
        const double value = number(&r, i, "modelled");
        const int64_t n = result_at(&r, i, result_find(&r, "n"))->count;

        assert_false(isnan(value));
        if (n != COUNT_NONE) {
            assert_true(n >= 30);
            continue;
        }
        few = true;
        near_to(value, round(value), 0);
        assert_true(isnan(number(&r, i, "se")));
        assert_true(isnan(number(&r, i, "gamma")));
        assert_true(isnan(number(&r, i, "direct")));
    }
    assert_true(few);
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

/* ---- the file ---- */

static char path[] = "areas_test_XXXXXX";

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void bad_file(const char *text, const char *cause)
{
    struct covariates c = {0};
    struct err err = {""};

    write_file(text);
    assert_int_not_equal(covariates_read(path, DIM_PROVINCE, &c, &err), ST_OK);
    if (!strstr(err.text, cause))
        fail_msg("'%s' does not say '%s'", err.text, cause);
    assert_null(c.row);
}

static enum status torture(void *ctx)
{
    struct covariates c = {0};
    struct err err = {""};
    const enum status st = covariates_read(path, DIM_PROVINCE, &c, &err);

    (void)ctx;
    covariates_free(&c);
    return st;
}

static const char *too_many(char *text, size_t size)
{
    size_t len = (size_t)snprintf(text, size, "province,x\n");

    for (int i = 0; i <= AREAS_MAX; i++)
        len += (size_t)snprintf(text + len, size - len, "%d,1\n", i);
    assert_true(len < size);
    return text;
}

static void test_covariates(void **state)
{
    static char text[16 * AREAS_MAX];
    struct covariates c = {0};
    struct err err = {""};

    (void)state;
    bad_file("area,x\n11,1\n", ":1: no column 'province'");
    bad_file("province\n11\n", ":1: no covariate");
    bad_file("province,x\n", "tells of no area");
    bad_file(too_many(text, sizeof text), "over 10000 areas");
    bad_file("province,x\n11,1\n11,2\n", ":3: 11 is told twice");
    bad_file("province,x\n11,many\n", ":2: x: 'many' is no number");
    bad_file("province,x\n11,inf\n", ":2: x: 'inf' is no number");
    bad_file("province,x\n,1\n", ":2: '' is no code");
    write_file("x,province,y\n2,11,-1e3\n0.5,31,4\n");
    assert_int_equal(covariates_read(path, DIM_PROVINCE, &c, &err), ST_OK);
    assert_int_equal(c.names, 2);
    assert_string_equal(c.name[1], "y");
    near_to(covariates_find(&c, "11")[0], 1.0, 0);
    near_to(covariates_find(&c, "11")[2], -1000.0, 0);
    assert_null(covariates_find(&c, "44"));
    covariates_free(&c);
    alloc_torture(torture, NULL);
    write_file("province,x\n11,1\n31,2\n");
}

/* An area that has answers and is not in the file is named; one that is only
 * in the file gets what the model expects. */
static void test_file_and_answers(void **state)
{
    struct query_setting file[] = {{"covariates", path, true}};
    struct query q = ask_for("mini-mob");
    struct world w;
    struct engine *e = NULL;
    struct result r = {0};

    (void)state;
    world_open(&w, 22, NULL, "mean");
    fill_world(&w, MINI_MOB, 600);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.setting = file;
    q.settings = 1;
    q.construct = "SAT";
    write_file("province,x\n11,1\n31,2\n44,5\n");
    assert_int_equal(engine_ask(e, &kind_areas, &q, &r, &w.err), ST_INVALID);
    assert_non_null(strstr(w.err.text, "nothing of province '65'"));
    write_file("province,x\n11,1\n31,2\n44,5\n65,4\n50,3\n");
    r = asked(&w, e, file, 1);
    assert_int_equal(r.rows, 5);
    assert_string_equal(result_at(&r, 4, result_find(&r, "province"))->text,
                        "50");
    assert_string_equal(result_at(&r, 4, result_find(&r, "flags"))->text,
                        "modelled synthetic");
    assert_false(isnan(number(&r, 4, "modelled")));
    result_free(&r);
    engine_close(&e);
    world_close(&w);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_variances),
                                       cmocka_unit_test(test_no_spread),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_few_areas),
                                       cmocka_unit_test(test_synthetic),
                                       cmocka_unit_test(test_question),
                                       cmocka_unit_test(test_suppressed),
                                       cmocka_unit_test(test_covariates),
                                       cmocka_unit_test(test_file_and_answers)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
