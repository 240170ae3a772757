/* metrics_test.c - /metrics and /healthz over real HTTP. */
#include "collector/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "raw_http.h"

static struct metric taken = {.name = "manyi_test_responses_total",
                              .labels = "result=\"accepted\"",
                              .help = "Responses by result."};
static struct metric doubled = {.name = "manyi_test_responses_total",
                                .labels = "result=\"duplicate\"",
                                .help = "Responses by result."};
static struct metric depth = {.name = "manyi_test_depth",
                              .labels = "",
                              .help = "Batches that wait.",
                              .gauge = true};
static struct metric *const table[] = {&taken, &doubled, &depth};
static _Atomic bool healthy;

static const char want[] =
    "# HELP manyi_test_responses_total Responses by result.\n"
    "# TYPE manyi_test_responses_total counter\n"
    "manyi_test_responses_total{result=\"accepted\"} 9007199254740993\n"
    "manyi_test_responses_total{result=\"duplicate\"} 0\n"
    "# HELP manyi_test_depth Batches that wait.\n"
    "# TYPE manyi_test_depth gauge\n"
    "manyi_test_depth -17\n";

static void move(void)
{
    metric_set(&taken, 9007199254740992); /* 2^53, where doubles end */
    metric_add(&taken, 1);
    metric_set(&depth, 3);
    metric_add(&depth, -20);
}

static void test_print(void **state)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    (void)state;
    move();
    assert_int_equal(metrics_print(table, 0, out), ST_OK);
    assert_int_equal(metrics_print(table, 3, out), ST_OK);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, want);
    free(text);

    out = fopen("/dev/full", "w");
    setvbuf(out, NULL, _IONBF, 0);
    assert_int_equal(metrics_print(table, 3, out), ST_IO);
    fclose(out);
}

static void test_over_http(void **state)
{
    struct metrics_server *m = NULL;
    struct err err;
    char got[4096];
    unsigned port;

    (void)state;
    move();
    assert_int_equal(metrics_serve("127.0.0.1:0", table, 3, &healthy, &m, &err),
                     ST_OK);
    port = metrics_port(m);
    assert_true(
        raw_ask(port, "GET /metrics HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_non_null(strstr(got, " 200 "));
    assert_non_null(strstr(got, "Content-Type: text/plain; version=0.0.4"));
    assert_string_equal(strstr(got, "\r\n\r\n") + 4, want);

    healthy = false;
    assert_true(
        raw_ask(port, "GET /healthz HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_non_null(strstr(got, " 503 "));
    healthy = true;
    assert_true(
        raw_ask(port, "GET /healthz HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_non_null(strstr(got, " 200 "));
    assert_string_equal(strstr(got, "\r\n\r\n") + 4, "ok\n");
    metrics_stop(&m);
    assert_null(m);
}

static void test_loopback_only(void **state)
{
    struct metrics_server *m = NULL;
    struct err err;

    (void)state;
    assert_int_equal(metrics_serve("0.0.0.0:0", table, 3, &healthy, &m, &err),
                     ST_REFUSED);
    assert_null(m);
}

static enum status start_and_stop(void *ctx)
{
    struct metrics_server *m = NULL;
    const enum status st =
        metrics_serve("127.0.0.1:0", table, 3, &healthy, &m, NULL);

    (void)ctx;
    metrics_stop(&m);
    return st;
}

static void test_no_memory(void **state)
{
    (void)state;
    alloc_torture(start_and_stop, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_over_http),
        cmocka_unit_test(test_loopback_only),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
