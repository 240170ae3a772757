/* store_log_test.c - transactions, the scan and extreme values, on every
 * engine. */
#include "store_fixture.h"

/* ---- transactions ---- */

static void rollback_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    const struct store_key key = {"k", 1};
    struct sample kept, s;
    struct store_entry e;
    struct watermark to;
    struct buffer value = {0};
    enum verdict v;
    size_t erased;
    struct log *log;

    make(f, &kept);
    make(f, &s);
    s.r.version[0] = 0x77; /* a version that the rollback forgets too */
    (void)submit(f, &kept, false);
    for (int turn = 0; turn < 2; turn++) {
        ok(f, store_begin(f->s, &f->err));
        ok(f, store_submit(f->s, &s.r, false, &v, &f->err));
        assert_int_equal(v, VERDICT_ACCEPTED);
        ok(f, store_erase(f->s, kept.r.id, NOW, &erased, &f->err));
        assert_int_equal(erased, 1);
        ok(f, store_put(f->s, TABLE_RELEASES, key, "x", 1, &f->err));
        ok(f, store_put(f->s, TABLE_RELEASES, key, "y", 1, &f->err));
        store_rollback(f->s);
        store_rollback(f->s);
    }
    assert_int_equal(store_find(f->s, s.r.id, ENTRY_OWN, &e, &f->err),
                     ST_NOTFOUND);
    assert_int_equal(store_get(f->s, TABLE_RELEASES, key, &value, &f->err),
                     ST_NOTFOUND);
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 1);
    assert_same(&log->row[0].e.entry.response, &kept.r);
    free(log);
    assert_int_equal(submit(f, &s, false), VERDICT_ACCEPTED);
    ok(f, store_find(f->s, s.r.id, ENTRY_OWN, &e, &f->err));
    assert_same(&e.response, &s.r);
}

static void one_transaction_many_verbs(void **state)
{
    struct fixture *f = *state;
    struct journal j = {.peer = "sms-1", .batch = UINT64_MAX, .at = NOW};
    struct sample s;
    struct watermark to;
    enum verdict v;
    size_t erased;
    struct log *log;

    make(f, &s);
    ok(f, store_begin(f->s, &f->err));
    ok(f, store_journal(f->s, &j, &f->err));
    ok(f, store_submit(f->s, &s.r, false, &v, &f->err));
    ok(f, store_submit(f->s, &s.r, false, &v, &f->err));
    assert_int_equal(v, VERDICT_DUPLICATE);
    ok(f, store_journal(f->s, &j, &f->err)); /* sent again: another row */
    ok(f,
       store_review(f->s, s.r.id, ENTRY_OWN, REVIEW_SET_ASIDE, NOW, &f->err));
    ok(f, store_erase(f->s, s.r.id, NOW, &erased, &f->err));
    assert_int_equal(erased, 2);
    ok(f, store_submit(f->s, &s.r, false, &v, &f->err));
    assert_int_equal(v, VERDICT_ERASED);
    ok(f, store_commit(f->s, &f->err));
    log = read_log(f, &f->start, SCAN_ALL, &to);
    assert_int_equal(log->count, 3);
    free(log);
}

static void empty_transaction_commits(void **state)
{
    struct fixture *f = *state;
    struct watermark to;

    ok(f, store_begin(f->s, &f->err));
    ok(f, store_commit(f->s, &f->err));
    ok(f,
       store_scan(f->s, &f->start, SCAN_ALL, 0, skip_row, NULL, &to, &f->err));
    assert_memory_equal(&to, &f->start, sizeof to);
    store_care(f->s, true);
    store_care(f->s, false);
}

static void reader_sees_what_is_committed(void **state)
{
    struct fixture *f = *state;
    struct store *reader = NULL;
    struct store_entry e;
    struct sample s;

    if (strncmp(f->url, "memory:", 7) == 0)
        return; /* each handle has its own */
    make(f, &s);
    ok(f, store_open(f->url, STORE_READ, &reader, &f->err));
    assert_int_equal(store_begin(reader, &f->err), ST_REFUSED);
    ok(f, store_begin(f->s, &f->err));
    ok(f, store_submit(f->s, &s.r, false, &(enum verdict){0}, &f->err));
    assert_int_equal(store_find(reader, s.r.id, ENTRY_OWN, &e, &f->err),
                     ST_NOTFOUND);
    ok(f, store_commit(f->s, &f->err));
    ok(f, store_find(reader, s.r.id, ENTRY_OWN, &e, &f->err));
    assert_same(&e.response, &s.r);
    store_close(&reader);
}

/* ---- the scan ---- */

struct tally {
    uint64_t rows, stop_at, sum;
};

static enum status count_row(void *ctx, const struct store_row *row)
{
    struct tally *t = ctx;

    t->sum += row->entry.response.answers[0];
    return ++t->rows == t->stop_at ? ST_STOPPED : ST_OK;
}

static void fill(struct fixture *f, size_t rows)
{
    struct sample s;

    ok(f, store_begin(f->s, &f->err));
    for (size_t i = 0; i < rows; i++) {
        make(f, &s);
        ok(f, store_submit(f->s, &s.r, false, &(enum verdict){0}, &f->err));
    }
    ok(f, store_commit(f->s, &f->err));
}

/* More than two read transactions hold; then in parts. */
static void long_scan_in_parts(void **state)
{
    struct fixture *f = *state;
    const size_t rows = 20001;
    struct tally whole = {0}, parts = {0};
    struct watermark at = f->start, to;

    fill(f, rows);
    ok(f, store_scan(f->s, &f->start, SCAN_NUMBERS, 0, count_row, &whole, &to,
                     &f->err));
    assert_int_equal(whole.rows, rows);
    for (uint64_t limit = 1; parts.rows < rows; limit = 3 * limit + 1) {
        const uint64_t before = parts.rows;

        ok(f, store_scan(f->s, &at, SCAN_NUMBERS, limit, count_row, &parts, &at,
                         &f->err));
        assert_true(parts.rows - before == limit || parts.rows == rows);
    }
    assert_int_equal(parts.sum, whole.sum);
    assert_memory_equal(&at, &to, sizeof at);
}

static void scan_ends_with_the_readers_status(void **state)
{
    struct fixture *f = *state;
    struct tally t = {.stop_at = 2};
    struct watermark to = {.len = 3};

    fill(f, 3);
    assert_int_equal(
        store_scan(f->s, &f->start, SCAN_ALL, 0, count_row, &t, &to, &f->err),
        ST_STOPPED);
    assert_int_equal(t.rows, 2);
    assert_int_equal(to.len, 3); /* untouched */
}

static void foreign_watermark_is_refused(void **state)
{
    struct fixture *f = *state;
    struct watermark w = {.len = WATERMARK_MAX}, to = {.len = 3};
    struct store *other = NULL;

    fill(f, 1);
    memset(w.bytes, 0xff, sizeof w.bytes);
    for (w.len = 1; w.len <= WATERMARK_MAX; w.len++)
        assert_int_equal(
            store_scan(f->s, &w, SCAN_ALL, 0, skip_row, NULL, &to, &f->err),
            ST_NOTFOUND);
    w = f->start; /* right but for a place that is not reached yet */
    w.bytes[w.len - 1]++;
    w.bytes[w.len - 2]++;
    assert_int_equal(
        store_scan(f->s, &w, SCAN_ALL, 0, skip_row, NULL, &to, &f->err),
        ST_NOTFOUND);
    ok(f, store_open("memory:", STORE_WRITE, &other, &f->err));
    w.len = 0;
    ok(f, store_scan(other, &w, SCAN_ALL, 0, skip_row, NULL, &w, &f->err));
    assert_int_equal(
        store_scan(f->s, &w, SCAN_ALL, 0, skip_row, NULL, &to, &f->err),
        ST_NOTFOUND);
    store_close(&other);
    assert_int_equal(to.len, 3);
}

/* A reader may look up a definition on the way. */
static enum status look_up(void *ctx, const struct store_row *row)
{
    struct fixture *f = ctx;
    const struct store_key key = {row->entry.response.version, HASH_SIZE};
    const uint8_t first = row->entry.response.answers[0];
    struct buffer value = {0};

    ok(f, store_get(f->s, TABLE_DEFINITIONS, key, &value, &f->err));
    assert_int_equal(value.len, 3);
    assert_int_equal(row->entry.response.answers[0], first);
    buffer_free(&value);
    return ST_OK;
}

static void definition_is_read_during_a_scan(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct store_key key = {s.r.version, HASH_SIZE};
    struct watermark to;

    make(f, &s);
    ok(f, store_begin(f->s, &f->err));
    ok(f, store_put(f->s, TABLE_DEFINITIONS, key, "a:b", 3, &f->err));
    ok(f, store_commit(f->s, &f->err));
    fill(f, 3);
    ok(f, store_scan(f->s, &f->start, SCAN_ALL, 0, look_up, f, &to, &f->err));
}

static void ids_of_a_respondent(void **state)
{
    struct fixture *f = *state;
    struct buffer ids = {0};
    struct sample a, b, c;

    make(f, &a);
    make(f, &b);
    make(f, &c);
    memcpy(b.r.respondent, a.r.respondent, ID_SIZE);
    (void)submit(f, &b, false);
    (void)submit(f, &c, false);
    (void)submit(f, &a, false);
    review(f, &b, REVIEW_SET_ASIDE, NOW); /* a second entry, the same id */
    ok(f, buffer_byte(&ids, '-'));
    ok(f, store_of_respondent(f->s, a.r.respondent, &ids, &f->err));
    assert_int_equal(ids.len, 1 + 2 * ID_SIZE);
    assert_memory_equal(ids.data + 1, b.r.id, ID_SIZE);
    assert_memory_equal(ids.data + 1 + ID_SIZE, a.r.id, ID_SIZE);
    ids.max = ids.len + ID_SIZE; /* no room for the second */
    assert_int_not_equal(
        store_of_respondent(f->s, a.r.respondent, &ids, &f->err), ST_OK);
    assert_int_equal(ids.len, 1 + 2 * ID_SIZE);
    (void)erase(f, &b, NOW);
    ids.len = 0;
    ok(f, store_of_respondent(f->s, a.r.respondent, &ids, &f->err));
    assert_int_equal(ids.len, ID_SIZE);
    buffer_free(&ids);
}

/* ---- extremes ---- */

static void all_fields_at_their_largest(void **state)
{
    struct fixture *f = *state;
    struct sample s;
    struct store_entry e;
    char(*codes[])[CODE_MAX + 1] = {
        &s.r.context.operator,   &s.r.context.product, &s.r.context.province,
        &s.r.context.org,        &s.r.context.class,   &s.r.context.stratum,
        &s.r.context.touchpoint,
    };

    make(f, &s);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        memset(*codes[i], (int)('A' + i), CODE_MAX);
    s.r.context.channel = CHANNELS - 1;
    s.r.context.entry = ENTRIES - 1;
    s.r.context.frame = FRAMES - 1;
    memset(s.r.context.attributes, 0xff, ATTRIBUTES_MAX);
    s.r.event_at = INT64_MIN;
    s.r.answered_at = INT64_MAX;
    s.r.rate_ppm = s.r.duration_ms = s.r.flags = UINT32_MAX;
    s.r.items = ITEMS_MAX;
    memset(s.answers, 0xff, ITEMS_MAX);
    s.r.comment_len = COMMENT_MAX;
    memset(s.comment, 'x', COMMENT_MAX);
    s.comment[7] = '\0'; /* legal UTF-8 */
    assert_int_equal(submit(f, &s, false), VERDICT_ACCEPTED);
    ok(f, store_find(f->s, s.r.id, ENTRY_KEYED, &e, &f->err));
    assert_same(&e.response, &s.r);
}

static void all_fields_absent(void **state)
{
    struct fixture *f = *state;
    struct sample s, empty = {.r = {.items = 0}};
    struct store_entry e;

    make(f, &s);
    memcpy(empty.r.id, s.r.id, ID_SIZE);
    assert_int_equal(submit(f, &empty, false), VERDICT_ACCEPTED);
    assert_int_equal(submit(f, &empty, false), VERDICT_DUPLICATE);
    ok(f, store_find(f->s, s.r.id, ENTRY_OWN, &e, &f->err));
    assert_same(&e.response, &empty.r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rollback_leaves_nothing),
        cmocka_unit_test(one_transaction_many_verbs),
        cmocka_unit_test(empty_transaction_commits),
        cmocka_unit_test(reader_sees_what_is_committed),
        cmocka_unit_test(long_scan_in_parts),
        cmocka_unit_test(scan_ends_with_the_readers_status),
        cmocka_unit_test(foreign_watermark_is_refused),
        cmocka_unit_test(definition_is_read_during_a_scan),
        cmocka_unit_test(ids_of_a_respondent),
        cmocka_unit_test(all_fields_at_their_largest),
        cmocka_unit_test(all_fields_absent),
    };

    return run_everywhere("store log", tests, sizeof tests / sizeof *tests);
}
