/* cells_test.c - the cube: what is read, what is kept, when it is thrown away,
 * and its limits. */
#include "scorer/world.h"

#include "engine_handle.h"

#include <sys/stat.h>

#include "alloc.h"

#define CUBE  "cells-cube.db"
#define STORE "cells-store.db"

static uint64_t update(struct world *w, struct cells *c)
{
    uint64_t rows = 999999;

    ok(w, cells_update(c, &rows, &w->err));
    return rows;
}

static void test_reads_only_what_is_new(void **state)
{
    struct world w;
    struct cells *c = NULL;

    (void)state;
    world_remove(CUBE);
    world_open(&w, 1, NULL, "mean");
    ok(&w, cells_open(w.read, CUBE, &c, &w.err));
    assert_int_equal(update(&w, c), 0);
    assert_int_equal(cells_forms(c), 0);
    fill_world(&w, MINI_MOB, 700);
    assert_int_equal(update(&w, c), 700);
    assert_int_equal(update(&w, c), 0);
    fill_world(&w, LONE, 3);
    cells_close(&c);
    ok(&w, cells_open(w.read, CUBE, &c, &w.err));
    assert_int_equal(update(&w, c), 3);
    assert_int_equal(cells_forms(c), 2);
    assert_string_equal(cells_form(c, 0)->code, "mini-mob");
    assert_string_equal(cells_form(c, 1)->code, "lone");
    cells_close(&c);
    world_close(&w);
    world_remove(CUBE);
}

/* Sums of a form's cells, however they are parted. */
struct total {
    int64_t rows, answers, answered, cells;
    int32_t first, last;
    const struct survey *survey;
};

static enum status add_score(void *ctx, const struct score_part *p)
{
    struct total *t = ctx;

    t->rows += p->rows;
    t->cells++;
    t->first = p->day < t->first ? p->day : t->first;
    t->last = p->day > t->last ? p->day : t->last;
    for (uint32_t i = 0; i < p->start[p->items]; i++)
        t->answers += p->count[i];
    for (size_t i = 0; i < p->constructs; i++)
        t->answered += p->answered[i];
    assert_in_range(p->group, 0, GROUPS - 1);
    return ST_OK;
}

static enum status add_raw(void *ctx, const struct store_row *row)
{
    struct total *t = ctx;
    const struct response *r = &row->entry.response;
    static const size_t ends[] = {0, 3, 6, 8};

    if (memcmp(r->version, t->survey->version, HASH_SIZE) != 0)
        return ST_OK;
    t->rows++;
    for (size_t i = 0; i < r->items; i++)
        t->answers += r->answers[i] != 0;
    for (size_t c = 0; c < 3; c++)
        t->answered += !bytes_zero(r->answers + ends[c], ends[c + 1] - ends[c]);
    return ST_OK;
}

static void test_counts_of_all_days(void **state)
{
    struct world w;
    struct cells *c = NULL;
    struct total got = {.first = INT32_MAX, .last = INT32_MIN}, want = {0};
    struct watermark mark = {0};

    (void)state;
    world_open(&w, 2, NULL, "mean");
    fill_world(&w, MINI_MOB, 900);
    fill_world(&w, MINI_FIX, 100);
    ok(&w, cells_open(w.read, NULL, &c, &w.err));
    assert_int_equal(update(&w, c), 1000);
    want.survey = w.survey[MINI_MOB];
    ok(&w, store_scan(w.read, &mark, SCAN_NUMBERS, 0, add_raw, &want, &mark,
                      &w.err));
    ok(&w, cells_scores(c, w.survey[MINI_MOB], INT32_MIN, INT32_MAX, add_score,
                        &got, &w.err));
    assert_int_equal(got.rows, 900);
    assert_int_equal(got.rows, want.rows);
    assert_int_equal(got.answers, want.answers);
    assert_int_equal(got.answered, want.answered);
    assert_in_range(got.first, period_first(OCTOBER), got.last);
    assert_in_range(got.last, got.first, period_last(NOVEMBER));
    cells_close(&c);
    world_close(&w);
}

struct fit_total {
    struct moments *sum;
    int64_t rows[2]; /* of October and November */
    uint32_t rates[2];
};

static enum status add_fit(void *ctx, const struct fit_part *p)
{
    struct fit_total *t = ctx;

    assert_int_equal(p->context->channel, 0);
    assert_string_equal(p->context->touchpoint, "");
    assert_int_equal(p->rate_ppm, p->context->stratum[0] == 'A' ? 20000 : 1000);
    t->rows[p->month - OCTOBER] += p->moments->rows;
    return moments_merge(t->sum, p->moments);
}

struct raw_fit {
    const struct survey *survey;
    struct moments *sum;
    size_t least; /* answers among the model's items */
};

static enum status add_raw_fit(void *ctx, const struct store_row *row)
{
    struct raw_fit *t = ctx;
    const uint8_t *a = row->entry.response.answers;
    size_t there = 0;

    for (size_t i = 0; i < MINI_SCALES; i++)
        there += a[i] != 0;
    if (memcmp(row->entry.response.version, t->survey->version, HASH_SIZE) !=
            0 ||
        there < t->least)
        return ST_OK;
    return moments_add(t->sum, a, MINI_ITEMS, 1);
}

/* Fit cells together are the moments of the rows that may enter. */
static void fits_of(const char *missing, size_t least)
{
    struct world w;
    struct cells *c = NULL;
    struct fit_total got = {0};
    struct raw_fit want = {.least = least};
    struct watermark mark = {0};
    struct buffer a = {0}, b = {0};
    const bool square = streq(missing, "pairwise");

    world_open(&w, 3, NULL, missing);
    fill_world(&w, MINI_FIX, 333);
    fill_world(&w, MINI_MOB, 1500);
    want.survey = w.survey[MINI_MOB];
    ok(&w, moments_new(MINI_SCALES, square, &got.sum));
    ok(&w, moments_new(MINI_SCALES, square, &want.sum));
    ok(&w, cells_open(w.read, NULL, &c, &w.err));
    (void)update(&w, c);
    ok(&w, store_scan(w.read, &mark, SCAN_NUMBERS, 0, add_raw_fit, &want, &mark,
                      &w.err));
    ok(&w, cells_fits(c, w.survey[MINI_MOB], OCTOBER, NOVEMBER, add_fit, &got,
                      &w.err));
    assert_true(want.sum->rows > 300 && want.sum->rows < 1500);
    assert_true(got.rows[0] > 0 && got.rows[1] > 0);
    ok(&w, moments_pack(got.sum, &a));
    ok(&w, moments_pack(want.sum, &b));
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buffer_free(&a);
    buffer_free(&b);
    moments_free(&got.sum);
    moments_free(&want.sum);
    cells_close(&c);
    world_close(&w);
}

static void test_fits_of_most_answers(void **state)
{
    (void)state;
    fits_of("mean", 7); /* 6.4 of 8 */
    fits_of("pairwise", 7);
}

static void test_fits_of_all_answers(void **state)
{
    (void)state;
    fits_of("complete", 8);
}

static int64_t rows_of(struct world *w, struct cells *c, size_t survey)
{
    struct total t = {.first = INT32_MAX, .last = INT32_MIN};

    ok(w, cells_scores(c, w->survey[survey], INT32_MIN, INT32_MAX, add_score,
                       &t, &w->err));
    return t.rows;
}

static void test_another_stores_cube(void **state)
{
    struct world w, other;
    struct cells *c = NULL;

    (void)state;
    world_remove(CUBE);
    world_open(&w, 5, STORE, "mean");
    world_open(&other, 6, "cells-other.db", "mean");
    fill_world(&w, MINI_MOB, 40);
    fill_world(&other, MINI_MOB, 60);
    ok(&w, cells_open(w.read, CUBE, &c, &w.err));
    assert_int_equal(update(&w, c), 40);
    cells_close(&c);
    ok(&w, cells_open(other.read, CUBE, &c, &w.err));
    assert_int_equal(update(&w, c), 60);
    assert_int_equal(rows_of(&w, c, MINI_MOB), 60);
    cells_close(&c);
    world_close(&other);
    world_close(&w);
    world_remove(CUBE);
}

static void scribble(const char *path, long at, size_t bytes)
{
    FILE *f = fopen(path, "r+b");

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    for (size_t i = 0; i < bytes; i++)
        assert_int_equal(fputc(0x5a, f), 0x5a);
    assert_int_equal(fclose(f), 0);
}

static long size_of(const char *path)
{
    struct stat s;

    assert_int_equal(stat(path, &s), 0);
    return (long)s.st_size;
}

/* Damage anywhere: an error is never the answer, the sums are made again. */
static void test_damaged_cube(void **state)
{
    static const long places[] = {0, 20, 100, 4096 + 11, -4096, -20000};
    struct world w;
    struct scores want = {0};
    struct engine *e = NULL;
    const struct query q = ask_for("mini-mob");

    (void)state;
    world_remove(CUBE);
    world_open(&w, 7, NULL, "mean");
    fill_world(&w, MINI_MOB, 900);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_scores(e, &q, &want, &w.err));
    engine_close(&e);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct scores got = {0};

        ok(&w, engine_on(w.read, CUBE, &e, &w.err));
        ok(&w, engine_scores(e, &q, &got, &w.err));
        scores_free(&got);
        engine_close(&e);
        scribble(CUBE, places[i] < 0 ? size_of(CUBE) + places[i] : places[i],
                 3000);
        ok(&w, engine_on(w.read, CUBE, &e, &w.err));
        ok(&w, engine_scores(e, &q, &got, &w.err));
        assert_same_scores(&got, &want, 0);
        scores_free(&got);
        engine_close(&e);
    }
    scores_free(&want);
    world_close(&w);
    world_remove(CUBE);
}

/* A file that is not ours is never thrown away. */
static void test_foreign_file(void **state)
{
    struct world w;
    struct cells *c = NULL;
    struct durable *outbox = NULL;
    FILE *f = fopen("cells-letter.txt", "w");

    (void)state;
    assert_non_null(f);
    assert_true(fputs("Dear Sir, this is no cube, and the only copy.", f) >= 0);
    fclose(f);
    world_open(&w, 8, STORE, "mean");
    assert_int_equal(cells_open(w.read, "cells-letter.txt", &c, &w.err),
                     ST_CORRUPT);
    assert_non_null(strstr(w.err.text, "cells-letter.txt"));
    assert_int_equal(size_of("cells-letter.txt"), 45);
    unlink("cells-letter.txt");
    ok(&w, durable_open("cells-outbox.db", 1234, &outbox, &w.err));
    durable_close(&outbox);
    assert_int_equal(cells_open(w.read, "cells-outbox.db", &c, &w.err),
                     ST_CORRUPT);
    ok(&w, durable_open("cells-outbox.db", 1234, &outbox, &w.err));
    assert_int_equal(cells_open(w.read, "cells-outbox.db", &c, &w.err),
                     ST_BUSY);
    durable_close(&outbox);
    world_remove("cells-outbox.db");
    world_close(&w);
}

static void stratum(struct person *p, unsigned n)
{
    snprintf(p->r.context.stratum, sizeof p->r.context.stratum, "S%u", n);
    p->r.rate_ppm = 7;
    set_code(p->r.context.operator, "CT");
    set_code(p->r.context.province, "11");
    p->r.context.frame = FRAME_INVITED;
    p->r.event_at = period_start(period_first(OCTOBER)) + 5;
    memset(p->answers, 3, MINI_SCALES);
}

static void add_strata(struct world *w, unsigned from, unsigned to)
{
    struct person p;

    ok(w, store_begin(w->write, &w->err));
    for (unsigned i = from; i < to; i++) {
        person_make(w, MINI_MOB, &p);
        stratum(&p, i);
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

static enum status count_cells(void *ctx, const struct fit_part *part)
{
    *(int64_t *)ctx += part->moments->rows;
    return ST_OK;
}

/* Too fine strata: their weighting is refused by name, the index stands. */
static void test_fit_cells_max(void **state)
{
    struct world w;
    struct cells *c = NULL;
    int64_t rows = 0;

    (void)state;
    world_open(&w, 9, NULL, "mean");
    ok(&w, cells_open(w.read, NULL, &c, &w.err));
    add_strata(&w, 0, FIT_CELLS_MAX - 1);
    (void)update(&w, c);
    add_strata(&w, FIT_CELLS_MAX - 1, FIT_CELLS_MAX);
    (void)update(&w, c);
    add_strata(&w, 0, 5);
    (void)update(&w, c);
    ok(&w, cells_fits(c, w.survey[MINI_MOB], OCTOBER, OCTOBER, count_cells,
                      &rows, &w.err));
    assert_int_equal(rows, FIT_CELLS_MAX + 5);
    add_strata(&w, FIT_CELLS_MAX, FIT_CELLS_MAX + 1);
    (void)update(&w, c);
    add_strata(&w, 0, 3);
    (void)update(&w, c);
    assert_int_equal(cells_fits(c, w.survey[MINI_MOB], OCTOBER, OCTOBER,
                                count_cells, &rows, &w.err),
                     ST_RANGE);
    assert_non_null(strstr(w.err.text, "mini-mob, 2026-10: over 1000 cells"));
    ok(&w, cells_fits(c, w.survey[MINI_MOB], NOVEMBER, NOVEMBER, count_cells,
                      &rows, &w.err));
    assert_int_equal(rows_of(&w, c, MINI_MOB), FIT_CELLS_MAX + 9);
    cells_close(&c);
    world_close(&w);
}

/* Two versions of one form are summed together, the newer one's texts stand;
 * an older response does not bring the older texts back. */
static void test_versions_of_a_form(void **state)
{
    struct world w;
    struct cells *c = NULL;

    (void)state;
    world_remove(CUBE);
    world_open(&w, 10, NULL, "mean");
    fill_world(&w, MINI_MOB, 20);
    fill_world(&w, MINI_MOB_TYPO, 30);
    ok(&w, cells_open(w.read, CUBE, &c, &w.err));
    (void)update(&w, c);
    cells_close(&c);
    ok(&w, cells_open(w.read, CUBE, &c, &w.err));
    assert_int_equal(cells_forms(c), 1);
    assert_string_equal(texts_in(&cells_form(c, 0)->title, "en"), "one mended");
    assert_int_equal(rows_of(&w, c, MINI_MOB), 50);
    cells_close(&c);
    world_close(&w);
    world_remove(CUBE);
}

/* A store whose answers cannot be, as only damage makes them. */
static void test_damaged_store(void **state)
{
    struct world w;
    struct cells *c = NULL;
    struct person p;
    uint64_t rows;

    (void)state;
    world_open(&w, 12, NULL, "mean");
    person_make(&w, LONE, &p);
    p.answers[1] = 12; /* of 11 points */
    ok(&w, store_begin(w.write, &w.err));
    (void)submit(&w, &p, false);
    ok(&w, store_commit(w.write, &w.err));
    ok(&w, cells_open(w.read, NULL, &c, &w.err));
    assert_int_equal(cells_update(c, &rows, &w.err), ST_CORRUPT);
    assert_non_null(strstr(w.err.text, "an answer that lone does not have"));
    cells_close(&c);
    world_close(&w);
}

/* One question, from opening to closing, for alloc_torture.  The cube is made
 * anew each time: in memory, or hundreds of syncs would take half a minute. */
struct question {
    struct world *w;
    char cube[64];
};

static enum status ask_once(void *ctx)
{
    const struct question *question = ctx;
    static const enum dimension by[] = {DIM_CHANNEL};
    struct engine *e = NULL;
    struct scores s = {0};
    struct query q = ask_for("mini");
    enum status st = engine_on(question->w->read, question->cube, &e, NULL);

    q.by = by;
    q.by_count = 1;
    if (st == ST_OK)
        st = engine_scores(e, &q, &s, NULL);
    scores_free(&s);
    engine_close(&e);
    world_remove(question->cube);
    return st;
}

static void test_out_of_memory(void **state)
{
    struct world w;
    struct question q = {.w = &w};

    (void)state;
    snprintf(q.cube, sizeof q.cube, "%s/cells-%d-cube.db",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".", (int)getpid());
    world_open(&w, 13, NULL, "mean");
    fill_world(&w, MINI_MOB, 40);
    fill_world(&w, MINI_FIX, 40);
    alloc_torture(ask_once, &q);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_only_what_is_new),
        cmocka_unit_test(test_counts_of_all_days),
        cmocka_unit_test(test_fits_of_most_answers),
        cmocka_unit_test(test_fits_of_all_answers),
        cmocka_unit_test(test_another_stores_cube),
        cmocka_unit_test(test_damaged_cube),
        cmocka_unit_test(test_foreign_file),
        cmocka_unit_test(test_fit_cells_max),
        cmocka_unit_test(test_versions_of_a_form),
        cmocka_unit_test(test_damaged_store),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
