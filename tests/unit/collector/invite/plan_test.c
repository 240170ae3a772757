/* plan_test.c - a campaign's file, its strata and rates. */
#include "small.h"

#include "alloc.h"

static struct plan *plan;
static struct survey *survey;
static struct err err;

static void test_values(void **state)
{
    (void)state;
    assert_int_equal(
        small_plan("campaign: q4\nsurvey: small\npurpose: relationship\n"
                   "channel: web\ngateway: w-1\ncontact-key: a/b.pub\n"
                   "language: bo\nnotice: n-7\nbases: [consent, contract]\n"
                   "expires-days: 14\nstart: 2026-12-01\ncloses: 2026-12-31\n"
                   "delay: {min: 45, max: 600}\n"
                   "strata: {by: [], rate: 0.05}\n"
                   "canary: {share: 2%, minutes: 30}\n"
                   "limits: {opt-outs: 3%, failures: 1, escalations: 0.001, "
                   "after: 37}\n"
                   "sending: {per-second: 2.5, price: 0.045, quiet: "
                   "20:00-09:00, signature: X, text: \"go {link}\", link: h/}\n"
                   "assume: {response: 0.2, sd: 18.5}\n",
                   &plan, &err),
        ST_OK);
    assert_string_equal(plan->wire.campaign, "q4");
    assert_int_equal(plan->wire.purpose, PURPOSE_RELATIONSHIP);
    assert_int_equal(plan->channel, CHANNEL_WEB);
    assert_string_equal(plan->contact_key, "a/b.pub");
    assert_int_equal(plan->bases, 2);
    assert_string_equal(plan->basis[1], "contract");
    assert_int_equal(plan->expires_days, 14);
    assert_true(plan->rest_ms == INT64_C(180) * 86400000);
    assert_true(plan->start_at == period_start(20788)); /* 2026-12-01 */
    assert_true(plan->wire.closes_at == period_start(20788 + 31));
    assert_int_equal(plan->delay_min_ms, 45 * 60000);
    assert_int_equal(plan->delay_max_ms, 600 * 60000);
    assert_int_equal(plan->rate_ppm, 50000);
    assert_int_equal(plan->wire.canary_ppm, 20000);
    assert_int_equal(plan->wire.canary_ms, 30 * 60000);
    assert_int_equal(plan->wire.failed_ppm, 1000000);
    assert_int_equal(plan->wire.escalated_ppm, 1000);
    assert_int_equal(plan->wire.limit_after, 37);
    assert_true(plan->per_second == 2.5 && plan->sd == 18.5);
    assert_int_equal(plan->quiet.from, 20 * 60);
    plan_free(&plan);
}

static void test_defaults(void **state)
{
    uint8_t before[HASH_SIZE];

    (void)state;
    assert_int_equal(small_plan(SMALL_PLAN, &plan, &err), ST_OK);
    assert_int_equal(plan->channel, CHANNEL_SMS);
    assert_string_equal(plan->language, "zh-CN");
    assert_true(plan->rest_ms == INT64_C(30) * 86400000);
    assert_int_equal(plan->wire.canary_ppm, 10000);
    assert_int_equal(plan->wire.canary_ms, 7200000);
    assert_false(plan->seeded);
    memcpy(before, plan->wire.plan, HASH_SIZE);
    plan_free(&plan);
    /* one byte more is another plan */
    assert_int_equal(small_plan(SMALL_PLAN "\n", &plan, &err), ST_OK);
    assert_memory_not_equal(before, plan->wire.plan, HASH_SIZE);
    plan_free(&plan);
}

static void test_wrong(void **state)
{
    static const char *const wrong[][2] = {
        {"campaign: A\n", "plan.yaml:1:11: campaign: only a-z"},
        {"campaign: a b\n", "only a-z"},
        {"campaign: 1234567890123456789012345678901234\n", "longer than 32"},
        {"survey: \"\"\n", "a text is wanted"},
        {"bases: consent\n", "a list of 1 to 16"},
        {"bases: [\"a b\"]\n", "only ASCII without blanks"},
        {"bases: [12345678901234567]\n", "longer than 16"},
        {"expires-days: 0\n", "a whole number of 1 to 365"},
        {"expires-days: 1.5\n", "a whole number of"},
        {"expires-days: 7x\n", "a whole number of"},
        {"rest-days: -1\n", "a whole number of"},
        {"rest-days: [1]\n", "one value is wanted"},
        {"start: 2026-13-01\n", "start: "},
        {"strata: {by: province}\n", "a list of at most 4"},
        {"strata: {by: [a, b, c, d, e]}\n", "a list of at most 4"},
        {"strata: {rates: [1]}\n", "a map of at most 4096"},
        {"strata: {rates: {a: 2}}\n", "a share is wanted"},
        {"strata: {rates: {12345678901234567: 1}}\n", "16 characters"},
        {"canary: 1%\n", "canary: a map is wanted"},
        {"sending: {quiet: 25:00-08:00}\n", "hours are wanted"},
        {"assume: {sd: nan}\n", "a number of 0 to 50"},
        {"seed: 0DD5\n", "64 lower-case"},
        {"- a\n", "a map is wanted"},
        {"purpose: instant\n", "no key 'campaign'"}};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(small_plan(wrong[i][0], &plan, &err), ST_INVALID);
        if (!strstr(err.text, wrong[i][1]))
            fail_msg("%s: %s", wrong[i][0], err.text);
        assert_null(plan);
    }
    assert_int_equal(plan_load(file_path("none.yaml"), &plan, &err),
                     ST_NOTFOUND);
}

static void test_strata(void **state)
{
    struct context c = {.province = "44"};
    char code[CODE_MAX + 1];

    (void)state;
    assert_int_equal(small_plan(SMALL_PLAN, &plan, &err), ST_OK);
    assert_int_equal(plan_fits(plan, survey, &err), ST_OK);
    assert_int_equal(plan_stratum(plan, survey, &c, code), ST_OK);
    assert_string_equal(code, "44-_");
    assert_int_equal(plan_rate(plan, code), 125000);
    c.attributes[0] = 2;
    assert_int_equal(plan_stratum(plan, survey, &c, code), ST_OK);
    assert_string_equal(code, "44-2");
    assert_int_equal(plan_rate(plan, code), 1000000);
    assert_int_equal(plan_rate(plan, "31"), 0);
    memcpy(c.province, "123456789012345", 16);
    assert_int_equal(plan_stratum(plan, survey, &c, code), ST_RANGE);
    assert_string_equal(code, "44-2");
    plan->by[1].code[0] = 'X';
    assert_int_equal(plan_fits(plan, survey, &err), ST_INVALID);
    plan_free(&plan);
    assert_int_equal(small_plan("campaign: a\nsurvey: b\npurpose: instant\n"
                                "gateway: c\ncontact-key: d\nbases: [e]\n"
                                "strata: {rate: 1}\n",
                                &plan, &err),
                     ST_OK);
    assert_int_equal(plan_stratum(plan, survey, &c, code), ST_OK);
    assert_string_equal(code, "all");
    plan_free(&plan);
}

static enum status load(void *ctx)
{
    const enum status st = plan_load(ctx, &plan, &err);

    plan_free(&plan);
    return st;
}

static void test_torture(void **state)
{
    char path[4096];

    (void)state;
    (void)snprintf(path, sizeof path, "%s",
                   file_write("plan.yaml", SMALL_PLAN));
    alloc_torture(load, path);
    unlink(path);
}

static int begin(void **state)
{
    (void)state;
    survey = small_survey();
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(file_path("plan.yaml"));
    survey_free(&survey);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_wrong), cmocka_unit_test(test_strata),
        cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests(tests, begin, end);
}
