/* codes_test.c - dated code tables and the org tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "surveys/codes.h"
#include "surveys/period.h"

#define HEAD                                                                   \
    "code,parent,level,kind,gb_code,name_zh,name_en,valid_from,valid_to\n"

static const char *const tables[] = {"operators",   "products", "provinces",
                                     "touchpoints", "classes",  "channels",
                                     "entries",     "frames"};

static struct codes *codes;
static struct err err;

static void write_table(const char *name, const char *rows)
{
    char path[64];
    FILE *f;

    (void)snprintf(path, sizeof path, "codes/%s.csv", name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(HEAD, f) >= 0 && fputs(rows, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int write_tables(void **state)
{
    (void)state;
    assert_int_equal(mkdir("codes", 0700), 0);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        write_table(tables[i], "X,,,,,未知,Unknown,,\n");
    write_table("org", "CT,,HQ,own,,总部,Headquarters,2001-01-01,\n"
                       "CT42,CT,PROV,own,420000,湖北,Hubei,2001-01-01,\n"
                       "CT4290,CT42,PREF,own,,江汉,Jianghan,2001-01-01,\n");
    return 0;
}

static int remove_tables(void **state)
{
    char path[64];

    (void)state;
    codes_free(&codes);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        (void)snprintf(path, sizeof path, "codes/%s.csv", tables[i]);
        unlink(path);
    }
    unlink("codes/org.csv");
    return rmdir("codes");
}

static int32_t day(const char *text)
{
    int32_t d;

    assert_int_equal(period_parse_day(text, false, &d, &err), ST_OK);
    return d;
}

static void load(void)
{
    assert_int_equal(codes_load("codes", "codes/org.csv", &codes, &err), ST_OK);
}

static void refuse(const char *message)
{
    assert_int_equal(codes_load("codes", "codes/org.csv", &codes, &err),
                     ST_INVALID);
    assert_string_equal(err.text, message);
    assert_null(codes);
}

static void finds_by_day(void **state)
{
    const struct code *c;

    (void)state;
    write_table("operators", "CT,,,,,中国电信,China Telecom,2002-05-16,\n"
                             "CN,,,,,中国网通,China Netcom,2002-05-16,"
                             "2008-10-15\n"
                             "CN,,,,,新网,New Net,2020-01-01,\n"
                             "OLD,,,,,旧,Old,,2001-01-01\n");
    load();
    assert_int_equal(codes_count(codes, CODES_OPERATOR), 4);
    assert_string_equal(codes_at(codes, CODES_OPERATOR, 3)->code, "OLD");
    c = codes_find(codes, CODES_OPERATOR, "CN", day("2008-10-14"));
    assert_non_null(c);
    assert_string_equal(c->name_zh, "中国网通");
    assert_string_equal(c->name_en, "China Netcom");
    assert_null(codes_find(codes, CODES_OPERATOR, "CN", day("2008-10-15")));
    assert_null(codes_find(codes, CODES_OPERATOR, "CN", day("2002-05-15")));
    c = codes_find(codes, CODES_OPERATOR, "CN", day("2026-11-22"));
    assert_string_equal(c->name_en, "New Net");
    assert_int_equal(c->valid_to, INT32_MAX);
    assert_non_null(codes_find(codes, CODES_OPERATOR, "OLD", INT32_MIN));
    assert_null(codes_find(codes, CODES_OPERATOR, "ct", day("2026-11-22")));
    assert_null(codes_find(codes, CODES_OPERATOR, "", day("2026-11-22")));
}

static void knows_the_tree(void **state)
{
    const struct code *c;

    (void)state;
    load();
    c = codes_find(codes, CODES_ORG, "CT4290", day("2026-11-22"));
    assert_string_equal(c->parent, "CT42");
    assert_string_equal(c->level, "PREF");
    assert_string_equal(c->kind, "own");
    assert_string_equal(c->gb_code, "");
    assert_null(codes_find(codes, CODES_ORG, "CT43", day("2026-11-22")));
}

static void takes_any_unit_without_a_tree(void **state)
{
    (void)state;
    assert_int_equal(codes_load("codes", NULL, &codes, &err), ST_OK);
    assert_int_equal(codes_count(codes, CODES_ORG), 0);
    assert_string_equal(codes_find(codes, CODES_ORG, "whatever", 0)->name_en,
                        "");
}

static void finds_among_many(void **state)
{
    char path[] = "codes/org.csv", code[32];
    FILE *f = fopen(path, "w");

    (void)state;
    assert_non_null(f);
    fputs(HEAD, f);
    for (int i = 0; i < 20000; i++)
        fprintf(f, "U%d,%s,UNIT,,,,,,\n", i, i ? "U0" : "");
    assert_int_equal(fclose(f), 0);
    load();
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(code, sizeof code, "U%d", i);
        assert_string_equal(codes_find(codes, CODES_ORG, code, 0)->code, code);
    }
}

static void refuses_bad_rows(void **state)
{
    (void)state;
    write_table("org", "A,,,,,,,2020-01-01,\nA,,,,,,,2021-01-01,\n");
    refuse("codes/org.csv:3: valid twice on one day: 'A'");
    write_table("org", "A,B,,,,,,,\n");
    refuse("codes/org.csv:2: unknown parent 'B'");
    write_table("org", "A,B,,,,,,,\nB,C,,,,,,,\nC,A,,,,,,,\n");
    refuse("codes/org.csv:2: its own ancestor, or too many levels above: 'A'");
    write_table("org", "A,A,,,,,,,\n");
    refuse("codes/org.csv:2: its own ancestor, or too many levels above: 'A'");
    write_table("org", ",A,,,,无,,,\n");
    refuse("codes/org.csv:2: no code in front of '无'");
    write_table("org", "A2345678901234567,,,,,,,,\n");
    refuse("codes/org.csv:2: longer than 16 bytes: 'A2345678901234567'");
    write_table("org", "A,,,,,,,2020-01-01,2020-01-01\n");
    refuse("codes/org.csv:2: valid_to is not after valid_from: 'A'");
    write_table("org", "A,,,,,,,2020-13-01,\n");
    refuse("codes/org.csv:2: '2020-13-01' is not a date (YYYY-MM-DD or "
           "YYYY-MM)");
    write_table("org", "A,,,\n");
    refuse("codes/org.csv:2: 4 fields, the header has 9");
}

/* A circle that holds for one day only, and a chain that never closes. */
static void sees_circles_by_day(void **state)
{
    (void)state;
    write_table("org", "A,B,,,,,,2020-01-01,2020-06-01\n"
                       "A,,,,,,,2020-06-01,\n"
                       "B,,,,,,,,2020-05-31\n"
                       "B,A,,,,,,2020-05-31,\n");
    refuse("codes/org.csv:5: its own ancestor, or too many levels above: 'B'");
    write_table("org", "A,B,,,,,,2020-01-01,2020-06-01\n"
                       "A,,,,,,,2020-06-01,\n"
                       "B,,,,,,,,2020-06-01\n"
                       "B,A,,,,,,2020-06-01,\n");
    load();
}

static void refuses_missing_files(void **state)
{
    FILE *f;

    (void)state;
    assert_int_equal(codes_load("gone", NULL, &codes, &err), ST_NOTFOUND);
    assert_string_equal(err.text, "gone/operators.csv: no such file");
    f = fopen("codes/org.csv", "w");
    assert_non_null(f);
    fputs("code,parent\n", f);
    assert_int_equal(fclose(f), 0);
    refuse("codes/org.csv:1: no column 'level'");
}

static enum status load_and_drop(void *ctx)
{
    struct codes *c = NULL;
    enum status st = codes_load("codes", "codes/org.csv", &c, NULL);

    (void)ctx;
    codes_free(&c);
    return st;
}

static void survives_failed_allocations(void **state)
{
    (void)state;
    alloc_torture(load_and_drop, NULL);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, write_tables, remove_tables)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(finds_by_day),
                                       TEST(knows_the_tree),
                                       TEST(takes_any_unit_without_a_tree),
                                       TEST(finds_among_many),
                                       TEST(refuses_bad_rows),
                                       TEST(sees_circles_by_day),
                                       TEST(refuses_missing_files),
                                       TEST(survives_failed_allocations)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
