/* memory_test.c - what manyi-sms remembers of talks and people. */
#include "talks.h"

#include <unistd.h>

#include "memory.h"

static struct durable *d;

static int open_table(void **state)
{
    (void)state;
    return durable_open("memory.db", 0x736d7331, &d, NULL) != ST_OK ||
           durable_begin(d, NULL) != ST_OK;
}

static int close_table(void **state)
{
    (void)state;
    durable_rollback(d);
    durable_close(&d);
    unlink("memory.db");
    unlink("memory.db-wal");
    unlink("memory.db-shm");
    return 0;
}

static struct talk talk_of(uint8_t id, uint8_t line, enum talk_phase phase)
{
    struct talk t = {.phase = (uint8_t)phase, .campaign = "c1"};

    memset(t.id, id, ID_SIZE);
    memset(t.line, line, ID_SIZE);
    return t;
}

static void keep(struct talk *t, int64_t wake)
{
    assert_int_equal(memory_keep(d, t, wake, NULL), ST_OK);
}

static size_t awake(int64_t now, size_t max)
{
    struct buffer ids = {0};
    size_t n;

    assert_int_equal(memory_awake(d, now, max, &ids, NULL), ST_OK);
    n = ids.len / ID_SIZE;
    buffer_free(&ids);
    return n;
}

static size_t waiting(const char *campaign, int64_t now)
{
    struct buffer ids = {0};
    size_t n;

    assert_int_equal(memory_waiting(d, campaign, now, 9, &ids, NULL), ST_OK);
    n = ids.len / ID_SIZE;
    buffer_free(&ids);
    return n;
}

/* A talk stands in one place of one index, whatever becomes of it. */
static void test_places(void **state)
{
    struct talk t = talk_of(0x11, 0x77, TALK_WAITING), back;

    (void)state;
    keep(&t, T0);
    assert_int_equal(waiting("c1", T0 - 1), 0);
    assert_int_equal(waiting("c1", T0), 1);
    assert_int_equal(waiting("c", T0), 0);
    assert_int_equal(waiting("c11", T0), 0);
    assert_int_equal(awake(T0, 9), 0);
    keep(&t, T0 + 5);
    assert_int_equal(waiting("c1", T0), 0);
    t.phase = TALK_OPEN;
    keep(&t, T0 + 9);
    assert_int_equal(waiting("c1", T0 + 99), 0);
    assert_int_equal(awake(T0 + 8, 9), 0);
    assert_int_equal(awake(T0 + 9, 9), 1);
    assert_int_equal(memory_talk(d, t.id, &back, NULL), ST_OK);
    assert_int_equal(back.wake, T0 + 9);
    assert_int_equal(memory_forget(d, &t, NULL), ST_OK);
    assert_int_equal(awake(T0 + 99, 9), 0);
    assert_int_equal(memory_talk(d, t.id, &back, NULL), ST_NOTFOUND);
    assert_int_equal(memory_line(d, t.line, &back, NULL, NULL), ST_NOTFOUND);
}

static void test_order(void **state)
{
    struct buffer ids = {0};

    (void)state;
    for (uint8_t i = 0; i < 20; i++) {
        struct talk t = talk_of((uint8_t)(i + 1), i, TALK_OPEN);

        keep(&t, T0 + (i * 7) % 20);
    }
    assert_int_equal(memory_awake(d, T0 + 10, 4, &ids, NULL), ST_OK);
    assert_int_equal(ids.len, 4 * ID_SIZE);
    assert_int_equal(ids.data[0], 1);           /* 0 */
    assert_int_equal(ids.data[ID_SIZE], 4);     /* 1 = 3 * 7 */
    assert_int_equal(ids.data[2 * ID_SIZE], 7); /* 2 = 6 * 7 */
    buffer_free(&ids);
    assert_int_equal(awake(T0 + 99, 99), 20);
}

/* A text belongs to the open talk, else to the one that ended last. */
static void test_line(void **state)
{
    struct talk t, got;
    struct buffer ids = {0};
    uint8_t line[ID_SIZE];

    (void)state;
    memset(line, 0x55, ID_SIZE);
    t = talk_of(1, 0x55, TALK_WAITING);
    keep(&t, T0);
    assert_int_equal(memory_line(d, line, &got, &ids, NULL), ST_NOTFOUND);
    assert_int_equal(ids.len, ID_SIZE);
    ids.len = 0;
    t = talk_of(2, 0x55, TALK_OVER);
    t.ended_at = T0 + 9;
    keep(&t, T0);
    t = talk_of(3, 0x55, TALK_OVER);
    t.ended_at = T0 + 3;
    keep(&t, T0);
    assert_int_equal(memory_line(d, line, &got, &ids, NULL), ST_OK);
    assert_int_equal(got.id[0], 2);
    t = talk_of(4, 0x55, TALK_OPEN);
    keep(&t, T0);
    t = talk_of(5, 0x56, TALK_OPEN); /* another's */
    keep(&t, T0);
    assert_int_equal(memory_line(d, line, &got, NULL, NULL), ST_OK);
    assert_int_equal(got.id[0], 4);
    buffer_free(&ids);
}

#define DAY INT64_C(86400000)

/* Known for a week at least, forgotten within three. */
static void test_seen(void **state)
{
    const uint8_t hash[ID_SIZE] = {0x3d, 0x91}, other[ID_SIZE] = {0x3d};
    bool seen = true;

    (void)state;
    assert_int_equal(memory_seen(d, hash, T0, &seen, NULL), ST_OK);
    assert_false(seen);
    assert_int_equal(memory_mark(d, hash, T0, NULL), ST_OK);
    for (int day = 0; day <= 7; day++) {
        assert_int_equal(memory_unmark_old(d, T0 + day * DAY, 9, NULL), ST_OK);
        assert_int_equal(memory_seen(d, hash, T0 + day * DAY, &seen, NULL),
                         ST_OK);
        assert_true(seen);
        assert_int_equal(memory_seen(d, other, T0 + day * DAY, &seen, NULL),
                         ST_OK);
        assert_false(seen);
    }
    assert_int_equal(memory_unmark_old(d, T0 + 21 * DAY, 0, NULL), ST_OK);
    assert_int_equal(memory_seen(d, hash, T0, &seen, NULL), ST_OK);
    assert_true(seen);
    assert_int_equal(memory_unmark_old(d, T0 + 21 * DAY, 1, NULL), ST_OK);
    assert_int_equal(memory_seen(d, hash, T0, &seen, NULL), ST_OK);
    assert_false(seen);
}

static void test_numbers(void **state)
{
    const struct sms_since since = {T0 + 30 * DAY, T0 + 20 * DAY};
    struct sms_number n = {T0, T0 + 5}, got = {1, 1};
    struct sms_sweep at = {{0}};
    uint8_t hash[ID_SIZE] = {0};

    (void)state;
    assert_int_equal(memory_number(d, hash, &got, NULL), ST_OK);
    assert_int_equal(got.opted_out_at, 0);
    for (unsigned i = 0; i < 1203; i++) { /* more than a sweep takes */
        hash[0] = (uint8_t)(i >> 8);
        hash[1] = (uint8_t)i;
        n.opted_out_at = i % 2 ? T0 + 20 * DAY : T0 + 20 * DAY - 1;
        assert_int_equal(memory_keep_number(d, hash, &n, NULL), ST_OK);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(memory_sweep(d, &at, &since, NULL), ST_OK);
    for (unsigned i = 0; i < 1203; i++) {
        hash[0] = (uint8_t)(i >> 8);
        hash[1] = (uint8_t)i;
        assert_int_equal(memory_number(d, hash, &got, NULL), ST_OK);
        assert_int_equal(got.told_at, i % 2 ? T0 + 5 : 0);
    }
}

/* Damage is told as damage. */
static void test_damage(void **state)
{
    const uint8_t id[ID_SIZE] = {9};
    struct sms_number n = {7, 7};
    struct invitation i;
    struct buffer map = {0};
    struct talk t;
    struct err err = {""};
    uint8_t mac[SMS_MAC_SIZE];

    (void)state;
    assert_int_equal(memory_mac(d, mac, NULL), ST_NOTFOUND);
    for (uint32_t space = SMS_TALK; space <= SMS_NUMBER; space++)
        assert_int_equal(durable_put(d,
                                     (struct durable_key){space, id, ID_SIZE},
                                     "xyz", 3, NULL),
                         ST_OK);
    assert_int_equal(
        durable_put(d, (struct durable_key){SMS_META, "mac", 3}, "k", 1, NULL),
        ST_OK);
    assert_int_equal(memory_mac(d, mac, &err), ST_CORRUPT);
    assert_int_equal(memory_talk(d, id, &t, &err), ST_CORRUPT);
    assert_int_equal(memory_invitation(d, id, &map, &i, &err), ST_CORRUPT);
    assert_int_equal(memory_number(d, id, &n, &err), ST_CORRUPT);
    assert_int_equal(n.told_at, 7);
    assert_int_equal(memory_line(d, id, &t, NULL, &err), ST_CORRUPT);
    buffer_free(&map);
}

#define IN_TABLE(fn)                                                           \
    cmocka_unit_test_setup_teardown(fn, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TABLE(test_places), IN_TABLE(test_order),   IN_TABLE(test_line),
        IN_TABLE(test_seen),   IN_TABLE(test_numbers), IN_TABLE(test_damage)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
