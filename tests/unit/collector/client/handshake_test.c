/* handshake_test.c - keys that are wrong, addresses that are none, and the
 * question for a definition. */
#include "sending.h"

/* Our key is not known (any more): said, and nothing is lost. */
static void test_identity(void **state)
{
    struct peer p = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 0);
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

static void test_describe(void **state)
{
    struct peer p = {0};
    struct buffer out = {0};
    struct sender *s;
    struct err err;

    (void)state;
    peer_open(&p);
    s = connect_to(&p, 60);
    peer_start(&p, refuse_survey);
    assert_int_equal(sender_describe(s, "x", 10000, &out, &err), ST_NOTFOUND);
    assert_non_null(strstr(err.text, "'x'"));
    peer_stop(&p);
    peer_start(&p, peer_refuse_rights);
    assert_int_equal(sender_describe(s, "x", 10000, &out, &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "rights"));
    peer_stop(&p);
    put(s, 1, 3, 0);
    peer_start(&p, describe);
    assert_int_equal(sender_describe(s, "x", 10000, &out, &err), ST_OK);
    peer_stop(&p);
    assert_int_equal(out.len, sizeof yaml - 1);
    assert_memory_equal(out.data, yaml, out.len);
    assert_int_equal(work(s, &p, peer_take, true, &err), ST_OK);
    buffer_free(&out);
    sender_close(&s);
    peer_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_identity),
        TEST(test_keys),
        TEST(test_address),
        TEST(test_describe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
