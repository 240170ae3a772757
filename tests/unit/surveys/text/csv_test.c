/* csv_test.c - delimited text as spreadsheets write it. */
#include "csv_sample.h"

static void reads_plain(void **state)
{
    (void)state;
    open_text(" id ,SAT1\n17,8\n23,\n");
    assert_int_equal(csv_columns(csv), 2);
    assert_string_equal(csv_column(csv, 0), "id");
    assert_int_equal(csv_find(csv, "SAT1"), 1);
    assert_int_equal(csv_find(csv, "SAT2"), SIZE_MAX);
    assert_int_equal(csv_size(csv), 19);
    assert_int_equal(csv_offset(csv), 10);
    expect_row(2, "17", "8");
    assert_int_equal(csv_offset(csv), 15);
    expect_row(3, "23", "");
    expect_end();
}

/* Excel: UTF-8 BOM, CRLF, quoted line breaks, a blank last line. */
static void reads_excel(void **state)
{
    (void)state;
    open_text("\xef\xbb\xbf编号,\"意 见\"\r\n1,\"很好,\r\n谢谢\"\r\n"
              "2,\"他说\"\"好\"\"\"\r\n3,\"\"\r\n\r\n\r\n");
    assert_string_equal(csv_column(csv, 0), "编号");
    assert_string_equal(csv_column(csv, 1), "意 见");
    expect_row(2, "1", "很好,\r\n谢谢");
    expect_row(4, "2", "他说\"好\"");
    expect_row(5, "3", "");
    expect_end();
}

static void reads_line_ends(void **state)
{
    (void)state;
    open_text("a,b\r1,2\r3,4");
    expect_row(2, "1", "2");
    expect_row(3, "3", "4");
    expect_end();
    open_text("\n\na,b\n\n1,2\r\n\n\r3,4\n");
    expect_row(5, "1", "2");
    expect_row(8, "3", "4");
    expect_end();
}

static void finds_the_separator(void **state)
{
    (void)state;
    open_text("a;b,c\n1;2,3\n"); /* tied: the comma */
    expect_row(2, "1;2", "3");
    expect_end();
    open_text("a;\"b,,,c\"\n1;2,3\n"); /* quoted ones do not count */
    assert_string_equal(csv_column(csv, 1), "b,,,c");
    expect_row(2, "1", "2,3");
    expect_end();
    open_text("a\tb;c\td\n1\t2\t3\n");
    assert_int_equal(csv_columns(csv), 3);
    expect_row(2, "1", "2");
    expect_end();
    open_text("one\n17\n");
    assert_int_equal(csv_columns(csv), 1);
    assert_int_equal(csv_next(csv, &row, &err), ST_OK);
    assert_string_equal(row[0].text, "17");
    expect_end();
}

/* A tab, a bell or a quote within a plain field is just a byte. */
static void reads_odd_bytes(void **state)
{
    (void)state;
    open_text("a,b\nx\ty\x01\x02z,5\"6\"\n \"q\",\x0b\x0c\n");
    expect_row(2, "x\ty\x01\x02z", "5\"6\"");
    expect_row(3, " \"q\"", "\x0b\x0c");
    expect_end();
}

/* The characters of GB18030 hold digits and letters as second bytes. */
static void reads_gb18030(void **state)
{
    static const char bytes[] =
        "\x84\x31\x95\x33\xb1\xe0\xba\xc5;\xc2\xfa\xd2\xe2\n" /* 编号;满意 */
        "\x81\x30\x81\x30;\"\x81\x41\x81\x7c\"\n" /* four bytes; A and | */
        "1;\x81\n"
        "2;8\n";
    const struct csv_options gb = {.encoding = "GB18030"};
    const struct csv_options utf8 = {.encoding = "UTF-8"};

    (void)state;
    open_bytes(bytes, sizeof bytes - 1, &gb);
    assert_string_equal(csv_column(csv, 0), "编号");
    assert_string_equal(csv_column(csv, 1), "满意");
    expect_row(2, "\xc2\x80", "丄亅");
    expect_fail(ST_INVALID, "in.csv:3: not GB18030");
    expect_row(4, "2", "8");
    assert_int_equal(csv_offset(csv), sizeof bytes - 1);
    expect_end();
    /* a UTF-8 mark settles it */
    open_bytes("\xef\xbb\xbf满,意\n度,1\n", 3 + 8 + 6, &gb);
    expect_row(2, "度", "1");
    expect_end();
    open_bytes("满,意\n度,1\n", 8 + 6, &utf8);
    expect_row(2, "度", "1");
    expect_end();
}

static void resumes(void **state)
{
    const char *text = "a,b\r\n1,\"x\ny\"\r\n2,3\r\n\r\n4,5\r\n";
    struct csv_options at = {.skip_to = 0};
    struct csv *none = NULL;

    (void)state;
    open_text(text);
    expect_row(2, "1", "x\ny");
    at.skip_to = csv_offset(csv);
    csv_close(&csv);
    open_bytes(text, strlen(text), &at);
    expect_row(4, "2", "3");
    at.skip_to = csv_offset(csv);
    csv_close(&csv);
    open_bytes(text, strlen(text), &at);
    expect_row(6, "4", "5");
    at.skip_to = csv_offset(csv);
    csv_close(&csv);
    open_bytes(text, strlen(text), &at);
    expect_end();
    at.skip_to = strlen(text) + 1;
    assert_int_equal(csv_open(FILE_NAME, &at, &none, &err), ST_INVALID);
    assert_string_equal(err.text, "in.csv: ends before byte 27: not the file "
                                  "it was");
    at.skip_to = 3;
    assert_int_equal(csv_open(FILE_NAME, &at, &none, &err), ST_INVALID);
    assert_string_equal(err.text, "in.csv: byte 3 lies in the header");
}

/* Records of every length around the buffer's end: none is torn. */
static void reads_across_the_buffer(void **state)
{
    enum { ROWS = 60000 };
    const unsigned step = 7919;
    FILE *f = fopen(FILE_NAME, "wb");
    uint64_t line = 2;

    (void)state;
    assert_non_null(f);
    fputs("n,text\n", f);
    for (unsigned i = 0; i < ROWS; i++) {
        const int n = (int)(i * step % 31);

        if (i % 3)
            fprintf(f, "%u,%.*s\r\n", i, n, "0123456789012345678901234567890");
        else
            fprintf(f, "\"%u\",\"\"\"%.*s\n\"\"\"\r\n", i, n,
                    "满意满意满意满意满意满意满意满意满意满意满意满意满意满意"
                    "满意满意满意满意满意" +
                        0);
    }
    assert_int_equal(fclose(f), 0);
    assert_int_equal(csv_open(FILE_NAME, NULL, &csv, &err), ST_OK);
    for (unsigned i = 0; i < ROWS; i++) {
        const size_t n = i * step % 31;
        const enum status st = csv_next(csv, &row, &err);

        assert_int_equal(csv_line(csv), line);
        line += i % 3 ? 1 : 2;
        if (i % 3 == 0 && n % 3) { /* the text was cut within a character */
            assert_int_equal(st, ST_INVALID);
            continue;
        }
        assert_int_equal(st, ST_OK);
        assert_int_equal(strtoul(row[0].text, NULL, 10), i);
        assert_int_equal(row[1].len, i % 3 ? n : n + 3);
        assert_int_equal(strlen(row[1].text), row[1].len);
    }
    expect_end();
}

static void reads_standard_input(void **state)
{
    const int saved = dup(STDIN_FILENO);

    (void)state;
    write_bytes("a,b\n1,2\n", 8);
    assert_non_null(freopen(FILE_NAME, "rb", stdin));
    assert_int_equal(csv_open("-", NULL, &csv, &err), ST_OK);
    expect_row(2, "1", "2");
    expect_end();
    assert_true(saved < 0 || dup2(saved, STDIN_FILENO) == STDIN_FILENO);
    close(saved);
}

static void expect_written(const char *a, const char *b, const char *want)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    assert_non_null(f);
    assert_int_equal(csv_write(f, a, false), ST_OK);
    assert_int_equal(csv_write(f, b, true), ST_OK);
    assert_int_equal(fclose(f), 0);
    assert_string_equal(text, want);
    free(text);
}

static void writes(void **state)
{
    FILE *full = fopen("/dev/full", "w");

    (void)state;
    expect_written("8", "", "8,\n");
    expect_written("满意,很", "a\"b", "\"满意,很\",\"a\"\"b\"\n");
    expect_written("a\nb", " c", "\"a\nb\",\" c\"\n");
    expect_written("a;b", "a\tb", "\"a;b\",\"a\tb\"\n");
    assert_non_null(full);
    setbuf(full, NULL);
    assert_int_equal(csv_write(full, "8", true), ST_IO);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(reads_plain, clean),
        cmocka_unit_test_teardown(reads_excel, clean),
        cmocka_unit_test_teardown(reads_line_ends, clean),
        cmocka_unit_test_teardown(finds_the_separator, clean),
        cmocka_unit_test_teardown(reads_odd_bytes, clean),
        cmocka_unit_test_teardown(reads_gb18030, clean),
        cmocka_unit_test_teardown(resumes, clean),
        cmocka_unit_test_teardown(reads_across_the_buffer, clean),
        cmocka_unit_test_teardown(reads_standard_input, clean),
        cmocka_unit_test_teardown(writes, clean)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
