/* mend_test.c - what to mend first, against a computation from the rows. */
#include "sample.h"

#include "scorer/importance.h"
#include "scorer/index.h"

/* ---- the second computation ---- */

struct numbers {
    double importance[MINI_SCALES]; /* for LOY */
    double effect[MINI_CONSTRUCTS];
    double nation[MINI_SCALES], cell[MINI_SCALES]; /* 0-100 */
    double index_nation[MINI_CONSTRUCTS], index_cell[MINI_CONSTRUCTS];
};

static double percent(double mean)
{
    return (mean - 1) / 9 * 100;
}

static void means_of(const struct sample *s, const char *province,
                     unsigned without, double *out)
{
    for (size_t j = 0; j < MINI_SCALES; j++) {
        double sum = 0, n = 0;

        for (size_t i = 0; i < s->count; i++) {
            const uint8_t x = s->p[i].answers[j];

            if (s->group[i] == without || !x ||
                (province && !streq(s->p[i].r.context.province, province)))
                continue;
            sum += x;
            n++;
        }
        out[j] = sum / n;
    }
}

/* Rows of at least 80 % of the eight items: seven. */
static void fit_rows(const struct sample *s, unsigned without,
                     struct pls_fit *fit)
{
    double mean[MINI_SCALES], cov[MINI_SCALES * MINI_SCALES];
    struct moments *m = NULL;
    struct err err = {""};

    assert_int_equal(moments_new(MINI_SCALES, false, &m), ST_OK);
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *x = s->p[i].answers;
        size_t there = 0;

        for (size_t j = 0; j < MINI_SCALES; j++)
            there += x[j] != 0;
        if (there >= 7 && s->group[i] != without)
            assert_int_equal(moments_add(m, x, MINI_SCALES, 1), ST_OK);
    }
    assert_int_equal(
        moments_covariance(m, MISSING_MEAN, NULL, NULL, mean, cov, &err),
        ST_OK);
    assert_int_equal(
        pls_estimate(&s->model, m->rows, mean, cov, NULL, fit, &err), ST_OK);
    moments_free(&m);
}

static void compute(const struct sample *s, const char *province,
                    unsigned without, struct numbers *out)
{
    enum { K = MINI_CONSTRUCTS };
    const struct pls_model *m = &s->model;
    double u[ITEMS_MAX], nation[MINI_SCALES], cell[MINI_SCALES];
    double sd[K];
    struct pls_fit fit;

    fit_rows(s, without, &fit);
    index_replicate_weights(m, &fit, u);
    means_of(s, NULL, without, nation);
    means_of(s, province, without, cell);
    for (size_t c = 0; c < K; c++) {
        double k = 0;

        for (size_t j = m->first[c]; j < m->first[c + 1]; j++)
            k += fit.weight[j] / fit.sd[j];
        sd[c] = 1 / k;
        out->index_nation[c] = index_value(m, c, u, nation);
        out->index_cell[c] = index_value(m, c, u, cell);
    }
    for (size_t c = 0; c < K; c++) {
        out->effect[c] = fit.total[2 * K + c] * sd[2] / sd[c];
        for (size_t j = m->first[c]; j < m->first[c + 1]; j++) {
            out->importance[j] = u[j] * out->effect[c];
            out->nation[j] = percent(nation[j]);
            out->cell[j] = percent(cell[j]);
        }
    }
}

/* Figure `column` of a row against a value and its replicates. */
static void check_figure(const struct result *r, size_t row, const char *column,
                         double value, const double *replicate, size_t groups)
{
    const struct interval want =
        errors_jackknife(value, replicate, groups, NULL);
    char name[64];

    near(number(r, row, column), value);
    (void)snprintf(name, sizeof name, "%s_se", column);
    near(number(r, row, name), want.se);
    (void)snprintf(name, sizeof name, "%s_low", column);
    near(number(r, row, name), want.low);
    (void)snprintf(name, sizeof name, "%s_high", column);
    near(number(r, row, name), want.high);
}

static bool group_is_in(const struct sample *s, unsigned g,
                        const char *province)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->group[i] == g && streq(s->p[i].r.context.province, province))
            return true;
    return false;
}

static void check_item(const struct sample *s, const struct result *r,
                       const char *province, size_t j,
                       const struct numbers *all, const struct numbers *part)
{
    const size_t row =
        row_of(r, province, s->w.survey[0]->item[j].code, "item");
    double own[GROUPS], importance[GROUPS], gain[GROUPS], behind[GROUPS];
    const double gap = all->nation[j] - all->cell[j];
    size_t n = 0;

    for (unsigned g = 0; g < GROUPS; g++) {
        if (group_is_in(s, g, province))
            own[n++] = part[g].cell[j];
        importance[g] = part[g].importance[j];
        gain[g] = importance[g] * (part[g].nation[j] - part[g].cell[j]);
        behind[g] = part[g].cell[j] - part[g].nation[j];
    }
    check_figure(r, row, "performance", all->cell[j], own, n);
    check_figure(r, row, "importance", all->importance[j], importance, GROUPS);
    near(number(r, row, "headroom"), all->importance[j] * (100 - all->cell[j]));
    near(number(r, row, "aim"), all->nation[j]);
    near(number(r, row, "gap"), gap);
    near(number(r, row, "behind"),
         -gap / errors_jackknife(-gap, behind, GROUPS, NULL).se);
    assert_true((strstr(text(r, row, "flags"), "reached") != NULL) ==
                (gap <= 0));
    if (gap > 0)
        check_figure(r, row, "gain", all->importance[j] * gap, gain, GROUPS);
    else
        assert_true(isnan(number(r, row, "gain")) &&
                    isnan(number(r, row, "gain_se")));
}

static void test_by_hand(void **state)
{
    struct query_setting loyalty[] = {{"target", "LOY", false},
                                      {"of", "constructs", false}};
    struct numbers all, *part = calloc(GROUPS, sizeof *part);
    struct sample *s = malloc(sizeof *s);
    struct result items, constructs;

    (void)state;
    assert_non_null(s);
    assert_non_null(part);
    open_sample(s, 41, PEOPLE);
    items = asked(s, loyalty, 1);
    constructs = asked(s, loyalty, 2);
    assert_int_equal(items.rows, 4 * 6); /* those of LOY are no way to it */
    assert_int_equal(constructs.rows, 4 * 2);
    for (size_t p = 0; p < 4; p++) {
        compute(s, provinces[p], ALL_GROUPS, &all);
        for (unsigned g = 0; g < GROUPS; g++)
            compute(s, provinces[p], g, &part[g]);
        for (size_t j = 0; j < 6; j++)
            check_item(s, &items, provinces[p], j, &all, part);
        for (size_t c = 0; c < 2; c++) {
            const size_t row = row_of(&constructs, provinces[p],
                                      c ? "SAT" : "IMG", "construct");

            near(number(&constructs, row, "importance"), all.effect[c]);
            near(number(&constructs, row, "performance"), all.index_cell[c]);
            near(number(&constructs, row, "gap"),
                 all.index_nation[c] - all.index_cell[c]);
            assert_string_equal(text(&constructs, row, "item"), "");
        }
    }
    result_free(&items);
    result_free(&constructs);
    close_sample(s);
    free(part);
    free(s);
}

/* The largest gain first, then what has no gain by headroom. */
static void test_order(void **state)
{
    struct query_setting settings[] = {{"target", "LOY", false},
                                       {"sort", "weakest", false},
                                       {"top", "2", false}};
    struct sample *s = malloc(sizeof *s);
    struct result r;

    (void)state;
    assert_non_null(s);
    open_sample(s, 42, PEOPLE);
    r = asked(s, settings, 1);
    for (size_t i = 0; i < r.rows; i++) {
        const double gain = number(&r, i, "gain");
        const double before = i % 6 ? number(&r, i - 1, "gain") : INFINITY;

        assert_int_equal(count(&r, i, "rank"), i % 6 + 1);
        if (!isnan(gain))
            assert_true(gain <= before);
        else if (i % 6 && isnan(before))
            assert_true(number(&r, i, "headroom") <=
                        number(&r, i - 1, "headroom"));
    }
    result_free(&r);
    r = asked(s, settings, 3);
    assert_int_equal(r.rows, 4 * 2);
    for (size_t i = 1; i < r.rows; i += 2)
        assert_true(number(&r, i - 1, "behind") <= number(&r, i, "behind"));
    result_free(&r);
    close_sample(s);
    free(s);
}

static void test_best(void **state)
{
    struct query_setting settings[] = {{"aim", "best", false}};
    struct sample *s = malloc(sizeof *s);
    struct result r;

    (void)state;
    assert_non_null(s);
    open_sample(s, 43, PEOPLE);
    r = asked(s, settings, 1);
    assert_int_equal(r.rows, 4 * 3); /* IMG alone leads to SAT */
    for (size_t j = 0; j < 3; j++) {
        const char *item = s->w.survey[0]->item[j].code;
        const char *best = "";
        double most = -1;

        for (size_t p = 0; p < 4; p++) {
            const size_t row = row_of(&r, provinces[p], item, "item");

            if (number(&r, row, "performance") > most) {
                most = number(&r, row, "performance");
                best = provinces[p];
            }
        }
        for (size_t p = 0; p < 4; p++) {
            const size_t row = row_of(&r, provinces[p], item, "item");

            assert_string_equal(text(&r, row, "aim_cell"), best);
            near(number(&r, row, "aim"), most);
            assert_true(streq(provinces[p], best) ==
                        isnan(number(&r, row, "gain")));
        }
    }
    result_free(&r);
    close_sample(s);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand),
                                       cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_best)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
