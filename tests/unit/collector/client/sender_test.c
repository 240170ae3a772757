/* sender_test.c - what is owed reaches the collector, whatever happens on the
 * way. */
#include "sending.h"

#include "alloc.h"

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
                                 uint64_t place, int64_t at)
{
    assert_int_equal(place, 0);
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

static enum status opened_by(const char *program, struct err *err)
{
    const struct client_options options = {.outbox = sample_path(NAME),
                                           .program = program};
    struct sender *s = NULL;
    enum status st = sender_open(&options, &s, err);

    sender_close(&s);
    return st;
}

/* One program's for good; who only mends it says no name. */
static void test_program(void **state)
{
    struct err err = {""};

    (void)state;
    assert_int_equal(opened_by(NULL, &err), ST_OK);
    assert_int_equal(opened_by("manyi-web", &err), ST_OK);
    assert_int_equal(opened_by("manyi-sms", &err), ST_INVALID);
    assert_non_null(strstr(err.text, "is the outbox of manyi-web"));
    assert_int_equal(opened_by("manyi-we", &err), ST_INVALID);
    assert_int_equal(opened_by("manyi-web", &err), ST_OK);
    assert_int_equal(opened_by(NULL, &err), ST_OK);
}

static enum status claim(void *ctx)
{
    struct err err;

    (void)ctx;
    return opened_by("manyi-web", &err);
}

static void test_program_torture(void **state)
{
    (void)state;
    alloc_torture(claim, NULL);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all),     TEST(test_window),
        TEST(test_again),   TEST(test_reconnect),
        TEST(test_restart), TEST(test_other_collector),
        TEST(test_refused), TEST(test_alone),
        TEST(test_program), TEST(test_program_torture),
        TEST(test_large),   TEST(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
