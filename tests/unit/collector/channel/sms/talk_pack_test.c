/* talk_pack_test.c - a talk survives the disk, and damage is seen. */
#include "talks.h"

#include "alloc.h"

/* Every field different from every other. */
static void fill(struct talk *t)
{
    *t = (struct talk){.phase = TALK_OPEN,
                       .say = SAY_LINK,
                       .out = OUT_CALLED,
                       .end = END_FAILED,
                       .step = 3,
                       .again = 2,
                       .tries = 17,
                       .items = 24,
                       .web = true,
                       .reminded = true,
                       .linked = true,
                       .told_sent = true,
                       .told_started = true,
                       .told_escalate = true,
                       .seq = 4000000001u,
                       .pulled_at = T0 - 99,
                       .due_at = T0 + 1,
                       .expires_at = T0 + 2,
                       .said_at = T0 + 3,
                       .called_at = T0 + 4,
                       .sent_at = T0 + 5,
                       .first_at = T0 + 6,
                       .last_at = T0 + 7,
                       .ended_at = T0 + 8,
                       .wake = T0 + 9,
                       .heard = 0xfedcba9876543210,
                       .heard_at = 5,
                       .campaign = "autumn-2026"};
    for (size_t i = 0; i < ID_SIZE; i++) {
        t->id[i] = (uint8_t)(7 * i + 1);
        t->line[i] = (uint8_t)(11 * i + 2);
    }
    for (size_t i = 0; i < HASH_SIZE; i++)
        t->version[i] = (uint8_t)(13 * i + 3);
    for (size_t i = 0; i < t->items; i++)
        t->answers[i] = (uint8_t)(i % 11);
    t->comment_len = 6;
    memcpy(t->comment, "等久", 6);
}

static void test_back(void **state)
{
    struct buffer b = {0};
    struct talk t, back;

    (void)state;
    fill(&t);
    assert_int_equal(talk_pack(&t, &b), ST_OK);
    memset(&back, 0xff, sizeof back);
    assert_int_equal(talk_unpack(b.data, b.len, &back), ST_OK);
    assert_memory_equal(&back, &t, sizeof t);
    buffer_free(&b);
}

/* Cut anywhere, or longer: told, and nothing is touched. */
static void test_damage(void **state)
{
    struct buffer b = {0};
    struct talk t, back = {.step = 9};

    (void)state;
    fill(&t);
    assert_int_equal(talk_pack(&t, &b), ST_OK);
    for (size_t len = 0; len < b.len; len++)
        assert_int_equal(talk_unpack(b.data, len, &back), ST_CORRUPT);
    assert_int_equal(buffer_byte(&b, 0), ST_OK);
    assert_int_equal(talk_unpack(b.data, b.len, &back), ST_CORRUPT);
    b.data[0] = 2; /* another format */
    assert_int_equal(talk_unpack(b.data, b.len - 1, &back), ST_CORRUPT);
    assert_int_equal(back.step, 9);
    buffer_free(&b);
}

static enum status pack(void *ctx)
{
    struct buffer b = {0};
    const enum status st = talk_pack(ctx, &b);

    buffer_free(&b);
    return st;
}

static void test_no_memory(void **state)
{
    struct talk t;

    (void)state;
    fill(&t);
    alloc_torture(pack, &t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_back),
                                       cmocka_unit_test(test_damage),
                                       cmocka_unit_test(test_no_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
