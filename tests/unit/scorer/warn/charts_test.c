/* charts_test.c - run lengths against published ones, and what the charts do on
 * days whose truth is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "arl.h"
#include "chart.h"
#include "simulated.h"
#include "surveys/period.h"

#define near_to(got, want, tolerance)                                          \
    do {                                                                       \
        if (!(fabs((got) - (want)) <= (tolerance)))                            \
            fail_msg("%s: got %.10g, want %.10g", #got, (double)(got),         \
                     (double)(want));                                          \
    } while (0)

/* ---- run lengths ---- */

/* Lucas & Saccucci 1990, table 3; Montgomery 2013, tables 9.3 and 9.10;
 * Siegmund's one-sided values of Hawkins & Olwell 1998. */
static void test_published(void **state)
{
    (void)state;
    near_to(arl_ewma(0.2, 2.962, 0), 500, 1);
    near_to(arl_ewma(0.1, 2.814, 0), 500, 1);
    near_to(arl_ewma(0.2, 2.962, 1), 10.5, 0.1);
    near_to(arl_ewma(1, 3, 0), 370.4, 0.05);
    near_to(arl_cusum(0.5, 4, 0), 335.37, 0.01);
    near_to(arl_cusum(0.5, 5, 0), 930.89, 0.01);
    near_to(arl_cusum(0.5, 4, 1), 8.38, 0.01);
    near_to(arl_cusum(0.5, 5, 1), 10.38, 0.01);
}

static void test_limits(void **state)
{
    static const double arls[] = {5, 30.4, 365.25, 36525, 1e6};
    double limit = -7;

    (void)state;
    for (size_t i = 0; i < sizeof arls / sizeof *arls; i++) {
        assert_int_equal(arl_ewma_limit(arls[i], &limit), ST_OK);
        near_to(arl_ewma(EWMA_LAMBDA, limit, 0) / arls[i], 1, 1e-6);
        assert_int_equal(arl_cusum_limit(arls[i], &limit), ST_OK);
        near_to(arl_cusum(CUSUM_K, limit, 0) / 2 / arls[i], 1, 1e-6);
    }
    limit = -7;
    assert_int_equal(arl_ewma_limit(4.9, &limit), ST_RANGE);
    assert_int_equal(arl_cusum_limit(1.1e6, &limit), ST_RANGE);
    assert_int_equal(arl_cusum_limit(NAN, &limit), ST_RANGE);
    near_to(limit, -7, 0);
}

/* The run lengths by throwing dice: z of a stream until the first alarm. */
static double mean_run(const struct chart *c, double shift, size_t runs)
{
    enum { LONGEST = 4000 };
    static struct judged j[LONGEST];
    static struct alarm alarm[LONGEST];
    double sum = 0;

    for (size_t r = 0; r < runs; r++) {
        struct stream s = {random_at(2385, r), 0};

        for (size_t t = 0; t < LONGEST; t++)
            j[t] = (struct judged){true, 0, gauss(&s) + shift};
        sum +=
            chart_run(c, j, LONGEST, alarm) ? (double)alarm[0].at + 1 : LONGEST;
    }
    return sum / (double)runs;
}

static void test_against_dice(void **state)
{
    struct chart ewma = {CHART_EWMA, 0}, cusum = {CHART_CUSUM, 0};

    (void)state;
    assert_int_equal(arl_ewma_limit(100, &ewma.limit), ST_OK);
    assert_int_equal(arl_cusum_limit(100, &cusum.limit), ST_OK);
    near_to(mean_run(&ewma, 0, 1000), 100, 10);
    near_to(mean_run(&cusum, 0, 1000), 100, 10);
    near_to(mean_run(&ewma, 0.75, 1000),
            arl_ewma(EWMA_LAMBDA, ewma.limit, 0.75), 0.6);
}

/* ---- one alarm a change ---- */

static size_t run(enum chart_kind kind, const double *z, size_t n,
                  struct alarm *alarm)
{
    struct chart c = {kind, kind == CHART_EWMA ? 2.854 : 4.76};
    struct judged j[64];

    for (size_t t = 0; t < n; t++)
        j[t] = (struct judged){!isnan(z[t]), 0, z[t]};
    return chart_run(&c, j, n, alarm);
}

static void test_change(void **state)
{
    /* a fall from day 4 on, days without answers, and back from day 20 on */
    double z[40];
    struct alarm a[64];

    (void)state;
    for (size_t t = 0; t < 40; t++)
        z[t] = t < 4 ? 0.4 : t < 20 ? -1.7 : 1.1;
    z[6] = z[11] = NAN;
    for (enum chart_kind k = CHART_EWMA; k <= CHART_CUSUM; k++) {
        const size_t n = run(k, z, 40, a);

        assert_true(n >= 1 && n <= 2); /* the fall, and perhaps the way back */
        assert_int_equal(a[0].direction, -1);
        assert_in_range(a[0].since, 4, 5);
        assert_in_range(a[0].at, 7, 10);
        assert_true(a[0].statistic < a[0].limit && a[0].limit < 0);
        if (n == 2)
            assert_int_equal(a[1].direction, 1);
        assert_int_equal(run(k, z, 4, a), 0);
        assert_int_equal(run(k, z, 0, a), 0);
    }
}

/* ---- days ---- */

static struct calendar *calendar(const char *rows)
{
    char path[] = "charts_test_XXXXXX";
    const int fd = mkstemp(path);
    struct calendar *c = NULL;
    struct err err = {""};
    FILE *f = fdopen(fd, "w");

    assert_non_null(f);
    fputs("from,to,province,kind,start,end,note\n", f);
    fputs(rows, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(calendar_load(path, &c, &err), ST_OK);
    assert_int_equal(unlink(path), 0);
    return c;
}

static unsigned class_on(const struct calendar *c, const char *date)
{
    int32_t day;

    assert_int_equal(period_parse_day(date, false, &day, NULL), ST_OK);
    return day_class(c, day);
}

static void test_days(void **state)
{
    struct calendar *c =
        calendar("2026-10-01,2026-10-07,,holiday,,,\n"
                 "2026-10-10,2026-10-10,,workday,,,\n"
                 "2026-09-20,2026-09-20,,workday,,,\n"
                 "2026-01-02,2026-01-02,,holiday,,,\n"); /* a Friday */

    (void)state;
    assert_int_equal(class_on(c, "2026-11-16"), 0);
    assert_int_equal(class_on(c, "2026-11-22"), 6);
    assert_int_equal(class_on(c, "2026-10-01"), DAY_HOLIDAY);
    assert_int_equal(class_on(c, "2026-10-03"), DAY_HOLIDAY); /* Saturday */
    assert_int_equal(class_on(c, "2026-10-08"), 3);
    assert_int_equal(class_on(c, "2026-10-10"), 4); /* Saturday at work */
    assert_int_equal(class_on(c, "2026-09-20"), 0); /* Sunday at work */
    assert_int_equal(class_on(c, "2026-01-04"), DAY_HOLIDAY);
    assert_int_equal(class_on(c, "2026-10-17"), 5);
    assert_int_equal(class_on(NULL, "2026-10-03"), 5);
    assert_int_equal(day_coarse(4), COARSE_WORKDAY);
    assert_int_equal(day_coarse(5), COARSE_WEEKEND);
    assert_int_equal(day_coarse(DAY_HOLIDAY), COARSE_HOLIDAY);
    assert_int_equal(day_of_week(0), 3); /* 1970-01-01, a Thursday */
    assert_int_equal(day_of_week(-1), 2);
    assert_int_equal(day_week_end(0), 3);
    assert_int_equal(day_week_end(3), 3);
    calendar_free(&c);
}

/* ---- what days lead to expect ---- */

/* By hand: means of equal counts of one class; t of the last over its
 * prediction error, by the normal deviate of the same probability. */
static void test_by_hand(void **state)
{
    enum { N = 15 };
    struct point p[N];
    uint8_t coarse[N] = {0};
    double used[N], mean = 0, square = 0;
    struct judged j[N];
    struct baseline_told told;
    const struct baseline_plan plan = {NULL, coarse, N - 1};

    (void)state;
    for (size_t t = 0; t < N; t++)
        p[t] = (struct point){.y = 70 + 3 * sin(2.385 * (double)t),
                              .n = 20,
                              .ss = 19 * 400,
                              .df = 19};
    p[N - 1].y = 64;
    for (size_t t = 0; t < N - 1; t++)
        mean += p[t].y / (N - 1);
    for (size_t t = 0; t < N - 1; t++)
        square += (p[t].y - mean) * (p[t].y - mean);
    baseline_judge(p, N, &plan, used, j, &told);
    for (size_t t = 0; t < N - 1; t++)
        assert_false(j[t].charted);
    assert_true(j[N - 1].charted);
    near_to(j[N - 1].expected, mean, 1e-9);
    /* t = -2.7 or so with 13 degrees of freedom; R: qnorm(pt(t, 13)) */
    {
        const double se = sqrt(square / (N - 2) * (1 + 1.0 / (N - 1)));
        const double t = (64 - mean) / se;

        assert_true(t < -2 && t > -4 && j[N - 1].z > t && j[N - 1].z < -1.8);
    }
    assert_int_equal(told.days, N);
    assert_int_equal(told.charted, 1);
    near_to(told.sd, 20, 1e-4);
}

static void test_edges(void **state)
{
    enum { N = 60 };
    struct point p[N] = {{.y = 0}};
    uint8_t coarse[N] = {0};
    double used[N];
    struct judged j[N];
    struct baseline_told told;
    const struct baseline_plan plan = {NULL, coarse, 28};

    (void)state;
    baseline_judge(p, 0, &plan, used, j, &told);
    assert_int_equal(told.days, 0);
    baseline_judge(p, N, &plan, used, j, &told); /* no answers at all */
    assert_int_equal(told.days + told.charted, 0);
    assert_true(isnan(told.sd) && isnan(told.dependence));
    for (size_t t = 0; t < N; t++) /* all answers alike */
        p[t] = (struct point){.y = 80, .n = 9, .df = 8};
    baseline_judge(p, N, &plan, used, j, &told);
    assert_int_equal(told.days, N);
    assert_int_equal(told.charted, 0);
    for (size_t t = 0; t < N; t++) /* 29 answers before, so no chart */
        p[t] = (struct point){.y = 80 + (double)(t % 3), .n = t < 29};
    baseline_judge(p, N, &plan, used, j, &told);
    assert_int_equal(told.charted, 0);
    p[29] = p[30] = (struct point){.y = 5, .n = 1};
    coarse[30] = COARSE_HOLIDAY; /* of a class that was not met */
    baseline_judge(p, N, &plan, used, j, &told);
    assert_false(j[29].charted);
    assert_false(j[30].charted);
    p[31] = p[32] = (struct point){.y = 5, .n = 1};
    baseline_judge(p, N, &plan, used, j, &told);
    assert_true(j[31].charted && j[31].z < -3 && isfinite(j[31].z));
}

/* One wild day hardly moves what is expected of the next. */
static void test_outlier(void **state)
{
    static struct simulated_days d;
    struct simulated what = {.people = 60, .shift_at = SIZE_MAX};
    struct baseline_told told;
    const struct baseline_plan plan = {d.fine, d.coarse, 28};
    double expected;

    (void)state;
    simulate(&what, 17, 28, &d, &told);
    expected = d.j[101].expected;
    d.p[11].y = 1;  /* before the first that is judged, */
    d.p[100].y = 1; /* and after it */
    baseline_judge(d.p, SIMULATED_DAYS, &plan, d.used, d.j, &told);
    assert_true(d.j[100].z < -5);
    near_to(d.j[101].expected, expected, 0.12);
}

/* ---- as many false alarms as stated ---- */

/* Alarms in `years` years, in standard deviations from one a year (Poisson). */
static void check_rate(const struct simulated *what, size_t years,
                       uint64_t seed)
{
    static struct simulated_days d;
    static struct alarm alarm[SIMULATED_DAYS];
    struct chart chart[] = {{CHART_EWMA, 0}, {CHART_CUSUM, 0}};
    double days = 0, alarms[2] = {0}, falls[2] = {0};

    assert_int_equal(arl_ewma_limit(365.25, &chart[0].limit), ST_OK);
    assert_int_equal(arl_cusum_limit(365.25, &chart[1].limit), ST_OK);
    for (size_t y = 0; y < years; y++) {
        struct baseline_told told;

        simulate(what, random_at(seed, y), 28, &d, &told);
        days += (double)told.charted;
        for (size_t k = 0; k < 2; k++) {
            const size_t n = chart_run(&chart[k], d.j, SIMULATED_DAYS, alarm);

            alarms[k] += (double)n;
            for (size_t i = 0; i < n; i++)
                falls[k] += alarm[i].direction < 0;
        }
    }
    days /= 365.25;
    for (size_t k = 0; k < 2; k++) {
        near_to((alarms[k] - days) / sqrt(days), 0, 3);
        near_to((falls[k] - days / 2) / sqrt(days / 2), 0, 3);
    }
}

static void test_false_alarms(void **state)
{
    static const struct simulated what[] = {
        {.normal = true, .people = 40, .shift_at = SIZE_MAX},
        {.people = 10, .shift_at = SIZE_MAX},
        {.people = 30,
         .week = {0.1, 0, 0, 0, 0.2, 0.5, 0.6},
         .holiday = 0.5,
         .shift_at = SIZE_MAX},
        {.people = 200,
         .week = {0.1, 0, 0, 0, 0.2, 0.5, 0.6},
         .shift_at = SIZE_MAX},
        /* days that differ by more than their answers explain */
        {.people = 60, .between = 0.3, .shift_at = SIZE_MAX}};

    (void)state;
    for (size_t i = 0; i < sizeof what / sizeof *what; i++)
        check_rate(&what[i], what[i].people > 100 ? 50 : 120, 100 + i);
}

/* Half a standard deviation of an answer, fifty answers a day. */
static void test_delay(void **state)
{
    static struct simulated_days d;
    static struct alarm alarm[SIMULATED_DAYS];
    struct simulated what = {.people = 50, .shift = -0.5, .shift_at = 148};
    struct chart chart = {CHART_EWMA, 0};
    double delay = 0, told_since = 0, found = 0;

    (void)state;
    assert_int_equal(arl_ewma_limit(365.25, &chart.limit), ST_OK);
    for (size_t y = 0; y < 50; y++) {
        struct baseline_told told;
        size_t n, i = 0;

        simulate(&what, random_at(71, y), 28, &d, &told);
        n = chart_run(&chart, d.j, SIMULATED_DAYS, alarm);
        while (i < n && (alarm[i].at < 148 || alarm[i].direction > 0))
            i++;
        if (i == n) /* a false alarm runs already: the same change to it */
            continue;
        found++;
        delay += (double)(alarm[i].at - 148 + 1);
        told_since += (double)alarm[i].since - 148;
    }
    assert_true(found >= 45);
    assert_true(delay / found > 1 && delay / found < 5);
    assert_true(fabs(told_since / found) < 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_against_dice), cmocka_unit_test(test_change),
        cmocka_unit_test(test_days),         cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_edges),        cmocka_unit_test(test_outlier),
        cmocka_unit_test(test_false_alarms), cmocka_unit_test(test_delay)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
