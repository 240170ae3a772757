/* engine_test.c - the numbers: against sums and a jackknife made straight from
 * the rows; days, months, frames, scopes; the same question twice. */
#include "scorer/world.h"

#include "engine_handle.h"

#include "scorer/index.h"

/* ---- rows, read once more without cells ---- */

struct rows {
    const struct survey *survey;
    const char *province; /* NULL: any */
    size_t count;
    struct {
        uint8_t answers[MINI_ITEMS];
        unsigned group;
        bool here; /* in the province */
    } row[4096];
};

static enum status keep_row(void *ctx, const struct store_row *row)
{
    struct rows *r = ctx;
    const struct response *in = &row->entry.response;

    if (memcmp(in->version, r->survey->version, HASH_SIZE) != 0 ||
        in->context.frame != FRAME_INVITED)
        return ST_OK;
    assert_true(r->count < 4096);
    memcpy(r->row[r->count].answers, in->answers, MINI_ITEMS);
    r->row[r->count].group = errors_group(in->respondent, in->id);
    r->row[r->count++].here =
        !r->province || streq(in->context.province, r->province);
    return ST_OK;
}

/* The index of a construct of the rows here but for one group, with weights
 * fitted on all rows but for that group. */
static double index_without(const struct rows *r, size_t construct,
                            unsigned group)
{
    struct moments *m = NULL;
    struct pls_model model;
    struct pls_fit fit;
    double mean[MINI_SCALES], cov[MINI_SCALES * MINI_SCALES], u[MINI_SCALES];
    double sum[MINI_SCALES] = {0}, n[MINI_SCALES] = {0};

    pls_model_of(r->survey, &model);
    assert_int_equal(moments_new(MINI_SCALES, true, &m), ST_OK);
    for (size_t i = 0; i < r->count; i++) {
        const uint8_t *a = r->row[i].answers;
        size_t there = 0;

        if (r->row[i].group == group)
            continue;
        for (size_t k = 0; k < MINI_SCALES; k++) {
            there += a[k] != 0;
            sum[k] += r->row[i].here ? a[k] : 0;
            n[k] += r->row[i].here && a[k];
        }
        if (there >= 7)
            assert_int_equal(moments_add(m, a, MINI_ITEMS, 1), ST_OK);
    }
    assert_int_equal(moments_covariance(m, r->survey->model.missing, NULL, NULL,
                                        mean, cov, NULL),
                     ST_OK);
    assert_int_equal(pls_estimate(&model, m->rows, mean, cov, NULL, &fit, NULL),
                     ST_OK);
    index_weights(&model, &fit, u);
    for (size_t k = 0; k < MINI_SCALES; k++)
        mean[k] = sum[k] / n[k];
    moments_free(&m);
    return index_value(&model, construct, u, mean);
}

/* Kott 2001, eq. 2, written once more. */
static double jackknife(const struct rows *r, size_t construct)
{
    static const size_t ends[] = {0, 3, 6, 8};
    double theta[GROUPS], mean = 0, var = 0;
    size_t g = 0;

    for (unsigned k = 0; k < GROUPS; k++) {
        bool used = false;

        for (size_t i = 0; i < r->count; i++)
            used = used || (r->row[i].group == k && r->row[i].here &&
                            !bytes_zero(r->row[i].answers + ends[construct],
                                        ends[construct + 1] - ends[construct]));
        if (used)
            theta[g++] = index_without(r, construct, k);
    }
    for (size_t k = 0; k < g; k++)
        mean += theta[k] / (double)g;
    for (size_t k = 0; k < g; k++)
        var += (theta[k] - mean) * (theta[k] - mean);
    return sqrt(var * (double)(g - 1) / (double)g);
}

static void check_against_rows(const char *missing, const char *province)
{
    struct rows *r = calloc(1, sizeof *r);
    struct world w;
    struct engine *e = NULL;
    struct scores s = {0};
    struct watermark mark = {0};
    struct query q = ask_for("mini-mob");
    const struct query_filter where = {DIM_PROVINCE, 1, &province};

    assert_non_null(r);
    world_open(&w, 77, NULL, missing);
    fill_world(&w, MINI_MOB, 1600);
    fill_world(&w, MINI_FIX, 100);
    r->survey = w.survey[MINI_MOB];
    r->province = province;
    ok(&w,
       store_scan(w.read, &mark, SCAN_NUMBERS, 0, keep_row, r, &mark, &w.err));
    q.filter = &where;
    q.filters = province ? 1 : 0;
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_scores(e, &q, &s, &w.err));
    assert_int_equal(s.count, MINI_CONSTRUCTS);
    for (size_t c = 0; c < s.count; c++) {
        near(s.list[c].index, index_without(r, c, GROUPS));
        near(s.list[c].interval.se, jackknife(r, c));
        if (!province) /* t of 49 degrees, from a table */
            near(s.list[c].interval.high - s.list[c].index,
                 s.list[c].interval.se * 2.0095752371292397);
        assert_string_equal(s.list[c].method, province ? "parent" : "own");
        assert_string_equal(s.list[c].status, "live");
        assert_int_equal(s.list[c].flags, 0);
    }
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
    free(r);
}

static void test_national_index(void **state)
{
    (void)state;
    check_against_rows("mean", NULL);
    check_against_rows("pairwise", NULL);
}

static void test_a_provinces_index(void **state)
{
    (void)state;
    check_against_rows("mean", "44");
}

static int64_t n_of(struct world *w, struct engine *e, const struct query *q)
{
    struct scores s = {0};
    int64_t n = 0;

    ok(w, engine_scores(e, q, &s, &w->err));
    for (size_t i = 0; i < s.count; i++)
        n += s.list[i].n;
    scores_free(&s);
    return n;
}

static void test_frames(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = ask_for("one");
    struct survey *one;

    (void)state;
    world_open(&w, 17, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    answer_alike(&w, (struct one){one, 1, 5, NULL, FRAME_INVITED, 0});
    answer_alike(&w, (struct one){one, 20, 5, NULL, FRAME_OPEN, 0});
    answer_alike(&w, (struct one){one, 300, 5, NULL, FRAME_TEST, 0});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_int_equal(n_of(&w, e, &q), 1);
    q.frames = 1u << FRAME_OPEN;
    assert_int_equal(n_of(&w, e, &q), 20);
    q.frames = 1u << FRAME_OPEN | 1u << FRAME_INVITED | 1u << FRAME_TEST;
    assert_int_equal(n_of(&w, e, &q), 21); /* test is never pooled */
    q.frames = 1u << FRAME_TEST;
    assert_int_equal(n_of(&w, e, &q), 300);
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

static void test_days(void **state)
{
    const int32_t first = period_first(OCTOBER), last = period_last(OCTOBER);
    struct world w;
    struct engine *e = NULL;
    struct query q = ask_for("one");
    struct survey *one;

    (void)state;
    world_open(&w, 18, NULL, "mean");
    one = define_lone(&w, "one", "none", "MOB");
    for (int32_t day = first - 40; day < last + 40; day++)
        answer_alike(&w, (struct one){one, 1, 5, NULL, FRAME_INVITED, day});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    for (int32_t from = first - 33; from <= first + 2; from += 5)
        for (int32_t to = from; to <= last + 33; to += 1) {
            q.from = from;
            q.to = to;
            assert_int_equal(n_of(&w, e, &q), to - from + 1);
        }
    engine_close(&e);
    world_close(&w);
    survey_free(&one);
}

/* The months' own sums and those of their days are the same bits. */
static void test_layers_agree(void **state)
{
    static const char *const places[] = {"", "HOTLINE", "APP"};
    static const enum dimension by[] = {DIM_PROVINCE, DIM_CHANNEL, DIM_PERIOD};
    const struct query_filter all = {DIM_TOUCHPOINT, 3, places};
    struct world w;
    struct engine *e = NULL;
    struct scores months = {0}, days = {0};
    struct query q = ask_for("mini");

    (void)state;
    world_open(&w, 19, NULL, "mean");
    fill_world(&w, MINI_MOB, 2500);
    fill_world(&w, MINI_FIX, 700);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 3;
    ok(&w, engine_scores(e, &q, &months, &w.err));
    q.filter = &all;
    q.filters = 1;
    ok(&w, engine_scores(e, &q, &days, &w.err));
    assert_int_equal(months.count, 4 * 3 * 2 * MINI_CONSTRUCTS);
    assert_same_scores(&months, &days, 3);
    scores_free(&months);
    scores_free(&days);
    engine_close(&e);
    world_close(&w);
}

/* A scope restricts what is read and leaves the national weights alone. */
static void test_scope(void **state)
{
    static const char *const codes[] = {"31", "44"};
    static const enum dimension by[] = {DIM_PROVINCE};
    const struct query_filter in = {DIM_PROVINCE, 2, codes};
    struct world w;
    struct engine *e = NULL;
    struct scores all = {0}, mine = {0};
    struct query q = ask_for("mini-mob");

    (void)state;
    world_open(&w, 20, NULL, "mean");
    fill_world(&w, MINI_MOB, 2000);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.by = by;
    q.by_count = 1;
    ok(&w, engine_scores(e, &q, &all, &w.err));
    q.scope = &in;
    q.scopes = 1;
    ok(&w, engine_scores(e, &q, &mine, &w.err));
    assert_int_equal(all.count, 4 * MINI_CONSTRUCTS);
    assert_int_equal(mine.count, 2 * MINI_CONSTRUCTS);
    for (size_t i = 0; i < mine.count; i++) {
        const struct score *m = &mine.list[i];
        const struct score *a =
            find(&all, "mini-mob", m->cell[0], m->construct);

        assert_true(same_double(a->index, m->index));
        assert_true(same_double(a->interval.se, m->interval.se));
    }
    assert_string_not_equal(all.query, mine.query);
    scores_free(&all);
    scores_free(&mine);
    engine_close(&e);
    world_close(&w);
}

/* The same request on the same watermark: the same id and the same bits. */
static void test_query_id(void **state)
{
    struct world w;
    struct engine *e = NULL, *f = NULL;
    struct scores a = {0}, b = {0};
    struct query q = ask_for("mini-mob");

    (void)state;
    world_open(&w, 22, NULL, "mean");
    fill_world(&w, MINI_MOB, 500);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_on(w.read, NULL, &f, &w.err));
    ok(&w, engine_scores(e, &q, &a, &w.err));
    ok(&w, engine_scores(f, &q, &b, &w.err));
    assert_int_equal(strlen(a.query), 32);
    assert_string_equal(a.query, b.query);
    assert_same_scores(&a, &b, 0);
    scores_free(&b);
    fill_world(&w, MINI_MOB, 1);
    ok(&w, engine_scores(f, &q, &b, &w.err));
    assert_string_not_equal(a.query, b.query);
    scores_free(&a);
    scores_free(&b);
    engine_close(&e);
    engine_close(&f);
    world_close(&w);
}

static void test_frozen_weights(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct scores refit = {0}, frozen = {0}, base = {0};
    struct query q = ask_for("mini-mob");

    (void)state;
    world_open(&w, 23, NULL, "mean");
    fill_world(&w, MINI_MOB, 2600);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.from = period_first(NOVEMBER);
    ok(&w, engine_scores(e, &q, &refit, &w.err));
    q.weights = WEIGHTS_FROZEN;
    q.base_from = period_first(OCTOBER);
    q.base_to = period_last(OCTOBER);
    ok(&w, engine_scores(e, &q, &frozen, &w.err));
    q.base_from = period_first(NOVEMBER);
    q.base_to = period_last(NOVEMBER);
    ok(&w, engine_scores(e, &q, &base, &w.err));
    for (size_t i = 0; i < MINI_CONSTRUCTS; i++) {
        assert_true(refit.list[i].index != frozen.list[i].index);
        assert_true(fabs(refit.list[i].index - frozen.list[i].index) < 1);
        assert_true(same_double(refit.list[i].index, base.list[i].index));
        assert_string_equal(refit.list[i].method, "own");
        assert_string_equal(frozen.list[i].method, "parent");
    }
    scores_free(&refit);
    scores_free(&frozen);
    scores_free(&base);
    engine_close(&e);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_national_index),
        cmocka_unit_test(test_a_provinces_index),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_layers_agree),
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_query_id),
        cmocka_unit_test(test_frozen_weights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
