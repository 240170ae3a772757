/* live_test.c - an engine that is kept open: folding by steps, a deadline, a
 * store that is another one. */
#include "scorer/world.h"

#include <time.h>

#include "scorer/kind.h"
#include "scorer/live.h"

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static uint64_t fold_all(struct world *w, struct engine *e, uint64_t limit,
                         unsigned *steps)
{
    struct cells_step step = {.limit = limit, .more = true};
    uint64_t rows = 0;

    for (*steps = 0; step.more; ++*steps) {
        assert_true(*steps < 10000);
        ok(w, engine_fold(e, &step, &w->err));
        assert_true(limit == 0 || step.rows <= limit);
        rows += step.rows;
    }
    return rows;
}

static void answer_by_province(struct world *w, struct engine *e,
                               struct result *out)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query q = ask_for("mini-mob");

    q.by = by;
    q.by_count = 1;
    *out = (struct result){0};
    ok(w, engine_answer(e, &kind_score, &q, 0, out, &w->err));
}

static void same_values(const struct result *a, const struct result *b)
{
    assert_int_equal(a->rows, b->rows);
    assert_string_equal(a->query, b->query);
    for (size_t i = 0; i < a->rows * a->columns; i++) {
        assert_string_equal(a->value[i].text, b->value[i].text);
        assert_int_equal(a->value[i].count, b->value[i].count);
        assert_true(same_double(a->value[i].number, b->value[i].number));
    }
}

static void steps_of_any_size_come_to_the_same(void **state)
{
    static const uint64_t limits[] = {1, 7, 100, 401, 1000000, 0};
    struct world w;
    struct result want;

    (void)state;
    world_open(&w, 5, NULL, "mean");
    fill_world(&w, MINI_MOB, 400);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct engine *e = NULL;
        struct result got;
        unsigned steps;

        ok(&w, engine_on(w.read, NULL, &e, &w.err));
        assert_true(fold_all(&w, e, limits[i], &steps) == 400);
        assert_int_equal(steps, limits[i] == 1     ? 401
                                : limits[i] == 7   ? 58
                                : limits[i] == 100 ? 5
                                                   : 1);
        answer_by_province(&w, e, i ? &got : &want);
        if (i) {
            same_values(&want, &got);
            result_free(&got);
        }
        assert_int_equal(engine_surveys(e), 1);
        assert_string_equal(engine_survey(e, 0)->code, "mini-mob");
        engine_close(&e);
    }
    result_free(&want);
    world_close(&w);
}

/* An erasure far behind the answer that it erased: steps end between them. */
static void erasures_do_not_begin_it_for_ever(void **state)
{
    struct world w;
    struct engine *e = NULL, *plain = NULL;
    struct result want, got;
    struct person gone[3];
    unsigned steps;
    size_t erased;

    (void)state;
    world_open(&w, 6, NULL, "mean");
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 3; i++) {
        person_make(&w, MINI_MOB, &gone[i]);
        (void)submit(&w, &gone[i], false);
    }
    ok(&w, store_commit(w.write, &w.err));
    fill_world(&w, MINI_MOB, 300);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    (void)fold_all(&w, e, 50, &steps);
    for (size_t i = 0; i < 3; i++) {
        ok(&w, store_begin(w.write, &w.err));
        ok(&w, store_erase(w.write, gone[i].r.id, gone[i].r.event_at + 9,
                           &erased, &w.err));
        ok(&w, store_commit(w.write, &w.err));
        /* made anew, in steps that meet the erased one and the erasure apart */
        assert_true(fold_all(&w, e, 50, &steps) > 300);
    }
    ok(&w, engine_on(w.read, NULL, &plain, &w.err));
    (void)fold_all(&w, plain, 0, &steps);
    answer_by_province(&w, e, &got);
    answer_by_province(&w, plain, &want);
    same_values(&want, &got);
    result_free(&got);
    result_free(&want);
    engine_close(&plain);
    engine_close(&e);
    world_close(&w);
}

static void a_deadline_ends_a_question(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = ask_for("mini-mob");
    struct result r = {0};
    unsigned steps;

    (void)state;
    world_open(&w, 7, NULL, "mean");
    fill_world(&w, MINI_MOB, 300);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    (void)fold_all(&w, e, 0, &steps);
    assert_int_equal(
        engine_answer(e, &kind_score, &q, now_ms() - 1, &r, &w.err), ST_BUSY);
    assert_non_null(strstr(w.err.text, "longer"));
    assert_int_equal(r.rows, 0);
    ok(&w, engine_answer(e, &kind_score, &q, now_ms() + 60000, &r, &w.err));
    result_free(&r);
    ok(&w, engine_ask(e, &kind_score, &q, &r, &w.err)); /* it is gone again */
    result_free(&r);
    q.reader = READER_PUBLIC;
    assert_int_equal(engine_answer(e, &kind_funnel, &q, 0, &r, &w.err),
                     ST_REFUSED);
    engine_close(&e);
    world_close(&w);
}

static void another_file_is_noticed(void **state)
{
    struct world w;
    struct engine *e = NULL;

    (void)state;
    world_open(&w, 8, "live-store.db", "mean");
    fill_world(&w, MINI_MOB, 40);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_false(engine_moved(e));
    assert_int_equal(rename("live-store.db", "live-away.db"), 0);
    assert_true(engine_moved(e));
    assert_int_equal(rename("live-away.db", "live-store.db"), 0);
    assert_false(engine_moved(e));
    engine_close(&e);
    world_close(&w);
    world_open(&w, 9, NULL, "mean");
    assert_false(store_moved(w.read)); /* it has no place */
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_any_size_come_to_the_same),
        cmocka_unit_test(erasures_do_not_begin_it_for_ever),
        cmocka_unit_test(a_deadline_ends_a_question),
        cmocka_unit_test(another_file_is_noticed)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
