/* ledger_test.c - numbers that stay: events as text, found again, killed at any
 * moment; and what a webhook is sent. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "ledger.h"
#include "scorer/random.h"
#include "webhook.h"

static const enum dimension by[] = {DIM_PROVINCE, DIM_PRODUCT};
static const char *const beijing[] = {"11", "MOB"};
static const char *const shanghai[] = {"31", "MOB"};
static char path[] = "ledger_test_XXXXXX";

static struct warning sample(int32_t since, int32_t day)
{
    return (struct warning){.day = day,
                            .since = since,
                            .survey = "tcsi-mobile",
                            .form = {0xab, [HASH_SIZE - 1] = 0x0f},
                            .by_count = 2,
                            .by = by,
                            .cell = beijing,
                            .construct = "SAT",
                            .item = "",
                            .chart = "ewma",
                            .direction = "down",
                            .severity = "high",
                            .statistic = -3.1622776601683795,
                            .limit = -2.854,
                            .value = 61.5,
                            .expected = 70.25,
                            .agreement = NAN,
                            .n = 412};
}

static void clean(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[64];

    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

static struct ledger *opened(void)
{
    struct ledger *l = NULL;
    struct err err = {""};

    if (ledger_open(path, &l, &err) != ST_OK)
        fail_msg("%s", err.text);
    return l;
}

static uint64_t stored(struct ledger *l, struct warning *w, size_t count)
{
    struct ledger_entry e = {w, count, 20000, 1795353600123};
    struct err err = {""};

    if (ledger_store(l, &e, &err) != ST_OK)
        fail_msg("%s", err.text);
    return ledger_last(l);
}

/* ---- an event as text ---- */

static void test_event(void **state)
{
    struct warning w = sample(20000, 20007);
    struct buffer text = {.data = NULL};
    struct event e;
    struct err err = {""};

    (void)state;
    w.number = 17;
    w.stored_at = 1795353600123;
    assert_int_equal(event_write(&w, &text), ST_OK);
    assert_int_equal(event_unpack(text.data, text.len, &e, &err), ST_OK);
    assert_int_equal(e.warning.number, 17);
    assert_int_equal(e.warning.day, 20007);
    assert_int_equal(e.warning.since, 20000);
    assert_int_equal(e.warning.n, 412);
    assert_int_equal(e.warning.stored_at, w.stored_at);
    assert_memory_equal(e.warning.form, w.form, HASH_SIZE);
    assert_true(e.warning.statistic == w.statistic);
    assert_true(isnan(e.warning.agreement));
    assert_int_equal(e.warning.by_count, 2);
    assert_int_equal(e.warning.by[1], DIM_PRODUCT);
    assert_string_equal(e.warning.cell[0], "11");
    assert_string_equal(e.warning.severity, "high");
    event_close(&e);
    /* any text that is cut or changed is refused, or reads without harm */
    for (size_t cut = 0; cut < text.len; cut++)
        assert_int_equal(event_unpack(text.data, cut, &e, &err), ST_CORRUPT);
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t was = text.data[i];

        text.data[i] ^= 0x11;
        if (event_unpack(text.data, text.len, &e, &err) == ST_OK)
            event_close(&e);
        text.data[i] = was;
    }
    buffer_free(&text);
}

/* ---- numbers ---- */

static void test_found_again(void **state)
{
    struct warning list[4];
    struct ledger *l = opened(), *same = opened();

    (void)state;
    assert_ptr_equal(l, same); /* two of one process share it */
    ledger_close(&same);
    same = ledger_shared();
    assert_ptr_equal(l, same);
    ledger_close(&same);
    assert_int_equal(ledger_last(l), 0);
    assert_int_equal(ledger_judged(l), INT32_MIN);
    assert_int_equal(strlen(ledger_name(l)), 32);
    list[0] = sample(20000, 20007);
    list[1] = sample(20000, 20007);
    list[1].cell = shanghai;
    list[2] = sample(20000, 20007);
    list[2].direction = "up";
    assert_int_equal(stored(l, list, 3), 3);
    assert_int_equal(list[2].number, 3);
    /* the same, moved by late answers, later, and earlier */
    list[0] = sample(20000, 20007);
    list[1] = sample(19998, 20005);
    list[2] = sample(20007, 20011);
    list[3] = sample(20008, 20011);
    assert_int_equal(stored(l, list, 3), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(list[i].number, 1);
    assert_int_equal(stored(l, list + 3, 1), 4); /* another change */
    list[0] = sample(19990, 19999);
    assert_int_equal(stored(l, list, 1), 5);
    list[0] = sample(20000, 20007);
    list[0].chart = "cusum";
    assert_int_equal(stored(l, list, 1), 6);
    list[0].by_count = 1; /* a wider cell */
    assert_int_equal(stored(l, list, 1), 7);
    ledger_close(&l);
    l = opened();
    assert_int_equal(ledger_last(l), 7);
    assert_int_equal(ledger_judged(l), 20000);
    list[0] = sample(20000, 20007);
    assert_int_equal(stored(l, list, 1), 7);
    assert_int_equal(list[0].number, 1);
    ledger_close(&l);
    clean();
    assert_null(ledger_shared());
}

struct seen {
    uint64_t first, next;
    size_t stop_after;
};

static enum status see(void *ctx, const struct event *e, const uint8_t *text,
                       size_t len)
{
    struct seen *s = ctx;

    assert_non_null(text);
    assert_true(len > 0);
    assert_int_equal(e->warning.number, s->next);
    s->next++;
    return --s->stop_after ? ST_OK : ST_STOPPED;
}

static void test_walk(void **state)
{
    struct warning w;
    struct ledger *l = opened();
    struct seen s = {.next = 4, .stop_after = 1000};
    struct err err = {""};

    (void)state;
    for (int i = 0; i < 9; i++) {
        w = sample(20000 + 10 * i, 20005 + 10 * i);
        (void)stored(l, &w, 1);
    }
    assert_int_equal(ledger_walk(l, 3, see, &s, &err), ST_OK);
    assert_int_equal(s.next, 10);
    s = (struct seen){.next = 1, .stop_after = 2};
    assert_int_equal(ledger_walk(l, 0, see, &s, &err), ST_OK);
    assert_int_equal(s.next, 3);
    s = (struct seen){.next = 1, .stop_after = 2};
    assert_int_equal(ledger_walk(l, UINT64_MAX, see, &s, &err), ST_OK);
    assert_int_equal(ledger_walk(l, 9, see, &s, &err), ST_OK);
    assert_int_equal(s.next, 1);
    ledger_close(&l);
    clean();
}

/* A child stores one change after the other and is killed; what it was told is
 * stored is there, in order and without a gap, and goes on from there. */
static void test_killed(void **state)
{
    uint64_t told = 0;

    (void)state;
    for (size_t round = 0; round < 6; round++) {
        int pipes[2], ended;
        uint64_t number;
        struct ledger *l;
        struct seen s = {.next = 1, .stop_after = SIZE_MAX};
        struct err err = {""};
        pid_t child;

        assert_int_equal(pipe(pipes), 0);
        child = fork();
        if (child == 0) {
            l = opened();
            for (int i = (int)ledger_last(l);; i++) {
                struct warning w = sample(10 * i, 10 * i + 5);

                number = stored(l, &w, 1);
                if (write(pipes[1], &number, sizeof number) < 0)
                    _exit(1);
            }
        }
        close(pipes[1]);
        for (size_t i = 0; i < 5 + 7 * round; i++)
            if (read(pipes[0], &number, sizeof number) == sizeof number)
                told = number;
        usleep((useconds_t)(random_at(3, round) % 5000));
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &ended, 0), child);
        while (read(pipes[0], &number, sizeof number) == sizeof number)
            told = number;
        close(pipes[0]);
        l = opened();
        assert_in_range(ledger_last(l), told, told + 1);
        assert_int_equal(ledger_walk(l, 0, see, &s, &err), ST_OK);
        assert_int_equal(s.next, ledger_last(l) + 1);
        ledger_close(&l);
    }
    clean();
}

static enum status torture(void *ctx)
{
    struct ledger *l = ctx;
    static int day;
    struct warning w = sample(30000 + 20 * day, 30003 + 20 * day);
    struct ledger_entry e = {&w, 1, 20000, 1};
    const uint64_t before = ledger_last(l);
    const enum status st = ledger_store(l, &e, NULL);

    if (st == ST_OK)
        day++;
    assert_int_equal(ledger_last(l), before + (st == ST_OK));
    return st;
}

static void test_torture(void **state)
{
    struct ledger *l = opened();

    (void)state;
    alloc_torture(torture, l);
    ledger_close(&l);
    clean();
}

static void test_another_file(void **state)
{
    struct ledger *l = NULL;
    struct err err = {""};
    FILE *f = fopen(path, "w");

    (void)state;
    assert_non_null(f);
    fputs("this is no table of ours, but long enough to look at\n", f);
    fclose(f);
    assert_int_equal(ledger_open(path, &l, &err), ST_CORRUPT);
    assert_null(l);
    clean();
}

/* ---- webhooks ---- */

static void test_body(void **state)
{
    struct warning w = sample(20000, 20007);
    struct buffer out = {.data = NULL};
    struct json_document *d = NULL;
    struct err err = {""};

    (void)state;
    w.number = 17;
    w.stored_at = 1795353600123;
    assert_int_equal(webhook_body(&w, "00ff", &out), ST_OK);
    assert_int_equal(json_read((const char *)out.data, out.len, &d, &err),
                     ST_OK);
    assert_string_equal(json_text(json_get(json_root(d), "id")), "17");
    assert_string_equal(json_text(json_get(json_root(d), "source")),
                        "urn:manyi:warnings:00ff");
    assert_string_equal(json_text(json_get(json_root(d), "time")),
                        "2026-11-22T13:20:00Z");
    assert_int_equal(json_kind(json_get(json_root(d), "data")), JSON_IS_OBJECT);
    json_free(&d);
    buffer_free(&out);
}

/* By Python's hmac: key 00 01 .. 1f. */
static void test_signature(void **state)
{
    uint8_t key[WEBHOOK_KEY];
    char out[WEBHOOK_SIGNATURE];

    (void)state;
    for (size_t i = 0; i < WEBHOOK_KEY; i++)
        key[i] = (uint8_t)i;
    webhook_sign(key, "00ff-17", 1795353600, "{\"a\":1}", 7, out);
    assert_string_equal(out, "v1,pELfd7siXUrttudrlMFWRgztjKHtcHH6nOwyOHQbLhs=");
}

static void test_urls(void **state)
{
    static const char *const good[] = {
        "https://example.com/hook", "https://10.0.0.7:8443/a?b=c",
        "http://127.0.0.1:8080/", "http://[::1]:80/x", "http://localhost/x"};
    static const char *const bad[] = {"",
                                      "http://",
                                      "https://",
                                      "http://example.com/",
                                      "http://127.0.0.1.example.com/",
                                      "http://localhost.example.com/",
                                      "ftp://127.0.0.1/",
                                      "http://127.0.0.1",
                                      "https://a b/",
                                      "https://me:secret@example.com/",
                                      "file:///etc/passwd"};
    char long_url[WEBHOOK_URL_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(webhook_legal(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(webhook_legal(bad[i], strlen(bad[i])));
    memset(long_url, 'a', WEBHOOK_URL_MAX);
    long_url[WEBHOOK_URL_MAX] = '\0';
    memcpy(long_url, "https://", 8);
    assert_false(webhook_legal(long_url, WEBHOOK_URL_MAX));
    assert_true(webhook_legal(long_url, WEBHOOK_URL_MAX - 1));
}

static void test_pauses(void **state)
{
    int64_t least = INT64_MAX, most = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 500; seed++) {
        const int64_t p = webhook_pause(seed, 3);

        least = p < least ? p : least;
        most = p > most ? p : most;
        assert_in_range(webhook_pause(seed, 1), 500, 1500);
        assert_in_range(webhook_pause(seed, 1000), 1024 * 1000, 5400 * 1000);
    }
    assert_in_range(least, 2000, 2300);
    assert_in_range(most, 5700, 6000);
}

/* Nobody is at port 9.  `now` is what the plan's days are counted by. */
static void step_until_answered(struct webhook *w, int64_t now)
{
    struct err err = {""};

    for (int i = 0; i < 20; i++) {
        assert_int_equal(webhook_step(w, now, &err), ST_OK);
        usleep(5000);
    }
}

static enum status count_dead(void *ctx, const char *url, uint64_t number)
{
    assert_string_equal(url, "http://127.0.0.1:9/down");
    assert_int_equal(number, ++*(uint64_t *)ctx);
    return ST_OK;
}

static void test_dead(void **state)
{
    static char key[] = "ledger_key_XXXXXX";
    const int fd = mkstemp(key);
    const struct webhook_plan plan = {"http://127.0.0.1:9/down", key,
                                      3 * INT64_C(86400000), 5};
    const int64_t now = 1795353600123;
    struct ledger *l = opened();
    struct webhook *w = NULL;
    struct warning list[2] = {sample(20000, 20007), sample(20010, 20017)};
    uint64_t dead = 0;
    struct err err = {""};

    (void)state;
    assert_int_equal(webhook_new(&plan, l, &w, &err), ST_INVALID); /* empty */
    assert_null(w);
    for (int i = 0; i < 64; i++)
        assert_int_equal(write(fd, "5", 1), 1);
    assert_int_equal(fchmod(fd, 0640), 0);
    assert_int_equal(webhook_new(&plan, l, &w, &err), ST_REFUSED);
    assert_int_equal(fchmod(fd, 0600), 0);
    assert_int_equal(webhook_new(&plan, l, &w, &err), ST_OK);
    (void)stored(l, list, 2);
    step_until_answered(w, now + 1000);
    step_until_answered(w, now + 2 * INT64_C(86400000));
    assert_int_equal(webhook_dead(l, count_dead, &dead, &err), ST_OK);
    assert_int_equal(dead, 0);
    step_until_answered(w, now + 4 * INT64_C(86400000));
    assert_int_equal(webhook_dead(l, count_dead, &dead, &err), ST_OK);
    assert_int_equal(dead, 1);
    step_until_answered(w, now + 5 * INT64_C(86400000));
    dead = 0;
    assert_int_equal(webhook_dead(l, count_dead, &dead, &err), ST_OK);
    assert_int_equal(dead, 2);
    webhook_free(&w);
    ledger_close(&l);
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(key), 0);
    clean();
}

static int setup(void **state)
{
    const int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd) | unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event),   cmocka_unit_test(test_found_again),
        cmocka_unit_test(test_walk),    cmocka_unit_test(test_killed),
        cmocka_unit_test(test_torture), cmocka_unit_test(test_another_file),
        cmocka_unit_test(test_body),    cmocka_unit_test(test_signature),
        cmocka_unit_test(test_dead),    cmocka_unit_test(test_urls),
        cmocka_unit_test(test_pauses)};

    return cmocka_run_group_tests(tests, setup, NULL);
}
