/* store_test.c - what becomes of a response, on every engine. */
#include "store_fixture.h"

#define STEP 977 /* ms between two submissions */

static void find(struct fixture *f, const struct sample *s,
                 struct store_entry *out)
{
    ok(f, store_find(f->s, s->r.id, s->r.context.entry, out, &f->err));
}

static enum entry_state state_of(struct fixture *f, const struct sample *s)
{
    struct store_entry e;

    find(f, s, &e);
    return e.state;
}

static void new_is_kept_whole(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct store_entry e;
    struct log *log;
    struct watermark to;

    make(f, &s);
    assert_int_equal(submit(f, &s, false), VERDICT_ACCEPTED);
    find(f, &s, &e);
    assert_int_equal(e.revision, 0);
    assert_int_equal(e.state, STATE_COUNTED);
    assert_same(&e.response, &s.r);

    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 1);
    assert_false(log->row[0].has_old);
    assert_same(&log->row[0].e.entry.response, &s.r);
    free(log);

    log = read_log(f, &f->start, SCAN_NUMBERS, &to);
    assert_same_numbers(&log->row[0].e.entry.response, &s.r);
    assert_int_equal(log->row[0].e.entry.response.comment_len, 0);
    assert_int_equal(log->row[0].e.entry.response.duration_ms, 0);
    assert_true(bytes_zero(log->row[0].e.entry.response.salt, ID_SIZE));
    assert_true(bytes_zero(log->row[0].e.entry.response.staff, ID_SIZE));
    assert_true(bytes_zero(log->row[0].e.entry.response.device, ID_SIZE));
    free(log);
}

static void unknown_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct store_entry e;

    make(f, &s);
    assert_int_equal(store_find(f->s, s.r.id, ENTRY_OWN, &e, &f->err),
                     ST_NOTFOUND);
    (void)submit(f, &s, false);
    assert_int_equal(store_find(f->s, s.r.id, ENTRY_KEYED, &e, &f->err),
                     ST_NOTFOUND);
}

static void again_is_duplicate(void **state)
{
    struct fixture *f = *state;
    struct sample s, other;
    struct store_entry e;
    struct log *log;
    struct watermark to;

    make(f, &s);
    (void)submit(f, &s, false);
    assert_int_equal(submit(f, &s, false), VERDICT_DUPLICATE);
    /* an item once answered never changes */
    make(f, &other);
    memcpy(other.r.id, s.r.id, ID_SIZE);
    assert_int_equal(submit(f, &other, false), VERDICT_DUPLICATE);
    find(f, &s, &e);
    assert_same(&e.response, &s.r);
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 1);
    free(log);
}

/* What an SMS and the web link bring together. */
static void missing_items_are_filled(void **state)
{
    struct fixture *f = *state;
    struct sample all, first, second;
    struct response want;
    struct store_entry e;
    struct watermark mid, to;
    struct log *log;

    make(f, &all);
    first = all;
    first.r.answers = first.answers;
    memset(first.answers + 3, 0, SAMPLE_ITEMS - 3);
    first.r.comment_len = 0;
    assert_int_equal(submit(f, &first, false), VERDICT_ACCEPTED);
    log = read_log(f, &f->start, SCAN_ALL, &mid);
    free(log);

    second = all;
    second.r.answers = second.answers;
    second.r.comment = second.comment;
    second.r.received_at += STEP;
    second.r.answered_at += STEP;
    second.r.event_at += STEP;
    second.r.flags = FLAG_FAST;
    second.r.context.channel = (all.r.context.channel + 1) % CHANNELS;
    second.answers[1] = (uint8_t)(all.answers[1] % 10 + 1);
    assert_int_equal(submit(f, &second, false), VERDICT_FILLED);
    assert_int_equal(submit(f, &second, false), VERDICT_DUPLICATE);

    want = all.r;
    want.answers = all.answers;
    want.comment = all.comment;
    want.received_at = second.r.received_at;
    want.flags |= FLAG_FAST | FLAG_FILLED;
    find(f, &all, &e);
    assert_int_equal(e.revision, 1);
    assert_same(&e.response, &want);

    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 2);
    assert_true(log->row[1].has_old);
    assert_false(log->row[1].before);
    assert_same(&log->row[1].old.entry.response, &first.r);
    free(log);
    log = read_log(f, &mid, SCAN_NUMBERS, &to);
    assert_int_equal(log->count, 1);
    assert_true(log->row[0].has_old && log->row[0].before);
    assert_same_numbers(&log->row[0].old.entry.response, &first.r);
    assert_int_equal(log->row[0].old.entry.response.comment_len, 0);
    free(log);
}

static void comment_alone_fills(void **state)
{
    struct fixture *f = *state;
    struct sample s, bare;
    struct store_entry e;

    make(f, &s);
    bare = s;
    bare.r.comment_len = 0;
    (void)submit(f, &bare, false);
    assert_int_equal(submit(f, &s, false), VERDICT_FILLED);
    assert_int_equal(submit(f, &bare, false), VERDICT_DUPLICATE);
    find(f, &s, &e);
    assert_int_equal(e.response.comment_len, s.r.comment_len);
}

static void one_correction_in_time(void **state)
{
    struct fixture *f = *state;
    struct sample s, c;
    struct response want;
    struct store_entry e;

    make(f, &s);
    c = s;
    c.r.answers = c.answers;
    c.r.comment_len = 0;
    c.r.received_at += CORRECTION_MS;
    memset(c.answers, 0, SAMPLE_ITEMS);
    c.answers[5] = (uint8_t)(s.answers[5] % 10 + 1);
    (void)submit(f, &s, false);
    assert_int_equal(submit(f, &c, true), VERDICT_CORRECTED);
    want = s.r;
    want.received_at = c.r.received_at;
    want.flags |= FLAG_CORRECTED;
    s.answers[5] = c.answers[5];
    find(f, &s, &e);
    assert_same(&e.response, &want);
    /* its acknowledgement was lost */
    c.r.received_at += 3 * CORRECTION_MS;
    assert_int_equal(submit(f, &c, true), VERDICT_DUPLICATE);
    /* in time, but the second */
    c.r.received_at = s.r.received_at + STEP;
    c.answers[6] = (uint8_t)(s.answers[6] % 10 + 1);
    assert_int_equal(submit(f, &c, true), VERDICT_TOO_LATE);
    assert_int_equal(submit(f, &c, false), VERDICT_DUPLICATE);
    find(f, &s, &e);
    assert_same(&e.response, &want);
}

static void correction_comes_too_late(void **state)
{
    struct fixture *f = *state;
    struct sample s, c;

    make(f, &s);
    c = s;
    c.r.answers = c.answers;
    c.answers[0] = (uint8_t)(s.answers[0] % 10 + 1);
    s.answers[23] = 0;
    (void)submit(f, &s, false);
    /* a fill in between does not make the time longer */
    s.answers[23] = c.answers[23];
    s.r.received_at += CORRECTION_MS - STEP;
    assert_int_equal(submit(f, &s, false), VERDICT_FILLED);
    c.r.received_at += CORRECTION_MS + 1;
    assert_int_equal(submit(f, &c, true), VERDICT_TOO_LATE);
    c.r.received_at--;
    assert_int_equal(submit(f, &c, true), VERDICT_CORRECTED);
}

static void correction_of_nothing_is_new(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct store_entry e;

    make(f, &s);
    assert_int_equal(submit(f, &s, true), VERDICT_ACCEPTED);
    find(f, &s, &e);
    assert_same(&e.response, &s.r);
}

static void own_answer_displaces_keyed(void **state)
{
    struct fixture *f = *state;
    struct sample own, keyed, ivr;
    struct watermark to;
    struct log *log;

    make(f, &own);
    keyed = ivr = own;
    keyed.r.context.entry = ENTRY_KEYED;
    ivr.r.context.entry = ENTRY_IVR;
    ivr.r.received_at += STEP;
    own.r.received_at += 2 * STEP;
    assert_int_equal(submit(f, &keyed, false), VERDICT_ACCEPTED);
    assert_int_equal(state_of(f, &keyed), STATE_COUNTED);
    assert_int_equal(submit(f, &ivr, false), VERDICT_ACCEPTED);
    assert_int_equal(submit(f, &own, false), VERDICT_ACCEPTED);
    assert_int_equal(state_of(f, &own), STATE_COUNTED);
    assert_int_equal(state_of(f, &ivr), STATE_DISPLACED);
    assert_int_equal(state_of(f, &keyed), STATE_DISPLACED);
    /* keyed; keyed out, ivr; ivr out, own */
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 5);
    assert_int_equal(log->row[1].e.entry.state, STATE_DISPLACED);
    assert_int_equal(log->row[1].e.entry.revision, 1);
    assert_true(log->row[1].has_old);
    assert_int_equal(log->row[1].old.entry.response.context.entry, ENTRY_KEYED);
    keyed.r.received_at = ivr.r.received_at; /* when it happened */
    assert_same(&log->row[1].e.entry.response, &keyed.r);
    assert_false(log->row[4].has_old);
    free(log);
}

static void keyed_comes_after_own(void **state)
{
    struct fixture *f = *state;
    struct sample own, keyed;

    make(f, &own);
    keyed = own;
    keyed.r.context.entry = ENTRY_KEYED;
    keyed.r.answers = keyed.answers;
    keyed.answers[2] = 0;
    (void)submit(f, &own, false);
    assert_int_equal(submit(f, &keyed, false), VERDICT_ACCEPTED);
    assert_int_equal(state_of(f, &keyed), STATE_DISPLACED);
    /* nothing brings it back, and it can still be filled */
    review(f, &own, REVIEW_SET_ASIDE, NOW + STEP);
    assert_int_equal(state_of(f, &keyed), STATE_DISPLACED);
    review(f, &keyed, REVIEW_SET_ASIDE, NOW + STEP);
    review(f, &keyed, REVIEW_RELEASE, NOW + STEP);
    assert_int_equal(state_of(f, &keyed), STATE_DISPLACED);
    keyed.answers[2] = own.answers[2];
    assert_int_equal(submit(f, &keyed, false), VERDICT_FILLED);
    assert_int_equal(state_of(f, &keyed), STATE_DISPLACED);
    assert_int_equal(state_of(f, &own), STATE_ASIDE);
}

static void review_takes_out_and_back(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct response want;
    struct store_entry e;
    struct watermark to;
    struct log *log;

    make(f, &s);
    s.answers[7] = 0;
    (void)submit(f, &s, false);
    review(f, &s, REVIEW_RELEASE, NOW + STEP);
    review(f, &s, REVIEW_SET_ASIDE, NOW + 2 * STEP);
    review(f, &s, REVIEW_SET_ASIDE, NOW + 3 * STEP);
    find(f, &s, &e);
    assert_int_equal(e.state, STATE_ASIDE);
    want = s.r;
    want.received_at = NOW + 2 * STEP;
    assert_same(&e.response, &want);
    s.answers[7] = 9;
    assert_int_equal(submit(f, &s, false), VERDICT_FILLED);
    assert_int_equal(state_of(f, &s), STATE_ASIDE);
    review(f, &s, REVIEW_RELEASE, NOW + 4 * STEP);
    find(f, &s, &e);
    assert_int_equal(e.state, STATE_COUNTED);
    assert_int_equal(e.response.answers[7], 9);
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(log->row[i].e.entry.revision, i);
    free(log);
}

static void review_of_nobody_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct sample s, last;
    struct store_entry e;

    make(f, &s);
    ok(f, store_begin(f->s, &f->err));
    assert_int_equal(
        store_review(f->s, s.r.id, ENTRY_OWN, REVIEW_SET_ASIDE, NOW, &f->err),
        ST_NOTFOUND);
    /* which is no failure of the transaction */
    make(f, &last);
    ok(f, store_submit(f->s, &last.r, false, &(enum verdict){0}, &f->err));
    ok(f, store_commit(f->s, &f->err));
    find(f, &last, &e);
    (void)erase(f, &last, NOW);
    ok(f, store_begin(f->s, &f->err));
    assert_int_equal(
        store_review(f->s, last.r.id, ENTRY_OWN, REVIEW_RELEASE, NOW, &f->err),
        ST_NOTFOUND);
    store_rollback(f->s);
}

static void erased_loses_its_bytes(void **state)
{
    struct fixture *f = *state;
    struct sample own, keyed;
    struct watermark mid, to;
    struct log *log;

    make(f, &own);
    keyed = own;
    keyed.r.context.entry = ENTRY_KEYED;
    (void)submit(f, &keyed, false);
    (void)submit(f, &own, false); /* keyed, keyed displaced, own */
    log = read_log(f, &f->start, SCAN_ALL, &mid);
    free(log);
    assert_int_equal(erase(f, &own, NOW + STEP), 3);
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 5);
    assert_blank(&log->row[0].e.entry, &keyed.r, 0);
    assert_blank(&log->row[1].e.entry, &keyed.r, 0);
    assert_blank(&log->row[1].old.entry, &keyed.r, 0);
    assert_blank(&log->row[2].e.entry, &own.r, 0);
    assert_blank(&log->row[3].e.entry, &own.r, NOW + STEP);
    assert_blank(&log->row[3].old.entry, &own.r, 0);
    assert_blank(&log->row[4].e.entry, &keyed.r, NOW + STEP);
    assert_int_equal(log->row[4].e.entry.revision, 2);
    free(log);
    log = read_log(f, &mid, SCAN_NUMBERS, &to);
    assert_int_equal(log->count, 2);
    assert_true(log->row[0].before && log->row[1].before);
    free(log);

    assert_int_equal(erase(f, &own, NOW + 2 * STEP), 0);
    assert_int_equal(submit(f, &own, false), VERDICT_ERASED);
    assert_int_equal(submit(f, &keyed, true), VERDICT_ERASED);
    own.r.context.entry = ENTRY_PAPER;
    assert_int_equal(submit(f, &own, false), VERDICT_ERASED);
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 5);
    free(log);
}

static void erasure_before_the_answer(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct watermark to;
    struct log *log;

    make(f, &s);
    assert_int_equal(erase(f, &s, NOW), 0);
    assert_int_equal(submit(f, &s, false), VERDICT_ERASED);
    s.r.context.entry = ENTRY_KEYED;
    assert_int_equal(submit(f, &s, false), VERDICT_ERASED);
    s.r.context.entry = ENTRY_OWN;
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 1);
    assert_false(log->row[0].has_old);
    assert_blank(&log->row[0].e.entry, &s.r, NOW);
    free(log);
}

/* ---- versions and forms ---- */

static void define(struct fixture *f, const char *yaml, uint8_t *version)
{
    struct survey *survey = NULL;
    struct store_key key = {version, HASH_SIZE};

    ok(f,
       survey_parse("test", yaml, strlen(yaml), NULL, NULL, &survey, &f->err));
    memcpy(version, survey->version, HASH_SIZE);
    survey_free(&survey);
    ok(f, store_begin(f->s, &f->err));
    ok(f, store_put(f->s, TABLE_DEFINITIONS, key, yaml, strlen(yaml), &f->err));
    ok(f, store_commit(f->s, &f->err));
}

#define YAML(title, max)                                                       \
    "survey: shop-visit\n"                                                     \
    "title: {en: " title "}\n"                                                 \
    "items:\n"                                                                 \
    "  - code: SAT1\n"                                                         \
    "    scale: {min: 1, max: " max "}\n"                                      \
    "    text: {en: How satisfied are you?}\n"                                 \
    "  - code: SAY\n"                                                          \
    "    kind: text\n"                                                         \
    "    text: {en: Anything else?}\n"                                         \
    "short: [SAT1]\n"

static void mended_typo_is_the_same_form(void **state)
{
    struct fixture *f = *state;
    uint8_t typo[HASH_SIZE], mended[HASH_SIZE], other[HASH_SIZE];
    struct sample s, web;
    struct store_entry e;

    define(f, YAML("Shop vizit", "10"), typo);
    define(f, YAML("Shop visit", "10"), mended);
    define(f, YAML("Shop visit", "5"), other);
    make(f, &s);
    s.r.items = 2;
    s.answers[1] = 0;
    s.r.comment_len = 0;
    web = s;
    memcpy(s.r.version, typo, HASH_SIZE);
    memcpy(web.r.version, mended, HASH_SIZE);
    web.r.comment_len = 5;
    (void)submit(f, &s, false);
    assert_int_equal(submit(f, &web, false), VERDICT_FILLED);
    find(f, &s, &e);
    assert_memory_equal(e.response.version, typo, HASH_SIZE);
    memcpy(web.r.version, other, HASH_SIZE);
    assert_int_equal(submit(f, &web, false), VERDICT_OTHER_SURVEY);
    assert_int_equal(submit(f, &web, true), VERDICT_OTHER_SURVEY);
}

static void unknown_version_is_another_survey(void **state)
{
    struct fixture *f = *state;
    struct sample s;

    make(f, &s);
    (void)submit(f, &s, false);
    s.r.version[31] ^= 1;
    assert_int_equal(submit(f, &s, false), VERDICT_OTHER_SURVEY);
    s.r.version[31] ^= 1;
    s.r.items--;
    assert_int_equal(submit(f, &s, false), VERDICT_OTHER_SURVEY);
    /* staff may key in what a newer form asks: another key */
    s.r.version[31] ^= 1;
    s.r.context.entry = ENTRY_KEYED;
    assert_int_equal(submit(f, &s, false), VERDICT_ACCEPTED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_is_kept_whole),
        cmocka_unit_test(unknown_is_not_found),
        cmocka_unit_test(again_is_duplicate),
        cmocka_unit_test(missing_items_are_filled),
        cmocka_unit_test(comment_alone_fills),
        cmocka_unit_test(one_correction_in_time),
        cmocka_unit_test(correction_comes_too_late),
        cmocka_unit_test(correction_of_nothing_is_new),
        cmocka_unit_test(own_answer_displaces_keyed),
        cmocka_unit_test(keyed_comes_after_own),
        cmocka_unit_test(review_takes_out_and_back),
        cmocka_unit_test(review_of_nobody_is_not_found),
        cmocka_unit_test(erased_loses_its_bytes),
        cmocka_unit_test(erasure_before_the_answer),
        cmocka_unit_test(mended_typo_is_the_same_form),
        cmocka_unit_test(unknown_version_is_another_survey),
    };

    return run_everywhere("store rules", tests, sizeof tests / sizeof *tests);
}
