/* outbox_test.c - the life of a message on disk. */
#include "samples.h"

#include "alloc.h"
#include "outbox.h"

#define NAME "box"
#define AT   INT64_C(1795400000000)

static struct submission list[4096];

static int clean(void **state)
{
    (void)state;
    sample_remove(NAME);
    return 0;
}

static enum status put_some(struct outbox *o, const char *collector,
                            size_t count, struct err *err)
{
    const struct cargo c = {RIGHT_SUBMIT, count, sample_name(),
                            .responses = list};

    return outbox_put(o, collector, &c, err);
}

static struct outbox *open_box(void)
{
    struct outbox *o = NULL;
    struct err err;

    assert_int_equal(outbox_open(sample_path(NAME), &o, &err), ST_OK);
    return o;
}

static void put(struct outbox *o, uint32_t first, size_t count,
                const char *collector)
{
    struct err err;

    sample_fill(list, count, first, 0);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(put_some(o, collector, count, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
}

static void settle(struct outbox *o, const struct ack *ack, int64_t at)
{
    struct err err;

    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_settle(o, ack, at, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
}

static void is_size(const struct outbox *o, uint64_t pending, uint64_t done,
                    uint64_t refused)
{
    const struct outbox_size *size = outbox_size(o);

    assert_int_equal(size->pending, pending);
    assert_int_equal(size->done, done);
    assert_int_equal(size->refused, refused);
}

static uint64_t next_pending(struct outbox *o, uint64_t from)
{
    struct err err;
    uint64_t batch = 0;
    enum status st = outbox_pending(o, from, &batch, &err);

    assert_true(st == ST_OK || st == ST_NOTFOUND);
    return batch;
}

/* Messages come back in order, as they were packed, after a restart too. */
static void test_put(void **state)
{
    bool is = false;
    struct buffer frame = {0}, want = {.max = MESSAGE_MAX};
    struct outbox *o = open_box();
    struct wire_request request;
    struct err err;

    (void)state;
    is_size(o, 0, 0, 0);
    assert_int_equal(next_pending(o, 0), 0);
    put(o, 17, 3, "");
    put(o, 99, 2, "tcp://a:1");
    is_size(o, 2, 0, 0);
    assert_true(outbox_unfixed(o));
    outbox_close(&o);
    o = open_box();
    is_size(o, 2, 0, 0);
    assert_true(outbox_unfixed(o));
    assert_int_equal(next_pending(o, 0), 1);
    assert_int_equal(next_pending(o, 2), 2);
    assert_int_equal(next_pending(o, 3), 0);
    assert_int_equal(outbox_frame(o, 2, &frame, &is, &err), ST_OK);
    sample_fill(list, 2, 99, 0);
    assert_int_equal(wire_submit(2, sample_name(), list, 2, &want), ST_OK);
    assert_int_equal(frame.len, want.len);
    assert_memory_equal(frame.data, want.data, want.len);
    assert_int_equal(wire_read_request(frame.data, frame.len, &request),
                     REASON_NONE);
    assert_int_equal(request.list.count, 2);
    assert_int_equal(outbox_frame(o, 7, &frame, &is, &err), ST_CORRUPT);
    buffer_free(&frame);
    buffer_free(&want);
    outbox_close(&o);
}

/* What does not fit into a frame is not put, and a rolled back message was
 * never there: its number is used again. */
static void test_rollback(void **state)
{
    struct outbox *o = open_box();
    struct err err;

    (void)state;
    sample_fill(list, 400, 5, COMMENT_MAX);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(put_some(o, "", 400, &err), ST_RANGE);
    assert_int_equal(put_some(o, "", 1, &err), ST_OK);
    is_size(o, 1, 0, 0);
    outbox_rollback(o);
    is_size(o, 0, 0, 0);
    assert_false(outbox_unfixed(o));
    put(o, 5, 1, "");
    assert_int_equal(next_pending(o, 0), 1);
    outbox_close(&o);
}

static void test_note(void **state)
{
    struct outbox *o = open_box();
    struct buffer note = {0};
    struct err err;

    (void)state;
    assert_int_equal(outbox_note(o, &note, &err), ST_NOTFOUND);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_put_note(o, "half way", 8, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    outbox_close(&o);
    o = open_box();
    assert_int_equal(outbox_note(o, &note, &err), ST_OK);
    assert_int_equal(note.len, 8);
    assert_memory_equal(note.data, "half way", 8);
    buffer_free(&note);
    outbox_close(&o);
}

/* From its first send on a message belongs to one collector. */
static void test_collector(void **state)
{
    struct outbox *o = open_box();
    struct err err;

    (void)state;
    put(o, 1, 1, "");
    assert_int_equal(outbox_check(o, "tcp://a:1", &err), ST_OK);
    assert_int_equal(outbox_check(o, "tcp://b:1", &err), ST_OK);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_fix(o, "tcp://a:1", &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    assert_false(outbox_unfixed(o));
    assert_int_equal(outbox_check(o, "tcp://a:1", &err), ST_OK);
    assert_int_equal(outbox_check(o, "tcp://b:1", &err), ST_REFUSED);
    assert_non_null(strstr(err.text, "tcp://a:1"));
    settle(o, &(struct ack){.batch = 1, .accepted = 1}, AT);
    assert_int_equal(outbox_check(o, "tcp://b:1", &err), ST_OK);
    outbox_close(&o);
}

struct seen {
    size_t count;
    struct rejection last;
    uint64_t places;
    int64_t at;
};

static enum status see(void *ctx, const struct rejection *why, uint64_t place,
                       int64_t at)
{
    struct seen *s = ctx;

    s->count++;
    s->places = s->places * 1000 + place;
    s->last = *why;
    s->at = at;
    return ST_OK;
}

/* A refused response is listed by the id that we gave it, whatever the
 * collector could read of it; its message can be sent again. */
static void test_refused_row(void **state)
{
    struct rejection why = {.index = 2, .reason = REASON_CODE};
    struct ack ack = {
        .batch = 1, .accepted = 4, .rejections = 1, .rejected = &why};
    struct outbox *o = open_box();
    struct seen seen = {0};
    struct err err;
    size_t n;

    (void)state;
    put(o, 40, 5, "");
    settle(o, &ack, AT);
    settle(o, &ack, AT + 5); /* said twice */
    is_size(o, 0, 1, 1);
    assert_int_equal(outbox_refused(o, see, &seen, &err), ST_OK);
    assert_int_equal(seen.count, 1);
    assert_memory_equal(seen.last.id, list[2].response.id, ID_SIZE);
    assert_int_equal(seen.last.entry, 2);
    assert_int_equal(seen.last.reason, REASON_CODE);
    assert_int_equal(seen.at, AT);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_retry(o, &n, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    assert_int_equal(n, 1);
    is_size(o, 1, 0, 0);
    assert_true(outbox_unfixed(o));
    settle(o, &(struct ack){.batch = 1, .duplicate = 4, .accepted = 1}, AT);
    is_size(o, 0, 1, 0);
    outbox_close(&o);
}

/* A message refused as a whole is a refusal of each response. */
static void test_refused_message(void **state)
{
    struct ack ack = {.batch = 1, .refused = REASON_RIGHTS};
    struct outbox *o = open_box();
    bool is = false;
    struct buffer frame = {0};
    struct seen seen = {0};
    struct err err;
    size_t n;

    (void)state;
    put(o, 7, 3, "");
    settle(o, &ack, AT);
    outbox_close(&o);
    o = open_box();
    is_size(o, 0, 0, 3);
    assert_int_equal(outbox_refused(o, see, &seen, &err), ST_OK);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.last.reason, REASON_RIGHTS);
    assert_memory_equal(seen.last.id, list[2].response.id, ID_SIZE);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_drop(o, &n, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    assert_int_equal(n, 3);
    is_size(o, 0, 0, 0);
    assert_int_equal(outbox_frame(o, 1, &frame, &is, &err), ST_CORRUPT);
    outbox_close(&o);
}

static void retry_and_drop(struct outbox *o, size_t want)
{
    struct err err;
    size_t n = 0;

    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_retry(o, &n, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    assert_int_equal(n, want);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_drop(o, &n, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    assert_int_equal(n, want);
}

/* What waits for another try can be dropped: of a message nothing of which was
 * taken, all; of another, only the wish.  What was not refused stays. */
static void test_drop_retried(void **state)
{
    struct rejection why[] = {{.index = 0, .reason = REASON_TIME},
                              {.index = 1, .reason = REASON_TIME}};
    struct ack none = {.batch = 1, .rejections = 2, .rejected = why};
    struct ack some = {
        .batch = 2, .accepted = 1, .rejections = 1, .rejected = why};
    struct ack whole = {.batch = 3, .refused = REASON_RIGHTS};
    struct outbox *o = open_box();

    (void)state;
    put(o, 1, 2, "");
    settle(o, &none, AT);
    is_size(o, 0, 1, 2);
    retry_and_drop(o, 2);
    is_size(o, 0, 0, 0);
    assert_false(outbox_unfixed(o));
    assert_false(outbox_size(o)->taken);
    put(o, 3, 2, "");
    put(o, 5, 2, "");
    put(o, 7, 2, "");
    settle(o, &some, AT);
    settle(o, &whole, AT);
    outbox_close(&o);
    o = open_box();
    assert_true(outbox_size(o)->taken);
    is_size(o, 1, 1, 3);
    retry_and_drop(o, 3);
    is_size(o, 1, 1, 0);
    outbox_close(&o);
    o = open_box();
    is_size(o, 1, 1, 0);
    outbox_close(&o);
}

/* Where a refused response came from is told with it, in any order and of any
 * size; an outbox without places has none. */
static void test_places(void **state)
{
    struct ack ack = {.batch = 1, .refused = REASON_RIGHTS};
    struct rejection third = {.index = 2, .reason = REASON_CODE};
    struct outbox *o = open_box();
    struct seen seen = {0};
    struct err err;

    (void)state;
    sample_fill(list, 3, 1, 0);
    list[0].place = 7;
    list[1].place = 5;
    list[2].place = 900;
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(put_some(o, "", 3, &err), ST_OK);
    assert_int_equal(put_some(o, "", 3, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    settle(o, &ack, AT);
    assert_int_equal(outbox_refused(o, see, &seen, &err), ST_OK);
    assert_int_equal(seen.places, 7005900);
    ack = (struct ack){
        .batch = 2, .accepted = 2, .rejections = 1, .rejected = &third};
    settle(o, &ack, AT);
    seen.places = 0;
    assert_int_equal(outbox_refused(o, see, &seen, &err), ST_OK);
    assert_int_equal(seen.places, 7005900900);
    outbox_close(&o);
}

static void purge(struct outbox *o, int64_t before)
{
    struct err err;

    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_purge(o, before, &err), ST_OK);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
}

/* What is done is kept for a replay, then forgotten; what has a refused
 * response is held. */
static void test_purge(void **state)
{
    struct rejection why = {.index = 0, .reason = REASON_TIME};
    struct outbox *o = open_box();
    bool is = false;
    struct buffer frame = {0};
    struct err err;
    size_t n;

    (void)state;
    put(o, 1, 1, "");
    put(o, 2, 1, "");
    put(o, 3, 1, "");
    settle(o, &(struct ack){.batch = 1, .accepted = 1}, AT);
    settle(o, &(struct ack){.batch = 2, .rejections = 1, .rejected = &why},
           AT + 1);
    settle(o, &(struct ack){.batch = 3, .accepted = 1}, AT + 2);
    purge(o, AT);
    is_size(o, 0, 3, 1);
    purge(o, AT + 2);
    is_size(o, 0, 1, 1);
    assert_int_equal(outbox_frame(o, 1, &frame, &is, &err), ST_CORRUPT);
    assert_int_equal(outbox_frame(o, 2, &frame, &is, &err), ST_OK);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_replay(o, AT + 3, &n, &err), ST_OK);
    assert_int_equal(n, 0);
    assert_int_equal(outbox_replay(o, AT + 2, &n, &err), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(outbox_retry(o, &n, &err), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    is_size(o, 2, 0, 0);
    assert_int_equal(next_pending(o, 0), 2);
    assert_int_equal(next_pending(o, 3), 3);
    buffer_free(&frame);
    outbox_close(&o);
}

/* A clock that was put back: what is done is kept by the time that was told,
 * and nothing is lost. */
static void test_clock_back(void **state)
{
    struct outbox *o = open_box();
    struct err err;
    size_t n;

    (void)state;
    put(o, 1, 1, "");
    put(o, 2, 1, "");
    settle(o, &(struct ack){.batch = 1, .accepted = 1}, AT);
    settle(o, &(struct ack){.batch = 2, .accepted = 1}, AT - 3600000);
    purge(o, AT - OUTBOX_KEPT_MS);
    is_size(o, 0, 2, 0);
    assert_int_equal(outbox_begin(o, &err), ST_OK);
    assert_int_equal(outbox_replay(o, AT - 3600000, &n, &err), ST_OK);
    assert_int_equal(n, 2);
    assert_int_equal(outbox_commit(o, &err), ST_OK);
    outbox_close(&o);
}

static enum status life(void *ctx)
{
    struct rejection why = {.index = 1, .reason = REASON_TIME};
    const struct ack ack = {.batch = 1, .rejections = 1, .rejected = &why};
    bool is = false;
    struct buffer frame = {0};
    struct outbox *o = NULL;
    struct err err;
    size_t n;
    enum status st;

    (void)ctx;
    sample_remove(NAME);
    sample_fill(list, 2, 3, 0);
    st = outbox_open(sample_path(NAME), &o, &err);
    if (st == ST_OK)
        st = outbox_begin(o, &err);
    if (st == ST_OK)
        st = put_some(o, "", 2, &err);
    if (st == ST_OK)
        st = outbox_fix(o, "tcp://a:1", &err);
    if (st == ST_OK)
        st = outbox_settle(o, &ack, AT, &err);
    if (st == ST_OK)
        st = outbox_retry(o, &n, &err);
    if (st == ST_OK)
        st = outbox_settle(o, &ack, AT, &err);
    if (st == ST_OK)
        st = outbox_purge(o, AT + 1, &err);
    if (st == ST_OK)
        st = outbox_frame(o, 1, &frame, &is, &err);
    if (st == ST_OK)
        st = outbox_commit(o, &err);
    else if (o)
        outbox_rollback(o);
    buffer_free(&frame);
    outbox_close(&o);
    return st;
}

static void test_torture(void **state)
{
    (void)state;
    alloc_torture(life, NULL);
}

/* Another program's file, and a file of a version to come. */
static void test_foreign(void **state)
{
    struct outbox *o = NULL;
    struct err err;
    FILE *f = fopen(sample_path(NAME), "w");

    (void)state;
    assert_non_null(f);
    fputs("id,SAT1,SAT2\n1,7,9\n this is no table of anything at all, and it "
          "is longer than the head of one is, so that nobody takes it so\n",
          f);
    fclose(f);
    assert_int_equal(outbox_open(sample_path(NAME), &o, &err), ST_CORRUPT);
    assert_null(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_put, clean, clean),
        cmocka_unit_test_setup_teardown(test_rollback, clean, clean),
        cmocka_unit_test_setup_teardown(test_note, clean, clean),
        cmocka_unit_test_setup_teardown(test_collector, clean, clean),
        cmocka_unit_test_setup_teardown(test_refused_row, clean, clean),
        cmocka_unit_test_setup_teardown(test_refused_message, clean, clean),
        cmocka_unit_test_setup_teardown(test_drop_retried, clean, clean),
        cmocka_unit_test_setup_teardown(test_places, clean, clean),
        cmocka_unit_test_setup_teardown(test_purge, clean, clean),
        cmocka_unit_test_setup_teardown(test_clock_back, clean, clean),
        cmocka_unit_test_setup_teardown(test_torture, clean, clean),
        cmocka_unit_test_setup_teardown(test_foreign, clean, clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
