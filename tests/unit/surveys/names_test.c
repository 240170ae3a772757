/* names_test.c - codes by the names that people use. */
#include "files.h"

#include "surveys/names.h"
#include "surveys/period.h"

static struct codes *codes;
static int32_t day;

static int load(void **state)
{
    char folder[4096];
    const char *root = getenv("ROOT");
    struct err err;

    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/surveys/codes",
                   root ? root : ".");
    if (codes_load(folder, NULL, &codes, &err) != ST_OK)
        fail_msg("%s", err.text);
    assert_int_equal(period_parse_day("2026-11-22", false, &day, &err), ST_OK);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    codes_free(&codes);
    return 0;
}

static const char *code_of(enum code_table table, const char *text)
{
    const struct code *c = names_find(codes, table, text, day);

    return c ? c->code : "";
}

static void test_provinces(void **state)
{
    static const char *const names[][2] = {{"11", "11"},
                                           {"北京", "11"},
                                           {"北京市", "11"},
                                           {"Beijing", "11"},
                                           {"beijing", "11"},
                                           {"湖北省", "42"},
                                           {"内蒙古自治区", "15"},
                                           {"内蒙古", "15"},
                                           {"广西壮族自治区", "45"},
                                           {"宁夏回族自治区", "64"},
                                           {"新疆维吾尔自治区", "65"},
                                           {"香港特别行政区", "81"},
                                           {"北", ""},
                                           {"海南藏族自治州", ""},
                                           {"", ""},
                                           {"省", ""},
                                           {"99", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(code_of(CODES_PROVINCE, names[i][0]), names[i][1]);
}

static void test_operators(void **state)
{
    (void)state;
    assert_string_equal(code_of(CODES_OPERATOR, "中国移动"), "CM");
    assert_string_equal(code_of(CODES_OPERATOR, "移动"), "CM");
    assert_string_equal(code_of(CODES_OPERATOR, "China Telecom"), "CT");
    assert_string_equal(code_of(CODES_OPERATOR, "中国"), "");
    /* no longer there on that day */
    assert_string_equal(code_of(CODES_OPERATOR, "网通"), "");
    assert_string_equal(code_of(CODES_CHANNEL, "短信"), "sms");
}

static void test_values(void **state)
{
    static const struct text zh[] = {{"en", "urban"}, {"zh-CN", "城镇"}};
    static const struct choice values[] = {{1, {2, zh}}, {200, {0, NULL}}};
    static const struct attribute area = {
        .code = "AREA", .values = 2, .value = values};
    uint8_t out = 77;

    (void)state;
    assert_true(names_value(&area, "城镇", &out));
    assert_int_equal(out, 1);
    assert_true(names_value(&area, "200", &out));
    assert_int_equal(out, 200);
    assert_true(names_value(&area, "urban", &out));
    assert_int_equal(out, 1);
    assert_false(names_value(&area, "2", &out));
    assert_false(names_value(&area, "", &out));
    assert_int_equal(out, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_provinces),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_values),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
