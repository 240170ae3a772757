/* watch_test.c - a watch by a clock of the test: when it looks, what it finds
 * again, and what it tells. */
#include "scorer/world.h"

#include "ledger.h"
#include "scorer/live.h"
#include "scorer/warn.h"

static const char ledger[] = "watch_test-warnings.db";
static const enum dimension by[] = {DIM_PROVINCE};

struct told {
    size_t count;
    uint64_t last;
};

static void tell(void *ctx, const struct warning *w)
{
    struct told *t = ctx;

    assert_int_equal(w->number, t->last + 1);
    t->last = w->number;
    t->count++;
}

static void clean(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[64];

    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", ledger, ends[i]);
        unlink(name);
    }
}

/* `people` on each of the days; province 31 falls by `worse` points. */
static void fill(struct world *w, int32_t first, int32_t last, size_t people,
                 int worse)
{
    ok(w, store_begin(w->write, &w->err));
    for (int32_t day = first; day <= last; day++)
        for (size_t i = 0; i < people; i++) {
            struct person p;

            person_make(w, MINI_MOB, &p);
            p.r.event_at = period_start(day) + 3600000 + (int64_t)i;
            p.r.context.frame = FRAME_INVITED;
            for (size_t k = 0;
                 k < MINI_SCALES && streq(p.r.context.province, "31"); k++)
                if (p.answers[k] > worse)
                    p.answers[k] = (uint8_t)(p.answers[k] - worse);
            assert_int_equal(submit(w, &p, false), VERDICT_ACCEPTED);
        }
    ok(w, store_commit(w->write, &w->err));
}

static struct watch *watch(struct world *w, struct told *told)
{
    const struct watch_plan plan = {.survey = "mini-mob",
                                    .by_count = 1,
                                    .by = by,
                                    .false_alarms = 0.05,
                                    .ledger = ledger,
                                    .every_ms = 3600000,
                                    .webhooks = "",
                                    .publish = tell,
                                    .ctx = told};
    struct watch *out = NULL;

    ok(w, watch_new(&plan, &out, &w->err));
    return out;
}

/* Until there is nothing more to do; how many steps that took. */
static size_t look(struct world *w, struct engine *e, struct watch *x,
                   int64_t now)
{
    bool more = true;
    size_t steps = 0;

    ok(w, engine_update(e, &w->err));
    for (; more; steps++)
        ok(w, watch_step(x, e, now, &more, &w->err));
    return steps;
}

static int64_t noon(int32_t day)
{
    return period_start(day) + 12 * INT64_C(3600000);
}

static void test_life(void **state)
{
    const int32_t first = period_first(OCTOBER), bad = first + 40;
    struct told told = {0, 0};
    struct world w;
    struct engine *e = NULL;
    struct watch *x;
    size_t before;

    (void)state;
    world_open(&w, 31, NULL, "mean");
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    x = watch(&w, &told);
    (void)look(&w, e, x, noon(first)); /* nobody has answered */
    assert_int_equal(told.count, 0);
    fill(&w, first, bad - 1, 60, 0);
    assert_true(look(&w, e, x, noon(bad)) > 300); /* a year, day by day */
    before = told.count;
    assert_true(before <= 1);
    assert_int_equal(look(&w, e, x, noon(bad) + 60000), 1); /* nothing new */
    fill(&w, bad, bad + 5, 60, 3);
    /* new answers, but not an hour later, and the day is not over */
    assert_int_equal(look(&w, e, x, noon(bad) + 120000), 1);
    assert_int_equal(told.count, before);
    /* a day that has ended five minutes ago: the fall is one day old */
    assert_true(look(&w, e, x, period_start(bad + 1) + 230000) > 300);
    assert_int_equal(told.count, before);
    assert_int_equal(look(&w, e, x, period_start(bad + 1) + 299999), 1);
    assert_true(look(&w, e, x, period_start(bad + 1) + 300001) > 300);
    assert_true(look(&w, e, x, noon(bad + 5)) > 300);
    assert_in_range(told.count, before + 3, before + 5); /* its constructs */
    before = told.count;
    fill(&w, bad, bad + 3, 5, 3); /* late answers, the same changes */
    assert_true(look(&w, e, x, noon(bad + 6)) > 300);
    assert_int_equal(told.count, before);
    watch_free(&x);
    told.last = before; /* another process goes on with the numbers */
    x = watch(&w, &told);
    assert_int_equal(watch_last(x), before);
    assert_true(look(&w, e, x, noon(bad + 6) + 7200000) > 300);
    assert_int_equal(told.count, before);
    watch_free(&x);
    engine_close(&e);
    world_close(&w);
    clean();
}

/* It stood still for a month: what happened then is still found. */
static void test_stood_still(void **state)
{
    const int32_t first = period_first(OCTOBER), bad = first + 35;
    struct told told = {0, 0};
    struct world w;
    struct engine *e = NULL;
    struct watch *x;

    (void)state;
    world_open(&w, 32, NULL, "mean");
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    x = watch(&w, &told);
    fill(&w, first, bad - 1, 60, 0);
    (void)look(&w, e, x, noon(bad));
    fill(&w, bad, bad + 5, 60, 3);
    fill(&w, bad + 6, bad + 25, 60, 0);
    (void)look(&w, e, x, noon(bad + 26));
    assert_true(told.count >= 3);
    watch_free(&x);
    engine_close(&e);
    world_close(&w);
    clean();
}

static void test_settings(void **state)
{
    enum dimension out[DIMENSIONS];
    size_t count = 7;
    struct err err = {""};

    (void)state;
    assert_int_equal(watch_dimensions("province,product", out, &count, &err),
                     ST_OK);
    assert_int_equal(count, 2);
    assert_int_equal(out[1], DIM_PRODUCT);
    assert_int_equal(watch_dimensions("", out, &count, &err), ST_OK);
    assert_int_equal(count, 0);
    assert_int_equal(watch_dimensions("period", out, &count, &err), ST_INVALID);
    assert_int_equal(watch_dimensions("a,,b", out, &count, &err), ST_INVALID);
    assert_int_equal(watch_targets("https://a/,http://127.0.0.1:1/", &err),
                     ST_OK);
    assert_int_equal(watch_targets("https://a/,http://b/", &err), ST_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_life),
                                       cmocka_unit_test(test_stood_still),
                                       cmocka_unit_test(test_settings)};

    clean();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
