/* owing.h - a gateway that owes something of every kind; included by its
 * tests. */
#ifndef TESTS_CLIENT_OWING_H
#define TESTS_CLIENT_OWING_H

#include "sending.h"

#include "collector/durable.h"

static inline void add_all_kinds(struct sender *s, uint32_t n)
{
    const struct wire_event events[] = {sample_event(n), sample_event(n + 1)};
    const struct invitation invitations[] = {sample_invitation(n + 2)};
    const struct wire_sample samples[] = {sample_cell(n + 3)};
    uint8_t id[ID_SIZE];
    struct err err;

    sample_id(n + 4, id);
    sample_fill(list, 3, n, 0);
    assert_int_equal(sender_add(s, sample_name(), list, 3, &err), ST_OK);
    assert_int_equal(sender_add_events(s, events, 2, &err), ST_OK);
    assert_int_equal(sender_add_invitations(s, invitations, 1, &err), ST_OK);
    assert_int_equal(sender_add_samples(s, samples, 1, &err), ST_OK);
    assert_int_equal(sender_add_erase(s, id, &err), ST_OK);
}

static inline void begin(struct sender *s)
{
    struct err err;

    assert_int_equal(sender_begin(s, &err), ST_OK);
}

static inline void commit(struct sender *s)
{
    struct err err = {""};

    if (sender_commit(s, &err) != ST_OK)
        fail_msg("%s", err.text);
}

/* Let both take turns until nothing is owed. */
static inline void turn_all(struct sender *s, struct peer *p, peer_fn *fn)
{
    struct err err;

    for (int i = 0; i < STEPS && counts_of(s).pending; i++) {
        assert_int_equal(sender_turn(s, NULL, 0, STEP, &err), ST_OK);
        peer_answer(p, fn);
    }
    assert_int_equal(counts_of(s).pending, 0);
}

#endif
