/* store_fixture.h - what the conformance tests of the store share.
 *
 * Each case runs on every URL: "memory:", an SQLite file, and those in
 * STORE_URLS (blanks between).  A store may hold other rows already: a case
 * looks only at what is behind the watermark that it began at, and its ids are
 * its own.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "collector/store.h"
#include "store_sample.h"

#define NOW      INT64_C(1767225600123) /* 2026-01-01 08:00 in Shanghai */
#define FILE_URL "sqlite:conform.db"

struct fixture {
    const char *url;
    struct store *s;
    struct watermark start; /* the log's end when the case began */
    uint64_t seed;          /* of ids that no run before had */
    struct err err;
};

#define ok(f, call)                                                            \
    do {                                                                       \
        enum status got_ = (call);                                             \
        if (got_ != ST_OK)                                                     \
            fail_msg("%s: status %d: %s", #call, got_, (f)->err.text);         \
    } while (0)

/* ---- one fixture a case ---- */

static inline enum status skip_row(void *ctx, const struct store_row *row)
{
    (void)ctx;
    (void)row;
    return ST_OK;
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->url = *state;
    assert_int_equal(getrandom(&f->seed, sizeof f->seed, 0), sizeof f->seed);
    ok(f, store_open(f->url, STORE_WRITE, &f->s, &f->err));
    ok(f, store_scan(f->s, &f->start, SCAN_NUMBERS, 0, skip_row, NULL,
                     &f->start, &f->err));
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;

    store_close(&f->s);
    assert_null(f->s);
    free(f);
    return 0;
}

/* Run every case on every URL. */
static inline int run_everywhere(const char *group,
                                 const struct CMUnitTest *list, size_t count)
{
    static char urls[4096];
    const char *more = getenv("STORE_URLS");
    size_t tests = 0;
    struct CMUnitTest *test = NULL;
    char *rest = urls, *url;
    int failed;

    (void)snprintf(urls, sizeof urls, "memory: " FILE_URL " %s",
                   more ? more : "");
    while ((url = strsep(&rest, " "))) {
        if (!*url)
            continue;
        test = reallocarray(test, tests + count, sizeof *test);
        for (size_t i = 0; test && i < count; i++, tests++) {
            char *name = NULL;

            if (asprintf(&name, "%s %s", url, list[i].name) < 0)
                return 1;
            test[tests] = list[i];
            test[tests].name = name;
            test[tests].setup_func = set_up;
            test[tests].teardown_func = tear_down;
            test[tests].initial_state = url;
        }
    }
    failed = _cmocka_run_group_tests(group, test, tests, NULL, NULL);
    for (size_t i = 0; i < tests; i++)
        free((void *)(uintptr_t)test[i].name);
    free(test);
    unlink(FILE_URL + sizeof "sqlite:" - 1);
    return failed;
}

/* ---- reading ---- */

/* A log entry as a scan handed it out, with its own bytes. */
struct kept_entry {
    struct store_entry entry;
    uint8_t answers[ITEMS_MAX];
    char comment[COMMENT_MAX];
};

struct seen {
    struct kept_entry e, old;
    bool has_old, before;
};

struct log {
    size_t count;
    struct seen row[64];
};

static inline void keep_entry(struct kept_entry *k, const struct store_entry *e)
{
    const struct response *r = &e->response;

    k->entry = *e;
    if (r->items)
        memcpy(k->answers, r->answers, r->items);
    if (r->comment_len)
        memcpy(k->comment, r->comment, r->comment_len);
    k->entry.response.answers = k->answers;
    k->entry.response.comment = k->comment;
}

static inline enum status keep_row(void *ctx, const struct store_row *row)
{
    struct log *log = ctx;
    struct seen *seen = &log->row[log->count++];

    assert_true(log->count <= sizeof log->row / sizeof *log->row);
    keep_entry(&seen->e, &row->entry);
    seen->has_old = row->replaced != NULL;
    seen->before = row->replaced_before;
    if (row->replaced)
        keep_entry(&seen->old, row->replaced);
    return ST_OK;
}

/* Everything behind `from`; the caller frees. */
static inline struct log *read_log(struct fixture *f,
                                   const struct watermark *from,
                                   enum scan_what what, struct watermark *to)
{
    struct log *log = calloc(1, sizeof *log);

    assert_non_null(log);
    ok(f, store_scan(f->s, from, what, 0, keep_row, log, to, &f->err));
    return log;
}

/* ---- writing ---- */

static inline void make(struct fixture *f, struct sample *s)
{
    sample_make(s, f->seed++, NOW);
}

/* One submission in a transaction of its own. */
static inline enum verdict submit(struct fixture *f, const struct sample *s,
                                  bool correction)
{
    enum verdict v = (enum verdict) - 1;

    ok(f, store_begin(f->s, &f->err));
    ok(f, store_submit(f->s, &s->r, correction, &v, &f->err));
    ok(f, store_commit(f->s, &f->err));
    return v;
}

static inline void review(struct fixture *f, const struct sample *s,
                          enum review how, int64_t at)
{
    ok(f, store_begin(f->s, &f->err));
    ok(f, store_review(f->s, s->r.id, s->r.context.entry, how, at, &f->err));
    ok(f, store_commit(f->s, &f->err));
}

static inline size_t erase(struct fixture *f, const struct sample *s,
                           int64_t at)
{
    size_t erased = SIZE_MAX;

    ok(f, store_begin(f->s, &f->err));
    ok(f, store_erase(f->s, s->r.id, at, &erased, &f->err));
    ok(f, store_commit(f->s, &f->err));
    return erased;
}

/* ---- comparing ---- */

static inline void assert_same_numbers(const struct response *got,
                                       const struct response *want)
{
    assert_memory_equal(got->id, want->id, ID_SIZE);
    assert_memory_equal(got->version, want->version, HASH_SIZE);
    assert_true(got->event_at == want->event_at);
    assert_true(got->answered_at == want->answered_at);
    assert_true(got->received_at == want->received_at);
    assert_memory_equal(&got->context, &want->context, sizeof got->context);
    assert_int_equal(got->rate_ppm, want->rate_ppm);
    assert_int_equal(got->flags, want->flags);
    assert_memory_equal(got->respondent, want->respondent, ID_SIZE);
    assert_int_equal(got->items, want->items);
    assert_memory_equal(got->answers, want->answers, want->items);
}

static inline void assert_same(const struct response *got,
                               const struct response *want)
{
    assert_same_numbers(got, want);
    assert_int_equal(got->duration_ms, want->duration_ms);
    assert_memory_equal(got->staff, want->staff, ID_SIZE);
    assert_memory_equal(got->device, want->device, ID_SIZE);
    assert_memory_equal(got->salt, want->salt, ID_SIZE);
    assert_int_equal(got->comment_len, want->comment_len);
    assert_memory_equal(got->comment, want->comment, want->comment_len);
}

/* Only id, entry and place are left, and the time in a tombstone. */
static inline void assert_blank(const struct store_entry *e,
                                const struct response *of, int64_t at)
{
    struct response want = {.received_at = at};

    want.context.entry = of->context.entry;
    memcpy(want.id, of->id, ID_SIZE);
    assert_int_equal(e->state, STATE_ERASED);
    assert_same(&e->response, &want);
}

#endif
