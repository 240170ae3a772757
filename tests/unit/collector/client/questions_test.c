/* questions_test.c - what is asked of the collector without waiting, and what
 * becomes of it. */
#include "sending.h"

#include "alloc.h"

static const char yaml[] = "survey: x\n";

/* An answer to each type; an invitation's id is its question's. */
static void answer(struct peer *p, const struct wire_request *r,
                   struct buffer *out)
{
    const struct buffer none = {0};
    const struct survey survey = {
        .code = "x", .source = yaml, .source_len = sizeof yaml - 1};
    struct wire_invitation_state state = {.batch = r->batch};
    enum status st;

    switch (r->type) {
    case RIGHT_PULL:
        st = wire_invitations(r->batch, &none, 0, out);
        break;
    case RIGHT_INVITATION:
        memcpy(state.invitation.id, r->id, ID_SIZE);
        st = wire_state(&state, INVITATION_UNKNOWN, out);
        break;
    case RIGHT_DESCRIBE:
        st = wire_survey(r->batch, &survey, out);
        break;
    case RIGHT_CAMPAIGN:
    case RIGHT_CAMPAIGNS:
        st = wire_campaigns(r->batch, &none, 0, out);
        break;
    case RIGHT_OPTOUTS:
        st = wire_optouts(r->batch, &none, 0, false, out);
        break;
    case RIGHT_COPY:
        st = wire_copy(r->batch, NULL, NULL, 0, out);
        break;
    default:
        peer_take(p, r, out);
        return;
    }
    assert_int_equal(st, ST_OK);
}

static void refuse(struct peer *p, const struct wire_request *r,
                   struct buffer *out)
{
    (void)p;
    assert_int_equal(wire_refuse(r->batch, REASON_SECOND, "ask another", out),
                     ST_OK);
}

/* ---- asking ---- */

static struct sender *connect_up(struct peer *p)
{
    struct sender *s;
    struct err err;

    s = connect_to(p, 0);
    for (int i = 0; i < STEPS && !sender_up(s); i++)
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
    assert_true(sender_up(s));
    return s;
}

struct heard {
    size_t count, of[ST_STOPPED + 1];
    enum reason reason;
    struct buffer frame; /* the last */
};

static void hear(void *ctx, enum status st, const uint8_t *frame, size_t len,
                 enum reason reason)
{
    struct heard *h = ctx;

    h->count++;
    h->of[st]++;
    h->reason = reason;
    h->frame.len = 0;
    assert_int_equal(buffer_add(&h->frame, frame, len), ST_OK);
}

static void ask(struct sender *s, const struct question *q, int64_t ms,
                struct heard *h)
{
    struct err err = {""};

    if (sender_ask(s, q, ms, hear, h, &err) != ST_OK)
        fail_msg("%s", err.text);
}

static void turn_until(struct sender *s, struct peer *p, peer_fn *fn,
                       const struct heard *h, size_t count)
{
    struct err err;

    for (int i = 0; i < STEPS && h->count < count; i++) {
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(p, fn);
    }
    assert_int_equal(h->count, count);
}

static const struct survey_name asked_survey = {"x", NULL};
static const struct campaign_order order = {.action = ACTION_PAUSE,
                                            .campaign = "*"};
static const uint8_t some_id[ID_SIZE] = {1, 0x9a, 0x7c, 4,    5,   6,
                                         7, 8,    0x80, 0xff, 0x20};

static const struct question all_types[] = {
    {.type = RIGHT_PULL, .max = 100},
    {.type = RIGHT_INVITATION, .id = some_id},
    {.type = RIGHT_DESCRIBE, .survey = &asked_survey},
    {.type = RIGHT_CAMPAIGNS},
    {.type = RIGHT_CAMPAIGN, .order = &order},
    {.type = RIGHT_OPTOUTS, .max = 50},
    {.type = RIGHT_OPTOUTS, .max = 50, .id = some_id},
    {.type = RIGHT_COPY, .id = some_id}};
#define TYPES (sizeof all_types / sizeof *all_types)

static uint8_t legal_id[ID_SIZE];

static struct question nth(size_t i)
{
    struct question q = all_types[i % TYPES];

    if (q.id && q.type != RIGHT_OPTOUTS)
        q.id = legal_id;
    return q;
}

/* Each type alone, then all of them at once beside a message. */
static void test_types(void **state)
{
    struct heard h = {0}, each[TYPES] = {{0}};
    struct peer p = {0};
    struct sender *s;

    (void)state;
    sample_id(77, legal_id);
    peer_open(&p);
    s = connect_up(&p);
    for (size_t i = 0; i < TYPES; i++) {
        const struct question q = nth(i);

        ask(s, &q, 10000, &h);
        turn_until(s, &p, answer, &h, i + 1);
        assert_int_equal(h.of[ST_OK], i + 1);
        assert_int_equal(h.reason, REASON_NONE);
    }
    put(s, 1, 3, 0);
    for (size_t i = 0; i < TYPES; i++) {
        const struct question q = nth(i);

        ask(s, &q, 10000, &each[i]);
    }
    for (size_t i = 0; i < TYPES; i++) {
        turn_until(s, &p, answer, &each[i], 1);
        assert_int_equal(each[i].of[ST_OK], 1);
    }
    assert_int_equal(counts_of(s).acknowledged + counts_of(s).pending, 1);
    for (size_t i = 0; i < TYPES; i++)
        buffer_free(&each[i].frame);
    buffer_free(&h.frame);
    sender_close(&s);
    peer_close(&p);
}

/* The whole reply is handed over. */
static void test_frame(void **state)
{
    const struct question q = {.type = RIGHT_INVITATION, .id = legal_id};
    struct wire_invitation_state got;
    struct heard h = {0};
    struct peer p = {0};
    struct sender *s;
    enum reason why;

    (void)state;
    sample_id(78, legal_id);
    peer_open(&p);
    s = connect_up(&p);
    ask(s, &q, 10000, &h);
    turn_until(s, &p, answer, &h, 1);
    assert_int_equal(wire_read_state(h.frame.data, h.frame.len, &got, &why),
                     ST_OK);
    assert_memory_equal(got.invitation.id, legal_id, ID_SIZE);
    assert_int_equal(got.invitation.state, INVITATION_UNKNOWN);
    ask(s, &q, 10000, &h);
    turn_until(s, &p, refuse, &h, 2);
    assert_int_equal(h.of[ST_REFUSED], 1);
    assert_int_equal(h.reason, REASON_SECOND);
    buffer_free(&h.frame);
    sender_close(&s);
    peer_close(&p);
}

/* As many at once as are allowed, no more; all are answered. */
static void test_pipeline(void **state)
{
    struct heard h = {0};
    struct peer p = {0};
    struct sender *s;
    struct question q;
    struct err err;

    (void)state;
    sample_id(79, legal_id);
    peer_open(&p);
    s = connect_up(&p);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < QUESTIONS_MAX; i++) {
            q = nth(i);
            ask(s, &q, 60000, &h);
        }
        q = nth(0);
        assert_int_equal(sender_ask(s, &q, 60000, hear, &h, &err), ST_BUSY);
        assert_non_null(strstr(err.text, "too many"));
        turn_until(s, &p, answer, &h, (size_t)(round + 1) * QUESTIONS_MAX);
    }
    assert_int_equal(h.of[ST_OK], 3 * QUESTIONS_MAX);
    buffer_free(&h.frame);
    sender_close(&s);
    peer_close(&p);
}

/* Each in its own time; a reply that comes later is nobody's. */
static void test_late(void **state)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct heard soon = {0}, late = {0};
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_up(&p);
    ask(s, &q, 10000, &late);
    ask(s, &q, 50, &soon);
    for (int i = 0; i < STEPS && !soon.count; i++)
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
    assert_int_equal(soon.of[ST_BUSY], 1);
    assert_int_equal(late.count, 0);
    ask(s, &q, 10000, &soon); /* takes the place of the one that is over */
    turn_until(s, &p, answer, &late, 1);
    turn_until(s, &p, answer, &soon, 2);
    assert_int_equal(sender_turn(s, NULL, 0, 50, &err), ST_OK);
    assert_int_equal(p.seen, 3);
    assert_int_equal(soon.of[ST_OK], 1);
    assert_int_equal(late.of[ST_OK], 1);
    buffer_free(&soon.frame);
    buffer_free(&late.frame);
    sender_close(&s);
    peer_close(&p);
}

/* The connection breaks with questions under way: they end on their own time,
 * and nothing is asked while it is down. */
static void test_break(void **state)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct heard h = {0};
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_up(&p);
    ask(s, &q, 300, &h);
    for (int i = 0; i < STEPS && p.seen < 1; i++) {
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(&p, peer_be_silent);
    }
    peer_close(&p);
    for (int i = 0; i < STEPS && sender_up(s); i++)
        assert_int_equal(sender_turn(s, NULL, 0, 1, &err), ST_OK);
    assert_int_equal(sender_ask(s, &q, 300, hear, &h, &err), ST_BUSY);
    assert_non_null(strstr(err.text, "no connection"));
    peer_open(&p);
    turn_until(s, &p, answer, &h, 1);
    assert_int_equal(h.of[ST_BUSY], 1);
    ask(s, &q, 10000, &h);
    turn_until(s, &p, answer, &h, 2);
    assert_int_equal(h.of[ST_OK], 1);
    buffer_free(&h.frame);
    sender_close(&s);
    peer_close(&p);
}

/* ---- from within a callback, and at the end ---- */

struct chain {
    struct sender *s;
    size_t count;
    enum status last;
};

static void ask_again(void *ctx, enum status st, const uint8_t *frame,
                      size_t len, enum reason reason)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    const struct wire_event event = sample_event(9);
    struct chain *c = ctx;
    struct err err;

    (void)frame, (void)len, (void)reason;
    c->last = st;
    if (++c->count < 20 && st == ST_OK) {
        assert_int_equal(sender_ask(c->s, &q, 10000, ask_again, c, &err),
                         ST_OK);
        assert_int_equal(sender_begin(c->s, &err), ST_OK);
        assert_int_equal(sender_add_events(c->s, &event, 1, &err), ST_OK);
        assert_int_equal(sender_commit(c->s, &err), ST_OK);
    } else if (st == ST_STOPPED) {
        assert_int_equal(sender_ask(c->s, &q, 10000, ask_again, c, &err),
                         ST_BUSY);
    }
}

static void test_chain(void **state)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct peer p = {0};
    struct chain c = {.count = 0}, open = {.count = 0};
    struct err err;

    (void)state;
    peer_open(&p);
    c.s = open.s = connect_up(&p);
    assert_int_equal(sender_ask(c.s, &q, 10000, ask_again, &c, &err), ST_OK);
    for (int i = 0; i < STEPS && c.count < 20; i++) {
        assert_int_equal(sender_turn(c.s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(&p, answer);
    }
    assert_int_equal(c.count, 20);
    assert_int_equal(c.last, ST_OK);
    assert_int_equal(sender_ask(c.s, &q, 10000, ask_again, &open, &err), ST_OK);
    sender_close(&c.s);
    assert_int_equal(open.count, 1);
    assert_int_equal(open.last, ST_STOPPED);
    peer_close(&p);
}

/* ---- for a command line ---- */

static void test_answer(void **state)
{
    const struct question q = {.type = RIGHT_CAMPAIGN, .order = &order};
    struct buffer out = {0};
    struct wire_list got;
    struct peer p = {0};
    struct sender *s;
    struct err err;
    uint64_t number;
    enum reason why;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 100);
    put(s, 1, 3, 0);
    peer_start(&p, answer);
    assert_int_equal(buffer_add(&out, "x", 1), ST_OK);
    assert_int_equal(sender_answer(s, &q, 10000, &out, &err), ST_OK);
    assert_int_equal(
        wire_read_campaigns(out.data + 1, out.len - 1, &number, &got, &why),
        ST_OK);
    assert_int_equal(sender_work(s, true, 10000, &err), ST_OK);
    peer_stop(&p);

    peer_start(&p, refuse);
    assert_int_equal(sender_answer(s, &q, 10000, &out, &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "second (the key that drafted it may "
                                     "not approve it): ask another"));
    peer_stop(&p);
    peer_start(&p, peer_be_busy);
    assert_int_equal(sender_answer(s, &q, 700, &out, &err), ST_BUSY);
    assert_non_null(strstr(err.text, "busy"));
    peer_stop(&p);
    p.seen = 0;
    peer_start(&p, peer_be_silent);
    assert_int_equal(sender_answer(s, &q, 1200, &out, &err), ST_BUSY);
    assert_non_null(strstr(err.text, "no answer"));
    peer_stop(&p);
    assert_true(p.seen >= 2); /* it asks again */
    peer_close(&p);
    for (int i = 0; i < STEPS && sender_up(s); i++)
        assert_int_equal(sender_turn(s, NULL, 0, 1, &err), ST_OK);
    assert_int_equal(sender_answer(s, &q, 50, &out, &err), ST_BUSY);
    assert_non_null(strstr(err.text, "no connection"));
    buffer_free(&out);
    sender_close(&s);
}

/* ---- no memory ---- */

static enum status life(void *ctx)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct client_options options = {.collector = ctx, .key = &key};
    struct buffer out = {0};
    struct sender *s = NULL;
    struct err err;
    enum status st;

    options.server_key = key.public_key; /* nobody is there to compare */
    st = sender_open(&options, &s, &err);
    if (st == ST_OK)
        st = sender_answer(s, &q, 20, &out, &err);
    sender_close(&s);
    buffer_free(&out);
    return st == ST_BUSY ? ST_OK : st;
}

/* Nothing was asked, and nobody is told. */
static void test_no_memory(void **state)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct heard h = {0};
    struct peer p = {0};
    struct sender *s;
    struct err err;
    enum status st = ST_NOMEM;
    size_t n;

    (void)state;
    peer_open(&p);
    s = connect_up(&p);
    for (n = 1; st == ST_NOMEM; n++) {
        alloc_fail_at(n);
        st = sender_ask(s, &q, 10000, hear, &h, &err);
        assert_int_equal(st, alloc_failed() ? ST_NOMEM : ST_OK);
    }
    alloc_fail_at(0);
    assert_true(n > 3);
    assert_int_equal(h.count, 0);
    turn_until(s, &p, answer, &h, 1);
    assert_int_equal(p.seen, 1);
    buffer_free(&h.frame);
    sender_close(&s);
    peer_close(&p);
}

static void test_torture(void **state)
{
    char url[] = "ipc://nobody";

    (void)state;
    alloc_torture(life, url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_types),  TEST(test_frame),     TEST(test_pipeline),
        TEST(test_late),   TEST(test_break),     TEST(test_chain),
        TEST(test_answer), TEST(test_no_memory), TEST(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
