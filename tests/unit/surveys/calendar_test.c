/* calendar_test.c - when somebody may be written to: every edge of a day. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "surveys/calendar.h"
#include "surveys/period.h"

#define MINUTE INT64_C(60000)

static const struct quiet_hours night = {21 * 60, 8 * 60};
static const struct quiet_hours none = {0, 0};

static int64_t at(const char *text)
{
    int64_t ms = 0;
    struct err err = {""};

    if (period_parse_time(text, &ms, &err) != ST_OK)
        fail_msg("%s", err.text);
    return ms;
}

static enum status load_text(const char *rows, struct calendar **c,
                             struct err *err)
{
    FILE *f = fopen("calendar.csv", "w");
    enum status st;

    assert_non_null(f);
    fprintf(f, "from,to,province,kind,start,end,note\n%s", rows);
    fclose(f);
    st = calendar_load("calendar.csv", c, err);
    assert_int_equal(unlink("calendar.csv"), 0);
    return st;
}

static struct calendar *load(const char *rows)
{
    struct calendar *c = NULL;
    struct err err = {""};

    if (load_text(rows, &c, &err) != ST_OK)
        fail_msg("%s", err.text);
    return c;
}

static struct calendar *shipped(void)
{
    const char *root = getenv("ROOT");
    struct calendar *c = NULL;
    char path[PATH_MAX];
    struct err err = {""};

    (void)snprintf(path, sizeof path, "%s/surveys/codes/calendar.csv",
                   root ? root : ".");
    if (calendar_load(path, &c, &err) != ST_OK)
        fail_msg("%s", err.text);
    return c;
}

static void next_is(const struct calendar *c, struct quiet_hours hours,
                    const char *province, const char *from, const char *want)
{
    const int64_t got = calendar_next(c, hours, province, at(from));

    if (got != at(want))
        fail_msg("from %s in '%s': %lld minutes from %s", from, province,
                 (long long)((got - at(want)) / MINUTE), want);
}

static void reads_quiet_hours(void **state)
{
    static const char *const bad[] = {"",
                                      "21:00",
                                      "21:00-",
                                      "21-8",
                                      "21:00-8:0",
                                      "21:60-08:00",
                                      "25:00-08:00",
                                      "24:00-08:00",
                                      "24:01-8:00",
                                      "21:00-08:00 ",
                                      "-1:00-08:00",
                                      "21:00 - 08:00",
                                      "021:00-8:00",
                                      "00:00-24:00",
                                      "21:00-24:01"};
    struct quiet_hours h = {7, 7};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (quiet_hours_parse(bad[i], &h, &err) != ST_INVALID)
            fail_msg("took '%s'", bad[i]);
    assert_true(h.from == 7 && h.to == 7);
    assert_int_equal(quiet_hours_parse("21:00-08:00", &h, &err), ST_OK);
    assert_true(h.from == 1260 && h.to == 480);
    assert_int_equal(quiet_hours_parse("9:05-23:59", &h, &err), ST_OK);
    assert_true(h.from == 545 && h.to == 1439);
    assert_int_equal(quiet_hours_parse("21:30-24:00", &h, &err), ST_OK);
    assert_true(h.from == 1290 && h.to == 0);
    assert_int_equal(quiet_hours_parse("00:00-00:00", &h, &err), ST_OK);
    assert_true(h.from == h.to);
}

static void keeps_the_night(void **state)
{
    struct calendar *c = load("");

    (void)state;
    next_is(c, night, "", "2026-11-22T20:59:59", "2026-11-22T20:59:59");
    next_is(c, night, "", "2026-11-22T20:59:59.999", "2026-11-22T20:59:59.999");
    next_is(c, night, "", "2026-11-22T21:00:00", "2026-11-23T08:00:00");
    next_is(c, night, "", "2026-11-22T23:59:59.999", "2026-11-23T08:00:00");
    next_is(c, night, "", "2026-11-23T00:00:00", "2026-11-23T08:00:00");
    next_is(c, night, "", "2026-11-23T07:59:59.999", "2026-11-23T08:00:00");
    next_is(c, night, "", "2026-11-23T08:00:00", "2026-11-23T08:00:00");
    next_is(c, night, "42", "2026-12-31T22:00:00", "2027-01-01T08:00:00");
    /* hours within a day, and up to midnight */
    next_is(c, (struct quiet_hours){720, 840}, "", "2026-11-22T12:00:00",
            "2026-11-22T14:00:00");
    next_is(c, (struct quiet_hours){720, 840}, "", "2026-11-22T23:00:00",
            "2026-11-22T23:00:00");
    next_is(c, (struct quiet_hours){1290, 0}, "", "2026-11-22T21:30:00",
            "2026-11-23T00:00:00");
    next_is(c, none, "", "2026-11-22T03:00:00", "2026-11-22T03:00:00");
    calendar_free(&c);
    assert_null(c);
    calendar_free(&c);
}

static void keeps_days_and_hours_of_silence(void **state)
{
    struct calendar *c = load("2026-05-12,2026-05-12,,quiet,14:28,14:31,\n"
                              "2026-04-04,2026-04-04,,quiet,,,\n"
                              "2026-02-16,2026-02-17,,quiet,20:00,09:30,\n"
                              "2026-06,2026-06,62,quiet,23:00,24:00,\n");

    (void)state;
    next_is(c, none, "", "2026-05-12T14:28:00", "2026-05-12T14:31:00");
    next_is(c, none, "", "2026-05-11T14:28:00", "2026-05-11T14:28:00");
    next_is(c, none, "", "2026-04-03T23:59:00", "2026-04-03T23:59:00");
    next_is(c, none, "", "2026-04-04T00:00:00", "2026-04-05T00:00:00");
    next_is(c, night, "", "2026-04-03T21:00:00", "2026-04-05T08:00:00");
    /* past midnight: of both days, so up to the third morning */
    next_is(c, none, "", "2026-02-16T09:00:00", "2026-02-16T09:00:00");
    next_is(c, none, "", "2026-02-16T20:00:00", "2026-02-17T09:30:00");
    next_is(c, none, "", "2026-02-17T20:00:00", "2026-02-18T09:30:00");
    next_is(c, night, "", "2026-02-17T08:00:00", "2026-02-17T09:30:00");
    next_is(c, none, "", "2026-02-18T20:00:00", "2026-02-18T20:00:00");
    /* a month as its first and last day; 24:00 is no next day */
    next_is(c, none, "62", "2026-06-30T23:30:00", "2026-07-01T00:00:00");
    next_is(c, none, "62", "2026-05-31T23:30:00", "2026-05-31T23:30:00");
    calendar_free(&c);
}

static void spares_disaster_areas_alone(void **state)
{
    struct calendar *c =
        load("2026-08-01,2026-08-05,42,disaster,,,江汉防汛\n"
             "2026-08-04,2026-08-06,42,disaster,,,overlaps\n"
             "2026-08-07,2026-08-07,42,quiet,08:00,12:00,overlaps\n"
             "2026-08-07,2026-08-07,,quiet,11:00,13:00,\n");

    (void)state;
    next_is(c, night, "42", "2026-07-31T22:00:00", "2026-08-07T13:00:00");
    next_is(c, night, "43", "2026-08-02T09:00:00", "2026-08-02T09:00:00");
    next_is(c, night, "", "2026-08-02T09:00:00", "2026-08-02T09:00:00");
    next_is(c, night, "43", "2026-08-07T12:00:00", "2026-08-07T13:00:00");
    calendar_free(&c);
}

/* Where people rise later the night is later; dated hours are Beijing's. */
static void shifts_the_night(void **state)
{
    struct calendar *c = load(",,65,shift,02:00,,\n"
                              "2026-07-01,2026-07-01,65,quiet,12:00,13:00,\n"
                              "2026-09-01,2026-09-30,,shift,01:30,,\n");

    (void)state;
    next_is(c, night, "65", "2026-11-22T22:59:00", "2026-11-22T22:59:00");
    next_is(c, night, "65", "2026-11-22T23:00:00", "2026-11-23T10:00:00");
    next_is(c, night, "65", "2026-11-23T00:30:00", "2026-11-23T10:00:00");
    next_is(c, night, "65", "2026-11-23T08:30:00", "2026-11-23T10:00:00");
    next_is(c, night, "64", "2026-11-23T08:30:00", "2026-11-23T08:30:00");
    next_is(c, night, "65", "2026-07-01T12:15:00", "2026-07-01T13:00:00");
    /* a night that the shift brings over midnight, as a whole */
    next_is(c, (struct quiet_hours){1380, 1439}, "65", "2026-11-22T23:30:00",
            "2026-11-22T23:30:00");
    next_is(c, (struct quiet_hours){1380, 1439}, "65", "2026-11-23T01:30:00",
            "2026-11-23T01:59:00");
    /* its own shift goes before one for all */
    next_is(c, night, "65", "2026-09-10T09:00:00", "2026-09-10T10:00:00");
    next_is(c, night, "64", "2026-09-10T09:00:00", "2026-09-10T09:30:00");
    calendar_free(&c);
}

static void says_when_there_is_no_room(void **state)
{
    struct calendar *c = load("2026-01-01,,42,quiet,,,for ever\n"
                              "2026-01-01,2026-12-31,43,quiet,,,a year\n");

    (void)state;
    assert_true(calendar_next(c, none, "42", at("2026-03-01")) == INT64_MAX);
    next_is(c, none, "42", "2025-12-31T23:59:59", "2025-12-31T23:59:59");
    next_is(c, none, "43", "2026-01-01", "2027-01-01");
    assert_true(calendar_next(c, none, "43", INT64_MAX) == INT64_MAX);
    assert_true(calendar_next(c, none, "43", INT64_MIN) == INT64_MAX);
    assert_true(calendar_minutes(c, none, "", INT64_MIN, INT64_MAX) == 0);
    calendar_free(&c);
}

static void minutes_are(const struct calendar *c, struct quiet_hours hours,
                        const char *from, const char *to, int64_t want)
{
    assert_int_equal(calendar_minutes(c, hours, "42", at(from), at(to)), want);
}

static void counts_minutes(void **state)
{
    struct calendar *c = load("2026-04-04,2026-04-04,,quiet,,,\n"
                              "2026-04-06,2026-04-06,42,disaster,07:00,09:00,\n"
                              "2026-04-06,2026-04-06,11,disaster,,,\n");

    (void)state;
    minutes_are(c, night, "2026-04-02T00:00:00", "2026-04-03T00:00:00", 780);
    minutes_are(c, none, "2026-04-02T00:00:00", "2026-04-03T00:00:00", 1440);
    minutes_are(c, night, "2026-04-03T00:00:00", "2026-04-07T00:00:00",
                780 + 0 + 780 + 720);
    minutes_are(c, night, "2026-04-02T20:59:30", "2026-04-03T08:00:30", 1);
    minutes_are(c, night, "2026-04-02T20:59:30", "2026-04-03T08:00:29.999", 0);
    minutes_are(c, night, "2026-04-02T21:00:00", "2026-04-03T08:00:00", 0);
    minutes_are(c, none, "2026-04-02T10:00:00", "2026-04-02T10:00:00", 0);
    minutes_are(c, none, "2026-04-02T10:00:00", "2026-04-02T09:00:00", 0);
    minutes_are(c, none, "2026-05-02T10:00:30", "2026-05-02T10:00:59", 0);
    /* ten years at most */
    assert_int_equal(
        calendar_minutes(c, none, "42", at("2030-01-01"), INT64_MAX),
        INT64_C(3653) * 1440);
    calendar_free(&c);
}

/* What may be sent by calendar_next and what calendar_minutes counts are one:
 * two readings of the same rows, minute by minute over a fortnight. */
static void agrees_with_itself(void **state)
{
    struct calendar *c = load("2026-02-01,2026-02-04,,quiet,22:10,06:50,\n"
                              "2026-02-03,2026-02-03,65,disaster,,,\n"
                              "2026-02-06,2026-02-09,65,quiet,11:11,12:34,\n"
                              ",,65,shift,02:00,,\n");
    const int64_t from = at("2026-01-30"), to = at("2026-02-13");
    int64_t free_minutes = 0;

    (void)state;
    for (int64_t t = from; t < to; t += MINUTE)
        free_minutes += calendar_next(c, night, "65", t) == t;
    assert_int_equal(calendar_minutes(c, night, "65", from, to), free_minutes);
    assert_true(free_minutes > 9000);
    calendar_free(&c);
}

static bool works(const struct calendar *c, const char *day)
{
    const int64_t start = at(day);
    const bool got = calendar_workday(c, "42", start);

    /* the whole day, to its last millisecond */
    assert_int_equal(calendar_workday(c, "42", start + 86400000 - 1), got);
    return got;
}

static void knows_working_days(void **state)
{
    static const char *const off[] = {
        "2025-01-01", "2025-01-28", "2025-02-04", "2025-05-05", "2025-06-02",
        "2025-10-08", "2026-01-03", "2026-02-15", "2026-02-23", "2026-04-06",
        "2026-05-01", "2026-06-19", "2026-09-25", "2026-10-07", "2026-11-21",
        "2026-11-22", "1969-12-28"};
    static const char *const on[] = {
        "2025-01-02", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28",
        "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09",
        "2026-09-20", "2026-10-10", "2026-11-20", "2026-11-23", "1969-12-31"};
    struct calendar *c = shipped();

    (void)state;
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        if (works(c, off[i]))
            fail_msg("nobody works on %s", off[i]);
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        if (!works(c, on[i]))
            fail_msg("%s is a working day", on[i]);
    next_is(c, night, "65", "2026-11-22T22:30:00", "2026-11-22T22:30:00");
    next_is(c, night, "42", "2026-10-01T10:00:00", "2026-10-01T10:00:00");
    calendar_free(&c);
}

/* As many working days as the notices leave: 248 in either year. */
static void counts_the_year(void **state)
{
    struct calendar *c = shipped();
    int days[2] = {0, 0};

    (void)state;
    for (int64_t t = at("2025-01-01"); t < at("2027-01-01"); t += 86400000)
        days[t >= at("2026-01-01")] += calendar_workday(c, "", t);
    assert_int_equal(days[0], 248);
    assert_int_equal(days[1], 248);
    calendar_free(&c);
}

static void prefers_the_provinces_own_day(void **state)
{
    struct calendar *c = load("2026-03-20,2026-03-20,64,holiday,,,开斋节\n"
                              "2026-03-19,2026-03-20,,workday,,,\n"
                              "2026-03-21,2026-03-22,,holiday,,,\n"
                              "2026-03-22,2026-03-22,64,workday,,,\n");

    (void)state;
    assert_true(calendar_workday(c, "64", at("2026-03-19")));
    assert_false(calendar_workday(c, "64", at("2026-03-20")));
    assert_true(calendar_workday(c, "42", at("2026-03-20")));
    assert_false(calendar_workday(c, "64", at("2026-03-21")));
    assert_true(calendar_workday(c, "64", at("2026-03-22")));
    assert_false(calendar_workday(c, "42", at("2026-03-22")));
    assert_false(calendar_workday(c, "", at("2026-03-22")));
    calendar_free(&c);
}

static void refuses_bad_files(void **state)
{
    static const struct {
        const char *rows, *message;
    } bad[] = {
        {"2026-02-30,2026-03-01,,quiet,,,\n",
         "2: '2026-02-30' is not a date (YYYY-MM-DD or YYYY-MM)"},
        {"2026-03-01,morgen,,quiet,,,\n",
         "2: 'morgen' is not a date (YYYY-MM-DD or YYYY-MM)"},
        {"2026-03-02,2026-03-01,,quiet,,,\n",
         "2: ends before it begins: '2026-03-01'"},
        {"2026-03-01,2026-03-01,12345678901234567,quiet,,,\n",
         "2: longer than 16 bytes: '12345678901234567'"},
        {"2026-03-01,2026-03-01,,Quiet,,,\n",
         "2: not holiday, workday, quiet, disaster or shift: 'Quiet'"},
        {"2026-03-01,2026-03-01,,quiet,21:00,,\n",
         "2: not a time of the day (08:00): ''"},
        {"2026-03-01,2026-03-01,,quiet,,08:00,\n",
         "2: not a time of the day (21:00): ''"},
        {"2026-03-01,2026-03-01,,quiet,24:00,08:00,\n",
         "2: not a time of the day (21:00): '24:00'"},
        {"2026-03-01,2026-03-01,,quiet,9:00,25:00,\n",
         "2: not a time of the day (08:00): '25:00'"},
        {"2026-03-01,2026-03-01,,disaster,09:00,9:00,\n",
         "2: start and end are the same: '09:00'"},
        {"2026-03-01,2026-03-01,,holiday,09:00,10:00,\n",
         "2: holidays and workdays are whole days, without hours: '09:00'"},
        {"2026-03-01,2026-03-01,,workday,,10:00,\n",
         "2: holidays and workdays are whole days, without hours: '10:00'"},
        {",,65,shift,,,\n",
         "2: a shift needs a start up to 12:00 and no end, not ''"},
        {",,65,shift,02:00,03:00,\n",
         "2: a shift needs a start up to 12:00 and no end, not '03:00'"},
        {",,65,shift,12:01,,\n",
         "2: a shift needs a start up to 12:00 and no end, not '12:01'"},
        {"2026-03-01,2026-03-07,,holiday,,,\n"
         "2026-03-07,2026-03-08,,workday,,,\n",
         "3: workday on a day of line 2, which says holiday"},
        {",2026-03-07,64,workday,,,\n2026-03-07,,64,holiday,,,\n",
         "3: holiday on a day of line 2, which says workday"},
        {",,65,shift,02:00,,\n,2026-01-01,65,shift,01:00,,\n",
         "3: shift on a day of line 2, which says shift"}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct calendar *c = NULL;
        struct err err = {""};

        assert_int_equal(load_text(bad[i].rows, &c, &err), ST_INVALID);
        assert_null(c);
        assert_string_equal(err.text + strlen("calendar.csv:"), bad[i].message);
    }
}

static void refuses_missing_files(void **state)
{
    struct calendar *c = NULL;
    struct err err = {""};
    FILE *f = fopen("no-kind.csv", "w");

    (void)state;
    assert_int_equal(calendar_load("nowhere.csv", &c, &err), ST_NOTFOUND);
    assert_non_null(f);
    fprintf(f, "from,to,province,start,end\n");
    fclose(f);
    assert_int_equal(calendar_load("no-kind.csv", &c, &err), ST_INVALID);
    assert_string_equal(err.text, "no-kind.csv:1: no column 'kind'");
    assert_int_equal(unlink("no-kind.csv"), 0);
    assert_null(c);
}

static void bounds_its_rows(void **state)
{
    struct calendar *c = NULL;
    struct err err = {""};
    char *rows;
    size_t len;
    FILE *f = open_memstream(&rows, &len);

    (void)state;
    for (int i = 0; i < 10001; i++)
        fprintf(f, "2026-03-01,2026-03-01,%d,quiet,,,\n", i);
    fclose(f);
    assert_int_equal(load_text(rows, &c, &err), ST_INVALID);
    assert_string_equal(err.text, "calendar.csv:10002: more than 10000 rows "
                                  "at 'quiet'");
    free(rows);
}

static enum status load_and_free(void *ctx)
{
    struct calendar *c = NULL;
    struct err err;
    enum status st = load_text(ctx, &c, &err);

    calendar_free(&c);
    return st;
}

static void survives_want_of_memory(void **state)
{
    static char rows[] = "2026-03-01,2026-03-01,42,quiet,,,\n";

    (void)state;
    alloc_torture(load_and_free, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_quiet_hours),
        cmocka_unit_test(keeps_the_night),
        cmocka_unit_test(keeps_days_and_hours_of_silence),
        cmocka_unit_test(spares_disaster_areas_alone),
        cmocka_unit_test(shifts_the_night),
        cmocka_unit_test(says_when_there_is_no_room),
        cmocka_unit_test(counts_minutes),
        cmocka_unit_test(agrees_with_itself),
        cmocka_unit_test(knows_working_days),
        cmocka_unit_test(counts_the_year),
        cmocka_unit_test(prefers_the_provinces_own_day),
        cmocka_unit_test(refuses_bad_files),
        cmocka_unit_test(refuses_missing_files),
        cmocka_unit_test(bounds_its_rows),
        cmocka_unit_test(survives_want_of_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
