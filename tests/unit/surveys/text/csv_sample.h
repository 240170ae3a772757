/* csv_sample.h - a file of given bytes, read record by record. */
#ifndef TESTS_CSV_SAMPLE_H
#define TESTS_CSV_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "surveys/csv.h"

#define FILE_NAME "in.csv"

static struct csv *csv; /* the one that is open */
static struct err err;
static const struct csv_field *row;

static inline void write_bytes(const char *bytes, size_t len)
{
    FILE *f = fopen(FILE_NAME, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static inline void open_bytes(const char *bytes, size_t len,
                              const struct csv_options *options)
{
    write_bytes(bytes, len);
    assert_int_equal(csv_open(FILE_NAME, options, &csv, &err), ST_OK);
}

static inline void open_text(const char *text)
{
    open_bytes(text, strlen(text), NULL);
}

static inline void expect_row(uint64_t line, const char *a, const char *b)
{
    assert_int_equal(csv_next(csv, &row, &err), ST_OK);
    assert_string_equal(row[0].text, a);
    assert_int_equal(row[0].len, strlen(a));
    assert_string_equal(row[1].text, b);
    assert_int_equal(row[1].len, strlen(b));
    assert_int_equal(csv_line(csv), line);
}

static inline void expect_fail(enum status st, const char *message)
{
    assert_int_equal(csv_next(csv, &row, &err), st);
    assert_string_equal(err.text, message);
}

static inline void expect_end(void)
{
    assert_int_equal(csv_next(csv, &row, &err), ST_NOTFOUND);
    assert_int_equal(csv_next(csv, &row, &err), ST_NOTFOUND);
    csv_close(&csv);
    assert_null(csv);
}

static inline void expect_refusal(const char *bytes, size_t len, enum status st,
                                  const char *message)
{
    struct csv *none = NULL;

    write_bytes(bytes, len);
    assert_int_equal(csv_open(FILE_NAME, NULL, &none, &err), st);
    assert_string_equal(err.text, message);
    assert_null(none);
}

static inline int clean(void **state)
{
    (void)state;
    csv_close(&csv);
    unlink(FILE_NAME);
    return 0;
}

#endif
