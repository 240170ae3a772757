/* durable_reader_test.c - another thread reads while the owner commits. */
#include "durable_help.h"

#include <pthread.h>
#include <stdatomic.h>

#include "alloc.h"

static struct durable *open_reader(const struct durable *d)
{
    struct durable *reader = NULL;
    struct err err = {.text = ""};

    if (durable_reader(d, &reader, &err) != ST_OK)
        fail_msg("%s", err.text);
    return reader;
}

/* What is committed, and nothing else; at once. */
static void test_sees_commits(void **state)
{
    struct durable *d = open_table(), *reader;

    (void)state;
    begin(d);
    put(d, key(1, "a"), "2.385");
    commit(d);
    reader = open_reader(d);
    expect(reader, key(1, "a"), "2.385");
    begin(d);
    put(d, key(1, "a"), "2.386");
    put(d, key(1, "b"), "new");
    expect(reader, key(1, "a"), "2.385"); /* and waits for nothing */
    expect(reader, key(1, "b"), NULL);
    commit(d);
    expect(reader, key(1, "a"), "2.386");
    expect(reader, key(1, "b"), "new");
    begin(d);
    put(d, key(1, "a"), "never");
    durable_rollback(d);
    expect(reader, key(1, "a"), "2.386");
    durable_close(&reader);
    assert_null(reader);
    expect(d, key(1, "a"), "2.386");
    durable_close(&d);
}

/* Of an empty table; many of them; the owner stays the only one. */
static void test_many_readers(void **state)
{
    struct durable *d = open_table(), *reader[8];
    struct err err;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        reader[i] = open_reader(d);
        expect(reader[i], key(1, "a"), NULL);
    }
    begin(d);
    put(d, key(1, "a"), "1");
    commit(d);
    for (size_t i = 0; i < 8; i++) {
        expect(reader[i], key(1, "a"), "1");
        assert_int_equal(try_open(&err), ST_BUSY);
        durable_close(&reader[i]);
    }
    assert_int_equal(try_open(&err), ST_BUSY);
    begin(d);
    put(d, key(1, "a"), "2");
    commit(d);
    durable_close(&d);
    assert_int_equal(try_open(&err), ST_OK);
}

/* ---- at the same time ---- */

enum { KEYS = 40, COMMITS = 1500 };

struct shared {
    struct durable *reader;
    atomic_bool done;
    size_t reads, changes;
};

struct row {
    uint64_t first;
    size_t rows;
};

static enum status check_row(void *ctx, const uint8_t *k, size_t k_len,
                             const uint8_t *value, size_t len)
{
    struct row *row = ctx;
    uint64_t v;

    (void)k, (void)k_len;
    if (len != sizeof v)
        return ST_CORRUPT;
    memcpy(&v, value, sizeof v);
    if (row->rows++ == 0)
        row->first = v;
    return ST_OK;
}

/* Values only grow, and every key is there. */
static void *read_on(void *ctx)
{
    struct shared *s = ctx;
    struct buffer got = {0};
    uint64_t last = 0, v;

    while (!atomic_load(&s->done)) {
        struct row row = {0};
        const struct durable_key prefix = {1, NULL, 0}, one = {2, "n", 1};

        got.len = 0;
        if (durable_get(s->reader, one, &got, NULL) != ST_OK ||
            got.len != sizeof v)
            break;
        memcpy(&v, got.data, sizeof v);
        if (v < last ||
            durable_walk(s->reader, prefix, NULL, check_row, &row, NULL) !=
                ST_OK ||
            row.rows != KEYS || row.first < v)
            break;
        s->changes += v > last;
        last = v;
        s->reads++;
    }
    buffer_free(&got);
    return atomic_load(&s->done) ? NULL : ctx;
}

static void commit_number(struct durable *d, uint64_t n)
{
    begin(d);
    for (uint8_t k = 0; k < KEYS; k++)
        assert_int_equal(
            durable_put(d, (struct durable_key){1, &k, 1}, &n, sizeof n, NULL),
            ST_OK);
    assert_int_equal(
        durable_put(d, (struct durable_key){2, "n", 1}, &n, sizeof n, NULL),
        ST_OK);
    commit(d);
}

static void test_at_once(void **state)
{
    struct durable *d = open_table();
    struct shared s[2] = {{.reads = 0}, {.reads = 0}};
    pthread_t thread[2];
    void *wrong;

    (void)state;
    if (getenv("FAIL_AT")) /* an assertion may leave while threads read */
        skip();
    commit_number(d, 1);
    for (size_t i = 0; i < 2; i++) {
        s[i].reader = open_reader(d);
        assert_int_equal(pthread_create(&thread[i], NULL, read_on, &s[i]), 0);
    }
    for (uint64_t n = 2; n < COMMITS; n++)
        commit_number(d, n);
    for (size_t i = 0; i < 2; i++) {
        atomic_store(&s[i].done, true);
        assert_int_equal(pthread_join(thread[i], &wrong), 0);
        assert_null(wrong);
        assert_true(s[i].reads > 20 && s[i].changes > 5);
        durable_close(&s[i].reader);
    }
    durable_close(&d);
}

/* Read all the time, the WAL still ends: it is written back and begun anew. */
static void test_wal_ends(void **state)
{
    struct durable *d = open_table();
    struct shared s = {.reads = 0};
    pthread_t thread;
    struct buffer b = {0};
    FILE *f;

    (void)state;
    if (getenv("FAIL_AT")) /* an assertion may leave while threads read */
        skip();
    commit_number(d, 1);
    s.reader = open_reader(d);
    assert_int_equal(pthread_create(&thread, NULL, read_on, &s), 0);
    assert_int_equal(buffer_reserve(&b, 20000), ST_OK);
    memset(b.data, 'v', 20000);
    for (uint64_t n = 0; n < 3000; n++) { /* 60 MB in all */
        begin(d);
        assert_int_equal(durable_put(d, key(7, "same"), b.data, 20000, NULL),
                         ST_OK);
        commit(d);
    }
    atomic_store(&s.done, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    f = fopen(FILE_NAME "-wal", "r");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    assert_true(ftell(f) < 40000000);
    fclose(f);
    buffer_free(&b);
    durable_close(&s.reader);
    durable_close(&d);
}

static enum status life(void *ctx)
{
    struct durable *reader = NULL;
    struct buffer got = {0};
    enum status st = durable_reader(ctx, &reader, NULL);

    if (st == ST_OK)
        st = durable_get(reader, key(1, "a"), &got, NULL);
    buffer_free(&got);
    durable_close(&reader);
    return st;
}

static void test_torture(void **state)
{
    struct durable *d = open_table();

    (void)state;
    begin(d);
    put(d, key(1, "a"), "1");
    commit(d);
    alloc_torture(life, d);
    durable_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sees_commits), TEST(test_many_readers), TEST(test_at_once),
        TEST(test_wal_ends),     TEST(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
