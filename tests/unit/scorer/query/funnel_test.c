/* funnel_test.c - who was asked and who answered: lives are made up and counted
 * as they are lived, and the funnel must come to the same. */
#include "scorer/world.h"

#include "alloc.h"
#include "engine_handle.h"
#include "scorer/funnel.h"

enum { PROVINCES = 3, LIVES = 600 };
static const char *const provinces[PROVINCES] = {"11", "31", "44"};

struct lives {
    struct world w;
    struct funnel_cell want[PROVINCES];
    uint64_t events; /* told so far */
};

static struct query by_province(const char *survey)
{
    static const enum dimension by[] = {DIM_PROVINCE};

    return (struct query){.survey = survey,
                          .from = period_first(OCTOBER),
                          .to = period_last(NOVEMBER),
                          .by_count = 1,
                          .by = by};
}

static void put(struct lives *l, enum store_table t, const uint8_t *id,
                const struct buffer *map)
{
    ok(&l->w, store_put(l->w.write, t, (struct store_key){id, ID_SIZE},
                        map->data, map->len, &l->w.err));
}

static void tell(struct lives *l, const struct person *p, enum event_kind kind)
{
    struct wire_event e = {.kind = (uint8_t)kind, .at = p->r.event_at};
    struct buffer map = {.max = MESSAGE_MAX};

    bytes_put64(e.id, ++l->events);
    memcpy(e.invitation, p->r.id, ID_SIZE);
    ok(&l->w, wire_pack_event(&e, &map));
    put(l, TABLE_EVENTS, e.id, &map);
    buffer_free(&map);
}

static void invite(struct lives *l, const struct person *p, const char *survey,
                   const char *campaign)
{
    struct invitation i = {.event_at = p->r.event_at,
                           .due_at = p->r.event_at,
                           .context = p->r.context,
                           .rate_ppm = 100000};
    struct buffer map = {.max = MESSAGE_MAX};

    memcpy(i.id, p->r.id, ID_SIZE);
    memcpy(i.version, p->r.version, HASH_SIZE);
    snprintf(i.survey, sizeof i.survey, "%s", survey);
    snprintf(i.campaign, sizeof i.campaign, "%s", campaign);
    snprintf(i.gateway, sizeof i.gateway, "sms-1");
    ok(&l->w, wire_pack_invitation(&i, &map));
    put(l, TABLE_INVITATIONS, i.id, &map);
    buffer_free(&map);
}

static void sample(struct lives *l, size_t province, uint64_t drawn)
{
    struct funnel_cell *c = &l->want[province];
    struct wire_sample s = {.at = period_start(period_first(OCTOBER)),
                            .event_at = period_start(period_first(OCTOBER)),
                            .rate_ppm = 100000,
                            .events = 10 * drawn + 6,
                            .eligible = 10 * drawn,
                            .drawn = drawn,
                            .excluded = {3, 0, 2, 1, 0, 0}};
    struct buffer map = {.max = MESSAGE_MAX};

    memset(s.id, (int)province + 1, ID_SIZE);
    snprintf(s.campaign, sizeof s.campaign, "autumn");
    snprintf(s.survey, sizeof s.survey, "mini-mob");
    set_code(s.context.province, provinces[province]);
    set_code(s.context.product, "MOB");
    ok(&l->w, wire_pack_sample(&s, &map));
    put(l, TABLE_SAMPLES, s.id, &map);
    buffer_free(&map);
    c->events += s.events;
    c->eligible += s.eligible;
    c->drawn += s.drawn;
    for (size_t i = 0; i < EXCLUDED_REASONS; i++)
        c->excluded[i] += s.excluded[i];
}

/* How far somebody comes. */
enum fate {
    NOT_DUE,
    SENT_ONLY,
    FAILS,
    ARRIVES,
    BEGINS,
    OPTS_OUT,
    HALF,
    WHOLE,
    SET_ASIDE,
    WITHDRAWS,
    FATES
};

static void answer(struct lives *l, struct person *p, enum fate fate)
{
    size_t erased;

    p->r.flags = fate == HALF ? FLAG_PARTIAL : 0;
    assert_int_equal(submit(&l->w, p, false), VERDICT_ACCEPTED);
    if (fate == SET_ASIDE)
        ok(&l->w, store_review(l->w.write, p->r.id, ENTRY_OWN, REVIEW_SET_ASIDE,
                               p->r.event_at, &l->w.err));
    if (fate == WITHDRAWS)
        ok(&l->w,
           store_erase(l->w.write, p->r.id, p->r.event_at, &erased, &l->w.err));
}

static void live(struct lives *l, size_t province, enum fate fate)
{
    struct funnel_cell *c = &l->want[province];
    struct person p;

    person_make(&l->w, MINI_MOB, &p);
    set_code(p.r.context.province, provinces[province]);
    p.r.context.frame = FRAME_INVITED;
    p.r.context.entry = ENTRY_OWN;
    invite(l, &p, "mini-mob", "autumn");
    if (fate == NOT_DUE) {
        c->waiting++;
        return;
    }
    tell(l, &p, EVENT_SENT);
    c->invited++;
    if (fate == FAILS) {
        tell(l, &p, EVENT_FAILED);
        c->unknown++;
    } else if (fate == SENT_ONLY) {
        c->noncontact++;
    } else {
        tell(l, &p, EVENT_DELIVERED);
        c->delivered++;
    }
    if (fate == ARRIVES)
        c->noncontact++;
    if (fate == OPTS_OUT)
        tell(l, &p, EVENT_OPT_OUT);
    if (fate >= BEGINS && fate != OPTS_OUT) {
        tell(l, &p, EVENT_STARTED);
        c->started++;
    }
    if (fate >= HALF) {
        answer(l, &p, fate);
        c->answered++;
        c->counted += fate == HALF || fate == WHOLE;
    }
    c->refusal += fate == BEGINS || fate == OPTS_OUT || fate == WITHDRAWS;
    c->partial += fate == HALF;
    c->complete += fate == WHOLE || fate == SET_ASIDE;
}

static void set_up(struct lives *l)
{
    memset(l, 0, sizeof *l);
    world_open(&l->w, 4711, NULL, "mean");
    ok(&l->w, store_begin(l->w.write, &l->w.err));
    for (size_t i = 0; i < PROVINCES; i++) {
        set_code(l->want[i].cell[0], provinces[i]);
        sample(l, i, 40 + 13 * i);
    }
    /* what else lies in that table */
    ok(&l->w, store_put(l->w.write, TABLE_EVENTS,
                        (struct store_key){"newest", 6}, "\xc1", 1, &l->w.err));
    for (size_t i = 0; i < LIVES; i++)
        live(l, draw(&l->w) % PROVINCES, (enum fate)(draw(&l->w) % FATES));
    ok(&l->w, store_commit(l->w.write, &l->w.err));
}

static enum status read_funnel(struct world *w, const struct query *q,
                               const char *campaign, struct funnel *out)
{
    struct engine *e = NULL;
    enum status st = engine_on(w->read, NULL, &e, &w->err);

    if (st == ST_OK)
        st = funnel_read(e, q, campaign, out, &w->err);
    engine_close(&e);
    return st;
}

static void lives_add_up(void **state)
{
    struct lives l;
    struct funnel f = {0};
    struct funnel_cell total;
    struct query q = by_province("mini-mob");

    (void)state;
    set_up(&l);
    ok(&l.w, read_funnel(&l.w, &q, NULL, &f));
    assert_int_equal(f.count, PROVINCES);
    for (size_t i = 0; i < PROVINCES; i++)
        assert_memory_equal(&f.list[i], &l.want[i], sizeof *f.list);
    total = funnel_total(&f);
    assert_int_equal(total.invited + total.waiting, LIVES);
    assert_int_equal(total.complete + total.partial + total.refusal +
                         total.noncontact + total.unknown,
                     total.invited);
    funnel_free(&f);

    /* a family is its surveys; without a split there is one cell */
    q = by_province("mini");
    q.by_count = 0;
    ok(&l.w, read_funnel(&l.w, &q, "autumn", &f));
    assert_int_equal(f.count, 1);
    assert_memory_equal(&f.list[0].events, &total.events,
                        sizeof total - offsetof(struct funnel_cell, events));
    funnel_free(&f);
    world_close(&l.w);
}

static void other_things_are_left_out(void **state)
{
    static const char *const one[] = {"31"};
    const struct query_filter filter = {DIM_PROVINCE, 1, one};
    struct lives l;
    struct funnel f = {0};
    struct query q = by_province("mini-mob");

    (void)state;
    set_up(&l);
    q.filters = 1;
    q.filter = &filter;
    ok(&l.w, read_funnel(&l.w, &q, NULL, &f));
    assert_int_equal(f.count, 1);
    assert_memory_equal(&f.list[0], &l.want[1], sizeof *f.list);
    funnel_free(&f);
    q.filters = 0;
    q.scopes = 1;
    q.scope = &filter;
    ok(&l.w, read_funnel(&l.w, &q, NULL, &f));
    assert_int_equal(f.count, 1);
    funnel_free(&f);

    q = by_province("mini-mob");
    ok(&l.w, read_funnel(&l.w, &q, "spring", &f));
    assert_int_equal(f.count, 0);
    funnel_free(&f);
    q = by_province("mini-fix");
    ok(&l.w, read_funnel(&l.w, &q, NULL, &f));
    assert_int_equal(f.count, 0);
    funnel_free(&f);
    q = by_province("mini-mob");
    q.from = q.to = period_first(OCTOBER) - 1;
    ok(&l.w, read_funnel(&l.w, &q, NULL, &f));
    assert_int_equal(f.count, 0);
    funnel_free(&f);
    q = by_province("no-such");
    assert_int_equal(read_funnel(&l.w, &q, NULL, &f), ST_NOTFOUND);
    assert_string_equal(l.w.err.text, "no survey or family 'no-such'");
    world_close(&l.w);
}

static void damage_is_named(void **state)
{
    struct lives l;
    struct funnel f = {0};
    const struct query q = by_province("mini-mob");
    const uint8_t id[ID_SIZE] = {0xff};

    (void)state;
    set_up(&l);
    ok(&l.w, store_begin(l.w.write, &l.w.err));
    ok(&l.w, store_put(l.w.write, TABLE_EVENTS, (struct store_key){id, ID_SIZE},
                       "\xc1", 1, &l.w.err));
    ok(&l.w, store_commit(l.w.write, &l.w.err));
    assert_int_equal(read_funnel(&l.w, &q, NULL, &f), ST_CORRUPT);
    assert_non_null(strstr(l.w.err.text, "damaged"));
    world_close(&l.w);
}

static void rates_are_of_the_handbook(void **state)
{
    const struct funnel_cell none = {.waiting = 5};
    const struct funnel_cell some = {.complete = 30,
                                     .partial = 10,
                                     .refusal = 20,
                                     .noncontact = 100,
                                     .unknown = 40};
    struct funnel_rates r = funnel_rates(&none);

    (void)state;
    assert_true(isnan(r.rr1) && isnan(r.rr2) && isnan(r.coop1) &&
                isnan(r.ref1) && isnan(r.con1));
    r = funnel_rates(&some);
    assert_true(fabs(r.rr1 - 0.15) < 1e-15);
    assert_true(fabs(r.rr2 - 0.20) < 1e-15);
    assert_true(fabs(r.coop1 - 0.50) < 1e-15);
    assert_true(fabs(r.ref1 - 0.10) < 1e-15);
    assert_true(fabs(r.con1 - 0.30) < 1e-15);
}

/* Past its time nothing is told. */
static void time_is_kept(void **state)
{
    struct lives l;
    struct query q;
    struct engine *e = NULL;
    struct funnel f = {0};

    (void)state;
    set_up(&l);
    q = by_province("mini-mob");
    ok(&l.w, engine_on(l.w.read, NULL, &e, &l.w.err));
    e->cells->deadline = 1;
    assert_int_equal(funnel_read(e, &q, NULL, &f, &l.w.err), ST_BUSY);
    e->cells->deadline = 0;
    ok(&l.w, funnel_read(e, &q, NULL, &f, &l.w.err));
    funnel_free(&f);
    q.frames = 1u << FRAME_OPEN;
    ok(&l.w, funnel_read(e, &q, NULL, &f, &l.w.err));
    assert_int_equal(f.count, 0); /* all of them were invited */
    funnel_free(&f);
    engine_close(&e);
    world_close(&l.w);
}

static enum status read_once(void *ctx)
{
    struct lives *l = ctx;
    struct query q = by_province("mini-mob");
    struct funnel f = {0};
    enum status st = read_funnel(&l->w, &q, NULL, &f);

    if (st == ST_OK)
        funnel_free(&f);
    return st;
}

static void memory_may_run_out(void **state)
{
    struct lives l;

    (void)state;
    set_up(&l);
    alloc_torture(read_once, &l);
    world_close(&l.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lives_add_up),
        cmocka_unit_test(other_things_are_left_out),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(rates_are_of_the_handbook),
        cmocka_unit_test(time_is_kept),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
