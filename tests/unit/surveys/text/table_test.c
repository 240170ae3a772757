/* table_test.c - columns stand under each other, in Chinese too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "surveys/table.h"

static enum status print(void *ctx)
{
    static const char *const titles[] = {"省份", ">index", "remark"};
    static const char *const rows[][3] = {{"广东", "72.5", "好\n的"},
                                          {"Inner Mongolia", "8.25", ""},
                                          {"内蒙古", "100", "\x1b[31mx"}};
    char **text = ctx;
    struct table *t = NULL;
    size_t len;
    FILE *f = open_memstream(text, &len);
    enum status st = table_new(3, titles, &t);

    for (size_t i = 0; st == ST_OK && i < 3; i++)
        st = table_row(t, rows[i]);
    if (st == ST_OK)
        st = table_print(t, f);
    table_free(&t);
    assert_null(t);
    fclose(f);
    return st;
}

static enum status print_and_drop(void *ctx)
{
    char *text = NULL;
    enum status st = print(&text);

    (void)ctx;
    free(text);
    return st;
}

static void aligns(void **state)
{
    char *text = NULL;

    (void)state;
    assert_int_equal(print(&text), ST_OK);
    assert_string_equal(text, "省份            index  remark\n"
                              "广东             72.5  好 的\n"
                              "Inner Mongolia   8.25\n"
                              "内蒙古            100   [31mx\n");
    free(text);
    alloc_torture(print_and_drop, NULL);
}

static void prints_no_rows(void **state)
{
    static const char *const titles[] = {">n"};
    struct table *t = NULL;
    FILE *full = fopen("/dev/full", "w");

    (void)state;
    assert_non_null(full);
    setbuf(full, NULL);
    assert_int_equal(table_new(1, titles, &t), ST_OK);
    assert_int_equal(table_print(t, full), ST_IO);
    fclose(full);
    table_free(&t);
    table_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(aligns),
                                       cmocka_unit_test(prints_no_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
