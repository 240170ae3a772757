/* http_test.c - the HTTP server, spoken to in bytes. */
#include "collector/http.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "raw_http.h"

#define DEADLINE 400
#define MUCH     (32u << 20)

static enum status say_hello(void *ctx, const struct http_request *request,
                             struct http_answer *answer)
{
    const char *name = http_query(request, "name");
    char text[64];

    assert_string_equal(ctx, "the route's own");
    assert_string_equal(request->method, "GET");
    assert_null(http_query(request, "other"));
    snprintf(text, sizeof text, "hello %s\n", name ? name : "nobody");
    return buffer_add(&answer->body, text, strlen(text));
}

static enum status post_thing(void *ctx, const struct http_request *request,
                              struct http_answer *answer)
{
    (void)ctx;
    (void)request;
    answer->status = 201;
    answer->type = "application/json";
    return buffer_add(&answer->body, "{}", 2);
}

static enum status fail_it(void *ctx, const struct http_request *request,
                           struct http_answer *answer)
{
    enum status st = buffer_add(&answer->body, "half a secret", 13);

    (void)ctx;
    (void)request;
    return st == ST_OK ? ST_NOMEM : st;
}

static enum status send_much(void *ctx, const struct http_request *request,
                             struct http_answer *answer)
{
    enum status st = buffer_reserve(&answer->body, MUCH);

    (void)ctx;
    (void)request;
    if (st != ST_OK)
        return st;
    memset(answer->body.data, 'x', MUCH);
    answer->body.len = MUCH;
    return ST_OK;
}

static char own[] = "the route's own";
static const struct http_route routes[] = {
    {"GET", "/hello", say_hello, own, 0},
    {"POST", "/thing", post_thing, NULL, 0},
    {"GET", "/thing", say_hello, own, 0},
    {"GET", "/fail", fail_it, NULL, 0},
    {"GET", "/much", send_much, NULL, 0},
};

static struct http_options options(const char *address)
{
    return (struct http_options){.address = address,
                                 .loopback = true,
                                 .routes = routes,
                                 .count = sizeof routes / sizeof *routes,
                                 .connections = 4,
                                 .deadline_ms = DEADLINE};
}

static unsigned serve(struct http_server **h)
{
    const struct http_options o = options("127.0.0.1:0");
    struct err err;

    assert_int_equal(http_start(&o, h, &err), ST_OK);
    assert_true(http_port(*h) > 0);
    return http_port(*h);
}

static void test_routes(void **state)
{
    static const struct {
        const char *request, *status, *body;
    } cases[] = {
        {"GET /hello?name=a%20b HTTP/1.0\r\n\r\n", "200", "hello a b\n"},
        {"GET /hello HTTP/1.0\r\n\r\n", "200", "hello nobody\n"},
        {"GET /hello HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd", "200",
         "hello nobody\n"},
        {"GET /hello? HTTP/1.0\r\n\r\n", "200", "hello nobody\n"},
        {"GET /Hello HTTP/1.0\r\n\r\n", "404", "not found\n"},
        {"GET /hello/ HTTP/1.0\r\n\r\n", "404", "not found\n"},
        {"GET /thing HTTP/1.0\r\n\r\n", "200", "hello nobody\n"},
        {"POST /thing HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "201", "{}"},
        {"POST /hello HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd", "405",
         "method not allowed\n"},
        {"DELETE /hello HTTP/1.0\r\n\r\n", "405", "method not allowed\n"},
        {"GET /fail HTTP/1.0\r\n\r\n", "500", "internal error\n"},
    };
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    char got[4096];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *body;

        assert_true(raw_ask(port, cases[i].request, got, sizeof got));
        assert_memory_equal(got + strlen("HTTP/1.x "), cases[i].status, 3);
        body = strstr(got, "\r\n\r\n");
        assert_non_null(body);
        assert_string_equal(body + 4, cases[i].body);
        assert_null(strstr(got, "half a secret"));
    }
    assert_true(raw_ask(port, "HEAD /hello HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_memory_equal(got + strlen("HTTP/1.x "), "200", 3);
    assert_non_null(strstr(got, "Content-Length: 13"));
    assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
    assert_true(raw_ask(port, "PUT /hello HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_non_null(strstr(got, "Allow: GET"));
    http_stop(&h);
    assert_null(h);
}

/* Bytes that are no request are answered or dropped, and the next is served. */
static void test_hostile_bytes(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    static char huge[40000], got[4096];
    static const char *const bad[] = {
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", /* a TLS hello */
        "GET\r\n\r\n",
        "GET /hello HTTP/9.9\r\n\r\n",
        "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: "
        "99999999999999999999999\r\n\r\n",
        "POST /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "fffffffffffffffff\r\n",
        "GET /%00%ff%fe HTTP/1.0\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        (void)raw_ask(port, bad[i], got, sizeof got);
    memset(huge, 'h', sizeof huge - 1);
    memcpy(huge, "GET /hello HTTP/1.0\r\nX: ", 24);
    assert_true(raw_ask(port, huge, got, sizeof got));
    assert_null(strstr(got, " 200 "));
    assert_true(raw_ask(port, "GET /hello HTTP/1.0\r\n\r\n", got, sizeof got));
    assert_non_null(strstr(got, "hello nobody"));
    http_stop(&h);
}

/* The server may end the connection before all of it was sent. */
static void ask_much(unsigned port, const char *request, char *got, size_t size)
{
    const int fd = raw_connect(port);

    (void)raw_send(fd, request);
    (void)raw_read(fd, got, size, NULL, 5000);
    close(fd);
}

/* As much as HTTP_HEADERS_MAX, in one line or in many; more is told so. */
static void test_header_flood(void **state)
{
    static const struct {
        size_t line, total;
        const char *want; /* statuses that would be right */
    } cases[] = {
        {100, HTTP_HEADERS_MAX, "200"},
        {HTTP_HEADERS_MAX, HTTP_HEADERS_MAX, "200"},
        {HTTP_HEADERS_MAX + 1, HTTP_HEADERS_MAX + 1, "431"},
        {100, HTTP_HEADERS_MAX + 1, "431"},
        {100, 3 * HTTP_HEADERS_MAX, "431"},
        {5, 3 * HTTP_HEADERS_MAX, "431"},
        {2 * HTTP_HEADERS_MAX, 3 * HTTP_HEADERS_MAX, "431"},
        {4 * HTTP_HEADERS_MAX, 4 * HTTP_HEADERS_MAX, "431"},
    };
    static const char begin[] =
        "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    static char request[5 * HTTP_HEADERS_MAX];
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    char status[4] = "";
    char got[4096];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = sizeof begin - 1, end = cases[i].total - 2;

        memcpy(request, begin, len);
        while (len < end) { /* lines of "A:xxx" */
            size_t line = cases[i].line < end - len ? cases[i].line : end - len;

            if (end - len - line < 4)
                line = end - len;
            memset(request + len, 'x', line);
            memcpy(request + len, "A:", 2);
            memcpy(request + len + line - 2, "\r\n", 2);
            len += line;
        }
        memcpy(request + len, "\r\n", 3);
        ask_much(port, request, got, sizeof got);
        memcpy(status, got + strlen("HTTP/1.x "), 3);
        if (!strstr(cases[i].want, status))
            fail_msg("case %zu: %s", i, status);
    }
    memset(request, 'x', sizeof request);
    memcpy(request, "GET /hello?", 11);
    memcpy(request + 2 * HTTP_HEADERS_MAX, " HTTP/1.0\r\n\r\n", 14);
    ask_much(port, request, got, sizeof got);
    assert_memory_equal(got + strlen("HTTP/1.x "), "414", 3);
    http_stop(&h);
}

/* The library's own timeout begins anew with every byte; ours does not. */
static void test_slow_request_ends(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    const int fd = raw_connect(port), silent = raw_connect(port);
    const int64_t begin = raw_now();
    char got[256];
    bool ended = false;

    (void)state;
    assert_true(raw_send(fd, "GET /hello HTTP/1.1\r\nX: "));
    while (!ended && raw_now() - begin < 5000) {
        (void)raw_send(fd, "a");
        ended = raw_read(fd, got, sizeof got, NULL, 30);
    }
    assert_true(ended);
    assert_true(raw_now() - begin >= DEADLINE - 20);
    assert_true(raw_read(silent, got, sizeof got, NULL, 5000));
    close(fd);
    close(silent);
    http_stop(&h);
}

/* Nor may one ask for much and not take it. */
static void test_slow_reader_ends(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    const int fd = raw_connect(port);
    static char got[1 << 20];
    size_t taken = 0;
    ssize_t n;

    (void)state;
    assert_true(raw_send(fd, "GET /much HTTP/1.0\r\n\r\n"));
    usleep(2 * DEADLINE * 1000);
    while ((n = recv(fd, got, sizeof got, 0)) > 0)
        taken += (size_t)n;
    assert_true(taken < MUCH);
    close(fd);
    http_stop(&h);
}

/* Each request of a kept connection has the whole time. */
static void test_kept_connection(void **state)
{
    struct http_server *h = NULL;
    const int fd = raw_connect(serve(&h));
    char got[1024];

    (void)state;
    for (int i = 0; i < 4; i++) {
        usleep(DEADLINE * 1000 / 3);
        assert_true(raw_send(fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_true(raw_read(fd, got, sizeof got, "nobody\n", 2000));
    }
    close(fd);
    http_stop(&h);
}

/* One more than may be waits until a place is free. */
static void test_connection_limit(void **state)
{
    struct http_server *h = NULL;
    const unsigned port = serve(&h);
    char got[1024];
    int fd[4], more;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        fd[i] = raw_connect(port);
        assert_true(raw_send(fd[i], "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_true(raw_read(fd[i], got, sizeof got, "nobody\n", 2000));
    }
    more = raw_connect(port);
    assert_true(raw_send(more, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_false(raw_read(more, got, sizeof got, "nobody\n", 50));
    close(fd[0]);
    assert_true(raw_read(more, got, sizeof got, "nobody\n", 2000));
    for (size_t i = 1; i < 4; i++)
        close(fd[i]);
    close(more);
    http_stop(&h);
}

static void test_addresses(void **state)
{
    static const struct {
        const char *address;
        enum status want;
    } cases[] = {
        {"127.0.0.1:0", ST_OK},
        {"127.8.9.10:0", ST_OK},
        {"0.0.0.0:0", ST_REFUSED},
        {"[::]:0", ST_REFUSED},
        {"192.0.2.7:0", ST_REFUSED},
        {"localhost:9464", ST_INVALID},
        {"127.0.0.1", ST_INVALID},
        {"127.0.0.1:", ST_INVALID},
        {":80", ST_INVALID},
        {"", ST_INVALID},
        {"[]:80", ST_INVALID},
        {"127.0.0.1:http", ST_INVALID},
        {"127.0.0.1:70000x", ST_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct http_options o = options(cases[i].address);
        struct http_server *h = NULL;
        struct err err;

        assert_int_equal(http_start(&o, &h, &err), cases[i].want);
        if (cases[i].want == ST_OK)
            http_stop(&h);
        else
            assert_int_equal(
                strncmp(err.text, cases[i].address, strlen(cases[i].address)),
                0);
        assert_null(h);
    }
}

static void test_any_address_when_asked(void **state)
{
    struct http_options o = options("0.0.0.0:0");
    struct http_server *h = NULL;
    struct err err;

    (void)state;
    o.loopback = false;
    assert_int_equal(http_start(&o, &h, &err), ST_OK);
    http_stop(&h);
}

static void test_address_in_use(void **state)
{
    struct http_server *h = NULL, *second = NULL;
    const unsigned port = serve(&h);
    char address[32];
    struct http_options o;
    struct err err;

    (void)state;
    snprintf(address, sizeof address, "127.0.0.1:%u", port);
    o = options(address);
    assert_int_equal(http_start(&o, &second, &err), ST_IO);
    assert_null(second);
    assert_non_null(strstr(err.text, address));
    assert_non_null(strstr(err.text, "in use"));
    http_stop(&h);
}

/* Tests of time tell nothing about memory, and would be run a hundred times
 * when every allocation is failed in turn. */
static int skip_in_torture(void **state)
{
    (void)state;
    if (getenv("FAIL_AT"))
        skip();
    return 0;
}

#define TIMED(f) cmocka_unit_test_setup(f, skip_in_torture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_hostile_bytes),
        TIMED(test_header_flood),
        TIMED(test_slow_request_ends),
        TIMED(test_slow_reader_ends),
        TIMED(test_kept_connection),
        TIMED(test_connection_limit),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_any_address_when_asked),
        cmocka_unit_test(test_address_in_use),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
