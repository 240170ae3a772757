/* counts_test.c - how often each answer was given, against counting by hand. */
#include "kept.h"

#include "engine_handle.h"

#include "alloc.h"
#include "scorer/counts.h"

enum { WHY = 8, PEOPLE = 700 };

struct fixture {
    struct world w;
    struct kept kept;
    struct engine *e;
};

static void open_fixture(struct fixture *f, uint64_t seed)
{
    *f = (struct fixture){0};
    world_open(&f->w, seed, NULL, "mean");
    keep_world(&f->w, MINI_MOB, PEOPLE, &f->kept);
    keep_world(&f->w, MINI_FIX, PEOPLE / 2, &f->kept);
    ok(&f->w, engine_on(f->w.read, NULL, &f->e, &f->w.err));
    ok(&f->w, engine_update(f->e, &f->w.err));
}

static void close_fixture(struct fixture *f)
{
    engine_close(&f->e);
    free(f->kept.person);
    world_close(&f->w);
}

/* Answers `value` to `item` of the survey in the province and channel, but for
 * those of a group (GROUPS: none); 0: rows with or without an answer. */
static int64_t by_hand(const struct fixture *f, const struct survey *s,
                       size_t item, const char *province, const char *channel,
                       uint8_t value, unsigned without)
{
    int64_t n = 0;

    for (size_t i = 0; i < f->kept.count; i++) {
        const struct person *p = &f->kept.person[i];
        const struct context *c = &p->r.context;

        n += kept_of(p, s) && c->frame == FRAME_INVITED &&
             (!province || streq(c->province, province)) &&
             (!channel || streq(channel_name(c->channel), channel)) &&
             kept_group(p) != without && (!value || p->answers[item] == value);
    }
    return n;
}

static void check(const struct fixture *f, const struct item_counts *c,
                  const char *province, const char *channel)
{
    const size_t item = (size_t)(c->item - c->survey->item);
    int64_t n = 0;

    assert_int_equal(c->rows,
                     by_hand(f, c->survey, item, province, channel, 0, GROUPS));
    for (size_t v = 1; v <= c->points; v++) {
        const int64_t all =
            by_hand(f, c->survey, item, province, channel, (uint8_t)v, GROUPS);

        n += all;
        assert_true(c->count[v - 1] == (double)all);
        for (unsigned g = 0; g < GROUPS; g++)
            assert_true(c->without[g * c->points + v - 1] ==
                        (double)by_hand(f, c->survey, item, province, channel,
                                        (uint8_t)v, g));
    }
    assert_int_equal(c->n, n);
    assert_true(c->n_eff == (double)n);
}

static void test_by_hand(void **state)
{
    static const enum dimension by[] = {DIM_PROVINCE, DIM_CHANNEL};
    static const char *const items[] = {"WHY", "SAT2"};
    struct fixture f;
    struct query q = ask_for("mini-mob");
    struct counts l = {0};
    bool *met = NULL;

    (void)state;
    open_fixture(&f, 11);
    q.by = by;
    q.by_count = 2;
    ok(&f.w, engine_counts(f.e, &q, items, 2, &l, &met, &f.w.err));
    assert_int_equal(l.count, 4 * CHANNELS * 2);
    assert_true(met[0]);
    for (size_t i = 0; i < l.count; i++) {
        const struct item_counts *c = &l.list[i];

        assert_string_equal(c->item->code, items[i % 2]);
        assert_int_equal(c->points, i % 2 ? 10 : 3);
        check(&f, c, c->cell[0], c->cell[1]);
    }
    free(met);
    counts_free(&l);
    close_fixture(&f);
}

/* By month and by day: the same counts; a family's forms stand side by side. */
static void test_days_and_families(void **state)
{
    static const char *const items[] = {"LOY2"};
    static const enum dimension touchpoint[] = {DIM_TOUCHPOINT};
    struct fixture f;
    struct query q = ask_for("mini");
    struct counts l = {0};

    (void)state;
    open_fixture(&f, 12);
    ok(&f.w, engine_counts(f.e, &q, items, 1, &l, NULL, &f.w.err));
    assert_int_equal(l.count, 2);
    assert_string_equal(l.list[0].survey->code, "mini-fix");
    assert_string_equal(l.list[1].survey->code, "mini-mob");
    for (size_t i = 0; i < 2; i++) {
        check(&f, &l.list[i], NULL, NULL);
        assert_true(l.list[i].rollup == 1);
    }
    {
        const double all = l.list[1].count[4];
        double sum = 0;

        counts_free(&l);
        q.survey = "mini-mob";
        q.by = touchpoint;
        q.by_count = 1;
        ok(&f.w, engine_counts(f.e, &q, items, 1, &l, NULL, &f.w.err));
        assert_int_equal(l.count, 3);
        for (size_t i = 0; i < l.count; i++)
            sum += l.list[i].count[4];
        assert_true(sum == all);
    }
    counts_free(&l);
    close_fixture(&f);
}

/* A share's error is that of its replicates. */
static void test_interval(void **state)
{
    static const char *const items[] = {"SAT1"};
    struct fixture f;
    struct query q = ask_for("mini-mob");
    struct counts l = {0};
    const struct item_counts *c;
    double without[GROUPS], used[GROUPS], value;
    struct interval a, b;
    size_t n = 0;

    (void)state;
    open_fixture(&f, 13);
    ok(&f.w, engine_counts(f.e, &q, items, 1, &l, NULL, &f.w.err));
    c = &l.list[0];
    value = c->count[9] / (double)c->n;
    for (size_t g = 0; g < GROUPS; g++) {
        double sum = 0;

        for (size_t v = 0; v < c->points; v++)
            sum += c->without[g * c->points + v];
        without[g] = c->without[g * c->points + 9] / sum;
        if (c->used[g])
            used[n++] = without[g];
    }
    a = counts_interval(value, without, &c, 1);
    b = errors_jackknife(value, used, n, NULL);
    assert_true(same_double(a.se, b.se) && same_double(a.low, b.low));
    assert_true(a.se > 0);
    counts_free(&l);
    close_fixture(&f);
}

static void test_refusals(void **state)
{
    static const char *const twice[] = {"SAT1", "SAT1"};
    static const char *const none[] = {"SAT9"};
    static const char *const text[] = {"MORE"};
    struct fixture f;
    struct query q = ask_for("mini-mob");
    struct counts l = {0};
    struct err err = {""};

    (void)state;
    open_fixture(&f, 14);
    assert_int_equal(engine_counts(f.e, &q, twice, 2, &l, NULL, &err),
                     ST_INVALID);
    assert_string_equal(err.text, "SAT1: named twice");
    assert_int_equal(engine_counts(f.e, &q, none, 1, &l, NULL, &err),
                     ST_NOTFOUND);
    assert_string_equal(err.text, "mini-mob has no item 'SAT9'");
    assert_int_equal(engine_counts(f.e, &q, text, 1, &l, NULL, &err),
                     ST_INVALID);
    assert_string_equal(err.text, "mini-mob: MORE is a text");
    assert_int_equal(
        engine_counts(f.e, &q, none, COUNTED_ITEMS_MAX + 1, &l, NULL, &err),
        ST_RANGE);
    ok(&f.w, engine_counts(f.e, &q, NULL, 0, &l, NULL, &f.w.err));
    assert_int_equal(l.count, 0);
    assert_int_equal(l.surveys, 1);
    assert_string_equal(l.survey[0]->code, "mini-mob");
    assert_string_equal(l.weighting, "none");
    assert_int_equal(f.e->fits, 0);
    counts_free(&l);
    q.from = q.to = period_first(OCTOBER) - 40;
    ok(&f.w, engine_counts(f.e, &q, twice, 1, &l, NULL, &f.w.err));
    assert_int_equal(l.count, 0);
    counts_free(&l);
    close_fixture(&f);
}

static enum status torture(void *ctx)
{
    static const char *const items[] = {"SAT1", "WHY"};
    struct fixture *f = ctx;
    const struct query q = ask_for("mini");
    struct counts l = {0};
    bool *met = NULL;
    enum status st = engine_counts(f->e, &q, items, 2, &l, &met, NULL);

    free(met);
    counts_free(&l);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f, 15);
    alloc_torture(torture, &f);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand),
                                       cmocka_unit_test(test_days_and_families),
                                       cmocka_unit_test(test_interval),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_out_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
