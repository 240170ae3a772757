/* exact_test.c - the scores are bit-equal to those of a store that only ever
 * saw the final state, whatever happened on the way: live, after a restart
 * from the saved cube, and after a pass that was killed. */
#include "scorer/world.h"

#include "engine_handle.h"
#include "scorer/answers.h"

#include <signal.h>
#include <sys/wait.h>

#define CUBE   "exact-cube.db"
#define FILE_A "exact-a.db"

#define POPULATION "exact-population.csv"

/* What the log comes to: the newest entry of each key. */
struct last {
    struct person p;
    enum entry_state state;
};

struct ending {
    struct intern keys; /* id and entry */
    struct last *last;
    size_t cap;
};

static enum status keep_last(void *ctx, const struct store_row *row)
{
    struct ending *e = ctx;
    const struct response *r = &row->entry.response;
    uint8_t key[ID_SIZE + 1];
    uint32_t n;

    memcpy(key, r->id, ID_SIZE);
    key[ID_SIZE] = r->context.entry;
    assert_int_equal(intern_put(&e->keys, key, &n, NULL), ST_OK);
    if (n >= e->cap) {
        e->cap = e->cap ? 2 * e->cap : 256;
        e->last = realloc(e->last, e->cap * sizeof *e->last);
        assert_non_null(e->last);
    }
    e->last[n].state = row->entry.state;
    e->last[n].p.r = *r;
    if (r->items)
        memcpy(e->last[n].p.answers, r->answers, r->items);
    return ST_OK;
}

/* Submit what counts at last to a new store, in another order. */
static void final_world(struct world *from, struct world *to)
{
    struct ending e = {.keys = {.size = ID_SIZE + 1}};
    struct watermark w = {0};

    ok(from, store_scan(from->read, &w, SCAN_NUMBERS, 0, keep_last, &e, &w,
                        &from->err));
    ok(to, store_begin(to->write, &to->err));
    for (size_t i = e.keys.count; i > 0; i--) {
        const size_t pick = draw(to) % i;
        const struct last l = e.last[pick];

        e.last[pick] = e.last[i - 1];
        if (l.state == STATE_COUNTED)
            assert_int_equal(submit(to, &l.p, false), VERDICT_ACCEPTED);
    }
    ok(to, store_commit(to->write, &to->err));
    free(e.last);
    intern_free(&e.keys);
}

static void compare(struct world *w, struct engine *a, struct engine *b)
{
    static const enum dimension by[] = {DIM_PROVINCE, DIM_CHANNEL};
    static const enum dimension places[] = {DIM_TOUCHPOINT, DIM_STRATUM};
    static const enum dimension months[] = {DIM_PERIOD, DIM_PRODUCT};
    struct query q[] = {ask_for("mini-mob"), ask_for("mini"),
                        ask_for("mini"),     ask_for("mini-fix"),
                        ask_for("lone"),     ask_for("mini"),
                        ask_for("mini"),     ask_for("mini-mob")};

    q[1].by = by;
    q[1].by_count = 2;
    q[2].by = places;
    q[2].by_count = 2;
    q[2].rollup = ROLLUP_DESIGN;
    q[3].from += 9;
    q[3].to -= 3;
    q[4].frames = 1u << FRAME_OPEN | 1u << FRAME_INVITED;
    q[5].by = months;
    q[5].by_count = 2;
    q[6].by = by;
    q[6].by_count = 2;
    q[6].weighting = WEIGHTING_DESIGN;
    q[7].weighting = WEIGHTING_POPULATION;
    q[7].population = POPULATION;
    for (size_t i = 0; i < sizeof q / sizeof *q; i++) {
        struct scores x = {0}, y = {0};

        ok(w, engine_scores(a, &q[i], &x, &w->err));
        ok(w, engine_scores(b, &q[i], &y, &w->err));
        assert_same_scores(&x, &y, q[i].by_count);
        scores_free(&x);
        scores_free(&y);
    }
}

struct fitted {
    struct moments *group[GROUPS];
};

static void fitted_new(const struct survey *s, struct fitted *f)
{
    struct pls_model m;

    pls_model_of(s, &m);
    for (size_t g = 0; g < GROUPS; g++)
        assert_int_equal(moments_new(m.items,
                                     s->model.missing == MISSING_PAIRWISE,
                                     &f->group[g]),
                         ST_OK);
}

static enum status add_part(void *ctx, const struct fit_part *part)
{
    struct fitted *f = ctx;

    return part->context->frame == FRAME_INVITED
               ? moments_merge(f->group[part->group], part->moments)
               : ST_OK;
}

static void add_answers(const struct answers *a, struct fitted *f)
{
    struct pls_model m;

    pls_model_of(answers_survey(a), &m);
    for (size_t i = 0; i < answers_count(a); i++) {
        const struct answer in = answers_at(a, i);
        uint8_t row[ITEMS_MAX];

        for (size_t j = 0; j < m.items; j++)
            row[j] = in.value[m.item[j]];
        if (answers_fit(a, i))
            assert_int_equal(moments_add(f->group[in.group], row, m.items, 1),
                             ST_OK);
    }
}

/* What the cells hold, to the bit, is what the answers come to one by one. */
static void check_answers(struct world *w, struct engine *e)
{
    const struct query q = ask_for("mini-mob");
    struct answers *a = NULL;
    struct fitted cells, rows;
    struct scores scores = {0};

    ok(w, engine_scores(e, &q, &scores, &w->err)); /* brings them up to date */
    ok(w, answers_read(w->read, &q, &a, &w->err));
    fitted_new(answers_survey(a), &cells);
    fitted_new(answers_survey(a), &rows);
    add_answers(a, &rows);
    for (size_t i = 0; i < cells_forms(e->cells); i++)
        if (memcmp(cells_form(e->cells, i)->form, answers_survey(a)->form,
                   HASH_SIZE) == 0)
            ok(w, cells_fits(e->cells, cells_form(e->cells, i), OCTOBER,
                             NOVEMBER, add_part, &cells, &w->err));
    for (size_t g = 0; g < GROUPS; g++) {
        struct buffer x = {0}, y = {0};

        assert_int_equal(moments_pack(cells.group[g], &x), ST_OK);
        assert_int_equal(moments_pack(rows.group[g], &y), ST_OK);
        assert_int_equal(x.len, y.len);
        assert_memory_equal(x.data, y.data, x.len);
        buffer_free(&x);
        buffer_free(&y);
        moments_free(&cells.group[g]);
        moments_free(&rows.group[g]);
    }
    scores_free(&scores);
    answers_free(&a);
}

/* Against a store of the final state, which is made and dropped. */
static void check_final(struct world *w, struct engine *e, const char *missing)
{
    struct world last;
    struct engine *fresh = NULL;

    world_open(&last, 4242, NULL, missing);
    final_world(w, &last);
    ok(&last, engine_on(last.read, NULL, &fresh, &last.err));
    compare(w, e, fresh);
    check_answers(w, e);
    check_answers(&last, fresh);
    engine_close(&fresh);
    world_close(&last);
}

enum { KNOWN = 4096 };
struct history {
    struct person known[KNOWN];
    size_t count;
};

static void mutate(struct world *w, struct history *h)
{
    struct person *p = &h->known[draw(w) % (h->count ? h->count : 1)];
    const unsigned what = draw(w) % 100;
    size_t erased = 0;

    if (what < 55 || !h->count) {
        static const size_t surveys[] = {MINI_MOB, MINI_MOB, MINI_FIX,
                                         MINI_MOB_TYPO, LONE};

        p = &h->known[h->count++ % KNOWN];
        h->count = h->count > KNOWN ? KNOWN : h->count;
        person_make(w, surveys[draw(w) % 5], p);
        if (draw(w) % 6 == 0)
            p->r.context.entry = ENTRY_KEYED;
        if (draw(w) % 25 == 0)
            p->r.context.frame = FRAME_TEST;
        (void)submit(w, p, false);
    } else if (what < 70) { /* the rest, or another's answers */
        struct person more = *p;

        person_answers(w, w->survey[MINI_MOB], 30, more.answers);
        more.answers[1] = more.answers[1] == 8 ? 10 : more.answers[1];
        if (p->r.items == MINI_ITEMS) {
            more.r.received_at += 60000;
            more.r.context.entry = draw(w) % 4 ? p->r.context.entry : ENTRY_OWN;
            (void)submit(w, &more, draw(w) % 2);
        }
    } else if (what < 98) {
        const enum status st =
            store_review(w->write, p->r.id, p->r.context.entry,
                         draw(w) % 2 ? REVIEW_SET_ASIDE : REVIEW_RELEASE,
                         p->r.received_at + 99, &w->err);

        assert_true(st == ST_OK || st == ST_NOTFOUND);
    } else {
        ok(w, store_erase(w->write, p->r.id, p->r.received_at + 77, &erased,
                          &w->err));
    }
}

static void play(struct world *w, struct history *h, size_t steps)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < steps; i++)
        mutate(w, h);
    ok(w, store_commit(w->write, &w->err));
}

/* A life of a store with an engine that looks at it now and then; at times it
 * is closed and opened again on its saved cube. */
static void live(const char *file, const char *missing, uint64_t seed)
{
    struct world w;
    struct engine *e = NULL;
    struct history *h = calloc(1, sizeof *h);
    uint64_t rows;

    assert_non_null(h);
    world_remove(CUBE);
    world_open(&w, seed, file, missing);
    ok(&w, engine_on(w.read, CUBE, &e, &w.err));
    for (int round = 0; round < 25; round++) {
        play(&w, h, 1 + draw(&w) % 120);
        if (draw(&w) % 3 == 0)
            ok(&w, cells_update(e->cells, &rows, &w.err));
        if (draw(&w) % 5 == 0) {
            engine_close(&e);
            ok(&w, engine_on(w.read, CUBE, &e, &w.err));
        }
        if (round % 8 == 7)
            check_final(&w, e, missing);
    }
    engine_close(&e);
    ok(&w, engine_on(w.read, CUBE, &e, &w.err));
    check_final(&w, e, missing);
    engine_close(&e);
    world_close(&w);
    world_remove(CUBE);
    free(h);
}

static void test_mean_in_memory(void **state)
{
    (void)state;
    live(NULL, "mean", 11);
}

static void test_pairwise_in_memory(void **state)
{
    (void)state;
    live(NULL, "pairwise", 12);
}

static void test_complete_in_memory(void **state)
{
    (void)state;
    live(NULL, "complete", 13);
}

static void test_mean_in_a_file(void **state)
{
    (void)state;
    live(FILE_A, "mean", 14);
}

/* The five cases by name, one response each beside a crowd. */
static void test_five_fates(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct person p[5];
    struct person more;
    enum verdict v;
    size_t erased = 0;

    (void)state;
    world_open(&w, 21, NULL, "mean");
    fill_world(&w, MINI_MOB, 400);
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, store_begin(w.write, &w.err));
    for (size_t i = 0; i < 5; i++) {
        person_make(&w, MINI_MOB, &p[i]);
        p[i].r.context.frame = FRAME_INVITED;
        memset(p[i].answers + 3, 0, 3);
        assert_int_equal(submit(&w, &p[i], false), VERDICT_ACCEPTED);
    }
    ok(&w, store_commit(w.write, &w.err));
    check_final(&w, e, "mean");

    ok(&w, store_begin(w.write, &w.err));
    more = p[0];
    memset(more.answers + 3, 7, 3);
    more.r.received_at += 5000;
    assert_int_equal(submit(&w, &more, false), VERDICT_FILLED);
    more = p[1];
    memset(more.answers, 2, 3);
    more.r.received_at += 5000;
    v = submit(&w, &more, true);
    assert_int_equal(v, VERDICT_CORRECTED);
    ok(&w, store_review(w.write, p[2].r.id, ENTRY_OWN, REVIEW_SET_ASIDE,
                        p[2].r.received_at, &w.err));
    ok(&w, store_review(w.write, p[3].r.id, ENTRY_OWN, REVIEW_SET_ASIDE,
                        p[3].r.received_at, &w.err));
    ok(&w, store_commit(w.write, &w.err));
    check_final(&w, e, "mean");

    ok(&w, store_begin(w.write, &w.err));
    ok(&w, store_review(w.write, p[3].r.id, ENTRY_OWN, REVIEW_RELEASE,
                        p[3].r.received_at, &w.err));
    ok(&w,
       store_erase(w.write, p[4].r.id, p[4].r.received_at, &erased, &w.err));
    assert_int_equal(erased, 1);
    ok(&w, store_commit(w.write, &w.err));
    check_final(&w, e, "mean");
    engine_close(&e);
    world_close(&w);
}

/* Killed at some moment of its pass, a process leaves a cube that the next
 * one goes on from. */
static void test_killed_in_a_pass(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct history *h = calloc(1, sizeof *h);

    (void)state;
    assert_non_null(h);
    world_remove(CUBE);
    world_open(&w, 31, FILE_A, "mean");
    for (int round = 0; round < 12; round++) {
        pid_t child;

        play(&w, h, 700);
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct store *store = NULL;
            struct cells *c = NULL;
            uint64_t rows;

            if (store_open("sqlite:" FILE_A, STORE_READ, &store, NULL) ==
                    ST_OK &&
                cells_open(store, CUBE, &c, NULL) == ST_OK &&
                cells_update(c, &rows, NULL) == ST_OK)
                pause();
            _exit(1);
        }
        usleep((useconds_t)(draw(&w) % 60000));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
    ok(&w, engine_on(w.read, CUBE, &e, &w.err));
    check_final(&w, e, "mean");
    engine_close(&e);
    world_close(&w);
    world_remove(CUBE);
    free(h);
}

static int write_population(void **state)
{
    FILE *f = fopen(POPULATION, "w");

    (void)state;
    assert_non_null(f);
    fputs("province,stratum,population\n11,,700\n31,,6000\n44,,1300.5\n"
          "65,,99.5\n,A,5000\n,B,3100\n",
          f);
    return fclose(f);
}

static int remove_population(void **state)
{
    (void)state;
    return unlink(POPULATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_five_fates),
        cmocka_unit_test(test_mean_in_memory),
        cmocka_unit_test(test_pairwise_in_memory),
        cmocka_unit_test(test_complete_in_memory),
        cmocka_unit_test(test_mean_in_a_file),
        cmocka_unit_test(test_killed_in_a_pass),
    };

    return cmocka_run_group_tests(tests, write_population, remove_population);
}
