/* apply_test.c - what messages change in the store, and that trying again
 * changes nothing. */
#include "fixture.h"

#include "alloc.h"
#include "definitions.h"
#include "invitations.h"
#include "pull.h"

static struct ack invite(struct fixture *f, const struct invitation *list,
                         size_t count)
{
    f->frame.len = 0;
    assert_int_equal(wire_invite(5, list, count, &f->frame), ST_OK);
    return fixture_keep(f);
}

static struct ack happened(struct fixture *f, enum event_kind kind,
                           const struct invitation *i, int64_t at)
{
    static uint8_t n;
    struct wire_event e = {.kind = (uint8_t)kind, .at = at};

    memset(e.id, ++n, ID_SIZE);
    memcpy(e.invitation, i->id, ID_SIZE);
    f->frame.len = 0;
    assert_int_equal(wire_events(6, &e, 1, &f->frame), ST_OK);
    return fixture_keep(f);
}

static size_t pulled(struct fixture *f, int64_t now, size_t max)
{
    const struct pull p = {.gateway = "all", .now = now, .max = max};
    struct buffer maps = {.max = MESSAGE_MAX};
    struct err err = {""};
    size_t count = 0;

    campaigns_begin(&f->shelf.campaigns, now);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(pull_due(&f->shelf.campaigns, &p, &maps, &count, &err),
                     ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    buffer_free(&maps);
    return count;
}

static enum invitation_state state_of(struct fixture *f,
                                      const struct invitation *i, int64_t now)
{
    struct invitation got;
    struct err err = {""};

    if (invitation_find(f->store, i->id, &f->shelf.map, &got, &err) != ST_OK)
        return INVITATION_UNKNOWN;
    return invitation_now(&got, now);
}

/* ---- submit ---- */

static void verdicts_are_counted(void **state)
{
    const uint8_t more[REPAIR_SIZE] = {9, 1, 8, 7, 10, 2, 0};
    struct fixture *f = *state;
    struct submission list[3] = {fixture_submission(1), fixture_submission(2),
                                 fixture_submission(3)};
    struct ack ack;
    size_t erased;
    struct err err;

    fixture_submit(f, list, 2);
    ack = fixture_keep(f);
    assert_true(ack.batch == 41 && ack.accepted == 2 && ack.rejections == 0);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(
        store_erase(f->store, list[1].response.id, NOW, &erased, &err), ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    list[0].response.answers = more;
    list[2].response.id[6] = 0; /* refused before the store is asked */
    fixture_submit(f, list, 3);
    ack = fixture_keep(f);
    assert_true(ack.accepted == 0 && ack.filled == 1 && ack.duplicate == 0);
    assert_int_equal(ack.rejections, 2);
    assert_int_equal(ack.rejected[0].reason, REASON_ID);
    assert_int_equal(ack.rejected[0].index, 2);
    assert_int_equal(ack.rejected[1].reason, REASON_ERASED);
    assert_int_equal(ack.rejected[1].index, 1);
    assert_memory_equal(ack.rejected[1].id, list[1].response.id, ID_SIZE);
    fixture_submit(f, list, 1);
    assert_int_equal(fixture_keep(f).duplicate, 1);
}

/* After a rollback the same batch is applied again: the same outcome. */
static void a_second_try_is_the_same(void **state)
{
    struct fixture *f = *state;
    struct submission list[3] = {fixture_submission(1), fixture_submission(1),
                                 fixture_submission(2)};
    enum reason why;
    struct err err;

    list[2].response.id[6] = 0;
    fixture_submit(f, list, 3);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    for (int try = 0; try < 3; try++) {
        assert_int_equal(store_begin(f->store, &err), ST_OK);
        assert_int_equal(apply(&f->shelf, &f->batch, &err), ST_OK);
        assert_true(f->batch.ack.accepted == 1 && f->batch.ack.duplicate == 1 &&
                    f->batch.ack.rejections == 1);
        store_rollback(f->store);
    }
}

static void the_invitation_knows_better(void **state)
{
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1);
    struct submission s = fixture_submission(1);
    struct store_entry got;
    struct err err;

    invite(f, &i, 1);
    memcpy(s.response.id, i.id, ID_SIZE);
    s.response.context.frame = FRAME_INVITED;
    fixture_submit(f, &s, 1);
    assert_int_equal(fixture_keep(f).accepted, 1);
    assert_int_equal(store_find(f->store, i.id, ENTRY_OWN, &got, &err), ST_OK);
    assert_string_equal(got.response.context.province, "31");
    assert_string_equal(got.response.context.operator, "CM");
    assert_string_equal(got.response.context.touchpoint, ""); /* not its own */
    assert_int_equal(got.response.context.channel, CHANNEL_WEB);
    assert_true(got.response.event_at == i.event_at);
    assert_int_equal(got.response.rate_ppm, 50000);
    assert_memory_equal(got.response.respondent, i.respondent, ID_SIZE);
    assert_memory_equal(got.response.staff, i.staff, ID_SIZE);
    assert_int_equal(got.response.flags, FLAG_SHARED_NUMBER);
    assert_int_equal(state_of(f, &i, NOW), INVITATION_ANSWERED);
    assert_int_equal(fixture_rows(f, TABLE_DUE), 0);
}

static void what_staff_key_leaves_it_open(void **state)
{
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1);
    struct submission s = fixture_submission(1);

    invite(f, &i, 1);
    memcpy(s.response.id, i.id, ID_SIZE);
    s.response.context.frame = FRAME_INVITED;
    s.response.context.entry = ENTRY_KEYED;
    fixture_submit(f, &s, 1);
    assert_int_equal(fixture_keep(f).accepted, 1);
    assert_int_equal(state_of(f, &i, NOW), INVITATION_OPEN);
    assert_int_equal(pulled(f, NOW, 9), 1);
    s.response.context.entry = ENTRY_IVR;
    fixture_submit(f, &s, 1);
    assert_int_equal(fixture_keep(f).accepted, 1);
    assert_int_equal(state_of(f, &i, NOW), INVITATION_ANSWERED);
}

/* A key bound to units cannot reach beyond them through an invitation. */
static void rights_hold_for_what_the_invitation_says(void **state)
{
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1); /* province 31 */
    struct submission s = fixture_submission(1);    /* says 44 */
    enum reason why;
    struct err err;

    invite(f, &i, 1);
    memcpy(s.response.id, i.id, ID_SIZE);
    s.response.context.frame = FRAME_INVITED;
    fixture_submit(f, &s, 1);
    assert_int_equal(fixture_judge(f, KEY_WEB, &why), JUDGED_TO_KEEP);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(apply(&f->shelf, &f->batch, &err), ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    assert_int_equal(f->batch.ack.rejections, 1);
    assert_int_equal(f->batch.ack.rejected[0].reason, REASON_RIGHTS);
    assert_int_equal(state_of(f, &i, NOW), INVITATION_OPEN);
}

static void late_and_unknown_are_flagged(void **state)
{
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1);
    struct submission list[2] = {fixture_submission(1), fixture_submission(2)};
    struct store_entry got;
    struct err err;

    i.expires_at = NOW - 1;
    i.due_at = NOW - 5;
    invite(f, &i, 1);
    memcpy(list[0].response.id, i.id, ID_SIZE);
    list[0].response.context.frame = FRAME_INVITED;
    list[1].response.context.frame = FRAME_INVITED;
    fixture_submit(f, list, 2);
    assert_int_equal(fixture_keep(f).accepted, 2);
    assert_int_equal(store_find(f->store, i.id, ENTRY_OWN, &got, &err), ST_OK);
    assert_int_equal(got.response.flags, FLAG_CLOSED | FLAG_SHARED_NUMBER);
    assert_int_equal(
        store_find(f->store, list[1].response.id, ENTRY_OWN, &got, &err),
        ST_OK);
    assert_int_equal(got.response.flags, FLAG_NO_INVITATION);
}

/* ---- invitations ---- */

static void a_lease_runs_out(void **state)
{
    struct fixture *f = *state;
    struct invitation list[3] = {fixture_invitation(f, 1),
                                 fixture_invitation(f, 2),
                                 fixture_invitation(f, 3)};
    struct ack ack;

    list[2].due_at = NOW + 5000;
    ack = invite(f, list, 3);
    assert_int_equal(ack.accepted, 3);
    ack = invite(f, list, 3);
    assert_int_equal(ack.duplicate, 3);
    assert_int_equal(pulled(f, NOW, 0), 0);
    assert_int_equal(pulled(f, NOW, 1), 1);
    assert_int_equal(pulled(f, NOW, 9), 1);
    assert_int_equal(pulled(f, NOW, 9), 0);
    assert_int_equal(pulled(f, NOW + 5000, 9), 1);
    happened(f, EVENT_DELIVERED, &list[0], NOW);
    assert_int_equal(pulled(f, NOW + LEASE_MS + 5000, 9), 2);
    assert_int_equal(state_of(f, &list[0], NOW), INVITATION_OPEN);
    happened(f, EVENT_DISPOSITION, &list[0], NOW);
    assert_int_equal(state_of(f, &list[0], NOW), INVITATION_CLOSED);
    happened(f, EVENT_DISPOSITION, &list[1], NOW);
    happened(f, EVENT_STARTED, &list[2], NOW);
    assert_int_equal(fixture_rows(f, TABLE_DUE), 0);
}

/* Many are due: a reply has its limit, and nothing is lost by it. */
static void a_pull_fits_its_frame(void **state)
{
    enum { MANY = 200 };
    static uint8_t sealed[CONTACT_MAX];
    static struct invitation list[MANY];
    struct fixture *f = *state;
    size_t sum = 0, got;
    int turns = 0;

    for (unsigned i = 0; i < MANY; i++) {
        list[i] = fixture_invitation(f, i);
        list[i].contact = sealed;
        list[i].contact_len = sizeof sealed;
        list[i].id[14] = (uint8_t)i;
    }
    for (unsigned round = 0; round < 4; round++) {
        for (unsigned i = 0; i < MANY; i++)
            list[i].id[15] = (uint8_t)round;
        assert_int_equal(invite(f, list, MANY).accepted, MANY);
    }
    while ((got = pulled(f, NOW, 1000)) > 0) {
        sum += got;
        turns++;
    }
    assert_int_equal(sum, 4 * MANY);
    assert_true(turns > 1);
}

static void the_newest_word_counts(void **state)
{
    struct fixture *f = *state;
    const struct invitation i = fixture_invitation(f, 1);
    struct err err;

    invite(f, &i, 1);
    assert_int_equal(opted_out(f->store, i.respondent, &err), ST_NOTFOUND);
    happened(f, EVENT_OPT_OUT, &i, NOW - 10);
    assert_int_equal(opted_out(f->store, i.respondent, &err), ST_OK);
    happened(f, EVENT_OPT_IN, &i, NOW - 20);
    assert_int_equal(opted_out(f->store, i.respondent, &err), ST_OK);
    happened(f, EVENT_OPT_IN, &i, NOW - 10); /* the same moment: leave alone */
    assert_int_equal(opted_out(f->store, i.respondent, &err), ST_OK);
    happened(f, EVENT_OPT_IN, &i, NOW - 9);
    assert_int_equal(opted_out(f->store, i.respondent, &err), ST_NOTFOUND);
    assert_int_equal(fixture_rows(f, TABLE_EVENTS), 4);
    struct invitation unknown = fixture_invitation(f, 2);
    struct ack ack = happened(f, EVENT_OPT_OUT, &unknown, NOW);
    assert_int_equal(ack.rejections, 1);
    assert_int_equal(ack.rejected[0].reason, REASON_NOT_FOUND);
    ack = happened(f, EVENT_STARTED, &unknown, NOW);
    assert_int_equal(ack.accepted, 1);
    assert_int_equal(fixture_rows(f, TABLE_EVENTS), 5);
}

static void damaged_rows_are_passed_over(void **state)
{
    struct fixture *f = *state;
    struct invitation i = fixture_invitation(f, 1);
    struct err err;

    invite(f, &i, 1);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(store_put(f->store, TABLE_INVITATIONS,
                               (struct store_key){i.id, ID_SIZE}, "\x91", 1,
                               &err),
                     ST_OK);
    assert_int_equal(store_put(f->store, TABLE_OPTOUTS,
                               (struct store_key){i.respondent, ID_SIZE}, "x",
                               1, &err),
                     ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    assert_int_equal(state_of(f, &i, NOW), INVITATION_UNKNOWN);
    assert_int_equal(pulled(f, NOW, 9), 0);
    assert_int_equal(fixture_rows(f, TABLE_DUE),
                     0); /* nor does it stand in the way */
    assert_int_equal(opted_out(f->store, i.respondent, &err), ST_OK);
}

/* ---- definitions ---- */

static void definitions_come_back_in_order(void **state)
{
    struct fixture *f = *state;
    struct catalog files = {0}, none = {0}, loaded = {0};
    struct err err = {""};

    assert_int_equal(
        definitions_read(fixture_path("surveys/definitions"), &files, &err),
        ST_OK);
    assert_int_equal(definitions_read(fixture_path("no/such"), &none, &err),
                     ST_NOTFOUND);
    assert_int_equal(none.count, 0);
    assert_true(files.count > 5);
    const size_t count = files.count;
    assert_int_equal(definitions_adopt(f->store, &none, &files, &err), ST_OK);
    assert_int_equal(none.count, count);
    assert_int_equal(files.count, 0);
    assert_int_equal(definitions_load(f->store, &loaded, &err), ST_OK);
    assert_int_equal(loaded.count, count);
    catalog_free(&loaded);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    assert_int_equal(
        store_put(f->store, TABLE_DEFINITIONS,
                  (struct store_key){none.list[0]->version, HASH_SIZE},
                  "survey: [", 9, &err),
        ST_OK);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    assert_int_equal(definitions_load(f->store, &loaded, &err), ST_CORRUPT);
    assert_int_equal(loaded.count, 0);
    assert_non_null(strstr(err.text, "store: definition"));
    catalog_free(&none);
}

/* ---- memory ---- */

static enum status apply_batch(void *ctx)
{
    struct fixture *f = ctx;
    struct err err = {""};
    enum status st;

    buffer_free(&f->batch.reply); /* or it would be there already */
    buffer_free(&f->shelf.map);
    st = store_begin(f->store, &err);
    if (st == ST_OK)
        st = apply(&f->shelf, &f->batch, &err);
    store_rollback(f->store);
    return st;
}

static void memory_may_run_out(void **state)
{
    struct fixture *f = *state;
    struct invitation list[2] = {fixture_invitation(f, 1),
                                 fixture_invitation(f, 2)};
    struct wire_event e = {.kind = EVENT_OPT_OUT, .at = NOW};
    struct submission s = fixture_submission(1);
    enum reason why;

    invite(f, list, 1);
    memcpy(s.response.id, list[0].id, ID_SIZE);
    s.response.context.frame = FRAME_INVITED;
    fixture_submit(f, &s, 1);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_torture(apply_batch, f);
    f->frame.len = 0;
    assert_int_equal(wire_invite(5, list, 2, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_torture(apply_batch, f);
    f->frame.len = 0;
    memcpy(e.id, list[0].id, ID_SIZE);
    memcpy(e.invitation, list[0].id, ID_SIZE);
    assert_int_equal(wire_events(5, &e, 1, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_torture(apply_batch, f);
    f->frame.len = 0;
    assert_int_equal(wire_pull(5, 9, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_torture(apply_batch, f);
    f->frame.len = 0;
    assert_int_equal(
        wire_erase(5, list[0].id, 1, list[0].respondent, &f->frame), ST_OK);
    assert_int_equal(fixture_judge(f, KEY_ALL, &why), JUDGED_TO_KEEP);
    alloc_torture(apply_batch, f);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verdicts_are_counted),
        TEST(a_second_try_is_the_same),
        TEST(the_invitation_knows_better),
        TEST(what_staff_key_leaves_it_open),
        TEST(rights_hold_for_what_the_invitation_says),
        TEST(late_and_unknown_are_flagged),
        TEST(a_lease_runs_out),
        TEST(a_pull_fits_its_frame),
        TEST(the_newest_word_counts),
        TEST(damaged_rows_are_passed_over),
        TEST(definitions_come_back_in_order),
        TEST(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
