/* known_test.c - surveys and campaigns, as told and as kept. */
#include "alloc.h"
#include "files.h"
#include "known.h"
#include "spaces.h"

static struct durable *table;
static struct err err;

static int open_table(void **unused)
{
    (void)unused;
    (void)unlink(file_path("known"));
    assert_int_equal(durable_open(file_path("known"), 0x74657374, &table, &err),
                     ST_OK);
    return 0;
}

static int close_table(void **unused)
{
    (void)unused;
    durable_close(&table);
    (void)unlink(file_path("known"));
    return 0;
}

/* A definition, the n-th version of its code. */
static void define(const char *code, int n, char yaml[512],
                   uint8_t version[HASH_SIZE])
{
    struct survey *s = NULL;

    (void)snprintf(yaml, 512,
                   "survey: %s\ntitle: {en: Number %d}\nitems:\n"
                   "  - code: Q1\n    scale: {min: 1, max: 10}\n"
                   "    text: {en: How was it?}\n",
                   code, n);
    assert_int_equal(
        survey_parse("test", yaml, strlen(yaml), NULL, NULL, &s, &err), ST_OK);
    memcpy(version, s->version, HASH_SIZE);
    survey_free(&s);
}

static enum status tell(struct known *k, const char *code, int n, bool newest,
                        uint8_t version[HASH_SIZE])
{
    struct wire_described told = {.version = version};
    char yaml[512];

    define(code, n, yaml, version);
    (void)snprintf(told.survey, sizeof told.survey, "%s", code);
    told.yaml = (struct wire_text){yaml, strlen(yaml)};
    return known_tell_survey(k, &told, newest, &err);
}

static void tell_campaign(struct known *k, uint16_t number, uint8_t state,
                          const char *survey, const uint8_t version[HASH_SIZE])
{
    struct campaign c = {.number = number, .state = state};

    (void)snprintf(c.plan.survey, sizeof c.plan.survey, "%s", survey);
    memcpy(c.plan.version, version, HASH_SIZE);
    known_tell_campaign(k, &c);
}

static void keep(struct known *k)
{
    assert_true(known_unkept(k));
    assert_int_equal(durable_begin(table, &err), ST_OK);
    assert_int_equal(known_keep(k, table, &err), ST_OK);
    assert_int_equal(durable_commit(table, &err), ST_OK);
    known_kept(k);
    assert_false(known_unkept(k));
}

static struct known *read_known(void)
{
    struct known *k = NULL;

    assert_int_equal(known_new(table, &k, &err), ST_OK);
    return k;
}

static void test_told_and_kept(void **unused)
{
    uint8_t one[HASH_SIZE], two[HASH_SIZE], other[HASH_SIZE];
    struct known *k = read_known();

    (void)unused;
    assert_false(known_unkept(k));
    assert_int_equal(tell(k, "alpha", 1, true, one), ST_OK);
    assert_int_equal(tell(k, "alpha", 2, true, two), ST_OK);
    assert_int_equal(tell(k, "beta", 1, false, other), ST_OK);
    assert_null(known_newest(k, "beta"));
    assert_memory_equal(known_newest(k, "alpha")->version, two, HASH_SIZE);
    keep(k);
    /* said again it is no news; back to the first version it is */
    assert_int_equal(tell(k, "alpha", 2, true, two), ST_OK);
    assert_int_equal(tell(k, "alpha", 1, false, one), ST_OK);
    assert_false(known_unkept(k));
    assert_int_equal(tell(k, "alpha", 1, true, one), ST_OK);
    keep(k);
    tell_campaign(k, 7, CAMPAIGN_RUNNING, "beta", other);
    keep(k);
    tell_campaign(k, 7, CAMPAIGN_RUNNING, "beta", other);
    assert_false(known_unkept(k));
    tell_campaign(k, 7, CAMPAIGN_CLOSED, "beta", other);
    keep(k);
    known_free(&k);
    k = read_known();
    assert_memory_equal(known_newest(k, "alpha")->version, one, HASH_SIZE);
    assert_string_equal(known_version(k, two)->code, "alpha");
    assert_null(known_newest(k, "beta"));
    assert_true(known_campaign(k, 7).there);
    assert_int_equal(known_campaign(k, 7).state, CAMPAIGN_CLOSED);
    assert_string_equal(known_campaign(k, 7).survey, "beta");
    assert_memory_equal(known_campaign(k, 7).version, other, HASH_SIZE);
    assert_int_equal(known_counts(k).surveys, 3);
    assert_int_equal(known_counts(k).campaigns, 1);
    known_free(&k);
}

static void test_odd_numbers(void **unused)
{
    const uint8_t version[HASH_SIZE] = {1};
    struct known *k = read_known();

    (void)unused;
    tell_campaign(k, 0, CAMPAIGN_RUNNING, "x", version);
    tell_campaign(k, 1024, CAMPAIGN_RUNNING, "x", version);
    assert_false(known_unkept(k));
    tell_campaign(k, 1023, CAMPAIGN_RUNNING, "x", version);
    assert_true(known_campaign(k, 1023).there);
    assert_false(known_campaign(k, 0).there);
    assert_false(known_campaign(k, 1024).there);
    assert_false(known_campaign(k, 65535).there);
    known_free(&k);
}

/* Only a definition of the version it claims, and that passes, is taken. */
static void test_false_claims(void **unused)
{
    uint8_t version[HASH_SIZE];
    struct wire_described told = {.survey = "alpha", .version = version};
    struct known *k = read_known();
    char yaml[512];

    (void)unused;
    define("alpha", 1, yaml, version);
    told.yaml = (struct wire_text){yaml, strlen(yaml)};
    version[31] ^= 1;
    assert_int_equal(known_tell_survey(k, &told, true, &err), ST_INVALID);
    version[31] ^= 1;
    told.yaml.len /= 2;
    assert_int_equal(known_tell_survey(k, &told, true, &err), ST_INVALID);
    told.yaml.len = 0;
    assert_int_equal(known_tell_survey(k, &told, true, &err), ST_INVALID);
    assert_int_equal(known_counts(k).surveys, 0);
    assert_false(known_unkept(k));
    known_free(&k);
}

static void test_needs(void **unused)
{
    uint8_t known[HASH_SIZE], missing[HASH_SIZE] = {2}, wanted[HASH_SIZE] = {3};
    struct known *k = read_known();
    struct known_need need;
    size_t at = 0;

    (void)unused;
    assert_int_equal(tell(k, "alpha", 1, false, known), ST_OK);
    tell_campaign(k, 3, CAMPAIGN_RUNNING, "alpha", known);
    tell_campaign(k, 4, CAMPAIGN_APPROVED, "beta", missing);
    known_want(k, "gamma", wanted);
    known_want(k, "alpha", known);
    assert_true(known_needs(k, &at, &need));
    assert_string_equal(need.survey, "beta");
    assert_true(known_needs(k, &at, &need));
    assert_string_equal(need.survey, "gamma");
    assert_memory_equal(need.version, wanted, HASH_SIZE);
    assert_false(known_needs(k, &at, &need));
    for (uint8_t i = 0; i < 200; i++) { /* the last ones stay */
        wanted[1] = i;
        known_want(k, "gamma", wanted);
    }
    at = 1024;
    for (int i = 0; i < 64; i++)
        assert_true(known_needs(k, &at, &need));
    assert_false(known_needs(k, &at, &need));
    known_free(&k);
}

static void test_followed(void **unused)
{
    char code[SURVEY_CODE_MAX + 1];
    struct known *k = read_known();

    (void)unused;
    known_follow(k, "alpha");
    known_follow(k, "beta");
    known_follow(k, "alpha");
    known_follow(k, "a-code-that-is-longer-than-32-characters");
    assert_true(known_followed(k, 1, code));
    assert_string_equal(code, "beta");
    assert_false(known_followed(k, 2, code));
    for (int i = 0; i < 100; i++) {
        (void)snprintf(code, sizeof code, "code-%d", i);
        known_follow(k, code);
    }
    assert_true(known_followed(k, KNOWN_FOLLOWED_MAX - 1, code));
    assert_false(known_followed(k, KNOWN_FOLLOWED_MAX, code));
    known_free(&k);
}

/* What cannot be read ends the start, whatever it is. */
static void test_damage(void **unused)
{
    const uint8_t bad[][40] = {{200}, {1}, {1, 2, 3}};
    const size_t len[] = {40, 1, 33};
    struct known *k = NULL;

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        const struct durable_key key = {
            i == 1 ? SPACE_SURVEYS : SPACE_CAMPAIGNS, "\0\1", i == 2 ? 1 : 2};

        assert_int_equal(durable_begin(table, &err), ST_OK);
        assert_int_equal(durable_put(table, key, bad[i], len[i], &err), ST_OK);
        assert_int_equal(durable_commit(table, &err), ST_OK);
        assert_int_equal(known_new(table, &k, &err), ST_CORRUPT);
        assert_null(k);
        assert_int_equal(durable_begin(table, &err), ST_OK);
        assert_int_equal(durable_delete(table, key, &err), ST_OK);
        assert_int_equal(durable_commit(table, &err), ST_OK);
    }
}

static enum status whole(void *unused)
{
    uint8_t version[HASH_SIZE];
    struct wire_described told = {.survey = "alpha", .version = version};
    static char yaml[512];
    static uint8_t right[HASH_SIZE];
    struct known *k = NULL;
    enum status st = known_new(table, &k, &err);

    (void)unused;
    if (!*yaml)
        define("alpha", 1, yaml, right);
    memcpy(version, right, HASH_SIZE);
    told.yaml = (struct wire_text){yaml, strlen(yaml)};
    if (st == ST_OK)
        st = known_tell_survey(k, &told, true, &err);
    known_free(&k);
    return st;
}

static void test_torture(void **unused)
{
    (void)unused;
    assert_int_equal(whole(NULL), ST_OK);
    alloc_torture(whole, NULL);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_told_and_kept), TEST(test_odd_numbers),
        TEST(test_false_claims),  TEST(test_needs),
        TEST(test_followed),      TEST(test_damage),
        TEST(test_torture)};

    return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
