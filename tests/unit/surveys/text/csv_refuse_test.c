/* csv_refuse_test.c - delimited text that is broken, hostile or too large. */
#include "csv_sample.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include "alloc.h"
#include "base/limits.h"

/* Bad records are told one by one, and the next is read. */
static void goes_on_after_bad_records(void **state)
{
    static const char bytes[] = "a,b\n1\n2,3,4\n5,6\nx\0y,7\n\xff,8\n"
                                "\"9\"9,10\n11,12\n\"13,14\n15,16\n";

    (void)state;
    open_bytes(bytes, sizeof bytes - 1, NULL);
    expect_fail(ST_INVALID, "in.csv:2: 1 fields, the header has 2");
    expect_fail(ST_INVALID, "in.csv:3: 3 fields, the header has 2");
    expect_row(4, "5", "6");
    expect_fail(ST_INVALID, "in.csv:5: a NUL byte");
    expect_fail(ST_INVALID, "in.csv:6: not UTF-8; if it is GB18030 use "
                            "--encoding gb18030");
    expect_fail(ST_INVALID, "in.csv:7: text behind a closing quote");
    expect_row(8, "11", "12");
    expect_fail(ST_INVALID, "in.csv:9: the quote opened here is not closed");
    expect_end();
}

static void refuses_to_open(void **state)
{
    (void)state;
    expect_refusal("", 0, ST_INVALID, "in.csv: is empty");
    expect_refusal("\xef\xbb\xbf", 3, ST_INVALID, "in.csv: is empty");
    expect_refusal("\r\n\r\n", 4, ST_INVALID, "in.csv: is empty");
    expect_refusal("\xff\xfe"
                   "a\0,\0",
                   6, ST_INVALID, "in.csv: is UTF-16; save it as CSV UTF-8");
    expect_refusal("\xfe\xff\0a\0,", 6, ST_INVALID,
                   "in.csv: is UTF-16; save it as CSV UTF-8");
    expect_refusal("a,b,a\n", 6, ST_INVALID, "in.csv:1: column 'a' twice");
    expect_refusal("\xb1\xe0\xba\xc5,b\n", 7, ST_INVALID,
                   "in.csv:1: not UTF-8; if it is GB18030 use "
                   "--encoding gb18030");
    expect_refusal("a\0b,c\n", 6, ST_INVALID, "in.csv:1: a NUL byte");
    expect_refusal("\"a,b\n1,2\n", 9, ST_INVALID,
                   "in.csv:1: the quote opened here is not closed");
}

static void refuses_missing_and_folders(void **state)
{
    struct csv *none = NULL;
    const struct csv_options big5 = {.encoding = "big5"};

    (void)state;
    assert_int_equal(csv_open("gone.csv", NULL, &none, &err), ST_NOTFOUND);
    assert_string_equal(err.text, "gone.csv: no such file");
    assert_int_equal(csv_open("/", NULL, &none, &err), ST_INVALID);
    assert_string_equal(err.text, "/: is a directory");
    write_bytes("a\n", 2);
    assert_int_equal(csv_open(FILE_NAME, &big5, &none, &err), ST_INVALID);
    assert_string_equal(err.text, "unknown encoding 'big5': utf-8 or gb18030");
    assert_int_equal(chmod(FILE_NAME, 0), 0);
    if (geteuid() == 0) /* root may read everything; be somebody else */
        assert_int_equal(seteuid(65534), 0);
    assert_int_equal(csv_open(FILE_NAME, NULL, &none, &err), ST_REFUSED);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_string_equal(err.text, "in.csv: no permission to read it");
    assert_null(none);
}

static void refuses_too_many_columns(void **state)
{
    char text[2 * CSV_COLUMNS_MAX + 8];

    (void)state;
    memset(text, ',', sizeof text);
    expect_refusal(text, CSV_COLUMNS_MAX, ST_RANGE,
                   "in.csv:1: 1025 columns, at most 1024");
    text[CSV_COLUMNS_MAX - 1] = '\n'; /* 1024 columns, then a longer row */
    open_bytes(text, sizeof text, NULL);
    expect_fail(ST_INVALID, "in.csv:2: 1033 fields, the header has 1024");
    expect_end();
}

/* As long as allowed, one byte more, and far more than memory should hold. */
static void refuses_long_lines(void **state)
{
    char *text = malloc(LINE_MAX_BYTES + 16);
    struct rusage before, after;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', LINE_MAX_BYTES + 16);
    memcpy(text, "a\n", 2);
    text[2 + LINE_MAX_BYTES - 1] = '\n';
    open_bytes(text, 2 + LINE_MAX_BYTES, NULL);
    assert_int_equal(csv_next(csv, &row, &err), ST_OK);
    assert_int_equal(row[0].len, LINE_MAX_BYTES - 1);
    expect_end();
    text[2 + LINE_MAX_BYTES - 1] = 'x';
    text[2 + LINE_MAX_BYTES] = '\n';
    open_bytes(text, 2 + LINE_MAX_BYTES + 1, NULL);
    expect_fail(ST_RANGE, "in.csv:2: a line longer than 1048576 bytes");
    expect_fail(ST_RANGE, "in.csv:2: a line longer than 1048576 bytes");
    csv_close(&csv);
    text[2] = '"';
    open_bytes(text, 2 + LINE_MAX_BYTES + 3, NULL);
    expect_fail(ST_RANGE, "in.csv:2: a record longer than 1048576 bytes; the "
                          "quote opened on line 2 is not closed");
    csv_close(&csv);
    free(text);

    write_bytes("a,b\n1,2\n", 8);
    assert_int_equal(truncate(FILE_NAME, INT64_C(1) << 30), 0); /* a hole */
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    assert_int_equal(csv_open(FILE_NAME, NULL, &csv, &err), ST_OK);
    expect_row(2, "1", "2");
    expect_fail(ST_RANGE, "in.csv:3: a line longer than 1048576 bytes");
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 * 1024);
}

static enum status read_all(void *ctx)
{
    struct csv *c = NULL;
    struct err why;
    enum status st = csv_open(FILE_NAME, ctx, &c, &why);

    while (st == ST_OK)
        st = csv_next(c, &row, &why);
    csv_close(&c);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static void survives_failed_allocations(void **state)
{
    struct csv_options gb = {.encoding = "gb18030"};
    FILE *f;

    (void)state;
    write_bytes("\xb1\xe0\xba\xc5,b\n\"\xc2\xfa\xd2\xe2\",2\n", 16);
    alloc_torture(read_all, &gb);
    f = fopen(FILE_NAME, "wb"); /* a record that makes the buffer grow */
    assert_non_null(f);
    fprintf(f, "a,b\n1,%0600000d\n", 7);
    assert_int_equal(fclose(f), 0);
    alloc_torture(read_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(goes_on_after_bad_records, clean),
        cmocka_unit_test_teardown(refuses_to_open, clean),
        cmocka_unit_test_teardown(refuses_missing_and_folders, clean),
        cmocka_unit_test_teardown(refuses_too_many_columns, clean),
        cmocka_unit_test_teardown(refuses_long_lines, clean),
        cmocka_unit_test_teardown(survives_failed_allocations, clean)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
