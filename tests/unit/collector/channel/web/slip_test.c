/* slip_test.c - what is remembered of a link: whole, or not at all; scrubbed
 * and forgotten when its time has come. */
#include "alloc.h"
#include "files.h"
#include "slip.h"
#include "spaces.h"

static struct durable *table;
static struct err err;

static int open_table(void **unused)
{
    (void)unused;
    (void)unlink(file_path("slips"));
    assert_int_equal(durable_open(file_path("slips"), 0x74657374, &table, &err),
                     ST_OK);
    return 0;
}

static int close_table(void **unused)
{
    (void)unused;
    durable_close(&table);
    (void)unlink(file_path("slips"));
    return 0;
}

static void make_id(int64_t ms, uint8_t n, uint8_t id[ID_SIZE])
{
    memset(id, n, ID_SIZE);
    for (int i = 0; i < 6; i++)
        id[i] = (uint8_t)(ms >> (40 - 8 * i));
}

static void fill(struct slip *s, size_t items, size_t comment)
{
    memset(s, 0, sizeof *s);
    s->marks = SLIP_DRAFT | SLIP_STOPPED;
    s->started_at = 1795312800123;
    s->items = items;
    s->comment_len = comment;
    memset(s->version, 0xa5, sizeof s->version);
    memset(s->digest, 0x5a, sizeof s->digest);
    for (size_t i = 0; i < items; i++) {
        s->answers[i] = (uint8_t)(i * 37 + 255);
        s->have[i] = i % 3 == 1;
    }
    memset(s->comment, 'c', comment);
}

static void put(const uint8_t id[ID_SIZE], const struct slip *s)
{
    assert_int_equal(durable_begin(table, &err), ST_OK);
    assert_int_equal(slip_put(table, id, s, &err), ST_OK);
    assert_int_equal(durable_commit(table, &err), ST_OK);
}

static void test_round_trip(void **unused)
{
    const size_t sizes[][2] = {{0, 0}, {1, 1}, {7, 0},
                               {8, 3}, {9, 2}, {ITEMS_MAX, COMMENT_MAX}};
    struct slip s, got;
    uint8_t id[ID_SIZE];

    (void)unused;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        make_id(1700000000000, (uint8_t)i, id);
        assert_int_equal(slip_get(table, id, &got, &err), ST_NOTFOUND);
        fill(&s, sizes[i][0], sizes[i][1]);
        put(id, &s);
        memset(&got, 0xee, sizeof got);
        assert_int_equal(slip_get(table, id, &got, &err), ST_OK);
        assert_memory_equal(&got, &s, sizeof s);
    }
    assert_int_equal(slip_clock(id), 1700000000000);
}

/* Every record that is cut, longer, or changed in its sizes is refused, and
 * what was to be filled stays as it was. */
static void test_damage(void **unused)
{
    struct buffer whole = {0};
    struct slip s, got, before;
    uint8_t id[ID_SIZE];
    const struct durable_key key = {SPACE_SLIPS, id, ID_SIZE};

    (void)unused;
    make_id(1, 1, id);
    fill(&s, 5, 4);
    put(id, &s);
    assert_int_equal(durable_get(table, key, &whole, &err), ST_OK);
    memset(&before, 0x11, sizeof before);
    for (size_t len = 0; len <= whole.len + 1; len++) {
        uint8_t bytes[256] = {0};

        memcpy(bytes, whole.data, len < whole.len ? len : whole.len);
        assert_int_equal(durable_begin(table, &err), ST_OK);
        assert_int_equal(durable_put(table, key, bytes, len, &err), ST_OK);
        assert_int_equal(durable_commit(table, &err), ST_OK);
        got = before;
        if (len == whole.len)
            continue;
        assert_int_equal(slip_get(table, id, &got, &err), ST_CORRUPT);
        assert_memory_equal(&got, &before, sizeof got);
    }
    buffer_free(&whole);
}

static size_t sweep(bool scrub, int64_t before, size_t max)
{
    size_t done = 99;

    assert_int_equal(durable_begin(table, &err), ST_OK);
    assert_int_equal(
        (scrub ? slips_scrub : slips_forget)(table, before, max, &done, &err),
        ST_OK);
    assert_int_equal(durable_commit(table, &err), ST_OK);
    return done;
}

static void test_scrub(void **unused)
{
    struct slip s, got;
    uint8_t id[ID_SIZE];

    (void)unused;
    for (uint8_t n = 1; n <= 6; n++) {
        make_id(5000, n, id);
        fill(&s, 3, 9);
        s.marks = SLIP_ANSWERED;
        s.answered_at = 1000 * (7 - n); /* the last one is the oldest */
        put(id, &s);
    }
    make_id(5000, 7, id); /* a draft has no time */
    fill(&s, 3, 9);
    put(id, &s);
    assert_int_equal(sweep(true, 3000, 1), 1);
    assert_int_equal(sweep(true, 3000, 10), 1);
    assert_int_equal(sweep(true, 3000, 10), 0);
    for (uint8_t n = 1; n <= 7; n++) {
        make_id(5000, n, id);
        assert_int_equal(slip_get(table, id, &got, &err), ST_OK);
        assert_int_equal(got.items, n == 5 || n == 6 ? 0 : 3);
        assert_int_equal(got.comment_len, n == 5 || n == 6 ? 0 : 9);
        assert_int_equal(!!(got.marks & SLIP_SCRUBBED), n == 5 || n == 6);
    }
    assert_int_equal(sweep(true, INT64_MAX, 10), 4);
    make_id(5000, 7, id);
    assert_int_equal(slip_get(table, id, &got, &err), ST_OK);
    assert_int_equal(got.items, 3);
}

static void test_forget(void **unused)
{
    struct slip s, got;
    uint8_t id[ID_SIZE];

    (void)unused;
    fill(&s, 1, 1);
    for (uint8_t n = 1; n <= 5; n++) {
        make_id(1000 * n, n, id);
        put(id, &s);
    }
    assert_int_equal(sweep(false, 3000, 1), 1);
    assert_int_equal(sweep(false, 3000, 9), 1);
    assert_int_equal(sweep(false, 3000, 9), 0);
    make_id(2000, 2, id);
    assert_int_equal(slip_get(table, id, &got, &err), ST_NOTFOUND);
    make_id(3000, 3, id);
    assert_int_equal(slip_get(table, id, &got, &err), ST_OK);
}

static enum status put_and_get(void *unused)
{
    static struct slip s, got;
    uint8_t id[ID_SIZE];
    enum status st = durable_begin(table, &err);

    (void)unused;
    make_id(1, 1, id);
    fill(&s, 9, 900);
    if (st == ST_OK)
        st = slip_put(table, id, &s, &err);
    if (st == ST_OK)
        st = durable_commit(table, &err);
    else
        durable_rollback(table);
    return st == ST_OK ? slip_get(table, id, &got, &err) : st;
}

static void test_torture(void **unused)
{
    (void)unused;
    alloc_torture(put_and_get, NULL);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_round_trip), TEST(test_damage),
                                       TEST(test_scrub), TEST(test_forget),
                                       TEST(test_torture)};

    return cmocka_run_group_tests_name("slip", tests, NULL, NULL);
}
