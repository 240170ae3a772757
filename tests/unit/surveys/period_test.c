/* period_test.c - local days and months at their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "surveys/period.h"

#define HOUR INT64_C(3600000)

static struct err err;

static void splits_moments_at_local_midnight(void **state)
{
    (void)state;
    assert_int_equal(period_day(0), 0); /* 8 in the morning */
    assert_int_equal(period_day(16 * HOUR - 1), 0);
    assert_int_equal(period_day(16 * HOUR), 1);
    assert_int_equal(period_day(-8 * HOUR), 0);
    assert_int_equal(period_day(-8 * HOUR - 1), -1);
    assert_int_equal(period_day(INT64_MAX), INT32_MAX);
    assert_int_equal(period_day(INT64_MIN), INT32_MIN);
    for (int32_t day = -40000; day < 80000; day += 7) {
        assert_int_equal(period_day(period_start(day)), day);
        assert_int_equal(period_day(period_start(day) - 1), day - 1);
    }
}

/* Against the C library, day by day through every kind of leap year. */
static void agrees_with_the_library(void **state)
{
    (void)state;
    for (int32_t day = -25000; day < 200000; day++) {
        const time_t t = (time_t)day * 86400;
        struct tm tm;
        char want[64], got[PERIOD_TEXT];
        int32_t back;

        assert_non_null(gmtime_r(&t, &tm));
        assert_int_not_equal(strftime(want, sizeof want, "%Y-%m-%d", &tm), 0);
        period_format_day(day, got);
        assert_string_equal(got, want);
        assert_int_equal(period_parse_day(want, false, &back, &err), ST_OK);
        assert_int_equal(back, day);
        assert_int_equal(period_month(day),
                         (tm.tm_year + 1900) * 12 + tm.tm_mon);
    }
}

static void knows_months(void **state)
{
    const int32_t feb24 = 2024 * 12 + 1;
    char text[PERIOD_TEXT];

    (void)state;
    period_format_day(period_last(feb24), text);
    assert_string_equal(text, "2024-02-29");
    period_format_day(period_last(2100 * 12 + 1), text);
    assert_string_equal(text, "2100-02-28");
    period_format_month(feb24, text);
    assert_string_equal(text, "2024-02");
    for (int32_t month = 1900 * 12; month < 2400 * 12; month++) {
        assert_int_equal(period_month(period_first(month)), month);
        assert_int_equal(period_month(period_last(month)), month);
        assert_int_equal(period_last(month) + 1, period_first(month + 1));
    }
}

static int32_t day_of(const char *text, bool last)
{
    int32_t day;

    assert_int_equal(period_parse_day(text, last, &day, &err), ST_OK);
    return day;
}

static void reads_days(void **state)
{
    (void)state;
    assert_int_equal(day_of("1970-01-01", false), 0);
    assert_int_equal(day_of("2026-11", false), day_of("2026-11-01", true));
    assert_int_equal(day_of("2026-11", true), day_of("2026-11-30", false));
    assert_int_equal(day_of("2024-02", true), day_of("2024-02-29", false));
    assert_int_equal(day_of("2026/1/5", false), day_of("2026-01-05", false));
    assert_int_equal(day_of("2026/11/22", false), day_of("2026-11-22", false));
}

static void refuses_days(void **state)
{
    static const char *const wrong[] = {"",
                                        "2026",
                                        "2026-",
                                        "2026-13",
                                        "2026-00",
                                        "2026-11-00",
                                        "2026-11-31",
                                        "2023-02-29",
                                        "1900-02-29",
                                        "2026-1-5",
                                        "2026-11-22 ",
                                        "x2026-11-22",
                                        "26-11-22",
                                        "2026-11-22x",
                                        "20261122",
                                        "1899-12-31",
                                        "2026/11-22",
                                        "02026-11-22",
                                        "2026-11-222",
                                        "-2026-11-22",
                                        "２０２６-11",
                                        "2026-11-2２"};
    int32_t day = 4711;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(period_parse_day(wrong[i], false, &day, &err),
                         ST_INVALID);
        assert_int_equal(day, 4711);
    }
    assert_int_equal(period_parse_day("soon", false, &day, &err), ST_INVALID);
    assert_string_equal(err.text,
                        "'soon' is not a date (YYYY-MM-DD or YYYY-MM)");
}

static void reads_times(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {{"2026-11-22T13:05:00+08:00", 1795323900000},
                 {"2026-11-22t05:05:00z", 1795323900000},
                 {"2026-11-22T05:05:00.25Z", 1795323900250},
                 {"2026-11-22T05:05:00.123987Z", 1795323900123},
                 {"2026-11-22T00:35:00-04:30", 1795323900000},
                 {"2026-11-22 13:05:00", 1795323900000},
                 {"2026-11-22 13:05", 1795323900000},
                 {"2026/11/22 13:05", 1795323900000},
                 {"2026-11-22T13:04:60+08:00", 1795323900000},
                 {"2026-11-22", 1795276800000},
                 {"1795323900123", 1795323900123},
                 {"253402271999999", 253402271999999}};
    int64_t ms;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(period_parse_time(cases[i].text, &ms, &err), ST_OK);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void refuses_times(void **state)
{
    static const char *const wrong[] = {"",
                                        "2026-11",
                                        "1795323900", /* seconds */
                                        "20261122",
                                        "1795323900123456",
                                        "253402272000000",
                                        "2026-11-22T",
                                        "2026-11-22 24:00:00",
                                        "2026-11-22 13:60",
                                        "2026-11-22 13",
                                        "2026-11-22 13:05:61",
                                        "2026-11-22 13:05:00.",
                                        "2026-11-22 13:05:00+8",
                                        "2026-11-22 13:05:00+08:60",
                                        "2026-11-22 13:05:00 CST",
                                        "2026-11-22  13:05:00",
                                        "2026-02-30 13:05:00",
                                        "-1795323900123"};
    int64_t ms = 17;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(period_parse_time(wrong[i], &ms, NULL), ST_INVALID);
        assert_int_equal(ms, 17);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_moments_at_local_midnight),
        cmocka_unit_test(agrees_with_the_library),
        cmocka_unit_test(knows_months),
        cmocka_unit_test(reads_days),
        cmocka_unit_test(refuses_days),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(refuses_times)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
