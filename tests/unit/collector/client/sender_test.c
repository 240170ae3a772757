/* sender_test.c - what is owed reaches the collector, whatever happens on the
 * way. */
#include "peer.h"

#include "alloc.h"

#define NAME  "sender-box"
#define STEP  20 /* ms that the sender works before the peer looks again */
#define STEPS 500

static struct submission list[4096];
static struct key_pair key;

static int clean(void **state)
{
    (void)state;
    if (!key.public_key[0])
        assert_int_equal(key_make(&key), ST_OK);
    sample_remove(NAME);
    return 0;
}

static enum status open_to(const struct peer *p, const char *server_key,
                           int64_t retry_ms, struct sender **s, struct err *err)
{
    const struct client_options options = {.collector = p->url,
                                           .server_key = server_key,
                                           .key = &key,
                                           .outbox = sample_path(NAME),
                                           .retry_ms = retry_ms};

    return sender_open(&options, s, err);
}

static struct sender *connect_to(const struct peer *p, int64_t retry_ms)
{
    struct sender *s = NULL;
    struct err err;

    assert_int_equal(open_to(p, p->key.public_key, retry_ms, &s, &err), ST_OK);
    return s;
}

static void put(struct sender *s, uint32_t first, size_t count, size_t comment)
{
    struct err err;

    sample_fill(list, count, first, comment);
    assert_int_equal(
        sender_put(s, sample_name(), list, count, &first, sizeof first, &err),
        ST_OK);
}

/* Let both work until the sender says other than "not yet". */
static enum status work(struct sender *s, struct peer *p, peer_fn *fn, bool all,
                        struct err *err)
{
    enum status st = ST_BUSY;

    for (int i = 0; i < STEPS && st == ST_BUSY; i++) {
        st = sender_work(s, all, STEP, err);
        if (p->socket)
            peer_answer(p, fn);
    }
    return st;
}

/* Let both work until the peer has seen so many messages. */
static void work_until(struct sender *s, struct peer *p, peer_fn *fn,
                       size_t seen)
{
    struct err err;

    for (int i = 0; i < STEPS && p->seen < seen; i++) {
        assert_int_equal(sender_work(s, true, STEP, &err), ST_BUSY);
        peer_answer(p, fn);
    }
    assert_true(p->seen >= seen);
}

static struct outbox_counts counts_of(const struct sender *s)
{
    struct outbox_counts c;

    sender_counts(s, &c);
    return c;
}

/* More responses than a message holds become several; all are acknowledged;
 * the note is that of the last put. */
static void test_all(void **state)
{
    struct peer p = {0};
    struct buffer note = {0};
    struct sender *s;
    struct outbox_counts c;
    struct err err;
    uint32_t last;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    assert_int_equal(sender_note(s, &note, &err), ST_NOTFOUND);
    put(s, 1, 4096, 0);
    put(s, 8000, 1, 0);
    c = counts_of(s);
    assert_true(c.pending > 2 && c.pending < 10);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    c = counts_of(s);
    assert_int_equal(c.pending, 0);
    assert_int_equal(c.accepted, 4097);
    assert_int_equal(c.acknowledged, p.seen);
    assert_int_equal(c.refused, 0);
    assert_int_equal(sender_note(s, &note, &err), ST_OK);
    memcpy(&last, note.data, sizeof last);
    assert_int_equal(last, 8000);
    buffer_free(&note);
    sender_close(&s);
    peer_close(&p);
}

/* Fewer than `window` messages pending is enough when more are to come. */
static void test_window(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    put(s, 1, 2, 0);
    put(s, 3, 2, 0);
    put(s, 5, 2, 0);
    assert_int_equal(sender_work(s, false, 0, &err), ST_OK);
    put(s, 7, 2, 0);
    assert_int_equal(sender_work(s, false, 0, &err), ST_BUSY);
    put(s, 9, 2, 0);
    work_until(s, &p, peer_be_silent, 4);
    assert_int_equal(p.seen, 4); /* the fifth waits */
    sender_close(&s);
    peer_close(&p);
}

/* No answer: once more after a while.  "busy": soon.  Never final. */
static void test_again(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 60);
    put(s, 1, 3, 0);
    work_until(s, &p, peer_be_silent, 3);
    work_until(s, &p, peer_be_busy, 6);
    assert_int_equal(counts_of(s).pending, 1);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    assert_int_equal(counts_of(s).acknowledged, 1);
    sender_close(&s);
    peer_close(&p);
}

/* Nobody is there, then somebody is; the connection breaks with messages under
 * way: they are sent again as soon as it stands, long before retry_ms. */
static void test_reconnect(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    peer_close(&p);
    s = connect_to(&p, 600000);
    put(s, 1, 3, 0);
    assert_int_equal(sender_work(s, true, 50, &err), ST_BUSY);
    assert_non_null(strstr(err.text, "no connection"));
    peer_open(&p);
    work_until(s, &p, peer_be_silent, 1);
    peer_close(&p);
    assert_int_equal(sender_work(s, true, 50, &err), ST_BUSY);
    peer_open(&p);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    assert_int_equal(p.batch, 1);
    sender_close(&s);
    peer_close(&p);
}

/* The process ends with messages put and sent; the next one goes on, with the
 * same numbers and bytes. */
static void test_restart(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    put(s, 1, 3, 0);
    put(s, 4, 3, 0);
    work_until(s, &p, peer_be_silent, 2);
    sender_close(&s);
    s = connect_to(&p, 0);
    assert_int_equal(counts_of(s).pending, 2);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    sender_close(&s);
    s = connect_to(&p, 0);
    assert_int_equal(counts_of(s).pending, 0);
    assert_int_equal(counts_of(s).acknowledged, 2);
    sender_close(&s);
    peer_close(&p);
}

/* Sent to one collector: not to be sent to another. */
static void test_other_collector(void **state)
{
    struct peer p = {0}, other = {0};
    struct sender *s;
    struct err err;
    size_t n;

    (void)state;
    peer_open(&p);
    peer_open(&other);
    s = connect_to(&p, 0);
    put(s, 1, 3, 0);
    work_until(s, &p, peer_be_silent, 1);
    sender_close(&s);
    assert_int_equal(open_to(&other, other.key.public_key, 0, &s, &err),
                     ST_REFUSED);
    assert_non_null(strstr(err.text, p.url));
    s = connect_to(&p, 0);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    /* but what is replayed may go anywhere: the first may be gone for good */
    assert_int_equal(sender_replay(s, 0, &n, &err), ST_OK);
    assert_int_equal(n, 1);
    sender_close(&s);
    s = connect_to(&other, 0);
    assert_int_equal(work(s, &other, peer_take, true, &err), ST_OK);
    assert_int_equal(other.seen, 1);
    sender_close(&s);
    peer_close(&p);
    peer_close(&other);
}

static enum status count_refused(void *ctx, const struct rejection *why,
                                 int64_t at)
{
    assert_true(why->reason == REASON_CODE || why->reason == REASON_RIGHTS);
    assert_true(at > 0);
    ++*(size_t *)ctx;
    return ST_OK;
}

/* Refused responses stay until they are tried again or dropped. */
static void test_refused(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;
    size_t n = 0;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    put(s, 1, 3, 0);
    assert_int_equal(work(s, &p, peer_reject_one, true, &err), ST_OK);
    put(s, 4, 3, 0);
    assert_int_equal(work(s, &p, peer_refuse_rights, true, &err), ST_OK);
    assert_int_equal(counts_of(s).refused, 4);
    assert_int_equal(counts_of(s).acknowledged, 1);
    assert_int_equal(sender_refused(s, count_refused, &n, &err), ST_OK);
    assert_int_equal(n, 4);
    assert_int_equal(sender_retry(s, &n, &err), ST_OK);
    assert_int_equal(n, 4);
    assert_int_equal(counts_of(s).pending, 2);
    assert_int_equal(work(s, &p, peer_reject_one, true, &err), ST_OK);
    assert_int_equal(counts_of(s).refused, 2);
    assert_int_equal(sender_drop(s, &n, &err), ST_OK);
    assert_int_equal(n, 2);
    assert_int_equal(counts_of(s).refused, 0);
    assert_int_equal(counts_of(s).acknowledged, 2);
    sender_close(&s);
    peer_close(&p);
}

/* Our key is not known (any more): said, and nothing is lost. */
static void test_identity(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 60);
    put(s, 1, 3, 0);
    assert_int_equal(work(s, &p, peer_refuse_identity, true, &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "key"));
    assert_int_equal(counts_of(s).pending, 1);
    assert_int_equal(counts_of(s).refused, 0);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    sender_close(&s);
    peer_close(&p);
}

/* A server key that is not the collector's, and keys that are none at all. */
static void test_keys(void **state)
{
    struct key_pair wrong;
    struct peer p = {0};
    struct sender *s = NULL;
    struct err err;

    (void)state;
    peer_open(&p);
    assert_int_equal(key_make(&wrong), ST_OK);
    assert_int_equal(open_to(&p, "no key", 0, &s, &err), ST_INVALID);
    assert_null(s);
    assert_int_equal(open_to(&p, wrong.public_key, 0, &s, &err), ST_OK);
    put(s, 1, 3, 0);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "server key"));
    assert_int_equal(p.seen, 0);
    sender_close(&s);
    s = connect_to(&p, 0);
    assert_int_equal(counts_of(s).pending, 1);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    sender_close(&s);
    peer_close(&p);
}

static void test_address(void **state)
{
    struct peer p = {.url = "no address"};
    struct sender *s = NULL;
    struct err err;

    (void)state;
    assert_int_equal(open_to(&p, key.public_key, 0, &s, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "no address"));
}

/* The outbox alone: everything but sending. */
static void test_alone(void **state)
{
    const struct client_options options = {.outbox = sample_path(NAME)};
    struct sender *s = NULL, *twice = NULL;
    struct err err;

    (void)state;
    assert_int_equal(sender_open(&options, &s, &err), ST_OK);
    assert_int_equal(sender_work(s, true, 1000, &err), ST_OK);
    put(s, 1, 3, 0);
    assert_int_equal(sender_work(s, true, 1000, &err), ST_BUSY);
    assert_int_equal(counts_of(s).pending, 1);
    assert_int_equal(sender_open(&options, &twice, &err), ST_BUSY);
    sender_close(&s);
}

/* A comment of 2 000 bytes: far fewer responses fit, and the sender finds out
 * how many. */
static void test_large(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
    put(s, 1, 1000, COMMENT_MAX);
    assert_true(counts_of(s).pending >= 8);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    assert_int_equal(counts_of(s).accepted, 1000);
    sender_close(&s);
    peer_close(&p);
}

/* ---- describe ---- */

static const char yaml[] = "survey: x\n";

static void describe(struct peer *p, const struct wire_request *r,
                     struct buffer *out)
{
    const struct survey s = {
        .code = "x", .source = yaml, .source_len = sizeof yaml - 1};

    (void)p;
    if (r->type == RIGHT_DESCRIBE)
        assert_int_equal(wire_survey(r->batch, &s, out), ST_OK);
    else
        peer_take(p, r, out);
}

static void refuse_survey(struct peer *p, const struct wire_request *r,
                          struct buffer *out)
{
    (void)p;
    assert_int_equal(wire_refuse(r->batch, REASON_SURVEY, NULL, out), ST_OK);
}

static enum status ask(struct sender *s, struct peer *p, peer_fn *fn,
                       struct buffer *out, struct err *err)
{
    enum status st = ST_BUSY;

    for (int i = 0; i < STEPS && st == ST_BUSY; i++) {
        st = sender_describe(s, "x", STEP, out, err);
        peer_answer(p, fn);
    }
    return st;
}

static void test_describe(void **state)
{
    struct peer p = {0};
    struct buffer out = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 60);
    assert_int_equal(ask(s, &p, refuse_survey, &out, &err), ST_NOTFOUND);
    assert_non_null(strstr(err.text, "'x'"));
    put(s, 1, 3, 0);
    assert_int_equal(ask(s, &p, describe, &out, &err), ST_OK);
    assert_int_equal(out.len, sizeof yaml - 1);
    assert_memory_equal(out.data, yaml, out.len);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    buffer_free(&out);
    sender_close(&s);
    peer_close(&p);
}

/* ---- no memory ---- */

static enum status life(void *ctx)
{
    struct peer *p = ctx;
    struct sender *s = NULL;
    struct err err;
    enum status st;

    sample_remove(NAME);
    sample_fill(list, 2, 3, 0);
    st = open_to(p, p->key.public_key, 0, &s, &err);
    if (st == ST_OK)
        st = sender_put(s, sample_name(), list, 2, "n", 1, &err);
    if (st == ST_OK)
        st = sender_work(s, true, 0, &err);
    if (st == ST_BUSY)
        st = ST_OK;
    sender_close(&s);
    return st;
}

static void test_torture(void **state)
{
    struct peer p = {0};

    (void)state;
    peer_open(&p);
    peer_close(&p); /* nobody listens */
    alloc_torture(life, &p);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clean, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all),       TEST(test_window),   TEST(test_again),
        TEST(test_reconnect), TEST(test_restart),  TEST(test_other_collector),
        TEST(test_refused),   TEST(test_identity), TEST(test_keys),
        TEST(test_address),   TEST(test_alone),    TEST(test_large),
        TEST(test_describe),  TEST(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
