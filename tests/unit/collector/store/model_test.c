/* model_test.c - every short sequence of changes, on SQLite and on its twin in
 * memory, must end alike: the same verdicts, the same log, the same entries.
 *
 * The idea is that of PSPP's model checker (libpspp/model-checker.h).  All
 * sequences up to DEPTH run in a transaction that is rolled back, which tests
 * the undoing as well; long random ones commit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "collector/store.h"
#include "store_sample.h"

#define DEPTH     4
#define NOW       INT64_C(1767225600123)
#define FILE_NAME "model.db"

enum op {
    SUBMIT_A,     /* a few items */
    SUBMIT_B,     /* other items, and another answer to one of the few */
    SUBMIT_OTHER, /* another version */
    CORRECT,
    CORRECT_LATE,
    KEYED,
    IVR,
    ASIDE,
    ASIDE_KEYED,
    RELEASE,
    ERASE,
    OPS
};

struct pair {
    struct store *engine[2]; /* SQLite, memory */
    struct sample a, b, correction;
};

/* What an engine says to one operation, as a number. */
static int apply(struct store *s, const struct pair *m, enum op op, uint8_t who)
{
    struct sample x = m->a;
    enum verdict v = VERDICT_ACCEPTED;
    size_t erased = 0;
    enum status st = ST_OK;

    if (op == SUBMIT_B)
        x = m->b;
    else if (op == CORRECT || op == CORRECT_LATE)
        x = m->correction;
    x.r.answers = x.answers;
    x.r.comment = x.comment;
    x.r.id[15] = who;
    x.r.received_at += op;
    switch (op) {
    case CORRECT_LATE:
        x.r.received_at += CORRECTION_MS;
        break;
    case KEYED:
        x.r.context.entry = ENTRY_KEYED;
        break;
    case IVR:
        x.r.context.entry = ENTRY_IVR;
        break;
    case SUBMIT_OTHER:
        x.r.version[3] ^= 1;
        break;
    default:
        break;
    }
    if (op == ERASE)
        st = store_erase(s, x.r.id, NOW, &erased, NULL);
    else if (op == ASIDE || op == ASIDE_KEYED)
        st = store_review(s, x.r.id, op == ASIDE ? ENTRY_OWN : ENTRY_KEYED,
                          REVIEW_SET_ASIDE, NOW + 1, NULL);
    else if (op == RELEASE)
        st = store_review(s, x.r.id, ENTRY_OWN, REVIEW_RELEASE, NOW + 2, NULL);
    else
        st = store_submit(s, &x.r, op == CORRECT || op == CORRECT_LATE, &v,
                          NULL);
    return (int)st * 10000 + (int)v * 1000 + (int)erased;
}

/* ---- comparing ---- */

static void write_entry(struct buffer *b, const struct store_entry *e)
{
    const struct response *r = &e->response;
    const int64_t numbers[] = {r->event_at,       r->answered_at,
                               r->received_at,    r->rate_ppm,
                               r->duration_ms,    r->flags,
                               e->revision,       e->state,
                               (int64_t)r->items, (int64_t)r->comment_len};
    enum status st = buffer_add(b, r->id, ID_SIZE);

    st |= buffer_add(b, r->version, HASH_SIZE);
    st |= buffer_add(b, numbers, sizeof numbers);
    st |= buffer_add(b, &r->context, sizeof r->context);
    st |= buffer_add(b, r->respondent, ID_SIZE);
    st |= buffer_add(b, r->staff, ID_SIZE);
    st |= buffer_add(b, r->device, ID_SIZE);
    st |= buffer_add(b, r->salt, ID_SIZE);
    st |= buffer_add(b, r->answers, r->items);
    st |= buffer_add(b, r->comment, r->comment_len);
    assert_int_equal(st, ST_OK);
}

static enum status write_row(void *ctx, const struct store_row *row)
{
    struct buffer *b = ctx;

    write_entry(b, &row->entry);
    if (row->replaced) {
        assert_int_equal(buffer_byte(b, row->replaced_before ? 'b' : 'r'),
                         ST_OK);
        write_entry(b, row->replaced);
    }
    return ST_OK;
}

/* All that a reader can learn: the whole log, the log from the third entry
 * on, the numbers only, and the newest of each key. */
static void read_all(struct store *s, const uint8_t id[ID_SIZE],
                     struct buffer *b)
{
    struct watermark start = {0}, mid, end;
    struct store_entry e;

    b->len = 0;
    assert_int_equal(
        store_scan(s, &start, SCAN_ALL, 0, write_row, b, &end, NULL), ST_OK);
    assert_int_equal(
        store_scan(s, &start, SCAN_NUMBERS, 2, write_row, b, &mid, NULL),
        ST_OK);
    assert_int_equal(store_scan(s, &mid, SCAN_ALL, 0, write_row, b, &end, NULL),
                     ST_OK);
    for (size_t entry = 0; entry < ENTRIES; entry++)
        if (store_find(s, id, (enum entry)entry, &e, NULL) == ST_OK)
            write_entry(b, &e);
}

static void compare(const struct pair *m, const char *what)
{
    static struct buffer said[2];

    for (size_t i = 0; i < 2; i++)
        read_all(m->engine[i], m->a.r.id, &said[i]);
    if (said[0].len != said[1].len ||
        (said[0].len && memcmp(said[0].data, said[1].data, said[0].len) != 0))
        fail_msg("the logs differ after %s", what);
    for (size_t i = 0; i < 2; i++)
        buffer_free(&said[i]);
}

static const char *name_of(const enum op *ops, size_t n)
{
    static char text[256];
    size_t len = 0;

    for (size_t i = 0; i < n && len < sizeof text; i++)
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "%d ", (int)ops[i]);
    return text;
}

static void both(const struct pair *m, const enum op *ops, size_t n,
                 uint8_t who)
{
    const int got = apply(m->engine[0], m, ops[n - 1], who);
    const int want = apply(m->engine[1], m, ops[n - 1], who);

    if (got != want)
        fail_msg("%s: SQLite says %d, memory %d", name_of(ops, n), got, want);
}

/* ---- the tests ---- */

static int set_up(void **state)
{
    struct pair *m = calloc(1, sizeof *m);

    assert_non_null(m);
    assert_int_equal(
        store_open("sqlite:" FILE_NAME, STORE_WRITE, &m->engine[0], NULL),
        ST_OK);
    assert_int_equal(store_open("memory:", STORE_WRITE, &m->engine[1], NULL),
                     ST_OK);
    sample_make(&m->a, 7, NOW);
    m->b = m->correction = m->a;
    memset(m->a.answers + 3, 0, SAMPLE_ITEMS - 3);
    m->a.r.comment_len = 0;
    memset(m->b.answers + 20, 0, 4);
    m->b.answers[1] = (uint8_t)(m->b.answers[1] % 10 + 1);
    m->b.r.flags ^= FLAG_FAST;
    m->correction.answers[0] = (uint8_t)(m->correction.answers[0] % 10 + 1);
    memset(m->correction.answers + 5, 0, 10);
    *state = m;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *m = *state;

    store_close(&m->engine[0]);
    store_close(&m->engine[1]);
    free(m);
    unlink(FILE_NAME);
    return 0;
}

static void begin(const struct pair *m)
{
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(store_begin(m->engine[i], NULL), ST_OK);
}

static void end(const struct pair *m, bool commit)
{
    for (size_t i = 0; i < 2; i++) {
        if (commit)
            assert_int_equal(store_commit(m->engine[i], NULL), ST_OK);
        else
            store_rollback(m->engine[i]);
    }
}

/* Counts up in base OPS, so that all sequences of a length come by. */
static bool next(enum op *ops, size_t n)
{
    while (n > 0) {
        if (++ops[--n] < OPS)
            return true;
        ops[n] = SUBMIT_A;
    }
    return false;
}

static void all_short_sequences(void **state)
{
    const struct pair *m = *state;

    for (size_t depth = 1; depth <= DEPTH; depth++) {
        enum op ops[DEPTH] = {SUBMIT_A};

        do {
            begin(m);
            for (size_t n = 1; n <= depth; n++)
                both(m, ops, n, 0);
            compare(m, name_of(ops, depth));
            end(m, false);
        } while (next(ops, depth));
    }
    compare(m, "all was undone");
}

static void long_random_sequences(void **state)
{
    const struct pair *m = *state;
    uint64_t random = 20261122;
    enum op ops[8];

    for (int round = 0; round < 400; round++) {
        const size_t n = 1 + sample_next(&random) % 8;

        begin(m);
        for (size_t i = 0; i < n; i++) {
            ops[i] = (enum op)(sample_next(&random) % OPS);
            both(m, ops, i + 1, (uint8_t)(sample_next(&random) % 60));
        }
        end(m, sample_next(&random) % 3 != 0);
        if (round % 20 == 0)
            compare(m, "a committed sequence");
    }
    compare(m, "all committed sequences");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_short_sequences, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_random_sequences, set_up,
                                        tear_down),
    };

    if (getenv("FAIL_AT")) /* make torture: the allocations of its 16 000
                              sequences would take a day */
        return 0;
    return cmocka_run_group_tests_name("store model", tests, NULL, NULL);
}
