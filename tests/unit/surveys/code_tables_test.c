/* code_tables_test.c - what surveys/codes promises: the loader takes the
 * tables, every code of the design is in them, and history stays. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "surveys/codes.h"
#include "surveys/period.h"
#include "surveys/response.h"

static void place(char out[PATH_MAX], const char *file)
{
    const char *root = getenv("ROOT");

    (void)snprintf(out, PATH_MAX, "%s/surveys/%s", root ? root : ".", file);
}

static int32_t day_of(const char *text)
{
    struct err err;
    int32_t day = 0;

    assert_int_equal(period_parse_day(text, false, &day, &err), ST_OK);
    return day;
}

static struct codes *load_codes(void)
{
    char folder[PATH_MAX], org[PATH_MAX];
    struct codes *c = NULL;
    struct err err = {""};

    place(folder, "codes");
    place(org, "codes/org-sample.csv");
    if (codes_load(folder, org, &c, &err) != ST_OK)
        print_error("%s\n", err.text);
    assert_non_null(c);
    return c;
}

static void has_every_code(void **state)
{
    static const struct {
        enum code_table table;
        size_t count;
        const char *codes[11];
    } want[] = {{CODES_OPERATOR, 10, {"CT", "CM", "CU", "CB"}},
                {CODES_PRODUCT, 8, {"FIX", "MOB", "BBD", "IPT", "DLN", "CLD"}},
                {CODES_PROVINCE, 34, {"11", "42", "65", "71", "81", "82"}},
                {CODES_TOUCHPOINT,
                 8,
                 {"HALL_OWN", "HALL_COOP", "ONLINE", "APP", "HOTLINE",
                  "ACCT_MGR", "BILL", "FIELD"}},
                {CODES_CLASS, 14, {"DIA", "GLD", "SLV", "BAS", "1A", "5B"}},
                {CODES_CHANNEL, CHANNELS, {"sms", "web", "agent"}},
                {CODES_ENTRY, ENTRIES, {"own", "ivr", "paper", "keyed"}},
                {CODES_FRAME,
                 FRAMES,
                 {"invited", "open", "third", "regulator", "internal", "test"}},
                {CODES_ORG, 47, {"CT", "CT11", "CT65", "CT42JH"}}};
    struct codes *c = load_codes();
    int32_t today = day_of("2026-11-22");

    (void)state;
    for (size_t t = 0; t < CODES_TABLES; t++) {
        assert_int_equal(codes_count(c, want[t].table), want[t].count);
        for (size_t k = 0; want[t].codes[k]; k++)
            assert_non_null(
                codes_find(c, want[t].table, want[t].codes[k], today));
        for (size_t k = 0; k < want[t].count; k++) {
            const struct code *row = codes_at(c, want[t].table, k);

            assert_true(*row->name_zh && *row->name_en);
            assert_true(row->valid_from < row->valid_to);
        }
    }
    codes_free(&c);
}

static void keeps_its_history(void **state)
{
    struct codes *c = load_codes();

    (void)state;
    for (int k = 0; k < 2; k++) {
        const char *gone = k ? "CN" : "TT";

        assert_non_null(
            codes_find(c, CODES_OPERATOR, gone, day_of("2008-12-31")));
        assert_null(codes_find(c, CODES_OPERATOR, gone, day_of("2009-01-01")));
    }
    assert_null(codes_find(c, CODES_OPERATOR, "CB", day_of("2014-05-27")));
    assert_null(codes_find(c, CODES_OPERATOR, "XX", day_of("2014-05-27")));
    codes_free(&c);
}

static void has_31_provincial_companies(void **state)
{
    struct codes *c = load_codes();
    int32_t today = day_of("2026-11-22");
    size_t in_scope = 0;

    (void)state;
    for (size_t k = 0; k < codes_count(c, CODES_PROVINCE); k++) {
        const struct code *p = codes_at(c, CODES_PROVINCE, k);
        const struct code *company;
        char code[CODE_MAX + 1];

        assert_true(strlen(p->code) == 2 && !strncmp(p->gb_code, p->code, 2));
        (void)snprintf(code, sizeof code, "CT%.2s", p->code);
        company = codes_find(c, CODES_ORG, code, today);
        assert_true(streq(p->kind, "in_scope") == (company != NULL));
        if (!company)
            continue;
        in_scope++;
        assert_string_equal(company->gb_code, p->gb_code);
        assert_string_equal(company->parent, "CT");
        assert_string_equal(company->level, "PROV");
    }
    assert_int_equal(in_scope, 31);
    assert_string_equal(codes_find(c, CODES_ORG, "CT42JH", today)->gb_code, "");
    assert_string_equal(codes_find(c, CODES_PRODUCT, "MOB", today)->parent,
                        "TEL");
    codes_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_every_code),
        cmocka_unit_test(keeps_its_history),
        cmocka_unit_test(has_31_provincial_companies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
