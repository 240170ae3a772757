/* log_test.c - what a line looks like, whatever is in it. */
#include "collector/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int saved, reading;

/* stderr becomes a pipe until heard() */
static void listen_in(void)
{
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    saved = dup(STDERR_FILENO);
    assert_true(saved >= 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    reading = ends[0];
}

static size_t heard(char *out, size_t size)
{
    size_t len = 0;
    ssize_t n;

    dup2(saved, STDERR_FILENO);
    close(saved);
    while (len + 1 < size && (n = read(reading, out + len, size - 1 - len)) > 0)
        len += (size_t)n;
    out[len] = '\0';
    close(reading);
    return len;
}

static void test_line(void **state)
{
    char got[8192];
    int year, month, day, hour, minute, second, ms;

    (void)state;
    log_open(LEVEL_INFO);
    listen_in();
    log_event(LEVEL_INFO, "committed", "rows=%d ms=%d", 512, 3);
    heard(got, sizeof got);
    assert_int_equal(sscanf(got, "ts=%4d-%2d-%2dT%2d:%2d:%2d.%3dZ ", &year,
                            &month, &day, &hour, &minute, &second, &ms),
                     7);
    assert_string_equal(strchr(got, ' '),
                        " level=info event=committed rows=512 ms=3\n");
    assert_int_equal(strchr(got, ' ') - got, strlen("ts=") + 24);
}

static void test_no_pairs(void **state)
{
    char got[8192];

    (void)state;
    listen_in();
    log_event(LEVEL_WARN, "stopping", NULL);
    heard(got, sizeof got);
    assert_string_equal(strchr(got, ' '), " level=warn event=stopping\n");
}

static void test_threshold(void **state)
{
    char got[8192];

    (void)state;
    log_open(LEVEL_WARN);
    listen_in();
    log_event(LEVEL_DEBUG, "a", NULL);
    log_event(LEVEL_INFO, "b", NULL);
    log_event(LEVEL_WARN, "c", NULL);
    log_event(LEVEL_ERROR, "d", NULL);
    heard(got, sizeof got);
    log_open(LEVEL_INFO);
    assert_null(strstr(got, "event=a"));
    assert_null(strstr(got, "event=b"));
    assert_non_null(strstr(got, "level=warn event=c\n"));
    assert_non_null(strstr(got, "level=error event=d\n"));
}

/* One event stays one line, even past its room. */
static void test_forged_and_long(void **state)
{
    static char long_text[10000], got[20000];

    (void)state;
    memset(long_text, 'y', sizeof long_text - 1);
    listen_in();
    log_event(LEVEL_INFO, "x", "text=%s",
              "a\nlevel=error event=forged\x7f\x1b");
    log_event(LEVEL_INFO, "x", "text=%s", long_text);
    heard(got, sizeof got);
    assert_non_null(strstr(got, "text=a?level=error event=forged??\n"));
    assert_int_equal(got[strlen(got) - 1], '\n');
    assert_ptr_equal(strchr(strchr(got, '\n') + 1, '\n'),
                     got + strlen(got) - 1);
}

static void test_quote(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"plain-1.5:x", "plain-1.5:x"},
        {"", "\"\""},
        {"two words", "\"two words\""},
        {"a=b", "\"a=b\""},
        {"say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""},
        {"line\nbreak\ttab", "\"line\\nbreak\\u0009tab\""},
        {"\x1b[31m\x7f", "\"\\u001b[31m\\u007f\""},
        {"满意", "\"满意\""},
        {"\xff\xe6\xbb", "\"\\xff\\xe6\\xbb\""},
        {"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""}, /* a surrogate */
        {"\xf0\x9f\x98\x80!", "\"\xf0\x9f\x98\x80!\""},
    };
    char out[LOG_QUOTE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(log_quote(cases[i].text, out), cases[i].want);
}

/* Cut at a character's end, with the closing quote, within the room. */
static void test_quote_cut(void **state)
{
    static char text[5000], out[LOG_QUOTE_MAX];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    assert_true(strlen(log_quote(text, out)) < LOG_QUOTE_MAX);
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "满", 3);
    log_quote(text, out);
    assert_true(strlen(out) < LOG_QUOTE_MAX);
    assert_true(strlen(out) > LOG_QUOTE_MAX - 8);
    assert_int_equal((strlen(out) - 2) % 3, 0);
    assert_int_equal(out[strlen(out) - 1], '"');
}

enum { THREADS = 4, LINES = 200 };

static void *shout(void *arg)
{
    for (int i = 0; i < LINES; i++)
        log_event(LEVEL_INFO, "shout", "who=%s", (const char *)arg);
    return NULL;
}

static void test_threads(void **state)
{
    static char names[THREADS][2] = {"a", "b", "c", "d"};
    static char got[THREADS * LINES * 80];
    pthread_t thread[THREADS];
    size_t lines = 0;

    (void)state;
    listen_in();
    fcntl(reading, F_SETPIPE_SZ, 1 << 20);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, shout, names[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    heard(got, sizeof got);
    for (char *line = got, *end; (end = strchr(line, '\n')); line = end + 1) {
        assert_memory_equal(line, "ts=", 3);
        assert_memory_equal(end - 5, "who=", 4);
        lines++;
    }
    assert_int_equal(lines, THREADS * LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_no_pairs),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_forged_and_long),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_quote_cut),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
