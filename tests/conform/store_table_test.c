/* store_table_test.c - keyed tables, opening and copies, on every engine. */
#include "store_fixture.h"

/* ---- keyed tables ---- */

static void put(struct fixture *f, enum store_table t, const char *key,
                const char *value)
{
    const struct store_key k = {key, strlen(key)};

    ok(f, store_begin(f->s, &f->err));
    ok(f, store_put(f->s, t, k, value, strlen(value), &f->err));
    ok(f, store_commit(f->s, &f->err));
}

static bool note(void *ctx, struct store_key key, const void *value, size_t len)
{
    struct buffer *out = ctx;

    assert_int_equal(buffer_add(out, key.data, key.len), ST_OK);
    assert_int_equal(buffer_byte(out, '='), ST_OK);
    assert_int_equal(buffer_add(out, value, len), ST_OK);
    assert_int_equal(buffer_byte(out, ' '), ST_OK);
    return len != 4; /* "stop" */
}

static void assert_list(struct fixture *f, const char *from, const char *to,
                        const char *want)
{
    struct buffer got = {0};
    const struct store_key a = {from, strlen(from)};
    const struct store_key b = {to, to ? strlen(to) : 0};

    ok(f, store_list(f->s, TABLE_DUE, a, b, note, &got, &f->err));
    ok(f, buffer_byte(&got, '\0'));
    assert_string_equal(got.data, want);
    buffer_free(&got);
}

static void keyed_rows(void **state)
{
    struct fixture *f = *state;
    const struct store_key key = {"b", 1}, none = {"zz", 2};
    struct buffer value = {0};

    put(f, TABLE_DUE, "b", "2");
    put(f, TABLE_DUE, "a", "1");
    put(f, TABLE_DUE, "ab", "");
    put(f, TABLE_EVENTS, "b", "other table");
    put(f, TABLE_DUE, "b", "stop");
    put(f, TABLE_DUE, "c", "3");
    assert_list(f, "", NULL, "a=1 ab= b=stop ");
    assert_list(f, "aa", "b", "ab= ");
    assert_list(f, "a", "ab", "a=1 ");
    assert_list(f, "c", NULL, "c=3 ");
    assert_list(f, "c", "c", "");
    assert_list(f, "d", "a", "");
    ok(f, store_get(f->s, TABLE_DUE, key, &value, &f->err));
    ok(f, store_get(f->s, TABLE_EVENTS, key, &value, &f->err));
    assert_int_equal(value.len, 15);
    assert_memory_equal(value.data, "stopother table", 15);
    assert_int_equal(store_get(f->s, TABLE_DUE, none, &value, &f->err),
                     ST_NOTFOUND);
    assert_int_equal(value.len, 15);
    ok(f, store_begin(f->s, &f->err));
    ok(f, store_delete(f->s, TABLE_DUE, key, &f->err));
    ok(f, store_delete(f->s, TABLE_DUE, none, &f->err));
    ok(f, store_commit(f->s, &f->err));
    assert_list(f, "", NULL, "a=1 ab= c=3 ");
    for (const char *const *k = (const char *const[]){"a", "ab", "c", NULL}; *k;
         k++) {
        ok(f, store_begin(f->s, &f->err));
        ok(f, store_delete(f->s, TABLE_DUE, (struct store_key){*k, strlen(*k)},
                           &f->err));
        ok(f, store_commit(f->s, &f->err));
    }
    assert_list(f, "", NULL, "");
    buffer_free(&value);
}

static void keys_and_values_at_their_limits(void **state)
{
    struct fixture *f = *state;
    static uint8_t long_key[STORE_KEY_MAX + 1], big[DEFINITION_MAX];
    struct store_key key = {long_key, STORE_KEY_MAX};
    struct buffer value = {0};

    memset(long_key, 0xff, sizeof long_key);
    sample_bytes(&f->seed, big, sizeof big);
    for (size_t t = 0; t < STORE_TABLES; t++) {
        key.len = STORE_KEY_MAX;
        ok(f, store_begin(f->s, &f->err));
        ok(f,
           store_put(f->s, (enum store_table)t, key, big, sizeof big, &f->err));
        key.len = STORE_KEY_MAX + 1;
        assert_int_equal(
            store_put(f->s, (enum store_table)t, key, "", 0, &f->err),
            ST_RANGE);
        assert_int_equal(store_delete(f->s, (enum store_table)t, key, &f->err),
                         ST_RANGE);
        ok(f, store_commit(f->s, &f->err));
        assert_int_equal(
            store_get(f->s, (enum store_table)t, key, &value, &f->err),
            ST_RANGE);
        key.len = STORE_KEY_MAX;
        value.len = 0;
        ok(f, store_get(f->s, (enum store_table)t, key, &value, &f->err));
        assert_int_equal(value.len, sizeof big);
        assert_memory_equal(value.data, big, sizeof big);
    }
    value.max = value.len;
    assert_int_equal(store_get(f->s, TABLE_DUE, key, &value, &f->err),
                     ST_RANGE);
    assert_int_equal(value.len, sizeof big);
    buffer_free(&value);
}

/* ---- opening and copies ---- */

static void no_such_kind_of_store(void **state)
{
    static const char *const urls[] = {
        "", "sqlite", "sqlite:", "sqlite::x", "memory:x", "mysql:x"};
    struct fixture *f = *state;
    struct store *s = NULL;

    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        assert_int_equal(store_open(urls[i], STORE_WRITE, &s, &f->err),
                         ST_INVALID);
        assert_null(s);
        assert_int_not_equal(f->err.text[0], '\0');
    }
    store_close(&s);
}

struct tally {
    uint64_t rows, sum;
};

/* Every row's bytes in one sum that depends on their order. */
static enum status digest_row(void *ctx, const struct store_row *row)
{
    const struct response *r = &row->entry.response;
    struct tally *t = ctx;

    t->rows++;
    for (size_t i = 0; i < ID_SIZE; i++)
        t->sum = t->sum * 31 + r->id[i] + r->salt[i];
    for (size_t i = 0; i < r->items; i++)
        t->sum = t->sum * 31 + r->answers[i];
    t->sum = t->sum * 31 + row->entry.state + row->entry.revision;
    return ST_OK;
}

static struct tally digest(struct fixture *f, struct store *s)
{
    struct tally t = {0};
    struct watermark w = {0};

    ok(f, store_scan(s, &w, SCAN_ALL, 0, digest_row, &t, &w, &f->err));
    return t;
}

static void backup_is_the_same_log(void **state)
{
    struct fixture *f = *state;
    const struct store_key key = {"who", 3};
    struct store *copy = NULL, *mine = f->s;
    struct buffer value = {0};
    struct tally want, got;
    struct watermark to;
    struct sample a, b;

    make(f, &a);
    make(f, &b);
    (void)submit(f, &a, false);
    (void)submit(f, &b, false);
    (void)erase(f, &a, NOW);
    for (size_t t = 0; t < STORE_TABLES; t++)
        put(f, (enum store_table)t, "who", "never");
    if (store_backup(f->s, "copy.db", &f->err) == ST_REFUSED)
        return; /* this kind has no file */
    assert_int_equal(store_backup(f->s, "copy.db", &f->err), ST_EXISTS);
    assert_int_equal(store_restore("sqlite:copy.db", "copy.db", &f->err),
                     ST_EXISTS);
    ok(f, store_restore("sqlite:again.db", "copy.db", &f->err));
    ok(f, store_open("sqlite:again.db", STORE_WRITE, &copy, &f->err));
    want = digest(f, mine);
    got = digest(f, copy);
    assert_true(want.rows >= 3 && want.rows == got.rows);
    assert_true(want.sum == got.sum);
    /* what was read of the original is void here */
    ok(f,
       store_scan(mine, &f->start, SCAN_ALL, 0, skip_row, NULL, &to, &f->err));
    assert_int_equal(
        store_scan(copy, &to, SCAN_ALL, 0, skip_row, NULL, &to, &f->err),
        ST_NOTFOUND);
    f->s = copy;
    assert_int_equal(submit(f, &a, false), VERDICT_ERASED);
    assert_int_equal(submit(f, &b, false), VERDICT_DUPLICATE);
    for (size_t t = 0; t < STORE_TABLES; t++) {
        value.len = 0;
        ok(f, store_get(copy, (enum store_table)t, key, &value, &f->err));
        assert_int_equal(value.len, 5);
        assert_memory_equal(value.data, "never", 5);
    }
    f->s = mine;
    store_close(&copy);
    buffer_free(&value);
    unlink("copy.db");
    unlink("again.db");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(keyed_rows),
        cmocka_unit_test(keys_and_values_at_their_limits),
        cmocka_unit_test(no_such_kind_of_store),
        cmocka_unit_test(backup_is_the_same_log),
    };

    return run_everywhere("store tables", tests, sizeof tests / sizeof *tests);
}
