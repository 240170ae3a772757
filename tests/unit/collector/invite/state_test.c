/* state_test.c - what later draws must know, and damage to it. */
#include "small.h"

#include "state.h"

static struct durable *table;
static struct state s;
static struct err err;
static const uint8_t id[ID_SIZE] = {9, 0, 200, 31};

static void begin(void)
{
    assert_int_equal(durable_begin(table, &err), ST_OK);
}

static void commit(void)
{
    assert_int_equal(durable_commit(table, &err), ST_OK);
}

static void test_seeds(void **state)
{
    uint8_t seed[PLAN_SEED_SIZE], got[PLAN_SEED_SIZE];

    (void)state;
    memset(seed, 201, sizeof seed);
    assert_int_equal(state_seed(&s, "a", got, &err), ST_NOTFOUND);
    begin();
    assert_int_equal(state_put_seed(&s, "a", seed, &err), ST_OK);
    commit();
    assert_int_equal(state_seed(&s, "a", got, &err), ST_OK);
    assert_memory_equal(got, seed, sizeof seed);
    assert_int_equal(state_seed(&s, "ab", got, &err), ST_NOTFOUND);
}

static void test_serials(void **state)
{
    uint32_t serial = 7;

    (void)state;
    assert_int_equal(state_serial(&s, 513, &serial, &err), ST_OK);
    assert_int_equal(serial, 0);
    begin();
    assert_int_equal(state_put_serial(&s, 513, 1073741823, &err), ST_OK);
    commit();
    assert_int_equal(state_serial(&s, 513, &serial, &err), ST_OK);
    assert_int_equal(serial, 1073741823);
    assert_int_equal(state_serial(&s, 258, &serial, &err), ST_OK);
    assert_int_equal(serial, 0);
}

/* Events are those of one campaign, and forgotten with it. */
static void test_seen(void **state)
{
    struct state other;
    bool seen = false;

    (void)state;
    begin();
    assert_int_equal(state_put_seen(&s, id, &err), ST_OK);
    commit();
    assert_int_equal(state_seen(&s, id, &seen, &err), ST_OK);
    assert_true(seen);
    state_open(&other, table, "other");
    assert_int_equal(state_seen(&other, id, &seen, &err), ST_OK);
    assert_false(seen);
    begin();
    assert_int_equal(state_forget(&other, "mine", &err), ST_OK);
    commit();
    assert_int_equal(state_seen(&s, id, &seen, &err), ST_OK);
    assert_false(seen);
    state_close(&other);
}

/* The newest 32 asks are kept. */
static void test_asks(void **state)
{
    struct asks asks;

    (void)state;
    assert_int_equal(state_asks(&s, id, &asks, &err), ST_OK);
    assert_int_equal(asks.count, 0);
    begin();
    for (int i = 0; i < ASKS_MAX + 3; i++) {
        const struct ask ask = {1795312800000 + i, (uint8_t)(i % PURPOSES)};

        assert_int_equal(state_put_ask(&s, id, &ask, &err), ST_OK);
    }
    commit();
    assert_int_equal(state_asks(&s, id, &asks, &err), ST_OK);
    assert_int_equal(asks.count, ASKS_MAX);
    assert_true(asks.list[0].at == 1795312800003);
    assert_true(asks.list[ASKS_MAX - 1].at == 1795312800000 + ASKS_MAX + 2);
    assert_int_equal(asks.list[0].purpose, 3);
}

static void test_damage(void **state)
{
    struct asks asks;
    uint64_t accounts;
    uint8_t seed[PLAN_SEED_SIZE];

    (void)state;
    begin();
    assert_int_equal(durable_put(table,
                                 (struct durable_key){SPACE_ASKS, id, ID_SIZE},
                                 "12", 2, &err),
                     ST_OK);
    assert_int_equal(
        durable_put(table, (struct durable_key){SPACE_ACCOUNTS, id, ID_SIZE},
                    "12", 2, &err),
        ST_OK);
    assert_int_equal(durable_put(table,
                                 (struct durable_key){SPACE_SEEDS, "b", 1},
                                 "12", 2, &err),
                     ST_OK);
    commit();
    assert_int_equal(state_asks(&s, id, &asks, &err), ST_CORRUPT);
    assert_int_equal(state_accounts(&s, id, &accounts, &err), ST_CORRUPT);
    assert_int_equal(state_seed(&s, "b", seed, &err), ST_CORRUPT);
}

static enum status check_draw(void *ctx, const struct draw_note *note)
{
    const struct draw_note *want = ctx;

    assert_memory_equal(note, &want[note->at - 1], sizeof *note);
    return ST_OK;
}

static enum status ignore_draw(void *ctx, const struct draw_note *note)
{
    (void)ctx;
    (void)note;
    return ST_OK;
}

static void test_draws(void **state)
{
    struct draw_note notes[2] = {{.campaign = "mine",
                                  .at = 1,
                                  .rows = 70000,
                                  .bad = 3,
                                  .seen = 12,
                                  .events = 69985,
                                  .eligible = 60001,
                                  .drawn = 3000,
                                  .first = 17,
                                  .excluded = {1, 2, 3, 4, 5, 6}},
                                 {.campaign = "other", .at = 2, .rows = 1}};

    (void)state;
    memset(notes[0].seed, 5, PLAN_SEED_SIZE);
    memset(notes[0].feed, 6, HASH_SIZE);
    begin();
    assert_int_equal(state_put_draw(&s, &notes[1], &err), ST_OK);
    assert_int_equal(state_put_draw(&s, &notes[0], &err), ST_OK);
    commit();
    assert_int_equal(state_draws(&s, check_draw, notes, &err), ST_OK);
    begin();
    assert_int_equal(durable_put(table,
                                 (struct durable_key){SPACE_DRAWS, "x", 1},
                                 "12", 2, &err),
                     ST_OK);
    commit();
    assert_int_equal(state_draws(&s, ignore_draw, NULL, &err), ST_CORRUPT);
}

static int open_table(void **state)
{
    (void)state;
    unlink(file_path("t.db"));
    if (durable_open(file_path("t.db"), 77, &table, &err) != ST_OK)
        return -1;
    state_open(&s, table, "mine");
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    state_close(&s);
    durable_close(&table);
    unlink(file_path("t.db"));
    return 0;
}

#define TEST(test)                                                             \
    cmocka_unit_test_setup_teardown(test, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_seeds),  TEST(test_serials),
                                       TEST(test_seen),   TEST(test_asks),
                                       TEST(test_damage), TEST(test_draws)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
