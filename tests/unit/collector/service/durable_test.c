/* durable_test.c - the durable table: what it keeps, finds and walks. */
#include "durable_help.h"

#include "alloc.h"

/* ---- keeping ---- */

static void test_keeps(void **state)
{
    struct durable *d = open_table();
    struct buffer got = {0};

    (void)state;
    begin(d);
    put(d, key(1, "a"), "2.385");
    put(d, key(2, "a"), "another space");
    put(d, key(UINT32_MAX, ""), "");
    put(d, key(1, "b"), "first");
    put(d, key(1, "b"), "second");
    put(d, key(1, "c"), "gone");
    assert_int_equal(durable_delete(d, key(1, "c"), NULL), ST_OK);
    assert_int_equal(durable_delete(d, key(1, "never"), NULL), ST_OK);
    commit(d);
    durable_close(&d);
    assert_null(d);
    durable_close(&d);

    d = open_table();
    expect(d, key(1, "a"), "2.385");
    expect(d, key(2, "a"), "another space");
    expect(d, key(UINT32_MAX, ""), "");
    expect(d, key(1, "b"), "second");
    expect(d, key(1, "c"), NULL);
    expect(d, key(3, "a"), NULL);

    assert_int_equal(buffer_add(&got, "x=", 2), ST_OK);
    assert_int_equal(durable_get(d, key(1, "a"), &got, NULL), ST_OK);
    assert_int_equal(got.len, 7);
    assert_memory_equal(got.data, "x=2.385", 7);
    got.max = 8;
    assert_int_equal(durable_get(d, key(1, "a"), &got, NULL), ST_RANGE);
    assert_int_equal(got.len, 7);
    buffer_free(&got);
    durable_close(&d);
}

static void test_rollback(void **state)
{
    struct durable *d = open_table();

    (void)state;
    durable_rollback(d);
    begin(d);
    put(d, key(1, "a"), "1");
    commit(d);
    begin(d);
    put(d, key(1, "a"), "2");
    expect(d, key(1, "a"), "2");
    durable_rollback(d);
    expect(d, key(1, "a"), "1");
    begin(d);
    put(d, key(1, "a"), "3");
    durable_close(&d); /* a transaction left open is undone */
    d = open_table();
    expect(d, key(1, "a"), "1");
    durable_close(&d);
}

/* Whoever overlooks one failure can not commit the rest. */
static void test_failed_transaction(void **state)
{
    static const char long_key[DURABLE_KEY_MAX + 2] = "k";
    const struct durable_key fits = {1, long_key, DURABLE_KEY_MAX};
    const struct durable_key past = {1, long_key, DURABLE_KEY_MAX + 1};
    struct durable *d = open_table();
    struct buffer got = {0};
    struct err err;

    (void)state;
    begin(d);
    assert_int_equal(durable_put(d, fits, "v", 1, NULL), ST_OK);
    commit(d);
    expect(d, fits, "v");
    assert_int_equal(durable_get(d, past, &got, NULL), ST_RANGE);

    begin(d);
    put(d, key(1, "before"), "x");
    assert_int_equal(durable_put(d, past, "v", 1, &err), ST_RANGE);
    assert_non_null(strstr(err.text, FILE_NAME));
    assert_int_equal(durable_put(d, key(1, "after"), "x", 1, &err), ST_RANGE);
    assert_int_equal(durable_delete(d, fits, &err), ST_RANGE);
    assert_int_equal(durable_clear(d, key(1, ""), &err), ST_RANGE);
    assert_int_equal(durable_commit(d, &err), ST_RANGE);
    expect(d, key(1, "before"), NULL);
    expect(d, key(1, "after"), NULL);
    expect(d, fits, "v");
    begin(d);
    put(d, key(1, "again"), "x");
    commit(d);
    expect(d, key(1, "again"), "x");
    durable_close(&d);
}

/* ---- prefixes and walks ---- */

static void test_clear(void **state)
{
    struct durable *d = open_table();

    (void)state;
    begin(d);
    put(d, key(1, "a"), "");
    put(d, key(1, "a\xff"), "");
    put(d, key(1, "a\xff\xff"), "");
    put(d, key(1, "a\xff\x01"), "");
    put(d, key(1, "b"), "");
    put(d, key(1, "\xff"), "");
    put(d, key(1, "\xff\xff\x01"), "");
    put(d, key(2, "a\xff"), "");
    assert_int_equal(durable_clear(d, key(1, "a\xff"), NULL), ST_OK);
    expect(d, key(1, "a"), "");
    expect(d, key(1, "a\xff"), NULL);
    expect(d, key(1, "a\xff\xff"), NULL);
    expect(d, key(1, "a\xff\x01"), NULL);
    expect(d, key(1, "b"), "");
    expect(d, key(2, "a\xff"), "");
    assert_int_equal(durable_clear(d, key(1, "\xff\xff"), NULL), ST_OK);
    expect(d, key(1, "\xff"), "");
    expect(d, key(1, "\xff\xff\x01"), NULL);
    assert_int_equal(durable_clear(d, key(1, ""), NULL), ST_OK);
    expect(d, key(1, "a"), NULL);
    expect(d, key(1, "\xff"), NULL);
    expect(d, key(2, "a\xff"), "");
    commit(d);
    durable_close(&d);
}

struct heard {
    struct durable *d;
    char text[256];
    const char *stop_at; /* ST_STOPPED at this key */
    enum status at_end;
};

static enum status hear(void *ctx, const uint8_t *k, size_t k_len,
                        const uint8_t *value, size_t len)
{
    struct heard *h = ctx;
    const size_t at = strlen(h->text);

    snprintf(h->text + at, sizeof h->text - at, "%.*s=%.*s ", (int)k_len,
             (const char *)k, (int)len, (const char *)value);
    if (h->stop_at && strlen(h->stop_at) == k_len &&
        memcmp(h->stop_at, k, k_len) == 0)
        return h->at_end;
    return ST_OK;
}

static void expect_walk(struct durable *d, struct durable_key prefix,
                        const char *from, const char *want)
{
    const struct durable_key at = key(prefix.space, from ? from : "");
    struct heard h = {.d = d};

    assert_int_equal(durable_walk(d, prefix, from ? &at : NULL, hear, &h, NULL),
                     ST_OK);
    assert_string_equal(h.text, want);
}

static void test_walk(void **state)
{
    struct durable *d = open_table();
    struct heard h = {.stop_at = "ab", .at_end = ST_STOPPED};

    (void)state;
    expect_walk(d, key(1, ""), NULL, "");
    begin(d);
    put(d, key(1, "b"), "4");
    put(d, key(1, "ab"), "2");
    put(d, key(1, "a"), "1");
    put(d, key(1, "ac"), "3");
    put(d, key(1, ""), "0");
    put(d, key(2, "a"), "9");
    expect_walk(d, key(1, ""), NULL, "=0 a=1 ab=2 ac=3 b=4 ");
    commit(d);
    expect_walk(d, key(1, "a"), NULL, "a=1 ab=2 ac=3 ");
    expect_walk(d, key(1, "a"), "ab", "ab=2 ac=3 ");
    expect_walk(d, key(1, "a"), "aba", "ac=3 ");
    expect_walk(d, key(1, "a"), "", "a=1 ab=2 ac=3 ");
    expect_walk(d, key(1, "a"), "b", "");
    expect_walk(d, key(1, "z"), NULL, "");
    expect_walk(d, key(2, ""), NULL, "a=9 ");
    assert_int_equal(durable_walk(d, key(1, ""), NULL, hear, &h, NULL), ST_OK);
    assert_string_equal(h.text, "=0 a=1 ab=2 ");
    h = (struct heard){.stop_at = "a", .at_end = ST_NUMERIC};
    assert_int_equal(durable_walk(d, key(1, ""), NULL, hear, &h, NULL),
                     ST_NUMERIC);
    assert_string_equal(h.text, "=0 a=1 ");
    durable_close(&d);
}

/* Deletes what it is at and what comes next, puts one behind, walks itself. */
static enum status meddle(void *ctx, const uint8_t *k, size_t k_len,
                          const uint8_t *value, size_t len)
{
    struct heard *h = ctx;
    const struct durable_key own = {1, k, k_len};
    struct heard inner = {.d = h->d};
    enum status st = durable_delete(h->d, own, NULL);

    if (st == ST_OK && k_len == 1 && *k == 'b') {
        st = durable_delete(h->d, key(1, "c"), NULL);
        if (st == ST_OK)
            st = durable_put(h->d, key(1, "bb"), "new", 3, NULL);
        if (st == ST_OK)
            st = durable_walk(h->d, key(1, "d"), NULL, hear, &inner, NULL);
        assert_string_equal(inner.text, "d=4 ");
    }
    return st == ST_OK ? hear(h, k, k_len, value, len) : st;
}

static void test_walk_that_changes(void **state)
{
    struct durable *d = open_table();
    struct heard h = {.d = d};

    (void)state;
    begin(d);
    put(d, key(1, "a"), "1");
    put(d, key(1, "b"), "2");
    put(d, key(1, "c"), "3");
    put(d, key(1, "d"), "4");
    assert_int_equal(durable_walk(d, key(1, ""), NULL, meddle, &h, NULL),
                     ST_OK);
    assert_string_equal(h.text, "a=1 b=2 bb=new d=4 ");
    commit(d);
    expect_walk(d, key(1, ""), NULL, "");
    durable_close(&d);
}

static bool want_some(void *ctx, const uint8_t *k, size_t k_len)
{
    (void)ctx;
    return k_len != 1 || *k != 'c';
}

static void test_walk_of_some(void **state)
{
    struct durable *d = open_table();
    struct heard h = {.d = d};

    (void)state;
    begin(d);
    put(d, key(1, "a"), "1");
    put(d, key(1, "c"), "2");
    put(d, key(1, "b"), "");
    put(d, key(1, "ba"), "4");
    put(d, key(2, "a"), "5");
    assert_int_equal(
        durable_walk_some(d, key(1, ""), NULL, want_some, hear, &h, NULL),
        ST_OK);
    assert_string_equal(h.text, "a=1 b= ba=4 ");
    h = (struct heard){.d = d};
    put(d, key(1, "d"), "4");
    assert_int_equal(
        durable_walk_some(d, key(1, ""), NULL, want_some, meddle, &h, NULL),
        ST_OK);
    assert_string_equal(h.text, "a=1 b= ba=4 bb=new d=4 ");
    commit(d);
    h = (struct heard){.stop_at = "d", .at_end = ST_NUMERIC};
    assert_int_equal(
        durable_walk_some(d, key(1, ""), NULL, want_some, hear, &h, NULL),
        ST_OK);
    assert_string_equal(h.text, "");
    durable_close(&d);
}

/* ---- memory ---- */

static enum status use(void *ctx)
{
    struct durable *d = NULL;
    struct heard h = {.text = ""};
    struct buffer got = {0};
    enum status st = durable_open(FILE_NAME, APPLICATION, &d, NULL);

    (void)ctx;
    if (st == ST_OK)
        st = durable_begin(d, NULL);
    if (st == ST_OK)
        st = durable_put(d, key(1, "a"), "1", 1, NULL);
    if (st == ST_OK)
        st = durable_get(d, key(1, "a"), &got, NULL);
    if (st == ST_OK)
        st = durable_walk(d, key(1, ""), NULL, hear, &h, NULL);
    if (st == ST_OK)
        st = durable_walk_some(d, key(1, ""), NULL, want_some, hear, &h, NULL);
    if (st == ST_OK)
        st = durable_commit(d, NULL);
    buffer_free(&got);
    durable_close(&d);
    return st;
}

static void test_no_memory(void **state)
{
    (void)state;
    alloc_torture(use, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_keeps),
        TEST(test_rollback),
        TEST(test_failed_transaction),
        TEST(test_clear),
        TEST(test_walk),
        TEST(test_walk_that_changes),
        TEST(test_walk_of_some),
        TEST(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
