/* sending.h - a sender and its peer, taking turns; included by their tests. */
#ifndef TESTS_CLIENT_SENDING_H
#define TESTS_CLIENT_SENDING_H

#include "peer.h"

#define NAME  "sender-box"
#define STEP  20 /* ms that the sender works before the peer looks again */
#define STEPS 500

static struct submission list[4096];
static struct key_pair key;

static inline int clean(void **state)
{
    (void)state;
    if (!key.public_key[0])
        assert_int_equal(key_make(&key), ST_OK);
    sample_remove(NAME);
    return 0;
}

static inline enum status open_to(const struct peer *p, const char *server_key,
                                  int64_t retry_ms, struct sender **s,
                                  struct err *err)
{
    const struct client_options options = {.collector = p->url,
                                           .server_key = server_key,
                                           .key = &key,
                                           .outbox = sample_path(NAME),
                                           .retry_ms = retry_ms};

    return sender_open(&options, s, err);
}

static inline struct sender *connect_to(const struct peer *p, int64_t retry_ms)
{
    struct sender *s = NULL;
    struct err err;

    assert_int_equal(open_to(p, p->key.public_key, retry_ms, &s, &err), ST_OK);
    return s;
}

static inline void put(struct sender *s, uint32_t first, size_t count,
                       size_t comment)
{
    struct err err;

    sample_fill(list, count, first, comment);
    assert_int_equal(
        sender_put(s, sample_name(), list, count, &first, sizeof first, &err),
        ST_OK);
}

/* Let both work until the sender says other than "not yet". */
static inline enum status work(struct sender *s, struct peer *p, peer_fn *fn,
                               bool all, struct err *err)
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
static inline void work_until(struct sender *s, struct peer *p, peer_fn *fn,
                              size_t seen)
{
    struct err err;

    for (int i = 0; i < STEPS && p->seen < seen; i++) {
        assert_int_equal(sender_work(s, true, STEP, &err), ST_BUSY);
        peer_answer(p, fn);
    }
    assert_true(p->seen >= seen);
}

static inline struct outbox_counts counts_of(const struct sender *s)
{
    struct outbox_counts c;

    sender_counts(s, &c);
    return c;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clean, clean)

#endif
