/* durable_help.h - a table in the test's folder, and short ways to use it. */
#ifndef TESTS_DURABLE_HELP_H
#define TESTS_DURABLE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/durable.h"

#define APPLICATION 0x6d616e79u
#define FILE_NAME   "table.db"

static inline struct durable_key key(uint32_t space, const char *text)
{
    return (struct durable_key){space, text, strlen(text)};
}

static inline struct durable *open_table(void)
{
    struct durable *d = NULL;
    struct err err = {.text = ""};

    if (durable_open(FILE_NAME, APPLICATION, &d, &err) != ST_OK)
        fail_msg("%s", err.text);
    return d;
}

static inline enum status try_open(struct err *err)
{
    struct durable *d = NULL;
    const enum status st = durable_open(FILE_NAME, APPLICATION, &d, err);

    if (st != ST_OK)
        assert_null(d);
    durable_close(&d);
    return st;
}

static inline void begin(struct durable *d)
{
    assert_int_equal(durable_begin(d, NULL), ST_OK);
}

static inline void commit(struct durable *d)
{
    assert_int_equal(durable_commit(d, NULL), ST_OK);
}

static inline void put(struct durable *d, struct durable_key k,
                       const char *value)
{
    assert_int_equal(durable_put(d, k, value, strlen(value), NULL), ST_OK);
}

static inline void expect(struct durable *d, struct durable_key k,
                          const char *want)
{
    struct buffer got = {0};
    const enum status st = durable_get(d, k, &got, NULL);

    if (!want) {
        assert_int_equal(st, ST_NOTFOUND);
        assert_int_equal(got.len, 0);
    } else {
        assert_int_equal(st, ST_OK);
        assert_int_equal(got.len, strlen(want));
        if (got.len)
            assert_memory_equal(got.data, want, got.len);
    }
    buffer_free(&got);
}

static inline int remove_table(void **state)
{
    (void)state;
    (void)unlink(FILE_NAME);
    (void)unlink(FILE_NAME "-wal");
    return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, remove_table)

#endif
