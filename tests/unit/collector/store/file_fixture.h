/* file_fixture.h - a store file that tests look at from outside. */
#ifndef TESTS_FILE_FIXTURE_H
#define TESTS_FILE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/bytes.h"
#include "collector/store.h"
#include "store_sample.h"

#define NOW  INT64_C(1767225600123)
#define PATH "file.db"
#define URL  "sqlite:" PATH

static struct err err;

static inline int clean(void **state)
{
    (void)state;
    (void)unlink(PATH);
    (void)unlink(PATH "-wal");
    (void)unlink(PATH "-shm");
    (void)unlink(PATH "-journal");
    (void)unlink(PATH "-lock");
    return 0;
}

static inline struct store *open_ok(enum store_mode mode)
{
    struct store *s = NULL;

    if (store_open(URL, mode, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline void open_fails(enum store_mode mode, enum status want)
{
    struct store *s = NULL;

    memset(&err, 0, sizeof err);
    assert_int_equal(store_open(URL, mode, &s, &err), want);
    assert_null(s);
    assert_non_null(strstr(err.text, PATH)); /* the place ... */
    assert_non_null(strchr(err.text, ' '));  /* ... and the cause */
}

static inline void submit_many(struct store *s, uint64_t seed, uint64_t n)
{
    struct sample x;
    enum verdict v;

    assert_int_equal(store_begin(s, &err), ST_OK);
    for (uint64_t i = 0; i < n; i++) {
        sample_make(&x, seed + i, NOW);
        assert_int_equal(store_submit(s, &x.r, false, &v, &err), ST_OK);
    }
    assert_int_equal(store_commit(s, &err), ST_OK);
}

/* Say something to the file behind the store's back. */
static inline void say(const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(PATH, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static inline void write_file(const char *path, const void *data, size_t len)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static inline struct buffer read_file(const char *path)
{
    struct buffer b = {0};
    FILE *f = fopen(path, "rb");
    int c;

    if (!f)
        return b;
    while ((c = fgetc(f)) != EOF)
        assert_int_equal(buffer_byte(&b, (uint8_t)c), ST_OK);
    fclose(f);
    return b;
}

/* Refused in both modes, and not a byte changed. */
static inline void refused_untouched(enum status want)
{
    struct buffer was = read_file(PATH), is;

    open_fails(STORE_READ, want);
    open_fails(STORE_WRITE, want);
    is = read_file(PATH);
    assert_int_equal(is.len, was.len);
    assert_memory_equal(is.data, was.data, was.len);
    buffer_free(&was);
    buffer_free(&is);
}

#endif
