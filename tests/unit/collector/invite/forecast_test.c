/* forecast_test.c - parts of an SMS, and what a campaign costs and finds out.
 */
#include "small.h"

#include <math.h>

#include "forecast.h"
#include "qr_svg.h"

static struct survey *survey;
static struct calendar *calendar;
static struct plan *plan;
static struct forecast forecast;
static struct err err;

static void test_parts(void **state)
{
    static const struct {
        size_t units;
        bool gsm7;
        size_t parts;
    } cases[] = {{0, true, 1},     {160, true, 1},  {161, true, 2},
                 {306, true, 2},   {307, true, 3},  {70, false, 1},
                 {71, false, 2},   {134, false, 2}, {135, false, 3},
                 {1340, false, 20}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(forecast_parts(cases[i].units, cases[i].gsm7),
                         cases[i].parts);
}

/* Two provinces, one of them of two strata with different rates. */
static void make_cells(struct audience *a)
{
    static const struct {
        const char *province, *stratum;
        uint32_t rate, drawn;
    } cells[] = {{"44", "44-1", 100000, 300},
                 {"44", "44-2", 500000, 100},
                 {"31", "31-1", 1000000, 15},
                 {"11", "11-1", 100000, 0}};

    *a = (struct audience){
        .plan = plan, .survey = survey, .asked_at = SMALL_NOW};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct context c = {.channel = CHANNEL_SMS};
        uint32_t at = 0;

        memcpy(c.province, cells[i].province, 2);
        memcpy(c.stratum, cells[i].stratum, 4);
        assert_int_equal(cells_at(&a->cells, &c, 20000, &at), ST_OK);
        a->cells.list[at].rate_ppm = cells[i].rate;
        a->cells.list[at].drawn = cells[i].drawn;
    }
}

static void test_forecast(void **state)
{
    const struct forecast *f = &forecast;
    struct audience a;
    double w, w2;

    (void)state;
    make_cells(&a);
    plan->price = 0.045;
    assert_int_equal(forecast_make(&a, calendar, &forecast, &err), ST_OK);
    assert_int_equal(f->texts, 1);
    assert_true(f->text[0].gsm7); /* "us: how was 22 Nov?" */
    assert_int_equal(f->text[0].units, 19);
    assert_int_equal(f->text[0].parts, 1);
    assert_float_equal(f->parts, 415, 1e-9);
    assert_float_equal(f->cost, 415 * 0.045, 1e-9);
    assert_int_equal(f->provinces, 2);
    assert_string_equal(f->province[0].province, "31");
    assert_true(isnan(f->province[0].margin)); /* 1.5 answers */
    w = 300 * 10.0 + 100 * 2.0;
    w2 = 300 * 100.0 + 100 * 4.0;
    assert_float_equal(f->province[1].margin,
                       1.96 * 25 * sqrt(400 * w2 / (w * w) / 40), 1e-9);
    /* the last is due after a day, at 10:00 and not in quiet hours */
    assert_true(f->finish_at == SMALL_NOW + 24 * 3600000);
    audience_free(&a);
}

static void test_slow(void **state)
{
    struct audience a;

    (void)state;
    make_cells(&a);
    plan->per_second = 415.0 / 60 / (3 * 13 * 60); /* three days of 13 hours */
    assert_int_equal(forecast_make(&a, calendar, &forecast, &err), ST_OK);
    assert_in_range(forecast.finish_at,
                    SMALL_NOW + INT64_C(3) * 86400000 - 120000,
                    SMALL_NOW + INT64_C(3) * 86400000 + 120000);
    plan->per_second = 1e-9;
    assert_int_equal(forecast_make(&a, calendar, &forecast, &err), ST_OK);
    assert_true(forecast.finish_at == INT64_MAX);
    plan->per_second = 10;
    audience_free(&a);
}

static void test_link(void **state)
{
    struct audience a;

    (void)state;
    make_cells(&a);
    plan->channel = CHANNEL_WEB;
    memcpy(plan->text, "go {link}, {nobody}", 20);
    memcpy(plan->link, "https://m.cn/s/", 16);
    memcpy(plan->signature, "X ", 3);
    assert_int_equal(forecast_make(&a, calendar, &forecast, &err), ST_OK);
    assert_int_equal(forecast.texts, 1);
    assert_string_equal(forecast.text[0].item, "");
    /* braces are two septets each */
    assert_int_equal(forecast.text[0].units, 2 + 3 + 15 + 20 + 10 + 2);
    plan->channel = CHANNEL_SMS;
    *plan->signature = '\0';
    audience_free(&a);
}

static void test_qr(void **state)
{
    struct buffer svg = {0};
    char *longest = malloc(3001);

    (void)state;
    assert_int_equal(qr_svg("https://m.example.cn/o/repair", &svg), ST_OK);
    assert_int_equal(buffer_byte(&svg, '\0'), ST_OK);
    assert_non_null(strstr((char *)svg.data, "viewBox=\"0 0 37 37\""));
    /* the upper left finder begins behind the quiet zone, seven wide */
    assert_non_null(strstr((char *)svg.data, "M4 4h7v1h-7z"));
    svg.len = 5;
    assert_non_null(longest);
    memset(longest, 'x', 3000);
    longest[3000] = '\0';
    assert_int_equal(qr_svg(longest, &svg), ST_RANGE);
    assert_int_equal(svg.len, 5);
    buffer_free(&svg);
    free(longest);
}

static int begin(void **state)
{
    const char *root = getenv("ROOT");
    char path[4096];

    (void)state;
    (void)snprintf(path, sizeof path, "%s/surveys/codes/calendar.csv",
                   root ? root : ".");
    survey = small_survey();
    if (calendar_load(path, &calendar, &err) != ST_OK)
        return -1;
    return small_plan(SMALL_PLAN, &plan, &err) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    unlink(file_path("plan.yaml"));
    plan_free(&plan);
    calendar_free(&calendar);
    survey_free(&survey);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts), cmocka_unit_test(test_forecast),
        cmocka_unit_test(test_slow), cmocka_unit_test(test_link),
        cmocka_unit_test(test_qr)};

    return cmocka_run_group_tests(tests, begin, end);
}
