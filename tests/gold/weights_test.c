/* weights_test.c - raked and post-stratified weights, and the means, totals
 * and standard errors of R's survey package. */
#include <unistd.h>

#include "gold.h"
#include "scorer/people.h"
#include "scorer/totals.h"

enum { ROWS_MAX = 200 };

/* A sample of Californian schools, clusters or strata as its file has them. */
struct schools {
    struct gold data;
    size_t rows;
    double weight[ROWS_MAX];
    uint32_t group[ROWS_MAX]; /* number of the cluster or stratum */
    double fpc[ROWS_MAX];     /* of each group, or of all in [0] */
    const char *code[ROWS_MAX * 2];
};

static uint32_t number_of(const struct schools *s, size_t row, size_t c,
                          uint32_t *count)
{
    for (size_t i = 0; i < row; i++)
        if (streq(gold_text(&s->data, i, c), gold_text(&s->data, row, c)))
            return s->group[i];
    return (*count)++;
}

static void read_schools(struct schools *s, const char *file, const char *group)
{
    uint32_t groups = 0;

    s->data = gold_read(file);
    s->rows = s->data.rows;
    for (size_t i = 0; i < s->rows; i++) {
        s->weight[i] = gold_number(&s->data, i, gold_column(&s->data, "pw"));
        s->group[i] = number_of(s, i, gold_column(&s->data, group), &groups);
        s->fpc[s->group[i]] =
            gold_number(&s->data, i, gold_column(&s->data, "fpc"));
    }
}

static void column_of(const struct schools *s, const char *name, double *out)
{
    const size_t c = gold_column(&s->data, name);

    for (size_t i = 0; i < s->rows; i++)
        out[i] = gold_number(&s->data, i, c);
}

/* The margins of the reference files, as a population file. */
static void write_margins(const char *path, bool both)
{
    struct gold type = gold_read("api_margin_stype.csv");
    struct gold wide = gold_read("api_margin_schwide.csv");
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    fputs(both ? "stype,sch.wide,population\n" : "stype,population\n", out);
    for (size_t i = 0; i < type.rows; i++)
        fprintf(out, both ? "%s,,%s\n" : "%s,%s\n", gold_text(&type, i, 0),
                gold_text(&type, i, 1));
    for (size_t i = 0; both && i < wide.rows; i++)
        fprintf(out, ",%s,%s\n", gold_text(&wide, i, 0),
                gold_text(&wide, i, 1));
    fclose(out);
    gold_free(&type);
    gold_free(&wide);
}

struct margins {
    struct population *population;
    struct raking *raking;
};

static void place(struct schools *s, bool both, struct margins *out)
{
    const char *path = "weights-gold.csv";
    struct people_units units = {s->rows, s->code};
    struct err err = {""};

    write_margins(path, both);
    assert_int_equal(population_read(path, &out->population, &err), ST_OK);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t c = 0; c < out->population->columns; c++)
            s->code[i * out->population->columns + c] = gold_text(
                &s->data, i, gold_column(&s->data, out->population->column[c]));
    assert_int_equal(
        raking_new(out->population, NULL, &units, &out->raking, &err), ST_OK);
    unlink(path);
}

static void margins_free(struct margins *m)
{
    raking_free(&m->raking);
    population_free(&m->population);
}

static void solve(const struct schools *s, const struct margins *m,
                  double *weight)
{
    const struct raking_rule rule = raking_plain();
    double turn[5], rows[ROWS_MAX];
    struct err err = {""};
    enum status st;

    assert_in_range(raking_categories(m->raking), 1, 5);
    for (size_t i = 0; i < 5; i++)
        turn[i] = 1;
    for (size_t i = 0; i < s->rows; i++)
        rows[i] = 1;
    st = raking_solve(m->raking, &rule, s->weight, rows, turn, weight, &err);
    if (st != ST_OK)
        fail_msg("%s", err.text);
}

static void compare(const char *column, const double *weight)
{
    struct gold want = gold_read("survey_weights_apiclus1.csv");
    const size_t c = gold_column(&want, column);

    for (size_t i = 0; i < want.rows; i++)
        assert_near(weight[i], gold_number(&want, i, c), 1e-8);
    gold_free(&want);
}

static void test_weights(void **state)
{
    struct schools s;
    struct margins m;
    double weight[ROWS_MAX];

    (void)state;
    read_schools(&s, "apiclus1.csv", "dnum");
    place(&s, true, &m);
    solve(&s, &m, weight);
    compare("rake", weight);
    compare("calib_raking", weight);
    margins_free(&m);
    place(&s, false, &m);
    solve(&s, &m, weight);
    compare("poststrat", weight);
    margins_free(&m);
    gold_free(&s.data);
}

/* ---- means ---- */

static void assert_relative(double got, double want, const char *what)
{
    if (!(fabs(got - want) <= 1e-6 * fabs(want)))
        fail_msg("%s: got %.15g, want %.15g", what, got, want);
}

static void check(const struct totals_sample *sample, const struct schools *s,
                  const char *design, const char *variable)
{
    struct gold want = gold_read("survey_means.csv");
    double x[ROWS_MAX];
    struct totals t;
    struct err err = {""};
    bool found = false;

    column_of(s, variable, x);
    assert_int_equal(totals_of(sample, x, NULL, &t, &err), ST_OK);
    for (size_t i = 0; i < want.rows; i++) {
        if (!streq(gold_text(&want, i, 0), design) ||
            !streq(gold_text(&want, i, 1), variable))
            continue;
        found = true;
        assert_relative(t.mean, gold_number(&want, i, 2), "mean");
        assert_relative(t.mean_se, gold_number(&want, i, 3), "se_mean");
        assert_relative(t.deff, gold_number(&want, i, 4), "deff");
        assert_relative(t.total, gold_number(&want, i, 5), "total");
        assert_relative(t.total_se, gold_number(&want, i, 6), "se_total");
        assert_relative(t.weight, gold_number(&want, i, 7), "sum_w");
        assert_int_equal(t.n, gold_number(&want, i, 8));
        assert_relative(t.kish_deff, gold_number(&want, i, 9), "kish_deff");
    }
    assert_true(found);
    gold_free(&want);
}

static void check_both(const struct totals_sample *sample,
                       const struct schools *s, const char *design)
{
    check(sample, s, design, "api00");
    check(sample, s, design, "enroll");
}

static void test_clusters(void **state)
{
    struct schools s;
    struct totals_sample sample;

    (void)state;
    read_schools(&s, "apiclus1.csv", "dnum");
    sample = (struct totals_sample){
        .rows = s.rows, .weight = s.weight, .cluster = s.group, .fpc = s.fpc};
    check_both(&sample, &s, "apiclus1_cluster_fpc");
    sample.fpc = NULL;
    check_both(&sample, &s, "apiclus1_cluster_nofpc");
    gold_free(&s.data);
}

static void test_strata(void **state)
{
    struct schools s;
    struct totals_sample sample;

    (void)state;
    read_schools(&s, "apistrat.csv", "stype");
    sample = (struct totals_sample){
        .rows = s.rows, .weight = s.weight, .stratum = s.group, .fpc = s.fpc};
    check_both(&sample, &s, "apistrat_strat_fpc");
    sample.fpc = NULL;
    check_both(&sample, &s, "apistrat_strat_nofpc");
    gold_free(&s.data);
}

/* Raked and post-stratified by us; the linear one's weights are the file's. */
static void test_calibrated(void **state)
{
    struct schools s;
    struct margins m;
    double weight[ROWS_MAX];
    struct totals_sample sample;
    struct gold linear = gold_read("survey_weights_apiclus1.csv");

    (void)state;
    read_schools(&s, "apiclus1.csv", "dnum");
    place(&s, true, &m);
    solve(&s, &m, weight);
    sample = (struct totals_sample){.rows = s.rows,
                                    .weight = weight,
                                    .base = s.weight,
                                    .calibrated = m.raking,
                                    .cluster = s.group,
                                    .fpc = s.fpc};
    check_both(&sample, &s, "apiclus1_raked_fpc");
    for (size_t i = 0; i < s.rows; i++)
        weight[i] =
            gold_number(&linear, i, gold_column(&linear, "calib_linear_greg"));
    check_both(&sample, &s, "apiclus1_calib_linear_fpc");
    margins_free(&m);
    place(&s, false, &m);
    solve(&s, &m, weight);
    sample.calibrated = m.raking;
    check_both(&sample, &s, "apiclus1_poststrat_fpc");
    margins_free(&m);
    gold_free(&linear);
    gold_free(&s.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights), cmocka_unit_test(test_clusters),
        cmocka_unit_test(test_strata), cmocka_unit_test(test_calibrated)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
