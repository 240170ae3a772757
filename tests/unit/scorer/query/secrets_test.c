/* secrets_test.c - ways by which a reader might come to know of cells of few
 * answers, or of single people, and does not. */
#include "scorer/world.h"

#include "alloc.h"
#include "engine_handle.h"
#include "held.h"
#include "scorer/kind.h"
#include "scorer/release/attack.h"

static const enum dimension by_province[] = {DIM_PROVINCE};

static struct query reads(const char *survey)
{
    struct query q = ask_for(survey);

    q.to = period_last(OCTOBER);
    q.reader = READER_PUBLIC;
    q.construct = "SAT";
    return q;
}

static struct scores read_scores(struct world *w, struct engine *e,
                                 const struct query *q)
{
    struct scores s = {0};

    ok(w, engine_scores(e, q, &s, &w->err));
    return s;
}

/* Invited customers of October: how they answer, and what their rows say. */
struct group {
    const char *province;
    const char *product; /* NULL: the survey's */
    size_t people;
    size_t silent; /* of these, who leave LOY out */
    uint8_t channel;
    bool alike[3]; /* constructs to which they answer the lowest */
};

static void let_answer(struct world *w, struct group g)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < g.people; i++) {
        struct person p;

        person_make(w, MINI_MOB, &p);
        for (size_t k = 0; k < MINI_SCALES; k++)
            if (g.alike[k / 3])
                p.answers[k] = 1;
            else if (!p.answers[k])
                p.answers[k] = 7;
        if (i < g.silent)
            p.answers[6] = p.answers[7] = 0;
        set_code(p.r.context.operator, "CT");
        set_code(p.r.context.province, g.province);
        if (g.product)
            set_code(p.r.context.product, g.product);
        p.r.context.channel = g.channel;
        p.r.context.frame = FRAME_INVITED;
        p.r.event_at = period_start(period_first(OCTOBER) + (int32_t)(i % 28));
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

static void refused(struct world *w, struct engine *e, const struct query *q,
                    const char *cause)
{
    struct scores s = {0};

    assert_int_equal(engine_scores(e, q, &s, &w->err), ST_REFUSED);
    if (!strstr(w->err.text, cause))
        fail_msg("'%s' does not say '%s'", w->err.text, cause);
    assert_null(s.list);
}

/* A population of one province and next to nobody else would turn the nation
 * into that province; item weights of chosen months would tell the items. */
static void test_chosen_weights(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");

    (void)state;
    world_open(&w, 41, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 200});
    let_answer(&w, (struct group){.province = "65", .people = 15});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.weighting = WEIGHTING_POPULATION;
    q.population = "never read";
    refused(&w, e, &q, "unweighted numbers only");
    q.weighting = WEIGHTING_DESIGN;
    q.population = NULL;
    refused(&w, e, &q, "unweighted numbers only");
    q = reads("mini-mob");
    q.weights = WEIGHTS_FROZEN;
    q.base_from = q.from;
    q.base_to = q.to;
    refused(&w, e, &q, "item weights of each month only");
    engine_close(&e);
    world_close(&w);
}

/* Rows of another product are no way to split a cell. */
static void test_product(void **state)
{
    static const char *const mob[] = {"MOB"}, *const fix[] = {"FIX"};
    const struct query_filter one = {DIM_PRODUCT, 1, mob};
    const struct query_filter other = {DIM_PRODUCT, 1, fix};
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");
    struct scores s;

    (void)state;
    world_open(&w, 42, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 100});
    let_answer(
        &w, (struct group){.province = "11", .product = "FIX", .people = 12});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    q.filter = q.scope = &one;
    q.filters = 1;
    s = read_scores(&w, e, &q);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.list[0].n, 112);
    scores_free(&s);
    q.filters = 0;
    q.scopes = 1;
    s = read_scores(&w, e, &q);
    assert_int_equal(s.list[0].n, 112);
    scores_free(&s);
    q.scope = &other;
    s = read_scores(&w, e, &q);
    assert_int_equal(s.count, 0);
    scores_free(&s);
    engine_close(&e);
    world_close(&w);
}

static void assert_same_view(struct world *w, struct engine *e,
                             const struct query *q, struct scores *before)
{
    struct scores now = read_scores(w, e, q);

    assert_same_scores(before, &now, q->by_count);
    scores_free(before);
    *before = now;
}

/* Nine newcomers turn no number: not by the item weights either, which are
 * the nation's. */
static void test_newcomers_turn_no_weights(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");
    struct scores seen;

    (void)state;
    q.construct = NULL;
    q.by = by_province;
    q.by_count = 1;
    world_open(&w, 43, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 40});
    let_answer(&w, (struct group){.province = "31", .people = 40});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    seen = read_scores(&w, e, &q);
    for (size_t i = 0; i < 9; i++) {
        let_answer(&w, (struct group){.province = "44", .people = 1});
        assert_same_view(&w, e, &q, &seen);
    }
    scores_free(&seen);
    engine_close(&e);
    world_close(&w);
}

static int64_t nation_of(struct world *w, struct engine *e)
{
    const struct query q = reads("mini-mob");
    struct scores s = read_scores(w, e, &q);
    const int64_t n = s.list[0].n;

    assert_int_equal(s.count, 1);
    scores_free(&s);
    return n;
}

/* What was seen and has not changed is still known: a province that begins to
 * answer would be what the nation gained. */
static void test_new_province(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");
    struct scores s;

    (void)state;
    q.by = by_province;
    q.by_count = 1;
    world_open(&w, 46, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 100});
    let_answer(&w, (struct group){.province = "31", .people = 100});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_int_equal(nation_of(&w, e), 200);
    let_answer(&w, (struct group){.province = "65", .people = 12});
    assert_int_equal(nation_of(&w, e), COUNT_NONE);
    s = read_scores(&w, e, &q);
    assert_int_equal(find(&s, "mini-mob", "11", "SAT")->n, 100);
    assert_int_equal(find(&s, "mini-mob", "31", "SAT")->n, 100);
    assert_int_equal(find(&s, "mini-mob", "65", "SAT")->n, COUNT_NONE);
    scores_free(&s);
    let_answer(&w, (struct group){.province = "65", .people = 20});
    assert_int_equal(nation_of(&w, e), 232);
    engine_close(&e);
    world_close(&w);
}

static int64_t loyal_of(struct world *w, struct engine *e)
{
    struct query q = reads("mini-mob");
    struct scores s;
    int64_t n;

    q.construct = "LOY";
    s = read_scores(w, e, &q);
    assert_int_equal(s.count, 1);
    n = s.list[0].n;
    scores_free(&s);
    return n;
}

/* Ten come, and one of them says whether he stays. */
static void test_one_of_ten(void **state)
{
    struct world w;
    struct engine *e = NULL;

    (void)state;
    world_open(&w, 47, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 100});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    assert_int_equal(loyal_of(&w, e), 100);
    let_answer(&w, (struct group){.province = "11", .people = 10, .silent = 9});
    assert_int_equal(loyal_of(&w, e), 100);
    assert_int_equal(nation_of(&w, e), 100);
    let_answer(&w, (struct group){.province = "11", .people = 9});
    assert_int_equal(loyal_of(&w, e), 110);
    assert_int_equal(nation_of(&w, e), 119);
    /* what few answer, readers do not see, and the rest does not wait */
    let_answer(&w,
               (struct group){.province = "11", .people = 100, .silent = 95});
    assert_int_equal(loyal_of(&w, e), COUNT_NONE);
    assert_int_equal(nation_of(&w, e), 219);
    engine_close(&e);
    world_close(&w);
}

/* Nor where the others are is told. */
static void test_elsewhere(void **state)
{
    struct world w;
    struct engine *e = NULL;
    struct query q = reads("mini-mob");
    struct result r = {0};

    (void)state;
    world_open(&w, 44, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 3});
    ok(&w, engine_on(w.read, NULL, &e, &w.err));
    ok(&w, engine_ask(e, &kind_score, &q, &r, &w.err));
    assert_int_equal(r.rows, 0);
    assert_string_equal(r.elsewhere, "");
    result_free(&r);
    engine_close(&e);
    world_close(&w);
}

/* ---- several constructs, nearly the same people ---- */

enum { PLACES = 4, WAYS = 3, HERE = PLACES * WAYS };

static struct lattice *fill_cells_of(struct world *w)
{
    static const char *const provinces[PLACES] = {"11", "31", "44", "65"};
    struct lattice_leaf leaf[HERE] = {{.n = 0}};
    struct lattice *l = NULL;

    for (size_t i = 0; i < HERE; i++) {
        const struct cell c = {.context = {.channel = (uint8_t)(i % WAYS)}};
        struct group g = {.province = provinces[i / WAYS],
                          .people = 10 + draw(w) % 36,
                          .channel = (uint8_t)(i % WAYS)};
        for (size_t k = 0; k < 3; k++)
            g.alike[k] = draw(w) % 2;

        let_answer(w, g);
        leaf[i].n = (int64_t)g.people;
        set_code(leaf[i].codes.operator, "CT");
        set_code(leaf[i].codes.province, g.province);
        cell_code(&c, DIM_CHANNEL, leaf[i].codes.channel);
    }
    assert_int_equal(lattice_new(leaf, HERE, 1, &l), ST_OK);
    return l;
}

static void sum_of(const struct lattice_cell *c, bool *sum)
{
    memset(sum, 0, UNKNOWNS_MAX * sizeof *sum);
    for (size_t k = 0; k < c->leaves; k++)
        sum[c->leaf[k]] = true;
}

/* Who adds up the counts of all constructs, as everybody answered each. */
static size_t count_known(struct world *w, struct engine *e,
                          const struct lattice *l)
{
    static const char *const constructs[] = {"IMG", "SAT", "LOY"};
    struct attacker *a = calloc(1, sizeof *a);
    bool sum[UNKNOWNS_MAX];
    size_t known_ones = 0;

    assert_non_null(a);
    a->unknowns = HERE;
    for (size_t i = 0; i < l->cells; i++)
        for (size_t k = 0; k < 3; k++) {
            const struct lattice_cell *c = &l->cell[i];
            bool known = false, open = false;

            ok(w,
               held_is_open(e->held, e->cells->form[0], OCTOBER, constructs[k],
                            c->level, &c->codes, &known, &open, &w->err));
            sum_of(c, sum);
            if (open)
                attack_see(a, sum);
        }
    for (size_t i = 0; i < l->cells; i++) {
        sum_of(&l->cell[i], sum);
        known_ones += l->cell[i].n < LATTICE_SHOWN && attack_knows(a, sum);
    }
    free(a);
    return known_ones;
}

static void test_several_constructs(void **state)
{
    size_t known = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct world w;
        struct engine *e = NULL;
        struct query q = reads("mini-mob");
        struct lattice *l;
        struct scores s;

        world_open(&w, 500 + seed, NULL, "mean");
        l = fill_cells_of(&w);
        ok(&w, engine_on(w.read, NULL, &e, &w.err));
        s = read_scores(&w, e, &q);
        assert_int_equal(s.count, 1);
        scores_free(&s);
        known += count_known(&w, e, l);
        lattice_free(&l);
        engine_close(&e);
        world_close(&w);
    }
    assert_int_equal(known, 0);
}

/* ---- memory ---- */

struct reading {
    struct engine *engine;
    const struct query *query;
};

/* From nothing that readers have to what they see of it. */
static enum status read_anew(void *ctx)
{
    struct reading *r = ctx;
    struct scores s = {0};
    struct err err = {""};
    enum status st;

    held_close(&r->engine->held);
    engine_forget(r->engine);
    st = engine_scores(r->engine, r->query, &s, &err);
    scores_free(&s);
    return st;
}

static void test_memory_fails(void **state)
{
    struct world w;
    struct query q = reads("mini-mob");
    struct reading r = {.query = &q};
    struct scores s;

    (void)state;
    q.by = by_province;
    q.by_count = 1;
    world_open(&w, 45, NULL, "mean");
    let_answer(&w, (struct group){.province = "11", .people = 50});
    let_answer(&w, (struct group){.province = "31", .people = 12});
    ok(&w, engine_on(w.read, NULL, &r.engine, &w.err));
    s = read_scores(&w, r.engine, &q);
    assert_int_equal(s.count, 2);
    scores_free(&s);
    alloc_torture(read_anew, &r);
    engine_close(&r.engine);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chosen_weights),
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_newcomers_turn_no_weights),
        cmocka_unit_test(test_new_province),
        cmocka_unit_test(test_one_of_ten),
        cmocka_unit_test(test_elsewhere),
        cmocka_unit_test(test_several_constructs),
        cmocka_unit_test(test_memory_fails)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
