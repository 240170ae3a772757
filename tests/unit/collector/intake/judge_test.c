/* judge_test.c - what is refused before any store is asked, and why. */
#include "fixture.h"

#include "alloc.h"
#include "check.h"

/* The reason for which a submission of one response is rejected. */
static enum reason rejected_as(struct fixture *f, const char *key,
                               const struct submission *s)
{
    enum reason why = REASON_NONE;

    fixture_submit(f, s, 1);
    if (fixture_judge(f, key, &why) == JUDGED_TO_KEEP)
        return REASON_NONE;
    assert_int_equal(f->batch.ack.rejections, 1);
    return f->batch.ack.rejected[0].reason;
}

static void each_fault_has_its_reason(void **state)
{
    struct fixture *f = *state;
    const struct submission good = fixture_submission(1);
    uint8_t answers[REPAIR_SIZE] = {11, 1, 8, 0, 10, 2, 0};
    struct submission s;

    assert_int_equal(rejected_as(f, KEY_ALL, &good), REASON_NONE);
    assert_int_equal(rejected_as(f, KEY_WEB, &good), REASON_NONE);
    s = good;
    s.response.id[6] = 0x40; /* version 4 */
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_ID);
    s = good;
    s.response.answers = answers;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_ANSWERS);
    s = good;
    s.response.items = REPAIR_SIZE - 1;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_ANSWERS);
    s = good;
    s.response.comment = "\xff\xfe\xfd";
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_COMMENT);
    s = good;
    s.response.context.attributes[0] = 1;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_CODE);
    s = good;
    memcpy(s.response.context.province, "99", 3);
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_CODE);
    s = good;
    s.response.context.frame = FRAME_THIRD;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_RIGHTS);
    s = good;
    memcpy(s.response.context.province, "31", 3);
    assert_int_equal(rejected_as(f, KEY_WEB, &s), REASON_RIGHTS);
    s = good;
    s.response.rate_ppm = 1000001;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_FIELD);
}

static void times_are_judged_by_our_clock(void **state)
{
    struct fixture *f = *state;
    struct submission s = fixture_submission(2);
    const struct response *got = NULL;

    s.response.event_at = EVENT_FIRST_MS - 1;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_TIME);
    s.response.event_at = NOW + EVENT_AHEAD_MS + 1;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_TIME);
    s.response.event_at = INT64_MAX;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_TIME);
    s.response.event_at = NOW - 5000;
    s.response.answered_at = EVENT_FIRST_MS - 1;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_TIME);
    s.response.answered_at = INT64_MAX;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_NONE);
    got = &f->batch.list[0].response;
    assert_true(got->answered_at == NOW && got->event_at == NOW - 5000);
    assert_int_equal(got->flags, FLAG_CLOCK);
    s.response.answered_at = NOW + CLOCK_AHEAD_MS;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_NONE);
    got = &f->batch.list[0].response;
    assert_true(got->answered_at == NOW + CLOCK_AHEAD_MS);
    assert_int_equal(got->flags, 0);
    s.response.event_at = NOW + CLOCK_AHEAD_MS + 1;
    assert_int_equal(rejected_as(f, KEY_ALL, &s), REASON_NONE);
    got = &f->batch.list[0].response;
    assert_true(got->event_at == NOW);
    assert_int_equal(got->flags, FLAG_CLOCK);
}

static void what_is_missing_is_made(void **state)
{
    struct fixture *f = *state;
    struct submission list[2] = {fixture_submission(3), fixture_submission(4)};
    const struct survey *repair = fixture_repair(f);
    enum reason why;

    list[0].response.flags = 0xffffffff;
    memset(list[1].response.salt, 7, ID_SIZE);
    fixture_submit(f, list, 2);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    assert_int_equal(f->batch.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct response *got = &f->batch.list[i].response;

        assert_true(got->received_at == NOW);
        assert_memory_equal(got->version, repair->version, HASH_SIZE);
        assert_false(bytes_zero(got->salt, ID_SIZE));
    }
    assert_int_equal(f->batch.list[0].response.flags, FLAGS_GATEWAY);
    assert_memory_equal(f->batch.list[1].response.salt, list[1].response.salt,
                        ID_SIZE);
    assert_memory_not_equal(f->batch.list[0].response.salt,
                            list[1].response.salt, ID_SIZE);
}

/* Salts are dealt out of a stock: more than it holds, and all differ. */
static void no_two_salts_are_equal(void **state)
{
    enum { MANY = 600 };
    struct fixture *f = *state;
    static struct submission list[MANY];
    enum reason why;

    for (unsigned i = 0; i < MANY; i++)
        list[i] = fixture_submission(i);
    fixture_submit(f, list, MANY);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    assert_int_equal(f->batch.count, MANY);
    for (size_t i = 0; i < MANY; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(f->batch.list[i].response.salt,
                                    f->batch.list[k].response.salt, ID_SIZE);
}

static void whole_messages_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct submission s = fixture_submission(5);
    const struct survey *repair = fixture_repair(f);
    struct survey_name name = {"repair", repair->form}; /* no version */
    enum reason why;

    fixture_submit(f, &s, 1);
    assert_int_equal(fixture_judge(f, KEY_NONE, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_IDENTITY);
    assert_true(f->batch.ack.batch == 41);
    assert_int_equal(fixture_judge(f, NULL, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_IDENTITY);
    f->frame.len = 0;
    assert_int_equal(wire_submit(1, &name, &s, 1, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_SURVEY_VERSION);
    name = (struct survey_name){"instant", repair->version};
    f->frame.len = 0;
    assert_int_equal(wire_submit(1, &name, &s, 1, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_SURVEY_VERSION);
    name = (struct survey_name){"nothing", repair->version};
    f->frame.len = 0;
    assert_int_equal(wire_submit(1, &name, &s, 1, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_SURVEY);
    f->frame.len = 0;
    assert_int_equal(wire_pull(1, 5, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_WEB, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_RIGHTS);
    f->frame.data[0] = 0xc1;
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_MALFORMED);
}

/* A key that may only submit: every other type is refused to it. */
static void each_type_needs_its_right(void **state)
{
    static const uint8_t id[ID_SIZE] = {7};
    struct fixture *f = *state;
    const struct survey_name name = {"repair", NULL};
    const struct wire_text yaml = {"x", 1};
    const struct campaign_order all = {.action = ACTION_PAUSE, .campaign = "*"};

    for (enum right r = RIGHT_DESCRIBE; r < RIGHT_ASK; r++) {
        enum reason why = REASON_NONE;
        enum status st = ST_OK;

        f->frame.len = 0;
        st = r == RIGHT_DESCRIBE    ? wire_describe(1, &name, &f->frame)
             : r == RIGHT_DEFINE    ? wire_define(1, "x", &yaml, &f->frame)
             : r == RIGHT_INVITE    ? wire_invite(1, NULL, 0, &f->frame)
             : r == RIGHT_PULL      ? wire_pull(1, 1, &f->frame)
             : r == RIGHT_EVENT     ? wire_events(1, NULL, 0, &f->frame)
             : r == RIGHT_REVIEW    ? wire_reviews(1, NULL, 0, &f->frame)
             : r == RIGHT_ERASE     ? wire_erase(1, NULL, 0, id, &f->frame)
             : r == RIGHT_SAMPLE    ? wire_samples(1, NULL, 0, &f->frame)
             : r == RIGHT_OPTOUTS   ? wire_ask_optouts(1, NULL, 9, &f->frame)
             : r == RIGHT_COPY      ? wire_ask_copy(1, id, &f->frame)
             : r == RIGHT_CAMPAIGN  ? wire_campaign(1, &all, &f->frame)
             : r == RIGHT_CAMPAIGNS ? wire_ask_campaigns(1, &f->frame)
                                    : wire_ask(1, id, &f->frame);
        assert_int_equal(st, ST_OK);
        assert_int_equal(fixture_judge(f, KEY_WEB, &why), JUDGED_REFUSED);
        assert_int_equal(why, REASON_RIGHTS);
        assert_int_equal(f->batch.request.type, r);
    }
}

static enum reason event_rejected_as(struct fixture *f,
                                     const struct wire_event *e)
{
    enum reason why = REASON_NONE;

    f->frame.len = 0;
    assert_int_equal(wire_events(1, e, 1, &f->frame), ST_OK);
    if (fixture_judge(f, KEY_ALL, &why) == JUDGED_TO_KEEP)
        return REASON_NONE;
    return f->batch.ack.rejected[0].reason;
}

/* Only an opt keeps words: what else a customer writes can be erased. */
static void words_belong_to_opts(void **state)
{
    static char text[EVENT_TEXT_MAX + 1];
    struct fixture *f = *state;
    struct wire_event e = {
        .at = NOW, .id = {1}, .invitation = {2}, .text = "TD", .text_len = 2};

    memset(text, 'x', sizeof text);
    for (enum event_kind k = 0; k < EVENT_KINDS; k++) {
        e.kind = (uint8_t)k;
        assert_int_equal(event_rejected_as(f, &e),
                         k == EVENT_OPT_OUT || k == EVENT_OPT_IN
                             ? REASON_NONE
                             : REASON_FIELD);
    }
    e.kind = EVENT_OPT_OUT;
    e.text = "\xff\xfe";
    assert_int_equal(event_rejected_as(f, &e), REASON_FIELD);
    e.text = text;
    e.text_len = EVENT_TEXT_MAX;
    assert_int_equal(event_rejected_as(f, &e), REASON_NONE);
    e.text_len++;
    assert_int_equal(event_rejected_as(f, &e), REASON_FIELD);
}

/* What was not asked is accounted for, or the funnel would leak. */
static void samples_add_up(void **state)
{
    struct fixture *f = *state;
    const struct wire_sample good = {
        .id = {1},
        .survey = "repair",
        .at = NOW,
        .event_at = NOW - 86400000,
        .context = {.channel = CHANNEL_SMS, .frame = FRAME_INVITED},
        .rate_ppm = 1000000,
        .events = 7,
        .eligible = 4,
        .drawn = 4,
        .excluded = {1, 0, 2}};
    struct wire_sample bad[6] = {good, good, good, good, good, good};
    enum reason why;

    bad[0].excluded[5] = 1;
    bad[1].excluded[4] = UINT64_MAX - 2; /* with the others: 2^64 */
    bad[2].drawn = 5;
    bad[3].rate_ppm++;
    memcpy(bad[4].survey, "nothing", 8);
    bad[5].event_at = NOW + EVENT_AHEAD_MS + 1;
    f->frame.len = 0;
    assert_int_equal(wire_samples(1, bad, 6, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_ANSWERED);
    for (int i = 0; i < 6; i++)
        assert_int_equal(f->batch.ack.rejected[i].reason, i < 4 ? REASON_FIELD
                                                          : i == 4
                                                              ? REASON_SURVEY
                                                              : REASON_TIME);
    f->frame.len = 0;
    assert_int_equal(wire_samples(1, &good, 1, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
}

static void a_message_of_faults_is_answered_at_once(void **state)
{
    struct fixture *f = *state;
    struct submission list[2] = {fixture_submission(6), fixture_submission(7)};
    struct ack got;
    enum reason why;

    list[0].response.id[6] = list[1].response.id[6] = 0;
    fixture_submit(f, list, 2);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_ANSWERED);
    assert_int_equal(
        wire_read_ack(f->batch.reply.data, f->batch.reply.len, &got, &why),
        ST_OK);
    assert_true(got.batch == 41 && got.accepted == 0 && got.rejections == 2);
    assert_int_equal(got.rejected[1].index, 1);
    assert_memory_equal(got.rejected[1].id, list[1].response.id, ID_SIZE);
    free(got.rejected);
    fixture_submit(f, list, 0);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_ANSWERED);
}

static void definitions_are_checked_and_known(void **state)
{
    struct fixture *f = *state;
    const struct survey *repair = fixture_repair(f);
    const struct wire_text same = {repair->source, repair->source_len};
    const struct wire_text broken = {"survey: repair\nitems: []\n", 25};
    const struct letter letter = {
        .user = KEY_ALL, .data = NULL, .len = 0, .now = NOW};
    struct letter l = letter;
    struct wire_described d;
    enum reason why;
    struct err err;

    assert_int_equal(wire_define(3, "repair", &same, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_ANSWERED);
    assert_int_equal(
        wire_read_survey(f->batch.reply.data, f->batch.reply.len, &d, &why),
        ST_OK);
    assert_memory_equal(d.version, repair->version, HASH_SIZE);
    f->frame.len = 0;
    assert_int_equal(wire_define(3, "other", &same, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_REFUSED);
    assert_int_equal(why, REASON_DEFINITION);
    f->frame.len = 0;
    assert_int_equal(wire_define(3, "repair", &broken, &f->frame), ST_OK);
    l.data = f->frame.data;
    l.len = f->frame.len;
    batch_reset(&f->batch);
    assert_int_equal(judge(&f->rules, &l, &f->batch, &why, &err),
                     JUDGED_REFUSED);
    assert_int_equal(why, REASON_DEFINITION);
    assert_non_null(strstr(err.text, "repair:")); /* place and cause */
}

/* The allocation budget of the hot path: nothing a response. */
static void judging_allocates_nothing(void **state)
{
    struct fixture *f = *state;
    struct submission list[64];
    enum reason why;

    for (unsigned i = 0; i < 64; i++)
        list[i] = fixture_submission(i);
    fixture_submit(f, list, 64);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_fail_at(0);
    for (int turn = 0; turn < 10; turn++)
        assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    assert_int_equal(alloc_count(), 0);
}

static enum status judge_frame(void *ctx)
{
    struct fixture *f = ctx;
    enum reason why = REASON_NONE;
    enum judgement j;

    batch_free(&f->batch);
    j = fixture_judge(f, KEY_ALL, &why);
    assert_true(j != JUDGED_REFUSED || why == REASON_BUSY);
    return j == JUDGED_REFUSED ? ST_NOMEM : ST_OK;
}

static void memory_may_run_out(void **state)
{
    struct fixture *f = *state;
    struct submission s = fixture_submission(8);
    static const char small[] =
        "survey: small\ntitle: {en: Small}\nitems:\n"
        "  - {code: A, scale: {min: 1, max: 5}, text: {en: A}}\n";
    const struct wire_text yaml = {small, sizeof small - 1};

    fixture_submit(f, &s, 1);
    alloc_torture(judge_frame, f);
    s.response.id[6] = 0;
    fixture_submit(f, &s, 1); /* all rejected: the reply is made here */
    alloc_torture(judge_frame, f);
    f->frame.len = 0;
    assert_int_equal(wire_define(3, "small", &yaml, &f->frame), ST_OK);
    alloc_torture(judge_frame, f);
    f->frame.len = 0;
    assert_int_equal(
        wire_describe(3, &(struct survey_name){"repair", NULL}, &f->frame),
        ST_OK);
    alloc_torture(judge_frame, f);
}

static void the_newest_is_the_last(void **state)
{
    struct fixture *f = *state;
    struct catalog *c = &f->rules.catalog;
    uint8_t version[HASH_SIZE];
    struct survey *again = NULL;

    memcpy(version, catalog_newest(c, "repair")->version, HASH_SIZE);
    assert_int_equal(c->count, 2);
    assert_int_equal(
        survey_load(fixture_path("surveys/definitions/repair.yaml"), NULL, NULL,
                    &again, NULL),
        ST_OK);
    assert_int_equal(catalog_add(c, &again), ST_OK);
    assert_null(again);
    assert_int_equal(c->count, 2);
    assert_memory_equal(c->list[1]->version, version, HASH_SIZE);
    catalog_raise(c, c->list[0]->version);
    assert_memory_equal(c->list[0]->version, version, HASH_SIZE);
    memset(version, 0, sizeof version);
    catalog_raise(c, version); /* of nothing: nothing */
    assert_null(catalog_version(c, version));
    assert_null(catalog_newest(c, "nothing"));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_fault_has_its_reason),
        TEST(times_are_judged_by_our_clock),
        TEST(what_is_missing_is_made),
        TEST(no_two_salts_are_equal),
        TEST(whole_messages_are_refused),
        TEST(each_type_needs_its_right),
        TEST(words_belong_to_opts),
        TEST(samples_add_up),
        TEST(a_message_of_faults_is_answered_at_once),
        TEST(definitions_are_checked_and_known),
        TEST(judging_allocates_nothing),
        TEST(memory_may_run_out),
        TEST(the_newest_is_the_last),
    };

    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
