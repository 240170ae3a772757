/* gateway_test.c - a gateway's own records and what it owes, in one commit. */
#include "owing.h"

#include "alloc.h"

static const struct durable_key talk = {SENDER_SPACE, "talk", 4};

/* ---- what is put ---- */

static enum right seen_type[16];
static size_t seen_count[16];

static void note_type(struct peer *p, const struct wire_request *r,
                      struct buffer *out)
{
    assert_true(p->seen <= 16);
    seen_type[p->seen - 1] = r->type;
    seen_count[p->seen - 1] = r->list.count;
    peer_take(p, r, out);
}

/* All kinds leave in their order, and only responses are counted as such. */
static void test_kinds(void **state)
{
    static const enum right want[] = {RIGHT_SUBMIT, RIGHT_EVENT, RIGHT_INVITE,
                                      RIGHT_SAMPLE, RIGHT_ERASE};
    static const size_t count[] = {3, 2, 1, 1, 1};
    struct peer p = {0};
    struct buffer got = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    begin(s);
    add_all_kinds(s, 40);
    assert_int_equal(durable_put(sender_table(s), talk, "q2", 2, &err), ST_OK);
    commit(s);
    assert_int_equal(counts_of(s).pending, 5);
    sender_close(&s);
    s = connect_to(&p, 0);
    assert_int_equal(durable_get(sender_table(s), talk, &got, &err), ST_OK);
    assert_int_equal(got.len, 2);
    buffer_free(&got);
    turn_all(s, &p, note_type);
    assert_int_equal(p.seen, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(seen_type[i], want[i]);
        assert_int_equal(seen_count[i], count[i]);
    }
    assert_int_equal(counts_of(s).accepted, 3);
    assert_int_equal(counts_of(s).acknowledged, 5);
    sender_close(&s);
    peer_close(&p);
}

static void is_empty(struct sender *s)
{
    struct buffer got = {0};
    struct err err;

    assert_int_equal(counts_of(s).pending, 0);
    assert_int_equal(durable_get(sender_table(s), talk, &got, &err),
                     ST_NOTFOUND);
}

/* Undone, failed or left open: nothing is owed and nothing remembered. */
static void test_undone(void **state)
{
    const struct durable_key wrong = {SENDER_SPACE, sample_comment,
                                      DURABLE_KEY_MAX + 1};
    const struct client_options options = {.outbox = sample_path(NAME)};
    struct sender *s = NULL;
    struct err err;

    (void)state;
    assert_int_equal(sender_open(&options, &s, &err), ST_OK);
    sender_rollback(s);
    begin(s);
    add_all_kinds(s, 40);
    assert_int_equal(durable_put(sender_table(s), talk, "q2", 2, &err), ST_OK);
    assert_int_equal(counts_of(s).pending, 5);
    sender_rollback(s);
    is_empty(s);

    begin(s);
    add_all_kinds(s, 50);
    assert_int_equal(durable_put(sender_table(s), wrong, "q2", 2, &err),
                     ST_RANGE);
    assert_int_equal(sender_commit(s, &err), ST_RANGE);
    is_empty(s);

    begin(s);
    assert_int_equal(durable_put(sender_table(s), talk, "q2", 2, &err), ST_OK);
    alloc_fail_at(1);
    sample_fill(list, 100, 60, COMMENT_MAX);
    assert_int_equal(sender_add(s, sample_name(), list, 100, &err), ST_NOMEM);
    alloc_fail_at(0);
    assert_int_equal(sender_add(s, sample_name(), list, 1, &err), ST_OK);
    assert_int_equal(sender_commit(s, &err), ST_NOMEM);
    is_empty(s);

    begin(s);
    add_all_kinds(s, 70);
    assert_int_equal(durable_put(sender_table(s), talk, "q2", 2, &err), ST_OK);
    sender_close(&s);
    assert_int_equal(sender_open(&options, &s, &err), ST_OK);
    is_empty(s);
    begin(s); /* and the same again */
    add_all_kinds(s, 70);
    commit(s);
    assert_int_equal(counts_of(s).pending, 5);
    begin(s);
    commit(s); /* of nothing */
    assert_int_equal(counts_of(s).pending, 5);
    sender_close(&s);
}

/* More than a message holds, of what is large. */
static void test_many(void **state)
{
    enum { COUNT = 5000 };
    static struct invitation many[COUNT];
    static uint8_t contact[CONTACT_MAX];
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) {
        many[i] = sample_invitation(i + 1);
        many[i].contact = contact;
        many[i].contact_len = sizeof contact;
    }
    peer_open(&p);
    s = connect_to(&p, 0);
    begin(s);
    assert_int_equal(sender_add_invitations(s, many, COUNT, &err), ST_OK);
    assert_int_equal(sender_add_events(s, NULL, 0, &err), ST_OK);
    commit(s);
    assert_true(counts_of(s).pending >= 10);
    turn_all(s, &p, peer_take);
    assert_true(p.seen >= 10 && p.seen < 30);
    assert_int_equal(counts_of(s).accepted, 0);
    sender_close(&s);
    peer_close(&p);
}

/* ---- what is refused ---- */

struct refused {
    size_t count;
    uint32_t number[8];
    uint8_t entry[8];
    enum reason reason[8];
};

static enum status note_refused(void *ctx, const struct rejection *why,
                                uint64_t place, int64_t at)
{
    struct refused *r = ctx;

    assert_int_equal(place, 0);
    assert_true(at > 0);
    assert_true(r->count < 8);
    r->number[r->count] = sample_number(why->id);
    r->entry[r->count] = why->entry;
    r->reason[r->count++] = why->reason;
    return ST_OK;
}

static struct refused refused_of(struct sender *s)
{
    struct refused r = {.count = 0};
    struct err err;

    assert_int_equal(sender_refused(s, note_refused, &r, &err), ST_OK);
    assert_int_equal(counts_of(s).refused, r.count);
    return r;
}

static void refuse_some(struct peer *p, const struct wire_request *r,
                        struct buffer *out)
{
    struct rejection why = {.index = 1, .reason = REASON_TIME};
    const struct ack one = {.batch = r->batch,
                            .accepted = (uint32_t)r->list.count - 1,
                            .rejections = 1,
                            .rejected = &why};

    if (r->type == RIGHT_EVENT)
        assert_int_equal(wire_ack(&one, out), ST_OK);
    else if (r->type == RIGHT_INVITE || r->type == RIGHT_ERASE)
        assert_int_equal(wire_refuse(r->batch, REASON_STATE, NULL, out), ST_OK);
    else
        peer_take(p, r, out);
}

static void test_refused(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct refused r;
    struct err err;
    size_t n;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    begin(s);
    add_all_kinds(s, 40);
    commit(s);
    turn_all(s, &p, refuse_some);
    r = refused_of(s);
    assert_int_equal(r.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(r.entry[i], OUTBOX_NO_ENTRY);
    assert_int_equal(r.number[0], 41); /* the second event */
    assert_int_equal(r.reason[0], REASON_TIME);
    assert_int_equal(r.number[1], 42); /* the invitation */
    assert_int_equal(r.reason[1], REASON_STATE);
    assert_int_equal(r.number[2], 44);

    assert_int_equal(sender_retry(s, &n, &err), ST_OK);
    assert_int_equal(n, 3);
    assert_int_equal(counts_of(s).pending, 3);
    turn_all(s, &p, refuse_some);
    assert_int_equal(refused_of(s).count, 3);
    assert_int_equal(sender_drop(s, &n, &err), ST_OK);
    assert_int_equal(n, 3);
    assert_int_equal(refused_of(s).count, 0);
    /* what was taken is kept for a replay: responses, events, the sample */
    assert_int_equal(sender_replay(s, 0, &n, &err), ST_OK);
    assert_int_equal(n, 3);
    p.seen = 0;
    turn_all(s, &p, note_type);
    assert_int_equal(p.seen, 3);
    assert_int_equal(seen_type[0], RIGHT_SUBMIT);
    assert_int_equal(seen_type[1], RIGHT_EVENT);
    assert_int_equal(seen_type[2], RIGHT_SAMPLE);
    sender_close(&s);
    peer_close(&p);
}

/* Events alone do not make an outbox one whose responses were taken. */
static void test_taken(void **state)
{
    const struct wire_event event = sample_event(7);
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    begin(s);
    assert_int_equal(sender_add_events(s, &event, 1, &err), ST_OK);
    commit(s);
    turn_all(s, &p, peer_take);
    assert_int_equal(counts_of(s).acknowledged, 1);
    assert_false(counts_of(s).taken);
    sender_close(&s);
    s = connect_to(&p, 0);
    assert_false(counts_of(s).taken);
    put(s, 1, 1, 0);
    turn_all(s, &p, peer_take);
    sender_close(&s);
    s = connect_to(&p, 0);
    assert_true(counts_of(s).taken);
    sender_close(&s);
    peer_close(&p);
}

/* ---- the order ---- */

static uint64_t last_batch;

static void expect_order(struct peer *p, const struct wire_request *r,
                         struct buffer *out)
{
    assert_true(r->batch > last_batch);
    last_batch = r->batch;
    peer_take(p, r, out);
}

/* In the order of the commits, also behind a break with messages under way
 * that were answered out of order. */
static void answer_evens(struct peer *p, const struct wire_request *r,
                         struct buffer *out)
{
    if (r->batch % 2 == 0)
        peer_take(p, r, out);
}

static void test_order(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 600000);
    for (uint32_t i = 0; i < 40; i++)
        put(s, 1 + i, 1, 0);
    for (int i = 0; i < STEPS && p.seen < 7; i++) {
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(&p, answer_evens); /* 1 3 5 7 stay under way */
    }
    assert_int_equal(p.seen, 7);
    peer_close(&p);
    assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
    peer_open(&p);
    last_batch = 0;
    turn_all(s, &p, expect_order);
    assert_int_equal(last_batch, 40);
    sender_close(&s);
    peer_close(&p);
}

/* ---- no memory ---- */

static enum status life(void *ctx)
{
    const struct client_options options = {.outbox = sample_path(NAME)};
    const struct wire_event event = sample_event(3);
    const struct invitation invitation = sample_invitation(4);
    const struct wire_sample cell = sample_cell(5);
    struct sender *s = NULL;
    struct err err;
    enum status st;

    (void)ctx;
    sample_remove(NAME);
    sample_fill(list, 2, 3, 0);
    st = sender_open(&options, &s, &err);
    if (st == ST_OK)
        st = sender_begin(s, &err);
    if (st == ST_OK)
        st = sender_add(s, sample_name(), list, 2, &err);
    if (st == ST_OK)
        st = sender_add_events(s, &event, 1, &err);
    if (st == ST_OK)
        st = sender_add_invitations(s, &invitation, 1, &err);
    if (st == ST_OK)
        st = sender_add_samples(s, &cell, 1, &err);
    if (st == ST_OK)
        st = sender_add_erase(s, cell.id, &err);
    if (st == ST_OK)
        st = durable_put(sender_table(s), talk, "q2", 2, &err);
    if (st == ST_OK)
        st = sender_commit(s, &err);
    if (st == ST_OK)
        st = sender_turn(s, NULL, 0, 0, &err);
    sender_close(&s);
    return st;
}

static void test_torture(void **state)
{
    (void)state;
    alloc_torture(life, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_kinds),   TEST(test_undone), TEST(test_many),
        TEST(test_refused), TEST(test_taken),  TEST(test_order),
        TEST(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
